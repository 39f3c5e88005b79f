"""Who sent what → 报送情况: by unit and ledger reported, zero report, empty, not accepted or silent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import TypeAlias

from pipeline.model import Indicator, Ledger, Severity, TableSheet
from pipeline.publish.sheets.lines import Line
from pipeline.publish.sheets.material import Material
from pipeline.publish.sheets.paper import Paper, label_width
from pipeline.publish.sheets.strip import Strip, Strips

Status: TypeAlias = tuple[str, str]
"""A text with its symbol, and its look."""
Statuses: TypeAlias = Mapping[tuple[int, str], Status]
"""By unit and ledger."""
Counts: TypeAlias = Mapping[str, Counter[int]]
"""By ledger the records of each unit."""

REPORTED, ZERO = ("✓ 已报", "good"), ("○ 零报告", "calm")
REFUSED, EMPTY = ("! 未被接收", "doubt"), ("□ 空表", "doubt")
SILENT, NOT_DUE = ("✗ 未报送", "bad"), ("/", "middle")

_SUBMISSION = ("due", "received", "rate")
_LEDGERS = 2 + len(_SUBMISSION)
"""The first of their columns."""


def widths(material: Material, table: TableSheet) -> list[float]:  # noqa: ARG001 - one shape for all kinds
    pairs = (width for _ in material.definitions.ledgers for width in (12.0, 8.0))
    return [label_width(material.lines), 9.0, 8.0, 8.0, 8.0, *pairs]


def submission(paper: Paper, material: Material, table: TableSheet) -> None:
    """One line a unit: due and received, then the state and number of records of each ledger."""
    paper.top(material.title(table), material.period_line, "计量单位：个、条")
    short = [ledger.name.removesuffix("台账") for ledger in material.definitions.ledgers]
    names = [text for name in short for text in (name, f"{name}记录")]
    first = paper.header(["单位", "级别", "应报", "已报", "报送率", *names])
    statuses, counts = all_statuses(material), record_counts(material)
    Strips(paper).write(first, material.lines, partial(_write, material, statuses, counts))
    notes = [
        "注：小计、合计栏为“已报或零报告单位数/应报单位数”。已报：本期有被接收的台账；零报告：写明没有；空表：只有表头；未被接收：有错误，见 问题清单.xlsx。",
        "来件的报送日期一般无从得知，不判定迟报。",
    ]
    paper.close(first + len(material.lines), notes)


def all_statuses(material: Material) -> Statuses:
    refused, empty, counts = _refused(material), _empty(material), record_counts(material)

    def status(unit: int, ledger: str, *, due: bool) -> Status:
        if (unit, ledger) in material.known:
            return REPORTED if counts[ledger][unit] else ZERO
        if (unit, ledger) in refused:
            return REFUSED
        if (unit, ledger) in empty:
            return EMPTY
        return SILENT if due else NOT_DUE

    units, ledgers = material.definitions.register.units, material.definitions.ledgers
    return {(u.index, ledger.id): status(u.index, ledger.id, due=u.due) for u in units for ledger in ledgers}


def record_counts(material: Material) -> Counts:
    """The records that count in the period."""
    ledgers = (ledger.id for ledger in material.definitions.ledgers)
    return {id: Counter(material.records[id]["unit"].tolist() if id in material.records else ()) for id in ledgers}


def _refused(material: Material) -> set[tuple[int, str]]:
    """Units with rejected rows in a table that may be of the period, or with an error of a whole sheet or file."""
    period, units = material.figures.period, {name: index for index, name in enumerate(material.unit_names)}
    tables = (t for t in material.figures.harvest.tables if t.period is None or t.period.overlaps(period))
    rows = {(unit if unit >= 0 else table.unit, table.ledger) for table in tables for _, unit in table.rejected}
    whole = (f for f in material.findings if f.severity is Severity.ERROR and f.unit in units and not f.origin.row)
    return rows | {(units[finding.unit], finding.ledger) for finding in whole}


def _empty(material: Material) -> set[tuple[int, str]]:
    """Units that sent a form of the period with a header and no row."""
    period, harvest = material.figures.period, material.figures.harvest
    filled = {cover.table for cover in harvest.coverage if cover.records}
    return {
        (table.unit, table.ledger)
        for place, table in enumerate(harvest.tables)
        if (table.period is None or table.period.overlaps(period)) and place not in filled
    }


def _write(material: Material, statuses: Statuses, counts: Counts, row: Strip, line: Line) -> None:
    register = material.definitions.register
    row.mark(register.units[line.unit].level if line.scope == "own" else "")
    for indicator in _indicators(material):
        row.figure(material.figures.by_key[line.unit, line.scope, indicator.id], indicator)
    row.to(_LEDGERS)
    units = (line.unit,) if line.scope == "own" else register.below(line.unit)
    for ledger in material.definitions.ledgers:
        if line.scope == "own":
            row.word(*statuses[line.unit, ledger.id])
        else:
            row.mark(_fraction(material, units, ledger))
        row.count(sum(counts[ledger.id][unit] for unit in units))


def _indicators(material: Material) -> list[Indicator]:
    by_part = {i.of: i for i in material.definitions.indicators if i.kind == "submission"}
    return [by_part[part] for part in _SUBMISSION if part in by_part]


def _fraction(material: Material, units: tuple[int, ...], ledger: Ledger) -> str:
    """``8/10``: of the units that are due, how many answered for the ledger."""
    due = [unit for unit in units if material.definitions.register.units[unit].due]
    return f"{sum((unit, ledger.id) in material.known for unit in due)}/{len(due)}"
