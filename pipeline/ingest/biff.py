"""The record streams of .xls (BIFF8, MS-XLS) and .xlsb (MS-XLSB), looked at before they are read.

The reader behind allocates what a record claims and the box around all cells, and aborts the process when that is too
large: claims are corrected and values that stand too far away are blanked in a copy of the stream.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.ingest.limits import MAX_CELLS, MAX_SHEETS, UnreadableError, too_large
from pipeline.ingest.marks import Marks, extent

ERRORS = {
    0: "#NULL!",
    7: "#DIV/0!",
    15: "#VALUE!",
    23: "#REF!",
    29: "#NAME?",
    36: "#NUM!",
    42: "#N/A",
    43: "#GETTING_DATA",
}

_EOF, _FORMULA, _DATE_1904, _FILEPASS, _COLINFO, _BOUNDSHEET, _MULRK = 0x0A, 0x06, 0x22, 0x2F, 0x7D, 0x85, 0xBD
_MERGES, _SST, _DIMENSIONS, _BOOLERR, _STRING, _ROW, _BOF = 0xE5, 0xFC, 0x200, 0x205, 0x207, 0x208, 0x809
_VALUES = frozenset({_FORMULA, _MULRK, _BOOLERR, _STRING, 0xFD, 0x203, 0x204, 0x27E})
_BLANK = b"\x01\x02"
_LEAST_STRING = 3
"""No entry of the table of strings takes fewer bytes."""

_ROW_HEADER, _BLANK_CELL, _ERROR_CELL, _ERROR_FORMULA, _COLUMN, _MERGE = 0x00, 0x01, 0x03, 0x0B, 0x3C, 0xB0
_SHEET, _BOOK_PROPERTIES = 0x9C, 0x99


@dataclass(slots=True)
class _Values:
    """Where the values of a sheet stand; `records` are (start of the record, row, first column, last column)."""

    records: list[tuple[int, int, int, int]] = field(default_factory=list)

    def add(self, start: int, row: int, first: int, last: int) -> None:
        self.records.append((start, row, first, last))
        if len(self.records) > MAX_CELLS:
            raise too_large("cells", len(self.records), MAX_CELLS)

    def strays(self, marks: Marks) -> Iterator[int]:
        """Starts of the records that stand outside the area to read."""
        columns = {column for _, _, first, last in self.records for column in (first, last)}
        count = sum(last - first + 1 for _, _, first, last in self.records)
        height, width = extent({row for _, row, _, _ in self.records}, columns, count)
        for start, row, first, last in self.records:
            if row >= height or last >= width:
                marks.strays.append((row, first))
                yield start


def xls(stream: bytes) -> tuple[bytes, tuple[Marks, ...], bool]:
    """A safe copy of a Workbook stream, the marks of its sheets in their order, and whether dates count from 1904."""
    starts, date_1904 = [], False
    for kind, offset, _ in _xls_records(stream, 0):
        if kind == _FILEPASS:
            raise UnreadableError("file-encrypted", "FILEPASS")
        if kind == _BOUNDSHEET:
            starts.append(struct.unpack_from("<I", stream, offset)[0])
        elif kind == _DATE_1904:
            date_1904 = stream[offset : offset + 2] == b"\1\0"
        elif kind == _SST and struct.unpack_from("<I", stream, offset + 4)[0] > len(stream) // _LEAST_STRING:
            raise UnreadableError("file-corrupt", "table of strings")
        elif kind == _EOF:
            break
    if len(starts) > MAX_SHEETS:
        raise too_large("sheets", len(starts), MAX_SHEETS)
    if len(set(starts)) < len(starts):
        raise UnreadableError("file-corrupt", "two sheets in one place")
    safe = bytearray(stream)
    marks = tuple(_xls_sheet(stream, start, safe) for start in starts)
    return bytes(safe), marks, date_1904


def _xls_sheet(stream: bytes, start: int, safe: bytearray) -> Marks:
    """The marks of the sheet at `start`, whose records are made safe in `safe`."""
    marks, values, formula, depth = Marks(), _Values(), (0, 0), 0
    for kind, offset, size in _xls_records(stream, start):
        depth += (kind == _BOF) - (kind == _EOF)
        if not depth:
            break
        if depth > 1 and (kind in _VALUES or kind in (_DIMENSIONS, _EOF)):
            safe[offset - 4 : offset - 2] = _BLANK  # numbers of a chart are no cells, and its end not the sheet's
        elif kind == _STRING:
            values.add(offset - 4, *formula, formula[1])
        elif kind in _VALUES:
            row, column = struct.unpack_from("<HH", stream, offset)
            last = struct.unpack_from("<H", stream, offset + size - 2)[0] if kind == _MULRK else column
            values.add(offset - 4, row, column, last)
            if kind == _FORMULA:
                formula = (row, column)
            if error := _xls_error(stream, kind, offset):
                marks.errors[row, column] = error
        elif kind == _DIMENSIONS:
            safe[offset : offset + size] = bytes(size)
        else:
            _mark_xls(stream, kind, offset, marks)
    for place in values.strays(marks):
        safe[place : place + 2] = _BLANK
    return marks


def _xls_error(stream: bytes, kind: int, offset: int) -> str:
    if kind == _BOOLERR and stream[offset + 7]:
        return ERRORS.get(stream[offset + 6], "#N/A")
    if kind == _FORMULA and stream[offset + 6] == 2 and stream[offset + 12 : offset + 14] == b"\xff\xff":
        return ERRORS.get(stream[offset + 8], "#N/A")
    return ""


def _mark_xls(stream: bytes, kind: int, offset: int, marks: Marks) -> None:
    if kind == _ROW and stream[offset + 12] & 0x20:
        marks.hidden_rows.add(struct.unpack_from("<H", stream, offset)[0])
    elif kind == _COLINFO and stream[offset + 8] & 0x01:
        marks.hide_columns(*struct.unpack_from("<HH", stream, offset))
    elif kind == _MERGES:
        (count,) = struct.unpack_from("<H", stream, offset)
        for place in range(offset + 2, offset + 2 + 8 * count, 8):
            top, bottom, left, right = struct.unpack_from("<4H", stream, place)
            marks.merge(top, left, bottom, right)


def _xls_records(stream: bytes, start: int) -> Iterator[tuple[int, int, int]]:
    """(kind, offset of the content, its size) from `start`, where a substream must begin."""
    if stream[start : start + 2] != b"\x09\x08":
        raise UnreadableError("file-corrupt", "no beginning of a sheet")
    header = struct.Struct("<HH")
    while True:
        kind, size = header.unpack_from(stream, start)
        start += 4
        if start + size > len(stream):
            raise UnreadableError("file-corrupt", "record ends early")
        yield kind, start, size
        start += size


def xlsb(part: bytes) -> tuple[Marks, bytes]:
    """The marks of an .xlsb sheet, and the part itself or a copy that is safe to read."""
    marks, values, row = Marks(), _Values(), 0
    for kind, start, offset, size in _xlsb_records(part):
        if kind == _ROW_HEADER:
            (row,) = struct.unpack_from("<I", part, offset)
            if part[offset + 11] & 0x10:
                marks.hidden_rows.add(row)
        elif _BLANK_CELL < kind <= _ERROR_FORMULA:
            (column,) = struct.unpack_from("<I", part, offset)
            values.add(start, row, column, column)
            if kind in (_ERROR_CELL, _ERROR_FORMULA):
                marks.errors[row, column] = ERRORS.get(part[offset + 8], "#N/A")
        elif kind == _COLUMN and size > 16 and part[offset + 16] & 0x01:
            marks.hide_columns(*struct.unpack_from("<II", part, offset))
        elif kind == _MERGE:
            top, bottom, left, right = struct.unpack_from("<4I", part, offset)
            marks.merge(top, left, bottom, right)
    strays = list(values.strays(marks))
    if not strays:
        return marks, part
    safe = bytearray(part)
    for start in strays:
        safe[start] = _BLANK_CELL
    return marks, bytes(safe)


def xlsb_sheets(book: bytes) -> tuple[list[bytes], bool]:
    """The relation of every sheet in xl/workbook.bin, and whether dates count from 1904."""
    ids, date_1904 = [], False
    for kind, _, offset, _ in _xlsb_records(book):
        if kind == _SHEET:
            (length,) = struct.unpack_from("<I", book, offset + 8)
            if length != 0xFFFFFFFF:
                ids.append(book[offset + 12 : offset + 12 + 2 * length].decode("utf-16-le").encode())
        elif kind == _BOOK_PROPERTIES:
            date_1904 = bool(book[offset] & 0x01)
    return ids, date_1904


def _xlsb_records(part: bytes) -> Iterator[tuple[int, int, int, int]]:
    """(kind, start of the record, offset of the content, its size); numbers come seven bits a byte, lowest first."""
    end, place = len(part), 0
    while place < end:
        start, kind = place, part[place]
        place += 1
        if kind & 0x80:
            kind = kind & 0x7F | (part[place] & 0x7F) << 7
            place += 1
        size = shift = 0
        while True:
            size |= (part[place] & 0x7F) << shift
            shift += 7
            place += 1
            if not part[place - 1] & 0x80 or shift == 28:
                break
        if place + size > end:
            raise UnreadableError("file-corrupt", "record ends early")
        yield kind, start, place, size
        place += size
