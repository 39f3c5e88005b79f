"""Records that count in a period → those behind an indicator, in order, and what each adds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.figures import kinds, states
from pipeline.figures.amounts import ints
from pipeline.figures.states import Ground, Ints, State
from pipeline.model import DAY, Behind, Definitions, Harvest, Indicator, Trail
from pipeline.period import Period

_NONE, _NOBODY = np.zeros(0, np.int64), np.zeros(0, np.int32)
_NOWHERE = Trail(_NONE, _NONE, _NONE, _NONE.astype("datetime64[s]"), _NONE)


def records(harvest: Harvest, definitions: Definitions, period: Period, as_of: date) -> Callable[[Indicator], Behind]:
    """What stands behind each indicator of the period, worked out when it is asked for and kept."""
    ground = states.ground(harvest, definitions, period, as_of)

    @cache
    def path(ledger: str) -> _Path:
        return _path(ground, ledger)

    @cache
    def behind(indicator: Indicator) -> Behind:
        if indicator.kind == "register_share":
            return behind(definitions.indicator(indicator.of))
        if indicator.kind == "submission":
            return Behind(_NOWHERE, _NOBODY, _NOBODY, ())
        return _behind(path(indicator.ledger), indicator)

    return behind


def frame(behind: Behind) -> pd.DataFrame:
    """The records as rows: unit, table, row, start_date, date_precision, adds, base."""
    trail, places = behind.trail, behind.places
    columns = {name: getattr(trail, name)[places] for name in ("unit", "table", "row", "start_date", "date_precision")}
    amounts = np.array([(None, None), *behind.amounts], object)[behind.adds + 1]
    return pd.DataFrame(columns | {"adds": amounts[:, 0], "base": amounts[:, 1]})


@dataclass(frozen=True, slots=True, eq=False)
class _Path:
    """The records of a ledger, in order and each as a unit of its own, so that the kinds measure them one by one."""

    trail: Trail
    ground: Ground


def _path(ground: Ground, ledger: str) -> _Path:
    records = ground.records[ledger]
    columns = {name: records.column(name, 0).astype(np.int64) for name in ("unit", "table", "row")}
    start, precision = records.column("start_date", 0), records.column("date_precision", DAY).astype(np.int64)
    order = np.lexsort((columns["row"], columns["table"], start, columns["unit"]))
    trail = Trail(
        **{name: each[order] for name, each in columns.items()},
        start_date=start[order],
        date_precision=precision[order],
    )
    alone = records.alone(order)
    return _Path(trail, replace(ground, records={ledger: alone}, known={ledger: np.ones(alone.count, bool)}))


def _behind(path: _Path, indicator: Indicator) -> Behind:
    state = kinds.state(path.ground, indicator)
    places = np.flatnonzero((ints(state, "records") > 0) | (ints(state, "unknown") > 0)).astype(np.int32)
    taken = _chosen(state, places)
    first, adds = _distinct(taken)
    numbers = kinds.numbers(indicator, _chosen(taken, first))
    each = zip(numbers.value, numbers.numerator, numbers.denominator, strict=True)
    amounts = tuple((value if base is None else upper, base) for value, upper, base in each)
    return Behind(path.trail, places, adds.astype(np.int32), amounts)


def _chosen(state: State, places: NDArray[np.integer[Any]]) -> State:
    """The state of the rows at these places."""
    return {
        name: [column[place] for place in places] if isinstance(column, list) else column[places]
        for name, column in state.items()
    }


def _distinct(state: State) -> tuple[Ints, Ints]:
    """Where each different row of a state stands first, and for every row which of them it is."""
    codes = np.zeros(len(ints(state, "records")), np.int64)
    seen: list[Ints] = []
    for each in _flat(state):
        if not any(np.array_equal(each, other) for other in seen):
            seen.append(each)
            values, named = pd.factorize(each)
            codes = pd.factorize(codes * max(len(named), 1) + values)[0]
    first = np.zeros(codes.max(initial=-1) + 1, np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    return first, codes


def _flat(state: State) -> Iterator[Ints]:
    """Columns of one integer a row that are equal where the rows of the state are."""
    for each in state.values():
        if isinstance(each, list):
            known: dict[tuple[int, ...], int] = {}
            yield np.array([known.setdefault(tuple(numbers), len(known)) for numbers in each], np.int64)
        elif each.ndim == 1:
            yield each
        else:
            yield from each.T
