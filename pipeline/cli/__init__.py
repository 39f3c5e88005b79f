"""The commands: arguments in, exit codes out. This package is the only part that prints."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import arguments, troubles
from pipeline.cli import screen as screens
from pipeline.cli.help import Command, Group
from pipeline.cli.parameters import AsOf, Input, Jobs, NoCache, Output, PeriodText, Templates
from pipeline.cli.screen import Screen
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.run import Options, Outcome, Progress

app = typer.Typer(
    cls=Group,
    help="把各单位报来的台账变成有出处的数字、汇总表和报告。例：pipeline run 2023H1；一个命令的全部写法：pipeline run --help",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={
        "help_option_names": ["--help", "-h"],
        "default_map": {"help": False, "version": False},  # a default of None makes typer load pydantic for it
    },
)

_INTERRUPTED = 130
"""What typer makes of Ctrl-C."""

command = partial(app.command, cls=Command)


@app.callback()
def pipeline(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="显示版本号")] = False,
) -> None:
    """把各单位报来的台账变成有出处的数字、汇总表和报告。例：pipeline run 2023H1；一个命令的全部写法：pipeline run --help"""
    if version:
        from importlib import metadata

        print("ledger-pipeline", metadata.version("ledger-pipeline"))
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help(), file=sys.stderr)
        raise typer.Exit(2)


@command()
def run(
    period: PeriodText = None,
    input: Input = Path("input"),
    output: Output = Path("output"),
    templates: Templates = Path("templates"),
    as_of: AsOf = None,
    jobs: Jobs = None,
    parts: Annotated[
        str, typer.Option(metavar="几样", help="只做其中几样，用逗号分开：figures、tables、reports、units、page")
    ] = "",
    zip: Annotated[bool, typer.Option("--zip", help="每个单位的文件夹再打一个压缩包；名册里有打包密码的加密")] = False,
    cluster: Annotated[
        str, typer.Option(metavar="地址", help="由集群读取台账、做单位资料：调度程序的地址，如 tcp://scheduler:8786")
    ] = "",
    no_cache: NoCache = False,
    strict: Annotated[bool, typer.Option("--strict", help="有错误时退出码为 1")] = False,
    json: Annotated[bool, typer.Option("--json", help="把小结按 JSON 打印出来")] = False,
) -> None:
    """读取台账，算出全部数字，生成表格和报告。例：pipeline run 2023H1"""
    scheduler = arguments.scheduler(cluster)
    options = arguments.options(period, input, output, templates, as_of=as_of, jobs=jobs, parts=parts, zipped=zip)
    options = replace(options, cluster=scheduler, cache=None if no_cache else options.cache)

    from pipeline import run as story

    with Screen(quiet=json) as screen:
        outcome = story.run(options, screen.progress)
    screens.report(outcome, parts=options.parts, as_json=json)
    if strict and story.errors(outcome.findings):
        raise typer.Exit(1)


@command()
def check(
    period: PeriodText = None,
    input: Input = Path("input"),
    output: Output = Path("output"),
    templates: Templates = Path("templates"),
    as_of: AsOf = None,
    jobs: Jobs = None,
) -> None:
    """只检查不出报告：问题清单和各单位回执放在 检查 文件夹，有错误时退出码为 1。例：pipeline check 2023H1"""
    options = arguments.options(period, input, output, templates, as_of=as_of, jobs=jobs)

    from pipeline import run as story

    with Screen(quiet=False) as screen:
        outcome = story.check(options, screen.progress)
    screens.report(outcome)
    if story.errors(outcome.findings):
        raise typer.Exit(1)


@command()
def close(
    period: Annotated[str, typer.Argument(metavar="报告期", help="签发哪一期，如 2023H1")],
    input: Input = Path("input"),
    output: Output = Path("output"),
    templates: Templates = Path("templates"),
) -> None:
    """签发一个报告期：它的数字存进 input/往期，以后作上期和同期用。例：pipeline close 2023H1"""
    closed = arguments.period(period)

    from pipeline import commands

    print(f"已签发：{commands.close(closed, input, output, templates, waiting=screens.waiting)}")


@command()
def trace(
    indicator: Annotated[str, typer.Argument(metavar="指标", help="指标的名称或编号")],
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="单位", help="哪个单位，写全称或简称；不写则为最上级单位")
    ] = None,
    scope: Annotated[
        str | None, typer.Option("--scope", metavar="范围", help="own 本级，all 本级及所属单位；不写则按指标的默认")
    ] = None,
    period: Annotated[str | None, typer.Option("--period", metavar="报告期", help="不写则取最近的半年")] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="运行", help="与哪一次运行比：编号，或 last 表示上一次")
    ] = None,
    input: Input = Path("input"),
    output: Output = Path("output"),
    templates: Templates = Path("templates"),
    as_of: AsOf = None,
) -> None:
    """一个数从哪些行来，或为什么与上次不同。例：pipeline trace 谈心谈话次数 --unit 第一分公司"""
    wanted = arguments.scope(scope)
    options = arguments.options(period, input, output, templates, as_of=as_of)

    from pipeline import commands

    with Screen(quiet=True) as screen:
        traced = commands.trace(options, indicator, unit, wanted, since, screen.progress)
    screens.traced(traced)


@command()
def forms(
    period: Annotated[str | None, typer.Argument(metavar="报告期", help="不写则为最近一次之后的半年")] = None,
    input: Input = Path("input"),
    output: Output = Path("output"),
    templates: Templates = Path("templates"),
) -> None:
    """给每个应报单位做一份填报表，有下拉选项和填写提示。例：pipeline forms 2023H1"""
    wanted = arguments.period(period) if period else None

    from pipeline import commands
    from pipeline.figures import archive

    made = commands.forms(wanted, output, templates, input / archive.SIGNED, waiting=screens.waiting)
    print(f"填报表 {len(made.names)} 份，在 {made.place}")
    screens.kept_aside(made.place, made.filled)


@command()
def adopt(
    report: Annotated[Path, typer.Argument(metavar="旧报告", help="去年的报告，.docx 或 .txt")],
    templates: Templates = Path("templates"),
) -> None:
    """把旧报告变成模板：找出数字的位置，填上指标，拿不准的加批注。例：pipeline adopt 去年报告.docx"""
    old = arguments.readable(report)

    from pipeline import definitions
    from pipeline.review import adopt as adopting
    from pipeline.review.proposing import verdicts

    adopted = adopting.adopt(old, definitions.load(templates))
    suffix = f".template{report.suffix.lower()}"
    screens.spared(arguments.spared(report, suffix, adopted.template))
    template = arguments.beside(report, suffix, adopted.template)
    table = arguments.beside(report, ".template.csv", adopted.csv)
    written = sum(slot.proposal.verdict in verdicts.WRITTEN for slot in adopted.slots)
    print(f"找到 {len(adopted.slots)} 处，填上指标 {written} 处，其余请看批注和 {table.name}")
    is_word = template.suffix == ".docx"
    kept = "另取名字（如 年度总结.docx）" if is_word else "把文字粘贴到 Word 文档里，"
    print(f"模板在 {template}：看过以后{kept}存进 {templates / '报告'}")


@command()
def lint(
    input: Input = Path("input"),
    output: Output = Path("output"),
    templates: Templates = Path("templates"),
    period: Annotated[
        str | None, typer.Option("--period", metavar="报告期", help="变量手册里列出哪个报告期的数；不写则不列数")
    ] = None,
) -> None:
    """检查全部定义和报告模板，写错的地方一次列全，有错误时退出码为 1。例：pipeline lint"""
    options = arguments.options(period, input, output, templates) if period else None

    from pipeline import commands
    from pipeline.definitions import files

    with Screen(quiet=not period) as screen:
        found = commands.lint(templates, options, screen.progress)
    for each in found.templates:
        if each.marked:
            arguments.beside(each.path, ".lint.docx", each.marked)
        arguments.beside(each.path, ".lint.csv", each.csv)
    handbook = arguments.written(templates / files.HANDBOOK, found.handbook)
    screens.linted(found)
    print(f"变量手册在 {handbook}")
    if found.mistakes:
        raise typer.Exit(1)


@command()
def verify(
    report: Annotated[Path, typer.Argument(metavar="报告", help="改过的报告，.docx 或 .txt")],
    input: Input = Path("input"),
    output: Output = Path("output"),
    templates: Templates = Path("templates"),
    period: Annotated[str | None, typer.Option("--period", metavar="报告期", help="不写则按报告里写的")] = None,
    as_of: AsOf = None,
) -> None:
    """改过的报告里每个数还对不对：与台账逐个比，有矛盾时退出码为 1。例：pipeline verify 报告.docx"""
    edited = arguments.readable(report)
    options = arguments.options(period, input, output, templates, as_of=as_of)

    from pipeline import commands

    with Screen(quiet=False) as screen:
        done = commands.verify(edited, options, screen.progress)
    table = arguments.beside(report, ".verify.csv", done.csv)
    if done.marked:
        arguments.beside(report, ".verify.docx", done.marked)
    screens.verified(done)
    print(f"逐处的结果在 {table}")
    if done.contradictions:
        raise typer.Exit(1)


@command()
def watch(
    period: PeriodText = None,
    input: Input = Path("input"),
    output: Output = Path("output"),
    templates: Templates = Path("templates"),
    as_of: AsOf = None,
    poll: Annotated[bool, typer.Option("--poll", help="网络盘上收不到变动通知时用：定时查看")] = False,
) -> None:
    """资料文件夹（input、templates）有变动就重新运行，按 Ctrl+C 停止。例：pipeline watch 2023H1"""
    options = arguments.options(period, input, output, templates, as_of=as_of)

    from pipeline import run as story
    from pipeline import watching

    before: Outcome | None = None
    for _ in chain([None], watching.changes((input, templates), poll=poll)):  # what changes in the first run is heard
        before = _run_once(story.run, options, before)
        print(f"等候 {input} 和 {templates} 的变动，按 Ctrl+C 停止", file=sys.stderr)


@command()
def init(folder: Annotated[Path, typer.Argument(metavar="文件夹", help="建在哪里，如 台账统计")]) -> None:
    """新建一个工作文件夹：input、templates、output 和一个双击就能运行的文件。例：pipeline init 台账统计"""
    from pipeline import workspace

    print(f"已建好 {workspace.created(folder)}：先在 templates/参考数据.xlsx 填写单位名册，再把台账放进 input")


def _run_once(run: Callable[[Options, Progress], Outcome], options: Options, before: Outcome | None) -> Outcome | None:
    """One run of watch: trouble is said, and the watch goes on."""
    try:
        with Screen(quiet=False) as screen:
            outcome = run(options, screen.progress)
    except (PipelineError, OSError) as trouble:
        print(f"这一次没有完成：{troubles.reason(trouble)}", file=sys.stderr)
        return before
    screens.report(outcome, parts=options.parts)
    if before is not None:
        screens.changes(before, outcome)
    return outcome


def main() -> None:
    """The console script: what cannot be done is one clear line and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = app(standalone_mode=False) or 0
    except Exception as trouble:
        if os.environ.get("PIPELINE_DEBUG"):
            raise
        print(troubles.line(trouble), file=sys.stderr)
        code = 2
    if code == _INTERRUPTED:
        print("已中断，原来的结果没有改动", file=sys.stderr)
    raise SystemExit(code)
