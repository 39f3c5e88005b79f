"""``python -m tests.benchmarks`` measures ours beside the others and prints the ratios; ``--write`` keeps them."""

from __future__ import annotations

import argparse
import compileall
import sys
import tempfile
from itertools import groupby
from pathlib import Path

import psutil

from . import corpus, workspace
from .cost import ROOT, Cost, cost
from .report import page
from .stages import STAGES, TURNS

PAGE = ROOT / "docs" / "benchmarks.md"


def measured(folder: Path, given: argparse.Namespace) -> dict[str, Cost]:
    """The costs of the wanted stages."""
    stages = [stage for stage in STAGES if stage.name in given.only.split(",")]
    for place in {stage.place for stage in stages}:
        _made(folder / place, given)
    found: dict[str, Cost] = {}
    for name, together in groupby(stages, key=lambda stage: stage.round or stage.name):
        turns = [*together] * (TURNS if name in {stage.round for stage in stages} else 1)
        for stage in turns:
            if stage.name == "changed":
                corpus.write(folder / stage.place / "input", 1, rows=3)
            spent = _told(stage.name, cost(stage.task, folder / stage.place, stage.jobs or given.jobs))
            found[stage.name] = min(found.get(stage.name, spent), spent, key=lambda spent: spent.wall)
    return found


def _made(place: Path, given: argparse.Namespace) -> None:
    match place.name:
        case "many":
            workspace.made(place, given.workbooks, given.rows)
        case "large":
            corpus.large(place / "input", given.large)
            workspace.with_templates(place, 1)
        case "hostile":
            corpus.hostile(place / "input")
            workspace.with_templates(place, 1)


def grown(folder: Path, given: argparse.Namespace) -> dict[int, Cost]:
    """The default run over more and more workbooks."""
    whole = workspace.made(folder / "all", max(given.growth, default=0), given.rows)
    found = {}
    for size in sorted(given.growth):
        place = workspace.part(folder / str(size), whole, size)
        found[size] = _told(f"{size} workbooks", cost("everything", place, given.jobs))
    return found


def _told(name: str, spent: Cost) -> Cost:
    print(f"{name}: {spent.wall:.2f} s, processor {spent.cpu:.2f} s, {spent.memory:.0f} MiB", flush=True)
    return spent


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--workbooks", type=int, default=1000)
    parser.add_argument("--rows", type=int, default=60, help="of each of the four sheets of a workbook")
    parser.add_argument("--large", type=int, default=100_000, help="rows of each sheet of the large workbook")
    parser.add_argument(
        "--growth", type=int, nargs="+", default=(), help="numbers of workbooks, such as 100 1000 10000"
    )
    parser.add_argument("--jobs", type=int, default=psutil.cpu_count() or 1)
    parser.add_argument("--only", default=",".join(stage.name for stage in STAGES), help="stages, parted by commas")
    parser.add_argument("--write", action="store_true", help="keep the results in docs/benchmarks.md")
    given = parser.parse_args(arguments)
    compileall.compile_dir(ROOT / "pipeline", quiet=1)
    with tempfile.TemporaryDirectory() as folder:
        found = measured(Path(folder), given)
        more = grown(Path(folder), given) if given.growth else {}
    text = page(_command(given), f"{given.jobs} processes on {psutil.cpu_count()} cores", found, more)
    print(text)
    if given.write:
        PAGE.write_text(text, encoding="utf-8")
    return 0


def _command(given: argparse.Namespace) -> str:
    command = f"python -m tests.benchmarks --workbooks {given.workbooks} --rows {given.rows} --large {given.large}"
    return command + (f" --growth {' '.join(map(str, given.growth))}" if given.growth else "")


if __name__ == "__main__":
    sys.exit(main())
