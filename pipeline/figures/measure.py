"""Records → figures: every indicator for every unit of the register in both scopes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date
from itertools import repeat
from typing import TypeAlias

import numpy as np
import pandas as pd

from pipeline.figures import behind, kinds, states
from pipeline.figures.amounts import Number, column
from pipeline.figures.gradual import Gradual
from pipeline.model import Definitions, Figure, Harvest, Indicator, Scope, Target
from pipeline.period import Period

Key: TypeAlias = tuple[int, Scope, str]
Context: TypeAlias = tuple[Number | None, Number | None, Target | None, int]
"""previous, last_year, target and silent of one figure."""
Beside: TypeAlias = Callable[[Scope, Indicator], Iterator[Context]]
"""What stands beside the figures of an indicator, unit by unit."""


def _alone(scope: Scope, indicator: Indicator) -> Iterator[Context]:  # noqa: ARG001
    return repeat((None, None, None, 0))


def figures(
    harvest: Harvest,
    definitions: Definitions,
    period: Period,
    as_of: date,
    *,
    indicators: Collection[Indicator] | None = None,
    beside: Beside = _alone,
) -> dict[Key, Figure]:
    """The figures of a period as known at the end of `as_of`, of all indicators or of those given."""
    ground = states.ground(harvest, definitions, period, as_of)
    chosen = definitions.indicators if indicators is None else indicators
    return {
        key: figure
        for scope, indicator, state in _states(ground, chosen)
        for key, figure in _figures(period, scope, indicator, state, beside(scope, indicator))
    }


def values(harvest: Harvest, definitions: Definitions, period: Period, as_of: date) -> dict[Key, Number | None]:
    """The bare values of all indicators."""
    ground = states.ground(harvest, definitions, period, as_of)
    return {
        (unit, scope, indicator.id): value
        for scope, indicator, state in _states(ground, definitions.indicators)
        for unit, (value, *_) in enumerate(kinds.numbers(indicator, state))
    }


def _states(
    ground: states.Ground, indicators: Collection[Indicator]
) -> Iterator[tuple[Scope, Indicator, states.State]]:
    tree = states.Tree.of(ground.definitions.register)
    for indicator in indicators:
        own = kinds.state(ground, indicator)
        yield "own", indicator, own
        yield "all", indicator, tree.merged(own)


def _figures(
    period: Period, scope: Scope, indicator: Indicator, state: states.State, beside: Iterator[Context]
) -> Iterator[tuple[Key, Figure]]:
    """One figure a unit; what nobody answered for is unknown and stands on no record."""
    columns = kinds.numbers(indicator, state), column(state, "records"), column(state, "unknown")
    each = zip(zip(*columns, strict=True), beside, strict=False)
    for unit, ((numbers, records, unknown), context) in enumerate(each):
        yield (
            (unit, scope, indicator.id),
            Figure(period, unit, scope, indicator.id, *numbers, records, unknown, *context),
        )


def monthly(
    harvest: Harvest,
    definitions: Definitions,
    period: Period,
    as_of: date,
    *,
    indicators: Collection[Indicator] | None = None,
) -> dict[Period, Gradual]:
    """The figures of each month of the period that has begun by `as_of`."""
    chosen = definitions.indicators if indicators is None else indicators
    return {
        month: Gradual(harvest, definitions, month, min(as_of, month.end), chosen)
        for month in period.months
        if month.start <= as_of
    }


def matching(
    harvest: Harvest, definitions: Definitions, indicator: Indicator, period: Period, as_of: date
) -> pd.DataFrame:
    """The records behind an indicator, by unit and date: unit, table, row, start_date, adds, base; see model.Behind."""
    return behind.frame(behind.records(harvest, definitions, period, as_of)(indicator))


def counted(harvest: Harvest, definitions: Definitions, period: Period, as_of: date) -> dict[str, pd.DataFrame]:
    """By ledger the records that count in the period."""
    records = states.ground(harvest, definitions, period, as_of).records
    return {ledger: each.frame.iloc[each.rows] for ledger, each in records.items()}


def heard(harvest: Harvest, definitions: Definitions, period: Period) -> bool:
    """Whether the input holds anything of the period."""
    return bool(states.ground(harvest, definitions, period, period.end).heard.any())


def silence(
    harvest: Harvest, definitions: Definitions, period: Period, as_of: date
) -> dict[str, dict[Scope, list[int]]]:
    """By ledger and scope, how many units that are due have that ledger unknown; under "" how many sent none at all."""
    ground = states.ground(harvest, definitions, period, as_of)
    tree = states.Tree.of(definitions.register)
    due = np.array([unit.due for unit in definitions.register.units], bool)
    quiet = {ledger: (due & ~known).astype(np.int64) for ledger, known in (*ground.known.items(), ("", ground.heard))}
    return {ledger: {"own": own.tolist(), "all": tree.summed(own).tolist()} for ledger, own in quiet.items()}
