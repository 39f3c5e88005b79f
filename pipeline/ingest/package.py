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

_LOCAL_HEADER = 30
_ENCRYPTED, _UTF8 = 0x1, 0x800
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
        member = self.members[name]
        if member.flag_bits & _ENCRYPTED:
            raise UnreadableError("file-encrypted", name)
        packed = self._packed(member)
        if member.compress_type == zipfile.ZIP_DEFLATED:
            return _inflated(packed, limit)
        if member.compress_type == zipfile.ZIP_STORED:
            return packed
        raise UnreadableError("file-unsupported", f"compression {member.compress_type}")

    def check(self, name: str, limit: int = MAX_MEMBER) -> None:
        """UnreadableError if the member, which another reader is going to inflate, could exceed `limit` and does."""
        member = self.members.get(name)
        if member and member.compress_size * _DEFLATE_AT_MOST > limit:
            self.read(name, limit)

    def replaced(self, parts: Mapping[str, bytes]) -> bytes:
        """The archive with other contents for some members, all of them stored, and without its pictures."""
        out = BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name in self.members:
                if "/media/" in name:
                    continue
                archive.writestr(zipfile.ZipInfo(name), parts[name] if name in parts else self.read(name))
        return out.getvalue()

    def _packed(self, member: zipfile.ZipInfo) -> bytes:
        offset = member.header_offset
        if self.data[offset : offset + 4] != b"PK\3\4" or len(self.data) < offset + _LOCAL_HEADER:
            raise UnreadableError("file-corrupt", member.filename)
        start = offset + _LOCAL_HEADER + sum(struct.unpack_from("<HH", self.data, offset + 26))
        return self.data[start : start + member.compress_size]


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
