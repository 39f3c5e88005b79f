"""Worksheets of many thousand formatted numbers and texts, written byte for byte as XlsxWriter writes them, but sooner.

XlsxWriter decides anew for every cell what it is, escapes what needs no escaping and writes each cell by itself. Here a row
is written at once; any cell but a formatted number or text is left to XlsxWriter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellBlankTuple, CellDatetimeTuple, CellNumberTuple, CellStringTuple

if TYPE_CHECKING:

    class Worksheet:
        """XlsxWriter's, which has no types."""

        def __getattr__(self, name: str) -> Any: ...

else:
    from xlsxwriter.worksheet import Worksheet

Content: TypeAlias = str
"""What a cell holds behind its place: its look and value."""

_LONGEST = 16_383
"""Characters of a text that fit into a cell whatever they are; Excel counts those beyond the first plane twice."""
_SPAN = 16
"""So many rows say together from which column to which they reach."""


def number(number: float, look: Format) -> Content:
    """A finite number, for cells of rows that are written whole."""
    return f' s="{_style(look)}"><v>{number:.16G}</v></c>'


class Grid(Worksheet):
    """`number` and `text` take places inside of a sheet, numbers that are finite, and always a look."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[int, Sequence[Content]] = {}

    def number(self, row: int, column: int, number: float, look: Format) -> None:
        self._check_dimensions(row, column)
        self.table[row][column] = CellNumberTuple(number, look)

    def moment(self, row: int, column: int, moment: date, look: Format) -> None:
        self._check_dimensions(row, column)
        self.table[row][column] = CellDatetimeTuple(self._convert_date_time(moment), look)

    def blank(self, row: int, column: int, look: Format) -> None:
        self._check_dimensions(row, column)
        self.table[row][column] = CellBlankTuple(look)

    def text(self, row: int, column: int, text: str, look: Format) -> None:
        self._write_string(row, column, text, look)

    def settle(self) -> None:
        """Number the looks of the cells so far, as XlsxWriter does when it writes them."""
        for _, cells in sorted(self.table.items()):
            for _, cell in sorted(cells.items()):
                _style(cell.format)

    def word(self, text: str, look: Format) -> Content:
        """A short text, for one cell of a row that is written whole."""
        index = self.str_table._get_shared_string_index(text[:_LONGEST])  # noqa: SLF001 - as XlsxWriter asks for it
        return f' s="{_style(look)}" t="s"><v>{index}</v></c>'

    def again(self, times: int) -> None:
        """The content of a word stands in so many more cells."""
        self.str_table.count += times

    def write_rows(self, first: int, rows: Iterable[Sequence[Content]]) -> None:
        """Whole rows of contents, from column 0 on, in the height of the sheet; an empty one is no cell."""
        self.settle()
        given = dict(enumerate(rows, first))
        if given:
            self._check_dimensions(first, 0)
            self._check_dimensions(max(given), max(map(len, given.values())) - 1)
            self._rows |= given

    def _write_rows(self) -> None:
        spans, height = self._spans(), self._height()
        columns = [xl_col_to_name(column) for column in range(self.dim_colmax + 1)]
        for row in range(self.dim_rowmin, self.dim_rowmax + 1):
            span, shape = spans.get(row // _SPAN), self.row_info.get(row)
            if row in self._rows:
                self.fh.write(f'<row r="{row + 1}" spans="{span}"{height}>{_line(row, self._rows[row], columns)}</row>')
            elif cells := self.table.get(row):
                self._write_row(row, span, shape)
                self._write_cells(row, cells, columns)
                self._xml_end_tag("row")
            elif shape is not None or row in self.comments:
                self._write_empty_row(row, span, shape)

    def _spans(self) -> dict[int, str]:
        """By stretch of rows the first and the last column in use."""
        reach: dict[int, list[int]] = {}
        for row, cells in self.table.items():
            if cells:
                reach.setdefault(row // _SPAN, []).extend((min(cells), max(cells)))
        for row, contents in self._rows.items():
            reach.setdefault(row // _SPAN, []).extend((0, len(contents) - 1))
        return {stretch: f"{min(columns) + 1}:{max(columns) + 1}" for stretch, columns in reach.items()}

    def _height(self) -> str:
        """What a row says of its height if it has no other than the sheet."""
        if self.default_row_height == self.original_row_height:
            return ""
        return f' ht="{self.default_row_height * 0.75:.16g}" customHeight="1"'

    def _write_cells(self, row: int, cells: Mapping[int, Any], columns: list[str]) -> None:
        line: list[str] = []
        for column, cell in sorted(cells.items()):
            style = cell.format and cell.format.xf_index
            content = "" if style is None else _content(cell)
            if content:
                line.append(f'<c r="{columns[column]}{row + 1}" s="{style}"{content}')
            else:
                self.fh.write("".join(line))
                line.clear()
                self._write_cell(row, column, cell)
        self.fh.write("".join(line))


def _style(look: Format) -> int:
    """The number of a look; looks are numbered in the order in which they are first used."""
    style: int = look._get_xf_index()  # noqa: SLF001 - as XlsxWriter asks for it
    return style


def _line(row: int, contents: Sequence[Content], columns: Sequence[str]) -> str:
    name = row + 1
    cells = zip(columns, contents, strict=False)
    return "".join([f'<c r="{column}{name}"{content}' for column, content in cells if content])


def _content(cell: Any) -> str:
    """What stands behind the place and the style of a cell; nothing for a kind that is left to XlsxWriter."""
    kind = cell.__class__
    if kind is CellNumberTuple or kind is CellDatetimeTuple:
        return f"><v>{cell.number:.16G}</v></c>"
    if kind is CellStringTuple:
        return f' t="s"><v>{cell.string}</v></c>'
    return "/>" if kind is CellBlankTuple else ""
