"""Definitions in; figures that no ledger has given out: zero, unknown, one, large and approximate, to try sentences on."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from pipeline.model import SCOPES, Definitions, Figure, Figures, Harvest, Indicator, Scope, Target
from pipeline.period import Period, Span
from pipeline.publish.unit_tags import Basis

Number = int | Fraction


class Case(NamedTuple):
    """A count and a share: value, low and high; what either was a year and a period ago."""

    counted: tuple[Number | None, Number | None, Number | None]
    share: tuple[Number | None, Number | None, Number | None]
    before: tuple[Number | None, Number | None]


def _exactly(value: Number | None) -> tuple[Number | None, Number | None, Number | None]:
    return value, value, value


CASES: Mapping[str, Case] = {
    "为零": Case(_exactly(0), _exactly(0), (4, Fraction(1, 2))),
    "未知": Case(_exactly(None), _exactly(None), (4, Fraction(1, 2))),
    "为一": Case(_exactly(1), _exactly(1), (1, 1)),
    "很大": Case(_exactly(123456), _exactly(Fraction(9567, 10000)), (98765, Fraction(9, 10))),
    "约数": Case((100, 101, 199), (Fraction(9, 10), Fraction(22, 25), Fraction(23, 25)), (0, 0)),
}

_SPANS: Mapping[str, tuple[Span, int]] = {
    "上半年": ("half", 1),
    "下半年": ("half", 2),
    "半年": ("half", 1),
    "季度": ("quarter", 1),
    "月": ("month", 1),
}


def period(kind: str) -> Period:
    """One that a template of this kind is for; the year does not matter."""
    return Period.of(2023, *_SPANS.get(kind, ("year", 1)))


def basis(definitions: Definitions, period: Period, case: Case) -> Basis:
    """Every indicator of every unit, in every month, with the same value."""
    targets = {target.indicator: target for target in definitions.targets if target.unit is None}
    by_key = {
        (unit.index, scope, each.id): _figure((period, unit.index, scope, each.id), each, case, targets)
        for unit in definitions.register.units
        for each in definitions.indicators
        for scope in SCOPES
    }
    nothing = Harvest({}, (), (), (), ())
    every = [Figures(each, each.end, by_key, nothing) for each in (period, *period.months)]
    return Basis(every[0], definitions, tuple(every[1:]))


def _figure(
    key: tuple[Period, int, Scope, str], indicator: Indicator, case: Case, targets: Mapping[str, Target]
) -> Figure:
    value, low, high = case.share if indicator.percent else case.counted
    before = case.before[indicator.percent]
    return Figure(*key, value, low, high, previous=before, last_year=before, target=targets.get(indicator.id))
