"""Columns of many tables end to end, and each table's part of them."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from pipeline.model import Columns

Column: TypeAlias = "array[int] | list[str]"
Block: TypeAlias = dict[str, Column]


@dataclass(frozen=True, slots=True, eq=False)
class Slice(Mapping[str, "array[int] | list[str]"]):
    """The columns of one table: the rows from `first` up to `last` of a block."""

    block: Mapping[str, Column]
    first: int
    last: int

    def __getitem__(self, name: str) -> Column:
        return self.block[name][self.first : self.last]

    def __contains__(self, name: object) -> bool:
        return name in self.block

    def __iter__(self) -> Iterator[str]:
        return iter(self.block)

    def __len__(self) -> int:
        return len(self.block)

    def __reduce__(self) -> tuple[type[dict[str, Column]], tuple[dict[str, Column]]]:
        """A table that travels alone takes its own rows along, not the whole block."""
        return dict, (dict(self),)


def sliced(block: Block, rows: slice) -> Columns:
    """These rows of a block."""
    return block if len(block["row"]) == rows.stop - rows.start else Slice(block, rows.start, rows.stop)


def place(columns: Columns) -> tuple[Mapping[str, Column], int, int]:
    """The block that a table's columns stand in, its first row there and the row after its last."""
    if isinstance(columns, Slice):
        return columns.block, columns.first, columns.last
    return columns, 0, len(columns.get("row", ()))
