"""One row of a printed table: figures as real numbers, or the mark of why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from xlsxwriter.format import Format
from xlsxwriter.url import Url

from pipeline.model import Figure, Indicator
from pipeline.publish.cells import Cells
from pipeline.publish.looks import Emphasis, Looks
from pipeline.publish.sheets.grid import Grid

UNKNOWN, NOT_APPLICABLE = "…", "/"
"""What stands in the place of a number; the cover explains them."""


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of row `number`, all in one emphasis."""

    sheet: Grid | Cells
    looks: Looks
    number: int
    emphasis: Emphasis

    def figure(self, column: int, figure: Figure, indicator: Indicator, link: Url | None = None) -> None:
        """The number of a figure as it is, leading to its evidence; or its mark."""
        if figure.value is None:
            self.mark(column, NOT_APPLICABLE if figure.denominator == 0 else UNKNOWN)
            return
        look = self.looks.of(figure, indicator, self.emphasis)
        if link:
            self.sheet.write_url(self.number, column, link, look)
        self._value(column, figure.value, indicator, look)

    def value(self, column: int, value: Fraction | int | None, indicator: Indicator) -> None:
        """A number in the indicator's format, without any sign."""
        if value is None:
            self.mark(column, UNKNOWN)
        else:
            self._value(column, value, indicator, self.looks.figure(indicator, self.emphasis))

    def count(self, column: int, number: int) -> None:
        self.formatted(column, number, "0")

    def formatted(self, column: int, number: float, number_format: str) -> None:
        self.sheet.number(self.number, column, number, self.looks.number(number_format, self.emphasis))

    def mark(self, column: int, mark: str) -> None:
        self.sheet.text(self.number, column, mark, self.looks.mark(self.emphasis))

    def text(self, column: int, text: str, look: str = "cell") -> None:
        self.sheet.text(self.number, column, text, self.looks[look])

    def _value(self, column: int, value: Fraction | int, indicator: Indicator, look: Format) -> None:
        self.sheet.number(self.number, column, self.looks.stored(value, indicator), look)
