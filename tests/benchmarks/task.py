"""One thing to measure, in a process of its own: python -m tests.benchmarks.task NAME FOLDER JOBS.

What it prints, if anything, is one JSON object: the seconds of its parts.
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from pipeline.parts import PARTS

from . import peers

if TYPE_CHECKING:
    from types import ModuleType

    from pipeline.publish.narrative import Run
    from pipeline.publish.template import Compiled
    from pipeline.run import Options

Parts: TypeAlias = Mapping[str, float] | None

_REPORT = "上半年工作报告.docx"
_AT_ONCE = 8
"""Narratives that a process makes before it hands them over."""


def _options(folder: Path, jobs: int, parts: tuple[str, ...] = PARTS, *, cached: bool = False) -> Options:
    from pipeline.period import Period
    from pipeline.run import Options

    places = (folder / "input", folder / "output", folder / "templates")
    return Options(*places, Period.parse("2023H1"), jobs=jobs, parts=parts, cache=folder / ".cache" if cached else None)


def _measured(folder: Path, jobs: int, cluster: str = "") -> Parts:
    from pipeline import run

    start = time.perf_counter()
    run.measured(replace(_options(folder, jobs), cluster=cluster), run.Progress())
    return {"run": time.perf_counter() - start}


def _dask(folder: Path, jobs: int) -> Parts:
    """As `measured` on workers that have started and imported what they use."""
    import distributed

    local: Any = distributed.LocalCluster
    with local(n_workers=jobs, threads_per_worker=1, dashboard_address=None) as cluster:
        with cluster.get_client() as client:
            client.run(_imported)
        return _measured(folder, jobs, cluster.scheduler_address)


def _imported() -> None:
    from pipeline.ingest import understand  # noqa: F401


def _run(*parts: str, cached: bool = False) -> Task:
    def task(folder: Path, jobs: int) -> None:
        from pipeline import run

        run.run(_options(folder, jobs, parts, cached=cached))

    return task


def _by_stage(folder: Path, _: int) -> Parts:
    """The default run on one process."""
    from pipeline import run

    from .clocks import Clocks

    clocks = Clocks()
    run.run(_options(folder, 1))
    return clocks.seconds


def _same(folder: Path, jobs: int) -> None:
    """What the naive script makes: figures, a summary without evidence, a report, and a narrative a unit."""
    from pipeline import run
    from pipeline.publish import narrative, tables, template
    from pipeline.publish.packing import workers

    found = run.measured(_options(folder, jobs), run.Progress())
    figures, definitions = found.figures, found.definitions
    shared = narrative.run(figures, definitions)
    report = template.compiled(folder / "templates" / narrative.FOLDER / _REPORT)
    of_unit = template.compiled(folder / "templates" / narrative.OF_UNITS)
    units = range(len(definitions.register.units))
    makes: list[Callable[[], list[tuple[str, bytes]]]] = [
        lambda: [("汇总表.xlsx", tables.workbook(figures, definitions, {}, {}))],
        lambda: [(_REPORT, narrative.document(report, shared, review=False).report)],
    ]
    several = (units[first : first + _AT_ONCE] for first in range(0, len(units), _AT_ONCE))
    makes.extend(partial(_narratives, narrative, of_unit, shared, some) for some in several)
    output = folder / "same"
    output.mkdir(exist_ok=True)
    with workers.crews(makes, None, jobs=jobs, count=len(units)) as (crew, _):
        for documents in crew.each(_made, range(len(makes))):
            for name, content in documents:
                (output / name).write_bytes(content)


def _made(makes: Sequence[Callable[[], list[tuple[str, bytes]]]], number: int) -> list[tuple[str, bytes]]:
    return makes[number]()


def _narratives(
    narrative: ModuleType, template: Compiled, shared: Run, units: Iterable[int]
) -> list[tuple[str, bytes]]:
    return [(f"{unit}.docx", narrative.document(template, shared, unit, review=False).report) for unit in units]


def _hostile(folder: Path, _: int) -> Parts:
    """The seconds of each hostile file, and of the worst."""
    from pipeline import definitions
    from pipeline.ingest import collect, understand
    from pipeline.ingest.layouts import Knowledge

    knowledge = Knowledge.of(definitions.load(folder / "templates"))
    seconds = {}
    for source in collect.collect(folder / "input").sources:
        start = time.perf_counter()
        understand.file(source, knowledge)
        seconds[source.name] = time.perf_counter() - start
    return seconds | {"worst": max(seconds.values())}


def _command(*arguments: str) -> Task:
    """The command line, which says something and ends."""

    def task(folder: Path, _: int) -> None:  # noqa: ARG001
        from pipeline import cli

        sys.argv = ["pipeline", *arguments]
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()), suppress(SystemExit):
            cli.main()

    return task


Task: TypeAlias = Callable[[Path, int], Parts]
TASKS: Mapping[str, Task] = {
    "naive": lambda folder, _: peers.naive(folder, "openpyxl"),
    "naive-calamine": lambda folder, _: peers.naive(folder, "calamine"),
    "docxtpl": lambda folder, _: peers.narratives(folder),
    "bare": peers.bare,
    "floor": peers.floor,
    "help": _command("run", "--help"),
    "unknown-option": _command("run", "--bogus"),
    "wrong-period": _command("run", "2023H3"),
    "measured": _measured,
    "dask": _dask,
    "same": _same,
    "everything": _run(*PARTS),
    "by-stage": _by_stage,
    "cached": _run(*PARTS, cached=True),
    "hostile": _hostile,
}


def main(name: str, folder: str, jobs: str) -> None:
    parts: Any = TASKS[name](Path(folder), int(jobs))
    if parts:
        sys.stdout.write(json.dumps(parts))


if __name__ == "__main__":
    main(*sys.argv[1:])
