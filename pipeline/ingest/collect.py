"""The files below input/ → sources to read, members of zip archives among them, each content once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

from pipeline.ingest import package
from pipeline.ingest.limits import MIB, UnreadableError, too_large
from pipeline.model import Finding, Origin, Severity, Source

HISTORY = "往期"
"""The folder of signed-off figures, which are no ledgers."""
_PASSED_OVER = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
_MAX_ARCHIVE = 256 * MIB
_ZIP = b"PK\3\4"
_LOCAL_HEADER = 30
"""Bytes before the name of a member of a zip archive."""
_MARKS = ("[Content_Types].xml", "mimetype")
"""Members that every office document has."""
_LONGEST_MARK = max(map(len, _MARKS))


@dataclass(frozen=True, slots=True)
class Collected:
    """Sources sorted by name; `duplicates` are sources of the same bytes as an earlier one, with its name."""

    sources: tuple[Source, ...]
    duplicates: tuple[tuple[Source, str], ...] = ()
    findings: tuple[Finding, ...] = ()


def collect(folder: Path) -> Collected:
    """Every file that a clerk put below `folder`; one that cannot be opened costs itself only."""
    findings: list[Finding] = []
    found: list[Source] = []
    for name, path in _files(folder):
        try:
            archive = _archive(path)
            if archive:
                found.extend(_members(name, path, archive, findings))
            else:
                found.append(_file(name, path))
        except UnreadableError as trouble:
            findings.append(_error(name, trouble))
        except OSError as trouble:
            findings.append(_error(name, UnreadableError("file-corrupt", trouble.strerror or "")))
    sources, duplicates = _each_once(sorted(found, key=lambda source: source.name))
    findings.extend(
        Finding("file-duplicate", Severity.WARNING, Origin(source.name), values=(("other", first),))
        for source, first in duplicates
    )
    return Collected(sources, duplicates, tuple(sorted(findings, key=lambda finding: finding.origin.file)))


def content(source: Source) -> bytes:
    """The bytes of a source; OSError or UnreadableError if they cannot be had."""
    if not source.member:
        return source.path.read_bytes()
    archive = package.opened(_mapped(source.path))
    if source.member not in archive:
        raise UnreadableError("file-corrupt", source.member)
    return archive.read(source.member)


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    root = folder.resolve()
    for place, folders, files in os.walk(root):
        folders[:] = [
            name for name in folders if not _passed_over(name) and not (name == HISTORY and Path(place) == root)
        ]
        below = Path(place).relative_to(root)
        if not _inside(root / below, root):
            continue
        for file in files:
            path = root / below / file
            if not _passed_over(file) and (not path.is_symlink() or _inside(path, root)):
                yield _readable((below / file).as_posix()), path


def _inside(path: Path, root: Path) -> bool:
    return path.resolve().is_relative_to(root)


def _passed_over(name: str) -> bool:
    return name.startswith(("~$", ".")) or name.lower() in _PASSED_OVER


def _readable(name: str) -> str:
    """File names that are not UTF-8 where the system's are, as unpacked by old tools, are GBK."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", "replace")
    return name


def _file(name: str, path: Path) -> Source:
    with path.open("rb") as file:
        return Source(name, path, hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)


def _archive(path: Path) -> package.Package | None:
    """The archive at `path`, if it is one and no office document."""
    with path.open("rb") as file:
        start = file.read(_LOCAL_HEADER + _LONGEST_MARK)
    is_named_zip = path.suffix.lower() == ".zip"
    if not start.startswith(_ZIP) or (not is_named_zip and _begins_document(start)):
        return None
    size = path.stat().st_size
    if size > _MAX_ARCHIVE:
        if is_named_zip:
            raise too_large("archive", size, _MAX_ARCHIVE)
        return None
    try:
        archive = package.opened(_mapped(path))
    except UnreadableError:
        if is_named_zip:
            raise
        return None
    return None if _is_document(archive) else archive


def _mapped(path: Path) -> mmap:
    """The file without reading all of it: members are taken out of an archive one at a time."""
    with path.open("rb") as file:
        return mmap(file.fileno(), 0, access=ACCESS_READ)


def _begins_document(start: bytes) -> bool:
    """Whether the first member says what the file is: then its directory need not be looked through."""
    length = int.from_bytes(start[_LOCAL_HEADER - 4 : _LOCAL_HEADER - 2], "little")
    return start[_LOCAL_HEADER : _LOCAL_HEADER + length] in (mark.encode() for mark in _MARKS)


def _is_document(archive: package.Package) -> bool:
    return any(name in _MARKS or name.startswith("xl/") for name in archive.members)


def _members(name: str, path: Path, archive: package.Package, findings: list[Finding]) -> Iterator[Source]:
    for member in archive.members:
        parts = [part for part in member.split("/") if part not in ("", ".", "..")]
        if member.endswith("/") or any(map(_passed_over, parts)):
            continue
        full = "/".join((name, *parts))
        try:
            data = _member(archive, member)
        except UnreadableError as trouble:
            findings.append(_error(full, trouble))
        else:
            yield Source(full, path, hashlib.sha256(data).hexdigest(), len(data), member)


def _member(archive: package.Package, name: str) -> bytes:
    data = archive.read(name)
    if data.startswith(_ZIP) and name.lower().endswith(".zip"):
        raise UnreadableError("file-unsupported", "archive in an archive")
    return data


def _each_once(found: list[Source]) -> tuple[tuple[Source, ...], tuple[tuple[Source, str], ...]]:
    first: dict[str, Source] = {}
    for source in found:
        first.setdefault(source.sha256, source)
    duplicates = ((source, first[source.sha256].name) for source in found if first[source.sha256] is not source)
    return tuple(first.values()), tuple(duplicates)


def _error(file: str, trouble: UnreadableError) -> Finding:
    return Finding(trouble.code, Severity.ERROR, Origin(file), values=(("why", trouble.why),))
