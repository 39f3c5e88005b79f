"""The sheets 汇总 and 分月 of units that are alike: laid out once, and filled with the figures of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from typing import TypeAlias

from pipeline.model import Definitions, Figure, Indicator, Scope
from pipeline.publish import cells
from pipeline.publish.cells import Cells, Content, Layout, Link, Sheet
from pipeline.publish.frames import Frames
from pipeline.publish.packing import records
from pipeline.publish.packing.columns import Columns
from pipeline.publish.packing.cuts import Numbers
from pipeline.publish.packing.portions import Portion
from pipeline.publish.sheets.material import Material
from pipeline.publish.sheets.paper import Paper

FIGURES, MONTHS = "汇总", "分月"
SCOPES: Mapping[Scope, str] = {"own": "本级", "all": "本级及所属"}

_SUBMISSION = "submission"
_OWN = 2
"""The column of the unit's own figures."""
_COMPARED = ("上期", "环比", "去年同期", "同比", "目标")
_COMPARED_WIDTHS = (10.0, 20.0, 10.0, 20.0, 10.0)
_NOTES = (
    "注：“…”是未知（没有报送、没有被接收或没有这一列），不是 0；“/”是不适用；“约”“余”“近”是由约数合成的数；“*”是有记录的这一项不明，没有加进去。",
    "上期、去年同期和目标按指标的统计范围比较；点本级的数可以看到计入的记录。",
)
_MONTHS_NOTE = "注：不重复计的指标（种类、月份数等）和占比，本期数不等于各月之和。"


Shown: TypeAlias = list[Sequence[Content]]
"""Columns, each with a content for every unit."""
ByUnit: TypeAlias = Mapping[int, Sequence[str]]


@dataclass(frozen=True, slots=True, eq=False)
class Filled:
    """What stands in the sheets of some units, and the links there."""

    figures: ByUnit
    months: ByUnit
    links: ByUnit


def indicators(definitions: Definitions, *, is_parent: bool) -> list[Indicator]:
    """How many units have reported says nothing of a unit that has none under it."""
    return [each for each in definitions.indicators if is_parent or each.kind != _SUBMISSION]


class FigureSheets:
    """Of units that all have others under them, or of which none has."""

    def __init__(self, material: Material, frames: Frames, *, is_parent: bool) -> None:
        self._material, self._frames = material, frames
        self._indicators = indicators(material.definitions, is_parent=is_parent)
        self._scopes: tuple[Scope, ...] = ("own", "all") if is_parent else ("own",)
        self._title = frames.numbers[frames.looks["title"]]
        self._figures, self._rows = self._figures_laid_out()
        self._months = self._months_laid_out()
        self._columns = [Columns(each, material.figures.period, frames) for each in self._indicators]

    def filled(self, units: Sequence[int], numbers: Numbers) -> Filled:
        """What stands there for some of the units."""
        every = [
            self._filled(columns, indicator, row, units, numbers)
            for columns, indicator, row in zip(self._columns, self._indicators, self._rows, strict=True)
        ]
        shown, begun, links = zip(*every, strict=True)
        return Filled(*(_by_unit(units, columns) for columns in (chain(*shown), chain(*begun), links)))

    def sheets(self, filled: Filled, portion: Portion, title: str) -> Iterator[Sheet]:
        """Those of one of the units; its figures lead to the records that they count."""
        unit, ledgers = portion.unit.index, {each.ledger.id for each in portion.records}
        linked = zip(filled.links[unit], self._indicators, strict=True)
        links = "".join([link for link, indicator in linked if indicator.ledger in ledgers])
        yield self._figures.filled([self._titled(title), *filled.figures[unit]], links=links)
        yield self._months.filled([self._titled(f"{title}（分月）"), *filled.months[unit]])

    def _titled(self, title: str) -> Content:
        return cells.text(title, self._title)

    def _filled(
        self, columns: Columns, indicator: Indicator, row: int, units: Sequence[int], numbers: Numbers
    ) -> tuple[Shown, Shown, Sequence[Link]]:
        """What stands behind an indicator's name in 汇总 and in 分月, and the links from its row of 汇总."""
        by_key, months = numbers.figures.by_key, numbers.months
        scopes = {"own", *self._scopes, indicator.scope}
        by_scope = {scope: [by_key[unit, scope, indicator.id] for unit in units] for scope in scopes}
        whole = columns.figures(by_scope[indicator.scope])
        shown = [whole if scope == indicator.scope else columns.figures(by_scope[scope]) for scope in self._scopes]
        begun = (columns.month(months.get(month), units) for month in self._material.figures.period.months)
        links = self._links(indicator, row, by_scope["own"])
        return [*shown, *columns.compared(by_scope[indicator.scope])], [*begun, whole], links

    def _links(self, indicator: Indicator, row: int, own: Iterable[Figure]) -> list[Link]:
        """From the unit's own figure, where it is known, to the records of its ledger."""
        ledger = next((each for each in self._material.definitions.ledgers if each.id == indicator.ledger), None)
        link = cells.link(row, _OWN, f"'{records.sheet_name(ledger)}'!A1", "查看记录") if ledger else ""
        return ["" if figure.value is None else link for figure in own]

    # --- 汇总

    def _figures_laid_out(self) -> tuple[Layout, list[int]]:
        """A band for each ledger, and under it a line for each indicator; the rows of these."""
        sheet, paper = self._paper(FIGURES, [26.0, 9.0, *(11.0 for _ in self._scopes), *_COMPARED_WIDTHS])
        number = paper.header(["指标", "计量单位", *(SCOPES[scope] for scope in self._scopes), *_COMPARED])
        ledgers = {ledger.id: ledger.name for ledger in self._material.definitions.ledgers}
        rows = []
        for ledger, group in groupby(self._indicators, lambda indicator: indicator.ledger):
            paper.wide(number, ledgers.get(ledger, "报送情况"), "band")
            for indicator in group:
                number += 1
                rows.append(number)
                self._line(sheet, paper, number, (indicator.name, indicator.measure_word))
            number += 1
        paper.close(number, _NOTES)
        return Layout(sheet), rows

    # --- 分月

    def _months_laid_out(self) -> Layout:
        """Every indicator in its own scope, by month and for the whole period."""
        months = self._material.figures.period.months
        sheet, paper = self._paper(MONTHS, [26.0, 9.0, 12.0, *(9.0 for _ in months), 10.0])
        first = paper.header(["指标", "计量单位", "范围", *(f"{month.start.month}月" for month in months), "本期"])
        for number, indicator in enumerate(self._indicators, first):
            scope = indicator.scope if "all" in self._scopes else "own"
            self._line(sheet, paper, number, (indicator.name, indicator.measure_word, SCOPES[scope]))
        paper.close(first + len(self._indicators), [_MONTHS_NOTE])
        return Layout(sheet)

    # --- both

    def _paper(self, name: str, widths: Sequence[float]) -> tuple[Cells, Paper]:
        """The sheet with its top, but for the title, which is the first to be filled in."""
        sheet = self._frames.cells(name)
        paper = Paper(sheet, self._frames.looks, widths)
        paper.top("", self._material.period_line)
        sheet.slot(0, 0)
        return sheet, paper

    def _line(self, sheet: Cells, paper: Paper, number: int, texts: Sequence[str]) -> None:
        """Of an indicator; what stands behind the texts is filled in."""
        for column, text in enumerate(texts):
            paper.text(number, column, text, "middle" if column else "cell")
        for column in range(len(texts), paper.columns):
            sheet.slot(number, column)


def _by_unit(units: Sequence[int], columns: Iterable[Sequence[str]]) -> ByUnit:
    return dict(zip(units, zip(*columns, strict=True), strict=True))
