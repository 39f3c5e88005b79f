"""The styles part of a workbook: a cell's own look with another fill, and the looks of the list of problems."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from functools import lru_cache

from lxml import etree

from pipeline.model import Severity
from pipeline.publish.office import Element
from pipeline.publish.workbook.package import MAIN, M, UnmarkableError

COLOURS: Mapping[Severity, str] = {
    Severity.ERROR: "FFFFB3B3",
    Severity.WARNING: "FFFFEB84",
    Severity.NOTICE: "FFD6E8FA",
}
"""Reddish, yellow, light blue: fills on which black text is still read, also when printed in grey."""

_FONT = '<font xmlns="{main}">{marks}<sz val="11"/><color rgb="{colour}"/><name val="宋体"/><charset val="134"/></font>'
_FILL = (
    '<fill xmlns="{main}"><patternFill patternType="solid"><fgColor rgb="{colour}"/><bgColor indexed="64"/>'
    "</patternFill></fill>"
)
_EDGES = "".join(
    f'<{edge} style="thin"><color rgb="FFBFBFBF"/></{edge}>' for edge in ("left", "right", "top", "bottom")
)
_BORDER = f'<border xmlns="{MAIN}">{_EDGES}<diagonal/></border>'
_LOOK = (
    '<xf xmlns="{main}" numFmtId="0" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" applyFont="1" '
    'applyFill="1" applyBorder="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
)


_element = lru_cache(maxsize=256)(etree.fromstring)


def appended(collection: Element, element: Element) -> int:
    """The place of an element that is put at the end of a collection."""
    collection.append(element)
    collection.set("count", str(len(collection)))
    return len(collection) - 1


class Styles:
    """The styles part, edited in place. A look is the index of an xf, as cells state it in ``s``."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._looks: dict[tuple[int, Severity], int] = {}
        self._places: dict[tuple[str, str], int] = {}
        self._collections: dict[str, Element] = {}

    def filled(self, look: int, severity: Severity) -> int:
        """The same look with the severity's fill."""
        key = (look, severity)
        if key not in self._looks:
            xf = copy(self._collection("cellXfs")[look])
            xf.set("fillId", str(self._fill(COLOURS[severity])))
            xf.set("applyFill", "1")
            self._looks[key] = appended(self._collection("cellXfs"), xf)
        return self._looks[key]

    def listed(self, *, fill: str = "", colour: str = "FF000000", marks: str = "") -> int:
        """A look for the list of problems; `marks` are elements of a font such as ``<b/>``."""
        font = self._place("fonts", _FONT.format(main=MAIN, marks=marks, colour=colour))
        border = self._place("borders", _BORDER)
        look = _LOOK.format(main=MAIN, font=font, fill=self._fill(fill) if fill else 0, border=border)
        return self._place("cellXfs", look)

    def _fill(self, colour: str) -> int:
        return self._place("fills", _FILL.format(main=MAIN, colour=colour))

    def _place(self, collection: str, xml: str) -> int:
        """Of an element of ours, which is put into its collection once."""
        key = (collection, xml)
        if key not in self._places:
            self._places[key] = appended(self._collection(collection), copy(_element(xml)))
        return self._places[key]

    def _collection(self, name: str) -> Element:
        if name not in self._collections:
            found = self._root.find(f"{M}{name}")
            if found is None or not len(found):
                raise UnmarkableError(f"styles without {name}")
            self._collections[name] = found
        return self._collections[name]
