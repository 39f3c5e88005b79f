"""A .txt report in; its lines, and a copy in the same encoding in which spans of them are replaced."""

from __future__ import annotations

import re
from contextlib import suppress

from pipeline.errors import UsageError
from pipeline.review.proposing.outline import Paragraph

_MARK = b"\xef\xbb\xbf"
_LINE_END = re.compile("(\r\n|\n|\r)")


class Lines:
    """Lines are counted from 0; mark the spans of one line from its end to its start."""

    def __init__(self, text: str, encoding: str) -> None:
        self._pieces, self._encoding = _LINE_END.split(text), encoding

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        return tuple(Paragraph(line) for line in self._pieces[::2])

    def replace(self, place: int, start: int, end: int, text: str) -> None:
        line = self._pieces[2 * place]
        self._pieces[2 * place] = line[:start] + text + line[end:]

    def comment(self, place: int, start: int, end: int, text: str, author: str) -> None:
        """Plain text has no margin; the list of slots says it."""

    def packed(self) -> bytes:
        return "".join(self._pieces).encode(self._encoding)


def read(data: bytes, name: str) -> Lines:
    """UTF-8 with or without a byte order mark, else GB 18030; UsageError if it is neither."""
    for encoding in ("utf-8-sig" if data.startswith(_MARK) else "utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            return Lines(data.decode(encoding), encoding)
    raise UsageError(f"{name} 既不是 UTF-8 也不是 GB 18030 编码的文本，请另存为 UTF-8")
