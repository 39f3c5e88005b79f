"""The record streams of .xls (BIFF8, MS-XLS) and .xlsb (MS-XLSB), looked at before they are read.

The reader behind allocates what a record claims and the box around all cells, and aborts the process when that is too
large: claims are corrected and values that stand too far away are blanked in a copy of the stream.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from pipeline.ingest.limits import MAX_CELLS, MAX_RECORDS, MAX_SHEETS, UnreadableError, too_large
from pipeline.ingest.marks import Area, Marks

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
_VALUES = frozenset({_FORMULA, _MULRK, _BOOLERR, 0xFD, 0x203, 0x204, 0x27E})
_BLANK = b"\x01\x02"
_TWO, _ONE = struct.Struct("<HH"), struct.Struct("<I")
_LEAST_STRING = 3
"""No entry of the table of strings takes fewer bytes."""

_ROW_HEADER, _BLANK_CELL, _ERROR_CELL, _ERROR_FORMULA, _COLUMN, _MERGE = 0x00, 0x01, 0x03, 0x0B, 0x3C, 0xB0
_SHEET, _BOOK_PROPERTIES = 0x9C, 0x99


def xls(stream: bytes) -> tuple[bytes, tuple[Marks, ...], bool]:
    """A safe copy of a Workbook stream, the marks of its sheets in their order, and whether dates count from 1904."""
    starts, date_1904 = [], False
    for kind, offset, _ in _xls_records(stream, 0):
        if kind == _FILEPASS:
            raise UnreadableError("file-encrypted", "FILEPASS")
        if kind == _BOUNDSHEET:
            starts.append(_ONE.unpack_from(stream, offset)[0])
        elif kind == _DATE_1904:
            date_1904 = stream[offset : offset + 2] == b"\1\0"
        elif kind == _SST and _ONE.unpack_from(stream, offset + 4)[0] > len(stream) // _LEAST_STRING:
            raise UnreadableError("file-corrupt", "table of strings")
        elif kind == _EOF:
            break
    if len(starts) > MAX_SHEETS:
        raise too_large("sheets", len(starts), MAX_SHEETS)
    if len(set(starts)) < len(starts):
        raise UnreadableError("file-corrupt", "two sheets in one place")
    safe = bytearray(stream)
    marks = tuple(_xls_sheet(stream, start, safe) for start in starts)
    if (size := sum(sheet.cells for sheet in marks)) > MAX_CELLS:
        raise too_large("cells", size, MAX_CELLS)
    return bytes(safe), marks, date_1904


def _xls_sheet(stream: bytes, start: int, safe: bytearray) -> Marks:
    """The marks of the sheet at `start`, whose records are made safe in `safe`."""
    marks, area = Marks(), Area()
    for depth, kind, offset, size in _substream(stream, start):
        if depth > 1:
            if kind in _VALUES or kind in (_DIMENSIONS, _EOF):  # the numbers of a chart are no cells
                safe[offset - 4 : offset - 2] = _BLANK
        elif kind == _DIMENSIONS:
            safe[offset : offset + size] = bytes(size)
        elif kind in _VALUES:
            area.add(*_xls_place(stream, kind, offset, size))
            if error := _xls_error(stream, kind, offset):
                marks.errors[_TWO.unpack_from(stream, offset)] = error
        else:
            _mark_xls(stream, kind, offset, marks)
    height, width = area.extent()
    marks.cells = height * width
    if area.has_strays(height, width):
        _blank_strays(stream, start, safe, marks, (height, width))
    return marks


def _blank_strays(stream: bytes, start: int, safe: bytearray, marks: Marks, extent: tuple[int, int]) -> None:
    (height, width), is_stray = extent, False
    for depth, kind, offset, size in _substream(stream, start):
        if depth > 1 or (kind not in _VALUES and kind != _STRING):
            continue
        if kind != _STRING:  # that is the text of the formula before it
            row, first, last = _xls_place(stream, kind, offset, size)
            is_stray = row >= height or last >= width
            if is_stray:
                marks.strays.add((row, first))
        if is_stray:
            safe[offset - 4 : offset - 2] = _BLANK
    marks.drop_outside(height, width)


def _xls_place(stream: bytes, kind: int, offset: int, size: int) -> tuple[int, int, int]:
    """Row, first and last column of a record of values."""
    row, column = _TWO.unpack_from(stream, offset)
    last = int.from_bytes(stream[offset + size - 2 : offset + size], "little") if kind == _MULRK else column
    return row, column, last


def _xls_error(stream: bytes, kind: int, offset: int) -> str:
    if kind == _BOOLERR and stream[offset + 7]:
        return ERRORS.get(stream[offset + 6], "#N/A")
    if kind == _FORMULA and stream[offset + 6] == 2 and stream[offset + 12 : offset + 14] == b"\xff\xff":
        return ERRORS.get(stream[offset + 8], "#N/A")
    return ""


def _mark_xls(stream: bytes, kind: int, offset: int, marks: Marks) -> None:
    if kind == _ROW and stream[offset + 12] & 0x20:
        marks.hidden_rows.add(_TWO.unpack_from(stream, offset)[0])
    elif kind == _COLINFO and stream[offset + 8] & 0x01:
        marks.hide_columns(*_TWO.unpack_from(stream, offset))
    elif kind == _MERGES:
        (count,) = struct.unpack_from("<H", stream, offset)
        for place in range(offset + 2, offset + 2 + 8 * count, 8):
            top, bottom, left, right = struct.unpack_from("<4H", stream, place)
            marks.merge(top, left, bottom, right)


def _substream(stream: bytes, start: int) -> Iterator[tuple[int, int, int, int]]:
    """The records of a sheet with the depth at which they stand; those of embedded charts stand at 2."""
    depth = 0
    for kind, offset, size in _xls_records(stream, start):
        depth += kind == _BOF
        yield depth, kind, offset, size
        depth -= kind == _EOF
        if not depth:
            return


def _xls_records(stream: bytes, start: int) -> Iterator[tuple[int, int, int]]:
    """(kind, offset of the content, its size) from `start`, where a substream must begin."""
    if stream[start : start + 2] != b"\x09\x08":
        raise UnreadableError("file-corrupt", "no beginning of a sheet")
    for _ in range(MAX_RECORDS):
        kind, size = _TWO.unpack_from(stream, start)
        start += 4
        if start + size > len(stream):
            raise UnreadableError("file-corrupt", "record ends early")
        yield kind, start, size
        start += size
    raise too_large("records", MAX_RECORDS + 1, MAX_RECORDS)


def xlsb(part: bytes) -> tuple[Marks, bytes]:
    """The marks of an .xlsb sheet, and the part itself or a copy that is safe to read."""
    marks, area, row = Marks(), Area(), 0
    for kind, _, offset, size in _xlsb_records(part):
        if kind == _ROW_HEADER:
            (row,) = _ONE.unpack_from(part, offset)
            if part[offset + 11] & 0x10:
                marks.hidden_rows.add(row)
        elif _BLANK_CELL < kind <= _ERROR_FORMULA:
            (column,) = _ONE.unpack_from(part, offset)
            area.add(row, column)
            if kind in (_ERROR_CELL, _ERROR_FORMULA):
                marks.errors[row, column] = ERRORS.get(part[offset + 8], "#N/A")
        elif kind == _COLUMN and size > 16 and part[offset + 16] & 0x01:
            marks.hide_columns(*struct.unpack_from("<II", part, offset))
        elif kind == _MERGE:
            top, bottom, left, right = struct.unpack_from("<4I", part, offset)
            marks.merge(top, left, bottom, right)
    height, width = area.extent()
    if area.has_strays(height, width):
        return marks, _without_strays(part, marks, height, width)
    return marks, part


def _without_strays(part: bytes, marks: Marks, height: int, width: int) -> bytes:
    safe, row = bytearray(part), 0
    for kind, start, offset, _ in _xlsb_records(part):
        if kind == _ROW_HEADER:
            (row,) = _ONE.unpack_from(part, offset)
        elif _BLANK_CELL < kind <= _ERROR_FORMULA:
            (column,) = _ONE.unpack_from(part, offset)
            if row >= height or column >= width:
                marks.strays.add((row, column))
                safe[start] = _BLANK_CELL
    marks.drop_outside(height, width)
    return bytes(safe)


def xlsb_sheets(book: bytes) -> tuple[list[bytes], bool]:
    """The relation of every sheet in xl/workbook.bin, and whether dates count from 1904."""
    ids, date_1904 = [], False
    for kind, _, offset, _ in _xlsb_records(book):
        if kind == _SHEET:
            (length,) = _ONE.unpack_from(book, offset + 8)
            if length != 0xFFFFFFFF:
                ids.append(book[offset + 12 : offset + 12 + 2 * length].decode("utf-16-le").encode())
        elif kind == _BOOK_PROPERTIES:
            date_1904 = bool(book[offset] & 0x01)
    return ids, date_1904


def _xlsb_records(part: bytes) -> Iterator[tuple[int, int, int, int]]:
    """(kind, start of the record, offset of the content, its size); numbers come seven bits a byte, lowest first."""
    end, place = len(part), 0
    for _ in range(MAX_RECORDS):
        if place >= end:
            return
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
    raise too_large("records", MAX_RECORDS + 1, MAX_RECORDS)
