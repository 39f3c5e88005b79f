"""The digests by which records are compared, worked out for whole columns at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.model import DAY
from pipeline.spelling import normal

Column: TypeAlias = NDArray[np.generic]

NAMES = "names"
"""The workers' digest of names: part of `key`, itself in no frame and never stored."""
_FORM = {"study": "form", "talk": "talk_type", "article": "genre", "incident": "category", "reported": "indicator"}
_TOPIC = {"study": "topic", "talk": "topic", "article": "title", "incident": "title"}
_APART = frozenset(("row", "end_date"))
"""Columns that say nothing of their own about an event."""
_SECONDS = 86_400
_FACTOR = np.uint64(0x9E3779B97F4A7C15)


def key(columns: Mapping[str, Column]) -> NDArray[np.int64]:
    """Equal for records that are equal in all that is read, the unit and, where it is there, the digest of names."""
    return _digest(columns[name] for name in sorted(columns) if name not in _APART and not name.endswith("_kind"))


def near(ledger: str, columns: Mapping[str, Column]) -> NDArray[np.int64]:
    """Equal for records of one unit, day, form and topic; 0 without a day or a topic."""
    if ledger not in _TOPIC:
        return np.zeros(len(columns["row"]), np.int64)
    codes, texts = pd.factorize(columns[_TOPIC[ledger]])
    topics = np.array([normal(text) for text in texts], dtype=object)
    days = columns["start_date"].astype(np.int64) // _SECONDS
    compared = [columns["unit"], days, columns[_FORM[ledger]]]
    comparable = (columns["date_precision"] == DAY) & (topics != "")[codes]
    return np.where(comparable, _digest([*compared, _hashed(topics)[codes]]), 0)


def _digest(columns: Iterable[Column]) -> NDArray[np.int64]:
    """The columns' hashes folded into one number a row."""
    return reduce(lambda total, hashed: total * _FACTOR + hashed, map(_hashed, columns)).view(np.int64)


def _hashed(column: Column) -> NDArray[np.uint64]:
    """64 bits for each value, the same in every process."""
    return pd.util.hash_array(column)
