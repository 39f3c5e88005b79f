"""What was read of a column → the flat typed columns of a table."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.ingest.moments import When
from pipeline.ingest.quantities import Quantity


@dataclass(frozen=True, slots=True)
class Amounts:
    """A column of quantities in millionths: their values, the intervals they stand for, and their kinds."""

    value: array[int]
    low: array[int]
    high: array[int]
    kind: array[int]

    @classmethod
    def alike(cls, quantity: Quantity, length: int) -> Amounts:
        values, kinds = array("q", [quantity.value]) * length, array("b", [quantity.kind]) * length
        return cls(values, array("q", [quantity.low]) * length, array("q", [quantity.high]) * length, kinds)

    @classmethod
    def of(cls, read: Sequence[Quantity]) -> Amounts:
        value, low, high, kind, _, _ = parts(read, Quantity._fields)
        values = array("q", value)
        exact = low == value == high
        return cls(
            values, values if exact else array("q", low), values if exact else array("q", high), array("b", kind)
        )

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
    def of(cls, read: Sequence[When]) -> Moments:
        """What could not be read is not known."""
        start, _, _, timed, problem, *_ = parts(read, When._fields)
        if any(problem):
            timed = tuple(-1 if unread else known for unread, known in zip(problem, timed, strict=True))
        return cls(array("q", start), array("b", timed))

    def columns(self, name: str) -> Mapping[str, array[int]]:
        return {name: self.start, f"{name}_timed": self.timed}


def dates(read: Sequence[When]) -> Mapping[str, array[int]]:
    """The dates of the records."""
    start, end, precision, timed, *_ = parts(read, When._fields)
    return {
        "start_date": array("q", start),
        "end_date": array("q", end),
        "date_precision": array("b", precision),
        "start_date_timed": array("b", timed),
    }


def parts(read: Sequence[tuple[Any, ...]], fields: Sequence[str]) -> Sequence[tuple[Any, ...]]:
    """Records of these fields → their fields, each as a column."""
    return list(zip(*read, strict=True)) or [()] * len(fields)
