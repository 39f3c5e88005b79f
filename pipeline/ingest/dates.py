"""The date of every record of a region: from one column, from 年份 and 月份, filled down, or from one that stands in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.ingest import cells
from pipeline.ingest.cells import When
from pipeline.ingest.columns import Dates, Part, Readers, shown
from pipeline.ingest.locate import Place, letter
from pipeline.model import Cell, Finding, Origin, Severity


def dates(part: Part, readers: Readers, findings: list[Finding]) -> list[When]:
    """The date of every record; those with a problem have their finding and are not counted."""
    reader = part.dates(readers)
    place = part.region.places.get("start_date") or _calendar_place(part)
    column = _calendar_cells(part) if part.region.calendar else part.cells(place)
    column = _filled_down(part, place, column, findings) if not part.region.calendar else column
    read = _neighbourly([reader[cell] for cell in column])
    columns, places = list(column), [place] * len(column)
    _stand_in(part, reader, read, columns, places, findings)
    broken = part.broken(place)
    for i, when in enumerate(read):
        if when.problem:
            code, found = broken.get(i, (when.problem, shown(columns[i])))
            findings.append(part.finding(code, Severity.ERROR, i, places[i], found=found))
        for note in when.notes:
            said = str(part.year) if note == "date-year-assumed" else ""
            findings.append(part.finding(note, Severity.NOTICE, i, places[i], found=shown(columns[i]), year=said))
    return read


def _calendar_place(part: Part) -> Place:
    field = part.region.ledger.field("start_date")
    some = next(iter(part.region.places.values()))
    return Place(
        part.region.calendar[0] if part.region.calendar else 0, field.header, replace(some.meaning, field=field)
    )


def _calendar_cells(part: Part) -> list[Cell]:
    """年份 + 月份 (+ 日) columns as one text."""
    found: list[Cell] = []
    above = [""] * 3
    for row in part.rows:
        texts = [cells.text(part.sheet.rows[row][column]) for column in part.region.calendar]
        above = [text or old for text, old in zip(texts, above, strict=False)]
        numbers = [re.sub(r"[年月日份号]+$", "", text) for text in above]
        found.append("".join(f"{number}{unit}" for number, unit in zip(numbers, "年月日", strict=False) if number))
    return found


def _filled_down(part: Part, place: Place, column: list[Cell], findings: list[Finding]) -> list[Cell]:
    """Blanks under a date mean the same date only where the column is written that way throughout."""
    blank = [cell is None or cell == "" for cell in column]
    if not any(blank) or blank[0] or not _throughout(column, blank):
        return column
    filled = list(column)
    merged = part.merged(place.column)
    broken = part.broken(place)
    for i, empty in enumerate(blank):
        if empty and i not in broken and part.rows[i] not in merged:
            filled[i] = filled[i - 1]
            findings.append(part.finding("fill-down", Severity.NOTICE, i, place, found=shown(filled[i])))
    return filled


def _throughout(column: Sequence[Cell], blank: Sequence[bool]) -> bool:
    """No date is written twice running, and at least half of the dates have blanks below them."""
    written = [cell for cell, empty in zip(column, blank, strict=True) if not empty]
    if any(a == b for a, b in zip(written, written[1:], strict=False)):
        return False
    followed = sum(1 for here, below in zip(blank, blank[1:], strict=False) if not here and below)
    return followed * 2 >= len(written)


def _neighbourly(read: list[When]) -> list[When]:
    """6.3 typed as a number is settled where the sorted dates around it leave one reading."""
    if not any(when.readings for when in read):
        return read
    known = [when.start for when in read if not when.problem]
    if len(known) < 2 or known != sorted(known):
        return read
    settled = list(read)
    for i, when in enumerate(read):
        if when.readings:
            before = max((w.start for w in read[:i] if not w.problem), default=None)
            after = min((w.start for w in read[i + 1 :] if not w.problem), default=None)
            fitting = [s for s in when.readings if (before is None or before <= s) and (after is None or s <= after)]
            if len(fitting) == 1:
                settled[i] = cells.settled(when, fitting[0])
    return settled


def _stand_in(
    part: Part, reader: Dates, read: list[When], column: list[Cell], places: list[Place], findings: list[Finding]
) -> None:
    """Where the date is blank another column may stand in for it, said once a column."""
    other = part.region.stand_in
    blank = [i for i, when in enumerate(read) if when.problem == "date-missing"]
    used = part.region.places.get("start_date")
    if used and used.meaning.rank == 2 and part.rows:
        findings.append(_assumed(part, used))
    if other is None or not blank:
        return
    stand_in = part.cells(other)
    taken = [i for i in blank if stand_in[i] is not None and stand_in[i] != ""]
    for i in taken:
        read[i], column[i], places[i] = reader[stand_in[i]], stand_in[i], other
    if taken:
        findings.append(_assumed(part, other))


def _assumed(part: Part, place: Place) -> Finding:
    origin = Origin(part.file, part.sheet.name, part.region.header[-1] + 1, letter(place.column))
    expected = part.region.ledger.field("start_date").header
    values = (("header", place.text), ("expected", expected))
    return Finding("date-column-assumed", Severity.NOTICE, origin, "", part.region.ledger.id, "start_date", values)
