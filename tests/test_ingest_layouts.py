"""Every layout of a ledger that the domain names: drawn as a grid, read, and compared record by record."""

from __future__ import annotations

import pytest
from grids import answered, errors, marks, read, records, sheet, values

DAYS = ("unit", "date", "form")


# --- titles and labels -----------------------------------------------------------------------------------------------------

LIST = """
学习时间 | 学习形式 | 实到人数
2023-03-05 | 中心组学习 | 12
"""


@pytest.mark.parametrize(
    "title",
    [
        "东坡水厂2023年上半年理论学习台账 | < | <",
        "2023年上半年学习台账\n填报单位：东坡水厂  填报人：甲某  联系电话：123  填报日期：2023.7.3",
        "2023年上半年学习台账\n填报单位（盖章）：东坡水厂 填报日期：2023年7月",
        "2023年上半年学习台账\n填报单位：东坡水厂　　　填报日期：2023年7月3日",
        "2023年上半年学习台账\n填 报 单 位： 东坡水厂",
        "2023年上半年学习台账\n填报单位： | 东坡水厂 | 填报日期：2023年7月",
        "2023年上半年学习台账\n填报单位 ： | 04东坡水厂 | ",
        "东坡水厂学习台账\n报告期：2023年上半年 | | 单位：人",
        "东坡水厂2023年上半年学习台账 | | （单位：人次）",
        "东坡水厂2023年上半年学习台账\n单位：人、次",
        "2023年上半年学习台账 | | 单位：东坡水厂",
        "填写说明：请于7月5日前报集团办公室\n东坡水厂2023年上半年学习台账",
        "东坡水厂2023年上半年学习台账\n甲 | 乙 | 1",
        "东坡水厂2023年上半年学习台账\n填具体日期 | 从下拉列表选 | 填数字",
    ],
)
def test_title_rows_name_the_unit_and_the_half_year(title: str) -> None:
    reading = read(f"{title}\n{LIST.strip()}", file="台账.xlsx")

    assert records(reading, "unit", "date", "form", "attend_count") == [("东坡水厂", "2023-03-05", "中心组学习", 12)]
    assert not errors(reading)
    assert reading.tables[0].period is not None
    assert reading.tables[0].period.id == "2023H1"


@pytest.mark.parametrize(
    "file", ["青禾供水/东坡水厂/学习.xlsx", "东坡水厂学习(1).xlsx", "04东坡水厂.xlsx", "机关部门/东坡水厂.xlsx"]
)
def test_file_and_folder_name_the_unit(file: str) -> None:
    assert records(read(LIST, file=file), "unit") == [("东坡水厂",)]


def test_a_sheet_named_after_a_unit_is_its_own() -> None:
    reading = read(sheet(LIST, "东坡水厂"), sheet(LIST, "南浦营业所"), file="青禾供水2023年上半年学习台账.xlsx")

    assert [unit for (unit,) in records(reading, "unit")] == ["东坡水厂", "南浦营业所"]


# --- headers ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "grid",
    [
        "学 习 时 间* | 学习\\n形式 | 实到人数（人）\n2023-03-05 | 中心组学习 | 12",
        "序号 | 日期 | 会议类型 | 参会人数 | 记录人\n1 | 2023-03-05 | 中心组学习 | 12 | 甲某",
        "学习情况 | < | 人数\n时间 | 形式 | 实到人数\n2023-03-05 | 中心组学习 | 12",
        "序号 | 学习情况 | < | < | <\n^ | 时间 | 形式 | 人数 | <\n^ | ^ | ^ | 应到 | 实到\n1 | 2023-03-05 | 中心组学习 | 15 | 12",
        "序号 | 学习情况 | < | 人数 | <\n^ | 时间 | 形式 | 应到 | 实到\n甲 | 乙 | 丙 | 1 | 2\n1 | 2023-03-05 | 中心组学习 | 15 | 12",
        "甲 | 乙 | 1\n学习时间 | 学习形式 | 实到人数\n2023-03-05 | 中心组学习 | 12",
        "学习时间 | 学习形式 | 实到人数\n如：2023-03-05 | 从下拉列表选择 | 填数字\n甲 | 乙 | 1\n2023-03-05 | 中心组学习 | 12",
        "计划 | 实际 | 学习形式 | 实到人数\n时间 | 时间 | ^ | ^\n2023-03-01 | 2023-03-05 | 中心组学习 | 12",
        "计划时间 | 实际时间 | 学习形式 | 实到人数\n2023-03-01 | 2023-03-05 | 中心组学习 | 12",
        "学习时间 | 学习形式 | 次数（第几次） | 实到人数\n2023-03-05 | 中心组学习 | 5 | 12",
        "日期 | 时间 | 形式 | 人数\n2023-03-05 | 上午 | 中心组学习 | 12",
        "月份 | 日期 | 形式 | 人数\n3月 | 2023-03-05 | 中心组学习 | 12",
        "年份 | 月份 | 日 | 形式 | 人数\n2023 | 3 | 5 | 中心组学习 | 12",
        "月 | 日 | 学习形式 | 学习内容 | 人数\n3 | 5 | 中心组学习 | 报告 | 12",
        "学习台账 | < | < | <\n情况 | < | 人数 | <\n基本 | < | 到会 | <\n时间 | 形式 | 应到人数 | 实到人数\n2023-03-05 | 中心组学习 | 15 | 12",
    ],
)
def test_headers_of_one_to_five_rows_name_the_same_columns(grid: str) -> None:
    reading = read(grid)

    assert records(reading, "date", "form", "sessions", "attend_count") == [("2023-03-05", "中心组学习", 1, 12)]
    assert not errors(reading)


def test_scales_stand_in_the_header() -> None:
    article = "刊发日期 | 标题 | 刊发媒体 | 阅读量（万）\n2023-03-05 | 春灌 | 集团公众号 | 1.2\n2023-03-06 | 保供 | 集团公众号 | 3万"
    study = "学习时间 | 学习形式 | 时长（分钟）\n2023-03-05 | 中心组学习 | 90"

    assert records(read(article), "reads") == [(12000,), (30000,)]
    assert records(read(study), "hours") == [(1.5,)]


def test_the_cumulative_half_of_a_pair_is_never_summed() -> None:
    reading = read("""
    学习时间 | 学习形式 | 参加人数 | <
    ^ | ^ | 本月 | 累计
    2023-03-05 | 中心组学习 | 12 | 40
    """)

    assert records(reading, "attend_count") == [(12,)]
    assert marks(reading.findings, "column-cumulative") == {("column-cumulative", "D2")}


def test_an_empty_column_parts_nothing_and_a_drop_down_list_at_the_right_is_no_record() -> None:
    reading = read("""
    学习时间 | 学习形式 | | 实到人数 | | 学习形式
    2023-03-05 | 中心组学习 | | 12 | | 中心组学习
    | | | | | 第一议题
    | | | | | 党课
    """)

    assert records(reading, "date", "attend_count") == [("2023-03-05", 12)]
    assert not errors(reading)


def test_a_list_at_the_right_without_a_header_or_with_a_strange_one_is_no_record() -> None:
    for header in ("", "下拉选项"):
        reading = read(
            f"学习时间 | 学习形式 | | {header}\n2023-03-05 | 中心组学习 | | 中心组学习\n| | | 党课\n| | | 读书班"
        )

        assert records(reading, "row") == [(2,)]
        assert not errors(reading)


def test_a_list_that_adjoins_the_table_is_no_record() -> None:
    reading = read("学习时间 | 学习形式 | 可选形式\n2023-03-05 | 中心组学习 | 中心组学习\n| | 党课\n| | 读书班")

    assert records(reading, "row") == [(2,)]
    assert not errors(reading)


# --- several tables --------------------------------------------------------------------------------------------------------


def test_sections_name_the_unit_of_the_rows_below_them() -> None:
    reading = read(
        """
        青禾供水2023年上半年学习台账 | <
        学习时间 | 学习形式
        （一）东坡水厂 | <
        2023-03-05 | 中心组学习
        （二）南浦营业所 | <
        2023-03-06 | 第一议题
        2023-03-07 | 党课
        """,
        file="学习台账.xlsx",
    )

    assert records(reading, *DAYS) == [
        ("东坡水厂", "2023-03-05", "中心组学习"),
        ("南浦营业所", "2023-03-06", "第一议题"),
        ("南浦营业所", "2023-03-07", "党课"),
    ]


def test_repeated_headers_under_section_titles_give_each_unit_its_rows() -> None:
    reading = read(
        """
        青禾供水2023年上半年学习台账 | <
        （一）东坡水厂 | <
        学习时间 | 学习形式
        2023-03-05 | 中心组学习
        合计 | 1
        （二）南浦营业所 | <
        学习时间 | 学习形式
        3月6日 | 第一议题
        """,
        file="学习台账.xlsx",
    )

    assert records(reading, "unit", "date") == [("东坡水厂", "2023-03-05"), ("南浦营业所", "2023-03-06")]


def test_a_section_of_departments_is_no_unit_of_its_own() -> None:
    reading = read("学习时间 | 学习形式\n（一）机关部门 | <\n2023-03-05 | 中心组学习")

    assert records(reading, "unit") == [("东坡水厂",)]


def test_two_ledgers_stacked_on_a_sheet_are_both_read_for_the_unit_of_the_title() -> None:
    reading = read(
        """
        东坡水厂2023年上半年台账 | <
        学习时间 | 学习形式 | 实到人数
        3月5日 | 中心组学习 | 12
        | |
        谈心谈话 | <
        谈话时间 | 谈话类型 | 谈话人数
        4月6日 | 谈心谈话 | 2
        """,
        file="青禾供水/台账.xlsx",
    )

    assert records(reading, "unit", "date") == [("东坡水厂", "2023-03-05"), ("东坡水厂", "2023-04-06")]
    assert [table.ledger for table in reading.tables] == ["study", "talk"]
    assert sum(table.read for table in reading.tables) == 7


def test_a_table_continued_at_the_right_is_counted_and_its_copy_is_not() -> None:
    continued = read("""
    学习时间 | 学习形式 | | 学习时间 | 学习形式
    2023-03-05 | 中心组学习 | | 2023-03-06 | 第一议题
    """)
    copied = read("""
    学习时间 | 学习形式 | 学习时间 | 学习形式
    2023-03-05 | 中心组学习 | 2023-03-05 | 中心组学习
    """)

    assert records(continued, "date") == [("2023-03-05",), ("2023-03-06",)]
    assert sum(table.read for table in continued.tables) == 2
    assert records(copied, "date") == [("2023-03-05",)]
    assert marks(copied.findings) == {("sheet-duplicate-table", "C1")}


def test_a_form_printed_twice_on_a_page_and_empty_is_no_copy() -> None:
    reading = read("学习时间 | 学习形式 | | 学习时间 | 学习形式\n| | | |")

    assert not records(reading, "row")
    assert not reading.findings


def test_monthly_sheets_give_days_their_month() -> None:
    grid = "学习时间 | 学习形式\n{}日 | 中心组学习"
    names = ("1月", "二月", "03", "4 月", "5月份", "六月")
    reading = read(*(sheet(grid.format(i), name) for i, name in enumerate(names, start=1)))

    assert records(reading, "date") == [(f"2023-0{i}-0{i}",) for i in range(1, 7)]
    assert all(table.period and table.period.span == "month" for table in reading.tables)


def test_a_summary_beside_details_is_a_cross_check_and_alone_it_is_read() -> None:
    details, summary = "学习时间 | 学习形式\n2023-03-05 | 党课", "月份 | 学习形式 | 次数\n3月 | 党课 | 2"
    both = read(sheet(details, "明细"), sheet(summary, "汇总"))
    alone = read(sheet(summary, "汇总"))

    assert records(both, "date") == [("2023-03-05",)]
    assert marks(both.findings) == {("sheet-summary", "汇总"), ("total-mismatch", "汇总")}
    assert values(both.findings, "sheet-summary") == {"stated": "2", "counted": "1"}
    assert records(alone, "date", "sessions") == [("2023-03", 2)]


# --- crosstabs and forms -----------------------------------------------------------------------------------------------------

CROSSTAB = """
2023年上半年主题党日开展情况统计表 | < | < | < | <
单位 | 1月 | 2月 | 3 月 | 合计
东坡水厂 | 1 | 2 | 无 | 3
南浦营业所 | | / | 约20 | 20
合计 | 1 | 2 | 20 | 23
"""


def test_a_crosstab_of_units_and_months_gives_counts() -> None:
    reading = read(CROSSTAB, file="青禾供水主题党日.xlsx")

    assert records(reading, "unit", "date", "form", "sessions", "attend_count") == [
        ("东坡水厂", "2023-01", "主题党日", 1, "?"),
        ("东坡水厂", "2023-02", "主题党日", 2, "?"),
        ("南浦营业所", "2023-03", "主题党日", (18, 20, 22), "?"),
    ]
    assert values(reading.findings, "sheet-crosstab") == {"found": "主题党日"}


def test_a_crosstab_beside_the_list_of_its_ledger_is_a_cross_check() -> None:
    reading = read(CROSSTAB, "单位 | 学习时间 | 学习形式\n东坡水厂 | 2023-01-05 | 主题党日", file="青禾供水.xlsx")

    assert records(reading, "date") == [("2023-01-05",)]
    assert ("sheet-summary", "Sheet1") in marks(reading.findings)


def test_a_form_with_labels_at_the_left_is_one_event() -> None:
    reading = read(
        """
        学习活动登记表 | < | < | <
        学习时间 | 2023年3月5日 | 学习形式 | 中心组学习
        主持人 | 甲某 | 实到人数 | 约20
        学习内容 | 传达学习 | < | <
        备注 | | |
        """
    )

    assert records(reading, "row", "date", "form", "topic", "attend_count") == [
        (2, "2023-03-05", "中心组学习", "传达学习", (18, 20, 22))
    ]
    assert marks(reading.findings, "quantity-approximate") == {("quantity-approximate", "D3")}


def test_forms_one_below_another_are_an_event_each() -> None:
    form = "学习时间 | 3月{}日\n学习形式 | 党课\n学习内容 | 报告{}\n实到人数 | 9"
    reading = read("学习登记表 | <\n" + form.format(5, 1) + "\n | \n" + form.format(6, 2))

    assert records(reading, "date", "topic") == [("2023-03-05", "报告1"), ("2023-03-06", "报告2")]


# --- rows that are no records --------------------------------------------------------------------------------------------------


def test_totals_stand_on_top_inside_and_at_the_bottom() -> None:
    reading = read(
        """
        序号 | 学习时间 | 学习形式 | 次数 | 实到人数
        合计 | | | 4 | 33
        1 | 2023-03-05 | 中心组学习 | 1 | 12
        2 | 2023-03-06 | 党课 | 1 | 3
        小 计 | | | 2 | 15
        3 | 2023-04-05 | 中心组学习 | 1 | 10
        4 | 2023-04-06 | 党课 | 1 | 8
        小计： | | | 2 | 18
        其中：党员 | | | | 7
        总计 | | | 4 | 33
        合计：4次 | < | < | < | <
        | | | 4 | 33
        """
    )

    assert [row for (row,) in records(reading, "row")] == [3, 4, 6, 7]
    assert not reading.findings


def test_a_row_of_sums_without_a_label_is_a_total() -> None:
    reading = read("学习时间 | 学习形式 | 实到人数\n2023-03-05 | 党课 | 12\n2023-03-06 | 党课 | 3\n | | 15")

    assert [row for (row,) in records(reading, "row")] == [2, 3]
    assert not reading.findings


@pytest.mark.parametrize(
    "footer",
    [
        "填报人：甲某 | | 审核人：乙某",
        "注：一次学习含几种形式的填写一行。",
        " | | （盖章）",
        "填报单位（盖章）： | | 年  月  日",
        "填报人： | | 审核人：\n2023-07-03 | |",
        "填报人：甲某\n | | 2023年7月3日",
        " | | 填报人：甲某",
        "备注：无",
    ],
)
def test_a_footer_is_no_record(footer: str) -> None:
    reading = read(f"学习时间 | 学习形式 | 学习内容\n2023-03-05 | 党课 | 报告\n{footer}")

    assert [row for (row,) in records(reading, "row")] == [2]
    assert not reading.findings


def test_a_footer_right_below_the_header_of_an_empty_form_is_no_heading() -> None:
    assert not read("学习时间 | 学习形式 | 实到人数\n审核人： | |").findings


@pytest.mark.parametrize("text", ["无", "零报告", "本月无", "本单位上半年无此类活动", "暂无", "上半年未开展学习活动"])
def test_a_zero_report_answers_for_its_unit(text: str) -> None:
    lone = read(f"学习时间 | 学习形式 | 学习内容\n{text} | < | <")
    in_row = read(
        f"序号 | 单位 | 学习时间 | 学习形式\n1 | 南浦营业所 | {text} | 无", file="青禾供水2023年上半年学习.xlsx"
    )

    assert (answered(lone), records(lone, "row")) == ([("study", ("东坡水厂",))], [])
    assert (answered(in_row), records(in_row, "row")) == ([("study", ("南浦营业所",))], [])


def test_a_zero_report_of_an_unknown_unit_is_asked_for() -> None:
    reading = read("单位 | 学习时间 | 学习形式\n南坡营业所 | 无 | ", file="青禾供水2023年上半年学习.xlsx")

    assert errors(reading) == {("unit-unknown", "A2")}
    assert answered(reading) == [("study", ())]


@pytest.mark.parametrize(
    "rows",
    [
        "",
        "1 | | | |\n2 | | | |",
        "1 | 东坡水厂 | | |\n2 | 东坡水厂 | | |",
        "1 | | | | 无\n2 | / | / | / | /",
        "1 | | | 0 |",
    ],
)
def test_an_empty_form_is_no_report(rows: str) -> None:
    reading = read(f"序号 | 单位 | 学习时间 | 学习形式 | 备注\n{rows}")
    numbered = read(f"序号 | 单位 | 学习时间 | 实到人数 | 备注\n{rows}")

    assert answered(reading) == [("study", ())]
    assert not reading.findings
    assert not records(numbered, "row")


def test_what_is_left_of_a_record_is_asked_for_and_not_taken_for_a_section() -> None:
    reading = read("序号 | 刊发日期 | 标题 | 刊发媒体\n1 | 2023-03-05 | 春灌 | 市日报\n2 | | 保供 | \n | | 抢修 | ")

    assert errors(reading) == {("date-missing", "B3"), ("date-missing", "B4")}


def test_merged_cells_repeat_only_where_a_row_has_something_of_its_own() -> None:
    reading = read(
        """
        学习时间 | 学习形式 | 实到人数 | 参加人员
        2023-03-05 | 中心组学习 | 3 | 甲某
        ^ | ^ | ^ | 乙某
        ^ | ^ | ^ | 丙某
        2023-03-06 | 第一议题 | 4 | 丁某
        ^ | 党课 | 5 | 戊某
        """
    )

    assert records(reading, "date", "form", "attend_count") == [
        ("2023-03-05", "中心组学习", 3),
        ("2023-03-06", "第一议题", 4),
        ("2023-03-06", "党课", 5),
    ]


def test_a_joint_event_merged_over_its_units_counts_for_each() -> None:
    reading = read(
        "单位 | 学习时间 | 学习形式\n东坡水厂 | 2023-03-05 | 党课\n南浦营业所 | ^ | ^", file="青禾供水2023年上半年.xlsx"
    )

    assert records(reading, *DAYS) == [("东坡水厂", "2023-03-05", "党课"), ("南浦营业所", "2023-03-05", "党课")]


def test_the_type_of_a_talk_may_stand_in_sheet_or_title_only() -> None:
    grid = "谈话时间 | 谈话主题 | 谈话人数\n2023-03-05 | 廉洁 | 1"

    assert records(read(sheet(grid, "谈心谈话")), "talk_type") == [("谈心谈话",)]
    assert records(read("提醒谈话登记表\n" + grid), "talk_type") == [("提醒谈话",)]
    assert errors(read("宣讲谈话台账\n" + grid)) == {("column-missing", "2")}


def test_the_unit_of_an_incident_is_who_answers_for_it_and_not_who_saw_it() -> None:
    reading = read(
        "巡查单位 | 责任单位 | 发现时间 | 标题 | 处置状态\n南浦营业所 | 东坡水厂 | 2023-03-05 08:30 | 停水 | 已办结",
        file="青禾供水2023年上半年舆情台账.xlsx",
    )

    assert records(reading, "unit", "date", "status") == [("东坡水厂", "2023-03-05 08:30", "办结")]
