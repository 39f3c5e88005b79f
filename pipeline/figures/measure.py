"""Records → figures: every indicator for every unit of the register in both scopes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import islice, repeat
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from pipeline.figures import columns as columns_
from pipeline.figures import states
from pipeline.figures.amounts import Number, column
from pipeline.figures.columns import ByKey, Column
from pipeline.model import Definitions, Harvest, Indicator, Scope, Target
from pipeline.period import Period

if TYPE_CHECKING:  # records travel as plain columns; a frame of pandas is made for who asks for one
    import pandas as pd

Context: TypeAlias = tuple[Iterable[Number | None], Iterable[Number | None], Iterable[Target | None], Iterable[int]]
"""previous, last_year, target and silent, unit by unit."""
Beside: TypeAlias = Callable[[Scope, Indicator], Context]
"""What stands beside the figures of an indicator."""


def _alone(scope: Scope, indicator: Indicator) -> Context:  # noqa: ARG001
    return repeat(None), repeat(None), repeat(None), repeat(0)


def figures(
    harvest: Harvest,
    definitions: Definitions,
    period: Period,
    as_of: date,
    *,
    indicators: Collection[Indicator] | None = None,
    beside: Beside = _alone,
) -> ByKey:
    """The figures of a period as known at the end of `as_of`, of all indicators or of those given."""
    ground = states.ground(harvest, definitions, period, as_of)
    chosen = definitions.indicators if indicators is None else indicators
    return of_columns(columns_.columns(ground, chosen), definitions, period, beside)


def of_columns(
    columns: Mapping[columns_.Place, Column], definitions: Definitions, period: Period, beside: Beside = _alone
) -> ByKey:
    """The figures of columns that others read too; each is made when it is first asked for."""
    return ByKey(columns, len(definitions.register.units), partial(_fields, period, beside))


def _fields(period: Period, beside: Beside, of: Column) -> list[Sequence[Any]]:
    """Of the figure of every unit each field; what nobody answered for is unknown and stands on no record."""
    units = range(len(of.amounts.value))
    whose = [period] * len(units), units, [of.scope] * len(units), [of.indicator.id] * len(units)
    context = (list(islice(each, len(units))) for each in beside(of.scope, of.indicator))
    return [*whose, *of.amounts, column(of.state, "records"), column(of.state, "unknown"), *context]


def monthly(
    harvest: Harvest,
    definitions: Definitions,
    period: Period,
    as_of: date,
    *,
    indicators: Collection[Indicator] | None = None,
) -> dict[Period, ByKey]:
    """The figures of each month of the period that has begun by `as_of`."""
    return {
        month: figures(harvest, definitions, month, min(as_of, month.end), indicators=indicators)
        for month in period.months
        if month.start <= as_of
    }


def matching(
    harvest: Harvest, definitions: Definitions, indicator: Indicator, period: Period, as_of: date
) -> pd.DataFrame:
    """The records behind an indicator, by unit and date: unit, table, row, start_date, adds, base; see model.Behind."""
    from pipeline.figures import behind

    return behind.frame(behind.records(harvest, definitions, period, as_of)(indicator))


def counted(harvest: Harvest, definitions: Definitions, period: Period, as_of: date) -> dict[str, pd.DataFrame]:
    """By ledger the records that count in the period."""
    import pandas as pd

    frames = {ledger.id: harvest.records.get(ledger.id, states.NOTHING) for ledger in definitions.ledgers}
    return {
        ledger: pd.DataFrame(dict(frame), copy=False).iloc[states.counted(frame, period, as_of)]
        for ledger, frame in frames.items()
    }


def heard(harvest: Harvest, definitions: Definitions, period: Period) -> bool:
    """Whether the input holds anything of the period."""
    return bool(states.ground(harvest, definitions, period, period.end).heard.any())


def told(harvest: Harvest, definitions: Definitions, period: Period) -> bool:
    """Whether the input is of the whole period: stray records of tables that state another do not tell of it."""

    def speaks(part: Period) -> bool:
        coverage = tuple(each for each in harvest.coverage if each.period is None or each.period.overlaps(part))
        return heard(replace(harvest, coverage=coverage), definitions, part)

    halves = [Period.of(period.start.year, "half", number) for number in (1, 2)]
    return all(map(speaks, [period] if period.half else halves))


def silence(ground: states.Ground) -> dict[str, dict[Scope, list[int]]]:
    """By ledger and scope, how many units that are due have that ledger unknown; under "" how many sent none at all."""
    due = np.array([unit.due for unit in ground.definitions.register.units], bool)
    quiet = {ledger: (due & ~known).astype(np.int64) for ledger, known in (*ground.known.items(), ("", ground.heard))}
    return {ledger: {"own": own.tolist(), "all": ground.tree.summed(own).tolist()} for ledger, own in quiet.items()}
