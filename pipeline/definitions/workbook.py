"""Sheets of 参考数据.xlsx → lines: a row's cells as text by the header of their column, and where it stands."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from python_calamine import CalamineError, CalamineWorkbook

from pipeline import spelling
from pipeline.definitions import files
from pipeline.definitions.schema import Place
from pipeline.model import Vocabulary

FILE = "参考数据.xlsx"

_HEADER_ROWS = 10
"""Titles and notes may stand above the header."""

_MOST_ROWS, _MOST_LETTERS = 20_000, 2
_CELL = re.compile(rb'<c r="([A-Z]+)(\d+)"(?:[^>]*[^/])?>')
"""A cell that is not empty; Excel and what writes for it put the reference first."""


_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
"""Encrypted workbooks and old .xls start so."""

_BROKEN = (OSError, CalamineError, zipfile.BadZipFile, zlib.error, NotImplementedError)


Merge: TypeAlias = tuple[tuple[int, int], tuple[int, int]]
"""The first and the last cell, each row and column counted from 0."""


@dataclasses.dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a sheet: those that must be there, and those that may."""

    sheet: str
    needed: tuple[str, ...]
    possible: tuple[str, ...] = ()
    optional: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A row under the header, with Excel's row number."""

    sheet: str
    row: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    @property
    def place(self) -> Place:
        return Place(FILE, f"{self.sheet} 第{self.row}行")

    def parts(self, column: str) -> tuple[str, ...]:
        return split(self[column])

    def choice(self, column: str, names: Iterable[str]) -> str:
        """The one of `names` that the cell says, by spelling; DefinitionError if none."""
        known = {spelling.normal(name): name for name in names}
        if spelling.normal(self[column]) not in known:
            raise self.place.unknown(column, self[column], filter(None, known.values()))
        return known[spelling.normal(self[column])]

    def named(self, column: str, vocabulary: Vocabulary) -> str:
        """The proper name of the choice that the cell says in any of its spellings."""
        bit = vocabulary.spellings.get(spelling.normal(self[column]))
        if bit is None:
            raise self.place.unknown(column, self[column], vocabulary.names)
        return vocabulary.names[bit]


def opened(templates: Path) -> CalamineWorkbook:
    """The workbook, safe to read; DefinitionError if it is missing, locked, broken, no xlsx or vast."""
    data = files.content(templates, FILE)
    if data.startswith(_COMPOUND):
        raise Place(FILE).error("有打开密码，或是旧式 xls：请去掉密码，另存为 xlsx")
    try:
        _check_extent(zipfile.ZipFile(io.BytesIO(data)))
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except _BROKEN as error:
        raise Place(FILE).error("打不开，不是完好的 xlsx 工作簿") from error


def _check_extent(package: zipfile.ZipFile) -> None:
    """A stray value in the last cell of a sheet would make python-calamine ask for more memory than there is."""
    for name in package.namelist():
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            cells = _CELL.findall(package.read(name))
            rows = max((int(row) for _, row in cells), default=0)
            width = max((len(column) for column, _ in cells), default=0)
            if rows > _MOST_ROWS or width > _MOST_LETTERS:
                raise Place(FILE).error(f"数据写到了第{rows}行或很远的列，请删掉表格以外的内容")


def lines(book: CalamineWorkbook, layout: Layout) -> list[Line]:
    """The rows under the header that are not blank; columns that nobody asked for are the clerk's own notes."""
    name = next((each for each in book.sheet_names if each.strip() == layout.sheet), None)
    if name is None:
        if layout.optional:
            return []
        raise Place(FILE).missing("工作表", layout.sheet, book.sheet_names)
    rows, merged = _rows(book, name)
    top = _header_row(rows, layout)
    columns = _columns(rows[top] if rows else [], layout)
    _check_merges(merged, top, columns, layout)
    found = (
        Line(layout.sheet, number, {name: row[column] for name, column in columns.items()})
        for number, row in enumerate(rows[top + 1 :], top + 2)
    )
    return [line for line in found if any(line.cells.values())]


def _rows(book: CalamineWorkbook, name: str) -> tuple[list[list[str]], Sequence[Merge]]:
    try:
        sheet = book.get_sheet_by_name(name)
        cells, merged = sheet.to_python(skip_empty_area=False), sheet.merged_cell_ranges or ()
    except _BROKEN as error:
        raise Place(FILE, name).error("这张工作表坏了，读不出来") from error
    return [[_text(cell) for cell in row] for row in cells], merged


def _check_merges(merged: Iterable[Merge], top: int, columns: Mapping[str, int], layout: Layout) -> None:
    """Of cells merged downwards only the first says anything."""
    for (first, left), (last, right) in sorted(merged):
        names = [name for name, column in columns.items() if left <= column <= right]
        if top < first < last and names:
            place = Place(FILE, f"{layout.sheet} 第{first + 1}行")
            raise place.error(f"“{names[0]}”有合并的单元格：请取消合并，第{first + 1}行到第{last + 1}行每行都写")


def split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split("[、，,；;\n]", text) if part.strip())


def _text(cell: Any) -> str:
    """Excel's numbers are all floats: 12.0 is written 12."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _header_row(texts: Sequence[Sequence[str]], layout: Layout) -> int:
    """The row with the most of the columns' names; the first of them if several have as many."""
    names = {*layout.needed, *layout.possible}
    hits = [len(names & {spelling.normal(text) for text in row}) for row in texts[:_HEADER_ROWS]]
    return hits.index(max(hits)) if hits else 0


def _columns(header: Sequence[str], layout: Layout) -> dict[str, int]:
    found: dict[str, int] = {}
    place = Place(FILE, layout.sheet)
    for column, text in enumerate(map(spelling.normal, header)):
        if text in found:
            raise place.error(f"有两列都叫“{text}”")
        if text in (*layout.needed, *layout.possible):
            found[text] = column
    for name in layout.needed:
        if name not in found:
            raise place.missing("列", name, [text for text in header if text])
    return found
