"""What every Office package has, a document's or a workbook's: types of its parts, relationships, keywords; and packing it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

from lxml import etree

from pipeline import zips

Element: TypeAlias = etree._Element  # noqa: SLF001 — lxml has no public name for it

CORE = "docProps/core.xml"
TYPES = "[Content_Types].xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
T, P = "{http://schemas.openxmlformats.org/package/2006/content-types}", f"{{{RELATIONS}}}"

_KEYWORDS = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}keywords"


def relations_of(part: str) -> str:
    """The part that holds the relationships of a part (``""``: of the package)."""
    folder, slash, name = part.rpartition("/")
    return f"{folder}{slash}_rels/{name}.rels"


def relate(relations: Element, id: str, kind: str, target: str) -> None:
    etree.SubElement(relations, f"{P}Relationship", {"Id": id, "Type": f"{OFFICE}/{kind}", "Target": target})


def declare(types: Element, part: str, type: str) -> None:
    etree.SubElement(types, f"{T}Override", PartName=f"/{part}", ContentType=type)


def keywords(core: bytes) -> dict[str, str]:
    """What the document property 标记 says, by key; `core` is the part CORE, empty where there is none."""
    text = etree.fromstring(core).findtext(_KEYWORDS) if core else ""
    pairs = (pair.partition("=") for pair in re.split(r"[;；,，]", (text or "").replace("＝", "=")))
    return {key.strip(): value.strip() for key, _, value in pairs if value.strip()}


def serialised(root: Element) -> bytes:
    """The XML of a part."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def zipped(members: Mapping[str, bytes], base: bytes = b"", level: int = zips.QUICK) -> bytes:
    """The members behind those of `base`."""
    return zips.archive({name: zips.packed(data, level) for name, data in members.items()}, base)
