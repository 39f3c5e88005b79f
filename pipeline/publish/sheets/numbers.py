"""Figures → the sheets that lay them out by unit: 总表, 分月 and 同比环比."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from typing import TypeAlias

from pipeline.model import Figure, Indicator, TableSheet
from pipeline.publish import rounding, words
from pipeline.publish.sheets.lines import Line
from pipeline.publish.sheets.material import Material
from pipeline.publish.sheets.paper import Paper, label_width
from pipeline.publish.sheets.row import NOT_APPLICABLE, UNKNOWN
from pipeline.publish.sheets.strip import Strip, Strips
from pipeline.publish.words import Comparison

WriteRow: TypeAlias = Callable[[Indicator, Strip, Line], None]

_PAGE, _NARROW, _WIDE = 140, 8.4, 14.0
"""In characters: a page of even columns, and a column between a header of four and of seven Chinese ones a line."""
_SILENT = "未报单位数"
_RATE, _POINTS = "0.0%", '0.0"个百分点"'
_CHANGES = ("本期", "上期", "环比", "去年同期", "同比")
_KINDS: tuple[Comparison, ...] = ("环比", "同比")


def summary_widths(material: Material, table: TableSheet) -> list[float]:
    label = label_width(material.lines)
    even = min((_PAGE - label) / (len(table.indicators) + 1), _WIDE)
    return [label, *(max(_width(material, each), even) for each in material.indicators(table)), max(_NARROW, even)]


def _width(material: Material, indicator: Indicator) -> float:
    """Room for the largest number, which is the total's, in bold and with its signs."""
    total = material.figures.by_key[material.definitions.register.root, "all", indicator.id]
    return max(_NARROW, len(words.shown(total.value, indicator)) + 4.5)


def summary(paper: Paper, material: Material, table: TableSheet) -> None:
    """Units × indicators; every number leads to the first record of its unit."""
    indicators = material.indicators(table)
    paper.top(material.title(table), material.period_line, "计量单位：见表头")
    names = ["单位", *(indicator.name for indicator in indicators), _SILENT]
    measures = ["", *(indicator.measure_word for indicator in indicators), "个"]
    first = paper.header(names, measures)
    Strips(paper).write(first, material.lines, partial(_summary_row, material, indicators))
    ledgers = dict.fromkeys(indicator.ledger for indicator in indicators)
    known = {ledger.id for ledger in material.definitions.ledgers}
    notes = [note for ledger in ledgers if ledger in known and (note := material.silence(ledger))]
    paper.close(first + len(material.lines), notes)


def _summary_row(material: Material, indicators: Sequence[Indicator], row: Strip, line: Line) -> None:
    by_key, link = material.figures.by_key, material.traces.link
    unit, scope = line.unit, line.scope
    silent = 0
    for indicator in indicators:
        figure = by_key[unit, scope, indicator.id]
        silent = max(silent, figure.silent)
        row.figure(figure, indicator, link(indicator.ledger, unit, scope))
    row.count(silent)


def monthly_widths(material: Material, table: TableSheet) -> list[float]:  # noqa: ARG001 - one shape for all kinds
    return [label_width(material.lines), *(9.0 for _ in material.figures.period.months), 10.0]


def monthly(paper: Paper, material: Material, table: TableSheet) -> None:
    """For each indicator a block of units × months; the last column is the figure of the whole period."""
    months = material.figures.period.months

    figures = [material.monthly.get(month) for month in months]

    def write(indicator: Indicator, row: Strip, line: Line) -> None:
        key = line.unit, line.scope, indicator.id
        for by_key in figures:
            if by_key:
                row.figure(by_key[key], indicator)
            else:
                row.mark(NOT_APPLICABLE)
        row.figure(material.figures.by_key[key], indicator, material.link(line, indicator))

    note = "注：本期栏是整个报告期的数，不重复计的指标（单位数、种类、月份数等）和占比不等于各月之和。"
    end = _blocks(paper, material, table, ["单位", *(f"{month.start.month}月" for month in months), "本期"], write)
    paper.close(end, [note])


def changes_widths(material: Material, table: TableSheet) -> list[float]:  # noqa: ARG001 - one shape for all kinds
    return [label_width(material.lines), *(16.0 for _ in _CHANGES)]


def changes(paper: Paper, material: Material, table: TableSheet) -> None:
    """For each indicator a block of units with the previous period and the same period last year."""

    def write(indicator: Indicator, row: Strip, line: Line) -> None:
        figure = material.figures.by_key[line.unit, line.scope, indicator.id]
        row.figure(figure, indicator, material.link(line, indicator))
        for kind in _KINDS:
            row.figure(words.base(figure, kind), indicator)
            _change(row, figure, kind, indicator)

    period = material.figures.period
    note = f"注：上期为{period.previous.label}，去年同期为{period.last_year.label}；▲上升，▼下降；占比按百分点比较；基数为0的不比较。"
    end = _blocks(paper, material, table, ["单位", *_CHANGES], write)
    paper.close(end, [note])


def _blocks(paper: Paper, material: Material, table: TableSheet, header: Sequence[str], write: WriteRow) -> int:
    """A block of all lines for each indicator, under a band with its name and measure word; the row after them."""
    paper.top(material.title(table), material.period_line)
    top = paper.header(header)
    height = 1 + len(material.lines)
    strips, indicators = Strips(paper), material.indicators(table)
    for block, indicator in enumerate(indicators):
        band = top + block * height
        paper.wide(band, f"{indicator.name}（{indicator.measure_word}）", "band")
        strips.write(band + 1, material.lines, partial(write, indicator))
    paper.sheet.set_h_pagebreaks([top + block * height for block in range(1, len(indicators))])
    return top + len(indicators) * height


def _change(row: Strip, figure: Figure, kind: Comparison, indicator: Indicator) -> None:
    """The growth as a share of the base, or between two shares the difference in percentage points."""
    value, base, approximate = figure.value, words.base(figure, kind).value, words.is_rough(figure, kind)
    if value is None or base is None:
        row.mark(UNKNOWN)
    elif indicator.percent:
        _moved(row, Fraction(value - base) * 100, 1, _POINTS, approximate=approximate)
    elif base or not value:
        _moved(row, Fraction(value - base) / (base or 1) * 100, 100, _RATE, approximate=approximate)
    else:
        row.mark(NOT_APPLICABLE)


def _moved(row: Strip, percents: Fraction, scale: int, number_format: str, *, approximate: bool) -> None:
    """With a sign of up or down; where 0.0 is shown, in the words of a report. `scale` are the percents of 1 in the cell."""
    shown = rounding.half_up(percents, 1)
    about, level = "约" if approximate else "", words.level(0 if shown else percents, approximate=approximate)
    look = f'"▲{about}"{number_format};"▼{about}"{number_format};"{level}"'
    row.formatted(float(Fraction(shown) / scale), look)
