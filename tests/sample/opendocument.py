"""Drawn books as OpenDocument spreadsheets; their zip dates are fixed by writers.repacked."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from typing import Any

from odf import number as odf_number
from odf import style as odf_style
from odf import table as odf_table
from odf import text as odf_text
from odf.opendocument import OpenDocumentSpreadsheet

from .grid import HEADER, INFO, TITLE, Book, Cell, Line, Written, merges
from .looks import columns, look_of, width_of


def document(book: Book) -> bytes:
    made = OpenDocumentSpreadsheet()
    styles = _styles(made)
    for sheet in book.sheets:
        page = odf_table.Table(name=sheet.name)
        joined = {(top, left): (bottom, right) for top, left, bottom, right in merges(sheet)}
        for index, column in enumerate(columns(sheet)):
            page.addElement(odf_table.TableColumn(stylename=_width(made, index, width_of(column))))
        for row, line in enumerate(sheet.lines):
            page.addElement(_row(row, line, joined, styles, sheet.width))
        made.spreadsheet.addElement(page)
    buffer = io.BytesIO()
    made.write(buffer)
    return buffer.getvalue()


def _styles(document: Any) -> dict[str, Any]:
    border = {"border": "0.5pt solid #000000", "verticalalign": "middle", "wrapoption": "wrap"}
    bold = {"fontweight": "bold", "fontweightasian": "bold"}
    day = _date(document)
    looks: dict[str, tuple[dict[str, str], dict[str, str], str]] = {
        TITLE: ({"verticalalign": "middle"}, {**bold, "fontsize": "16pt", "fontsizeasian": "16pt"}, "center"),
        INFO: ({}, {}, "start"),
        HEADER: ({**border, "backgroundcolor": "#DDEBF7"}, bold, "center"),
        "body": (border, {}, "start"),
        "plain": ({}, {}, "start"),
        "day": (border, {}, "center"),
    }
    styles = {}
    for number, (name, (cell, text, align)) in enumerate(looks.items(), start=1):
        dated = {"datastylename": day} if name == "day" else {}
        style = odf_style.Style(name=f"ce{number}", family="table-cell", **dated)
        style.addElement(odf_style.TableCellProperties(**cell))
        style.addElement(odf_style.TextProperties(**text))
        style.addElement(odf_style.ParagraphProperties(textalign=align))
        document.automaticstyles.addElement(style)
        styles[name] = style
    return styles


def _date(document: Any) -> Any:
    """2023/1/9."""
    style = odf_number.DateStyle(name="N1")
    slash = {"text": "/"}
    for part in (
        odf_number.Year(style="long"),
        odf_number.Text(**slash),
        odf_number.Month(),
        odf_number.Text(**slash),
        odf_number.Day(),
    ):
        style.addElement(part)
    document.automaticstyles.addElement(style)
    return style


def _width(document: Any, index: int, width: float) -> Any:
    found = odf_style.Style(name=f"co{index}", family="table-column")
    found.addElement(odf_style.TableColumnProperties(columnwidth=f"{width * 0.2:.1f}cm"))
    document.automaticstyles.addElement(found)
    return found


def _row(row: int, line: Line, joined: Mapping[tuple[int, int], tuple[int, int]], styles: Any, width: int) -> Any:
    found = odf_table.TableRow()
    for index in range(max(width, 1)):
        cell = line.cells[index] if index < len(line.cells) else Cell(None, "")
        if cell.joined or (line.mark in (TITLE, INFO) and index):
            found.addElement(odf_table.CoveredTableCell())
            continue
        bottom, right = joined.get((row, index), (row, index))
        spans = {"numbercolumnsspanned": right - index + 1, "numberrowsspanned": bottom - row + 1}
        found.addElement(
            _cell(cell.written, styles[look_of(line, cell.written)], spans if (bottom, right) != (row, index) else {})
        )
    return found


def _cell(value: Written, style: Any, spans: dict[str, int]) -> Any:
    if isinstance(value, date):
        cell = odf_table.TableCell(valuetype="date", datevalue=value.isoformat(), stylename=style, **spans)
    elif isinstance(value, int | float):
        cell = odf_table.TableCell(valuetype="float", value=value, stylename=style, **spans)
    elif value is None:
        return odf_table.TableCell(stylename=style, **spans)
    else:
        cell = odf_table.TableCell(valuetype="string", stylename=style, **spans)
    cell.addElement(odf_text.P(text=str(value)))
    return cell
