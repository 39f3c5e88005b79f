"""The figures of an indicator → contents of cells, column by column; what recurs is written once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any, TypeAlias

from pipeline.model import Bounds, Figure, Indicator
from pipeline.period import Period
from pipeline.publish import words
from pipeline.publish.cells import Content
from pipeline.publish.frames import Frames
from pipeline.publish.packing.cuts import Cut
from pipeline.publish.rounding import Number
from pipeline.publish.sheets.material import Month
from pipeline.publish.sheets.row import NOT_APPLICABLE, Row
from pipeline.publish.words import Comparison

Maybe: TypeAlias = Number | None

_SHOWN = attrgetter("value", "low", "high", "denominator", "unknown")
"""All that the cell of a figure shows."""


class Columns:
    """Written as a row of a printed table would write it."""

    def __init__(self, indicator: Indicator, period: Period, frames: Frames) -> None:
        self._indicator, self._period = indicator, period
        self._cell = frames.cells("")
        self._row = Row(self._cell, frames.looks, 0, "plain")
        self._figures = _Contents(self._figure)
        self._bases = _Contents(self._base)
        self._targets = _Contents(self._target)
        self._changes = _Contents(self._change)

    def figures(self, figures: Iterable[Figure]) -> list[Content]:
        return self._figures.each(map(_SHOWN, figures))

    def month(self, month: Month | Cut | None, units: Sequence[int]) -> list[Content]:
        """The figures of some units in a month, None if that has not begun."""
        if month is None:
            self._row.mark(0, NOT_APPLICABLE)
            return [self._cell.content(0, 0)] * len(units)
        scope, id = self._indicator.scope, self._indicator.id
        value, low, high, _, denominator = month.amounts(scope, id)
        _, unknown = month.counts(scope, id)
        shown = (value, low, high, denominator, unknown)
        return self._figures.each(zip(*([column[unit] for unit in units] for column in shown), strict=True))

    def compared(self, figures: Sequence[Figure]) -> Iterator[list[Content]]:
        """The period before, the change since, the same of last year, and the target."""
        bases: dict[Comparison, list[tuple[Maybe, Bounds | None]]] = {
            "环比": [(figure.previous, figure.previous_bounds) for figure in figures],
            "同比": [(figure.last_year, figure.last_year_bounds) for figure in figures],
        }
        for kind, base in bases.items():
            yield self._bases.each(base)
            compared = zip(figures, base, strict=True)
            yield self._changes.each((kind, figure.value, figure.low, figure.high, *each) for figure, each in compared)
        yield self._targets.each((figure.target.minimum if figure.target else None,) for figure in figures)

    # --- one content

    def _figure(self, value: Maybe, low: Maybe, high: Maybe, denominator: Maybe, unknown: int) -> Content:
        figure = self._with(value, low, high)._replace(denominator=denominator, unknown=unknown)
        self._row.figure(0, figure, self._indicator)
        return self._cell.content(0, 0)

    def _base(self, value: Maybe, bounds: Bounds | None) -> Content:
        low, high = bounds or (value, value)
        return self._figure(value, low, high, None, 0)

    def _target(self, minimum: Maybe) -> Content:
        return self._text("") if minimum is None else self._base(minimum, None)

    def _change(
        self, kind: Comparison, value: Maybe, low: Maybe, high: Maybe, base: Maybe, bounds: Bounds | None
    ) -> Content:
        """Nothing where there is nothing to compare."""
        if value is None or base is None:
            return self._text("")
        figure = self._with(value, low, high)._replace(previous=base, last_year=base)
        figure = figure._replace(previous_bounds=bounds, last_year_bounds=bounds)
        return self._text(words.change_of(figure, self._indicator, kind))

    def _text(self, text: str) -> Content:
        self._row.text(0, text)
        return self._cell.content(0, 0)

    def _with(self, value: Maybe, low: Maybe, high: Maybe) -> Figure:
        return Figure(self._period, 0, self._indicator.scope, self._indicator.id, value, low, high)


class _Contents(dict[tuple[Any, ...], Content]):
    """Of cells, by all that each of them shows."""

    def __init__(self, make: Callable[..., Content]) -> None:
        self._make = make

    def each(self, shown: Iterable[tuple[Any, ...]]) -> list[Content]:
        return list(map(self.__getitem__, shown))

    def __missing__(self, shown: tuple[Any, ...]) -> Content:
        content = self[shown] = self._make(*shown)
        return content
