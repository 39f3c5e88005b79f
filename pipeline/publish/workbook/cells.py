"""Colours the marked cells of one worksheet, and says at which cells their comments belong."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

from pipeline.publish.office import Element
from pipeline.publish.workbook.marks import WHOLE_ROW, Mark, Marks, letters, place
from pipeline.publish.workbook.package import M
from pipeline.publish.workbook.styles import Styles
from pipeline.publish.workbook.worksheet import Worksheet

Look: TypeAlias = tuple[int, int, str]
"""The first and the last of some columns, and the look of an empty cell there."""

_CONTENTS = tuple(f"{M}{name}" for name in ("v", "f", "is"))


def coloured(sheet: Worksheet, marks: Marks, styles: Styles) -> Marks:
    """Colour in place; the cells that were coloured. Of a merged range the cell that is seen stands for all."""
    by_row = _by_row(_seen(sheet.frame, marks))
    rows = sheet.rows(by_row)
    columns = _columns(sheet.frame)
    done: dict[tuple[int, int], Mark] = {}
    for row, element in rows.items():
        cells = dict(_numbered(element))
        for column, mark in _spread(cells, by_row[row]).items():
            if column not in cells:
                cells[column] = _inserted(element, row, column, cells, columns)
            cell = cells[column]
            cell.set("s", str(styles.filled(int(cell.get("s", "0")), mark.severity)))
            done[row, column] = mark
    sheet.put(rows)
    return done


def _by_row(marks: Marks) -> Mapping[int, Mapping[int, Mark]]:
    rows: defaultdict[int, dict[int, Mark]] = defaultdict(dict)
    for (row, column), mark in marks.items():
        rows[row][column] = mark
    return rows


def _seen(frame: Element, marks: Marks) -> Marks:
    """Marks inside merged ranges moved to the range's first cell, the only one that shows."""
    ordered = sorted(marks)
    seen = dict(marks)
    for merge in frame.iterfind(f"{M}mergeCells/{M}mergeCell"):
        (top, left), (bottom, right) = _corners(merge.get("ref", ""))
        for row, column in ordered[bisect_left(ordered, (top, 1)) : bisect_right(ordered, (bottom, right))]:
            if left <= column <= right and (row, column) != (top, left):
                seen[top, left] = seen.pop((row, column)).joined(seen.get((top, left)))
    return seen


def _corners(reference: str) -> tuple[tuple[int, int], tuple[int, int]]:
    first, _, last = reference.partition(":")
    return place(first), place(last or first)


def _spread(cells: Mapping[int, Element], marks: Mapping[int, Mark]) -> dict[int, Mark]:
    """A mark on the whole row becomes one on each of its used cells, with its texts on the first."""
    spread = {column: mark for column, mark in marks.items() if column != WHOLE_ROW}
    whole = marks.get(WHOLE_ROW)
    if whole:
        used = [column for column, cell in cells.items() if any(cell.find(name) is not None for name in _CONTENTS)]
        for index, column in enumerate(used or [1]):
            mark = Mark(whole.severity, () if index else whole.texts)
            spread[column] = mark.joined(spread.get(column))
    return spread


def _numbered(row: Element) -> Iterator[tuple[int, Element]]:
    """The row's cells with their column numbers; one without a reference follows the one before it."""
    column = 0
    for cell in row.iterchildren(f"{M}c"):
        column = _column(cell.get("r", "")) or column + 1
        yield column, cell


@lru_cache(maxsize=8192)
def _column(reference: str) -> int:
    return place(reference)[1]


def _inserted(element: Element, row: int, column: int, cells: Iterable[int], columns: Sequence[Look]) -> Element:
    """A new cell in its place in the row, looking as an empty cell there looks."""
    new = element.makeelement(f"{M}c", {"r": f"{letters(column)}{row}", "s": _empty_look(element, column, columns)})
    element.insert(sum(there < column for there in cells), new)
    element.attrib.pop("spans", "")
    return new


def _columns(frame: Element) -> list[Look]:
    columns = frame.iterfind(f"{M}cols/{M}col")
    return [(int(each.get("min", "0")), int(each.get("max", "0")), each.get("style", "0")) for each in columns]


def _empty_look(row: Element, column: int, columns: Sequence[Look]) -> str:
    if row.get("customFormat") in ("1", "true"):
        return row.get("s", "0")
    return next((look for first, last, look in columns if first <= column <= last), "0")
