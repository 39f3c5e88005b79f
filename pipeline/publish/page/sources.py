"""The records behind the figures → a list of places, and for each indicator which of them count and what they add."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from pipeline.model import Behind, Harvest, Indicator, Trail
from pipeline.publish import origins
from pipeline.publish.page.numbers import Codes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints: TypeAlias = NDArray[np.int64]


def contents(
    indicators: Sequence[Indicator], behind: Sequence[Behind], harvest: Harvest, cap: int
) -> dict[str, object]:
    """Of each unit the first `cap` records behind each indicator; each record stands once, whatever it is behind.

    What is large comes piece by piece.
    """
    shown = [_first_of_each_unit(each, cap) for each in behind]
    trails = list(dict.fromkeys(each.trail for each in behind))
    used = {trail: np.zeros(len(trail.row), bool) for trail in trails}
    for each, chosen in zip(behind, shown, strict=True):
        used[each.trail][each.places[chosen]] = True
    numbers, before = {}, 0
    for trail in trails:
        numbers[trail] = np.cumsum(used[trail]) + before - 1
        before += int(used[trail].sum())
    return {
        "cap": cap,
        "behind": (
            _behind(indicator, each, chosen, numbers[each.trail])
            for indicator, each, chosen in zip(indicators, behind, shown, strict=True)
        ),
        "places": _places(trails, used, harvest),
    }


def _first_of_each_unit(behind: Behind, cap: int) -> NDArray[np.bool_]:
    _, starts, counts = _runs(behind.units)
    rank = np.arange(len(behind.places)) - np.repeat(starts, counts)
    return np.asarray(rank < cap)


def _runs(units: Ints) -> tuple[Ints, Ints, Ints]:
    """Of each run of equal numbers the number, where it starts and how long it is."""
    starts = np.flatnonzero(np.diff(units, prepend=-1))
    return units[starts], starts, np.diff(starts, append=len(units))


def _behind(indicator: Indicator, behind: Behind, shown: NDArray[np.bool_], numbers: Ints) -> dict[str, object]:
    """By unit how many records there are; of those shown the steps from place to place, and what they add."""
    units, _, totals = _runs(behind.units)
    texts = Codes({"": 0})
    codes = np.array([texts[origins.added(indicator, *amounts)] for amounts in behind.amounts], np.int64)
    return {
        "units": units.tolist(),
        "totals": totals.tolist(),
        "steps": np.diff(numbers[behind.places[shown]], prepend=0).tolist(),
        "adds": codes[behind.adds[shown]].tolist() if len(codes) else [],
        "texts": list(texts),
    }


def _places(trails: Sequence[Trail], used: Mapping[Trail, NDArray[np.bool_]], harvest: Harvest) -> dict[str, object]:
    """The places as columns, and the tables and dates that they name."""
    tables: Codes[int] = Codes()
    days: Codes[str] = Codes()
    columns: dict[str, list[int]] = {"table": [], "row": [], "day": []}
    for trail in trails:
        mask = used[trail]
        columns["table"] += map(tables.__getitem__, trail.table[mask].tolist())
        columns["row"] += trail.row[mask].tolist()
        columns["day"] += map(days.__getitem__, _days(trail, mask))
    named = (harvest.tables[table] for table in tables)
    return {**columns, "days": list(days), "tables": [[table.file, table.sheet] for table in named]}


def _days(trail: Trail, mask: NDArray[np.bool_]) -> Iterator[str]:
    days, precisions = trail.start_date[mask].astype("datetime64[D]"), trail.date_precision[mask]
    return map(cache(origins.day), days.tolist(), precisions.tolist())
