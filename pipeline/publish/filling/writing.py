"""Cells of a worksheet part: the text they hold, and a figure, a text or a formula's result put into them."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from pipeline.publish import words
from pipeline.publish.filling.entries import Value
from pipeline.publish.filling.formats import Formats
from pipeline.publish.filling.totals import Stored
from pipeline.publish.office import Element
from pipeline.publish.sheets.row import NOT_APPLICABLE, UNKNOWN
from pipeline.publish.tags import Tag
from pipeline.publish.workbook.package import M

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def text_item(cell: Element, strings: Sequence[Element]) -> Element | None:
    """The element that holds the text of a cell, its own or among the shared ones; None if it is no text."""
    if cell.get("t") == "s":
        return strings[int(cell.findtext(f"{M}v", "0"))]
    return cell.find(f"{M}is") if cell.get("t") == "inlineStr" else None


def text_pieces(cell: Element, strings: Sequence[Element]) -> list[str]:
    """The text of a cell, one piece for each run of its own format."""
    item = text_item(cell, strings)
    return [] if item is None else pieces_of(item)


def pieces_of(item: Element) -> list[str]:
    """The text of a shared or inline string."""
    return [_text(piece) for piece in _runs(item) or [item]]


def _runs(item: Element) -> list[Element]:
    return item.findall(f"{M}r")


def _text(item: Element) -> str:
    return "".join(text.text or "" for text in item.iterfind(f"{M}t"))


def look_of(cell: Element) -> int:
    return int(cell.get("s", "0"))


class Writer:
    """Writes into the cells of one workbook."""

    def __init__(self, strings: Sequence[Element], formats: Formats) -> None:
        self._strings, self._formats = strings, formats

    def write(self, cell: Element, value: Value) -> None:
        """ValueError if the cell's number format would show a figure wrongly."""
        item = text_item(cell, self._strings)
        runs = [] if item is None else _runs(item)
        if isinstance(value, Tag):
            self._figure(cell, value)
        elif isinstance(value, int):
            _store(cell, str(value))
        else:
            _write(cell, value, runs)

    def formula(self, cell: Element, text: str) -> None:
        """Its stored value is the template's, and goes."""
        formula = cell.find(f"{M}f")
        assert formula is not None
        formula.text = text
        for value in cell.findall(f"{M}v"):
            cell.remove(value)
        cell.attrib.pop("t", "")

    def result(self, cell: Element, value: Stored, *, approximate: bool) -> None:
        """What a formula comes to; nothing if that is not known. One that reads approximate figures is 约 itself."""
        if approximate:
            cell.set("s", str(self._formats.hedged(look_of(cell), "约")))
        if value is None:
            return
        etree.SubElement(cell, f"{M}v").text = str(value)
        if isinstance(value, str):
            cell.set("t", "str")

    def stored(self, cell: Element) -> Stored:
        """What a cell without a formula holds; None for an error."""
        kind, value = cell.get("t", "n"), cell.findtext(f"{M}v", "")
        if kind == "n" and value:
            return int(value) if value.lstrip("-").isdecimal() else float(value)
        return None if kind == "e" else ""

    def approximate(self, cell: Element) -> bool:
        return self._formats.approximate(look_of(cell))

    def _figure(self, cell: Element, tag: Tag) -> None:
        figure, indicator = tag.figure, tag.indicator
        number = words.cell(figure.value, indicator)
        if number is None:
            _write(cell, [NOT_APPLICABLE if figure.denominator == 0 and not tag.aspect else UNKNOWN], [])
            return
        look = self._formats.fitting(look_of(cell), indicator, words.hedge(figure, indicator))
        cell.set("s", str(look))
        _store(cell, repr(number))


def _store(cell: Element, number: str) -> None:
    _empty(cell)
    etree.SubElement(cell, f"{M}v").text = number


def _write(cell: Element, pieces: Sequence[str], runs: Sequence[Element]) -> None:
    """The pieces in the formats of the runs; in the cell's own where a condition took some of them away."""
    _empty(cell)
    if not any(pieces):
        return
    cell.set("t", "inlineStr")
    item = etree.SubElement(cell, f"{M}is")
    if len(runs) != len(pieces):
        _say(item, "".join(pieces))
        return
    for piece, run in zip(pieces, runs, strict=True):
        new = etree.SubElement(item, f"{M}r")
        new.extend(etree.fromstring(etree.tostring(look)) for look in run.findall(f"{M}rPr"))
        _say(new, piece)


def _say(item: Element, text: str) -> None:
    element = etree.SubElement(item, f"{M}t")
    element.text = text
    element.set(_SPACE, "preserve")


def _empty(cell: Element) -> None:
    cell[:] = []
    cell.attrib.pop("t", "")
