"""The columns of one region → flat typed columns of records, with a finding for every cell that is not clear."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import compress
from statistics import median

from pipeline.ingest import cells, moments, quantities
from pipeline.ingest.candidates import Place
from pipeline.ingest.choices import Choices, Chosen
from pipeline.ingest.decisions import UNDECIDED, Decisions
from pipeline.ingest.locate import Region
from pipeline.ingest.moments import When
from pipeline.ingest.pointing import letter, said
from pipeline.ingest.quantities import Quantity
from pipeline.model import (
    ABSENT,
    EXACT,
    MICRO,
    NOT_APPLICABLE,
    UNKNOWN,
    Cell,
    Definitions,
    Field,
    Finding,
    Origin,
    Severity,
    Sheet,
)

YEAR_ASSUMED = "date-year-assumed"
_LONGEST_DITTO = 6
_APPROXIMATE = frozenset((1, 2, 3, 4))
NO_QUANTITY = Quantity(0, 0, 0, UNKNOWN)
_OUTLIER_TIMES, _OUTLIER_FROM = 100, 5


class Quantities(dict[Cell, Quantity]):
    """Cell → Quantity for one column's manner of counting."""

    def __init__(self, whole: bool, scale: Fraction) -> None:
        super().__init__()
        self._whole, self._scale = whole, scale

    def __missing__(self, cell: Cell) -> Quantity:
        quantity = self[cell] = quantities.quantity(cell, whole=self._whole, scale=self._scale)
        return quantity


class Dates(dict[Cell, When]):
    """Cell → When, under the year that title, sheet, file or folder state."""

    def __init__(self, year: int | None, month: int | None, date_1904: bool) -> None:
        super().__init__()
        self._year, self._date_1904 = year, date_1904
        self._span = (month, month) if month else None

    def __missing__(self, cell: Cell) -> When:
        when = self[cell] = moments.when(cell, year=self._year, span=self._span, date_1904=self._date_1904)
        return when


class Readers:
    """The readers of a process, each distinct value of a kind read once."""

    def __init__(self, definitions: Definitions, decisions: Decisions = UNDECIDED) -> None:
        self._definitions, self._decisions = definitions, decisions
        self.quantities: Callable[[bool, Fraction], Quantities] = cache(Quantities)
        self.dates: Callable[[int | None, int | None, bool], Dates] = cache(Dates)
        self._choices: dict[tuple[str, str], Choices] = {}

    def choices(self, ledger: str, field: Field) -> Choices:
        key = (ledger, field.name)
        if key not in self._choices:
            self._choices[key] = Choices(field, self._definitions, self._decisions)
        return self._choices[key]


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

    def dates(self, readers: Readers) -> Dates:
        return readers.dates(self.year, self.month, self.date_1904)

    def cells(self, place: Place, *, merged: bool = True) -> list[Cell]:
        """The column's cells in the record rows; 同上 and merged cells repeat the value above."""
        column = place.column
        found = [self.sheet.rows[row][column] for row in self.rows]
        if merged:
            found = self._unmerged(column, found)
        ditto = {cell for cell in set(found) if type(cell) is str and _is_ditto(cell)}
        if ditto:
            for i, cell in enumerate(found):
                if cell in ditto and i:
                    found[i] = found[i - 1]
        return found

    def _unmerged(self, column: int, found: list[Cell]) -> list[Cell]:
        source = self.merged(column)
        if not source:
            return found
        return [
            self.sheet.rows[source[row]][column] if row in source else cell
            for row, cell in zip(self.rows, found, strict=True)
        ]

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
        origin = Origin(self.file, self.sheet.name, row + 1, letter(place.column))
        return Finding(code, severity, origin, "", self.region.ledger.id, place.meaning.field.name, said(**values))

    def broken(self, place: Place) -> dict[int, tuple[str, str]]:
        """Record index → (code, error value) for formulas that have an error or no stored value."""
        if not self.sheet.errors and not self.sheet.uncached:
            return {}
        found = {}
        for i, row in enumerate(self.rows):
            if (row, place.column) in self.sheet.errors:
                found[i] = ("formula-error", self.sheet.errors[row, place.column])
            elif (row, place.column) in self.sheet.uncached:
                found[i] = ("formula-uncached", "")
        return found


def _is_ditto(cell: str) -> bool:
    return 0 < len(cell) <= _LONGEST_DITTO and not cell.isspace() and cells.is_ditto(cell)


def shown(cell: Cell) -> str:
    """A cell's text for a message, cut short."""
    return cells.text(cell)[:40]


def numbers(part: Part, field: Field, readers: Readers, findings: list[Finding]) -> list[Quantity]:
    """A quantity column; blank is the field's default or unknown, an unreadable cell of 次数 is 1 with its error."""
    default = NO_QUANTITY if field.default is None else _exactly(field.default)
    place = part.region.places.get(field.name)
    if place is None:
        return [default] * len(part.rows)
    column = part.cells(place, merged=False)
    reader = readers.quantities(field.whole, place.meaning.scale)
    read = [reader[cell] for cell in column]
    broken = part.broken(place)
    for i, quantity in enumerate(read):
        if quantity.kind == EXACT:
            continue
        problem = "quantity-invalid" if quantity.same else quantity.problem
        if i in broken:
            code, found = broken[i]
            findings.append(part.finding(code, Severity.ERROR, i, place, found=found))
        elif problem:
            findings.append(_quantity_problem(part, i, place, problem, column[i]))
        elif quantity.kind in _APPROXIMATE:
            findings.append(part.finding("quantity-approximate", Severity.NOTICE, i, place, found=shown(column[i])))
        if quantity.kind == UNKNOWN:
            read[i] = default
    return read


def _quantity_problem(part: Part, i: int, place: Place, problem: str, cell: Cell) -> Finding:
    """Text that is no number may be names: it is not echoed."""
    found = "" if problem == "quantity-invalid" and isinstance(cell, str) else shown(cell)
    return part.finding(problem, Severity.ERROR, i, place, found=found, header=place.text)


def _exactly(number: int) -> Quantity:
    return Quantity(number * MICRO, number * MICRO, number * MICRO, EXACT)


def outliers(part: Part, field: Field, read: Sequence[Quantity], units: Sequence[int], findings: list[Finding]) -> None:
    """A value of 100 times the median of its unit's column or more, from 5 values on."""
    place = part.region.places.get(field.name)
    values = [quantity.value for quantity in read]
    if place is None or len(values) < _OUTLIER_FROM or max(values) < _OUTLIER_TIMES * MICRO:
        return
    for unit in dict.fromkeys(units):
        mine = [i for i, u in enumerate(units) if u == unit and read[i].kind not in (UNKNOWN, NOT_APPLICABLE)]
        if len(mine) < _OUTLIER_FROM:
            continue
        middle = median(values[i] for i in mine)
        for i in mine:
            if middle > 0 and values[i] >= _OUTLIER_TIMES * middle:
                found, usual = f"{values[i] / MICRO:g}", f"{middle / MICRO:g}"
                findings.append(
                    part.finding("quantity-outlier", Severity.WARNING, i, place, found=found, expected=usual)
                )


def chosen(part: Part, field: Field, readers: Readers, findings: list[Finding], assumed: int = ABSENT) -> list[int]:
    """A column of choices as masks; `assumed` where there is no column."""
    place = part.region.places.get(field.name)
    if place is None:
        return [assumed] * len(part.rows)
    column = part.cells(place)
    reader = readers.choices(part.region.ledger.id, field)
    read = [reader[cell] for cell in column]
    broken = part.broken(place)
    for i, choice in enumerate(read):
        if i in broken:
            findings.append(part.finding(broken[i][0], Severity.ERROR, i, place, found=broken[i][1]))
        elif choice.unknown or (choice.blank and (field.need == "R" or field.name == "incident_level")):
            findings.append(_choice_problem(part, i, place, choice))
    return [choice.mask for choice in read]


def _choice_problem(part: Part, i: int, place: Place, choice: Chosen) -> Finding:
    if place.meaning.field.type == "media" and choice.blank:
        return part.finding("choice-unknown", Severity.NOTICE, i, place, header=place.text)
    found = "、".join(choice.unknown)[:40]
    near = "、".join(dict.fromkeys(choice.near))
    return part.finding("choice-unknown", Severity.WARNING, i, place, found=found, near=near, header=place.text)


def texts(part: Part, field: Field) -> list[str]:
    place = part.region.places.get(field.name)
    if place is None:
        return [""] * len(part.rows)
    return [cell if type(cell) is str else cells.text(cell) for cell in part.cells(place)]


def times(part: Part, field: Field, readers: Readers, findings: list[Finding]) -> list[When | None]:
    """A secondary time such as 办结时间: blank is unknown; what cannot be read is unknown with its error."""
    place = part.region.places.get(field.name)
    if place is None:
        return [None] * len(part.rows)
    column = part.cells(place)
    reader = part.dates(readers)
    read: list[When | None] = []
    broken = part.broken(place)
    for i, cell in enumerate(column):
        when = reader[cell] if cell is not None and cell != "" else None
        if i in broken:
            findings.append(part.finding(broken[i][0], Severity.ERROR, i, place, found=broken[i][1]))
        elif when is not None and when.problem and when.problem != "date-missing":
            findings.append(part.finding(when.problem, Severity.ERROR, i, place, found=shown(cell)))
        elif when is not None and YEAR_ASSUMED in when.notes:
            year = str(part.year)
            findings.append(part.finding(YEAR_ASSUMED, Severity.NOTICE, i, place, found=shown(cell), year=year))
        read.append(when if when is not None and not when.problem else None)
    return read


# --- flat columns -----------------------------------------------------------------------------------------------------


def flat_quantities(name: str, read: Sequence[Quantity], keep: Sequence[bool]) -> Mapping[str, array[int]]:
    kept = list(compress(read, keep))
    return {
        name: array("q", [quantity.value for quantity in kept]),
        f"{name}_low": array("q", [quantity.low for quantity in kept]),
        f"{name}_high": array("q", [quantity.high for quantity in kept]),
        f"{name}_kind": array("b", [quantity.kind for quantity in kept]),
    }


def flat_moments(name: str, read: Sequence[When | None], keep: Sequence[bool]) -> Mapping[str, array[int]]:
    kept = list(compress(read, keep))
    return {
        name: array("q", [when.start if when else 0 for when in kept]),
        f"{name}_timed": array("b", [-1 if when is None else int(when.timed) for when in kept]),
    }


def flat_dates(read: Iterable[When], keep: Sequence[bool]) -> Mapping[str, array[int]]:
    kept = list(compress(read, keep))
    return {
        "start_date": array("q", [when.start for when in kept]),
        "end_date": array("q", [when.end for when in kept]),
        "date_precision": array("b", [when.precision for when in kept]),
        "start_date_timed": array("b", [int(when.timed) for when in kept]),
    }
