"""One thing to measure, in a process of its own: python -m tests.benchmarks.task NAME FOLDER JOBS."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from . import peers


def _options(folder: Path, jobs: int, parts: tuple[str, ...]) -> object:
    from pipeline.period import Period
    from pipeline.run import Options

    period = Period.parse("2023H1")
    cache = folder / ".cache" if "cached" in parts else None
    chosen = tuple(part for part in parts if part != "cached")
    return Options(
        folder / "input", folder / "output", folder / "templates", period, jobs=jobs, parts=chosen, cache=cache
    )


def _measured(folder: Path, jobs: int) -> None:
    from pipeline import run

    run.measured(_options(folder, jobs, ()), run.Progress())  # type: ignore[arg-type]


def _run(*parts: str) -> Callable[[Path, int], None]:
    def task(folder: Path, jobs: int) -> None:
        from pipeline import run

        run.run(_options(folder, jobs, parts))  # type: ignore[arg-type]

    return task


EVERY = ("figures", "tables", "reports", "units", "page")
TASKS: dict[str, Callable[[Path, int], None]] = {
    "naive": lambda folder, _: peers.naive(folder, "openpyxl"),
    "naive-calamine": lambda folder, _: peers.naive(folder, "calamine"),
    "bare": peers.bare,
    "floor": peers.floor,
    "measured": _measured,
    "tables": _run("figures", "tables"),
    "everything": _run(*EVERY),
    "cached": _run("cached", *EVERY),
}

if __name__ == "__main__":
    TASKS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
