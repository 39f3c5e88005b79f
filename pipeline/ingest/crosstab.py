"""Crosstabs of units by months, which give counts only: what is counted, the title says."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from pipeline.ingest import digests, owners, rows, titles
from pipeline.ingest.columns import Readers, shown
from pipeline.ingest.declare import Declared
from pipeline.ingest.flat import Amounts
from pipeline.ingest.parse import Parsed, stated_type
from pipeline.ingest.pointing import letter, said
from pipeline.ingest.quantities import Quantity
from pipeline.ingest.units import Named, Units
from pipeline.model import (
    ABSENT,
    EXACT,
    MICRO,
    MONTH,
    NOT_APPLICABLE,
    UNKNOWN,
    Columns,
    Definitions,
    Finding,
    Ledger,
    Origin,
    Severity,
    Sheet,
    Table,
)
from pipeline.period import Period

_COUNTED = {"study": "form", "talk": "talk_type"}
_FEWEST_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Crosstab:
    """Header row, unit column, month columns, and what is counted."""

    header: int
    units: int
    months: tuple[tuple[int, int], ...]
    """(column, month)."""
    ledger: Ledger
    choice: str
    mask: int

    @property
    def counted(self) -> str:
        vocabulary = self.ledger.field(self.choice).vocabulary
        return "、".join(vocabulary.words(self.mask)) if vocabulary else ""


@dataclass(frozen=True, slots=True)
class Sums:
    """A crosstab on its sheet, and what is declared of it."""

    file: str
    sheet: Sheet
    crosstab: Crosstab
    declared: Declared
    units: Units

    def finding(self, code: str, severity: Severity, row: int, column: int, **values: str) -> Finding:
        origin = Origin(self.file, self.sheet.name, row + 1, letter(column) if column >= 0 else "")
        field = "unit" if column == self.crosstab.units else "sessions"
        return Finding(code, severity, origin, "", self.crosstab.ledger.id, field, said(**values))


@dataclass(slots=True)
class _Counts:
    """What the rows gave: (unit, Excel's row, month, how many), rows that are nobody's, and units that are known."""

    counts: list[tuple[int, int, int, Quantity]] = field(default_factory=list)
    rejected: list[tuple[int, int]] = field(default_factory=list)
    named: set[int] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


def located(sheet: Sheet, definitions: Definitions, spoken: Sequence[str]) -> tuple[Crosstab, ...]:
    """A row of at least three months beside a column of units, under a title that names one form or type.

    Two where the title names what two ledgers have.
    """
    for row, cells in enumerate(sheet.rows):
        months = tuple((column, number) for column, cell in enumerate(cells) if (number := _month(cell)))
        if len(months) >= _FEWEST_MONTHS and months[0][0] > 0:
            title = [c for above in reversed(sheet.rows[:row]) for c in above if isinstance(c, str) and c.strip()]
            counted = _counted(definitions, [*title, *spoken])
            return tuple(Crosstab(row, months[0][0] - 1, months, *each) for each in counted)
    return ()


def _month(cell: object) -> int | None:
    """``3月``, ``2023年3月``; a bare 3 is no month here."""
    if not isinstance(cell, str) or not cell.strip().endswith(("月", "月份")):
        return None
    return titles.month(cell.rpartition("年")[2])


def _counted(definitions: Definitions, spoken: Sequence[str]) -> Iterator[tuple[Ledger, str, int]]:
    for ledger_id, name in _COUNTED.items():
        ledger = definitions.ledger(ledger_id)
        if mask := stated_type(ledger.field(name), ledger, spoken):
            yield ledger, name, mask


def parsed(sums: Sums, readers: Readers) -> Parsed:
    """A record of month precision for every count; a 0 makes the unit known."""
    crosstab, declared = sums.crosstab, sums.declared
    found = _Counts()
    found.findings.append(sums.finding("sheet-crosstab", Severity.WARNING, crosstab.header, -1, found=crosstab.counted))
    for row in range(crosstab.header + 1, len(sums.sheet.rows)):
        cells = sums.sheet.rows[row]
        label = cells[crosstab.units]
        if isinstance(label, str) and label.strip():
            if not rows.label(label):
                _count(sums, row, owners.checked(sums.units[label], declared, sums.units.register), readers, found)
        elif any(isinstance(cells[column], int | float) for column, _ in crosstab.months):
            _count(sums, row, Named(problem="unit-missing"), readers, found)
    table = Table(
        file=sums.file,
        sheet=sums.sheet.name,
        ledger=crosstab.ledger.id,
        read=0,
        columns=_flat(crosstab, found.counts, declared.year or 0),
        unit=declared.unit.unit,
        named=tuple(sorted(found.named)),
        period=declared.period,
        rejected=tuple(found.rejected),
        crosstab=True,
    )
    return Parsed(table, tuple(found.findings))


def _count(sums: Sums, row: int, who: Named, readers: Readers, found: _Counts) -> None:
    crosstab = sums.crosstab
    problem = who.problem or ("" if sums.declared.year else "date-ambiguous")
    if problem:
        values = {"found": who.found, "near": "、".join(who.near)}
        found.findings.append(sums.finding(problem, Severity.ERROR, row, crosstab.units, **values))
        found.rejected.append((row + 1, who.unit))
        return
    reader = readers.quantities(True, Fraction(1))
    for column, month in crosstab.months:
        cell = sums.sheet.rows[row][column]
        quantity = reader[cell]
        found.findings += _problems(sums, (row, column), quantity)
        if quantity.kind != UNKNOWN:
            found.named.add(who.unit)
            if quantity.kind != NOT_APPLICABLE and quantity.high:
                found.counts.append((who.unit, row + 1, month, quantity))


def _problems(sums: Sums, place: tuple[int, int], quantity: Quantity) -> Iterator[Finding]:
    sheet, cell = sums.sheet, sums.sheet.rows[place[0]][place[1]]
    if place in sheet.errors:
        yield sums.finding("formula-error", Severity.ERROR, *place, found=sheet.errors[place])
    elif place in sheet.uncached:
        yield sums.finding("formula-uncached", Severity.ERROR, *place)
    elif quantity.problem or quantity.same:
        code = quantity.problem or "quantity-invalid"
        yield sums.finding(code, Severity.ERROR, *place, found="" if code == "quantity-invalid" else shown(cell))
    elif EXACT < quantity.kind < UNKNOWN:
        yield sums.finding("quantity-approximate", Severity.NOTICE, *place, found=shown(cell))


def _flat(crosstab: Crosstab, counts: Sequence[tuple[int, int, int, Quantity]], year: int) -> Columns:
    length = len(counts)
    periods = [Period.of(year, "month", month) for _, _, month, _ in counts]
    flat = dict(_unstated(crosstab.ledger, length))
    flat |= Amounts.of([quantity for _, _, _, quantity in counts]).columns("sessions")
    flat[crosstab.choice] = array("q", [crosstab.mask] * length)
    flat["unit"] = array("i", (unit for unit, _, _, _ in counts))
    flat["row"] = array("i", (row for _, row, _, _ in counts))
    flat["start_date"] = array("q", (_seconds(period.start) for period in periods))
    flat["end_date"] = array("q", (_seconds(period.end) for period in periods))
    flat["date_precision"] = array("b", [MONTH] * length)
    flat["start_date_timed"] = array("b", [0] * length)
    of_cells = ((unit, month, crosstab.mask, quantity.value) for unit, _, month, quantity in counts)
    flat["names"] = array("q", map(digests.digest, of_cells))
    return flat


def _seconds(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86400


def _unstated(ledger: Ledger, length: int) -> Iterable[tuple[str, array[int] | list[str]]]:
    """The columns of fields that a crosstab does not have."""
    for each in ledger.fields:
        if each.type == "quantity":
            default = (each.default or 0) * MICRO
            kind = UNKNOWN if each.default is None else EXACT
            for name in (each.name, f"{each.name}_low", f"{each.name}_high"):
                yield name, array("q", [default] * length)
            yield f"{each.name}_kind", array("b", [kind] * length)
        elif each.type == "text":
            yield each.name, [""] * length
        elif each.type in ("choice", "choices", "role"):
            yield each.name, array("q", [ABSENT] * length)
