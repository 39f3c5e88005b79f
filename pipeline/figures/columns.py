"""Indicators column by column: each is worked out for all units at once, when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, TypeAlias

from pipeline.figures import kinds
from pipeline.figures.amounts import Amounts, column
from pipeline.figures.states import Ground, State
from pipeline.model import Fields, Figure, Indicator, Key, Scope

"""Unit, scope and indicator."""
Place: TypeAlias = tuple[Scope, str]
"""Scope and indicator."""


@dataclass(frozen=True, eq=False)
class Column:
    """An indicator in one scope for every unit of the register; `own` is that of the units by themselves, if this is not."""

    ground: Ground
    scope: Scope
    indicator: Indicator
    own: Column | None = None

    @cached_property
    def state(self) -> State:
        return self.ground.tree.merged(self.own.state) if self.own else kinds.state(self.ground, self.indicator)

    @cached_property
    def amounts(self) -> Amounts:
        return kinds.numbers(self.indicator, self.state)


def columns(ground: Ground, indicators: Iterable[Indicator]) -> dict[Place, Column]:
    """The indicators in their order, each in both scopes."""
    found: dict[Place, Column] = {}
    for indicator in indicators:
        found["own", indicator.id] = own = Column(ground, "own", indicator)
        found["all", indicator.id] = Column(ground, "all", indicator, own)
    return found


class ByKey(Mapping[Key, Figure]):
    """Figures under unit, scope and indicator, of which `fields` gives all that a column has, in the order of a figure.

    Those of a column are made when one of them is first asked for.
    """

    def __init__(
        self, columns: Mapping[Place, Column], units: int, fields: Callable[[Column], Sequence[Sequence[Any]]]
    ) -> None:
        self._columns, self._units, self._fields = columns, units, fields
        self._made: dict[Place, Sequence[Figure]] = {}

    def columns(self, scope: Scope, indicator: str) -> Fields:
        """The fields of every unit's figure, without making them."""
        return dict(zip(Figure._fields, self._fields(self._columns[scope, indicator]), strict=True))

    def amounts(self, scope: Scope, indicator: str) -> Amounts:
        """The numbers of every unit, without their figures."""
        return self._columns[scope, indicator].amounts

    def counts(self, scope: Scope, indicator: str) -> tuple[list[int], list[int]]:
        """Of every unit how many records its figure stands on, and how many of them give no number."""
        state = self._columns[scope, indicator].state
        return column(state, "records"), column(state, "unknown")

    def __getitem__(self, key: Key) -> Figure:
        unit, scope, indicator = key
        if not 0 <= unit < self._units:
            raise KeyError(key)
        place = scope, indicator
        made = self._made.get(place)
        if made is None:
            made = self._made[place] = list(map(Figure._make, zip(*self._fields(self._columns[place]), strict=True)))
        return made[unit]

    def __iter__(self) -> Iterator[Key]:
        return ((unit, *place) for place, unit in product(self._columns, range(self._units)))

    def __len__(self) -> int:
        return len(self._columns) * self._units
