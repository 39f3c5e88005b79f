"""Who writes into an output folder does so alone: others wait for their turn, on this machine or on a shared drive."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_FILE = ".lock"
_PAUSE = 0.2
"""Seconds between two looks whether the other is done."""


@contextmanager
def taken(output: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Meanwhile nobody else writes into `output`; `waiting` is called once if somebody does at first.

    The system gives the turn back when a process ends, however it does. Where no file can be made or locked (a full disk,
    a drive without locks) nobody waits.
    """
    fresh = not output.exists()
    lock = _locked(output / _FILE, waiting)
    try:
        yield
    finally:
        if lock is not None:
            _give_back(lock, output / _FILE)
        if fresh:
            with suppress(OSError):
                output.rmdir()  # nothing came into it


def _locked(path: Path, waiting: Callable[[], None]) -> int | None:
    told = False
    while True:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(path, os.O_RDWR | os.O_CREAT)
        except OSError:
            return None
        try:
            _lock(file)
            if _is_still(file, path):
                return file
        except BlockingIOError:
            if not told:
                waiting()
                told = True
            time.sleep(_PAUSE)
        except OSError:
            os.close(file)
            return None
        os.close(file)


def _is_still(file: int, path: Path) -> bool:
    """Who had the turn before may have removed what was waited for."""
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(file), path.stat())
    return False


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        """BlockingIOError where another process has it."""
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except PermissionError as trouble:
            raise BlockingIOError from trouble

    def _give_back(file: int, path: Path) -> None:
        """Nobody removes a file that another has open."""
        os.close(file)
        with suppress(OSError):
            path.unlink()

else:
    import fcntl

    def _lock(file: int) -> None:
        """BlockingIOError where another process has it."""
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _give_back(file: int, path: Path) -> None:
        """The file is removed first: once it is free another may have it."""
        with suppress(OSError):
            path.unlink()
        fcntl.flock(file, fcntl.LOCK_UN)  # workers that were forked may hold it still
        os.close(file)
