"""What a unit gets back: its own workbook, marked where the findings stand, and otherwise as it was."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.model import Finding, Origin, Severity, Sheet
from pipeline.publish import returns
from pipeline.publish.workbook import comments, front, lines, package, values

ERROR, WARNING, NOTICE = Severity.ERROR, Severity.WARNING, Severity.NOTICE
FILE = "第一分公司/学习台账.xlsx"
SHEET = "学习台账"
RED, YELLOW, BLUE = "FFFFB3B3", "FFFFEB84", "FFD6E8FA"

GRID: list[list[str | int | None]] = [
    ["第一分公司2023年上半年学习台账", None, None, None, None],
    ["序号", "学习时间", "学习形式", "主持人", "实到人数"],
    [1, "2023.3.5", "中心组学习", "张某", 25],
    [2, "2月30日", "第一议题", "李某", "若干"],
    [3, "2023.4.8", "中心组学刁", "张某", 30],
    [4, "2023.4.8", "中心组学刁", "张某", "约30"],
    [5, "2023.5.9", "党课", "王某", "约30"],
]


def finding(code: str, severity: Severity, cell: str = "", sheet: str = SHEET, found: str = "") -> Finding:
    """`cell` is ``B5``, or ``5`` for a whole row, or nothing."""
    letters, digits = re.fullmatch(r"([A-Z]*)(\d*)", cell).groups()  # type: ignore[union-attr]
    values = (("found", found),) if found else ()
    return Finding(code, severity, Origin(FILE, sheet, int(digits or 0), letters), values=values)


def say(finding: Finding) -> tuple[str, str]:
    return f"{finding.code}不对。", "请改正。"


FINDINGS = (
    finding("date-invalid", ERROR, "B4", found="2月30日"),
    finding("quantity-invalid", ERROR, "E4"),
    finding("choice-unknown", WARNING, "C5", found="中心组学刁"),
    finding("choice-unknown", WARNING, "C6", found="中心组学刁"),
    finding("row-duplicate", WARNING, "6"),
    finding("quantity-approximate", NOTICE, "E7", found="约30"),
)


def written(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"author": "张三丰", "company": "秘密公司", "created": datetime(2023, 1, 1)})
        fill(book)
    return stream.getvalue()


def plain(grid: Sequence[Sequence[str | int | None]] = GRID, name: str = SHEET) -> bytes:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(grid):
            sheet.write_row(row, 0, cells)

    return written(fill)


def rich() -> bytes:
    """Everything that a ledger may carry besides its values."""

    def fill(book: xlsxwriter.Workbook) -> None:
        title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
        bordered = book.add_format({"border": 1, "num_format": "0.00", "bg_color": "#CCFFCC"})
        sheet, other = book.add_worksheet(SHEET), book.add_worksheet("其他")
        for row, cells in enumerate(GRID):
            sheet.write_row(row, 0, cells, bordered)
        sheet.merge_range("A1:E1", GRID[0][0], title)
        sheet.merge_range("B9:B11", "2023.13.1", bordered)
        sheet.data_validation("C3:C20", {"validate": "list", "source": ["中心组学习", "第一议题"]})
        sheet.conditional_format("E3:E20", {"type": "data_bar", "data_bar_2010": True})
        sheet.conditional_format("A3:A20", {"type": "cell", "criteria": ">", "value": 3, "format": title})
        sheet.write_comment("C5", "单位自己写的", {"author": "李四"})
        sheet.write_comment("A3", "也是单位写的")
        sheet.repeat_rows(0, 1)
        sheet.print_area("A1:E20")
        sheet.set_landscape()
        sheet.set_column("C:C", 33)
        sheet.freeze_panes(2, 0)
        sheet.autofilter("A2:E7")
        book.define_name("全部人数", f"={SHEET}!$E$3:$E$7")
        other.write_row("A1", ["甲", 1])
        other.repeat_columns(0)
        other.select()
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": f"={SHEET}!$A$3:$A$7"})
        sheet.insert_chart("G2", chart)

    return written(fill)


def returned(
    data: bytes, findings: Sequence[Finding] = FINDINGS, sheets: Sequence[Sheet] | None = None
) -> returns.Returned:
    return returns.workbook(FILE, data, findings, say, sheets)


def opened(data: bytes) -> openpyxl.Workbook:
    with warnings.catch_warnings(action="ignore", category=UserWarning):  # openpyxl drops what it does not know
        return openpyxl.load_workbook(io.BytesIO(data))


def fill_of(sheet: Worksheet, cell: str) -> str:
    fill = sheet[cell].fill
    return str(fill.fgColor.rgb) if fill.fill_type == "solid" else ""


def comment_of(sheet: Worksheet, cell: str) -> str:
    comment = sheet[cell].comment
    return comment.text if comment else ""


def members(data: bytes) -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(
    data: bytes, changes: Mapping[str, Callable[[bytes], bytes]], new: Mapping[str, bytes] | None = None
) -> bytes:
    parts = {name: changes.get(name, bytes)(part) for name, part in members(data).items()} | dict(new or {})
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return stream.getvalue()


def replacing(*pairs: tuple[str, str]) -> Callable[[bytes], bytes]:
    def change(part: bytes) -> bytes:
        for old, new in pairs:
            assert old.encode() in part
            part = part.replace(old.encode(), new.encode(), 1)
        return part

    return change


# --- marks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [plain(), rich()], ids=["plain", "rich"])
def test_cells_with_findings_have_the_colour_of_their_severity_and_a_comment(data: bytes) -> None:
    sheet = opened(returned(data).data)[SHEET]
    assert [fill_of(sheet, cell) for cell in ("B4", "E4", "C5", "C6", "E7")] == [RED, RED, YELLOW, YELLOW, BLUE]
    assert comment_of(sheet, "B4") == "【错误】date-invalid不对。请改正。"
    assert comment_of(sheet, "E7") == "【提示】quantity-approximate不对。请改正。"


def test_no_other_cell_is_coloured_or_commented() -> None:
    sheet = opened(returned(plain()).data)[SHEET]
    marked = {cell.coordinate for row in sheet for cell in row if fill_of(sheet, cell.coordinate)}
    commented = {cell.coordinate for row in sheet for cell in row if cell.comment}
    assert marked == {"B4", "E4", "C5", "A6", "B6", "C6", "D6", "E6", "E7"}
    assert commented == {"B4", "E4", "C5", "A6", "C6", "E7"}


def test_a_finding_on_a_row_colours_its_used_cells_and_comments_the_first() -> None:
    grid: list[list[str | int | None]] = [["序号", "学习时间", None, "实到人数"], [None, "2023.3.5", None, 25]]
    sheet = opened(returned(plain(grid), [finding("row-duplicate", WARNING, "2")]).data)[SHEET]
    assert [fill_of(sheet, f"{column}2") for column in "ABCDE"] == ["", YELLOW, "", YELLOW, ""]
    assert comment_of(sheet, "B2").startswith("【警告】row-duplicate")


def test_the_most_serious_colour_wins_where_findings_meet_and_the_comment_says_both() -> None:
    both = [finding("choice-unknown", WARNING, "C5"), finding("formula-error", ERROR, "C5")]
    sheet = opened(returned(plain(), both).data)[SHEET]
    assert fill_of(sheet, "C5") == RED
    assert [line[:4] for line in comment_of(sheet, "C5").splitlines()] == ["【错误】", "【警告】"]


def test_missing_cells_and_rows_are_made_where_the_finding_stands() -> None:
    data = plain([["甲"], [None, None, "乙"]])
    places = ("A2", "B2", "D2", "B4", "AB9", "A1")
    result = returned(data, [finding("date-missing", ERROR, place) for place in places]).data
    sheet = opened(result)[SHEET]
    assert {place: fill_of(sheet, place) for place in places} == dict.fromkeys(places, RED)
    xml = members(result)["xl/worksheets/sheet1.xml"].decode()
    assert re.findall(r'<c r="(\w+)"', xml) == ["A1", "A2", "B2", "C2", "D2", "B4", "AB9"]
    assert re.findall(r'<row r="(\d+)"', xml) == ["1", "2", "4", "9"]


def test_a_new_cell_looks_as_its_column_does() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet(SHEET)
        sheet.write("A1", "甲")
        sheet.set_column("B:B", 12, book.add_format({"num_format": "yyyy/m/d", "border": 1}))

    sheet = opened(returned(written(fill), [finding("date-missing", ERROR, "B3")]).data)[SHEET]
    assert (sheet["B3"].number_format, sheet["B3"].border.left.style, fill_of(sheet, "B3")) == ("yyyy/m/d", "thin", RED)


def test_a_new_cell_looks_as_its_row_does_where_the_row_has_a_look() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet(SHEET)
        sheet.set_column("B:B", 12, book.add_format({"num_format": "yyyy/m/d"}))
        sheet.set_row(2, None, book.add_format({"num_format": "0.00"}))

    given_up = repacked(written(fill), {"xl/worksheets/sheet1.xml": replacing((' customFormat="1"', ""))})
    for data, number_format in ((written(fill), "0.00"), (given_up, "yyyy/m/d")):
        sheet = opened(returned(data, [finding("date-missing", ERROR, "B3")]).data)[SHEET]
        assert sheet["B3"].number_format == number_format


def test_of_more_comments_than_a_sheet_bears_the_most_serious_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comments, "MOST", 2)
    places = {"A3": NOTICE, "B4": WARNING, "C5": NOTICE, "E7": ERROR}
    result = returned(plain(), [finding("choice-unknown", severity, place) for place, severity in places.items()])
    sheet = opened(result.data)[SHEET]
    assert [place for place in places if sheet[place].comment] == ["B4", "E7"]
    assert all(fill_of(sheet, place) for place in places)
    assert "每张表只加了最要紧的2条批注" in result.note


def test_a_comment_at_the_edge_of_the_sheet_is_drawn_on_it() -> None:
    drawn = members(returned(plain(), [finding("date-invalid", ERROR, "XFD1048576")]).data)[
        "xl/drawings/vmlDrawing1.vml"
    ]
    left, _, top, _, right, _, bottom, _ = map(int, re.findall(rb"<x:Anchor>(.*?)</x:Anchor>", drawn)[0].split(b", "))
    assert 0 < left < right <= 16383
    assert 0 < top < bottom <= 1048575


def test_a_list_has_no_more_links_than_excel_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "_MOST_LINKS", 2)
    book = opened(returned(plain()).data)
    assert [bool(cell.hyperlink) for cell in book["问题清单"]["B"][1:]] == [True, True, False, False, False]


def test_a_finding_inside_a_merged_range_is_shown_at_the_cell_that_is_seen() -> None:
    findings = [finding("date-invalid", ERROR, f"B{row}") for row in (9, 10, 11)]
    sheet = opened(returned(rich(), [*findings, finding("choice-unknown", WARNING, "C10")]).data)[SHEET]
    assert (fill_of(sheet, "B9"), fill_of(sheet, "C10")) == (RED, YELLOW)
    assert comment_of(sheet, "B9") == "【错误】date-invalid不对。请改正。"
    assert "B9:B11" in {str(merged) for merged in sheet.merged_cells.ranges}


def test_a_comment_of_the_unit_is_kept_above_ours() -> None:
    sheet = opened(returned(rich()).data)[SHEET]
    assert comment_of(sheet, "C5") == "单位自己写的\n【警告】choice-unknown不对。请改正。"
    assert comment_of(sheet, "A3") == "也是单位写的"


def test_a_workbook_returned_twice_says_each_thing_once() -> None:
    again = opened(returned(returned(plain()).data).data)
    assert again.sheetnames == ["问题清单2", "问题清单", SHEET]
    assert comment_of(again[SHEET], "B4") == "【错误】date-invalid不对。请改正。"


def test_rows_and_cells_without_references_are_counted() -> None:
    strip = {"xl/worksheets/sheet1.xml": lambda part: re.sub(rb' (?:r="\w+"|spans="[\d:]+")', b"", part)}
    sheet = opened(
        returned(repacked(plain([["甲", "乙"], ["丙", "丁"]]), strip), [finding("date-invalid", ERROR, "B2")]).data
    )
    assert (fill_of(sheet[SHEET], "B2"), sheet[SHEET]["B2"].value) == (RED, "丁")


def test_prefixed_and_commented_sheet_xml_is_marked_too() -> None:
    def prefix(part: bytes) -> bytes:
        part = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", part).replace(b'xmlns="', b'xmlns:x="')
        return part.replace(b"<x:sheetData>", b"<!-- <x:row r='4'/> --><x:sheetData>")

    result = returned(repacked(plain(), {"xl/worksheets/sheet1.xml": prefix})).data
    sheet = opened(result)[SHEET]
    assert (fill_of(sheet, "B4"), sheet["B4"].value, comment_of(sheet, "B4")[:4]) == (RED, "2月30日", "【错误】")


# --- the list --------------------------------------------------------------------------------------------------------


def listed(data: bytes) -> list[list[object]]:
    return [[cell.value for cell in row] for row in opened(data).worksheets[0]]


def test_the_first_sheet_lists_the_problems_grouped_and_the_most_important_first() -> None:
    assert listed(returned(plain()).data) == [
        ["级别", "位置", "问题", "现在是", "应改为/怎么办"],
        ["错误", "学习台账 B4", "date-invalid不对。", "2月30日", "请改正。"],
        ["错误", "学习台账 E4", "quantity-invalid不对。", None, "请改正。"],
        ["警告", "学习台账 C5:C6", "choice-unknown不对。", "中心组学刁", "请改正。"],
        ["警告", "学习台账 6行", "row-duplicate不对。", None, "请改正。"],
        ["提示", "学习台账 E7", "quantity-approximate不对。", "约30", "请改正。"],
    ]


def test_each_place_links_to_its_first_cell() -> None:
    book = opened(returned(plain()).data)
    links = [row[1].hyperlink.location for row in book["问题清单"].iter_rows(min_row=2) if row[1].hyperlink]
    assert links == [f"'{SHEET}'!{cell}" for cell in ("B4", "E4", "C5", "A6", "E7")]
    assert book.active is book.worksheets[0]


def test_a_sheet_name_with_quotes_and_ampersands_is_linked_and_marked() -> None:
    name = "研发&测试'部<1>"
    book = opened(returned(plain(name=name), [finding("date-invalid", ERROR, "B4", sheet=name)]).data)
    assert book["问题清单"]["B2"].hyperlink.location == "'研发&测试''部<1>'!B4"
    assert fill_of(book[name], "B4") == RED


def test_findings_without_a_cell_or_a_known_sheet_are_listed_only() -> None:
    findings = [
        finding("file-duplicate", WARNING, sheet=""),
        finding("sheet-unrecognised", WARNING),
        finding("date-invalid", ERROR, "B4", sheet="没有这张表"),
    ]
    sheet = opened(returned(plain(), findings).data)["问题清单"]
    assert [cell.value for cell in sheet["B"][1:]] == ["没有这张表 B4", "整个文件", SHEET]
    assert [bool(cell.hyperlink) for cell in sheet["B"][1:]] == [False, False, True]


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+1", "-1", "@a", "\t=1", "<b>&", "a\x00\x0bb\ud800"])
def test_texts_are_never_formulas(text: str) -> None:
    result = returns.workbook(FILE, plain(), [finding("date-invalid", ERROR, "B4", found=text)], lambda _: (text, text))
    printable = re.sub("[\x00\x0b\ud800]", "", text)
    row = opened(result.data)["问题清单"][2]
    assert [(cell.value, cell.data_type) for cell in row[2:5]] == [(printable, "s")] * 3
    assert b"<f>" not in members(result.data)["xl/worksheets/sheet2.xml"]


# --- nothing that matters is lost ------------------------------------------------------------------------------------


def test_values_formats_merges_lists_and_print_set_up_are_still_there() -> None:
    before, after = opened(rich())[SHEET], opened(returned(rich()).data)[SHEET]
    assert [[cell.value for cell in row] for row in after] == [[cell.value for cell in row] for row in before]
    assert after.merged_cells == before.merged_cells
    assert [str(rule.sqref) for rule in after.data_validations.dataValidation] == ["C3:C20"]
    assert {str(rules.sqref) for rules in after.conditional_formatting} == {"E3:E20", "A3:A20"}
    assert (after.column_dimensions["C"].width, after.freeze_panes, after.page_setup.orientation) == (
        before.column_dimensions["C"].width, "A3", "landscape",
    )  # fmt: skip
    assert after.auto_filter.ref == "A2:E7"


def test_a_marked_cell_keeps_all_of_its_look_but_the_fill() -> None:
    before, after = opened(rich())[SHEET]["B4"], opened(returned(rich()).data)[SHEET]["B4"]
    assert (before.number_format, before.border.left.style) == ("0.00", "thin")
    for look in ("number_format", "font", "border", "alignment", "protection"):
        assert repr(getattr(after, look)) == repr(getattr(before, look))


def test_other_parts_come_back_byte_for_byte() -> None:
    before, after = members(rich()), members(returned(rich()).data)
    same = {name for name in before if before[name] == after.get(name)}
    assert {"xl/charts/chart1.xml", "xl/drawings/drawing1.xml", "xl/sharedStrings.xml", "xl/theme/theme1.xml"} <= same
    assert b"x14:dataBar" in after["xl/worksheets/sheet1.xml"]
    assert before.keys() - after.keys() == {"docProps/core.xml", "docProps/app.xml"}


def test_rows_without_findings_keep_their_bytes() -> None:
    rows = re.findall(rb"<row .*?</row>", members(plain())["xl/worksheets/sheet1.xml"])
    after = members(returned(plain()).data)["xl/worksheets/sheet1.xml"]
    assert [row in after for row in rows] == [True, True, True, False, False, False, False]


def test_defined_names_follow_their_sheets() -> None:
    book = opened(returned(rich()).data)
    assert book[SHEET].print_title_rows == "$1:$2"
    assert book[SHEET].print_area == f"'{SHEET}'!$A$1:$E$20"
    assert book["其他"].print_title_cols == "$A:$A"
    assert book["问题清单"].print_title_rows == "$1:$1"
    assert book.defined_names["全部人数"].attr_text == f"{SHEET}!$E$3:$E$7"


def test_only_the_list_is_selected_so_that_typing_goes_into_one_sheet() -> None:
    book = opened(returned(rich()).data)
    assert [bool(sheet.sheet_view.tabSelected) for sheet in book] == [True, False, False]


def test_a_workbook_saved_by_openpyxl_is_marked() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = SHEET
    for row in GRID:
        sheet.append(row)
    sheet["A3"].comment = Comment("旧批注", "李四")
    stream = io.BytesIO()
    book.save(stream)
    after = opened(returned(stream.getvalue()).data)[SHEET]
    assert (fill_of(after, "B4"), comment_of(after, "A3"), comment_of(after, "B4")[:4]) == (RED, "旧批注", "【错误】")


# --- nothing travels that must not -----------------------------------------------------------------------------------


def linked() -> bytes:
    """A workbook that reads another one: directly, through a shared formula, through a name, in a list."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet(SHEET)
        sheet.write_formula("A1", "='[1]Sheet 1'!A1", None, 7)
        sheet.write_formula("A2", "=外部+1", None, 8)
        sheet.write_formula("A3", "=SUM(A1:A2)", None, 15)
        sheet.write_formula("A4", '=IF(A1>0,"甲","乙")', None, "甲")
        sheet.data_validation("B1:B9", {"validate": "list", "source": "=[1]Sheet1!$A$1:$A$9"})
        book.define_name("外部", "=[1]Sheet1!$A$1")

    shared = '<row r="5"><c r="A5"><f t="shared" ref="A5:A6" si="0">[1]S!A1</f><v>3</v></c></row><row r="6"><c r="A6"><f t="shared" si="0"/><v>4</v></c></row>'
    external = f'<externalLink xmlns="{MAIN}"><externalBook xmlns:r="{OFFICE}" r:id="rId1"/></externalLink>'
    office = f'<Relationship Id="rId{{}}" Type="{OFFICE}/{{}}" Target="{{}}"/></Relationships>'
    return repacked(
        written(fill),
        {
            "xl/worksheets/sheet1.xml": replacing(("</sheetData>", f"{shared}</sheetData>")),
            "xl/workbook.xml": replacing(
                ("</sheets>", '</sheets><externalReferences><externalReference r:id="rId90"/></externalReferences>'),
                ("<bookViews>", '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><x15ac:absPath xmlns:x15ac="urn:x" url="C:\\Users\\张三丰\\"/></mc:AlternateContent><bookViews>'),
            ),
            "xl/_rels/workbook.xml.rels": replacing(
                ("</Relationships>", office.format(90, "externalLink", "externalLinks/externalLink1.xml"))
            ),
            "[Content_Types].xml": replacing(
                ("</Types>", '<Override PartName="/xl/externalLinks/externalLink1.xml" ContentType="application/xml"/></Types>')
            ),
        },
        {
            "xl/externalLinks/externalLink1.xml": external.encode(),
            "xl/externalLinks/_rels/externalLink1.xml.rels": b"<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'/>",
        },
    )  # fmt: skip


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def test_names_of_authors_and_folders_are_gone() -> None:
    for data in (rich(), linked()):
        assert not [name for name, part in members(returned(data).data).items() if "张三丰".encode() in part]
        assert not [name for name in members(returned(data).data) if name.startswith("docProps/")]


def test_links_to_other_workbooks_leave_their_values() -> None:
    result = returned(linked(), [finding("formula-error", ERROR, "A1")])
    formulas = opened(result.data)[SHEET]
    assert [formulas[f"A{row}"].value for row in range(1, 7)] == [7, 8, "=SUM(A1:A2)", '=IF(A1>0,"甲","乙")', 3, 4]
    assert formulas.data_validations.dataValidation[0].formula1 == "#REF!"
    assert not [name for name, part in members(result.data).items() if b"externalLink" in part or b"[1]" in part]
    assert "链接" in result.note


def test_macros_are_taken_out_and_the_file_says_it_is_an_xlsx() -> None:
    vba = '<Relationship Id="rId91" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/></Relationships>'
    data = repacked(
        plain(),
        {
            "[Content_Types].xml": replacing(
                ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
                ("</Types>", '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'),
            ),
            "xl/_rels/workbook.xml.rels": replacing(("</Relationships>", vba)),
        },
        {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"},
    )  # fmt: skip
    result = returned(data)
    after = members(result.data)
    assert "xl/vbaProject.bin" not in after
    assert b"macroEnabled" not in after["[Content_Types].xml"]
    assert b"spreadsheetml.sheet.main+xml" in after["[Content_Types].xml"]
    assert (result.filename, "宏" in result.note) == ("学习台账问题回执.xlsx", True)


def test_a_part_that_only_an_address_outside_leads_to_is_gone() -> None:
    address = f'<Relationship Id="rId93" Type="{OFFICE}/hyperlink" Target="../persons/a.xml" TargetMode="External"/>'
    relations = {"xl/worksheets/_rels/sheet1.xml.rels": replacing(("</Relationships>", f"{address}</Relationships>"))}
    data = repacked(rich(), relations, {"xl/persons/a.xml": b"<personList/>"})
    assert "xl/persons/a.xml" not in members(returned(data).data)


@pytest.mark.parametrize("limit", ["MAX_MEMBERS", "MAX_INFLATED"])
def test_a_package_beyond_the_limits_is_not_unpacked(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(package, limit, 3)
    with pytest.raises(package.UnmarkableError, match="too large"):
        package.opened(plain())


def test_threaded_comments_become_plain_ones_and_their_persons_go() -> None:
    threads = '<Relationship Id="rId92" Type="http://schemas.microsoft.com/office/2017/10/relationships/{}" Target="{}"/></Relationships>'
    data = repacked(
        rich(),
        {
            "xl/_rels/workbook.xml.rels": replacing(
                ("</Relationships>", threads.format("person", "persons/person.xml"))
            ),
            "xl/worksheets/_rels/sheet1.xml.rels": replacing(
                ("</Relationships>", threads.format("threadedComment", "../threadedComments/threadedComment1.xml"))
            ),
        },
        {"xl/persons/person.xml": b"<personList/>", "xl/threadedComments/threadedComment1.xml": b"<ThreadedComments/>"},
    )
    result = returned(data)
    assert not [name for name in members(result.data) if "person" in name or "threaded" in name]
    assert comment_of(opened(result.data)[SHEET], "A3") == "也是单位写的"
    assert "批注" in result.note


# --- what cannot be marked -------------------------------------------------------------------------------------------

READ = Sheet(
    "学习/台账*2023年上半年的一个非常非常非常非常长的名字",
    [["第一分公司", None, None], ["时间", "形式", "人数"], [datetime(2023, 3, 5), "=中心组", 25.5], [None, True, None]],
    merges=((0, 0, 0, 2),),
    errors={(3, 2): "#REF!"},
)


def test_a_format_that_cannot_be_marked_comes_back_as_values_with_the_same_marks() -> None:
    result = returns.workbook(
        "a/台账.xls", b"\xd0\xcf\x11\xe0", [finding("date-invalid", ERROR, "A3", READ.name)], say, [READ]
    )
    book = opened(result.data)
    sheet = book.worksheets[1]
    assert [[cell.value for cell in row] for row in sheet][1:] == [
        ["时间", "形式", "人数"],
        [datetime(2023, 3, 5), "=中心组", 25.5],
        [None, True, "#REF!"],
    ]
    assert (sheet["B3"].data_type, {str(merged) for merged in sheet.merged_cells.ranges}) == ("s", {"A1:C1"})
    assert (fill_of(sheet, "A3"), comment_of(sheet, "A3")[:4], sheet["A3"].number_format) == (
        RED,
        "【错误】",
        "yyyy-mm-dd",
    )
    assert [sheet[cell].alignment.horizontal for cell in ("A1", "A2")] == ["center", None]
    assert book.worksheets[0]["B2"].hyperlink.location == f"'{sheet.title}'!A3"
    assert (result.filename, ".xls" in result.note) == ("台账问题回执.xlsx", True)


def test_a_merged_range_of_too_many_cells_is_left_unmerged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "_MOST_MERGED", 2)
    assert not opened(values.written([READ])).worksheets[0].merged_cells.ranges


def test_sheets_of_names_that_excel_refuses_stay_apart() -> None:
    sheets = [Sheet(name, [[name]]) for name in ("一:月", "一?月", "", "'引号'", "一_月")]
    book = opened(returns.workbook("a.ods", b"", [], say, sheets).data)
    assert [sheet["A1"].value for sheet in book.worksheets[1:]] == ["一:月", "一?月", None, "'引号'", "一_月"]


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" * 100, plain()[:-30], plain()[:400], b"<html>"],
    ids=["empty", "stub", "encrypted", "cut", "short", "html"],
)
def test_a_file_that_cannot_be_read_comes_back_as_the_list_alone(data: bytes) -> None:
    result = returned(data, [finding("file-corrupt", ERROR, sheet="")])
    book = opened(result.data)
    assert book.sheetnames == ["问题清单", "说明"]
    assert book["问题清单"]["B2"].value == "整个文件"
    assert "只有问题清单" in result.note


BOMB = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "part",
    [
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "xl/styles.xml",
        "[Content_Types].xml",
        "xl/_rels/workbook.xml.rels",
    ],
)
def test_document_types_are_refused_in_every_part(part: str) -> None:
    bomb = {part: lambda xml: re.sub(rb"(<\?xml[^>]*\?>)", rb"\1" + BOMB.encode(), xml)}
    assert opened(returned(repacked(plain(), bomb)).data).sheetnames == ["问题清单", "说明"]


def test_an_inflation_bomb_is_not_inflated() -> None:
    data = repacked(plain(), {}, {"xl/media/image1.png": bytes(100 << 20)})
    assert "只有问题清单" in returned(data).note


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"]
)
@pytest.mark.parametrize("change", [lambda _: b"", lambda xml: xml[:200], lambda xml: re.sub(rb'="\d+"', b'="x"', xml)])
def test_a_broken_part_costs_the_marks_and_not_the_run(part: str, change: Callable[[bytes], bytes]) -> None:
    assert "问题清单" in members(returned(repacked(plain(), {part: change})).data)["xl/workbook.xml"].decode()


def test_equal_input_gives_equal_bytes() -> None:
    assert returned(rich()) == returned(rich(), FINDINGS[::-1])


# --- the message -----------------------------------------------------------------------------------------------------


def test_the_message_names_file_sheet_and_cells_and_puts_errors_first() -> None:
    text = returns.message("第一分公司", "2023年上半年", lines.lines(FINDINGS[::-1], say), "7月8日").splitlines()
    assert text[0] == "第一分公司：2023年上半年台账核对后，有2处需要修改，有3处请核实，有1处供知悉。"
    assert text[1] == "1. 《学习台账.xlsx》学习台账 B4：date-invalid不对。请改正。"
    assert text[3] == "3. 《学习台账.xlsx》学习台账 C5:C6：choice-unknown不对。请改正。"
    assert "7月8日" in text[-1]


def test_the_message_stays_short_whatever_is_found() -> None:
    many = [finding("date-invalid", ERROR, f"B{row}", found=str(row)) for row in range(3, 300)]
    text = returns.message("第一分公司", "2023年上半年", lines.lines(many, say)).splitlines()
    assert len(text) <= 10
    assert "另有291条" in text[-2]


def test_a_unit_without_findings_is_told_so() -> None:
    assert "没有发现问题" in returns.message("第一分公司", "2023年上半年", [])
