"""The cells of an xlsx sheet's XML, one by one, however it is written; for the few that need such a close look."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

ATTRIBUTE = rb"""(?:^|\s)%b\s*=\s*["'](%b)["']"""
NUMBER = re.compile(ATTRIBUTE % (b"r", rb"\d+"))
"""Row number."""
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_REFERENCE = re.compile(ATTRIBUTE % (b"r", rb"[A-Z]{1,3}\d{1,7}"))
_TYPE = re.compile(ATTRIBUTE % (b"t", b"[A-Za-z]+"))
_STYLE = re.compile(ATTRIBUTE % (b"s", rb"\d+"))
_TOKEN = re.compile(
    rb"<(?:\w+:)?(?:row\b([^<>]*)>"
    rb'|c(?: r="([A-Z]{1,3})(\d{1,7})")?((?:\s[^<>]*[^/<>])?)>(.*?)</(?:\w+:)?c\s*>)',
    re.DOTALL,
)
"""A row, or a cell that is not empty: its reference where that stands first, its other attributes, its content."""
_BLANK = re.compile(rb"<(?:\w+:)?c\b[^<>]*/>")
_HELD = re.compile(rb"<(?:\w+:)?(?:f[\s/>]|(?:v|t)(?:\s[^<>]*)?>[^<])")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>([^<]+)<")
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^<>]*)?>([^<]+)<")
_PHONETIC = re.compile(rb"<(?:\w+:)?rPh\b")
"""Begins the readings of an inline string, which follow its text."""


@dataclass(frozen=True, slots=True)
class StoredCell:
    """A cell that is not empty as XML; places are 0-based."""

    row: int
    column: int
    attributes: bytes
    content: bytes

    @property
    def place(self) -> tuple[int, int]:
        return self.row, self.column

    @property
    def type(self) -> bytes:
        match = _TYPE.search(self.attributes)
        return match[1] if match else b"n"

    @property
    def value(self) -> bytes:
        """As stored, empty where a formula was never calculated or gave an empty text."""
        match = _VALUE.search(self.content)
        return match[1] if match else b""

    @property
    def has_formula(self) -> bool:
        return bool(FORMULA.search(self.content))

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to read, not even a formula that should have had a value."""
        return not _HELD.search(self.content) or (self.type == b"str" and not self.value)

    def anew(self) -> bytes:
        """The cell written in the common way."""
        style = _STYLE.search(self.attributes)
        start = b'<c r="%b%d" s="%b"' % (letters(self.column).encode(), self.row + 1, style[1] if style else b"0")
        if text := b"".join(_TEXT.findall(_PHONETIC.split(self.content, maxsplit=1)[0])):
            return start + b' t="inlineStr"><is><t xml:space="preserve">%b</t></is></c>' % text
        return start + b' t="%b"><v>%b</v></c>' % (self.type, self.value)


def cells(xml: bytes, begin: int, end: int) -> Iterator[StoredCell]:
    """Every cell with content; where references are missing, cells and rows follow one another."""
    row, column, behind = -1, -1, begin
    for match in _TOKEN.finditer(xml, begin, end):
        attributes, name, digits, others, content = match.groups()
        if attributes is not None:
            number = NUMBER.search(attributes)
            row, column = int(number[1]) - 1 if number else row + 1, -1
        elif name:
            row, column = int(digits) - 1, _column(name)
            yield StoredCell(row, column, others, content)
        else:
            if reference := _REFERENCE.search(others):
                row, column = place(reference[1])
            else:
                column += 1 + len(_BLANK.findall(xml, behind, match.start()))
            yield StoredCell(row, column, others, content)
        behind = match.end()


def place(reference: bytes) -> tuple[int, int]:
    """``b'B3'`` → (2, 1)."""
    name = reference.rstrip(b"0123456789")
    return int(reference[len(name) :]) - 1, _column(name)


def letters(column: int) -> str:
    """0 → ``A``, 27 → ``AB``."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


@lru_cache(maxsize=1 << 15)
def _column(name: bytes) -> int:
    column = 0
    for letter in name:
        column = column * 26 + letter - ord("A") + 1
    return column - 1
