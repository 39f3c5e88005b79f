"""Documents that stand already: whether a run would write the very bytes that its folder holds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"


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
        whole = found.keys() == outputs.keys() and all(_digest(found[name]) == outputs[name] for name in found)
        return Standing(tuple(outputs), note["said"]) if whole else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def note(place: Path, notes: Path, state: str, said: list[Any]) -> None:
    """Remember what stands in `place` and under which state it was made; without the note it is made again."""
    try:
        manifest = sha256((place / MANIFEST).read_bytes()).hexdigest()
        notes.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"state": state, "manifest": manifest, "said": said}, ensure_ascii=False)
        _note(place, notes).write_text(text, encoding="utf-8")
    except OSError:
        return


def _note(place: Path, notes: Path) -> Path:
    return notes / f"{sha256(str(place.resolve()).encode()).hexdigest()[:32]}.json"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
