"""Office Open XML workbooks: package → sheets with their marks, and bytes that are safe to read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from html import unescape

from pipeline.ingest import biff, worksheet
from pipeline.ingest.limits import MAX_SHEETS, MAX_STRINGS, MAX_TEXT, MIB, UnreadableError, too_large
from pipeline.ingest.marks import Marks
from pipeline.ingest.package import Package

_PARTS = 16 * MIB
"""Workbook, styles and properties are far smaller than this."""
_ATTRIBUTE = re.compile(rb"""([\w:]{1,64})\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^<>]*)>")
_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\s([^<>]*)>")
_DATE_1904 = re.compile(rb"""\bdate1904\s*=\s*["'](?:1|true)["']""")
_NEVER_CALCULATED = re.compile(rb"""\bfullCalcOnLoad\s*=\s*["'](?:1|true)["']""")
_MODIFIED = re.compile(rb"<dcterms:modified[^<>]*>([^<]+)<")


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook as stored; `marks` in the order of its sheets, `data` is what may be given to the reader."""

    data: bytes
    marks: tuple[Marks, ...]
    date_1904: bool
    modified: datetime | None


def xlsx(package: Package) -> Workbook:
    """UnreadableError if a part is missing, broken or too large; a sheet that is spread too far is written anew."""
    book = package.read("xl/workbook.xml", _PARTS)
    never_calculated = bool(_NEVER_CALCULATED.search(book))
    ids = [_relation(_attributes(match[1])) for match in _SHEET.finditer(book)]
    looked_at = partial(worksheet.looked_at, never_calculated=never_calculated)
    return _workbook(package, "xml", ids, looked_at, date_1904=bool(_DATE_1904.search(book)))


def xlsb(package: Package) -> Workbook:
    """As `xlsx`, for the binary parts of .xlsb."""
    ids, date_1904 = biff.xlsb_sheets(package.read("xl/workbook.bin", _PARTS))
    return _workbook(package, "bin", ids, biff.xlsb, date_1904=date_1904)


def _workbook(
    package: Package, kind: str, ids: list[bytes], looked_at: Callable[[bytes], tuple[Marks, bytes]], *, date_1904: bool
) -> Workbook:
    for name in ("xl/sharedStrings", "xl/styles"):
        package.check(f"{name}.{kind}", MAX_STRINGS)
    if len(ids) > MAX_SHEETS:
        raise too_large("sheets", len(ids), MAX_SHEETS)
    parts = _relations(package, f"xl/_rels/workbook.{kind}.rels")
    marks: list[Marks] = []
    replaced: dict[str, bytes] = {}
    size = 0
    for id in ids:
        part = parts.get(id)
        if not part:
            raise UnreadableError("file-corrupt", "a sheet is missing")
        stored = package.read(part) if "worksheets/" in part else b""
        found, safe = looked_at(stored) if stored else (Marks(), stored)
        marks.append(found)
        if safe is not stored:
            replaced[part] = safe
        size += len(safe)
        if size > MAX_TEXT:
            raise too_large("sheets", size, MAX_TEXT)
    data = package.replaced(replaced) if replaced else bytes(package.data)
    return Workbook(data, tuple(marks), date_1904, _modified(package))


def _relations(package: Package, name: str) -> Mapping[bytes, str]:
    """Id → member of the package."""
    members = {member.lower(): member for member in package.members}
    targets = {}
    for match in _RELATIONSHIP.finditer(package.read(name, _PARTS)):
        given = _attributes(match[1])
        target = given.get(b"Target", b"").decode("utf-8", "replace").removeprefix("/")
        full = target if target.lower().startswith("xl/") else f"xl/{target}"
        targets[given.get(b"Id", b"")] = members.get(full.lower(), "")
    return targets


def _attributes(text: bytes) -> dict[bytes, bytes]:
    return {match[1]: match[2] if match[2] is not None else match[3] for match in _ATTRIBUTE.finditer(text)}


def _modified(package: Package) -> datetime | None:
    """When the document says it was last saved, in UTC."""
    if "docProps/core.xml" not in package:
        return None
    match = _MODIFIED.search(package.read("docProps/core.xml", _PARTS))
    try:
        return datetime.fromisoformat(unescape(match[1].decode()).strip()).replace(tzinfo=None) if match else None
    except ValueError:
        return None


def _relation(given: Mapping[bytes, bytes]) -> bytes:
    return next((value for key, value in given.items() if key.endswith(b":id")), b"")
