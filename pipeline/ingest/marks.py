"""What stands in a stored sheet beside its values, and which of its values stand too far away to be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from pipeline.ingest.limits import MAX_CELLS, MAX_MERGES, too_large

ROW_GAP, COLUMN_GAP = 10_000, 1_000
"""So many blank rows or columns part a sheet from a stray value."""
ROOMY = 500_000
"""A box of so many cells is looked at for strays when it is nearly empty."""
SPARSE = 50
"""Nearly empty: one value in so many cells."""


@dataclass(slots=True)
class Marks:
    """Coordinates are 0-based (row, column); merges are (top, left, bottom, right), inclusive."""

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    uncached: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    strays: set[tuple[int, int]] = field(default_factory=set)
    """Values too far from all others to be read."""
    cells: int = 0
    """Of the area to read, where it is known before the sheet is."""

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        if len(self.merges) >= MAX_MERGES:
            raise too_large("merges", len(self.merges) + 1, MAX_MERGES)
        if bottom > top or right > left:
            self.merges.append((top, left, bottom, right))

    def drop_outside(self, height: int, width: int) -> None:
        """Errors and formulas outside the area to read become strays."""
        far = {(row, column) for row, column in (*self.errors, *self.uncached) if row >= height or column >= width}
        self.strays |= far
        self.uncached -= far
        for place in far:
            self.errors.pop(place, None)

    def hide_columns(self, first: int, last: int) -> None:
        """Columns may be hidden up to the last one of all: those beyond any ledger do not matter."""
        self.hidden_columns.update(range(first, min(last, COLUMN_GAP) + 1))


@dataclass(slots=True)
class Area:
    """Where the values of a sheet stand."""

    limit: int = MAX_CELLS
    """Of values."""
    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    values: int = 0

    def add(self, row: int, column: int, last: int = -1) -> None:
        """A value in `column`, or in every column up to `last`."""
        self.rows.add(row)
        self.columns.add(column)
        if last > column:
            self.columns.add(last)
        self.values += max(last - column, 0) + 1
        if self.values > self.limit:
            raise too_large("cells", self.values, self.limit)

    def extent(self) -> tuple[int, int]:
        """Height and width of what is to be read; UnreadableError if that is too large.

        In a sheet that is small and full enough it is the box around all values; else it ends at the first wide gap.
        """
        if not self.rows:
            return 0, 0
        rows, columns = sorted(self.rows), sorted(self.columns)
        height, width = rows[-1] + 1, columns[-1] + 1
        if height * width > min(MAX_CELLS, max(ROOMY, self.values * SPARSE)):
            height, width = _before_gap(rows, ROW_GAP) + 1, _before_gap(columns, COLUMN_GAP) + 1
        if height * width > MAX_CELLS:
            raise too_large("cells", height * width, MAX_CELLS)
        return height, width

    def has_strays(self, height: int, width: int) -> bool:
        return max(self.rows, default=0) >= height > 0 or max(self.columns, default=0) >= width > 0


def _before_gap(places: list[int], gap: int) -> int:
    return next((place for place, following in pairwise(places) if following - place > gap), places[-1])
