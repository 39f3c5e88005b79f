"""Records → figures: every indicator for every unit of the register in both scopes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from pipeline.figures import columns as columns_
from pipeline.figures import kinds, states
from pipeline.figures.amounts import Number, column
from pipeline.figures.columns import ByKey, Column, Key
from pipeline.model import Definitions, Figure, Harvest, Indicator, Scope, Target
from pipeline.period import Period

if TYPE_CHECKING:  # records travel as plain columns; a frame of pandas is made for who asks for one
    import pandas as pd

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
) -> Mapping[Key, Figure]:
    """The figures of a period as known at the end of `as_of`, of all indicators or of those given."""
    ground = states.ground(harvest, definitions, period, as_of)
    chosen = definitions.indicators if indicators is None else indicators
    return of_columns(columns_.columns(ground, chosen), definitions, period, beside)


def of_columns(
    columns: Mapping[columns_.Place, Column], definitions: Definitions, period: Period, beside: Beside = _alone
) -> Mapping[Key, Figure]:
    """The figures of columns that others read too; each is made when it is first asked for."""
    return ByKey(columns, len(definitions.register.units), partial(_figures, period, beside))


def _figures(period: Period, beside: Beside, of: Column) -> list[Figure]:
    """One figure a unit; what nobody answered for is unknown and stands on no record."""
    counts = zip(column(of.state, "records"), column(of.state, "unknown"), strict=True)
    rows = zip(zip(*of.amounts, strict=True), counts, beside(of.scope, of.indicator), strict=False)  # _alone goes on
    return [
        Figure(period, unit, of.scope, of.indicator.id, *numbers, records, unknown, *context)
        for unit, (numbers, (records, unknown), context) in enumerate(rows)
    ]


def monthly(
    harvest: Harvest,
    definitions: Definitions,
    period: Period,
    as_of: date,
    *,
    indicators: Collection[Indicator] | None = None,
) -> dict[Period, Mapping[Key, Figure]]:
    """The figures of each month of the period that has begun by `as_of`."""
    return {
        month: figures(harvest, definitions, month, min(as_of, month.end), indicators=indicators)
        for month in period.months
        if month.start <= as_of
    }


def matching(
    harvest: Harvest, definitions: Definitions, indicator: Indicator, period: Period, as_of: date
) -> pd.DataFrame:
    """The records behind an indicator, by unit and date: unit, table, row, start_date, adds, base.

    `adds` is what the indicator would be if the record were the only one: the quantity of a sum, the hours of a median,
    the numerator of a share, whose denominator is `base`. For one of the unknown it is None, or in a share 0 by 0; in a
    longest gap it is always None, as the dates alone count.
    """
    if indicator.kind == "register_share":
        indicator = definitions.indicator(indicator.of)
    import pandas as pd

    if indicator.kind == "submission":
        return pd.DataFrame(columns=["unit", "table", "row", "start_date", "adds", "base"])
    ground = states.ground(harvest, definitions, period, as_of)
    records = ground.records[indicator.ledger].alone()
    each = replace(ground, records={indicator.ledger: records}, known={indicator.ledger: np.ones(records.count, bool)})
    return _behind(records, indicator, kinds.state(each, indicator))


def _behind(records: states.Records, indicator: Indicator, state: states.State) -> pd.DataFrame:
    import pandas as pd

    numbers = kinds.numbers(indicator, state)
    shares = zip(numbers.value, numbers.numerator, numbers.denominator, strict=True)
    adds = [value if base is None else numerator for value, numerator, base in shares]
    frame = pd.DataFrame({name: records.column(name, 0) for name in ("unit", "table", "row", "start_date")})
    frame["adds"] = np.array(adds, object)
    frame["base"] = np.array(numbers.denominator, object)
    behind = zip(column(state, "records"), column(state, "unknown"), strict=True)
    return frame.loc[[any(counts) for counts in behind]].sort_values(
        ["unit", "start_date", "table", "row"], kind="stable", ignore_index=True
    )


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


def silence(ground: states.Ground) -> dict[str, dict[Scope, list[int]]]:
    """By ledger and scope, how many units that are due have that ledger unknown; under "" how many sent none at all."""
    due = np.array([unit.due for unit in ground.definitions.register.units], bool)
    quiet = {ledger: (due & ~known).astype(np.int64) for ledger, known in (*ground.known.items(), ("", ground.heard))}
    return {ledger: {"own": own.tolist(), "all": ground.tree.summed(own).tolist()} for ledger, own in quiet.items()}
