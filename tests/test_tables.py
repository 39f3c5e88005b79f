"""汇总表.xlsx read back: every number is its figure's, unknown is never 0, and every number leads to its records."""

from __future__ import annotations

import io
import re
import zipfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import measuring
import openpyxl
import pytest
from xlsxwriter.format import Format
from xlsxwriter.worksheet import CellNumberTuple, CellStringTuple

from pipeline import definitions as templates
from pipeline.figures import compare, measure
from pipeline.model import (
    Coverage,
    Definitions,
    Figure,
    Figures,
    Finding,
    Key,
    Ruling,
    Scope,
    Severity,
    Table,
    TableSheet,
    Target,
)
from pipeline.period import Period
from pipeline.publish import looks, tables
from pipeline.publish.looks import Looks
from pipeline.publish.sheets import grid, traces
from pipeline.publish.sheets.grid import Grid

H1, END = Period.parse("2023H1"), date(2023, 6, 30)
UNITS = measuring.register(
    ("公司", None), ("甲", "公司"), ("甲一", "甲"), ("乙", "公司"), ("丙", "公司"), ("丁", "公司")
)
LINES = ["公司（本级）", "甲（小计）", "本级", "甲一", "乙", "丙", "丁", "合计"]
KEYS: list[tuple[int, Scope]] = [
    (0, "own"),
    (1, "all"),
    (1, "own"),
    (2, "own"),
    (3, "own"),
    (4, "own"),
    (5, "own"),
    (0, "all"),
]
ACTIVITIES, CENTER, RATE, ATTENDANCE = (
    "study.activities", "study.center_group", "study.attendance_rate", "study.attendance",
)  # fmt: skip
STUDY = """
    单位  日期        表  form                sessions  attend_count  expected_count
    公司  2022-03-01  1   中心组学习          4         10            20
    甲    2022-03-01  1   中心组学习          2         20            20
    公司  2023-01-10  0   中心组学习          1         10            20
    公司  2023-02-10  0   党课                2         20            20
    甲    2023-03-05  0   中心组学习、党课    1         90~100~110    ?
    甲一  2023-02-01  0   读书班              3         ?             ?
    甲一  2023-06-30  0   其他                1         7             8
    乙    2023-04     0   自学                5         0             0
    丁    2022-04-01  1   自学                5         1             1
"""
SHEETS = (
    TableSheet("总表", "summary", "总表", (ACTIVITIES, CENTER, ATTENDANCE, RATE)),
    TableSheet("分月", "monthly", "分月表", (ACTIVITIES,)),
    TableSheet("分类", "categories", "分类表", (ACTIVITIES,), (("study", "form"),)),
    TableSheet("同比环比", "changes", "同比表", (ACTIVITIES, RATE)),
    TableSheet("目标完成", "targets", "目标表", (CENTER, ACTIVITIES)),
    TableSheet("报送情况", "submission", "报送表"),
    TableSheet("指标口径", "rules", "口径", (RATE,)),
)
TARGETS = (Target(CENTER, None, "half", Fraction(1)), Target(ACTIVITIES, 0, "year", Fraction(100), "责任制"))


TABLE = Table("2023年上半年/=全部.xlsx", "<台账>&", "study", 9, {})
EARLIER = Table("2022年上半年/全部.xlsx", "台账", "study", 9, {}, period=H1.last_year)


class World:
    """A small company, its figures and the workbook made of them."""

    def __init__(self, grid: str = STUDY, **changed: Any) -> None:
        found = measuring.definitions(UNITS, TARGETS)
        self.definitions = replace(found, tables=SHEETS, **changed)
        rows = measuring.records(self.definitions, "study", grid)
        harvest = measuring.harvest(self.definitions, rows, measuring.covering(rows, {}))
        self.figures = compare.compared(replace(harvest, tables=(TABLE, EARLIER)), self.definitions, H1, END)
        self.monthly = measure.monthly(self.figures.harvest, self.definitions, H1, END)
        self.counted = measure.counted(self.figures.harvest, self.definitions, H1, END)

    def workbook(self, *findings: Finding) -> bytes:
        return tables.workbook(self.figures, self.definitions, self.monthly, self.counted, findings)

    def figure(self, place: int, indicator: str) -> Figure:
        unit, scope = KEYS[place]
        return self.figures.by_key[unit, scope, indicator]


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture(scope="module")
def book(world: World) -> Any:
    return opened(world.workbook())


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def block(sheet: Any, first: int, column: int, rows: int = len(LINES)) -> list[Any]:
    return [sheet.cell(row, column).value for row in range(first, first + rows)]


def shown(values: Sequence[Fraction | int | None]) -> list[Any]:
    return ["…" if value is None else pytest.approx(float(value)) for value in values]


# --- 总表 ------------------------------------------------------------------------------------------------------------


def test_the_root_stands_apart_branches_have_subtotals_and_the_total_is_last(book: Any) -> None:
    sheet = book["总表"]
    assert block(sheet, 5, 1) == LINES
    assert [sheet.cell(row, 1).alignment.indent for row in range(5, 13)] == [0, 0, 1, 1, 0, 0, 0, 0]


def test_every_number_of_the_summary_is_its_figures(world: World, book: Any) -> None:
    for column, indicator in enumerate(SHEETS[0].indicators[:3], 2):
        expected = [world.figure(place, indicator).value for place in range(len(KEYS))]
        assert block(book["总表"], 5, column) == shown(expected)
    assert block(book["总表"], 5, 2) == [3, 5, 1, 4, 5, "…", "…", 13]


def test_unknown_and_nothing_of_nothing_have_marks_of_their_own_and_neither_is_a_number(book: Any) -> None:
    rates = block(book["总表"], 5, 5)
    assert rates == [0.75, 0.875, "/", 0.875, "/", "…", "…", pytest.approx(37 / 48)]


def test_approximate_and_incomplete_numbers_say_so_in_their_format(book: Any) -> None:
    sheet = book["总表"]
    assert [sheet.cell(row, 4).number_format for row in range(5, 9)] == ["0", '"约"0"*"', '"约"0', '0"*"']
    assert sheet.cell(5, 5).number_format == "0.0%"


def test_the_last_column_counts_who_is_silent_and_a_note_names_them(book: Any) -> None:
    sheet = book["总表"]
    assert block(sheet, 5, 6) == [0, 0, 0, 0, 0, 1, 1, 2]
    assert sheet["A13"].value == "注：丙、丁的学习台账未报送或未被接收，合计和小计不含。"


# --- the records behind ------------------------------------------------------------------------------------------------


def test_every_number_of_a_unit_leads_to_its_first_record_and_a_subtotal_to_its_branchs(book: Any) -> None:
    sheet, evidence = book["总表"], book["证据-学习"]
    found = {}
    for row in range(5, 13):
        links = {sheet.cell(row, column).hyperlink for column in range(2, 6)} - {None}
        places = {link.location.split("!")[1] for link in links}
        assert len(places) <= 1
        found[sheet.cell(row, 1).value] = [evidence[place].value for place in places]
    assert found == {
        "公司（本级）": ["公司"], "甲（小计）": ["甲"], "本级": ["甲"], "甲一": ["甲一"], "乙": ["乙"], "丙": [],
        "丁": [], "合计": ["公司"],
    }  # fmt: skip


def test_evidence_is_what_counts_in_the_period_in_the_registers_order_without_texts(book: Any) -> None:
    sheet = book["证据-学习"]
    assert [cell.value for cell in sheet[3]] == [
        "单位", "学习时间", "学习形式", "学习方式", "次数", "应到人数", "实到人数", "缺席人数", "研讨发言人数", "学时",
        "文件", "工作表", "行",
    ]  # fmt: skip
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert [(row[0], row[4], row[6], row[12]) for row in rows] == [
        ("公司", 1, 10, 4), ("公司", 2, 20, 5), ("甲", 1, "约100", 6), ("甲一", 3, None, 7), ("甲一", 1, 7, 8),
        ("乙", 5, 0, 9),
    ]  # fmt: skip
    assert [row[1] for row in rows][-2:] == [rows[4][1], "2023年4月"]
    assert rows[4][1].date() == date(2023, 6, 30)
    assert rows[2][2] == "中心组学习、党课"


def test_above_the_limit_there_is_no_evidence_and_the_cover_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traces, "LIMIT", 5)
    book = opened(world.workbook())
    assert not [name for name in book.sheetnames if name.startswith("证据")]
    assert any("不附证据表" in str(cell.value) for row in book["封面"] for cell in row)
    assert book["总表"]["B5"].hyperlink is None


def test_evidence_that_is_not_wanted_is_left_out_and_the_cover_says_so() -> None:
    book = opened(World(evidence=False).workbook())
    assert not [name for name in book.sheetnames if name.startswith("证据")]
    assert any("evidence = false" in str(cell.value) for row in book["封面"] for cell in row)
    assert book["总表"]["B5"].hyperlink is None


# --- the other sheets ----------------------------------------------------------------------------------------------------


def test_months_stand_beside_the_whole_period(world: World, book: Any) -> None:
    sheet = book["分月"]
    assert [cell.value for cell in sheet[3]] == ["单位", "1月", "2月", "3月", "4月", "5月", "6月", "本期"]
    assert block(sheet, 5, 1) == LINES
    for column, month in enumerate(H1.months, 2):
        expected = [world.monthly[month][unit, scope, ACTIVITIES].value for unit, scope in KEYS]
        assert block(sheet, 5, column) == shown(expected)
    assert block(sheet, 5, 8) == [3, 5, 1, 4, 5, "…", "…", 13]


def test_a_month_that_has_not_begun_is_not_applicable(world: World) -> None:
    begun = {month: figures for month, figures in world.monthly.items() if month.number < 6}
    data = tables.workbook(world.figures, world.definitions, begun, world.counted)
    assert set(block(opened(data)["分月"], 5, 7)) == {"/"}


def test_categories_count_a_record_under_each_of_its_values_and_once_in_the_total(book: Any) -> None:
    sheet = book["分类"]
    names = [cell.value for cell in sheet[4]]
    counts = {name: block(sheet, 5, column) for column, name in enumerate(names, 1)}
    assert counts["中心组学习"] == [1, 1, 1, 0, 0, "…", "…", 2]
    assert counts["党课"] == [2, 1, 1, 0, 0, "…", "…", 3]
    assert counts["自学"] == [0, 0, 0, 0, 5, "…", "…", 5]
    assert counts["读书班"] == [0, 3, 0, 3, 0, "…", "…", 3]
    assert sheet["A3"].value == "学习按学习形式分：各类学习活动次数（次）"
    assert counts["合计"] == block(book["总表"], 5, 2) == [3, 5, 1, 4, 5, "…", "…", 13]


def test_categories_show_a_figure_as_every_sheet_does() -> None:
    grid = """
        单位  日期        form        hours        attend_count
        公司  2023-01-10  中心组学习  1.5          3
        公司  2023-01-11  党课        0.25         90~100~110
        公司  2023-01-12  党课        ?            2
        甲    2023-02-10  党课        ?            ?
        乙    2023-02-10  党课        /            4
    """
    known = measuring.definitions(UNITS).indicators
    sum_ = next(each for each in known if each.id == ATTENDANCE)
    hours = replace(sum_, id="custom.hours", name="总学时", field="hours", measure_word="学时", whole=False)
    distinct = replace(sum_, id="custom.forms", kind="distinct", field="form")
    world = World(grid, indicators=(*known, hours, distinct))
    titles = {hours: "总学时（学时）", sum_: "参学人次（人次）", distinct: "记录（条）"}
    shown = {}
    for each, title in titles.items():
        sheet = TableSheet("分类", "categories", "分类表", (each.id,), (("study", "form"),))
        world.definitions = replace(world.definitions, tables=(sheet,))
        found = opened(world.workbook())["分类"]
        assert found["A3"].value == f"学习按学习形式分：{title}"
        columns = [
            next(cell.column for cell in found[4] if cell.value == name) for name in ("中心组学习", "党课", "合计")
        ]
        rows = {name: LINES.index(name) + 5 for name in ("公司（本级）", "甲（小计）", "乙", "合计")}
        shown[each] = {
            name: [(found.cell(row, column).value, found.cell(row, column).number_format) for column in columns]
            for name, row in rows.items()
        }
    exact, part = "0.00", '0.00"*"'
    assert shown[hours]["公司（本级）"] == [(1.5, exact), (0.25, part), (1.75, part)]
    assert [value for value, _ in shown[hours]["甲（小计）"]] == [0, "…", "…"]
    assert shown[hours]["乙"] == [(0, exact)] * 3
    assert shown[hours]["合计"] == [(1.5, exact), (0.25, part), (1.75, part)]
    assert shown[sum_]["公司（本级）"] == [(3, "0"), (102, '"约"0'), (105, '"约"0')]
    assert shown[sum_]["合计"] == [(3, "0"), (106, '"约"0"*"'), (109, '"约"0"*"')]
    assert shown[distinct]["公司（本级）"] == [(1, "0"), (2, "0"), (3, "0")]


def test_a_condition_on_a_column_that_a_table_lacks_leaves_its_category_unknown() -> None:
    grid = """
        单位  日期        form
        甲    2023-02-10  党课
    """
    known = measuring.definitions(UNITS).indicators
    base = next(each for each in known if each.id == ATTENDANCE)
    online = replace(base, id="custom.online", kind="count", field="", where=(("mode", 1),))
    sheet = TableSheet("分类", "categories", "分类表", (online.id,), (("study", "form"),))
    world = World(grid, indicators=(*known, online))
    world.definitions = replace(world.definitions, tables=(sheet,))
    found = opened(world.workbook())["分类"]
    column = next(cell.column for cell in found[4] if cell.value == "党课")
    assert [found.cell(LINES.index(name) + 5, column).value for name in ("甲（小计）", "合计")] == ["…", "…"]


def test_blocks_stand_whole_on_a_page_and_as_many_as_it_takes() -> None:
    """A block is a band and 8 lines: two of them are 18 rows, three would be 27 under title and header."""
    world = World()
    table = TableSheet("同比环比", "changes", "同比表", (ACTIVITIES, CENTER, RATE, ATTENDANCE))
    world.definitions = replace(world.definitions, tables=(table,))

    sheet = opened(world.workbook())["同比环比"]

    bands = [row for row in range(4, sheet.max_row) if str(sheet.cell(row, 1).value).endswith("）") and row % 9 == 4]
    assert bands == [4, 13, 22, 31]
    assert [each.id for each in sheet.row_breaks.brk] == [21]  # above row 22


def test_charts_label_a_share_as_a_percentage_and_what_is_approximate_as_such() -> None:
    world = World()
    rates = TableSheet("分月", "monthly", "分月表", (RATE, ATTENDANCE))
    world.definitions = replace(world.definitions, tables=(rates,))
    sheet = opened(world.workbook())["图表"]
    data = {
        (title, label.value): (cell.value, cell.number_format)
        for title, label, cell in _charted(sheet)
        if cell.value is not None
    }
    rate, attendance = "参学率（分月，%）", "参学人次（分月，人次）"
    assert data[rate, "1月"] == (0.5, "0.0%")
    assert data[attendance, "3月"] == (100, '"约"0')
    assert (attendance, "5月") not in data


def _charted(sheet: Any) -> Iterator[tuple[str, Any, Any]]:
    """Title of the chart, label and number of each row beside the charts."""
    title = ""
    for row in sheet.iter_rows(min_col=18, max_col=19, min_row=3):
        if row[0].value is not None and row[0].offset(-1, 0).value is None:
            title = row[0].value
        elif row[0].value is not None:
            yield title, row[0], row[1]


def test_changes_are_shares_of_the_base_or_points_between_shares(book: Any) -> None:
    sheet = book["同比环比"]
    assert block(sheet, 5, 5) == [4, 2, 2, "…", "…", "…", 5, 11]
    assert block(sheet, 5, 6) == [-0.25, 1.5, -0.5, "…", "…", "…", "…", 0.182]
    assert block(sheet, 5, 4) == ["…"] * 8
    # attendance_rate: 30/40 after 10/20, and 7/8 of 甲 after 20/20
    assert block(sheet, 14, 6)[:2] == [25, -12.5]


def test_growth_from_zero_is_not_applicable_and_from_zero_to_zero_none() -> None:
    grid = """
        单位  日期        form        sessions
        甲    2022-03-01  中心组学习  0
        甲    2023-03-01  中心组学习  1
        乙    2022-03-01  中心组学习  0
        乙    2023-03-01  中心组学习  0
    """
    sheet = opened(World(grid).workbook())["同比环比"]
    changes = dict(zip(block(sheet, 5, 1), block(sheet, 5, 6), strict=True))
    assert (changes["本级"], changes["乙"]) == ("/", 0)


def test_a_change_too_small_to_be_shown_is_called_as_a_report_calls_it() -> None:
    grid = """
        单位  日期        form  sessions
        甲    2022-03-01  党课  10000
        甲    2023-03-01  党课  10001
        乙    2022-03-01  党课  5
        乙    2023-03-01  党课  5
    """
    sheet = opened(World(grid).workbook())["同比环比"]
    shown = [cell for row in sheet.iter_rows(min_col=6, max_col=6) for cell in row if cell.value == 0]
    assert {cell.number_format.rpartition(";")[2] for cell in shown} == {'"基本持平"', '"持平"'}
    [first] = [row for row in sheet.iter_rows(min_row=5) if row[1].value == 10001 and row[0].value == "本级"]
    assert (first[5].value, first[5].number_format) == (0, '"▲"0.0%;"▼"0.0%;"基本持平"')


def test_what_is_compared_with_an_approximate_number_is_approximate() -> None:
    grid = """
        单位  日期        form  sessions
        乙    2022-03-01  党课  90~100~110
        乙    2023-03-01  党课  120
    """
    sheet = opened(World(grid).workbook())["同比环比"]
    [row] = [row for row in sheet.iter_rows(min_row=4, max_row=12) if row[0].value == "乙"]
    assert [(cell.value, cell.number_format) for cell in row[4:6]] == [
        (100, '"约"0'),
        (0.2, '"▲约"0.0%;"▼约"0.0%;"基本持平"'),
    ]


def test_what_is_worked_out_of_an_approximate_figure_is_approximate() -> None:
    grid = """
        单位  日期        form  sessions      attend_count  expected_count
        公司  2022-03-01  党课  50            5             20
        公司  2023-03-01  党课  90~100~110    9~10~11       20
        乙    2022-03-01  党课  5             5             20
        乙    2023-03-01  党课  10            10            20
    """
    book = opened(World(grid).workbook())
    of_root, of_second = (book["同比环比"].cell(row, 6) for row in (5, 9))
    assert (of_root.value, of_root.number_format) == (1, '"▲约"0.0%;"▼约"0.0%;"基本持平"')
    assert (of_second.value, of_second.number_format) == (1, '"▲"0.0%;"▼"0.0%;"持平"')
    points = book["同比环比"].cell(14, 6)
    assert points.value == 25
    assert points.number_format.startswith('"▲约"0.0"个百分点"')
    sheet = book["分类"]
    lessons = next(cell.column for cell in sheet[4] if cell.value == "党课")
    shown = [(sheet.cell(row, lessons).value, sheet.cell(row, lessons).number_format) for row in (5, 9, 12)]
    assert shown == [(100, '"约"0'), (10, "0"), (110, '"约"0')]
    reached = next(row[5] for row in book["目标完成"].iter_rows(min_row=4) if row[1].value == "各类学习活动次数")
    assert (reached.value, reached.number_format) == (1.1, '"约"0.0%')


def test_a_target_has_a_verdict_in_words_and_symbol_and_a_years_target_is_only_under_way(book: Any) -> None:
    sheet = book["目标完成"]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=10)]
    assert [(line[0], line[4], line[7]) for line in lines] == [
        ("公司", 1, "✓ 已达标"),
        ("甲", 1, "✓ 已达标"),
        ("甲一", 0, "✗ 未达标"),
        ("乙", 0, "✗ 未达标"),
        ("丙", "…", "… 未知"),
        ("丁", "…", "… 未知"),
        ("公司", 13, "→ 进行中"),
    ]
    assert lines[-1][2:7] == [100, "全年", 13, 0.13, 0.5]
    assert sheet["H4"].fill.fgColor.rgb != sheet["H6"].fill.fgColor.rgb


def test_a_target_that_silent_units_may_still_reach_is_not_called_missed() -> None:
    world = World()
    key: Key = 0, "all", ACTIVITIES
    target = Target(ACTIVITIES, 0, "half", Fraction(100))
    by_key = {**world.figures.by_key, key: world.figures.by_key[key]._replace(target=target)}
    figures = Figures(H1, END, by_key, world.figures.harvest)
    sheet = opened(tables.workbook(figures, world.definitions, world.monthly, world.counted))["目标完成"]
    assert sheet["H10"].value == "… 待补报"


def test_submission_tells_reported_silent_and_refused_apart_and_counts_records(world: World) -> None:
    refused = Table("a.xlsx", "s", "study", 5, {"row": array("i", [4])}, unit=4, rejected=((4, 4),))
    empty = Table("b.xlsx", "s", "talk", 3, {}, unit=3, period=H1)
    harvest = replace(world.figures.harvest, tables=(TABLE, EARLIER, refused, empty))
    figures = Figures(H1, END, world.figures.by_key, harvest)
    sheet = opened(tables.workbook(figures, world.definitions, world.monthly, world.counted))["报送情况"]
    assert [cell.value for cell in sheet[3]][:8] == [
        "单位", "级别", "应报", "已报", "报送率", "学习", "学习记录", "宣讲谈话",
    ]  # fmt: skip
    assert block(sheet, 4, 6) == ["✓ 已报", "2/2", "✓ 已报", "✓ 已报", "✓ 已报", "! 未被接收", "✗ 未报送", "4/6"]
    assert block(sheet, 4, 7) == [2, 3, 1, 2, 1, 0, 0, 6]
    assert block(sheet, 4, 8)[4] == "□ 空表"
    assert block(sheet, 4, 3)[-1] == 6
    assert block(sheet, 4, 4)[-1] == 4
    assert block(sheet, 4, 5)[-1] == pytest.approx(4 / 6)


def test_a_ledger_that_holds_nothing_of_the_period_but_is_known_is_a_zero_report() -> None:
    found = measuring.definitions(UNITS)
    harvest = measuring.harvest(found, [], [Coverage("study", 3, 0, H1, 0)])
    figures = compare.compared(harvest, found, H1, END)
    data = tables.workbook(figures, replace(found, tables=(SHEETS[5],)), {}, {})
    assert block(opened(data)["报送情况"], 4, 6)[4] == "○ 零报告"


def test_the_cover_states_period_coverage_silent_units_findings_and_rulings() -> None:
    ruling = Ruling(2, "甲.xlsx", "单位", "东坡站", "甲", "电话核实")
    book = opened(World(rulings=(ruling,)).workbook(Finding("date-missing", Severity.ERROR)))
    facts = {row[0].value: row[1].value for row in book["封面"].iter_rows(min_row=4, max_row=9)}
    assert facts == {
        "统计期间": "2023年上半年",
        "统计截止": "2023年6月30日",
        "报送情况": "应报6家，已报4家，报送率66.7%",
        "未报送": "丙、丁",
        "数据问题": "错误1个，警告0个，提示0个，见 问题清单.xlsx",
        "裁定": "文件“甲.xlsx”：单位“东坡站”认定为“甲”（电话核实）",
    }


def test_the_contents_lead_to_every_sheet(book: Any) -> None:
    sheet = book["目录"]
    names = [sheet.cell(row, 2).value for row in range(4, sheet.max_row + 1)]
    assert names == book.sheetnames[2:]
    assert {sheet.cell(row, 2).hyperlink.location for row in range(4, 4 + len(names))} == {f"'{n}'!A1" for n in names}


def test_charts_are_native_and_drawn_from_cells(world: World) -> None:
    with zipfile.ZipFile(io.BytesIO(world.workbook())) as package:
        charts = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/charts/")]
    # by month, by unit, by category, coverage
    assert len(charts) == 4
    assert all("<c:f>图表!$R$" in chart for chart in charts)


def test_a_month_has_no_line_of_one_point_and_its_narrow_sheets_no_clipped_title(world: World) -> None:
    march, end = Period.parse("2023-03"), date(2023, 3, 31)
    harvest = world.figures.harvest
    figures = compare.compared(harvest, world.definitions, march, end)
    monthly = measure.monthly(harvest, world.definitions, march, end)
    data = tables.workbook(figures, world.definitions, monthly, measure.counted(harvest, world.definitions, march, end))

    with zipfile.ZipFile(io.BytesIO(data)) as package:
        charts = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/charts/")]
    assert charts
    assert not any("lineChart" in chart for chart in charts)
    sheet = opened(data)["分月"]
    assert [cell.value for cell in sheet[3]] == ["单位", "3月", "本期"]
    lines = [sheet.cell(row, 1) for row in (1, 2, sheet.max_row)]
    assert lines[2].value.startswith("填报人：")
    assert all(cell.alignment.shrink_to_fit for cell in lines)


# --- as a whole ------------------------------------------------------------------------------------------------------------


def test_every_sheet_prints_on_landscape_a4_one_page_wide(book: Any) -> None:
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
        assert "&P" in sheet.oddFooter.center.text
    tabular = [book[table.name] for table in SHEETS]
    assert all(sheet.freeze_panes and sheet.print_title_rows for sheet in tabular)
    assert all(sheet["A1"].value.startswith("公司2023年上半年") for sheet in tabular)


def test_hostile_names_stay_text_everywhere() -> None:
    hostile, tagged = "=cmd|' /C calc'!A1", "<b>&\"'"
    names = measuring.register((hostile, None), (tagged, hostile), ("@sum", hostile))
    world = World()
    found: Definitions = replace(world.definitions, register=names)
    by_key = {key: figure for key, figure in world.figures.by_key.items() if key[0] < 3}
    figures = Figures(H1, END, by_key, world.figures.harvest)
    counted = {"study": world.counted["study"].query("unit < 3")}
    book = opened(tables.workbook(figures, found, world.monthly, counted))
    assert not [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f"]
    assert block(book["总表"], 5, 1, 4) == [f"{hostile}（本级）", tagged, "@sum", "合计"]
    assert book["证据-学习"]["K4"].value == "2023年上半年/=全部.xlsx"


def test_rows_are_written_with_the_bytes_that_xlsxwriter_gives_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = world.workbook()
    looks_of: dict[int, Format] = {}
    style = grid._style

    def noted(look: Format) -> int:
        looks_of[style(look)] = look
        return style(look)

    def cell_by_cell(sheet: Any, first: int, rows: Iterable[Sequence[str]]) -> None:
        sheet.settle()
        for row, contents in enumerate(rows, first):
            for column, content in enumerate(contents):
                if found := re.fullmatch(r' s="(\d+)"( t="s")?><v>(.*)</v></c>', content):
                    look, shared, value = looks_of[int(found[1])], found[2], found[3]
                    sheet._check_dimensions(row, column)
                    cell = CellStringTuple(value, look) if shared else CellNumberTuple(float(value), look)
                    sheet.table[row][column] = cell

    monkeypatch.setattr(grid, "_style", noted)
    monkeypatch.setattr(Grid, "write_rows", cell_by_cell)
    monkeypatch.delattr(Grid, "_write_rows")
    assert world.workbook() == ours


def test_any_kind_of_cell_has_the_bytes_that_xlsxwriter_gives_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = every_kind()
    monkeypatch.delattr(Grid, "_write_rows")
    assert every_kind() == ours


def every_kind() -> bytes:
    """Cells with and without a look, rows without cells, and kinds that only XlsxWriter writes."""
    data = io.BytesIO()
    with looks.workbook(data, END, "") as book:
        sheet, cell = book.add_worksheet("表"), Looks(book)["cell"]
        for row, number in enumerate((0, -1, 2**53, 10**17, 0.1, 1e-9, 1e22)):
            sheet.number(row, 1, number, cell)
        sheet.set_row(20, 30)
        sheet.text(21, 0, "<甲>&", cell)
        sheet.blank(21, 5, cell)
        sheet.moment(22, 1, date(2023, 6, 30), cell)
        sheet.moment(22, 0, datetime(2023, 6, 30, 8, 5), cell)
        sheet.write_formula(40, 3, "=1+1", cell, 2)
        sheet.write_number(40, 1, 5)
        sheet.write_boolean(41, 1, True)
    return data.getvalue()


def test_a_name_that_is_too_long_for_a_cell_is_cut() -> None:
    data = io.BytesIO()
    with looks.workbook(data, END, "") as book:
        sheet = book.add_worksheet("表")
        sheet.write_rows(0, [[sheet.word("𠮷" * 40_000, Looks(book)["cell"])]])
    assert opened(data.getvalue())["表"]["A1"].value == "𠮷" * 16_383


def test_equal_arguments_give_equal_bytes(world: World) -> None:
    assert world.workbook() == World().workbook()


def test_the_shipped_sheets_show_every_indicator_and_are_written() -> None:
    shipped = templates.load(measuring.TEMPLATES)
    summaries = [id for table in shipped.tables if table.kind == "summary" for id in table.indicators]
    assert sorted(summaries) == sorted(i.id for i in shipped.indicators if i.kind != "submission")
    assert {table.kind for table in shipped.tables} == set(tables.KINDS)
    found = replace(measuring.definitions(UNITS), tables=shipped.tables)
    figures = compare.compared(measuring.harvest(found, [], []), found, H1, END)
    book = opened(tables.workbook(figures, found, measure.monthly(figures.harvest, found, H1, END), {}))
    assert book.sheetnames == ["封面", "目录", *(table.name for table in shipped.tables), "图表"]
    assert not [c for c in block(book["总表-学习"], 5, 2) if c == 0]
