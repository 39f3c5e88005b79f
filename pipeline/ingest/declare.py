"""Whose a table is and which period it speaks of: cell, title, sheet, file and folder, and where they disagree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from pipeline.ingest import titles
from pipeline.ingest.titles import Statement
from pipeline.ingest.units import NOBODY, Named, Units
from pipeline.model import Register, Sheet
from pipeline.period import Period


@dataclass(frozen=True, slots=True)
class Declared:
    """The unit (or why there is none), the stated period, and the year for dates without one."""

    unit: Named = NOBODY
    period: Period | None = None
    year: int | None = None


def declared(sheet: Sheet, title: Iterable[int], path: Sequence[Statement], units: Units, above: Declared) -> Declared:
    """Of one table, from its title rows, its sheet's name and the path of its file; `above` is the sheet's first table."""
    title_rows = [sheet.rows[row] for row in title]
    label = next((named for row in title_rows if (named := titles.labelled_unit(row, units)) is not NOBODY), NOBODY)
    texts = [cell for row in title_rows for cell in row if isinstance(cell, str) and cell.strip()]
    spoken = [titles.of_name(text, units) for text in dict.fromkeys(texts) if ":" not in text and "：" not in text]
    statements = [*spoken, Statement(period=_stated_in_labels(texts)), titles.of_name(sheet.name, units), *path]
    period, year = titles.narrowed(statements, sheet.name)
    unit = _unit(label, [statement.unit for statement in statements], units.register)
    if unit is NOBODY:
        unit = above.unit
    return Declared(unit, period or above.period, year or above.year)


def _stated_in_labels(texts: Iterable[str]) -> Period | None:
    """``报告期：2023年上半年`` in a row of labels."""
    return next((p for text in texts if ":" in text or "：" in text if (p := titles.period(text))), None)


def _unit(label: Named, spoken: Sequence[Named], register: Register) -> Named:
    """A label says it; else the lowest of the units that title, sheet, file and folders name, if they are in one line."""
    units = [named for named in spoken if named.unit >= 0]
    if label.unit >= 0:
        line = {label.unit, *register.ancestors(label.unit)}
        return label if all(named.unit in line for named in units) else _conflict(chain([label], units), register)
    if label.problem:
        return label
    lowest = next((named for named in units if _lowest(named.unit, units, register)), NOBODY)
    unclear = next((named for named in spoken if named.problem), NOBODY)
    if units and lowest is NOBODY:
        return _conflict(units, register)
    if unclear is NOBODY or lowest is NOBODY:
        return lowest if unclear is NOBODY else unclear
    return lowest if _agrees(unclear, lowest, register) else unclear


def _lowest(unit: int, units: Sequence[Named], register: Register) -> bool:
    line = {unit, *register.ancestors(unit)}
    return all(named.unit in line for named in units)


def _agrees(unclear: Named, clear: Named, register: Register) -> bool:
    """An unclear title may stand beside a clear file name that it contains, or that settles a shared alias."""
    unit = register.units[clear.unit]
    if unclear.problem == "unit-ambiguous":
        return unit.name in unclear.near
    return any(name in unclear.found for name in (unit.name, *unit.aliases))


def _conflict(units: Iterable[Named], register: Register) -> Named:
    names = dict.fromkeys(register.units[named.unit].name for named in units)
    return Named(problem="unit-conflict", found="、".join(names))
