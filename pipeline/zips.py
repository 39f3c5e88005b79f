"""Zip archives: members packed once, put into as many archives as wanted, and all dated alike."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from mmap import mmap
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipInfo

QUICK, SMALL = 1, 6
"""Levels of packing: what is made for one archive, and what goes into many."""

_LOCAL = struct.Struct("<4s5H3I2H")
_NAME_AND_EXTRA = struct.Struct("<26x2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
ENCRYPTED, UTF8 = 0x1, 0x800
"""Flags of a member."""
_VERSION = 20
_MIDNIGHT, _DAY = 0, 1 << 5 | 1
"""1980-01-01, the first that the format knows."""


class Packed(NamedTuple):
    """A member as it stands in an archive, with the size and the checksum of what it holds."""

    data: bytes
    method: int
    size: int
    checksum: int

    def content(self) -> bytes:
        """What it holds, never more than the size it states; BadZipFile if that is damaged or packed in an unusual way."""
        if self.method not in (ZIP_DEFLATED, ZIP_STORED):
            raise BadZipFile("packed in an unusual way")
        content = self.data if self.method == ZIP_STORED else _inflated(self.data, self.size)
        if len(content) != self.size or zlib.crc32(content) != self.checksum:
            raise BadZipFile("size or checksum")
        return content


def packed(content: bytes, level: int = QUICK) -> Packed:
    data = zlib.compress(content, level, -zlib.MAX_WBITS)
    return Packed(data, ZIP_DEFLATED, len(content), zlib.crc32(content))


def stored(content: bytes) -> Packed:
    """A member that holds `content` as it is."""
    return Packed(content, ZIP_STORED, len(content), zlib.crc32(content))


def member(archive: bytes | mmap, info: ZipInfo) -> Packed:
    """The member of an archive that its directory describes so; BadZipFile, struct.error if it is not there or encrypted."""
    if info.flag_bits & ENCRYPTED:
        raise BadZipFile("encrypted")
    if archive[info.header_offset : info.header_offset + 4] != b"PK\3\4":
        raise BadZipFile("not where it should be")
    start = info.header_offset + _LOCAL.size + sum(_NAME_AND_EXTRA.unpack_from(archive, info.header_offset))
    return Packed(archive[start : start + info.compress_size], info.compress_type, info.file_size, info.CRC)


def archive(members: Mapping[str, Packed], base: bytes = b"") -> bytes:
    """The members behind those of `base`, which is an archive made here."""
    *_, count, length, offset, _ = _END.unpack_from(base, len(base) - _END.size) if base else (0, 0, 0, 0)
    out, directory = [base[:offset]], [base[offset : offset + length]]
    for text, packed in members.items():
        name, size = text.encode(), len(packed.data)
        about = (UTF8 if len(name) > len(text) else 0, packed.method, _MIDNIGHT, _DAY)
        sizes = (packed.checksum, size, packed.size, len(name), 0)
        out += (_LOCAL.pack(b"PK\3\4", _VERSION, *about, *sizes), name, packed.data)
        directory += (_CENTRAL.pack(b"PK\1\2", _VERSION, _VERSION, *about, *sizes, 0, 0, 0, 0, offset), name)
        offset += _LOCAL.size + len(name) + size
    count, length = count + len(members), sum(map(len, directory))
    return b"".join((*out, *directory, _END.pack(b"PK\5\6", 0, 0, count, count, length, offset, 0)))


def _inflated(data: bytes, size: int) -> bytes:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    content = inflater.decompress(data, size + 1)
    if not inflater.eof:
        raise BadZipFile("longer than it states, or not whole")
    return content
