"""`pipeline run --cluster` against a scheduler and two workers on this machine: the bytes of one machine."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from benchmarks import corpus, workspace
from commands import alive, digests, environment, interrupted, sabotage, started, until

pytest.importorskip("distributed")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="no groups of processes there"),
]

UNITS = 60
"""Three tasks, so that both workers have some."""
VICTIM = corpus.unit(25)
SAMPLE = Path(__file__).parents[1]


@contextmanager
def scheduler(folder: Path) -> Iterator[tuple[str, Path]]:
    """The address of a scheduler without workers, and the file in which it stands."""
    note = folder / "scheduler.json"
    options = ("--scheduler-file", str(note), "--no-dashboard", "--host", "127.0.0.1", "--port", "0")
    with started("distributed.cli.dask_scheduler", *options, folder=folder):
        until(lambda: note.exists() and note.stat().st_size)
        yield json.loads(note.read_text(encoding="utf-8"))["address"], note


@contextmanager
def cluster(folder: Path, variables: Mapping[str, str] | None = None) -> Iterator[str]:
    """The address of a scheduler with two workers, started as docs/scale.md tells."""
    with scheduler(folder) as (address, note):
        options = ("--scheduler-file", str(note), "--no-dashboard", "--nworkers", "2", "--nthreads", "1")
        with started("distributed.cli.dask_worker", *options, folder=folder, variables=variables):
            yield address


def run(folder: Path, output: Path, *arguments: str) -> dict[str, str]:
    """The digests of what a run leaves."""
    command = ("pipeline", "run", "2023H1", "--no-cache", "--output", str(output), *arguments)
    with started(*command, folder=folder) as process:
        said = process.communicate()[1]
    assert process.returncode == 0, said
    assert all(line.endswith("…") for line in said.splitlines()), said
    return digests(output)


def test_the_sample_gives_the_bytes_of_one_machine_with_every_part(tmp_path: Path) -> None:
    alone = run(SAMPLE, tmp_path / "alone")

    with cluster(tmp_path) as address:
        together = run(SAMPLE, tmp_path / "together", "--cluster", address)

    assert together == alone


@pytest.mark.parametrize(
    ("module", "function", "name", "parts"),
    [
        ("pipeline.ingest.read", "book", "first.name", "figures,tables"),
        ("pipeline.publish.packing.packer", "marked", "first.unit.name", "figures,units"),
    ],
    ids=["reading", "packing"],
)
def test_a_worker_killed_halfway_changes_no_byte(
    tmp_path: Path, module: str, function: str, name: str, parts: str
) -> None:
    place, killed = workspace.made(tmp_path / "place", UNITS, 5), tmp_path / "killed"
    body = f"if {name}.startswith({VICTIM!r}) and not Path({str(killed)!r}).exists():"
    body += f"\n    Path({str(killed)!r}).touch()\n    os.kill(os.getpid(), signal.SIGKILL)"
    harm = sabotage(tmp_path / "sabotage", module, function, body)
    alone = run(place, tmp_path / "alone", "--parts", parts)

    with cluster(tmp_path, environment(harm)) as address:
        together = run(place, tmp_path / "together", "--parts", parts, "--cluster", address)

    assert killed.exists()
    assert together == alone


@pytest.mark.parametrize(
    ("module", "function", "body", "said"),
    [
        ("pipeline.ingest.collect", "content", "raise FileNotFoundError", "读到的"),
        ("pipeline.ingest.cache", "code", "return ['another']", "用的程序与这里的不同"),
    ],
    ids=["folder", "program"],
)
def test_workers_that_see_another_folder_or_run_another_program_are_refused(
    tmp_path: Path, module: str, function: str, body: str, said: str
) -> None:
    harm = sabotage(tmp_path / "sabotage", module, function, body)

    with cluster(tmp_path, environment(harm)) as address:
        assert said in refused(tmp_path, address)


def test_a_scheduler_without_workers_is_one_clear_line(tmp_path: Path) -> None:
    with scheduler(tmp_path) as (address, _):
        assert refused(tmp_path, address) == "不能继续：集群里还没有工作进程：请先启动，见 docs/scale.md"


def test_ctrl_c_is_one_line_and_the_old_output_whole(tmp_path: Path) -> None:
    place, stuck = workspace.made(tmp_path / "place", UNITS, 1), tmp_path / "stuck"
    body = f"Path({str(stuck)!r}).touch()\ntime.sleep(600)"
    harm = sabotage(tmp_path / "sabotage", "pipeline.ingest.read", "book", body)
    before = run(place, tmp_path / "output", "--parts", "figures")

    with cluster(tmp_path, environment(harm)) as address:
        command = ("pipeline", "run", "2023H1", "--no-cache", "--output", "../output", "--cluster", address)
        with started(*command, folder=place) as process:
            until(stuck.exists)
            said = interrupted(process)
            left = alive(process.pid)

    assert process.returncode == 130
    assert said.splitlines()[2:] == ["已中断，原来的结果没有改动"]
    assert not left
    assert digests(tmp_path / "output") == before


def test_an_address_where_nobody_listens_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"

    assert refused(tmp_path, address) == f"不能继续：连不上集群“{address}”：请先启动调度程序，见 docs/scale.md"


@pytest.mark.parametrize("address", ["scheduler", "http://127.0.0.1:8786", "tcp://"])
def test_what_is_no_address_is_one_clear_line(tmp_path: Path, address: str) -> None:
    assert refused(tmp_path, address) == f"不能继续：看不懂集群的地址“{address}”：请写成 tcp://scheduler:8786"


def refused(folder: Path, address: str) -> str:
    """What a run says that cannot reach its cluster."""
    command = ("pipeline", "run", "2023H1", "--output", str(folder / "output"), "--cluster", address)
    with started(*command) as process:
        said = process.communicate()[1].splitlines()
    assert process.returncode == 2
    assert not (folder / "output").exists()
    *stages, closing = said
    assert all(line.endswith("…") for line in stages)
    return closing
