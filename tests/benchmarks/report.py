"""Costs → the page of tables that is printed, and kept as docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import TypeAlias

from .clocks import REST, STARTS
from .cost import Cost
from .stages import BY_STAGE, GROWTH, PEAKS, RATIOS, STAGES, TURNS, Ratio

Measure: TypeAlias = Callable[[Mapping[str, Cost], str], float | None]


def page(command: str, machine: str, found: Mapping[str, Cost], grown: Mapping[int, Cost]) -> str:
    """`found` by stage, `grown` by number of workbooks."""
    lines = [
        "# What it costs", "",
        f"Last results of `{command} --write` with {machine}.",
        "Peak memory is that of the whole tree of processes, shared pages once.",
        f"Reading, floor and large workbook took {TURNS} turns, one after another; the quickest of each counts.",
        "", "| | seconds | processor seconds | peak MiB |", "|---|---|---|---|", *_costs(found, grown),
        "", "| | by the clock | by processor time | wanted |", "|---|---|---|---|", *_ratios(found, grown),
    ]  # fmt: skip
    if BY_STAGE in found:
        lines += ["", "| the default run on one process, by stage | seconds | share |", "|---|---|---|"]
        lines += _stages(found[BY_STAGE])
    return "\n".join(lines) + "\n"


def _costs(found: Mapping[str, Cost], grown: Mapping[int, Cost]) -> Iterator[str]:
    named = [(stage.what, found[stage.name]) for stage in STAGES if stage.name in found]
    named += [(f"ours: the default run over {size:,} workbooks", cost) for size, cost in grown.items()]
    for what, cost in named:
        yield f"| {what} | {cost.wall:.1f} | {cost.cpu:.1f} | {cost.memory:.0f} |"


def _ratios(found: Mapping[str, Cost], grown: Mapping[int, Cost]) -> Iterator[str]:
    for ratio in RATIOS:
        if {_stage(name) for name in (ratio.above, ratio.below) if name} <= found.keys():
            clock, processor = (_quotient(found, ratio, measure) for measure in (_wall, _cpu))
            yield f"| {ratio.what} | {clock} | {processor} | {ratio.wanted} |"
    for (few, before), (many, after) in pairwise(sorted(grown.items())):
        clock, processor = f"{after.wall / before.wall:.2f}", f"{after.cpu / before.cpu:.2f}"
        yield f"| {many:,} workbooks ÷ {few:,} | {clock} | {processor} | ≤ {GROWTH * many / few:g} |"
    for name, wanted in PEAKS:
        if name in found:
            what = next(stage.what for stage in STAGES if stage.name == name)
            yield f"| peak MiB of “{what}” | {found[name].memory:.0f} | | {wanted} |"


def _quotient(found: Mapping[str, Cost], ratio: Ratio, measure: Measure) -> str:
    above = measure(found, ratio.above)
    below = measure(found, ratio.below) if ratio.below else 1
    return "" if above is None or below is None else f"{above / below:.2f}"


def _wall(found: Mapping[str, Cost], name: str) -> float | None:
    """Of a stage, or of a part of it: stage.part."""
    stage, _, part = name.partition(".")
    return found[stage].parts[part] if part else found[stage].wall


def _cpu(found: Mapping[str, Cost], name: str) -> float | None:
    return None if "." in name else found[name].cpu


def _stage(name: str) -> str:
    return name.partition(".")[0]


def _stages(cost: Cost) -> Iterator[str]:
    for stage in dict.fromkeys((*(name for name, _, _ in STARTS), REST)):
        seconds = cost.parts.get(stage, 0)
        yield f"| {stage} | {seconds:.2f} | {100 * seconds / cost.wall:.0f} % |"
