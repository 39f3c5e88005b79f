"""Sources → readings, in batches on a concurrent.futures executor; a crash costs its file, never the run.

A worker answers with one bundle a batch: few large objects, which cost the driver little to unpack.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from pipeline import processes
from pipeline.ingest import bundles
from pipeline.ingest import cluster as cluster_
from pipeline.ingest.bundles import Bundle
from pipeline.model import Definitions, Finding, Origin, Reading, Severity, Source

if TYPE_CHECKING:  # what understands ledgers is imported by those who read some: where all was kept, nobody does
    from pipeline.ingest.layouts import Knowledge

Batch: TypeAlias = Sequence[Source]
Submit: TypeAlias = Callable[[Batch], "Future[Bundle]"]
Workers: TypeAlias = Callable[[int], AbstractContextManager[Submit]]
"""How many workers → what hands them a batch, for as long as none of them dies."""

_LARGEST, _SMALLEST = 48, 4
"""Files of a batch: the more, the longer the columns that are parsed at once; the fewer, the evener all workers end."""
_SHARES = 4
"""A batch holds at most this part of what is left for each worker."""
_CLUSTER_BATCH, _CLUSTER_JOBS = 24, 64
_BATCH_SIZE = 4 << 20
"""A batch holds so many bytes, or one file."""
_AHEAD = 3
"""Batches handed out for each worker: enough to keep it busy, and all that has to be read again if one dies."""
_FEW = 24
"""So few files are read sooner than a worker starts."""

_definitions: Definitions | None = None
_knowledge: Knowledge | None = None


def readings(
    sources: Sequence[Source],
    definitions: Definitions,
    *,
    jobs: int,
    progress: Callable[[int], None],
    cluster: str = "",
) -> tuple[Reading, ...]:
    """Read all sources, in their order; `progress` hears of each that is done. `cluster` is a scheduler's address."""
    done: dict[str, Reading] = {}
    for reading in _read_all(sources, definitions, jobs, cluster):
        done[reading.file] = reading
        progress(1)
    return tuple(done[source.name] for source in sources)


def _read_all(sources: Sequence[Source], definitions: Definitions, jobs: int, cluster: str) -> Iterator[Reading]:
    if cluster:
        workers = partial(_on_cluster, cluster, definitions, sources[:1])
        return _by_workers(workers, _batches(sources, _CLUSTER_JOBS, smallest=_CLUSTER_BATCH), _CLUSTER_JOBS)
    if jobs == 1 or len(sources) <= _FEW:
        read = partial(_read, knowledge=_known(definitions))
        return chain.from_iterable(map(read, _batches(sources, jobs)))
    return _by_workers(partial(_in_processes, definitions), _batches(sources, jobs), jobs)


def _batches(sources: Sequence[Source], jobs: int, smallest: int = _SMALLEST) -> deque[Batch]:
    """The largest files and batches first, so that nothing long is left to one worker at the end."""
    waiting = deque(sorted(sources, key=lambda source: -source.size))
    batches: deque[Batch] = deque()
    while waiting:
        most, size = max(smallest, min(_LARGEST, len(waiting) // (_SHARES * jobs))), waiting[0].size
        batch = [waiting.popleft()]
        while waiting and len(batch) < most and size + waiting[0].size <= _BATCH_SIZE:
            size += waiting[0].size
            batch.append(waiting.popleft())
        batches.append(batch)
    return batches


# --- workers that may die ------------------------------------------------------------------------------------------------


def _by_workers(workers: Workers, waiting: deque[Batch], jobs: int) -> Iterator[Reading]:
    """All batches; what was in hand when a worker died is read again one file at a time, the rest as before."""
    with bundles.undisturbed():
        while waiting:
            with workers(min(jobs, len(waiting))) as submit:
                suspects = yield from _until_one_dies(submit, waiting, _AHEAD * jobs)
            while suspects:
                with workers(1) as submit:
                    killers = yield from _until_one_dies(submit, suspects, 1)
                yield from (_crashed(source, "读取程序中断") for [source] in killers)


def _until_one_dies(submit: Submit, waiting: deque[Batch], ahead: int) -> Generator[Reading, None, deque[Batch]]:
    """The readings as they come, taking from `waiting`; returns what a worker that died may have had in hand, file by file."""
    running: dict[Future[Bundle], Batch] = {}
    try:
        while waiting or running:
            while waiting and len(running) < ahead:
                running[submit(waiting[0])] = waiting[0]
                waiting.popleft()
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                found = future.result()
                del running[future]
                yield from bundles.readings(found)
    except Exception:  # noqa: BLE001 - executors differ in how they say that a worker is gone
        suspects = [batch for future, batch in running.items() if future.done()] or list(running.values())
        waiting.extendleft(batch for batch in running.values() if batch not in suspects)
        return deque([source] for batch in suspects or [waiting.popleft()] for source in batch)
    return deque()


@contextmanager
def _in_processes(definitions: Definitions, jobs: int) -> Iterator[Submit]:
    import pipeline.ingest.understand  # noqa: F401  # once, for all workers that are forked

    with processes.executor(jobs, _learn, definitions) as executor:
        yield lambda batch: executor.submit(_task, batch)


@contextmanager
def _on_cluster(address: str, definitions: Definitions, sample: Batch, _: int) -> Iterator[Submit]:
    """Workers that see the input folder at the same path; the definitions travel to each of them once."""
    with cluster_.client(address, sample) as client:
        executor = client.get_executor(pure=False)
        told = client.scatter(definitions, broadcast=True, hash=False)
        yield lambda batch: executor.submit(_cluster_task, batch, told)


# --- in the worker -----------------------------------------------------------------------------------------------------


def _learn(definitions: Definitions) -> None:
    global _definitions, _knowledge
    if _definitions is not definitions:
        _definitions, _knowledge = definitions, _known(definitions)


def _known(definitions: Definitions) -> Knowledge:
    from pipeline.ingest.layouts import Knowledge

    return Knowledge.of(definitions)


def _cluster_task(batch: Batch, definitions: Definitions) -> Bundle:
    _learn(definitions)
    return _task(batch)


def _task(batch: Batch) -> Bundle:
    assert _knowledge is not None
    return bundles.bundle(_read(batch, _knowledge))


def _read(batch: Batch, knowledge: Knowledge) -> list[Reading]:
    """The readings of a batch; whatever one file does, the others are read."""
    from pipeline.ingest import understand

    try:
        return understand.files(batch, knowledge)
    except Exception as trouble:
        if os.environ.get("PIPELINE_DEBUG"):
            raise
        if len(batch) == 1:
            return [_crashed(batch[0], type(trouble).__name__)]
        return [reading for source in batch for reading in _read([source], knowledge)]


def _crashed(source: Source, why: str) -> Reading:
    finding = Finding("file-corrupt", Severity.ERROR, Origin(source.name), values=(("why", why),))
    return Reading(source.name, findings=(finding,))
