"""Rounding and wording after domain §6: tables of cases, and the properties that hold for every number."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal

import pytest
from cn2an import cn2an
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.model import Figure, Indicator
from pipeline.period import Period
from pipeline.publish import rounding, words
from pipeline.publish.rounding import Number
from pipeline.publish.words import Comparison, Hedge

COUNTS = st.integers(0, 10**10)
MONEY = st.integers(0, 10**14).map(lambda millionths: Fraction(millionths, 10**6))
SHARES = st.builds(lambda part, whole: Fraction(min(part, whole), whole), COUNTS, st.integers(1, 10**7))
NUMBERS = COUNTS | MONEY | SHARES
WORDED = re.compile(r"(?P<around>[近约]?)(?P<digits>\d+(?:\.\d+)?)(?P<unit>[万亿]?)(?P<behind>余?)")


def indicator(measure_word: str, *, whole: bool = True, style: Literal["", "万"] = "") -> Indicator:
    return Indicator("x.x", "某指标", "x", "sum", measure_word, "all", whole=whole, style=style)


TIMES, PEOPLE, BRANCHES, READS = indicator("次"), indicator("人次"), indicator("个"), indicator("次", style="万")
RATE, MONEYS, HOURS = indicator("%", whole=False), indicator("万元", whole=False), indicator("小时", whole=False)


def known(value: Number | None, low: Number | None = None, high: Number | None = None) -> Figure:
    """A figure; without bounds an exact one."""
    bounds = value if low is None else low, value if high is None else high
    return Figure(Period.of(2023, "half", 1), 0, "all", "x.x", value, *bounds)


def styled(style: str, value: Number | None, measure_word: str = "") -> str:
    """A number as a template prints it in a style."""
    return words.figure(known(value), indicator(measure_word, whole=False), style, measure=True)


def worth(text: str) -> tuple[str, Fraction]:
    """The sign of approximation in a text, and the number that stands beside it."""
    match = WORDED.fullmatch(text)
    assert match, text
    assert not (match["around"] and match["behind"]), text
    size = {"": 1, "万": 10**4, "亿": 10**8}[match["unit"]]
    return match["around"] or match["behind"], Fraction(match["digits"]) * size


def significant(number: Fraction) -> int:
    """How many significant digits a number has; the zeros at its end are none."""
    return len(f"{Decimal(number.numerator) / number.denominator:f}".strip("0").replace(".", "").strip("0"))


# --- styles ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0"),
        (6, "6"),
        (1243, "1243"),
        (1234567, "1234567"),
        (Fraction("12.50"), "12.5"),
        (Fraction("12.345"), "12.35"),
        (Fraction("12.001"), "12"),
        (Fraction(24, 2), "12"),
        (Fraction("-0.001"), "0"),
        (-3, "-3"),
        (None, "【未知】"),
    ],
)
def test_exact_has_no_separators_and_no_trailing_zeros(value: Number | None, expected: str) -> None:
    assert words.exact(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (127, "120余"),
        (1243, "1200余"),
        (13856, "1.3万余"),
        (20001, "2万余"),
        (12345678, "1200万余"),
        (123456789, "1.2亿余"),
        (101, "100余"),
        (100, "100"),
        (120, "120"),
        (13000, "13000"),
        (12, "12"),
        (99, "99"),
        (9, "9"),
        (0, "0"),
        (Fraction("10.5"), "10余"),
        (Fraction("9.5"), "9.5"),
        (None, "【未知】"),
    ],
)
def test_more(value: Number | None, expected: str) -> None:
    assert styled("余", value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (96, "近100"),
        (95, "近100"),
        (94, "94"),
        (97, "近100"),
        (47, "47"),
        (48, "近50"),
        (19, "近20"),
        (100, "100"),
        (101, "101"),
        (1243, "近1300"),
        (1960, "近2000"),
        (13856, "近1.4万"),
        (9999, "近1万"),
        (9, "9"),
        (0, "0"),
        (Fraction("4.8"), "近5"),
        (None, "【未知】"),
    ],
)
def test_almost(value: Number | None, expected: str) -> None:
    assert styled("近", value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (296, "约300"),
        (1250, "约1300"),
        (1249, "约1200"),
        (13856, "约1.4万"),
        (Fraction("3.25"), "约3.3"),
        (300, "300"),
        (7, "7"),
        (Fraction("0.04"), "0.04"),
        (0, "0"),
        (None, "【未知】"),
    ],
)
def test_about(value: Number | None, expected: str) -> None:
    assert styled("约", value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (9999, "9999"),
        (10000, "1万"),
        (12345, "1.2万"),
        (12500, "1.3万"),
        (120000, "12万"),
        (99996000, "9999.6万"),
        (99999600, "1亿"),
        (123456789, "1.2亿"),
        (0, "0"),
        (None, "【未知】"),
    ],
)
def test_ten_thousands(value: Number | None, expected: str) -> None:
    assert styled("万", value) == expected


@pytest.mark.parametrize(
    ("value", "measure_word", "expected"),
    [
        (2, "个", "两个"),
        (2, "", "二"),
        (12, "个", "十二个"),
        (20, "次", "二十次"),
        (22, "次", "二十二次"),
        (105, "", "一百零五"),
        (110, "", "一百一十"),
        (1010, "", "一千零一十"),
        (100010, "", "十万零一十"),
        (Fraction("2.5"), "小时", "二点五小时"),
        (0, "个", "0个"),
        (100003088, "次", "100003088次"),
        (None, "个", "【未知】"),
    ],
)
def test_chinese(value: Number | None, measure_word: str, expected: str) -> None:
    assert styled("中文", value, measure_word) == expected


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (Fraction(1, 5), "20%"),
        (Fraction("0.952"), "95.2%"),
        (Fraction("0.3325"), "33.3%"),
        (Fraction("0.9996"), "100%"),
        (1, "100%"),
        (0, "0%"),
        (None, "【未知】"),
    ],
)
def test_percent(share: Number | None, expected: str) -> None:
    assert words.figure(known(share), RATE) == expected


def test_the_measure_word_stands_behind_the_sign_of_approximation() -> None:
    assert styled("余", 13856, "人次") == "1.3万余人次"
    assert styled("近", 96, "次") == "近100次"
    assert styled("约", 296, "人") == "约300人"
    assert styled("万", 12345, "次") == "1.2万次"


def test_ten_thousands_never_stand_before_ten_thousands() -> None:
    assert styled("余", 13856, "万元") == "13000余万元"
    assert styled("万", 13856, "万元") == "13856万元"


@given(value=NUMBERS)
def test_more_is_two_digits_strictly_below_the_value_or_exact(value: Number) -> None:
    sign, number = worth(styled("余", value))
    if sign:
        assert sign == "余"
        assert 10 <= number < value
        assert value - number < Fraction(10) ** (len(str(int(value))) - 2)
        assert significant(number) <= 2
    else:
        assert number == rounding.half_up(value, 2)


@given(value=NUMBERS)
def test_a_decimal_has_more_only_behind_ten_thousands(value: Number) -> None:
    assert not re.search(r"\.\d+余", styled("余", value))


@given(value=NUMBERS)
def test_almost_is_strictly_above_the_value_within_5_percent_or_exact(value: Number) -> None:
    sign, number = worth(styled("近", value))
    if sign:
        assert sign == "近"
        assert value < number
        assert number - value <= number / 20
        assert significant(number) <= 2
    else:
        assert number == rounding.half_up(value, 2)


@given(value=NUMBERS)
def test_about_is_the_nearest_of_two_digits_or_exact(value: Number) -> None:
    sign, number = worth(styled("约", value))
    if sign:
        assert sign == "约"
        assert number != value
        assert abs(number - value) <= Fraction(10) ** (len(str(int(value))) - 2) / 2
        assert significant(number) <= 2
    else:
        assert number == rounding.half_up(value, 2)


@given(value=st.integers(1, 9999))
def test_chinese_numerals_read_back_as_the_number(value: int) -> None:
    assert cn2an(styled("中文", value), "strict") == value


@pytest.mark.parametrize("style", [style for style in words.STYLES if style != "百分比"])
@given(value=NUMBERS | st.none())
def test_no_style_prints_what_a_program_would_print(style: str, value: Number | None) -> None:
    for written in (words.exact(value), styled(style, value), words.figure(known(value), RATE)):
        assert not re.search(r"nan|None|\.0(?!\d)|\.\d*0(?!\d)|e[+-]|/|[约近].*余", written)


# --- comparisons and lists -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "base", "kind", "expected"),
    [
        (12, 10, "同比", "同比增长20%"),
        (947, 1000, "同比", "同比下降5.3%"),
        (0, 10, "同比", "同比下降100%"),
        (10, 10, "同比", "与去年同期持平"),
        (0, 0, "同比", "与去年同期持平"),
        (10001, 10000, "同比", "与去年同期基本持平"),
        (9999, 10000, "同比", "与去年同期基本持平"),
        (5, 0, "同比", "去年同期为0"),
        (5, None, "同比", "无去年同期数据"),
        (None, 5, "同比", "【未知】"),
        (None, None, "同比", "【未知】"),
        (12, 10, "环比", "环比增长20%"),
        (8, 10, "环比", "环比下降20%"),
        (10, 10, "环比", "与上期持平"),
        (10001, 10000, "环比", "与上期基本持平"),
        (Fraction(22, 3), Fraction("7.333333333333333"), "同比", "与去年同期持平"),
        (5, 0, "环比", "上期为0"),
        (5, None, "环比", "无上期数据"),
        (Fraction("12.5"), 10, "同比", "同比增长25%"),
    ],
)
def test_change(value: Number | None, base: Number | None, kind: Comparison, expected: str) -> None:
    assert words.change(value, base, kind) == expected


@pytest.mark.parametrize(
    ("value", "base", "kind", "expected"),
    [
        (Fraction("0.952"), Fraction("0.94"), "同比", "同比提高1.2个百分点"),
        (Fraction("0.90"), Fraction("0.95"), "环比", "环比下降5个百分点"),
        (Fraction("0.05"), 0, "同比", "同比提高5个百分点"),
        (1, 1, "同比", "与去年同期持平"),
        (Fraction("0.9504"), Fraction("0.95"), "环比", "与上期基本持平"),
        (1, None, "同比", "无去年同期数据"),
        (None, 1, "同比", "【未知】"),
    ],
)
def test_shares_change_by_points(value: Number | None, base: Number | None, kind: Comparison, expected: str) -> None:
    assert words.change_points(value, base, kind) == expected


def test_the_change_of_an_approximate_number_is_approximate() -> None:
    assert words.change(12, 10, approximate=True) == "同比增长约20%"
    assert words.change(10, 10, approximate=True) == "与去年同期基本持平"
    assert words.change_points(Fraction("0.9"), 1, approximate=True) == "同比下降约10个百分点"


def test_the_change_of_a_figure_is_in_percent_or_in_points() -> None:
    half = Period.of(2023, "half", 1)
    sessions = Figure(half, 0, "all", "x.x", 12, 12, 12, previous=8, last_year=10)
    rate = Figure(half, 0, "all", "x.x", Fraction("0.9"), Fraction("0.9"), Fraction("0.9"), last_year=Fraction("0.8"))
    people = Figure(half, 0, "all", "x.x", 120, 108, 132, last_year=100)
    assert words.change_of(sessions, TIMES) == "同比增长20%"
    assert words.change_of(sessions, TIMES, "环比") == "环比增长50%"
    assert words.change_of(rate, RATE) == "同比提高10个百分点"
    assert words.change_of(rate, RATE, "环比") == "无上期数据"
    assert words.change_of(people, PEOPLE) == "同比增长约20%"


@given(value=COUNTS, base=COUNTS)
def test_the_direction_of_a_change_is_its_sign(value: int, base: int) -> None:
    text = words.change(value, base)
    assert ("增长" in text) <= (value > base)
    assert ("下降" in text) <= (value < base)
    assert (text == "与去年同期持平") == (value == base)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], "无"),
        (["A"], "A"),
        (["A", "B", "C"], "A、B、C"),
        (["A", "B", "C", "D", "E"], "A、B、C等5家单位"),
    ],
)
def test_listing(names: list[str], expected: str) -> None:
    assert words.listing(names) == expected


def test_listing_takes_a_limit_and_a_measure_word() -> None:
    assert words.listing(["1月", "2月", "5月"], 2, "个月") == "1月、2月等3个月"


# --- figures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figure", "indicator", "style", "expected"),
    [
        (known(1243), TIMES, "", "1243次"),
        (known(1243), TIMES, "余", "1200余次"),
        (known(96), TIMES, "近", "近100次"),
        (known(296), TIMES, "约", "约300次"),
        (known(13856), PEOPLE, "余", "1.3万余人次"),
        (known(12345), PEOPLE, "万", "1.2万人次"),
        (known(12345), READS, "", "1.2万次"),
        (known(2), BRANCHES, "中文", "两个"),
        (known(Fraction("12.5")), MONEYS, "", "12.5万元"),
        (known(Fraction("5.25")), HOURS, "", "5.3小时"),
        (known(Fraction("0.952")), RATE, "", "95.2%"),
        (known(Fraction("0.952")), RATE, "百分比", "95.2%"),
        (known(Fraction("0.952")), RATE, "约", "约95%"),
        (known(0), TIMES, "", "0次"),
        (known(0), BRANCHES, "中文", "0个"),
        (known(0), RATE, "", "0%"),
        (known(None), TIMES, "余", "【未知】"),
        (known(None), RATE, "", "【未知】"),
    ],
)
def test_figure(figure: Figure, indicator: Indicator, style: str, expected: str) -> None:
    assert words.figure(figure, indicator, style, measure=True) == expected


def test_only_the_percent_sign_stands_unless_the_measure_word_is_asked_for() -> None:
    assert words.figure(known(2), BRANCHES, "中文") == "两"
    assert words.figure(known(1), RATE) == "100%"


@pytest.mark.parametrize(
    ("figure", "style", "expected"),
    [
        (known(100, 101, 199), "", "100余次"),
        (known(30, 31, 39), "", "30余次"),
        (known(30, 31, 39), "余", "30余次"),
        (known(100, 101, 199), "约", "100余次"),
        (known(227, 228, 326), "", "约227次"),
        (known(227, 228, 326), "余", "220余次"),
        (known(50, 48, 49), "", "近50次"),
        (known(50, 48, 49), "近", "近50次"),
        (known(50, 48, 49), "余", "近50次"),
        (known(20, 19, 19), "", "近20次"),
        (known(100, 90, 110), "", "约100次"),
        (known(100, 90, 110), "余", "约100次"),
        (known(100, 90, 110), "近", "约100次"),
        (known(100, 90, 110), "约", "约100次"),
        (known(1234, 1224, 1244), "", "约1234次"),
        (known(1234, 1224, 1244), "余", "1200余次"),
        (known(1200, 1080, 1320), "余", "约1200次"),
        (known(12000, 10800, 13200), "万", "约1.2万次"),
        (known(10000, 10001, 19999), "万", "1万余次"),
        (known(12, 11, 13), "中文", "约十二次"),
        (known(20, 21, 29), "中文", "二十余次"),
        (known(6, 5, 7), "余", "约6次"),
    ],
)
def test_an_approximate_figure_is_never_worded_as_exact(figure: Figure, style: str, expected: str) -> None:
    assert words.figure(figure, TIMES, style, measure=True) == expected


def test_an_approximate_share_is_about() -> None:
    assert words.figure(known(Fraction(1, 2), Fraction(101, 200), Fraction(199, 200)), RATE) == "约50%"


@given(
    value=COUNTS,
    below=st.integers(-100, 10**4),
    above=st.integers(-100, 10**4),
    style=st.sampled_from(words.styles(TIMES)),
)
def test_bounds_apart_always_show_in_the_words(value: int, below: int, above: int, style: str) -> None:
    assume(-below < above)
    text = words.figure(known(value, value - below, value + above), TIMES, style)
    assert len(re.findall(r"[余近约]", text)) == 1


@pytest.mark.parametrize(
    ("indicator", "style", "named"),
    [(TIMES, "余次", "余"), (TIMES, "大约", "约"), (TIMES, "xyz", "中文"), (TIMES, "百分比", "余"), (RATE, "余", "约")],
)
def test_an_unsuitable_style_is_refused_and_another_is_named(indicator: Indicator, style: str, named: str) -> None:
    with pytest.raises(ValueError, match=f"“{style}”.*{named}"):
        words.figure(known(None), indicator, style)


@pytest.mark.parametrize(("value", "expected"), [(None, True), (0, True), (Fraction(0), True), (1, False)])
def test_unknown_and_zero_need_a_mark(value: Number | None, expected: bool) -> None:
    assert words.needs_mark(known(value)) is expected


# --- cells -----------------------------------------------------------------------------------------------------------


def excel(number: float | None, number_format: str) -> str:
    """What Excel shows: it rounds the 15 digits that it sees of a float half up, as a decimal."""
    if number is None:
        return ""
    match = re.fullmatch(r'(?:"(.)")?(0(?:\.0+)?)(%?)(?:"(.)")?', number_format)
    assert match, number_format
    before, zeros, sign, after = match.groups("")
    seen = Decimal(f"{number:.15g}") * (100 if sign else 1)
    return f"{before}{seen.quantize(Decimal(zeros), ROUND_HALF_UP):f}{sign}{after}"


@pytest.mark.parametrize(
    ("value", "indicator", "number_format", "shown"),
    [
        (Fraction("0.3325"), RATE, "0.0%", "33.3%"),
        (Fraction(1, 3), RATE, "0.0%", "33.3%"),
        (1, RATE, "0.0%", "100.0%"),
        (Fraction("0.0005"), RATE, "0.0%", "0.1%"),
        (Fraction("0.33249999999999999999"), RATE, "0.0%", "33.2%"),
        (Fraction("5.25"), HOURS, "0.0", "5.3"),
        (Fraction("2.675"), MONEYS, "0.00", "2.68"),
        (Fraction("1.005"), MONEYS, "0.00", "1.01"),
        (12, MONEYS, "0.00", "12.00"),
        (1243, TIMES, "0", "1243"),
        (0, TIMES, "0", "0"),
        (None, TIMES, "0", ""),
    ],
)
def test_a_cell_shows_the_same_as_the_page(
    value: Number | None, indicator: Indicator, number_format: str, shown: str
) -> None:
    assert words.number_format(indicator) == number_format
    assert words.shown(value, indicator) == shown
    assert excel(words.cell(value, indicator), number_format) == shown


@given(value=NUMBERS, indicator=st.sampled_from([RATE, MONEYS, HOURS]))
def test_cells_page_and_words_round_alike(value: Number, indicator: Indicator) -> None:
    shown = words.shown(value, indicator)
    assert excel(words.cell(value, indicator), words.number_format(indicator)) == shown
    worded = words.figure(known(value), indicator)
    assert Fraction(worded.rstrip("%")) == Fraction(shown.rstrip("%"))


@given(steps=st.integers(0, 999))
def test_a_share_on_the_half_is_stored_rounded_because_programs_differ(steps: int) -> None:
    half = Fraction(2 * steps + 1, 2000)
    assert words.shown(half, RATE) == f"{Decimal(steps + 1).scaleb(-1):f}%"
    assert words.cell(half, RATE) == (steps + 1) / 1000


def test_a_cell_keeps_its_decimals_so_that_cells_add_up() -> None:
    assert words.cell(Fraction("12.345678"), MONEYS) == 12.345678
    assert isinstance(words.cell(Fraction(6, 2), MONEYS), int)


@pytest.mark.parametrize(
    ("figure", "number_format", "shown"),
    [
        (known(100), "0", "100"),
        (known(100, 101, 199), '0"余"', "100余"),
        (known(50, 48, 49), '"近"0', "近50"),
        (known(1234, 1224, 1244), '"约"0', "约1234"),
        (known(None), "0", ""),
    ],
)
def test_the_hedge_of_a_figure_stands_in_its_cell(figure: Figure, number_format: str, shown: str) -> None:
    hedge: Hedge = words.hedge(figure, TIMES)
    assert words.number_format(TIMES, hedge) == number_format
    assert words.shown(figure.value, TIMES, hedge) == shown
    assert excel(words.cell(figure.value, TIMES), number_format) == shown
