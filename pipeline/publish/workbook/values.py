"""Sheets as they were read → a plain .xlsx of their values and merged ranges, for formats that cannot be marked."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import OverlappingRange

from pipeline.model import Cell, Sheet
from pipeline.publish.workbook.text import width

MOST_CELLS = 500_000

_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_NAME = 31
_ROWS_MEASURED = 200
_NARROWEST, _WIDEST = 8, 40
_FORMATS: Mapping[type, str] = {
    datetime: "yyyy-mm-dd hh:mm",
    date: "yyyy-mm-dd",
    time: "hh:mm:ss",
    timedelta: "[h]:mm:ss",
}
_MOST_MERGED = 10_000
"""Cells of a merged range; XlsxWriter writes every one of them."""


def fits(sheets: Sequence[Sheet]) -> bool:
    return sum(len(row) for sheet in sheets for row in sheet.rows) <= MOST_CELLS


def written(sheets: Sequence[Sheet]) -> bytes:
    """A workbook of these sheets under the names of `names`; texts stay texts, also those that begin with =."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "nan_inf_to_errors": True}) as book:
        formats = {kind: book.add_format({"num_format": text}) for kind, text in _FORMATS.items()}
        merged = book.add_format({"align": "center", "valign": "vcenter", "text_wrap": True})
        for name, sheet in zip(names(sheets), sheets, strict=True):
            _write(book.add_worksheet(name), sheet, formats, merged)
    return stream.getvalue()


def names(sheets: Sequence[Sheet]) -> list[str]:
    """The sheets' names as Excel allows them: 31 characters, no brackets, colons, slashes or wildcards, no two alike."""
    taken: set[str] = set()
    return [_name(sheet.name, taken) for sheet in sheets]


def _name(stated: str, taken: set[str]) -> str:
    base = _FORBIDDEN.sub("_", stated).strip("'")[:_LONGEST_NAME] or "表"
    candidates = (f"{base[: _LONGEST_NAME - 5]}_{number}" if number else base for number in range(len(taken) + 1))
    name = next(name for name in candidates if name.casefold() not in taken)
    taken.add(name.casefold())
    return name


def _write(worksheet: Any, sheet: Sheet, formats: Mapping[type, Any], merged: Any) -> None:
    for merge in sheet.merges:
        _merge(worksheet, sheet, merge, merged)
    corners = {(top, left) for top, left, _, _ in sheet.merges}
    for number, row in enumerate(sheet.rows):
        for column, value in enumerate(row):
            shown = sheet.errors.get((number, column)) if value is None else value
            look = formats.get(_kind(shown), merged if (number, column) in corners else None)
            _put(worksheet, number, column, shown, look)
    _look(worksheet, sheet)


def _kind(value: Cell) -> type:
    """Formats store days as midnights."""
    return date if isinstance(value, datetime) and value.time() == time() else type(value)


def _merge(worksheet: Any, sheet: Sheet, merge: tuple[int, int, int, int], merged: Any) -> None:
    top, left, bottom, right = merge
    inside = bottom < len(sheet.rows) + 1 and right < max(map(len, sheet.rows), default=0) + 1
    if inside and 1 < (bottom - top + 1) * (right - left + 1) <= _MOST_MERGED:
        try:
            worksheet.merge_range(top, left, bottom, right, "", merged)
        except OverlappingRange:
            return


def _put(worksheet: Any, row: int, column: int, value: Cell, look: Any) -> None:
    if isinstance(value, bool):
        worksheet.write_boolean(row, column, value, look)
    elif isinstance(value, (int, float)):
        worksheet.write_number(row, column, value, look)
    elif isinstance(value, str) and value:
        worksheet.write_string(row, column, value, look)
    elif isinstance(value, (date, time, timedelta)):
        worksheet.write_datetime(row, column, value, look)


def _look(worksheet: Any, sheet: Sheet) -> None:
    """Widths from the texts, and what was hidden hidden."""
    for column, texts in enumerate(zip(*sheet.rows[:_ROWS_MEASURED], strict=False)):
        worksheet.set_column(column, column, _width(texts), None, {"hidden": column in sheet.hidden_columns})
    for row in sheet.hidden_rows:
        worksheet.set_row(row, None, None, {"hidden": True})
    if sheet.hidden:
        worksheet.hide()


def _width(values: Iterable[Cell]) -> int:
    """In characters; Chinese ones count twice. Long texts, such as a title over the table, do not count."""
    widths = [width(str(value)) for value in values if value is not None]
    return max((found + 2 for found in widths if found < _WIDEST), default=_NARROWEST)
