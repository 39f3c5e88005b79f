"""Ctrl-C in a terminal: one clear line, no process left behind, and the output that stood before stands whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from benchmarks import corpus, workspace
from commands import SPAWNING, alive, digests, environment, interrupted, sabotage, started, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="no groups of processes there"),
]

UNITS = 40
"""More than are read, or made, without starting processes."""
STUCK = corpus.unit(25)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which a run was finished."""
    folder = workspace.made(tmp_path_factory.mktemp("interrupted"), UNITS, 3)
    with started("pipeline", "run", "2023H1", "--no-cache", "--parts", "figures", folder=folder) as process:
        assert process.communicate()[1].endswith("…\n")
    return folder


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(
    ("module", "function", "name", "besides"),
    [
        ("pipeline.ingest.read", "book", "first.name", ""),
        ("pipeline.publish.packing.packer", "marked", "first.unit.name", ""),
        ("pipeline.publish.packing.packer", "marked", "first.unit.name", SPAWNING),
        ("pipeline.publish.page", "html", "STUCK", ""),
    ],
    ids=["reading", "packing", "packing where processes are spawned", "delivering"],
)
def test_ctrl_c_is_one_line_leaves_no_process_and_the_old_output_whole(
    place: Path, tmp_path: Path, jobs: str, module: str, function: str, name: str, besides: str
) -> None:
    stuck = tmp_path / "stuck"
    body = f"STUCK = {STUCK!r}\nif {name}.startswith(STUCK):\n    Path({str(stuck)!r}).touch()\n    time.sleep(600)"
    variables = environment(sabotage(tmp_path / "sabotage", module, function, body, besides))
    before = digests(place)

    with started("pipeline", "run", "2023H1", "--no-cache", "--jobs", jobs, folder=place, variables=variables) as run:
        until(stuck.exists)
        said = interrupted(run)
        if besides:  # the process that multiprocessing starts beside spawned ones sees their end a moment later
            until(lambda: not alive(run.pid))
        left = alive(run.pid)

    assert run.returncode == 130
    stages, closing = said.splitlines()[:-1], said.splitlines()[-1]
    assert all(line.endswith("…") for line in stages)
    assert closing == "已中断，原来的结果没有改动"
    assert not left
    assert digests(place) == before
