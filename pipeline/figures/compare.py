"""Figures in their context: the previous period, the same period last year, targets, and who is silent."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import product
from types import MappingProxyType
from typing import TypeAlias

from pipeline.figures import columns, consistency, measure, states
from pipeline.figures.amounts import Amounts
from pipeline.figures.columns import Beside, ByKey, Context
from pipeline.model import (
    SCOPES,
    Bounds,
    Change,
    Definitions,
    Figures,
    Finding,
    Harvest,
    Indicator,
    Key,
    Rough,
    Scope,
    Severity,
    Target,
)
from pipeline.period import Period

Number: TypeAlias = int | Fraction
Values: TypeAlias = Mapping[Key, Number | Rough | None]
Before: TypeAlias = tuple[Sequence[Number | None], Sequence[Bounds | None]]
"""The values of an indicator in an earlier period, unit by unit, None where unknown; and the bounds of those not exact."""
Past: TypeAlias = Callable[[Scope, str], Before]

NONE_CLOSED: Mapping[Period, Values] = MappingProxyType({})


def compared(
    harvest: Harvest,
    definitions: Definitions,
    period: Period,
    as_of: date,
    earlier: Mapping[Period, Values] = NONE_CLOSED,
) -> Figures:
    """All figures of the period with what stands beside them; the values in `earlier` are closed and win.

    The findings are those on the figures (unit-silent, figure-inconsistent), not the harvest's.
    """
    ground = states.ground(harvest, definitions, period, as_of)
    silence = measure.silence(ground)
    past = _previous(harvest, definitions, period, earlier), _last_year(harvest, definitions, period, as_of, earlier)
    published = columns.columns(ground, definitions.indicators)
    by_key = ByKey(published, len(definitions.register.units), period, _beside(definitions, period, past, silence))
    helpers = columns.columns(ground, consistency.helpers(definitions))
    findings = (*_silent_units(definitions, silence), *consistency.findings(published | helpers, definitions))
    return Figures(period, as_of, by_key, harvest, findings)


def _previous(harvest: Harvest, definitions: Definitions, period: Period, earlier: Mapping[Period, Values]) -> Past:
    past = period.previous
    return _past(harvest, definitions, past, past.end, earlier.get(past, {}))


def _last_year(
    harvest: Harvest, definitions: Definitions, period: Period, as_of: date, earlier: Mapping[Period, Values]
) -> Past:
    """Up to the same day; figures of the whole period are no base for those of a part of it."""
    past = period.last_year
    if as_of >= period.end:
        return _past(harvest, definitions, past, past.end, earlier.get(past, {}))
    day = min(as_of.day, monthrange(as_of.year - 1, as_of.month)[1])
    return _past(harvest, definitions, past, date(as_of.year - 1, as_of.month, day), {})


def _beside(
    definitions: Definitions,
    period: Period,
    past: tuple[Past, Past],
    silence: Mapping[str, Mapping[Scope, list[int]]],
) -> Beside:
    fitting = _fitting(definitions, period)

    def beside(scope: Scope, indicator: Indicator) -> Context:
        silent = silence[indicator.ledger][scope]
        (previous, bounds), (last_year, other_bounds) = (before(scope, indicator.id) for before in past)
        targets = _targets(indicator, len(silent), fitting if scope == indicator.scope else {})
        return previous, last_year, targets, silent, bounds, other_bounds

    return beside


def _past(harvest: Harvest, definitions: Definitions, period: Period, as_of: date, closed: Values) -> Past:
    """The closed values, and for what they leave out those that the input gives, if it holds anything of the period."""
    units = range(len(definitions.register.units))
    unknown: Before = [None] * len(units), [None] * len(units)
    given: Mapping[columns.Place, columns.Column] = {}
    if measure.heard(harvest, definitions, period):
        given = columns.columns(states.ground(harvest, definitions, period, as_of), definitions.indicators)

    def past(scope: Scope, id: str) -> Before:
        values, bounds = _before(given[scope, id].amounts) if given else unknown
        if not closed:
            return values, bounds
        each = [(unit, scope, id) for unit in units]
        found = [_told(closed[key]) if key in closed else (values[key[0]], bounds[key[0]]) for key in each]
        return [value for value, _ in found], [between for _, between in found]

    return past


def _before(amounts: Amounts) -> Before:
    value, low, high = amounts.value, amounts.low, amounts.high
    if value == low == high:
        return value, [None] * len(value)
    return value, [
        None if each is None or least is None or most is None or least == each == most else (least, most)
        for each, least, most in zip(value, low, high, strict=True)
    ]


def _told(value: Number | Rough | None) -> tuple[Number | None, Bounds | None]:
    return (value.value, (value.low, value.high)) if isinstance(value, Rough) else (value, None)


def _months(target: Target, period: Period) -> int:
    """How many months the target speaks of."""
    return len(Period.of(period.start.year, target.span or period.span).months)


def _silent_units(definitions: Definitions, silence: Mapping[str, Mapping[Scope, list[int]]]) -> Iterator[Finding]:
    for unit, silent in zip(definitions.register.units, silence[""]["own"], strict=True):
        if silent:
            yield Finding("unit-silent", Severity.WARNING, unit=unit.name)


def _targets(
    indicator: Indicator, units: int, fitting: Mapping[tuple[str, int | None], Target]
) -> Sequence[Target | None]:
    """A unit's own target before the one for every unit."""
    every = fitting.get((indicator.id, None))
    return [fitting.get((indicator.id, unit), every) for unit in range(units)]


def _fitting(definitions: Definitions, period: Period) -> dict[tuple[str, int | None], Target]:
    """For each indicator and unit (None: every unit) the target of the period's own span, else of the next longer."""
    fitting: dict[tuple[str, int | None], Target] = {}
    for target in sorted(definitions.targets, key=lambda target: _months(target, period)):
        if _months(target, period) >= len(period.months):
            fitting.setdefault((target.indicator, target.unit), target)
    return fitting


# --- the same period, figured out before -----------------------------------------------------------------------------


def changes(before: Values, figures: Figures, definitions: Definitions) -> list[Change]:
    """The figures that are no longer what they were; of those that `before` does not hold nothing is said."""
    places = product(definitions.indicators, SCOPES) if before else ()
    return [change for indicator, scope in places for change in _changed(before, figures, scope, indicator.id)]


def _changed(before: Values, figures: Figures, scope: Scope, indicator: str) -> Iterator[Change]:
    for unit, now in enumerate(figures.columns(scope, indicator)["value"]):
        was, _ = _told(before.get((unit, scope, indicator), now))
        if was != now and _stored(was) != _stored(now):
            yield unit, scope, indicator, was, now


def _stored(value: Number | None) -> float | None:
    """A plain file holds the shortest decimal of a number: as such they are compared."""
    return None if value is None else float(value)
