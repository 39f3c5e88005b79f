"""The package of an .xlsx or .xlsm, taken as hostile: its parts, their relationships and types, and packing it again.

A part that nobody edits goes back packed as it came.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zlib
from collections.abc import Iterator, Mapping
from zipfile import BadZipFile, ZipFile

from lxml import etree

from pipeline import zips
from pipeline.publish import office
from pipeline.publish.office import OFFICE, RELATIONS, TYPES, Element, P, T, relations_of, serialised
from pipeline.zips import Packed

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
M, R = f"{{{MAIN}}}", f"{{{OFFICE}}}"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.{}+xml"

MAX_INFLATED = 96 << 20
"""Marking holds a large sheet several times in memory; this keeps a process below 512 MiB."""
MAX_MEMBERS = 5000

_EMPTY_RELATIONS = f'<Relationships xmlns="{RELATIONS}"/>'.encode()
_BROKEN = (BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError, LookupError)
"""What zipfile raises for archives that are broken, encrypted or packed in ways it does not know."""


_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
)


class UnmarkableError(Exception):
    """This package cannot be marked; why, in English, for the developer."""


def parsed(data: bytes) -> Element:
    """The root of a part; no entities, no network, no huge trees, no document type, no comments."""
    try:
        root = etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError as failure:
        raise UnmarkableError(str(failure)) from failure
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnmarkableError("document type declaration")
    return root


class Package:
    """The parts by name; `main` is the workbook part. Edited in place, then `packed`."""

    def __init__(self, came: Mapping[str, Packed]) -> None:
        self._members = {name: member.content() for name, member in came.items()}
        self._untouched = dict(came)
        self._trees: dict[str, Element] = {}
        self._edited: set[str] = set()
        self.main = next(iter(self.of_kind("", "officeDocument")), "")

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._members))

    def read(self, name: str) -> bytes:
        if name not in self._members:
            raise UnmarkableError(f"no part {name}")
        return self._members[name]

    def tree(self, name: str) -> Element:
        """To look at; what is changed in it is packed only if `edit` was asked for."""
        if name not in self._trees:
            self._trees[name] = parsed(self.read(name))
        return self._trees[name]

    def edit(self, name: str) -> Element:
        self._edited.add(name)
        self._untouched.pop(name, None)
        return self.tree(name)

    def put(self, name: str, data: bytes, type: str = "") -> None:
        """Set a part's bytes; `type` is needed for a new part whose extension says nothing."""
        self._members[name] = data
        self._untouched.pop(name, None)
        self._trees.pop(name, None)
        self._edited.discard(name)
        if type:
            self.set_type(name, type)

    def free(self, pattern: str) -> str:
        """The first name of the pattern that no part has: ``xl/comments{}.xml``."""
        names = (pattern.format(number) for number in range(1, len(self._members) + 2))
        return next(name for name in names if name not in self._members)

    # --- relationships

    def relations(self, owner: str, kind: str = "") -> list[Element]:
        """The relationships of a part (``""``: of the package) of the kind that ends their type's address."""
        name = relations_of(owner)
        if name not in self._members:
            return []
        found = self.tree(name).iterchildren(f"{P}Relationship")
        return [relation for relation in found if not kind or kind_of(relation) == kind]

    def of_kind(self, owner: str, kind: str) -> list[str]:
        """The parts that `owner` relates to in this way."""
        return [self.target(owner, relation) for relation in self.relations(owner, kind)]

    def related(self, owner: str, id: str) -> str:
        for relation in self.relations(owner):
            if relation.get("Id") == id:
                return self.target(owner, relation)
        raise UnmarkableError(f"no relationship {id} of {owner}")

    def target(self, owner: str, relation: Element) -> str:
        folder = posixpath.dirname(f"/{owner}")
        return posixpath.normpath(posixpath.join(folder, relation.get("Target", ""))).lstrip("/")

    def relate(self, owner: str, kind: str, target: str) -> str:
        """A new relationship to the part `target`; its id."""
        name = relations_of(owner)
        if name not in self:
            self.put(name, _EMPTY_RELATIONS)
        taken = {relation.get("Id") for relation in self.relations(owner)}
        id = next(id for number in range(1, len(taken) + 2) if (id := f"rIdReturn{number}") not in taken)
        office.relate(self.edit(name), id, kind, f"/{target}")
        return id

    def unrelate(self, owner: str, kinds: frozenset[str]) -> set[str]:
        """Remove the relationships of these kinds; which kinds there were."""
        found = [relation for relation in self.relations(owner) if kind_of(relation) in kinds]
        for relation in found:
            self.edit(relations_of(owner)).remove(relation)
        return {kind_of(relation) for relation in found}

    # --- types

    def type(self, name: str) -> str:
        types = self.tree(TYPES)
        extension = name.rpartition(".")[2].lower()
        for item in types.iter(f"{T}Override"):
            if item.get("PartName") == f"/{name}":
                return item.get("ContentType", "")
        defaults = (item for item in types.iter(f"{T}Default") if item.get("Extension", "").lower() == extension)
        return next((item.get("ContentType", "") for item in defaults), "")

    def set_type(self, name: str, type: str) -> None:
        types = self.edit(TYPES)
        for item in types.findall(f"{T}Override"):
            if item.get("PartName") == f"/{name}":
                types.remove(item)
        office.declare(types, name, type)

    # --- packing

    def sweep(self) -> None:
        """Drop the parts that no relationship leads to, and what the package says of them."""
        kept = self._reachable()
        self._members = {name: data for name, data in self._members.items() if name in kept}
        types = self.tree(TYPES)
        for item in types.findall(f"{T}Override"):
            if item.get("PartName", "").lstrip("/") not in kept:
                self.edit(TYPES).remove(item)

    def packed(self) -> bytes:
        names = sorted(self._members, key=lambda name: name != TYPES)
        return zips.archive({name: self._untouched.get(name) or self._packed(name) for name in names})

    def _packed(self, name: str) -> Packed:
        return zips.packed(serialised(self._trees[name]) if name in self._edited else self._members[name])

    def _reachable(self) -> set[str]:
        kept, waiting = {TYPES, relations_of("")}, [""]
        while waiting:
            owner = waiting.pop()
            for relation in self.relations(owner):
                target = self.target(owner, relation)
                if target in self and target not in kept and relation.get("TargetMode") != "External":
                    kept |= {target, relations_of(target)}
                    waiting.append(target)
        return kept


def opened(data: bytes) -> Package:
    """The package; UnmarkableError if it is none, is broken, too large, or no workbook in the usual XML."""
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            if len(infos) > MAX_MEMBERS or sum(info.file_size for info in infos) > MAX_INFLATED:
                raise UnmarkableError("too large")
        package = Package({info.filename.replace("\\", "/"): zips.member(data, info) for info in infos})
    except _BROKEN as failure:
        raise UnmarkableError(str(failure)) from failure
    if package.tree(package.main).tag != f"{M}workbook":
        raise UnmarkableError("no workbook in transitional XML")
    return package


def kind_of(relation: Element) -> str:
    return relation.get("Type", "").rpartition("/")[2]
