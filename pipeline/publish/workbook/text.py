"""Text of ours as it may stand in XML and in a cell, and how wide it is there."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 32767
"""Excel's limit for a cell, in UTF-16 units; ours stays below it also if every character takes two."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """Without the characters that XML refuses, and no longer than a cell holds."""
    return _UNPRINTABLE.sub("", text)[: LONGEST // 2]


def width(text: str) -> int:
    """In Latin characters; a Chinese one is two wide."""
    return len(text) if text.isascii() else sum(map(_WIDTHS.__getitem__, text))


class _Widths(dict[str, int]):
    """Of the characters that were met."""

    def __missing__(self, character: str) -> int:
        width = self[character] = 1 + (unicodedata.east_asian_width(character) in "WF")
        return width


_WIDTHS = _Widths()
