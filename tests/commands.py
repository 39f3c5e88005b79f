"""Real commands in processes of their own: started, watched, disturbed, interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
PATIENCE = 60.0
"""Seconds after which what was waited for will not come."""


def digests(folder: Path) -> dict[str, str]:
    """Path below the folder → digest of each file, hidden ones too."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


def environment(sabotage: Path | None = None) -> dict[str, str]:
    """For a process that imports this checkout; every interpreter it starts first runs sitecustomize.py in `sabotage`."""
    folders = [str(folder) for folder in (sabotage, ROOT) if folder is not None]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(folders), "PYTHONUNBUFFERED": "1"}


SPAWNING = """
from pipeline.publish.packing import workers
workers.FORKS = False
workers._FEW_SPAWNED = 0
"""
"""Documents are made as where no process may safely part in two."""


def sabotage(folder: Path, module: str, function: str, body: str, besides: str = "") -> Path:
    """A folder whose sitecustomize.py puts a `body` of statements before a function; they know `first`, its argument."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        "import os, signal, time",
        "from pathlib import Path",
        f"import {module} as module",
        f"whole = module.{function}",
        "def disturbed(first, *others, **named):",
        *(f"    {line}" for line in body.strip().splitlines()),
        "    return whole(first, *others, **named)",
        f"module.{function} = disturbed",
        besides,
    ]
    (folder / "sitecustomize.py").write_text("\n".join(lines), encoding="utf-8")
    return folder


def pipeline(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself, given in `folder`."""
    command = [sys.executable, "-m", "pipeline", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, encoding="utf-8", check=False
    )


@contextmanager
def started(
    *command: str, folder: Path = ROOT, variables: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A Python module as a command, in a group of processes of its own that ends with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=environment() if variables is None else variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    try:
        yield process
    finally:
        for each in alive(process.pid):
            each.kill()
        process.communicate()


def alive(group: int) -> list[psutil.Process]:
    """The processes of a group that have not ended."""
    return [each for each in psutil.process_iter() if _in_group(each, group)]


def _in_group(process: psutil.Process, group: int) -> bool:
    try:
        return os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE
    except (OSError, psutil.Error):
        return False


def until(condition: Callable[[], object]) -> None:
    """Wait for something to come true."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "what was waited for did not come"
        time.sleep(0.02)


def interrupted(process: subprocess.Popen[str]) -> str:
    """What a command says on stderr after Ctrl-C, which reaches every process of its group."""
    os.killpg(process.pid, signal.SIGINT)
    return process.communicate(timeout=PATIENCE)[1]
