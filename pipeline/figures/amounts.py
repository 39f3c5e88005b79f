"""States → the numbers of figures, for all units at once: exact integers and fractions, None where unknown."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, TypeAlias, cast

import numpy as np

from pipeline.figures.states import Flags, Ints, Lists, State
from pipeline.model import MICRO, Indicator

Number: TypeAlias = int | Fraction
Column: TypeAlias = Sequence[Number | None]


class Amounts(NamedTuple):
    """The numbers of an indicator, each a column with an entry for every unit."""

    value: Column
    low: Column
    high: Column
    numerator: Column
    denominator: Column


class _Interval(NamedTuple):
    """Amounts of every unit in millionths."""

    value: Ints
    low: Ints
    high: Ints

    @property
    def exact(self) -> Flags:
        """近20 stands for 19 alone and is not exact."""
        return np.equal(self.low, self.value) & np.equal(self.value, self.high)


BOUNDS = ("", "_low", "_high")
"""The columns of an amount: value, low and high."""


def summed(indicator: Indicator, found: State) -> Amounts:
    """A sum."""
    known = ints(found, "answered") > 0
    nothing = _unknown(len(known))
    bounds = _inward(indicator, found, "value")
    each = {id(bound): _exact(bound, known) for bound in bounds}
    value, low, high = (each[id(bound)] for bound in bounds)
    return Amounts(value, low, high, nothing, nothing)


def _inward(indicator: Indicator, found: State, name: str) -> _Interval:
    """Of counted things a low is rounded up and a high down; 100余 stands for 101 to 199 and may lie below its low."""
    bounds = _Interval(*(ints(found, f"{name}{end}") for end in BOUNDS))
    if not indicator.whole or bounds.exact.all():
        return bounds
    low = np.where(bounds.exact, bounds.low, -(-bounds.low // MICRO) * MICRO)
    return bounds._replace(low=low, high=np.where(bounds.exact, bounds.high, bounds.high // MICRO * MICRO))


def divided(indicator: Indicator, found: State) -> Amounts:
    """A share with its numerator and denominator; 0/0 is unknown."""
    known = ints(found, "answered") > 0
    upper, lower = _inward(indicator, found, "numerator"), _inward(indicator, found, "denominator")
    value = _unknown(len(known))
    low, high = (value, value) if upper.exact.all() and lower.exact.all() else (value.copy(), value.copy())
    bounds = (each.tolist() for each in (*upper, *lower))
    for unit, (above, above_low, above_high, below, below_low, below_high) in enumerate(zip(*bounds, strict=True)):
        if known[unit] and below:
            value[unit] = low[unit] = high[unit] = share = _ratio(above, below)
            if not (above_low == above == above_high and below_low == below == below_high):
                low[unit] = _ratio(above_low, below_high)
                high[unit] = _highest(share, above_high, below_low)
    return Amounts(value, low, high, _exact(upper.value, known), _exact(lower.value, known))


def _highest(share: Number, above: int, below: int) -> Number:
    """The greatest quotient that the bounds allow, but none above 1 where the share is not."""
    ceiling = _ratio(above, below) if below else max(share, 1)
    return min(ceiling, 1) if share <= 1 else ceiling


@lru_cache(maxsize=1 << 16)
def _ratio(upper: int, lower: int) -> Number:
    return Fraction(upper, lower) if upper % lower else upper // lower


def largest_divided(indicator: Indicator, found: State) -> Amounts:
    """The share of the largest of the named amounts."""
    largest: State = {f"numerator{end}": ints(found, f"named{end}").max(axis=1) for end in BOUNDS}
    return divided(indicator, found | largest)


def counted(_: Indicator, found: State) -> Amounts:
    """How many different things there are."""
    numbers = ints(found, "distinct") if "distinct" in found else np.count_nonzero(ints(found, "seen"), axis=1)
    return _single(
        [number if known else None for number, known in zip(numbers.tolist(), column(found, "answered"), strict=True)]
    )


def longest(_: Indicator, found: State) -> Amounts:
    """The longest gap between consecutive days; unknown below two records."""
    ordered = map(sorted, cast("Lists", found["days"]))
    return _single([max((after - before for before, after in pairwise(days)), default=None) for days in ordered])


def middle(_: Indicator, found: State) -> Amounts:
    """The median in hours, of an even number the mean of the two in the middle."""
    return _single([_median(sorted(seconds)) for seconds in cast("Lists", found["seconds"])])


def _median(seconds: list[int]) -> Number | None:
    if not seconds:
        return None
    return _ratio(seconds[(len(seconds) - 1) // 2] + seconds[len(seconds) // 2], 2 * 3600)


def submitted(indicator: Indicator, found: State) -> Amounts:
    return (divided if indicator.of == "rate" else summed)(indicator, found)


def _single(value: Column) -> Amounts:
    """Neither an interval nor a share."""
    nothing = _unknown(len(value))
    return Amounts(value, value, value, nothing, nothing)


def _unknown(count: int) -> list[Number | None]:
    return [None] * count


def _exact(millionths: Ints, known: Flags) -> Column:
    """Whole numbers as such, others as fractions, None for those that are not known."""
    whole, rest = np.divmod(millionths, MICRO)
    numbers: list[Number | None] = whole.tolist()
    for unit in np.flatnonzero(rest).tolist():
        numbers[unit] = Fraction(int(millionths[unit]), MICRO)
    for unit in np.flatnonzero(~known).tolist():
        numbers[unit] = None
    return numbers


def column(found: State, name: str) -> list[int]:
    """A column of one integer a unit, as plain numbers."""
    return cast("list[int]", ints(found, name).tolist())


def ints(found: State, name: str) -> Ints:
    return cast("Ints", found[name])
