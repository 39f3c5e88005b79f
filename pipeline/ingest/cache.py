"""What files gave before → the readings that need not be made again; deletable at any time, safe to read back.

A folder of packs holds what was read under the same definitions by the same code. The digest of names is never stored:
files that need it to tell records apart are read again.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from pipeline.ingest import alike, bundles, frames, packs
from pipeline.model import Definitions, Reading, Source

Read: TypeAlias = Callable[[Sequence[Source]], Sequence[Reading]]

MOST = 512 << 20
"""Bytes that all packs together may take."""
_MOST_PACKS = 16
"""More packs than these are made one."""
_TOUCHING = frozenset(("ledgers.toml", "indicators.toml", "参考数据.xlsx"))
"""The definitions that can change what a file gives."""
_LIBRARIES: Mapping[str, Sequence[str]] = {
    "ingest": ("charset-normalizer", "cn2an", "lxml", "python-calamine", "rapidfuzz"),
    "figures": ("numpy", "pandas"),
    "publish": ("docxtpl", "Jinja2", "lxml", "MarkupSafe", "openpyxl", "pyzipper", "XlsxWriter"),
}
"""By stage those that read inputs, or make numbers or bytes of outputs."""
_PACK = "*.pack"


def readings(
    sources: Sequence[Source],
    definitions: Definitions,
    read: Read,
    folder: Path | None,
    progress: Callable[[int], None] = lambda _: None,
) -> tuple[Reading, ...]:
    """The readings of all sources in their order; only those that `folder` does not hold are read, and kept there.

    `progress` hears how many were not read.
    """
    if folder is None:
        return tuple(read(sources))
    place = folder / "readings" / _fingerprint(definitions)
    with bundles.undisturbed():
        stored = dict(_stored(place))
    found = {source.name: stored[_key(source)] for source in sources if _key(source) in stored}
    fresh = [source for source in sources if source.name not in found]
    found |= _by_file(read(fresh)) if fresh else {}
    _keep(place, fresh, sources, found)
    again = _unsettled(sources, found, definitions)
    progress(len(sources) - len(fresh) - len(again))
    found |= _by_file(read(again)) if again else {}
    return tuple(found[source.name] for source in sources)


def _by_file(readings: Iterable[Reading]) -> dict[str, Reading]:
    return {reading.file: reading for reading in readings}


def _unsettled(sources: Sequence[Source], found: Mapping[str, Reading], definitions: Definitions) -> list[Source]:
    """Stored readings with records that only names may tell apart."""
    tables = [table for source in sources for table in found[source.name].tables]
    stored = {table.file for table in tables if "row" in table.columns and alike.NAMES not in table.columns}
    files = stored & frames.equal_but_for_names(tables, definitions) if stored else set()
    return [source for source in sources if source.name in files]


def _fingerprint(definitions: Definitions) -> str:
    touching = [each for each in definitions.digests if each[0] in _TOUCHING]
    return sha256(json.dumps([touching, code("definitions", "ingest")]).encode()).hexdigest()[:32]


@cache
def code(*stages: str) -> list[str]:
    """All that can change a byte: the modules of these stages and those above them, libraries, interpreter, machine."""
    from importlib.metadata import version

    package = Path(__file__).parents[1]
    folders = (package / folder for folder in ("model", *stages))
    inside = (path for folder in folders for path in folder.rglob("*") if path.suffix not in ("", ".pyc"))
    modules = [sha256(path.read_bytes()).hexdigest() for path in sorted([*package.glob("*.py"), *inside])]
    names = sorted({name for stage in stages for name in _LIBRARIES.get(stage, ())})
    libraries = [f"{name} {version(name)}" for name in names]
    return [*modules, *libraries, f"zlib {zlib.ZLIB_RUNTIME_VERSION}", sys.version, sys.byteorder]


def _key(source: Source) -> str:
    """The name counts: titles and units stand in it."""
    return f"{source.sha256}/{source.name}"


# --- packs -----------------------------------------------------------------------------------------------------------


def _stored(place: Path) -> Iterator[tuple[str, Reading]]:
    """All readings of a folder by their key; a pack that cannot be read holds none."""
    for path in _packs(place):
        try:
            keys, bundle = packs.unpacked(path.read_bytes())
            found = list(zip(keys, bundles.readings(bundle), strict=True))
        except (OSError, ValueError, TypeError, IndexError, KeyError):
            continue
        yield from found


def _packs(place: Path) -> list[Path]:
    """None where the folder cannot be listed."""
    try:
        return sorted(place.glob(_PACK))
    except OSError:
        return []


def _keep(place: Path, fresh: Sequence[Source], sources: Sequence[Source], found: Mapping[str, Reading]) -> None:
    """Store what was read; a cache that cannot be written is no trouble."""
    if not any(_lasts(found[source.name]) for source in fresh):
        return
    try:
        place.mkdir(parents=True, exist_ok=True)
        before = _packs(place)
        merged = len(before) >= _MOST_PACKS
        _write(place, {_key(source): found[source.name] for source in (sources if merged else fresh)})
        for path in before if merged else ():
            path.unlink(missing_ok=True)
        _evict(place)
    except OSError:
        return


def _lasts(reading: Reading) -> bool:
    """What a killed worker or a busy disk did to a file may not happen again."""
    return not any(finding.code in ("file-corrupt", "file-too-large") for finding in reading.findings)


def _write(place: Path, found: Mapping[str, Reading]) -> None:
    lasting = {key: reading for key, reading in found.items() if _lasts(reading)}
    name = sha256("\n".join(lasting).encode()).hexdigest()[:32]
    unfinished = place / f"{name}.{os.getpid()}.tmp"
    unfinished.write_bytes(packs.packed(list(lasting), bundles.bundle(lasting.values(), without=alike.NAMES)))
    unfinished.replace(place / f"{name}.pack")


def _evict(place: Path) -> None:
    """Folders of other definitions or other code go first, the oldest of them before all."""
    folders = [path for path in place.parent.iterdir() if path.is_dir()]
    oldest = sorted(folders, key=lambda path: (path == place, path.stat().st_mtime))
    sizes = {path: sum(each.stat().st_size for each in path.iterdir()) for path in folders}
    for path in oldest:
        if sum(sizes.values()) > MOST:
            shutil.rmtree(path, ignore_errors=True)
            del sizes[path]
