"""What a cell says of when: every style that the domain names, and what must hold for all."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from odd_cells import ANYTHING, chinese

from pipeline.ingest import moments
from pipeline.model import (
    DAY,
    HALF,
    MONTH,
    QUARTER,
    YEAR,
    Cell,
)


def seconds(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    return int((datetime(year, month, day, hour, minute) - datetime(1970, 1, 1)).total_seconds())


MARCH_5 = seconds(2023, 3, 5)


@pytest.mark.parametrize(
    "cell",
    [
        date(2023, 3, 5),
        datetime(2023, 3, 5),
        "2023.3.5",
        "2023.03.05",
        "2023．3．5",
        "２０２３．３．５",
        "2023。3。5",
        "2023/3/5",
        "2023-3-5",
        "2023—3—5",
        "2023. 3. 5",
        "2023年3月5日",
        "2023年03月05日",
        "2023年 3月 5日",
        "2023年\n3月5日",
        "2023年3月5号",
        "2023年3月5",
        "2023年3.5",
        "二〇二三年三月五日",
        "二○二三年三月五日",
        "2023年三月五日",
        "20230305",
        20230305,
        20230305.0,
        "23.3.5",
        "23-3-5",
        "23/03/05",
        "23年3月5日",
        "44990",
        44990,
        44990.0,
        "2023/3/5 星期日",
        "2023年3月5日（周日）",
        "2023年3月5日星期天",
        "2023-03-05 00:00:00",
        "2023-03-05T00:00:00",
        "2023年3月5日下午",
        "2023年3月5日（线上）",
        "2023.3.5.",
    ],
)
def test_a_full_date_is_that_day_without_notes(cell: Cell) -> None:
    assert moments.when(cell) == moments.When(MARCH_5, MARCH_5, DAY)


@pytest.mark.parametrize(
    "cell",
    ["3月5日", "3月5号", "03月05日", "3 月 5 日", "三月五日", "3.5", "3.05", "3/5", "3月5日（周日）", 3.05],
)
def test_a_missing_year_is_taken_from_the_sheet_and_said_else_asked(cell: Cell) -> None:
    assert moments.when(cell, year=2023) == moments.When(MARCH_5, MARCH_5, DAY, notes=("date-year-assumed",))
    assert moments.when(cell).problem == "date-ambiguous"


@pytest.mark.parametrize(
    ("cell", "month", "day"),
    [("十二月二十一日", 12, 21), ("十月十日", 10, 10), ("元月五日", 1, 5), ("6月三十日", 6, 30), ("3-15", 3, 15)],
)
def test_months_and_days_in_chinese_numerals(cell: str, month: int, day: int) -> None:
    assert moments.when(cell, year=2023).start == seconds(2023, month, day)


@pytest.mark.parametrize(
    ("cell", "hour", "minute"),
    [
        (datetime(2023, 3, 5, 14, 30), 14, 30),
        (datetime(2023, 3, 5, 14, 29, 59, 999_999), 14, 30),
        ("2023年3月5日 14:30", 14, 30),
        ("2023年3月5日14:30", 14, 30),
        ("2023年3月5日14：30", 14, 30),
        ("2023-03-05T14:30", 14, 30),
        ("2023-03-05 14:30:00", 14, 30),
        ("2023/3/5 星期日 14:30", 14, 30),
        ("20230305 14:30", 14, 30),
        ("2023年3月5日14时30分", 14, 30),
        ("2023年3月5日九点半", 9, 30),
        ("2023年3月5日9时", 9, 0),
        ("2023年3月5日上午9:30", 9, 30),
        ("2023.3.5 下午9:30", 21, 30),
        ("2023.3.5下午2点30分", 14, 30),
        ("2023年3月5日中午12点", 12, 0),
        ("2023年3月5日中午1点", 13, 0),
        ("2023年3月5日晚上8点", 20, 0),
        ("2023年3月5日9:00-11:00", 9, 0),
        ("2023.3.5 上午9:00至11:30", 9, 0),
        ("44990.5", 12, 0),
        (44990.25, 6, 0),
    ],
)
def test_a_time_of_day_is_kept_and_the_event_ends_that_day(cell: Cell, hour: int, minute: int) -> None:
    assert moments.when(cell) == moments.When(seconds(2023, 3, 5, hour, minute), MARCH_5, DAY, timed=True)


@pytest.mark.parametrize(
    ("cell", "start", "end"),
    [
        ("3月5日-7日", (2023, 3, 5), (2023, 3, 7)),
        ("3月5-7日", (2023, 3, 5), (2023, 3, 7)),
        ("3月5日至7日", (2023, 3, 5), (2023, 3, 7)),
        ("3月5日到3月7日", (2023, 3, 5), (2023, 3, 7)),
        ("三月五日至七日", (2023, 3, 5), (2023, 3, 7)),
        ("3.5-3.7", (2023, 3, 5), (2023, 3, 7)),
        ("3.5-7", (2023, 3, 5), (2023, 3, 7)),
        ("6.29—7.2", (2023, 6, 29), (2023, 7, 2)),
    ],
)
def test_a_range_without_a_year_is_one_event_at_its_start(
    cell: str, start: tuple[int, ...], end: tuple[int, ...]
) -> None:
    notes = ("date-year-assumed", "date-from-range")
    assert moments.when(cell, year=2023) == moments.When(seconds(*start), seconds(*end), DAY, notes=notes)
    assert moments.when(cell).problem == "date-ambiguous"


@pytest.mark.parametrize(
    ("cell", "start", "end"),
    [
        ("2023.3.5-3.7", (2023, 3, 5), (2023, 3, 7)),
        ("2023.3.5-7", (2023, 3, 5), (2023, 3, 7)),
        ("2023-3-5-3-7", (2023, 3, 5), (2023, 3, 7)),
        ("2023-12-05-07", (2023, 12, 5), (2023, 12, 7)),
        ("23-3-15-3-17", (2023, 3, 15), (2023, 3, 17)),
        ("2023年3月5日至3月7日", (2023, 3, 5), (2023, 3, 7)),
        ("2023年3月30日—4月2日", (2023, 3, 30), (2023, 4, 2)),
        ("2023/3/5~2023/3/7", (2023, 3, 5), (2023, 3, 7)),
        ("2023-03-05 至 2023-03-07", (2023, 3, 5), (2023, 3, 7)),
        ("2022年12月30日至2023年1月2日", (2022, 12, 30), (2023, 1, 2)),
    ],
)
def test_a_range_ends_on_its_last_day(cell: str, start: tuple[int, ...], end: tuple[int, ...]) -> None:
    assert moments.when(cell) == moments.When(seconds(*start), seconds(*end), DAY, notes=("date-from-range",))


def test_a_range_with_times_starts_at_the_first() -> None:
    read = moments.when("2023年3月5日9:00至3月6日17:00")
    assert (read.start, read.end, read.timed) == (seconds(2023, 3, 5, 9), seconds(2023, 3, 6), True)


@pytest.mark.parametrize(
    ("cell", "precision", "start", "end"),
    [
        ("2023年3月", MONTH, (2023, 3, 1), (2023, 3, 31)),
        ("2023年3月份", MONTH, (2023, 3, 1), (2023, 3, 31)),
        ("2023年2月", MONTH, (2023, 2, 1), (2023, 2, 28)),
        ("二〇二三年十二月", MONTH, (2023, 12, 1), (2023, 12, 31)),
        ("2023.3", MONTH, (2023, 3, 1), (2023, 3, 31)),
        (2023.3, MONTH, (2023, 3, 1), (2023, 3, 31)),
        ("2023-03", MONTH, (2023, 3, 1), (2023, 3, 31)),
        ("202303", MONTH, (2023, 3, 1), (2023, 3, 31)),
        ("2023年3月上旬", MONTH, (2023, 3, 1), (2023, 3, 31)),
        ("2023年第一季度", QUARTER, (2023, 1, 1), (2023, 3, 31)),
        ("2023Q4", QUARTER, (2023, 10, 1), (2023, 12, 31)),
        ("2023年上半年", HALF, (2023, 1, 1), (2023, 6, 30)),
        ("2023下半年", HALF, (2023, 7, 1), (2023, 12, 31)),
        ("2023年", YEAR, (2023, 1, 1), (2023, 12, 31)),
        ("2023年度", YEAR, (2023, 1, 1), (2023, 12, 31)),
        ("2023", YEAR, (2023, 1, 1), (2023, 12, 31)),
        (2023.0, YEAR, (2023, 1, 1), (2023, 12, 31)),
    ],
)
def test_a_coarse_date_spans_its_month_quarter_half_or_year(
    cell: Cell, precision: int, start: tuple[int, ...], end: tuple[int, ...]
) -> None:
    assert moments.when(cell) == moments.When(seconds(*start), seconds(*end), precision, notes=("date-month-only",))


@pytest.mark.parametrize(
    ("cell", "precision", "start", "end"),
    [
        *((cell, MONTH, (2023, 3, 1), (2023, 3, 31)) for cell in (3, 3.0, "3", "03", "3月", "3 月", "三月", "3月份")),
        *((cell, MONTH, (2023, 3, 1), (2023, 3, 31)) for cell in ("3月上旬", "3月中旬", "3月下旬", "3月初", "3月底")),
        *((cell, QUARTER, (2023, 1, 1), (2023, 3, 31)) for cell in ("第一季度", "一季度", "1季度", "Q1", "Ｑ１")),
        ("四季度", QUARTER, (2023, 10, 1), (2023, 12, 31)),
        ("上半年", HALF, (2023, 1, 1), (2023, 6, 30)),
        ("下半年", HALF, (2023, 7, 1), (2023, 12, 31)),
    ],
)
def test_a_coarse_date_without_a_year_says_both(
    cell: Cell, precision: int, start: tuple[int, ...], end: tuple[int, ...]
) -> None:
    notes = ("date-year-assumed", "date-month-only")
    assert moments.when(cell, year=2023) == moments.When(seconds(*start), seconds(*end), precision, notes=notes)
    assert moments.when(cell).problem == "date-ambiguous"


@pytest.mark.parametrize("cell", ["2023年1-6月", "2023年1月至6月", "2023年1月-2023年6月"])
def test_a_range_of_months_spans_them_all(cell: str) -> None:
    notes = ("date-month-only", "date-from-range")
    assert moments.when(cell) == moments.When(seconds(2023, 1, 1), seconds(2023, 6, 30), MONTH, notes=notes)


@pytest.mark.parametrize(
    ("number", "days"),
    [(6.3, (3, 30)), (6.1, (1, 10)), (6.2, (2, 20)), (10.1, (1, 10)), (2.2, (2, 20))],
)
def test_a_number_that_may_have_lost_its_zero_has_two_readings(number: float, days: tuple[int, int]) -> None:
    readings = tuple(seconds(2023, int(number), day) for day in days)
    read = moments.when(number, year=2023)
    assert (read.problem, read.start, read.end, read.readings) == ("date-ambiguous", 0, 0, readings)
    for reading in readings:
        assert moments.settled(read, reading) == moments.When(reading, reading, DAY, notes=("date-year-assumed",))


@pytest.mark.parametrize(
    ("cell", "month", "day"),
    [(6.29, 6, 29), (6.4, 6, 4), (2.3, 2, 3), (6.03, 6, 3), ("6.3", 6, 3), ("6.30", 6, 30), (12.31, 12, 31)],
)
def test_a_number_with_one_possible_reading_and_any_text_is_that_day(cell: Cell, month: int, day: int) -> None:
    day_meant = seconds(2023, month, day)
    assert moments.when(cell, year=2023) == moments.When(day_meant, day_meant, DAY, notes=("date-year-assumed",))


def test_a_year_and_month_that_may_have_lost_a_zero_settle_on_the_whole_month() -> None:
    read = moments.when(2023.1)
    assert read.readings == (seconds(2023, 1, 1), seconds(2023, 10, 1))
    assert moments.settled(read, read.readings[1]).end == seconds(2023, 10, 31)


def test_a_serial_number_counts_from_the_epoch_of_its_book() -> None:
    assert moments.when("45000").start == seconds(2023, 3, 15)
    assert moments.when(43538.0, date_1904=True).start == seconds(2023, 3, 15)


@pytest.mark.parametrize(("serial", "day"), [(32874, (1990, 1, 1)), (65745, (2079, 12, 31))])
def test_serial_numbers_are_taken_from_1990_to_2079(serial: int, day: tuple[int, ...]) -> None:
    assert moments.when(serial).start == seconds(*day)


def test_a_day_alone_belongs_to_a_sheet_of_one_month() -> None:
    assert moments.when("5日", year=2023, month=3).start == MARCH_5
    assert moments.when("5日", year=2023).problem == "date-ambiguous"


@pytest.mark.parametrize(("month", "problem"), [(3, "date-ambiguous"), (5, ""), (None, "")])
def test_a_number_alone_may_be_a_day_in_a_sheet_of_another_month(month: int | None, problem: str) -> None:
    assert moments.when("5", year=2023, month=month).problem == problem


@pytest.mark.parametrize(
    ("problem", "cell"),
    [
        *(
            ("date-invalid", cell)
            for cell in (
                *(
                    "2月30日",
                    "2023年2月29日",
                    "2023-13-05",
                    "20231305",
                    "2023.3.32",
                    "2023年0月5日",
                    "3月0日",
                    "13",
                    "0",
                ),
                *("待定", "全体", "张三", "②月", "1899.1.1", "2101年1月1日", "1989", "2023年3月5日25:00", "一二月"),
                *(
                    "2023年3月7日至3月5日",
                    "3.7-3.5",
                    "2023年3月5日上午12点",
                    "约3月5日",
                    "2" * 7,
                    "9" * 5000,
                    "年" * 200,
                ),
                *(True, time(9, 30), timedelta(days=1), float("nan"), float("inf"), 1e300, 10**400, -3.5, 13.5),
                *(datetime(1900, 1, 1), datetime(9999, 12, 31), date(1989, 12, 31), 32873, 65746, "99999"),
            )
        ),
        *(("date-ambiguous", cell) for cell in ("3-5", "3—5", "5日")),
        *(("date-missing", cell) for cell in (None, "", " ", "/", "—", "无", "年  月  日", "-", " " * 200)),
        *(
            ("date-several", cell)
            for cell in (
                "3月5日、12日",
                "3.5、3.12",
                "3月5日\n3月12日",
                "3月5日和12日",
                "2023.3.5；2023.3.12",
                "3月5日-7日、12日",
            )
        ),
    ],
)
def test_what_is_no_date_has_its_code_and_no_time(problem: str, cell: Cell) -> None:
    assert moments.when(cell, year=2023) == moments.When(0, 0, DAY, problem=problem)


def test_a_day_that_only_leap_years_have_waits_for_its_year() -> None:
    assert moments.when("2月29日").problem == "date-ambiguous"
    assert moments.when("2月29日", year=2024).start == seconds(2024, 2, 29)
    assert moments.when("2月29日", year=2023).problem == "date-invalid"
    assert moments.when("2月30日").problem == "date-invalid"


days = st.dates(date(1990, 1, 1), date(2079, 12, 31))


@given(days)
def test_every_day_reads_back_from_every_full_style(day: date) -> None:
    year, month, number = day.year, day.month, day.day
    chinese_year = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(year))
    tens = chinese(number).removeprefix("一") if 10 <= number < 20 else chinese(number)
    styles: list[Cell] = [
        day,
        datetime(year, month, number),
        *(f"{year}{sign}{month}{sign}{number}" for sign in "./-．／－"),
        *(f"{year}{sign}{month:02d}{sign}{number:02d}" for sign in "./-"),
        f"{year}年{month}月{number}日",
        f"{year}年{month}月{number}号",
        f"{chinese_year}年{chinese(month).removeprefix('一') if month >= 10 else chinese(month)}月{tens}日",
        f"{day:%Y%m%d}",
        float(f"{day:%Y%m%d}"),
        f"{day:%Y-%m-%d} 00:00:00",
        f"{day} 星期{'一二三四五六日'[day.weekday()]}",
        str((day - date(1899, 12, 30)).days),
        float((day - date(1899, 12, 30)).days),
    ]
    if year >= 2000:
        styles += [f"{year % 100:02d}.{month}.{number}", f"{year % 100:02d}年{month}月{number}日"]
    for style in styles:
        assert moments.when(style) == moments.When(seconds(year, month, number), seconds(year, month, number), DAY), (
            style
        )


@given(days, st.integers(0, 40), st.sampled_from("-~—至～"))
def test_every_range_reads_back_and_never_runs_backwards(day: date, length: int, sign: str) -> None:
    last = day + timedelta(days=length)
    read = moments.when(f"{day.year}年{day.month}月{day.day}日{sign}{last.year}年{last.month}月{last.day}日")
    assert (read.start, read.end) == (seconds(day.year, day.month, day.day), seconds(last.year, last.month, last.day))
    if length:
        assert moments.when(f"{last:%Y.%m.%d}{sign}{day:%Y.%m.%d}").problem == "date-invalid"


@given(days, st.integers(1, 86_399))
def test_every_time_of_day_reads_back(day: date, second: int) -> None:
    moment = datetime(day.year, day.month, day.day) + timedelta(seconds=second)
    for cell in (
        moment,
        f"{moment:%Y-%m-%d %H:%M:%S}",
        f"{moment:%Y年%m月%d日%H时%M分%S秒}",
        f"{moment:%Y-%m-%dT%H:%M:%S}",
    ):
        read = moments.when(cell)
        assert (read.start, read.timed) == (seconds(day.year, day.month, day.day) + second, True)


@given(ANYTHING, st.none() | st.just(2023), st.none() | st.just(3), st.booleans())
def test_every_cell_gives_a_date_that_holds_together(
    cell: Cell, year: int | None, month: int | None, date_1904: bool
) -> None:
    read = moments.when(cell, year=year, month=month, date_1904=date_1904)
    assert read.end % 86_400 == 0
    assert read.start // 86_400 <= read.end // 86_400
    assert read.timed == (read.start % 86_400 > 0)
    assert not (read.problem or read.same) or read.start == read.end == 0
    assert read.problem or read.same or seconds(1990, 1, 1) <= read.start <= read.end + 86_399 < seconds(2101, 1, 1)
