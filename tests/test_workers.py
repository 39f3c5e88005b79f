"""Who makes packs changes no byte: this process alone, forked or spawned ones, with all figures or what was sent of them."""

from __future__ import annotations

import multiprocessing
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from commands import digests
from crafts import blind, deadly, named, wrong
from sample.register import WATER
from test_narrative import word
from test_packs import HERE, World, sample

from pipeline import run as story
from pipeline.errors import TemplateError
from pipeline.period import Period
from pipeline.publish import packs
from pipeline.publish.packing import workers
from pipeline.publish.packing.batches import Batch, batches
from pipeline.publish.packing.cuts import Cut, Cutter
from pipeline.publish.packing.packer import Packer
from pipeline.publish.packing.workers import Crew
from pipeline.publish.sheets.material import Monthly

METHODS = [
    "alone",
    pytest.param("fork", marks=pytest.mark.skipif(not workers.FORKS, reason="no process parts in two there")),
    "spawn",
]


@contextmanager
def crew_of(method: str, given: str) -> Iterator[Crew[str]]:
    if method == "alone":
        yield Crew(given)
    elif method == "spawn":
        with workers._spawned(given, 2) as crew:
            yield crew
    else:
        with workers._forked(None, given, 2) as (_, crew):
            yield crew


# --- what is made ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_many_are_made_in_their_order_and_by_those_who_were_asked(method: str) -> None:
    with crew_of(method, "第") as crew:
        assert list(crew.each(named, range(100))) == [(f"第{number}", method != "alone") for number in range(100)]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("make", [deadly, blind])
def test_what_a_worker_fails_to_bring_is_made_here(method: str, make: Callable[[str, int], str]) -> None:
    with crew_of(method, "第") as crew:
        assert list(crew.each(make, range(60))) == [f"第{number}" for number in range(60)]


@pytest.mark.parametrize("method", METHODS)
def test_what_is_wrong_is_told_whichever_process_finds_it(method: str) -> None:
    with crew_of(method, "") as crew, pytest.raises(TemplateError, match=r"^表\.xlsx：B2：看不懂$"):
        list(crew.each(wrong, range(100)))

    assert not multiprocessing.active_children()


@pytest.mark.parametrize("method", METHODS[1:])
def test_no_process_is_left_where_nobody_asks_for_the_rest(method: str) -> None:
    with crew_of(method, "第") as crew:
        assert next(crew.each(named, range(100))) == ("第0", True)

    assert not multiprocessing.active_children()


@pytest.mark.parametrize(("count", "jobs"), [(1, 2), (100, 1)])
def test_few_units_or_one_job_start_no_process(count: int, jobs: int) -> None:
    with workers.crews("甲", "乙", jobs=jobs, count=count) as (one, other):
        assert list(one.each(named, [1])) == [("甲1", False)]
        assert list(other.each(named, [1])) == [("乙1", False)]


def test_spawned_processes_are_not_started_for_a_few_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "FORKS", False)
    with workers.crews("甲", "乙", jobs=2, count=1000) as (whole, units):
        assert units.asked(1000).submit
        assert not units.asked(12).submit
        assert not whole.submit
        assert not multiprocessing.active_children()


# --- a whole run -----------------------------------------------------------------------------------------------------


def made_by(method: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, str], int]:
    """The digests of a run of the sample, and how many batches of packs this process made of them."""
    monkeypatch.setattr(workers, "_FEW", 0)
    monkeypatch.setattr(workers, "_FEW_SPAWNED", 0)
    monkeypatch.setattr(workers, "FORKS", method == "fork")
    here = []
    whole = Packer.packs

    def counted(self: Packer, batch: Batch) -> list[list[tuple[str, bytes]]]:
        here.append(batch)
        return whole(self, batch)

    counted.__qualname__ = whole.__qualname__
    counted.__module__ = whole.__module__
    monkeypatch.setattr(Packer, "packs", counted)
    places = HERE / "input", folder / method, HERE / "templates"
    jobs = 1 if method == "alone" else 2
    story.run(story.Options(*places, Period.parse("2023H1"), jobs=jobs, zipped=True))
    monkeypatch.undo()
    return digests(folder / method / "2023H1"), len(here)


@pytest.mark.slow
def test_forked_and_spawned_processes_leave_the_bytes_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone, here = made_by("alone", tmp_path, monkeypatch)
    assert here

    assert made_by("spawn", tmp_path, monkeypatch) == (alone, 0)
    if workers.FORKS:
        assert made_by("fork", tmp_path, monkeypatch) == (alone, 0)


# --- what is sent ----------------------------------------------------------------------------------------------------

REACHING = {
    "below": "{% for 下级 in 下级单位 %}{{ 下级.参学率 }}{% endfor %}{{ 名单(未报送单位) }}{{ 同级('组织学习次数').名次 }}",
    "any unit": f"{{{{ 单位('{WATER}').组织学习次数 }}}}",
    "months": "{% for 月 in 月份 %}{{ 月.名称 }}{{ 月.组织学习次数 }}；{% endfor %}",
    "records": "{{ 依据.空白月份 | join('、') }}{% if 依据.主要形式 %}{{ 依据.主要形式.名称 }}{% endif %}{{ 本级.参学人次 }}",
}


def of(world: World) -> tuple[Packer, Sequence[Batch]]:
    """Who makes the packs of a world, and of what."""
    packer = world.packer(zipped=True)
    shared = packs._shared(Crew(packer), world.counted, world.findings, world.declared)
    every = packs._portions(shared.material, shared.discretion, world.counted)
    return packer, list(batches(list(every), shared.standings, shared.branches, shared.cutter))


@pytest.mark.parametrize("text", REACHING.values(), ids=REACHING)
def test_what_was_sent_gives_the_bytes_that_the_whole_run_gives(text: str, tmp_path: Path) -> None:
    world = sample()
    definitions = replace(world.definitions, ranked=("study.sessions",))
    packer, found = of(replace(world, definitions=definitions, template=word(tmp_path / "单位通报.docx", text)))
    other = pickle.loads(pickle.dumps(packer))

    sent = [other.packs(pickle.loads(pickle.dumps(batch))) for batch in found]

    assert sent == [packer.packs(batch) for batch in found]


def test_a_batch_takes_along_the_figures_of_its_units_and_those_under_them_and_no_others() -> None:
    packer, found = of(sample())
    register = sample().definitions.register

    for batch in found:
        numbers = pickle.loads(pickle.dumps(batch)).numbers
        (portion,) = batch.portions
        for by_key in (numbers.figures.by_key, *numbers.months.values()):
            assert {unit for unit, _, _ in by_key} == set(register.below(portion.unit.index))
        assert not numbers.figures.harvest.tables
    assert not pickle.loads(pickle.dumps(packer)).numbers.figures.by_key


def test_figures_that_were_cut_are_those_of_the_run() -> None:
    world = sample()
    numbers = world.packer().numbers
    cutter = Cutter(world.figures, cast("Monthly", numbers.months), world.definitions, ["月份"])

    cut = cutter([world.definitions.register.root])

    assert dict(cut.figures.by_key) == dict(world.figures.by_key)
    for month, by_key in cut.months.items():
        assert isinstance(by_key, Cut)
        assert len(by_key) == len(list(by_key))
        assert all(figure == numbers.months[month][key] for key, figure in by_key.items())
