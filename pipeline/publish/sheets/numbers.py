"""Figures → the sheets that lay them out by unit: 总表, 分月 and 同比环比."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from pipeline.model import Figure, Indicator, TableSheet
from pipeline.publish import words
from pipeline.publish.looks import Emphasis
from pipeline.publish.sheets.lines import Line
from pipeline.publish.sheets.material import Material
from pipeline.publish.sheets.paper import NOT_APPLICABLE, UNKNOWN, Paper, label_width
from pipeline.publish.words import Number

WriteRow = Callable[[int, Line, Indicator], None]

_SILENT = "未报单位数"
_RATE = '"▲"0.0%;"▼"0.0%;"持平"'
_POINTS = '"▲"0.0"个百分点";"▼"0.0"个百分点";"持平"'
_CHANGES = ("本期", "上期", "环比", "去年同期", "同比")


def summary_widths(material: Material, table: TableSheet) -> list[float]:
    return [label_width(material.lines), *(9.0 for _ in (*table.indicators, _SILENT))]


def summary(paper: Paper, material: Material, table: TableSheet) -> None:
    """Units × indicators; every number leads to the first record of its unit."""
    indicators = material.indicators(table)
    paper.top(material.title(table), material.period_line, "计量单位：见表头")
    names = ["单位", *(indicator.name for indicator in indicators), _SILENT]
    measures = ["", *(indicator.measure_word for indicator in indicators), "个"]
    first = paper.header(names, measures)
    for row, line in enumerate(material.lines, first):
        _summary_row(paper, material, row, line, indicators)
    ledgers = dict.fromkeys(indicator.ledger for indicator in indicators)
    known = {ledger.id for ledger in material.definitions.ledgers}
    notes = [note for ledger in ledgers if ledger in known and (note := material.silence(ledger))]
    paper.close(first + len(material.lines), notes)


def _summary_row(paper: Paper, material: Material, row: int, line: Line, indicators: Sequence[Indicator]) -> None:
    by_key, link = material.figures.by_key, material.traces.link
    unit, scope, emphasis = line.unit, line.scope, line.emphasis
    silent = 0
    paper.label(row, line)
    for column, indicator in enumerate(indicators, 1):
        figure = by_key[unit, scope, indicator.id]
        silent = max(silent, figure.silent)
        paper.figure(row, column, figure, indicator, emphasis, link(indicator.ledger, unit, scope))
    paper.count(row, len(indicators) + 1, silent, emphasis)


def monthly_widths(material: Material, table: TableSheet) -> list[float]:  # noqa: ARG001 - one shape for all kinds
    return [label_width(material.lines), *(9.0 for _ in material.figures.period.months), 10.0]


def monthly(paper: Paper, material: Material, table: TableSheet) -> None:
    """For each indicator a block of units × months; the last column is the figure of the whole period."""
    months = material.figures.period.months

    def write(row: int, line: Line, indicator: Indicator) -> None:
        key = line.unit, line.scope, indicator.id
        for column, month in enumerate(months, 1):
            figures = material.monthly.get(month)
            if figures is None:
                paper.mark(row, column, NOT_APPLICABLE, line.emphasis)
            else:
                paper.figure(row, column, figures[key], indicator, line.emphasis)
        whole = material.figures.by_key[key]
        link = material.traces.link(indicator.ledger, line.unit, line.scope)
        paper.figure(row, len(months) + 1, whole, indicator, line.emphasis, link)

    note = "注：本期栏是整个报告期的数，不重复计的指标（单位数、种类、月份数等）和占比不等于各月之和。"
    _blocks(paper, material, table, ["单位", *(f"{month.start.month}月" for month in months), "本期"], write, note)


def changes_widths(material: Material, table: TableSheet) -> list[float]:  # noqa: ARG001 - one shape for all kinds
    return [label_width(material.lines), *(16.0 for _ in _CHANGES)]


def changes(paper: Paper, material: Material, table: TableSheet) -> None:
    """For each indicator a block of units with the previous period and the same period last year."""

    def write(row: int, line: Line, indicator: Indicator) -> None:
        figure = material.figures.by_key[line.unit, line.scope, indicator.id]
        link = material.traces.link(indicator.ledger, line.unit, line.scope)
        paper.figure(row, 1, figure, indicator, line.emphasis, link)
        for column, base in ((2, figure.previous), (4, figure.last_year)):
            _base(paper, row, column, base, indicator, line.emphasis)
            _change(paper, row, column + 1, figure, base, indicator, line.emphasis)

    period = material.figures.period
    note = f"注：上期为{period.previous.label}，去年同期为{period.last_year.label}；▲上升，▼下降；占比按百分点比较；基数为0的不比较。"
    _blocks(paper, material, table, ["单位", *_CHANGES], write, note)


def _blocks(
    paper: Paper, material: Material, table: TableSheet, header: Sequence[str], write: WriteRow, note: str
) -> None:
    """One block of all lines for each indicator, under a band with its name and measure word; a page each."""
    paper.top(material.title(table), material.period_line)
    row = paper.header(header)
    breaks = []
    for indicator in material.indicators(table):
        breaks.append(row)
        paper.wide(row, f"{indicator.name}（{indicator.measure_word}）", "band")
        for row, line in enumerate(material.lines, row + 1):  # noqa: B020, PLW2901 - the next block starts below
            paper.label(row, line)
            write(row, line, indicator)
        row += 1
    paper.sheet.set_h_pagebreaks(breaks[1:])
    paper.close(row, [note])


def _base(paper: Paper, row: int, column: int, base: Number | None, indicator: Indicator, emphasis: Emphasis) -> None:
    if base is None:
        paper.mark(row, column, UNKNOWN, emphasis)
    else:
        paper.value(row, column, base, indicator, paper.looks.figure(indicator, emphasis))


def _change(
    paper: Paper, row: int, column: int, figure: Figure, base: Number | None, indicator: Indicator, emphasis: Emphasis
) -> None:
    """The growth as a share of the base, or between two shares the difference in percentage points."""
    value = figure.value
    if value is None or base is None:
        paper.mark(row, column, UNKNOWN, emphasis)
    elif indicator.percent:
        points = words.rounded(Fraction(value - base) * 100, 1)
        paper.sheet.write_number(row, column, float(points), paper.looks.number(_POINTS, emphasis))
    elif base or not value:
        growth = words.rounded(Fraction(value - base) / base, 3) if base else 0
        paper.sheet.write_number(row, column, float(growth), paper.looks.number(_RATE, emphasis))
    else:
        paper.mark(row, column, NOT_APPLICABLE, emphasis)
