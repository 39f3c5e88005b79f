"""Packs that stand: a change makes the packs that speak of it again and no other, and the bytes are those of making all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sample.register import GARDEN, LIGHTS, ROOT, WATER
from test_narrative import word
from test_packs import H1, HERE, World, sample

from pipeline import run as story
from pipeline.figures import compare
from pipeline.model import EXACT, MICRO, Finding, Origin, Severity, Target
from pipeline.publish import kept as kept_
from pipeline.publish.deliver import Left
from pipeline.publish.kept import Packs
from pipeline.publish.packing import homes
from pipeline.publish.packing.ranking import standings
from pipeline.review import verify

OFFICE = "南浦营业所"
"""Under WATER, which is under ROOT."""

ALL = {unit.name for unit in sample().definitions.register.units}
UP = {OFFICE, WATER, ROOT}
SESSIONS = "study.sessions"


@dataclass(slots=True)
class Watched(Packs):
    """Says which packs stay as they stand."""

    taken: set[str] = field(default_factory=set)

    def files(self, folder: str) -> list[tuple[str, Left]] | None:
        found = super(Watched, self).files(folder)
        if found:
            self.taken.add(folder)
        return found


@dataclass(frozen=True)
class Case:
    """A world, with what packs are made from besides."""

    world: World
    inputs: dict[str, str]
    code: str = "1"
    zipped: bool = False

    def kept(self, folder: Path) -> Watched:
        return Watched(folder / "output", folder / "cache", self.code, self.inputs)

    def packs(self, kept: Packs | None = None) -> dict[str, bytes]:
        return self.world.packs(zipped=self.zipped, kept=kept)

    def delivered(self, folder: Path) -> set[str]:
        """Make and place the packs, twice: with what stands and without; the units of which the pack was made."""
        kept = self.kept(folder)
        made = self.packs(kept)
        assert made == self.packs()
        for name, data in made.items():
            path = folder / "output" / name.removeprefix("单位/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        kept.note()
        return ALL - kept.taken


def first() -> Case:
    world = sample()
    files = {account.file for account in world.figures.harvest.accounting}
    return Case(world, {file: sha256(file.encode()).hexdigest() for file in sorted(files)})


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    assert first().delivered(folder) == ALL
    return folder


def made_again(case: Case, before: Path) -> set[str]:
    kept = case.kept(before)
    assert case.packs(kept) == case.packs()
    return ALL - kept.taken


# --- changes ---------------------------------------------------------------------------------------------------------

World_ = Callable[[World], World]


def unit(name: str) -> int:
    return next(each.index for each in sample().definitions.register.units if each.name == name)


def figure(name: str, scope: Any, **changes: Any) -> World_:
    key = unit(name), scope, SESSIONS

    def changed(world: World) -> World:
        by_key = {**world.figures.by_key, key: world.figures.by_key[key]._replace(**changes)}
        return replace(world, figures=replace(world.figures, by_key=by_key))

    return changed


def record(world: World) -> World:
    """One more has come to a meeting of the office."""
    harvest = world.figures.harvest
    study = dict(harvest.records["study"])
    (place, *_) = np.flatnonzero((study["unit"] == unit(OFFICE)) & (study["attend_count_kind"] == EXACT))
    for column in ("attend_count", "attend_count_low", "attend_count_high"):
        study[column] = study[column].copy()
        study[column][place] += MICRO
    harvest = replace(harvest, records={**harvest.records, "study": study})
    return replace(world, figures=compare.compared(harvest, world.definitions, H1, H1.end, {}))


def file_of(name: str, world: World) -> str:
    """One that goes back to the unit, marked."""
    of = homes.homes(world.figures.harvest, world.definitions.register, world.findings, world.declared)
    told = {each.origin.file for each in world.findings if each.severity is not Severity.NOTICE}
    return next(file for file, home in of.items() if home == unit(name) and file in told)


def finding(world: World) -> World:
    file = file_of(OFFICE, world)
    new = Finding(
        "quantity-outlier", Severity.WARNING, Origin(file, "表", 4, "D"), OFFICE, "study", values=(("found", "9"),)
    )
    return replace(world, findings=(*world.findings, new))


def registered(name: str, **changes: Any) -> World_:
    def changed(world: World) -> World:
        register = world.definitions.register
        units = tuple(replace(each, **changes) if each.name == name else each for each in register.units)
        return replace(world, definitions=replace(world.definitions, register=replace(register, units=units)))

    return changed


def target(world: World) -> World:
    new = Target(SESSIONS, unit(OFFICE), None, Fraction(12))
    definitions = replace(world.definitions, targets=(*world.definitions.targets, new))
    return replace(figure(OFFICE, "own", target=new)(world), definitions=definitions)


def as_of(world: World) -> World:
    return replace(world, figures=replace(world.figures, as_of=date(2023, 6, 29)))


def rule(world: World) -> World:
    head, *rest = world.definitions.indicators
    indicators = (replace(head, rule="另一种口径"), *rest)
    return replace(world, definitions=replace(world.definitions, indicators=indicators))


@pytest.mark.parametrize(
    ("change", "units"),
    [
        (lambda world: world, set()),
        (record, UP),
        (figure(WATER, "own", value=99, low=99, high=99), {WATER, ROOT}),
        (figure(OFFICE, "own", previous=3), UP),
        (finding, {OFFICE}),
        (registered(OFFICE, due=False), UP),
        (registered(LIGHTS, aliases=("不出现的别名",)), set()),
        (target, UP),
        (as_of, ALL),
        (rule, ALL),
    ],
    ids=["nothing", "record", "parent", "last period", "finding", "due", "alias", "target", "as of", "rule"],
)
def test_a_change_makes_exactly_the_packs_that_speak_of_it(before: Path, change: World_, units: Iterable[str]) -> None:
    case = first()
    assert made_again(replace(case, world=change(case.world)), before) == units


def test_another_template_makes_all_again(before: Path, tmp_path: Path) -> None:
    path = word(tmp_path / "单位通报.docx", "{{ 单位名称 }}：{{ 组织学习次数 }}")
    case = first()
    assert made_again(replace(case, world=replace(case.world, template=path)), before) == ALL


def test_a_template_that_names_a_unit_makes_all_again_where_any_figure_changes(tmp_path: Path) -> None:
    path = word(tmp_path / "单位通报.docx", f"{{{{ 单位('{WATER}').组织学习次数 }}}}")
    case = replace(first(), world=replace(sample(), template=path))
    assert case.delivered(tmp_path) == ALL
    assert made_again(case, tmp_path) == set()
    assert made_again(replace(case, world=figure(WATER, "own", value=99, low=99, high=99)(case.world)), tmp_path) == ALL


def test_other_bytes_of_a_file_make_again_what_is_returned_of_it(before: Path) -> None:
    case = first()
    file = file_of(OFFICE, case.world)
    assert made_again(replace(case, inputs=case.inputs | {file: "another"}), before) == {OFFICE}


def test_other_code_makes_all_again(before: Path) -> None:
    assert made_again(replace(first(), code="2"), before) == ALL


def test_who_is_ranked_is_made_again_where_rank_or_median_moves(tmp_path: Path) -> None:
    world = sample()
    ranked = replace(world, definitions=replace(world.definitions, ranked=(SESSIONS,)))
    case = replace(first(), world=ranked)
    assert case.delivered(tmp_path) == ALL
    changed = figure(WATER, "own", value=0, low=0, high=0)(ranked)
    was, now = (standings(each.figures, ranked.definitions) for each in (ranked, changed))
    moved = {
        each.name
        for each in ranked.definitions.register.units
        if was.get((each.index, SESSIONS)) != now.get((each.index, SESSIONS))
    }
    assert len(moved) > 1
    assert made_again(replace(case, world=changed), tmp_path) == {WATER, ROOT} | moved


# --- what became of the files ----------------------------------------------------------------------------------------


def test_a_file_touched_by_hand_is_made_again(tmp_path: Path) -> None:
    case = first()
    case.delivered(tmp_path)
    (tmp_path / "output" / OFFICE / "消息.txt").write_bytes(b"other")
    (tmp_path / "output" / LIGHTS / "通报.docx").unlink()
    assert made_again(case, tmp_path) == {OFFICE, LIGHTS}


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as old as soon as they are written."""
    monkeypatch.setattr(kept_, "NEW", -1)


@pytest.mark.usefixtures("settled")
def test_a_file_is_read_again_only_once_it_was_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = first()
    case.delivered(tmp_path)
    (tmp_path / "output" / LIGHTS / "消息.txt").touch()
    standing, read = case.kept(tmp_path), list[str]()

    def reading(path: Path) -> bytes:
        read.append(path.parent.name)
        with path.open("rb") as file:
            return file.read()

    monkeypatch.setattr(Path, "read_bytes", reading)
    assert all(standing.files(name) for name in (LIGHTS, OFFICE))
    assert read == [LIGHTS]


@pytest.mark.usefixtures("settled")
@pytest.mark.skipif(os.name == "nt", reason="the system keeps no time of the last change of a file")
def test_an_edit_that_leaves_size_and_time_is_noticed(tmp_path: Path) -> None:
    case = first()
    case.delivered(tmp_path)
    path = tmp_path / "output" / OFFICE / "消息.txt"
    data, times = path.read_bytes(), path.stat()
    path.write_bytes(data[:-1] + b"!")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert made_again(case, tmp_path) == {OFFICE}


def test_a_file_is_read_again_while_it_is_new(tmp_path: Path) -> None:
    case = first()
    case.delivered(tmp_path)
    (note,) = (tmp_path / "cache").iterdir()
    packs = json.loads(note.read_text(encoding="utf-8"))["packs"].values()
    assert {tuple(marks) for _, files in packs for _, marks in files.values()} == {()}


@pytest.mark.parametrize("linked", ["消息.txt", ""])
def test_a_file_or_folder_that_became_a_link_is_made_again(tmp_path: Path, linked: str) -> None:
    case = first()
    case.delivered(tmp_path)
    link_elsewhere(tmp_path / "output" / OFFICE / linked, tmp_path / "elsewhere")
    assert made_again(case, tmp_path) == {OFFICE}


@pytest.mark.parametrize("linked", ["output", "output/单位"])
def test_nothing_stays_of_a_folder_that_leads_elsewhere(tmp_path: Path, linked: str) -> None:
    case = first()
    kept = replace(case.kept(tmp_path), place=tmp_path / "output" / "单位")
    for name, data in case.packs(kept).items():
        path = tmp_path / "output" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    kept.note()
    link_elsewhere(tmp_path / linked, tmp_path / "elsewhere")
    assert not replace(kept, _before=None).stands(OFFICE, kept.made[OFFICE][0])


def link_elsewhere(path: Path, place: Path) -> None:
    path.replace(place)
    try:
        path.symlink_to(place)
    except OSError:
        pytest.skip("no links here")


@pytest.mark.parametrize("note", ["", "{", "[]", '{"code": "1", "packs": {"南浦营业所": 5}}', '{"code": "1"}'])
def test_a_damaged_note_is_none(tmp_path: Path, note: str) -> None:
    case = first()
    case.kept(tmp_path).note()
    (path,) = (tmp_path / "cache").iterdir()
    path.write_text(note, encoding="utf-8")
    assert not case.kept(tmp_path).stands(OFFICE, "5")


def test_an_archive_with_a_password_is_made_anew(tmp_path: Path) -> None:
    case = first()
    locked = replace(case, world=registered(OFFICE, password="暗号123")(case.world), zipped=True)
    kept = locked.kept(tmp_path)
    for name, data in locked.packs(kept).items():
        path = tmp_path / "output" / name.removeprefix("单位/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    kept.note()
    again = locked.kept(tmp_path)
    locked.packs(again)
    assert ALL - again.taken == {OFFICE}


def test_a_run_after_a_changed_file_gives_the_bytes_of_one_without_the_cache(tmp_path: Path) -> None:
    shutil.copytree(HERE / "input", tmp_path / "input")
    options = story.Options(
        tmp_path / "input", tmp_path / "output", HERE / "templates", H1, jobs=1, parts=("units",), cache=tmp_path / "cache"
    )  # fmt: skip
    packs = story.run(options).folder / "单位"
    (tmp_path / "input" / file_of(OFFICE, sample())).unlink()
    (packs / LIGHTS / "我的笔记.txt").write_bytes(b"mine")
    (packs / WATER / "消息.txt").write_bytes(b"other")
    stays, changes = ((packs / name / "消息.txt").stat() for name in (GARDEN, OFFICE))

    with_cache = placed(story.run(options).folder)

    assert (packs / GARDEN / "消息.txt").stat().st_mtime_ns == stays.st_mtime_ns
    assert (packs / OFFICE / "消息.txt").stat().st_mtime_ns != changes.st_mtime_ns
    assert with_cache == placed(story.run(replace(options, cache=None)).folder)
    assert any(OFFICE in name for name in with_cache)
    assert not list((tmp_path / "output").glob(".2023H1*"))


def placed(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- which run a unit's document is of -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "outdated"),
    [
        (lambda world: world, False),
        (figure(WATER, "own", value=99, low=99, high=99), False),
        (figure(OFFICE, "own", previous=3), True),
    ],
)
def test_a_units_document_is_outdated_where_its_own_figures_changed(
    before: Path,
    change: World_,
    outdated: bool,
) -> None:
    world = change(sample())
    verified = verify.verify(before / "output" / OFFICE / "通报.docx", world.figures, world.definitions)
    assert ("outdated" in {line.verdict for line in verified.lines}) == outdated
