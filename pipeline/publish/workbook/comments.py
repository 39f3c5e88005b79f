"""Puts comments on cells of a worksheet: the comments part, and the drawing in which Excel shows them.

What the unit wrote in a comment of its own is kept, ours stands below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape

from lxml import etree

from pipeline.publish.office import OFFICE, Element
from pipeline.publish.workbook.marks import Mark, Marks, letters
from pipeline.publish.workbook.package import MAIN, SHEET_TYPE, M, Package, R, UnmarkableError
from pipeline.publish.workbook.text import printable

AUTHOR = "问题回执"
MOST = 2000
"""Comments of one sheet; each is a drawn shape, and thousands of them make Excel slow."""

_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_NEW_COMMENTS = f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>'.encode()
_PREFIXES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_NEW_DRAWING = (
    f'<xml {_PREFIXES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
).encode()
_SHAPE_TYPE = (
    '<v:shapetype {prefixes} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape {prefixes} id="_x0000_s{id}" type="#_x0000_t202" style="position:absolute;visibility:hidden" fillcolor="#ffffe1" '
    'o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div>'
    '</v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_COMMENT = '<comment ref="{reference}" authorId="{author}"><text>{run}</text></comment>'
_RUN = '<r><rPr><sz val="10"/><color rgb="FF000000"/><rFont val="宋体"/></rPr><t xml:space="preserve">{text}</t></r>'
_SHAPE_ID = re.compile(rb"_x0000_s(\d{1,9})\b")
_AFTER_DRAWING = frozenset(
    f"{M}{name}"
    for name in (
        "legacyDrawingHF",
        "drawingHF",
        "picture",
        "oleObjects",
        "controls",
        "webPublishItems",
        "tableParts",
        "extLst",
    )
)
"""The schema's order of a worksheet's elements."""

_LAST_COLUMN, _LAST_ROW = 16383, 1048575


def added(package: Package, sheet: str, frame: Element, marks: Marks) -> None:
    """Comment the cells whose marks have texts, the most serious first if there are more than `MOST`."""
    texts = {place: "\n".join(mark.texts) for place, mark in _most_serious(marks)}
    if not texts:
        return
    new = _write(package, _comments_part(package, sheet), texts)
    _draw(package, _drawing_part(package, sheet, frame), {place: texts[place] for place in new})


def _most_serious(marks: Marks) -> list[tuple[tuple[int, int], Mark]]:
    worded = [(place, mark) for place, mark in marks.items() if mark.texts]
    return sorted(sorted(worded, key=lambda item: (item[1].rank, item[0]))[:MOST])


# --- the texts -------------------------------------------------------------------------------------------------------


def _comments_part(package: Package, sheet: str) -> str:
    for part in package.of_kind(sheet, "comments"):
        return part
    part = package.free("xl/comments{}.xml")
    package.put(part, _NEW_COMMENTS, SHEET_TYPE.format("comments"))
    package.relate(sheet, "comments", part)
    return part


def _write(package: Package, part: str, texts: Mapping[tuple[int, int], str]) -> list[tuple[int, int]]:
    """Write the texts into the part; the cells that had no comment before."""
    root = package.edit(part)
    authors, comments = root.find(f"{M}authors"), root.find(f"{M}commentList")
    if authors is None or comments is None:
        raise UnmarkableError("comments without authors or list")
    author = _author(authors)
    new = dict(texts)
    by_reference = {_reference(place): place for place in texts}
    for comment in comments:
        place = by_reference.get(comment.get("ref", ""))
        if place in new:
            _append(comment, new.pop(place), ours=comment.get("authorId") == author)
    comments.extend(_elements(_comment(place, text, author) for place, text in new.items()))
    return list(new)


def _author(authors: Element) -> str:
    names = [author.text for author in authors]
    if AUTHOR not in names:
        etree.SubElement(authors, f"{M}author").text = AUTHOR
    return str([author.text for author in authors].index(AUTHOR))


def _append(comment: Element, text: str, *, ours: bool) -> None:
    """Set the text of a comment of ours, whatever an earlier return said there; write below one of the unit's."""
    body = comment.find(f"{M}text")
    if body is None:
        body = etree.SubElement(comment, f"{M}text")
    if ours:
        body[:] = []
    runs = [index for index, child in enumerate(body, 1) if child.tag in (f"{M}t", f"{M}r")]
    place = runs[-1] if runs else 0
    body[place:place] = _elements([_run(f"\n{text}" if runs else text)])


def _comment(place: tuple[int, int], text: str, author: str) -> str:
    return _COMMENT.format(reference=_reference(place), author=author, run=_run(text))


def _run(text: str) -> str:
    return _RUN.format(text=escape(printable(text), {"\r": "&#13;"}))


def _elements(parts: Iterable[str]) -> Element:
    """What is written in XML, as children of an element that is thrown away."""
    return etree.fromstring(f'<commentList xmlns="{MAIN}">{"".join(parts)}</commentList>')


def _reference(place: tuple[int, int]) -> str:
    return f"{letters(place[1])}{place[0]}"


# --- the drawing -----------------------------------------------------------------------------------------------------


def _drawing_part(package: Package, sheet: str, frame: Element) -> str:
    existing = frame.find(f"{M}legacyDrawing")
    if existing is not None:
        return package.related(sheet, existing.get(f"{R}id", ""))
    part = package.free("xl/drawings/vmlDrawing{}.vml")
    package.put(part, _NEW_DRAWING, _VML_TYPE)
    id = package.relate(sheet, "vmlDrawing", part)
    before = [child for child in frame if child.tag not in _AFTER_DRAWING]
    frame.insert(len(before), frame.makeelement(f"{M}legacyDrawing", {f"{R}id": id}, {"r": OFFICE}))
    return part


def _draw(package: Package, part: str, texts: Mapping[tuple[int, int], str]) -> None:
    """Put shapes before the drawing's end; as text, for Excel's own drawings need not be well-formed."""
    drawing = package.read(part)
    end = drawing.rfind(b"</xml>")
    if end < 0:
        raise UnmarkableError("drawing of comments in unusual form")
    first = max((int(id) for id in _SHAPE_ID.findall(drawing)), default=1024) + 1
    prefixes = "" if all(prefix.encode() in drawing for prefix in _PREFIXES.split()) else _PREFIXES
    head = "" if b'"_x0000_t202"' in drawing else _SHAPE_TYPE.format(prefixes=prefixes)
    shapes = "".join([head, *_shapes(texts, first, prefixes)])
    package.put(part, drawing[:end] + shapes.encode() + drawing[end:])


def _shapes(texts: Mapping[tuple[int, int], str], first: int, prefixes: str) -> Iterable[str]:
    for id, ((row, column), text) in enumerate(texts.items(), first):
        anchor = _anchor(row, column, text)
        yield _SHAPE.format(prefixes=prefixes, id=id, anchor=anchor, row=row - 1, column=column - 1)


def _anchor(row: int, column: int, text: str) -> str:
    """Right of the cell, three columns wide and as high as the text needs (in Excel's eight numbers)."""
    height = min(4 + len(text) // 14 + text.count("\n"), 20)
    left, top = min(column, _LAST_COLUMN - 3), max(min(row - 2, _LAST_ROW - height), 0)
    return f"{left}, 15, {top}, 4, {left + 3}, 15, {top + height}, 4"
