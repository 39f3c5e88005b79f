"""OLE2 compound files (MS-CFB), which hold .xls, .et and encrypted workbooks: bytes → their streams, and back."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.ingest.limits import UnreadableError

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SECTOR, _SMALL, _CUTOFF, _ENTRY = 512, 64, 4096, 128
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_HEADER_FATS = 109
_ROOT, _STREAM = 5, 2
_LAST_SAVED, _FILETIME = 13, 64


@dataclass(frozen=True, slots=True)
class Compound:
    """The streams of a compound file by name: (first sector, size)."""

    data: bytes
    sector: int
    fat: array[int]
    small_fat: array[int]
    small: bytes
    entries: dict[str, tuple[int, int]]

    def __contains__(self, name: str) -> bool:
        return name in self.entries

    def read(self, name: str) -> bytes:
        """The whole stream; UnreadableError if its sectors are missing or run in a circle."""
        first, size = self.entries[name]
        if size >= _CUTOFF:
            return _joined(self.data, self.sector, self.sector, self.fat, first)[:size]
        return _joined(self.small, 0, _SMALL, self.small_fat, first)[:size]


def opened(data: bytes) -> Compound:
    """The directory of a compound file; UnreadableError if it is broken or cut short."""
    try:
        return _opened(data)
    except (struct.error, IndexError, ValueError) as failure:
        raise UnreadableError("file-corrupt", str(failure)) from failure


def modified(compound: Compound) -> datetime | None:
    """When the document says it was last saved, in UTC (MS-OLEPS)."""
    try:
        summary = compound.read("\x05SummaryInformation")
        (start,) = struct.unpack_from("<I", summary, 44)
        (count,) = struct.unpack_from("<I", summary, start + 4)
        for place in range(start + 8, start + 8 + 8 * min(count, 64), 8):
            id, offset = struct.unpack_from("<II", summary, place)
            if id == _LAST_SAVED:
                kind, ticks = struct.unpack_from("<IQ", summary, start + offset)
                return datetime(1601, 1, 1) + timedelta(microseconds=ticks // 10) if kind == _FILETIME else None
    except (KeyError, struct.error, OverflowError, UnreadableError):
        pass
    return None


def holding(stream: bytes) -> bytes:
    """A clean compound file with `stream` as its one stream, named Workbook."""
    stream = stream.ljust(_CUTOFF, b"\0")
    sectors = -(-len(stream) // _SECTOR)
    per_sector = _SECTOR // 4
    fats = -(-(sectors + 1) // (per_sector - 1))
    spread = max(0, -(-(fats - _HEADER_FATS) // (per_sector - 1)))
    chain = array("I", range(1, sectors)) + array("I", [_END, _END, *[_FAT] * fats, *[_END] * spread])
    chain.extend([_FREE] * (fats * per_sector - len(chain)))
    first_fat = sectors + 1
    fat_sectors = list(range(first_fat, first_fat + fats))
    header = SIGNATURE + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack(
        "<IIIIIIIII", 0, fats, sectors, 0, _CUTOFF, _END, 0, first_fat + fats if spread else _END, spread
    )
    header += _packed([*fat_sectors[:_HEADER_FATS]], _HEADER_FATS)
    directory = _entry("Root Entry", _ROOT, _END, 0, child=1) + _entry("Workbook", _STREAM, 0, len(stream))
    return b"".join(
        (
            header,
            stream.ljust(sectors * _SECTOR, b"\0"),
            directory.ljust(_SECTOR, b"\0"),
            chain.tobytes(),
            *_spread(fat_sectors[_HEADER_FATS:], first_fat + fats),
        )
    )


def _opened(data: bytes) -> Compound:
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in (9, 12):
        raise ValueError("sector size")
    sector = 1 << shift
    directory, _, _, small_fat, _, spread, _ = struct.unpack_from("<7I", data, 48)
    fat = _fat(data, sector, spread)
    entries: dict[str, tuple[int, int]] = {}
    small = b""
    listing = _joined(data, sector, sector, fat, directory)
    for start in range(0, len(listing), _ENTRY):
        length, kind = struct.unpack_from("<HB", listing, start + 64)
        first, size = struct.unpack_from("<IQ", listing, start + 116)
        size = size & 0xFFFFFFFF if sector == _SECTOR else size
        if kind == _ROOT:
            small = _joined(data, sector, sector, fat, first)[:size]
        elif kind == _STREAM:
            name = listing[start : start + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
            entries.setdefault(name, (first, size))
    return Compound(data, sector, fat, array("I", _joined(data, sector, sector, fat, small_fat)), small, entries)


def _fat(data: bytes, sector: int, spread: int) -> array[int]:
    places = list(struct.unpack_from(f"<{_HEADER_FATS}I", data, 76))
    seen = set()
    while spread < _FAT - 1 and spread not in seen:
        seen.add(spread)
        *more, spread = struct.unpack_from(f"<{sector // 4}I", data, sector * (spread + 1))
        places += more
    fat = array("I")
    for place in dict.fromkeys(place for place in places if place != _FREE):
        fat.frombytes(_piece(data, sector, sector, place))
    return fat


def _joined(data: bytes, offset: int, sector: int, fat: array[int], first: int) -> bytes:
    return b"".join(_piece(data, offset, sector, place) for place in _chain(fat, first))


def _chain(fat: array[int], place: int) -> Iterator[int]:
    for _ in range(len(fat) + 1):
        if place in (_END, _FREE):
            return
        yield place
        place = fat[place]
    raise UnreadableError("file-corrupt", "sectors run in a circle")


def _piece(data: bytes, offset: int, sector: int, place: int) -> bytes:
    start = offset + sector * place
    piece = data[start : start + sector]
    if len(piece) < sector:
        if not piece or start + sector < len(data):
            raise UnreadableError("file-corrupt", "a sector is missing")
        return piece.ljust(sector, b"\0")
    return piece


def _entry(name: str, kind: int, first: int, size: int, child: int = _FREE) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    head = encoded.ljust(64, b"\0") + struct.pack("<HBBIII", len(encoded), kind, 1, _FREE, _FREE, child)
    return head + bytes(36) + struct.pack("<IQ", first, size)


def _packed(places: list[int], count: int) -> bytes:
    return array("I", places + [_FREE] * (count - len(places))).tobytes()


def _spread(places: list[int], first: int) -> Iterator[bytes]:
    """The list of FAT sectors beyond those in the header; each of its sectors ends with the number of the next."""
    per_sector = _SECTOR // 4 - 1
    for number, start in enumerate(range(0, len(places), per_sector), 1):
        more = start + per_sector < len(places)
        yield _packed(places[start : start + per_sector], per_sector) + _packed([first + number] if more else [_END], 1)
