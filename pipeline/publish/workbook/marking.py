"""One workbook with its problems marked in its own package: scrub, colour, comment, and put the list in front."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipeline.publish.workbook import cells, comments, front, package, scrub, worksheet
from pipeline.publish.workbook.lines import Line
from pipeline.publish.workbook.marks import Marks
from pipeline.publish.workbook.package import M, Package, R, UnmarkableError
from pipeline.publish.workbook.styles import Styles

TROUBLE = (UnmarkableError, LookupError, ValueError, OverflowError)
"""What a package can raise that is broken or made to do harm."""

_SELECTED = re.compile(rb"""\stabSelected=["'](?:1|true)["']""")


def marked(data: bytes, lines: Sequence[Line], marks: Mapping[str, Marks], note: str = "") -> tuple[bytes, str]:
    """The workbook, and what the unit should know about it; one of `TROUBLE` if it cannot be marked."""
    book = package.opened(data)
    note = "；".join(filter(None, (note, *scrub.scrubbed(book), _too_many(marks))))
    styles = Styles(book.edit(_part(book, "styles")))
    for name, part in _sheets(book):
        _unselect(book, part)
        if marks.get(name):
            _mark(book, part, marks[name], styles)
    front.inserted(book, styles, lines, note)
    return book.packed(), note


def _mark(book: Package, part: str, marks: Marks, styles: Styles) -> None:
    sheet = worksheet.split(book.read(part))
    done = cells.coloured(sheet, marks, styles)
    comments.added(book, part, sheet.frame, done)
    book.put(part, sheet.data())


def _sheets(book: Package) -> list[tuple[str, str]]:
    """(name, part) of every sheet, in the workbook's order."""
    sheets = book.tree(book.main).iterfind(f"{M}sheets/{M}sheet")
    return [(sheet.get("name", ""), book.related(book.main, sheet.get(f"{R}id", ""))) for sheet in sheets]


def _part(book: Package, kind: str) -> str:
    for part in book.of_kind(book.main, kind):
        return part
    raise UnmarkableError(f"no {kind}")


def _unselect(book: Package, part: str) -> None:
    """Two selected sheets are a group in Excel, and what is typed into one goes into both."""
    views, rows, rest = book.read(part).partition(b"sheetData")
    if b"tabSelected" in views:
        book.put(part, _SELECTED.sub(b"", views) + rows + rest)


def _too_many(marks: Mapping[str, Marks]) -> str:
    many = any(len(marks_of_sheet) > comments.MOST for marks_of_sheet in marks.values())
    return f"每张表只加了最要紧的{comments.MOST}条批注，其余只标颜色" if many else ""
