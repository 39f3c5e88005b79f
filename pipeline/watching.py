"""Wait until something below the watched folders has changed and every file is whole."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watchdog.events import FileSystemEventHandler
    from watchdog.observers.api import BaseObserver

_QUIET = 1.0
"""Seconds without a change after which a copy is taken to be finished."""
_OVERLOOKED = ("~$", ".")


def changes(folders: Sequence[Path], *, poll: bool, quiet: float = _QUIET) -> Iterator[None]:
    """Once for every run of changes from now on, when it has come to rest; `poll` for file systems that tell nothing."""
    changed = Event()
    observer = _observer(poll=poll)
    for folder in folders:
        observer.schedule(_handler(changed), str(folder), recursive=True)
    observer.start()
    return _heard(observer, folders, changed, quiet)


def _heard(observer: BaseObserver, folders: Sequence[Path], changed: Event, quiet: float) -> Iterator[None]:
    try:
        while True:
            while not changed.wait(_QUIET):  # Windows hears Ctrl-C only between two waits
                pass
            _settled(folders, changed, quiet)
            yield
    finally:
        observer.stop()
        observer.join()


def _observer(*, poll: bool) -> BaseObserver:
    if poll:
        from watchdog.observers.polling import PollingObserver

        return PollingObserver()
    from watchdog.observers import Observer

    return Observer()


def _handler(changed: Event) -> FileSystemEventHandler:
    from watchdog.events import FileSystemEvent, FileSystemEventHandler

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event: FileSystemEvent) -> None:
            writes = event.event_type in ("created", "modified", "deleted", "moved")
            if writes and not event.is_directory and not Path(str(event.src_path)).name.startswith(_OVERLOOKED):
                changed.set()

    return Handler()


def _settled(folders: Sequence[Path], changed: Event, quiet: float) -> None:
    """Return when sizes and times stood still for `quiet` seconds."""
    before = None
    while (now := _state(folders)) != before:
        before = now
        changed.clear()
        time.sleep(quiet)


def _state(folders: Sequence[Path]) -> list[tuple[str, int, int]]:
    """Path, size and time of every file; one that goes away meanwhile does not count."""
    found = []
    for path in (Path(place, name) for folder in folders for place, _, names in os.walk(folder) for name in names):
        if not path.name.startswith(_OVERLOOKED):
            with suppress(OSError):
                facts = path.stat()
                found.append((str(path), facts.st_size, facts.st_mtime_ns))
    return sorted(found)
