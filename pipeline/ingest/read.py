"""One file → a Book: its sheets as stored, whatever the file is called, and findings about what cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import PurePosixPath
from posixpath import splitext
from typing import cast

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from pipeline.errors import system
from pipeline.ingest import biff, collect, compound, delimited, hypertext, opendocument, openxml, package, spreadsheetml
from pipeline.ingest.cellxml import letters
from pipeline.ingest.grid import Grid
from pipeline.ingest.limits import MAX_CELLS, MAX_FILE, UnreadableError, too_large
from pipeline.ingest.marks import Marks
from pipeline.model import Book, Cell, Finding, Origin, Severity, Sheet, Source

_EXTENSIONS = {
    "xlsx": {".xlsx", ".xlsm", ".xltx", ".xltm", ".xlam", ".et", ".ett"},
    "xlsb": {".xlsb"},
    "xls": {".xls", ".xlt", ".xla", ".et", ".ett"},
    "ods": {".ods", ".ots"},
    "text": {".csv", ".tsv"},
    "xml": {".xml"},
    "html": set[str](),
}
"""What a file of each kind may be called; any other name of a spreadsheet is misleading."""
_SPREADSHEETS = frozenset().union(*_EXTENSIONS.values())
_PARTS = {"xl/workbook.xml": "xlsx", "xl/workbook.bin": "xlsb", "content.xml": "ods"}
_END_OF_ZIP, _END_WITHIN = b"PK\5\6", 65_557
_ENCRYPTED = "EncryptedPackage"
_HEAD = 8192


def book(source: Source, data: bytes | None = None) -> Book:
    """Everything in the file, or a finding that says why not; no bytes make it raise."""
    try:
        return _read(source, collect.content(source) if data is None else data)
    except UnreadableError as trouble:
        return _unread(source, trouble)
    except OSError as trouble:
        return _unread(source, UnreadableError("file-corrupt", system(trouble)))
    except MemoryError:
        return _unread(source, UnreadableError("file-too-large", "memory"))
    except BaseException as failure:  # the reader's panics are no Exception
        if isinstance(failure, KeyboardInterrupt | SystemExit):
            raise
        return _unread(source, UnreadableError("file-corrupt", type(failure).__name__))


def _read(source: Source, data: bytes) -> Book:
    if not data:
        raise UnreadableError("file-empty")
    if len(data) > MAX_FILE:
        raise too_large("file", len(data), MAX_FILE)
    if data.startswith(compound.SIGNATURE):
        kind, book = "xls", _compound(source, data)
    elif data.startswith(b"PK\3\4") or _END_OF_ZIP in data[-_END_WITHIN:]:
        kind, book = _package(source, data)
    else:
        kind, book = _text(source, data)
    if _extension(source) in _EXTENSIONS[kind]:
        return book
    misnamed = Finding("file-misnamed", Severity.NOTICE, Origin(source.name), values=(("kind", kind),))
    return replace(book, findings=(misnamed, *book.findings))


def _unread(source: Source, trouble: UnreadableError) -> Book:
    broken = trouble.code in ("file-corrupt", "file-encrypted")
    code = "file-unsupported" if broken and _extension(source) not in _SPREADSHEETS else trouble.code
    finding = Finding(code, Severity.ERROR, Origin(source.name), values=(("why", trouble.why),))
    return Book(source, findings=(finding,))


def _extension(source: Source) -> str:
    return splitext(source.name)[1].lower()


def _compound(source: Source, data: bytes) -> Book:
    try:
        file = compound.opened(data)
    except UnreadableError:
        if _ENCRYPTED.encode("utf-16-le") in data:
            raise UnreadableError("file-encrypted", _ENCRYPTED) from None
        raise
    if _ENCRYPTED in file:
        raise UnreadableError("file-encrypted", _ENCRYPTED)
    stream = next((name for name in ("Workbook", "Book", "WORKBOOK", "BOOK") if name in file), None)
    if not stream:
        raise UnreadableError("file-unsupported", "no workbook")
    safe, marks, date_1904 = biff.xls(file.read(stream))
    workbook = openxml.Workbook(compound.holding(safe), marks, date_1904, compound.modified(file))
    return _workbook(source, workbook)


def _package(source: Source, data: bytes) -> tuple[str, Book]:
    file = package.opened(data)
    kinds = [kind for part, kind in _PARTS.items() if part in file]
    if len(kinds) != 1:
        damaged = kinds or any(name.startswith("xl/") for name in file.members)
        raise UnreadableError("file-corrupt" if damaged else "file-unsupported", "no workbook")
    if kinds == ["ods"]:
        return "ods", _opendocument(source, file)
    workbook = openxml.xlsx(file) if kinds == ["xlsx"] else openxml.xlsb(file)
    return kinds[0], _workbook(source, workbook)


def _opendocument(source: Source, file: package.Package) -> Book:
    if "mimetype" in file and b"spreadsheet" not in file.read("mimetype"):
        raise UnreadableError("file-unsupported", "no spreadsheet")
    return _gridded(source, opendocument.grids(file), opendocument.modified(file))


def _text(source: Source, data: bytes) -> tuple[str, Book]:
    text = delimited.text(data)
    if text is None:
        raise UnreadableError("file-unsupported" if data.strip(b"\0") else "file-corrupt", "no text")
    extension, head = _extension(source), text[:_HEAD].lstrip().lower()
    if spreadsheetml.NAMESPACE in head and "<workbook" in head:
        return "xml", _gridded(source, spreadsheetml.grids(data))
    name = PurePosixPath(source.name).stem
    if head.startswith("<") and extension in _SPREADSHEETS and "<table" in text.lower():
        return "html", _gridded(source, [hypertext.grid(text, name)])
    if extension in _EXTENSIONS["text"] or (extension == ".xls" and delimited.delimiter(text) == "\t"):
        return "text", Book(source, (_sheet(name, delimited.rows(text), Marks()),))
    raise UnreadableError("file-unsupported", "text")


def _workbook(source: Source, workbook: openxml.Workbook) -> Book:
    reader = CalamineWorkbook.from_filelike(BytesIO(workbook.data))
    sheets, findings, cells = [], [], 0
    for index, (about, marks) in enumerate(zip(reader.sheets_metadata, workbook.marks, strict=True)):
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        stored = reader.get_sheet_by_index(index)
        cells = _counted(cells, stored.total_height, stored.total_width)
        rows = cast("list[list[Cell]]", stored.to_python(skip_empty_area=False))
        sheets.append(_sheet(about.name, rows, marks, hidden=about.visible != SheetVisibleEnum.Visible))
        findings.extend(_strays(source, about.name, marks))
    return Book(source, tuple(sheets), workbook.modified, workbook.date_1904, tuple(findings))


def _gridded(source: Source, grids: Iterable[Grid], modified: datetime | None = None) -> Book:
    sheets, findings, cells = [], [], 0
    for grid in grids:
        rows = grid.rows()
        cells = _counted(cells, len(rows), len(rows[0]) if rows else 0)
        sheets.append(_sheet(grid.name, rows, grid.marks, hidden=grid.hidden))
        findings.extend(_strays(source, grid.name, grid.marks))
    return Book(source, tuple(sheets), modified, findings=tuple(findings))


def _counted(cells: int, height: int, width: int) -> int:
    """The cells of a book with one more sheet; UnreadableError if they are too many."""
    cells += height * width
    if cells > MAX_CELLS:
        raise too_large("cells", cells, MAX_CELLS)
    return cells


def _sheet(name: str, rows: list[list[Cell]], marks: Marks, *, hidden: bool = False) -> Sheet:
    """The sheet without blank rows and columns at its ends, with the cells that the reader could not value."""
    unvalued = {*marks.errors, *marks.uncached}
    height = max((row for row, _ in unvalued), default=-1) + 1
    width = max((column for _, column in unvalued), default=-1) + 1
    while len(rows) > height and _blank(rows[-1]):
        rows.pop()
    _fit(rows, height, width)
    for row, column in unvalued:
        rows[row][column] = None
    height, width = len(rows), len(rows[0]) if rows else 0
    return Sheet(
        name,
        rows,
        tuple(_clipped(marks.merges, height, width)),
        hidden,
        frozenset(row for row in marks.hidden_rows if row < height),
        frozenset(column for column in marks.hidden_columns if column < width),
        marks.errors,
        frozenset(marks.uncached),
    )


def _clipped(merges: list[tuple[int, int, int, int]], height: int, width: int) -> Iterator[tuple[int, int, int, int]]:
    """Merges inside the sheet: some reach down to the last row of all."""
    for top, left, bottom, right in merges:
        if top < height and left < width:
            yield top, left, min(bottom, height - 1), min(right, width - 1)


def _blank(cells: list[Cell]) -> bool:
    return cells.count("") + cells.count(None) == len(cells)


def _fit(rows: list[list[Cell]], height: int, width: int) -> None:
    """Drop blank columns at the right, then add rows and columns up to `height` and `width`."""
    stored = used = len(rows[0]) if rows else 0
    while used > width and all(row[used - 1] in ("", None) for row in rows):
        used -= 1
    width = max(width, used)
    if width != stored:
        for row in rows:
            del row[width:]
            row.extend([None] * (width - len(row)))
    rows.extend([None] * width for _ in range(height - len(rows)))


def _strays(source: Source, sheet: str, marks: Marks) -> list[Finding]:
    """One warning a sheet, on the first value that was too far from all others to be read."""
    if not marks.strays:
        return []
    row, column = min(marks.strays)
    origin = Origin(source.name, sheet, row + 1, letters(column))
    values = (("cells", str(len(marks.strays))),)
    return [Finding("file-too-large", Severity.WARNING, origin, values=values)]
