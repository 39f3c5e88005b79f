"""The files of a pack → one zip archive, encrypted (AES-256) for a unit that has a password in the register."""

from __future__ import annotations

import io
from collections.abc import Sequence
from zipfile import ZIP_STORED, ZipFile, ZipInfo

_DATE = (1980, 1, 1, 0, 0, 0)


def archive(folder: str, files: Sequence[tuple[str, bytes]], password: str = "") -> bytes:
    """The files under `folder`, stored as they are: what is in a pack is compressed already.

    Without a password equal files give equal bytes; an encrypted archive is salted and differs every time.
    """
    stream = io.BytesIO()
    if password:
        _encrypted(stream, folder, files, password)
    else:
        with ZipFile(stream, "w", ZIP_STORED) as target:
            for name, data in files:
                target.writestr(_info(f"{folder}/{name}"), data)
    return stream.getvalue()


def _encrypted(stream: io.BytesIO, folder: str, files: Sequence[tuple[str, bytes]], password: str) -> None:
    import pyzipper

    with pyzipper.AESZipFile(stream, "w", ZIP_STORED, encryption=pyzipper.WZ_AES) as target:
        target.setpassword(password.encode())
        for name, data in files:
            target.writestr(target.zipinfo_cls(f"{folder}/{name}", _DATE), data)


def _info(name: str) -> ZipInfo:
    info = ZipInfo(name, _DATE)
    info.create_system = 0
    return info
