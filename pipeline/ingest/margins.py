"""Totals below and beside the counts of a crosstab, where they say something else than the counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.ingest import rows
from pipeline.ingest.distinct import Reader
from pipeline.ingest.quantities import Quantity, exact
from pipeline.ingest.rows import Kind
from pipeline.model import EXACT, NOT_APPLICABLE, UNKNOWN, Cell
from pipeline.spelling import normal

_BESIDE = frozenset(("合计", "小计", "总计", "共计"))
_PART = "其中"


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells below the header of a crosstab: units in one column, counts in others."""

    cells: Sequence[Sequence[Cell]]
    header: int
    units: int
    counts: Sequence[int]
    reader: Reader[Quantity]


@dataclass(frozen=True, slots=True)
class Margin:
    """A total that says something else than what it adds up, in millionths."""

    row: int
    column: int
    stated: int
    counted: int


def mismatches(grid: Grid) -> Iterator[Margin]:
    """A total agrees if it is the sum of all counts of its row or column, of those before it, or of those since the last one."""
    below = range(grid.header + 1, len(grid.cells))
    kinds = {row: _kind(grid.cells[row][grid.units]) for row in below}
    counted = [row for row, kind in kinds.items() if kind is Kind.RECORD]
    totals = [row for row, kind in kinds.items() if kind is Kind.TOTAL]
    for row, reach in _reaches(totals, counted):
        for column in grid.counts:
            yield from _mismatch(grid, (row, column), [[(each, column) for each in part] for part in reach])
    beside = [column for column, cell in enumerate(grid.cells[grid.header]) if normal(str(cell)) in _BESIDE]
    for column, reach in _reaches(beside, grid.counts):
        for row in counted:
            yield from _mismatch(grid, (row, column), [[(row, each) for each in part] for part in reach])


def _kind(label: Cell) -> Kind | None:
    """A record where a unit stands; no sum is what is called a part of one."""
    if not isinstance(label, str) or not label.strip():
        return None
    kind = rows.label(label) or Kind.RECORD
    return None if kind is Kind.TOTAL and normal(label).startswith(_PART) else kind


def _reaches(totals: Sequence[int], counts: Sequence[int]) -> Iterator[tuple[int, list[list[int]]]]:
    """For each total what it may add up."""
    for before, total in pairwise((-1, *totals)):
        above = [each for each in counts if each < total]
        yield total, [[*counts], above, [each for each in above if each > before]]


def _mismatch(grid: Grid, total: tuple[int, int], reach: Sequence[Sequence[tuple[int, int]]]) -> Iterator[Margin]:
    stated = exact(grid.reader[grid.cells[total[0]][total[1]]])
    read = [[grid.reader[grid.cells[row][column]] for row, column in part] for part in reach]
    if stated is None or not all(map(_is_sure, read[0])):
        return
    sums = [sum(each.value for each in part) for part in read]
    if stated not in sums:
        yield Margin(*total, stated, sums[0])


def _is_sure(quantity: Quantity) -> bool:
    """An exact number, or none at all."""
    is_blank = quantity.kind == UNKNOWN and not (quantity.problem or quantity.same)
    return is_blank or quantity.kind in (EXACT, NOT_APPLICABLE)
