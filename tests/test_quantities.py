"""What a cell says of how many: every style that the domain names, and what must hold for all."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from odd_cells import ANYTHING, chinese

from pipeline.ingest import moments, quantities
from pipeline.model import (
    ABOUT,
    ALMOST,
    DAY,
    EXACT,
    MICRO,
    MORE,
    NOT_APPLICABLE,
    RANGE,
    UNKNOWN,
    Cell,
)


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


@given(ANYTHING, st.booleans(), st.sampled_from([Fraction(1), Fraction(10_000), Fraction(1, 10_000), Fraction(1, 60)]))
def test_every_cell_gives_a_quantity_that_holds_together(cell: Cell, whole: bool, scale: Fraction) -> None:
    read = quantities.quantity(cell, whole=whole, scale=scale)
    assert 0 <= read.low <= read.high < 2**63
    assert 0 <= read.value < 2**63
    assert read.low <= read.value <= read.high or read.kind in (ALMOST, MORE)
    assert not (read.problem or read.same) or (read.value, read.high, read.kind) == (0, 0, UNKNOWN)
    assert not whole or read.value % MICRO == read.low % MICRO == read.high % MICRO == 0
