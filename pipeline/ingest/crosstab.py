"""Crosstabs of units by months, which give counts only: what is counted, the title says."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pipeline.ingest import titles
from pipeline.ingest.columns import Readers
from pipeline.ingest.declare import Declared
from pipeline.ingest.locate import letter
from pipeline.ingest.parse import Parsed, stated_type
from pipeline.ingest.rows import LABELS
from pipeline.ingest.units import Units
from pipeline.model import (
    ABSENT,
    EXACT,
    MICRO,
    MONTH,
    UNKNOWN,
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


def located(sheet: Sheet, definitions: Definitions, spoken: Sequence[str]) -> Crosstab | None:
    """A row of at least three months beside a column of units, under a title that names one form or type."""
    for row, cells in enumerate(sheet.rows):
        months = tuple(
            (column, number)
            for column, cell in enumerate(cells)
            if isinstance(cell, str) and cell.strip().endswith(("月", "月份")) and (number := titles.month(_bare(cell)))
        )
        if len(months) >= _FEWEST_MONTHS and months[0][0] > 0:
            title = [c for above in reversed(sheet.rows[:row]) for c in above if isinstance(c, str) and c.strip()]
            counted = _counted(definitions, [*title, *spoken])
            return Crosstab(row, months[0][0] - 1, months, *counted) if counted else None
    return None


def _bare(cell: str) -> str:
    return cell.split("年")[-1]


def _counted(definitions: Definitions, spoken: Sequence[str]) -> tuple[Ledger, str, int] | None:
    found = []
    for ledger_id, name in _COUNTED.items():
        ledger = definitions.ledger(ledger_id)
        if mask := stated_type(ledger.field(name), spoken):
            found.append((ledger, name, mask))
    return found[0] if len(found) == 1 else None


def parsed(
    sheet: Sheet, file: str, crosstab: Crosstab, declared: Declared, read: int, *, units: Units, readers: Readers
) -> Parsed:
    """A record of month precision for every count; a 0 makes the unit known."""
    origin = Origin(file, sheet.name, crosstab.header + 1)
    findings = [Finding("sheet-crosstab", Severity.WARNING, origin, "", crosstab.ledger.id)]
    counts: list[tuple[int, int, int, int]] = []
    rejected, named = [], []
    reader = readers.quantities(True, Fraction(1))
    for row in range(crosstab.header + 1, len(sheet.rows)):
        cells = sheet.rows[row]
        label = cells[crosstab.units]
        if not isinstance(label, str) or not label.strip() or LABELS[label]:
            continue
        who = units[label]
        place = Origin(file, sheet.name, row + 1, letter(crosstab.units))
        if who.unit < 0 or declared.year is None:
            code = who.problem if who.unit < 0 else "date-ambiguous"
            values = (("found", who.found), ("near", "、".join(who.near)))
            said = tuple((key, value) for key, value in values if value)
            findings.append(Finding(code, Severity.ERROR, place, "", crosstab.ledger.id, "unit", said))
            rejected.append((row + 1, who.unit))
            continue
        for column, month in crosstab.months:
            quantity = reader[cells[column]]
            if quantity.problem:
                cell = Origin(file, sheet.name, row + 1, letter(column))
                findings.append(Finding(quantity.problem, Severity.ERROR, cell, "", crosstab.ledger.id, "sessions"))
            elif quantity.kind == EXACT:
                named.append(who.unit)
                if quantity.value:
                    counts.append((who.unit, row + 1, month, quantity.value))
    flat = _flat(crosstab, counts, declared.year or 0)
    table = Table(
        file=file,
        sheet=sheet.name,
        ledger=crosstab.ledger.id,
        read=read,
        columns=flat,
        unit=declared.unit.unit,
        named=tuple(sorted(set(named))),
        period=declared.period,
        rejected=tuple(rejected),
        crosstab=True,
    )
    return Parsed(table, tuple(findings))


def _flat(
    crosstab: Crosstab, counts: Sequence[tuple[int, int, int, int]], year: int
) -> dict[str, array[int] | list[str]]:
    length = len(counts)
    periods = [Period.of(year, "month", month) for _, _, month, _ in counts]
    flat: dict[str, array[int] | list[str]] = dict(_unstated(crosstab.ledger, length))
    sessions = array("q", (count for _, _, _, count in counts))
    flat |= {name: sessions for name in ("sessions", "sessions_low", "sessions_high")}
    flat["sessions_kind"] = array("b", [EXACT] * length)
    flat[crosstab.choice] = array("q", [crosstab.mask] * length)
    flat["unit"] = array("i", (unit for unit, _, _, _ in counts))
    flat["row"] = array("i", (row for _, row, _, _ in counts))
    flat["start_date"] = array("q", (_seconds(period.start) for period in periods))
    flat["end_date"] = array("q", (_seconds(period.end) for period in periods))
    flat["date_precision"] = array("b", [MONTH] * length)
    flat["start_date_timed"] = array("b", [0] * length)
    flat["key"] = array("q", range(length))
    flat["near"] = array("q", [0] * length)
    return flat


def _seconds(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86400


def _unstated(ledger: Ledger, length: int) -> Iterable[tuple[str, array[int] | list[str]]]:
    """The columns of fields that a crosstab does not have."""
    for field in ledger.fields:
        if field.type == "quantity":
            default = (field.default or 0) * MICRO
            kind = UNKNOWN if field.default is None else EXACT
            for name in (field.name, f"{field.name}_low", f"{field.name}_high"):
                yield name, array("q", [default] * length)
            yield f"{field.name}_kind", array("b", [kind] * length)
        elif field.type == "text":
            yield field.name, [""] * length
        elif field.type in ("choice", "choices", "role"):
            yield field.name, array("q", [ABSENT] * length)
