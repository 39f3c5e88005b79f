"""The commands as typer knows them, with help in Chinese, and wrong values told before typer loads what converts them.

What click gives is Any: typer keeps its click to itself.
"""

from __future__ import annotations

import inspect
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from typer.core import TyperCommand, TyperGroup

from pipeline.cli import arguments
from pipeline.errors import UsageError

_CHECKS: Mapping[str, Callable[[str], object]] = {
    "period": arguments.period,
    "as_of": arguments.day,
    "jobs": arguments.processes,
    "parts": arguments.parts_of,
    "scope": arguments.scope,
    "cluster": arguments.scheduler,
}
"""Parameter → what raises UsageError for a text that is none of its values."""
_WIDEST = 100
_WORDS = re.compile(r"\s|(?:[!-~]+|\S)[，。；：、）”？]*")


class Command(TyperCommand):
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        given, _, _ = self.make_parser(ctx).parse_args(list(args))
        texts = {name: text for name, text in given.items() if isinstance(text, str)}
        if not given.get("help"):
            for param in self.params:
                if param.required and param.name not in texts:
                    raise UsageError(f"没有写“{param.metavar}”；全部写法见 {ctx.command_path} --help")
            for name in _CHECKS.keys() & texts.keys():
                _CHECKS[name](texts[name])
        return super().parse_args(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(_page(self, ctx))


class Group(TyperGroup):
    def format_help(self, ctx: Any, formatter: Any) -> None:
        commands = [(name, _meaning(self.commands[name])[0]) for name in self.list_commands(ctx)]
        formatter.write(_page(self, ctx, commands))


def _page(command: TyperCommand | TyperGroup, ctx: Any, commands: Sequence[tuple[str, str]] = ()) -> str:
    params = command.get_params(ctx)
    taken = ["命令 …"] if commands else [_taken(param) for param in params if param.param_type_name == "argument"]
    return "\n".join(
        [
            " ".join([f"用法：{ctx.command_path} [选项]", *taken]),
            *(line for each in _meaning(command) for line in ("", *_lines(each, 2))),
            *_section("参数：", (_row(param) for param in params if param.param_type_name == "argument")),
            *_section("选项：", (_row(param) for param in params if param.param_type_name == "option")),
            *_section("命令：", commands),
        ]
    )


def _meaning(command: Any) -> tuple[str, ...]:
    """What a command does, and its example."""
    return tuple(re.split("(?=例：)", inspect.cleandoc(command.help or "")))


def _taken(param: Any) -> str:
    return str(param.metavar if param.required else f"[{param.metavar}]")


def _row(param: Any) -> tuple[str, str]:
    """How a parameter is written, and what it is for."""
    if param.name == "help":
        return "-h、--help", "显示这份说明"
    if param.param_type_name == "argument":
        return param.metavar, param.help
    written = " ".join(filter(None, ("、".join(param.opts), param.metavar)))
    return written, param.help + (f"（默认 {param.default}）" if param.default else "")


def _section(title: str, rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Two columns, the second wrapped; nothing without a row."""
    listed = list(rows)
    if not listed:
        return
    yield from ("", title)
    indent = max(_width(written) for written, _ in listed) + 4
    for written, meaning in listed:
        first, *others = _lines(meaning, indent)
        yield f"  {written}".ljust(indent - _width(written) + len(written)) + first.lstrip()
        yield from others


def _lines(text: str, indent: int) -> Iterator[str]:
    """A text as wide as the terminal: Chinese breaks anywhere but before a mark, anything else between words."""
    room = min(shutil.get_terminal_size().columns, _WIDEST) - indent - 1
    line = ""
    for word in _WORDS.findall(text):
        if _width(line + word) > room and line.strip():
            yield " " * indent + line.rstrip()
            line = ""
        line += word if line or word.strip() else ""
    yield " " * indent + line.rstrip()


def _width(text: str) -> int:
    """In columns of a terminal."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
