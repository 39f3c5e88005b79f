"""All of a workbook that points at rows, moved to where the rows stand: merges, rules, filters, breaks, drawings, names."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from pipeline.publish.filling.growth import Growth, Mover
from pipeline.publish.office import Element
from pipeline.publish.workbook.marks import place
from pipeline.publish.workbook.package import M

_RANGES, _CELLS = ("ref", "sqref"), ("topLeftCell", "activeCell")
_FORMULAS = frozenset({"formula", "formula1", "formula2", "f"})
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def move(root: Element, sheet: str, mover: Mover) -> None:
    """The frame of a worksheet, in place; its rows have been moved before."""
    growth = mover.growths[sheet]
    outside = [element for child in root if child.tag != f"{M}sheetData" for element in child.iter(etree.Element)]
    for element in outside:
        _move_formulas(element, sheet, mover)
    _move_merges(root, growth)
    for element in outside:
        if element.tag != f"{M}mergeCell":
            _move_places(element, growth)
    for element in root.iterfind(f"{M}sheetData/{M}row/{M}c/{M}f[@ref]"):
        element.set("ref", growth.span(element.get("ref", "")))


def move_drawing(root: Element, growth: Growth) -> None:
    """Pictures and charts stay beside the rows they stand at; rows are counted from 0 there."""
    for row in root.iterfind(f"*/{_DRAWING}from/{_DRAWING}row"):
        row.text = str(growth.first(int(row.text or "0") + 1) - 1)
    for row in root.iterfind(f"*/{_DRAWING}to/{_DRAWING}row"):
        row.text = str(growth.last(int(row.text or "0") + 1) - 1)


def move_chart(root: Element, mover: Mover) -> None:
    """The ranges of the series; what they held in the template is forgotten."""
    for formula in root.iter(f"{_CHART}f"):
        formula.text = mover.elsewhere(formula.text or "")
    for cache in [*root.iter(f"{_CHART}numCache", f"{_CHART}strCache", f"{_CHART}multiLvlStrCache")]:
        parent = cache.getparent()
        assert parent is not None
        parent.remove(cache)


def move_names(root: Element, mover: Mover) -> None:
    """Print areas, print titles and the names that somebody defined."""
    for name in root.iterfind(f"{M}definedNames/{M}definedName"):
        name.text = mover.elsewhere(name.text or "")


def _move_places(element: Element, growth: Growth) -> None:
    for name in _RANGES:
        if (references := element.get(name)) is not None:
            element.set(name, growth.span(references))
    for name in _CELLS:
        if (cell := element.get(name)) is not None:
            element.set(name, growth.span(cell).partition(":")[0])
    if etree.QName(element).localname == "sqref":
        element.text = growth.span(element.text or "")
    if element.tag == f"{M}brk" and (parent := element.getparent()) is not None and parent.tag == f"{M}rowBreaks":
        element.set("id", str(growth.last(int(element.get("id", "0")))))


def _move_formulas(element: Element, sheet: str, mover: Mover) -> None:
    if etree.QName(element).localname in _FORMULAS and element.text and not len(element):
        element.text = mover.in_rule(element.text, sheet, _top(element))
    if element.get("type") == "formula" and (value := element.get("val")):
        element.set("val", mover.in_rule(value, sheet, _top(element)))
    if location := element.get("location"):
        element.set("location", mover.elsewhere(location))


def _top(element: Element) -> int:
    """The first row of the cells that a rule is for."""
    for above in element.iterancestors():
        inner = (child.text or "" for child in above if etree.QName(child).localname == "sqref")
        if references := above.get("sqref") or next(inner, ""):
            return place(references.split()[0].partition(":")[0])[0]
    return 1


# --- merges ----------------------------------------------------------------------------------------------------------


def _move_merges(root: Element, growth: Growth) -> None:
    """A merge inside repeated rows is repeated, one over more than them grows."""
    merges = root.find(f"{M}mergeCells")
    if merges is not None:
        merges[:] = [new for merge in merges for new in _merged(merge, growth)]
        merges.set("count", str(len(merges)))


def _merged(merge: Element, growth: Growth) -> Iterator[Element]:
    reference = merge.get("ref", "")
    first, _, last = reference.partition(":")
    block = growth.block(place(first)[0])
    if block is None or block != growth.block(place(last or first)[0]):
        merge.set("ref", growth.span(reference))
        yield merge
        return
    for copy in range(block.copies):
        new = deepcopy(merge)
        new.set("ref", growth.copied(reference, block, copy))
        yield new
