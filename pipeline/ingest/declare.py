"""Whose a table is and which period it speaks of: label, title, sheet, file and folder, and where they disagree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.ingest import titles
from pipeline.ingest.titles import Statement
from pipeline.ingest.units import NOBODY, Named, Units
from pipeline.model import Register, Sheet
from pipeline.period import Period
from pipeline.spelling import normal

_YEAR = (1, 12)
"""The first and last month of what may be called a year."""


class Title(NamedTuple):
    """What the rows above a table say: of its unit by a label or in words, and of its period."""

    label: Named = NOBODY
    spoken: tuple[Named, ...] = ()
    periods: tuple[Period, ...] = ()

    @property
    def names_unit(self) -> bool:
        return self.label is not NOBODY or any(named is not NOBODY for named in self.spoken)


class Declared(NamedTuple):
    """The unit (or why there is none), the stated period, and the year for dates without one."""

    unit: Named = NOBODY
    stated: tuple[int, ...] = ()
    """Every unit that label, title, sheet, file or folder names: a record's own unit must be each of them or below it."""
    around: tuple[int, ...] = ()
    """Those of them that sheet, file and folder name: a section title may take the place of the title above."""
    period: Period | None = None
    year: int | None = None
    title: Title = Title()
    section: Named = NOBODY
    """The unit that the table above it ended with, where this one goes on with it on another page."""


def declared(
    sheet: Sheet,
    title: Iterable[int],
    path: Sequence[Statement],
    units: Units,
    above: Declared,
    over: Sequence[str] = (),
) -> Declared:
    """Of one table, from its title rows, its sheet's name and the path of its file.

    `above` is the sheet's first table: what its title says holds for those below that say nothing else. `over` are group
    headings, of which one that is the name of a unit is a title.
    """
    own = _title(sheet, title, over, units)
    named = own if own.names_unit else above.title
    of_sheet = titles.of_name(sheet.name, units)
    periods = own.periods or above.title.periods
    statements = [*(Statement(period=period) for period in periods), of_sheet, *path]
    period, year = titles.narrowed(statements, sheet.name)
    if periods and _is_of_another_year(periods[0], (of_sheet, *path[:1]), path[1:]):
        year = None
    around = (of_sheet.unit, *(statement.unit for statement in path))
    spoken = Title(named.label, named.spoken, periods)
    if decided := _decided(units):
        return Declared(decided, _clear([decided]), _clear([decided]), period, year, spoken)
    unit = _unit(named.label, (*named.spoken, *around), units.register)
    stated = _clear((named.label, *named.spoken, *around))
    return Declared(unit, stated, _clear(around), period, year, spoken)


def _is_of_another_year(title: Period, near: Iterable[Statement], folders: Iterable[Statement]) -> bool:
    """Whether a title may be left from another year: sheet or file state another one, or a folder the same part of one."""
    stated = [each.period for each in near if each.period and each.period.start.year == each.period.end.year]
    stated += [each.period for each in folders if each.period and _months(each.period) == _months(title) != _YEAR]
    return any(each.start.year != title.start.year for each in stated)


def _months(period: Period) -> tuple[int, int]:
    return period.start.month, period.end.month


def names_unit(sheet: Sheet, title: Iterable[int], over: Sequence[str], units: Units) -> bool:
    """Whether the rows above a table name its unit, or try to."""
    return _title(sheet, title, over, units).names_unit


def signed(declared: Declared, sheet: Sheet, rows: Iterable[int], units: Units) -> Declared:
    """With the unit that a label below the table names: of a table that names none, or against what it names."""
    label = titles.labelled_unit(map(titles.line, map(sheet.rows.__getitem__, rows)), units)
    if declared.unit is NOBODY:
        return declared._replace(unit=label, stated=_clear([label]))
    both = (declared.unit, label)
    is_clear = min(each.unit for each in both) < 0 or any(_lowest(each.unit, both, units.register) for each in both)
    return declared if is_clear or _decided(units) else declared._replace(unit=_conflict(both, units.register))


def _clear(named: Iterable[Named]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(each.unit for each in named if each.unit >= 0))


def _title(sheet: Sheet, title: Iterable[int], over: Sequence[str], units: Units) -> Title:
    lines = [titles.line(sheet.rows[row]) for row in title]
    texts = dict.fromkeys(text for line in lines for text in line.texts)
    headings = [Statement(units[text]) for text in over if normal(text) in units.register.spellings]
    spoken = [*headings, *(titles.spoken(text, units) for text in texts)]
    labelled = titles.labelled_period(lines)
    periods = [statement.period for statement in spoken if statement.period]
    return Title(
        titles.labelled_unit(lines, units),
        tuple(statement.unit for statement in spoken if statement.unit is not NOBODY),
        tuple([*periods, labelled] if labelled else periods),
    )


def _decided(units: Units) -> Named | None:
    """The unit that 裁定 says the whole file is of."""
    name = units.decided()
    return units[name] if name else None


def _unit(label: Named, spoken: Sequence[Named], register: Register) -> Named:
    """A label says it; else the lowest of the units that title, sheet, file and folders name, if they are in one line."""
    units = [named for named in spoken if named.unit >= 0]
    if label.unit >= 0:
        line = {label.unit, *register.ancestors(label.unit)}
        return label if all(named.unit in line for named in units) else _conflict((label, *units), register)
    if label.problem:
        return label
    lowest = next((named for named in units if _lowest(named.unit, units, register)), NOBODY)
    unclear = next((named for named in spoken if named.problem), NOBODY)
    if units and lowest is NOBODY:
        return _conflict(units, register)
    if unclear is NOBODY or (lowest is not NOBODY and _agrees(unclear, lowest, register)):
        return lowest
    return unclear


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
