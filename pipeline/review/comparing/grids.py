"""The tables of a report in; cells that contradict a figure, and totals that their rows or columns do not add up to, out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from pipeline.model import Indicator
from pipeline.publish.narrative import Run
from pipeline.publish.tags import Numbers, Tag
from pipeline.publish.unit_tags import UnitTags
from pipeline.review.manuscript import Paragraph
from pipeline.review.places import Line
from pipeline.review.proposing import amounts, numerals, profiles
from pipeline.spelling import normal

_TOTAL = re.compile("(?:合计|总计|总数|共计)")
_SUBTOTAL = re.compile("小计")
_NOT_ADDED = re.compile("率|占比|%|用时|序号|增长|同比|环比")
"""In the heading of a column: its numbers add up to nothing."""
_TOTALS = ("合计", "总计")
_GENERAL = ("", "数值", "数量", "本期", "本期值", "完成数", "完成情况")
_BRACKET = re.compile(r"\(.*?\)")


@dataclass(frozen=True, slots=True)
class Cell:
    """`value` is None where the cell holds no exact plain number."""

    paragraph: int
    text: str
    value: Fraction | None


Grid: TypeAlias = Mapping[tuple[int, int], Cell]
"""(row, column) → cell."""


def lines(paragraphs: tuple[Paragraph, ...], run: Run, unit: int) -> Iterator[Line]:
    """`unit` is the report's; a cell's unit and indicator are those that its row and column are called by."""
    for grid in _grids(paragraphs):
        yield from _totals(grid)
        yield from _figures(grid, run, unit)


def _grids(paragraphs: tuple[Paragraph, ...]) -> Iterator[Grid]:
    found: dict[int, dict[tuple[int, int], Cell]] = {}
    for number, paragraph in enumerate(paragraphs):
        if paragraph.cell and not paragraph.aside:
            table, row, column = paragraph.cell
            cell = Cell(number, paragraph.text, _value(paragraph.text))
            found.setdefault(table, {}).setdefault((row, column), cell)
    yield from found.values()


def _value(text: str) -> Fraction | None:
    plain = numerals.narrowed(text).replace(",", "").strip()
    match = re.fullmatch(r"(-?\d+(?:\.\d+)?)(%?)[^\d%]{0,3}", plain)
    return Fraction(match[1]) / (100 if match[2] else 1) if match else None


# --- totals ----------------------------------------------------------------------------------------------------------


def _totals(grid: Grid) -> Iterator[Line]:
    yield from _summed(grid)
    yield from _summed({(column, row): cell for (row, column), cell in grid.items()})


def _summed(grid: Grid) -> Iterator[Line]:
    """Rows that are called a total, column by column; the caller turns the table for the totals of its rows."""
    rows = sorted({row for row, _ in grid})
    for total in (row for row in rows if _TOTAL.search(normal(_label(grid, row)))):
        others = [row for row in rows if row != total and not _TOTAL.search(normal(_label(grid, row)))]
        for column in sorted({column for _, column in grid} - {0}):
            yield from _column(grid, total, others, column)


def _column(grid: Grid, total: int, others: list[int], column: int) -> Iterator[Line]:
    stated = grid.get((total, column))
    heading = _top(grid, column)
    if stated is None or stated.value is None or _NOT_ADDED.search(heading):
        return
    plain = [row for row in others if not _SUBTOTAL.search(_label(grid, row))]
    partial = [row for row in others if _SUBTOTAL.search(_label(grid, row))]
    sums = [added for each in (plain, partial) if (added := _added(grid, each, column)) is not None]
    if sums and stated.value not in sums:
        message = f"合计与各项之和{amounts.plain(sums[0])}不符"
        yield Line(
            stated.paragraph + 1, 0, len(stated.text), stated.text, verdict="sum", message=f"{heading.strip()}{message}"
        )


def _added(grid: Grid, rows: list[int], column: int) -> Fraction | None:
    """None if fewer than two cells hold a number, or one holds something that is neither a number nor nothing."""
    cells = [grid[row, column] for row in rows if (row, column) in grid]
    values = [cell.value for cell in cells if cell.value is not None]
    vague = [cell for cell in cells if cell.value is None and re.search(r"\d", cell.text)]
    return sum(values, Fraction(0)) if len(values) > 1 and not vague else None


def _label(grid: Grid, row: int) -> str:
    return grid[row, 0].text if (row, 0) in grid else ""


def _top(grid: Grid, column: int) -> str:
    return grid[0, column].text if (0, column) in grid else ""


# --- figures ---------------------------------------------------------------------------------------------------------


def _figures(grid: Grid, run: Run, unit: int) -> Iterator[Line]:
    names = _names(run)
    spellings = run.basis.definitions.register.spellings
    by_unit = any(normal(cell.text) in spellings for (row, column), cell in grid.items() if not row or not column)
    general = {*_GENERAL, normal(run.basis.figures.period.label), *(_TOTALS if by_unit else ())}
    for (row, column), cell in sorted(grid.items()):
        if row and column and cell.value is not None:
            labels = [normal(text) for text in (_label(grid, row), _top(grid, column))]
            indicator = next((names[each] for label in labels for each in _spellings(label) if each in names), None)
            whose = _unit(labels, spellings, general, unit) if indicator else None
            if indicator and whose is not None:
                yield _compared(cell, UnitTags(run.basis, Numbers(), whose).tag(indicator))


def _names(run: Run) -> dict[str, Indicator]:
    """What a column may call an indicator: its name, also without 次数 and the like if that names one alone."""
    full = {normal(each.name): each for each in run.basis.definitions.indicators}
    short: dict[str, list[Indicator]] = {}
    for each in run.basis.definitions.indicators:
        short.setdefault(normal(profiles.core(each.name)), []).append(each)
    return {name: found[0] for name, found in short.items() if len(found) == 1} | full


def _spellings(label: str) -> tuple[str, str]:
    plain = _BRACKET.sub("", label)
    return plain, normal(profiles.core(plain))


def _unit(
    labels: list[str], spellings: Mapping[str, tuple[int, ...]], general: Collection[str], unit: int
) -> int | None:
    """The unit that row or column name, else the report's where they name nothing in particular."""
    named = [spellings[label][0] for label in labels if len(spellings.get(label, ())) == 1]
    return named[0] if named else unit if any(label in general for label in labels) else None


def _compared(cell: Cell, tag: Tag) -> Line:
    line = Line(cell.paragraph + 1, 0, len(cell.text), cell.text, tag.indicator.id, confidence=1.0)
    figure = tag.figure
    measured = f"{cell.text}{'' if '%' in cell.text else tag.indicator.measure_word}"
    found = amounts.numeral_of(measured)
    printed = amounts.numeral_of(replace(tag, measure=True).text)
    if figure.value is None or found is None or printed is None:
        return replace(line, verdict="handwritten", message=f"运行结果中没有“{tag.indicator.name}”的数")
    if amounts.fit(printed, found, tag) != "changed":
        return line
    return replace(line, verdict="table", message=f"与汇总表不符：“{tag.indicator.name}”应为{tag.text}")
