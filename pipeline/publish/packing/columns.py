"""Figures of many units → contents of cells, column by column; what recurs in a column is written once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import TypeVar

from pipeline.model import Figure, Indicator
from pipeline.publish import words
from pipeline.publish.cells import Content
from pipeline.publish.frames import Frames
from pipeline.publish.sheets.row import NOT_APPLICABLE, Row
from pipeline.publish.words import Comparison, Number

T = TypeVar("T")

_SHOWN = attrgetter("value", "low", "high", "denominator", "unknown")
"""All that the cell of a figure shows."""


class Columns:
    """Writes each content as a row of a printed table would."""

    def __init__(self, frames: Frames) -> None:
        self._cell = frames.cells("")
        self._row = Row(self._cell, frames.looks, 0, "plain")

    def figures(self, figures: Iterable[Figure], indicator: Indicator) -> list[Content]:
        return self._each(figures, _SHOWN, lambda figure: self._row.figure(0, figure, indicator))

    def compared(self, figures: Sequence[Figure], indicator: Indicator) -> Iterator[list[Content]]:
        """The period before, the change since, the same of last year, and the target."""
        previous, last_year = [each.previous for each in figures], [each.last_year for each in figures]
        yield self._values(previous, indicator)
        yield self._changes(figures, previous, indicator, "环比")
        yield self._values(last_year, indicator)
        yield self._changes(figures, last_year, indicator, "同比")
        targets = [each.target.minimum if each.target else None for each in figures]
        yield self._each(targets, _itself, lambda target: self._target(target, indicator))

    def not_applicable(self, count: int) -> list[Content]:
        return self._each([NOT_APPLICABLE] * count, _itself, lambda mark: self._row.mark(0, mark))

    def _values(self, values: Iterable[Number | None], indicator: Indicator) -> list[Content]:
        return self._each(values, _itself, lambda value: self._row.value(0, value, indicator))

    def _changes(
        self, figures: Iterable[Figure], bases: Iterable[Number | None], indicator: Indicator, kind: Comparison
    ) -> list[Content]:
        """Nothing where there is nothing to compare."""

        def write(compared: tuple[Figure, Number | None]) -> None:
            figure, base = compared
            known = figure.value is not None and base is not None
            self._row.text(0, words.change_of(figure, indicator, kind) if known else "")

        return self._each(zip(figures, bases, strict=True), _comparison, write)

    def _target(self, minimum: Number | None, indicator: Indicator) -> None:
        if minimum is None:
            self._row.text(0, "")
        else:
            self._row.value(0, minimum, indicator)

    def _each(self, things: Iterable[T], key: Callable[[T], Hashable], write: Callable[[T], None]) -> list[Content]:
        """What is written of each thing, once for those with the same key."""
        every = list(things)
        keys = list(map(key, every))
        contents = {}
        for same, thing in dict(zip(keys, every, strict=True)).items():
            write(thing)
            contents[same] = self._cell.content(0, 0)
        return [contents[same] for same in keys]


def _itself(thing: T) -> T:
    return thing


def _comparison(compared: tuple[Figure, Number | None]) -> Hashable:
    figure, base = compared
    return figure.value, figure.low, figure.high, base
