"""One worksheet of a template: its tagged cells, the rows it repeats, and the same sheet filled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import groupby

from openpyxl.formula.translate import Translator

from pipeline.publish.filling import entries, frame
from pipeline.publish.filling.entries import ORDINAL, Entry
from pipeline.publish.filling.growth import Block, Growth, Mover
from pipeline.publish.filling.totals import Stored, Totals
from pipeline.publish.filling.writing import Writer, text_pieces
from pipeline.publish.office import Element
from pipeline.publish.tags import Numbers
from pipeline.publish.workbook.marks import letters, place
from pipeline.publish.workbook.package import M

LOOPS: Mapping[str, str] = {"各单位": "下级单位", "各月": "月份"}
"""A row with a tag of the one name is repeated for each of what stands behind the other."""


class CellError(ValueError):
    """A cell that cannot be filled: which one, and why."""

    def __init__(self, sheet: str, cell: str, why: object) -> None:
        self.place = f"工作表“{sheet}”的单元格 {cell}" if cell else f"工作表“{sheet}”"
        super().__init__(str(why))


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A worksheet's tree with every row and cell addressed; `entries` are its tagged cells by (row, column)."""

    name: str
    root: Element
    entries: Mapping[tuple[int, int], Entry]

    @property
    def loops(self) -> dict[int, str]:
        """The name over which a row is repeated, by row; CellError for a row with two."""
        found: dict[int, str] = {}
        for (row, column), entry in sorted(self.entries.items()):
            for name in entry.names & LOOPS.keys():
                if found.setdefault(row, name) != name:
                    why = f"一行里不能同时用“{found[row]}”和“{name}”"
                    raise CellError(self.name, f"{letters(column)}{row}", why)
        return found

    def growth(self, items: Mapping[str, Sequence[object]]) -> Growth:
        """Neighbouring rows of one loop are repeated together; a row of an empty loop stays once, blank."""
        blocks = []
        neighbours = groupby(enumerate(self.loops.items()), key=lambda each: (each[1][1], each[1][0] - each[0]))
        for (loop, _), group in neighbours:
            rows = [row for _, (row, _) in group]
            blocks.append(Block(rows[0], rows[-1], max(1, len(items[loop])), loop))
        return Growth(tuple(blocks))

    def rows(self) -> Iterator[Element]:
        yield from self.root.iterfind(f"{M}sheetData/{M}row")


def read(name: str, root: Element, strings: Sequence[Element]) -> Sheet:
    """Address and unfold the cells, and compile their tags; CellError for one that is written wrongly."""
    _address(root)
    _unfold(root)
    found: dict[tuple[int, int], Entry] = {}
    for cell in root.iterfind(f"{M}sheetData/{M}row/{M}c"):
        try:
            entry = entries.entry(text_pieces(cell, strings))
        except ValueError as error:
            raise CellError(name, cell.get("r", ""), error) from error
        if entry:
            found[place(cell.get("r", ""))] = entry
    return Sheet(name, root, found)


def _address(root: Element) -> None:
    """Rows and cells may leave out their places and then follow the one before."""
    row = 0
    for element in root.iterfind(f"{M}sheetData/{M}row"):
        row = int(element.get("r", row + 1))
        element.set("r", str(row))
        column = 0
        for cell in element.iterfind(f"{M}c"):
            column = place(cell.get("r", ""))[1] or column + 1
            cell.set("r", f"{letters(column)}{row}")


def _unfold(root: Element) -> None:
    """Write out the formulas that cells share."""
    masters: dict[str, tuple[str, str]] = {}
    for cell in root.iterfind(f"{M}sheetData/{M}row/{M}c"):
        formula = cell.find(f"{M}f")
        if formula is not None and formula.get("t") == "shared":
            here, index = cell.get("r", ""), formula.get("si", "")
            text, origin = masters.setdefault(index, (formula.text or "", here))
            formula.text = Translator(f"={text}", origin=origin).translate_formula(here).removeprefix("=")
            formula.attrib.clear()


@dataclass(frozen=True, slots=True, eq=False)
class Filler:
    """Fills the sheets of one workbook; `items` are those of each loop."""

    context: Mapping[str, object]
    items: Mapping[str, Sequence[object]]
    numbers: Numbers
    mover: Mover
    writer: Writer

    def fill(self, sheet: Sheet) -> None:
        growth = self.mover.growths[sheet.name]
        rows = [row for block in _stretches(sheet, growth) for row in self._copies(sheet, growth, block)]
        data = sheet.root.find(f"{M}sheetData")
        assert data is not None
        data[:] = rows
        try:
            frame.move(sheet.root, sheet.name, self.mover)
        except ValueError as error:
            raise CellError(sheet.name, "", error) from error

    def _copies(self, sheet: Sheet, growth: Growth, stretch: tuple[Block | None, list[Element]]) -> Iterator[Element]:
        block, rows = stretch
        for copy in range(block.copies if block else 1):
            context = self._context(block, copy)
            for row in rows:
                yield self._row(sheet, growth, row, copy, context)

    def _context(self, block: Block | None, copy: int) -> Mapping[str, object] | None:
        """None for the row of a loop without items, which stays blank."""
        if not block:
            return self.context
        items = self.items[block.loop]
        return {**self.context, block.loop: items[copy], ORDINAL: copy + 1} if items else None

    def _row(
        self, sheet: Sheet, growth: Growth, row: Element, copy: int, context: Mapping[str, object] | None
    ) -> Element:
        number = int(row.get("r", "0"))
        block = growth.block(number)
        there = growth.first(number) + copy * (block.height if block else 0)
        new = deepcopy(row)
        new.set("r", str(there))
        for cell in new.iterfind(f"{M}c"):
            column = place(cell.get("r", ""))[1]
            try:
                self._cell(sheet, cell, (number, column), copy, context)
            except ValueError as error:
                raise CellError(sheet.name, f"{letters(column)}{number}", error) from error
            cell.set("r", f"{letters(column)}{there}")
        return new

    def _cell(
        self, sheet: Sheet, cell: Element, at: tuple[int, int], copy: int, context: Mapping[str, object] | None
    ) -> None:
        formula = cell.find(f"{M}f")
        if entry := sheet.entries.get(at):
            self.writer.write(cell, () if context is None else entry.value(context, self.numbers))
        elif formula is not None:
            if formula.get("t") and self.mover.growths[sheet.name].block(at[0]):
                raise ValueError("循环行里不能有数组公式")
            self.writer.formula(cell, self.mover.in_cell(formula.text or "", sheet.name, at[0], copy))


def _stretches(sheet: Sheet, growth: Growth) -> Iterator[tuple[Block | None, list[Element]]]:
    for block, rows in groupby(sheet.rows(), key=lambda row: growth.block(int(row.get("r", "0")))):
        yield block, list(rows)


def total(sheet: Sheet, writer: Writer) -> None:
    """Store what the formulas of a filled sheet come to, where that is known."""
    cells: dict[tuple[int, int], Stored] = {}
    approximate: set[tuple[int, int]] = set()
    formulas: dict[tuple[int, int], tuple[Element, str]] = {}
    for cell in sheet.root.iterfind(f"{M}sheetData/{M}row/{M}c"):
        formula = cell.find(f"{M}f")
        if formula is not None:
            formulas[place(cell.get("r", ""))] = cell, formula.text or ""
        elif len(cell):
            cells[place(cell.get("r", ""))] = writer.stored(cell)
            if writer.approximate(cell):
                approximate.add(place(cell.get("r", "")))
    totals = Totals(cells, {at: text for at, (_, text) in formulas.items()}, approximate)
    for at, (cell, _) in formulas.items():
        writer.result(cell, totals.value(at), approximate=totals.approximate(at))
