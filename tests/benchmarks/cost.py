"""What a task costs: seconds on the clock, processor seconds and memory of its process and all that it starts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
_PAUSE = 0.2
"""Seconds between two looks at the memory: looking takes time from those that are looked at."""


@dataclass(frozen=True, slots=True)
class Cost:
    """`cpu` in processor seconds, `memory` the peak MiB with shared pages once; `parts` seconds as the task tells."""

    wall: float
    cpu: float
    memory: float
    parts: Mapping[str, float] = field(default_factory=dict)


def cost(task: str, folder: Path, jobs: int) -> Cost:
    start, before = time.perf_counter(), _waited_for()
    command = [sys.executable, "-m", "tests.benchmarks.task", task, str(folder), str(jobs)]
    process = psutil.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, env=_environment())
    watch = _Watch(process)
    watch.start()
    said, _ = process.communicate()
    wall = time.perf_counter() - start
    watch.join()
    if process.returncode:
        raise SystemExit(f"{task}: exit {process.returncode}")
    return Cost(wall, max(_waited_for() - before, watch.cpu), watch.memory, json.loads(said or "{}"))


def _waited_for() -> float:
    """The processor seconds of all that was started and has ended; 0 where the system does not say."""
    times = os.times()
    return times.children_user + times.children_system


def _environment() -> dict[str, str]:
    """Ours, but where modules that were imported once are not compiled again, as on a user's machine."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class _Watch(threading.Thread):
    """Looks at the tree of processes until its root ends."""

    def __init__(self, process: psutil.Process) -> None:
        super().__init__(daemon=True)
        self._process = process
        self._cpu: dict[int, float] = {}
        self.memory = 0.0

    @property
    def cpu(self) -> float:
        return sum(self._cpu.values())

    def run(self) -> None:
        while self._process.is_running() and self._process.status() != psutil.STATUS_ZOMBIE:
            try:
                tree = [self._process, *self._process.children(recursive=True)]
                self._look(tree)
            except psutil.Error:
                continue
            time.sleep(_PAUSE)

    def _look(self, tree: list[psutil.Process]) -> None:
        memory = 0
        for process in tree:
            try:
                full, times = process.memory_full_info(), process.cpu_times()
            except psutil.Error:
                continue
            memory += getattr(full, "pss", full.uss)
            self._cpu[process.pid] = times.user + times.system
        self.memory = max(self.memory, memory / 2**20)
