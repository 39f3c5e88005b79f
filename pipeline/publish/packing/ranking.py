"""The figures of all units → where each stands among comparable ones, and their median; it names none of them."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median
from typing import TypeAlias

from pipeline.model import Definitions, Figures, Indicator, Register
from pipeline.publish.rounding import Number

FEWEST = 5
"""Of fewer units that know their figure, one could tell another's from the median."""


@dataclass(frozen=True, slots=True)
class Standing:
    """`rank` counts from the largest figure among those of `units` units, equal ones share it; None: not known."""

    rank: int | None
    units: int
    median: Number


Standings: TypeAlias = Mapping[tuple[int, str], Standing]
"""By unit and indicator; missing where fewer than FEWEST comparable units know theirs."""


def standings(figures: Figures, definitions: Definitions) -> Standings:
    """Of the indicators that the definitions want ranked, each in its own scope."""
    indicators = [definitions.indicator(id) for id in definitions.ranked]
    groups = _comparable(definitions.register)
    return {
        key: each for group in groups for indicator in indicators for key, each in _ranked(figures, indicator, group)
    }


def _comparable(register: Register) -> list[list[int]]:
    """The units of one level; those that state none, with the others of their parent."""
    groups: defaultdict[tuple[str, int | None], list[int]] = defaultdict(list)
    for unit in register.units:
        groups[unit.level, None if unit.level else unit.parent].append(unit.index)
    return list(groups.values())


def _ranked(figures: Figures, indicator: Indicator, units: Sequence[int]) -> Iterator[tuple[tuple[int, str], Standing]]:
    values = {unit: figures.get(unit, indicator.id, indicator.scope).value for unit in units}
    known = sorted(Fraction(value) for value in values.values() if value is not None)
    if len(known) < FEWEST:
        return
    middle = median(known)
    for unit, value in values.items():
        rank = None if value is None else len(known) - bisect_right(known, value) + 1
        yield (unit, indicator.id), Standing(rank, len(known), middle)
