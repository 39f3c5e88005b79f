"""Watching folders: one call for a run of changes, and only when the files stand still."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path
from queue import Empty, Queue

import pytest

from pipeline import watching

QUIET = 0.3


@pytest.fixture
def heard(tmp_path: Path) -> Queue[float]:
    """The times at which a watch of the folder speaks."""
    times: Queue[float] = Queue()

    def listen() -> None:
        for _ in watching.changes([tmp_path], poll=False, quiet=QUIET):
            times.put(time.monotonic())

    threading.Thread(target=listen, daemon=True).start()
    time.sleep(0.5)
    return times


def test_a_file_that_is_still_being_copied_is_waited_for(tmp_path: Path, heard: Queue[float]) -> None:
    with (tmp_path / "台账.xlsx").open("wb") as file:
        for _ in range(6):
            file.write(b"part")
            file.flush()
            time.sleep(QUIET / 2)
    finished = time.monotonic()

    assert heard.get(timeout=10) >= finished
    with pytest.raises(Empty):
        heard.get(timeout=3 * QUIET)


def test_a_lock_file_of_excel_is_no_change(tmp_path: Path, heard: Queue[float]) -> None:
    (tmp_path / "~$台账.xlsx").write_bytes(b"lock")

    with pytest.raises(Empty):
        heard.get(timeout=4 * QUIET)


def test_every_later_change_is_heard_again(tmp_path: Path, heard: Queue[float]) -> None:
    for name in ("一.xlsx", "二.xlsx"):
        (tmp_path / name).write_bytes(b"whole")
        heard.get(timeout=10)


def test_a_folder_that_goes_away_is_a_change_and_not_the_end(tmp_path: Path, heard: Queue[float]) -> None:
    (tmp_path / "单位").mkdir()
    (tmp_path / "单位" / "一.xlsx").write_bytes(b"whole")
    heard.get(timeout=10)

    shutil.rmtree(tmp_path / "单位")
    heard.get(timeout=10)

    (tmp_path / "二.xlsx").write_bytes(b"whole")
    heard.get(timeout=10)
