"""The date of every record of a region: from one column, from 年份 and 月份, filled down, or from one that stands in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import pairwise

from pipeline.ingest import cells, moments
from pipeline.ingest.candidates import STANDS_IN, Place
from pipeline.ingest.columns import YEAR_ASSUMED, Part, Readers, shown
from pipeline.ingest.distinct import Column, Reader
from pipeline.ingest.headings import Meaning
from pipeline.ingest.moments import When
from pipeline.ingest.pointing import letter
from pipeline.model import Cell, Finding, Origin, Severity

_SIGNS = re.compile(r"[年月日份号度]+$")


@dataclass(slots=True)
class _Dated:
    """The date cells of the records: what each says, and where."""

    column: Column
    places: list[Place]
    borrowed: AbstractSet[int] = frozenset()
    """Records whose own row does not say it."""


def dates(part: Part, readers: Readers, findings: list[Finding]) -> list[When]:
    """The date of every record; those with a problem have their finding and are not counted."""
    reader = part.dates(readers)
    dated = _in_calendar(part, findings) if part.region.calendar else _in_column(part, findings)
    read = reader.column(dated.column)
    if any(when.problem or when.same for when in read):
        read = _neighbourly([_unless_ditto(when) for when in read])
    broken = part.broken(dated.places[0]) if dated.places else {}
    _stand_in(part, reader, read, dated, findings)
    for i, when in enumerate(read):
        if when.problem:
            code, found = broken.get(i, (when.problem, shown(dated.column.cells[i])))
            findings.append(part.finding(code, Severity.ERROR, i, dated.places[i], found=found))
        elif when.notes and i not in dated.borrowed:
            _note(part, i, when, dated, findings)
    return read


def _unless_ditto(when: When) -> When:
    """同上 with nothing above."""
    return when._replace(problem="date-missing") if when.same else when


def _note(part: Part, i: int, when: When, dated: _Dated, findings: list[Finding]) -> None:
    for note in when.notes:
        year = str(part.year) if note == YEAR_ASSUMED else ""
        kept = str(date(1970, 1, 1) + timedelta(seconds=when.start)) if note == "date-from-range" else ""
        found = shown(dated.column.cells[i])
        findings.append(part.finding(note, Severity.NOTICE, i, dated.places[i], found=found, year=year, kept=kept))


def _in_column(part: Part, findings: list[Finding]) -> _Dated:
    place = part.region.places["start_date"]
    written = part.cells(place)
    filled = _filled_down(part, place, written, findings)
    merged = part.merged(place.column)
    borrowed = {i for i, row in enumerate(part.rows) if row in merged} if merged else set()
    if filled is not written:
        borrowed |= {i for i, cell in enumerate(written.cells) if cell is not filled.cells[i]}
    return _Dated(filled, [place] * len(part.rows), borrowed)


def _in_calendar(part: Part, findings: list[Finding]) -> _Dated:
    """年份, 月份 and 日 columns as one text; without a month it is no date."""
    field = part.region.ledger.field("start_date")
    columns, places = [], []
    for column, sign in zip(part.region.calendar, "年月日", strict=True):
        if column >= 0:
            place = Place(column, field.header, Meaning(field, 0))
            filled = _filled_down(part, place, part.cells(place), findings)
            columns.append(Reader(partial(_numbered, sign=sign)).column(filled))
            places.append(place)
    joined: list[Cell] = ["".join(texts) if all(texts) else "" for texts in zip(*columns, strict=True)]
    return _Dated(Column.of(joined), [places[0]] * len(joined))


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
        if empty and i not in broken:
            filled[i] = filled[i - 1]
            findings.append(
                part.finding("fill-down", Severity.NOTICE, i, place, found=shown(filled[i]), header=place.text)
            )
    return Column.of(filled)


def _throughout(column: Sequence[Cell], blank: Sequence[bool]) -> bool:
    """Several dates, none written twice running, and most of them with blanks below."""
    written = [cell for cell, empty in zip(column, blank, strict=True) if not empty]
    if len(written) < 2 or any(a == b for a, b in pairwise(written)):
        return False
    followed = sum(1 for here, below in pairwise(blank) if not here and below)
    return followed * 2 > len(written)


def _neighbourly(read: list[When]) -> list[When]:
    """6.3 typed as a number is settled where the sorted dates around it leave one reading."""
    if not any(when.readings for when in read):
        return read
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


def _stand_in(part: Part, reader: Reader[When], read: list[When], dated: _Dated, findings: list[Finding]) -> None:
    """Where the date is blank another column may stand in for it, said once a column."""
    used, other = part.region.places.get("start_date"), part.region.stand_in
    if used and used.meaning.rank == STANDS_IN and part.rows:
        findings.append(_assumed(part, used))
    if other is None:
        return
    broken = part.broken(dated.places[0]) if dated.places else {}
    blank = (i for i, when in enumerate(read) if when.problem == "date-missing" and i not in broken)
    column = part.cells(other)
    taken = [i for i in blank if column.cells[i] is not None and column.cells[i] != ""]
    if taken:
        _take(taken, column, other, reader, read, dated)
        findings.append(_assumed(part, other))


def _take(
    taken: Iterable[int], column: Column, place: Place, reader: Reader[When], read: list[When], dated: _Dated
) -> None:
    stated, written = reader.column(column), list(dated.column.cells)
    for i in taken:
        read[i], written[i], dated.places[i] = stated[i], column.cells[i], place
    dated.column = Column.of(written)


def _assumed(part: Part, place: Place) -> Finding:
    origin = Origin(part.file, part.sheet.name, part.region.header[-1] + 1, letter(place.column))
    expected = part.region.ledger.field("start_date").header
    values = (("header", place.text), ("expected", expected))
    return Finding("date-column-assumed", Severity.NOTICE, origin, "", part.region.ledger.id, "start_date", values)
