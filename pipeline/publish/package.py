"""The package of a Word document: its members by role, the new parts a report needs, and packing with fixed dates."""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from zipfile import ZipFile

from lxml import etree

from pipeline import zips
from pipeline.publish import office
from pipeline.publish.office import CORE, OFFICE, TYPES, T, serialised, zipped

_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.{}+xml"
_PROPERTIES_TYPE = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
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
        relations = office.relations_of(self.main)
        base[TYPES] = self._with_types(base[TYPES], review)
        base[relations] = self._with_relations(base[relations], review)
        base[f"customXml/itemProps{number}.xml"] = _PROPERTIES.encode()
        base[f"customXml/_rels/item{number}.xml.rels"] = _MAP_RELATIONS.format(office=OFFICE, number=number).encode()
        if CORE in base:
            base[CORE] = _ANONYMOUS_CORE.encode()
        return base

    def _with_types(self, data: bytes, review: bool) -> bytes:
        properties = re.sub(r"item(\d+)", r"itemProps\1", self.map)
        new = {self.map: "application/xml", properties: _PROPERTIES_TYPE} | (
            {self.comments: _WORD_TYPE.format("comments")} if review else {}
        )
        tree = etree.fromstring(data)
        for name in sorted(new.keys() - _types(self.members).keys()):
            office.declare(tree, name, new[name])
        return serialised(tree)

    def _with_relations(self, data: bytes, review: bool) -> bytes:
        tree = etree.fromstring(data)
        folder = posixpath.dirname(self.main)
        office.relate(tree, "rIdNumbers", "customXml", posixpath.relpath(self.map, folder))
        if review and self.comments not in self.members:
            office.relate(tree, "rIdReview", "comments", posixpath.relpath(self.comments, folder))
        return serialised(tree)


def read(data: bytes) -> Package:
    """KeyError, BadZipFile or XMLSyntaxError if it is no Word document."""
    with ZipFile(io.BytesIO(data)) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
    types = _types(members)
    main = next((name for name, kind in types.items() if kind == _WORD_TYPE.format("document.main")), "")
    members[main], members[office.relations_of(main)]  # a KeyError is the caller's answer
    comments = next((name for name, kind in types.items() if kind == _WORD_TYPE.format("comments")), "")
    comments = comments or posixpath.join(posixpath.dirname(main), "comments.xml")
    return Package(members, main, _free_item(members), comments, office.keywords(members.get(CORE, b"")), {})


def _types(members: Mapping[str, bytes]) -> dict[str, str]:
    overrides = etree.fromstring(members[TYPES]).iter(f"{T}Override")
    return {item.get("PartName", "").lstrip("/"): item.get("ContentType", "") for item in overrides}


def _free_item(members: Mapping[str, bytes]) -> str:
    numbers = (f"customXml/item{number}.xml" for number in range(1, len(members) + 2))
    return next(name for name in numbers if name not in members)
