"""States → the numbers of figures, unit by unit: exact integers and fractions, None where unknown."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias, cast

import numpy as np

from pipeline.figures.states import Ints, Lists, State
from pipeline.model import MICRO, Indicator

Number: TypeAlias = int | Fraction
Amounts: TypeAlias = tuple[Number | None, Number | None, Number | None, Number | None, Number | None]
"""value, low, high, numerator, denominator."""

NOTHING: Amounts = (None, None, None, None, None)
BOUNDS = ("", "_low", "_high")
"""The columns of an amount: value, low and high."""


def summed(indicator: Indicator, found: State) -> Iterator[Amounts]:
    """A sum."""
    for answered, value, low, high in _rows(found, "answered", *(f"value{end}" for end in BOUNDS)):
        if not answered:
            yield NOTHING
        elif low == value == high:
            number = exact(value)
            yield number, number, number, None, None
        else:
            number, least, most = (exact(bound) for bound in _inward(indicator, value, low, high))
            yield number, least, most, None, None


def _inward(indicator: Indicator, value: int, low: int, high: int) -> tuple[int, int, int]:
    """Of counted things a low is rounded up and a high down; 100余 stands for 101 to 199 and may lie below its low."""
    if low == high or not indicator.whole:
        return value, low, high
    return value, -(-low // MICRO) * MICRO, high // MICRO * MICRO


def divided(indicator: Indicator, found: State) -> Iterator[Amounts]:
    """A share with its numerator and denominator; 0/0 is unknown."""
    names = [f"{name}{end}" for name in ("numerator", "denominator") for end in BOUNDS]
    for answered, *bounds in _rows(found, "answered", *names):
        numerator, denominator = _inward(indicator, *bounds[:3]), _inward(indicator, *bounds[3:])
        yield _quotient(numerator, denominator) if answered else NOTHING


def _quotient(numerator: tuple[int, int, int], denominator: tuple[int, int, int]) -> Amounts:
    """Of two (value, low, high): every quotient that they allow, but none above 1 where the value is not."""
    (upper, upper_low, upper_high), (lower, lower_low, lower_high) = numerator, denominator
    if lower == 0:
        return None, None, None, exact(upper), exact(lower)
    value = _ratio(upper, lower)
    if upper_low == upper_high and lower_low == lower_high:
        return value, value, value, exact(upper), exact(lower)
    ceiling = _ratio(upper_high, lower_low) if lower_low else max(value, 1)
    high = min(ceiling, 1) if value <= 1 else ceiling
    return value, _ratio(upper_low, lower_high), high, exact(upper), exact(lower)


def _ratio(upper: int, lower: int) -> Number:
    return Fraction(upper, lower) if upper % lower else upper // lower


def largest_divided(indicator: Indicator, found: State) -> Iterator[Amounts]:
    """The share of the largest of the named amounts."""
    largest: State = {f"numerator{end}": ints(found, f"named{end}").max(axis=1) for end in BOUNDS}
    return divided(indicator, found | largest)


def counted(_: Indicator, found: State) -> Iterator[Amounts]:
    """How many different things there are."""
    numbers = ints(found, "distinct") if "distinct" in found else np.count_nonzero(ints(found, "seen"), axis=1)
    for answered, number in zip(column(found, "answered"), numbers.tolist(), strict=True):
        yield (number, number, number, None, None) if answered else NOTHING


def longest(_: Indicator, found: State) -> Iterator[Amounts]:
    """The longest gap between consecutive days; unknown below two records."""
    for days in cast("Lists", found["days"]):
        gap = max((after - before for before, after in pairwise(sorted(days))), default=None)
        yield gap, gap, gap, None, None


def middle(_: Indicator, found: State) -> Iterator[Amounts]:
    """The median in hours, of an even number the mean of the two in the middle."""
    for seconds in cast("Lists", found["seconds"]):
        if not seconds:
            yield NOTHING
            continue
        ordered = sorted(seconds)
        hours = _ratio(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2], 2 * 3600)
        yield hours, hours, hours, None, None


def submitted(indicator: Indicator, found: State) -> Iterator[Amounts]:
    return (divided if indicator.of == "rate" else summed)(indicator, found)


def _rows(found: State, *names: str) -> Iterator[tuple[int, ...]]:
    return zip(*(column(found, name) for name in names), strict=True)


def column(found: State, name: str) -> list[int]:
    """A column of one integer a unit, as plain numbers."""
    return cast("list[int]", ints(found, name).tolist())


def exact(millionths: int) -> Number:
    whole, rest = divmod(millionths, MICRO)
    return Fraction(millionths, MICRO) if rest else whole


def ints(found: State, name: str) -> Ints:
    return cast("Ints", found[name])
