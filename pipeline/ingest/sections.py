"""Section titles inside a table: which rows are some, and the unit, year and month that they state for the rows below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from pipeline.ingest import titles
from pipeline.ingest.columns import Part
from pipeline.ingest.rows import Kind, in_order, is_coarse, label, moved
from pipeline.ingest.units import NOBODY, Named, Units
from pipeline.model import Cell
from pipeline.spelling import normal

_LABEL = re.compile(r"^(单位|部门|党组织|支部):")
_CODE = re.compile(r"^\d{1,4}")
_TEXTUAL = frozenset((str, type(None)))
_ENUMERATION = re.compile(r"^\(?[一二三四五六七八九十]{1,3}[)、.]")


def told(part: Part, units: Units) -> Part:
    """The part with the names of units that stand alone in a row as section titles, and with what those say of dates."""
    part = _named(part, units)
    stated = _stated(part)
    return replace(part, stated=stated) if stated else part


def owners(part: Part, units: Units, above: Named = NOBODY) -> Mapping[int, Named]:
    """Row → the unit of the section title above it; a title of a month or a form is part of the section around it.

    `above` is the unit that rows before the first title go on with.
    """
    owner, found = above, {}
    if above is not NOBODY and Kind.SECTION not in part.region.kinds:
        return dict.fromkeys(chain.from_iterable(part.region.kinds.values()), above)
    for row, title in _rows(part):
        if title is None:
            found[row] = owner
        else:
            owner = _owner(part, title, owner, units)
    return {row: named for row, named in found.items() if named is not NOBODY}


def headed(part: Part, units: Units, above: Named = NOBODY) -> Mapping[int, Named]:
    """The row of every section title → the unit from there on."""
    found = {}
    for row, title in _rows(part):
        if title is not None:
            above = found[row] = _owner(part, title, above, units)
    return found


def ending(part: Part, units: Units, above: Named) -> Named:
    """The unit of the last section."""
    titles = headed(part, units, above)
    return titles[max(titles)] if titles else above


def going_on(part: Part, units: Units, above: Named) -> Named:
    """The unit below the title of a table that goes on with the one above it."""
    for row in part.region.title:
        cells = part.sheet.rows[row]
        text = _text(cells)
        if text and not titles.line(cells).fields and label(text) is None:
            above = _owner(part, cells, above, units)
    return above


def _owner(part: Part, title: Sequence[Cell], above: Named, units: Units) -> Named:
    """The unit from a section title on; below the name of a unit a title that says nothing of units is asked about."""
    named, text = _unit(title, units), _text(title)
    if named.unit >= 0 or (named is NOBODY and units.is_kind(text)):
        return named
    if _is_within(part, text) or units.is_none(text) or units.is_general(text):
        return above
    return named if named is not NOBODY or above is NOBODY else Named(problem="unit-unknown", found=text.strip())


def _rows(part: Part) -> Iterator[tuple[int, Sequence[Cell] | None]]:
    """The rows of a table with section titles: the cells of a title, None for any other row."""
    kinds = part.region.kinds
    for row, kind in in_order(kinds) if Kind.SECTION in kinds else ():
        yield row, part.row(row) if kind is Kind.SECTION else None


def _text(cells: Sequence[Cell]) -> str:
    return next((cell for cell in cells if isinstance(cell, str) and cell.strip()), "")


def _unit(cells: Sequence[Cell], units: Units) -> Named:
    """The unit of a section title, by a label or by the name in it."""
    labelled = _labelled(cells, units)
    return labelled if labelled is not NOBODY else units.within(_LABEL.sub("", normal(_text(cells))))


def _labelled(cells: Sequence[Cell], units: Units) -> Named:
    return titles.labelled_unit((titles.line(cells),), units)


def _is_within(part: Part, text: str) -> bool:
    """A month, a year or a choice of the ledger, whose unit is that of the section around it."""
    bare = _ENUMERATION.sub("", normal(text))
    vocabularies = (field.vocabulary for field in part.region.ledger.fields)
    return any(_period(bare)) or is_coarse(bare) or any(bare in each.spellings for each in vocabularies if each)


# --- units -----------------------------------------------------------------------------------------------------------


def _named(part: Part, units: Units) -> Part:
    """With the rows that say nothing but a unit as section titles: its name, or 填报单位：…"""
    titled = {row for row in _undated(part) if _is_lone_name(part, row, units)}
    last = part.rows[-1] if part.rows else -1
    titled |= {
        row
        for row in part.region.kinds.get(Kind.FOOTER, ())
        if row < last and _labelled(part.row(row), units).unit >= 0
    }
    if not titled:
        return part
    rows = [row for row in part.rows if row not in titled]
    return replace(part, region=part.region._replace(kinds=moved(part.region.kinds, titled, Kind.SECTION)), rows=rows)


def _undated(part: Part) -> Iterable[int]:
    """The records that have no day, month or number where the date stands."""
    place, grid = part.region.places.get("start_date"), part.sheet.rows
    return [row for row in part.rows if type(grid[row][place.column]) in _TEXTUAL] if place else part.rows


def _is_lone_name(part: Part, row: int, units: Units) -> bool:
    """Where a date would stand what looks like a unit is meant as one, elsewhere only what is one."""
    place = part.region.places.get("start_date")
    date = part.sheet.rows[row][place.column] if place else None
    if isinstance(date, str) and any(map(str.isdigit, _CODE.sub("", date.strip()))):
        return False
    cells = part.row(row)
    filled = [cell for cell in cells if _is_filled(cell)]
    if len(filled) != 1 or not isinstance(filled[0], str) or _names_records(part, row):
        return False
    named = _unit(cells, units)
    return named is not NOBODY if _is_filled(date) else units[filled[0]].unit >= 0 or _labelled(cells, units).unit >= 0


def _names_records(part: Part, row: int) -> bool:
    """Whether the unit stands in the column of the units."""
    place = part.region.places.get("unit")
    return place is not None and _is_filled(part.sheet.rows[row][place.column])


def _is_filled(cell: Cell) -> bool:
    return cell is not None and cell != ""


# --- dates -----------------------------------------------------------------------------------------------------------


def _stated(part: Part) -> dict[int, tuple[int | None, int | None]]:
    """Row → the year and month of the section titles above it."""
    found: dict[int, tuple[int | None, int | None]] = {}
    year, month, is_said = part.year, part.month, False
    for row, title in _rows(part):
        if title is None and is_said:
            found[row] = year, month
        elif title is not None:
            said = _period(_ENUMERATION.sub("", normal(_text(title))))
            year, month = said[0] or year, said[1] if any(said) else month
            is_said = is_said or any(said)
    return found


def _period(text: str) -> tuple[int | None, int | None]:
    """The year and the one month that a title states."""
    period = titles.period(text)
    if period is None:
        return None, titles.month(text)
    months = {period.start.month, period.end.month}
    return period.start.year, months.pop() if len(months) == 1 else None
