"""The address of a scheduler → a client of it, whose workers run this program and see this input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, NamedTuple

from pipeline.errors import UsageError
from pipeline.ingest import collect
from pipeline.ingest.limits import UnreadableError
from pipeline.model import Source

_PATIENCE = "10s"
"""How long a scheduler may take to answer, and its first worker to be there."""

_UNSAID = {"distributed.admin.large-graph-warning-threshold": "1 GiB"}
"""A task of more bytes than that would be remarked upon: the pack of a unit with ten thousand below it speaks of all of them."""


class _Facts(NamedTuple):
    """What must be the same everywhere, as digests."""

    program: str
    input: tuple[str, ...]


@contextmanager
def client(address: str, sample: Sequence[Source]) -> Iterator[Any]:
    """UsageError unless each worker that is there runs this program and reads in `sample` what is read here."""
    try:
        import dask.config
        import distributed
    except ImportError:
        raise UsageError("--cluster 需要另装一个包：pip install 'ledger-pipeline[cluster]'") from None
    connected: Any = distributed.Client
    try:
        opened = connected(address, timeout=_PATIENCE, set_as_default=False)
    except OSError:
        raise UsageError(f"连不上集群“{address}”：请先启动调度程序，见 docs/scale.md") from None
    with opened, dask.config.set(_UNSAID):
        _agreed(opened, sample)
        yield opened


def _agreed(opened: Any, sample: Sequence[Source]) -> None:
    try:
        opened.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError:
        raise UsageError("集群里还没有工作进程：请先启动，见 docs/scale.md") from None
    mine = _facts(sample)
    for worker, theirs in opened.run(_facts, sample, on_error="return").items():
        if not isinstance(theirs, tuple) or theirs[0] != mine.program:
            raise UsageError(f"集群的工作进程 {worker} 用的程序与这里的不同：请装同一个版本，见 docs/scale.md")
        if theirs[1] != mine.input:
            path = sample[0].path
            raise UsageError(f"集群的工作进程 {worker} 读到的“{path}”与这里的不同：请让它在同一路径看到同一个文件夹")


def _facts(sample: Sequence[Source]) -> _Facts:
    from pipeline.ingest import cache

    code = repr(cache.code("definitions", "ingest", "figures", "publish"))
    return _Facts(sha256(code.encode()).hexdigest(), tuple(map(_digest, sample)))


def _digest(source: Source) -> str:
    try:
        return sha256(collect.content(source)).hexdigest()
    except (OSError, UnreadableError):
        return ""
