"""Where the header blocks of a sheet stand: runs of 1 to 5 rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from pipeline.ingest import moments, rows, titles
from pipeline.ingest.headings import SUBHEADS, Headings, Meaning, is_measure
from pipeline.model import DAY, Cell, Sheet
from pipeline.spelling import normal

_DEEPEST = 5
_FEWEST_CODES = 3
_ANY_YEAR = 2000
_LONGEST = 40
"""Characters of a header."""
_TEXTS = 5
"""One in so many cells of a header may be no text."""
_TEXTUAL = frozenset((str, type(None)))
_INSTRUCTION = re.compile(r"填|选|如[:：]|例如|格式|必须|请|下拉|精确到|写明|注明|一行|不得|按.{1,6}要求")
_TITLE = re.compile(r"台账|(登记|统计|汇总|明细|一览|情况)(表|簿)|清单")
_NUMBER = re.compile(r"[0-9０-９.,，]*[0-9０-９]")
_CODE = re.compile(r"[甲乙丙丁戊己庚辛壬癸]|[a-z]|\(?\d{1,2}\)?|栏次")

Texts: TypeAlias = tuple[tuple[Cell, ...], ...]


class Block(NamedTuple):
    """Header rows `top` to `bottom`, the first row of data, and what the header rows say."""

    top: int
    bottom: int
    data: int
    texts: Texts


def blocks(sheet: Sheet, headings: Headings) -> tuple[Block, ...]:
    """All header blocks of a sheet, from the top."""
    found, after = [], 0
    for row in _written(sheet.rows):
        if row >= after and _is_header(sheet.rows[row], headings):
            block = _block(sheet, row, after, headings)
            found.append(block)
            after = block.data
    return tuple(found)


def _written(rows: Sequence[Sequence[Cell]]) -> Sequence[int]:
    """The rows that may be headers, where most hold so many numbers and dates that they cannot.

    A header has them in a fifth of its columns at most: among any more columns, one holds text or nothing.
    """
    most = len(rows[0]) // _TEXTS if rows else 0
    typical = rows[len(rows) // 2] if rows else ()
    valued = [column for column, cell in enumerate(typical) if type(cell) not in _TEXTUAL][: most + 1]
    if len(valued) <= most:
        return range(len(rows))
    return sorted({n for column in valued for n, row in enumerate(rows) if type(row[column]) in _TEXTUAL})


def _is_header(row: Sequence[Cell], headings: Headings) -> bool:
    """At least two known headings, and at least half of what stands in the row."""
    texts = [cell for cell in row if type(cell) is str and cell]
    empty = row.count(None) + row.count("")
    if len(texts) < 2 or (len(row) - empty - len(texts)) * _TEXTS > len(row) - empty:
        return False
    known, unknown, has_field = 0, 0, False
    for text in texts:
        heading = headings[text] if len(text) <= _LONGEST else None
        if heading and heading.known:
            known, has_field = known + 1, has_field or bool(heading.meanings)
        else:
            unknown += 1
            if unknown * 2 > len(texts) or is_day(text):
                return False
    return known >= 2 and has_field and not _is_answered(texts if known == 2 else texts[:-1], headings)


def _is_answered(texts: Sequence[str], headings: Headings) -> bool:
    """Whether a choice stands behind its own heading: the row of a form, labels beside values.

    The last text beside many headings may be the first of a list for drop-downs.
    """
    return any(
        _is_choice(value, headings[label].meanings) for label, value in pairwise(texts) if len(label) <= _LONGEST
    )


def _is_choice(text: str, meanings: Mapping[str, Sequence[Meaning]]) -> bool:
    vocabularies = (meaning.field.vocabulary for found in meanings.values() for meaning in found)
    return any(each is not None and normal(text) in each.spellings for each in vocabularies)


def _block(sheet: Sheet, row: int, after: int, headings: Headings) -> Block:
    top, bottom = _top(sheet, row, after, headings), row
    while bottom - top + 1 < _DEEPEST and bottom + 1 < len(sheet.rows) and _continues(sheet, top, bottom, headings):
        bottom += 1
    texts = _texts(sheet, top, bottom)
    return Block(top, bottom, _data(sheet, bottom, _known(texts, headings)), texts)


def _known(texts: Iterable[Sequence[Cell]], headings: Headings) -> set[int]:
    """The columns under known headings."""
    return {
        column
        for cells in texts
        for column, cell in enumerate(cells)
        if isinstance(cell, str) and cell and len(cell) <= _LONGEST and headings[cell].known
    }


def _top(sheet: Sheet, row: int, after: int, headings: Headings) -> int:
    """Rows of merged group headings above belong to the block; a title across all known headings does not."""
    width = sum(1 for cell in sheet.rows[row] if cell not in (None, ""))
    known = _known([sheet.rows[row]], headings)
    while row > after:
        above = [cell for cell in sheet.rows[row - 1] if cell not in (None, "")]
        spread = [m for m in sheet.merges if m[0] == row - 1 and 1 < m[3] - m[1] + 1 < max(width, 3)]
        if len(above) < 2 or not spread or not all(isinstance(cell, str) for cell in above):
            break
        if any(known.issubset(range(left, right + 1)) for _, left, _, right in spread):
            break
        if titles.line(sheet.rows[row - 1]).fields or any(_TITLE.search(normal(str(cell))) for cell in above):
            break
        row -= 1
    return row


def _continues(sheet: Sheet, top: int, bottom: int, headings: Headings) -> bool:
    """Whether the row below still is header: merged into from above, or headings under a group heading."""
    below = sheet.rows[bottom + 1]
    texts = [cell for cell in below if cell not in (None, "")]
    if any(m[0] <= bottom < m[2] and top <= m[0] for m in sheet.merges):
        return all(isinstance(cell, str) and not is_day(cell) for cell in texts)
    if not texts or not all(isinstance(cell, str) and not _NUMBER.fullmatch(cell.strip()) for cell in texts):
        return False
    if len(texts) == 1 and rows.label(str(texts[0])):
        return False
    if all(is_measure(str(cell)) for cell in texts) or _parts(sheet.rows[bottom], below):
        return True
    known = [text for text in texts if isinstance(text, str) and (headings[text].known or normal(text) in SUBHEADS)]
    under = [m for m in sheet.merges if top <= m[0] <= m[2] == bottom and m[3] > m[1]]
    if under:
        covered = {column for m in under for column in range(m[1], m[3] + 1)}
        return all(column in covered for column, cell in enumerate(below) if cell not in (None, ""))
    return len(known) * 2 >= len(texts) and not _repeats(sheet.rows[bottom], below)


def is_day(text: str) -> bool:
    """No heading, but what stands below one."""
    when = moments.when(text, year=_ANY_YEAR)
    return when.precision == DAY and not when.problem


def _parts(above: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Whether all that stands below stands under one heading and the blanks to its right: a group that is not merged."""
    columns = [column for column, cell in enumerate(below) if cell not in (None, "")]
    first = columns[0]
    return (
        len(columns) > 1
        and columns == list(range(first, first + len(columns)))
        and isinstance(above[first], str)
        and all(above[column] in (None, "") for column in columns[1:])
    )


def _repeats(upper: list[Cell], lower: list[Cell]) -> bool:
    """Two header rows that name the same columns are two headers, not one."""
    return sum(1 for a, b in zip(upper, lower, strict=False) if a and a == b) >= 2


def _data(sheet: Sheet, bottom: int, known: AbstractSet[int]) -> int:
    """The first row below the header that is no row of codes (甲 乙 1 2) or of instructions."""
    row = bottom + 1
    while row < len(sheet.rows) and (_is_codes(sheet.rows[row], known) or _is_instructions(sheet.rows[row])):
        row += 1
    return row


def _is_instructions(row: Sequence[Cell]) -> bool:
    """``填具体日期 | 从下拉列表选 | 填数字``: several texts, most of which say what to write."""
    filled = _filled(row)
    texts = [cell for cell in filled if isinstance(cell, str)]
    if len(texts) < 2 or len(texts) < len(filled):
        return False
    return sum(1 for text in texts if _INSTRUCTION.search(text)) * 2 > len(texts)


def _is_codes(row: Sequence[Cell], known: AbstractSet[int]) -> bool:
    """Whether the row numbers the columns; what stands beside the known ones, a drop-down list's, does not matter."""
    codes = [
        _code(cell) for column, cell in enumerate(row) if cell not in (None, "") and _is_coded(cell, column, known)
    ]
    if len(codes) < _FEWEST_CODES or not all(map(_CODE.fullmatch, codes)):
        return False
    numbers = [int(bare) for code in codes if (bare := code.strip("()")).isdigit()]
    return numbers == list(range(1, len(numbers) + 1))


def _is_coded(cell: Cell, column: int, known: AbstractSet[int]) -> bool:
    return column in known or bool(_CODE.fullmatch(_code(cell)))


def _filled(row: Sequence[Cell]) -> list[Cell]:
    return [cell for cell in row if cell is not None and cell != ""]


def _code(cell: Cell) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else normal(str(cell))


def _texts(sheet: Sheet, top: int, bottom: int) -> Texts:
    """The header's cells; a heading merged across stands in each of its columns, and one that might be, over its parts."""
    grid = [list(row) for row in sheet.rows[top : bottom + 1]]
    for t, left, _, right in sheet.merges:
        if top <= t <= bottom:
            for column in range(left + 1, min(right + 1, len(grid[0]))):
                grid[t - top][column] = grid[t - top][left]
    for upper, lower in pairwise(grid):
        for column in range(1, len(upper)):
            if not upper[column] and _is_text(upper[column - 1]) and all(map(_is_text, lower[column - 1 : column + 1])):
                upper[column] = upper[column - 1]
    return tuple(map(tuple, grid))


def _is_text(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(cell.strip())
