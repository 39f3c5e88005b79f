"""Records → 分类: how often each value of a choice occurs, by unit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.model import ABSENT, EXACT, MICRO, UNKNOWN, Field, Figure, Filter, Indicator, Ledger, TableSheet
from pipeline.period import Period
from pipeline.publish.sheets.lines import Line
from pipeline.publish.sheets.material import Material
from pipeline.publish.sheets.paper import HEADER_ROW, Paper, label_width
from pipeline.publish.sheets.row import UNKNOWN as UNKNOWN_MARK
from pipeline.publish.sheets.strip import Strip, Strips

if TYPE_CHECKING:
    import pandas as pd

Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]

_BLANK, _TOTAL = "未填", "合计"
_COUNTED = ("count", "sum")
"""Kinds of which every record adds its part to the figure."""


@dataclass(frozen=True, slots=True, eq=False)
class Breakdown:
    """What `base` counts, or without it records, by one field: a row for each unit's own, a column for each name, then
    blank and total. Amounts are millionths; `stated` and `unknown` are the records that give a number and that give none.
    """

    title: str
    names: tuple[str, ...]
    base: Indicator | None
    value: Ints
    low: Ints
    high: Ints
    stated: Ints
    unknown: Ints

    def count(self, units: Sequence[int], column: int) -> int:
        """How many records some units have."""
        return int(self.stated[units, column].sum())

    def figures(self, units: Sequence[int], period: Period) -> Iterator[Figure]:
        """By column what `base` is of the records there; unknown only if no unit's is known, as for the whole of it."""
        assert self.base is not None
        answered = ((self.unknown[units] == 0) | (self.stated[units] > 0)).any(axis=0).tolist()
        sums = (each[units].sum(axis=0).tolist() for each in (self.value, self.low, self.high, self.unknown))
        for is_known, *bounds, unknown in zip(answered, *sums, strict=True):
            value, low, high = (Fraction(each, MICRO) for each in bounds) if is_known else (None, None, None)
            if self.base.whole and low is not None and high is not None:
                low, high = Fraction(math.ceil(low)), Fraction(math.floor(high))
            yield Figure(period, units[0], "all", self.base.id, value, low, high, unknown=unknown)


def breakdown(material: Material, table: TableSheet, ledger_id: str, field_name: str) -> Breakdown:
    """What the sheet's indicator of that ledger counts, else every record, once under each of its values."""
    ledger = material.definitions.ledger(ledger_id)
    field = ledger.field(field_name)
    countable = (each for each in material.indicators(table) if each.kind in _COUNTED)
    base = next((each for each in countable if each.ledger == ledger_id), None)
    counted = f"{base.name}（{base.measure_word}）" if base else "记录（条）"
    names = _names(field)
    sums = np.zeros((5, len(material.unit_names), len(names)), np.int64)
    frame = material.records.get(ledger_id)
    if frame is not None and len(frame):
        for place, amounts in enumerate(_amounts(frame, base)):
            _add(sums[place], frame, field, amounts)
    return Breakdown(f"{_short(ledger)}按{field.header}分：{counted}", names, base, *sums)


def _names(field: Field) -> tuple[str, ...]:
    return (*(field.vocabulary.names if field.vocabulary else ()), _BLANK, _TOTAL)


def widths(material: Material, table: TableSheet) -> list[float]:
    columns = max(len(_names(material.definitions.ledger(ledger).field(field))) for ledger, field in table.fields)
    return [label_width(material.lines), *(9.0 for _ in range(columns))]


def categories(paper: Paper, material: Material, table: TableSheet) -> None:
    """One block, on one page, for each field; with a single one its header is repeated on every page."""
    paper.top(material.title(table), material.period_line)
    tops = [HEADER_ROW]
    for ledger, field in table.fields:
        tops.append(_block(paper, material, breakdown(material, table, ledger, field), ledger, tops[-1]))
    paper.page_breaks(tops[:-1], 2 + len(material.lines))
    paper.sheet.freeze_panes(HEADER_ROW + (2 if len(table.fields) == 1 else 0), 1)
    if len(table.fields) == 1:
        paper.sheet.repeat_rows(HEADER_ROW, HEADER_ROW + 1)
    paper.close(tops[-1], ["注：一条记录有几种取值的，各计一次；合计栏每条只计一次。"])


def _block(paper: Paper, material: Material, counts: Breakdown, ledger: str, top: int) -> int:
    """The row after the block."""
    paper.merged(top, 0, len(counts.names), counts.title, "band")
    paper.heads(top + 1, ["单位", *counts.names])
    known = {unit for unit, each in material.known if each == ledger}
    below = material.definitions.register.below

    def write(row: Strip, line: Line) -> None:
        units = [unit for unit in ([line.unit] if line.scope == "own" else below(line.unit)) if unit in known]
        if not units:
            row.mark(UNKNOWN_MARK, len(counts.names))
        elif counts.base is None:
            row.counts(counts.count(units, column) for column in range(len(counts.names)))
        else:
            for figure in counts.figures(units, material.figures.period):
                row.figure(figure, counts.base)

    Strips(paper).write(top + 2, material.lines, write)
    return top + 2 + len(material.lines)


def _short(ledger: Ledger) -> str:
    return ledger.name.removesuffix("台账")


def _add(sums: Ints, frame: pd.DataFrame, field: Field, amounts: Ints) -> None:
    """Add the amount of each record under each of its values, as blank if it has none, and in the total."""
    names = sums.shape[1] - 2
    masks = _column(frame, field.column)
    units = frame["unit"].to_numpy()
    filled = (masks & ((1 << names) - 1)) != 0
    for place in range(names):
        np.add.at(sums[:, place], units, np.where(masks >> place & 1, amounts, 0))
    np.add.at(sums[:, names], units, np.where(filled, 0, amounts))
    np.add.at(sums[:, names + 1], units, amounts)


def _amounts(frame: pd.DataFrame, base: Indicator | None) -> Iterator[Ints]:
    """What each record adds to value, low and high, and whether it states a number or leaves it unknown."""
    where, unless, name = (base.where, base.unless, base.field) if base else ((), (), "")
    match, undecided = _chosen(frame, where, unless)
    ones = np.full(len(frame), MICRO)
    kind = _column(frame, f"{name}_kind", UNKNOWN) if name else np.full(len(frame), EXACT)
    stated = match & (kind < UNKNOWN)
    for end in ("", "_low", "_high"):
        yield np.where(stated, _column(frame, name + end, 0) if name else ones, 0)
    yield stated.astype(np.int64)
    yield (undecided | (match & (kind == UNKNOWN))).astype(np.int64)


def _chosen(frame: pd.DataFrame, where: Filter, unless: Filter) -> tuple[Flags, Flags]:
    """Which records meet the conditions, and which are undecided as their table has no such column."""
    possible, undecided = np.ones(len(frame), bool), np.zeros(len(frame), bool)
    for field, mask in where:
        choices = _column(frame, field)
        meets = (choices & mask) != 0
        possible &= meets | (choices == ABSENT)
        undecided |= ~meets & (choices == ABSENT)
    for field, mask in unless:
        possible &= (_column(frame, field) & mask) == 0
    return possible & ~undecided, possible & undecided


def _column(frame: pd.DataFrame, name: str, lacking: int = ABSENT) -> Ints:
    return frame[name].to_numpy() if name in frame else np.full(len(frame), lacking)
