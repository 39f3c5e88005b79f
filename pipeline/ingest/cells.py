"""One cell → its text, its parts, and the folded form from which quantities and dates are read."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, time, timedelta
from functools import lru_cache

from pipeline.model import Cell

LONGEST = 120
"""Characters; whatever is longer is prose, no quantity and no date."""
LONGEST_DITTO = 6
DITTO = frozenset({"同上", "同前", "同上行", "〃", "″", "′′", '"', "”", "〞"})
DASHES = "-‐‑‒–—―─━−"
INAPPLICABLE = re.compile(rf"[{DASHES}/╱\\]+|不适用|n/a")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\ufeff"))
_LONE = "0-9〇零一二两三四五六七八九"
_LOOSE = re.compile(rf"\s++(?![{_LONE}])|(?<![{_LONE}])\s+")
NOTE = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]$")
_PART = re.compile(
    r"""(?:[(（][^()（）]*[)）]|【[^【】]*】|〔[^〔〕]*〕|\[[^\[\]]*\]|“[^“”]*”|‘[^‘’]*’|《[^《》]*》|「[^「」]*」|"[^"]*"
    |[^、，,；;/／+＋&＆\r\n])+""",
    re.VERBOSE,
)


def text(cell: Cell) -> str:
    """What the cell reads as: ``25``, never ``25.0``; ``2023-03-05``, with `` 14:30`` if there is a time of day."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return f"{cell.date()} {cell:%H:%M}" if cell.time() != time() else str(cell.date())
    if isinstance(cell, timedelta):
        hours, minutes = divmod(cell // timedelta(minutes=1), 60)
        return f"{hours}:{minutes:02d}"
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    return "" if cell is None else str(cell).strip()


def parts(cell: Cell) -> tuple[str, ...]:
    """The values of a set in one cell, parted by 、，；/ + & or line breaks outside brackets and quotes."""
    return tuple(part for found in _PART.findall(text(cell)) if (part := found.strip()))


@lru_cache(maxsize=1 << 14)
def is_ditto(written: str) -> bool:
    """Blank, or 同上: what stands above holds here too."""
    return not (bare := tight(folded(written))) or bare.rstrip("。") in DITTO


def says_same(written: str) -> bool:
    """同上, in a few signs; white space alone says nothing."""
    return 0 < len(written) <= LONGEST_DITTO and not written.isspace() and is_ditto(written)


def folded(written: str) -> str:
    """NFKC in lower case, but a raised or circled digit stays what it is: 25② is not 252."""
    if written.isascii():
        return written.lower()
    kept = (c if c.isnumeric() and not c.isdecimal() else unicodedata.normalize("NFKC", c) for c in written)
    return "".join(kept).translate(_INVISIBLE).lower()


def tight(folded: str) -> str:
    """Without white space, but for one character where it alone parts two numbers: ``20 30`` is not 2030."""
    return _LOOSE.sub("", folded)
