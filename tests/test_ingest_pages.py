"""Tables that go on from page to page, with the header again on each: whose the rows are, and what totals add up."""

from __future__ import annotations

import pytest
from grids import errors, marks, read, records

FILE = "青禾供水2023年上半年学习台账.xlsx"
HEADER = "序号 | 学习时间 | 学习形式 | 实到人数\n"


@pytest.mark.parametrize("between", ["", "续表 | | |\n", "制表人：甲某 | 审核人：乙某 | |\n第2页 共3页 | | |\n"])
@pytest.mark.parametrize("title", ["南浦营业所", "（二）南浦营业所", "南浦营业所：", "单位：南浦营业所"])
def test_the_section_of_a_unit_goes_on_below_a_repeated_header(title: str, between: str) -> None:
    first = f"{HEADER}东坡水厂 | | |\n1 | 2023.3.5 | 党课 | 3\n{title} | | |\n2 | 2023.3.6 | 党课 | 4\n"
    reading = read(
        f"{first}{between}{HEADER}3 | 2023.3.7 | 党课 | 5\n东坡水厂 | | |\n4 | 2023.3.8 | 党课 | 6", file=FILE
    )

    assert records(reading, "unit", "attend_count") == [
        ("东坡水厂", 3), ("南浦营业所", 4), ("南浦营业所", 5), ("东坡水厂", 6),
    ]  # fmt: skip
    assert not errors(reading)


@pytest.mark.parametrize("title", ["南浦营业所", "南浦营业所：", "（二）南浦营业所"])
def test_the_unit_over_a_header_is_that_of_the_pages_below_it(title: str) -> None:
    first = f"青禾供水2023年台账 | | |\n东坡水厂 | | |\n{HEADER}1 | 2023.3.5 | 党课 | 3\n"
    second = f"{title} | | |\n{HEADER}2 | 2023.3.6 | 党课 | 4\n{HEADER}3 | 2023.3.7 | 党课 | 5"

    assert records(read(first + second, file=FILE), "unit") == [("东坡水厂",), ("南浦营业所",), ("南浦营业所",)]


def test_a_blank_unit_on_the_next_page_is_the_last_of_the_page_before() -> None:
    header = "单位 | 学习时间 | 学习形式\n"
    reading = read(
        f"{header}东坡水厂 | 2023.3.5 | 党课\n南浦营业所 | 2023.3.6 | 党课\n{header} | 2023.3.7 | 党课", file=FILE
    )

    assert records(reading, "unit") == [("东坡水厂",), ("南浦营业所",), ("南浦营业所",)]
    assert marks(reading.findings, "fill-down") == {("fill-down", "A5")}


def test_a_table_with_another_header_or_a_title_of_departments_is_of_the_unit_of_the_sheet() -> None:
    first = f"{HEADER}东坡水厂 | | |\n1 | 2023.3.5 | 党课 | 3\n"
    other = read(f"{first} | | |\n序号 | 学习时间 | 学习形式 | 次数\n1 | 2023.3.6 | 党课 | 1", file=FILE)
    kind = read(f"{first}（二）机关部门 | | |\n{HEADER}1 | 2023.3.6 | 党课 | 1", file=FILE)

    assert records(other, "unit") == records(kind, "unit") == [("东坡水厂",), ("青禾供水分公司",)]


@pytest.mark.parametrize("header", ["", "编号 | | ", " | | "])
def test_titles_and_totals_may_stand_left_of_the_table(header: str) -> None:
    grid = f"{header or '序号 |'} 学习时间 | 学习形式 | 实到人数\n"
    gap = " | |" if header else " |"
    reading = read(
        f"{grid}东坡水厂 {gap} | | \n1 {gap} 2023.3.5 | 党课 | 3\n南浦营业所 {gap} | |\n2 {gap} 2023.3.6 | 党课 | 4\n合计 {gap} | | 9",
        file=FILE,
    )

    assert records(reading, "unit") == [("东坡水厂",), ("南浦营业所",)]
    assert {code for code, _ in marks(reading.findings)} == {"total-mismatch"}


def test_a_subtotal_of_a_section_is_no_mismatch_though_others_have_none_or_it_goes_over_a_page() -> None:
    section = "{} | | |\n1 | 2023.3.5 | 党课 | {}\n2 | 2023.3.6 | 党课 | {}\n"
    sections = section.format("东坡水厂", 1, 2) + section.format("南浦营业所", 3, 4)
    right = f"{HEADER}{sections}{HEADER}3 | 2023.3.7 | 党课 | 5\n小计 | | | 12\n合计 | | | 15"

    assert not marks(read(right, file=FILE).findings)
    assert marks(read(right.replace("| 12", "| 13"), file=FILE).findings) == {("total-mismatch", "D10")}
