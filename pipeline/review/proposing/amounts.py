"""A number as a report words it in; what it amounts to out, and whether a tag may be worded so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, TypeAlias

from pipeline.publish import rounding, words
from pipeline.publish.tags import CHANGES, Tag
from pipeline.review.proposing import numerals, profiles
from pipeline.review.proposing.numerals import Numeral

Fit: TypeAlias = Literal["ok", "reworded", "changed"]

_SCALES = {"": 1, "万": 10**4, "亿": 10**8}
_MONEY = {"元": 1, "万元": 10**4, "亿元": 10**8}
_ALIKE = 0.7
"""Measure words that are less alike count different things."""


@dataclass(frozen=True, slots=True)
class Amount:
    """`decimals` are those that are written; `money` is how much one of the measure word is in 元, 0 for other things."""

    value: Fraction
    hedge: str
    percent: bool
    decimals: int = 0
    money: int = 0

    def equals(self, other: Amount) -> bool:
        same = self.value * (self.money or 1) == other.value * (other.money or 1)
        return same and self.hedge == other.hedge and self.percent == other.percent


def amount(numeral: Numeral) -> Amount | None:
    """None for a range and for what is no number."""
    core = _core(numeral)
    if core is None:
        return None
    hedge = "余" if numeral.more else numeral.hedge
    decimals = len(numeral.core.partition(".")[2]) if not (numeral.chinese or numeral.scale) else 0
    return Amount(core * _SCALES[numeral.scale], hedge, numeral.percent, decimals, _MONEY.get(numeral.measure, 0))


def _core(numeral: Numeral) -> Fraction | None:
    if numeral.chinese:
        from cn2an import cn2an

        try:
            return Fraction(cn2an(numeral.core.removeprefix("百分之").replace("两", "二"), "smart"))
        except ValueError:
            return None
    text = numeral.core.replace(",", "")
    return Fraction(text) if re.fullmatch(r"\d+(\.\d+)?", text) else None


def fit(printed: Numeral, found: Numeral, tag: Tag) -> Fit:
    """Whether `found` may stand where the run prints `printed`."""
    one, other = amount(printed), amount(found)
    if one is None or other is None:
        return "ok" if printed.text == found.text else "changed"
    if not _counts_alike(printed, found, tag):
        return "changed"
    if one.equals(other):
        return "ok" if printed.text == found.text else "reworded"
    one = replace(one, money=one.money or _MONEY.get(tag.indicator.measure_word, 0))
    return "reworded" if any(other.equals(each) for each in _valid(tag, one, other)) else "changed"


def _counts_alike(printed: Numeral, found: Numeral, tag: Tag) -> bool:
    """人次 for 人次 or 人, but no 篇 for 次; a measure word that is gone says nothing, one that stands is right."""
    if found.measure == printed.measure:
        return True
    counted = tag.indicator.measure_word if tag.aspect in CHANGES and not found.percent else printed.measure
    if not counted or not found.measure or found.measure in _MONEY:
        return True
    return profiles.alike(found.measure, counted) >= _ALIKE


def _valid(tag: Tag, printed: Amount, found: Amount) -> Iterator[Amount]:
    """The figure in every style that suits it, with more decimals than usual, and a change as a plain difference."""
    exact = _exact(tag)
    if exact is not None and found.decimals > printed.decimals:
        yield replace(printed, value=Fraction(rounding.half_up(exact, found.decimals)), hedge="")
    if tag.aspect in CHANGES or tag.wording:
        if (difference := _difference(tag)) is not None and not found.percent:
            yield Amount(difference, "", percent=False, money=printed.money)
        return
    for style in words.styles(tag.indicator):
        worded = words.figure(tag.figure, replace(tag.indicator, style=""), style, measure=True)
        if (numeral := numeral_of(worded)) and (each := amount(numeral)):
            yield replace(each, money=printed.money)


def numeral_of(worded: str) -> Numeral | None:
    """The first number of a text that words has written."""
    return next(iter(numerals.found(worded, ())), None)


def _exact(tag: Tag) -> Fraction | None:
    """The exact number behind the words, percentages times 100; None if it is an interval or unknown."""
    figure = tag.figure
    if figure.value is None or figure.low != figure.high:
        return None
    if tag.aspect in CHANGES:
        base = _base(tag)
        if not base or _is_rough(tag):
            return None
        change = Fraction(figure.value) - base
        return abs(change if tag.indicator.percent else change / base) * 100
    return Fraction(figure.value) * (100 if tag.indicator.percent else 1)


def _difference(tag: Tag) -> Fraction | None:
    base, value = _base(tag), tag.figure.value
    return None if tag.aspect not in CHANGES or base is None or value is None else abs(value - base)


def plain(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"


def _is_rough(tag: Tag) -> bool:
    return words.is_rough(tag.figure, "同比" if tag.aspect == "同比" else "环比")


def _base(tag: Tag) -> Fraction | None:
    base = tag.figure.last_year if tag.aspect == "同比" else tag.figure.previous
    return None if base is None else Fraction(base)
