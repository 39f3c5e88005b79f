"""From frames to columns: the records that count in a period, the units that are known, and sums along the register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from itertools import chain, pairwise
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.model import ABSENT, EXACT, MICRO, RANGE, UNKNOWN, Coverage, Definitions, Filter, Harvest, Register
from pipeline.period import Period

Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Lists: TypeAlias = list[list[int]]
State: TypeAlias = dict[str, Ints | Lists]
"""Mergeable: each column holds an integer, a row of integers or a list for every unit; two units merge by adding."""

DAY_LENGTH = np.timedelta64(1, "D")
_HALF = 26
"""Bits of the lower half of a number: sums of 2**27 such halves are still exact as floats."""


class Quantity(NamedTuple):
    """A quantity of every record, in millionths."""

    value: Ints
    low: Ints
    high: Ints
    kind: NDArray[np.int8]

    @property
    def stated(self) -> Flags:
        """Neither unknown nor not applicable."""
        return np.less_equal(self.kind, RANGE)


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """The records of one ledger that count in a period: `rows` of its frame, each owned by a unit below `count`."""

    frame: pd.DataFrame
    rows: Ints
    units: Ints
    count: int
    period: Period
    as_of: date

    def column(self, name: str, missing: Any) -> NDArray[Any]:
        if name not in self.frame:
            return np.full(len(self.rows), missing)
        return self.frame[name].to_numpy()[self.rows]

    def quantity(self, name: str) -> Quantity:
        """The quantity of that name; without a name each record is one."""
        if not name:
            ones = np.full(len(self.rows), MICRO)
            return Quantity(ones, ones, ones, np.full(len(self.rows), EXACT, np.int8))
        value, low, high = (self.column(name + end, 0) for end in ("", "_low", "_high"))
        return Quantity(value, low, high, self.column(f"{name}_kind", UNKNOWN))

    def chosen(self, where: Filter, unless: Filter = ()) -> tuple[Flags, Flags]:
        """Which records meet the filter, and which are undecided as their table has no such column."""
        possible = np.ones(len(self.rows), bool)
        decided = possible.copy()
        for field, mask in where:
            choices = self.column(field, ABSENT)
            meets = (choices & mask) != 0
            undecided = ~meets & (choices == ABSENT)
            decided &= ~undecided
            possible &= meets | undecided
        for field, mask in unless:
            possible &= (self.column(field, ABSENT) & mask) == 0
        return possible & decided, possible & ~decided

    def added(self, values: NDArray[Any]) -> Ints:
        """Their sum for each unit, exact: bincount adds floats, so flags go without weights and numbers in two halves."""
        if values.dtype == bool:
            return np.bincount(self.units[values], minlength=self.count)
        upper, lower = (
            np.bincount(self.units, weights=half, minlength=self.count).astype(np.int64)
            for half in (values >> _HALF, values & ((1 << _HALF) - 1))
        )
        return (upper << _HALF) + lower

    def listed(self, values: Ints, taken: Flags) -> Lists:
        """The values of the records `taken`, one list for each unit."""
        units = self.units[taken]
        ends = np.cumsum(np.bincount(units, minlength=self.count)).tolist()
        ordered = values[taken][np.argsort(units, kind="stable")].tolist()
        return [ordered[first:last] for first, last in pairwise([0, *ends])]

    def alone(self) -> Records:
        """The same records, each as a unit of its own."""
        numbers = np.arange(len(self.rows))
        return Records(self.frame, self.rows, numbers, len(numbers), self.period, self.as_of)


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What the figures of a period stand on: by ledger the records that count and whether each unit is known."""

    definitions: Definitions
    records: Mapping[str, Records]
    known: Mapping[str, Flags]

    @property
    def heard(self) -> Flags:
        """The units of which any ledger is known."""
        return reduce(np.bitwise_or, self.known.values())


def ground(harvest: Harvest, definitions: Definitions, period: Period, as_of: date) -> Ground:
    """The records whose whole span lies in the period and whose start is not after `as_of`, and who is known."""
    records: dict[str, Records] = {}
    known: dict[str, Flags] = {}
    count = len(definitions.register.units)
    for ledger in definitions.ledgers:
        frame = harvest.records.get(ledger.id, _NOTHING)
        rows = _counted(frame, period, as_of)
        coverage = (c for c in harvest.coverage if c.ledger == ledger.id)
        known[ledger.id] = _known(coverage, set(frame["table"].to_numpy()[rows].tolist()), period, count)
        units = frame["unit"].to_numpy()[rows].astype(np.int64)
        records[ledger.id] = Records(frame, rows, units, count, period, as_of)
    return Ground(definitions, records, known)


_NOTHING = pd.DataFrame(
    {"unit": np.zeros(0, np.int64), "table": np.zeros(0, np.int32), "start_date": np.zeros(0, "datetime64[s]")}
)
"""The frame of a ledger that nobody sent, or with zero reports only."""


def _counted(frame: pd.DataFrame, period: Period, as_of: date) -> Ints:
    start = frame["start_date"].to_numpy()
    end = frame["end_date"].to_numpy() if "end_date" in frame else start
    inside = (start >= np.datetime64(period.start)) & (end < np.datetime64(period.end) + DAY_LENGTH)
    return np.flatnonzero(inside & (start < np.datetime64(as_of) + DAY_LENGTH))


def _known(coverage: Iterable[Coverage], tables: set[int], period: Period, count: int) -> Flags:
    known = np.zeros(count, bool)
    for cover in coverage:
        if cover.table in tables or (cover.period is not None and cover.period.overlaps(period)):
            known[cover.unit] = True
    return known


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """The register depth first, so that a unit and all units under it are one slice: first ≤ place < last."""

    order: Ints
    first: Ints
    last: Ints

    @classmethod
    def of(cls, register: Register) -> Tree:
        roots = [unit.index for unit in register.units if unit.parent is None]
        order = np.array([unit for root in roots for unit in register.below(root)], np.int64)
        first = np.argsort(order)
        sizes = np.array([len(register.below(unit.index)) for unit in register.units], np.int64)
        return cls(order, first, first + sizes)

    def merged(self, state: State) -> State:
        """The state of each unit merged with those of all units under it."""
        return {name: self._joined(c) if isinstance(c, list) else self.summed(c) for name, c in state.items()}

    def summed(self, column: Ints) -> Ints:
        """For each unit the sum over itself and all units under it: a difference of running totals."""
        running = np.zeros((len(column) + 1, *column.shape[1:]), np.int64)
        np.cumsum(column[self.order], axis=0, out=running[1:])
        return running[self.last] - running[self.first]

    def _joined(self, lists: Lists) -> Lists:
        ordered = [lists[unit] for unit in self.order]
        slices = zip(self.first.tolist(), self.last.tolist(), strict=True)
        return [list(chain.from_iterable(ordered[first:last])) for first, last in slices]
