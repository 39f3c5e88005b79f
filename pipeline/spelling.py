"""The one normal form under which names, headers and choices are compared, and the nearest known name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

_BRACKETS = str.maketrans("〔〕【】［］「」{}[]", "()()()()()()")
_BRACKET = re.compile(f"[{re.escape(''.join(map(chr, _BRACKETS)))}]")
_END = "\0"
"""Stands in no cell, and changes no sign beside it."""
_WIDE = tuple(zip("：，（）；！？", ":,();!?", strict=True))
"""The signs most often met that NFKC changes: a text without them takes it a tenth of the time."""
_SPACE = re.compile(r"[\s\u200b\ufeff]+")


@lru_cache(maxsize=65536)
def normal(text: str) -> str:
    """NFKC, no white space, one kind of bracket, lower case: ``'（扩大） 学习'`` → ``'(扩大)学习'``."""
    return _normal(text)


def _normal(text: str) -> str:
    name = _SPACE.sub("", unicodedata.normalize("NFKC", text)).lower()
    return name.translate(_BRACKETS) if _BRACKET.search(name) else name


def normals(texts: Sequence[str]) -> list[str]:
    """The normal forms of many texts, worked out as one."""
    joined = _END.join(texts)
    if joined.count(_END) + 1 != len(texts):
        return [_normal(text) for text in texts]
    for wide, narrow in _WIDE:
        joined = joined.replace(wide, narrow)
    return _normal(joined).split(_END)


def nearest(text: str, names: Iterable[str], *, limit: int = 3, cutoff: float = 60) -> tuple[str, ...]:
    """Up to `limit` of `names` that look like `text`, best first; for suggestions only, never to decide."""
    from rapidfuzz import fuzz, process

    found = process.extract(text, tuple(names), scorer=fuzz.WRatio, processor=normal, limit=limit, score_cutoff=cutoff)
    return tuple(name for name, _, _ in found)
