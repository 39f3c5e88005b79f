"""The cells of one worksheet as XML: written straight into the frame that XlsxWriter made for all workbooks of its kind."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import TypeAlias
from xml.sax.saxutils import escape, quoteattr

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name

from pipeline.publish.workbook.text import printable

Content: TypeAlias = str
"""What a cell element holds behind its place: its look and value."""
Columns: TypeAlias = Sequence[Sequence[Content]]
Link: TypeAlias = str
"""A hyperlink element."""
Setting: TypeAlias = tuple[str, tuple[object, ...], tuple[tuple[str, object], ...]]
"""A method of XlsxWriter's worksheet with its arguments."""

SETTINGS = frozenset(
    {
        "autofilter",
        "center_horizontally",
        "fit_to_pages",
        "freeze_panes",
        "hide_gridlines",
        "repeat_columns",
        "repeat_rows",
        "set_column",
        "set_footer",
        "set_landscape",
        "set_margins",
        "set_paper",
    }
)
"""Of the whole sheet, so that they belong to its frame."""

_CONTENTS = 8192
_SLOT = "\0"
"""No text holds it, for XML refuses it."""
_FIRST = date(1899, 12, 30).toordinal()
_DAY_SECONDS = 86_400
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""Excel reads _x0041_ in a text as the character of that code."""


@lru_cache(maxsize=_CONTENTS)
def text(value: str, look: int) -> Content:
    """A text that stays a text, also if it begins with =."""
    shown = escape(_ESCAPED.sub("_x005F_", printable(value)))
    space = ' xml:space="preserve"' if shown != shown.strip() else ""
    return f' s="{look}" t="inlineStr"><is><t{space}>{shown}</t></is></c>'


@lru_cache(maxsize=_CONTENTS)
def number(value: float, look: int) -> Content:
    """With 16 digits, as XlsxWriter writes it."""
    return f' s="{look}"><v>{value:.16g}</v></c>'


def moment(value: date | datetime, look: int) -> Content:
    """The serial number of a day, with the time of day as its fraction."""
    serial: float = value.toordinal() - _FIRST
    if isinstance(value, datetime):
        serial += (value.hour * 3600 + value.minute * 60 + value.second) / _DAY_SECONDS
    return f' s="{look}"><v>{serial:.16g}</v></c>'


def blank(look: int) -> Content:
    return f' s="{look}"/>'


def link(row: int, column: int, target: str, tip: str) -> Link:
    """From a cell to a place in the workbook, such as ``'表'!A1``."""
    return f'<hyperlink ref="{_place(row, column)}" location={quoteattr(target)} tooltip={quoteattr(tip)}/>'


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet as it goes into its frame: what sheetData holds, and the elements that stand behind it."""

    name: str
    settings: tuple[Setting, ...]
    rows: str
    merges: str
    links: str = ""

    @property
    def after(self) -> str:
        return f"{self.merges}<hyperlinks>{self.links}</hyperlinks>" if self.links else self.merges


class Cells:
    """Takes cells and settings as an XlsxWriter worksheet does; rows and columns count from 0.

    `numbers` are the looks as the frame numbers them.
    """

    def __init__(self, name: str, numbers: Mapping[Format, int]) -> None:
        self.name = name
        self.slots: list[tuple[int, int]] = []
        self._settings: list[Setting] = []
        self._numbers = numbers
        self._rows: defaultdict[int, dict[int, Content]] = defaultdict(dict)
        self._heights: dict[int, float] = {}
        self.height = 15.0
        self._merges: list[str] = []
        self._links: list[Link] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name not in SETTINGS:
            raise AttributeError(name)
        return lambda *args, **named: self._settings.append((name, args, tuple(named.items())))

    def set_default_row(self, height: float) -> None:
        self.height = height
        self._settings.append(("set_default_row", (height,), ()))

    def set_row(self, row: int, height: float) -> None:
        """In points; kept in whole pixels, as office programs do."""
        self._heights[row] = int(height * 4 / 3 + 0.5) * 0.75

    def text(self, row: int, column: int, value: str, look: Format) -> None:
        self._rows[row][column] = text(value, self._numbers[look])

    def number(self, row: int, column: int, value: float, look: Format) -> None:
        self._rows[row][column] = number(value, self._numbers[look])

    def slot(self, row: int, column: int) -> None:
        """Leave the content of a cell to `Layout.filled`."""
        self._rows[row][column] = _SLOT
        self.slots.append((row, column))

    def content(self, row: int, column: int) -> Content:
        return self._rows[row][column]

    def merge_range(self, top: int, left: int, bottom: int, right: int, value: str, look: Format) -> None:
        for row in range(top, bottom + 1):
            self._rows[row] |= dict.fromkeys(range(left, right + 1), blank(self._numbers[look]))
        self._rows[top][left] = text(value, self._numbers[look])
        self._merges.append(f'<mergeCell ref="{_place(top, left)}:{_place(bottom, right)}"/>')

    def link(self, row: int, column: int, target: str, tip: str) -> None:
        self._links.append(link(row, column, target, tip))

    @property
    def next(self) -> int:
        """The first row under all that was written."""
        return max(self._rows, default=-1) + 1

    def sheet(self) -> Sheet:
        rows = "".join([self._line(row, sorted(contents.items())) for row, contents in sorted(self._rows.items())])
        merges = f'<mergeCells count="{len(self._merges)}">{"".join(self._merges)}</mergeCells>' if self._merges else ""
        return Sheet(self.name, tuple(self._settings), rows, merges, "".join(self._links))

    def _line(self, row: int, contents: Iterable[tuple[int, Content]]) -> str:
        name, height = str(row + 1), self._heights.get(row, self.height)
        cells = "".join([f'<c r="{_letters(column)}{name}"{content}' for column, content in contents])
        return f'<row r="{name}" ht="{height:g}" customHeight="1">{cells}</row>'


class Layout:
    """A worksheet that many workbooks have, alike but for the contents of its slots."""

    def __init__(self, cells: Cells) -> None:
        self._sheet = cells.sheet()
        texts = self._sheet.rows.split(_SLOT)
        self._parts = [part for text in texts for part in (text, "")][:-1]
        self._next, self._height = cells.next, cells.height

    def filled(self, contents: Iterable[Content], columns: Columns = (), links: str = "") -> Sheet:
        """With a content for each slot, row by row, and under it rows of their own from column A on."""
        parts = self._parts.copy()
        parts[1::2] = contents
        return replace(self._sheet, rows="".join(parts) + _rows(self._next, columns, self._height), links=links)


def _rows(first: int, columns: Columns, height: float) -> str:
    """Each column has a content for every row."""
    cells = "".join([f'<c r="{_letters(column)}#"%s' for column in range(len(columns))])
    row = f'<row r="#" ht="{height:g}" customHeight="1">{cells}</row>'
    lines = enumerate(zip(*columns, strict=True), first + 1)
    return "".join([row.replace("#", str(number)) % contents for number, contents in lines])


_letters = lru_cache(maxsize=1024)(xl_col_to_name)


def _place(row: int, column: int) -> str:
    return f"{_letters(column)}{row + 1}"
