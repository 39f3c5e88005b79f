"""The zip package of a Word document: its members by role, the new parts a report needs, and packing with fixed dates."""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from zipfile import ZipFile

from lxml import etree

from pipeline import zips

_TYPES = "[Content_Types].xml"
_CORE = "docProps/core.xml"
_TYPES_NS = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATIONS_NS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.{}+xml"
_PROPERTIES_TYPE = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
_KEYWORDS = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}keywords"
_MAP_ID = "{5C1D6F0E-6B0B-5F7B-9A55-4C6544474552}"

_PROPERTIES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<ds:datastoreItem xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml" '
    f'ds:itemID="{_MAP_ID}"><ds:schemaRefs/></ds:datastoreItem>'
)
_MAP_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="{office}/customXmlProps" Target="itemProps{number}.xml"/></Relationships>'
)
_ANONYMOUS_CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties '
    'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)


@dataclass(frozen=True, slots=True, eq=False)
class Package:
    """The members of a .docx by name. `main` is the document part, `map` where the map of numbers will stand."""

    members: Mapping[str, bytes]
    main: str
    map: str
    comments: str
    keywords: Mapping[str, str]
    bases: Mapping[bool, bytes]
    """Zipped once: everything that stays as it is, for a report (False) and for a reviewed one (True)."""

    def of_type(self, kinds: Iterable[str]) -> tuple[str, ...]:
        """The members of these WordprocessingML types, in the package's order."""
        wanted = {_WORD_TYPE.format(kind) for kind in kinds}
        return tuple(name for name, kind in _types(self.members).items() if kind in wanted and name in self.members)

    def without(self, changing: Iterable[str]) -> Package:
        """The same package with everything but `changing` (and the parts of the numbers) zipped for `packed`."""
        gone = frozenset(changing)
        kept = {name: data for name, data in self.members.items() if name not in gone}
        return replace(
            self, bases={review: zipped(self._base(kept, review), level=zips.SMALL) for review in (False, True)}
        )

    def packed(self, parts: Mapping[str, bytes], *, review: bool = False) -> bytes:
        """The whole .docx: the kept members and `parts`."""
        return zipped(parts, self.bases[review])

    def _base(self, kept: Mapping[str, bytes], review: bool) -> dict[str, bytes]:
        number = re.sub(r"\D", "", self.map)
        base = {name: data for name, data in kept.items() if not (review and name == self.comments)}
        relations = _relations_of(self.main)
        base[_TYPES] = self._with_types(base[_TYPES], review)
        base[relations] = self._with_relations(base[relations], review)
        base[f"customXml/itemProps{number}.xml"] = _PROPERTIES.encode()
        base[f"customXml/_rels/item{number}.xml.rels"] = _MAP_RELATIONS.format(office=_OFFICE, number=number).encode()
        if _CORE in base:
            base[_CORE] = _ANONYMOUS_CORE.encode()
        return base

    def _with_types(self, data: bytes, review: bool) -> bytes:
        properties = re.sub(r"item(\d+)", r"itemProps\1", self.map)
        new = {self.map: "application/xml", properties: _PROPERTIES_TYPE} | (
            {self.comments: _WORD_TYPE.format("comments")} if review else {}
        )
        tree = etree.fromstring(data)
        for name in sorted(new.keys() - _types(self.members).keys()):
            etree.SubElement(tree, f"{_TYPES_NS}Override", PartName=f"/{name}", ContentType=new[name])
        return serialised(tree)

    def _with_relations(self, data: bytes, review: bool) -> bytes:
        tree = etree.fromstring(data)
        folder = posixpath.dirname(self.main)
        _relate(tree, "rIdNumbers", "customXml", posixpath.relpath(self.map, folder))
        if review and self.comments not in self.members:
            _relate(tree, "rIdReview", "comments", posixpath.relpath(self.comments, folder))
        return serialised(tree)


def read(data: bytes) -> Package:
    """KeyError, BadZipFile or XMLSyntaxError if it is no Word document."""
    with ZipFile(io.BytesIO(data)) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
    types = _types(members)
    main = next((name for name, kind in types.items() if kind == _WORD_TYPE.format("document.main")), "")
    members[main], members[_relations_of(main)]  # a KeyError is the caller's answer
    comments = next((name for name, kind in types.items() if kind == _WORD_TYPE.format("comments")), "")
    folder = main.rpartition("/")[0]
    return Package(members, main, _free_item(members), comments or f"{folder}/comments.xml", keywords(members), {})


def _types(members: Mapping[str, bytes]) -> dict[str, str]:
    overrides = etree.fromstring(members[_TYPES]).iter(f"{_TYPES_NS}Override")
    return {item.get("PartName", "").lstrip("/"): item.get("ContentType", "") for item in overrides}


def _free_item(members: Mapping[str, bytes]) -> str:
    numbers = (f"customXml/item{number}.xml" for number in range(1, len(members) + 2))
    return next(name for name in numbers if name not in members)


def keywords(members: Mapping[str, bytes]) -> dict[str, str]:
    """What the document property 标记 says, by key."""
    text = etree.fromstring(members[_CORE]).findtext(_KEYWORDS) if _CORE in members else ""
    pairs = (pair.partition("=") for pair in re.split(r"[;；,，]", (text or "").replace("＝", "=")))
    return {key.strip(): value.strip() for key, _, value in pairs if value.strip()}


def _relations_of(member: str) -> str:
    folder, _, name = member.rpartition("/")
    return f"{folder}/_rels/{name}.rels"


def _relate(tree: etree._Element, id: str, kind: str, target: str) -> None:
    etree.SubElement(tree, f"{_RELATIONS_NS}Relationship", Id=id, Type=f"{_OFFICE}/{kind}", Target=target)


def serialised(tree: etree._Element) -> bytes:
    """The XML of a part."""
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def zipped(members: Mapping[str, bytes], base: bytes = b"", level: int = zips.QUICK) -> bytes:
    """The members behind those of `base`."""
    return zips.archive({name: zips.packed(data, level) for name, data in members.items()}, base)
