"""The XML of an xlsx sheet, looked at before it is read: its marks, and a smaller sheet where it is spread too far.

The reader behind it allocates the box around all cells and aborts the process when that is too large, so the box must
be known before. One search settles it for nearly every sheet; those spread too far are walked and written anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.ingest.cellxml import ATTRIBUTE, FORMULA, NUMBER, StoredCell, any_cells, common_cells, place
from pipeline.ingest.limits import MAX_CELLS, MAX_PLACED, MAX_TEXT, UnreadableError, too_large
from pipeline.ingest.marks import Area, Marks

_TAIL = 1 << 13
"""More blank rows than fit into so many bytes are cut off before the sheet is read."""
_CHUNK = 1 << 20
HEAD = b"<mergeCells></mergeCells>"
"""Put before a sheet, it ends the reader's own search for merges, which would walk through all cells once more."""
_BOXES = {
    9_999: rb"[A-C]?[A-Z]\d{1,4}",
    99_999: rb"[A-X]\d{1,5}",
    199_999: rb"[A-L]1?\d{1,5}",
    399_999: rb"[A-F][1-3]?\d{1,5}",
    999_999: rb"[AB]\d{1,6}",
}
"""By height the cells of a box from A1 that has at most MAX_CELLS; the higher, the narrower."""
_OUTSIDE = {height: re.compile(rb'<c(?! r="%b")' % cell) for height, cell in _BOXES.items()}
"""Each finds a cell outside its box, or written uncommonly."""
_OUTSIDE_NARROW = re.compile(rb'<c(?! r="[A-Z]\d{1,4}+")')
"""The same for 26 columns: a short sheet, which seldom has more, is done with sooner."""
_SHORT = 1 << 16
_PREFIXED = re.compile(rb":c\b")
_UNCOMMON = re.compile(rb'<c(?! r="[A-Z]{0,3}\d{1,7}")')
_LETTERS, _DIGITS = re.compile(rb'<c r="([A-Z]+)'), re.compile(rb'<c r="[A-Z]+(\d+)')
_SHEET_DATA = re.compile(rb"<(?:\w+:)?sheetData\b")
_HIDDEN = re.compile(ATTRIBUTE % (b"hidden", b"1|true"))
_FIRST, _LAST = (re.compile(ATTRIBUTE % (name, rb"\d+")) for name in (b"min", b"max"))
_ERROR = re.compile(rb'\st="e"')
_ERROR_VALUE = re.compile(rb"""(\st="e"[^<>]*>(?:<f\b[^<>]*/>|<f\b[^<>]*>[^<]*</f>)?<v>)[^<]*(?=</v>)""")
_READABLE = frozenset(("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"))
"""The errors that the reader knows; at any other (#SPILL!, #CALC!) it gives up the whole workbook."""
_FORMULA_HINTS, _ERROR_HINTS = (b"f", b"<f"), (b"#", b't="e"')
"""What a sheet with such cells holds, the rarest letter first: one is found much faster than a longer text."""
_ROW = re.compile(rb"<(?:\w+:)?row\b([^<>]*)>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^<>]*)>")
_MERGE = re.compile(rb"""<(?:\w+:)?mergeCell\s+ref\s*=\s*["']([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})["']""")


def looked_at(xml: bytes, *, never_calculated: bool) -> tuple[Marks, bytes]:
    """The marks of a sheet, and XML that is safe to read: `xml` itself, or what of it holds values.

    In a book that is `never_calculated` a formula's 0 was written by a library and is no value.
    """
    data = _SHEET_DATA.search(xml)
    if not data:
        raise UnreadableError("file-corrupt", "no sheetData")
    begin, end = data.start(), _end_of_data(xml)
    if xml.rfind(b"worksheet", begin) < 0:
        raise UnreadableError("file-corrupt", "sheet ends early")
    marks = Marks()
    _mark_merges(xml, end, marks)
    if b"hidden" in xml:
        _mark_hidden(xml, begin, end, marks)
    xml, end = _without_tail(xml, begin, end)
    if len(xml) > MAX_TEXT:
        raise too_large("sheet", len(xml), MAX_TEXT)
    if cells := _spread(xml, begin, end):
        return marks, _rewritten(cells, marks, never_calculated=never_calculated)
    for cell in _noteworthy(xml, begin, end):
        _mark_cell(cell, marks, never_calculated=never_calculated)
    return marks, xml if _READABLE.issuperset(marks.errors.values()) else _ERROR_VALUE.sub(rb"\1#VALUE!", xml)


def _end_of_data(xml: bytes) -> int:
    end = xml.rfind(b"</sheetData")
    end = max(end, xml.rfind(b":sheetData>", max(end, 0)))
    return end if end >= 0 else len(xml)


def _without_tail(xml: bytes, begin: int, end: int) -> tuple[bytes, int]:
    """The sheet without the blank rows behind its last value, and where its data end now."""
    last = max(xml.rfind(b"</c>", begin, end) + 4, begin)
    last = max(xml.rfind(b":c>", last, end) + 3, last)
    if end - last <= _TAIL:
        return xml, end
    if last == begin:
        return xml[:begin] + b"<sheetData></sheetData></worksheet>", begin
    return xml[:last] + b"</row></sheetData></worksheet>", last


def _spread(xml: bytes, begin: int, end: int) -> Iterator[StoredCell] | None:
    """The cells of a sheet that may not be read as it stands; None if it may."""
    plain = xml.startswith(b"<sheetData", begin) and not _PREFIXED.search(xml, begin, end)
    if plain and _is_boxed(xml, begin, end):
        return None
    if not plain or _UNCOMMON.search(xml, begin, end):
        return any_cells(xml, begin, end)
    return common_cells(xml, begin, end) if _box(xml, begin, end) > MAX_CELLS else None


def _is_boxed(xml: bytes, begin: int, end: int) -> bool:
    """Whether all cells are commonly written and lie in one of the boxes."""
    if end - begin <= _SHORT and not _OUTSIDE_NARROW.search(xml, begin, end):
        return True
    rows = xml.count(b"<row", begin, end)
    outside = next((outside for height, outside in _OUTSIDE.items() if rows <= height), None)
    return outside is not None and not outside.search(xml, begin, end)


def _box(xml: bytes, begin: int, end: int) -> int:
    """How many cells lie between A1 and the last of a commonly written sheet."""
    names: set[bytes] = set()
    numbers: set[bytes] = set()
    while begin < end:
        stop = xml.find(b"<row", begin + _CHUNK, end)
        stop = stop if stop >= 0 else end
        names.update(_LETTERS.findall(xml, begin, stop))
        numbers.update(_DIGITS.findall(xml, begin, stop))
        begin = stop
    _, width = place(max(names, key=lambda name: (len(name), name), default=b"A") + b"1")
    return max(map(int, numbers), default=0) * (width + 1)


def _mark_hidden(xml: bytes, begin: int, end: int, marks: Marks) -> None:
    for match in _COLUMN.finditer(xml, 0, begin):
        first, last = _FIRST.search(match[1]), _LAST.search(match[1])
        if first and last and _HIDDEN.search(match[1]):
            marks.hide_columns(int(first[1]) - 1, int(last[1]) - 1)
    for match in _ROW.finditer(xml, begin, end):
        number = NUMBER.search(match[1])
        if number and _HIDDEN.search(match[1]):
            marks.hidden_rows.add(int(number[1]) - 1)


def _mark_merges(xml: bytes, end: int, marks: Marks) -> None:
    for match in _MERGE.finditer(xml, end):
        (top, left), (bottom, right) = place(match[1]), place(match[2])
        marks.merge(top, left, bottom, right)


def _mark_cell(cell: StoredCell, marks: Marks, *, never_calculated: bool) -> None:
    if cell.type == b"e" and cell.value:
        marks.errors[cell.place] = cell.value.decode("utf-8", "replace")
    elif cell.type != b"str" and cell.has_formula and (not cell.value or (never_calculated and cell.value == b"0")):
        marks.uncached.add(cell.place)


def _noteworthy(xml: bytes, begin: int, end: int) -> Iterator[StoredCell]:
    """Cells with a formula or an error, of a sheet that is written in the common way."""
    for pattern, hints in ((FORMULA, _FORMULA_HINTS), (_ERROR, _ERROR_HINTS)):
        here = begin if all(xml.find(hint, begin, end) >= 0 for hint in hints) else end
        while match := pattern.search(xml, here, end):
            start, stop = xml.rfind(b"<c ", here, match.start()), xml.find(b"</c>", match.end(), end)
            if stop < 0:
                break
            here = stop + len(b"</c>")
            if start >= 0:
                yield from common_cells(xml, start, here)


def _rewritten(cells: Iterator[StoredCell], marks: Marks, *, never_calculated: bool) -> bytes:
    """A sheet of these cells, without ghosts and without strays."""
    area, kept = Area(MAX_PLACED), []
    for cell in cells:
        area.add(cell.row, cell.column)
        kept.append(cell)
    height, width = area.extent()
    out = bytearray(b"<worksheet><sheetData><row>")
    for cell in kept:
        if cell.row < height and cell.column < width:
            _mark_cell(cell, marks, never_calculated=never_calculated)
            out += cell.anew()
        else:
            marks.strays.add(cell.place)
    return bytes(out + b"</row></sheetData></worksheet>")
