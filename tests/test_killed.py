"""A process killed in the midst of a run, as a system short of memory does it, costs at most the file that it read."""

from __future__ import annotations

import csv
import os
import shutil
from pathlib import Path

import pytest
from benchmarks import corpus, workspace
from commands import SPAWNING, alive, digests, environment, sabotage, started, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="no signals there"),
]

UNITS = 40
"""More than are read, or made, without starting processes."""
VICTIM = corpus.unit(25)
KILL = "os.kill(os.getpid(), signal.SIGKILL)"


def run(folder: Path, *arguments: str, harm: Path | None = None) -> Path:
    command = ("pipeline", "run", "2023H1", "--no-cache", "--jobs", "2", *arguments)
    with started(*command, folder=folder, variables=environment(harm)) as process:
        said = process.communicate()[1]
    assert process.returncode == 0, said
    assert "Traceback" not in said
    return folder / "output" / "2023H1"


def lines(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which a run was finished."""
    folder = workspace.made(tmp_path_factory.mktemp("killed"), UNITS, 3)
    run(folder)
    return folder


@pytest.mark.parametrize(
    ("module", "function", "name", "besides"),
    [
        ("pipeline.ingest.read", "book", "first.name", ""),
        ("pipeline.publish.packing.packer", "marked", "first.unit.name", ""),
        ("pipeline.publish.packing.packer", "marked", "first.unit.name", SPAWNING),
    ],
    ids=["reading", "packing", "packing where processes are spawned"],
)
def test_a_process_that_is_killed_once_changes_no_byte(
    place: Path, tmp_path: Path, module: str, function: str, name: str, besides: str
) -> None:
    killed = tmp_path / "killed"
    once = f"{name}.startswith({VICTIM!r}) and not Path({str(killed)!r}).exists()"
    body = f"if {once}:\n    Path({str(killed)!r}).touch()\n    {KILL}"
    harm = sabotage(tmp_path / "sabotage", module, function, body, besides)
    before = digests(place / "output" / "2023H1")

    after = digests(run(place, harm=harm))

    assert killed.exists()
    assert after == before


@pytest.mark.parametrize(
    ("module", "function"), [("pipeline.ingest.read", "book"), ("pipeline.publish.packing.packer", "marked")]
)
def test_no_process_outlives_a_run_that_is_killed(place: Path, tmp_path: Path, module: str, function: str) -> None:
    busy = tmp_path / "busy"
    harm = sabotage(tmp_path / "sabotage", module, function, f"Path({str(busy)!r}).touch()\ntime.sleep(0.2)")
    command = ("pipeline", "run", "2023H1", "--no-cache", "--jobs", "2")

    with started(*command, folder=place, variables=environment(harm)) as process:
        until(busy.exists)
        workers = alive(process.pid)
        process.kill()
        until(lambda: not alive(process.pid))

    assert len(workers) == 3


def test_a_file_that_kills_all_who_read_it_is_a_finding_and_counts_as_one_that_was_not_sent(
    place: Path, tmp_path: Path
) -> None:
    harm = sabotage(
        tmp_path / "harm", "pipeline.ingest.read", "book", f"if first.name.startswith({VICTIM!r}):\n    {KILL}"
    )
    for name in ("deadly", "missing"):
        shutil.copytree(place, tmp_path / name)
    next((tmp_path / "missing" / "input").glob(f"{VICTIM}*")).unlink()

    deadly = run(tmp_path / "deadly", "--parts", "figures", harm=harm)
    missing = run(tmp_path / "missing", "--parts", "figures")

    assert (deadly / "figures.csv").read_bytes() == (missing / "figures.csv").read_bytes()
    for name in ("findings.csv", "accounting.csv"):
        others = [line for line in lines(deadly / name) if not any(VICTIM in cell for cell in line)]
        assert others == [line for line in lines(missing / name) if not any(VICTIM in cell for cell in line)]
    own = [line for line in lines(deadly / "findings.csv") if line[2].startswith(VICTIM)]
    assert [line[:2] for line in own] == [["error", "file-corrupt"]]
