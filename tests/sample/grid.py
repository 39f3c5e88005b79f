"""Sheets drawn as text: what stands in every cell, what it means, and which problem is planted in it.

A line is a mark and cells parted by ``|``::

    T 望舒集团2023年上半年理论学习台账                    a title over the whole width
    I 填报单位：望舒集团    填报人：甲某                   fields under the title, several in one cell
    H 学习时间→start_date | 学习形式→form | 实到人数→attend_count
    + 2023.3.5→2023-03-05 | 党课 | 约100人→100:90-110     an event: written → meant (the same if not said)
    x 2月30日 !date-invalid | 党课 | 12                   a row that must be rejected, and the code of its finding
    = … a repeated row   - … totals, footers and other structure   an empty line … an empty row

``^`` is merged with the cell above, ``<`` with the cell at its left, ``⏎`` breaks a line, a leading ``'`` makes text.
Codes behind the mark (``=!row-duplicate``) belong to the row as a whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula and the value stored beside it; None: no program ever calculated it."""

    text: str
    cached: float | str | None


Written: TypeAlias = str | int | float | date | datetime | Formula | None

UP, LEFT = "^", "<"
EVENT, REJECTED, REPEATED, STRUCTURE = "+", "x", "=", "-"
TITLE, INFO, HEADER = "T", "I", "H"


@dataclass(frozen=True, slots=True)
class Cell:
    written: Written
    meaning: str
    codes: tuple[str, ...] = ()
    joined: str = ""
    """UP or LEFT where the cell is merged into a neighbour."""


@dataclass(frozen=True, slots=True)
class Line:
    mark: str
    cells: tuple[Cell, ...] = ()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet; a sheet that must not be read (hidden, summary, no ledger) has no `ledger`."""

    name: str
    lines: tuple[Line, ...]
    ledger: str = ""
    unit: str = ""
    """Whose rows these are where no column says it."""
    stated: str = ""
    """The period that title, sheet, file or folder states, as an id."""
    answers: bool = False
    """A zero report: the unit has this ledger although the sheet holds no event."""
    codes: tuple[str, ...] = ()
    hidden: bool = False
    date_format: str = "yyyy-mm-dd"
    talk_type: str = ""
    """What the sheet's name says where no column does."""

    @property
    def width(self) -> int:
        return max(len(line.cells) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Book:
    """One file below input/; `counted` is False for a version that another one replaces."""

    path: str
    sheets: tuple[Sheet, ...]
    codes: tuple[str, ...] = ()
    counted: bool = True
    encoding: str = ""
    """csv only: gbk or utf-8-sig."""
    date_1904: bool = False


_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def lines(text: str) -> tuple[Line, ...]:
    """The lines of a drawn sheet."""
    return tuple(_line(row) for row in text.strip("\n").split("\n"))


def _line(row: str) -> Line:
    if not row.strip():
        return Line(STRUCTURE)
    head, _, rest = row.partition(" ")
    mark, *codes = head.split("!")
    literal = mark in (TITLE, INFO, HEADER)
    return Line(mark, tuple(_cell(part.strip(), literal=literal) for part in rest.split("|")), tuple(codes))


def _cell(part: str, *, literal: bool) -> Cell:
    text, *codes = re.split(r"\s+!(?=[a-z])|^!(?=[a-z])", part)
    shown, arrow, meaning = text.partition("→")
    shown = shown.replace("⏎", "\n")
    if shown in (UP, LEFT):
        return Cell(None, meaning, tuple(codes), shown)
    if shown.startswith("="):
        return Cell(Formula(shown, _cached(meaning)), "?" if meaning.startswith("#") else meaning, tuple(codes))
    return Cell(shown or None if literal else typed(shown), meaning if arrow else shown.removeprefix("'"), tuple(codes))


def _cached(meaning: str) -> float | str | None:
    return None if meaning == "?" else float(meaning) if _NUMBER.fullmatch(meaning) else meaning


def typed(shown: str) -> Written:
    """Dates and numbers as such, everything else as text."""
    if shown.startswith("'"):
        return shown[1:]
    if _MOMENT.fullmatch(shown):
        return datetime.fromisoformat(shown)
    if _DATE.fullmatch(shown):
        return date.fromisoformat(shown)
    if _NUMBER.fullmatch(shown):
        return float(shown) if "." in shown else int(shown)
    return shown or None


def merges(sheet: Sheet) -> tuple[tuple[int, int, int, int], ...]:
    """(top, left, bottom, right), 0-based and inclusive: titles over the whole width, and the drawn ones."""
    found = []
    for top, line in enumerate(sheet.lines):
        if line.mark in (TITLE, INFO) and sheet.width > 1:
            found.append((top, 0, top, sheet.width - 1))
            continue
        for left, cell in enumerate(line.cells):
            bottom, right = top + _run(sheet, top, left, UP), left + _run(sheet, top, left, LEFT)
            if not cell.joined and (bottom, right) != (top, left):
                found.append((top, left, bottom, right))
    return tuple(found)


def _run(sheet: Sheet, row: int, column: int, joined: str) -> int:
    """How many cells below (UP) or to the right (LEFT) are merged into this one."""
    down, across = (1, 0) if joined == UP else (0, 1)
    length = 0
    while (cell := _at(sheet, row + down * (length + 1), column + across * (length + 1))) and cell.joined == joined:
        length += 1
    return length


def _at(sheet: Sheet, row: int, column: int) -> Cell | None:
    if row >= len(sheet.lines) or column >= len(sheet.lines[row].cells):
        return None
    return sheet.lines[row].cells[column]
