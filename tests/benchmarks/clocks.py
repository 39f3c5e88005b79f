"""The seconds of a run by stage: functions that begin a stage are timed, each without the stages inside it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from inspect import isgenerator
from typing import Any

STARTS = (
    ("read", "pipeline.ingest.read", "book"),
    ("locate", "pipeline.ingest.understand", "books"),
    ("parse", "pipeline.ingest.parse", "tables"),
    ("reconcile", "pipeline.ingest.reconcile", "reconciled"),
    ("reconcile", "pipeline.ingest.reconcile", "harvest"),
    ("measure", "pipeline.figures.compare", "compared"),
    ("tables", "pipeline.publish.tables", "workbook"),
    ("reports", "pipeline.publish.narrative", "reports"),
    ("packs", "pipeline.publish.packs", "packs"),
    ("page", "pipeline.publish.page", "html"),
    ("documents", "pipeline.publish.deliver", "folder"),
)
"""Stage, and the function of a module that is the stage or a part of it; documents: what the others leave."""
REST = "rest"


class Clocks:
    """Seconds by stage; what belongs to none is `rest`."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {REST: 0.0}
        self._stages = [REST]
        self._since = time.perf_counter()
        for stage, module, function in STARTS:
            place = import_module(module)
            setattr(place, function, self._timed(stage, getattr(place, function)))

    @contextmanager
    def _in(self, stage: str) -> Iterator[None]:
        self._turn()
        self._stages.append(stage)
        try:
            yield
        finally:
            self._turn()
            self._stages.pop()

    def _turn(self) -> None:
        now = time.perf_counter()
        stage = self._stages[-1]
        self.seconds[stage] = self.seconds.get(stage, 0) + now - self._since
        self._since = now

    def _timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def timed(*arguments: Any, **named: Any) -> Any:
            with self._in(stage):
                result = function(*arguments, **named)
            return self._step_by_step(stage, result) if isgenerator(result) else result

        return timed

    def _step_by_step(self, stage: str, steps: Iterator[Any]) -> Iterator[Any]:
        while True:
            with self._in(stage):
                try:
                    step = next(steps)
                except StopIteration:
                    return
            yield step
