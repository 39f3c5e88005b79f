"""Excel 2003 XML workbooks (urn:schemas-microsoft-com:office:spreadsheet): bytes → grids."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

from pipeline.ingest.grid import Grid, number
from pipeline.ingest.limits import MAX_SHEETS, UnreadableError, check_markup, too_large
from pipeline.model import Cell

NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_SS = f"{{{NAMESPACE}}}"
_X = "{urn:schemas-microsoft-com:office:excel}"
_SHEET, _COLUMN, _ROW, _CELL, _DATA = (f"{_SS}{name}" for name in ("Worksheet", "Column", "Row", "Cell", "Data"))
_INDEX, _ACROSS, _DOWN, _FORMULA = (f"{_SS}{name}" for name in ("Index", "MergeAcross", "MergeDown", "Formula"))


def grids(data: bytes) -> list[Grid]:
    """One grid a sheet; UnreadableError if the XML is broken or the workbook too large."""
    from lxml.etree import XMLSyntaxError

    check_markup(data)
    if b"<!DOCTYPE" in data[:4096]:
        raise UnreadableError("file-corrupt", "document type")
    try:
        return list(_grids(data))
    except (XMLSyntaxError, ValueError) as failure:
        raise UnreadableError("file-corrupt", str(failure)) from failure


def _grids(data: bytes) -> Iterator[Grid]:
    from lxml.etree import iterparse

    grid, row, column, count = None, 0, 0, 0
    tags = (_SHEET, _COLUMN, _ROW, f"{_X}Visible")
    for event, element in iterparse(BytesIO(data), events=("start", "end"), tag=tags, resolve_entities=False):
        if event == "start":
            if element.tag == _SHEET:
                count += 1
                if count > MAX_SHEETS:
                    raise too_large("sheets", count, MAX_SHEETS)
                grid, row, column = Grid(element.get(f"{_SS}Name", "")), 0, 0
        elif not grid:
            continue
        elif element.tag == _ROW:
            row = _index(element, row)
            _place_row(grid, element, row)
            row += 1 + int(element.get(f"{_SS}Span", "0"))
            element.clear()
        elif element.tag == _COLUMN:
            first = _index(element, column)
            column = first + 1 + int(element.get(f"{_SS}Span", "0"))
            if element.get(f"{_SS}Hidden") == "1":
                grid.marks.hide_columns(first, column - 1)
        elif element.tag == f"{_X}Visible":
            grid.hidden = (element.text or "").startswith("SheetHidden") or element.text == "SheetVeryHidden"
        else:
            yield grid
            grid = None
            element.clear()


def _place_row(grid: Grid, element: Any, row: int) -> None:
    column = 0
    for cell in element.iterchildren(_CELL):
        if not len(cell) and not cell.attrib:
            column += 1
            continue
        column = _index(cell, column)
        _place_cell(grid, cell, row, column)
        across, down = int(cell.get(_ACROSS, "0")), int(cell.get(_DOWN, "0"))
        grid.merge(row, column, down + 1, across + 1)
        column += across + 1
    if element.get(f"{_SS}Hidden") == "1" and row in grid.cells:
        grid.marks.hidden_rows.add(row)


def _place_cell(grid: Grid, cell: Any, row: int, column: int) -> None:
    data = cell.find(_DATA)
    if data is None:
        if cell.get(_FORMULA):
            grid.marks.uncached.add((row, column))
        return
    kind, text = data.get(f"{_SS}Type", "String"), "".join(data.itertext())
    if kind == "Error":
        grid.marks.errors[row, column] = text
    else:
        grid.put(row, column, _value(kind, text))


def _value(kind: str, text: str) -> Cell:
    if kind == "Number":
        return number(text)
    if kind == "DateTime":
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return text
    return text.strip() == "1" if kind == "Boolean" else text


def _index(element: Any, following: int) -> int:
    """The 0-based place that the element states, or the one that follows."""
    stated = element.get(_INDEX)
    return max(int(stated) - 1, following) if stated else following
