"""Arguments of the command line → Options of a run; UsageError with one clear line for what cannot be understood."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import OutputError, UsageError
from pipeline.parts import PARTS

if TYPE_CHECKING:
    from pipeline.model import Scope
    from pipeline.period import Period
    from pipeline.run import Options


def options(
    wanted: str | None,
    input: Path,
    output: Path,
    templates: Path,
    *,
    as_of: str | None = None,
    jobs: int | None = None,
    parts: str = "",
    zipped: bool = False,
) -> Options:
    if not input.is_dir():
        raise UsageError(f"没有文件夹“{input}”：请在放着 input 的文件夹里运行，或用 --input 指明")
    _apart(output, input, templates)
    span, until = period(wanted) if wanted else None, day(as_of)
    chosen = parts_of(parts)

    from pipeline.run import MOST_JOBS, Options

    kept = output.parent / ".cache"
    made = Options(input, output, templates, span, until, parts=chosen, zipped=zipped, cache=kept)
    return made if jobs is None else replace(made, jobs=min(jobs, MOST_JOBS))


def _apart(output: Path, *folders: Path) -> None:
    """What is made would be read as what is sent in, and start a watch again."""
    for folder in folders:
        if output.resolve().is_relative_to(folder.resolve()):
            raise UsageError(f"结果不能放在“{folder}”里，会被当成报来的文件再读：请用 --output 换一个文件夹")


def parts_of(text: str) -> tuple[str, ...]:
    chosen = tuple(filter(None, re.split(r"[\s,，、]+", text))) or PARTS
    if unknown := [part for part in chosen if part not in PARTS]:
        raise UsageError(f"--parts 不认识“{unknown[0]}”，可以写 {'、'.join(PARTS)}")
    return chosen


def period(text: str) -> Period:
    from pipeline.period import Period

    return Period.parse(text)


def templates(folder: Path) -> Path:
    """Of every command: without it none can begin."""
    if not folder.is_dir():
        raise UsageError(f"没有文件夹“{folder}”：请在放着 templates 的文件夹里运行，或用 --templates 指明")
    return folder


def scope(text: str | None) -> Scope | None:
    match text:
        case None | "own" | "all":
            return text
    raise UsageError(f"--scope 不认识“{text}”，可以写 own（本级）或 all（本级及所属单位）")


def day(text: str | None) -> date | None:
    if text is None:
        return None
    written = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text.strip())
    try:
        return date(*map(int, written.groups())) if written else date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"看不懂日期“{text}”：请写成 2023-06-20") from None


def processes(text: str) -> int:
    if not re.fullmatch(r"0*[1-9][0-9]{0,8}", text):
        raise UsageError(f"选项“--jobs”后面要写不小于 1 的整数，不能是“{text}”")
    return int(text)


def scheduler(address: str) -> str:
    if address and not re.fullmatch(r"(tcp|tls|wss?|ucx)://[^/]+:\d+", address):
        raise UsageError(f"看不懂集群的地址“{address}”：请写成 tcp://scheduler:8786")
    return address


def readable(path: Path) -> Path:
    if not path.is_file():
        raise UsageError(f"没有文件“{path}”：请核对文件名和所在的文件夹")
    return path


def beside(path: Path, suffix: str, content: bytes) -> Path:
    """Write next to the file that was given, under its name with another ending."""
    return written(path.with_name(path.stem + suffix), content)


def spared(path: Path, suffix: str, content: bytes) -> Path | None:
    """A copy of what stands beside already under that ending, if it is something else."""
    from pipeline.publish import aside

    target, copy = (path.with_name(f"{path.stem}{mark}{suffix}") for mark in ("", "（原来的）"))
    return aside.spared(target, content, copy)


def written(target: Path, content: bytes) -> Path:
    try:
        target.write_bytes(content)
    except OSError as trouble:
        raise OutputError(f"写不进“{target}”：可能正在别的程序中打开，请关闭后再试") from trouble
    return target
