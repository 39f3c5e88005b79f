"""Where a unit stands among comparable ones: against a naive count, and what its pack says of it and of no other."""

from __future__ import annotations

import io
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import measuring
import openpyxl
import pytest
import test_packs
from hypothesis import given
from hypothesis import strategies as st
from sample.register import GARDEN, ROOT, WATER
from test_narrative import word
from test_packs import H1, named, sample, spelled, text

from pipeline.model import Figure, Figures, Register
from pipeline.publish import narrative, template
from pipeline.publish.packing import packer
from pipeline.publish.packing.ranking import Standing, standings

INDICATOR = "study.sessions"
LEVELS = ["甲级", "乙级", ""]
Values = list[tuple[int | Fraction | None, str]]


def register(levels: list[str]) -> Register:
    """A root of no level and its units, every third under the first of them."""
    names = [f"单位{number}" for number in range(len(levels))]
    parents = ["单位0" if number and number % 3 == 0 else "总公司" for number in range(len(levels))]
    found = measuring.register(("总公司", None), *zip(names, parents, strict=True))
    units = (found.units[0], *(replace(u, level=level) for u, level in zip(found.units[1:], levels, strict=True)))
    return replace(found, units=units)


def compared(values: Values) -> dict[int, Standing]:
    definitions = replace(measuring.definitions(register([level for _, level in values])), ranked=(INDICATOR,))
    of = dict(enumerate((value for value, _ in values), 1)) | {0: None}
    by_key: Any = {
        (unit, "own", INDICATOR): Figure(H1, unit, "own", INDICATOR, value, value, value) for unit, value in of.items()
    }
    figures = Figures(H1, H1.end, by_key, measuring.harvest(definitions, [], []))
    return {unit: standing for (unit, _), standing in standings(figures, definitions).items()}


def counted(values: Values) -> dict[int, tuple[int | None, int, float]]:
    """The same by comparing every unit with every other."""
    units = register([level for _, level in values]).units
    known = {number: value for number, (value, _) in enumerate(values, 1) if value is not None}
    found = {}
    for unit in units[1:]:
        like = [u.index for u in units if u.level == unit.level and (unit.level or u.parent == unit.parent)]
        others = sorted(known[index] for index in like if index in known)
        if len(others) >= 5:
            own = known.get(unit.index)
            rank = None if own is None else 1 + sum(1 for other in others if other > own)
            half, odd = divmod(len(others), 2)
            found[unit.index] = rank, len(others), float(others[half] if odd else (others[half - 1] + others[half]) / 2)
    return found


@given(
    st.lists(
        st.tuples(st.none() | st.integers(0, 6) | st.fractions(0, 1, max_denominator=7), st.sampled_from(LEVELS)),
        max_size=30,
    )
)
def test_rank_and_median_are_those_of_a_naive_count(values: Values) -> None:
    found = {unit: (each.rank, each.units, float(each.median)) for unit, each in compared(values).items()}
    assert found == {unit: pytest.approx(each) if each[0] else each for unit, each in counted(values).items()}


def test_equal_units_share_a_rank_and_an_unknown_one_has_none() -> None:
    found = compared([(value, "甲级") for value in (3, 5, 5, 1, None, 2)])
    assert [found[unit].rank for unit in range(1, 7)] == [3, 1, 1, 5, None, 4]
    assert {(each.units, each.median) for each in found.values()} == {(5, 3)}


def test_of_few_nothing_is_said() -> None:
    assert compared([(value, "甲级") for value in (3, 5, 5, 1, None, None)]) == {}


def ranked() -> test_packs.World:
    world = sample()
    return replace(world, definitions=replace(world.definitions, ranked=(INDICATOR, "article.adoption_rate")))


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return ranked().packs()


def lines(made: dict[str, bytes], unit: str) -> dict[str, list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(made[f"单位/{unit}/汇总.xlsx"]))["名次"]
    return {str(row[0].value): [cell.value for cell in row[3:]] for row in sheet.iter_rows(min_row=3)}


def test_a_summary_says_the_rank_beside_the_figure(made: dict[str, bytes]) -> None:
    world = ranked()
    found = standings(world.figures, world.definitions)
    units = {unit.name: unit.index for unit in world.definitions.register.units}
    for unit in (WATER, GARDEN):
        standing = found[units[unit], INDICATOR]
        value = world.figures.get(units[unit], INDICATOR, "own").value
        line = lines(made, unit)["组织学习次数"]
        assert line == [value, standing.rank, standing.units, float(standing.median)]
    assert lines(made, ROOT)["组织学习次数"][1:] == ["/", "/", "/"]
    assert "名次" not in openpyxl.load_workbook(io.BytesIO(test_packs.of(WATER)["汇总.xlsx"])).sheetnames


def test_a_pack_with_ranks_names_no_other_unit_and_holds_no_other_figure(made: dict[str, bytes]) -> None:
    world = ranked()
    units = world.definitions.register
    for unit in units.units:
        own = spelled(units, units.below(unit.index))
        others = spelled(units, [each.index for each in units.units]) - own
        assert not named(made[f"单位/{unit.name}/汇总.xlsx"], own, others)


def test_only_rank_number_and_median_change_where_another_units_figure_does() -> None:
    """What a unit's sheet says of the others is a function of these three."""
    one = compared([(value, "甲级") for value in (3, 5, 5, 1, 2)])
    other = compared([(value, "甲级") for value in (3, 9, 4, 0, 1)])
    assert one[1] == other[1]


def test_a_units_own_document_can_say_its_rank(tmp_path: Path) -> None:
    like = "同级('组织学习次数')"
    path = word(
        tmp_path / "通报.docx",
        f"第{{{{ {like}.名次 }}}}名，共{{{{ {like}.单位数|带量词 }}}}，中位数{{{{ {like}.中位数 }}}}",
    )
    world = ranked()
    unit = next(each.index for each in world.definitions.register.units if each.name == WATER)
    standing = standings(world.figures, world.definitions)[unit, INDICATOR]
    run = narrative.run(world.figures, world.definitions)
    told = replace(run, basis=replace(run.basis, standings={(unit, INDICATOR): standing}))

    said = text(narrative.document(template.compiled(path), told, unit).report)
    assert f"第{standing.rank}名，共{standing.units}家，中位数{float(standing.median):g}" in said
    assert packer.NARRATIVE in test_packs.of(WATER)
