"""HTML saved under a spreadsheet's name, as many web systems export it: text → a grid."""

from __future__ import annotations

import re
from typing import Any

from pipeline.ingest.grid import Grid
from pipeline.ingest.limits import MIB, UnreadableError, check_markup, too_large
from pipeline.model import Cell

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?")
_LONGEST = 16 * MIB
_BREAK = "\ue000"
_SPACE = re.compile(r"[ \t\r\n]+")
_WIDEST_SPAN, _MOST_COLUMNS = 256, 1024


def grid(text: str, name: str) -> Grid:
    """The tables of a page, one below the other as Excel shows them; UnreadableError if there is none."""
    from lxml import html
    from lxml.etree import ParserError

    if len(text) > _LONGEST:
        raise too_large("page", len(text), _LONGEST)
    check_markup(text.encode())
    try:
        page = html.document_fromstring(_DECLARATION.sub("", text))
    except (ParserError, ValueError) as failure:
        raise UnreadableError("file-corrupt", str(failure)) from failure
    tables = [table for table in page.iter("table") if next(table.iterancestors("table"), None) is None]
    if not tables:
        raise UnreadableError("file-unsupported", "no table")
    sheet, row = Grid(name), 0
    for table in tables:
        row = _place_table(sheet, table, row)
    return sheet


def _place_table(sheet: Grid, table: Any, top: int) -> int:
    """Place the rows of a table from `top` on; the row after its last."""
    covered: dict[int, int] = {}
    """Column → the row before which a cell from above reaches down."""
    row = top
    for element in table.iter("tr"):
        if next(element.iterancestors("table")) is not table:
            continue
        column = 0
        for cell in element.iterchildren("td", "th"):
            while covered.get(column, 0) > row:
                column += 1
            if column >= _MOST_COLUMNS:
                raise too_large("columns", column, _MOST_COLUMNS)
            down, across = _span(cell, "rowspan"), _span(cell, "colspan")
            sheet.put(row, column, _value(cell))
            sheet.merge(row, column, down, across)
            covered.update(dict.fromkeys(range(column, column + across), row + down))
            column += across
        row += 1
    return row


def _span(cell: Any, way: str) -> int:
    stated = cell.get(way, "").strip()[:6]
    return max(1, min(int(stated), _WIDEST_SPAN)) if stated.isdecimal() else 1


def _value(cell: Any) -> Cell:
    """A plain number unless the cell is formatted as text; otherwise its text with its line breaks."""
    for line_break in cell.iter("br"):
        line_break.tail = _BREAK + (line_break.tail or "")
    text = _SPACE.sub(" ", cell.text_content()).replace(_BREAK, "\n").replace("\xa0", " ").strip()
    stated = cell.get("x:num", "") or text
    if _NUMBER.fullmatch(stated) and "\\@" not in cell.get("style", ""):
        return float(stated)
    return text or None
