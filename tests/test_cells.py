"""What one cell of a ledger means: every style of quantity and date that the domain names, and what must hold for all."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest import cells, moments, quantities
from pipeline.model import (
    ABOUT,
    ALMOST,
    DAY,
    EXACT,
    HALF,
    MICRO,
    MONTH,
    MORE,
    NOT_APPLICABLE,
    QUARTER,
    RANGE,
    UNKNOWN,
    YEAR,
    Cell,
)

# --- quantities ------------------------------------------------------------------------------------------------------


def units(quantity: quantities.Quantity) -> tuple[Fraction | int, ...]:
    """Value, low and high, in ones."""
    return Fraction(quantity.value, MICRO), Fraction(quantity.low, MICRO), Fraction(quantity.high, MICRO)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (25, 25),
        (25.0, 25),
        (0.0, 0),
        ("25", 25),
        (" 25 ", 25),
        ("25人", 25),
        ("25 人", 25),
        ("25人次", 25),
        ("2场次", 2),
        ("３期", 3),
        ("25.0", 25),
        ("25。", 25),
        ("２５", 25),
        ("二十五", 25),
        ("廿五", 25),
        ("卅", 30),
        ("十", 10),
        ("两", 2),
        ("两个", 2),
        ("两百", 200),
        ("一百零五", 105),
        ("一百二", 120),
        ("一百一十五人", 115),
        ("一〇八", 108),
        ("一万零二", 10_002),
        ("一亿二千万", 120_000_000),
        ("零", 0),
        ("〇", 0),
        ("0", 0),
        ("无", 0),
        ("没有", 0),
        ("1,200", 1200),
        ("1，200", 1200),
        ("1,234,567", 1_234_567),
        ("1.2万", 12_000),
        ("1.2w", 12_000),
        ("1.2W", 12_000),
        ("1万2", 12_000),
        ("1万2千", 12_000),
        ("1万2000", 12_000),
        ("一万二", 12_000),
        ("3千", 3000),
        ("共25人", 25),
        ("合计25人", 25),
        ("25（含线上10人）", 25),
        ("25人(含线上10人)", 25),
        ("25【线上】", 25),
        ("党员25人", 25),
        ("党员20人、群众5人", 25),
        ("党员20人，群众5人", 25),
        ("党员20人\n群众5人", 25),
        ("党员二十人、群众五人", 25),
        ("党员20人（含预备1人）、群众5名", 25),
        ("一车间1,200人；二车间300人", 1500),
        ("20人+5人", 25),
    ],
)
def test_a_stated_number_is_exact(cell: Cell, number: int) -> None:
    assert quantities.quantity(cell) == quantities.Quantity(number * MICRO, number * MICRO, number * MICRO, EXACT)


@pytest.mark.parametrize(
    ("cell", "value", "low", "high", "kind"),
    [
        ("约100人", 100, 90, 110, ABOUT),
        ("大约100", 100, 90, 110, ABOUT),
        ("100人左右", 100, 90, 110, ABOUT),
        ("约33", 33, 30, 36, ABOUT),
        ("近50", 50, 48, 49, ALMOST),
        ("近百人", 100, 95, 99, ALMOST),
        ("100余人次", 100, 101, 199, MORE),
        ("百余人", 100, 101, 199, MORE),
        ("100多", 100, 101, 199, MORE),
        ("一百多人", 100, 101, 199, MORE),
        ("120余", 120, 121, 129, MORE),
        ("30+", 30, 31, 39, MORE),
        ("30＋", 30, 31, 39, MORE),
        (">30", 30, 31, 39, MORE),
        ("＞30", 30, 31, 39, MORE),
        ("30以上", 30, 31, 39, MORE),
        ("30人以上", 30, 31, 39, MORE),
        ("超过30人", 30, 31, 39, MORE),
        ("十余人", 10, 11, 19, MORE),
        ("1.3万余", 13_000, 13_001, 13_999, MORE),
        ("三十余万", 300_000, 300_001, 399_999, MORE),
        ("三四十", 30, 30, 49, RANGE),
        ("三四百", 300, 300, 499, RANGE),
        ("三四万人", 30_000, 30_000, 49_999, RANGE),
        ("四五人", 4, 4, 5, RANGE),
        ("两三次", 2, 2, 3, RANGE),
        ("十七八人", 17, 17, 18, RANGE),
        ("一百二三十", 120, 120, 139, RANGE),
    ],
)
def test_an_approximate_number_is_an_interval(cell: str, value: int, low: int, high: int, kind: int) -> None:
    assert quantities.quantity(cell) == quantities.Quantity(value * MICRO, low * MICRO, high * MICRO, kind)


@pytest.mark.parametrize("cell", [None, "", "  ", "\u3000", "\n"])
def test_a_blank_is_unknown_and_no_problem(cell: Cell) -> None:
    assert quantities.quantity(cell) == quantities.Quantity(0, 0, 0, UNKNOWN)


@pytest.mark.parametrize("cell", ["/", "／", "—", "-", "－", "——", "--", "╱", " / ", "不适用", "N/A"])
def test_a_stroke_is_not_applicable(cell: str) -> None:
    assert quantities.quantity(cell) == quantities.Quantity(0, 0, 0, NOT_APPLICABLE)


@pytest.mark.parametrize("cell", ["同上", " 同 上 ", "〃", "″"])
def test_ditto_asks_for_the_cell_above(cell: str) -> None:
    assert quantities.quantity(cell) == quantities.Quantity(0, 0, 0, UNKNOWN, same=True)
    assert moments.when(cell) == moments.When(0, 0, DAY, same=True)


@pytest.mark.parametrize(
    ("problem", "cell"),
    [
        *(
            ("quantity-invalid", cell)
            for cell in (
                *("全体", "全体党员", "张三", "张三、李四", "王五", "若有", "abc", "12abc", "25②", "10²", "½", "。"),
                *("第三次", "第3次", "95%", "百分之九十五", "1.2.3", "人", "全" * 200, "9" * 5000),
                *(True, False, float("nan"), float("inf"), -float("inf"), 9e12, 10**400),
                *(datetime(2023, 3, 5), date(2023, 3, 5), time(9, 30), timedelta(hours=1)),
            )
        ),
        *(
            ("quantity-ambiguous", cell)
            for cell in (
                *("20-30", "20~30人", "20至30", "20—30", "20 30", "20\n30人", "3/5", "几十人", "数十", "十几", "若干"),
                *(
                    "党员20、群众5",
                    "20+5",
                    "20人、5次",
                    "应到30人、实到25人",
                    "共25人，其中党员20人",
                    "每场20人、共5场",
                ),
                *("两场20人", "三至四人", "三点五人", "上百人", "百人", "二五", "1万25", "25（30）", "约100余人"),
                *("至少30", "不到30人", "≥30", "30人以内", "25+", "近10"),
            )
        ),
        *(("quantity-negative", cell) for cell in (-5, -5.0, "-5", "－5人", "−5", "负5")),
        *(("quantity-fraction", cell) for cell in (12.5, "12.5", "12.5人", "1.23456万", 0.95)),
    ],
)
def test_what_is_no_count_is_unknown_with_its_code(problem: str, cell: Cell) -> None:
    assert quantities.quantity(cell) == quantities.Quantity(0, 0, 0, UNKNOWN, problem)


@pytest.mark.parametrize(
    ("cell", "scale", "value", "low", "high"),
    [
        ("12.35", 1, "12.35", "12.35", "12.35"),
        (12.35, 1, "12.35", "12.35", "12.35"),
        (0.1 + 0.2, 1, "0.3", "0.3", "0.3"),
        ("约33", 1, "33", "29.7", "36.3"),
        ("50000", Fraction(1, 10_000), "5", "5", "5"),
        ("5000余", Fraction(1, 10_000), "0.5", "0.5001", "0.5999"),
        ("90", Fraction(1, 60), "1.5", "1.5", "1.5"),
    ],
)
def test_measures_are_kept_to_the_millionth(cell: Cell, scale: Fraction, value: str, low: str, high: str) -> None:
    read = quantities.quantity(cell, whole=False, scale=Fraction(scale))
    assert units(read) == (Fraction(value), Fraction(low), Fraction(high))


@pytest.mark.parametrize(
    ("cell", "scale", "number"),
    [
        ("5万元", Fraction(1), 5),
        ("5万元", Fraction(1, 10_000), 5),
        ("50000元", Fraction(1), 5),
        ("90分钟", Fraction(1), Fraction(3, 2)),
        ("1.5小时", Fraction(1, 60), Fraction(3, 2)),
        ("2学时", Fraction(1, 60), 2),
    ],
)
def test_money_and_time_with_their_own_unit_do_not_take_the_columns(cell: str, scale: Fraction, number: int) -> None:
    """Money is kept in 万元 and time in hours."""
    assert units(quantities.quantity(cell, whole=False, scale=scale))[0] == number


@pytest.mark.parametrize("cell", ["1.2", 1.2, "1.2万", "1.2w", "1万2千"])
def test_ten_thousand_is_applied_once_whether_header_or_cell_says_so(cell: Cell) -> None:
    assert units(quantities.quantity(cell, scale=Fraction(10_000)))[0] == 12_000


def test_an_approximation_under_a_header_in_ten_thousands_is_widened_after_scaling() -> None:
    assert units(quantities.quantity("1.3余", scale=Fraction(10_000))) == (13_000, 13_001, 13_999)


def chinese(number: int) -> str:
    """The standard numeral of a number below 10 000, built digit by digit."""
    digits, places = "零一二三四五六七八九", ("", "十", "百", "千")
    written = ""
    for place in range(len(str(number)) - 1, -1, -1):
        digit = number // 10**place % 10
        written += digits[digit] + (places[place] if digit else "")
    while "零零" in written:
        written = written.replace("零零", "零")
    return written.rstrip("零") or "零"


@given(st.integers(0, 9_999_999_999))
def test_an_integer_reads_back_however_its_figures_are_written(number: int) -> None:
    full_width = str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    for cell in (number, float(number), str(number), f"{number:,}", full_width, f"{number}人", f"共{number}人次"):
        assert units(quantities.quantity(cell)) == (number, number, number)


@given(st.integers(0, 9999), st.integers(1, 9999))
def test_an_integer_in_chinese_numerals_reads_back(low: int, high: int) -> None:
    assert units(quantities.quantity(chinese(low)))[0] == low
    joint = "" if low >= 1000 or low == 0 else "零"
    written = f"{chinese(high)}万{joint}{chinese(low) if low else ''}"
    assert units(quantities.quantity(written))[0] == high * 10_000 + low


@given(st.decimals(0, 10**9, places=6))
def test_a_decimal_is_exact_to_the_millionth(number: object) -> None:
    assert units(quantities.quantity(str(number), whole=False))[0] == Fraction(str(number))


@given(st.integers(10, 10**6), st.booleans())
def test_about_contains_the_number_and_almost_and_more_lie_on_their_side(number: int, whole: bool) -> None:
    about = quantities.quantity(f"约{number}", whole=whole)
    assert about.low <= about.value <= about.high
    almost, more = quantities.quantity(f"近{number}", whole=whole), quantities.quantity(f"{number}余", whole=whole)
    assert almost.problem or almost.low <= almost.high < almost.value
    assert more.problem or more.value < more.low <= more.high


@given(st.sampled_from("一二三四五六七八"), st.sampled_from(["", "十", "百", "千", "万", "十万"]))
def test_adjacent_numerals_span_both(digit: str, unit: str) -> None:
    first = "一二三四五六七八九".index(digit) + 1
    size = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 10_000, "十万": 100_000}[unit]
    read = quantities.quantity(f"{digit}{'一二三四五六七八九'[first]}{unit}人")
    assert units(read) == (first * size, first * size, (first + 2) * size - 1)


# --- dates -----------------------------------------------------------------------------------------------------------


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


# --- sets and texts --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        ("中心组学习、第一议题", ("中心组学习", "第一议题")),
        ("a，b,c；d;e/f+g＋h&i", ("a", "b", "c", "d", "e", "f", "g", "h", "i")),
        ("中心组学习\r\n第一议题\n", ("中心组学习", "第一议题")),
        (" 党员 、、 群众 ", ("党员", "群众")),
        ("中心组（扩大、视频）学习、党课", ("中心组（扩大、视频）学习", "党课")),
        ("“读书、思考”活动；党课", ("“读书、思考”活动", "党课")),
        ("《论党、论国》、党课", ("《论党、论国》", "党课")),
        ("党员（含预备、群众", ("党员（含预备", "群众")),
        (3.0, ("3",)),
        ("/", ()),
        ("", ()),
        (None, ()),
    ],
)
def test_a_set_is_parted_outside_brackets_and_quotes(cell: Cell, values: tuple[str, ...]) -> None:
    assert cells.parts(cell) == values


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (None, ""),
        ("  党课 ", "党课"),
        ("２５", "２５"),
        (25, "25"),
        (25.0, "25"),
        (12.35, "12.35"),
        (1e16, "10000000000000000"),
        (float("nan"), "nan"),
        (True, "TRUE"),
        (date(2023, 3, 5), "2023-03-05"),
        (datetime(2023, 3, 5), "2023-03-05"),
        (datetime(2023, 3, 5, 14, 30), "2023-03-05 14:30"),
        (time(9, 30), "09:30"),
        (timedelta(hours=26, minutes=5), "26:05"),
    ],
)
def test_a_cell_reads_as_it_looks(cell: Cell, written: str) -> None:
    assert cells.text(cell) == written


# --- whatever stands there -------------------------------------------------------------------------------------------

ledger_like = st.text(
    "0123456789０５.,，、-—~至/:： \n年月日号时上下半第季度旬二三十百千万亿余约近多人次元（）()+%几同上廿〇ＱT",
    max_size=24,
)
anything = st.one_of(
    st.none(),
    st.booleans(),
    st.text(),
    ledger_like,
    st.integers(),
    st.floats(),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(),
)


@given(anything, st.booleans(), st.sampled_from([Fraction(1), Fraction(10_000), Fraction(1, 10_000), Fraction(1, 60)]))
def test_every_cell_gives_a_quantity_that_holds_together(cell: Cell, whole: bool, scale: Fraction) -> None:
    read = quantities.quantity(cell, whole=whole, scale=scale)
    assert 0 <= read.low <= read.high < 2**63
    assert 0 <= read.value < 2**63
    assert read.low <= read.value <= read.high or read.kind in (ALMOST, MORE)
    assert not (read.problem or read.same) or (read.value, read.high, read.kind) == (0, 0, UNKNOWN)
    assert not whole or read.value % MICRO == read.low % MICRO == read.high % MICRO == 0


@given(anything, st.none() | st.just(2023), st.none() | st.just(3), st.booleans())
def test_every_cell_gives_a_date_that_holds_together(
    cell: Cell, year: int | None, month: int | None, date_1904: bool
) -> None:
    read = moments.when(cell, year=year, month=month, date_1904=date_1904)
    assert read.end % 86_400 == 0
    assert read.start // 86_400 <= read.end // 86_400
    assert read.timed == (read.start % 86_400 > 0)
    assert not (read.problem or read.same) or read.start == read.end == 0
    assert read.problem or read.same or seconds(1990, 1, 1) <= read.start <= read.end + 86_399 < seconds(2101, 1, 1)


@given(anything)
def test_every_cell_has_a_text_and_parts_of_it(cell: Cell) -> None:
    assert all(part in cells.text(cell) for part in cells.parts(cell))
