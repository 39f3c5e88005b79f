"""Sums that somebody sends beside what they sum up: counted once, or asked about."""

from __future__ import annotations

import pytest
from grids import harvest, marks, read

from pipeline.model import MICRO, Harvest

DAYS = """
学习时间 | 学习形式 | 学习内容
2023-01-03 | 党课 | 甲
2023-02-04 | 党课 | 乙
2023-02-08 | 党课 | 丙
2023-03-01 | 主题党日 | 丁
"""
MONTHS = "月份 | 学习形式 | 学习内容 | 次数\n"


def together(months: str) -> Harvest:
    """Days in one file and months in another."""
    days = read(DAYS, file="东坡水厂2023年上半年学习台账.xlsx")
    return harvest(days, read(MONTHS + months, file="东坡水厂2023年上半年学习情况统计.xlsx"))


def told(found: Harvest) -> set[tuple[str, str]]:
    for line in found.accounting:
        assert line.read == line.counted + line.out_of_period + line.duplicate + line.rejected + line.structure
    return marks(found.findings, "row-duplicate", "row-suspect-duplicate", "total-mismatch")


# --- months beside days ------------------------------------------------------------------------------------------------------


def test_months_of_one_file_that_add_up_the_days_of_another_are_counted_once() -> None:
    found = together("2023年1月 | 党课 | | 1\n2023年2月 | 党课 | | 2\n2023年3月 | 主题党日 | | 1")

    assert found.records["study"]["sessions"].sum() == 4 * MICRO
    assert told(found) == {("row-duplicate", "2"), ("row-duplicate", "3"), ("row-duplicate", "4")}


def test_a_month_that_differs_where_most_agree_is_told_and_one_without_days_counts() -> None:
    months = "2023年1月 | 党课 | | 1\n2023年2月 | 党课 | | 3\n2023年3月 | 主题党日 | | 1\n2023年4月 | 主题党日 | | 1"
    found = together(months)

    assert found.records["study"]["sessions"].sum() == 5 * MICRO
    assert told(found) == {("row-duplicate", "2"), ("total-mismatch", "3"), ("row-duplicate", "4")}


def test_rows_of_one_month_are_compared_with_its_days_together() -> None:
    found = together("2023年1月 | 党课 | | 1\n2023年2月 | 党课 | | 1\n2023年2月 | 党课 | | 1")

    assert found.records["study"]["sessions"].sum() == 4 * MICRO
    assert told(found) == {("row-duplicate", "2"), ("row-duplicate", "3"), ("row-duplicate", "4")}


def test_months_that_mostly_differ_from_the_days_count_and_are_suspect() -> None:
    found = together("2023年1月 | 党课 | | 4\n2023年2月 | 党课 | | 2")

    assert found.records["study"]["sessions"].sum() == 10 * MICRO
    assert told(found) == {("row-suspect-duplicate", "2"), ("row-suspect-duplicate", "3")}


@pytest.mark.parametrize("other", ["2023年1月 | 党课 | 戊 | 1\n2023年2月 | 党课 | 己 | 2", "2023年4月 | 党课 | | 1"])
def test_months_that_speak_of_other_events_are_no_sums(other: str) -> None:
    assert not told(together(other))


def test_a_list_that_has_days_too_holds_events_and_no_sums() -> None:
    assert not told(together("2023年1月 | 党课 | | 1\n2023年2月 | 党课 | | 2\n2023-05-06 | 党课 | | 1"))


# --- 直报 --------------------------------------------------------------------------------------------------------------------

REPORTED = "时间 | 指标 | 数值\n"


def sums(rows: str, other: str = "") -> tuple[float, set[tuple[str, str]]]:
    """What is counted of 帮扶资金, and what is told."""
    files = [rows, other] if other else [rows]
    readings = [read(REPORTED + each, file=f"东坡水厂2023年直报{i}.xlsx") for i, each in enumerate(files)]
    found = harvest(*readings)
    return found.records["reported"]["value"].sum() / MICRO, told(found)


@pytest.mark.parametrize(
    "rows",
    [
        "2023年上半年 | 帮扶资金 | 21\n2023年一季度 | 帮扶资金 | 10\n2023年二季度 | 帮扶资金 | 11",
        "2023年一季度 | 帮扶资金 | 10\n2023年二季度 | 帮扶资金 | 11\n2023年上半年 | 帮扶资金 | 21",
        "2023年上半年 | 帮扶资金 | 21\n2023-03-05 | 帮扶资金 | 10\n2023年5月 | 帮扶资金 | 11",
    ],
)
def test_a_number_for_a_span_that_adds_up_those_of_its_parts_counts_once(rows: str) -> None:
    counted, said = sums(rows)

    assert counted == 21
    assert {code for code, _ in said} == {"row-duplicate"}


def test_sums_of_sums_count_once() -> None:
    quarters = "2023年上半年 | 帮扶资金 | 21\n2023年一季度 | 帮扶资金 | 10\n2023年二季度 | 帮扶资金 | 11"
    months = "2023年1月 | 帮扶资金 | 4\n2023年2月 | 帮扶资金 | 6"

    assert sums(f"{quarters}\n{months}") == (21, {("row-duplicate", "2"), ("row-duplicate", "3")})
    assert sums(quarters, months)[0] == 21


@pytest.mark.parametrize(
    "rows",
    [
        "2023年上半年 | 帮扶资金 | 30\n2023年一季度 | 帮扶资金 | 10\n2023年二季度 | 帮扶资金 | 11",
        "2023年上半年 | 帮扶资金 | 10\n2023年3月 | 帮扶资金 | 10",
    ],
)
def test_a_number_for_a_span_that_is_no_sum_of_those_for_its_parts_is_suspect(rows: str) -> None:
    assert sums(rows)[1] == {("row-suspect-duplicate", "2")}


def test_spans_that_cross_are_suspect() -> None:
    rows = "2023年1月-4月 | 帮扶资金 | 10\n2023年3月-6月 | 帮扶资金 | 8"

    assert sums(rows)[1] == {("row-suspect-duplicate", "3")}


def test_numbers_for_one_span_add_up_in_a_table_and_are_suspect_in_two_files() -> None:
    first, second = "2023年上半年 | 帮扶资金 | 10", "2023年上半年 | 帮扶资金 | 12"

    assert sums(f"{first}\n{second}") == (22, set())
    assert sums(first, second) == (22, {("row-suspect-duplicate", "2")})


def test_numbers_of_other_indicators_and_for_other_spans_add_up() -> None:
    rows = (
        "2023年上半年 | 志愿服务人次 | 9\n2023年1月 | 帮扶资金 | 4\n2023年2月 | 帮扶资金 | 4\n2023-02-05 | 二等奖数 | 1"
    )

    assert not sums(rows)[1]


# --- totals of crosstabs -----------------------------------------------------------------------------------------------------

COUNTS = """
2023年主题党日
单位 | 1月 | 2月 | 3月 | {}
东坡水厂 | 1 | 2 | | 3
南浦营业所 | 0 | 1 | / | 1
{}
"""


@pytest.mark.parametrize(
    ("header", "total", "cells"),
    [
        ("合计", "合计 | 1 | 3 | 0 | 4", set()),
        ("小计", "合计 | 1 | 4 | 0 | 4", {"C5"}),
        ("备注", "合计 | 1 | 3 | 0 | 9", set()),
        ("总计", "北岭锅炉房 | 1 | 1 | 1 | 4\n总计 | 2 | 4 | 1 | 7", {"E5"}),
        ("合计", "小计 | 1 | 3 | 0 | 4\n北岭锅炉房 | 1 | 1 | 1 | 3\n小计 | 1 | 1 | 1 | 3\n总计 | 2 | 4 | 1 | 7", set()),
        ("合计", "北岭锅炉房 | 约3 | 1 | 1 | 5\n其中 | 9 | 9 | 9 | 9\n合计 | 5 | 4 | 1 | 9", set()),
    ],
)
def test_totals_of_a_crosstab_are_compared_with_its_counts(header: str, total: str, cells: set[str]) -> None:
    reading = read(COUNTS.format(header, total), file="青禾供水分公司2023年统计.xlsx")

    assert marks(reading.findings, "total-mismatch") == {("total-mismatch", cell) for cell in cells}


def test_a_total_above_the_counts_is_compared_with_them_too() -> None:
    grid = "2023年主题党日\n单位 | 1月 | 2月 | 3月\n合计 | {} | 2 | 1\n东坡水厂 | 1 | 2 | 1"

    assert not marks(read(grid.format(1)).findings, "total-mismatch")
    assert marks(read(grid.format(2)).findings, "total-mismatch") == {("total-mismatch", "B3")}
