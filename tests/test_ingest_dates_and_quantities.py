"""Dates and quantities in their column: what a cell means depends on the cells around it, the title and the header."""

from __future__ import annotations

from typing import Any

import pytest
from grids import errors, marks, read, records, sheet, values


def column(*cells: str, header: str = "学习时间") -> str:
    return "\n".join([f"{header} | 学习形式", *(f"{cell} | 党课" for cell in cells)])


def dates(*cells: str, **options: Any) -> list[str]:
    return [date for (date,) in records(read(column(*cells), **options), "date")]


# --- the year ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "name", "file"),
    [
        ("东坡水厂2023年学习台账", "Sheet1", "台账.xlsx"),
        ("东坡水厂二〇二三年上半年学习台账", "Sheet1", "台账.xlsx"),
        ("东坡水厂", "2023年", "台账.xlsx"),
        ("东坡水厂", "Sheet1", "2023年上半年.xlsx"),
        ("东坡水厂", "Sheet1", "2023上半年/台账.xlsx"),
        ("东坡水厂", "Sheet1", "台账202306.xlsx"),
        ("东坡水厂", "Sheet1", "23年1-6月台账.xlsx"),
        ("东坡水厂2023年", "Sheet1", "2022年/台账.xlsx"),
    ],
)
def test_a_missing_year_is_taken_from_title_sheet_file_or_folder_and_said(title: str, name: str, file: str) -> None:
    reading = read(sheet(f"{title} | <\n{column('3月5日')}", name), file=file)

    assert records(reading, "date") == [("2023-03-05",)]
    assert marks(reading.findings) == {("date-year-assumed", "A3")}
    assert values(reading.findings, "date-year-assumed") == {"found": "3月5日", "year": "2023"}


def test_without_a_year_anywhere_the_date_is_asked_for() -> None:
    reading = read(column("3月5日", "2023-03-06"), file="东坡水厂.xlsx")

    assert errors(reading) == {("date-ambiguous", "A2")}
    assert records(reading, "date") == [("2023-03-06",)]


# --- blanks under a date -----------------------------------------------------------------------------------------------------


def test_blanks_are_filled_down_where_the_column_is_written_that_way_throughout() -> None:
    reading = read(column("2023-03-05", "", "2023-03-12", "", "", "2023-03-19"))

    assert [date[-2:] for (date,) in records(reading, "date")] == ["05", "05", "12", "12", "12", "19"]
    assert marks(reading.findings) == {("fill-down", "A3"), ("fill-down", "A5"), ("fill-down", "A6")}


@pytest.mark.parametrize(
    ("cells", "missing"),
    [
        (("2023-03-05", ""), ["A3"]),
        (("2023-03-05", "", "2023-03-06"), ["A3"]),
        (("2023-03-05", "2023-03-06", "", "2023-03-08"), ["A4"]),
        (("2023-03-05", "2023-03-05", "", "2023-03-08", ""), ["A4", "A6"]),
        (("", "2023-03-05"), ["A2"]),
        (("同上", "2023-03-05"), ["A2"]),
        (("2023-03-05", "/"), ["A3"]),
    ],
)
def test_a_single_blank_among_dates_is_asked_for(cells: tuple[str, ...], missing: list[str]) -> None:
    assert errors(read(column(*cells))) == {("date-missing", cell) for cell in missing}


def test_merged_dates_are_filled_down_silently() -> None:
    reading = read(column("3月5日", "^", "3月6日", "^"))

    assert dates("3月5日", "^", "3月6日", "^") == ["2023-03-05"] * 2 + ["2023-03-06"] * 2
    assert marks(reading.findings) == {("date-year-assumed", "A2"), ("date-year-assumed", "A4")}


def test_ditto_repeats_the_cell_above() -> None:
    reading = read("学习时间 | 学习形式 | 实到人数\n2023-03-05 | 党课 | 7\n同上 | 〃 | 同上")

    assert records(reading, "date", "form", "attend_count") == [("2023-03-05", "党课", 7)] * 2
    assert not reading.findings


def test_ditto_with_nothing_above_is_no_time() -> None:
    reading = read(
        """
        发现时间         | 标题 | 舆情等级 | 处置状态 | 办结时间
        2023-03-05 08:00 | 停水 | 一般     | 办结     | 同上
        2023-03-06 08:00 | 漏水 | 一般     | 办结     | 2023-03-07 09:00
        2023-03-06 08:30 | 断电 | 一般     | 办结     | 同上
        """
    )

    assert errors(reading) == {("date-invalid", "E2")}
    (table,) = reading.tables
    assert list(table.numbers("closed_at_timed")) == [-1, 1, 1]
    assert len(set(table.numbers("closed_at")[1:])) == 1


def test_year_and_month_columns_follow_the_same_rule() -> None:
    merged = (
        "年份 | 月份 | 谈话类型 | 谈话人数\n2023 | 3月 | 谈心谈话 | 1\n^ | ^ | 谈心谈话 | 2\n^ | 4月 | 谈心谈话 | 1"
    )
    blank = "年份 | 月份 | 谈话类型 | 谈话人数\n2023 | 3 | 谈心谈话 | 1\n2023 | | 谈心谈话 | 2\n2023 | 4 | 谈心谈话 | 1"

    assert records(read(merged), "date") == [("2023-03",), ("2023-03",), ("2023-04",)]
    assert errors(read(blank)) == {("date-missing", "A3")}


# --- what a number may mean ----------------------------------------------------------------------------------------------------


def test_a_lost_zero_is_settled_by_sorted_neighbours_and_else_asked_for() -> None:
    assert dates("6.28", "6.29", "6.3", "7月1日") == ["2023-06-28", "2023-06-29", "2023-06-30", "2023-07-01"]
    assert dates("7月1日", "6.3", "6.29") == ["2023-07-01", "2023-06-30", "2023-06-29"]
    assert dates("5.29", "6.3", "6.15") == ["2023-05-29", "2023-06-03", "2023-06-15"]
    assert errors(read(column("5.29", "6.3", "7月1日"))) == {("date-ambiguous", "A3")}
    assert errors(read(column("6.3"))) == {("date-ambiguous", "A2")}


def test_serial_numbers_count_from_1904_in_a_book_that_does() -> None:
    assert dates("'45000", "45000") == ["2023-03-15"] * 2
    assert dates("'43538", date_1904=True) == ["2023-03-15"]


def test_a_range_is_one_event_and_a_list_is_asked_for() -> None:
    reading = read(column("3月5日-7日", "2023年第一季度", "3月上旬", "3月5日、12日"))

    assert [date for (date,) in records(reading, "date")] == ["2023-03-05~2023-03-07", "2023-01~2023-03", "2023-03"]
    assert errors(reading) == {("date-several", "A5")}
    assert {("date-from-range", "A2"), ("date-month-only", "A3"), ("date-month-only", "A4")} <= marks(reading.findings)


# --- columns that stand in -----------------------------------------------------------------------------------------------------


def test_a_report_date_stands_in_row_by_row_and_is_said_once() -> None:
    reading = read(
        """
        刊发日期 | 报送日期 | 标题 | 刊发媒体 | 是否采用
        2023-03-05 | 2023-03-01 | 春灌 | 市日报 | 是
        | 2023-03-02 | 保供 | | 否
        | 2023-03-03 | 抢修 | | 否
        | | 检修 | | 否
        """
    )

    assert [date for (date,) in records(reading, "date")] == ["2023-03-05", "2023-03-02", "2023-03-03"]
    assert marks(reading.findings, "date-column-assumed") == {("date-column-assumed", "B1")}
    assert errors(reading) == {("date-missing", "A5")}


def test_a_whole_column_may_stand_in() -> None:
    articles = read("报送日期 | 标题 | 刊发媒体\n2023-03-05 | 春灌 | 市日报")
    incidents = read("发布时间 | 标题 | 处置状态\n2023-03-05 | 停水 | 办结", file="东坡水厂2023年舆情.xlsx")

    for reading in (articles, incidents):
        assert records(reading, "date") == [("2023-03-05",)]
        assert marks(reading.findings, "date-column-assumed") == {("date-column-assumed", "A1")}


# --- quantities ------------------------------------------------------------------------------------------------------------------


def test_the_quantities_of_a_column() -> None:
    cells = ["25", "25人", "约100", "100余人次", "/", "无", "", "党员20人、群众5人", "25（含线上10人）"]
    reading = read(
        "\n".join(["学习时间 | 学习形式 | 实到人数", *(f"2023-03-0{i} | 党课 | {c}" for i, c in enumerate(cells, 1))])
    )

    assert [value for (value,) in records(reading, "attend_count")] == [
        25, 25, (90, 100, 110), (101, 100, 199), "/", 0, "?", 25, 25,
    ]  # fmt: skip
    assert marks(reading.findings) == {("quantity-approximate", "C4"), ("quantity-approximate", "C5")}


def test_a_blank_or_unreadable_count_of_sessions_is_one() -> None:
    reading = read("学习时间 | 学习形式 | 次数\n2023-03-05 | 党课 |\n2023-03-06 | 党课 | 若干\n2023-03-07 | 党课 | 2")

    assert records(reading, "sessions") == [(1,), (1,), (2,)]
    assert errors(reading) == {("quantity-ambiguous", "C3")}


def test_names_where_a_number_should_stand_are_not_repeated() -> None:
    reading = read("学习时间 | 学习形式 | 实到人数\n2023-03-05 | 党课 | 甲某、乙某")

    assert errors(reading) == {("quantity-invalid", "C2")}
    assert "甲" not in repr((reading.findings, reading.tables[0].columns))


def test_money_is_kept_in_ten_thousands() -> None:
    reading = read(
        """
        指标 | 数值 | 计量单位 | 时间
        帮扶资金 | 12500 | 元 | 2023上半年
        帮扶资金 | 1.5 | 万元 | 2023上半年
        志愿服务人次 | 1.2 | 万人次 | 2023上半年
        二等奖数 | 2 | 万元 | 2023上半年
        """,
        file="东坡水厂2023年上半年直报指标.xlsx",
    )

    assert records(reading, "value") == [(1.25,), (1.5,), (12000,), ("?",)]
    assert errors(reading) == {("quantity-ambiguous", "B5")}


# --- stated totals -----------------------------------------------------------------------------------------------------------------

ROWS = "学习时间 | 学习形式 | 次数 | 实到人数\n2023-03-05 | 党课 | 1 | 12\n2023-03-06 | 党课 | 1 | 3\n2023-03-07 | 党课 | 1 | 5\n"


def test_a_total_that_differs_names_the_row_that_explains_it() -> None:
    reading = read(ROWS + "合计 | | 3 | 23")

    assert marks(reading.findings) == {("total-mismatch", "D5")}
    said = values(reading.findings, "total-mismatch")
    assert said == {"stated": "23", "counted": "20", "header": "实到人数", "rows": "第3行"}


def test_a_total_over_an_unreadable_number_names_its_row() -> None:
    reading = read(ROWS.replace("| 5\n", "| 若干\n") + "合计 | | 3 | 21")

    assert values(reading.findings, "total-mismatch")["rows"] == "第4行"


def test_a_table_that_is_not_counted_has_no_totals_to_disagree() -> None:
    reading = read("学习时间 | 次数 | 实到人数\n2023-03-05 | 1 | 12\n合计 | 1 | 13", file="东坡水厂2023年学习台账.xlsx")

    assert {code for code, _ in marks(reading.findings)} == {"column-missing"}


@pytest.mark.parametrize(
    "total", ["合计 | | 3 | #REF!", "合计 | | 3 | =", "累计 | | 9 | 99", "其中 | | 1 | 9", "合计 | | | "]
)
def test_a_total_that_states_nothing_of_these_rows_is_not_compared(total: str) -> None:
    assert not read(ROWS + total).findings


@pytest.mark.parametrize(("cell", "said"), [("20-30", "20-30"), ("两场20人", "两场20人"), ("张某12、李某13", None)])
def test_a_number_beside_what_may_be_a_name_is_not_repeated(cell: str, said: str | None) -> None:
    reading = read(f"学习时间 | 学习形式 | 实到人数\n2023-03-05 | 党课 | {cell}")

    assert values(reading.findings, "quantity-ambiguous").get("found") == said
