"""The digests by which records are compared, worked out for whole columns at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from itertools import count
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.model import DAY, Ledger
from pipeline.spelling import normals

Column: TypeAlias = NDArray[np.generic]
Flags: TypeAlias = NDArray[np.bool_]
Ints: TypeAlias = NDArray[np.int64]

NAMES = "names"
"""The workers' digest of names: part of `key`, itself in no frame and never stored."""
_APART = frozenset(("row", "end_date"))
"""Columns that say nothing of their own about an event."""
_SECONDS = 86_400
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_MIXING = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))
"""Shifts and factors of splitmix64."""


def key(columns: Mapping[str, Column]) -> Ints:
    """Equal for records that are equal in all that is read, the unit and, where it is there, the digest of names."""
    names = [name for name in sorted(columns) if name not in _APART and not name.endswith("_kind")]
    compared = {id(columns[name]): columns[name] for name in names}.values()
    but_for_texts = _digest(column for column in compared if column.dtype != object)
    rows = np.flatnonzero(repeated(but_for_texts))
    texts = (column[rows] for column in compared if column.dtype == object)
    return _digest([but_for_texts, *(_placed(_numbered(each), rows, len(but_for_texts)) for each in texts)])


def near(ledger: Ledger, columns: Mapping[str, Column]) -> Ints:
    """Equal for records of one unit, day, kind and topic; 0 without a day or a topic, or where none is like it but for that."""
    found = np.zeros(len(columns["row"]), np.int64)
    if not ledger.topic:
        return found
    days = columns["start_date"].astype(np.int64) // _SECONDS
    kinds = [columns[ledger.kind]] if ledger.kind else []
    but_for_topic = _digest([columns["unit"], days, *kinds])
    rows = np.flatnonzero(repeated(but_for_topic) & (columns["date_precision"] == DAY))
    topics = np.array(normals(columns[ledger.topic][rows].tolist()), object)
    found[rows] = np.where(topics == "", 0, _digest([but_for_topic[rows], _numbered(topics)]))
    return found


def later(values: Ints) -> Flags:
    """Which of the values stand somewhere before."""
    rows = np.flatnonzero(repeated(values))
    rows = rows[np.argsort(values[rows], kind="stable")]
    ordered = values[rows]
    found = np.zeros(len(values), bool)
    found[rows[1:]] = ordered[1:] == ordered[:-1]
    return found


def repeated(values: Ints) -> Flags:
    """Which of the values stand there more than once."""
    order = np.argsort(values)
    ordered = values[order]
    same = ordered[1:] == ordered[:-1]
    found = np.zeros(len(values), bool)
    found[order[1:]] = same
    found[order[:-1]] |= same
    return found


def _digest(columns: Iterable[Column]) -> Ints:
    """The columns' numbers folded into one a row."""
    return reduce(lambda total, mixed: total * _FACTOR + mixed, map(_mixed, columns)).view(np.int64)


def _mixed(column: Column) -> NDArray[np.uint64]:
    """64 bits that depend on every bit of the number."""
    mixed = column.astype(np.int64).view(np.uint64)
    for shift, factor in _MIXING:
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))


def _numbered(texts: Column) -> Ints:
    """Equal numbers from 1 for equal texts of this column."""
    numbers = dict(zip(dict.fromkeys(texts), count(1), strict=False))
    return np.fromiter(map(numbers.__getitem__, texts), np.int64, len(texts))


def _placed(values: Ints, rows: Ints, count: int) -> Ints:
    """The values in their rows, 0 in the others."""
    placed = np.zeros(count, np.int64)
    placed[rows] = values
    return placed
