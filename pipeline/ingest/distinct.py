"""Columns of cells, and readers that read each distinct cell once."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from types import NoneType
from typing import TypeVar

from pipeline.model import Cell

_Read = TypeVar("_Read")
_FULL = 1 << 21
"""What a reader remembers: so many characters, of which every cell takes some more than its text has."""
_CELL = 32


@dataclass(frozen=True, slots=True)
class Column:
    """The cells of a column in some rows, and the types they are of."""

    cells: list[Cell]
    types: AbstractSet[type]

    @classmethod
    def of(cls, cells: list[Cell]) -> Column:
        return cls(cells, set(map(type, cells)))

    def has_blanks(self) -> bool:
        return NoneType in self.types or (str in self.types and "" in self.cells)


class Reader(dict[Cell, _Read]):
    """Cell → what is read of it, each distinct cell once; when it is full it starts afresh."""

    def __init__(self, read: Callable[[Cell], _Read]) -> None:
        super().__init__()
        self._read = read
        self._size = 0

    def __missing__(self, cell: Cell) -> _Read:
        read = self._read(cell)
        if type(cell) is not bool:
            self._remember(cell, read)
        return read

    def column(self, column: Column) -> list[_Read]:
        """What is read of every cell; TRUE is not 1, though they are equal."""
        if bool in column.types:
            return [self._read(cell) if type(cell) is bool else self[cell] for cell in column.cells]
        return list(map(self.__getitem__, column.cells))

    def _remember(self, cell: Cell, read: _Read) -> None:
        self._size += _CELL + (len(cell) if isinstance(cell, str) else 0)
        if self._size > _FULL:
            self.clear()
            self._size = 0
        self[cell] = read
