"""A paragraph of a template in; the tags that its author wrote in it out, as the engine will read them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.publish.template import CLOSING, OPENING, TO_ASCII

_TAG = re.compile(r"{{(?:(?!{{|{%).)*?}}|{%(?:(?!{{|{%).)*?%}|{#.*?#}", re.DOTALL)
_QUOTED = re.compile(r"""("[^"]*"|'[^']*')""")
_QUOTES = str.maketrans("“”‘’", "\"\"''")
_INSIDE = re.compile(r"{%-?\s*(?:(?:tr|tc|p|r)\s+)?(.*?)\s*-?%}|{{-?\s*(?:[rp]\s+)?(.*?)\s*-?}}|{#.*?#}", re.DOTALL)
_ALONE = re.compile(r"{%-?\s*(?:tr|tc|p|r)\s")
_BRACES = re.compile(r"[{｛][^{}｛｝]*[}｝]+|[{}｛｝]+")
_BEGUN = re.compile(r"{[{%][^{}]*}?")


@dataclass(frozen=True, slots=True)
class Written:
    """`code` is the tag in half-width; `body` what stands in it, `block` if it is a {% … %}, '' both for a comment."""

    start: int
    end: int
    raw: str
    code: str
    body: str
    block: bool

    @property
    def wide(self) -> bool:
        """Whether full-width marks or curly quotes had to be understood."""
        return self.raw != self.code

    @property
    def alone(self) -> bool:
        """{%p …%} and the like, which stand for their whole paragraph, row or cell."""
        return bool(_ALONE.match(self.code))


def half_width(text: str) -> str:
    """The same text, of the same length, with its tags as the engine reads them."""
    ascii_braces = CLOSING.sub(_narrow, OPENING.sub(_narrow, text))
    return _TAG.sub(lambda tag: _code(tag[0]), ascii_braces)


def found(text: str) -> Iterator[Written]:
    """In order; a tag that is not closed is none."""
    narrow = half_width(text)
    for tag in _TAG.finditer(narrow):
        inside = _INSIDE.fullmatch(tag[0])
        body = (inside[1] or inside[2] or "").strip() if inside else ""
        yield Written(*tag.span(), text[tag.start() : tag.end()], tag[0], body, tag[0].startswith("{%"))


def stray_braces(text: str) -> Iterator[tuple[int, int]]:
    """Braces that make no tag: ``{ 次数 }``; a tag that was begun and not ended is found elsewhere."""
    return (match.span() for match in _BRACES.finditer(without(text)))


def without(text: str) -> str:
    """The text with each tag blanked out, every character at its place."""
    return _BEGUN.sub(_dots, _TAG.sub(_dots, half_width(text)))


def _dots(match: re.Match[str]) -> str:
    return "·" * len(match[0])


def _narrow(match: re.Match[str]) -> str:
    return match[0].translate(TO_ASCII)


def _code(tag: str) -> str:
    pieces = _QUOTED.split(tag.translate(_QUOTES))
    return "".join(text if place % 2 else "".join(map(_letter, text)) for place, text in enumerate(pieces))


def _letter(letter: str) -> str:
    narrow = unicodedata.normalize("NFKC", letter)
    return narrow if len(narrow) == 1 else letter
