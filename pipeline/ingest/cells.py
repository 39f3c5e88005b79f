"""One cell → a quantity, a date, several values or its text, by the rules of the ledgers; nothing here knows of columns.

Whatever a cell holds, a reader answers and never raises: what cannot be read comes back with the code of its finding.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import lru_cache

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

# --- what the readers share ------------------------------------------------------------------------------------------

_LONGEST = 120
"""Characters; whatever is longer is prose, no quantity and no date."""
_DITTO = frozenset({"同上", "〃", "″", "′′", '"'})
_DASHES = "-‐‑‒–—―─━−"
_NOT_APPLICABLE = re.compile(rf"[{_DASHES}/╱\\]+|不适用|n/a")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\ufeff"))
_LONE = "0-9〇零一二两三四五六七八九"
_LOOSE = re.compile(rf"\s++(?![{_LONE}])|(?<![{_LONE}])\s+")
_NOTE = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]$")
_PART = re.compile(
    r"""(?:[(（][^()（）]*[)）]|【[^【】]*】|〔[^〔〕]*〕|\[[^\[\]]*\]|“[^“”]*”|‘[^‘’]*’|《[^《》]*》|「[^「」]*」|"[^"]*"
    |[^、，,；;/／+＋&＆\r\n])+""",
    re.VERBOSE,
)


def text(cell: Cell) -> str:
    """What the cell reads as: ``25``, never ``25.0``; ``2023-03-05``, with `` 14:30`` if there is a time of day."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return f"{cell.date()} {cell:%H:%M}" if cell.time() != time() else str(cell.date())
    if isinstance(cell, timedelta):
        hours, minutes = divmod(cell // timedelta(minutes=1), 60)
        return f"{hours}:{minutes:02d}"
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    return "" if cell is None else str(cell).strip()


def parts(cell: Cell) -> tuple[str, ...]:
    """The values of a set in one cell, parted by 、，；/ + & or line breaks outside brackets and quotes."""
    return tuple(part for found in _PART.findall(text(cell)) if (part := found.strip()))


@lru_cache(maxsize=1 << 14)
def is_ditto(written: str) -> bool:
    """Blank, or 同上: what stands above holds here too."""
    return not (tight := _tight(_folded(written))) or tight.rstrip("。") in _DITTO


def _folded(written: str) -> str:
    """NFKC in lower case, but a raised or circled digit stays what it is: 25② is not 252."""
    if written.isascii():
        return written.lower()
    kept = (c if c.isnumeric() and not c.isdecimal() else unicodedata.normalize("NFKC", c) for c in written)
    return "".join(kept).translate(_INVISIBLE).lower()


def _tight(folded: str) -> str:
    """Without white space, but for one character where it alone parts two numbers: ``20 30`` is not 2030."""
    return _LOOSE.sub("", folded)


# --- numerals --------------------------------------------------------------------------------------------------------

_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_UNITS = {"亿": 10**8, "万": 10**4, "千": 1000, "百": 100, "十": 10}
_LARGE = "百千万亿w"
_SPELT_OUT = str.maketrans({"廿": "二十", "卅": "三十", "w": "万"})
_ARABIC = r"[0-9]+(?:\.[0-9]+)?"
_FIGURES = re.compile(_ARABIC)
_NUMERAL_SIGNS = "〇零一二两三四五六七八九十百千万亿廿卅w"
_NUMERAL = rf"(?=[0-9{_NUMERAL_SIGNS}])(?:{_ARABIC})?(?:[{_NUMERAL_SIGNS}](?:{_ARABIC})?)*"
_ADJACENT = re.compile(r"(.*)([一二两三四五六七八])([二两三四五六七八九])([十百千万亿]*)")


def _number(written: str) -> Fraction | None:
    """What figures, Chinese numerals or both together spell: 25, 二十五, 1万2千, and 1万2 for 12 000."""
    written = written.translate(_SPELT_OUT)
    for unit, size in _UNITS.items():
        head, found, tail = written.partition(unit)
        if found:
            return _group(_number(head) if head else Fraction(1), size, tail)
    return _ungrouped(written)


def _group(head: Fraction | None, size: int, tail: str) -> Fraction | None:
    limit = 10 if size < 10_000 else 10_000
    rest = _rest(tail, size) if tail else Fraction(0)
    if head is None or rest is None or not 0 < head < limit or rest >= size:
        return None
    if tail and head.denominator > 1:
        return None
    return head * size + rest


def _rest(tail: str, size: int) -> Fraction | None:
    """What follows a unit: one digit counts the next lower unit (一百二 is 120), figures must fill all its places."""
    if tail[0] in "零〇":
        return _number(tail[1:])
    number = _number(tail)
    if number is not None and len(tail) == 1 and number < 10:
        return number * (size // 10)
    if _FIGURES.fullmatch(tail) and len(tail) != len(str(size)) - 1:
        return None
    return number


def _ungrouped(written: str) -> Fraction | None:
    """Figures, one Chinese digit, or a row of them with a zero that shows their places (一〇八; 二五 shows nothing)."""
    if _FIGURES.fullmatch(written):
        return Fraction(written)
    digits = [_DIGITS.get(sign) for sign in written]
    if not digits or None in digits or (len(digits) > 1 and (digits[0] == 0 or 0 not in digits)):
        return None
    return Fraction("".join(map(str, digits)))


def _neighbours(written: str) -> tuple[Fraction, Fraction] | None:
    """Both numbers of an adjacent approximation: 三四十 is 30 and 40, 十七八 is 17 and 18."""
    match = _ADJACENT.fullmatch(written.translate(_SPELT_OUT))
    if not match or _DIGITS[match[3]] - _DIGITS[match[2]] != 1:
        return None
    first, second = _number(match[1] + match[2] + match[4]), _number(match[1] + match[3] + match[4])
    return (first, second) if first is not None and second is not None else None


# --- quantities ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in millionths and the interval it stands for; a cell with a problem is unknown, with zeros."""

    value: int
    low: int
    high: int
    kind: int
    problem: str = ""
    """The code of the finding, if the cell could not be read."""
    same: bool = False
    """The cell says 同上: the caller copies the cell above."""


_LIMIT = 9 * 10**12 * MICRO
_THOUSANDS = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])")
_NOTHING = frozenset({"无", "没有"})
_BEFORE = (
    dict.fromkeys(("约", "大约", "约有", "大概"), ABOUT)
    | dict.fromkeys(("近", "将近", "接近"), ALMOST)
    | dict.fromkeys((">", "超", "超过", "逾", "多于", "大于"), MORE)
    | dict.fromkeys(("<", "≤", "≥", "不到", "不足", "少于", "至少", "至多", "最多", "不少于", "不超过"), UNKNOWN)
)
_AFTER = (
    dict.fromkeys(("左右", "上下"), ABOUT)
    | dict.fromkeys(("余", "多", "+", "以上"), MORE)
    | dict.fromkeys(("以下", "以内"), UNKNOWN)
)
"""Words that turn a number into an interval; UNKNOWN are bounds on one side only."""

_COUNTED = (
    *("人", "人次", "名", "位", "个", "次", "场", "场次", "期", "篇", "条", "起", "件", "份", "项", "家", "户"),
    *("批", "批次", "节", "堂", "讲", "班", "轮", "字"),
)
"""Measure words that may follow a number and say nothing about its size."""
_PEOPLE = frozenset({"人", "名", "位"})
_STATED = {
    "元": Fraction(1, 10_000),
    "分钟": Fraction(1, 60),
    "小时": Fraction(1),
    "学时": Fraction(1),
    "课时": Fraction(1),
}
"""Measure words that state the unit of the cell itself, whatever its column says: money is kept in 万元, time in hours."""


def _one_of(words: Sequence[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


_MEASURE = _one_of((*_COUNTED, *_STATED))
_QUANTITY = re.compile(
    rf"""(?:共计?|合计|总计)?(?P<before>{_one_of((*_BEFORE,))})?(?P<sign>[-−负])?(?P<number>{_NUMERAL})
    (?P<within>[余多+])?(?P<unit>[十百千万亿w]*)(?P<measure>{_MEASURE})?(?P<after>{_one_of((*_AFTER,))})?""",
    re.VERBOSE,
)
_ADDEND = re.compile(rf"(?P<label>[^0-9]*?)(?P<number>{_NUMERAL})(?P<measure>{_MEASURE})")
_NO_LABEL = re.compile(
    rf"其中|含|括|共|合计|总计|应|实|请假|缺|未|每|各|不|少|近|约|超|逾|余|多|另|除|减|[至到或~+-]|[{_NUMERAL_SIGNS}](?:{_MEASURE})"
)
"""What does not simply add: 应到30人、实到25人; 共25人，其中党员20人; 每场20人; 两场20人."""
_NUMERAL_SIGN = re.compile(f"[{_NUMERAL_SIGNS}]")
_NO_COUNT = re.compile(r"第|%|‰|百分")
_SOME = re.compile("几|若干|数[十百千万]")
_SEVERAL = re.compile(rf"{_ARABIC}[^0-9.]+{_ARABIC}")
_TELLING_NOTE = re.compile(rf"约|左右|估|预计|大概|不含|不包括|另|{_ARABIC}(?:{_MEASURE})?$")


def _unread(problem: str) -> Quantity:
    return Quantity(0, 0, 0, UNKNOWN, problem)


_BLANK = _unread("")
_INVALID = _unread("quantity-invalid")
_AMBIGUOUS = _unread("quantity-ambiguous")


def quantity(cell: Cell, *, whole: bool = True, scale: Fraction = Fraction(1)) -> Quantity:
    """The number of a cell; `scale` is what one of the column's unit is worth (10 000 under 阅读量（万）).

    `whole` is for counted things: a fraction is a problem and intervals are rounded inwards to whole numbers. 约n, 近n, n余
    and 三四十 become intervals; with 近n and n余 the value n is, by definition, just outside its own interval.
    """
    if type(cell) is float and scale == 1 and 0 <= cell < _LIMIT / MICRO and cell.is_integer():
        exact = int(cell) * MICRO
        return Quantity(exact, exact, exact, EXACT)
    if isinstance(cell, str):
        return _worded(cell, whole, scale)
    if cell is None:
        return _BLANK
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not abs(cell) < math.inf:
        return _INVALID
    number = Fraction(repr(cell)) if isinstance(cell, float) else Fraction(cell)
    return _interval(EXACT, (number, number), whole, scale)


def _worded(cell: str, whole: bool, scale: Fraction) -> Quantity:
    if len(cell) > _LONGEST and cell.strip():
        return _INVALID
    folded = _THOUSANDS.sub(lambda match: match[0].replace(",", ""), _folded(cell))
    tight = _tight(folded)
    if fixed := _fixed(tight):
        return fixed
    if match := _QUANTITY.fullmatch(_without_note(tight.rstrip("。.,;、"))):
        return _stated(match, whole, scale)
    if matches := _addends(folded):
        return _total(matches, whole, scale)
    return _AMBIGUOUS if _SEVERAL.search(tight) else _INVALID


def _fixed(tight: str) -> Quantity | None:
    """Cells whose meaning needs no reading."""
    if not tight:
        return _BLANK
    if tight in _DITTO:
        return replace(_BLANK, same=True)
    if _NOT_APPLICABLE.fullmatch(tight):
        return Quantity(0, 0, 0, NOT_APPLICABLE)
    if tight in _NOTHING:
        return Quantity(0, 0, 0, EXACT)
    if _NO_COUNT.search(tight):
        return _INVALID
    return _AMBIGUOUS if _SOME.search(tight) else None


def _without_note(tight: str) -> str:
    """25（含线上10人） is 25; a note that casts doubt on the number, or is another number, stays."""
    note = _NOTE.search(tight)
    if not note or _TELLING_NOTE.match(note[1]):
        return tight
    return tight[: note.start()]


def _stated(match: re.Match[str], whole: bool, scale: Fraction) -> Quantity:
    """One number with all that may stand around it."""
    written = match["number"] + match["unit"]
    kind, read = _kind(match, written), _both(written)
    if kind == UNKNOWN or read is None:
        return _AMBIGUOUS
    if match["sign"]:
        read = (-read[0], -read[1])
    return _interval(kind, read, whole, _scale(written, match["measure"], scale))


def _both(written: str) -> tuple[Fraction, Fraction] | None:
    number = _number(written)
    return _neighbours(written) if number is None else (number, number)


def _kind(match: re.Match[str], written: str) -> int:
    """What the words around a number make of it; UNKNOWN if they disagree (约100余) or a bare 百 may be a name."""
    words = [_BEFORE.get(match["before"]), _AFTER.get(match["within"]), _AFTER.get(match["after"])]
    kinds = [kind for kind in words if kind is not None]
    if _number(written) is None:
        kinds.append(RANGE)
    if not kinds:
        return UNKNOWN if written[0] in _LARGE else EXACT
    return kinds[0] if len(kinds) == 1 else UNKNOWN


def _scale(written: str, measure: str | None, scale: Fraction) -> Fraction:
    """The unit that the cell states itself comes before its column's, and 万 is applied once."""
    if measure in _STATED:
        return _STATED[measure]
    return Fraction(1) if scale > 1 and re.search("[万亿w]", written) else scale


def _addends(folded: str) -> list[re.Match[str]]:
    """The parts of 党员20人、群众5人, each with its measure word; none if any part is something else."""
    matches = [_ADDEND.fullmatch(_without_note(_tight(part))) for part in parts(folded)]
    return [match for match in matches if match] if all(matches) else []


def _total(matches: list[re.Match[str]], whole: bool, scale: Fraction) -> Quantity:
    """The sum of parts that simply add and count the same thing."""
    numbers = [number for match in matches if (number := _addend(match)) is not None]
    measures = {"人" if match["measure"] in _PEOPLE else match["measure"] for match in matches}
    if len(numbers) < len(matches) or len(measures) > 1:
        return _AMBIGUOUS
    written = "".join(match["number"] for match in matches)
    return _interval(EXACT, (sum(numbers, Fraction(0)),) * 2, whole, _scale(written, measures.pop(), scale))


def _addend(match: re.Match[str]) -> Fraction | None:
    """None where label and number may belong together in another way: 三至四人, 上百人, 应到30人."""
    label, written = match["label"], match["number"]
    if _NO_LABEL.search(label) or written[0] in _LARGE:
        return None
    return None if _NUMERAL_SIGN.search(label) and not _FIGURES.fullmatch(written) else _number(written)


def _interval(kind: int, read: tuple[Fraction, Fraction], whole: bool, scale: Fraction) -> Quantity:
    """The steps of one above and below n are taken in the smaller of the two units, the cell's and the column's."""
    coarse, fine = max(scale, Fraction(1)), min(scale, Fraction(1)) * MICRO
    first, second = read[0] * coarse, read[1] * coarse
    low, high = _bounds(kind, first, second)
    return _in_millionths(kind, first * fine, low * fine, high * fine, whole)


def _bounds(kind: int, first: Fraction, second: Fraction) -> tuple[Fraction, Fraction]:
    if kind == ABOUT:
        return first * 9 / 10, first * 11 / 10
    if kind == ALMOST:
        return first * 19 / 20, first - 1
    if kind == MORE:
        return first + 1, first + _last_place(first) - 1
    if kind == RANGE:
        return first, second + (second - first) - 1
    return first, first


def _last_place(number: Fraction) -> int:
    """One unit of the last digit before the decimal point that is not 0: 100 of 300, 10 of 120."""
    place = 1
    while number and number % (place * 10) == 0:
        place *= 10
    return place


def _in_millionths(kind: int, value: Fraction, low: Fraction, high: Fraction, whole: bool) -> Quantity:
    grain = MICRO if whole else 1
    rounded = math.floor(value + Fraction(1, 2))
    if rounded < 0:
        return _unread("quantity-negative")
    if rounded >= _LIMIT or high >= _LIMIT:
        return _INVALID
    if rounded % grain:
        return _unread("quantity-fraction")
    if kind == EXACT:
        return Quantity(rounded, rounded, rounded, kind)
    least, most = math.ceil(low / grain) * grain, math.floor(high / grain) * grain
    return Quantity(rounded, least, most, kind) if least <= most else _AMBIGUOUS


# --- dates -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class When:
    """From `start` to midnight of the last day, in naive seconds since 1970-01-01; with a problem both are 0."""

    start: int
    end: int
    precision: int
    timed: bool = False
    """A time of day is stated, and `start` has it; midnight states none."""
    problem: str = ""
    """The code of the finding, if the cell could not be read."""
    notes: tuple[str, ...] = ()
    """The codes of what was assumed."""
    same: bool = False
    """The cell says 同上: the caller copies the cell above."""
    readings: tuple[int, ...] = ()
    """The starts that an ambiguous number may mean: 6.3 is 6月3日 or 6月30日. See `settled`."""


@dataclass(frozen=True, slots=True)
class _Context:
    """What the sheet, title, file or folder of a date says."""

    year: int | None
    month: int | None
    date_1904: bool


@dataclass(frozen=True, slots=True)
class _Spot:
    """A date as written, possible or not; None is not written."""

    precision: int
    year: int | None = None
    month: int | None = None
    """The first of a quarter, half-year or year."""
    day: int | None = None
    bare: bool = False
    """Nothing but a number of one or two digits, taken for a month."""
    seconds: int = 0
    """The time of day."""


_SECONDS_A_DAY = 86_400
_FIRST_YEAR, _LAST_YEAR, _LAST_SERIAL_YEAR = 1990, 2100, 2079
_A_LEAP_YEAR = 2024
"""Stands in for a year that nobody states: what is impossible even then is no date."""
_EPOCH = date(1970, 1, 1)
_START = datetime(1970, 1, 1)
_HALF_A_SECOND = timedelta(milliseconds=500)
_MONTHS = {MONTH: 1, QUARTER: 3, HALF: 6, YEAR: 12}
_NO_DATE = frozenset({"无", "没有", "年月日"})
_DATE_SIGNS = str.maketrans(dict.fromkeys(_DASHES, "-") | {"。": ".", "·": ".", "○": "〇"})
_WEEKDAY = re.compile(r"(?<=[0-9日号])[,(]?(?:星期|周|礼拜)[一二三四五六日天]\)?")
_CHINESE_FIGURES = re.compile("[〇零一二三四五六七八九十廿卅]+")
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
_LOST_ZERO = re.compile(r"[0-9]+\.[0-9]")
_MONTHS_OR_DAY = re.compile(r"(?:0?[1-9]|1[0-2])-(?:0?[1-9]|1[0-2])")
_UNTIL = re.compile("[-~至到]+")
_LIST = re.compile(r"[、,;&+\s和及]+")

_LATER = {"中午": 6, "下午": 12, "晚上": 12, "晚": 12}
"""An hour below this is told by the clock of the afternoon."""
_PART_OF_DAY = "凌晨|早上|上午|中午|下午|晚上|晚"
_TIME = (
    rf"(?P<part>{_PART_OF_DAY})?"
    r"(?:(?P<hour>[0-9]{1,2})(?::(?=[0-9])|[时点])(?P<minute>[0-9]{1,2})?"
    r"(?:[:分](?P<second>[0-9]{1,2})(?:\.[0-9]+)?秒?)?分?整?)?"
)
_TIME_OF_DAY = re.compile(rf"(?:(?<=[日号])|[\st]|(?={_PART_OF_DAY})){_TIME}$")
_UNTIL_TIME = re.compile(rf"(?<=[0-9时点分午上晨晚])[-~至到]+{_TIME}$")

_YY, _MM, _DD = r"(?P<year>[0-9]{4}|[0-9]{2})", r"(?P<month>[0-9]{1,2})", r"(?P<day>[0-9]{1,2})"
_YYYY = r"(?P<year>[0-9]{4})"
_OPTIONAL_YEAR = r"(?:(?P<year>[0-9]{4}(?=年?)|[0-9]{2}(?=年))年?)?"
_FORMS = tuple(
    (precision, re.compile(pattern))
    for precision, pattern in (
        (DAY, rf"{_YY}(?P<sign>[./-]){_MM}(?P=sign){_DD}[日号]?"),
        (DAY, rf"(?:{_YY}年)?{_MM}月{_DD}[日号]?"),
        (DAY, rf"(?:{_YY}年)?{_MM}[./-]{_DD}[日号]?"),
        (DAY, rf"{_YYYY}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})"),
        (DAY, rf"{_DD}[日号]"),
        (MONTH, rf"{_YY}年{_MM}"),
        (MONTH, rf"(?:{_YY}年)?{_MM}月份?(?:[上中下]旬|[初中底末])?"),
        (MONTH, rf"{_YYYY}[./-]{_MM}"),
        (MONTH, rf"{_YYYY}(?P<month>[0-9]{{2}})"),
        (MONTH, r"(?P<bare>[0-9]{1,2})"),
        (QUARTER, rf"{_OPTIONAL_YEAR}第?(?P<quarter>[1-4])季度?"),
        (QUARTER, rf"{_OPTIONAL_YEAR}q(?P<quarter>[1-4])"),
        (HALF, rf"{_OPTIONAL_YEAR}(?P<half>[上下])半年"),
        (YEAR, rf"{_YYYY}(?:年度?|年?全年)?"),
        (YEAR, rf"{_YY}年度?"),
    )
)
"""Every way to write one date, in figures and without time of day."""


def _undated(problem: str) -> When:
    return When(0, 0, DAY, problem=problem)


def when(cell: Cell, *, year: int | None = None, span: tuple[int, int] | None = None, date_1904: bool = False) -> When:
    """The date of a cell; `year` and `span` (first month, last month) are what sheet, title, file or folder state.

    A missing year is taken from `year`; a missing month (5日) from a `span` of one month. Without them: date-ambiguous.
    """
    context = _Context(year, span[0] if span and span[0] == span[1] else None, date_1904)
    if isinstance(cell, datetime):
        return _moment(cell)
    if isinstance(cell, date):
        return _moment(datetime(cell.year, cell.month, cell.day))
    if cell is None or isinstance(cell, str):
        return _from_text(cell or "", context)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _from_number(cell, context)
    return _undated("date-invalid")


def settled(ambiguous: When, start: int) -> When:
    """The date that one of the `readings` of an ambiguous number means."""
    first = _EPOCH + timedelta(seconds=start)
    return replace(
        ambiguous, start=start, end=_midnight(_last_day(first, ambiguous.precision)), problem="", readings=()
    )


def _moment(stamp: datetime) -> When:
    if not _FIRST_YEAR <= stamp.year <= _LAST_YEAR:
        return _undated("date-invalid")
    since = stamp.replace(tzinfo=None) - _START + _HALF_A_SECOND
    midnight = since.days * _SECONDS_A_DAY
    return When(midnight + since.seconds, midnight, DAY, timed=since.seconds > 0)


def _from_number(cell: float, context: _Context) -> When:
    """As if typed, but a number has lost its last zero: 6.3 may have been 6.30."""
    if not abs(cell) < 10**9:
        return _undated("date-invalid")
    written = text(cell)
    as_written = _from_text(written, context)
    if as_written.problem or not _LOST_ZERO.fullmatch(written):
        return as_written
    with_zero = _from_text(written + "0", context)
    if with_zero.problem or with_zero == as_written:
        return as_written
    readings = (as_written.start, with_zero.start)
    return replace(as_written, start=0, end=0, problem="date-ambiguous", readings=readings)


def _from_text(cell: str, context: _Context) -> When:
    if len(cell) > _LONGEST:
        return _undated("date-invalid" if cell.strip() else "date-missing")
    folded = _folded(cell)
    tight = _tight(folded)
    if tight in _DITTO:
        return When(0, 0, DAY, same=True)
    if not tight or tight in _NO_DATE or _NOT_APPLICABLE.fullmatch(tight):
        return _undated("date-missing")
    written = _in_figures(folded)
    if _SERIAL.fullmatch(written):
        return _from_serial(Fraction(written), context)
    if _MONTHS_OR_DAY.fullmatch(written):
        return _undated("date-ambiguous")
    return _single(written, context) or _range(written, context) or _undated(_why_unread(folded))


def _in_figures(folded: str) -> str:
    """Without white space, weekday and notes, and with Arabic figures only."""
    tight = _tight(folded.translate(_DATE_SIGNS))
    bare = _WEEKDAY.sub(" ", tight).strip(" .,;、").replace("元月", "1月").replace("点半", "点30")
    note = _NOTE.search(bare)
    if note and not _FIGURES.search(note[1]):
        bare = bare[: note.start()]
    return _CHINESE_FIGURES.sub(_figures, bare)


def _figures(match: re.Match[str]) -> str:
    """二〇二三 → 2023, 二十一 → 21; 一二 stays, for 一二月 are two months."""
    signs = match[0]
    if len(signs) == 4 and set(signs) <= _DIGITS.keys():
        return "".join(str(_DIGITS[sign]) for sign in signs)
    number = _number(signs)
    return signs if number is None else str(number)


def _from_serial(serial: Fraction, context: _Context) -> When:
    """Excel's day number; the epoch before 1900 makes up for the 29 February 1900 that Excel believes in."""
    epoch = datetime(1904, 1, 1) if context.date_1904 else datetime(1899, 12, 30)
    stamp = epoch + timedelta(seconds=round(serial * _SECONDS_A_DAY))
    return _moment(stamp) if stamp.year <= _LAST_SERIAL_YEAR else _undated("date-invalid")


def _why_unread(folded: str) -> str:
    """3月5日、12日 are several dates; anything else is none."""
    pieces = [_in_figures(piece) for piece in _LIST.split(folded) if piece]
    dates = [_spot(piece) or any(_pairs(piece)) for piece in pieces]
    return "date-several" if len(dates) > 1 and all(dates) else "date-invalid"


def _single(written: str, context: _Context) -> When | None:
    until = _UNTIL_TIME.search(written)
    if until and _TIME_OF_DAY.search(written[: until.start()]):
        written = written[: until.start()]
    spot = _spot(written)
    if spot and spot.bare and context.month not in (None, spot.month):
        return _undated("date-ambiguous")
    return _placed(spot, context) if spot else None


def _range(written: str, context: _Context) -> When | None:
    """One event at its start; where the dash can be read in several places, the first place that gives dates."""
    found = [_from_to(first, last, context) for first, last in _pairs(written)]
    return next((span for span in found if not span.problem), found[0] if found else None)


def _pairs(written: str) -> list[tuple[_Spot, _Spot]]:
    """First and last date for every place where the text may be cut, the one completed from the other."""
    halves = ((_spot(written[: cut.start()]), _spot(written[cut.end() :])) for cut in _UNTIL.finditer(written))
    pairs = (_paired(first, last) for first, last in halves if first and last)
    return [pair for pair in pairs if pair]


def _paired(first: _Spot, last: _Spot) -> tuple[_Spot, _Spot] | None:
    if last.bare and first.precision == DAY:
        last = _Spot(DAY, day=last.month)
    if last.bare or first.precision != last.precision or first.precision not in (DAY, MONTH):
        return None
    first = replace(first, year=last.year if first.year is None else first.year)
    year = first.year if last.year is None else last.year
    return first, replace(last, year=year, month=first.month if last.month is None else last.month)


def _from_to(first: _Spot, last: _Spot, context: _Context) -> When:
    start, end = _placed(first, context), _placed(last, context)
    if start.problem or end.problem:
        return start if start.problem else end
    if end.end < start.end:
        return _undated("date-invalid")
    return replace(start, end=end.end, notes=(*start.notes, "date-from-range"))


def _spot(written: str) -> _Spot | None:
    clock = _TIME_OF_DAY.search(written)
    seconds = _time_of_day(clock) if clock else 0
    body = written[: clock.start()] if clock else written
    for precision, form in _FORMS:
        if seconds is not None and (match := form.fullmatch(body)):
            return _spot_of(precision, match.groupdict(), seconds)
    return None


def _spot_of(precision: int, groups: dict[str, str | None], seconds: int) -> _Spot:
    numbers = {name: int(found) for name, found in groups.items() if found and found.isdecimal()}
    year, month = numbers.get("year"), numbers.get("month", numbers.get("bare"))
    if precision == QUARTER:
        month = numbers["quarter"] * 3 - 2
    elif precision == HALF:
        month = 1 if groups["half"] == "上" else 7
    elif precision == YEAR:
        month = 1
    if year is not None and year < 100:
        year += 2000
    return _Spot(precision, year, month, numbers.get("day"), "bare" in numbers, seconds)


def _time_of_day(match: re.Match[str]) -> int | None:
    """Seconds since midnight; None if there is no such time, or nobody knows which (上午12点)."""
    if match["hour"] is None:
        return 0
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    if hour == 12 and match["part"] not in (None, "中午", "下午"):
        return None
    if hour < _LATER.get(match["part"], 0):
        hour += 12
    return hour * 3600 + minute * 60 + second if hour < 24 and minute < 60 and second < 60 else None


def _placed(spot: _Spot, context: _Context) -> When:
    """The date on the calendar, completed from the context."""
    year = context.year if spot.year is None else spot.year
    month = context.month if spot.month is None else spot.month
    try:
        start = date(_A_LEAP_YEAR if year is None else year, month or 1, 1 if spot.day is None else spot.day)
    except ValueError:
        return _undated("date-invalid")
    if month == 0 or not _FIRST_YEAR <= start.year <= _LAST_YEAR:
        return _undated("date-invalid")
    if year is None or month is None:
        return _undated("date-ambiguous")
    assumed = ("date-year-assumed",) if spot.year is None else ()
    coarse = ("date-month-only",) if spot.precision != DAY else ()
    end = _midnight(_last_day(start, spot.precision))
    return When(_midnight(start) + spot.seconds, end, spot.precision, spot.seconds > 0, notes=assumed + coarse)


def _last_day(start: date, precision: int) -> date:
    if precision == DAY:
        return start
    years, month = divmod(start.month - 1 + _MONTHS[precision], 12)
    return date(start.year + years, month + 1, 1) - timedelta(days=1)


def _midnight(day: date) -> int:
    return (day - _EPOCH).days * _SECONDS_A_DAY
