"""Names of units and files → names that every file system takes, Windows' among them, no two alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import count

LONGEST = 80
"""Characters; a path on Windows has 260 in all."""

ARCHIVE = ".zip"

_MOST_BYTES = 240
"""What other file systems take, with room for an ending."""
_WIDE = str.maketrans('<>:"/\\|?*', "＜＞：＂／＼｜？＊")
"""Forbidden characters become their full-width twins, which read the same."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])( *\..*)?", re.IGNORECASE)
_NAMELESS = "未命名"


class Names:
    """Gives names away, each once, however large or small its letters are written."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {_key(name) for name in taken}

    def free(self, wanted: str, ending: str = "") -> str:
        """A safe name near `wanted` that is free, also as the name of an archive."""
        for number in count(1):
            name = safe(wanted, (f"（{number}）" if number > 1 else "") + ending)
            keys = {_key(name), _key(name + ARCHIVE)}
            if not keys & self._taken:
                self._taken |= keys
                return name
        raise AssertionError("numbers do not end")


def safe(name: str, ending: str = "") -> str:
    """The name with `ending`, without what a file system refuses, shortened before the ending."""
    seen = "".join(
        letter for letter in unicodedata.normalize("NFC", name) if unicodedata.category(letter) not in _UNSEEN
    )
    room = LONGEST - len(ending)
    short = _fitting(seen.translate(_WIDE).strip()[:room], _MOST_BYTES - len(ending.encode())).strip(" .")
    whole = (short or _NAMELESS) + ending
    return f"_{whole}"[:LONGEST] if _RESERVED.fullmatch(whole) else whole


def _fitting(name: str, size: int) -> str:
    return name.encode()[:size].decode(errors="ignore")


def _key(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
