"""Worksheets of many thousand formatted numbers and texts, written byte for byte as XlsxWriter writes them, but sooner.

XlsxWriter decides anew for every cell what it is, escapes what needs no escaping and writes each cell by itself. Here a row
is written at once; any cell but a formatted number or text is left to XlsxWriter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

Cell: TypeAlias = CellNumberTuple | CellStringTuple

_SPAN = 16
"""So many rows say together from which column to which they reach."""


def cell(number: float, look: Format) -> Cell:
    """One of a finite number, for `Grid.fill`."""
    return CellNumberTuple(number, look)


class Grid(Worksheet):
    """`number` and `text` take places inside of a sheet, numbers that are finite, and always a look."""

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

    def word(self, text: str, look: Format) -> Cell:
        """The cell of a short text, to be put into the sheet once."""
        return CellStringTuple(self.str_table._get_shared_string_index(text), look)  # noqa: SLF001 - as _write_string

    def fill(self, row: int, column: int, cells: Sequence[Cell]) -> None:
        """Cells side by side; one of a number may stand in many places."""
        self._check_dimensions(row, column)
        self._check_dimensions(row, column + len(cells) - 1)
        self.table[row].update(enumerate(cells, column))

    def _write_rows(self) -> None:
        spans = self._spans()
        columns = [xl_col_to_name(column) for column in range(self.dim_colmax + 1)]
        for row in range(self.dim_rowmin, self.dim_rowmax + 1):
            span, shape = spans.get(row // _SPAN), self.row_info.get(row)
            if cells := self.table.get(row):
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
        return {stretch: f"{min(columns) + 1}:{max(columns) + 1}" for stretch, columns in reach.items()}

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


def _content(cell: Any) -> str:
    """What stands behind the place and the style of a cell; nothing for a kind that is left to XlsxWriter."""
    kind = cell.__class__
    if kind is CellNumberTuple or kind is CellDatetimeTuple:
        return f"><v>{cell.number:.16G}</v></c>"
    if kind is CellStringTuple:
        return f' t="s"><v>{cell.string}</v></c>'
    return "/>" if kind is CellBlankTuple else ""
