"""`pipeline watch` as a clerk uses it: files arrive, half a file waits for its rest, Ctrl-C ends it."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import pytest
from benchmarks import corpus, workspace
from commands import PATIENCE, alive, interrupted, started

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="no groups of processes there"),
]

UNITS = 3
STILL = 4.0
"""Seconds in which a watch that heard something would have run."""


class Watch:
    """A watch under way, by what it prints."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: Queue[str] = Queue()
        assert process.stdout is not None
        Thread(target=self._listen, args=(process.stdout,), daemon=True).start()

    def _listen(self, stdout: Iterable[str]) -> None:
        for line in stdout:
            self._lines.put(line.strip())

    def line(self, start: str, patience: float = PATIENCE) -> str:
        """The next line that begins so."""
        while not (line := self._lines.get(timeout=patience)).startswith(start):
            pass
        return line

    def read(self) -> int:
        """How many files the next run reads, when it is done."""
        files = int(self.line("读取文件").split()[1])
        self.line("结果在")
        return files

    def still(self) -> bool:
        """Whether no run is done for a while."""
        try:
            self.line("结果在", STILL)
        except Empty:
            return True
        return False


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A workspace whose units all sent their ledgers but for the last, which has it in `outbox`."""
    folder = workspace.made(tmp_path / "place", UNITS, 3)
    (folder / "outbox").mkdir()
    book = next((folder / "input").glob(f"{corpus.unit(UNITS - 1)}*"))
    book.rename(folder / "outbox" / book.name)
    return folder


@pytest.fixture
def watch(place: Path) -> Iterator[Watch]:
    with started("pipeline", "watch", "2023H1", folder=place) as process:
        watch = Watch(process)
        assert watch.read() == UNITS - 1
        yield watch


def outbox(place: Path) -> Path:
    return next((place / "outbox").iterdir())


def test_a_file_that_arrives_is_counted_and_the_change_is_said(place: Path, watch: Watch) -> None:
    shutil.copy(outbox(place), place / "input")

    assert watch.read() == UNITS
    assert watch.line("与上一次相比").endswith("个指标值有变动")


def test_a_file_that_arrives_during_the_first_run_is_counted_by_the_second(place: Path) -> None:
    with started("pipeline", "watch", "2023H1", folder=place) as process:
        assert process.stderr is not None
        while not process.stderr.readline().startswith("读取台账"):
            pass
        shutil.copy(outbox(place), place / "input")
        watch = Watch(process)

        assert [watch.read(), watch.read()] == [UNITS - 1, UNITS]


def test_half_a_file_waits_for_the_other_half(place: Path, watch: Watch) -> None:
    source = outbox(place)
    data = source.read_bytes()
    with (place / "input" / source.name).open("wb") as file:
        for part in range(12):
            file.write(data[part * len(data) // 12 : (part + 1) * len(data) // 12])
            file.flush()
            time.sleep(0.2)

    assert watch.read() == UNITS
    assert watch.still()
    assert "file-corrupt" not in (place / "output" / "2023H1" / "findings.csv").read_text(encoding="utf-8-sig")


def test_a_copy_that_broke_off_is_a_finding_and_mended_when_the_whole_file_comes(place: Path, watch: Watch) -> None:
    source = outbox(place)
    findings = place / "output" / "2023H1" / "findings.csv"
    (place / "input" / source.name).write_bytes(source.read_bytes()[:3000])

    assert watch.read() == UNITS
    assert f"file-corrupt,{source.name}" in findings.read_text(encoding="utf-8-sig")

    shutil.copy(source, place / "input")

    assert watch.read() == UNITS
    assert "file-corrupt" not in findings.read_text(encoding="utf-8-sig")


def test_the_lock_file_of_a_workbook_that_is_open_starts_no_run(place: Path, watch: Watch) -> None:
    (place / "input" / "~$台账.xlsx").write_bytes(b"lock")

    assert watch.still()


def test_what_cannot_be_run_is_said_and_the_watch_goes_on(place: Path, watch: Watch) -> None:
    definitions = place / "templates" / "indicators.toml"
    whole = definitions.read_bytes()
    definitions.write_bytes(b"[[indicator")
    assert watch.still()
    definitions.write_bytes(whole)

    assert watch.read() == UNITS - 1


def test_ctrl_c_ends_it_with_one_line(watch: Watch) -> None:
    said = interrupted(watch.process)

    assert "按 Ctrl+C 停止" in said
    assert watch.process.returncode == 130
    assert said.splitlines()[-1] == "已中断，原来的结果没有改动"
    assert "Traceback" not in said
    assert not alive(watch.process.pid)
