"""Zip archives, taken as hostile: bytes → members that may be inflated, within the limits."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from mmap import mmap
from typing import cast

from pipeline.ingest.limits import MAX_MEMBER, MAX_MEMBERS, MAX_RATIO, SMALL_MEMBER, UnreadableError, too_large

_LOCAL = struct.Struct("<4s5H3I2H")
_LOCAL_HEADER = _LOCAL.size
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_BLOCK = struct.Struct("<BHH")
_VERSION = 20
_ENCRYPTED, _UTF8 = 0x1, 0x800
_DEFLATE_AT_MOST = 1032
"""No deflated byte can become more bytes than this."""
_THREE_BYTES = "\u0800"
"""From here on UTF-8 takes three bytes a character, as it does for Chinese."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A member as it stands in an archive, with the size and the checksum of what it holds."""

    data: bytes
    method: int
    size: int
    checksum: int

    def content(self, limit: int = MAX_MEMBER) -> bytes:
        """What it holds, whatever size it states; UnreadableError if that is damaged or over `limit`."""
        if self.method == zipfile.ZIP_DEFLATED:
            content = _inflated(self.data, limit)
        elif self.method == zipfile.ZIP_STORED:
            content = self.data
        else:
            raise UnreadableError("file-unsupported", f"compression {self.method}")
        if zlib.crc32(content) != self.checksum:
            raise UnreadableError("file-corrupt", "checksum")
        return content

    def headed(self, head: bytes, content: bytes) -> Packed:
        """The member with `head`, at most 64 KiB, before the `content` it holds, which stays packed.

        A deflated stream is a sequence of blocks, each of which may hold its bytes as they are (RFC 1951, 3.2.4).
        """
        block = _BLOCK.pack(0, len(head), len(head) ^ 0xFFFF) if self.method == zipfile.ZIP_DEFLATED else b""
        checksum = zlib.crc32(content, zlib.crc32(head))
        return Packed(block + head + self.data, self.method, len(head) + len(content), checksum)


@dataclass(frozen=True, slots=True)
class Package:
    """An archive whose stated sizes are within the limits; `members` by name, in the archive's order."""

    data: bytes | mmap
    members: Mapping[str, zipfile.ZipInfo]

    def __contains__(self, name: str) -> bool:
        return name in self.members

    def read(self, name: str, limit: int = MAX_MEMBER) -> bytes:
        """The inflated member, whatever size it states; UnreadableError if it is broken, encrypted or over `limit`."""
        return self.packed(name).content(limit)

    def name(self, wanted: str) -> str:
        """The member called so, be it in other case; empty if there is none."""
        if wanted in self.members:
            return wanted
        lower = wanted.lower()
        return next((name for name in self.members if name.lower() == lower), "")

    def check(self, name: str, limit: int = MAX_MEMBER) -> None:
        """UnreadableError if the member, which another reader is going to inflate, could exceed `limit` and does."""
        if self.members[name].compress_size * _DEFLATE_AT_MOST > limit:
            self.read(name, limit)

    def packed(self, name: str) -> Packed:
        """The member as it stands in the archive; UnreadableError if it is encrypted or not where it should be."""
        member = self.members[name]
        if member.flag_bits & _ENCRYPTED:
            raise UnreadableError("file-encrypted", name)
        offset = member.header_offset
        if self.data[offset : offset + 4] != b"PK\3\4" or len(self.data) < offset + _LOCAL_HEADER:
            raise UnreadableError("file-corrupt", name)
        start = offset + _LOCAL_HEADER + sum(struct.unpack_from("<HH", self.data, offset + 26))
        data = self.data[start : start + member.compress_size]
        return Packed(data, member.compress_type, member.file_size, member.CRC)


def first_name(begin: bytes) -> str:
    """The name of the first member of an archive that begins so."""
    if len(begin) < _LOCAL_HEADER:
        return ""
    *_, length, _ = _LOCAL.unpack_from(begin)
    return begin[_LOCAL_HEADER : _LOCAL_HEADER + length].decode("ascii", "replace")


def stored(content: bytes) -> Packed:
    """A member that holds `content` as it is."""
    return Packed(content, zipfile.ZIP_STORED, len(content), zlib.crc32(content))


def archive(members: Mapping[str, Packed]) -> bytes:
    """A zip archive of these members by name."""
    out, directory, offset = list[bytes](), list[bytes](), 0
    for text, member in members.items():
        name, size = text.encode(), len(member.data)
        about = (_VERSION, _UTF8, member.method, 0, 0, member.checksum, size, member.size, len(name), 0)
        out += (_LOCAL.pack(b"PK\3\4", *about), name, member.data)
        directory += (_CENTRAL.pack(b"PK\1\2", _VERSION, *about, 0, 0, 0, 0, offset), name)
        offset += _LOCAL_HEADER + len(name) + size
    count, length = len(members), sum(map(len, directory))
    return b"".join((*out, *directory, _END.pack(b"PK\5\6", 0, 0, count, count, length, offset, 0)))


def opened(data: bytes | mmap) -> Package:
    """The archive in `data`, which may be a mapped file; UnreadableError if it is broken or states sizes beyond the limits."""
    try:
        with zipfile.ZipFile(BytesIO(data) if isinstance(data, bytes) else cast("BytesIO", data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, struct.error, ValueError, OSError, NotImplementedError, UnicodeDecodeError) as failure:
        raise UnreadableError("file-corrupt", str(failure)) from failure
    if len(members) > MAX_MEMBERS:
        raise too_large("members", len(members), MAX_MEMBERS)
    for member in members:
        _check_stated(member)
    return Package(data, {_name(member): member for member in members})


def _check_stated(member: zipfile.ZipInfo) -> None:
    if member.file_size > MAX_MEMBER:
        raise too_large(member.filename, member.file_size, MAX_MEMBER)
    if member.file_size > max(SMALL_MEMBER, member.compress_size * MAX_RATIO):
        raise too_large(f"{member.filename} ratio", member.file_size // max(member.compress_size, 1), MAX_RATIO)


def _inflated(packed: bytes, limit: int) -> bytes:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        inflated = inflater.decompress(packed, limit)
    except zlib.error as failure:
        raise UnreadableError("file-corrupt", str(failure)) from failure
    if not inflater.eof:
        if inflater.unconsumed_tail:
            raise too_large("member", limit + 1, limit)
        raise UnreadableError("file-corrupt", "member ends early")
    if len(inflated) > max(SMALL_MEMBER, len(packed) * MAX_RATIO):
        raise too_large("ratio", len(inflated) // max(len(packed), 1), MAX_RATIO)
    return inflated


def _name(member: zipfile.ZipInfo) -> str:
    """The member's name with ``/``; names not marked as UTF-8 are GBK, or UTF-8 that some tools forget to mark."""
    name = member.orig_filename
    if not member.flag_bits & _UTF8 and not name.isascii():
        name = _unmarked(name.encode("cp437"))
    return name.replace("\\", "/")


def _unmarked(raw: bytes) -> str:
    """Two-byte sequences can be both: 学习 in GBK is also two Cyrillic letters in UTF-8."""
    try:
        name = raw.decode()
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")
    return name if max(name) >= _THREE_BYTES else raw.decode("gb18030", "replace")
