"""Figures with a target → 目标完成: what was reached, and a verdict in words, colour and symbol."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from pipeline.model import Figure, Indicator, TableSheet, Target
from pipeline.period import Period
from pipeline.publish import evidence, rounding
from pipeline.publish.sheets.lines import Line
from pipeline.publish.sheets.material import Material
from pipeline.publish.sheets.paper import Paper, label_width
from pipeline.publish.sheets.row import UNKNOWN, Row

_HEADER = ("单位", "指标", "目标（不少于）", "目标期间", "完成", "完成率", "时间进度", "结果", "依据")
_SPANS = {"year": "全年", "half": "半年", "quarter": "季度", "month": "月", None: "本期"}
_RESULTS = {
    "met": ("✓ 已达标", "good"),
    "below": ("✗ 未达标", "bad"),
    "under way": ("→ 进行中", "calm"),
    "unknown": ("约 待核实", "doubt"),
    "waiting": ("… 待补报", "doubt"),
}
_UNKNOWN = "… 未知", "doubt"
_PERCENT, _ABOUT_PERCENT = "0.0%", '"约"0.0%'


def widths(material: Material, table: TableSheet) -> list[float]:  # noqa: ARG001 - one shape for all kinds
    return [label_width(material.lines), 24.0, 14.0, 10.0, 10.0, 10.0, 10.0, 14.0, 30.0]


def targets(paper: Paper, material: Material, table: TableSheet) -> None:
    """One line for each unit and target; a target that still has time is under way, never missed."""
    paper.top(material.title(table), material.period_line)
    first = paper.header(_HEADER)
    aimed = list(_aimed(material, table))
    for number, (line, indicator, figure) in enumerate(aimed, first):
        _write(paper.row(number), material, line, indicator, figure)
    if not aimed:
        paper.wide(first, "没有设目标：在 参考数据.xlsx 的“目标”里填写。", "band")
    note = "注：全年目标在上半年只看进度，不判未达标；有单位未报送时，不足目标的记为待补报；约数够不够说不准、有记录没填清的记为待核实。"
    paper.close(first + max(len(aimed), 1), [note])


def _aimed(material: Material, table: TableSheet) -> Iterator[tuple[Line, Indicator, Figure]]:
    by_key = material.figures.by_key
    for indicator in material.indicators(table):
        for line in material.lines:
            figure = by_key[line.unit, indicator.scope, indicator.id]
            if figure.target and _shown(line, indicator, material):
                yield line, indicator, figure


def _shown(line: Line, indicator: Indicator, material: Material) -> bool:
    """A unit with others under it has two lines; the one in the indicator's scope bears the target."""
    return line.scope == indicator.scope or not material.definitions.register.children[line.unit]


def _write(row: Row, material: Material, line: Line, indicator: Indicator, figure: Figure) -> None:
    target = figure.target
    assert target is not None
    row.text(0, material.unit_names[line.unit])
    row.text(1, indicator.name)
    row.value(2, target.minimum, indicator)
    row.text(3, _SPANS[target.span], "middle")
    row.figure(4, figure, indicator, material.traces.link(indicator.ledger, line.unit, indicator.scope))
    if figure.value is None or not target.minimum:
        row.mark(5, UNKNOWN)
    else:
        look = _PERCENT if figure.exact else _ABOUT_PERCENT
        row.formatted(5, _share(Fraction(figure.value) / target.minimum), look)
    row.formatted(6, _share(_pace(target, material.figures.period)), _PERCENT)
    row.text(7, *_result(material, figure))
    row.text(8, target.basis, "wrapped")


def _share(share: Fraction) -> float:
    return float(rounding.half_up(share, 3))


def _pace(target: Target, period: Period) -> Fraction:
    """How much of the target's span the period is."""
    span = Period.of(period.start.year, target.span or period.span)
    return min(Fraction(len(period.months), len(span.months)), Fraction(1))


def _result(material: Material, figure: Figure) -> tuple[str, str]:
    if figure.value is None:
        return _UNKNOWN
    ended = material.figures.as_of >= material.figures.period.end
    return _RESULTS[evidence.verdict(figure, ended=ended)]
