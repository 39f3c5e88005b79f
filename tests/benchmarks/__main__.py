"""``python -m tests.benchmarks`` measures ours beside the others and prints the ratios; ``--write`` keeps them."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from . import corpus, workspace

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
ROOT = Path(__file__).parents[2]
STAGES = (
    ("naive", "naive", "pandas.read_excel with openpyxl, openpyxl summary, docxtpl narratives"),
    ("naive-calamine", "naive-calamine", "the same with pandas' calamine engine"),
    ("bare", "bare", "python-calamine reads every cell, with the same processes"),
    ("floor", "floor", "inflate and scan, one bare document a workbook"),
    ("measured", "measured", "ours: collect … measure"),
    ("tables", "tables", "ours: figures, lists and 汇总表.xlsx"),
    ("everything", "everything", "ours: the default run"),
    ("first", "cached", "ours: the default run that fills the cache"),
    ("second", "cached", "ours: again, nothing changed"),
    ("changed", "cached", "ours: again, one file changed"),
)
RATIOS = (
    ("measured", "bare", "collect … measure ÷ bare reading", "≤ 3"),
    ("naive", "measured", "naive ÷ collect … measure", "≥ 12"),
    ("naive", "everything", "naive ÷ the default run", "≥ 10"),
    ("second", "first", "second run ÷ first", "≤ 0.12"),
    ("changed", "first", "one file changed ÷ first", "≤ 0.15"),
)


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the clock, processor seconds and peak MiB (shared pages once) of a process and all it starts."""

    wall: float
    cpu: float
    memory: float


def cost(name: str, folder: Path, jobs: int) -> Cost:
    start = time.perf_counter()
    command = [sys.executable, "-m", "tests.benchmarks.task", name, str(folder), str(jobs)]
    process = psutil.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    watch = _Watch(process)
    watch.start()
    code = process.wait()
    wall = time.perf_counter() - start
    watch.join()
    if code:
        raise SystemExit(f"{name}: exit {code}")
    return Cost(wall, watch.cpu, watch.memory)


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
            time.sleep(0.05)

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


def measured(folder: Path, names: set[str], jobs: int) -> dict[str, Cost]:
    found = {}
    for name, what, _ in STAGES:
        if name in names:
            if name == "changed":
                corpus.write(folder / "input", 1, rows=3)
            found[name] = cost(what, folder, jobs)
            print(f"{name}: {found[name].wall:.2f} s, processor {found[name].cpu:.2f} s, {found[name].memory:.0f} MiB")
    return found


def page(found: dict[str, Cost], arguments: argparse.Namespace) -> str:
    command = f"python -m tests.benchmarks --workbooks {arguments.workbooks} --rows {arguments.rows}"
    corpus_ = f"{arguments.workbooks} workbooks × 4 sheets × {arguments.rows} rows"
    machine = f"{arguments.jobs} processes on {psutil.cpu_count()} cores"
    lines = [
        "# What it costs", "",
        f"Last results of `{command} --write`: {corpus_}, {machine}.",
        "Peak memory is that of the whole tree of processes, shared pages once.",
        "", "| | seconds | processor seconds | peak MiB |", "|---|---|---|---|",
        *(f"| {what} | {found[name].wall:.1f} | {found[name].cpu:.1f} | {found[name].memory:.0f} |"
          for name, _, what in STAGES if name in found),
        "", "| ratio | by the clock | by processor time | wanted |", "|---|---|---|---|",
        *(f"| {what} | {found[a].wall / found[b].wall:.2f} | {found[a].cpu / found[b].cpu:.2f} | {wanted} |"
          for a, b, what, wanted in RATIOS if {a, b} <= found.keys()),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--workbooks", type=int, default=1000)
    parser.add_argument("--rows", type=int, default=60)
    parser.add_argument("--jobs", type=int, default=psutil.cpu_count() or 1)
    parser.add_argument("--only", default=",".join(name for name, _, _ in STAGES), help="stages, parted by commas")
    parser.add_argument("--write", action="store_true", help="keep the results in docs/benchmarks.md")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        place = workspace.made(Path(folder), given.workbooks, given.rows)
        text = page(measured(place, set(given.only.split(",")), given.jobs), given)
    print(text)
    if given.write:
        PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
