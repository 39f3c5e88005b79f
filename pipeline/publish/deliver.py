"""Documents → a folder, all or nothing: built aside, then moved into place; a killed run is mended at the next start."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from pipeline.errors import OutputError, system

_NEW, _OLD = ".new", ".old"


def folder(place: Path, documents: Iterable[tuple[str, bytes]]) -> None:
    """Replace the folder `place` by the documents (path below it with ``/``, content)."""
    mended(place)
    new, old = _beside(place, _NEW), _beside(place, _OLD)
    try:
        _written(new, documents)
        if place.exists():
            place.replace(old)
        new.replace(place)
    except PermissionError as trouble:
        mended(place)
        raise OutputError(
            f"写不进“{place}”：里面的文件可能正在 Excel、WPS 或 Word 中打开，请关闭后再运行一次；也可能没有写的权限"
        ) from trouble
    except OSError as trouble:
        mended(place)
        raise OutputError(f"写不进“{place}”：{system(trouble)}。请看路径对不对、磁盘满没满") from trouble
    except (Exception, KeyboardInterrupt):
        mended(place)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _written(folder: Path, documents: Iterable[tuple[str, bytes]]) -> None:
    """A new folder has no links: a name leads out of it by its own words only."""
    made: set[Path] = set()
    for name, content in documents:
        path = folder.joinpath(*name.split("/"))
        if not os.path.normpath(path).startswith(f"{os.path.normpath(folder)}{os.sep}"):
            raise OutputError(f"文件名“{name}”越出了输出文件夹")
        if path.parent not in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            made.add(path.parent)
        path.write_bytes(content)


def mended(place: Path) -> None:
    """Undo what a run that was killed left half done: the old folder comes back unless the new one stands."""
    new, old = _beside(place, _NEW), _beside(place, _OLD)
    if old.exists() and not place.exists():
        old.replace(place)
    shutil.rmtree(old, ignore_errors=True)
    shutil.rmtree(new, ignore_errors=True)


def _beside(place: Path, suffix: str) -> Path:
    return place.with_name(f".{place.name}{suffix}")
