"""Crosstabs that count what other tables hold record by record: never both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.model import Frame, Table

_CHOICE = {"study": "form", "talk": "talk_type"}
_COMPARED = ("start_date", "end_date", "sessions", "table")


@dataclass(frozen=True, slots=True)
class Held:
    """What a count of a month is held against: the first of the records, and how many events they give in millionths."""

    first: int
    counted: int


def held(ledger: str, frame: Frame, tables: Sequence[Table]) -> Mapping[int, Held]:
    """The records of crosstabs that another table has too, by their place in the frame.

    Those are all of a unit, form and month of which a list has records, and those that an earlier crosstab states alike.
    """
    crosstabs = np.array([table.crosstab for table in tables])
    if ledger not in _CHOICE or not crosstabs.any():
        return {}
    of_crosstab = crosstabs[frame["table"]]
    found: dict[int, Held] = {}
    for rows in _by_unit(frame["unit"], of_crosstab):
        mine = {name: frame[name][rows] for name in (*_COMPARED, _CHOICE[ledger])}
        counts = of_crosstab[rows]
        for i in np.flatnonzero(counts).tolist():
            if against := _against(i, mine[_CHOICE[ledger]], counts, mine):
                found[int(rows[i])] = Held(int(rows[against.first]), against.counted)
    return found


def _by_unit(units: NDArray[np.int64], wanted: NDArray[np.bool_]) -> Iterator[NDArray[np.int64]]:
    """For every unit of a wanted record the places of all its records, ascending."""
    order = np.argsort(units, kind="stable")
    ordered = units[order]
    for unit in np.unique(units[wanted]):
        first, last = np.searchsorted(ordered, (unit, unit + 1))
        yield order[first:last]


def _against(i: int, choices: NDArray[np.int64], of_crosstab: NDArray[np.bool_], mine: Frame) -> Held | None:
    """What the i-th record of a unit is held against."""
    start, end = mine["start_date"], mine["end_date"]
    same = (choices > 0) & (choices & choices[i] > 0)
    within = same & (start >= start[i]) & (end.astype("datetime64[D]") <= end[i].astype("datetime64[D]"))
    listed = np.flatnonzero(within & ~of_crosstab)
    if len(listed):
        return Held(int(listed[0]), int(mine["sessions"][listed].sum()))
    stated = within & of_crosstab & (start == start[i]) & (mine["sessions"] == mine["sessions"][i])
    before = np.flatnonzero(stated & (mine["table"] < mine["table"][i]))
    return Held(int(before[0]), int(mine["sessions"][i])) if len(before) else None
