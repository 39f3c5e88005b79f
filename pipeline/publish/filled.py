"""Figures and the fixed tables of the level above (templates/表格/*.xlsx) in; the same workbooks filled out.

A cell holds tags as a Word template does. A cell that is one tag and nothing else becomes a number in the cell's own number
format, an unknown one the mark of the tables; a cell with more words becomes text. A row that names ``各单位`` (or ``各月``) is
repeated for each unit directly below (or month), and all that points at rows follows: ranges grow, the rest moves down.

The package is patched, not loaded and saved: formats, rich text, validations, print set-up, pictures and charts stay as they
came, which neither xltpl nor openpyxl can promise. (xltpl 0.21, tried: conditional formats, charts and sheet names are lost,
``SUM`` does not follow its rows, and a unit called ``=甲`` becomes a formula.) What cannot be kept right is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import TemplateError
from pipeline.model import Definitions, Figures
from pipeline.publish import context, narrative
from pipeline.publish.filling import form, frame, sheet
from pipeline.publish.filling.entries import ORDINAL, tagged
from pipeline.publish.filling.form import Form
from pipeline.publish.filling.formats import Formats
from pipeline.publish.filling.growth import Growth, Mover
from pipeline.publish.filling.sheet import LOOPS, CellError, Filler, Sheet
from pipeline.publish.filling.writing import Writer, pieces_of
from pipeline.publish.office import Element
from pipeline.publish.tags import Numbers
from pipeline.publish.unit_tags import Basis
from pipeline.publish.workbook import scrub
from pipeline.publish.workbook.marks import letters
from pipeline.publish.workbook.package import M, Package

FOLDER = "表格"
"""Below templates/ and below the output of a run."""

_BEFORE_CALCULATION = ("sheets", "functionGroups", "externalReferences", "definedNames")


def tables(
    templates: Path, figures: Figures, definitions: Definitions, monthly: Sequence[Figures] = ()
) -> tuple[tuple[str, bytes], ...]:
    """(file name, content) for every template in templates/表格 that fits the period; TemplateError for a bad one."""
    basis = Basis(figures, definitions, tuple(monthly))
    forms = (form.read(path) for path in paths(templates))
    return tuple((each.name, filled(each, basis)) for each in forms if narrative.fits(each, figures.period))


def paths(templates: Path) -> list[Path]:
    """Without lock files."""
    return sorted((templates / FOLDER).glob("[!~.]*.xlsx"))


def filled(form: Form, basis: Basis) -> bytes:
    """The template filled for the unit that it names, by default the root; a form can be filled once."""
    numbers = Numbers()
    used = {name for each in form.sheets for entry in each.entries.values() for name in entry.used}
    names = context.names(used, basis, numbers, narrative.unit(form, basis.definitions))
    items: dict[str, Any] = {loop: names[behind] for loop, behind in LOOPS.items() if behind in names}
    try:
        for each in form.sheets:
            _check(each, {*names, *items})
        mover = Mover({each.name: each.growth(items) for each in form.sheets})
        _fill(form, names, items, numbers, mover)
    except CellError as error:
        raise TemplateError(form.name, error.place, str(error)) from error
    return _packed(form.package, mover, form)


def _check(sheet: Sheet, known: set[str]) -> None:
    """An unknown name is an error even where no condition leads to it."""
    loops = sheet.loops
    for (row, column), each in sorted(sheet.entries.items()):
        try:
            each.check(known | {ORDINAL} if row in loops else known)
        except ValueError as error:
            raise CellError(sheet.name, f"{letters(column)}{row}", error) from error


def _fill(form: Form, names: Mapping[str, object], items: Mapping[str, Any], numbers: Numbers, mover: Mover) -> None:
    package = form.package
    styles = package.edit(package.of_kind(package.main, "styles")[0])
    writer = Writer(form.strings, Formats(styles))
    filler = Filler(names, items, numbers, mover, writer)
    for each in form.sheets:
        filler.fill(each)
        sheet.total(each, writer)
    for item in form.strings:
        if tagged(pieces_of(item)):
            item[:] = [item.makeelement(f"{M}t", {})]


def _packed(package: Package, mover: Mover, form: Form) -> bytes:
    """With what stands outside of the sheets moved too; without the author, the old order of calculation and dates."""
    for each, part in zip(form.sheets, form.parts, strict=True):
        for drawing in package.of_kind(part, "drawing"):
            _move_drawing(package, drawing, mover.growths[each.name], mover)
    workbook = package.edit(package.main)
    frame.move_names(workbook, mover)
    _calculate_on_opening(workbook)
    scrub.scrubbed(package)
    return package.packed()


def _move_drawing(package: Package, drawing: str, growth: Growth, mover: Mover) -> None:
    frame.move_drawing(package.edit(drawing), growth)
    for chart in package.of_kind(drawing, "chart"):
        frame.move_chart(package.edit(chart), mover)


def _calculate_on_opening(workbook: Element) -> None:
    calculation = workbook.find(f"{M}calcPr")
    if calculation is None:
        before = [child for name in _BEFORE_CALCULATION for child in workbook.findall(f"{M}{name}")]
        calculation = workbook.makeelement(f"{M}calcPr", {})
        before[-1].addnext(calculation)
    calculation.set("fullCalcOnLoad", "1")
