"""Columns of cells, and readers that read each distinct cell once."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from types import NoneType
from typing import Generic, TypeVar

from pipeline.model import Cell

_Read = TypeVar("_Read")
_Kept = TypeVar("_Kept")
_FULL = 1 << 20
"""What a memory holds: so many characters, of which every cell takes some more than its text has."""
_CELL = 32


@dataclass(frozen=True)
class Column:
    """The cells of a column in some rows, and the types they are of."""

    cells: Sequence[Cell]

    @cached_property
    def types(self) -> AbstractSet[type]:
        return set(map(type, self.cells))

    def has_blanks(self) -> bool:
        return NoneType in self.types or (str in self.types and "" in self.cells)


def _unknown(_column: Column) -> None:
    return None


class Reader(Generic[_Read]):
    """Reads cells, each distinct one once; most say no more than a number, and a column of those is read at a stroke."""

    def __init__(
        self,
        read: Callable[[Cell], _Read],
        number: Callable[[_Read], int | None],
        numbers: Callable[[Column], array[int] | None] = _unknown,
    ) -> None:
        """`number` is all that a reading says, or None if it says more; `numbers` knows columns without reading cells."""
        self._read, self._number, self._known = read, number, numbers
        self._readings = _Memory(read)
        self._numbers = _Memory(self._plain_number)

    def __getitem__(self, cell: Cell) -> _Read:
        """TRUE is not 1, though they are equal."""
        return self._read(cell) if type(cell) is bool else self._readings[cell]

    def column(self, column: Column) -> list[_Read]:
        """What is read of every cell."""
        read = self.__getitem__ if bool in column.types else self._readings.__getitem__
        return list(map(read, column.cells))

    def numbers(self, column: Column) -> array[int] | None:
        """The same where every cell says no more than a number."""
        if bool in column.types:
            return None
        if (known := self._known(column)) is not None:
            return known
        try:
            return array("q", map(self._numbers.__getitem__, column.cells))
        except KeyError:
            return None

    def _plain_number(self, cell: Cell) -> int:
        number = self._number(self._readings[cell])
        if number is None:
            raise KeyError(cell)
        return number


class _Memory(dict[Cell, _Kept]):
    """What was made of cells; when it is full it starts afresh."""

    def __init__(self, make: Callable[[Cell], _Kept]) -> None:
        super().__init__()
        self._make, self._size = make, 0

    def __missing__(self, cell: Cell) -> _Kept:
        made = self._make(cell)
        self._size += _CELL + (len(cell) if isinstance(cell, str) else 0)
        if self._size > _FULL:
            self.clear()
            self._size = 0
        self[cell] = made
        return made
