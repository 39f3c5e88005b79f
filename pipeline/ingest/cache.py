"""What files gave before → the readings that need not be made again; deletable at any time, safe to read back.

A pack is an Arrow file of entries: key, the reading as JSON, its columns of numbers as bytes. A folder of packs holds
what was read under the same definitions by the same code. The digest of names is never stored: files that need it to
tell records apart are read again.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa

from pipeline.ingest import alike, frames
from pipeline.model import Columns, Definitions, Finding, Origin, Reading, Severity, Source, Table
from pipeline.period import Period

Read: TypeAlias = Callable[[Sequence[Source]], Sequence[Reading]]

MOST = 512 << 20
"""Bytes that all packs together may take."""
_MOST_PACKS = 16
"""More packs than these are made one."""
_TOUCHING = frozenset(("ledgers.toml", "indicators.toml", "参考数据.xlsx"))
"""The definitions that can change what a file gives."""
_LIBRARIES = ("python-calamine", "charset-normalizer", "lxml", "rapidfuzz", "cn2an")
_SCHEMA = pa.schema([("key", pa.string()), ("reading", pa.string()), ("numbers", pa.binary())])


@dataclass(frozen=True, slots=True)
class _Entry:
    key: str
    reading: str
    numbers: bytes


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
    stored = dict(_stored(place))
    found = {source.name: reading for source in sources if (reading := _restored(source, stored))}
    fresh = [source for source in sources if source.name not in found]
    found |= _by_file(read(fresh)) if fresh else {}
    _keep(place, fresh, found, {_key(source): stored.get(_key(source)) for source in sources})
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
    package = Path(__file__).parents[1]
    inside = (path for stage in stages for path in (package / stage).rglob("*") if path.suffix not in ("", ".pyc"))
    modules = sorted([*package.glob("*.py"), *inside])
    libraries = [f"{name} {version(name)}" for name in _LIBRARIES]
    return [*(sha256(path.read_bytes()).hexdigest() for path in modules), *libraries, sys.version, sys.byteorder]


def _key(source: Source) -> str:
    """The name counts: titles and units stand in it."""
    return f"{source.sha256}/{source.name}"


# --- packs -----------------------------------------------------------------------------------------------------------


def _stored(place: Path) -> Iterator[tuple[str, _Entry]]:
    """All entries of a folder; a pack that cannot be read is none."""
    for path in sorted(place.glob("*.arrow")):
        try:
            with pa.OSFile(str(path)) as file, pa.ipc.open_file(file) as pack:
                columns = pack.read_all().to_pydict()
            entries = [_Entry(*entry) for entry in zip(*(columns[name] for name in _SCHEMA.names), strict=True)]
        except (OSError, pa.ArrowException, KeyError, ValueError):
            continue
        yield from ((entry.key, entry) for entry in entries)


def _keep(
    place: Path, fresh: Sequence[Source], found: Mapping[str, Reading], known: Mapping[str, _Entry | None]
) -> None:
    """Store what was read; a cache that cannot be written is no trouble."""
    entries = [_Entry(_key(source), *_written(found[source.name])) for source in fresh if _lasts(found[source.name])]
    if not entries:
        return
    try:
        place.mkdir(parents=True, exist_ok=True)
        before = list(place.glob("*.arrow"))
        merged = [entry for entry in known.values() if entry] if len(before) >= _MOST_PACKS else []
        _write(place, [*merged, *entries])
        for path in before if merged else ():
            path.unlink(missing_ok=True)
        _evict(place)
    except OSError:
        return


def _lasts(reading: Reading) -> bool:
    """What a killed worker or a busy disk did to a file may not happen again."""
    return not any(finding.code in ("file-corrupt", "file-too-large") for finding in reading.findings)


def _write(place: Path, entries: Sequence[_Entry]) -> None:
    columns = [[getattr(entry, name) for entry in entries] for name in _SCHEMA.names]
    name = sha256("\n".join(entry.key for entry in entries).encode()).hexdigest()[:32]
    unfinished = place / f"{name}.{os.getpid()}.tmp"
    with pa.OSFile(str(unfinished), "wb") as file, pa.ipc.new_file(file, _SCHEMA) as pack:
        pack.write_table(pa.table(columns, schema=_SCHEMA))
    unfinished.replace(place / f"{name}.arrow")


def _evict(place: Path) -> None:
    """Folders of other definitions or other code go first, the oldest of them before all."""
    folders = [path for path in place.parent.iterdir() if path.is_dir()]
    oldest = sorted(folders, key=lambda path: (path == place, path.stat().st_mtime))
    sizes = {path: sum(each.stat().st_size for each in path.iterdir()) for path in folders}
    for path in oldest:
        if sum(sizes.values()) > MOST:
            shutil.rmtree(path, ignore_errors=True)
            del sizes[path]


# --- one reading -----------------------------------------------------------------------------------------------------


def _written(reading: Reading) -> tuple[str, bytes]:
    numbers: list[bytes] = []
    return json.dumps(_as_json(reading, numbers), ensure_ascii=False, separators=(",", ":")), b"".join(numbers)


def _as_json(reading: Reading, numbers: list[bytes]) -> list[Any]:
    modified = reading.modified.isoformat() if reading.modified else None
    tables = [_table_json(table, numbers) for table in reading.tables]
    return [
        reading.file,
        tables,
        reading.unread,
        findings_json(reading.findings),
        modified,
        reading.units,
        reading.applied,
    ]


def _table_json(table: Table, numbers: list[bytes]) -> list[Any]:
    period = [str(table.period.start), str(table.period.end)] if table.period else None
    columns: dict[str, Any] = {}
    for name, column in table.columns.items():
        if isinstance(column, list):
            columns[name] = column
        elif name != alike.NAMES:
            columns[name] = [column.typecode, len(column)]
            numbers.append(column.tobytes())
    kept = [table.file, table.sheet, table.ledger, table.read, columns, table.unit, table.named, period]
    return [*kept, table.rejected, table.crosstab]


def findings_json(findings: Iterable[Finding]) -> list[Any]:
    return [_finding_json(finding) for finding in findings]


def _finding_json(finding: Finding) -> list[Any]:
    origin = finding.origin
    place = [origin.file, origin.sheet, origin.row, origin.column]
    return [finding.code, finding.severity.value, place, finding.unit, finding.ledger, finding.field, finding.values]


def findings(kept: Iterable[list[Any]]) -> tuple[Finding, ...]:
    """Those that `findings_json` wrote."""
    return tuple(map(_finding, kept))


def _restored(source: Source, stored: Mapping[str, _Entry]) -> Reading | None:
    """The reading that was kept of a source; None if there is none, or it is damaged."""
    entry = stored.get(_key(source))
    try:
        return _reading(json.loads(entry.reading), memoryview(entry.numbers)) if entry else None
    except (ValueError, TypeError, IndexError, KeyError):
        return None


def _reading(kept: list[Any], numbers: memoryview) -> Reading:
    file, tables, unread, told, modified, units, applied = kept
    made = []
    for table in tables:
        columns, numbers = _columns(table[4], numbers)
        made.append(_table(table, columns))
    when = datetime.fromisoformat(modified) if modified else None
    return Reading(file, tuple(made), _tuples(unread), findings(told), when, tuple(units), tuple(applied))


def _columns(kept: Mapping[str, Any], numbers: memoryview) -> tuple[Columns, memoryview]:
    columns: dict[str, array[int] | list[str]] = {}
    for name, column in kept.items():
        if len(column) == 2 and isinstance(column[1], int):
            found = array(column[0])
            size = column[1] * found.itemsize
            found.frombytes(numbers[:size])
            numbers = numbers[size:]
            columns[name] = found
        else:
            columns[name] = column
    return columns, numbers


def _table(kept: list[Any], columns: Columns) -> Table:
    file, sheet, ledger, read, _, unit, named, period, rejected, crosstab = kept
    span = Period(*map(date.fromisoformat, period)) if period else None
    return Table(file, sheet, ledger, read, columns, unit, tuple(named), span, _tuples(rejected), crosstab)


def _finding(kept: list[Any]) -> Finding:
    code, severity, place, unit, ledger, field, values = kept
    return Finding(code, Severity(severity), Origin(*place), unit, ledger, field, _tuples(values))


def _tuples(rows: Iterable[Sequence[Any]]) -> tuple[Any, ...]:
    return tuple(tuple(row) for row in rows)
