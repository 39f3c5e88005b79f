"""What a driver would bear that holds states instead of records: python -m tests.benchmarks.merge [UNITS].

A batch is what a worker would send of its units: the states of every indicator, measured from real workbooks. It is
received as often as it takes to reach all units of a register of three levels, merged, and read off in both scopes.
"""

from __future__ import annotations

import pickle
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias, TypeVar

import numpy as np
import psutil

from pipeline import definitions as definitions_
from pipeline.figures import kinds, states
from pipeline.figures.states import Ints, Lists, State, Tree
from pipeline.ingest import collect, pool, reconcile
from pipeline.model import Definitions, Register, Unit
from pipeline.period import Period

from . import workspace

States: TypeAlias = dict[str, State]
T = TypeVar("T")

BATCH = 100
"""Units of a batch."""


def batch(folder: Path) -> tuple[Definitions, bytes]:
    """Its states, as they would travel."""
    place = workspace.made(folder, BATCH, rows=60)
    definitions = definitions_.load(place / "templates")
    collected = collect.collect(place / "input")
    readings = pool.readings(collected.sources, definitions, jobs=1, progress=lambda _: None)
    period = Period.parse("2023H1")
    harvest = reconcile.harvest(
        reconcile.reconciled(readings, definitions), collected.duplicates, definitions, period, period.end
    )
    ground = states.ground(harvest, definitions, period, period.end)
    found = {each.id: _of_the_units(kinds.state(ground, each)) for each in definitions.indicators}
    return definitions, pickle.dumps(found, pickle.HIGHEST_PROTOCOL)


def _of_the_units(state: State) -> State:
    """Without the root, which stands first in the register and has nothing of its own."""
    return {name: column[1:] for name, column in state.items()}


def register(batches: int) -> Register:
    """A root, a unit for each batch below it, and below these those of the batch."""
    parents = [None, *(0 for _ in range(batches)), *(1 + number // BATCH for number in range(batches * BATCH))]
    units = tuple(Unit(index, str(index), parent=parent) for index, parent in enumerate(parents))
    children: list[list[int]] = [[] for _ in units]
    for unit in units[1:]:
        assert unit.parent is not None
        children[unit.parent].append(unit.index)
    return Register(units, {}, tuple(map(tuple, children)))


def received(sent: bytes, batches: int) -> States:
    """All batches, one after another, added to the states of all units."""
    whole = {id: _nothing(state, batches) for id, state in pickle.loads(sent).items()}
    for number in range(batches):
        first = 1 + batches + number * BATCH
        for id, state in pickle.loads(sent).items():
            for name, column in state.items():
                _add(whole[id][name], first, column)
    return whole


def _nothing(state: State, batches: int) -> State:
    """The state of all units before anything was received."""
    count = 1 + batches + batches * BATCH
    return {
        name: [[] for _ in range(count)] if isinstance(column, list) else np.zeros((count, *column.shape[1:]), np.int64)
        for name, column in state.items()
    }


def _add(whole: Ints | Lists, first: int, column: Ints | Lists) -> None:
    if isinstance(whole, list):
        for unit, values in enumerate(column, first):
            whole[unit] += values
    else:
        whole[first : first + BATCH] += column


def read_off(definitions: Definitions, found: Mapping[str, State]) -> int:
    """How many numbers were read off, none of which is kept."""
    return sum(sum(1 for _ in kinds.numbers(each, found[each.id])) for each in definitions.indicators)


def told(what: str, work: Callable[[], T]) -> T:
    start = time.process_time()
    done = work()
    seconds, held = time.process_time() - start, psutil.Process().memory_info().rss / 2**20
    print(f"| {what} | {seconds:.1f} | {held:.0f} |", flush=True)
    return done


def main(units: int) -> None:
    batches = units // BATCH
    print(f"{batches} batches of {BATCH} units\n\n| | processor seconds | MiB held after |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        definitions, sent = told("one batch read and measured", lambda: batch(Path(folder)))
    whole = told("all received and merged", lambda: received(sent, batches))
    tree = told("the register in order", lambda: Tree.of(register(batches)))
    own = told("own figures read off", lambda: read_off(definitions, whole))
    every = told("merged along the register", lambda: {id: tree.merged(state) for id, state in whole.items()})
    figures = own + told("all figures read off", lambda: read_off(definitions, every))
    print(f"\n{len(sent) / BATCH:.0f} bytes a unit travel, {len(sent) * batches / 2**20:.0f} MiB; {figures} figures")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
