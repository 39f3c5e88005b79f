"""The XML of an xlsx sheet, looked at before it is read: its marks, and a smaller sheet where it is spread too far.

The reader behind it allocates the box around all cells and aborts the process when that is too large, so the box must
be known before. One search settles it for nearly every sheet; the others are walked cell by cell and written anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.ingest.limits import MAX_TEXT, UnreadableError, too_large
from pipeline.ingest.marks import Area, Marks

_TAIL = 1 << 13
"""More blank rows than fit into so many bytes are cut off before the sheet is read."""
_OUTSIDE = tuple(
    re.compile(rb'<(?:c|row)(?! r="(?:%b|\d{1,%d})")' % (cell, digits))
    for cell, digits in ((rb"[A-C]?[A-Z]\d{1,4}", 4), (rb"[A-Z]\d{1,5}", 5), (rb"[A-Z]{1,3}\d{1,2}", 2))
)
"""Each finds a cell or row outside a box of less than `MAX_CELLS`, or written in an uncommon way: CZ9999, Z99999, ZZZ99."""
_SHEET_DATA = re.compile(rb"<(?:\w+:)?sheetData\b")
_ATTRIBUTE = rb"""(?:^|\s)%b\s*=\s*["'](%b)["']"""
_NUMBER = re.compile(_ATTRIBUTE % (b"r", rb"\d+"))
_REFERENCE = re.compile(_ATTRIBUTE % (b"r", rb"[A-Z]{1,3}\d{1,7}"))
_HIDDEN = re.compile(_ATTRIBUTE % (b"hidden", b"1|true"))
_FIRST, _LAST = (re.compile(_ATTRIBUTE % (name, rb"\d+")) for name in (b"min", b"max"))
_TYPE = re.compile(_ATTRIBUTE % (b"t", b"[A-Za-z]+"))
_STYLE = re.compile(_ATTRIBUTE % (b"s", rb"\d+"))
_ERROR = re.compile(rb'\st="e"')
_ROW = re.compile(rb"<(?:\w+:)?row\b([^<>]*)>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^<>]*)>")
_MERGE = re.compile(rb"""<(?:\w+:)?mergeCell\s+ref\s*=\s*["']([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})["']""")
_TOKEN = re.compile(rb"<(?:\w+:)?(?:row\b([^<>]*)>|c\b([^<>]*[^/<>]|)>(.*?)</(?:\w+:)?c\s*>)", re.DOTALL)
_BLANK_CELL = re.compile(rb"<(?:\w+:)?c\b[^<>]*/>")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>([^<]+)<")
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^<>]*)?>([^<]+)<")
_PHONETIC = re.compile(rb"<(?:\w+:)?rPh\b")
"""Begins the readings of an inline string, which follow its text."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """A stored cell that holds something; `value` is None for a formula that nobody calculated."""

    row: int
    column: int
    attributes: bytes
    formula: bool
    value: bytes | None
    text: bytes
    """Of an inline string, still escaped."""

    @property
    def place(self) -> tuple[int, int]:
        return self.row, self.column

    def xml(self) -> bytes:
        style, type_ = _STYLE.search(self.attributes), _TYPE.search(self.attributes)
        start = b'<c r="%b%d" s="%b"' % (letters(self.column).encode(), self.row + 1, style[1] if style else b"0")
        if self.text:
            return start + b' t="inlineStr"><is><t xml:space="preserve">%b</t></is></c>' % self.text
        return start + b' t="%b"><v>%b</v></c>' % (type_[1] if type_ else b"n", self.value or b"")


def looked_at(xml: bytes, *, never_calculated: bool) -> tuple[Marks, bytes]:
    """The marks of a sheet, and XML that is safe to read: `xml` itself, or what of it holds values.

    In a book that is `never_calculated` a formula's 0 was written by a library and is no value.
    """
    data = _SHEET_DATA.search(xml)
    if not data:
        raise UnreadableError("file-corrupt", "no sheetData")
    begin, end = data.start(), _end_of_data(xml)
    marks = Marks()
    _mark_merges(xml, end, marks)
    if b"hidden" in xml:
        _mark_hidden(xml, begin, end, marks)
    xml, end = _without_tail(xml, begin, end)
    if len(xml) > MAX_TEXT:
        raise too_large("sheet", len(xml), MAX_TEXT)
    if not _modest(xml, begin, end):
        return marks, _rewritten(xml, begin, end, marks, never_calculated=never_calculated)
    for cell in _noteworthy(xml, begin, end):
        _mark_cell(cell, marks, never_calculated=never_calculated)
    return marks, xml


def place(reference: bytes) -> tuple[int, int]:
    """``b'B3'`` → (2, 1)."""
    name = reference.rstrip(b"0123456789")
    column = 0
    for letter in name:
        column = column * 26 + letter - 64
    return int(reference[len(name) :]) - 1, column - 1


def letters(column: int) -> str:
    """0 → ``A``, 27 → ``AB``."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _end_of_data(xml: bytes) -> int:
    end = max(xml.rfind(b"</sheetData"), xml.rfind(b":sheetData>"))
    return end if end >= 0 else len(xml)


def _without_tail(xml: bytes, begin: int, end: int) -> tuple[bytes, int]:
    """The sheet without the blank rows behind its last value, and where its data end now."""
    last = max(xml.rfind(b"</c>", begin, end) + 4, xml.rfind(b":c>", begin, end) + 3, begin)
    if end - last <= _TAIL:
        return xml, end
    if last == begin:
        return xml[:begin] + b"<sheetData></sheetData></worksheet>", begin
    return xml[:last] + b"</row></sheetData></worksheet>", last


def _modest(xml: bytes, begin: int, end: int) -> bool:
    """Whether all cells are known to lie in a small box, each written as the common programs do."""
    if xml[begin + 1 : begin + 10] != b"sheetData" or xml.find(b":c", begin, end) >= 0:
        return False
    return any(not outside.search(xml, begin, end) for outside in _OUTSIDE)


def _mark_hidden(xml: bytes, begin: int, end: int, marks: Marks) -> None:
    for match in _COLUMN.finditer(xml, 0, begin):
        first, last = _FIRST.search(match[1]), _LAST.search(match[1])
        if first and last and _HIDDEN.search(match[1]):
            marks.hide_columns(int(first[1]) - 1, int(last[1]) - 1)
    for match in _ROW.finditer(xml, begin, end):
        number = _NUMBER.search(match[1])
        if number and _HIDDEN.search(match[1]):
            marks.hidden_rows.add(int(number[1]) - 1)


def _mark_merges(xml: bytes, end: int, marks: Marks) -> None:
    for match in _MERGE.finditer(xml, end):
        (top, left), (bottom, right) = place(match[1]), place(match[2])
        marks.merge(top, left, bottom, right)


def _mark_cell(cell: _Cell, marks: Marks, *, never_calculated: bool) -> None:
    type_ = _TYPE.search(cell.attributes)
    if cell.value and type_ and type_[1] == b"e":
        marks.errors[cell.place] = cell.value.decode("utf-8", "replace")
    elif (
        cell.formula
        and not (type_ and type_[1] == b"str")
        and (cell.value is None or (never_calculated and cell.value == b"0"))
    ):
        marks.uncached.add(cell.place)


def _noteworthy(xml: bytes, begin: int, end: int) -> Iterator[_Cell]:
    """Cells with a formula or an error, of a sheet that is written in the common way."""
    for pattern, hint in ((_FORMULA, b"<f"), (_ERROR, b't="e"')):
        here = begin if xml.find(hint, begin, end) >= 0 else end
        while match := pattern.search(xml, here, end):
            start, stop = xml.rfind(b"<c ", here, match.start()), xml.find(b"</c>", match.end(), end)
            if stop < 0:
                break
            here = stop + len(b"</c>")
            if start >= 0:
                yield from _cells(xml, start, here)


def _cells(xml: bytes, begin: int, end: int) -> Iterator[_Cell]:
    """Every cell that holds something; where references are missing, cells and rows follow one another."""
    row, column, behind = -1, -1, begin
    for match in _TOKEN.finditer(xml, begin, end):
        if match[1] is not None:
            number = _NUMBER.search(match[1])
            row, column, behind = int(number[1]) - 1 if number else row + 1, -1, match.end()
            continue
        if reference := _REFERENCE.search(match[2]):
            row, column = place(reference[1])
        else:
            column += 1 + len(_BLANK_CELL.findall(xml, behind, match.start()))
        behind = match.end()
        cell = _cell(row, column, match[2], match[3])
        if cell.formula or cell.value or cell.text:
            yield cell


def _cell(row: int, column: int, attributes: bytes, content: bytes) -> _Cell:
    value = _VALUE.search(content)
    texts = () if value else _TEXT.findall(_PHONETIC.split(content, maxsplit=1)[0])
    return _Cell(row, column, attributes, bool(_FORMULA.search(content)), value[1] if value else None, b"".join(texts))


def _rewritten(xml: bytes, begin: int, end: int, marks: Marks, *, never_calculated: bool) -> bytes:
    """A sheet of the same values, without ghosts and without strays."""
    area = Area()
    for cell in _cells(xml, begin, end):
        area.add(cell.row, cell.column)
    height, width = area.extent()
    out = bytearray(b"<worksheet><sheetData><row>")
    for cell in _cells(xml, begin, end):
        if cell.row >= height or cell.column >= width:
            marks.strays.add(cell.place)
            continue
        _mark_cell(cell, marks, never_calculated=never_calculated)
        out += cell.xml()
    return bytes(out + b"</row></sheetData></worksheet>")
