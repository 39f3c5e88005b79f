"""What may be two things and was taken for one: it is told at its cell or row."""

from __future__ import annotations

import pytest
from grids import errors, marks, read, records

COUNTED = "学习时间 | 学习形式 | 次数\n"
FILE = "望舒集团2023年上半年.xlsx"


@pytest.mark.parametrize("forms", [["党课"] * 4, ["自学", "党课", "自学", "党课", "自学", "自学"]])
def test_counts_that_run_up_the_rows_may_be_ordinals_too(forms: list[str]) -> None:
    numbers = [forms[i:].count(form) for i, form in enumerate(forms)]
    lines = [f"2023-03-0{9 - i} | {form} | {n}" for i, (form, n) in enumerate(zip(forms, numbers, strict=True))]

    reading = read(COUNTED + "\n".join(lines))

    assert {each for (each,) in records(reading, "sessions")} == {1}
    assert errors(reading) == {("quantity-ambiguous", f"C{row}") for row in range(2, len(forms) + 2)}


def test_ordinals_go_on_below_a_repeated_header() -> None:
    first = COUNTED + "\n".join(f"2023-03-0{n} | 党课 | {n}" for n in range(1, 5))
    second = f"{COUNTED}2023-03-05 | 党课 | 5\n2023-03-06 | 党课 | 6"

    ordinals, counts = read(f"{first}\n{second}"), read(f"{first}\n{second.replace('| 5', '| 6')}")

    assert [n for (n,) in records(ordinals, "sessions")] == [1] * 6
    assert {"C7", "C8"} <= {place for _, place in errors(ordinals)}
    assert [n for (n,) in records(counts, "sessions")] == [1, 1, 1, 1, 6, 6]


@pytest.mark.parametrize("cell", ["重大、较大", "重大/一般"])
def test_two_levels_of_one_incident_are_told(cell: str) -> None:
    grid = f"责任单位 | 发现时间 | 标题 | 舆情等级 | 处置状态\n东坡水厂 | 2023-03-05 | 停水 | {cell} | 办结"

    assert marks(read(grid, file=FILE).findings, "choice-unknown") == {("choice-unknown", "D2")}


def test_two_types_of_one_talk_are_told_and_two_forms_of_one_meeting_are_not() -> None:
    talk = read("谈话时间 | 谈话类型 | 谈话人数 | 谈话方式\n2023-03-05 | 谈心谈话、提醒谈话 | 1 | 线上、线下")
    study = read("学习时间 | 学习形式\n2023-03-05 | 中心组学习、第一议题")

    assert marks(talk.findings) == {("choice-unknown", "B2")}
    assert not study.findings


def test_a_row_of_a_form_without_its_date_is_no_header() -> None:
    reading = read(
        "学习时间 | 2023年3月5日 | 学习形式 | 党课\n学习内容 | 甲 | 实到人数 | 12\n"
        "学习时间 | | 学习形式 | 读书班\n学习内容 | 乙 | 实到人数 | 13"
    )

    assert records(reading, "row", "date", "form", "attend_count") == [(1, "2023-03-05", "党课", 12)]
    assert errors(reading) == {("date-missing", "B3")}


def test_a_list_behind_the_column_of_its_field_undoes_no_header() -> None:
    reading = read("学习时间 | 学习内容 | 学习形式 | 党课\n2023-03-05 | 甲 | 党课 | 自学\n2023-03-06 | 乙 | 自学 | ")

    assert records(reading, "row", "form") == [(2, "党课"), (3, "自学")]


TITLE = "2023年上半年中心组学习次数统计 | | | \n单位 | 1月 | 2月 | 3月\n"


def test_a_unit_of_a_crosstab_that_states_what_those_below_it_do_may_be_their_sum() -> None:
    reading = read(
        f"{TITLE}青禾供水 | 5 | 4 | 3\n东坡水厂 | 3 | 2 | 3\n南浦营业所 | 2 | 2 | \n白鹭公交 | 1 | 1 | 1", file=FILE
    )

    assert marks(reading.findings, "row-suspect-duplicate") == {("row-suspect-duplicate", "3")}


@pytest.mark.parametrize(
    "lower",
    ["东坡水厂 | 3 | 2 | 2\n南浦营业所 | 2 | 2 | 0", "东坡水厂 | 5 | 4 | 3", "公交一车队 | 5 | 4 | 3\n一车队 | | | "],
)
def test_a_unit_of_a_crosstab_that_states_something_else_or_what_one_other_does_is_no_sum(lower: str) -> None:
    reading = read(f"{TITLE}青禾供水 | 5 | 4 | 3\n{lower}", file=FILE)

    assert not marks(reading.findings, "row-suspect-duplicate")
