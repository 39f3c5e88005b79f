"""A worker that dies costs its file; the number of processes, and whose they are, changes nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import definitions as definitions_
from pipeline.ingest import collect, pool, understand
from pipeline.ingest.layouts import Knowledge
from pipeline.model import Definitions, Reading, Source

FILES = 40
DEADLY = "017.xlsx"


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    return definitions_.load(Path(__file__).parents[1] / "templates")


@pytest.fixture
def sources(tmp_path: Path) -> tuple[Source, ...]:
    return tuple(Source(f"{n:03d}.xlsx", tmp_path / f"{n:03d}.xlsx", "", 1000 + n) for n in range(FILES))


@pytest.fixture
def deadly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading one file kills the process that does it; workers are forked, so that they know of it."""

    def read(sources: Sequence[Source], knowledge: Knowledge) -> list[Reading]:  # noqa: ARG001
        if any(source.name == DEADLY for source in sources):
            os._exit(9)
        return [Reading(source.name, units=(len(source.name),)) for source in sources]

    monkeypatch.setattr(understand, "files", read)


def _read(sources: tuple[Source, ...], definitions: Definitions, jobs: int, heard: list[int]) -> tuple[Reading, ...]:
    return pool.readings(sources, definitions, jobs=jobs, progress=heard.append)


@pytest.mark.skipif(os.name == "nt", reason="workers are spawned there and know nothing of what a test replaces")
@pytest.mark.usefixtures("deadly")
def test_a_file_that_kills_its_reader_is_a_finding_and_every_other_file_is_read(
    sources: tuple[Source, ...], definitions: Definitions
) -> None:
    heard: list[int] = []

    found = _read(sources, definitions, 2, heard)

    assert [reading.file for reading in found] == [source.name for source in sources]
    assert sum(heard) == FILES
    wrong = [(reading.file, finding.code) for reading in found for finding in reading.findings]
    assert wrong == [(DEADLY, "file-corrupt")]
    assert all(reading.units for reading in found if reading.file != DEADLY)


def test_an_exception_in_one_file_is_a_finding_of_that_file(
    sources: tuple[Source, ...], definitions: Definitions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(sources: Sequence[Source], knowledge: Knowledge) -> list[Reading]:  # noqa: ARG001
        if any(source.name == DEADLY for source in sources):
            raise RecursionError
        return [Reading(source.name) for source in sources]

    monkeypatch.setattr(understand, "files", read)
    monkeypatch.delenv("PIPELINE_DEBUG", raising=False)

    found = _read(sources, definitions, 1, [])

    wrong = [(r.file, f.code, dict(f.values)["why"]) for r in found for f in r.findings]
    assert wrong == [(DEADLY, "file-corrupt", "RecursionError")]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::Warning:distributed")
def test_a_cluster_reads_the_same_and_loses_nothing_when_a_worker_dies(definitions: Definitions) -> None:
    distributed = pytest.importorskip("distributed")
    sources = collect.collect(Path(__file__).parents[1] / "input").sources
    alone = pool.readings(sources, definitions, jobs=1, progress=lambda _: None)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:

        def kill_one(_: int) -> None:
            if victims:
                os.kill(victims.pop(), signal.SIGKILL)

        with distributed.Client(cluster) as client:
            victims = list(client.run(os.getpid).values())[:1]
        address = cluster.scheduler_address
        found = pool.readings(sources, definitions, jobs=2, progress=kill_one, cluster=address)

    assert [comparable(reading) for reading in found] == [comparable(reading) for reading in alone]


def comparable(reading: Reading) -> object:
    return (
        reading.file, reading.findings, reading.unread, reading.modified, reading.units, reading.applied,
        [(table.sheet, table.ledger, table.named, table.rejected, dict(table.columns)) for table in reading.tables],
    )  # fmt: skip


def test_batches_hold_every_source_once_the_largest_first_and_few_bytes(sources: tuple[Source, ...]) -> None:
    large = replace(sources[3], size=pool._BATCH_SIZE * 2)
    given = (*sources[:3], large, *sources[4:])

    batches = pool._batches(given, 1)

    assert batches[0] == [large]
    assert sorted(source.name for batch in batches for source in batch) == [source.name for source in sources]


@pytest.mark.parametrize(
    ("files", "jobs", "sizes"),
    [
        (3, 2, [3]),
        (30, 2, [4, 4, 4, 4, 4, 4, 4, 2]),
        (100, 2, [12, 11, 9, 8, 7, 6, 5, 5, 4, 4, 4, 4, 4, 4, 4, 4, 4, 1]),
        (300, 1, [48, 48, 48, 39, 29, 22, 16, 12, 9, 7, 5, 4, 4, 4, 4, 1]),
    ],
)
def test_batches_grow_smaller_towards_the_end(
    sources: tuple[Source, ...], files: int, jobs: int, sizes: list[int]
) -> None:
    assert [len(batch) for batch in pool._batches(sources[:1] * files, jobs)] == sizes
