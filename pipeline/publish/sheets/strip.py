"""The rows of a large table, each cell by cell from left to right: numbers that look the same are made once for the sheet."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from xlsxwriter.format import Format
from xlsxwriter.url import Url

from pipeline.model import Figure, Indicator
from pipeline.publish.looks import COUNTS, Emphasis, Looks
from pipeline.publish.sheets import grid
from pipeline.publish.sheets.grid import Content, Grid
from pipeline.publish.sheets.lines import Line
from pipeline.publish.sheets.paper import Paper
from pipeline.publish.sheets.row import NOT_APPLICABLE, UNKNOWN

Made: TypeAlias = dict[Hashable, Content]


class Strips:
    """Rows of units on a sheet that XlsxWriter writes."""

    def __init__(self, paper: Paper) -> None:
        assert isinstance(paper.sheet, Grid)
        self._sheet, self._looks = paper.sheet, paper.looks
        self._made: Made = {}

    def write(self, first: int, lines: Iterable[Line], write: Callable[[Strip, Line], None]) -> None:
        """A row for each line; `write` adds what stands behind its label."""

        def contents(number: int, line: Line) -> list[Content]:
            label = self._sheet.word(line.label, self._looks.label(line.emphasis, line.depth))
            strip = Strip(self._sheet, self._looks, self._made, number, line.emphasis, [label])
            write(strip, line)
            return strip.contents

        self._sheet.write_rows(first, (contents(*each) for each in enumerate(lines, first)))


@dataclass(slots=True)
class Strip:
    """Row `number`, and the cells that it has so far."""

    sheet: Grid
    looks: Looks
    made: Made
    number: int
    emphasis: Emphasis
    contents: list[Content]

    def figure(self, figure: Figure, indicator: Indicator, link: Url | None = None) -> None:
        """The number of a figure as it is, leading to its evidence; or its mark."""
        value = figure.value
        if value is None:
            self.mark(NOT_APPLICABLE if figure.denominator == 0 else UNKNOWN)
            return
        if link:
            self.sheet.write_url(self.number, len(self.contents), link, self._look(figure, indicator))
        bounds = None if figure.low is value is figure.high else (figure.low, figure.high)
        key = indicator.id, value, bounds, figure.unknown > 0, self.emphasis
        content = self.made.get(key)
        if content is None:
            number = self.looks.stored(value, indicator)
            content = self.made[key] = grid.number(number, self._look(figure, indicator))
        self.contents.append(content)

    def value(self, value: Fraction | int | None, indicator: Indicator) -> None:
        """A number in the indicator's format, without any sign."""
        if value is None:
            self.mark(UNKNOWN)
            return
        key = indicator.id, value, self.emphasis
        content = self.made.get(key)
        if content is None:
            look = self.looks.figure(indicator, self.emphasis)
            content = self.made[key] = grid.number(self.looks.stored(value, indicator), look)
        self.contents.append(content)

    def count(self, number: int) -> None:
        self.formatted(number, COUNTS)

    def counts(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self.formatted(number, COUNTS)

    def formatted(self, number: float, number_format: str) -> None:
        key = number_format, number, self.emphasis
        content = self.made.get(key)
        if content is None:
            content = self.made[key] = grid.number(number, self.looks.number(number_format, self.emphasis))
        self.contents.append(content)

    def mark(self, mark: str, times: int = 1) -> None:
        key = mark, self.emphasis
        content = self.made.get(key)
        if content is None:
            content = self.made[key] = self.sheet.word(mark, self.looks.mark(self.emphasis))
            self.sheet.again(-1)
        self.sheet.again(times)
        self.contents += [content] * times

    def word(self, word: str, look: str) -> None:
        self.contents.append(self.sheet.word(word, self.looks[look]))

    def to(self, column: int) -> None:
        """What follows stands from there on."""
        self.contents += [""] * (column - len(self.contents))

    def _look(self, figure: Figure, indicator: Indicator) -> Format:
        return self.looks.of(figure, indicator, self.emphasis)
