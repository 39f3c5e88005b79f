"""The arguments and options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import arguments

Input = Annotated[Path, typer.Option("--input", metavar="文件夹", help="各单位台账所在的文件夹")]
Output = Annotated[Path, typer.Option("--output", metavar="文件夹", help="结果放在哪个文件夹")]
Templates = Annotated[
    Path,
    typer.Option(
        "--templates", metavar="文件夹", help="指标、名册、报告模板所在的文件夹", callback=arguments.templates
    ),
]
PeriodText = Annotated[
    str | None,
    typer.Argument(metavar="报告期", help="2023H1、2023、2023Q2、2023-03 或 2023年上半年；不写则取最近的半年"),
]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="日期", help="统计截止日，如 2023-06-20；不写则为报告期最后一天")
]
NoCache = Annotated[bool, typer.Option("--no-cache", help="全部文件重新读取，也不留下缓存；结果相同")]
Jobs = Annotated[int | None, typer.Option("--jobs", metavar="个数", help="同时读取的进程数；不写则等于处理器核数")]
