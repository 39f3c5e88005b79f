"""A worksheet part in two: its frame (everything but the rows) as a tree, and its rows as the bytes they came as.

Only the rows that are marked are parsed; a sheet of 300,000 rows costs little more than one of 60.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lxml import etree

from pipeline.publish.workbook.package import Element, M, UnmarkableError, parsed, serialised

_SHEET_DATA = re.compile(rb"<((?:\w+:)?)sheetData\s*(/?)>")
_ROOT = re.compile(rb"<((?:\w+:)?worksheet)\b[^>]*>")
_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d+)["']""")


@dataclass(slots=True)
class Worksheet:
    """`frame` has an empty sheetData; `prefix` is that of its elements (mostly none)."""

    frame: Element
    body: bytes
    prefix: bytes

    def rows(self, numbers: Iterable[int]) -> dict[int, Element]:
        """These rows as elements, new ones where the sheet has none; `put` takes them back."""
        spans = {number: self.body[start:end] for number, start, end in self._spans(self.body)}
        wanted = [spans.get(number, b'<%srow r="%d"/>' % (self.prefix, number)) for number in sorted(numbers)]
        open_, close = self._root()
        root = parsed(open_ + b"".join(wanted) + close)
        return dict(zip(sorted(numbers), root.iterchildren(f"{M}row"), strict=True))

    def put(self, rows: Mapping[int, Element]) -> None:
        """Write the rows, all of one `rows`, in the place of the old ones."""
        root = next(iter(rows.values())).getparent()
        assert root is not None
        text = etree.tostring(root)
        new = {number: text[start:end] for number, start, end in self._spans(text)}
        self.body = b"".join(self._merged(new))

    def data(self) -> bytes:
        frame = serialised(self.frame)
        found = _SHEET_DATA.search(frame)
        assert found is not None
        name = self.prefix + b"sheetData>"
        return frame[: found.start()] + b"<" + name + self.body + b"</" + name + frame[found.end() :]

    def _spans(self, body: bytes) -> list[tuple[int, int, int]]:
        """(number, start, end) of every row; a row without a number follows the one before it."""
        close = b"</%srow>" % self.prefix
        spans: list[tuple[int, int, int]] = []
        for tag in re.finditer(rb"<%srow\b[^>]*>" % self.prefix, body):
            stated = _NUMBER.search(tag[0])
            number = int(stated[1]) if stated else (spans[-1][0] if spans else 0) + 1
            end = tag.end() if tag[0].endswith(b"/>") else body.find(close, tag.end()) + len(close)
            spans.append((number, tag.start(), end))
        return spans

    def _merged(self, new: dict[int, bytes]) -> Iterable[bytes]:
        """The body with the new rows put in by their numbers."""
        waiting = sorted(new)
        place = 0
        for number, start, end in self._spans(self.body):
            while waiting and waiting[0] < number:
                yield self.body[place:start] + new[waiting.pop(0)]
                place = start
            if waiting and waiting[0] == number:
                yield self.body[place:start] + new[waiting.pop(0)]
                place = end
        yield self.body[place:]
        yield from (new[number] for number in waiting)

    def _root(self) -> tuple[bytes, bytes]:
        """The root's own tags, so that rows keep the prefixes that are declared there."""
        found = _ROOT.search(serialised(self.frame))
        assert found is not None
        return found[0], b"</%s>" % found[1]


def split(data: bytes) -> Worksheet:
    """UnmarkableError if there is no sheetData, as in a chart sheet."""
    if b"<!" in data:
        data = serialised(parsed(data))
    found = _SHEET_DATA.search(data)
    if not found:
        raise UnmarkableError("no sheetData")
    prefix = found[1]
    empty = b"<%ssheetData/>" % prefix
    if found[2]:
        return Worksheet(parsed(data), b"", prefix)
    end = data.rfind(b"</%ssheetData>" % prefix)
    tail = data.find(b">", end) + 1
    if end < 0:
        raise UnmarkableError("sheetData does not end")
    return Worksheet(parsed(data[: found.start()] + empty + data[tail:]), data[found.end() : end], prefix)
