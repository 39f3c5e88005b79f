"""From frames to columns: the records that count in a period, the units that are known, and sums along the register."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, reduce
from itertools import chain, pairwise
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.model import ABSENT, EXACT, MICRO, RANGE, UNKNOWN, Definitions, Filter, Frame, Harvest, Register
from pipeline.period import Period
from pipeline.spelling import normal

Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Lists: TypeAlias = list[list[int]]
State: TypeAlias = dict[str, Ints | Lists]
"""Mergeable: each column holds an integer, a row of integers or a list for every unit; two units merge by adding."""

DAY_LENGTH = np.timedelta64(1, "D")


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


@dataclass(frozen=True, eq=False)
class Records:
    """The records of one ledger that count in a period: `rows` of its frame, each owned by a unit below `count`.

    Those of a unit stand together, in the order of the frame.
    """

    frame: Frame
    rows: Ints
    units: Ints
    count: int
    period: Period
    as_of: date
    _taken: dict[int, NDArray[Any]] = dataclasses.field(default_factory=dict)
    """The rows of columns asked for before."""
    _coded: dict[str, Ints] = dataclasses.field(default_factory=dict)

    @classmethod
    def of(cls, frame: Frame, count: int, period: Period, as_of: date) -> Records:
        rows = counted(frame, period, as_of)
        units = frame["unit"][rows].astype(np.int64)
        if (units[1:] < units[:-1]).any():
            order = np.argsort(units, kind="stable")
            rows, units = rows[order], units[order]
        return cls(frame, rows, units, count, period, as_of)

    def column(self, name: str, missing: Any) -> NDArray[Any]:
        """Columns that are one array of the frame are one array here, and its own where all of its rows count."""
        if name not in self.frame:
            return np.full(len(self.rows), missing)
        column = self.frame[name]
        if self._whole:
            return column
        if id(column) not in self._taken:
            self._taken[id(column)] = column[self.rows]
        return self._taken[id(column)]

    def codes(self, name: str) -> Ints:
        """Equal numbers for texts of one normal form, -1 for blank."""
        if name not in self._coded:
            numbers: dict[str, int] = {"": -1}
            code = cache(lambda text: numbers.setdefault(normal(text), len(numbers)))
            self._coded[name] = np.fromiter(map(code, self.column(name, "")), np.int64, len(self.rows))
        return self._coded[name]

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
        """Their sum for each unit: differences of a running total."""
        running = np.zeros(len(values) + 1, np.int64)
        np.cumsum(values, out=running[1:])
        return np.diff(running[self.ends])

    def listed(self, values: Ints, taken: Flags) -> Lists:
        """The values of the records `taken`, one list for each unit."""
        every = values[taken].tolist()
        ends = np.cumsum(self.added(taken)).tolist()
        return [every[first:last] for first, last in pairwise([0, *ends])]

    @cached_property
    def _whole(self) -> bool:
        """Whether these are all rows of the frame, in its order."""
        rows = self.rows
        return len(rows) == len(self.frame["unit"]) and bool((rows[1:] > rows[:-1]).all())

    @cached_property
    def ends(self) -> Ints:
        """Where each unit begins, and the end of the last."""
        return np.searchsorted(self.units, np.arange(self.count + 1))

    def alone(self, order: Ints) -> Records:
        """The same records in another order, each as a unit of its own."""
        numbers = np.arange(len(order))
        return Records(self.frame, self.rows[order], numbers, len(numbers), self.period, self.as_of)


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What the figures of a period stand on: by ledger the records that count and whether each unit is known."""

    definitions: Definitions
    tree: Tree
    records: Mapping[str, Records]
    known: Mapping[str, Flags]

    @property
    def heard(self) -> Flags:
        """The units of which any ledger is known."""
        return reduce(np.bitwise_or, self.known.values())


def ground(harvest: Harvest, definitions: Definitions, period: Period, as_of: date) -> Ground:
    """The records whose whole span lies in the period and whose start is not after `as_of`, and who is known."""
    count = len(definitions.register.units)
    records = {
        ledger.id: Records.of(harvest.records.get(ledger.id, NOTHING), count, period, as_of)
        for ledger in definitions.ledgers
    }
    return Ground(definitions, Tree.of(definitions.register), records, _known(harvest, records, period, count))


NOTHING: Frame = {
    "unit": np.zeros(0, np.int64),
    "table": np.zeros(0, np.int32),
    "start_date": np.zeros(0, "datetime64[s]"),
}
"""The frame of a ledger that nobody sent, or with zero reports only."""


def counted(frame: Frame, period: Period, as_of: date) -> Ints:
    """The rows of a frame that count."""
    start = frame["start_date"]
    end = frame.get("end_date", start)
    inside = (start >= np.datetime64(period.start)) & (end < np.datetime64(period.end) + DAY_LENGTH)
    return np.flatnonzero(inside & (start < np.datetime64(as_of) + DAY_LENGTH))


def _known(harvest: Harvest, records: Mapping[str, Records], period: Period, count: int) -> dict[str, Flags]:
    """By ledger the units that an accepted table answers for."""
    known = {ledger: np.zeros(count, bool) for ledger in records}
    tables = {ledger: set(np.unique(each.column("table", -1)).tolist()) for ledger, each in records.items()}
    overlaps = cache(lambda stated: stated is not None and stated.overlaps(period))
    for cover in harvest.coverage:
        if cover.ledger in known and (cover.table in tables[cover.ledger] or overlaps(cover.period)):
            known[cover.ledger][cover.unit] = True
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
        sizes = np.ones(len(order), np.int64)
        for unit in reversed(order.tolist()):
            parent = register.units[unit].parent
            if parent is not None:
                sizes[parent] += sizes[unit]
        return cls(order, first, first + sizes)

    def merged(self, state: State) -> State:
        """The state of each unit merged with those of all units under it; columns that are one array are one array again."""
        each = {id(column): column for column in state.values()}
        merged = {key: self._joined(c) if isinstance(c, list) else self.summed(c) for key, c in each.items()}
        return {name: merged[id(column)] for name, column in state.items()}

    def summed(self, column: Ints) -> Ints:
        """For each unit the sum over itself and all units under it: a difference of running totals."""
        running = np.zeros((len(column) + 1, *column.shape[1:]), np.int64)
        np.cumsum(column[self.order], axis=0, out=running[1:])
        return running[self.last] - running[self.first]

    def _joined(self, lists: Lists) -> Lists:
        ordered = [lists[unit] for unit in self.order]
        slices = zip(self.first.tolist(), self.last.tolist(), strict=True)
        return [list(chain.from_iterable(ordered[first:last])) for first, last in slices]
