"""The date of every record of a region: from one column, from 年份 and 月份, filled down, or from one that stands in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate, chain, groupby, pairwise

from pipeline.ingest import cells, moments
from pipeline.ingest.candidates import STANDS_IN, Place
from pipeline.ingest.columns import YEAR_ASSUMED, Part, Readers, Stack, shown
from pipeline.ingest.distinct import Column
from pipeline.ingest.flat import Dates
from pipeline.ingest.headings import Meaning
from pipeline.ingest.moments import When
from pipeline.ingest.pointing import letter
from pipeline.model import Cell, Finding, Origin, Severity

_FEWEST = 4
"""Numbers that are in order by more than chance."""
_SIGNS = re.compile(r"[年月日份号度]+$")


@dataclass(frozen=True, slots=True)
class _Dated:
    """The date cells of the records, and where they stand."""

    column: Column
    place: Place
    borrowed: AbstractSet[int] = frozenset()
    """Records whose own row does not say it."""


def dates(stack: Stack, readers: Readers) -> Dates:
    """The date of every record; those that cannot be read have their finding and are not counted."""
    reader = stack.dates(readers)
    if stack.region.calendar or (starts := stack.numbers(stack.region.places["start_date"], reader)) is None:
        return Dates.joined([_dates(part, readers, findings) for part, findings in stack])
    for part, findings in stack:
        findings.extend(_used_instead(part))
    return Dates.of_days(starts)


def _dates(part: Part, readers: Readers, findings: list[Finding]) -> Dates:
    if part.region.calendar:
        return Dates.of(_read(part, readers, _in_calendar(part, findings), findings))
    place = part.region.places["start_date"]
    if (starts := part.numbers(place, part.dates(readers))) is None:
        return Dates.of(_read(part, readers, _in_column(part, place, findings), findings))
    findings += _used_instead(part)
    return Dates.of_days(starts)


def _read(part: Part, readers: Readers, dated: _Dated, findings: list[Finding]) -> list[When]:
    read = _neighbourly(part, [_unless_ditto(when) for when in part.dated(dated.column, readers)])
    if _are_ordinals(dated):
        read = [when._replace(problem="date-ambiguous") for when in read]
    broken, other = part.broken(dated.place), part.region.stand_in
    taken = _stand_in(part, other, [i for i, when in enumerate(read) if _is_blank(when) and i not in broken])
    findings += _used_instead(part)
    if other and taken:
        findings.append(_assumed(part, other))
        instead = part.dated(part.cells(other), readers)
        for i in taken:
            read[i] = instead[i]
    for i, (when, cell) in enumerate(zip(read, dated.column.cells, strict=True)):
        place = other if other and i in taken else dated.place
        if when.problem:
            code, found = broken.get(i, (when.problem, shown(taken.get(i, cell))))
            findings.append(part.finding(code, Severity.ERROR, i, place, found=found))
        elif when.notes and i not in dated.borrowed:
            findings += _notes(part, i, when, place, shown(taken.get(i, cell)))
    return read


def _are_ordinals(dated: _Dated) -> bool:
    """1, 2, 3, 4 … under a heading that speaks of no months: they may number the rows."""
    cells = dated.column.cells
    return (
        len(cells) >= _FEWEST
        and float in dated.column.types
        and "月" not in dated.place.text
        and all(cell == number for number, cell in enumerate(cells, start=1))
    )


def _unless_ditto(when: When) -> When:
    """同上 with nothing above."""
    return when._replace(problem="date-missing") if when.same else when


def _is_blank(when: When) -> bool:
    return when.problem == "date-missing"


def _stand_in(part: Part, other: Place | None, blank: Sequence[int]) -> Mapping[int, Cell]:
    """Records whose date is blank → the cell of another column that may stand in for it."""
    column = part.cells(other).cells if other and blank else []
    return {i: column[i] for i in blank if other and column[i] is not None and column[i] != ""}


def _notes(part: Part, i: int, when: When, place: Place, found: str) -> Iterable[Finding]:
    start = date(1970, 1, 1) + timedelta(seconds=when.start)
    for note in when.notes:
        year = str(start.year) if note == YEAR_ASSUMED else ""
        kept = str(start) if note == "date-from-range" else ""
        yield part.finding(note, Severity.NOTICE, i, place, found=found, year=year, kept=kept)


def _in_column(part: Part, place: Place, findings: list[Finding]) -> _Dated:
    written = part.cells(place)
    filled = _filled_down(part, place, written, findings)
    merged = part.merged(place.column)
    borrowed = {i for i, row in enumerate(part.rows) if row in merged} if merged else set()
    if filled is not written:
        borrowed |= {i for i, cell in enumerate(written.cells) if cell is not filled.cells[i]}
    return _Dated(filled, place, borrowed)


def _in_calendar(part: Part, findings: list[Finding]) -> _Dated:
    """年份, 月份 and 日 columns as one text; without a month it is no date."""
    field = part.region.ledger.field("start_date")
    columns, places = [], []
    for column, sign in zip(part.region.calendar, "年月日", strict=True):
        if column >= 0:
            place = Place(column, field.header, Meaning(field, 0))
            filled = _filled_down(part, place, part.cells(place), findings)
            columns.append([_numbered(cell, sign) for cell in filled.cells])
            places.append(place)
    joined: list[Cell] = ["".join(texts) if all(texts) else "" for texts in zip(*columns, strict=True)]
    return _Dated(Column(joined), places[0])


def _numbered(cell: Cell, sign: str) -> str:
    number = _SIGNS.sub("", cells.text(cell))
    return f"{number}{sign}" if number else ""


def _filled_down(part: Part, place: Place, column: Column, findings: list[Finding]) -> Column:
    """Blanks under a date mean the same date only where the column is written that way throughout."""
    if not column.has_blanks():
        return column
    blank = [cell is None or cell == "" for cell in column.cells]
    if blank[0] or not _throughout(column.cells, blank):
        return column
    filled = list(column.cells)
    broken = part.broken(place)
    for i, empty in enumerate(blank):
        if empty and i not in broken and i not in part.first_of_title:
            filled[i] = filled[i - 1]
            findings.append(
                part.finding("fill-down", Severity.NOTICE, i, place, found=shown(filled[i]), header=place.text)
            )
    return Column(filled)


def _throughout(column: Sequence[Cell], blank: Sequence[bool]) -> bool:
    """Several dates, none written twice running, and most of them with blanks below."""
    written = [cell for cell, empty in zip(column, blank, strict=True) if not empty]
    if len(written) < 2 or any(a == b for a, b in pairwise(written)):
        return False
    followed = sum(1 for here, below in pairwise(blank) if not here and below)
    return followed * 2 > len(written)


def _neighbourly(part: Part, read: list[When]) -> list[When]:
    """6.3 typed as a number is settled where the sorted dates around it leave one reading."""
    if not any(when.readings for when in read):
        return read
    return list(chain.from_iterable(_in_order(read[stretch]) for stretch in _stretches(part)))


def _stretches(part: Part) -> list[slice]:
    """The records that may be in one order of time: all, or in a table that goes unit by unit, those of each."""
    runs = [(unit, len(list(rows))) for unit, rows in groupby(map(part.owner, part.rows))]
    if len({unit for unit, _ in runs}) < len(runs):
        return [slice(0, len(part.rows))]
    return [slice(end - length, end) for end, (_, length) in zip(accumulate(n for _, n in runs), runs, strict=True)]


def _in_order(read: list[When]) -> list[When]:
    """With what is ambiguous settled, if the dates that are known run in one direction."""
    known = [when.start for when in read if not when.problem]
    if len(known) < 2:
        return read
    if known == sorted(known):
        return _settled(read)
    return _settled(read[::-1])[::-1] if known == sorted(known, reverse=True) else read


def _settled(read: Sequence[When]) -> list[When]:
    """Of dates that never go back: each ambiguous one between the dates before and after it."""
    settled: list[When] = []
    before: int | None = None
    for when, after in zip(read, _following(read), strict=True):
        fitting = [s for s in when.readings if (before is None or before <= s) and (after is None or s <= after)]
        settled.append(moments.settled(when, fitting[0]) if len(fitting) == 1 else when)
        before = before if when.problem else when.start
    return settled


def _following(read: Sequence[When]) -> list[int | None]:
    """For each the start of the next that is known."""
    following: list[int | None] = []
    after: int | None = None
    for when in reversed(read):
        following.append(after)
        after = after if when.problem else when.start
    return following[::-1]


def _used_instead(part: Part) -> Iterable[Finding]:
    """The column of another date is read where none of the date itself is found."""
    place = part.region.places.get("start_date")
    if place and place.meaning.rank == STANDS_IN and part.rows:
        yield _assumed(part, place)


def _assumed(part: Part, place: Place) -> Finding:
    origin = Origin(part.file, part.sheet.name, part.region.header[-1] + 1, letter(place.column))
    expected = part.region.ledger.field("start_date").header
    values = (("header", place.text), ("expected", expected))
    return Finding("date-column-assumed", Severity.NOTICE, origin, "", part.region.ledger.id, "start_date", values)
