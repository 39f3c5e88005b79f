"""Two commands at once on one workspace: the second waits, and the output is whole and of the second."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import ROOT, digests, environment, sabotage, started, until

from pipeline.publish import turns

RUN = (
    "pipeline",
    "run",
    "2023H1",
    "--jobs",
    "1",
    "--input",
    str(ROOT / "input"),
    "--templates",
    str(ROOT / "templates"),
)


def test_a_second_run_waits_for_the_first_and_what_it_made_is_whole(tmp_path: Path) -> None:
    busy = tmp_path / "busy"
    slow = sabotage(
        tmp_path / "sabotage", "pipeline.publish.deliver", "folder", f"Path({str(busy)!r}).touch()\ntime.sleep(1)"
    )
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    with started(*RUN, folder=workspace, variables=environment(slow)) as first:
        until(busy.exists)
        with started(*RUN, "--as-of", "2023-06-20", folder=workspace) as second:
            said = second.communicate()[1]
            assert first.wait() == second.returncode == 0

    assert said.startswith("等候另一次运行完成…\n收集文件…")
    place = workspace / "output" / "2023H1"
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["arguments"]["as_of"] == "2023-06-20"
    made = digests(place)
    del made["manifest.json"]
    assert made == dict(manifest["outputs"])
    assert sorted(path.name for path in (workspace / "output").iterdir()) == ["2023H1", "archive.db"]


def test_a_turn_leaves_nothing_behind_and_no_folder_that_nothing_came_into(tmp_path: Path) -> None:
    made, empty = tmp_path / "made", tmp_path / "empty"
    made.mkdir()
    for output in (made, empty):
        with turns.taken(output):
            assert (output / ".lock").exists()
    assert (list(made.iterdir()), empty.exists()) == ([], False)


def test_where_nothing_can_be_locked_nobody_waits(tmp_path: Path) -> None:
    (tmp_path / "output").write_bytes(b"a file")
    with turns.taken(tmp_path / "output"):
        pass
    assert (tmp_path / "output").read_bytes() == b"a file"


def test_a_turn_is_given_back_where_the_work_fails(tmp_path: Path) -> None:
    def fails() -> None:
        with turns.taken(tmp_path):
            raise ValueError

    for _ in range(2):
        with pytest.raises(ValueError, match=r"^$"):
            fails()
    assert not list(tmp_path.iterdir())
