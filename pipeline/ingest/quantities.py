"""One cell → a quantity in millionths with its interval; what cannot be read has the code of its finding."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from pipeline.ingest import cells, numerals
from pipeline.ingest.cells import DITTO, INAPPLICABLE, LONGEST, NOTE
from pipeline.ingest.numerals import ARABIC, FIGURES, LARGE, NUMERAL, NUMERAL_SIGNS
from pipeline.model import ABOUT, ALMOST, EXACT, MICRO, MORE, NOT_APPLICABLE, RANGE, UNKNOWN, Cell


class Quantity(NamedTuple):
    """A number in millionths and the interval it stands for; a cell with a problem is unknown, with zeros."""

    value: int
    low: int
    high: int
    kind: int
    problem: str = ""
    """The code of the finding, if the cell could not be read."""
    same: bool = False
    """The cell says 同上: the caller copies the cell above."""


_LIMIT = 10**10 * MICRO
"""Nothing that is counted comes to so much: a number of eleven digits is a telephone's."""
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
    rf"""(?:共计?|合计|总计)?(?P<before>{_one_of((*_BEFORE,))})?(?P<sign>[-−负])?(?P<number>{NUMERAL})
    (?P<within>[余多+])?(?P<unit>[十百千万亿w]*)(?P<measure>{_MEASURE})?(?P<after>{_one_of((*_AFTER,))})?""",
    re.VERBOSE,
)
_ADDEND = re.compile(rf"(?P<label>[^0-9]*?)(?P<number>{NUMERAL})(?P<measure>{_MEASURE})")
_NO_LABEL = re.compile(
    rf"其中|含|括|共|合计|总计|应|实|请假|缺|未|每|各|不|少|近|约|超|逾|余|多|另|除|减|[至到或~+-]|[{NUMERAL_SIGNS}](?:{_MEASURE})"
)
"""What does not simply add: 应到30人、实到25人; 共25人，其中党员20人; 每场20人; 两场20人."""
_NUMERAL_SIGN = re.compile(f"[{NUMERAL_SIGNS}]")
_NO_COUNT = re.compile(r"第|%|‰|百分")
_SOME = re.compile("几|若干|数[十百千万]")
_SEVERAL = re.compile(rf"{ARABIC}[^0-9.]+{ARABIC}")
_TELLING_NOTE = re.compile(rf"约|左右|估|预计|大概|不含|不包括|另|[-+−]?{ARABIC}(?:{_MEASURE})?$")


_NO_NAMES = re.compile(
    rf"[\W\d{NUMERAL_SIGNS}]|{_one_of((*_BEFORE, *_AFTER))}|{_MEASURE}|几|若干|数|[至到或和及]|[应实未]|共|其中|每|[年月周日]|请假|缺席"
    "|线[上下]|党员|群众|干部|职工|成员"
)
"""What a number that cannot be read may be written with, without naming anybody."""


def names_nobody(cell: Cell) -> bool:
    """Whether a cell may be repeated: every word in it is one of counting."""
    return not isinstance(cell, str) or not _NO_NAMES.sub("", cells.folded(cell))


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


def exact(quantity: Quantity) -> int | None:
    """Millionths; None where the cell states no exact number."""
    return quantity.value if quantity.kind == EXACT else None


def _worded(cell: str, whole: bool, scale: Fraction) -> Quantity:
    if len(cell) > LONGEST and cell.strip():
        return _INVALID
    folded = _THOUSANDS.sub(lambda match: match[0].replace(",", ""), cells.folded(cell))
    tight = cells.tight(folded)
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
    if tight in DITTO:
        return _BLANK._replace(same=True)
    if INAPPLICABLE.fullmatch(tight):
        return Quantity(0, 0, 0, NOT_APPLICABLE)
    if tight in _NOTHING:
        return Quantity(0, 0, 0, EXACT)
    if _NO_COUNT.search(tight):
        return _INVALID
    return _AMBIGUOUS if _SOME.search(tight) else None


def _without_note(tight: str) -> str:
    """25（含线上10人） is 25; a note that casts doubt on the number, or is another number, stays."""
    note = NOTE.search(tight)
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
    number = numerals.number(written)
    return numerals.neighbours(written) if number is None else (number, number)


def _kind(match: re.Match[str], written: str) -> int:
    """What the words around a number make of it; UNKNOWN if they disagree (约100余) or a bare 百 may be a name."""
    words = [_BEFORE.get(match["before"]), _AFTER.get(match["within"]), _AFTER.get(match["after"])]
    kinds = [kind for kind in words if kind is not None]
    if numerals.number(written) is None:
        kinds.append(RANGE)
    if not kinds:
        return UNKNOWN if written[0] in LARGE else EXACT
    return kinds[0] if len(kinds) == 1 else UNKNOWN


def _scale(written: str, measure: str | None, scale: Fraction) -> Fraction:
    """The unit that the cell states itself comes before its column's, and 万 is applied once."""
    if measure in _STATED:
        return _STATED[measure]
    return Fraction(1) if scale > 1 and re.search("[万亿w]", written) else scale


def _addends(folded: str) -> list[re.Match[str]]:
    """The parts of 党员20人、群众5人, each with its measure word; none if any part is something else."""
    matches = [_ADDEND.fullmatch(_without_note(cells.tight(part))) for part in cells.parts(folded)]
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
    if _NO_LABEL.search(label) or written[0] in LARGE:
        return None
    return None if _NUMERAL_SIGN.search(label) and not FIGURES.fullmatch(written) else numerals.number(written)


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
