"""Rows of a template that are repeated, and where every reference of the workbook points afterwards.

A range that holds repeated rows grows with them. A formula in a repeated row reads its own copy of the row where it says
``C6``, and all copies where it says ``$C$6``; from elsewhere ``SUM(C6:C6)`` and ``SUM(C6)`` read all copies.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

_REFERENCE = re.compile(
    r"(?P<sheet>(?:'(?:[^']|'')+'|[^'!]+)!)?"
    r"(?P<column>\$?[A-Z]{1,3})?(?P<fixed>\$?)(?P<row>[0-9]+)"
    r"(?P<range>:(?P<column_2>\$?[A-Z]{1,3})?(?P<fixed_2>\$?)(?P<row_2>[0-9]+))?",
    re.IGNORECASE,
)
_CELL = re.compile(r"([A-Z]*)([0-9]+)(?::([A-Z]*)([0-9]+))?")
_AGGREGATES = frozenset({"SUM", "COUNT", "COUNTA", "COUNTBLANK", "AVERAGE", "MAX", "MIN", "MEDIAN", "PRODUCT"})
"""Functions whose lone argument ``C6`` means the cells of all copies."""

Row: TypeAlias = Callable[["Growth", int, bool, bool], int]
"""(growth, row of the template, fixed by $, end of a range) → row."""


@dataclass(frozen=True, slots=True)
class Block:
    """The rows `first` to `last` of a template, repeated together, once for each item of `loop`."""

    first: int
    last: int
    copies: int
    loop: str = ""

    @property
    def height(self) -> int:
        return self.last - self.first + 1

    @property
    def added(self) -> int:
        return (self.copies - 1) * self.height


@dataclass(frozen=True, slots=True)
class Growth:
    """The blocks of one sheet, from the top."""

    blocks: tuple[Block, ...] = ()

    def block(self, row: int) -> Block | None:
        return next((block for block in self.blocks if block.first <= row <= block.last), None)

    def first(self, row: int) -> int:
        """Where the row stands, the first copy of a repeated one."""
        return row + sum(block.added for block in self.blocks if block.last < row)

    def last(self, row: int) -> int:
        """Where the row stands, of a repeated block's row its place in the last copy."""
        return row + sum(block.added for block in self.blocks if block.first <= row)

    def span(self, references: str) -> str:
        """Ranges of a merge, a rule or a filter, parted by spaces."""
        return _CELL.sub(self._spanned, references)

    def copied(self, reference: str, block: Block, copy: int) -> str:
        """A range inside a block, as it stands in one of the copies."""
        down = copy * block.height
        return re.sub("[0-9]+", lambda row: str(self.first(int(row[0])) + down), reference)

    def _spanned(self, found: re.Match[str]) -> str:
        column, column_2 = found[1], found[1] if found[3] is None else found[3]
        top, bottom = self.first(int(found[2])), self.last(int(found[4] or found[2]))
        lone = found[4] is None and top == bottom
        return f"{column}{top}" if lone else f"{column}{top}:{column_2}{bottom}"


@dataclass(frozen=True, slots=True)
class Mover:
    """Formulas of a workbook as they must read once its sheets have grown."""

    growths: Mapping[str, Growth]

    def in_cell(self, formula: str, sheet: str, row: int, copy: int) -> str:
        """Of a cell in `row` of the template; ValueError if it reads a single repeated cell from outside."""
        block = self.growths[sheet].block(row)

        def place(growth: Growth, there: int, fixed: bool, end: bool) -> int:
            if block and not fixed and block.first <= there <= block.last:
                return growth.first(there) + copy * block.height
            return _outside(growth, there, fixed, end)

        return self._moved(formula, sheet, place, block)

    def in_rule(self, formula: str, sheet: str, top: int) -> str:
        """Of a rule whose first cell is in row `top`; what it says without $ is meant from there."""
        delta = self.growths[sheet].first(top) - top

        def place(growth: Growth, there: int, fixed: bool, end: bool) -> int:
            return _outside(growth, there, fixed, end) if fixed else there + delta

        return self._moved(formula, sheet, place, None, strict=False)

    def elsewhere(self, formula: str) -> str:
        """Of a defined name, a chart or a link, which names the sheet of every reference."""
        tokens = _tokens(formula)
        return "".join(self._replaced(token, "", _outside, grows=True) for token in tokens)

    def _moved(self, formula: str, sheet: str, place: Row, own: Block | None, *, strict: bool = True) -> str:
        tokens = _tokens(formula)
        moved = []
        for index, token in enumerate(tokens):
            grows = _aggregated(tokens, index)
            if strict and not grows:
                self._check(token, sheet, own)
            moved.append(self._replaced(token, sheet, place, grows=grows))
        return "".join(moved)

    def _check(self, token: Token, sheet: str, own: Block | None) -> None:
        found = _reference(token)
        if found is None or found["range"] or not found["column"]:
            return
        growth = self.growths.get(_sheet(found) or sheet)
        block = growth.block(int(found["row"])) if growth else None
        if block and (block != own or _sheet(found) not in ("", sheet) or found["fixed"]):
            cell = found[0]
            raise ValueError(f"公式只引用了循环行的一个单元格 {cell}，看不出指哪一行；合计请写成 SUM({cell}:{cell})")

    def _replaced(self, token: Token, sheet: str, place: Row, *, grows: bool) -> str:
        found = _reference(token)
        growth = self.growths.get(_sheet(found) or sheet) if found else None
        if found is None or growth is None:
            return str(token.value)
        row = place if _sheet(found) in ("", sheet) else _outside
        return _written(found, growth, row, grows=grows)


def _written(found: re.Match[str], growth: Growth, place: Row, *, grows: bool) -> str:
    column, fixed, row = found["column"] or "", found["fixed"], int(found["row"])
    start = f"{found['sheet'] or ''}{column}{fixed}{place(growth, row, bool(fixed), False)}"
    if found["range"]:
        end = place(growth, int(found["row_2"]), bool(found["fixed_2"]), True)
        return f"{start}:{found['column_2'] or ''}{found['fixed_2']}{end}"
    end = place(growth, row, bool(fixed), True)
    return f"{start}:{column}{fixed}{end}" if grows and end != place(growth, row, bool(fixed), False) else start


def _outside(growth: Growth, row: int, fixed: bool, end: bool) -> int:  # noqa: ARG001 — a Row
    return growth.last(row) if end else growth.first(row)


@lru_cache(maxsize=1024)
def _tokens(formula: str) -> tuple[Token, ...]:
    """Made once, for the formula of a repeated row is moved again for every copy."""
    return tuple(Tokenizer(f"={formula}").items)


def _reference(token: Token) -> re.Match[str] | None:
    """A cell or a range of cells or rows; not a lone number, a column or a name."""
    if token.type != Token.OPERAND or token.subtype != Token.RANGE:
        return None
    found = _REFERENCE.fullmatch(token.value)
    return found if found and (found["column"] or found["range"]) else None


def _sheet(found: re.Match[str] | None) -> str:
    """The sheet that a reference names; nothing if it is the formula's own."""
    name = (found["sheet"] or "") if found else ""
    return name.removesuffix("!").removeprefix("'").removesuffix("'").replace("''", "'")


def _aggregated(tokens: Sequence[Token], index: int) -> bool:
    """Whether an operand is, by itself, an argument of an aggregate."""
    around = [token for token in tokens if token.type != Token.WSPACE]
    here = next((place for place, token in enumerate(around) if token is tokens[index]), 0)
    beside = [*around[max(here - 1, 0) : here], *around[here + 1 : here + 2]]
    if len(beside) < 2 or any(each.type not in (Token.FUNC, Token.SEP) for each in beside):
        return False
    return _function(around[:here]) in _AGGREGATES


def _function(before: Sequence[Token]) -> str:
    """The function that is open at the end of the tokens."""
    open_: list[str] = []
    for token in before:
        if token.subtype == Token.OPEN:
            open_.append(token.value.removesuffix("(").upper())
        elif token.subtype == Token.CLOSE:
            open_.pop()
    return open_[-1] if open_ else ""
