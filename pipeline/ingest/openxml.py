"""Office Open XML workbooks: package → sheets with their marks, and bytes that are safe to read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from html import unescape

from pipeline.ingest import biff, worksheet
from pipeline.ingest.limits import MAX_SHEETS, MAX_STRINGS, MAX_TEXT, MIB, UnreadableError, too_large
from pipeline.ingest.marks import Marks
from pipeline.ingest.package import Package, content, headed
from pipeline.zips import Packed, archive, stored

_PARTS = 16 * MIB
"""Workbook, styles and properties are far smaller than this."""
_SMALL = 64 << 10
"""A sheet up to this size is handed on as it was inflated, which saves inflating it again."""
_ATTRIBUTE = re.compile(rb"""([\w:]{1,64})\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^<>]*)>")
_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\s([^<>]*)>")
_RELATED = b'<Relationship Id="%b" Type="%b" Target="%b"/>'
_MAIN = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
"""The type of a package's relation to its workbook."""
_DATE_1904 = re.compile(rb"""date1904\s*=\s*["'](?:1|true)["']""")
_NEVER_CALCULATED = re.compile(rb"""fullCalcOnLoad\s*=\s*["'](?:1|true)["']""")
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
    ids = [_relation(_attributes(match[1])) for match in _SHEET.finditer(book)]
    never_calculated = bool(_NEVER_CALCULATED.search(book))
    looked_at = partial(_xml_sheet, never_calculated=never_calculated)
    return _workbook(package, "xml", ids, looked_at, date_1904=bool(_DATE_1904.search(book)))


def xlsb(package: Package) -> Workbook:
    """As `xlsx`, for the binary parts of .xlsb."""
    ids, date_1904 = biff.xlsb_sheets(package.read("xl/workbook.bin", _PARTS))
    return _workbook(package, "bin", ids, _binary_sheet, date_1904=date_1904)


def _workbook(
    package: Package,
    kind: str,
    ids: list[bytes],
    looked_at: Callable[[Packed], tuple[Marks, Packed]],
    *,
    date_1904: bool,
) -> Workbook:
    """The workbook in a package of its own, in which the reader finds no sheet but those that were looked at."""
    if len(ids) > MAX_SHEETS:
        raise too_large("sheets", len(ids), MAX_SHEETS)
    relations = f"xl/_rels/workbook.{kind}.rels"
    sheets = _sheets(package, relations, ids)
    parts = _shared(package, kind)
    marks: list[Marks] = []
    size = 0
    for _, _, part in sheets:
        found = Marks()
        if "worksheets/" in part:
            found, parts[part] = looked_at(package.packed(part))
            size += parts[part].size
        marks.append(found)
        if size > MAX_TEXT:
            raise too_large("sheets", size, MAX_TEXT)
    parts[relations] = stored(_related((id, type_, part[len("xl/") :]) for id, type_, part in dict.fromkeys(sheets)))
    parts["_rels/.rels"] = stored(_related([(b"rId1", _MAIN, f"xl/workbook.{kind}")]))
    return Workbook(archive(parts), tuple(marks), date_1904, _modified(package))


def _sheets(package: Package, relations: str, ids: list[bytes]) -> list[tuple[bytes, bytes, str]]:
    """The relation of every sheet: its id, its type and the member it leads to."""
    given = (_attributes(match[1]) for match in _RELATIONSHIP.finditer(package.read(relations, _PARTS)))
    by_id = {relation.get(b"Id", b""): relation for relation in given}
    sheets = []
    for id in ids:
        relation = by_id.get(id, {})
        target = relation.get(b"Target", b"").decode("utf-8", "replace").removeprefix("/")
        part = package.name(target if target.lower().startswith("xl/") else f"xl/{target}")
        if not part:
            raise UnreadableError("file-corrupt", "a sheet is missing")
        sheets.append((id, relation.get(b"Type", b""), part))
    return sheets


def _shared(package: Package, kind: str) -> dict[str, Packed]:
    """The parts that the sheets of a workbook share."""
    shared = {}
    for name in (f"xl/workbook.{kind}", f"xl/sharedStrings.{kind}", f"xl/styles.{kind}"):
        if part := package.name(name):
            package.check(part, MAX_STRINGS)
            shared[name] = package.packed(part)
    return shared


def _xml_sheet(member: Packed, *, never_calculated: bool) -> tuple[Marks, Packed]:
    xml = content(member)
    marks, safe = worksheet.looked_at(xml, never_calculated=never_calculated)
    if safe is xml and len(xml) > _SMALL:
        return marks, headed(member, worksheet.HEAD, xml)
    return marks, stored(worksheet.HEAD + safe)


def _binary_sheet(member: Packed) -> tuple[Marks, Packed]:
    part = content(member)
    marks, safe = biff.xlsb(part)
    return marks, member if safe is part else stored(safe)


def _related(relations: Iterable[tuple[bytes, bytes, str]]) -> bytes:
    """The XML of relations: id, type and target."""
    related = (_RELATED % (id, type_, target.encode()) for id, type_, target in relations)
    return b"<Relationships>%b</Relationships>" % b"".join(related)


def _attributes(text: bytes) -> dict[bytes, bytes]:
    return {name: value or other for name, value, other in _ATTRIBUTE.findall(text)}


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
