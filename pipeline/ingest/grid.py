"""Cells placed one by one, as the text formats give them → the rows of a sheet."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite

from pipeline.ingest.limits import MAX_PLACED, too_large
from pipeline.ingest.marks import Area, Marks
from pipeline.model import Cell


@dataclass(slots=True)
class Grid:
    """A sheet in the making; only cells with a value are kept."""

    name: str
    hidden: bool = False
    marks: Marks = field(default_factory=Marks)
    cells: dict[int, dict[int, Cell]] = field(default_factory=dict)
    """By row and column."""
    count: int = 0

    def put(self, row: int, column: int, value: Cell, *, down: int = 1, across: int = 1) -> None:
        """Place `value` in a cell, and in as many below and to the right of it as it is repeated."""
        if value is None or value == "":
            return
        self.count += down * across
        if self.count > MAX_PLACED:
            raise too_large("cells", self.count, MAX_PLACED)
        if down == across == 1:
            self.cells.setdefault(row, {})[column] = value
            return
        for r in range(row, row + down):
            self.cells.setdefault(r, {}).update(dict.fromkeys(range(column, column + across), value))

    def merge(self, row: int, column: int, down: int, across: int) -> None:
        """Merge `down` × `across` cells, at least one each way."""
        if down > 1 or across > 1:
            self.marks.merge(row, column, row + max(down, 1) - 1, column + max(across, 1) - 1)

    def rows(self) -> list[list[Cell]]:
        """Rows of equal width; values too far from all others become strays."""
        area = Area()
        for row, column in (*self.marks.errors, *self.marks.uncached):
            area.add(row, column)
        for row, cells in self.cells.items():
            for column in cells:
                area.add(row, column)
        height, width = area.extent()
        rows: list[list[Cell]] = [[None] * width for _ in range(height)]
        for row, cells in self.cells.items():
            for column, value in cells.items():
                if row < height and column < width:
                    rows[row][column] = value
                else:
                    self.marks.strays.add((row, column))
        self.marks.drop_outside(height, width)
        return rows


def number(text: str) -> Cell:
    """A stored number; the text itself where it is not finite. ValueError if it is no number."""
    value = float(text)
    return value if isfinite(value) else text
