"""Fixed tables of the level above: numbers go in, rows are repeated, and nothing else of the workbook is lost."""

from __future__ import annotations

import hashlib
import io
import shutil
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import measuring
import openpyxl
import pytest
import xlsxwriter
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.errors import TemplateError
from pipeline.model import SCOPES, Figure, Figures, Key, Register
from pipeline.period import Period
from pipeline.publish import filled

HALF = Period.parse("2023H1")
ROOT, FIRST, SECOND, THIRD = "总公司", "=第一分公司", "研发&测试部<甲>", "+丙 {{ 年份 }}"
REGISTER = measuring.register((ROOT, None), (FIRST, ROOT), (SECOND, ROOT), (THIRD, ROOT), ("一车间", FIRST))
ALONE = measuring.register((ROOT, None))
TALKS, PREACHING, RATE = "谈心谈话次数", "宣讲次数", "党员受教育率"
SHEET = "统计 表"

Changes = Mapping[tuple[str, str], Mapping[str, Any]]
"""(unit, indicator's name) → what differs from a figure of ten times the unit's place in the register plus 7."""
Grid = Sequence[Sequence[Any]]
More = Callable[[Any, Any], None]


def exactly(value: int | Fraction | None) -> dict[str, Any]:
    return {"value": value, "low": value, "high": value}


def figures(changes: Changes | None = None, register: Register = REGISTER, period: Period = HALF) -> Figures:
    by_key: dict[Key, Figure] = {}
    found = measuring.definitions(register)
    for unit in register.units:
        for each in found.indicators:
            value = Fraction(unit.index + 1, 8) if each.percent else 10 * unit.index + 7
            change = {**exactly(value), "last_year": 4, **(changes or {}).get((unit.name, each.name), {})}
            for scope in SCOPES:
                by_key[unit.index, scope, each.id] = Figure(period, unit.index, scope, each.id, **change)
    return Figures(period, period.end, by_key, measuring.harvest(found, [], []))


def template(folder: Path, grid: Grid, more: More = lambda book, sheet: None, keywords: str = "") -> Path:  # noqa: ARG005
    """A workbook of one sheet: texts, numbers and, written with =, formulas."""
    path = folder / "表格" / "样表.xlsx"
    path.parent.mkdir(exist_ok=True)
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"keywords": keywords, "author": "张三"})
        sheet = book.add_worksheet(SHEET)
        for row, values in enumerate(grid):
            for column, value in enumerate(values):
                if isinstance(value, str) and value.startswith("="):
                    sheet.write_formula(row, column, value, None, "旧值")
                elif isinstance(value, str):
                    sheet.write_string(row, column, value)
                elif value is not None:
                    sheet.write_number(row, column, value)
        more(book, sheet)
    return path


def only(folder: Path, changes: Changes | None = None, register: Register = REGISTER, **other: Any) -> bytes:
    ((_, data),) = filled.tables(folder, figures(changes, register), measuring.definitions(register), **other)
    return data


def values(data: bytes, *, stored: bool = True) -> list[list[Any]]:
    """The cells of the first sheet; of formulas what they come to, or the formulas themselves."""
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=stored).worksheets[0]
    return [[cell.value for cell in row] for row in sheet]


def book(data: bytes) -> Worksheet:
    sheet = openpyxl.load_workbook(io.BytesIO(data), rich_text=True).worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


UNITS: Grid = [
    ["统计表（{{ 报告期 }}）"],
    ["{{ 各单位.名称 }}", f"{{{{ 各单位.{TALKS} }}}}", f"{{{{ 各单位.{PREACHING} }}}}", "=B2+C2"],
    ["合计", "=SUM(B2:B2)", "=SUM(C2)", "=SUM(D2:D2)"],
    ["填表：{{ 单位名称 }}"],
]


# --- numbers and texts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "text", "value", "number_format"),
    [
        (exactly(127), "{{ 谈心谈话次数 }}", 127, "0"),
        (exactly(127), " ｛｛谈心谈话次数｝｝", 127, "0"),
        (exactly(127), "{{ 单位('总公司').谈心谈话次数 }}", 127, "0"),
        (exactly(127), "{{ 谈心谈话次数 }}次", "127次", "General"),
        (exactly(127), "{{ 谈心谈话次数|余 }}", "120余", "General"),
        (exactly(127), "{{ 谈心谈话次数|带量词 }}", "127次", "General"),
        (exactly(5), "{{ 谈心谈话次数.同比 }}", "同比增长25%", "General"),
        (exactly(5), "{{ 谈心谈话次数.去年 }}", 4, "0"),
        (exactly(0), "{{ 谈心谈话次数 }}", 0, "0"),
        (exactly(None), "{{ 谈心谈话次数 }}", "…", "General"),
        (exactly(None), "共{{ 谈心谈话次数 }}次", "共【未知】次", "General"),
        ({"value": 50, "low": 45, "high": 55}, "{{ 谈心谈话次数 }}", 50, '"约"0'),
        (exactly(5), "{% if 谈心谈话次数 > 3 %}{{ 谈心谈话次数 }}{% endif %}", 5, "0"),
        (exactly(5), "{% if 谈心谈话次数 > 9 %}多{% endif %}", None, "General"),
        (exactly(5), "截至{{ 统计截止 }}", "截至2023年6月30日", "General"),
        (exactly(5), "{{ 年份 }}", "2023", "General"),
    ],
)
def test_a_cell_that_is_one_tag_is_a_number_and_any_other_is_text(
    tmp_path: Path, change: Mapping[str, Any], text: str, value: object, number_format: str
) -> None:
    template(tmp_path, [[text]])
    cell = book(only(tmp_path, {(ROOT, TALKS): change}))["A1"]
    assert (cell.value, cell.number_format) == (value, number_format)


def test_a_share_is_a_fraction_and_one_of_nothing_is_not_applicable(tmp_path: Path) -> None:
    template(tmp_path, [[f"{{{{ {RATE} }}}}"]])
    share = exactly(Fraction(119, 125))
    nothing = {**exactly(None), "numerator": 0, "denominator": 0}
    cell = book(only(tmp_path, {(ROOT, RATE): share}))["A1"]
    assert (cell.value, cell.number_format) == (0.952, "0.0%")
    assert values(only(tmp_path, {(ROOT, RATE): nothing})) == [["/"]]


@pytest.mark.parametrize(
    ("own", "exact", "about"),
    [
        ("#,##0", "#,##0", '"约"#,##0'),
        ('0;[Red]-0;"-";@', '0;[Red]-0;"-";@', '"约"0;[Red]"约"-0;"约""-";@'),
        ("0;-0;;@", "0;-0;;@", '"约"0;"约"-0;;@'),
        ("@", "0", '"约"0'),
    ],
)  # fmt: skip
def test_the_cells_own_number_format_stays(tmp_path: Path, own: str, exact: str, about: str) -> None:
    def formatted(book: Any, sheet: Any) -> None:
        sheet.write_string("A1", f"{{{{ {TALKS} }}}}", book.add_format({"num_format": own, "bold": True}))

    template(tmp_path, [], formatted)
    cell = book(only(tmp_path))["A1"]
    approximate = book(only(tmp_path, {(ROOT, TALKS): {"low": 6, "high": 8}}))["A1"]
    assert (cell.number_format, cell.font.bold) == (exact, True)
    assert (approximate.number_format, approximate.font.bold) == (about, True)


@pytest.mark.parametrize(("tag", "number_format"), [(RATE, "0"), (TALKS, "0.0%")])
def test_a_format_that_would_show_a_wrong_number_is_refused(tmp_path: Path, tag: str, number_format: str) -> None:
    def formatted(book: Any, sheet: Any) -> None:
        sheet.write_string("A1", f"{{{{ {tag} }}}}", book.add_format({"num_format": number_format}))

    template(tmp_path, [], formatted)
    with pytest.raises(TemplateError, match=f"A1：“{tag}”.*百分"):
        only(tmp_path)


def test_pieces_of_a_cell_keep_their_own_fonts(tmp_path: Path) -> None:
    def rich(book: Any, sheet: Any) -> None:
        bold, red = book.add_format({"bold": True}), book.add_format({"font_color": "red"})
        sheet.write_rich_string("A1", bold, "注：", "截至{{ 统", red, "计截止 }}止", "。")

    template(tmp_path, [], rich)
    pieces = book(only(tmp_path))["A1"].value
    assert [str(piece) for piece in pieces] == ["注：", "截至2023年6月30日", "止", "。"]
    assert pieces[0].font.b is True
    assert pieces[2].font.color.rgb == "FFFF0000"


# --- repeated rows ---------------------------------------------------------------------------------------------------


def test_a_row_is_repeated_for_each_unit_and_formulas_follow(tmp_path: Path) -> None:
    template(tmp_path, UNITS)
    data = only(tmp_path, {(SECOND, TALKS): exactly(None)})
    assert values(data, stored=False) == [
        ["统计表（2023年上半年）", None, None, None],
        [FIRST, 17, 17, "=B2+C2"],
        [SECOND, "…", 27, "=B3+C3"],
        [THIRD, 37, 37, "=B4+C4"],
        ["合计", "=SUM(B2:B4)", "=SUM(C2:C4)", "=SUM(D2:D4)"],
        [f"填表：{ROOT}", None, None, None],
    ]
    assert values(data)[4] == ["合计", 17 + 37, 17 + 27 + 37, None], "what is not a plain sum has no stale value"
    assert b'fullCalcOnLoad="1"' in zipfile.ZipFile(io.BytesIO(data)).read("xl/workbook.xml")


def test_names_that_look_like_formulas_or_tags_stay_texts(tmp_path: Path) -> None:
    template(tmp_path, UNITS)
    cells = [book(only(tmp_path)).cell(row, 1) for row in (2, 3, 4)]
    assert [(cell.value, cell.data_type) for cell in cells] == [(FIRST, "s"), (SECOND, "s"), (THIRD, "s")]


@pytest.mark.parametrize(("known", "total"), [({FIRST: 5, SECOND: 6}, 11), ({FIRST: 0}, 0), ({}, "…")])
def test_a_guarded_total_is_unknown_if_all_are_and_never_0(
    tmp_path: Path, known: Mapping[str, int], total: object
) -> None:
    guarded = '=IF(COUNT(A1:A1)=0,"…",SUM(A1:A1))'
    template(tmp_path, [[f"{{{{ 各单位.{TALKS} }}}}"], [guarded]])
    changes = {(unit, TALKS): exactly(known.get(unit)) for unit in (FIRST, SECOND, THIRD)}
    assert values(only(tmp_path, changes))[3] == [total]


def test_a_total_is_guarded_by_the_cells_that_it_counts(tmp_path: Path) -> None:
    guarded = '=IF(COUNT(A1:A1)=0,"…",SUM(B1:B1))'
    template(tmp_path, [[f"{{{{ 各单位.{TALKS} }}}}", f"{{{{ 各单位.{PREACHING} }}}}"], [None, guarded]])
    none = {(unit, TALKS): exactly(None) for unit in (FIRST, SECOND, THIRD)}
    assert [values(only(tmp_path, each))[3][1] for each in (none, {})] == ["…", 17 + 27 + 37]


def test_a_total_of_approximate_figures_says_so(tmp_path: Path) -> None:
    template(tmp_path, [*UNITS, ["=B3*2"]])
    sheet = book(only(tmp_path, {(SECOND, TALKS): {"value": 27, "low": 20, "high": 30}}))
    cells = ("B2", "B3", "B5", "C5", "D3", "D4", "D5", "A7")
    assert {cell: sheet[cell].number_format for cell in cells} == {
        "B2": "0", "B3": '"约"0', "B5": '"约"General', "C5": "General",
        "D3": '"约"General', "D4": "General", "D5": '"约"General', "A7": '"约"General',
    }  # fmt: skip


def test_subtotals_are_stored_before_the_totals_that_read_them(tmp_path: Path) -> None:
    template(tmp_path, [["=SUM(A2,A4)"], ["=SUM(A3:A3)"], [f"{{{{ 各单位.{TALKS} }}}}"], [2.5], ["=SUM(A1,A5)"]])
    assert [row[0] for row in values(only(tmp_path))] == [83.5, 81, 17, 27, 37, 2.5, None]


def test_rows_are_numbered_and_neighbouring_rows_are_repeated_together(tmp_path: Path) -> None:
    def merged(book: Any, sheet: Any) -> None:  # noqa: ARG001
        sheet.merge_range("A1:A2", "{{ 序号 }}")
        sheet.merge_range("B3:C3", "两行")
        sheet.merge_range("D1:D3", "各单位")
        sheet.set_row(1, 33)

    grid: Grid = [[None, "{{ 各单位.名称 }}"], [None, f"{{{{ 各单位.{TALKS} }}}}"], ["完"]]
    template(tmp_path, grid, merged)
    sheet = book(only(tmp_path))
    column = [[cell.value for cell in row[:2]] for row in sheet]
    assert column == [[1, FIRST], [None, 17], [2, SECOND], [None, 27], [3, THIRD], [None, 37], ["完", "两行"]]
    assert {str(each) for each in sheet.merged_cells.ranges} == {"A1:A2", "A3:A4", "A5:A6", "B7:C7", "D1:D7"}
    assert [sheet.row_dimensions[row].height for row in (2, 4, 6)] == [33, 33, 33]


def test_a_unit_without_units_below_gets_one_blank_row(tmp_path: Path) -> None:
    template(tmp_path, UNITS)
    assert values(only(tmp_path, register=ALONE))[1:3] == [[None, None, None, None], ["合计", 0, 0, None]]


def test_a_row_is_repeated_for_each_month(tmp_path: Path) -> None:
    template(tmp_path, [["{{ 各月.名称 }}", f"{{{{ 各月.{TALKS} }}}}"]])
    months = [figures({(ROOT, TALKS): exactly(month.start.month)}, period=month) for month in HALF.months]
    assert values(only(tmp_path, monthly=months)) == [[f"{number}月", number] for number in range(1, 7)]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=B2/B$3", ["=B2/B$5", "=B3/B$5", "=B4/B$5"]),
        ("=RANK(B2,B$2:B$2)", ["=RANK(B2,B$2:B$4)", "=RANK(B3,B$2:B$4)", "=RANK(B4,B$2:B$4)"]),
        ("=SUM(B$2:B2)", ["=SUM(B$2:B2)", "=SUM(B$2:B3)", "=SUM(B$2:B4)"]),
        ("=SUM(B2:C2)-A$1", ["=SUM(B2:C2)-A$1", "=SUM(B3:C3)-A$1", "=SUM(B4:C4)-A$1"]),
        (f"='{SHEET}'!B2*COUNT($B:$B)", [f"='{SHEET}'!B{row}*COUNT($B:$B)" for row in (2, 3, 4)]),
        ('=IF(B2="B2",1,0)', ['=IF(B2="B2",1,0)', '=IF(B3="B2",1,0)', '=IF(B4="B2",1,0)']),
    ],
)
def test_a_formula_in_a_repeated_row_reads_its_own_row(tmp_path: Path, formula: str, expected: list[str]) -> None:
    template(tmp_path, [["题"], [*UNITS[1][:3], formula], *UNITS[2:]])
    assert [row[3] for row in values(only(tmp_path), stored=False)[1:4]] == expected


def test_what_an_aggregate_adds_besides_another_function_grows(tmp_path: Path) -> None:
    template(tmp_path, [*UNITS[:2], ["合计", "=SUM(ABS(B9),B2)", "=ABS(SUM(C2))"]])
    assert values(only(tmp_path), stored=False)[4][1:3] == ["=SUM(ABS(B11),B2:B4)", "=ABS(SUM(C2:C4))"]


def test_formulas_of_other_sheets_and_shared_ones_follow(tmp_path: Path) -> None:
    def second(book: Any, sheet: Any) -> None:
        other = book.add_worksheet("另表")
        other.write_formula("A1", f"=SUM('{SHEET}'!B2:B2)+'{SHEET}'!B3")
        sheet.write_formula("F3", "=SUM(B2:B2)")

    path = template(tmp_path, UNITS, second)
    share(path, "F3", '<f t="shared" ref="F3:G3" si="0">SUM(B2:B2)</f>', "G3", '<f t="shared" si="0"/>')
    data = only(tmp_path)
    assert openpyxl.load_workbook(io.BytesIO(data))["另表"]["A1"].value == f"=SUM('{SHEET}'!B2:B4)+'{SHEET}'!B5"
    assert values(data, stored=False)[4][5:] == ["=SUM(B2:B4)", "=SUM(C2:C4)"]


def share(path: Path, first: str, formula: str, second: str, follower: str) -> None:
    """Rewrite the cell `first` of a template as office programs write formulas that were filled to the right."""
    members = read_members(path)
    name = "xl/worksheets/sheet1.xml"
    old = f'<c r="{first}"><f>SUM(B2:B2)</f><v>0</v></c>'
    new = f'<c r="{first}">{formula}<v>0</v></c><c r="{second}">{follower}<v>0</v></c>'
    assert old in members[name].decode()
    members[name] = members[name].decode().replace(old, new).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)


def read_members(path: Path | io.BytesIO) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# --- what is kept ----------------------------------------------------------------------------------------------------


def furnished(book: Any, sheet: Any) -> None:
    """Everything that points at rows, laid around the repeated row 2 and the total in row 3."""
    red = book.add_format({"bg_color": "#FF0000"})
    sheet.merge_range("A5:D5", "注")
    sheet.conditional_format("B2:B3", {"type": "cell", "criteria": ">", "value": "$B$3", "format": red})
    sheet.conditional_format("C2", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format("D3", {"type": "formula", "criteria": "=D3>D4", "format": red})
    sheet.data_validation("E2", {"validate": "list", "source": "=$A$3:$A$4"})
    sheet.data_validation("E3", {"validate": "list", "source": ["是", "否"]})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4)
    sheet.set_header("&L机密&R&D")
    sheet.set_footer("&C第 &P 页")
    sheet.print_area("A1:E5")
    sheet.repeat_rows(0)
    sheet.set_h_pagebreaks([3])
    sheet.set_v_pagebreaks([3])
    sheet.freeze_panes(1, 1)
    sheet.set_column("A:A", 30)
    sheet.autofilter("A1:D3")
    sheet.protect("", {"format_cells": True})
    sheet.insert_image("G4", "", {"image_data": io.BytesIO(PIXEL)})
    book.define_name("总数", f"='{SHEET}'!$B$3")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"categories": [SHEET, 1, 0, 1, 0], "values": f"='{SHEET}'!$B$2:$B$2"})
    sheet.insert_chart("G5", chart)


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe"
    "0def46b80000000049454e44ae426082"
)


def test_rules_print_set_up_pictures_and_charts_stay_and_follow(tmp_path: Path) -> None:
    template(tmp_path, UNITS, furnished)
    data = only(tmp_path)
    members = read_members(io.BytesIO(data))
    xml = members["xl/worksheets/sheet1.xml"].decode()
    for kept in (
        '<conditionalFormatting sqref="B2:B5">', "<formula>$B$5</formula>",
        '<conditionalFormatting sqref="D5">', "<formula>D5&gt;D6</formula>",
        'sqref="E2:E4"', "<formula1>$A$5:$A$6</formula1>", 'sqref="E5"', '<formula1>"是,否"</formula1>',
        "<xm:sqref>C2:C4</xm:sqref>", 'orientation="landscape"', 'paperSize="9"', 'fitToHeight="0"', 'left="0.4"',
        "&amp;L机密&amp;R&amp;D", "第 &amp;P 页", '<brk id="5"', '<colBreaks count="1" manualBreakCount="1"><brk id="3"', 'ySplit="1"', '<autoFilter ref="A1:D5"',
        '<mergeCell ref="A7:D7"/>', '<sheetProtection sheet="1"', 'width="30.7109375"',
    ):  # fmt: skip
        assert kept in xml, kept
    names = members["xl/workbook.xml"].decode()
    for kept in (f"'{SHEET}'!$A$1:$E$7", f"'{SHEET}'!$1:$1", f"'{SHEET}'!$B$5", f"'{SHEET}'!$A$1:$D$5"):
        assert f">{kept}<" in names, kept
    chart, drawing = members["xl/charts/chart1.xml"].decode(), members["xl/drawings/drawing1.xml"].decode()
    assert f"<c:f>'{SHEET}'!$B$2:$B$4</c:f>" in chart
    assert f"<c:f>'{SHEET}'!$A$2:$A$4</c:f>" in chart
    assert "Cache" not in chart
    assert [part.split("<")[0] for part in drawing.split("<xdr:row>")[1::2]] == ["5", "6"]
    assert members["xl/media/image1.png"] == PIXEL


def test_nothing_of_the_template_is_said_but_its_cells(tmp_path: Path) -> None:
    template(tmp_path, UNITS, keywords="期间=半年")
    members = read_members(io.BytesIO(only(tmp_path)))
    rest = b"".join(members.values()).replace("{{ 年份 }}".encode(), b"")
    assert not [word for word in ("张三", "{{", "旧值") if word.encode() in rest]


def test_the_same_template_and_figures_give_the_same_bytes(tmp_path: Path) -> None:
    template(tmp_path, UNITS, furnished)
    first, second = only(tmp_path), only(tmp_path)
    assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest()
    assert {info.date_time[:3] for info in zipfile.ZipFile(io.BytesIO(first)).infolist()} == {(1980, 1, 1)}


# --- which tables, and what is wrong with them -----------------------------------------------------------------------


@pytest.mark.parametrize(("keywords", "fits"), [("", True), ("期间=上半年", True), ("期间=全年", False)])
def test_a_table_is_filled_for_the_periods_it_is_meant_for(tmp_path: Path, keywords: str, fits: bool) -> None:
    template(tmp_path, [["{{ 单位名称 }}"]], keywords=keywords)
    (tmp_path / "表格" / "~$样表.xlsx").write_bytes(b"")
    found = filled.tables(tmp_path, figures(), measuring.definitions(REGISTER))
    assert [name for name, _ in found] == ["样表.xlsx"] * fits


def test_a_table_may_be_another_units(tmp_path: Path) -> None:
    template(tmp_path, [["{{ 单位名称 }}"], ["{{ 各单位.名称 }}"]], keywords=f"单位={FIRST}")
    register = replace(REGISTER, spellings={**REGISTER.spellings, FIRST: (1,)})
    assert values(only(tmp_path, register=register)) == [[FIRST], ["一车间"]]


@pytest.mark.parametrize(
    ("grid", "place", "why"),
    [
        ([["{{ 谈心谈话数 }}"]], "A1", "没有“谈心谈话数”这个名称，是不是“谈心谈话次数"),
        ([[None, "{% if 报告期 == '无' %}{{ 谈心谈话数 }}{% endif %}"]], "B1", "没有“谈心谈话数”这个名称"),
        ([["题"], ["{{ 各单位.谈心谈话数 }}"]], "A2", "这里没有“谈心谈话数”，是不是“谈心谈话次数"),
        ([["{{ 单位('第二公司').谈心谈话次数 }}"]], "A1", "单位名册里没有“第二公司”"),
        ([["{{ 谈心谈话次数|多 }}"]], "A1", "没有“多”这种写法"),
        ([["{% if 报告期 %}多"]], "A1", "缺少 {% endif %}"),
        ([["{{ 谈心谈话次数 "]], "A1", "标签没有写对"),
        ([["{{ 谈心谈话次数 }"]], "A1", "标签没有写对：“}”不该在这里，标签要写成 {{ 名称 }}"),
        ([["{{ 序号 }}"]], "A1", "没有“序号”这个名称"),
        ([["{{ 各月.名称 }}"]], "A1", "没有“各月”这个名称"),
        ([["{{ 各单位.名称 }}", "{{ 各月.名称 }}"]], "B1", "一行里不能同时用"),
        ([["{{ ''.__class__ }}"]], "A1", "模板里不能用"),
        ([["{{ 各单位.谈心谈话次数 }}"], ["=A1*2"]], "A2", "公式只引用了循环行的一个单元格 A1"),
        ([["{{ 各单位.谈心谈话次数 }}", "=A1/A$1"]], "B1", "公式只引用了循环行的一个单元格 A$1"),
    ],
)
def test_what_is_wrong_with_a_tag_is_said_with_its_cell(tmp_path: Path, grid: Grid, place: str, why: str) -> None:
    template(tmp_path, grid)
    with pytest.raises(TemplateError) as caught:
        only(tmp_path)
    assert str(caught.value).startswith(f"样表.xlsx：工作表“{SHEET}”的单元格 {place}：")
    assert why in str(caught.value)


def commented(book: Any, sheet: Any) -> None:  # noqa: ARG001
    sheet.write_comment("A1", "填报说明")


def tabled(book: Any, sheet: Any) -> None:  # noqa: ARG001
    sheet.add_table("F1:G3")


def sparkling(book: Any, sheet: Any) -> None:  # noqa: ARG001
    sheet.add_sparkline("F2", {"range": f"'{SHEET}'!B2:C2"})


def with_array(book: Any, sheet: Any) -> None:  # noqa: ARG001
    sheet.write_array_formula("F2:F2", "{=SUM(B2:C2*2)}")


def headed(book: Any, sheet: Any) -> None:  # noqa: ARG001
    sheet.set_header("&C{{ 单位名称 }}")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (commented, "有循环行的工作表里不能有批注"),
        (tabled, "有循环行的工作表里不能有“套用表格格式”的区域"),
        (sparkling, "有循环行的工作表里不能有迷你图"),
        (with_array, "循环行里不能有数组公式"),
        (headed, "标签只能写在单元格里"),
    ],
)
def test_what_could_not_follow_is_refused(tmp_path: Path, more: More, why: str) -> None:
    template(tmp_path, UNITS, more)
    with pytest.raises(TemplateError, match=why):
        only(tmp_path)


def test_without_repeated_rows_all_of_that_stays(tmp_path: Path) -> None:
    def all_of_it(book: Any, sheet: Any) -> None:
        for more in (commented, tabled, with_array):
            more(book, sheet)

    template(tmp_path, [["{{ 单位名称 }}"], ["=SUM(B2:C2)"]], all_of_it)
    sheet = book(only(tmp_path))
    assert sheet["A1"].comment.text == "填报说明"
    assert list(sheet.tables) == ["Table1"]
    assert isinstance(sheet["F2"].value, ArrayFormula)


def test_a_file_that_is_no_workbook_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "表格").mkdir()
    (tmp_path / "表格" / "坏.xlsx").write_bytes(b"PK")
    with pytest.raises(TemplateError, match=r"坏\.xlsx：不是能打开的 Excel 工作簿"):
        only(tmp_path)


# --- the table that comes with the pipeline --------------------------------------------------------------------------


SHIPPED = measuring.TEMPLATES / "表格" / "报上级统计表.xlsx"


def test_every_number_of_the_shipped_table_is_its_figure(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED.parent, tmp_path / "表格")
    definitions = measuring.definitions(REGISTER)
    found = figures({(SECOND, each.name): exactly(None) for each in definitions.indicators})
    ((name, data),) = filled.tables(tmp_path, found, definitions)
    cells = values(data)
    assert name == SHIPPED.name
    assert [row[1] for row in cells[4:8]] == ["本级", FIRST, SECOND, THIRD]
    tags = values(SHIPPED.read_bytes())[5]
    for column in range(2, 11):
        indicator = definitions.indicator(tags[column].removeprefix("{{ 各单位.").removesuffix(" }}"))
        own, *units = (found.by_key[unit, "all", indicator.id].value for unit in (0, 1, 2, 3))
        total = own if indicator.percent else sum(each for each in (own, *units) if each is not None)
        assert [row[column] for row in cells[4:10]] == [own, units[0], "…", units[2], total, 4]
