"""Exact numbers in; the words of a report, the number and format of a table cell out (GB/T 15835-2011).

Nothing else in the pipeline words a number: it is rounded once, from the exact value. Unknown (None) becomes UNKNOWN_MARK.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias, overload

from pipeline.model import Figure, Indicator
from pipeline.publish import rounding
from pipeline.publish.rounding import Number
from pipeline.spelling import nearest

Hedge: TypeAlias = Literal["", "余", "近", "约"]
Comparison: TypeAlias = Literal["同比", "环比"]

UNKNOWN_MARK = "【未知】"

_TEN_THOUSAND, _HUNDRED_MILLION = 10**4, 10**8
_FRACTION_DECIMALS = 2
_DECIMALS = {"%": 1, "小时": 1}
"""By measure word; else _FRACTION_DECIMALS, and none for what is counted."""
_BLUR = 10**12
"""Of how many parts one is surely more than what a float or a program's own rounding can be off."""
_BASES: Mapping[Comparison, str] = {"同比": "去年同期", "环比": "上期"}


# --- styles: an amount in, its number in words out, without the measure word -----------------------------------------


@dataclass(frozen=True, slots=True)
class _Amount:
    """What is to be worded: a number, the bounds of what it may be, and how it is counted. Percentages are times 100."""

    value: Number
    low: Number
    high: Number
    measure_word: str = ""
    decimals: int = _FRACTION_DECIMALS

    @property
    def hedge(self) -> Hedge:
        """Nothing only if the bounds meet at the value; 余 or 近 only for a round number with all bounds beyond it."""
        if self.low == self.value == self.high:
            return ""
        if self.measure_word == "%" or self.value != rounding.leading(self.value, 2, math.floor):
            return "约"
        if 10 <= self.value < self.low:
            return "余"
        return "近" if self.high < self.value <= self.low * Fraction(20, 19) else "约"


def _hedged(text: str, hedge: Hedge) -> str:
    return f"{text}余" if hedge == "余" else f"{hedge}{text}"


def _exact(amount: _Amount) -> str:
    return _hedged(rounding.short(amount.value, amount.decimals), amount.hedge)


def _more(amount: _Amount) -> str:
    """``1.3万余``: the floor to two significant digits if that is 10 or more and below the value, else exact."""
    floor = rounding.leading(amount.low, 2, math.floor)
    if 10 <= floor < amount.low and floor == rounding.leading(amount.value, 2, math.floor):
        return f"{_scaled(floor, amount)}余"
    return _exact(amount)


def _almost(amount: _Amount) -> str:
    """``近100``: a ceiling above the value of which it lacks at most 5 %, else exact.

    The ceiling to one significant digit is tried first, then to two: 96 → 近100, 47 → 47, 48 → 近50, 1243 → 近1300.
    """
    for digits in (1, 2):
        ceiling = rounding.leading(amount.high, digits, math.ceil)
        if amount.high < ceiling <= amount.low * Fraction(20, 19):
            return f"近{_scaled(ceiling, amount)}"
    return _exact(amount)


def _about(amount: _Amount) -> str:
    """``约300``: the nearest number of two significant digits; without 约 if that is the value itself."""
    near = rounding.leading(amount.value, 2, rounding.half_up)
    return _exact(amount) if near == amount.value else f"约{_scaled(near, amount)}"


def _ten_thousands(amount: _Amount) -> str:
    """``1.2万``, ``1.5亿``: one decimal at most; exact below 10 000 and before 万元."""
    return _hedged(_scaled(amount.value, amount), amount.hedge)


def _chinese(amount: _Amount) -> str:
    """``十二``, ``二``, ``两``: Chinese numerals, a lone 2 before a measure word is 两.

    Arabic remain 0, because a zero is marked for the clerk, and numbers of 亿, which nobody reads in Chinese.
    """
    if not 0 < amount.value < _HUNDRED_MILLION:
        return _exact(amount)
    if amount.value == 2 and amount.measure_word:
        return _hedged("两", amount.hedge)
    from cn2an import an2cn

    return _hedged(an2cn(rounding.short(amount.value, amount.decimals)), amount.hedge)


def _scaled(value: Number, amount: _Amount) -> str:
    """In 万 or 亿 with one decimal from 10 000 on, unless the measure word says 万 or 亿 itself."""
    size = abs(Fraction(value))
    if size < _TEN_THOUSAND or amount.measure_word.startswith(("万", "亿")):
        return rounding.short(value, amount.decimals)
    if rounding.half_up(size / _TEN_THOUSAND, 1) < _TEN_THOUSAND:
        return f"{rounding.short(Fraction(value, _TEN_THOUSAND), 1)}万"
    return f"{rounding.short(Fraction(value, _HUNDRED_MILLION), 1)}亿"


_Style: TypeAlias = Callable[[_Amount], str]

STYLES: Mapping[str, _Style] = {
    "": _exact,
    "余": _more,
    "近": _almost,
    "约": _about,
    "万": _ten_thousands,
    "中文": _chinese,
    "百分比": _exact,
}
"""By the names that templates use; `styles` says which of them suit an indicator."""


# --- numbers in words ------------------------------------------------------------------------------------------------


def exact(value: Number | None) -> str:
    """Arabic figures without separators, at most two decimals and no trailing zeros: ``1243``, ``12.5``."""
    return UNKNOWN_MARK if value is None else rounding.short(value, _FRACTION_DECIMALS)


# --- comparisons and lists -------------------------------------------------------------------------------------------


def change(value: Number | None, base: Number | None, kind: Comparison = "同比", *, approximate: bool = False) -> str:
    """``同比增长20%``, ``环比下降5.3%``, ``与去年同期持平``, ``去年同期为0``, ``无去年同期数据``.

    A difference that rounds to 0.0% is 基本持平. `approximate`: the value or its base is no exact number.
    """
    if value is None or base is None:
        return _incomparable(value, kind)
    if not base and value:
        return f"{_BASES[kind]}为0"
    percents = Fraction(value - base) / base * 100 if base else Fraction(0)
    return _moved(percents, ("增长", "下降", "%"), kind, approximate=approximate)


def change_points(
    value: Number | None, base: Number | None, kind: Comparison = "同比", *, approximate: bool = False
) -> str:
    """``同比提高1.2个百分点``: as `change`, between two shares; rounded from the exact shares, not from their words."""
    if value is None or base is None:
        return _incomparable(value, kind)
    return _moved(Fraction(value - base) * 100, ("提高", "下降", "个百分点"), kind, approximate=approximate)


def level(percents: Number, *, approximate: bool) -> str:
    """How a change that is shown as 0.0 is called: 持平 only if there is none."""
    return "持平" if abs(Fraction(percents)) * _BLUR < 1 and not approximate else "基本持平"


def change_of(figure: Figure, indicator: Indicator, kind: Comparison = "同比") -> str:
    """The change of a figure against the same period last year (同比) or the period before (环比)."""
    compare = change_points if indicator.percent else change
    return compare(figure.value, base(figure, kind).value, kind, approximate=is_rough(figure, kind))


def base(figure: Figure, kind: Comparison) -> Figure:
    """The number of last year's same period (同比) or of the period before (环比), with its bounds, as a figure."""
    is_year = kind == "同比"
    value, bounds = (
        (figure.last_year, figure.last_year_bounds) if is_year else (figure.previous, figure.previous_bounds)
    )
    low, high = bounds or (value, value)
    return figure._replace(value=value, low=low, high=high, numerator=None, denominator=None, unknown=0)


def is_rough(figure: Figure, kind: Comparison) -> bool:
    """Whether a change is worked out of an approximate number."""
    return not (figure.exact and base(figure, kind).exact)


def listing(names: Sequence[str], limit: int = 3, measure_word: str = "家单位") -> str:
    """``A、B、C`` up to `limit` names, then ``A、B、C等5家单位``; ``无`` for none."""
    first = "、".join(names[:limit])
    return f"{first}等{len(names)}{measure_word}" if len(names) > limit else first or "无"


def _incomparable(value: Number | None, kind: Comparison) -> str:
    return UNKNOWN_MARK if value is None else f"无{_BASES[kind]}数据"


def _moved(by: Fraction, words: tuple[str, str, str], kind: Comparison, *, approximate: bool) -> str:
    """`words` are up, down and what is counted."""
    size = rounding.half_up(abs(by), 1)
    if not size:
        return f"与{_BASES[kind]}{level(by, approximate=approximate)}"
    up, down, counted = words
    return f"{kind}{up if by > 0 else down}{'约' if approximate else ''}{rounding.short(size, 1)}{counted}"


# --- figures ---------------------------------------------------------------------------------------------------------


def figure(figure: Figure, indicator: Indicator, style: str = "", *, measure: bool = False) -> str:
    """A figure in one of STYLES, by default the indicator's own; `measure` adds the measure word, a % always stands.

    An approximate figure is never worded as exact: where its style would, it is hedged (约1234; 100余 or 近50 if it was
    reported so). ValueError if there is no such style or it does not suit the indicator.
    """
    write = _style(style or indicator.style, indicator)
    amount = _amount(figure.value, figure.low, figure.high, indicator)
    if amount is None:
        return UNKNOWN_MARK
    return write(amount) + (indicator.measure_word if measure or indicator.percent else "")


def hedge(figure: Figure, indicator: Indicator) -> Hedge:
    """What must stand at the number of an approximate figure, 余 behind it, 近 and 约 before it; nothing if exact."""
    return hedge_between(figure.value, figure.low, figure.high, indicator)


def hedge_between(value: Number | None, low: Number | None, high: Number | None, indicator: Indicator) -> Hedge:
    """The same for a number and its bounds."""
    if low == value == high:
        return ""
    amount = _amount(value, low, high, indicator)
    return amount.hedge if amount else ""


def needs_mark(figure: Figure) -> bool:
    """Whether a sentence that prints the figure must be pointed out: it is unknown or 0."""
    return not figure.value


def styles(indicator: Indicator) -> tuple[str, ...]:
    """The names in STYLES that suit an indicator: percentages are 约 at most, and only they are 百分比."""
    return ("", "约", "百分比") if indicator.percent else tuple(name for name in STYLES if name != "百分比")


def _amount(value: Number | None, low: Number | None, high: Number | None, indicator: Indicator) -> _Amount | None:
    if value is None or low is None or high is None:
        return None
    scale = 100 if indicator.percent else 1
    return _Amount(value * scale, low * scale, high * scale, indicator.measure_word, _decimals(indicator))


def _style(name: str, indicator: Indicator) -> _Style:
    suitable = styles(indicator)
    if name in suitable:
        return STYLES[name]
    choice = "、".join(filter(None, suitable))
    if name in STYLES:
        raise ValueError(f"“{indicator.name}”不能写成“{name}”；可用：{choice}")
    meant = "”或“".join(nearest(name, filter(None, suitable)))
    raise ValueError(f"没有“{name}”这种写法{f'，是不是“{meant}”' if meant else ''}；可用：{choice}")


def _decimals(indicator: Indicator) -> int:
    return _DECIMALS.get(indicator.measure_word, 0 if indicator.whole else _FRACTION_DECIMALS)


# --- cells -----------------------------------------------------------------------------------------------------------


@overload
def cell(value: Number, indicator: Indicator) -> int | float: ...
@overload
def cell(value: None, indicator: Indicator) -> None: ...
@overload
def cell(value: Number | None, indicator: Indicator) -> int | float | None: ...
def cell(value: Number | None, indicator: Indicator) -> int | float | None:
    """The number to store in a cell of `number_format`: unrounded, so that cells still add up.

    On the half the rounded number is stored: programs differ there (LibreOffice shows 0.0185 as 1.8%, Excel as 1.9%).
    """
    if value is None:
        return None
    if value.denominator == 1:
        return int(value)
    digits = _decimals(indicator) + (2 if indicator.percent else 0)
    upper, lower = value.numerator, value.denominator
    below, above = (rounding.steps(upper * (_BLUR + blur), lower * _BLUR, digits) for blur in (-1, 1))
    return upper / lower if below == above else float(rounding.half_up(value, digits))


def number_format(indicator: Indicator, hedge: Hedge = "") -> str:
    """Excel's format for `cell`, which looks like the 0 it shows: ``0``, ``0.0%``; ``"约"0`` if approximate."""
    zero = shown(0, indicator)
    return _hedged(zero, hedge).replace(hedge, f'"{hedge}"') if hedge else zero


def shown(value: Number | None, indicator: Indicator, hedge: Hedge = "") -> str:
    """What Excel shows of a `cell` in its `number_format`, from the exact value; nothing for an unknown one."""
    if value is None:
        return ""
    scale, sign = (100, "%") if indicator.percent else (1, "")
    return _hedged(rounding.fixed(value * scale, _decimals(indicator)) + sign, hedge)
