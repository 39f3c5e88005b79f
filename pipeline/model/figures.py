"""Figures, and the records behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import count, takewhile
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias, runtime_checkable

from pipeline.model.definitions import Scope, Target
from pipeline.model.findings import Finding
from pipeline.model.records import Harvest
from pipeline.period import Period

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


Key: TypeAlias = tuple[int, Scope, str]
"""Which figure of a period: unit, scope, indicator."""
Bounds: TypeAlias = tuple[Fraction | int, Fraction | int]
"""Lowest and highest that an approximate number may be."""


class Figure(NamedTuple):
    """The value of an indicator for a unit and a period; None is unknown, never 0. Shares are exact fractions.

    A run has hundreds of thousands of them, and makes a tuple ten times sooner than a frozen dataclass.
    """

    period: Period
    unit: int
    scope: Scope
    indicator: str
    value: Fraction | int | None
    low: Fraction | int | None
    high: Fraction | int | None
    numerator: Fraction | int | None = None
    denominator: Fraction | int | None = None
    records: int = 0
    unknown: int = 0
    previous: Fraction | int | None = None
    last_year: Fraction | int | None = None
    target: Target | None = None
    silent: int = 0
    """How many units of the scope that should have reported have this ledger unknown."""
    previous_bounds: Bounds | None = None
    """None where `previous` is exact or unknown; so too of `last_year`."""
    last_year_bounds: Bounds | None = None

    @property
    def exact(self) -> bool:
        """Whether nothing approximate is in it; 近20 stands for 19 alone and is not exact."""
        return self.low == self.value == self.high


class Rough(NamedTuple):
    """A number of an earlier period that was approximate."""

    value: Fraction | int
    low: Fraction | int
    high: Fraction | int


BESIDE_KEY = Figure._fields[4:]
"""The fields of a figure but those that say which it is: period, unit, scope and indicator."""
Fields: TypeAlias = Mapping[str, Sequence[Any]]
"""By field of a figure, but its key, an entry for every unit."""


@runtime_checkable
class InColumns(Protocol):
    """Figures that need not be made one by one."""

    def columns(self, scope: Scope, indicator: str) -> Fields: ...


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """All figures of one period, and the frames they were measured on."""

    period: Period
    as_of: date
    by_key: Mapping[Key, Figure]
    harvest: Harvest
    findings: tuple[Finding, ...] = ()

    def get(self, unit: int, indicator: str, scope: Scope) -> Figure:
        return self.by_key[unit, scope, indicator]

    def columns(self, scope: Scope, indicator: str) -> Fields:
        """What stands in the figures of every unit beside their keys, by field."""
        if isinstance(self.by_key, InColumns):
            return self.by_key.columns(scope, indicator)
        keys = takewhile(self.by_key.__contains__, ((unit, scope, indicator) for unit in count()))
        figures = [self.by_key[key] for key in keys]
        return {field: [getattr(figure, field) for figure in figures] for field in BESIDE_KEY}


Change: TypeAlias = tuple[int, Scope, str, Fraction | int | None, Fraction | int | None]
"""A figure that is no longer what it was: unit, scope, indicator, the value before and now."""


@dataclass(frozen=True, slots=True, eq=False)
class Trail:
    """The records of one ledger that count in a period, as columns, by unit, date, table and row."""

    unit: NDArray[np.int64]
    table: NDArray[np.int64]
    row: NDArray[np.int64]
    start_date: NDArray[np.datetime64]
    date_precision: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Behind:
    """The records behind an indicator: the `places` of a trail, ascending; each adds one of `amounts`, as `adds` says.

    What a record adds is what the indicator would be if it were the only one: the quantity of a sum, the hours of a
    median, the numerator of a share, whose denominator stands beside it. For one of the unknown it is None, or in a share
    0 by 0; in a longest gap it is always None, as the dates alone count.
    """

    trail: Trail
    places: NDArray[np.int32]
    adds: NDArray[np.int32]
    amounts: tuple[tuple[Fraction | int | None, Fraction | int | None], ...]

    @property
    def units(self) -> NDArray[np.int64]:
        return self.trail.unit[self.places]
