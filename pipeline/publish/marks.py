"""Rendered XML with markers in, Word XML out: each number in a content control, the map of them, a comment on each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import copy, deepcopy
from dataclasses import dataclass
from typing import TypeAlias

from lxml import etree

from pipeline.model import Unit
from pipeline.publish.tags import END, MARK, Printed, Tag

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{_WORD}}}"
"""The namespace of WordprocessingML, as names of elements begin."""
_VAL = f"{W}val"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
MAP = "urn:ledger-pipeline:numbers"
_MARKER = re.compile(f"{MARK}([0-9]+){END}")
_LONGEST = 64
"""Word's limit for a control's tag and alias."""

_HOLDERS = frozenset(f"{W}{name}" for name in ("p", "hyperlink", "ins", "smartTag"))
"""Where a run-level content control may stand."""

_AFTER_HIGHLIGHT = re.compile(
    r".*\}(u|effect|bdr|shd|fitText|vertAlign|rtl|cs|em|lang|eastAsianLayout|specVanish|oMath|rPrChange)"
)
"""The schema's order of run properties."""

_CONTROL = etree.fromstring(
    f'<w:sdt xmlns:w="{_WORD}"><w:sdtPr><w:alias/><w:tag/><w:id/></w:sdtPr><w:sdtContent/></w:sdt>'
)
"""Rich text, though it holds a number: office programs print plain-text controls into a PDF as form fields."""

Element: TypeAlias = etree._Element  # noqa: SLF001 — lxml has no public name for it


@dataclass(frozen=True, slots=True, eq=False)
class Control:
    """One printed number where it stands; `key` is its tag and its key in the map, `text` how it reads."""

    key: str
    tag: Tag
    text: str
    element: Element


@dataclass(frozen=True, slots=True)
class Comment:
    id: int
    lines: tuple[str, ...]


def _new(name: str) -> Element:
    return etree.Element(W + name, None, {"w": _WORD})


def _child(parent: Element, name: str, **attributes: str) -> Element:
    return etree.SubElement(parent, W + name, {W + key: value for key, value in attributes.items()})


# --- content controls ------------------------------------------------------------------------------------------------


def controls(root: Element, numbers: Sequence[Printed], first: int) -> tuple[Control, ...]:
    """Put every marked number of a part into a control of its own, in place; keys count from `first`."""
    found: list[Control] = []
    for text in [text for text in root.iter(f"{W}t") if MARK in (text.text or "")]:
        run = text.getparent()
        holder = run.getparent() if run is not None else None
        if run is not None and holder is not None and run.tag == f"{W}r" and holder.tag in _HOLDERS:
            found += _split(run, holder, numbers, first + len(found))
    _fill_cells(root)
    return tuple(found)


def serialised(root: Element, numbers: Sequence[Printed]) -> bytes:
    """The XML of a part; where no control may stand (a formula, a title), the number stands as text."""
    xml = etree.tostring(root, encoding="unicode")
    if MARK in xml:
        xml = _MARKER.sub(lambda found: numbers[int(found[1])].text, xml)
    return b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + xml.encode()


def _split(run: Element, holder: Element, numbers: Sequence[Printed], first: int) -> list[Control]:
    """Replace a run by runs of the text between its numbers, and a control for each number."""
    found: list[Control] = []
    worded = _with(run, "")
    for content in _contents(run):
        if isinstance(content, re.Match):
            control = _control(first + len(found), numbers[int(content[1])], worded)
            found.append(control)
            run.addprevious(control.element)
        elif isinstance(content, str):
            run.addprevious(_again(worded, content))
        else:
            run.addprevious(_with(run, content))
    holder.remove(run)
    return found


def _contents(run: Element) -> Iterator[Element | re.Match[str] | str]:
    """What a run holds, in order: its elements, its text without the numbers, and the markers of the numbers."""
    for child in list(run):
        if child.tag == f"{W}t":
            yield from _texts_and_markers(child.text or "")
        elif child.tag != f"{W}rPr":
            yield child


def _texts_and_markers(text: str) -> Iterator[re.Match[str] | str]:
    place = 0
    for found in _MARKER.finditer(text):
        if found.start() > place:
            yield text[place : found.start()]
        yield found
        place = found.end()
    if place < len(text):
        yield text[place:]


def _with(run: Element, content: Element | str) -> Element:
    """A run with the properties of `run` and this content."""
    new = _new("r")
    properties = run.find(f"{W}rPr")
    if properties is not None:
        new.append(deepcopy(properties))
    if isinstance(content, str):
        _write(new, content)
    else:
        new.append(content)
    return new


def _again(worded: Element, text: str) -> Element:
    """Another run of one text."""
    new = copy(worded)
    new[-1].text = text
    return new


def _write(run: Element, text: str) -> None:
    element = _child(run, "t")
    element.text = text
    element.set(_SPACE, "preserve")


def _control(number: int, printed: Printed, worded: Element) -> Control:
    """`worded` is a run as it stands there."""
    tag, text = printed
    key = f"n{number}.{tag.indicator.id}"[:_LONGEST]
    element = copy(_CONTROL)
    properties, content = element
    for child, value in zip(properties, (tag.indicator.name[:_LONGEST], key, str(number)), strict=False):
        child.set(_VAL, value)
    content.append(_again(worded, text))
    if tag.doubtful:
        _highlight(content[0])
    return Control(key, tag, text, element)


def _highlight(run: Element) -> None:
    properties = run.find(f"{W}rPr")
    if properties is None:
        properties = _new("rPr")
        run.insert(0, properties)
    for old in properties.findall(f"{W}highlight"):
        properties.remove(old)
    before = [child for child in properties if not _AFTER_HIGHLIGHT.fullmatch(str(child.tag))]
    properties.insert(len(before), _child(properties, "highlight", val="yellow"))


def _fill_cells(root: Element) -> None:
    """A table cell must end with a paragraph, also if a condition took its last one away."""
    for cell in root.iter(f"{W}tc"):
        if not len(cell) or cell[-1].tag != f"{W}p":
            _child(cell, "p")


# --- the map of the numbers ------------------------------------------------------------------------------------------


def number_map(controls: Sequence[Control], units: Sequence[Unit], **run: str) -> bytes:
    """The custom XML part: under each key what was printed, and from which figure. `run` describes the run."""
    root = etree.Element(f"{{{MAP}}}numbers", run, {None: MAP})  # type: ignore[dict-item]  # the default namespace
    periods = {period: period.id for period in {control.tag.figure.period for control in controls}}
    for control in controls:
        figure = control.tag.figure
        about = {"key": control.key, "unit": units[figure.unit].name, "period": periods[figure.period]}
        etree.SubElement(root, f"{{{MAP}}}number", about | _entry(control))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _entry(control: Control) -> dict[str, str]:
    tag, figure = control.tag, control.tag.figure
    exact = {"value": figure.value, "low": figure.low, "high": figure.high}
    return {
        "indicator": tag.indicator.id,
        "name": tag.indicator.name,
        "scope": figure.scope,
        "aspect": tag.aspect,
        "style": tag.style,
        "measure": tag.indicator.measure_word if tag.measure else "",
        **{name: "" if value is None else str(value) for name, value in exact.items()},
        "text": control.text,
    }


# --- comments --------------------------------------------------------------------------------------------------------


def commentable(control: Control) -> bool:
    """Word allows no comments inside text boxes."""
    return next(control.element.iterancestors(f"{W}txbxContent"), None) is None


def anchor(control: Control, id: int) -> None:
    """Let a comment begin before the control and end behind it."""
    start, end, reference = _new("commentRangeStart"), _new("commentRangeEnd"), _new("r")
    for element in (start, end, _child(reference, "commentReference")):
        element.set(f"{W}id", str(id))
    control.element.addprevious(start)
    control.element.addnext(reference)
    control.element.addnext(end)


def first_free(existing: bytes) -> int:
    """The first id for new comments beside those that the template has."""
    if not existing:
        return 0
    ids = [int(comment.get(f"{W}id", "0")) for comment in etree.fromstring(existing).iter(f"{W}comment")]
    return max(ids, default=-1) + 1


def comments(existing: bytes, new: Sequence[Comment], date: str) -> bytes:
    """The comments part: those of the template and the new ones."""
    root = etree.fromstring(existing) if existing else _new("comments")
    for comment in new:
        written = _child(root, "comment", id=str(comment.id), author="核稿", date=f"{date}T00:00:00Z", initials="核")
        for line in comment.lines:
            _write(_child(_child(written, "p"), "r"), line)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
