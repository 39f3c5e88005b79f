"""Figures and the records behind them → 汇总表.xlsx, sheet by sheet as templates/tables.toml says."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from xlsxwriter import Workbook

from pipeline.model import Definitions, Figures, Finding, TableSheet
from pipeline.publish import looks
from pipeline.publish.looks import Looks
from pipeline.publish.sheets import categories, charts, notes, numbers, records, submission, targets, traces
from pipeline.publish.sheets.material import Material, Monthly, Records
from pipeline.publish.sheets.paper import Paper

COVER, CONTENTS = "封面", "目录"

Widths: TypeAlias = Callable[[Material, TableSheet], list[float]]
Write: TypeAlias = Callable[[Paper, Material, TableSheet], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """How wide the columns of a sheet are, and what is written on it."""

    widths: Widths
    write: Write


KINDS: Mapping[str, Kind] = {
    "summary": Kind(numbers.summary_widths, numbers.summary),
    "monthly": Kind(numbers.monthly_widths, numbers.monthly),
    "categories": Kind(categories.widths, categories.categories),
    "changes": Kind(numbers.changes_widths, numbers.changes),
    "targets": Kind(targets.widths, targets.targets),
    "submission": Kind(submission.widths, submission.submission),
    "rules": Kind(notes.rule_widths, notes.rules),
}


def workbook(
    figures: Figures,
    definitions: Definitions,
    monthly: Monthly,
    counted: Records,
    findings: Iterable[Finding] = (),
) -> bytes:
    """The whole workbook; equal arguments give equal bytes.

    `monthly` holds the figures of each month that has begun, `counted` by ledger the rows that count in the period
    (without them there are no categories and no evidence).
    """
    evidence = traces.plan(counted, definitions, figures.harvest)
    material = Material(figures, definitions, monthly, counted, tuple(findings), evidence)
    data = io.BytesIO()
    with looks.workbook(data, figures.as_of, f"{figures.period.label}统计汇总表") as book:
        _fill(book, material)
    return data.getvalue()


def _fill(book: Workbook, material: Material) -> None:
    styles = Looks(book)
    notes.cover(_paper(book, styles, COVER, notes.COVER_WIDTHS), material)
    notes.contents(_paper(book, styles, CONTENTS, notes.CONTENTS_WIDTHS), material, list(_listed(material)))
    for table in material.definitions.tables:
        kind = KINDS[table.kind]
        kind.write(_paper(book, styles, table.name, kind.widths(material, table)), material, table)
    charts.charts(_paper(book, styles, charts.NAME, charts.WIDTHS), book, material)
    for trace in material.traces.by_ledger.values():
        records.records(_paper(book, styles, trace.sheet, records.widths(trace)), material, trace)


def _paper(book: Workbook, styles: Looks, name: str, widths: Iterable[float]) -> Paper:
    """The next sheet, once the looks of the last one have their numbers."""
    for sheet in book.worksheets()[-1:]:
        sheet.settle()
    return Paper(book.add_worksheet(name), styles, tuple(widths))


def _listed(material: Material) -> Iterator[tuple[str, str]]:
    yield from ((table.name, table.title) for table in material.definitions.tables)
    yield charts.NAME, "分月、分单位、分类别和报送情况的图"
    yield from ((trace.sheet, f"{trace.ledger.name}计入本期的记录") for trace in material.traces.by_ledger.values())
