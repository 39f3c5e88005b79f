"""Figures of whole inputs drawn as grids, as the domain's sentences say them where rules meet."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import grids
import measuring

from pipeline import documents
from pipeline.figures import compare, measure
from pipeline.model import Figure, Reading, Scope
from pipeline.period import Period

UNITS = measuring.register(
    ("公司", None), ("甲", "公司"), ("乙", "公司"), ("丙", "公司"), members={"公司": 10, "乙": 20}
)
CENTER = "study.center_group"
CENTRAL = "望舒集团2023年上半年学习台账.xlsx"


def figure_of(*readings: Reading, period: str = "2023H1") -> Any:
    """A function (unit's name, indicator, scope) → figure of the repository's register."""
    found, span = grids.definitions(), Period.parse(period)
    figures = measure.figures(grids.harvest(*readings, period=period), found, span, span.end)
    units = {unit.name: unit.index for unit in found.register.units}

    def figure(unit: str, indicator: str, scope: Scope = "own") -> Figure:
        return figures[units[unit], scope, indicator]

    return figure


def test_a_unit_without_a_number_of_members_is_in_neither_part_of_the_education_rate() -> None:
    found = measuring.definitions(UNITS)
    grid = "单位 日期 indicator value\n甲 2023H1 受教育党员人数 30\n乙 2023H1 受教育党员人数 15"
    records = measuring.records(found, "reported", grid)
    harvest = measuring.harvest(found, records, measuring.covering(records, {}))
    figures = measure.figures(harvest, found, Period.parse("2023H1"), Period.parse("2023H1").end)
    root, unnumbered, numbered = (figures[unit, "all", "talk.education_rate"] for unit in (0, 1, 2))
    assert (root.numerator, root.denominator, root.unknown) == (15, 20, 1)
    assert (unnumbered.value, unnumbered.numerator, unnumbered.denominator) == (None, None, None)
    assert (numbered.numerator, numbered.denominator) == (15, 20)


def test_a_central_book_does_not_answer_for_its_own_unit_if_all_rows_of_that_were_rejected() -> None:
    grid = """
        单位     | 学习时间   | 学习形式 | 学习内容
        青禾供水 | 2023-03-05 | 主题党日 | 甲
        {}       | {}         | 主题党日 | 乙
    """
    rejected = figure_of(grids.read(grid.format("集团公司", "2023年2月30日"), file=CENTRAL))
    assert rejected("望舒市公用服务集团有限公司", "study.theme_days").value is None
    assert rejected("望舒市公用服务集团有限公司", "study.theme_days", "all").value == 1
    others = figure_of(grids.read(grid.format("白鹭公交", "2023年2月30日"), file=CENTRAL))
    assert others("望舒市公用服务集团有限公司", "study.theme_days").value == 0
    assert others("白鹭公交分公司", "study.theme_days").value is None


def test_a_figure_that_cannot_be_is_said_once_if_it_is_the_same_in_both_scopes() -> None:
    grid = """
        学习时间   | 学习形式 | 学习内容 | 应到人数 | 实到人数
        2023-03-05 | 主题党日 | 甲       | 10       | 12
    """
    found, span = grids.definitions(), Period.parse("2023H1")
    harvest = grids.harvest(grids.read(grid, file="东坡水厂2023年上半年学习台账.xlsx"))
    said = compare.compared(harvest, found, span, span.end).findings
    units = [finding.unit for finding in said if finding.code == "figure-inconsistent"]
    assert sorted(units) == ["东坡水厂", "望舒市公用服务集团有限公司", "青禾供水分公司"]


def test_what_stands_for_one_number_below_its_own_is_not_exact_in_a_share() -> None:
    grid = """
        学习时间   | 学习形式 | 学习内容 | 应到人数 | 实到人数
        2023-03-05 | 主题党日 | 甲       | 20       | 近20
    """
    rate = figure_of(grids.read(grid, file="东坡水厂2023年上半年学习台账.xlsx"))("东坡水厂", "study.attendance_rate")
    assert (rate.value, rate.low, rate.high) == (1, Fraction(19, 20), Fraction(19, 20))
    assert not rate.exact


def test_what_two_indicators_count_together_is_known_by_unit_and_scope() -> None:
    grid = """
        学习时间   | 学习形式               | 学习内容
        2023-03-05 | 中心组学习、集中学习   | 甲
        2023-03-06 | 中心组学习             | 乙
        2023-03-07 | 集中学习               | 丙
    """
    found, span = grids.definitions(), Period.parse("2023H1")
    harvest = grids.harvest(grids.read(grid, file="东坡水厂2023年上半年学习台账.xlsx"))
    figures = compare.compared(harvest, found, span, span.end)
    material = documents.Material(Path(), found, figures, (), lambda _: (b"", None), {})
    units = {unit.name: unit.index for unit in found.register.units}
    both = ["study.center_group", "study.focused"]
    own = {name: figures.get(unit, both[0], "own") for name, unit in units.items()}
    total = figures.get(found.register.root, both[0], "all")
    assert material.shared(both, own["东坡水厂"]) == 1
    assert material.shared(both, own["青禾供水分公司"]) == 0
    assert material.shared(both, total) == 1
    assert material.shared([*both, "talk.preaching"], total) == 1
    assert material.shared(["study.focused", "study.theme_days"], total) == 0


def test_the_records_of_a_month_are_those_of_that_month() -> None:
    grid = """
        学习时间   | 学习形式   | 学习内容
        2023-03-05 | 中心组学习 | 甲
        2023-03-06 | 中心组学习 | 乙
        2023-05-07 | 中心组学习 | 丙
    """
    found, span = grids.definitions(), Period.parse("2023H1")
    harvest = grids.harvest(grids.read(grid, file="东坡水厂2023年上半年学习台账.xlsx"))
    figures = compare.compared(harvest, found, span, span.end)
    material = documents.Material(Path(), found, figures, (), lambda _: (b"", None), {})
    unit = next(unit.index for unit in found.register.units if unit.name == "东坡水厂")
    months = [figures, *material.months]
    counts = {each.period.id: material.first(CENTER, each.get(unit, CENTER, "own"))[0] for each in months}
    assert counts == {"2023H1": 3} | {f"2023-0{month}": {3: 2, 5: 1}.get(month, 0) for month in range(1, 7)}
