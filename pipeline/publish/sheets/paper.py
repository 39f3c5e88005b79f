"""One printed sheet: title, line of period and measure, header, notes, sign-off, page set-up."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from pipeline.publish.cells import Cells
from pipeline.publish.looks import Emphasis, Looks
from pipeline.publish.sheets.grid import Grid
from pipeline.publish.sheets.lines import Line
from pipeline.publish.sheets.row import Row

HEADER_ROW = 2
"""Under the title and the line of period and measure."""

SIGN_OFF = "填报人：　　　　　　　　　　审核人：　　　　　　　　　　日期：　　　　年　　月　　日"

_A4 = 9
_POINTS_PER_LINE = 15
_ROW_HEIGHT = 18
_ROWS_A_PAGE = 22
"""Under title and header, at full size."""
_LABEL_WIDTHS = (14, 32)


def display_width(text: str) -> int:
    """In columns of a fixed font: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)


class Paper:
    """A worksheet of `columns` columns, A4 landscape, one page wide."""

    def __init__(self, sheet: Grid | Cells, looks: Looks, widths: Sequence[float]) -> None:
        self.sheet, self.looks, self.columns = sheet, looks, len(widths)
        self._widths = widths
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_default_row(_ROW_HEIGHT)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.set_footer("&C第 &P 页　共 &N 页&R&A")
        sheet.hide_gridlines(2)

    def top(self, title: str, left: str, right: str = "") -> None:
        """Title, and under it what period it is and how it is measured."""
        self.sheet.set_row(0, 30)
        self.wide(0, title, "title")
        half = self.columns - max(self.columns // 3, 1) if right else self.columns
        self.merged(1, 0, half - 1, left, "line")
        if right:
            self.merged(1, half, self.columns - 1, right, "right")

    def header(self, *rows: Sequence[str], freeze: int = 1, start: int = HEADER_ROW) -> int:
        """Write the header's rows, repeat them on every page and freeze them and `freeze` columns; the next row."""
        self.heads(start, *rows)
        end = start + len(rows)
        self.sheet.repeat_rows(start, end - 1)
        self.sheet.freeze_panes(end, freeze)
        return end

    def heads(self, start: int, *rows: Sequence[str]) -> None:
        for row, texts in enumerate(rows, start):
            self.sheet.set_row(row, _POINTS_PER_LINE * self._lines(texts) + 4)
            for column, text in enumerate(texts):
                self.sheet.text(row, column, text, self.looks["header"])

    def wide(self, row: int, text: str, look: str) -> None:
        """A text across all columns."""
        self.merged(row, 0, self.columns - 1, text, look)

    def page_breaks(self, tops: Sequence[int], height: int) -> None:
        """Blocks of this many rows stay whole, and as many as a page takes stand on it."""
        self.sheet.set_h_pagebreaks(tops[:: max(1, _ROWS_A_PAGE // height)][1:])

    def merged(self, row: int, first: int, last: int, text: str, look: str) -> None:
        if first == last:
            self.sheet.text(row, first, text, self.looks[look])
        else:
            self.sheet.merge_range(row, first, row, last, "", self.looks[look])
            self.sheet.text(row, first, text, self.looks[look])

    def text(self, row: int, column: int, text: str, look: str = "cell") -> None:
        self.sheet.text(row, column, text, self.looks[look])

    def row(self, number: int, emphasis: Emphasis = "plain") -> Row:
        return Row(self.sheet, self.looks, number, emphasis)

    def close(self, row: int, notes: Iterable[str] = ()) -> None:
        """Notes and the sign-off line under the table."""
        width = int(sum(self._widths))
        for note in notes:
            self.wide(row, note, "note")
            self.sheet.set_row(row, _POINTS_PER_LINE * (display_width(note) // width + 1))
            row += 1
        self.wide(row + 1, SIGN_OFF, "line")

    def tallest(self, texts: Mapping[int, str]) -> int:
        """The height of a row whose columns hold these texts, wrapped."""
        lines = max(display_width(text) // int(self._widths[column] - 1) + 1 for column, text in texts.items())
        return _POINTS_PER_LINE * lines + 4

    def _lines(self, texts: Sequence[str]) -> int:
        """How many lines the tallest of the texts takes in its column."""
        return max(-(-display_width(text) // int(width - 1)) for text, width in zip(texts, self._widths, strict=False))


def label_width(lines: Iterable[Line]) -> int:
    """The width of a column that holds labels of usual length."""
    low, high = _LABEL_WIDTHS
    return min(max([low, *(display_width(line.label) + 2 * line.depth + 2 for line in lines)]), high)
