"""Files that are no readable ledger: a lock file, a copy, and workbooks that are locked, cut short or empty."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping

from . import transit, writers
from .garden import FOLDER as GARDEN_FOLDER
from .group import FOLDER as GROUP_FOLDER
from .heat import FOLDER as HEAT_FOLDER

COPIED = f"{transit.FOLDER}/公交二车队学习台账.xlsx"
COPY = f"{transit.FOLDER}/副本公交二车队学习台账.xlsx"

CODES = {
    COPY: "file-duplicate",
    f"{transit.FOLDER}/公交二车队宣讲台账（加密）.xlsx": "file-encrypted",
    f"{HEAT_FOLDER}/北岭锅炉房宣讲台账.xlsx": "file-corrupt",
    f"{GARDEN_FOLDER}/玄圃苗圃宣讲台账.xlsx": "file-empty",
}
"""The finding that each must give; the lock file is passed over."""


def files(made: Mapping[str, bytes]) -> dict[str, bytes]:
    """The odd files by their path below input/, some of them taken from the sound ones `made`."""
    copied, locked, cut, empty = CODES
    workbook = made[f"input/{COPIED}"]
    return {
        copied: workbook,
        locked: _locked(),
        cut: writers.repacked(workbook, stored=True)[:9_000],
        empty: b"",
        f"{GROUP_FOLDER}/~$望舒集团2023年上半年理论学习台账.xlsx": "\x02甲某".encode("gbk").ljust(165, b" "),
    }


# --- a workbook with a password (MS-OFFCRYPTO in MS-CFB); what it holds is noise, for nobody knows the password ------

_SECTOR, _FREE, _END, _FAT = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def _locked() -> bytes:
    noise = b"".join(hashlib.sha256(bytes([number])).digest() for number in range(240))
    provider = "Microsoft Enhanced RSA and AES Cryptographic Provider\0".encode("utf-16-le")
    header = struct.pack("<8I", 0x24, 0, 0x660E, 0x8004, 128, 0x18, 0, 0) + provider
    verifier = struct.pack("<I", 16) + noise[:32] + struct.pack("<I", 20) + noise[32:64]
    info = struct.pack("<HHII", 3, 2, 0x24, len(header)) + header + verifier
    return _compound({"EncryptionInfo": info.ljust(4096, b"\0"), "EncryptedPackage": struct.pack("<Q", 7600) + noise})


def _compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file of streams of at least 4096 bytes: header, FAT, directory, then one stream after the other."""
    chain, starts, body = [_FAT, _END], [], b""
    for stream in streams.values():
        starts.append(len(chain))
        count = -(-len(stream) // _SECTOR)
        chain += [*range(len(chain) + 1, len(chain) + count), _END]
        body += stream.ljust(count * _SECTOR, b"\0")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, _END, 0, _END, 0) + struct.pack("<109I", 0, *[_FREE] * 108)
    fat = struct.pack("<128I", *chain, *[_FREE] * (128 - len(chain)))
    entries = [_entry("Root Entry", 5, _END, 0, child=1)]
    for number, (name, stream) in enumerate(streams.items(), start=1):
        entries.append(_entry(name, 2, starts[number - 1], len(stream), right=number + 1))
    entries[-1] = entries[-1][:72] + struct.pack("<I", _FREE) + entries[-1][76:]
    return head + fat + b"".join(entries).ljust(_SECTOR, b"\0") + body


def _entry(name: str, kind: int, first: int, size: int, *, right: int = _FREE, child: int = _FREE) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    links = struct.pack("<HBBIII", len(encoded), kind, 1, _FREE, right, child)
    return encoded.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", first, size)
