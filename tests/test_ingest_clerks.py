"""Ledgers as offices write them, each of a kind that was once counted wrong."""

from __future__ import annotations

import pytest
from grids import answered, errors, harvest, marks, read, records, sheet, values

from pipeline.model import MICRO

STUDY = "序号 | 学习时间 | 学习形式 | 实到人数\n"


NOT_HELD = "学习时间 | 学习形式 | 学习内容 | {}\n2023-03-05 | 党课 | 甲 | {}\n2023-03-06 | 党课 | 乙 | {}"


# --- rows that are no events -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("example", ["示例", "例", "（示例）", "例1", "填写示例", "样例："])
def test_an_example_row_is_no_event_though_it_has_a_real_date(example: str) -> None:
    reading = read(f"{STUDY}{example} | 2023-01-01 | 中心组学习 | 20\n1 | 2023-03-05 | 党课 | 12")

    assert records(reading, "date", "attend_count") == [("2023-03-05", 12)]
    assert not reading.findings


def test_an_example_may_stand_in_the_cell_of_the_date() -> None:
    reading = read(f"{STUDY}0 | 例：2023-01-01 | 中心组学习 | 20\n1 | 2023-03-05 | 党课 | 12")

    assert records(reading, "date", "attend_count") == [("2023-03-05", 12)]
    assert not reading.findings


@pytest.mark.parametrize("remark", ["示例", "填写示例", "（样例）", "例"])
def test_a_remark_may_call_the_first_rows_examples(remark: str) -> None:
    header = "序号 | 学习时间 | 学习形式 | 实到人数 | 备注\n"
    example = f"1 | 2023-01-01 | 中心组学习 | 20 | {remark}\n"
    reading = read(f"{header}{example}{example}1 | 2023-03-05 | 党课 | 12 |\n2 | 2023-03-06 | 党课 | 9 | {remark}")

    assert records(reading, "row", "attend_count") == [(4, 12), (5, 9)]
    assert not reading.findings


def test_a_remark_about_examples_calls_no_row_one() -> None:
    reading = read("学习时间 | 学习形式 | 备注\n2023-01-01 | 党课 | 示例教学\n2023-03-05 | 党课 |")

    assert records(reading, "row") == [(2,), (3,)]


COUNTED = "学习时间 | 学习形式 | 次数\n"


@pytest.mark.parametrize("forms", [["党课"] * 4, ["党课", "中心组学习", "中心组学习", "中心组学习", "中心组学习"]])
def test_counts_that_run_down_the_rows_may_be_ordinals_and_are_asked_about(forms: list[str]) -> None:
    numbers = [forms[: i + 1].count(form) for i, form in enumerate(forms)]
    lines = [f"2023-03-0{i} | {form} | {n}" for i, (form, n) in enumerate(zip(forms, numbers, strict=True), start=1)]
    grid = COUNTED + "\n".join(lines)
    decided = read(grid, rulings=[("", "列", "次数", "次数")])
    ordinals = read(grid, rulings=[("", "列", "次数", "不读")])

    reading = read(grid)
    assert {each for (each,) in records(reading, "sessions")} == {1}
    assert errors(reading) == {("quantity-ambiguous", f"C{row}") for row in range(2, len(forms) + 2)}
    assert ([n for (n,) in records(decided, "sessions")], errors(decided)) == (numbers, set())
    assert errors(ordinals) == set()


@pytest.mark.parametrize("numbers", [(1, 2, 3), (1, 2, 3, 5), (2, 3, 4, 5), (1, 2, 3, 4, 1)])
def test_counts_that_do_not_run_from_one_to_four_are_counts(numbers: tuple[int, ...]) -> None:
    reading = read(COUNTED + "\n".join(f"2023-03-0{i + 1} | 党课 | {n}" for i, n in enumerate(numbers)))

    assert (records(reading, "sessions"), errors(reading)) == ([(n,) for n in numbers], set())


def test_the_remedy_for_ordinals_works_under_a_synonym_too() -> None:
    lines = "\n".join(f"2023-03-0{n} | 党课 | {n}" for n in range(1, 5))
    grid = f"学习时间 | 学习形式 | 场次\n{lines}"
    decided = read(grid, rulings=[("", "列", "场次", "场次")])

    assert errors(read(grid)) == {("quantity-ambiguous", f"C{row}") for row in range(2, 6)}
    assert (records(decided, "sessions"), errors(decided)) == ([(n,) for n in range(1, 5)], set())


def test_a_total_that_adds_up_numbers_says_that_they_are_counts() -> None:
    rows = "\n".join(f"2023-03-0{n} | 党课 | {n}" for n in range(1, 5))
    reading = read(f"{COUNTED}{rows}\n合计 | | 10")

    assert (records(reading, "sessions"), errors(reading)) == ([(1,), (2,), (3,), (4,)], set())


@pytest.mark.parametrize(
    ("header", "held", "not_held"),
    [("开展情况", "已开展", "未开展"), ("状态", "已完成", "取消"), ("备用", "", "因故延期"), ("是否开展", "是", "否")],
)
def test_an_event_that_an_unknown_column_says_was_not_held_is_asked_about(
    header: str, held: str, not_held: str
) -> None:
    reading = read(NOT_HELD.format(header, held, not_held))
    decided = read(NOT_HELD.format(header, held, not_held), rulings=[("", "列", header, "不读")])

    assert (records(reading, "row"), errors(reading)) == ([(2,)], {("date-ambiguous", "A3")})
    assert harvest(reading).accounting[0].rejected == 1
    assert (records(decided, "row"), errors(decided)) == ([(2,), (3,)], set())


def test_no_to_another_question_says_nothing_of_the_event() -> None:
    reading = read(NOT_HELD.format("是否扩大", "是", "否"))

    assert records(reading, "row") == [(2,), (3,)]


@pytest.mark.parametrize("sign", ["〃", "同上", "″", "”", "同前"])
def test_a_row_of_nothing_but_ditto_marks_is_the_row_above_again(sign: str) -> None:
    reading = read(f"学习时间 | 学习形式 | 学习内容\n2023-03-05 | 党课 | 甲\n{sign} | {sign} | {sign}")

    assert records(reading, "date", "form") == [("2023-03-05", "党课")] * 2
    assert marks(harvest(reading).findings) == {("row-duplicate", "3")}


def test_a_month_over_again_in_its_row_dates_the_days_below() -> None:
    reading = read("学习时间 | 学习形式 | 学习内容\n2月 | 2月 | 2月\n5日 | 党课 | 甲\n3月 | 3月 | 3月\n6日 | 党课 | 乙")

    assert records(reading, "date") == [("2023-02-05",), ("2023-03-06",)]


def test_a_title_of_rows_may_have_a_remark_beside_it() -> None:
    grid = "序号 | 学习时间 | 学习形式 | 备注\n{} | | | 共{}次\n1 | 5日 | 党课 |\n"
    months = read(grid.format("2月", 1) + "3月 | | | 见附件\n2 | 6日 | 党课 |")
    units = read(grid.format("东坡水厂", 1).replace("5日", "2023.3.5"), file="青禾供水2023年.xlsx")

    assert records(months, "date") == [("2023-02-05",), ("2023-03-06",)]
    assert records(units, "unit") == [("东坡水厂",)]


@pytest.mark.parametrize(("header", "problems"), [("学习时间", 4), ("月份", 0)])
def test_numbers_in_order_under_a_date_may_number_the_rows(header: str, problems: int) -> None:
    reading = read(f"{header} | 学习形式\n1 | 党课\n2 | 主题党日\n3 | 党课\n4 | 党课")

    assert [code for code, _ in errors(reading)] == ["date-ambiguous"] * problems


def test_a_row_of_one_sign_over_again_is_no_title() -> None:
    reading = read("学习时间 | 学习形式 | 学习内容\n2023-03-05 | 党课 | 甲\nx | x | x")

    assert ("date-invalid", "A3") in errors(reading)


def test_a_total_is_none_though_the_day_of_signing_stands_under_the_dates() -> None:
    reading = read(f"{STUDY}1 | 2023-03-05 | 党课 | 12\n合计 | 2023-06-30 | | 12")

    assert records(reading, "date", "attend_count") == [("2023-03-05", 12)]
    assert not reading.findings


@pytest.mark.parametrize("topic", ["说明：学习", "注：报告", "例：案例", "合计法", "备注"])
def test_a_topic_beside_a_date_and_a_form_announces_nothing(topic: str) -> None:
    reading = read(f"学习内容 | 学习时间 | 学习形式\n{topic} | 2023.3.5 | 党课\n说明：以上属实 | |")

    assert records(reading, "row") == [(2,)]


@pytest.mark.parametrize("month", ["3月", "三月份", "2023年3月", "2023-3", "3", "第一季度"])
def test_a_month_with_nothing_beside_it_is_no_event(month: str) -> None:
    printed = read(f"{STUDY}1 | {month} | | \n2 | 2023年4月 | 党课 | 12")
    headings = read(f"月份 | 学习形式 | 实到人数\n{month} | | \n2023年4月 | 党课 | 12")

    assert records(printed, "date", "form") == records(headings, "date", "form") == [("2023-04", "党课")]
    assert not errors(printed)
    assert not errors(headings)


def test_a_year_and_a_month_with_nothing_beside_them_are_no_talk() -> None:
    reading = read("年份 | 月份 | 谈话类型 | 谈话人数\n2023 | 1月 | | \n2023 | 2月 | 谈心谈话 | 3\n2023 | 3月 | |")

    assert records(reading, "date", "audience_count") == [("2023-02", 3)]
    assert not errors(reading)


@pytest.mark.parametrize("day", ["2023-03-05", "3月5日"])
def test_a_day_with_none_beside_it_is_a_zero_report(day: str) -> None:
    none = read(f"学习时间 | 学习形式 | 学习内容 | 次数\n{day} | 无 | 无 | 0")
    some = read(f"学习时间 | 学习形式 | 学习内容 | 次数\n{day} | 无 | 报告 | 1")

    assert (answered(none), records(none, "row")) == ([("study", ("东坡水厂",))], [])
    assert records(some, "form") == [("其他",)]


def test_a_month_with_zeros_beside_it_is_no_event_and_no_report() -> None:
    reading = read("月份 | 学习形式 | 次数 | 实到人数\n3月 | | 0 | 0\n4月 | / | 0 | \n2023年5月 | 党课 | 2 | 9")

    assert records(reading, "date", "sessions") == [("2023-05", 2)]
    assert not errors(reading)


def test_a_month_with_none_beside_it_is_a_zero_report() -> None:
    reading = read("月份 | 学习形式 | 学习内容 | 次数\n3月 | 无 | 无 | 0\n4月 | 本月无 | |")

    assert (answered(reading), records(reading, "row")) == ([("study", ("东坡水厂",))], [])
    assert not marks(reading.findings)


# --- what the numbers of a column are counted in -------------------------------------------------------------------------------

ARTICLE = "刊发日期 | 标题 | 刊发媒体 | {}\n2023-03-05 | 春灌 | 集团公众号 | 1.2"


@pytest.mark.parametrize(
    "header",
    [
        *("阅读量（万次）", "阅读量（单位：万次）", "阅读量（万人次）", "阅读量（万+）", "阅读量（w）", "阅读量/万", "阅读量（以万计）"),
        *("阅读量（万，截至6月30日）", "阅读量\\n（万）"),
    ],
)  # fmt: skip
def test_ten_thousands_are_said_in_many_ways(header: str) -> None:
    reading = read(ARTICLE.format(header))

    assert records(reading, "reads") == [(12000,)]
    assert not reading.findings


@pytest.mark.parametrize("rows", ["阅读量\n^ | ^ | ^ | （万）", "阅读量\n | | | 万次"])
def test_a_row_of_measures_belongs_to_the_header(rows: str) -> None:
    reading = read(ARTICLE.format(rows))

    assert records(reading, "row", "reads") == [(3, 12000)]
    assert not reading.findings


@pytest.mark.parametrize("header", ["时长（分钟）", "时长（分）", "学时（单位：分钟）", "时长（min）", "学习时长/分钟"])
def test_minutes_are_said_in_many_ways(header: str) -> None:
    assert records(read(f"学习时间 | 学习形式 | {header}\n2023-03-05 | 党课 | 90"), "hours") == [(1.5,)]


def test_days_of_learning_are_no_hours() -> None:
    reading = read("学习时间 | 学习形式 | 学时（天）\n2023-03-05 | 党课 | 2")

    assert records(reading, "hours") == [("?",)]
    assert marks(reading.findings) == {("column-unknown", "C1")}


# --- which of several columns it is --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header", ["计划次数 | 实际次数", "次数 | <\n^ | ^ | 计划 | 实际", "次数 | <\n^ | ^ | 累计 | 合计"]
)
def test_what_was_done_counts_and_not_what_was_planned(header: str) -> None:
    assert records(read(f"月份 | 学习形式 | {header}\n2023年3月 | 党课 | 4 | 3"), "sessions") == [(3,)]


@pytest.mark.parametrize("parts", ["党员 | 群众 | 合计", "线上 | 线下 | 小计", "党员 | 其中：青年 | 总数"])
def test_the_sum_under_a_group_heading_is_what_the_group_names(parts: str) -> None:
    reading = read(f"学习时间 | 学习形式 | 参加人数 | < | <\n^ | ^ | {parts}\n2023-03-05 | 党课 | 20 | 8 | 28")

    assert records(reading, "attend_count") == [(28,)]
    assert not errors(reading)


# --- section titles ------------------------------------------------------------------------------------------------------------

GROUP = "青禾供水2023年上半年学习台账.xlsx"


@pytest.mark.parametrize(
    "title", ["东坡水厂 | |", "单位：东坡水厂 | |", "填报单位：东坡水厂 | < | <", "04东坡水厂 | |"]
)
def test_the_name_of_a_unit_alone_in_a_row_holds_for_the_rows_below(title: str) -> None:
    reading = read(
        f"学习时间 | 学习形式 | 实到人数\n{title}\n3月5日 | 党课 | 5\n南浦所 | |\n3月6日 | 党课 | 6", file=GROUP
    )

    assert records(reading, "unit", "attend_count") == [("东坡水厂", 5), ("南浦营业所", 6)]
    assert not errors(reading)


def test_rows_below_the_name_of_an_unknown_unit_are_nobody_s() -> None:
    reading = read("学习时间 | 学习形式\n东坡水厂 |\n3月5日 | 党课\n西山泵站 |\n3月6日 | 党课", file=GROUP)

    assert records(reading, "unit") == [("东坡水厂",)]
    assert errors(reading) == {("unit-unknown", "5")}


@pytest.mark.parametrize(
    "inner", ["3月 | <", "三月份 | ", "2023年3月 | <", "（一）党课 | <", "第一议题 | <", "线上 | <"]
)
def test_a_month_or_a_form_is_a_part_of_the_unit_s_section(inner: str) -> None:
    reading = read(f"学习时间 | 学习形式\n一、东坡水厂 | <\n{inner}\n3月5日 | 党课", file=GROUP)

    assert records(reading, "unit", "date") == [("东坡水厂", "2023-03-05")]


SECTION = "序号 | 学习时间 | 学习形式\n东坡水厂 | |\n1 | 2023.3.5 | 党课\n{} | |\n2 | 2023.3.6 | 党课"


@pytest.mark.parametrize(
    "mark", ["第1页 共3页", "— 2 —", "（续）", "以下空白", "二季度", "下半年", "填表日期：2023.7.1", "（转下页）"]
)
def test_a_page_or_a_quarter_ends_no_unit_s_section(mark: str) -> None:
    reading = read(SECTION.format(mark), file="青禾供水2023年学习台账.xlsx")

    assert records(reading, "unit") == [("东坡水厂",), ("东坡水厂",)]
    assert not errors(reading)


def test_a_title_that_may_be_a_unit_below_that_of_another_is_asked_about() -> None:
    file = "青禾供水2023年学习台账.xlsx"
    reading = read(SECTION.format("重点学习"), file=file)
    inside = read(SECTION.format("重点学习"), file=file, rulings=[("", "单位", "重点学习", "不是单位")])
    other = read(SECTION.format("重点学习"), file=file, rulings=[("", "单位", "重点学习", "南浦营业所")])

    assert (records(reading, "row"), errors(reading)) == ([(3,)], {("unit-unknown", "5")})
    assert records(inside, "unit") == [("东坡水厂",), ("东坡水厂",)]
    assert records(other, "unit") == [("东坡水厂",), ("南浦营业所",)]


def test_a_year_over_the_rows_goes_before_the_year_of_the_file() -> None:
    reading = read("学习时间 | 学习形式\n2022年 | <\n12月5日 | 党课\n2023年 | <\n2月6日 | 党课")

    assert records(reading, "date") == [("2022-12-05",), ("2023-02-06",)]
    assert [dict(f.values)["year"] for f in reading.findings] == ["2022", "2023"]


@pytest.mark.parametrize("title", ["{}月 | <", "{}月份 |", "（一）2023年{}月 | <"])
def test_days_below_a_month_are_of_that_month(title: str) -> None:
    reading = read(f"学习时间 | 学习形式\n{title.format(1)}\n5日 | 党课\n{title.format(2)}\n6日 | 党课")

    assert records(reading, "date") == [("2023-01-05",), ("2023-02-06",)]
    assert not errors(reading)


# --- several tables ------------------------------------------------------------------------------------------------------------


def test_a_label_below_the_title_of_a_lower_table_is_a_part_of_its_title() -> None:
    table = (
        "{0}学习台账 | < | <\n填报单位：{0} | | 填报日期：2023.7.1\n学习时间 | 学习形式 | 实到人数\n3月5日 | 党课 | 5\n"
    )
    reading = read(table.format("东坡水厂") + "\n" + table.format("南浦营业所"), file=GROUP)

    assert records(reading, "unit") == [("东坡水厂",), ("南浦营业所",)]
    assert not errors(reading)


def test_tables_side_by_side_are_of_the_units_over_them() -> None:
    header = "学习时间 | 学习形式 | 实到人数"
    reading = read(
        f"东坡水厂 | < | < | | 南浦所 | < | <\n{header} | | {header}\n3月5日 | 党课 | 5 | | 3月6日 | 党课 | 6",
        file=GROUP,
    )

    assert records(reading, "unit", "attend_count") == [("东坡水厂", 5), ("南浦营业所", 6)]
    assert not errors(reading)


# --- crosstabs -----------------------------------------------------------------------------------------------------------------

MONTHS = "单位 | 1月 | < | 2月 | < | 3月 | <"


@pytest.mark.parametrize(
    "grid",
    [
        f"{MONTHS}\n^ | 次数 | 人数 | 次数 | 人数 | 次数 | 人数\n东坡水厂 | 1 | 20 | 2 | 22 | 3 | 40",
        f"{MONTHS}\n^ | 人数 | 次数 | 人数 | 次数 | 人数 | 次数\n东坡水厂 | 20 | 1 | 22 | 2 | 40 | 3",
        "单位 | 1月 | | 2月 | | 3月 |\n | 计划 | 实际 | 计划 | 实际 | 计划 | 实际\n东坡水厂 | 2 | 1 | 2 | 2 | 2 | 3",
        f"{MONTHS}\n^ | 本月 | 累计 | 本月 | 累计 | 本月 | 累计\n东坡水厂 | 1 | 1 | 2 | 3 | 3 | 6",
    ],
)
def test_of_several_columns_below_a_month_that_of_the_events_counts(grid: str) -> None:
    reading = read("2023年主题党日开展情况\n" + grid, file="青禾供水.xlsx")

    assert records(reading, "date", "sessions") == [("2023-01", 1), ("2023-02", 2), ("2023-03", 3)]


@pytest.mark.parametrize(
    "head",
    [
        "2023年主题党日参加人数统计表\n单位 | 1月 | 2月 | 3月",
        "2023年主题党日统计表\n单位：人\n单位 | 1月 | 2月 | 3月",
        "2023年主题党日统计表\n单位 | 1月 | < | 2月 | < | 3月 | <\n^ | 党员 | 群众 | 党员 | 群众 | 党员 | 群众",
    ],
)
def test_a_crosstab_of_people_counts_no_events(head: str) -> None:
    reading = read(head + "\n东坡水厂 | 25 | 24 | 26 | 20 | 21 | 22", file="青禾供水2023年上半年.xlsx")

    assert not records(reading, "row")
    assert errors(reading) == {("sheet-unrecognised", "Sheet1")}


def test_months_of_two_years_are_of_their_years() -> None:
    reading = read(
        "主题党日\n单位 | 2022年11月 | 22年12月 | 2023年1月\n东坡水厂 | 1 | 2 | 3", file="青禾供水2023年上半年.xlsx"
    )

    assert records(reading, "date", "sessions") == [("2022-11", 1), ("2022-12", 2), ("2023-01", 3)]


# --- whose it is -----------------------------------------------------------------------------------------------------------------


def test_a_column_of_units_needs_no_heading() -> None:
    reading = read(" | 学习时间 | 学习形式\n东坡水厂 | 3月5日 | 党课\n南浦所 | 3月6日 | 党课\n合计 | | 2次", file=GROUP)

    assert records(reading, "unit") == [("东坡水厂",), ("南浦营业所",)]
    assert not errors(reading)


def test_units_below_a_heading_that_nobody_knows_are_asked_for() -> None:
    grid = "{} | 学习时间 | 学习形式\n东坡水厂 | 3月5日 | 党课\n南浦所 | 3月6日 | 党课"

    assert errors(read(grid.format("开展主体"), file=GROUP)) == {("column-missing", "1")}
    assert records(read(grid.format("联学单位"), file=GROUP), "unit") == [("青禾供水分公司",)] * 2


def test_a_heading_with_one_wrong_character_suggests_the_right_one() -> None:
    reading = read("学习时间 | 学习形式 | 到会人次 | 学习型式\n2023-03-05 | 党课 | 3 | 晴")
    told = {f.origin.column: (f.severity.value, dict(f.values)["near"].split("、")[0]) for f in reading.findings}

    assert told == {"C": ("warning", "到会人数"), "D": ("warning", "学习形式")}


def test_a_heading_that_only_another_ledger_knows_may_hold_the_units_too() -> None:
    grid = "责任单位 | 学习时间 | 学习形式\n东坡水厂 | 2023.3.5 | 党课\n南浦营业所 | 2023.3.6 | 党课"
    reading = read(grid, file="青禾供水分公司2023年学习台账.xlsx")

    assert (records(reading, "row"), errors(reading)) == ([], {("column-missing", "1")})
    assert values(reading.findings, "column-missing")["near"] == "责任单位"


def test_units_below_a_heading_merged_over_them_and_the_numbers_are_asked_for() -> None:
    grid = "序号 | < | 学习时间 | 学习形式\n1 | 东坡水厂 | 2023.3.5 | 党课\n2 | 南浦营业所 | 2023.3.6 | 党课"

    assert errors(read(grid, file="青禾供水分公司2023年学习台账.xlsx")) == {("column-missing", "1")}


def test_a_label_below_the_table_names_the_unit_where_nothing_else_does() -> None:
    grid = "学习时间 | 学习形式\n2023.3.5 | 党课\n填报单位（盖章）：{} | 填报人：甲某"

    assert records(read(grid.format("东坡水厂"), file="台账.xlsx"), "unit") == [("东坡水厂",)]
    assert errors(read(grid.format("东坡"), file="台账.xlsx")) == {("unit-unknown", "Sheet1")}
    assert records(read(grid.format("青禾供水"), file="东坡水厂.xlsx"), "unit") == [("东坡水厂",)]
    assert errors(read(grid.format("南浦营业所"), file="东坡水厂.xlsx")) == {("unit-conflict", "Sheet1")}
    decided = read(grid.format("南浦营业所"), file="东坡水厂.xlsx", rulings=[("东坡水厂.xlsx", "单位", "", "东坡水厂")])
    assert records(decided, "unit") == [("东坡水厂",)]


def test_the_unit_may_stand_at_the_left_of_its_table() -> None:
    reading = read("东坡水厂 | 学习时间 | 学习形式\n^ | 3月5日 | 党课\n^ | 3月6日 | 党课", file=GROUP)

    assert records(reading, "unit") == [("东坡水厂",)] * 2


@pytest.mark.parametrize(
    "header",
    [
        "学习时间 | 学习形式 | 人数 |\n | | 应到 | 实到",
        "学习时间 | 学习形式 | 人数 | \n | | 累计 | 本月",
        "学习时间 | 学习形式 | 人数 | \n | | 计划 | 实际",
    ],
)
def test_parts_of_a_group_need_no_merged_heading(header: str) -> None:
    reading = read(f"{header}\n2023-03-05 | 党课 | 15 | 12")

    assert records(reading, "row", "attend_count") == [(3, 12)]
    assert not errors(reading)


# --- titles --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    ["东坡水厂2023年学习台账 | < | 单位：人", "东坡水厂2023年学习台账 | < | 2023年7月1日", "填报单位：东坡水厂 | < | 填报日期：2023.7.1"],
)  # fmt: skip
def test_a_title_that_leaves_room_for_a_label_beside_it_is_no_group_heading(title: str) -> None:
    reading = read(f"{title}\n学习时间 | 学习形式 | 实到人数\n2023-03-05 | 党课 | 5", file="青禾供水2023年上半年.xlsx")

    assert records(reading, "unit") == [("东坡水厂",)]


# --- money ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "grid",
    [
        "指标 | 数值（元） | 时间\n帮扶资金 | 12500 | 2023上半年\n二等奖数 | 2 | 2023上半年",
        "指标 | 数值（单位：元） | 时间\n帮扶资金 | 12500 | 2023上半年\n二等奖数 | 2 | 2023上半年",
        "直报指标 | < | 单位：元\n指标 | 数值 | 时间\n帮扶资金 | 12500 | 2023上半年\n二等奖数 | 2 | 2023上半年",
        "指标 | 数值 | 时间\n帮扶资金（元） | 12500 | 2023上半年\n二等奖数（个） | 2 | 2023上半年",
        "指标 | 数值 | 计量单位 | 时间\n帮扶资金（万元） | 12500 | 元 | 2023上半年\n二等奖数 | 2 | 项 | 2023上半年",
    ],
)
def test_money_is_converted_wherever_its_measure_stands(grid: str) -> None:
    reading = read(grid, file="东坡水厂2023年上半年直报指标.xlsx")

    assert records(reading, "indicator", "value") == [("帮扶资金", 1.25), ("二等奖数", 2)]
    assert not errors(reading)


# --- cells ---------------------------------------------------------------------------------------------------------------------


def test_a_clerk_of_the_court_is_no_secretary() -> None:
    grid = "谈话时间 | 谈话类型 | 谈话人职务\n2023-03-05 | 党课 | 书记员\n2023-03-06 | 党课 | 党委书记"

    assert records(read(grid), "speaker_role") == [("其他",), ("书记",)]


@pytest.mark.parametrize("cell", ["30（-5）", "30（+5）", "30（5）"])
def test_a_number_beside_a_number_in_brackets_is_asked_for(cell: str) -> None:
    reading = read(f"学习时间 | 学习形式 | 实到人数\n2023-03-05 | 党课 | {cell}")

    assert errors(reading) == {("quantity-ambiguous", "C2")}


@pytest.mark.parametrize("years", ["2022-2023年度", "2022年至2023年", "2022年、2023年"])
def test_of_two_stated_years_none_is_taken_for_a_date_without_one(years: str) -> None:
    reading = read("学习时间 | 学习形式\n3月5日 | 党课\n2023.3.6 | 党课", file=f"东坡水厂{years}学习台账.xlsx")

    assert records(reading, "date") == [("2023-03-06",)]
    assert errors(reading) == {("date-ambiguous", "A2")}


@pytest.mark.parametrize("file", ["东坡水厂2023年上半年台账.xlsx", "2023年上半年/东坡水厂/台账.xlsx"])
def test_a_title_that_may_be_left_from_last_year_dates_nothing(file: str) -> None:
    reading = read("东坡水厂2022年上半年学习台账\n学习时间 | 学习形式\n3月5日 | 党课\n2023.3.6 | 党课", file=file)

    assert records(reading, "date") == [("2023-03-06",)]
    assert errors(reading) == {("date-ambiguous", "A3")}


def test_a_folder_called_after_the_month_of_sending_says_nothing_against_a_title() -> None:
    title = "东坡水厂2022年下半年学习台账\n学习时间 | 学习形式\n9月5日 | 党课"

    assert records(read(title, file="2023年1月/东坡水厂/台账.xlsx"), "date") == [("2022-09-05",)]


@pytest.mark.parametrize("header", ["应到 | 实到 | ", "单位 | 次数 | "])
def test_a_lower_table_that_no_ledger_fits_is_told(header: str) -> None:
    above = "学习形式 | 学习时间 | 学习内容\n党课 | 2023.3.5 | 甲\n | |\n"
    reading = read(f"{above}{header}\n3 | 2 | \n")

    assert records(reading, "row") == [(2,)]
    assert marks(reading.findings) == {("sheet-unrecognised", "4")}
    assert not read(f"{above}{header}\n | | \n").findings


# --- details and their sums --------------------------------------------------------------------------------------------------

DAYS = "单位 | 学习时间 | 学习形式\n东坡水厂 | 2023-03-05 | 主题党日\n东坡水厂 | 2023-04-05 | 主题党日"
SUMS = "单位 | 月份 | 学习形式 | 次数\n东坡水厂 | 2023年3月 | 主题党日 | 1\n东坡水厂 | 2023年4月 | 主题党日 | {}"


@pytest.mark.parametrize("name", ["上半年", "统计", "数据汇总 (2)", "Sheet2"])
def test_a_sheet_of_months_that_adds_up_another_of_days_is_a_cross_check(name: str) -> None:
    reading = read(sheet(DAYS, "明细"), sheet(SUMS.format(1), name), file=GROUP)

    assert len(records(reading, "row")) == 2
    assert marks(reading.findings) == {("sheet-summary", name)}


def test_a_sheet_of_months_that_says_something_else_is_counted() -> None:
    other = SUMS.replace("主题党日", "党课").format(1)

    assert len(records(read(sheet(DAYS, "党日"), sheet(SUMS.format(3), "上半年"), file=GROUP), "row")) == 4
    assert len(records(read(sheet(DAYS, "党日"), sheet(other, "党课"), file=GROUP), "row")) == 4


def test_a_summary_that_states_something_else_than_the_details_is_told() -> None:
    reading = read(sheet(DAYS, "明细"), sheet(SUMS.format(3), "汇总"), file=GROUP)

    assert marks(reading.findings) == {("sheet-summary", "汇总"), ("total-mismatch", "汇总")}


def test_a_summary_is_read_where_it_is_the_only_sheet_of_its_ledger() -> None:
    talks = sheet("谈话时间 | 谈话类型\n2023-03-05 | 谈心谈话", "谈话")

    assert [table.ledger for table in read(sheet(DAYS, "学习汇总"), talks, file=GROUP).tables] == ["study", "talk"]


CROSSTAB = "2023年主题党日\n单位 | 3月 | 4月 | 5月\n东坡水厂 | {} | 1 | {}\n南浦所 | 1 | 0 | 0"


@pytest.mark.parametrize(
    ("march", "may", "finding", "sessions"),
    [
        (1, 0, ("row-duplicate", "3"), 3),
        (1, 2, ("row-duplicate", "3"), 5),
        (3, 0, ("total-mismatch", "3"), 3),
    ],
)
def test_a_crosstab_of_another_file_is_never_counted_beside_the_details(
    march: int, may: int, finding: tuple[str, str], sessions: int
) -> None:
    details = read(DAYS, file="青禾供水2023年学习台账.xlsx")
    counts = read(CROSSTAB.format(march, may), file="青禾供水2023年主题党日统计.xlsx")
    found = harvest(details, counts)

    assert found.records["study"]["sessions"].sum() == sessions * MICRO
    assert marks(found.findings, "row-duplicate", "total-mismatch") == {finding}
    for line in found.accounting:
        assert line.read == line.counted + line.out_of_period + line.duplicate + line.rejected + line.structure


def test_two_crosstabs_that_say_the_same_count_once() -> None:
    branch = read(CROSSTAB.format(1, 1), file="青禾供水2023年主题党日统计.xlsx")
    group = read(CROSSTAB.format(1, 1) + "\n东坡换热站 | 1 | 1 | 1", file="望舒集团2023年主题党日统计.xlsx")

    assert harvest(branch, group).records["study"]["sessions"].sum() == 7 * MICRO


# --- names of files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "unit"),
    [("赤霞热力东坡站2023年.xlsx", "东坡换热站"), ("青禾供水东坡站2023年.xlsx", "东坡水厂"), ("东坡水厂（东坡站）2023年.xlsx", "东坡水厂")],
)  # fmt: skip
def test_the_parent_s_name_before_a_shared_alias_says_whose_it_is(file: str, unit: str) -> None:
    assert records(read("学习时间 | 学习形式\n2023-03-05 | 党课", file=file), "unit") == [(unit,)]


def test_an_organisation_at_a_unit_is_not_the_unit() -> None:
    reading = read("学习时间 | 学习形式\n2023-03-05 | 党课", file="东坡水厂附属小学2023年学习台账.xlsx")

    assert {code for code, _ in errors(reading)} == {"unit-unknown"}


# --- forms ---------------------------------------------------------------------------------------------------------------------

TWO = [("2023-03-05", "党课", 12), ("2023-03-06", "主题党日", 13)]


@pytest.mark.parametrize(
    "grid",
    [
        "学习时间 | 2023.3.5 | 2023.3.6\n学习形式 | 党课 | 主题党日\n实到人数 | 12 | 13",
        "项目 | 第一次 | 第二次\n学习时间 | 2023.3.5 | 2023.3.6\n学习形式 | 党课 | 主题党日\n实到人数 | 12 | 13",
        "学习时间 | 2023.3.5 | | 学习时间 | 2023.3.6\n学习形式 | 党课 | | 学习形式 | 主题党日\n实到人数 | 12 | | 实到人数 | 13",
    ],
)
def test_forms_beside_one_another_are_an_event_each(grid: str) -> None:
    reading = read(grid)

    assert records(reading, "date", "form", "attend_count") == TWO
    assert not errors(reading)


def test_a_weekday_and_what_nobody_knows_behind_a_value_are_no_event() -> None:
    reading = read("学习时间 | 2023.3.5 | 星期日 | 学习地点 | 三楼\n学习形式 | 党课 | | 天气 | 晴\n实到人数 | 12")

    assert records(reading, "date", "form", "attend_count") == TWO[:1]
    assert not errors(reading)


def test_a_broken_formula_in_a_form_is_told_at_its_cell() -> None:
    reading = read("学习时间 | 2023.3.5\n学习形式 | 党课\n应到人数 | =\n实到人数 | #REF!")

    assert records(reading, "date", "expected_count", "attend_count") == [("2023-03-05", "?", "?")]
    assert errors(reading) == {("formula-uncached", "B3"), ("formula-error", "B4")}


# --- merged cells --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "first", "below"),
    [
        ("序号 | 学习时间 | 学习形式 | 学习内容", "1 | 2023-03-05 | 中心组学习 | {}", "^ | ^ | ^ | {}"),
        ("学习时间 | 学习形式 | 学习内容 | 实到人数", "2023-03-05 | 中心组学习 | {} | 20", "^ | ^ | {} | ^"),
        ("学习时间 | 学习形式 | 学习内容 | 备注", "2023-03-05 | 中心组学习 | {} |", "2023-03-06 | 中心组学习 | {} |"),
    ],
)
def test_the_topics_of_one_event_that_is_merged_over_them_are_no_events(header: str, first: str, below: str) -> None:
    reading = read("\n".join([header, first.format("甲"), below.format("乙")]))

    assert len(records(reading, "row")) == (1 if "^" in below else 2)
    assert not errors(reading)


def test_events_of_one_number_in_the_list_that_are_of_several_forms_or_counts_are_several() -> None:
    header = "序号 | 学习时间 | 学习形式 | 学习内容 | 实到人数\n1 | 2023-03-05 | 中心组学习 | 甲 | 20"

    assert len(records(read(f"{header}\n^ | ^ | 第一议题 | 乙 | ^"), "row")) == 2
    assert len(records(read(f"{header}\n^ | ^ | ^ | 乙 | 15"), "row")) == 2


def test_a_count_merged_over_rows_of_a_unit_is_counted_once() -> None:
    grid = "单位 | 学习时间 | 学习形式 | 次数\n东坡水厂 | 2023-03-05 | 党课 | 2\n{} | 2023-03-06 | 党课 | ^"

    assert records(read(grid.format("东坡水厂"), file=GROUP), "sessions") == [(2,), (0,)]
    assert records(read(grid.format("南浦所"), file=GROUP), "unit", "sessions") == [("东坡水厂", 2), ("南浦营业所", 1)]


def test_the_column_called_unit_that_holds_measures_is_that_of_the_measures() -> None:
    rows = "帮扶资金 | 元 | 12500 | 2023上半年\n二等奖数 | 个 | 2 | 2023上半年"
    alone = read(f"指标名称 | 单位 | 数值 | 时间\n{rows}", file="东坡水厂2023年直报指标.xlsx")
    beside = read(
        "单位 | 指标 | 单位 | 数值 | 时间\n东坡水厂 | 帮扶资金 | 元 | 12500 | 2023上半年", file="2023年直报.xlsx"
    )

    assert records(alone, "unit", "value") == [("东坡水厂", 1.25), ("东坡水厂", 2)]
    assert records(beside, "unit", "value") == [("东坡水厂", 1.25)]
    assert not errors(alone)
    assert not errors(beside)


# --- sums and plans ------------------------------------------------------------------------------------------------------------


def test_a_sum_where_a_form_would_stand_is_no_event_though_it_has_a_date() -> None:
    days = read("学习时间 | 学习形式 | 次数\n2023-03-05 | 党课 | 1\n2023-03-31 | 小计 | 1\n2023-04-30 | 合计 | 1")
    months = read("月份 | 学习形式 | 次数\n2023年1月 | 党课 | 1\n2023年1月 | 第一议题 | 2\n2023年1月 | 小 计 | 3")

    assert records(days, "sessions") == [(1,)]
    assert records(months, "sessions") == [(1,), (2,)]


def test_subtotals_without_a_label_are_no_records() -> None:
    rows = ["1 | 2023-03-05 | 党课 | 12", "2 | 2023-03-06 | 党课 | 13", " | | | 25"]
    rows += ["3 | 2023-04-05 | 党课 | 10", "4 | 2023-04-06 | 党课 | 5", " | | | 15", " | | | 40"]
    reading = read(STUDY + "\n".join(rows))

    assert records(reading, "attend_count") == [(12,), (13,), (10,), (5,)]
    assert not reading.findings


def test_a_month_that_sums_up_the_days_below_it_is_no_record() -> None:
    march = "3月 | | 2 | 20\n2023-03-05 | 党课 | 1 | 9\n2023-03-06 | 党课 | 1 | 11"
    april = "4月 | | 1 | 10\n2023-04-07 | 党课 | 1 | 10"
    head = "学习时间 | 学习形式 | 次数 | 实到人数\n"
    whole = read(f"{head}上半年 | | 3 | 30\n{march}\n{april}")
    other = read(f"{head}{april.replace('| 1 | 10', '| 2 | 30', 1)}")

    assert records(whole, "date", "attend_count") == [("2023-03-05", 9), ("2023-03-06", 11), ("2023-04-07", 10)]
    assert len(records(other, "row")) == 2


@pytest.mark.parametrize("label", ["承前页", "过次页", "共2次", "平均"])
def test_what_is_carried_from_page_to_page_is_no_record(label: str) -> None:
    reading = read(f"{STUDY}1 | 2023-03-05 | 党课 | 12\n2 | 2023-03-06 | 党课 | 13\n{label} | | | 25")

    assert records(reading, "attend_count") == [(12,), (13,)]
    assert not errors(reading)


PLAN = "东坡水厂2023年下半年学习{}\n{} | 学习形式\n2023-03-05 | 党课"


def test_a_plan_is_no_ledger() -> None:
    below = "学习时间 | 学习形式\n2023-03-05 | 党课\n" + PLAN.format("计划表", "学习时间")

    for reading, rows in ((read(PLAN.format("计划", "学习时间")), []), (read(below), [(2,)])):
        assert records(reading, "row") == rows
        assert {code for code, _ in errors(reading)} == {"sheet-unrecognised"}
    assert not records(read("学习时间 | 学习形式\n2023-03-05 | 党课", file="东坡水厂2023年学习安排.xlsx"), "row")


@pytest.mark.parametrize(
    ("title", "header"), [("计划", "实际时间"), ("计划及完成情况", "学习时间"), ("计划完成台账", "学习时间")]
)
def test_what_was_done_of_a_plan_counts(title: str, header: str) -> None:
    assert records(read(PLAN.format(title, header)), "date") == [("2023-03-05",)]


def test_none_above_the_title_of_a_lower_table_is_the_zero_report_of_the_upper_one() -> None:
    reading = read("学习时间 | 学习形式\n无 |\n谈心谈话 |\n谈话时间 | 谈话类型\n2023-03-05 | 谈心谈话")

    assert answered(reading) == [("study", ("东坡水厂",)), ("talk", ("东坡水厂",))]
    assert not errors(reading)


@pytest.mark.parametrize(("last", "counted"), [("3月6日 | |", 3), ("待定 | |", 2)])
def test_what_is_left_of_a_record_above_the_title_of_a_lower_table_is_not_lost(last: str, counted: int) -> None:
    upper = f"学习时间 | 学习形式 | 人数\n3月5日 | 党课 | 5\n{last}\n"
    reading = read(upper + "谈心谈话 | < | <\n谈话时间 | 谈话类型 | 谈话人数\n3月7日 | 谈心谈话 | 1")

    assert len(records(reading, "row")) == counted
    assert (counted == 3) == (not errors(reading))
