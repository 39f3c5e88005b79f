"""Section titles, lists for drop-downs and words in unread columns beside records: what they say of these, and what not."""

from __future__ import annotations

import pytest
from grids import errors, marks, read, records

FILE = "青禾供水2023年上半年学习台账.xlsx"
HEADER = "单位 | 学习时间 | 学习形式 | 实到人数\n"
NUMBERED = "序号 | 单位 | 学习时间 | 学习形式\n"

# --- section titles beside a column of units ---------------------------------------------------------------------------


@pytest.mark.parametrize("blank", ["", "同上", "〃"])
def test_what_is_blank_below_a_section_title_is_of_the_unit_of_the_title(blank: str) -> None:
    reading = read(
        f"{HEADER}一、东坡水厂 | < | < | <\n东坡水厂 | 2023-03-05 | 党课 | 3\n"
        f"二、南浦营业所 | < | < | <\n{blank} | 2023-03-06 | 党课 | 4\n{blank} | 2023-03-07 | 党课 | 5",
        file=FILE,
    )

    assert records(reading, "unit", "attend_count") == [("东坡水厂", 3), ("南浦营业所", 4), ("南浦营业所", 5)]
    assert marks(reading.findings, "fill-down") == {("fill-down", "A5"), ("fill-down", "A6")}


@pytest.mark.parametrize("title", ["{} | | |", "单位：{} | | |", " | | {} |", " | | 单位：{} |"])
def test_section_titles_own_the_rows_where_the_column_of_units_is_empty(title: str) -> None:
    reading = read(
        f"{NUMBERED}{title.format('东坡水厂')}\n1 | | 2023.3.5 | 党课\n{title.format('南浦营业所')}\n2 | | 2023.3.6 | 党课",
        file=FILE,
    )

    assert records(reading, "row", "unit") == [(3, "东坡水厂"), (5, "南浦营业所")]
    assert not errors(reading)


def test_a_unit_of_its_own_in_a_row_below_the_title_of_another_unit_is_asked_about() -> None:
    rows = "东坡水厂 | | |\n1 | 南浦营业所 | 2023-03-05 | 党课\n2 | 东坡水厂 | 2023-03-06 | 党课"
    child = read(f"{NUMBERED}青禾供水 | | |\n1 | 南浦营业所 | 2023-03-05 | 党课", file=FILE)

    reading = read(f"{NUMBERED}{rows}", file=FILE)

    assert records(reading, "unit") == [("东坡水厂",)]
    assert errors(reading) == {("unit-conflict", "B3")}
    assert records(child, "unit") == [("南浦营业所",)]


def test_a_unit_with_nothing_beside_it_says_nothing_of_the_units_below() -> None:
    reading = read(
        f"{HEADER}东坡水厂 | 2023-03-05 | 党课 | 3\n南浦营业所 | | |\n青禾供水 | 2023-03-06 | 党课 | 4", file=FILE
    )

    assert records(reading, "unit", "attend_count") == [("东坡水厂", 3), ("青禾供水分公司", 4)]
    assert not errors(reading)


def test_a_section_of_a_column_of_units_goes_on_below_a_repeated_header() -> None:
    reading = read(
        f"{NUMBERED}1 | 东坡水厂 | 2023-03-05 | 党课\n（二）南浦营业所 | | |\n2 | | 2023-03-06 | 党课\n"
        f"{NUMBERED}3 | | 2023-03-07 | 党课",
        file=FILE,
    )

    assert records(reading, "unit") == [("东坡水厂",), ("南浦营业所",), ("南浦营业所",)]


def test_the_title_of_the_ledger_over_again_ends_no_section() -> None:
    header = "序号 | 学习时间 | 学习形式\n"
    reading = read(
        f"理论学习台账 | |\n{header}东坡水厂 | |\n1 | 2023-03-05 | 党课\n理论学习台账 | |\n{header}2 | 2023-03-06 | 党课",
        file=FILE,
    )

    assert records(reading, "unit") == [("东坡水厂",), ("东坡水厂",)]
    assert not errors(reading)


# --- section titles of months ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("same", ["同上", "〃"])
def test_no_date_is_that_of_another_month_s_section(same: str) -> None:
    reading = read(
        f"学习时间 | 学习形式\n一月 |\n5日 | 党课\n{same} | 读书班\n二月 |\n{same} | 党课\n{same} | 读书班\n6日 | 自学"
    )

    assert records(reading, "date", "form") == [
        ("2023-01-05", "党课"), ("2023-01-05", "读书班"), ("2023-02-06", "自学"),
    ]  # fmt: skip
    assert errors(reading) == {("date-missing", "A6"), ("date-missing", "A7")}


def test_no_blank_is_filled_with_the_date_of_another_month_s_section() -> None:
    rows = "一月 |\n5日 | 党课\n | 读书班\n二月 |\n6日 | 党课\n | 读书班\n三月 |\n | 自学"

    reading = read(f"学习时间 | 学习形式\n{rows}")

    assert records(reading, "date") == [("2023-01-05",), ("2023-01-05",), ("2023-02-06",), ("2023-02-06",)]
    assert errors(reading) == {("date-missing", "A9")}


def test_a_number_is_no_date_by_its_neighbours_of_another_unit() -> None:
    """5.3 is 3 or 30 May; that the unit above met on 14 May says nothing of it."""
    rows = "东坡水厂 | 2023-05-10 | 党课 | 1\n东坡水厂 | 2023-05-14 | 党课 | 2\n南浦营业所 | 5.3 | 党课 | 3"
    mixed = "东坡水厂 | 2023-05-10 | 党课 | 1\n南浦营业所 | 2023-05-14 | 党课 | 2\n东坡水厂 | 5.3 | 党课 | 3"

    assert errors(read(HEADER + rows, file=FILE)) == {("date-ambiguous", "B4")}
    assert records(read(HEADER + mixed, file=FILE), "date")[-1] == ("2023-05-30",)


# --- columns that nobody knows and that name units ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "cells",
    [("东坡水厂", "04南浦营业所", "同上"), ("东坡水厂", "南浦营业所", "南浦抽水站"), ("东坡水厂", "东坡水厂", "")],
)
def test_most_of_a_column_being_names_of_units_below_it_is_asked_about(cells: tuple[str, ...]) -> None:
    rows = "\n".join(f"{cell} | 2023-03-0{day} | 党课" for day, cell in enumerate(cells, start=5))

    reading = read(f"二级机构 | 学习时间 | 学习形式\n{rows}", file=FILE)

    assert not records(reading, "unit")
    assert errors(reading) == {("column-missing", "1")}


def test_a_second_column_that_names_units_below_those_of_the_first_is_asked_about() -> None:
    header = "单位 | 部门 | 学习时间 | 学习形式\n"
    below = read(f"{header}青禾供水 | 东坡水厂 | 2023-03-05 | 党课", file=FILE)
    same = read(f"{header}东坡水厂 | 东坡水厂 | 2023-03-05 | 党课\n青禾供水 | 生产科 | 2023-03-06 | 党课", file=FILE)

    assert errors(below) == {("column-missing", "1")}
    assert records(same, "unit") == [("东坡水厂",), ("青禾供水分公司",)]


def test_where_an_event_was_held_is_not_whose_it_is() -> None:
    reading = read("学习地点 | 学习时间 | 学习形式\n东坡水厂 | 2023-03-05 | 党课", file=FILE)

    assert records(reading, "unit") == [("青禾供水分公司",)]
    assert not errors(reading)


# --- lists for drop-downs that adjoin the table --------------------------------------------------------------------------

LIST = ("中心组学习", "第一议题", "主题党日", "读书班", "自学", "警示教育", "其他")


def _beside(grid: str) -> str:
    return "\n".join(f"{line} | {choice}" for line, choice in zip(grid.splitlines(), LIST, strict=False))


def test_a_section_title_is_one_beside_a_list_too() -> None:
    header = "学习内容 | 学习时间 | 学习形式"
    reading = read(
        _beside(
            f"学习台账 | < | <\n{header}\n东坡水厂 | |\n甲 | 2023.3.5 | 党课\n南浦营业所 | |\n乙 | 2023.3.6 | 党课"
        ),
        file=FILE,
    )

    assert records(reading, "row", "unit") == [(4, "东坡水厂"), (6, "南浦营业所")]
    assert not errors(reading)


def test_a_title_over_the_whole_table_is_no_group_heading_beside_a_list() -> None:
    header = "学习内容 | 学习时间 | 学习形式"
    reading = read(
        _beside(
            f"{header}\n东坡水厂 | < | <\n{header}\n甲 | 2023.3.5 | 党课\n（二）南浦营业所 | < | <\n{header}\n乙 | 2023.3.6 | 党课"
        ),
        file=FILE,
    )

    assert records(reading, "row", "unit") == [(4, "东坡水厂"), (7, "南浦营业所")]
    assert not errors(reading)


def test_a_list_beside_equal_rows_does_not_make_them_different() -> None:
    reading = read(_beside("学习内容 | 学习时间 | 学习形式\n甲 | 2023-03-05 | 党课\n甲 | 2023-03-05 | 党课"))

    names = reading.tables[0].numbers("names")

    assert names[0] == names[1]


def test_a_row_of_codes_is_one_beside_a_list_too() -> None:
    grid = "学习时间 | 实到人数 | 学习形式 | 地点\n1 | 2 | 3 | 4\n2023-03-05 | 12 | 党课 | 一楼"

    assert records(read(_beside(grid)), "row", "attend_count") == [(3, 12)]


def test_numbers_in_order_beside_a_choice_are_no_codes() -> None:
    reading = read("次数 | 学时 | 月份 | 学习形式\n1 | 2 | 3 | 党课")

    assert records(reading, "date", "form", "hours") == [("2023-03", "党课", 2)]


def test_a_section_title_of_a_table_at_the_right_is_its_own() -> None:
    reading = read(
        "学习时间 | 学习形式 | 学习内容 | | 宣讲时间 | 宣讲类型 | 受众人数\n"
        "东坡水厂 | | | | 南浦营业所 | |\n2023-03-05 | 党课 | 甲 | | 2023-03-06 | 宣讲 | 30",
        file="青禾供水2023年上半年台账.xlsx",
    )

    assert records(reading, "unit") == [("东坡水厂",), ("南浦营业所",)]


# --- words that call other rows totals and footers -----------------------------------------------------------------------


@pytest.mark.parametrize("word", ["负责人", "单位负责人", "说明", "合计", "示例"])
def test_a_word_in_an_unread_column_does_not_undo_an_event(word: str) -> None:
    grid = f"主持人 | 学习时间 | 学习形式 | 学习内容\n{word} | 3月5日 | 党课 | 甲\n甲某 | 3月6日 | 党课 | 乙"

    assert records(read(grid), "date", "topic") == [("2023-03-05", "甲"), ("2023-03-06", "乙")]


def test_a_word_in_an_unread_column_does_not_undo_an_event_of_a_merged_date_or_form() -> None:
    grid = "主持人 | 学习时间 | 学习形式 | 学习内容\n甲某 | 3月5日 | 党课 | 甲\n负责人 | ^ | 读书班 | 乙\n负责人 | 3月6日 | ^ | 丙"

    assert records(read(grid), "date", "form", "topic") == [
        ("2023-03-05", "党课", "甲"), ("2023-03-05", "读书班", "乙"), ("2023-03-06", "读书班", "丙"),
    ]  # fmt: skip


def test_people_together_beside_a_date_and_a_form_are_no_total() -> None:
    grid = "实到人数 | 学习时间 | 学习形式\n共58人 | 3月5日 | 党课\n共58人 | |"

    assert records(read(grid), "date", "attend_count") == [("2023-03-05", 58)]


def test_who_signed_a_table_in_the_column_of_topics_is_no_event() -> None:
    grid = "主持人 | 学习内容 | 学习时间 | 学习形式\n甲某 | 甲 | 3月5日 | 党课\n填报人：甲某 | 审核人：乙某 | 2023年7月3日 |"

    assert records(read(grid), "date") == [("2023-03-05",)]


@pytest.mark.parametrize("day", ["2023年6月30日", "2023-06-30"])
def test_a_day_with_nothing_beside_it_below_the_total_is_that_of_signing(day: str) -> None:
    grid = f"序号 | 实到人数 | 学习形式 | 学习时间\n1 | 12 | 党课 | 3月5日\n合计 | 12 | |\n | | | {day}"

    assert records(read(grid), "date") == [("2023-03-05",)]


# --- totals over several tables ------------------------------------------------------------------------------------------


def test_a_total_above_tables_of_units_may_be_that_of_all() -> None:
    header = "序号 | 学习时间 | 学习形式 | 实到人数\n"
    grid = f"{header}合计 | | | {{}}\n东坡水厂 | | |\n{header}1 | 2023-03-05 | 党课 | 3\n南浦营业所 | | |\n{header}2 | 2023-03-06 | 党课 | 4"

    assert not marks(read(grid.format(7), file=FILE).findings, "total-mismatch")
    assert marks(read(grid.format(8), file=FILE).findings, "total-mismatch") == {("total-mismatch", "D2")}


def test_a_total_at_the_top_is_no_header_though_a_csv_has_its_numbers_as_text() -> None:
    reading = read("学习时间 | 实到人数 | 学习形式\n合计 | '1,234 |\n2023.3.5 | '1234 | 党课")

    assert records(reading, "row", "attend_count") == [(3, 1234)]
    assert not marks(reading.findings, "column-unknown", "total-mismatch")
