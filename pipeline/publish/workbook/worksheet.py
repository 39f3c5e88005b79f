"""A worksheet part in two: its frame (everything but the rows) as a tree, and its rows as the bytes they came as.

Only the rows that are marked are parsed; a sheet of 300,000 rows costs little more than one of 60.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from lxml import etree

from pipeline.publish.office import Element, serialised
from pipeline.publish.workbook.package import M, UnmarkableError, parsed

_SHEET_DATA = re.compile(rb"<((?:\w+:)?)sheetData\s*(/?)>")
_ROOT = re.compile(rb"<((?:\w+:)?worksheet)\b[^>]*>")
_ROW = rb"""<%srow\b(?:[^>]*?\sr\s*=\s*["'](\d+)["'])?[^>]*>"""
_SLASH = ord("/")


Place: TypeAlias = tuple[int, int, int]
"""The number of a row, and where it begins and ends."""


@dataclass(slots=True)
class Worksheet:
    """`frame` has an empty sheetData; `prefix` is that of its elements (mostly none).

    `root` are the root's own tags, so that rows keep the prefixes that are declared there.
    """

    frame: Element
    body: bytes
    prefix: bytes
    root: tuple[bytes, bytes]
    _places: list[Place] = field(default_factory=list)

    def rows(self, numbers: Iterable[int]) -> dict[int, Element]:
        """These rows as elements, new ones where the sheet has none; `put` takes them back."""
        texts = {number: b'<%srow r="%d"/>' % (self.prefix, number) for number in sorted(numbers)}
        self._places = list(self._spans(self.body))
        texts |= {number: self.body[start:end] for number, start, end in self._places if number in texts}
        root = parsed(b"".join(texts.values()).join(self.root))
        rows = dict(zip(texts, root.iterchildren(f"{M}row"), strict=True))
        for number, row in rows.items():
            row.set("r", str(number))
        return rows

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

    def _spans(self, body: bytes) -> Iterator[Place]:
        """Of every row; one without a number follows the one before it."""
        close = b"</%srow>" % self.prefix
        number = 0
        for tag in re.finditer(_ROW % self.prefix, body):
            number = int(tag[1] or number + 1)
            start, end = tag.span()
            yield number, start, end if body[end - 2] == _SLASH else body.find(close, end) + len(close)

    def _merged(self, new: dict[int, bytes]) -> Iterator[bytes]:
        """The body with the new rows put in by their numbers."""
        waiting = sorted(new, reverse=True)
        place = 0
        for number, start, end in self._places:
            while waiting and waiting[-1] <= number:
                yield self.body[place:start]
                place = end if waiting[-1] == number else start
                yield new[waiting.pop()]
            if not waiting:
                break
        yield self.body[place:]
        yield from (new[number] for number in reversed(waiting))


def split(data: bytes) -> Worksheet:
    """UnmarkableError if there is no sheetData, as in a chart sheet."""
    if b"<!" in data:
        data = serialised(parsed(data))
    found = _SHEET_DATA.search(data)
    if not found:
        raise UnmarkableError("no sheetData")
    prefix = found[1]
    empty = b"<%ssheetData/>" % prefix
    start, end = found.end(), len(data) if found[2] else data.rfind(b"</%ssheetData>" % prefix)
    tail = start if found[2] else data.find(b">", end) + 1
    frame, root = parsed(data[: found.start()] + empty + data[tail:]), _ROOT.search(data)
    if end < 0 or frame.tag != f"{M}worksheet" or not root:
        raise UnmarkableError("no worksheet, or its rows do not end")
    return Worksheet(frame, b"" if found[2] else data[start:end], prefix, (root[0], b"</%s>" % root[1]))
