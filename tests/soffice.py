"""LibreOffice saves documents in another format."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

_PROFILE = TemporaryDirectory(ignore_cleanup_errors=True)
"""Made once: the first start of LibreOffice in a profile takes longer than all that follow."""


def convert(sources: Iterable[Path], to: str, out: Path) -> None:
    profile = f"-env:UserInstallation={Path(_PROFILE.name).as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", to, "--outdir", str(out)]
    subprocess.run([*command, *map(str, sources)], check=True, capture_output=True, timeout=180)


def converted(workbook: bytes, to: str, folder: Path) -> bytes:
    source = folder / "来件.xlsx"
    source.write_bytes(workbook)
    convert([source], to, folder / "out")
    return (folder / "out" / f"来件.{to.partition(':')[0]}").read_bytes()
