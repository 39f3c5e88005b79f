"""OpenDocument spreadsheets (.ods): package → grids.

They are read here and not by the common reader because that one sees no merges, errors or hidden rows, and unrolls
whatever a file says is repeated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from pipeline.ingest.grid import Grid, number
from pipeline.ingest.limits import MAX_SHEETS, MAX_TEXT, MIB, UnreadableError, check_markup, too_large
from pipeline.ingest.package import Package
from pipeline.model import Cell

_OFFICE, _TABLE, _TEXT, _STYLE = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("office", "table", "text", "style")
)
_SHEET, _ROW, _COLUMN, _CELL, _COVERED = (
    f"{_TABLE}{name}" for name in ("table", "table-row", "table-column", "table-cell", "covered-table-cell")
)
_ROWS_REPEATED, _COLUMNS_REPEATED, _ROWS_SPANNED, _COLUMNS_SPANNED, _FORMULA, _VISIBILITY = (
    f"{_TABLE}{name}"
    for name in (
        "number-rows-repeated",
        "number-columns-repeated",
        "number-rows-spanned",
        "number-columns-spanned",
        "formula",
        "visibility",
    )
)
_KIND, _VALUE, _PARAGRAPH = f"{_OFFICE}value-type", f"{_OFFICE}value", f"{_TEXT}p"
_PARTS = 16 * MIB
_MODIFIED = re.compile(rb"<dc:date>([^<]+)<")
_ERROR = re.compile(r"#[A-Z/0]+[!?]|#N/A|Err:\d{3}")
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")
_NUMBERS = frozenset({"float", "percentage", "currency"})
_UNFAILING = frozenset({"date", "time", "boolean", "percentage", "currency"})
"""What a cell whose formula fails does not say to be."""
_HIDDEN = frozenset({"collapse", "filter"})
_EPOCH = datetime(1900, 1, 1)


def grids(package: Package) -> list[Grid]:
    """One grid a sheet; UnreadableError if the document is encrypted, broken or too large."""
    from lxml.etree import XMLSyntaxError

    if "META-INF/manifest.xml" in package and b"encryption-data" in package.read("META-INF/manifest.xml", _PARTS):
        raise UnreadableError("file-encrypted", "encryption-data")
    content = package.read("content.xml", MAX_TEXT)
    check_markup(content)
    if b"<!DOCTYPE" in content[:1024]:
        raise UnreadableError("file-corrupt", "document type")
    try:
        return list(_grids(content))
    except (XMLSyntaxError, ValueError) as failure:
        raise UnreadableError("file-corrupt", str(failure)) from failure


def modified(package: Package) -> datetime | None:
    """When the document says it was last saved."""
    match = _MODIFIED.search(package.read("meta.xml", _PARTS)) if "meta.xml" in package else None
    try:
        return datetime.fromisoformat(match[1].decode()).replace(tzinfo=None) if match else None
    except ValueError:
        return None


def _grids(content: bytes) -> Iterator[Grid]:
    from lxml.etree import iterparse

    hidden_styles: set[str] = set()
    grid, row, column, count = None, 0, 0, 0
    tags = (f"{_STYLE}style", _SHEET, _ROW, _COLUMN)
    for event, element in iterparse(BytesIO(content), events=("start", "end"), tag=tags, resolve_entities=False):
        if event == "start":
            if element.tag == _SHEET:
                count += 1
                if count > MAX_SHEETS:
                    raise too_large("sheets", count, MAX_SHEETS)
                hidden = element.get(f"{_TABLE}style-name") in hidden_styles
                grid, row, column = Grid(element.get(f"{_TABLE}name", ""), hidden), 0, 0
        elif element.tag == f"{_STYLE}style":
            if element.find(f"{_STYLE}table-properties[@{_TABLE}display='false']") is not None:
                hidden_styles.add(element.get(f"{_STYLE}name"))
        elif grid and element.tag == _COLUMN:
            repeated = _repeated(element, _COLUMNS_REPEATED)
            if element.get(_VISIBILITY) in _HIDDEN:
                grid.marks.hide_columns(column, column + repeated - 1)
            column += repeated
        elif grid and element.tag == _ROW:
            row += _place_row(grid, element, row)
            element.clear()
        elif grid:
            yield grid
            grid = None
            element.clear()


def _place_row(grid: Grid, element: Any, row: int) -> int:
    """Place the cells of a row; how many rows it stands for."""
    down, column = _repeated(element, _ROWS_REPEATED), 0
    for cell in element.iterchildren(_CELL, _COVERED):
        across = _repeated(cell, _COLUMNS_REPEATED)
        if len(cell) or cell.get(_FORMULA) or cell.get(_KIND):
            _place_cell(grid, cell, (row, column), down, across)
        if cell.get(_COLUMNS_SPANNED) or cell.get(_ROWS_SPANNED):
            grid.merge(row, column, int(cell.get(_ROWS_SPANNED, "1")), int(cell.get(_COLUMNS_SPANNED, "1")))
        column += across
    if element.get(_VISIBILITY) in _HIDDEN and row in grid.cells:
        grid.marks.hidden_rows.update(range(row, row + down))
    return down


def _place_cell(grid: Grid, cell: Any, place: tuple[int, int], down: int, across: int) -> None:
    kind, formula = cell.get(_KIND), cell.get(_FORMULA)
    text = "\n".join([_text(paragraph) for paragraph in cell.iterchildren(_PARAGRAPH)])
    if formula and kind not in _UNFAILING and _ERROR.fullmatch(text):
        grid.marks.errors[place] = text
    elif formula and not kind:
        grid.marks.uncached.add(place)
    else:
        grid.put(*place, _value(kind, cell, text), down=down, across=across)


def _value(kind: str | None, cell: Any, text: str) -> Cell:
    if kind == "string" or not kind:
        stated: str = cell.get(f"{_OFFICE}string-value", text)
        return stated
    if kind in _NUMBERS:
        return number(cell.get(_VALUE, ""))
    if kind == "date":
        return _date(cell.get(f"{_OFFICE}date-value", ""), text)
    if kind == "time":
        return _duration(cell.get(f"{_OFFICE}time-value", ""), text)
    return bool(cell.get(f"{_OFFICE}boolean-value") == "true")


def _date(stated: str, text: str) -> Cell:
    try:
        if "T" in stated:
            return datetime.fromisoformat(stated)
        return date.fromisoformat(stated)
    except ValueError:
        return text


def _duration(stated: str, text: str) -> Cell:
    match = _DURATION.fullmatch(stated)
    if not match:
        return text
    days, hours, minutes, seconds = (int(number or 0) for number in match.groups()[1:])
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if match[1]:
        return -length
    return (_EPOCH + length).time() if length < timedelta(days=1) else length


def _text(paragraph: Any) -> str:
    """The text of a paragraph with its line breaks, tabs and runs of spaces."""
    if not len(paragraph):
        return paragraph.text or ""
    parts = [paragraph.text or ""]
    for child in paragraph:
        if child.tag == f"{_TEXT}s":
            parts.append(" " * min(int(child.get(f"{_TEXT}c", "1")), 1000))
        elif child.tag == f"{_TEXT}line-break":
            parts.append("\n")
        elif child.tag == f"{_TEXT}tab":
            parts.append("\t")
        elif child.tag != f"{_OFFICE}annotation":
            parts.append(_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _repeated(element: Any, way: str) -> int:
    stated = element.get(way)
    return max(int(stated), 1) if stated else 1
