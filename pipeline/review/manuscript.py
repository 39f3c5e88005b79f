"""A Word document or a text file in; its paragraphs in reading order out, with the numbered controls that stand in them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeAlias
from zipfile import ZipFile

from lxml import etree

from pipeline.errors import UsageError
from pipeline.publish import marks, package
from pipeline.publish.marks import Element, W
from pipeline.publish.package import Package
from pipeline.review import plaintext

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
CHARACTERS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
"""Elements that stand for a character."""
_READ = (f"{W}t", *CHARACTERS)
_UNREAD = frozenset({_FALLBACK, f"{W}moveFrom", f"{W}del"})
_OTHER_PARTS = ("header", "footer", "footnotes", "endnotes")

Entry: TypeAlias = Mapping[str, str]
"""What the map of numbers says of one of them: indicator, name, unit, scope, period, aspect, style, value, text …"""


class _Atom(NamedTuple):
    """One element of a paragraph that holds text; `start` counts the paragraph's characters."""

    element: Element
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Control:
    """A content control that a run has written; `key` leads to the map of numbers."""

    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`cell` is (table, row, column), each from 0, of the innermost table that it stands in."""

    text: str
    controls: tuple[Control, ...] = ()
    cell: tuple[int, int, int] | None = None
    aside: bool = False
    """In a text box, header, footer or note; these come behind the running text."""
    source: tuple[str, int] = ("", 0)
    """The member of the package, and which of its paragraphs this is, counted from 1, text boxes and all."""


@dataclass(frozen=True, slots=True, eq=False)
class Manuscript:
    """`about` is what the map of numbers says of its run (run, period, as_of, template), empty without a map."""

    paragraphs: tuple[Paragraph, ...]
    about: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, Entry] = field(default_factory=dict)
    """Key of a control → its entry in the map."""


def read(path: Path) -> Manuscript:
    """UsageError if the file is neither a Word document nor readable text."""
    if path.suffix.lower() == ".txt":
        lines = plaintext.read(path.read_bytes(), path.name).paragraphs
        return Manuscript(tuple(Paragraph(line.text) for line in lines))
    if path.suffix.lower() != ".docx":
        raise UsageError(f"“{path.name}”不是 .docx 或 .txt，请用 Word 或 WPS 另存为 .docx")
    return of_docx(path.read_bytes(), path.name)


def of_docx(data: bytes, name: str = "") -> Manuscript:
    """UsageError if the bytes are no Word document."""
    try:
        return _of_package(package.read(data))
    except package.FAILURES as error:
        raise UsageError(f"“{name}”{package.NO_DOCUMENT}") from error


def _of_package(whole: Package) -> Manuscript:
    running: list[Paragraph] = []
    floating: list[Paragraph] = []
    for member in (whole.main, *whole.of_type(_OTHER_PARTS)):
        root = etree.fromstring(whole.members[member])
        places = cells(root)
        for number, element in enumerate(root.iter(f"{W}p"), 1):
            if next(element.iterancestors(_FALLBACK), None) is not None:
                continue
            place = next((places[each] for each in element.iterancestors(f"{W}tc") if each in places), None)
            boxed = next(element.iterancestors(f"{W}p"), None) is not None
            aside = boxed or member != whole.main
            paragraph = Paragraph(*_contents(element), place, aside, (member, number))
            (floating if aside else running).append(paragraph)
    about, numbers = _map(whole)
    return Manuscript((*running, *floating), about, numbers)


def rewritten(data: bytes, change: Callable[[str], str]) -> bytes:
    """The document with every paragraph's text changed to one of the same length, for programs that read it."""
    whole = package.read(data)
    stream = io.BytesIO()
    with ZipFile(stream, "w") as archive:
        for name, content in whole.members.items():
            texts = name in (whole.main, *whole.of_type(_OTHER_PARTS))
            archive.writestr(name, _rewritten(content, change) if texts else content)
    return stream.getvalue()


def _rewritten(xml: bytes, change: Callable[[str], str]) -> bytes:
    root = etree.fromstring(xml)
    for paragraph in root.iter(f"{W}p"):
        found = _atoms(paragraph)
        text = change("".join(atom.text for atom in found))
        for atom in found:
            if atom.element.tag == f"{W}t":
                atom.element.text = text[atom.start : atom.end]
    return etree.tostring(root)


# --- paragraphs ------------------------------------------------------------------------------------------------------


def _atoms(paragraph: Element) -> list[_Atom]:
    """All that can be read in a paragraph, without what was deleted under tracked changes."""
    found: list[_Atom] = []
    place = 0
    for element in paragraph.iter(*_READ):
        above = list(_up_to(paragraph, element))
        if above and not any(each.tag in _UNREAD for each in above) and not _unprinted(element):
            text = element.text or "" if element.tag == f"{W}t" else CHARACTERS[str(element.tag)]
            found.append(_Atom(element, text, place))
            place += len(text)
    return found


def _up_to(paragraph: Element, element: Element) -> Iterator[Element]:
    """The ancestors below the paragraph; nothing if another paragraph stands between (a text box)."""
    above: list[Element] = []
    for each in element.iterancestors():
        if each is paragraph:
            yield from above
            return
        if each.tag == f"{W}p":
            return
        above.append(each)


def _unprinted(element: Element) -> bool:
    """A tab stop among the paragraph's properties and a page break are no characters."""
    parent = element.getparent()
    breaks = element.get(f"{W}type") in ("page", "column")
    return parent is None or parent.tag != f"{W}r" or breaks


def _contents(element: Element) -> tuple[str, tuple[Control, ...]]:
    found = _atoms(element)
    controls: dict[Element, Control] = {}
    for atom in found:
        holder = next((each for each in _up_to(element, atom.element) if each.tag == f"{W}sdt"), None)
        key = _key(holder) if holder is not None else ""
        if holder is not None and key:
            start = controls[holder].start if holder in controls else atom.start
            controls[holder] = Control(key, start, atom.end)
    return "".join(atom.text for atom in found), tuple(controls.values())


def _key(control: Element) -> str:
    tag = control.find(f"{W}sdtPr/{W}tag")
    return (tag.get(f"{W}val") or "") if tag is not None else ""


def cells(root: Element) -> dict[Element, tuple[int, int, int]]:
    """(table, row, column) of each cell; a cell that spans columns stands at the first of them."""
    places = {}
    for table_number, table in enumerate(root.iter(f"{W}tbl")):
        for row_number, row in enumerate(table.iterchildren(f"{W}tr")):
            column = 0
            for cell in row.iter(f"{W}tc"):
                if next(cell.iterancestors(f"{W}tr"), None) is row:
                    places[cell] = table_number, row_number, column
                    span = cell.find(f"{W}tcPr/{W}gridSpan")
                    column += int(span.get(f"{W}val") or 1) if span is not None else 1
    return places


# --- the map of the numbers ------------------------------------------------------------------------------------------


def _map(whole: Package) -> tuple[Mapping[str, str], Mapping[str, Entry]]:
    """The last map, if a document was filled twice; nothing if it has none."""
    parts: Sequence[bytes] = [data for name, data in whole.members.items() if marks.MAP.encode() in data[:2000]]
    for data in reversed(parts):
        root = etree.fromstring(data)
        if root.tag == f"{{{marks.MAP}}}numbers":
            numbers = {each.get("key") or "": _attributes(each) for each in root}
            return _attributes(root), numbers
    return {}, {}


def _attributes(element: Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.attrib.items()}
