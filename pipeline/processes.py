"""The processes that work for a run: they leave Ctrl-C to the driver, and none outlives it."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Any, TypeAlias

Submit: TypeAlias = "Callable[..., Future[Any]]"
"""Hands a process what to call, and with what."""

_SELDOM = 50_000
"""So many new objects are worth a search for garbage; with Python's own 700 it takes a twentieth of a worker's time."""


@contextmanager
def seldom_tidied() -> Iterator[None]:
    """Meanwhile garbage is looked for when there may be some worth finding; a decorator of what works long."""
    usual = gc.get_threshold()
    gc.set_threshold(_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@contextmanager
def pool(jobs: int, start: Callable[..., None], *given: object, method: str | None = None) -> Iterator[Submit]:
    """Of so many processes, which `start` with what is given; `method` is fork or spawn, None the system's own.

    If the driver is interrupted, nobody waits any longer for what they do.
    """
    from concurrent.futures import ProcessPoolExecutor  # by those who start processes: where all was kept, nobody does

    context = multiprocessing.get_context(method)
    workers = ProcessPoolExecutor(jobs, mp_context=context, initializer=partial(_begin, start, *given))

    def submit(call: Callable[..., Any], *given: object) -> Future[Any]:
        with _deaf():
            return workers.submit(call, *given)

    try:
        yield submit
    except BaseException:
        _end()
        raise
    finally:
        workers.shutdown(cancel_futures=True)


@contextmanager
def _deaf() -> Iterator[None]:
    """Who starts meanwhile hears no Ctrl-C, and ends without a word; where signals cannot be blocked it may say some."""
    if sys.platform == "win32":
        yield
        return
    usual = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, usual)


def _begin(start: Callable[..., None], *given: object) -> None:
    """In a worker, before it works."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    driver = multiprocessing.parent_process()
    assert driver is not None
    Thread(target=_end_with, args=(driver,), daemon=True).start()
    start(*given)
    _keep()


def _keep() -> None:
    """What is there by now stays: no garbage is looked for in it, and in what comes seldom."""
    gc.enable()
    gc.freeze()
    gc.set_threshold(_SELDOM)


def _end_with(driver: BaseProcess) -> None:
    driver.join()
    os._exit(1)


def _end() -> None:
    """In the driver."""
    for worker in multiprocessing.active_children():
        worker.terminate()
