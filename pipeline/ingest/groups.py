"""The rows of a header block → its groups of columns, each column with what its heading may mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from pipeline.ingest.headings import SUBHEADS, Heading, Headings, is_measure
from pipeline.model import Cell
from pipeline.spelling import normal

_PARTS = SUBHEADS | {"合计", "小计", "总计", "总数", "总人数"}
"""Below a group heading these are the column that the group names."""

_FEWEST = 2
"""Fields of a table."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column under a header block."""

    index: int
    text: str
    """What the header says, upper rows first, for the clerk."""
    heading: Heading


Group: TypeAlias = tuple[Column, ...]


def tables(header: Sequence[Sequence[Cell]], headings: Headings) -> tuple[Group, ...]:
    """Groups of columns that are tables: side tables stand alone, a part of one behind an empty column joins the first.

    A list for drop-downs repeats a heading of the table or has no field at all, and is dropped.
    """
    found: list[Group] = []
    for group in sorted(_groups(header, headings), key=lambda group: -_fields(group)):
        taken = {f for table in found for f in _field_names(table)}
        mine = _field_names(group)
        if found and mine and not mine & taken and (len(mine) < _FEWEST or _ledgers(mine) & _ledgers(taken)):
            found[0] = tuple(sorted((*found[0], *group), key=lambda column: column.index))
        elif not found or len(mine) >= _FEWEST:
            found.append(group)
    return tuple(sorted(found, key=lambda table: table[0].index))


def _ledgers(fields: AbstractSet[tuple[str, str]]) -> set[str]:
    return {ledger for ledger, _ in fields}


def _fields(group: Group) -> int:
    return sum(1 for column in group if column.heading.meanings)


def _field_names(group: Group) -> set[tuple[str, str]]:
    return {
        (ledger, meaning.field.name)
        for column in group
        for ledger, meanings in column.heading.meanings.items()
        for meaning in meanings
    }


# --- columns -----------------------------------------------------------------------------------------------------------


def _column(index: int, cells: Sequence[Cell], headings: Headings) -> Column | None:
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
    if is_measure(texts[-1]):
        measured = _heading([*texts[:-2], f"{texts[-2]}({normal(texts[-1]).strip('()')})"], headings)
        if _is_quantity(measured):
            return measured
    for above in reversed(texts[:-1]):
        for joined in (headings[above + texts[-1]], headings[texts[-1] + above]):
            if joined.known:
                return joined
    if lowest.known and not lowest.ignored:
        return lowest
    whole = headings["".join(texts)]
    if normal(texts[-1]) in _PARTS and headings[texts[-2]].known and not whole.known:
        return headings[texts[-2]]
    return lowest if lowest.known else whole


def _is_quantity(heading: Heading) -> bool:
    fields = [meaning.field for meanings in heading.meanings.values() for meaning in meanings]
    return bool(fields) and all(field.type == "quantity" for field in fields)


# --- groups ------------------------------------------------------------------------------------------------------------


def _groups(header: Sequence[Sequence[Cell]], headings: Headings) -> Iterator[Group]:
    columns = [_column(index, cells, headings) for index, cells in enumerate(zip(*header, strict=True))]
    return (part for run in _runs(columns) for part in _halves(run))


def _runs(columns: Sequence[Column | None]) -> Iterator[Group]:
    """Columns that stand together, parted by columns without a heading."""
    for is_headed, run in groupby(columns, key=lambda column: column is not None):
        if is_headed:
            yield tuple(column for column in run if column)


def _halves(run: Group) -> list[Group]:
    """The same headings over again, side by side, are tables of their own."""
    texts = [column.text for column in run]
    for width in range(2, len(run) // 2 + 1):
        if len(run) % width == 0 and all(texts[i] == texts[i % width] for i in range(len(run))):
            return [run[i : i + width] for i in range(0, len(run), width)]
    return [run]
