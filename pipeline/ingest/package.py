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

from pipeline import zips
from pipeline.ingest.limits import MAX_MEMBER, MAX_MEMBERS, MAX_RATIO, SMALL_MEMBER, UnreadableError, too_large
from pipeline.zips import ENCRYPTED, UTF8, Packed

_LOCAL = struct.Struct("<4s5H3I2H")
_LOCAL_HEADER = _LOCAL.size
_BLOCK = struct.Struct("<BHH")
_DEFLATE_AT_MOST = 1032
"""No deflated byte can become more bytes than this."""
_THREE_BYTES = "\u0800"
"""From here on UTF-8 takes three bytes a character, as it does for Chinese."""


@dataclass(frozen=True, slots=True)
class Package:
    """An archive whose stated sizes are within the limits; `members` by name, in the archive's order."""

    data: bytes | mmap
    members: Mapping[str, zipfile.ZipInfo]

    def __contains__(self, name: str) -> bool:
        return name in self.members

    def read(self, name: str, limit: int = MAX_MEMBER) -> bytes:
        """The inflated member, whatever size it states; UnreadableError if it is broken, encrypted or over `limit`."""
        return content(self.packed(name), limit)

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
        if member.flag_bits & ENCRYPTED:
            raise UnreadableError("file-encrypted", name)
        try:
            return zips.member(self.data, member)
        except (zipfile.BadZipFile, struct.error) as failure:
            raise UnreadableError("file-corrupt", name) from failure


def first_name(begin: bytes) -> str:
    """The name of the first member of an archive that begins so."""
    if len(begin) < _LOCAL_HEADER:
        return ""
    *_, length, _ = _LOCAL.unpack_from(begin)
    return begin[_LOCAL_HEADER : _LOCAL_HEADER + length].decode("ascii", "replace")


def content(member: Packed, limit: int = MAX_MEMBER) -> bytes:
    """What a member holds, whatever size it states; UnreadableError if that is damaged or over `limit`."""
    if member.method == zipfile.ZIP_DEFLATED:
        content = _inflated(member.data, limit)
    elif member.method == zipfile.ZIP_STORED:
        content = member.data
    else:
        raise UnreadableError("file-unsupported", f"compression {member.method}")
    if zlib.crc32(content) != member.checksum:
        raise UnreadableError("file-corrupt", "checksum")
    return content


def headed(member: Packed, head: bytes, content: bytes) -> Packed:
    """The member with `head`, at most 64 KiB, before the `content` it holds, which stays packed.

    A deflated stream is a sequence of blocks, each of which may hold its bytes as they are (RFC 1951, 3.2.4).
    """
    block = _BLOCK.pack(0, len(head), len(head) ^ 0xFFFF) if member.method == zipfile.ZIP_DEFLATED else b""
    checksum = zlib.crc32(content, zlib.crc32(head))
    return Packed(block + head + member.data, member.method, len(head) + len(content), checksum)


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
    if not member.flag_bits & UTF8 and not name.isascii():
        name = _unmarked(name.encode("cp437"))
    return name.replace("\\", "/")


def _unmarked(raw: bytes) -> str:
    """Two-byte sequences can be both: 学习 in GBK is also two Cyrillic letters in UTF-8."""
    try:
        name = raw.decode()
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")
    return name if max(name) >= _THREE_BYTES else raw.decode("gb18030", "replace")
