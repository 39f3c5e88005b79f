"""The cells of one worksheet as XML: written straight into the frame that XlsxWriter made for all workbooks of its kind."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import TypeAlias
from xml.sax.saxutils import escape, quoteattr

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name

from pipeline.publish.workbook.text import printable

Content: TypeAlias = str
"""What a cell element holds behind its place: its look and value."""
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
_EPOCH = date(1899, 12, 30)
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


@lru_cache(maxsize=_CONTENTS)
def moment(value: date | datetime, look: int) -> Content:
    """The serial number of a day, with the time of day as its fraction."""
    serial: float = value.toordinal() - _EPOCH.toordinal()
    if isinstance(value, datetime) and value.time() != time():
        serial += (value.hour * 3600 + value.minute * 60 + value.second) / _DAY_SECONDS
    return number(serial, look)


def blank(look: int) -> Content:
    return f' s="{look}"/>'


class Cells:
    """Takes cells and settings as an XlsxWriter worksheet does; rows and columns count from 0.

    `numbers` are the looks as the frame numbers them.
    """

    def __init__(self, name: str, numbers: Mapping[Format, int]) -> None:
        self.name = name
        self.settings: list[Setting] = []
        self._numbers = numbers
        self._rows: defaultdict[int, dict[int, Content]] = defaultdict(dict)
        self._lines: dict[int, str] = {}
        self._heights: dict[int, float] = {}
        self._height = 15.0
        self._merges: list[str] = []
        self._links: list[str] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name not in SETTINGS:
            raise AttributeError(name)
        return lambda *args, **named: self.settings.append((name, args, tuple(named.items())))

    def set_default_row(self, height: float) -> None:
        self._height = height
        self.settings.append(("set_default_row", (height,), ()))

    def set_row(self, row: int, height: float) -> None:
        """In points; kept in whole pixels, as office programs do."""
        self._heights[row] = int(height * 4 / 3 + 0.5) * 0.75

    def text(self, row: int, column: int, value: str, look: Format) -> None:
        self._rows[row][column] = text(value, self._numbers[look])

    def number(self, row: int, column: int, value: float, look: Format) -> None:
        self._rows[row][column] = number(value, self._numbers[look])

    def write_rows(self, first: int, rows: Iterable[Sequence[Content]]) -> None:
        """Whole rows of contents, from column 0 on."""
        for row, contents in enumerate(rows, first):
            self._lines[row] = self._line(row, enumerate(contents))

    def merge_range(self, top: int, left: int, bottom: int, right: int, value: str, look: Format) -> None:
        for row in range(top, bottom + 1):
            self._rows[row] |= dict.fromkeys(range(left, right + 1), blank(self._numbers[look]))
        self._rows[top][left] = text(value, self._numbers[look])
        self._merges.append(f"{_place(top, left)}:{_place(bottom, right)}")

    def link(self, row: int, column: int, target: str, tip: str) -> None:
        """Let a cell lead to a place in the workbook, such as ``'表'!A1``."""
        place = _place(row, column)
        self._links.append(f'<hyperlink ref="{place}" location={quoteattr(target)} tooltip={quoteattr(tip)}/>')

    def data(self) -> str:
        """The content of the element sheetData."""
        lines = {row: self._line(row, sorted(contents.items())) for row, contents in self._rows.items()} | self._lines
        return "".join([lines[row] for row in sorted(lines)])

    def after(self) -> str:
        """The elements of merged cells and links, which stand behind sheetData."""
        merges = "".join([f'<mergeCell ref="{place}"/>' for place in self._merges])
        links = "".join(self._links)
        return (f'<mergeCells count="{len(self._merges)}">{merges}</mergeCells>' if merges else "") + (
            f"<hyperlinks>{links}</hyperlinks>" if links else ""
        )

    def _line(self, row: int, contents: Iterable[tuple[int, Content]]) -> str:
        name, height = str(row + 1), self._heights.get(row, self._height)
        cells = "".join([f'<c r="{_letters(column)}{name}"{content}' for column, content in contents])
        return f'<row r="{name}" ht="{height:g}" customHeight="1">{cells}</row>'


_letters = lru_cache(maxsize=1024)(xl_col_to_name)


def _place(row: int, column: int) -> str:
    return f"{_letters(column)}{row + 1}"
