"""The processes that work for a run: they leave Ctrl-C to the driver, and none outlives it."""

from __future__ import annotations

import multiprocessing
import os
import signal
from multiprocessing.process import BaseProcess
from threading import Thread


def begin() -> None:
    """In a worker, before it works."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    driver = multiprocessing.parent_process()
    assert driver is not None
    Thread(target=_end_with, args=(driver,), daemon=True).start()


def _end_with(driver: BaseProcess) -> None:
    driver.join()
    os._exit(1)


def end() -> None:
    """In the driver: nobody waits any longer for what its workers do."""
    for worker in multiprocessing.active_children():
        worker.terminate()
