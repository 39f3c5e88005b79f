"""Contents → JSON, part by part; once there is much of it, deflated as it comes, so that the whole is never held."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from math import inf
from typing import Any

INLINE = 300_000
"""Characters of data up to which they stand in the page as they are."""

_LEVEL = 3
"""Of packing: at 9 a page is a tenth smaller, and packing it takes ten times as long."""
_LONE = "replace"
"""Names of files may hold half characters, which UTF-8 has no bytes for."""


@dataclass(slots=True)
class Data:
    """Named values as JSON, in the order in which they are added."""

    length: int = 1
    opening: str = "{"
    texts: list[str] = field(default_factory=list)
    """All of it, while it is short."""
    deflated: list[bytes] = field(default_factory=list)
    deflating: Any = field(default_factory=partial(zlib.compressobj, _LEVEL))

    @property
    def size(self) -> int:
        """Bytes that it takes at least."""
        return sum(map(len, self.deflated)) * 4 // 3

    def copied(self) -> Data:
        """To which more can be added than to this."""
        return replace(self, texts=[*self.texts], deflated=[*self.deflated], deflating=self.deflating.copy())

    def add(self, contents: Mapping[str, object], most: float = inf) -> None:
        """As far as `most` bytes reach; what is larger is not whole. Iterators become lists, element by element."""
        for piece in self._pieces(contents):
            if self.size > most:
                break
            self._add(piece)

    def json(self) -> str:
        """As an object, or if that is long as one with nothing in it but ``deflate``."""
        if self.length <= INLINE:
            return "".join([*self.texts, "}"])
        deflating = self.deflating.copy()
        parts = [*self.deflated, deflating.compress(b"}"), deflating.flush()]
        return _json({"deflate": base64.b64encode(b"".join(parts)).decode()})

    def _pieces(self, contents: Mapping[str, object]) -> Iterator[str]:
        for name, value in contents.items():
            yield f"{self.opening}{_json(name)}:"
            yield from _listed(value) if isinstance(value, Iterator) else (_json(value),)
            self.opening = ","

    def _add(self, piece: str) -> None:
        self.length += len(piece)
        if self.length <= INLINE:
            self.texts.append(piece)
        else:
            self.texts.clear()
        if packed := self.deflating.compress(piece.encode(errors=_LONE)):
            self.deflated.append(packed)


def _listed(values: Iterable[object]) -> Iterator[str]:
    opening = "["
    for value in values:
        yield opening + _json(value)
        opening = ","
    yield "[]" if opening == "[" else "]"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
