"""Crosstabs that count what other tables hold record by record: never both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.model import Frame, Table

_CHOICE = {"study": "form", "talk": "talk_type"}


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
    found = ((i, _against(int(i), frame[_CHOICE[ledger]], of_crosstab, frame)) for i in np.flatnonzero(of_crosstab))
    return {int(i): against for i, against in found if against}


def _against(i: int, choices: NDArray[np.int64], of_crosstab: NDArray[np.bool_], frame: Frame) -> Held | None:
    start, end = frame["start_date"], frame["end_date"]
    same = (frame["unit"] == frame["unit"][i]) & (choices > 0) & (choices & choices[i] > 0)
    within = same & (start >= start[i]) & (end.astype("datetime64[D]") <= end[i].astype("datetime64[D]"))
    listed = np.flatnonzero(within & ~of_crosstab)
    if len(listed):
        return Held(int(listed[0]), int(frame["sessions"][listed].sum()))
    stated = within & of_crosstab & (start == start[i]) & (frame["sessions"] == frame["sessions"][i])
    before = np.flatnonzero(stated & (frame["table"] < frame["table"][i]))
    return Held(int(before[0]), int(frame["sessions"][i])) if len(before) else None
