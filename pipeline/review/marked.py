"""A Word document in; its paragraphs as text, and a copy in which spans of them are replaced or carry a comment.

Text outside the spans, run properties and every other part stay as they are.
"""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from lxml import etree

from pipeline.errors import UsageError
from pipeline.publish import office, package
from pipeline.publish.marks import Element, W
from pipeline.review import manuscript
from pipeline.review.manuscript import CHARACTERS
from pipeline.review.proposing.outline import Paragraph

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_DATE = (1980, 1, 1, 0, 0, 0)
_WHITE = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class _Character:
    """One character of a paragraph: which w:t it stands in and where, or which sign it is."""

    holder: Element
    place: int
    letter: str


class Document:
    """Paragraphs are counted from 0, the body's in reading order, those in table cells where they stand.

    Mark the spans of one paragraph from its end to its start: what is marked moves what stands behind it.
    """

    def __init__(self, members: Mapping[str, bytes], main: str, comments: str) -> None:
        self._members, self._main, self._comments_member = members, main, comments
        self._root = etree.fromstring(members[main])
        body = self._root.find(f"{W}body")
        self._paragraphs = [] if body is None else [p for p in body.iter(f"{W}p") if _owner(p) is None]
        self._cells = manuscript.cells(self._root)
        self._cell_at = {place: cell for cell, place in self._cells.items()}
        existing = members.get(comments)
        self._comments = (
            etree.Element(f"{W}comments", None, {"w": W[1:-1]}) if existing is None else etree.fromstring(existing)
        )
        self._kept_comments = len(self._comments)

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        return tuple(Paragraph(self.text(place), self._labels(p)) for place, p in enumerate(self._paragraphs))

    def text(self, place: int) -> str:
        return "".join(character.letter for character in _characters(self._paragraphs[place]))

    def _labels(self, paragraph: Element) -> tuple[str, ...]:
        """The first cell of its row and the first of its column, for a cell beside and below them."""
        cell = next(paragraph.iterancestors(f"{W}tc"), None)
        table, row, column = self._cells.get(cell, (0, 0, 0)) if cell is not None else (0, 0, 0)
        labels = (self._cell_at.get((table, row, 0)), self._cell_at.get((table, 0, column))) if row else ()
        return tuple(_cell_text(each) for each in labels if each is not None and each is not cell)

    def replace(self, place: int, start: int, end: int, text: str) -> None:
        """Put `text` where the span's first character stood, in the look of that character."""
        span = _characters(self._paragraphs[place])[start:end]
        for character in reversed(span):
            if character.holder.tag in CHARACTERS:
                _remove(character.holder)
                continue
            old = character.holder.text or ""
            character.holder.text = old[: character.place] + old[character.place + 1 :]
        first = span[0]
        old = first.holder.text or ""
        _write(first.holder, old[: first.place] + text + old[first.place :])

    def comment(self, place: int, start: int, end: int, text: str, author: str) -> None:
        """Anchor a comment at the span; without a date, so that the same document always comes out."""
        paragraph = self._paragraphs[place]
        _run_from(paragraph, end)
        first = _run_from(paragraph, start)
        last = _run_of(_characters(paragraph)[end - 1])
        if first is None or last is None:
            return
        id = str(max((int(each.get(f"{W}id", "0")) for each in self._comments), default=-1) + 1)
        first.addprevious(_new("commentRangeStart", id=id))
        reference = _new("r")
        reference.append(_new("commentReference", id=id))
        last.addnext(reference)
        last.addnext(_new("commentRangeEnd", id=id))
        # Spans come from the end of the document, so that the last one marked is the first to be read.
        self._comments.insert(self._kept_comments, _comment(id, text, author))

    def packed(self) -> bytes:
        """The whole .docx: members in their order, with fixed dates."""
        members = {**self._members, self._main: office.serialised(self._root)}
        if len(self._comments):
            members |= _announced(self._members, self._main, self._comments_member)
            members[self._comments_member] = office.serialised(self._comments)
        stream = io.BytesIO()
        with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
            for name, data in members.items():
                info = ZipInfo(name, _DATE)
                info.compress_type, info.create_system = ZIP_DEFLATED, 0
                archive.writestr(info, data)
        return stream.getvalue()


def read(data: bytes, name: str) -> Document:
    """UsageError, naming the file, if it is no Word document."""
    try:
        whole = package.read(data)
        return Document(whole.members, whole.main, whole.comments)
    except (BadZipFile, KeyError, etree.XMLSyntaxError) as error:
        raise UsageError(f"{name} 不是能打开的 Word 文档（.docx），请用 Word 或 WPS 另存为 .docx") from error


# --- paragraphs ------------------------------------------------------------------------------------------------------


def _characters(paragraph: Element) -> list[_Character]:
    return [character for run in paragraph.iter(f"{W}r") if _owner(run) is paragraph for character in _of_run(run)]


def _owner(element: Element) -> Element | None:
    """The paragraph that it stands in; that of a paragraph in a text box, which Word keeps twice, is the box's."""
    return next(element.iterancestors(f"{W}p"), None)


def _of_run(run: Element) -> Iterator[_Character]:
    for child in run:
        if child.tag == f"{W}t":
            yield from (_Character(child, place, letter) for place, letter in enumerate(child.text or ""))
        elif child.tag in CHARACTERS and child.get(f"{W}type") not in ("page", "column"):
            yield _Character(child, 0, CHARACTERS[str(child.tag)])


def _run_of(character: _Character) -> Element | None:
    return character.holder.getparent()


def _run_from(paragraph: Element, place: int) -> Element | None:
    """The run that begins at a character, split off if need be; None behind the last."""
    characters = _characters(paragraph)
    if place >= len(characters):
        return None
    character = characters[place]
    run = _run_of(character)
    if run is not None and place and _run_of(characters[place - 1]) is run:
        return _split(run, character)
    return run


def _split(run: Element, at: _Character) -> Element:
    """A second run of the same look from a character on."""
    second = _new("r")
    second.attrib.update(run.attrib)
    properties = run.find(f"{W}rPr")
    if properties is not None:
        second.append(deepcopy(properties))
    behind = list(at.holder.itersiblings())
    if at.place:
        text = at.holder.text or ""
        rest = deepcopy(at.holder)
        _write(at.holder, text[: at.place])
        _write(rest, text[at.place :])
        second.append(rest)
    else:
        second.append(at.holder)
    second.extend(behind)
    run.addnext(second)
    return second


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _write(holder: Element, text: str) -> None:
    holder.text = text
    if _WHITE.match(text[:1]) or _WHITE.match(text[-1:]):
        holder.set(_SPACE, "preserve")


def _cell_text(cell: Element) -> str:
    return "".join(character.letter for p in cell.iter(f"{W}p") for character in _characters(p))


# --- comments --------------------------------------------------------------------------------------------------------


def _new(name: str, **attributes: str) -> Element:
    return etree.Element(W + name, {W + key: value for key, value in attributes.items()}, {"w": W[1:-1]})


def _comment(id: str, text: str, author: str) -> Element:
    comment = _new("comment", id=id, author=author)
    for line in text.split("\n"):
        paragraph, run, content = _new("p"), _new("r"), _new("t")
        _write(content, line)
        run.append(content)
        paragraph.append(run)
        comment.append(paragraph)
    return comment


def _announced(members: Mapping[str, bytes], main: str, comments: str) -> dict[str, bytes]:
    """The content types and relations that name the comments part, where it is new."""
    if comments in members:
        return {}
    relations = office.relations_of(main)
    types, related = etree.fromstring(members[office.TYPES]), etree.fromstring(members[relations])
    office.declare(types, comments, _COMMENTS_TYPE)
    office.relate(related, "rIdMarked", "comments", posixpath.relpath(comments, posixpath.dirname(main)))
    return {office.TYPES: office.serialised(types), relations: office.serialised(related)}
