"""What was read of a column → the flat typed columns of a table."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate
from operator import add
from typing import Any

from pipeline.ingest.moments import When
from pipeline.ingest.quantities import Quantity
from pipeline.model import DAY, EXACT

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Amounts:
    """A column of quantities in millionths: their values, the intervals they stand for, and their kinds."""

    value: array[int]
    low: array[int]
    high: array[int]
    kind: array[int]

    @classmethod
    def certain(cls, values: array[int], kind: int = EXACT) -> Amounts:
        """Without intervals, all of one kind."""
        return cls(values, values, values, array("b", [kind]) * len(values))

    @classmethod
    def of(cls, read: Sequence[Quantity]) -> Amounts:
        value, low, high, kind, _, _ = parts(read, Quantity._fields)
        return cls(array("q", value), array("q", low), array("q", high), array("b", kind))

    @classmethod
    def joined(cls, parts: Iterable[Amounts]) -> Amounts:
        """End to end."""
        return cls(*_joined((each.value, each.low, each.high, each.kind) for each in parts))

    def columns(self, name: str) -> Mapping[str, array[int]]:
        return {name: self.value, f"{name}_low": self.low, f"{name}_high": self.high, f"{name}_kind": self.kind}


@dataclass(frozen=True, slots=True)
class Moments:
    """A column of secondary times in seconds; `timed` is -1 where a time is not known."""

    start: array[int]
    timed: array[int]

    @classmethod
    def unknown(cls, length: int) -> Moments:
        return cls(array("q", [0]) * length, array("b", [-1]) * length)

    @classmethod
    def of_days(cls, starts: array[int]) -> Moments:
        return cls(starts, _timed(starts))

    @classmethod
    def of(cls, read: Sequence[When]) -> Moments:
        """What could not be read is not known."""
        timed = [-1 if when.problem else when.timed for when in read]
        return cls(array("q", [when.start for when in read]), array("b", timed))

    @classmethod
    def joined(cls, parts: Iterable[Moments]) -> Moments:
        """End to end."""
        return cls(*_joined((each.start, each.timed) for each in parts))

    def columns(self, name: str) -> Mapping[str, array[int]]:
        return {name: self.start, f"{name}_timed": self.timed}


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of the records in seconds: from the start to midnight of the last day; `unread` have none."""

    start: array[int]
    end: array[int]
    precision: array[int]
    timed: array[int]
    unread: AbstractSet[int] = frozenset()

    @classmethod
    def of_days(cls, starts: array[int]) -> Dates:
        timed = _timed(starts)
        ends = array("q", [start - start % _DAY for start in starts]) if any(timed) else starts
        return cls(starts, ends, array("b", [DAY]) * len(starts), timed)

    @classmethod
    def of(cls, read: Sequence[When]) -> Dates:
        start, end, precision, timed, problem, *_ = parts(read, When._fields)
        unread = {i for i, code in enumerate(problem) if code}
        return cls(array("q", start), array("q", end), array("b", precision), array("b", timed), unread)

    @classmethod
    def joined(cls, parts: Sequence[Dates]) -> Dates:
        """End to end."""
        firsts = accumulate((len(each.start) for each in parts), initial=0)
        unread = {first + i for first, each in zip(firsts, parts, strict=False) for i in each.unread}
        start, end, precision, timed = _joined((each.start, each.end, each.precision, each.timed) for each in parts)
        return cls(start, end, precision, timed, unread)

    def columns(self) -> Mapping[str, array[int]]:
        return {
            "start_date": self.start,
            "end_date": self.end,
            "date_precision": self.precision,
            "start_date_timed": self.timed,
        }


def _joined(parts: Iterable[tuple[array[int], ...]]) -> Iterator[array[int]]:
    """The same columns of several parts, each end to end."""
    return map(end_to_end, zip(*parts, strict=True))


def end_to_end(columns: Iterable[array[int]]) -> array[int]:
    """At least one column of one type as one."""
    return reduce(add, columns)


def _timed(starts: array[int]) -> array[int]:
    """1 where a time of day is stated."""
    return array("b", [start % _DAY > 0 for start in starts])


def parts(read: Sequence[tuple[Any, ...]], fields: Sequence[str]) -> Sequence[tuple[Any, ...]]:
    """Records of these fields → their fields, each as a column."""
    return list(zip(*read, strict=True)) or [()] * len(fields)
