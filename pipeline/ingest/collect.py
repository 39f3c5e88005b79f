"""The files below input/ → sources to read, members of zip archives among them, each content once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

from pipeline.errors import system
from pipeline.ingest import package
from pipeline.ingest.limits import MIB, UnreadableError, too_large
from pipeline.model import Finding, Origin, Severity, Source

HISTORY = "往期"
"""The folder of signed-off figures, which are no ledgers."""
_PASSED_OVER = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
_MAX_ARCHIVE = 256 * MIB
_ZIP = b"PK\3\4"
_PIECE = 256 << 10
_UNLISTED = "这是文件夹，没有权限打开，不知道里面有什么"


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
    for name, path in _files(folder, findings):
        try:
            found.extend(_sources(name, path, findings))
        except UnreadableError as trouble:
            findings.append(_error(name, trouble))
        except OSError as trouble:
            findings.append(_error(name, UnreadableError("file-corrupt", system(trouble))))
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


def _files(folder: Path, findings: list[Finding]) -> Iterator[tuple[str, Path]]:
    """The name below `folder` and the path of every file whose place is below it, too, when links are followed.

    A folder that cannot be listed has a finding: nobody knows what stands in it.
    """
    root = folder.resolve()
    start = len(f"{str(root).rstrip(os.sep)}{os.sep}")
    folders = [str(root)]
    while folders:
        place = folders.pop()
        try:
            entries = _entries(place)
        except OSError as trouble:
            unlisted = _readable(place[start:].replace(os.sep, "/"))
            values = (("why", system(trouble)), ("found", _UNLISTED))
            findings.append(Finding("file-corrupt", Severity.ERROR, Origin(unlisted), values=values))
            continue
        for entry in entries:
            name = entry.path[start:].replace(os.sep, "/")
            if _passed_over(entry.name):
                continue
            if _is_folder(entry):
                if name != HISTORY and not entry.is_symlink() and _is_below(entry, root):
                    folders.append(entry.path)
            elif not entry.is_symlink() or _is_below(entry, root):
                yield _readable(name), Path(entry.path)


def _entries(folder: str) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return list(entries)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_below(entry: os.DirEntry[str], root: Path) -> bool:
    return Path(os.path.realpath(entry)).is_relative_to(root)


def _passed_over(name: str) -> bool:
    return name.startswith(("~$", ".")) or name.lower() in _PASSED_OVER


def _readable(name: str) -> str:
    """File names that are not UTF-8 where the system's are, as unpacked by old tools, are GBK."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", "replace")
    return name


def _sources(name: str, path: Path, findings: list[Finding]) -> Iterator[Source]:
    """The file, or what stands in it if it is an archive."""
    with path.open("rb", buffering=0) as file:
        piece = file.read(_PIECE)
        if archive := _archive(path, piece):
            yield from _members(name, path, archive, findings)
            return
        digest, size = hashlib.sha256(), 0
        while piece:
            digest.update(piece)
            size += len(piece)
            piece = file.read(_PIECE)
    yield Source(name, path, digest.hexdigest(), size)


def _archive(path: Path, begin: bytes) -> package.Package | None:
    """The archive at `path`, if it is one and no office document; `begin` is how the file begins."""
    if not begin.startswith(_ZIP):
        return None
    is_named_zip = path.suffix.lower() == ".zip"
    if not is_named_zip and _tells_document(package.first_name(begin)):
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
    return None if any(map(_tells_document, archive.members)) else archive


def _mapped(path: Path) -> mmap:
    """The file without reading all of it: members are taken out of an archive one at a time."""
    with path.open("rb") as file:
        return mmap(file.fileno(), 0, access=ACCESS_READ)


def _tells_document(member: str) -> bool:
    """Whether only an office document has a member of this name."""
    return member in ("[Content_Types].xml", "mimetype") or member.startswith("xl/")


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
