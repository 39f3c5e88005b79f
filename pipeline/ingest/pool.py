"""Sources → readings, one task a file, on a concurrent.futures executor; a crash costs its file, never the run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

from pipeline.ingest import understand
from pipeline.ingest.layouts import Knowledge
from pipeline.model import Definitions, Finding, Origin, Reading, Severity, Source

_BATCH = 8
_FEW = 24
"""So few files are read sooner than a worker starts."""

_knowledge: Knowledge | None = None


def readings(
    sources: Sequence[Source], definitions: Definitions, *, jobs: int, progress: Callable[[int], None]
) -> tuple[Reading, ...]:
    """Read all sources, in their order; `progress` hears how many more are done."""
    if jobs == 1 or len(sources) <= _FEW:
        return tuple(_alone(sources, Knowledge.of(definitions), progress))
    done = _in_pool(_batches(sources, _BATCH), definitions, jobs, progress)
    lost = [source for source in sources if source.name not in done]
    for source in lost:
        done |= _in_pool([[source]], definitions, 1, progress)
        done.setdefault(source.name, _crashed(source, "读取程序中断"))
    return tuple(done[source.name] for source in sources)


def _alone(sources: Sequence[Source], knowledge: Knowledge, progress: Callable[[int], None]) -> Iterator[Reading]:
    for source in sources:
        yield _read(source, knowledge)
        progress(1)


def _batches(sources: Sequence[Source], size: int) -> list[Sequence[Source]]:
    return [sources[i : i + size] for i in range(0, len(sources), size)]


def _in_pool(
    batches: Sequence[Sequence[Source]], definitions: Definitions, jobs: int, progress: Callable[[int], None]
) -> dict[str, Reading]:
    """What the workers gave; batches of a worker that died are missing."""
    done: dict[str, Reading] = {}
    with ProcessPoolExecutor(jobs, initializer=_start, initargs=(definitions,)) as executor:
        futures: list[Future[list[Reading]]] = []
        try:
            futures = [executor.submit(_task, batch) for batch in batches]
            for future in as_completed(futures):
                if future.exception() is None:
                    done |= {reading.file: reading for reading in future.result()}
                    progress(len(future.result()))
        except BrokenProcessPool:
            pass
        except KeyboardInterrupt:
            executor.shutdown(wait=False, cancel_futures=True)
            raise
    return done


def _start(definitions: Definitions) -> None:
    global _knowledge  # noqa: PLW0603 - a worker's own knowledge, made once
    _knowledge = Knowledge.of(definitions)


def _task(batch: Sequence[Source]) -> list[Reading]:
    assert _knowledge is not None
    return [_read(source, _knowledge) for source in batch]


def _read(source: Source, knowledge: Knowledge) -> Reading:
    try:
        return understand.file(source, knowledge)
    except Exception as trouble:  # whatever one file does, the others are read
        if os.environ.get("PIPELINE_DEBUG"):
            raise
        return _crashed(source, type(trouble).__name__)


def _crashed(source: Source, why: str) -> Reading:
    finding = Finding("file-corrupt", Severity.ERROR, Origin(source.name), values=(("why", why),))
    return Reading(source.name, findings=(finding,))
