"""Ledgers as offices write them, each of a kind that was once counted wrong."""

from __future__ import annotations

import pytest
from grids import answered, errors, marks, read, records

STUDY = "序号 | 学习时间 | 学习形式 | 实到人数\n"


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


def test_a_total_is_none_though_the_day_of_signing_stands_under_the_dates() -> None:
    reading = read(f"{STUDY}1 | 2023-03-05 | 党课 | 12\n合计 | 2023-06-30 | | 12")

    assert records(reading, "date", "attend_count") == [("2023-03-05", 12)]
    assert not reading.findings


@pytest.mark.parametrize("month", ["3月", "三月份", "2023年3月", "2023-3", "3", "第一季度"])
def test_a_month_with_nothing_beside_it_is_no_event(month: str) -> None:
    printed = read(f"{STUDY}1 | {month} | | \n2 | 2023年4月 | 党课 | 12")
    headings = read(f"月份 | 学习形式 | 实到人数\n{month} | | \n2023年4月 | 党课 | 12")

    assert records(printed, "date", "form") == records(headings, "date", "form") == [("2023-04", "党课")]
    assert not errors(printed)
    assert not errors(headings)


def test_a_year_and_a_month_with_nothing_beside_them_are_no_talk() -> None:
    reading = read(
        "谈心谈话\n年份 | 月份 | 谈话主题 | 谈话人数\n2023 | 1月 | | \n2023 | 2月 | 思想 | 3\n2023 | 3月 | |"
    )

    assert records(reading, "date", "audience_count") == [("2023-02", 3)]
    assert not errors(reading)


def test_a_month_with_none_beside_it_is_a_zero_report() -> None:
    reading = read("月份 | 学习形式 | 学习内容 | 次数\n3月 | 无 | 无 | 0\n4月 | 本月无 | |")

    assert (answered(reading), records(reading, "row")) == ([("study", ("东坡水厂",))], [])
    assert not marks(reading.findings)
