"""Sums that count what other tables hold record by record, in crosstabs, lists of months and 直报: never both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.model import DAY, EXACT, Field, Frame, Ledger, Stated, Table

_COMPARED = ("start_date", "end_date", "date_precision", "sessions", "table")
_FEWEST = 2
"""Numbers that agree by more than chance."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a sum states, in millionths, and what it is held against: the first of the records, and their sum."""

    stated: int
    first: int
    counted: int


@dataclass(frozen=True, slots=True)
class Checked:
    """Records, by their place in the frame, that sum up others, and those that may: these have the other's place."""

    held: Mapping[int, Held] = field(default_factory=dict)
    suspects: Mapping[int, int] = field(default_factory=dict)


def checked(ledger: Ledger, frame: Frame, tables: Sequence[Table]) -> Checked:
    """What of a ledger's records another one may hold too."""
    if ledger.stated:
        return _spans(frame, ledger.stated, _other(ledger.field(ledger.stated.indicator)))
    if not ledger.counted:
        return Checked()
    crosstabs = np.array([table.crosstab for table in tables])[frame["table"]]
    months = _of_months(frame, crosstabs)
    held: dict[int, Held] = {}
    suspects: dict[int, int] = {}
    for rows in _by_unit(frame["unit"], crosstabs | months):
        mine = {name: frame[name][rows] for name in _COMPARED}
        mine["topic"] = frame[ledger.topic][rows] if ledger.topic else np.full(len(rows), "", object)
        choices = frame[ledger.counted][rows]
        found = dict(_held_counts(mine, choices, crosstabs[rows]))
        summed, doubtful = _summed_months(mine, choices, months[rows])
        held |= {int(rows[i]): replace(of, first=int(rows[of.first])) for i, of in (found | summed).items()}
        suspects |= {int(rows[i]): int(rows[first]) for i, first in doubtful.items()}
    return Checked(held, suspects)


def _by_unit(units: NDArray[np.int64], wanted: NDArray[np.bool_]) -> Iterator[NDArray[np.int64]]:
    """For every unit of a wanted record the places of all its records, ascending."""
    order = np.argsort(units, kind="stable")
    ordered = units[order]
    for unit in np.unique(units[wanted]):
        first, last = np.searchsorted(ordered, (unit, unit + 1))
        yield order[first:last]


def _within(mine: Frame, i: int) -> NDArray[np.bool_]:
    """Which records lie in the days of the i-th."""
    start, end = mine["start_date"], mine["end_date"].astype("datetime64[D]")
    inside: NDArray[np.bool_] = (start >= start[i]) & (end <= end[i])
    return inside


# --- crosstabs -----------------------------------------------------------------------------------------------------------


def _held_counts(mine: Frame, choices: NDArray[np.int64], of_crosstab: NDArray[np.bool_]) -> Iterator[tuple[int, Held]]:
    """The counts of crosstabs of which a list has records, and those that an earlier crosstab states alike."""
    for i in np.flatnonzero(of_crosstab).tolist():
        if against := _against(i, choices, of_crosstab, mine):
            yield i, against


def _against(i: int, choices: NDArray[np.int64], of_crosstab: NDArray[np.bool_], mine: Frame) -> Held | None:
    """What the i-th record of a unit is held against."""
    start, stated = mine["start_date"], int(mine["sessions"][i])
    within = (choices > 0) & (choices & choices[i] > 0) & _within(mine, i)
    listed = np.flatnonzero(within & ~of_crosstab)
    if len(listed):
        return Held(stated, int(listed[0]), int(mine["sessions"][listed].sum()))
    alike = within & of_crosstab & (start == start[i]) & (mine["sessions"] == stated)
    before = np.flatnonzero(alike & (mine["table"] < mine["table"][i]))
    return Held(stated, int(before[0]), stated) if len(before) else None


# --- lists of months -----------------------------------------------------------------------------------------------------


def _of_months(frame: Frame, crosstabs: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The records of lists that hold no day."""
    tables, days = frame["table"], frame["date_precision"] == DAY
    found: NDArray[np.bool_] = ~np.isin(tables, np.unique(tables[days])) & ~crosstabs
    return found


def _summed_months(
    mine: Frame, choices: NDArray[np.int64], of_month: NDArray[np.bool_]
) -> tuple[dict[int, Held], dict[int, int]]:
    """Of each list of months what the days of other tables hold: sums if most agree with the days, else suspects."""
    held: dict[int, Held] = {}
    suspects: dict[int, int] = {}
    for table in np.unique(mine["table"][of_month]):
        sums: list[tuple[list[int], Held]] = []
        for rows in _alike(np.flatnonzero(mine["table"] == table), mine, choices):
            days = _listed(rows, mine, choices)
            if len(days):
                stated, counted = (int(mine["sessions"][each].sum()) for each in (rows, days))
                sums.append((rows, Held(stated, int(days[0]), counted)))
        agreeing = sum(1 for _, of in sums if of.stated == of.counted)
        if agreeing >= _FEWEST and agreeing * 2 > len(sums):
            held |= {row: of for rows, of in sums for row in rows}
        else:
            suspects |= {row: of.first for rows, of in sums for row in rows}
    return held, suspects


def _alike(rows: NDArray[np.int64], mine: Frame, choices: NDArray[np.int64]) -> list[list[int]]:
    """The rows of one form and one span together."""
    found: dict[tuple[int, object, object], list[int]] = {}
    for row in rows.tolist():
        found.setdefault((int(choices[row]), mine["start_date"][row], mine["end_date"][row]), []).append(row)
    return list(found.values())


def _listed(rows: Sequence[int], mine: Frame, choices: NDArray[np.int64]) -> NDArray[np.int64]:
    """The events of a day in the span of the rows; none where those speak of other topics."""
    i = rows[0]
    is_day = (mine["date_precision"] == DAY) & (choices > 0) & (choices & choices[i] > 0)
    days = np.flatnonzero(is_day & _within(mine, i))
    topics: AbstractSet[str] = {mine["topic"][row] for row in rows} - {""}
    return days if topics <= {mine["topic"][day] for day in days} else days[:0]


# --- 直报 ----------------------------------------------------------------------------------------------------------------


def _other(indicator: Field) -> int:
    """The mask of what is no indicator."""
    return indicator.vocabulary.mask("其他") if indicator.vocabulary else 0


def _spans(frame: Frame, stated: Stated, other: int) -> Checked:
    """A number for a span beside numbers for parts of it: their sum, or suspect; so are two tables' numbers for one span.

    Of what is called `other` nobody knows whether it is the same.
    """
    indicators, values, kinds = frame[stated.indicator], frame[stated.value], frame[f"{stated.value}_kind"]
    long = (frame["date_precision"] != DAY) & (indicators != other)
    held: dict[int, Held] = {}
    suspects: dict[int, int] = {}
    for rows in _by_unit(frame["unit"], long):
        mine = {name: frame[name][rows] for name in ("start_date", "end_date", "table")}
        mine |= {"value": values[rows], "kind": kinds[rows]}
        named = indicators[rows]
        spans = mine["end_date"] - mine["start_date"]
        for i in sorted(np.flatnonzero(long[rows]).tolist(), key=lambda i: (spans[i], i)):
            same = (named == named[i]) & ~np.isin(rows, list(held))
            parts = np.flatnonzero(same & (spans < spans[i]) & _within(mine, i))
            if _adds_up(i, parts, mine):
                held[int(rows[i])] = Held(int(mine["value"][i]), int(rows[parts[0]]), int(mine["value"][i]))
            elif len(others := _overlapping(i, same, spans, mine)):
                suspects[int(rows[i])] = int(rows[others[0]])
    return Checked(held, suspects)


def _adds_up(i: int, parts: NDArray[np.int64], mine: Frame) -> bool:
    is_exact = bool((mine["kind"][[i, *parts]] == EXACT).all())
    return len(parts) >= _FEWEST and is_exact and bool(mine["value"][parts].sum() == mine["value"][i])


def _overlapping(i: int, same: NDArray[np.bool_], spans: NDArray[np.timedelta64], mine: Frame) -> NDArray[np.int64]:
    """The parts of the i-th record's span; those before it that share some of its days, or in another table all."""
    start, end = mine["start_date"], mine["end_date"]
    inside, around = _within(mine, i), (start <= start[i]) & (end >= end[i])
    crossing = (start <= end[i]) & (end >= start[i]) & ~inside & ~around
    earlier = (inside & around & (mine["table"] < mine["table"][i])) | (crossing & (np.arange(len(start)) < i))
    return np.flatnonzero(same & ((inside & (spans < spans[i])) | earlier))
