"""Workbooks of every format, built from one readable grid, for the tests of reading."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import xlsxwriter
import xlwt

from pipeline.model import Cell

GRID: list[list[Cell]] = [
    ["XX单位2023年上半年理论学习台账", None, None],
    ["学习时间", "学习形式", "次数"],
    [datetime(2023, 3, 5), "中心组学习", 1.0],
    [datetime(2023, 4, 12), "第一议题", 2.0],
]


HTML = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><meta charset="gb2312"><table>
<tr><td colspan=3>XX单位2023年上半年理论学习台账</td></tr>
<tr><th>学习时间</th><th>学习<br>形式</th><th>次数</th></tr>
<tr><td>2023-03-05</td><td rowspan="2">中心组
   学习</td><td>1</td></tr><tr><td>2023-04-12</td><td style='mso-number-format:"\\@"'>02</td></tr></table></html>"""

XML_2003 = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="台账"><Table><Column ss:Index="2" ss:Hidden="1"/>
<Row><Cell ss:MergeAcross="2"><Data ss:Type="String">XX单位2023年上半年理论学习台账</Data></Cell></Row>
<Row ss:Index="3"><Cell><Data ss:Type="DateTime">2023-03-05T00:00:00.000</Data></Cell>
<Cell ss:Index="3"><Data ss:Type="Number">2</Data></Cell></Row>
<Row ss:Hidden="1"><Cell><Data ss:Type="Error">#REF!</Data></Cell><Cell ss:Formula="=1+1"/>
<Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40">中心组<B>学习</B></ss:Data></Cell></Row>
</Table></Worksheet>
<Worksheet ss:Name="藏"><Table/><WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel">
<Visible>SheetHidden</Visible></WorksheetOptions></Worksheet></Workbook>"""


STRAY = '<row {0}="1048576"><c {0}="XFD1048576"><v>1</v></c></row>'
PLAIN = '<row r="1"><c r="A1" t="inlineStr"><is><t>题</t></is></c><c r="B1"><v>5</v></c></row>'


def xlsx(fill: Callable[[Any, Any], None], options: dict[str, object] | None = None) -> bytes:
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, options or {})
    fill(workbook, workbook.add_worksheet("台账"))
    workbook.close()
    return out.getvalue()


def ledger(workbook: Any, sheet: Any) -> None:
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    sheet.merge_range(0, 0, 0, 2, GRID[0][0])
    for row, cells in enumerate(GRID[1:], 1):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell, day if isinstance(cell, datetime) else None)


def xls(fill: Callable[[Any], None] | None = None) -> bytes:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("台账")
    sheet.write_merge(0, 0, 0, 2, GRID[0][0])
    for row, cells in enumerate(GRID[1:], 1):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell, xlwt.easyxf(num_format_str="yyyy-mm-dd") if column == 0 else xlwt.XFStyle())
    if fill:
        fill(sheet)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def ods(extra: str = "", *, hidden: str = "", stored: bool = False) -> bytes:
    """A spreadsheet as the office programs write it, `extra` XML behind its rows."""
    cell = '<table:table-cell office:value-type="{}" {}><text:p>{}</text:p></table:table-cell>'.format
    rows = (
        '<table:table-row><table:table-cell office:value-type="string" table:number-columns-spanned="3" '
        f'table:number-rows-spanned="1"><text:p>{GRID[0][0]}</text:p><office:annotation><text:p>批注</text:p>'
        '</office:annotation></table:table-cell><table:covered-table-cell table:number-columns-repeated="2"/>'
        "</table:table-row>"
        "<table:table-row>" + "".join(cell("string", "", text) for text in GRID[1]) + "</table:table-row>"
    )
    for day, form, count in GRID[2:]:
        assert isinstance(day, datetime)
        rows += (
            "<table:table-row>"
            + cell("date", f'office:date-value="{day:%Y-%m-%d}"', f"{day:%y-%m-%d}")
            + cell("string", "", form)
            + cell("float", f'office:value="{count}"', count)
            + "</table:table-row>"
        )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    content = (
        f"<office:document-content {spaces}><office:automatic-styles>"
        '<style:style style:name="ta1"><style:table-properties table:display="false"/></style:style>'
        f"</office:automatic-styles><office:body><office:spreadsheet>"
        f'<table:table table:name="台账" table:style-name="{hidden}">{rows}{extra}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return package(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
            "meta.xml": b"<dc:date>2023-07-01T08:00:00</dc:date>",
        },
        zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED,
    )


def package(parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def with_sheet(xml: str, *, stored: bool = False) -> bytes:
    """A workbook whose first sheet is `xml`; `stored` without packing, which no ratio gives away."""
    parts = unpacked(xlsx(ledger))
    parts["xl/worksheets/sheet1.xml"] = xml.encode()
    return package(parts, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)


def sheet_xml(rows: str, before: str = "", after: str = "") -> str:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def xlsb(rows: dict[int, dict[int, Cell]], *, date_1904: bool = False) -> bytes:
    """A binary workbook of one sheet; a text that starts with # is an error of that name."""
    relation, name = "rId1", "台账"
    book = record(0x99, struct.pack("<I", date_1904) + bytes(8))
    book += record(0x9C, struct.pack("<II", 0, 1) + wide(relation) + wide(name)) + record(0x90) + record(0x84)
    sheet = record(0x81) + record(0x94, bytes(16)) + record(0x91)
    for row, cells in rows.items():
        sheet += record(0x00, struct.pack("<IIHBBBI", row, 0, 300, 0, 0x10 if row == 2 else 0, 0, 0))
        for column, value in cells.items():
            start = struct.pack("<II", column, 0)
            if isinstance(value, float):
                sheet += record(0x05, start + struct.pack("<d", value))
            elif value == "#REF!":
                sheet += record(0x03, start + b"\x17")
            else:
                sheet += record(0x06, start + wide(str(value)))
    sheet += record(0x92) + record(0xB0, struct.pack("<4I", 0, 0, 0, 2)) + record(0x82)
    rels = f'<Relationships><Relationship Id="{relation}" Target="worksheets/sheet1.bin"/></Relationships>'
    return package(
        {"xl/workbook.bin": book, "xl/_rels/workbook.bin.rels": rels.encode(), "xl/worksheets/sheet1.bin": sheet}
    )


def record(kind: int, content: bytes = b"") -> bytes:
    """A record of a binary workbook: kind and size seven bits a byte."""
    size = bytearray()
    rest = len(content)
    while rest > 0x7F:
        size.append(rest & 0x7F | 0x80)
        rest >>= 7
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return head + bytes(size) + bytes([rest]) + content


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")
