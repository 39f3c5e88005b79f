"""The date of every record of a region: from one column, from 年份 and 月份, filled down, or from one that stands in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from pipeline.ingest import cells, moments
from pipeline.ingest.candidates import STANDS_IN, Place
from pipeline.ingest.columns import YEAR_ASSUMED, Dates, Part, Readers, shown
from pipeline.ingest.headings import Meaning
from pipeline.ingest.moments import When
from pipeline.ingest.pointing import letter
from pipeline.model import Cell, Finding, Origin, Severity


@dataclass(slots=True)
class _Dated:
    """The date cells of the records: what each says, where, and whether its own row says it."""

    cells: list[Cell]
    places: list[Place]
    own: list[bool]


def dates(part: Part, readers: Readers, findings: list[Finding]) -> list[When]:
    """The date of every record; those with a problem have their finding and are not counted."""
    reader = part.dates(readers)
    dated = _in_calendar(part, findings) if part.region.calendar else _in_column(part, findings)
    read = _neighbourly([_unless_ditto(reader[cell]) for cell in dated.cells])
    broken = part.broken(dated.places[0]) if dated.places else {}
    _stand_in(part, reader, read, dated, findings)
    for i, when in enumerate(read):
        if when.problem:
            code, found = broken.get(i, (when.problem, shown(dated.cells[i])))
            findings.append(part.finding(code, Severity.ERROR, i, dated.places[i], found=found))
        elif when.notes and dated.own[i]:
            _note(part, i, when, dated, findings)
    return read


def _unless_ditto(when: When) -> When:
    """同上 with nothing above."""
    return replace(when, problem="date-missing") if when.same else when


def _note(part: Part, i: int, when: When, dated: _Dated, findings: list[Finding]) -> None:
    for note in when.notes:
        year = str(part.year) if note == YEAR_ASSUMED else ""
        kept = str(date(1970, 1, 1) + timedelta(seconds=when.start)) if note == "date-from-range" else ""
        found = shown(dated.cells[i])
        findings.append(part.finding(note, Severity.NOTICE, i, dated.places[i], found=found, year=year, kept=kept))


def _in_column(part: Part, findings: list[Finding]) -> _Dated:
    place = part.region.places["start_date"]
    written = part.cells(place)
    filled = _filled_down(part, place, written, findings)
    merged = part.merged(place.column)
    own = [a is b and row not in merged for a, b, row in zip(written, filled, part.rows, strict=True)]
    return _Dated(filled, [place] * len(filled), own)


def _in_calendar(part: Part, findings: list[Finding]) -> _Dated:
    """年份, 月份 and 日 columns as one text; without a month it is no date."""
    field = part.region.ledger.field("start_date")
    columns, places = [], []
    for column, sign in zip(part.region.calendar, "年月日", strict=True):
        if column >= 0:
            place = Place(column, field.header, Meaning(field, 0))
            filled = _filled_down(part, place, part.cells(place), findings)
            columns.append([_numbered(cell, sign) for cell in filled])
            places.append(place)
    joined: list[Cell] = ["".join(texts) if all(texts) else "" for texts in zip(*columns, strict=True)]
    return _Dated(joined, [places[0]] * len(joined), [True] * len(joined))


def _numbered(cell: Cell, sign: str) -> str:
    number = re.sub(r"[年月日份号度]+$", "", cells.text(cell))
    return f"{number}{sign}" if number else ""


def _filled_down(part: Part, place: Place, column: list[Cell], findings: list[Finding]) -> list[Cell]:
    """Blanks under a date mean the same date only where the column is written that way throughout."""
    blank = [cell is None or cell == "" for cell in column]
    if not any(blank) or blank[0] or not _throughout(column, blank):
        return column
    filled = list(column)
    broken = part.broken(place)
    for i, empty in enumerate(blank):
        if empty and i not in broken:
            filled[i] = filled[i - 1]
            findings.append(
                part.finding("fill-down", Severity.NOTICE, i, place, found=shown(filled[i]), header=place.text)
            )
    return filled


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


def _settled(read: list[When]) -> list[When]:
    settled = list(read)
    for i, when in enumerate(read):
        if when.readings:
            before = max((w.start for w in read[:i] if not w.problem), default=None)
            after = min((w.start for w in read[i + 1 :] if not w.problem), default=None)
            fitting = [s for s in when.readings if (before is None or before <= s) and (after is None or s <= after)]
            if len(fitting) == 1:
                settled[i] = moments.settled(when, fitting[0])
    return settled


def _stand_in(part: Part, reader: Dates, read: list[When], dated: _Dated, findings: list[Finding]) -> None:
    """Where the date is blank another column may stand in for it, said once a column."""
    used, other = part.region.places.get("start_date"), part.region.stand_in
    if used and used.meaning.rank == STANDS_IN and part.rows:
        findings.append(_assumed(part, used))
    if other is None:
        return
    broken = part.broken(dated.places[0]) if dated.places else {}
    blank = (i for i, when in enumerate(read) if when.problem == "date-missing" and i not in broken)
    column = part.cells(other)
    taken = [i for i in blank if column[i] is not None and column[i] != ""]
    for i in taken:
        read[i], dated.cells[i], dated.places[i] = reader[column[i]], column[i], other
    if taken:
        findings.append(_assumed(part, other))


def _assumed(part: Part, place: Place) -> Finding:
    origin = Origin(part.file, part.sheet.name, part.region.header[-1] + 1, letter(place.column))
    expected = part.region.ledger.field("start_date").header
    values = (("header", place.text), ("expected", expected))
    return Finding("date-column-assumed", Severity.NOTICE, origin, "", part.region.ledger.id, "start_date", values)
