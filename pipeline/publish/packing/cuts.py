"""The figures of a run → those of a few units, as columns that can be sent to another process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from operator import itemgetter
from typing import Any, TypeAlias

import numpy as np

from pipeline.model import SCOPES, Definitions, Figure, Figures, Frame, Harvest, Key, Scope
from pipeline.period import Period
from pipeline.publish import evidence
from pipeline.publish.sheets.material import Month, Monthly

Place: TypeAlias = tuple[Scope, str]
"""Scope and indicator."""
Column: TypeAlias = Sequence[Any]
"""An entry for each unit."""
Columns: TypeAlias = Mapping[Place, Sequence[Column]]
"""What stands in figures beside their keys, field by field."""
Entries: TypeAlias = Mapping[int, Any]
"""By unit."""
Months: TypeAlias = "Mapping[Period, Month | Cut]"

ANY_UNIT, MONTHS, EVIDENCE = "单位", "月份", "依据"
"""Names by which a template reaches beyond the unit's branch, beyond what a summary shows of months, and to its records."""

NOTHING = Harvest({}, (), (), (), ())

_AMOUNTS, _COUNTS = slice(0, 5), slice(5, 7)


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """The figures of a period and those of its months: of all units, or cut."""

    figures: Figures
    months: Months


class Cut(Mapping[Key, Figure]):
    """The figures of some units in a period; those of a column are made when one of them is first asked for."""

    def __init__(self, period: Period, units: Sequence[int], columns: Columns) -> None:
        self._period, self._units, self._columns = period, units, columns
        self._made: dict[Place, Mapping[int, Figure]] = {}

    def amounts(self, scope: Scope, indicator: str) -> Sequence[Entries]:
        """Value, low, high, numerator and denominator, each by unit."""
        return [self._by_unit(column) for column in self._columns[scope, indicator][_AMOUNTS]]

    def counts(self, scope: Scope, indicator: str) -> Sequence[Entries]:
        """By unit how many records its figure stands on, and how many of them give no number."""
        return [self._by_unit(column) for column in self._columns[scope, indicator][_COUNTS]]

    def __getitem__(self, key: Key) -> Figure:
        unit, scope, indicator = key
        place = scope, indicator
        if place not in self._made:
            self._made[place] = self._figures(scope, indicator)
        return self._made[place][unit]

    def __iter__(self) -> Iterator[Key]:
        return ((unit, *place) for place, unit in product(self._columns, self._units))

    def __len__(self) -> int:
        return len(self._columns) * len(self._units)

    def _figures(self, scope: Scope, indicator: str) -> Mapping[int, Figure]:
        entries = zip(self._units, zip(*self._columns[scope, indicator], strict=True), strict=True)
        return {unit: Figure(self._period, unit, scope, indicator, *each) for unit, each in entries}

    def _by_unit(self, column: Column) -> Entries:
        return dict(zip(self._units, column, strict=True))


class Cutter:
    """Cuts out of the figures of a run those that packs speak of; `names` are what their template looks up."""

    def __init__(self, figures: Figures, months: Monthly, definitions: Definitions, names: Iterable[str]) -> None:
        self._figures, self._names, self._register = figures, frozenset(names), definitions.register
        every = list(product(SCOPES, (each.id for each in definitions.indicators)))
        shown = [(each.scope, each.id) for each in definitions.indicators]
        places = every if MONTHS in self._names else shown
        self._columns = {place: tuple(figures.columns(*place).values()) for place in every}
        self._months = {month: {place: _numbers(each, place) for place in places} for month, each in months.items()}

    def __call__(self, packed: Sequence[int]) -> Numbers:
        """Those of which the packs of these units speak."""
        units = self._spoken_of(packed)
        figures = _cut(self._figures.period, units, self._columns)
        months = {month: _cut(month, units, columns) for month, columns in self._months.items()}
        return Numbers(replace(self._figures, by_key=figures, harvest=self._harvest(units), findings=()), months)

    def _spoken_of(self, packed: Iterable[int]) -> Sequence[int]:
        if ANY_UNIT in self._names:
            return range(len(self._register.units))
        return sorted({under for unit in packed for under in self._register.below(unit)})

    def _harvest(self, units: Sequence[int]) -> Harvest:
        """The records of which a narrative speaks, in their order."""
        records: Frame = self._figures.harvest.records.get(evidence.LEDGER, {})
        if EVIDENCE not in self._names or not records:
            return NOTHING
        mine = np.isin(records["unit"], units)
        return replace(NOTHING, records={evidence.LEDGER: {name: records[name][mine] for name in evidence.COLUMNS}})


def _numbers(month: Month, place: Place) -> Sequence[Column]:
    """Of every unit; nothing stands beside the figures of a month."""
    return *month.amounts(*place), *month.counts(*place)


def _picker(units: Sequence[int]) -> Callable[[Column], Column]:
    """What takes the entries of these units, in ascending order, out of a column."""
    first, last = units[0], units[-1]
    if last - first + 1 == len(units):
        return itemgetter(slice(first, last + 1))
    return itemgetter(*units)


def _cut(period: Period, units: Sequence[int], columns: Columns) -> Cut:
    picked = _picker(units)
    return Cut(period, units, {place: _each_once(map(picked, every)) for place, every in columns.items()})


def _each_once(columns: Iterable[Column]) -> Sequence[Column]:
    """Value, low and high are one column where they are equal, which is sent once."""
    value, low, high, *others = columns
    return value, value if low == value else low, value if high == value else high, *others
