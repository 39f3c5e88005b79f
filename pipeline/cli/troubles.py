"""What stops a command → one line for the clerk: what is wrong, where, and what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping

import typer

from pipeline.errors import PipelineError, system

_TOLD: Mapping[str, str] = {
    r"No such option: (\S+)": "没有选项“{}”",
    r"No such command '(.+?)'": "没有命令“{}”",
    r"Option '(.+?)' requires an argument": "选项“{}”后面要写内容",
    r"Option '(.+?)' does not take a value": "选项“{}”后面不用写内容",
    r"Got unexpected extra argument\S* \((.+)\)": "多写了“{}”",
}
"""The words of typer → ours; words that are not among them stay as they are."""
_MEANT = re.compile(r"\(Possible options: (.+)\)|Did you mean (.+)\?")


def line(trouble: Exception) -> str:
    if found := reason(trouble):
        return f"不能继续：{found}"
    return f"程序出错，没有完成（{type(trouble).__name__}：{trouble}）；请把这一行告诉维护人员"


def reason(trouble: Exception) -> str:
    """Blank for what no clerk can mend."""
    match trouble:
        case PipelineError():
            return str(trouble)
        case typer.TyperException():
            return _refused(trouble)
        case OSError():
            return _out_of_reach(trouble)
    return ""


def _out_of_reach(trouble: OSError) -> str:
    what = f"“{trouble.filename}”" if trouble.filename else "文件"
    return f"读写不了{what}：{system(trouble)}"


def _refused(refused: typer.TyperException) -> str:
    """An argument that typer does not take: what was meant perhaps, and where all is listed."""
    message = refused.format_message()
    found = _MEANT.search(message)
    meant = (found[1] or found[2]).replace("'", "").replace(", ", " 或 ") if found else ""
    context: typer.Context | None = getattr(refused, "ctx", None)
    return (
        _told(message)
        + (f"，是不是 {meant}？" if meant else "；")
        + f"全部写法见 {context.command_path if context else 'pipeline'} --help"
    )


def _told(message: str) -> str:
    for theirs, ours in _TOLD.items():
        if match := re.match(theirs, message):
            return ours.format(match[1])
    return message
