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
_CHUNK = 1 << 18
_COMMON = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"((?:\s[^<>]*[^/<>])?)>(.*?)</c\s*>', re.DOTALL)
"""A cell that is not empty as the common programs write it: reference, other attributes, content."""
_ANY = re.compile(
    rb"<(?:\w+:)?(?:row\b([^<>]*)>|c((?:\s[^<>]*[^/<>])?)>(.*?)</(?:\w+:)?c\s*>)",
    re.DOTALL,
)
"""A row, or a cell that is not empty: attributes, content."""
_BLANK = re.compile(rb"<(?:\w+:)?c\b[^<>]*/>")
_HELD = re.compile(rb"<(?:\w+:)?[vt](?:\s[^<>]*)?>[^<]")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>([^<]+)<")
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^<>]*)?>([^<]+)<")
_PHONETIC = re.compile(rb"<(?:\w+:)?rPh\b")
"""Begins the readings of an inline string, which follow its text."""


@dataclass(frozen=True, slots=True)
class StoredCell:
    """A cell that holds something, as XML; places are 0-based."""

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
        """As stored, empty where a formula was never calculated."""
        match = _VALUE.search(self.content)
        return match[1] if match else b""

    @property
    def has_formula(self) -> bool:
        return bool(FORMULA.search(self.content))

    def anew(self) -> bytes:
        """The cell written in the common way, an error as one that every reader knows."""
        style = _STYLE.search(self.attributes)
        start = b'<c r="%b%d" s="%b"' % (letters(self.column).encode(), self.row + 1, style[1] if style else b"0")
        if text := b"".join(_TEXT.findall(_PHONETIC.split(self.content, maxsplit=1)[0])):
            return start + b' t="inlineStr"><is><t xml:space="preserve">%b</t></is></c>' % text
        return start + b' t="%b"><v>%b</v></c>' % (self.type, b"#VALUE!" if self.type == b"e" else self.value)


def common_cells(xml: bytes, begin: int, end: int) -> Iterator[StoredCell]:
    """The cells that hold something, where all are written as the common programs do."""
    while begin < end:
        stop = xml.find(b"<c r", begin + _CHUNK, end)
        stop = stop if stop >= 0 else end
        for name, digits, attributes, content in _COMMON.findall(xml, begin, stop):
            if _holds(attributes, content):
                yield StoredCell(int(digits) - 1, _column(name), attributes, content)
        begin = stop


def any_cells(xml: bytes, begin: int, end: int) -> Iterator[StoredCell]:
    """The cells that hold something; where references are missing, cells and rows follow one another."""
    row, column, behind = -1, -1, begin
    for match in _ANY.finditer(xml, begin, end):
        row_attributes, attributes, content = match.groups()
        if row_attributes is not None:
            number = NUMBER.search(row_attributes)
            row, column = int(number[1]) - 1 if number else row + 1, -1
        else:
            if reference := _REFERENCE.search(attributes):
                row, column = place(reference[1])
            else:
                column += 1 + len(_BLANK.findall(xml, behind, match.start()))
            if _holds(attributes, content):
                yield StoredCell(row, column, attributes, content)
        behind = match.end()


def _holds(attributes: bytes, content: bytes) -> bool:
    """Whether there is a value, or a formula that should have had one: an empty text is none."""
    if content.endswith(b"<v></v>") and b't="str"' in attributes:
        return False
    if _HELD.search(content):
        return True
    if b't="str"' in attributes or not FORMULA.search(content):
        return False
    type_ = _TYPE.search(attributes)
    return not (type_ and type_[1] == b"str")


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
