"""What read.py makes of files: the readable, the hidden, the broken and the hostile."""

from __future__ import annotations

import io
import re
import struct
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from workbooks import (
    GRID,
    HTML,
    PLAIN,
    STRAY,
    XML_2003,
    ledger,
    ods,
    package,
    sheet_xml,
    unpacked,
    with_sheet,
    xls,
    xlsb,
    xlsx,
)

from pipeline.ingest import compound, read, worksheet
from pipeline.ingest.cellxml import letters
from pipeline.ingest.limits import MAX_CELLS
from pipeline.model import Book, Cell, Severity, Source


def book(data: bytes, name: str = "甲单位/台账.xlsx") -> Book:
    return read.book(Source(name, Path(name), "", len(data)), data)


def codes(found: Book) -> list[str]:
    return [finding.code for finding in found.findings]


def values(found: Book, sheet: int = 0) -> list[list[Cell]]:
    """The cells with one kind of blank, and days as dates with a time."""
    return [[_plain(cell) for cell in row] for row in found.sheets[sheet].rows]


def _plain(cell: Cell) -> Cell:
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return datetime(cell.year, cell.month, cell.day)
    return None if cell == "" else cell


# --- every format gives the same cells --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.xlsx", xlsx(ledger)), ("a.xls", xls()), ("a.et", xls()), ("a.ods", ods()), ("A.XLSM", xlsx(ledger))],
)
def test_workbooks_of_every_format_give_the_same_cells_and_merges(name: str, data: bytes) -> None:
    found = book(data, name)
    assert found.findings == ()
    assert [sheet.name for sheet in found.sheets] == ["台账"]
    assert values(found) == GRID
    assert found.sheets[0].merges == ((0, 0, 0, 2),)
    assert not found.sheets[0].hidden


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("a.xls", xlsx(ledger), ["file-misnamed"]),
        ("a.xlsx", xls(), ["file-misnamed"]),
        ("a.xlsx", ods(), ["file-misnamed"]),
        ("a.csv", xls(), ["file-misnamed"]),
        ("a.xls", HTML.encode("gb18030"), ["file-misnamed"]),
        ("a.xls", XML_2003.encode(), ["file-misnamed"]),
        ("a.xml", XML_2003.encode(), []),
        ("a.xls", "时间\t次数\n3月5日\t1\n".encode("gb18030"), ["file-misnamed"]),
        ("a.et", xlsx(ledger), []),
    ],
)
def test_a_file_is_read_by_its_content_and_a_misleading_name_is_said(name: str, data: bytes, found: list[str]) -> None:
    result = book(data, name)
    assert codes(result) == found
    assert all(finding.severity is Severity.NOTICE for finding in result.findings)
    assert result.sheets


def test_html_gives_text_plain_numbers_and_merges() -> None:
    sheet = book(HTML.encode("gb18030"), "台账.xls").sheets[0]
    assert sheet.name == "台账"
    assert sheet.rows[1:] == [
        ["学习时间", "学习\n形式", "次数"],
        ["2023-03-05", "中心组 学习", 1.0],
        ["2023-04-12", None, "02"],
    ]
    assert sheet.merges == ((0, 0, 0, 2), (2, 1, 3, 1))


def test_excel_2003_xml_gives_places_types_errors_and_hidden_parts() -> None:
    found = book(XML_2003.encode(), "a.xml")
    sheet, hidden = found.sheets
    assert sheet.rows == [
        ["XX单位2023年上半年理论学习台账", None, None],
        [None, None, None],
        [datetime(2023, 3, 5), None, 2.0],
        [None, None, "中心组学习"],
    ]
    assert sheet.merges == ((0, 0, 0, 2),)
    assert (dict(sheet.errors), set(sheet.uncached)) == ({(3, 0): "#REF!"}, {(3, 1)})
    assert (set(sheet.hidden_columns), set(sheet.hidden_rows)) == ({1}, {3})
    assert (hidden.name, hidden.hidden, hidden.rows) == ("藏", True, [])


def test_xlsb_is_read_with_its_marks() -> None:
    data = xlsb({0: {0: "标题"}, 2: {0: "#REF!", 2: 5.0}}, date_1904=True)
    found = book(data, "a.xlsb")
    sheet = found.sheets[0]
    assert (found.findings, found.date_1904, sheet.name) == ((), True, "台账")
    assert values(found) == [["标题", None, None], [None] * 3, [None, None, 5.0]]
    assert (dict(sheet.errors), set(sheet.hidden_rows), sheet.merges) == ({(2, 0): "#REF!"}, {2}, ((0, 0, 0, 2),))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_delimited_text_is_read_in_its_encoding_and_stays_text(encoding: str, delimiter: str) -> None:
    lines = ["时间,形式,次数", '3月5日,"中心组, 扩大",1', "", " ,第一议题"]
    text = "\r\n".join(lines).replace('"中心组, 扩大"', "\0").replace(",", delimiter).replace("\0", '"中心组, 扩大"')
    found = book(text.encode(encoding), "甲/学习台账.csv")
    assert found.findings == ()
    assert found.sheets[0].name == "学习台账"
    assert found.sheets[0].rows == [
        ["时间", "形式", "次数"],
        ["3月5日", "中心组, 扩大", "1"],
        [None, None, None],
        [None, "第一议题", None],
    ]


def test_delimited_text_may_say_its_delimiter_and_be_one_column() -> None:
    assert values(book(b"sep=;\na;b,c\n", "a.csv")) == [["a", "b,c"]]
    assert values(book("标题\n内容\n".encode(), "a.csv")) == [["标题"], ["内容"]]


# --- what stands beside the values -------------------------------------------------------------------------------------


def test_hidden_sheets_rows_and_columns_are_marked() -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        ledger(workbook, sheet)
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column("B:XFD", None, None, {"hidden": True})
        workbook.add_worksheet("藏").hide()
        workbook.add_chartsheet("图")

    found = book(xlsx(fill))
    assert [(sheet.name, sheet.hidden) for sheet in found.sheets] == [("台账", False), ("藏", True)]
    assert (set(found.sheets[0].hidden_rows), set(found.sheets[0].hidden_columns)) == ({2}, {1, 2})


def test_hidden_parts_of_xls_and_ods_are_marked() -> None:
    def hide(sheet: Any) -> None:
        sheet.row(2).hidden = True
        sheet.col(1).hidden = True

    sheet = book(xls(hide), "a.xls").sheets[0]
    assert (set(sheet.hidden_rows), set(sheet.hidden_columns)) == ({2}, {1})
    assert book(ods(hidden="ta1"), "a.ods").sheets[0].hidden


def test_errors_and_formulas_without_a_value_are_told_apart() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for cell, value in (("A1", "#REF!"), ("B2", "=1+1"), ("C1", "x"), ("A4", "=A1")):
        sheet[cell] = value
    out = io.BytesIO()
    workbook.save(out)
    found = book(out.getvalue()).sheets[0]
    assert found.rows == [[None, "", "x"], [None] * 3, [None] * 3, [None] * 3]
    assert (dict(found.errors), set(found.uncached)) == ({(0, 0): "#REF!"}, {(1, 1), (3, 0)})


@pytest.mark.parametrize("cell", ['r="A1"', "r='A1'"])
@pytest.mark.parametrize("error", ["#SPILL!", "#CALC!", "#GETTING_DATA"])
def test_an_error_that_the_reader_does_not_know_costs_its_cell_only(error: str, cell: str) -> None:
    xml = sheet_xml(f'<row r="1"><c {cell} s="0" t="e"><f>A2</f><v>{error}</v></c><c r="B1"><v>1</v></c></row>')
    read = book(with_sheet(xml))
    assert read.findings == ()
    assert (read.sheets[0].rows, dict(read.sheets[0].errors)) == ([[None, 1.0]], {(0, 0): error})


def test_a_zero_that_a_library_wrote_for_a_formula_is_no_value() -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_formula("A1", "=1+1")
        sheet.write_formula("B1", "=2+2", None, 4)
        sheet.write("C1", 0)

    sheet = book(xlsx(fill)).sheets[0]
    assert (sheet.rows, set(sheet.uncached)) == ([[None, 4.0, 0.0]], {(0, 0)})


def test_an_empty_text_that_a_formula_gave_is_a_value() -> None:
    xml = sheet_xml('<row r="1"><c r="A1" t="str"><f>""</f><v></v></c><c r="B1"><v>1</v></c></row>')
    assert book(with_sheet(xml)).sheets[0].uncached == frozenset()


def test_errors_of_xls_are_marked() -> None:
    sheet = book(xls(lambda sheet: sheet.row(2).set_cell_error(4, "#REF!")), "a.xls").sheets[0]
    assert dict(sheet.errors) == {(2, 4): "#REF!"}
    assert sheet.rows[2][4] is None


def test_errors_and_repeated_cells_of_ods_are_marked() -> None:
    extra = (
        '<table:table-row><table:table-cell table:formula="of:=1/0" office:value-type="string"><text:p>#DIV/0!</text:p>'
        '</table:table-cell><table:table-cell table:formula="of:=A1"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2" '
        'office:value-type="string"><text:p>同<text:s text:c="2"/>上</text:p></table:table-cell></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/>'
        "</table:table-row>"
    )
    found = book(ods(extra), "a.ods")
    sheet = found.sheets[0]
    assert values(found)[4:] == [[None] * 3, ["同  上", "同  上", None], ["同  上", "同  上", None]]
    assert (dict(sheet.errors), set(sheet.uncached)) == ({(4, 0): "#DIV/0!"}, {(4, 1)})


def test_the_modified_time_is_the_document_s_own() -> None:
    workbook = openpyxl.Workbook()
    workbook.properties.modified = datetime(2023, 7, 3, 9, 30)
    out = io.BytesIO()
    workbook.save(out)
    assert datetime(2023, 7, 3) < (book(out.getvalue()).modified or datetime.min)
    assert book(ods(), "a.ods").modified == datetime(2023, 7, 1, 8)
    assert book(xls(), "a.xls").modified is None


def test_books_that_count_from_1904_say_so() -> None:
    found = book(xlsx(ledger, {"date_1904": True}))
    assert found.date_1904
    assert values(found) == GRID
    assert not book(xlsx(ledger)).date_1904


def test_a_book_of_empty_sheets_has_no_finding() -> None:
    found = book(xlsx(lambda *_: None))
    assert (found.findings, found.sheets[0].rows) == ((), [])


def test_blank_rows_and_columns_at_the_ends_are_dropped() -> None:
    xml = sheet_xml(
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="str"><v></v></c></row><row r="9"><c r="A9" t="str"><v></v></c></row>'
    )
    assert book(with_sheet(xml)).sheets[0].rows == [[1.0]]


# --- what cannot be read -----------------------------------------------------------------------------------------------


def encrypted_ods() -> bytes:
    return package(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": b"\x8f\x01",
            "META-INF/manifest.xml": b"<manifest:encryption-data/>",
        }
    )


def encrypted_xls() -> bytes:
    """A workbook stream whose globals hold FILEPASS."""
    bof = struct.pack("<HHHHHHII", 0x809, 16, 0x600, 5, 0, 0, 0, 0)
    return compound.holding(bof + struct.pack("<HHHHH", 0x2F, 6, 1, 1, 1) + struct.pack("<HH", 0x0A, 0))


def encrypted_xlsx() -> bytes:
    """A compound file whose one stream is called EncryptedPackage."""
    data, name = compound.holding(bytes(8192)), "EncryptedPackage".encode("utf-16-le")
    place = data.index("Workbook".encode("utf-16-le"))
    return data[:place] + name.ljust(64, b"\0") + struct.pack("<H", len(name) + 2) + data[place + 66 :]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.xlsx", b"", "file-empty"),
        ("a.xlsx", compound.SIGNATURE + "EncryptedPackage".encode("utf-16-le"), "file-encrypted"),
        ("a.xlsx", encrypted_xlsx(), "file-encrypted"),
        ("a.xls", encrypted_xls(), "file-encrypted"),
        ("a.docx", encrypted_xlsx(), "file-unsupported"),
        ("a.ods", encrypted_ods(), "file-encrypted"),
        ("a.xlsx", "只是文字\n第二行，没有表格".encode(), "file-unsupported"),
        ("a.xlsx", b"a,b\n1,2\n", "file-unsupported"),
        ("a.txt", b"a,b\n1,2\n", "file-unsupported"),
        ("a.pdf", b"%PDF-1.7\n\0\1\2", "file-unsupported"),
        ("a.xlsx", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "file-unsupported"),
        ("a.docx", package({"[Content_Types].xml": b"", "word/document.xml": b""}), "file-unsupported"),
        ("a.docx", b"PK\3\4broken", "file-unsupported"),
        ("a.html", b"<html><table><tr><td>1</td></tr></table></html>", "file-unsupported"),
        ("a.xls", b"<html><p>no table</p></html>", "file-unsupported"),
        ("a.xls", compound.holding(b"").replace(b"W\0o\0r\0k\0b\0", b"W\0o\0r\0d\0D\0"), "file-unsupported"),
        ("a.xlsx", bytes(4096), "file-corrupt"),
        ("a.xlsx", b"PK\3\4", "file-corrupt"),
        ("a.xls", compound.SIGNATURE, "file-corrupt"),
        ("a.xls", compound.holding(b"\x09\x08\xff\xff"), "file-corrupt"),
        ("a.xlsx", package({"xl/other.xml": b""}), "file-corrupt"),
        ("a.xml", XML_2003[:700].encode(), "file-corrupt"),
        ("a.csv", b"a,b\n\0\0", "file-unsupported"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(name: str, data: bytes, code: str) -> None:
    found = book(data, name)
    assert codes(found) == [code]
    assert found.findings[0].severity is Severity.ERROR
    assert found.findings[0].origin.file == name
    assert found.sheets == ()


@pytest.mark.parametrize(("name", "data"), [("a.xlsx", xlsx(ledger)), ("a.xls", xls()), ("a.ods", ods())])
@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 0.8])
def test_a_truncated_workbook_is_corrupt(name: str, data: bytes, share: float) -> None:
    assert codes(book(data[: int(len(data) * share)], name)) == ["file-corrupt"]


def test_a_sheet_that_ends_early_is_corrupt() -> None:
    whole = sheet_xml(PLAIN, after='<mergeCells><mergeCell ref="A1:A2"/></mergeCells>')
    assert book(with_sheet(whole)).findings == ()
    for end in ("</worksheet>", "<mergeCell ", "<mergeCells>", "</sheetData>", "<c "):
        assert codes(book(with_sheet(whole[: whole.index(end)]))) == ["file-corrupt"], end


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("count", [10, 5000])
def test_small_and_large_sheets_are_read_alike(count: int, stored: bool) -> None:
    """The small are handed to the reader unpacked, the large as they are packed."""
    rows = "".join(f'<row r="{number}"><c r="A{number}"><v>{number}</v></c></row>' for number in range(1, count + 1))
    found = book(with_sheet(sheet_xml(rows), stored=stored))
    assert found.sheets[0].rows == [[float(number)] for number in range(1, count + 1)]


def test_a_member_that_is_not_what_was_packed_is_corrupt() -> None:
    data = with_sheet(sheet_xml(PLAIN), stored=True)
    assert book(data).findings == ()
    assert codes(book(data.replace(b"<v>5</v>", b"<v>6</v>"))) == ["file-corrupt"]


def test_a_file_that_is_gone_is_said(tmp_path: Path) -> None:
    assert codes(read.book(Source("a.xlsx", tmp_path / "a.xlsx", "", 1))) == ["file-corrupt"]


def test_a_source_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx(ledger))
    assert values(read.book(Source("a.xlsx", path, "", 1))) == GRID


# --- the hostile -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "parts",
    [
        {"xl/workbook.xml": bytes(300 << 20)},
        {"xl/workbook.xml": b"<workbook/>", "xl/media/image1.png": bytes(8 << 20)},
        {"xl/workbook.xml": b"", **{f"xl/{number}": b"" for number in range(2001)}},
    ],
    ids=["member", "ratio", "count"],
)
def test_a_package_that_inflates_too_far_is_not_opened(parts: dict[str, bytes]) -> None:
    assert codes(book(package(parts))) == ["file-too-large"]


def test_a_package_that_lies_about_its_sizes_is_not_opened() -> None:
    data = bytearray(package({"xl/workbook.xml": bytes(40 << 20)}))
    directory = data.rfind(b"PK\1\2")
    data[directory + 24 : directory + 28] = struct.pack("<I", 1000)
    assert codes(book(bytes(data))) == ["file-too-large"]


def test_ghost_formats_cost_nothing() -> None:
    rows = "".join(f'<row r="{row}" s="1"><c r="C{row}" s="1"/></row>' for row in range(2, 300_000))
    corner = '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    data = with_sheet(sheet_xml(PLAIN + rows + corner))
    found = book(data)
    assert (values(found), found.findings) == ([["题", 5.0]], ())


@pytest.mark.parametrize(
    "xml",
    [
        sheet_xml(PLAIN + STRAY.format("r")),
        sheet_xml(PLAIN + STRAY.format("r").replace('"', "'")),
        sheet_xml(PLAIN + STRAY.format("r").replace(' r="', '\n r = "')),
        sheet_xml(PLAIN + '<row r="1048576"><x:c r="XFD1048576"><v>1</v></x:c></row>'),
        sheet_xml(PLAIN + STRAY.format("r").replace("</c>", "</c >")),
        sheet_xml(PLAIN + "<row/>" * 20_000 + "<row>" + "<c/>" * 10_000 + "<c><v>1</v></c></row>"),
        sheet_xml(PLAIN + STRAY.format("r")).replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns", "xmlns:x"),
    ],
    ids=["plain", "single quotes", "white space", "prefixed cell", "spaced end", "no references", "prefixed"],
)
def test_a_stray_value_at_the_far_corner_is_left_out_and_said(xml: str) -> None:
    found = book(with_sheet(xml))
    assert found.sheets[0].rows == [["题", 5.0]]
    assert [(finding.code, finding.severity) for finding in found.findings] == [("file-too-large", Severity.WARNING)]


def test_a_stray_value_says_where_it_stands() -> None:
    origin = book(with_sheet(sheet_xml(PLAIN + STRAY.format("r")))).findings[0].origin
    assert (origin.sheet, origin.row, origin.column) == ("台账", 1_048_576, "XFD")


@pytest.mark.parametrize(("height", "outside"), [(9_999, worksheet._OUTSIDE_NARROW), *worksheet._OUTSIDE.items()])
def test_the_boxes_that_are_read_at_once_are_within_the_limit(height: int, outside: re.Pattern[bytes]) -> None:
    def is_inside(column: int, row: int) -> bool:
        return not outside.search(f'<c r="{letters(column)}{row}">'.encode())

    width = [is_inside(column, height) for column in range(16_384)].index(False)

    assert width * height <= MAX_CELLS
    assert not any(is_inside(column, 1) for column in range(width, 16_384))
    assert not any(is_inside(0, row) for row in (height + 1, 10 * height, 1_048_576))


@pytest.mark.parametrize("place", ["Y99999", "M199999", "G399999", "C999999"])
def test_a_value_just_outside_what_may_be_read_is_left_out(place: str) -> None:
    number = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    far = f'<row r="1048576"><c r="A1048576"><v>1</v></c></row><row r="{number}"><c r="{place}"><v>1</v></c></row>'
    found = book(with_sheet(sheet_xml(PLAIN + far)))
    assert (found.sheets[0].rows, codes(found)) == ([["题", 5.0]], ["file-too-large"])


LEADS_ELSEWHERE: dict[str, dict[str, tuple[bytes, bytes]]] = {
    "workbook": {"_rels/.rels": (b"xl/workbook.xml", b"other/workbook.xml")},
    "root": {"xl/_rels/workbook.xml.rels": (b'"worksheets/sheet1', b'"/worksheets/sheet1')},
    "twice": {"xl/_rels/workbook.xml.rels": (b'Target="work', b'Target="other/worksheets/sheet1.xml" Target="work')},
}


@pytest.mark.parametrize("way", LEADS_ELSEWHERE)
def test_the_reader_finds_no_sheet_but_those_that_were_looked_at(way: str) -> None:
    parts = unpacked(xlsx(ledger))
    unseen = sheet_xml(PLAIN + '<row r="9"><c r="C9"><v>1</v></c></row>').encode()
    parts |= {name.replace("xl/", "other/"): content for name, content in parts.items() if name.startswith("xl/")}
    parts |= dict.fromkeys(("other/worksheets/sheet1.xml", "worksheets/sheet1.xml"), unseen)
    parts["xl/other/worksheets/sheet1.xml"] = unseen
    for name, (old, new) in LEADS_ELSEWHERE[way].items():
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new)
    assert values(book(package(parts))) == GRID


def test_a_stray_value_in_the_other_formats_is_left_out() -> None:
    found = book(xls(lambda sheet: sheet.write(65_535, 255, 1)), "a.xls")
    assert (values(found), codes(found)) == (GRID, ["file-too-large"])
    found = book(xlsb({0: {0: "题"}, 1_048_575: {16_383: 1.0}}), "a.xlsb")
    assert (values(found), codes(found)) == ([["题"]], ["file-too-large"])
    far = (
        '<table:table-row table:number-rows-repeated="1000000"/><table:table-row>'
        '<table:table-cell table:number-columns-repeated="16000"/>'
        '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>'
    )
    found = book(ods(far), "a.ods")
    assert (values(found), codes(found)) == (GRID, ["file-too-large"])


def test_a_value_repeated_over_the_whole_sheet_is_refused() -> None:
    extra = (
        '<table:table-row table:number-rows-repeated="1048570"><table:table-cell office:value-type="string" '
        'table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell></table:table-row>'
    )
    assert codes(book(ods(extra), "a.ods")) == ["file-too-large"]


def test_values_spread_all_over_a_sheet_are_refused() -> None:
    rows = "".join(
        f'<row r="{step * 5000}"><c r="{letters(step * 40)}{step * 5000}"><v>1</v></c></row>' for step in range(1, 200)
    )
    assert codes(book(with_sheet(sheet_xml(rows)))) == ["file-too-large"]


def test_claims_of_xls_records_are_not_believed() -> None:
    data = xls()
    dimensions = struct.pack("<HH", 0x200, 14)
    place = data.index(dimensions) + 4
    claimed = data[:place] + struct.pack("<IIHH", 0, 0xFFFFFFFF, 0, 0xFFFF) + data[place + 12 :]
    assert values(book(claimed, "a.xls")) == GRID
    strings = data.index(struct.pack("<H", 0xFC), data.index(b"\x09\x08"))
    found = book(data[: strings + 8] + b"\xff\xff\xff\x7f" + data[strings + 12 :], "a.xls")
    assert codes(found) == ["file-corrupt"]


def test_sectors_that_run_in_a_circle_are_corrupt() -> None:
    data = bytearray(compound.holding(bytes(8192)))
    fat = 512 * 18
    data[fat + 4 * 15 : fat + 4 * 16] = struct.pack("<I", 0)
    assert codes(book(bytes(data), "a.xls")) == ["file-corrupt"]


def test_entities_are_not_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("geheim", encoding="utf-8")
    bomb = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    found = book(XML_2003.replace("<Workbook", bomb + "<Workbook").replace("SheetHidden", "&e;").encode(), "a.xml")
    assert codes(found) == ["file-corrupt"]


@pytest.mark.parametrize("size", [0, 1, 4096, 8 << 20])
def test_a_stream_is_held_and_found_again(size: int) -> None:
    stream = bytes(number % 251 for number in range(min(size, 1000))) * (size // 1000 or 1)
    found = compound.opened(compound.holding(stream)).read("Workbook")
    assert found[: len(stream)] == stream
