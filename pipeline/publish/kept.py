"""Documents that stand already: whether a run would write the very bytes that its folder holds, all of them or a pack."""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

from pipeline.publish import deliver
from pipeline.publish.deliver import Left

MANIFEST = "manifest.json"
_PACKS = "-packs"
NEW = 3_000_000_000
"""Nanoseconds; the coarsest file systems tell two seconds apart."""

Noted: TypeAlias = tuple[str, list[int]]
"""The digest of a file and its marks: while these are the same, it is not read again."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The documents of a folder, below it, and what was said while they were made."""

    names: tuple[str, ...]
    said: list[Any]


def standing(place: Path, notes: Path, state: str) -> Standing | None:
    """What stands in `place` if it was made under the same `state` and no file was changed, added or lost since."""
    try:
        note = json.loads(_note(place, notes).read_text(encoding="utf-8"))
        manifest = (place / MANIFEST).read_bytes()
        if note["state"] != state or note["manifest"] != sha256(manifest).hexdigest():
            return None
        outputs = json.loads(manifest)["outputs"]
        found = {path.relative_to(place).as_posix(): path for path in place.rglob("*") if path.is_file()}
        found.pop(MANIFEST)
        whole = found.keys() == outputs.keys() and all(deliver.digest(found[name]) == outputs[name] for name in found)
        return Standing(tuple(outputs), note["said"]) if whole else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def note(place: Path, notes: Path, state: str, said: list[Any]) -> None:
    """Remember what stands in `place` and under which state it was made."""
    try:
        manifest = sha256((place / MANIFEST).read_bytes()).hexdigest()
    except OSError:
        return
    _write(_note(place, notes), {"state": state, "manifest": manifest, "said": said})


# --- packs -----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Packs:
    """The packs that the run before left below `place`, by what each was made from; and those of this run, to be noted."""

    place: Path
    notes: Path
    code: str
    """Packs that other code made are made again."""
    inputs: Mapping[str, str]
    """By name the digest of every file that was sent."""
    made: dict[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)
    """By folder what each was made from, and the digests of its files."""
    _before: dict[str, tuple[str, Mapping[str, Noted]]] | None = None

    def stands(self, folder: str, digest: str) -> bool:
        """Whether the pack of a folder was made from the same; its files may have been touched since."""
        return self._found.get(folder, ("", {}))[0] == digest

    def files(self, folder: str) -> list[tuple[str, Left]] | None:
        """The pack's files by their names below `place`; None if one was changed or lost since."""
        noted = self._found[folder][1]
        if (self.place / folder).is_symlink():
            return None
        try:
            found = [(name, _left(self.place / name, *noted[name])) for name in noted]
        except OSError:
            return None
        return found if all(left.sha256 == noted[name][0] for name, left in found) else None

    def add(self, folder: str, digest: str, files: Mapping[str, str]) -> None:
        """Remember a pack: the names of its files and their digests."""
        self.made[folder] = digest, files

    def note(self) -> None:
        """For the next run, once the packs stand."""
        now = time.time_ns()
        packs = {
            folder: (digest, {name: (files[name], _settled(self.place / name, now)) for name in files})
            for folder, (digest, files) in self.made.items()
        }
        _write(_note(self.place, self.notes, _PACKS), {"code": self.code, "packs": packs})

    @property
    def _found(self) -> Mapping[str, tuple[str, Mapping[str, Noted]]]:
        if self._before is None:
            self._before = self._read()
        return self._before

    def _read(self) -> dict[str, tuple[str, Mapping[str, Noted]]]:
        try:
            note = json.loads(_note(self.place, self.notes, _PACKS).read_text(encoding="utf-8"))
            stands = note["code"] == self.code and not _leads_elsewhere(self.place)
            packs = note["packs"] if stands else {}
            return {folder: (digest, _noted(files)) for folder, (digest, files) in packs.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}


def _noted(files: Mapping[str, Any]) -> dict[str, Noted]:
    return {name: (str(digest), list(marks)) for name, (digest, marks) in files.items()}


def _left(path: Path, digest: str, marks: Sequence[int]) -> Left:
    """OSError for what is no file by itself: what is moved from one folder into another is no link to a third."""
    found = path.lstat()
    if not stat.S_ISREG(found.st_mode):
        raise OSError(path)
    return Left(found.st_size, digest) if _marks(found) == marks else deliver.left(path.read_bytes())


def _settled(path: Path, now: int) -> list[int]:
    """The marks of a file; none while it is so new that who writes it again may leave them as they are."""
    try:
        found = path.lstat()
    except OSError:
        return []
    return _marks(found) if max(found.st_mtime_ns, found.st_ctime_ns) < now - NEW else []


def _marks(found: os.stat_result) -> list[int]:
    """What tells that a file was written or replaced, even by one that is as long and as old."""
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def _leads_elsewhere(place: Path) -> bool:
    """Whether it, or the folder of the run, is a link."""
    folder = place.parent
    return place.resolve() != folder.parent.resolve() / folder.name / place.name


def _write(path: Path, note: Mapping[str, Any]) -> None:
    """Without the note the documents are made again."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(note, ensure_ascii=False), encoding="utf-8")
    except OSError:
        return


def _note(place: Path, notes: Path, kind: str = "") -> Path:
    return notes / f"{sha256(str(place.resolve()).encode()).hexdigest()[:32]}{kind}.json"
