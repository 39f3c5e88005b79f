"""Equal files under the names of several units: whose they are, from the folder to the account."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from grids import definitions, knowledge

from pipeline.ingest import collect, copies, reconcile, understand
from pipeline.model import Harvest, Ruling
from pipeline.period import Period

HEADER = "学习时间,学习形式,学习内容\n"
NONE = HEADER + "无,,\n"
SOME = HEADER + "2023-03-05,党课,甲\n2023-03-06,党课,乙\n"
NAMED = "填报单位：东坡水厂,,\n" + SOME


def harvest(folder: Path, files: dict[str, str], *rulings: tuple[str, str, str, str]) -> Harvest:
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8-sig")
    known = replace(definitions(), rulings=tuple(Ruling(i, *each, "核实过") for i, each in enumerate(rulings, start=2)))
    collected = collect.collect(folder)
    apart = copies.told_apart(collected, known)
    readings = [understand.file(source, knowledge(*rulings)) for source in apart.sources]
    settled, kept = copies.settled(collected, apart, readings, known)
    span = Period.parse("2023H1")
    found = reconcile.harvest(reconcile.reconciled(kept, known), settled.duplicates, known, span, span.end)
    for line in found.accounting:
        assert line.read == line.counted + line.out_of_period + line.duplicate + line.rejected + line.structure
    return replace(found, findings=(*settled.findings, *found.findings))


def told(found: Harvest, *codes: str) -> set[tuple[str, str]]:
    return {(each.code, each.origin.file) for each in found.findings if each.code in codes}


def answered(found: Harvest) -> dict[str, int]:
    """Unit → how many records were accepted."""
    names = definitions().register.units
    return {names[each.unit].name: each.records for each in found.coverage}


DOUBTS = ("file-duplicate", "unit-conflict", "unit-missing")


@pytest.mark.parametrize("text", [NONE, HEADER])
def test_equal_forms_without_an_event_are_each_unit_s_own(tmp_path: Path, text: str) -> None:
    found = harvest(tmp_path, {"东坡水厂/2023年台账.csv": text, "南浦营业所/2023年台账.csv": text})

    assert not told(found, *DOUBTS)
    assert answered(found) == ({"东坡水厂": 0, "南浦营业所": 0} if text is NONE else {})
    assert {line.file for line in found.accounting} == {"东坡水厂/2023年台账.csv", "南浦营业所/2023年台账.csv"}


def test_equal_records_in_the_names_of_two_units_are_nobody_s(tmp_path: Path) -> None:
    files = {"东坡水厂2023年台账.csv": SOME, "南浦营业所2023年台账.csv": SOME, "北岭锅炉房2023年台账.csv": SOME}
    found = harvest(tmp_path, files)

    assert told(found, *DOUBTS) == {("unit-conflict", name) for name in files}
    assert answered(found) == {}
    assert {line.rejected for line in found.accounting} == {2}


def test_what_is_decided_of_the_unit_of_equal_records_holds(tmp_path: Path) -> None:
    first, second = "东坡水厂2023年台账.csv", "南浦营业所2023年台账.csv"
    files = {first: SOME, second: SOME}

    both = harvest(tmp_path, files, (second, "单位", "", "南浦营业所"))
    assert (answered(both), told(both, *DOUBTS)) == ({"东坡水厂": 2, "南浦营业所": 2}, set())
    one = harvest(tmp_path, files, (first, "单位", "", "东坡水厂"))
    assert (answered(one), told(one, *DOUBTS)) == ({"东坡水厂": 2}, {("file-duplicate", second)})


def test_equal_files_that_name_their_unit_are_one(tmp_path: Path) -> None:
    second = "南浦营业所2023年台账.csv"
    found = harvest(tmp_path, {"东坡水厂2023年台账.csv": NAMED, second: NAMED})

    assert (answered(found), told(found, *DOUBTS)) == ({"东坡水厂": 2}, {("file-duplicate", second)})


def test_of_equal_files_that_which_names_a_unit_counts(tmp_path: Path) -> None:
    found = harvest(tmp_path, {"1.csv": SOME, "东坡水厂/2.csv": SOME})

    assert (answered(found), told(found, *DOUBTS)) == ({"东坡水厂": 2}, {("unit-missing", "1.csv")})


@pytest.mark.parametrize(
    "copy", ["副本东坡水厂2023年台账.csv", "复件 东坡水厂2023年台账.csv", "甲乙丙公司2023年台账.csv"]
)
def test_a_copy_in_the_folder_of_the_unit_above_is_no_other_unit_s(tmp_path: Path, copy: str) -> None:
    first, second = "青禾供水分公司/东坡水厂2023年台账.csv", f"青禾供水分公司/{copy}"
    found = harvest(tmp_path, {first: SOME, second: SOME})

    assert (answered(found), told(found, *DOUBTS)) == ({"东坡水厂": 2}, {("file-duplicate", second)})


@pytest.mark.parametrize(
    "copy", ["副本东坡水厂2023年台账.csv", "复件 东坡水厂2023年台账.csv", "东坡水厂2023年台账 - 副本.csv"]
)
def test_a_copy_that_comes_alone_names_its_unit(tmp_path: Path, copy: str) -> None:
    found = harvest(tmp_path, {f"青禾供水分公司/{copy}": SOME})

    assert (answered(found), found.findings) == ({"东坡水厂": 2}, ())
