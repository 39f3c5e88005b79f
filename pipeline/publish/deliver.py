"""Documents → a folder, all or nothing: built aside, then moved into place; a killed run is mended at the next start.

What stands already and stays is moved from the old folder into the new one; a list beside them says what to move back.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TypeAlias

from pipeline.errors import OutputError, system

_NEW, _OLD, _MOVED = ".new", ".old", ".moved"


@dataclass(frozen=True, slots=True)
class Left:
    """A document that stands already, in the very bytes that would be written."""

    size: int
    sha256: str


Content: TypeAlias = bytes | Left


def left(content: Content) -> Left:
    """What will stand of a document."""
    return content if isinstance(content, Left) else Left(len(content), sha256(content).hexdigest())


def digest(path: Path) -> str:
    """The sha256 of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def folder(place: Path, documents: Iterable[tuple[str, Content]]) -> None:
    """Replace the folder `place` by the documents (path below it with ``/``, content)."""
    mended(place)
    new, old = _beside(place, _NEW), _beside(place, _OLD)
    try:
        moved = list(_paths(_written(new, documents), place, new))
        _beside(place, _MOVED).write_text(json.dumps(moved), encoding="utf-8")
        if place.exists():
            place.replace(old)
        _move(moved, old, new)
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
    _clear(place)


def mended(place: Path) -> None:
    """Undo what a run that was killed left half done: the old folder comes back unless the new one stands."""
    new, old = _beside(place, _NEW), _beside(place, _OLD)
    if old.exists() and not place.exists():
        _move([path for path in _moved(place) if (new / path).exists()], new, old)
        old.replace(place)
    _clear(place)


def _written(folder: Path, documents: Iterable[tuple[str, Content]]) -> list[str]:
    """The names of those that stand already. A new folder has no links: a name leads out of it by its own words only."""
    made: set[Path] = set()
    standing = []
    for name, content in documents:
        path = folder.joinpath(*name.split("/"))
        if not os.path.normpath(path).startswith(f"{os.path.normpath(folder)}{os.sep}"):
            raise OutputError(f"文件名“{name}”越出了输出文件夹")
        if isinstance(content, Left):
            standing.append(name)
            continue
        if path.parent not in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            made.add(path.parent)
        path.write_bytes(content)
    return standing


def _paths(standing: Iterable[str], place: Path, new: Path) -> Iterator[str]:
    """The folders in which nothing else stands or will stand, and what stands in others file by file."""
    folders: defaultdict[str, set[str]] = defaultdict(set)
    for name in standing:
        folder, _, file = name.rpartition("/")
        folders[folder].add(file)
    for folder, files in folders.items():
        if folder and not (new / folder).exists() and {path.name for path in (place / folder).iterdir()} == files:
            yield folder
        else:
            yield from (f"{folder}/{file}" if folder else file for file in sorted(files))


def _move(paths: Iterable[str], source: Path, target: Path) -> None:
    for path in paths:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).replace(target / path)


def _moved(place: Path) -> Sequence[str]:
    """What a run was moving when it was killed."""
    try:
        return list(json.loads(_beside(place, _MOVED).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return []


def _clear(place: Path) -> None:
    shutil.rmtree(_beside(place, _OLD), ignore_errors=True)
    shutil.rmtree(_beside(place, _NEW), ignore_errors=True)
    with suppress(OSError):  # without the old folder beside it, it says nothing
        _beside(place, _MOVED).unlink()


def _beside(place: Path, suffix: str) -> Path:
    return place.with_name(f".{place.name}{suffix}")
