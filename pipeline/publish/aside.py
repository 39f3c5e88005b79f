"""What somebody changed or added in a folder that is about to be replaced → a folder beside it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pipeline.publish import deliver
from pipeline.publish.deliver import Content

_OTHERS = ("~$", ".", "Thumbs.db", "desktop.ini")
"""How names begin that programs give to files of their own."""


def folder(place: Path) -> Path:
    """Where the changed files of a folder are kept."""
    return place.with_name(f"{place.name}（改过的）")


def keeping(
    place: Path, documents: Iterable[tuple[str, Content]], record: Path, kept: list[str], passed: tuple[str, ...] = ()
) -> Iterator[tuple[str, Content]]:
    """The documents as they come; after the last, what was touched in `place` is copied aside and its name put in `kept`.

    `record` holds the digests of what was written there before; a name that begins with one of `passed` is nobody's work.
    """
    yield from documents
    for name in _touched(place, record):
        if not name.startswith(passed):
            _copy(place / name, folder(place) / name)
            kept.append(name)


def spared(path: Path, content: bytes, aside: Path) -> Path | None:
    """Where the file goes that `content` is about to replace; None if there is none, or the same."""
    if not path.is_file() or path.read_bytes() == content:
        return None
    return _copy(path, aside)


def note(record: Path, outputs: Mapping[str, str]) -> None:
    """Remember the digest of every file that was written."""
    record.write_text(json.dumps({"outputs": outputs}, ensure_ascii=False), encoding="utf-8")


def _touched(place: Path, record: Path) -> Iterator[str]:
    """Names below `place` of files that are not as they were written; without a record that is every file."""
    try:
        outputs: Mapping[str, str] = json.loads(record.read_text(encoding="utf-8"))["outputs"]
        since = record.stat().st_mtime_ns
    except (OSError, ValueError, KeyError, TypeError):
        outputs, since = {}, 0
    for path in _files(place):
        name = path.relative_to(place).as_posix()
        changed = name not in outputs or (path.stat().st_mtime_ns > since and deliver.digest(path) != outputs[name])
        if changed and path != record:
            yield name


def _files(place: Path) -> list[Path]:
    found = (Path(parent, name) for parent, _, names in os.walk(place) for name in names)
    return sorted(path for path in found if not path.name.startswith(_OTHERS))


def _copy(path: Path, target: Path) -> Path:
    """Beside what is kept under that name already, unless it is the same; where it stands then."""
    target.parent.mkdir(parents=True, exist_ok=True)
    free, number = target, 1
    while free.exists():
        if deliver.digest(free) == deliver.digest(path):
            return free
        number += 1
        free = target.with_stem(f"{target.stem}（{number}）")
    shutil.copy2(path, free)
    return free
