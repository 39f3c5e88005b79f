"""Text: bytes → text in its encoding, and delimited text (.csv, .tsv) → rows of text cells."""

from __future__ import annotations

import codecs
import csv
import re
from io import StringIO
from itertools import islice

from pipeline.ingest.limits import MAX_CELLS, UnreadableError, too_large
from pipeline.model import Cell

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DELIMITERS = ",\t;"
_SAMPLE, _SAMPLE_LINES = 1 << 16, 50
_DECLARED = re.compile(r'sep=([,;\t|])"?\r?\n', re.IGNORECASE)
_CONTROL = re.compile("[\0-\x08\x0e-\x1a\x1c-\x1f]")


def text(data: bytes) -> str | None:
    """The text in `data`, by its byte order mark, as UTF-8 or as GB 18030; None if it is no text."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _printable(data[len(bom) :].decode(encoding, "replace"))
    for encoding in ("utf-8", "gb18030"):
        try:
            return _printable(codecs.getincrementaldecoder(encoding)().decode(data))
        except UnicodeDecodeError:
            continue
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE]).best()
    return _printable(data.decode(best.encoding, "replace")) if best else None


def delimiter(text: str) -> str | None:
    """The character that parts the most of the first lines into two cells or more; None if there is none."""
    if declared := _DECLARED.match(text):
        return declared[1]
    best, most = None, 0
    for candidate in _DELIMITERS:
        lines = islice(csv.reader(StringIO(text[:_SAMPLE], newline=""), delimiter=candidate), _SAMPLE_LINES)
        parted = sum(len(line) > 1 for line in lines)
        if parted > most:
            best, most = candidate, parted
    return best


def rows(text: str) -> list[list[Cell]]:
    """The cells of delimited text, all as text, in rows of equal width; without a delimiter it is one column."""
    parted = delimiter(text) or ","
    if declared := _DECLARED.match(text):
        text = text[declared.end() :]
    if text.count(parted) + text.count("\n") > MAX_CELLS:
        raise too_large("cells", text.count(parted), MAX_CELLS)
    try:
        read: list[list[Cell]] = [
            [cell if cell.strip() else None for cell in line]
            for line in csv.reader(StringIO(text, newline=""), delimiter=parted)
        ]
    except csv.Error as failure:
        raise UnreadableError("file-corrupt", str(failure)) from failure
    width = max(map(len, read), default=0)
    if len(read) * width > MAX_CELLS:
        raise too_large("cells", len(read) * width, MAX_CELLS)
    for row in read:
        row.extend([None] * (width - len(row)))
    return read


def _printable(text: str) -> str | None:
    return None if _CONTROL.search(text) else text
