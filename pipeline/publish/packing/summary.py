"""A unit's portion → 汇总.xlsx: its figures, months, children, what was received, what is wrong, and its records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, partial

from pipeline.model import Definitions, Figures, Indicator
from pipeline.publish import words
from pipeline.publish.cells import Cells, Sheet
from pipeline.publish.frames import Frames
from pipeline.publish.looks import COUNTS, HALVES
from pipeline.publish.packing import figure_sheets, receipts
from pipeline.publish.packing.cuts import Numbers
from pipeline.publish.packing.figure_sheets import SCOPES, FigureSheets
from pipeline.publish.packing.portions import Portion
from pipeline.publish.packing.ranking import FEWEST, Standing, Standings
from pipeline.publish.packing.records import Writer
from pipeline.publish.rounding import Number
from pipeline.publish.sheets.lines import Line
from pipeline.publish.sheets.material import Material
from pipeline.publish.sheets.paper import Paper
from pipeline.publish.sheets.row import NOT_APPLICABLE, UNKNOWN, Row
from pipeline.publish.workbook.lines import Line as Problem

NAME = "汇总.xlsx"
CHILDREN, RANKS = "所属单位", "名次"

_ON_A_PAGE = 15
"""More columns of units than these are printed on several pages side by side."""
_RANK_WIDTHS = (28.0, 10.0, 14.0, 14.0, 12.0, 14.0, 14.0)
_RANK_NOTES = (
    "注：与级别相同的单位（没有写级别的，与同一上级下的单位）按指标的统计范围比较；名次从数值大的排起，数值相同的名次相同，是多好还是少好看指标。",
    f"知道数的不到{FEWEST}家就不比较，写“/”；本单位的数未知的没有名次。这里没有其他单位的名称和数。",
)


class Summaries:
    """Makes summaries; what all of a run have in common is laid out once, and what units have in common written once."""

    def __init__(self, material: Material, frames: Frames) -> None:
        self._material, self._frames = material, frames
        self._records = Writer(frames, material.definitions.ledgers, material.period_line)
        self._figures = cache(partial(FigureSheets, material, frames))

    def workbooks(
        self,
        portions: Sequence[Portion],
        problems: Iterable[Sequence[Problem]],
        numbers: Numbers,
        standings: Standings,
    ) -> Iterator[bytes]:
        """One for each portion, with the problems of each; equal arguments give equal bytes."""
        alike = defaultdict[bool, list[int]](list)
        for portion in portions:
            alike[portion.has_children].append(portion.unit.index)
        filled = {
            is_parent: self._figures(is_parent=is_parent).filled(units, numbers) for is_parent, units in alike.items()
        }
        for portion, found in zip(portions, problems, strict=True):
            title = f"{portion.unit.name}{self._material.figures.period.label}台账汇总"
            figures = self._figures(is_parent=portion.has_children).sheets(filled[portion.has_children], portion, title)
            yield self._frames.workbook(
                title, [*figures, *self._sheets(portion, found, title, numbers.figures, standings)]
            )

    def _sheets(
        self, portion: Portion, problems: Sequence[Problem], title: str, figures: Figures, standings: Standings
    ) -> Iterator[Sheet]:
        """Behind those of the figures."""
        material = self._material
        if portion.has_children:
            lines, indicators = (
                _lines(portion, material),
                figure_sheets.indicators(material.definitions, is_parent=True),
            )
            sheet, paper = self._paper(CHILDREN, [26.0, 9.0, *(12.0 for _ in lines)])
            paper.top(f"{title}（所属单位）", material.period_line)
            _children(paper, lines, indicators, figures)
            yield sheet.sheet()
        if material.definitions.ranked:
            sheet, paper = self._paper(RANKS, _RANK_WIDTHS)
            paper.top(f"{title}（名次）", material.period_line)
            _ranks(paper, portion, material.definitions, figures, standings)
            yield sheet.sheet()
        sheet, paper = self._paper(receipts.RECEIVED, receipts.WIDTHS)
        receipts.received(paper, portion, material)
        yield sheet.sheet()
        if problems:
            sheet, paper = self._paper(receipts.PROBLEMS, receipts.PROBLEM_WIDTHS)
            receipts.problems(paper, portion, problems, material)
            yield sheet.sheet()
        for each in portion.records:
            yield self._records.sheet(each, f"{portion.unit.name}：{each.ledger.name}计入本期的记录")

    def _paper(self, name: str, widths: Sequence[float]) -> tuple[Cells, Paper]:
        sheet = self._frames.cells(name)
        return sheet, Paper(sheet, self._frames.looks, widths)


# --- 所属单位 --------------------------------------------------------------------------------------------------------


def _lines(portion: Portion, material: Material) -> list[Line]:
    register, unit = material.definitions.register, portion.unit.index
    children = (Line(child, "all", register.units[child].name) for child in register.children[unit])
    return [Line(unit, "own", "本级"), *children, Line(unit, "all", "合计", emphasis="total")]


def _children(paper: Paper, lines: Sequence[Line], indicators: Sequence[Indicator], figures: Figures) -> None:
    """Indicators × units: the own level, each unit right below with all under it, and the total."""
    first = paper.header(["指标", "计量单位", *(line.label for line in lines)], freeze=2)
    for number, indicator in enumerate(indicators, first):
        row, total = paper.row(number), paper.row(number, "total")
        row.text(0, indicator.name)
        row.text(1, indicator.measure_word, "middle")
        for place, line in enumerate(lines, 2):
            figure = figures.get(line.unit, indicator.id, line.scope)
            (total if line.emphasis == "total" else row).figure(place, figure, indicator)
    paper.close(first + len(indicators), ["注：所属单位的数含它下面的单位；“…”是未知，不是 0。"])
    if len(lines) > _ON_A_PAGE:
        paper.sheet.fit_to_pages(0, 0)
        paper.sheet.repeat_columns(0, 1)


# --- 名次 ------------------------------------------------------------------------------------------------------------


def _ranks(paper: Paper, portion: Portion, definitions: Definitions, figures: Figures, standings: Standings) -> None:
    """Each indicator that is ranked: the unit's figure, its rank, among how many, and their median."""
    first = paper.header(["指标", "计量单位", "范围", "本单位", "名次", "比较的单位数", "中位数"])
    indicators = figure_sheets.indicators(definitions, is_parent=portion.has_children)
    ranked = [each for each in indicators if each.id in definitions.ranked]
    for number, indicator in enumerate(ranked, first):
        row = paper.row(number)
        row.text(0, indicator.name)
        row.text(1, indicator.measure_word, "middle")
        row.text(2, SCOPES[indicator.scope if portion.has_children else "own"], "middle")
        row.figure(3, figures.get(portion.unit.index, indicator.id, indicator.scope), indicator)
        _standing(row, 4, standings.get((portion.unit.index, indicator.id)), indicator)
    paper.close(first + len(ranked), _RANK_NOTES)


def _standing(row: Row, first: int, standing: Standing | None, indicator: Indicator) -> None:
    if standing is None:
        for column in range(first, first + 3):
            row.mark(column, NOT_APPLICABLE)
        return
    if standing.rank is None:
        row.mark(first, UNKNOWN)
    else:
        row.count(first, standing.rank)
    row.count(first + 1, standing.units)
    _median(row, first + 2, standing.median, indicator)


def _median(row: Row, column: int, median: Number, indicator: Indicator) -> None:
    """Between two whole numbers it may be a half, which the indicator's own format would round away."""
    if words.number_format(indicator) == COUNTS and median.denominator != 1:
        row.formatted(column, float(median), HALVES)
    else:
        row.value(column, median, indicator)
