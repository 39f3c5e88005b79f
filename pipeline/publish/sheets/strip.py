"""The rows of a large table, each cell by cell from left to right: cells that are equal are made once for the sheet."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from xlsxwriter.url import Url

from pipeline.model import Figure, Indicator
from pipeline.publish.looks import Emphasis, Looks
from pipeline.publish.sheets.grid import Cell, Grid, cell
from pipeline.publish.sheets.lines import Line
from pipeline.publish.sheets.paper import Paper
from pipeline.publish.sheets.row import NOT_APPLICABLE, UNKNOWN

Made: TypeAlias = dict[tuple[object, ...], Cell]


class Strips:
    """The rows of one sheet that XlsxWriter writes."""

    def __init__(self, paper: Paper) -> None:
        assert isinstance(paper.sheet, Grid)
        self._paper, self._sheet = paper, paper.sheet
        self._made: Made = {}

    def line(self, number: int, line: Line) -> Strip:
        """The row of a unit, its label written."""
        self._paper.line(number, line)
        return Strip(self._sheet, self._paper.looks, self._made, number, line.emphasis)


@dataclass(slots=True)
class Strip:
    """Row `number`; its cells stand from `column` on once it has ended."""

    sheet: Grid
    looks: Looks
    made: Made
    number: int
    emphasis: Emphasis
    column: int = 1
    cells: list[Cell] = field(default_factory=list)

    def figure(self, figure: Figure, indicator: Indicator, link: Url | None = None) -> None:
        """The number of a figure as it is, leading to its evidence; or its mark."""
        value = figure.value
        if value is None:
            self.mark(NOT_APPLICABLE if figure.denominator == 0 else UNKNOWN)
            return
        key = indicator.id, value, figure.low, figure.high, figure.unknown > 0, self.emphasis
        made = self.made.get(key)
        if made is None:
            look = self.looks.of(figure, indicator, self.emphasis)
            made = self.made[key] = cell(self.looks.stored(value, indicator), look)
        if link:
            self.sheet.write_url(self.number, self.column + len(self.cells), link, made.format)
        self.cells.append(made)

    def value(self, value: Fraction | int | None, indicator: Indicator) -> None:
        """A number in the indicator's format, without any sign."""
        if value is None:
            self.mark(UNKNOWN)
            return
        key = indicator.id, value, self.emphasis
        made = self.made.get(key)
        if made is None:
            look = self.looks.figure(indicator, self.emphasis)
            made = self.made[key] = cell(self.looks.stored(value, indicator), look)
        self.cells.append(made)

    def count(self, number: int) -> None:
        self.formatted(number, "0")

    def formatted(self, number: float, number_format: str) -> None:
        key = number_format, number, self.emphasis
        made = self.made.get(key)
        if made is None:
            made = self.made[key] = cell(number, self.looks.number(number_format, self.emphasis))
        self.cells.append(made)

    def mark(self, mark: str) -> None:
        self.cells.append(self.sheet.word(mark, self.looks.mark(self.emphasis)))

    def word(self, word: str, look: str) -> None:
        self.cells.append(self.sheet.word(word, self.looks[look]))

    def to(self, column: int) -> None:
        """What follows stands from there on."""
        self.end()
        self.column, self.cells = column, []

    def end(self) -> None:
        """Put the cells into the sheet."""
        self.sheet.fill(self.number, self.column, self.cells)
