"""What a run over the sample must report: every planted problem with its cell, and what becomes of every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from . import oddities
from .books import BOOKS
from .events import of
from .grid import EVENT, REJECTED, REPEATED, Book, Sheet
from .truth import DAYS


@dataclass(frozen=True, slots=True, order=True)
class Planted:
    """A finding that must be there; row 0 and column '' where it speaks of the file, the sheet or the whole row."""

    code: str
    file: str
    sheet: str = ""
    row: int = 0
    column: str = ""


def planted() -> list[Planted]:
    """Every problem that the sample holds on purpose, but those of the register."""
    odd = [Planted(code, file) for file, code in oddities.CODES.items()]
    return sorted([*odd, *(found for book in BOOKS for found in _of_book(book))])


def _of_book(book: Book) -> Iterator[Planted]:
    """A version that is set aside is not asked what else is wrong with it."""
    yield from (Planted(code, book.path) for code in book.codes)
    for sheet in book.sheets if book.counted else ():
        place = book.path, sheet_name(book, sheet)
        yield from (Planted(code, *place) for code in sheet.codes)
        for row, line in enumerate(sheet.lines, start=1):
            yield from (Planted(code, *place, row) for code in line.codes)
            for column, cell in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", line.cells, strict=False):
                yield from (Planted(code, *place, row, column) for code in cell.codes)


def sheet_name(book: Book, sheet: Sheet) -> str:
    """A csv has no sheets: it goes by its own name."""
    return sheet.name or PurePath(book.path).stem


def accounts(period: str) -> dict[tuple[str, str], Counter[str]]:
    """What becomes of the rows of every sheet that is read: the columns of accounting.csv by file and sheet."""
    found = {}
    for book in BOOKS:
        for sheet in book.sheets:
            found[book.path, sheet_name(book, sheet)] = _account(book, sheet, period)
            if book.path == oddities.COPIED:
                found[oddities.COPY, sheet_name(book, sheet)] = _set_aside(sheet)
    return found


def _set_aside(sheet: Sheet) -> Counter[str]:
    """Every row of a repeated or replaced file is a duplicate, whatever it holds."""
    return Counter(read=len(sheet.lines), duplicate=len(sheet.lines))


def _account(book: Book, sheet: Sheet, period: str) -> Counter[str]:
    read = len(sheet.lines)
    if not book.counted:
        return _set_aside(sheet)
    if "sheet-unrecognised" in sheet.codes:
        return Counter(read=read, rejected=read)
    marks = Counter(line.mark for line in sheet.lines)
    first, last = DAYS[period]
    counted = sum(first <= event.start.date() and event.end <= last for event in of(sheet))
    parts = Counter(
        counted=counted,
        out_of_period=marks[EVENT] - counted,
        duplicate=marks[REPEATED],
        rejected=marks[REJECTED],
    )
    return parts + Counter(read=read, structure=read - parts.total())
