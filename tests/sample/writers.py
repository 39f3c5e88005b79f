"""Drawn books as bytes of xlsx, xls, ods, csv or a zip archive: the same bytes for the same book, always."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import xlsxwriter
import xlwt

from . import opendocument
from .grid import HEADER, INFO, TITLE, Book, Formula, Sheet, Written, merges
from .looks import columns, height_of, look_of, width_of

CREATED = datetime(2023, 7, 3, 9)
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def written(book: Book) -> bytes:
    """The book in the format that its path ends with."""
    return WRITERS[book.path.rpartition(".")[2]](book)


def archive(members: Mapping[str, bytes], *, encoding: str = "utf-8", stored: bool = False) -> bytes:
    """A zip archive; names in GBK are marked as nothing, as Chinese programs for Windows do."""
    buffer = io.BytesIO()
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(buffer, "w") as target:
        for name, data in members.items():
            target.writestr(_member(name, encoding), data, method)
    return buffer.getvalue()


class _Gbk(zipfile.ZipInfo):
    """zipfile writes every Chinese name as flagged UTF-8; this one as unflagged GBK."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def _member(name: str, encoding: str) -> zipfile.ZipInfo:
    info = (_Gbk if encoding == "gbk" else zipfile.ZipInfo)(name, ZIP_DATE)
    info.create_system = 0
    return info


def repacked(data: bytes, change: Callable[[str, bytes], bytes] = lambda _, member: member, **options: Any) -> bytes:
    """The archive again with fixed dates, each member changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return archive({name: change(name, source.read(name)) for name in source.namelist()}, **options)


# --- xlsx ------------------------------------------------------------------------------------------------------------

_BORDER = {"border": 1, "valign": "vcenter", "font_name": "宋体", "font_size": 11}
_LOOKS: dict[str, dict[str, Any]] = {
    TITLE: {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter", "font_name": "黑体"},
    INFO: {"font_name": "宋体", "font_size": 11, "align": "left", "valign": "vcenter"},
    HEADER: {**_BORDER, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#DDEBF7"},
    "body": {**_BORDER, "text_wrap": True},
    "plain": {"font_name": "宋体", "font_size": 11},
}


def xlsx(book: Book) -> bytes:
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True, "date_1904": book.date_1904})
    workbook.set_properties({"created": CREATED, "author": "", "comments": ""})
    for sheet in book.sheets:
        _xlsx_sheet(workbook, sheet)
    workbook.close()
    return repacked(buffer.getvalue(), _without_empty_values)


def _without_empty_values(name: str, member: bytes) -> bytes:
    """A formula that nobody calculated has no value at all; XlsxWriter stores an empty text."""
    if not name.startswith("xl/worksheets/"):
        return member
    return re.sub(rb' t="str"(><f>[^<]*</f>)<v></v>', rb"\1", member)


def _xlsx_sheet(workbook: Any, sheet: Sheet) -> None:
    page = workbook.add_worksheet(sheet.name)
    day = {**_BORDER, "num_format": sheet.date_format, "align": "center"}
    looks = {**_LOOKS, "day": day, "moment": {**day, "num_format": f"{sheet.date_format} hh:mm"}}
    formats = {name: workbook.add_format(look) for name, look in looks.items()}
    for index, column in enumerate(columns(sheet)):
        page.set_column(index, index, width_of(column))
    for top, left, bottom, right in merges(sheet):
        page.merge_range(top, left, bottom, right, "", formats[look_of(sheet.lines[top], None)])
    for row, line in enumerate(sheet.lines):
        page.set_row(row, height_of(line))
        for index, cell in enumerate(line.cells):
            if not cell.joined:
                _xlsx_cell(page, row, index, cell.written, formats[look_of(line, cell.written)])
    _freeze(page, sheet)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    if sheet.hidden:
        page.hide()


def _xlsx_cell(page: Any, row: int, column: int, value: Written, look: Any) -> None:
    if isinstance(value, Formula):
        page.write_formula(row, column, value.text, look, "" if value.cached is None else value.cached)
    elif isinstance(value, date):
        page.write_datetime(row, column, value, look)
    elif isinstance(value, str):
        page.write_string(row, column, value, look)
    elif value is None:
        page.write_blank(row, column, None, look)
    else:
        page.write_number(row, column, value, look)


def _freeze(page: Any, sheet: Sheet) -> None:
    headers = [row for row, line in enumerate(sheet.lines) if line.mark == HEADER]
    if len(sheet.lines) > 20 and headers:
        page.freeze_panes(headers[-1] + 1, 0)


# --- xls -------------------------------------------------------------------------------------------------------------

_XLS_LOOKS = {
    TITLE: "font: bold on, height 320, name 黑体; align: horiz center, vert center",
    INFO: "font: height 220, name 宋体; align: horiz left",
    HEADER: "font: bold on, name 宋体; align: horiz center, vert center, wrap on; borders: left thin, right thin, "
    "top thin, bottom thin; pattern: pattern solid, fore_colour ice_blue",
    "body": "font: name 宋体; borders: left thin, right thin, top thin, bottom thin",
    "plain": "font: name 宋体",
}


def xls(book: Book) -> bytes:
    workbook = xlwt.Workbook(encoding="utf-8")
    for sheet in book.sheets:
        _xls_sheet(workbook, sheet)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _xls_sheet(workbook: Any, sheet: Sheet) -> None:
    page = workbook.add_sheet(sheet.name)
    looks = {name: xlwt.easyxf(look) for name, look in _XLS_LOOKS.items()}
    looks["day"] = xlwt.easyxf(_XLS_LOOKS["body"], num_format_str=sheet.date_format)
    for index, column in enumerate(columns(sheet)):
        page.col(index).width = int(width_of(column) * 256)
    joined = {(top, left): (bottom, right) for top, left, bottom, right in merges(sheet)}
    for row, line in enumerate(sheet.lines):
        page.row(row).height_mismatch = True
        page.row(row).height = height_of(line) * 20
        for index, cell in enumerate(line.cells):
            look = looks[look_of(line, cell.written)]
            if (row, index) in joined:
                bottom, right = joined[row, index]
                page.write_merge(row, bottom, index, right, cell.written, look)
            elif not cell.joined:
                page.write(row, index, cell.written, look)


# --- csv -------------------------------------------------------------------------------------------------------------


def plain(book: Book) -> bytes:
    """As spreadsheet programs export: dates as 2023/3/5, lines of equal length, CRLF."""
    (sheet,) = book.sheets
    buffer = io.StringIO(newline="")
    target = csv.writer(buffer, lineterminator="\r\n")
    for line in sheet.lines:
        texts = [_exported(cell.written) for cell in line.cells]
        target.writerow(texts + [""] * (sheet.width - len(texts)))
    return buffer.getvalue().encode(book.encoding)


def _exported(value: Written) -> str:
    if isinstance(value, date):
        return f"{value.year}/{value.month}/{value.day}"
    return "" if value is None else str(value)


WRITERS: Mapping[str, Callable[[Book], bytes]] = {
    "xlsx": xlsx,
    "xls": xls,
    "ods": lambda book: repacked(opendocument.document(book)),
    "csv": plain,
}
