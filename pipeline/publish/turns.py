"""Who writes into an output folder does so alone: others wait for their turn, on this machine or on a shared drive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_FILE = ".lock"


@contextmanager
def taken(output: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Meanwhile nobody else writes into `output`; `waiting` is called once if somebody does at first.

    The system gives the turn back when a process ends, however it does. Where no file can be made or locked (a full disk,
    a drive without locks) nobody waits.
    """
    from filelock import FileLock, Timeout  # imported by those who write

    fresh = not output.exists()
    lock = FileLock(output / _FILE, fallback_to_soft=False)
    with suppress(OSError):
        output.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            waiting()
            lock.acquire()
    try:
        yield
    finally:
        with suppress(OSError):
            (output / _FILE).unlink()  # before others may have it
        lock.release()
        if fresh:
            with suppress(OSError):
                output.rmdir()  # nothing came into it
