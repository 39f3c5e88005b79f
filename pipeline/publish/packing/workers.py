"""Things made one after another by several processes: forked ones, spawned ones, those of a cluster, or this one alone."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from threading import Lock
from typing import Any, Generic, TypeAlias, TypeVar

from pipeline import processes

G = TypeVar("G")
H = TypeVar("H")
T = TypeVar("T")
U = TypeVar("U")

Task: TypeAlias = tuple[Callable[[Any, Any], Any], Any]
"""What makes a thing, with what was given and of what else."""
Submit: TypeAlias = "Callable[[Task], Future[Any]]"
Cluster: TypeAlias = Callable[[], AbstractContextManager[Any]]
"""Opens a client of a dask scheduler."""

FORKS = sys.platform == "linux"
"""Whether a process may safely part in two; elsewhere another starts anew, and imports all that it works with."""

_FEW = 32
"""The documents of so few units are made sooner than a process starts."""
_FEW_SPAWNED = 128
"""So few packs are, where it has to import all."""
_AHEAD = 48
"""So many things are made before the first of them is asked for."""

_givens: tuple[Any, ...] = ()
"""In a worker: what was given to each of the crews that it belongs to."""
_one = Lock()
"""What makes things remembers what it made, and a worker of a cluster may run several threads."""


@dataclass(frozen=True, slots=True)
class Crew(Generic[G]):
    """Workers to each of whom something was `given` to make things with; this process alone if none can be sent any."""

    given: G
    submit: Submit | None = None
    few: int = 0
    """The packs of so few units are made sooner than they can begin."""
    inherits: bool = True
    """What is given is whole, and was not sent."""

    def asked(self, units: int) -> Crew[G]:
        """Those who best make the packs of so many units."""
        return self if units > self.few else Crew(self.given)

    def each(self, make: Callable[[G, T], U], things: Sequence[T]) -> Iterator[U]:
        """What is made of each, in their order; workers begin at once. What they fail to bring is made here."""
        if self.submit is None:
            return (make(self.given, thing) for thing in things)
        waiting = iter(things)
        running = deque((thing, _sent(self.submit, make, thing)) for thing in islice(waiting, _AHEAD))
        return self._made(self.submit, make, waiting, running)

    def _made(
        self,
        submit: Submit,
        make: Callable[[G, T], U],
        waiting: Iterator[T],
        running: deque[tuple[T, Future[U] | None]],
    ) -> Iterator[U]:
        while running:
            thing, future = running.popleft()
            made = self._result(make, thing, future)
            running.extend((following, _sent(submit, make, following)) for following in islice(waiting, 1))
            yield made

    def _result(self, make: Callable[[G, T], U], thing: T, future: Future[U] | None) -> U:
        with suppress(Exception):  # a worker is gone, which executors say in their own ways, or found what is seen here
            if future is not None:
                return future.result()
        return make(self.given, thing)


def _sent(submit: Submit, make: Callable[[G, T], U], thing: T) -> Future[U] | None:
    """None if nobody takes it any more, which executors say in their own ways."""
    with suppress(Exception):
        return submit((make, thing))
    return None


@contextmanager
def crews(
    whole: G, units: H, *, jobs: int, count: int, cluster: Cluster | None = None
) -> Iterator[tuple[Crew[G], Crew[H]]]:
    """Those who work with `whole`, which cannot be sent, and those who work with `units`; `count` is how many units there are.

    Forked processes work with both; where none can be, or there is a cluster, its workers or spawned processes work with
    `units` while this one works with `whole`.
    """
    with ExitStack() as stack:
        if jobs == 1 or count <= _FEW:
            for_whole, for_units = Crew(whole), Crew(units)
        elif FORKS:
            for_whole, for_units = stack.enter_context(_forked(whole, units, jobs))
        else:
            for_whole, for_units = Crew(whole), stack.enter_context(_spawned(units, jobs))
        if cluster:
            for_units = stack.enter_context(_on_cluster(cluster, units))
        yield for_whole, for_units


@contextmanager
def _forked(whole: G, units: H, jobs: int) -> Iterator[tuple[Crew[G], Crew[H]]]:
    """The processes part at once, before this one has threads, and inherit what is given to them."""
    with processes.pool(jobs, _start, whole, units, method="fork") as submit:
        submit(int)
        yield (
            Crew(whole, partial(submit, _made, 0)),
            Crew(units, partial(submit, _made, 1)),
        )


@contextmanager
def _spawned(units: H, jobs: int) -> Iterator[Crew[H]]:
    """The processes start when there is work, and what is given is sent to each of them once."""
    with processes.pool(jobs, _start, units, method="spawn") as submit:
        yield Crew(units, partial(submit, _made, 0), _FEW_SPAWNED, inherits=False)


@contextmanager
def _on_cluster(cluster: Cluster, units: H) -> Iterator[Crew[H]]:
    """What is given travels to each worker once; the scheduler, which would unpack and pack a task again, sees bytes."""
    with cluster() as client:
        executor = client.get_executor(pure=False)
        given = client.scatter(units, broadcast=True, hash=False)
        yield Crew(units, lambda task: executor.submit(_made_remotely, given, _packing().dumps(task)), inherits=False)


# --- in the worker -----------------------------------------------------------------------------------------------------


def _start(*givens: object) -> None:
    global _givens  # noqa: PLW0603 - one for all tasks
    _givens = givens


def _made(crew: int, task: Task) -> Any:
    return _made_with(_givens[crew], task)


def _made_with(given: object, task: Task) -> Any:
    make, thing = task
    return make(given, thing)


def _made_remotely(given: object, task: bytes) -> Any:
    with _one:
        return _made_with(given, _packing().loads(task))


def _packing() -> Any:
    """How dask packs what travels, and unpacks it."""
    from distributed.protocol import pickle

    return pickle
