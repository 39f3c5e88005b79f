"""Whose each record and zero report is: by the unit column, the section title above, or what the table declares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, repeat
from typing import NamedTuple

from pipeline.ingest import cells, rows, sections
from pipeline.ingest.candidates import Place
from pipeline.ingest.columns import Part, shown
from pipeline.ingest.declare import Declared
from pipeline.ingest.pointing import letter, said
from pipeline.ingest.rows import Kind
from pipeline.ingest.units import NOBODY, Named, Units
from pipeline.model import Cell, Finding, Origin, Register, Severity
from pipeline.spelling import normal

_OTHERS = re.compile(r"联|协|共|合|参|受|被|对象|来源|转|帮|巡|查|督|授|讲|去|地点|地址|场所|会场")
"""Units that take part in what another one does, or where it is done."""
_OWNED = (Kind.RECORD, Kind.ZERO)


class Owners(NamedTuple):
    """Row → unit (-1: none) of every record and zero report; `refused`: the whole table is nobody's."""

    by_row: Mapping[int, int]
    findings: tuple[Finding, ...] = ()
    refused: bool = False


def owners(part: Part, declared: Declared, units: Units) -> Owners:
    """The unit of every row, and why not."""
    owned = rows.together(part.region.kinds, *_OWNED)
    place = part.region.places.get("unit")
    if declared.unit.problem == "unit-conflict" and owned:
        return _refused(part, declared.unit, owned)
    if place is not None:
        return _by_column(part, place, owned, declared, units)
    if by_section := sections.owners(part, units, declared.section):
        named = {row: by_section.get(row, declared.unit) for row in owned}
        settled = {row: _checked(who, declared.around, units.register) for row, who in named.items()}
        return _settled(part, settled, "")
    if declared.unit.unit >= 0:
        return Owners(dict.fromkeys(owned, declared.unit.unit))
    return _refused(part, declared.unit, owned) if owned else Owners({})


def ending(part: Part, declared: Declared, units: Units) -> Named:
    """The unit that a table ends with, should it go on below."""
    place, first = part.region.places.get("unit"), declared.section
    if place is None:
        return sections.ending(part, units, declared.unit if first is NOBODY else first)
    titles = _titles(part, declared, units)
    title = max(titles, default=-1)
    below = (row for row in reversed(part.region.kinds.get(Kind.RECORD, ())) if row > title)
    names = (part.sheet.rows[row][place.column] for row in below)
    return next((_known(cell, declared, units) for cell in names if _is_name(cell)), titles.get(title, first))


def unclaimed(part: Part, declared: Declared, units: Units) -> bool:
    """Whether a column that nobody knows names units under those of the records: whose these are, nobody says."""
    return any(_names(part, column, declared, units) for column in part.region.strange)


def _names(part: Part, column: int, declared: Declared, units: Units) -> bool:
    """Whether most of what stands in a column are names of units, one of them below the unit of its record."""
    cells = part.column(column).cells
    spelled = {cell: _spelled(cell, units) for cell in set(cells) if not _is_blank(cell)}
    if sum(map(bool, spelled.values())) * 2 <= len(spelled) or _is_of_others(part, column):
        return False
    place = part.region.places.get("unit")
    of_records = (
        [_spelled(cell, units) for cell in part.column(place.column).cells] if place else repeat((declared.unit.unit,))
    )
    pairs = {(upper, lower) for upper, cell in zip(of_records, cells, strict=False) for lower in spelled.get(cell, ())}
    return any(not set(upper).isdisjoint(units.register.ancestors(lower)) for upper, lower in pairs)


def _spelled(cell: Cell, units: Units) -> tuple[int, ...]:
    return units.spelled(normal(cell)) if isinstance(cell, str) else ()


def _is_of_others(part: Part, column: int) -> bool:
    headings = (part.sheet.rows[row][column] for row in part.region.header)
    return any(isinstance(text, str) and _OTHERS.search(text) for text in headings)


def _refused(part: Part, named: Named, owned: Iterable[int]) -> Owners:
    """One finding for the whole table, without a row."""
    return Owners(dict.fromkeys(owned, -1), (_problem(part, named, 0, ""),), refused=True)


def _by_column(part: Part, place: Place, owned: Sequence[int], declared: Declared, units: Units) -> Owners:
    """Blanks take the name above, in a cell or a section title, or the declared unit before the first name."""
    merged, grid = part.merged(place.column), part.sheet.rows
    column = [grid[merged.get(row, row)][place.column] for row in owned]
    known = {cell: _known(cell, declared, units) for cell in dict.fromkeys(column) if _is_name(cell)}
    broken = {row for row, marked in chain(part.sheet.errors, part.sheet.uncached) if marked == place.column}
    named: dict[int, Named] = {}
    findings: list[Finding] = []
    above, title, titles = declared.section, NOBODY, sorted(_titles(part, declared, units).items(), reverse=True)
    for row, cell in zip(owned, column, strict=True):
        while titles and titles[-1][0] < row:
            at, above = titles.pop()
            title = NOBODY if _spelled(grid[at][place.column], units) else above
        if row in broken:
            named[row] = _broken(part, row, place)
        elif cell in known:
            above = named[row] = _checked(known[cell], _clear(title), units.register)
        elif above is NOBODY or not _is_blank(cell):
            named[row] = checked(declared.unit, declared, units.register)
        else:
            named[row] = above
            findings += _filled_down(part, row, place, above, units.register)
    settled = _settled(part, named, letter(place.column))
    return Owners(settled.by_row, (*findings, *settled.findings))


def _titles(part: Part, declared: Declared, units: Units) -> Mapping[int, Named]:
    """The row of every section title that speaks of another unit than the one before → that unit."""
    found, above = {}, NOBODY
    for row, named in sections.headed(part, units).items():
        if named != above:
            above = named
            found[row] = named if named is NOBODY else _checked(named, declared.around, units.register)
    return found


def _clear(named: Named) -> tuple[int, ...]:
    return (named.unit,) if named.unit >= 0 else ()


def _known(cell: Cell, declared: Declared, units: Units) -> Named:
    return checked(units[cell if isinstance(cell, str) else shown(cell)], declared, units.register)


def _is_name(cell: Cell) -> bool:
    return not _is_blank(cell) and not rows.says_none(cell)


def _filled_down(part: Part, row: int, place: Place, above: Named, register: Register) -> Iterable[Finding]:
    if above.unit >= 0:
        found = register.units[above.unit].name
        yield part.at(row, place, "fill-down", Severity.NOTICE, found=found, header=place.text)


def _is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and cells.is_ditto(cell))


def _broken(part: Part, row: int, place: Place) -> Named:
    error = part.sheet.errors.get((row, place.column), "")
    return Named(problem="formula-error" if error else "formula-uncached", found=error)


def checked(named: Named, declared: Declared, register: Register) -> Named:
    """A unit conflicts with what title or file name state, unless it is that unit or one under it."""
    return _checked(named, declared.stated, register)


def _checked(named: Named, stated: Iterable[int], register: Register) -> Named:
    if named.unit < 0:
        return named if named.problem else Named(problem="unit-missing")
    line = {named.unit, *register.ancestors(named.unit)}
    against = [unit for unit in stated if unit not in line]
    if not against:
        return named
    names = "、".join(register.units[unit].name for unit in (named.unit, *against))
    return Named(problem="unit-conflict", found=names)


def _settled(part: Part, named: Mapping[int, Named], column: str) -> Owners:
    findings = tuple(_problem(part, who, row + 1, column) for row, who in named.items() if who.unit < 0)
    return Owners({row: who.unit for row, who in named.items()}, findings)


def _problem(part: Part, named: Named, row: int, column: str) -> Finding:
    origin = Origin(part.file, part.sheet.name, row, column)
    values = said(found=named.found[:40], near="、".join(named.near))
    return Finding(
        named.problem or "unit-missing", Severity.ERROR, origin, "", part.region.ledger.id, "unit", values
    )  # fmt: skip
