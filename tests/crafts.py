"""What the tests ask workers to make; a spawned one imports no more than this."""

from __future__ import annotations

import multiprocessing
import os

from pipeline.errors import TemplateError

DEADLY = 17


def is_worker() -> bool:
    return multiprocessing.parent_process() is not None


def named(given: str, number: int) -> tuple[str, bool]:
    """And whether a worker made it."""
    return f"{given}{number}", is_worker()


def deadly(given: str, number: int) -> str:
    """It kills a worker."""
    if number == DEADLY and is_worker():
        os._exit(9)
    return f"{given}{number}"


def blind(given: str, number: int) -> str:
    """A worker does not find what it needs."""
    if is_worker():
        raise FileNotFoundError
    return f"{given}{number}"


def wrong(_: str, number: int) -> int:
    if number == DEADLY:
        raise TemplateError("表.xlsx", "B2", "看不懂")
    return number
