"""A record behind a figure as readers see it: when it was, and what it adds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pipeline.model import DAY, HALF, MONTH, QUARTER, YEAR, Indicator
from pipeline.period import Period, Span
from pipeline.publish import words
from pipeline.publish.rounding import Number

_SPANS: Mapping[int, tuple[Span, int]] = {
    MONTH: ("month", 1),
    QUARTER: ("quarter", 3),
    HALF: ("half", 6),
    YEAR: ("year", 12),
}


def day(start: date, precision: int) -> str:
    """``2023-03-05``, or the name of the month, quarter, half-year or year where no day is known."""
    return start.isoformat() if precision == DAY else span(start, precision)


def span(start: date, precision: int) -> str:
    """``2023年3月``, ``2023年第一季度``, ``2023年上半年``, ``2023年``."""
    name, months = _SPANS[precision]
    return Period.of(start.year, name, (start.month - 1) // months + 1).label


def added(indicator: Indicator, adds: Number | None, base: Number | None) -> str:
    """As the indicator shows its numbers; ``25 ÷ 30`` in a share; nothing where it is unknown."""
    if adds is None or base == 0:
        return ""
    return words.shown(adds, indicator) if base is None else f"{words.exact(adds)} ÷ {words.exact(base)}"
