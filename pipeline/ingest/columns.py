"""The record rows of a region as columns of cells, and the readers that a worker keeps for them."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache, partial
from itertools import chain
from typing import Any

from pipeline.ingest import cells, choices, moments, quantities, stamps
from pipeline.ingest.candidates import Place
from pipeline.ingest.choices import Choices, Chosen
from pipeline.ingest.decisions import UNDECIDED, Decisions
from pipeline.ingest.distinct import Column, Reader
from pipeline.ingest.locate import Region
from pipeline.ingest.moments import When
from pipeline.ingest.pointing import letter, said
from pipeline.ingest.quantities import Quantity
from pipeline.ingest.rows import Kind
from pipeline.model import Cell, Definitions, Field, Finding, Origin, Severity, Sheet

YEAR_ASSUMED = "date-year-assumed"
_CONTEXTS = 16
"""Manners of counting, and years and months stated elsewhere, whose readers are kept."""


class Readers:
    """The readers of a process."""

    def __init__(self, definitions: Definitions, decisions: Decisions = UNDECIDED) -> None:
        self._definitions, self._decisions = definitions, decisions
        self._choices: dict[tuple[str, str], Reader[Chosen]] = {}
        self.quantities: Callable[[bool, Fraction], Reader[Quantity]] = lru_cache(_CONTEXTS)(_quantities)
        self.dates: Callable[[int | None, int | None, bool], Reader[When]] = lru_cache(_CONTEXTS)(_dates)

    def choices(self, ledger: str, field: Field) -> Reader[Chosen]:
        key = (ledger, field.name)
        if key not in self._choices:
            self._choices[key] = Reader(Choices(field, self._definitions, self._decisions).chosen, choices.clear)
        return self._choices[key]


def _quantities(whole: bool, scale: Fraction) -> Reader[Quantity]:
    return Reader(partial(quantities.quantity, whole=whole, scale=scale), quantities.exact)


def _dates(year: int | None, month: int | None, date_1904: bool) -> Reader[When]:
    span = (month, month) if month else None
    when = partial(moments.when, year=year, span=span, date_1904=date_1904)
    return Reader(when, moments.of_one_day, stamps.starts)


def _nobody(_row: int) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Part:
    """The record rows of a region, as its readers need them."""

    file: str
    sheet: Sheet
    region: Region
    rows: Sequence[int]
    year: int | None = None
    month: int | None = None
    """What sheet, title, file or folder state, for dates without them."""
    date_1904: bool = False
    stated: Mapping[int, tuple[int | None, int | None]] = field(default_factory=dict)
    """Rows below a section title that says another year or month → these."""
    owner: Callable[[int], str] = _nobody
    """Row → the name of its unit, once that is known."""
    _columns: dict[int, Column] = field(default_factory=dict, init=False, repr=False, compare=False)

    def dates(self, readers: Readers) -> Reader[When]:
        return readers.dates(self.year, self.month, self.date_1904)

    def dated(self, column: Column, readers: Readers) -> list[When]:
        """The dates of a column of the records; a section title goes before what is stated of the whole table."""
        if not self.stated:
            return self.dates(readers).column(column)
        stated = [self.stated.get(row, (self.year, self.month)) for row in self.rows]
        cells = zip(stated, column.cells, strict=True)
        return [readers.dates(year, month, self.date_1904)[cell] for (year, month), cell in cells]

    def of_kind(self, kind: Kind) -> list[int]:
        """The rows of the region that are of a kind."""
        return [row for row, each in self.region.kinds.items() if each is kind]

    def column(self, index: int) -> Column:
        """A column's cells in the record rows, as they stand there."""
        if index not in self._columns:
            grid = self.sheet.rows
            self._columns[index] = Column.of([grid[row][index] for row in self.rows])
        return self._columns[index]

    def cells(self, place: Place, *, merged: bool = True) -> Column:
        """The same, but 同上 and merged cells repeat the value above."""
        column = self.column(place.column)
        return _without_ditto(self._unmerged(place.column, column) if merged else column)

    def numbers(self, place: Place, reader: Reader[Any]) -> array[int] | None:
        """A column in which every cell says no more than a number of its own; None for any other."""
        if self.merged(place.column) or self.broken(place):
            return None
        return reader.numbers(self.column(place.column))

    def _unmerged(self, index: int, column: Column) -> Column:
        source = self.merged(index)
        if not source:
            return column
        grid = self.sheet.rows
        return Column.of([grid[source.get(row, row)][index] for row in self.rows])

    def merged(self, column: int) -> dict[int, int]:
        """Row → the top row of the merge that covers it in this column."""
        return {
            row: top
            for top, left, bottom, right in self.sheet.merges
            if left <= column <= right
            for row in range(top + 1, bottom + 1)
        }

    def finding(self, code: str, severity: Severity, i: int, place: Place, **values: str) -> Finding:
        """About the i-th record's cell in a column."""
        return self.at(self.rows[i], place, code, severity, **values)

    def at(self, row: int, place: Place, code: str, severity: Severity, **values: str) -> Finding:
        """About a row's cell in a column."""
        origin, field = Origin(self.file, self.sheet.name, row + 1, letter(place.column)), place.meaning.field.name
        return Finding(code, severity, origin, self.owner(row), self.region.ledger.id, field, said(**values))

    def broken(self, place: Place) -> dict[int, tuple[str, str]]:
        """Record index → (code, error value) for formulas that have an error or no stored value."""
        column, errors, uncached = place.column, self.sheet.errors, self.sheet.uncached
        if not any(marked == column for _, marked in chain(errors, uncached)):
            return {}
        found = {}
        for i, row in enumerate(self.rows):
            if (row, column) in errors:
                found[i] = ("formula-error", errors[row, column])
            elif (row, column) in uncached:
                found[i] = ("formula-uncached", "")
        return found


def _without_ditto(column: Column) -> Column:
    if str not in column.types:
        return column
    short = {cell for cell in column.cells if type(cell) is str and len(cell) <= cells.LONGEST_DITTO}
    ditto = set(filter(cells.says_same, short))
    if not ditto:
        return column
    found = list(column.cells)
    for i, cell in enumerate(found):
        if cell in ditto and i:
            found[i] = found[i - 1]
    return Column.of(found)


def shown(cell: Cell) -> str:
    """A cell's text for a message, cut short."""
    return cells.text(cell)[:40]
