"""Names of looks → the formats of an XlsxWriter workbook, each made once; and a workbook with the same bytes every time."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import product
from typing import Any, Literal, TypeAlias, get_args

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from pipeline.model import Figure, Indicator
from pipeline.publish import words
from pipeline.publish.rounding import Number
from pipeline.publish.sheets.grid import Grid
from pipeline.publish.words import Hedge

Emphasis: TypeAlias = Literal["plain", "own", "subtotal", "total"]
Properties: TypeAlias = Mapping[str, Any]

SONG, HEI = "宋体", "黑体"
"""Names only: every office program in the field has them, none is embedded."""

PARTIAL = '"*"'
"""Stands behind a number to which some records could not add theirs."""

COUNTS, HALVES = "0", "0.0"
"""Formats of numbers that are no figures."""

_CELL: Properties = {"border": 1, "border_color": "#7F7F7F", "valign": "vcenter"}
_EMPHASES: Mapping[Emphasis, Properties] = {
    "plain": {},
    "own": {},
    "subtotal": {"bold": True, "bg_color": "#EAF1F8"},
    "total": {"bold": True, "bg_color": "#D5E3F0", "top": 2},
}
_ROWS: Mapping[Emphasis, Properties] = {name: {**_CELL, **emphasis} for name, emphasis in _EMPHASES.items()}
_LOOKS: Mapping[str, Properties] = {
    "title": {"font_name": HEI, "font_size": 16, "align": "center", "valign": "vcenter", "shrink": True},
    "cover": {"font_name": HEI, "font_size": 24, "align": "center", "valign": "vcenter", "text_wrap": True},
    "heading": {"font_name": HEI, "font_size": 12, "valign": "vcenter"},
    "left": {"valign": "vcenter"},
    "line": {"valign": "vcenter", "shrink": True},
    "center": {"align": "center", "valign": "vcenter"},
    "right": {"align": "right", "valign": "vcenter"},
    "note": {"valign": "top", "text_wrap": True},
    "link": {**_CELL, "font_color": "#0563C1", "underline": 1},
    "header": {
        **_CELL,
        "font_name": HEI,
        "align": "center",
        "text_wrap": True,
        "bg_color": "#D9D9D9",
    },
    "band": {**_CELL, "font_name": HEI, "bg_color": "#F2F2F2"},
    "wrapped": {**_CELL, "text_wrap": True},
    "cell": {**_CELL, "shrink": True},
    "middle": {**_CELL, "align": "center"},
    "date": {**_CELL, "align": "center", "num_format": "yyyy-mm-dd"},
    "moment": {**_CELL, "align": "center", "num_format": "yyyy-mm-dd hh:mm"},
    "good": {**_CELL, "align": "center", "bg_color": "#E2F0D9", "font_color": "#375623"},
    "bad": {**_CELL, "align": "center", "bg_color": "#F8D7DA", "font_color": "#842029"},
    "doubt": {**_CELL, "align": "center", "bg_color": "#FFF3CD", "font_color": "#664D03"},
    "calm": {**_CELL, "align": "center", "bg_color": "#E7EEF7", "font_color": "#1F3864"},
}


class Looks:
    """The formats and stored numbers of one workbook, each made once: the same shares stand on many sheets."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[object, ...], Format] = {}
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._stored: dict[tuple[str, Number], float] = {}

    def __getitem__(self, name: str) -> Format:
        key = "look", name
        return self._made.get(key) or self._format(key, _LOOKS[name])

    def label(self, emphasis: Emphasis, depth: int) -> Format:
        """The name of a unit, indented by its depth in the register; a very long one is printed smaller."""
        key = "label", emphasis, depth
        indent = {"indent": depth} if depth else {}
        return self._made.get(key) or self._format(key, {**_ROWS[emphasis], **indent, "shrink": True})

    def mark(self, emphasis: Emphasis) -> Format:
        """A mark in the place of a number."""
        key = "mark", emphasis
        return self._made.get(key) or self._format(key, {**_ROWS[emphasis], "align": "right"})

    def number(self, number_format: str, emphasis: Emphasis = "plain") -> Format:
        key = "number", number_format, emphasis
        found = self._made.get(key)
        return found or self._format(key, {**_ROWS[emphasis], "num_format": number_format, "shrink": True})

    def figure(self, indicator: Indicator, emphasis: Emphasis, hedge: Hedge = "", *, partial: bool = False) -> Format:
        """The number of a figure, 约 余 近 and * included."""
        key = ("figure", indicator.id, emphasis, hedge, partial)
        if key not in self._made:
            number_format = words.number_format(indicator, hedge) + (PARTIAL if partial else "")
            self._made[key] = self.number(number_format, emphasis)
        return self._made[key]

    def of(self, figure: Figure, indicator: Indicator, emphasis: Emphasis) -> Format:
        """The look of a figure that is known."""
        exact = figure.low is figure.value is figure.high or figure.low == figure.value == figure.high
        hedge = "" if exact else words.hedge(figure, indicator)
        return self.figure(indicator, emphasis, hedge, partial=figure.unknown > 0)

    def stored(self, value: Number, indicator: Indicator) -> float:
        """The number that a cell of the indicator holds, as words.cell has it."""
        if isinstance(value, int):
            return value
        key = indicator.id, value
        if key not in self._stored:
            number = words.cell(value, indicator)
            assert number is not None
            self._stored[key] = number
        return self._stored[key]

    def every(self, indicators: Sequence[Indicator]) -> list[Format]:
        """All but the labels of units, and the formats of other numbers than COUNTS, HALVES and figures of `indicators`."""
        found = [self[name] for name in _LOOKS]
        for emphasis in _EMPHASES:
            found += [self.mark(emphasis), self.number(COUNTS, emphasis), self.number(HALVES, emphasis)]
            for indicator, hedge, partial in product(indicators, get_args(Hedge), (False, True)):
                found.append(self.figure(indicator, emphasis, hedge, partial=partial))
        return list(dict.fromkeys(found))

    def _format(self, key: tuple[object, ...], properties: Properties) -> Format:
        if key not in self._made:
            same = tuple(sorted(properties.items()))
            if same not in self._formats:
                self._formats[same] = self._workbook.add_format({"font_name": SONG, "font_size": 10, **properties})
            self._made[key] = self._formats[same]
        return self._made[key]


@contextmanager
def workbook(data: io.BytesIO, created: date, title: str) -> Iterator[Workbook]:
    """A workbook that is written to `data` on leaving: text stays text, and the only date inside is `created`."""
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_format_properties": {"font_name": SONG, "font_size": 10},
    }
    with Workbook(data, options) as book:
        book.worksheet_class = Grid
        book.set_properties({"title": title, "created": datetime.combine(created, time())})
        yield book
