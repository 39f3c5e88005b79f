"""Records → figures: every indicator for every unit of the register in both scopes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from pipeline.figures import columns as columns_
from pipeline.figures import states
from pipeline.figures.columns import Beside, ByKey
from pipeline.model import Definitions, Frame, Harvest, Indicator, Scope
from pipeline.period import Period

if TYPE_CHECKING:  # records travel as plain columns; a frame of pandas is made for who asks for one
    import pandas as pd


def figures(
    harvest: Harvest,
    definitions: Definitions,
    period: Period,
    as_of: date,
    *,
    indicators: Collection[Indicator] | None = None,
    beside: Beside | None = None,
) -> ByKey:
    """The figures of a period as known at the end of `as_of`, of all indicators or of those given."""
    ground = states.ground(harvest, definitions, period, as_of)
    chosen = definitions.indicators if indicators is None else indicators
    return ByKey(columns_.columns(ground, chosen), len(definitions.register.units), period, beside)


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
    """By ledger the records that count in the period, without their texts."""
    frames = {ledger.id: harvest.records.get(ledger.id, states.NOTHING) for ledger in definitions.ledgers}
    return {ledger: _counted(frame, period, as_of) for ledger, frame in frames.items()}


def _counted(frame: Frame, period: Period, as_of: date) -> pd.DataFrame:
    import pandas as pd

    numbers = {name: column for name, column in frame.items() if column.dtype != object}
    records = pd.DataFrame(numbers, copy=False)
    rows = states.counted(frame, period, as_of)
    return records if len(rows) == len(records) else records.iloc[rows]


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
