"""What is marked on a sheet: cells by Excel's row and column numbers, each with a colour and the texts of its comment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from pipeline.model import Severity

_RANKS = {severity: rank for rank, severity in enumerate(Severity)}
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})", re.ASCII)

WHOLE_ROW = 0
"""In the place of a column: the row's used cells."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The most serious severity that stands at a cell, and the texts to be read there."""

    severity: Severity
    texts: tuple[str, ...] = ()

    @property
    def rank(self) -> int:
        return _RANKS[self.severity]

    def joined(self, other: Mark | None) -> Mark:
        """Both marks in one cell; equal texts once."""
        if other is None:
            return self
        return Mark(
            min(self, other, key=lambda mark: mark.rank).severity, tuple(dict.fromkeys(self.texts + other.texts))
        )


Marks: TypeAlias = Mapping[tuple[int, int], Mark]


def number(letters: str) -> int:
    """``'A'`` → 1, ``'AB'`` → 28."""
    value = 0
    for letter in letters.upper():
        value = value * 26 + ord(letter) - ord("A") + 1
    return value


@lru_cache(maxsize=1024)
def letters(number: int) -> str:
    """1 → ``'A'``, 28 → ``'AB'``."""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def place(reference: str) -> tuple[int, int]:
    """``'B5'`` → (5, 2); (0, 0) if it is no reference to a cell."""
    found = _REFERENCE.fullmatch(reference)
    return (int(found[2]), number(found[1])) if found else (0, 0)
