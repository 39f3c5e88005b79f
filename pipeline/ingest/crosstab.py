"""Crosstabs of units by months, which give counts only: what is counted, the title says."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from pipeline.ingest import digests, margins, owners, quantities, rows, titles
from pipeline.ingest.columns import Readers, shown
from pipeline.ingest.declare import Declared
from pipeline.ingest.flat import Amounts
from pipeline.ingest.margins import Grid
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
from pipeline.spelling import normal

_FEWEST_MONTHS = 3
_FEWEST_SUMMED, _MOST_SHOWN = 2, 3
_YEAR = re.compile(r"(?P<year>\d{2}|\d{4})年(?P<month>.+)")
_EVENTS = frozenset(
    ("次数", "场次", "场数", "期数", "次", "场", "本月", "本月数", "当月", "本期", "实际", "实际次数", "开展次数", "完成", "完成次数")
)  # fmt: skip
"""Below a month: the column of what is counted."""
_OTHER_COUNTS = re.compile(r"人数|人次|学时|时长|率|单位[:：](?:人|名|小时|%)")
_COUNTS = re.compile(r"次数|场次|场数|期数")


class Month(NamedTuple):
    """A column and its month; the year where the header states it."""

    column: int
    month: int
    year: int | None


@dataclass(frozen=True, slots=True)
class Crosstab:
    """Header row, unit column, month columns, and what is counted."""

    header: int
    units: int
    months: tuple[Month, ...]
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


_Count: TypeAlias = tuple[int, int, Period, Quantity]
"""Unit, Excel's row, month, how many."""


@dataclass(slots=True)
class _Counts:
    """What the rows gave, rows that are nobody's, and units that are known."""

    counts: list[_Count] = field(default_factory=list)
    rejected: list[tuple[int, int]] = field(default_factory=list)
    named: set[int] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


def located(sheet: Sheet, definitions: Definitions, spoken: Sequence[str]) -> tuple[Crosstab, ...]:
    """A row of at least three months beside a column of units, under a title that names one form or type.

    Two where the title names what two ledgers have.
    """
    for row, cells in enumerate(sheet.rows):
        months = tuple(month for column, cell in enumerate(cells) if (month := _month(column, cell)))
        if len(months) >= _FEWEST_MONTHS and months[0].column > 0:
            title = [c for above in reversed(sheet.rows[:row]) for c in above if isinstance(c, str) and c.strip()]
            texts = [*title, *spoken]
            header, columns = _events(sheet, row, months)
            if header == row and _counts_something_else(texts):
                return ()
            found = _counted(definitions, texts) if columns else ()
            return tuple(Crosstab(header, months[0].column - 1, columns, *each) for each in found)
    return ()


def _month(column: int, cell: object) -> Month | None:
    """``3月``, ``2023年3月``; a bare 3 is no month here."""
    if not isinstance(cell, str) or not cell.strip().endswith(("月", "月份")):
        return None
    name = normal(cell)
    stated = _YEAR.fullmatch(name)
    month = titles.month(stated["month"] if stated else name)
    year = int(stated["year"]) % 2000 + 2000 if stated else None
    return Month(column, month, year) if month else None


def _events(sheet: Sheet, row: int, months: tuple[Month, ...]) -> tuple[int, tuple[Month, ...]]:
    """The last header row, and for each month the column of its events; no columns where a row below leaves that open."""
    below = sheet.rows[row + 1] if row + 1 < len(sheet.rows) else []
    first = months[0].column
    parts = {column: normal(cell) for column, cell in enumerate(below) if column >= first and isinstance(cell, str)}
    if len(parts) < len(months) or any(isinstance(cell, int | float) for cell in below[first:]):
        return row, months
    ends = [*(month.column for month in months[1:]), len(below)]
    spans = [
        [c for c in range(month.column, end) if parts.get(c) in _EVENTS]
        for month, end in zip(months, ends, strict=True)
    ]
    if any(len(span) != 1 for span in spans):
        return row + 1, ()
    return row + 1, tuple(month._replace(column=span[0]) for month, span in zip(months, spans, strict=True))


def _counts_something_else(texts: Iterable[str]) -> bool:
    """The nearest text that speaks of a count speaks of people or hours."""
    spoken = (text for text in texts if _OTHER_COUNTS.search(text) or _COUNTS.search(text))
    return not _COUNTS.search(next(spoken, "次数"))


def _counted(definitions: Definitions, spoken: Sequence[str]) -> Iterator[tuple[Ledger, str, int]]:
    for ledger in definitions.ledgers:
        if ledger.counted and (mask := stated_type(ledger.field(ledger.counted), ledger, spoken)):
            yield ledger, ledger.counted, mask


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
        elif any(isinstance(cells[month.column], int | float) for month in crosstab.months):
            _count(sums, row, Named(problem="unit-missing"), readers, found)
    found.findings += (*_summed(sums, found.counts), *_mismatches(sums, readers))
    table = Table(
        file=sums.file,
        sheet=sums.sheet.name,
        ledger=crosstab.ledger.id,
        read=0,
        columns=_flat(crosstab, found.counts),
        unit=declared.unit.unit,
        named=tuple(sorted(found.named)),
        period=declared.period,
        rejected=tuple(found.rejected),
        crosstab=True,
    )
    return Parsed(table, tuple(found.findings))


def _count(sums: Sums, row: int, who: Named, readers: Readers, found: _Counts) -> None:
    crosstab = sums.crosstab
    is_dated = sums.declared.year or all(month.year for month in crosstab.months)
    problem = who.problem or ("" if is_dated else "date-ambiguous")
    if problem:
        values = {"found": who.found, "near": "、".join(who.near)}
        found.findings.append(sums.finding(problem, Severity.ERROR, row, crosstab.units, **values))
        found.rejected.append((row + 1, who.unit))
        return
    reader = readers.quantities(True, Fraction(1))
    name = sums.units.register.units[who.unit].name
    for month in crosstab.months:
        quantity = reader[sums.sheet.rows[row][month.column]]
        found.findings += (each._replace(unit=name) for each in _problems(sums, (row, month.column), quantity))
        if quantity.kind != UNKNOWN:
            found.named.add(who.unit)
            if quantity.kind != NOT_APPLICABLE and quantity.high:
                found.counts.append((who.unit, row + 1, _period(month, sums.declared), quantity))


def _problems(sums: Sums, place: tuple[int, int], quantity: Quantity) -> Iterator[Finding]:
    sheet, cell = sums.sheet, sums.sheet.rows[place[0]][place[1]]
    if place in sheet.errors:
        yield sums.finding("formula-error", Severity.ERROR, *place, found=sheet.errors[place])
    elif place in sheet.uncached:
        yield sums.finding("formula-uncached", Severity.ERROR, *place)
    elif quantity.problem or quantity.same:
        code = quantity.problem or "quantity-invalid"
        is_said = code != "quantity-invalid" and quantities.names_nobody(cell)
        yield sums.finding(code, Severity.ERROR, *place, found=shown(cell) if is_said else "")
    elif EXACT < quantity.kind < UNKNOWN:
        yield sums.finding("quantity-approximate", Severity.NOTICE, *place, found=shown(cell))


def _summed(sums: Sums, counts: Iterable[_Count]) -> Iterator[Finding]:
    """Rows of units that state in every month what those of the units right below them do together: sums, or chance."""
    by_row: dict[tuple[int, int], dict[date, int]] = {}
    for unit, row, period, quantity in counts:
        by_row.setdefault((unit, row), {})[period.start] = quantity.value
    for (unit, row), mine in by_row.items():
        lower = {
            other: found for (below, other), found in by_row.items() if below in sums.units.register.children[unit]
        }
        together: Counter[date] = Counter()
        for found in lower.values():
            together.update(found)
        if len(lower) >= _FEWEST_SUMMED and mine == dict(together):
            name = sums.units.register.units[unit].name
            summed = "、".join(f"第{other}行" for other in sorted(lower)[:_MOST_SHOWN])
            finding = sums.finding("row-suspect-duplicate", Severity.WARNING, row - 1, -1, summed=summed)
            yield finding._replace(unit=name)


def _mismatches(sums: Sums, readers: Readers) -> Iterator[Finding]:
    crosstab, grid = sums.crosstab, sums.sheet.rows
    counts = [month.column for month in crosstab.months]
    reader = readers.quantities(True, Fraction(1))
    for margin in margins.mismatches(Grid(grid, crosstab.header, crosstab.units, counts, reader)):
        stated, counted = str(margin.stated // MICRO), str(margin.counted // MICRO)
        values = {"header": shown(grid[crosstab.header][margin.column]), "stated": stated, "counted": counted}
        yield sums.finding("total-mismatch", Severity.WARNING, margin.row, margin.column, **values)


def _period(month: Month, declared: Declared) -> Period:
    return Period.of(month.year or declared.year or 0, "month", month.month)


def _flat(crosstab: Crosstab, counts: Sequence[_Count]) -> Columns:
    length = len(counts)
    periods = [period for _, _, period, _ in counts]
    flat = dict(_unstated(crosstab.ledger, length))
    flat |= Amounts.of([quantity for _, _, _, quantity in counts]).columns("sessions")
    flat[crosstab.choice] = array("q", [crosstab.mask] * length)
    flat["unit"] = array("i", (unit for unit, _, _, _ in counts))
    flat["row"] = array("i", (row for _, row, _, _ in counts))
    flat["start_date"] = array("q", (_seconds(period.start) for period in periods))
    flat["end_date"] = array("q", (_seconds(period.end) for period in periods))
    flat["date_precision"] = array("b", [MONTH] * length)
    flat["start_date_timed"] = array("b", [0] * length)
    of_cells = ((unit, period.start.month, crosstab.mask, quantity.value) for unit, _, period, quantity in counts)
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
