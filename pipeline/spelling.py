"""The one normal form under which names, headers and choices are compared, and the nearest known name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_BRACKETS = str.maketrans("〔〕【】［］「」{}[]", "()()()()()()")
_BRACKET = re.compile(f"[{re.escape(''.join(map(chr, _BRACKETS)))}]")
_SPACE = re.compile(r"[\s\u200b\ufeff]+")


@lru_cache(maxsize=65536)
def normal(text: str) -> str:
    """NFKC, no white space, one kind of bracket, lower case: ``'（扩大） 学习'`` → ``'(扩大)学习'``."""
    name = _SPACE.sub("", unicodedata.normalize("NFKC", text)).lower()
    return name.translate(_BRACKETS) if _BRACKET.search(name) else name


def nearest(text: str, names: Iterable[str], *, limit: int = 3, cutoff: float = 60) -> tuple[str, ...]:
    """Up to `limit` of `names` that look like `text`, best first; for suggestions only, never to decide."""
    from rapidfuzz import fuzz, process

    found = process.extract(text, tuple(names), scorer=fuzz.WRatio, processor=normal, limit=limit, score_cutoff=cutoff)
    return tuple(name for name, _, _ in found)
