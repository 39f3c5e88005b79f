"""Records → the figures of a period, an indicator at a time: each is measured when it is first asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import NamedTuple, TypeAlias

import numpy as np

from pipeline.figures import kinds, states
from pipeline.figures.amounts import BOUNDS, Number, column, ints
from pipeline.model import MICRO, SCOPES, Definitions, Figure, Harvest, Indicator, Scope
from pipeline.period import Period

Key: TypeAlias = tuple[int, Scope, str]
Column: TypeAlias = list[Number | None]
"""A number for every unit, None where it is unknown."""


class Numbers(NamedTuple):
    """All numbers of an indicator in one scope, unit by unit."""

    value: Column
    low: Column
    high: Column
    numerator: Column
    denominator: Column


Counts: TypeAlias = tuple[list[int], list[int]]
"""Records and unknown ones, unit by unit."""


class Gradual(Mapping[Key, Figure]):
    """By unit, scope and indicator the figures of `indicators`, with nothing beside them."""

    def __init__(
        self, harvest: Harvest, definitions: Definitions, period: Period, as_of: date, indicators: Collection[Indicator]
    ) -> None:
        self._harvest, self._definitions, self._period, self._as_of = harvest, definitions, period, as_of
        self._indicators = {indicator.id: indicator for indicator in indicators}
        self._measured: dict[tuple[Scope, str], tuple[Numbers, Counts]] = {}

    def numbers(self, scope: Scope, id: str) -> Numbers:
        """The numbers of every unit of the register."""
        return self._column(scope, id)[0]

    def __getitem__(self, key: Key) -> Figure:
        unit, scope, id = key
        (value, low, high, numerator, denominator), (records, unknown) = self._column(scope, id)
        parts = numerator[unit], denominator[unit], records[unit], unknown[unit]
        return Figure(self._period, unit, scope, id, value[unit], low[unit], high[unit], *parts)

    def __iter__(self) -> Iterator[Key]:
        units = range(len(self._definitions.register.units))
        return ((unit, scope, id) for id in self._indicators for scope in SCOPES for unit in units)

    def __len__(self) -> int:
        return len(self._indicators) * len(SCOPES) * len(self._definitions.register.units)

    @cached_property
    def _ground(self) -> states.Ground:
        return states.ground(self._harvest, self._definitions, self._period, self._as_of)

    @cached_property
    def _tree(self) -> states.Tree:
        return states.Tree.of(self._definitions.register)

    def _column(self, scope: Scope, id: str) -> tuple[Numbers, Counts]:
        if (scope, id) not in self._measured:
            indicator = self._indicators[id]
            own = kinds.state(self._ground, indicator)
            self._measured["own", id] = _read(indicator, own)
            self._measured["all", id] = _read(indicator, self._tree.merged(own))
        return self._measured[scope, id]


def _read(indicator: Indicator, state: states.State) -> tuple[Numbers, Counts]:
    return _numbers(indicator, state), (column(state, "records"), column(state, "unknown"))


def _numbers(indicator: Indicator, state: states.State) -> Numbers:
    if _is_plain(state):
        each = zip((ints(state, "value") // MICRO).tolist(), column(state, "answered"), strict=True)
        values = [value if answered else None for value, answered in each]
        nothing: Column = [None] * len(values)
        return Numbers(values, values, values, nothing, nothing)
    return Numbers(*map(list, zip(*kinds.numbers(indicator, state), strict=True)))


def _is_plain(state: states.State) -> bool:
    """A sum that is exact and whole for every unit."""
    if "value" not in state:
        return False
    value, low, high = (ints(state, f"value{end}") for end in BOUNDS)
    return not (value % MICRO).any() and bool(np.equal(value, low).all() and np.equal(value, high).all())
