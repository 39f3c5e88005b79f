"""How an office ledger looks, whatever its format: widths, heights and which look a cell has."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime

from .grid import HEADER, INFO, STRUCTURE, TITLE, Cell, Formula, Line, Sheet, Written


def width_of(column: Iterable[Cell]) -> float:
    """Enough for the longest line of text in the column, within reason."""
    lengths = [_length(part) for cell in column for part in _shown(cell.written).split("\n")]
    return min(max([6, *lengths]) + 2, 34)


def height_of(line: Line) -> int:
    """In points."""
    return {TITLE: 30, HEADER: 32}.get(line.mark, 19)


def _shown(value: Written) -> str:
    return "8888" if isinstance(value, Formula) else "" if value is None else str(value)


def _length(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def columns(sheet: Sheet) -> list[list[Cell]]:
    """The cells of each column, without those of titles, which spread over all."""
    body = [line for line in sheet.lines if line.mark not in (TITLE, INFO) and len(line.cells) > 1]
    return [[line.cells[index] for line in body if index < len(line.cells)] for index in range(sheet.width)]


def look_of(line: Line, value: Written) -> str:
    if line.mark in (TITLE, INFO, HEADER):
        return line.mark
    if isinstance(value, datetime):
        return "moment"
    if isinstance(value, date):
        return "day"
    return "plain" if line.mark == STRUCTURE and len(line.cells) == 1 else "body"
