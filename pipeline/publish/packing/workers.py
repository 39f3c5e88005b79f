"""One thing made from each of many, in their order, by forked processes where the system forks safely."""

from __future__ import annotations

import gc
import multiprocessing
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from pipeline import processes

T = TypeVar("T")
U = TypeVar("U")

_BATCH = 8
_FEW = 32
"""So few are made sooner than a process starts."""

_work: tuple[Callable[[Any], Any], Sequence[Any]] | None = None


def each(make: Callable[[T], U], things: Sequence[T], jobs: int) -> Iterator[U]:
    """As ``map``. A forked process inherits what all share; sent to it, that would cost more than the work itself;
    frozen, it is neither searched for garbage nor copied.
    """
    return _shared_out(make, things, jobs if len(things) > _FEW else 1, _BATCH)


def beside(makes: Sequence[Callable[[], U]], units: int, jobs: int) -> Iterator[U]:
    """What each of them makes of all `units`, in their order; the longest should come first."""
    return _shared_out(_called, makes, jobs if units > _FEW else 1, 1)


def _called(make: Callable[[], U]) -> U:
    return make()


def _shared_out(make: Callable[[T], U], things: Sequence[T], jobs: int, batch: int) -> Iterator[U]:
    """What a process that was lost did not make is made here."""
    done = 0
    if jobs > 1 and sys.platform == "linux":
        try:
            for made in _forked(make, things, jobs, batch):
                done += 1
                yield made
        except BrokenProcessPool:
            pass
    yield from map(make, things[done:])


def _forked(make: Callable[[T], U], things: Sequence[T], jobs: int, batch: int) -> Iterator[U]:
    global _work  # noqa: PLW0603 - what the processes inherit
    _work = make, things
    try:
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(jobs, mp_context=context, initializer=_start) as executor:
            yield from _results(executor, len(things), batch)
    finally:
        _work = None


def _results(executor: ProcessPoolExecutor, count: int, batch: int) -> Iterator[Any]:
    try:
        yield from executor.map(_made, range(count), chunksize=batch)
    except BaseException:
        processes.end()
        raise


def _start() -> None:
    processes.begin()
    gc.freeze()


def _made(place: int) -> Any:
    assert _work is not None
    make, things = _work
    return make(things[place])
