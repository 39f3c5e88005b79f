"""Records → the figures of a period, an indicator at a time: each is measured when it is first asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import NamedTuple, TypeAlias

import numpy as np

from pipeline.figures import kinds, states
from pipeline.figures.amounts import BOUNDS, Number, ints
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


class Gradual(Mapping[Key, Figure]):
    """By unit, scope and indicator the figures of `indicators`, with nothing beside them."""

    def __init__(
        self, harvest: Harvest, definitions: Definitions, period: Period, as_of: date, indicators: Collection[Indicator]
    ) -> None:
        self._harvest, self._definitions, self._period, self._as_of = harvest, definitions, period, as_of
        self._indicators = {indicator.id: indicator for indicator in indicators}
        self._states: dict[tuple[Scope, str], states.State] = {}
        self._numbers: dict[tuple[Scope, str], Numbers] = {}

    def numbers(self, scope: Scope, id: str) -> Numbers:
        """The numbers of every unit of the register."""
        key = scope, id
        if key not in self._numbers:
            self._numbers[key] = _numbers(self._indicators[id], self._state(scope, id))
        return self._numbers[key]

    def __getitem__(self, key: Key) -> Figure:
        unit, scope, id = key
        value, low, high, numerator, denominator = (column[unit] for column in self.numbers(scope, id))
        state = self._state(scope, id)
        records, unknown = (int(ints(state, name)[unit]) for name in ("records", "unknown"))
        return Figure(self._period, unit, scope, id, value, low, high, numerator, denominator, records, unknown)

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

    def _state(self, scope: Scope, id: str) -> states.State:
        if (scope, id) not in self._states:
            own = kinds.state(self._ground, self._indicators[id])
            self._states["own", id], self._states["all", id] = own, self._tree.merged(own)
        return self._states[scope, id]


def _numbers(indicator: Indicator, state: states.State) -> Numbers:
    if _is_plain(state):
        each = zip((ints(state, "value") // MICRO).tolist(), ints(state, "answered").tolist(), strict=True)
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
