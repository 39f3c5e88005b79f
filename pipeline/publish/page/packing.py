"""Contents → JSON, part by part; once there is much of it, deflated as it comes, so that the whole is never held."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from math import inf

INLINE = 300_000
"""Characters of data up to which they stand in the page as they are."""

_LEVEL = 3
"""Of packing: at 9 a page is a tenth smaller, and packing it takes ten times as long."""
_LONE = "replace"
"""Names of files may hold half characters, which UTF-8 has no bytes for."""


class Data:
    """Named values as JSON, in the order in which they come; iterators become lists, element by element."""

    def __init__(self, contents: Mapping[str, object]) -> None:
        self._opening = "{"
        self._texts: list[str] = []
        self._length = 1
        self._deflating = zlib.compressobj(_LEVEL)
        self._deflated: list[bytes] = []
        self._extend(contents)

    @property
    def size(self) -> int:
        """Bytes that it takes at least."""
        return sum(map(len, self._deflated)) * 4 // 3

    def joined(self, contents: Mapping[str, object], most: float = inf) -> Data:
        """These and more, as far as `most` bytes reach; what takes more is not whole."""
        data = copy(self)
        data._texts, data._deflated = [*self._texts], [*self._deflated]
        data._deflating = self._deflating.copy()
        data._extend(contents, most)
        return data

    def json(self) -> str:
        """As an object, or if that is long as one with nothing in it but ``deflate``."""
        if self._length <= INLINE:
            return "".join([*self._texts, "}"])
        deflating = self._deflating.copy()
        parts = [*self._deflated, deflating.compress(b"}"), deflating.flush()]
        return _json({"deflate": base64.b64encode(b"".join(parts)).decode()})

    def _extend(self, contents: Mapping[str, object], most: float = inf) -> None:
        for piece in self._pieces(contents):
            if self.size > most:
                break
            self._add(piece)

    def _pieces(self, contents: Mapping[str, object]) -> Iterator[str]:
        for name, value in contents.items():
            yield f"{self._opening}{_json(name)}:"
            yield from _listed(value) if isinstance(value, Iterator) else (_json(value),)
            self._opening = ","

    def _add(self, piece: str) -> None:
        self._length += len(piece)
        if self._length <= INLINE:
            self._texts.append(piece)
        else:
            self._texts.clear()
        if packed := self._deflating.compress(piece.encode(errors=_LONE)):
            self._deflated.append(packed)


def _listed(values: Iterable[object]) -> Iterator[str]:
    opening = "["
    for value in values:
        yield opening + _json(value)
        opening = ","
    yield "[]" if opening == "[" else "]"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
