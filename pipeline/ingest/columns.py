"""The record rows of a region as columns of cells, and the readers that a worker keeps for them."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache, partial
from itertools import accumulate, chain, islice, pairwise
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
from pipeline.model import Cell, Definitions, Field, Finding, Origin, Severity, Sheet

YEAR_ASSUMED = "date-year-assumed"
_AT_ONCE = 512
"""Rows that are turned into columns: more do not fit into a processor's fast memory."""
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
            self._choices[key] = Reader(
                Choices(ledger, field, self._definitions, self._decisions).chosen, choices.clear
            )
        return self._choices[key]


def _quantities(whole: bool, scale: Fraction) -> Reader[Quantity]:
    return Reader(partial(quantities.quantity, whole=whole, scale=scale), quantities.exact)


def _dates(year: int | None, month: int | None, date_1904: bool) -> Reader[When]:
    when = partial(moments.when, year=year, month=month, date_1904=date_1904)
    return Reader(when, moments.of_one_day, stamps.starts)


def _nobody(_row: int) -> str:
    return ""


@dataclass(frozen=True)
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

    @property
    def manner(self) -> Hashable:
        """Parts are read alike where this is equal: their columns mean the same, and so do dates without a year."""
        return id(self.region.places), self.year, self.month, self.date_1904

    @cached_property
    def _tall(self) -> Sequence[tuple[int, int, int, int]]:
        """Merges over several rows."""
        return [merge for merge in self.sheet.merges if merge[2] > merge[0]]

    def dates(self, readers: Readers) -> Reader[When]:
        return readers.dates(self.year, self.month, self.date_1904)

    def dated(self, column: Column, readers: Readers) -> list[When]:
        """The dates of a column of the records; a section title goes before what is stated of the whole table."""
        if not self.stated:
            return self.dates(readers).column(column)
        stated = [self.stated.get(row, (self.year, self.month)) for row in self.rows]
        cells = zip(stated, column.cells, strict=True)
        return [readers.dates(year, month, self.date_1904)[cell] for (year, month), cell in cells]

    def heading(self, column: int) -> str:
        """The lowest text of the header in a column."""
        cells = (self.sheet.rows[row][column] for row in reversed(self.region.header))
        return next((cell.strip() for cell in cells if isinstance(cell, str) and cell.strip()), "")

    def column(self, index: int) -> Column:
        """A column's cells in the record rows, as they stand there."""
        grid = self.sheet.rows
        return Column([grid[row][index] for row in self.rows])

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
        return Column([grid[source.get(row, row)][index] for row in self.rows])

    def merged(self, column: int) -> dict[int, int]:
        """Row → the top row of the merge that covers it in this column."""
        if not self._tall:
            return {}
        return {
            row: top
            for top, left, bottom, right in self._tall
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
        if not (errors or uncached) or not any(marked == column for _, marked in chain(errors, uncached)):
            return {}
        found = {}
        for i, row in enumerate(self.rows):
            if (row, column) in errors:
                found[i] = ("formula-error", errors[row, column])
            elif (row, column) in uncached:
                found[i] = ("formula-uncached", "")
        return found


@dataclass(frozen=True)
class Stack:
    """Parts of tables with one header, read in one manner: their columns end to end, and the findings of each part."""

    parts: Sequence[Part]
    findings: Sequence[list[Finding]]

    def __len__(self) -> int:
        """Records."""
        return self.ends[-1]

    def __iter__(self) -> Iterator[tuple[Part, list[Finding]]]:
        return iter(zip(self.parts, self.findings, strict=True))

    @cached_property
    def ends(self) -> Sequence[int]:
        """For each part the index after its last record."""
        return list(accumulate(len(part.rows) for part in self.parts))

    @cached_property
    def spans(self) -> Sequence[slice]:
        """For each part its records."""
        return [slice(first, last) for first, last in pairwise((0, *self.ends))]

    @property
    def region(self) -> Region:
        """The first part's: all have the same fields in the same columns."""
        return self.parts[0].region

    @cached_property
    def columns(self) -> Sequence[Column]:
        """All columns under the header, their cells in the record rows as they stand there."""
        columns: list[list[Cell]] = [[] for _ in self.parts[0].sheet.rows[0]]
        rows = chain.from_iterable(map(part.sheet.rows.__getitem__, part.rows) for part in self.parts)
        while some := list(islice(rows, _AT_ONCE)):
            for column, below in zip(columns, zip(*some, strict=True), strict=True):
                column.extend(below)
        return [*map(Column, columns)]

    def dates(self, readers: Readers) -> Reader[When]:
        return self.parts[0].dates(readers)

    def cells(self, place: Place) -> Sequence[Cell]:
        """A column's cells, but 同上 and merged cells repeat the value above in their part."""
        column = self.columns[place.column]
        if not _dittos(column) and not any(part.merged(place.column) for part in self.parts):
            return column.cells
        return list(chain.from_iterable(part.cells(place).cells for part in self.parts))

    def numbers(self, place: Place, reader: Reader[Any]) -> array[int] | None:
        """A column in which every cell says no more than a number of its own; None for any other."""
        if any(part.merged(place.column) or part.broken(place) for part in self.parts):
            return None
        return reader.numbers(self.columns[place.column])


def _without_ditto(column: Column) -> Column:
    ditto = _dittos(column)
    if not ditto:
        return column
    found = list(column.cells)
    for i, cell in enumerate(found):
        if cell in ditto and i:
            found[i] = found[i - 1]
    return Column(found)


def _dittos(column: Column) -> set[str]:
    """What in the column says 同上."""
    if str not in column.types:
        return set()
    short = {cell for cell in column.cells if type(cell) is str and len(cell) <= cells.LONGEST_DITTO}
    return {text for text in short if cells.says_same(text)}


def shown(cell: Cell) -> str:
    """A cell's text for a message, cut short."""
    return cells.text(cell)[:40]
