"""Indicators column by column: each is worked out for all units at once, when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple, TypeAlias

from pipeline.figures import kinds
from pipeline.figures.amounts import Amounts, Number, column
from pipeline.figures.states import Ground, State
from pipeline.model import BESIDE_KEY, SCOPES, Bounds, Fields, Figure, Indicator, Key, Scope, Target
from pipeline.period import Period

Place: TypeAlias = tuple[Scope, str]
"""Scope and indicator."""
Context: TypeAlias = tuple[
    Sequence[Number | None],
    Sequence[Number | None],
    Sequence[Target | None],
    Sequence[int],
    Sequence[Bounds | None],
    Sequence[Bounds | None],
]
"""previous, last_year, target, silent, and the bounds of the first two, unit by unit."""
Beside: TypeAlias = Callable[[Scope, Indicator], Context]
"""What stands beside the figures of an indicator."""


class Numbers(NamedTuple):
    """What is known of an indicator for every unit: its amounts, on how many records, and how many of these give none."""

    amounts: Amounts
    records: Sequence[int]
    unknown: Sequence[int]


class Measure:
    """An indicator in both scopes; once it is worked out the numbers stay, and the records that they stand on do not."""

    def __init__(self, ground: Ground, indicator: Indicator) -> None:
        self._ground, self._indicator = ground, indicator
        self._found: Mapping[Scope, Numbers] = {}

    @property
    def numbers(self) -> Mapping[Scope, Numbers]:
        if not self._found:
            own = kinds.state(self._ground, self._indicator)
            every = self._ground.tree.merged(own)
            self._found = {"own": self._numbers(own), "all": self._numbers(every)}
            del self._ground
        return self._found

    def _numbers(self, state: State) -> Numbers:
        return Numbers(kinds.numbers(self._indicator, state), column(state, "records"), column(state, "unknown"))


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """An indicator in one scope for every unit of the register."""

    scope: Scope
    indicator: Indicator
    measure: Measure

    @property
    def numbers(self) -> Numbers:
        return self.measure.numbers[self.scope]

    @property
    def amounts(self) -> Amounts:
        return self.numbers.amounts


def columns(ground: Ground, indicators: Iterable[Indicator]) -> dict[Place, Column]:
    """The indicators in their order, each in both scopes."""
    measures = ((indicator, Measure(ground, indicator)) for indicator in indicators)
    return {
        (scope, indicator.id): Column(scope, indicator, measure) for indicator, measure in measures for scope in SCOPES
    }


class ByKey(Mapping[Key, Figure]):
    """Figures under unit, scope and indicator, each made when it is asked for and not kept: their columns are.

    `beside` gives what stands beside the numbers of a column; without it nothing does.
    """

    def __init__(self, columns: Mapping[Place, Column], units: int, period: Period, beside: Beside | None) -> None:
        self._columns, self._units, self._period, self._beside = columns, units, period, beside or _alone(units)
        self._found: dict[Place, tuple[Sequence[Any], ...]] = {}

    def columns(self, scope: Scope, indicator: str) -> Fields:
        """What stands in every unit's figure beside its key, without making them."""
        return dict(zip(BESIDE_KEY, self._beside_key((scope, indicator)), strict=True))

    def amounts(self, scope: Scope, indicator: str) -> Amounts:
        """The numbers of every unit, without their figures."""
        return self._columns[scope, indicator].amounts

    def counts(self, scope: Scope, indicator: str) -> tuple[Sequence[int], Sequence[int]]:
        """Of every unit how many records its figure stands on, and how many of them give no number."""
        _, records, unknown = self._columns[scope, indicator].numbers
        return records, unknown

    def __getitem__(self, key: Key) -> Figure:
        unit, scope, indicator = key
        if not 0 <= unit < self._units:
            raise KeyError(key)
        columns = self._found.get((scope, indicator)) or self._beside_key((scope, indicator))
        return Figure(self._period, unit, scope, indicator, *[column[unit] for column in columns])

    def __iter__(self) -> Iterator[Key]:
        return ((unit, *place) for place, unit in product(self._columns, range(self._units)))

    def __len__(self) -> int:
        return len(self._columns) * self._units

    def _beside_key(self, place: Place) -> tuple[Sequence[Any], ...]:
        """What stands in figures beside their key, column by column, in their order."""
        if place not in self._found:
            column = self._columns[place]
            amounts, *counts = column.numbers
            self._found[place] = (*amounts, *counts, *self._beside(column.scope, column.indicator))
        return self._found[place]


def _alone(units: int) -> Beside:
    nothing, none_silent = [None] * units, [0] * units
    return lambda scope, indicator: (nothing, nothing, nothing, none_silent, nothing, nothing)  # noqa: ARG005
