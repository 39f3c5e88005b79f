"""Records → 分类: how often each value of a choice occurs, by unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.model import ABSENT, EXACT, MICRO, UNKNOWN, Field, Filter, Indicator, Ledger, TableSheet
from pipeline.publish.looks import COUNTS
from pipeline.publish.sheets.lines import Line
from pipeline.publish.sheets.material import Material
from pipeline.publish.sheets.paper import HEADER_ROW, Paper, label_width
from pipeline.publish.sheets.row import UNKNOWN as UNKNOWN_MARK
from pipeline.publish.sheets.strip import Strip, Strips

if TYPE_CHECKING:
    import pandas as pd

Ints: TypeAlias = NDArray[np.int64]

_BLANK, _TOTAL = "未填", "合计"
_ABOUT = f'"约"{COUNTS}'


@dataclass(frozen=True, slots=True, eq=False)
class Breakdown:
    """Counts of one field: a row for each unit's own records, a column for each name, then blank and total."""

    title: str
    names: tuple[str, ...]
    own: Ints
    rough: Ints
    """How many of the records counted there state no exact number."""


def breakdown(material: Material, table: TableSheet, ledger_id: str, field_name: str) -> Breakdown:
    """What the sheet's indicator of that ledger counts, else every record, once under each of its values."""
    ledger = material.definitions.ledger(ledger_id)
    field = ledger.field(field_name)
    base = next((each for each in material.indicators(table) if each.ledger == ledger_id), None)
    counted = f"{base.name}（{base.measure_word}）" if base else "记录（条）"
    names = field.vocabulary.names if field.vocabulary else ()
    own, rough = np.zeros((2, len(material.unit_names), len(names) + 2), np.int64)
    frame = material.records.get(ledger_id)
    if frame is not None and len(frame):
        _count(own, frame, field, base, _amounts(frame, base))
        _count(rough, frame, field, base, _inexact(frame, base))
    return Breakdown(f"{_short(ledger)}按{field.header}分：{counted}", (*names, _BLANK, _TOTAL), own, rough)


def widths(material: Material, table: TableSheet) -> list[float]:
    columns = max(len(breakdown(material, table, *pair).names) for pair in table.fields)
    return [label_width(material.lines), *(9.0 for _ in range(columns))]


def categories(paper: Paper, material: Material, table: TableSheet) -> None:
    """One block, a page each, for each field; with a single one its header is repeated on every page."""
    paper.top(material.title(table), material.period_line)
    tops = [HEADER_ROW]
    for ledger, field in table.fields:
        tops.append(_block(paper, material, breakdown(material, table, ledger, field), ledger, tops[-1]))
    paper.sheet.set_h_pagebreaks(tops[1:-1])
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
        units = [line.unit] if line.scope == "own" else list(below(line.unit))
        if known.isdisjoint(units):
            row.mark(UNKNOWN_MARK, len(counts.names))
        else:
            _counts(row, *(each[units].sum(axis=0).tolist() for each in (counts.own, counts.rough)))

    Strips(paper).write(top + 2, material.lines, write)
    return top + 2 + len(material.lines)


def _counts(row: Strip, numbers: Sequence[int], rough: Sequence[int]) -> None:
    if not any(rough):
        row.counts(numbers)
        return
    for number, inexact in zip(numbers, rough, strict=True):
        row.formatted(number, _ABOUT if inexact else COUNTS)


def _short(ledger: Ledger) -> str:
    return ledger.name.removesuffix("台账")


def _count(own: Ints, frame: pd.DataFrame, field: Field, base: Indicator | None, amounts: Ints) -> None:
    """Add what each record counts, under each of its values, as blank if it has none, and in the total."""
    names = own.shape[1] - 2
    if base:
        amounts = np.where(_meets(frame, base.where, base.unless), amounts, 0)
    masks = _column(frame, field.column)
    units = frame["unit"].to_numpy()
    filled = (masks & ((1 << names) - 1)) != 0
    for place in range(names):
        np.add.at(own[:, place], units, np.where(masks >> place & 1, amounts, 0))
    np.add.at(own[:, names], units, np.where(filled, 0, amounts))
    np.add.at(own[:, names + 1], units, amounts)


def _amounts(frame: pd.DataFrame, base: Indicator | None) -> Ints:
    """What each record adds: its quantity if the indicator is a sum, else one."""
    if base is None or base.kind != "sum":
        return np.ones(len(frame), np.int64)
    if base.field not in frame:
        return np.zeros(len(frame), np.int64)
    unknown = frame[f"{base.field}_kind"].to_numpy() >= UNKNOWN
    return np.where(unknown, 0, frame[base.field].to_numpy() // MICRO)


def _inexact(frame: pd.DataFrame, base: Indicator | None) -> Ints:
    """1 for each record whose quantity is approximate."""
    if base is None or base.kind != "sum" or base.field not in frame:
        return np.zeros(len(frame), np.int64)
    kind = frame[f"{base.field}_kind"].to_numpy()
    return ((kind > EXACT) & (kind < UNKNOWN)).astype(np.int64)


def _meets(frame: pd.DataFrame, where: Filter, unless: Filter) -> NDArray[np.bool_]:
    meets = np.ones(len(frame), bool)
    for field, mask in where:
        meets &= (_column(frame, field) & mask) != 0
    for field, mask in unless:
        meets &= (_column(frame, field) & mask) == 0
    return meets


def _column(frame: pd.DataFrame, name: str) -> Ints:
    return frame[name].to_numpy() if name in frame else np.full(len(frame), ABSENT)
