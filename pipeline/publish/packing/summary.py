"""A unit's portion → 汇总.xlsx: its figures, months, children, what was received, what is wrong, and its records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from pipeline.model import Figure, Indicator, Scope
from pipeline.publish import words
from pipeline.publish.cells import Cells
from pipeline.publish.frames import Book, Frames
from pipeline.publish.looks import COUNTS, HALVES, Looks
from pipeline.publish.packing import receipts, records
from pipeline.publish.packing.portions import Portion
from pipeline.publish.packing.ranking import FEWEST, Standing, Standings
from pipeline.publish.packing.told import Discretion
from pipeline.publish.sheets.lines import Line
from pipeline.publish.sheets.material import Material
from pipeline.publish.sheets.paper import Paper
from pipeline.publish.sheets.row import NOT_APPLICABLE, UNKNOWN, Row
from pipeline.publish.words import Comparison, Number

NAME = "汇总.xlsx"
FIGURES, MONTHS, CHILDREN, RANKS = "汇总", "分月", "所属单位", "名次"

_SUBMISSION = "submission"
_OWN = 2
"""The column of the unit's own figures."""
_ON_A_PAGE = 15
"""More columns of units than these are printed on several pages side by side."""
_SCOPES: dict[Scope, str] = {"own": "本级", "all": "本级及所属"}
_RANK_WIDTHS = (28.0, 10.0, 14.0, 14.0, 12.0, 14.0, 14.0)
_COMPARED = ("上期", "环比", "去年同期", "同比", "目标")
_NOTES = (
    "注：“…”是未知（没有报送、没有被接收或没有这一列），不是 0；“/”是不适用；“约”“余”“近”是由约数合成的数；“*”是有记录的这一项不明，没有加进去。",
    "上期、去年同期和目标按指标的统计范围比较；点本级的数可以看到计入的记录。",
)
_RANK_NOTES = (
    "注：与级别相同的单位（没有写级别的，与同一上级下的单位）按指标的统计范围比较；名次从数值大的排起，数值相同的名次相同，是多好还是少好看指标。",
    f"知道数的不到{FEWEST}家就不比较，写“/”；本单位的数未知的没有名次。这里没有其他单位的名称和数。",
)


def workbook(
    portion: Portion, material: Material, discretion: Discretion, frames: Frames, standings: Standings
) -> bytes:
    """The whole workbook; equal arguments give equal bytes."""
    title = f"{portion.unit.name}{material.figures.period.label}台账汇总"
    book = Book(frames, title)

    def paper(name: str, widths: Sequence[float]) -> Paper:
        return Paper(book.add_worksheet(name), frames.looks, widths)

    _figures(book.add_worksheet(FIGURES), frames.looks, title, portion, material)
    _months(paper(MONTHS, _month_widths(material)), title, portion, material)
    if portion.has_children:
        lines, indicators = _lines(portion, material), list(_indicators(portion, material))
        _children(paper(CHILDREN, [26.0, 9.0, *(12.0 for _ in lines)]), title, lines, indicators, material)
    if material.definitions.ranked:
        _ranks(paper(RANKS, _RANK_WIDTHS), title, portion, material, standings)
    receipts.received(paper(receipts.RECEIVED, receipts.WIDTHS), portion, material, discretion)
    if portion.told.findings:
        receipts.problems(paper(receipts.PROBLEMS, receipts.PROBLEM_WIDTHS), portion, material)
    for each in portion.records:
        heading = f"{portion.unit.name}：{each.ledger.name}计入本期的记录"
        records.records(
            book.add_worksheet(records.sheet_name(each.ledger)), frames, each, heading, material.period_line
        )
    return book.data()


def _indicators(portion: Portion, material: Material) -> Iterator[Indicator]:
    """How many units have reported says nothing of a unit that has none under it."""
    for indicator in material.definitions.indicators:
        if portion.has_children or indicator.kind != _SUBMISSION:
            yield indicator


# --- 汇总 ------------------------------------------------------------------------------------------------------------


def _scopes(portion: Portion) -> tuple[Scope, ...]:
    return ("own", "all") if portion.has_children else ("own",)


def _figure_widths(portion: Portion) -> list[float]:
    return [26.0, 9.0, *(11.0 for _ in _scopes(portion)), 10.0, 20.0, 10.0, 20.0, 10.0]


def _figures(sheet: Cells, looks: Looks, title: str, portion: Portion, material: Material) -> None:
    """A band for each ledger, and under it a line for each indicator."""
    paper = Paper(sheet, looks, _figure_widths(portion))
    paper.top(title, material.period_line)
    scopes = _scopes(portion)
    number = paper.header(["指标", "计量单位", *(_SCOPES[scope] for scope in scopes), *_COMPARED])
    ledgers = {ledger.id: ledger.name for ledger in material.definitions.ledgers}
    evidence = {each.ledger.id: records.sheet_name(each.ledger) for each in portion.records}
    for ledger, group in groupby(_indicators(portion, material), lambda indicator: indicator.ledger):
        paper.wide(number, ledgers.get(ledger, "报送情况"), "band")
        for indicator in group:
            number += 1
            own = _figure_row(paper.row(number), portion.unit.index, scopes, indicator, material)
            if ledger in evidence and own.value is not None:
                sheet.link(number, _OWN, f"'{evidence[ledger]}'!A1", "查看记录")
        number += 1
    paper.close(number, _NOTES)


def _figure_row(row: Row, unit: int, scopes: Sequence[Scope], indicator: Indicator, material: Material) -> Figure:
    """Write the line; the unit's own figure."""
    by_key = material.figures.by_key
    row.text(0, indicator.name)
    row.text(1, indicator.measure_word, "middle")
    for column, scope in enumerate(scopes, _OWN):
        row.figure(column, by_key[unit, scope, indicator.id], indicator)
    _compared(row, _OWN + len(scopes), by_key[unit, indicator.scope, indicator.id], indicator)
    return by_key[unit, "own", indicator.id]


def _compared(row: Row, first: int, figure: Figure, indicator: Indicator) -> None:
    row.value(first, figure.previous, indicator)
    row.text(first + 1, _change(figure, figure.previous, indicator, "环比"))
    row.value(first + 2, figure.last_year, indicator)
    row.text(first + 3, _change(figure, figure.last_year, indicator, "同比"))
    if figure.target:
        row.value(first + 4, figure.target.minimum, indicator)
    else:
        row.text(first + 4, "")


def _change(figure: Figure, base: Number | None, indicator: Indicator, kind: Comparison) -> str:
    return "" if figure.value is None or base is None else words.change_of(figure, indicator, kind)


# --- 分月 ------------------------------------------------------------------------------------------------------------


def _month_widths(material: Material) -> list[float]:
    return [26.0, 9.0, 12.0, *(9.0 for _ in material.figures.period.months), 10.0]


def _months(paper: Paper, title: str, portion: Portion, material: Material) -> None:
    """Every indicator in its own scope, by month and for the whole period."""
    paper.top(f"{title}（分月）", material.period_line)
    months = material.figures.period.months
    first = paper.header(["指标", "计量单位", "范围", *(f"{month.start.month}月" for month in months), "本期"])
    indicators = list(_indicators(portion, material))
    figures = [material.monthly.get(month) for month in months]
    for number, indicator in enumerate(indicators, first):
        key = portion.unit.index, indicator.scope, indicator.id
        row = paper.row(number)
        row.text(0, indicator.name)
        row.text(1, indicator.measure_word, "middle")
        row.text(2, _SCOPES[indicator.scope if portion.has_children else "own"], "middle")
        for column, by_key in enumerate(figures, 3):
            if by_key:
                row.figure(column, by_key[key], indicator)
            else:
                row.mark(column, NOT_APPLICABLE)
        row.figure(3 + len(months), material.figures.by_key[key], indicator)
    paper.close(first + len(indicators), ["注：不重复计的指标（种类、月份数等）和占比，本期数不等于各月之和。"])


# --- 所属单位 --------------------------------------------------------------------------------------------------------


def _lines(portion: Portion, material: Material) -> list[Line]:
    register, unit = material.definitions.register, portion.unit.index
    children = (Line(child, "all", register.units[child].name) for child in register.children[unit])
    return [Line(unit, "own", "本级"), *children, Line(unit, "all", "合计", emphasis="total")]


def _children(
    paper: Paper, title: str, lines: Sequence[Line], indicators: Sequence[Indicator], material: Material
) -> None:
    """Indicators × units: the own level, each unit right below with all under it, and the total."""
    paper.top(f"{title}（所属单位）", material.period_line)
    first = paper.header(["指标", "计量单位", *(line.label for line in lines)], freeze=2)
    for number, indicator in enumerate(indicators, first):
        row, total = paper.row(number), paper.row(number, "total")
        row.text(0, indicator.name)
        row.text(1, indicator.measure_word, "middle")
        for place, line in enumerate(lines, 2):
            figure = material.figures.by_key[line.unit, line.scope, indicator.id]
            (total if line.emphasis == "total" else row).figure(place, figure, indicator)
    paper.close(first + len(indicators), ["注：所属单位的数含它下面的单位；“…”是未知，不是 0。"])
    if len(lines) > _ON_A_PAGE:
        paper.sheet.fit_to_pages(0, 0)
        paper.sheet.repeat_columns(0, 1)


# --- 名次 ------------------------------------------------------------------------------------------------------------


def _ranks(paper: Paper, title: str, portion: Portion, material: Material, standings: Standings) -> None:
    """Each indicator that is ranked: the unit's figure, its rank, among how many, and their median."""
    paper.top(f"{title}（名次）", material.period_line)
    first = paper.header(["指标", "计量单位", "范围", "本单位", "名次", "比较的单位数", "中位数"])
    ranked = [each for each in _indicators(portion, material) if each.id in material.definitions.ranked]
    for number, indicator in enumerate(ranked, first):
        row = paper.row(number)
        row.text(0, indicator.name)
        row.text(1, indicator.measure_word, "middle")
        row.text(2, _SCOPES[indicator.scope if portion.has_children else "own"], "middle")
        row.figure(3, material.figures.by_key[portion.unit.index, indicator.scope, indicator.id], indicator)
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
