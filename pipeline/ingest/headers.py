"""Where the header blocks of a sheet stand: runs of 1 to 5 rows, each with its groups of columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from pipeline.ingest.headings import SUBHEADS, Heading, Headings
from pipeline.model import Cell, Sheet
from pipeline.spelling import normal

_DEEPEST = 5
_LONGEST = 40
"""Characters of a header."""
_PARTS = SUBHEADS | {"合计", "小计"}
"""Below a group heading these are the column that the group names."""
_INSTRUCTION = re.compile(r"填|选|如[:：]|例如|格式|必须|请|下拉|精确到|写明|注明|一行|不得|按.{1,6}要求")
_CODE = re.compile(r"[甲乙丙丁戊己庚辛壬癸]|[a-z]|\(?\d{1,2}\)?|栏次")


@dataclass(frozen=True, slots=True)
class Column:
    """One column under a header block."""

    index: int
    text: str
    """What the header says, upper rows first, for the clerk."""
    heading: Heading


@dataclass(frozen=True, slots=True)
class Block:
    """Header rows `top` to `bottom`, the first row of data, and the columns in groups parted by empty ones."""

    top: int
    bottom: int
    data: int
    groups: tuple[tuple[Column, ...], ...]


def blocks(sheet: Sheet, headings: Headings) -> tuple[Block, ...]:
    """All header blocks of a sheet, from the top."""
    found, after = [], 0
    for row in range(len(sheet.rows)):
        if row >= after and _is_header(sheet.rows[row], headings):
            block = _block(sheet, row, after, headings)
            found.append(block)
            after = block.data
    return tuple(found)


def _is_header(row: list[Cell], headings: Headings) -> bool:
    """At least two known headings, and at least half of what stands in the row."""
    empty = row.count("")
    written = list(map(type, row)).count(str) - empty
    if written < 2 or (len(row) - row.count(None) - empty) * 4 > written * 5:
        return False
    texts = [cell for cell in row if isinstance(cell, str) and cell]
    known = [heading for text in texts if len(text) <= _LONGEST and (heading := headings[text]).known]
    return len(known) >= 2 and len(known) * 2 >= len(texts) and any(heading.meanings for heading in known)


def _block(sheet: Sheet, row: int, after: int, headings: Headings) -> Block:
    top, bottom = _top(sheet, row, after), row
    while bottom - top + 1 < _DEEPEST and bottom + 1 < len(sheet.rows) and _continues(sheet, top, bottom, headings):
        bottom += 1
    return Block(top, bottom, _data(sheet, bottom), _groups(_columns(sheet, top, bottom, headings)))


def _top(sheet: Sheet, row: int, after: int) -> int:
    """Rows of merged group headings above belong to the block; a title across the whole table does not."""
    width = sum(1 for cell in sheet.rows[row] if cell not in (None, ""))
    while row > after:
        above = [cell for cell in sheet.rows[row - 1] if cell not in (None, "")]
        spread = [m for m in sheet.merges if m[0] == row - 1 and 1 < m[3] - m[1] + 1 < max(width, 3)]
        if len(above) < 2 or not spread or not all(isinstance(cell, str) for cell in above):
            break
        row -= 1
    return row


def _continues(sheet: Sheet, top: int, bottom: int, headings: Headings) -> bool:
    """Whether the row below still is header: merged into from above, or headings under a group heading."""
    below = sheet.rows[bottom + 1]
    texts = [cell for cell in below if cell not in (None, "")]
    if any(m[0] <= bottom < m[2] and top <= m[0] for m in sheet.merges):
        return all(isinstance(cell, str) for cell in texts)
    if not texts or not all(isinstance(cell, str) for cell in texts):
        return False
    known = [text for text in texts if isinstance(text, str) and (headings[text].known or normal(text) in SUBHEADS)]
    under = [m for m in sheet.merges if top <= m[0] <= m[2] == bottom and m[3] > m[1]]
    if under:
        covered = {column for m in under for column in range(m[1], m[3] + 1)}
        return all(column in covered for column, cell in enumerate(below) if cell not in (None, ""))
    return len(known) * 2 >= len(texts) and not _repeats(sheet.rows[bottom], below)


def _repeats(upper: list[Cell], lower: list[Cell]) -> bool:
    """Two header rows that name the same columns are two headers, not one."""
    return sum(1 for a, b in zip(upper, lower, strict=False) if a and a == b) >= 2


def _data(sheet: Sheet, bottom: int) -> int:
    """The first row below the header that is no row of codes (甲 乙 1 2) or of instructions."""
    row = bottom + 1
    while row < len(sheet.rows) and (_is_codes(sheet.rows[row]) or _is_instructions(sheet.rows[row])):
        row += 1
    return row


def _is_instructions(row: list[Cell]) -> bool:
    """``填具体日期 | 从下拉列表选 | 填数字``: several texts, most of which say what to write."""
    filled = [cell for cell in row if cell is not None and cell != ""]
    texts = [cell for cell in filled if isinstance(cell, str)]
    telling = sum(1 for text in texts if _INSTRUCTION.search(text))
    return len(texts) >= 2 and len(texts) == len(filled) and telling * 2 > len(texts)


def _is_codes(row: list[Cell]) -> bool:
    codes = [_code(cell) for cell in row if cell is not None and cell != ""]
    if len(codes) < 3 or not all(_CODE.fullmatch(code) for code in codes):
        return False
    numbers = [int(code.strip("()")) for code in codes if code.strip("()").isdigit()]
    return numbers == list(range(1, len(numbers) + 1))


def _code(cell: Cell) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else normal(str(cell))


def _columns(sheet: Sheet, top: int, bottom: int, headings: Headings) -> list[Column | None]:
    grid = [list(row) for row in sheet.rows[top : bottom + 1]]
    for t, left, _, right in sheet.merges:
        if top <= t <= bottom:
            for column in range(left + 1, min(right + 1, len(grid[0]))):
                grid[t - top][column] = grid[t - top][left]
    return [_column(index, cells, headings) for index, cells in enumerate(zip(*grid, strict=True))]


def _column(index: int, cells: tuple[Cell, ...], headings: Headings) -> Column | None:
    texts = [cell.strip() for cell in cells if isinstance(cell, str) and cell.strip()]
    texts = [text for text, _ in groupby(texts)]
    if not texts:
        return None
    return Column(index, " ".join(re.sub(r"\s+", "", text) for text in texts), _heading(texts, headings))


def _heading(texts: list[str], headings: Headings) -> Heading:
    """The rows together name the column (计划 + 时间, 人数 + 应到), else the lowest, else the group above 本月."""
    lowest = headings[texts[-1]]
    if len(texts) == 1 or lowest.cumulative:
        return lowest
    for above in reversed(texts[:-1]):
        for joined in (headings[above + texts[-1]], headings[texts[-1] + above]):
            if joined.known:
                return joined
    if lowest.known:
        return lowest
    whole = headings["".join(texts)]
    return headings[texts[-2]] if normal(texts[-1]) in _PARTS and not whole.known else whole


def _groups(columns: list[Column | None]) -> tuple[tuple[Column, ...], ...]:
    return tuple(part for run in _runs(columns) for part in _halves(run))


def _runs(columns: list[Column | None]) -> Iterator[tuple[Column, ...]]:
    """Columns that stand together, parted by columns without a heading."""
    run: list[Column] = []
    for column in columns:
        if column is None:
            if run:
                yield tuple(run)
            run = []
        else:
            run.append(column)
    if run:
        yield tuple(run)


def _halves(run: tuple[Column, ...]) -> list[tuple[Column, ...]]:
    """The same headings over again, side by side, are tables of their own."""
    texts = [column.text for column in run]
    for width in range(2, len(run) // 2 + 1):
        if len(run) % width == 0 and all(texts[i] == texts[i % width] for i in range(len(run))):
            return [run[i : i + width] for i in range(0, len(run), width)]
    return [run]
