"""Arguments, progress and exit codes: the only module that prints."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

import typer

from pipeline.errors import OutputError, PipelineError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pipeline.model import Finding
    from pipeline.run import Options, Outcome, Progress, Traced

app = typer.Typer(
    help="把各单位报来的台账变成有出处的数字、汇总表和报告。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Input = Annotated[Path, typer.Option("--input", help="各单位台账所在的文件夹")]
Output = Annotated[Path, typer.Option("--output", help="结果放在哪个文件夹")]
Templates = Annotated[Path, typer.Option("--templates", help="指标、名册、报告模板所在的文件夹")]
PeriodText = Annotated[
    str | None,
    typer.Argument(metavar="报告期", help="2023H1、2023、2023Q2、2023-03 或 2023年上半年；不写则取最近的半年"),
]
AsOf = Annotated[str | None, typer.Option("--as-of", help="统计截止日，如 2023-06-20；不写则为报告期最后一天")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="全部文件重新读取，也不留下缓存；结果相同")]
Jobs = Annotated[int | None, typer.Option("--jobs", min=1, help="同时读取的进程数，默认等于处理器核数")]

_SEVERITIES = {"error": "错误", "warning": "提醒", "notice": "说明"}


@app.callback()
def pipeline() -> None:
    """把各单位报来的台账变成有出处的数字、汇总表和报告。"""


@app.command()
def run(
    period: PeriodText = None,
    input: Input = Path("input"),
    output: Output = Path("output"),
    templates: Templates = Path("templates"),
    as_of: AsOf = None,
    jobs: Jobs = None,
    parts: Annotated[str, typer.Option(help="只做其中几样，用逗号分开：figures,tables,reports,units,page")] = "",
    zip: Annotated[bool, typer.Option("--zip", help="每个单位的文件夹再打一个压缩包；名册里有打包密码的加密")] = False,
    cluster: Annotated[str, typer.Option(help="由集群读取：调度程序的地址，如 tcp://scheduler:8786")] = "",
    no_cache: NoCache = False,
    strict: Annotated[bool, typer.Option("--strict", help="有错误时退出码为 1")] = False,
    json: Annotated[bool, typer.Option("--json", help="把小结按 JSON 打印出来")] = False,
) -> None:
    """读取台账，算出全部数字，生成表格和报告。例：pipeline run 2023H1"""
    from pipeline import run as story

    options = _options(period, input, output, templates, as_of=as_of, jobs=jobs, parts=parts, zipped=zip)
    options = replace(options, cluster=cluster, cache=None if no_cache else options.cache)
    with _Screen(quiet=json) as screen:
        outcome = story.run(options, screen.progress)
    _report(outcome, as_json=json)
    if strict and story.errors(outcome.findings):
        raise typer.Exit(1)


@app.command()
def check(
    period: PeriodText = None,
    input: Input = Path("input"),
    output: Output = Path("output"),
    templates: Templates = Path("templates"),
    as_of: AsOf = None,
    jobs: Jobs = None,
) -> None:
    """只检查不出报告：问题清单和各单位回执放在 检查 文件夹，有错误时退出码为 1。例：pipeline check 2023H1"""
    from pipeline import run as story

    with _Screen(quiet=False) as screen:
        outcome = story.check(_options(period, input, output, templates, as_of=as_of, jobs=jobs), screen.progress)
    _report(outcome, as_json=False)
    if story.errors(outcome.findings):
        raise typer.Exit(1)


@app.command()
def close(
    period: Annotated[str, typer.Argument(metavar="报告期")],
    input: Input = Path("input"),
    output: Output = Path("output"),
) -> None:
    """签发一个报告期：它的数字存进 input/往期，以后作上期和同期用。例：pipeline close 2023H1"""
    from pipeline import run as story
    from pipeline.period import Period

    print(f"已签发：{story.close(Period.parse(period), input, output)}")


@app.command()
def trace(
    indicator: Annotated[str, typer.Argument(metavar="指标", help="指标的名称或编号")],
    unit: Annotated[str | None, typer.Option("--unit", help="单位；不写则为最上级单位")] = None,
    scope: Annotated[
        str | None, typer.Option("--scope", help="own 本级，all 本级及所属单位；不写则按指标的默认")
    ] = None,
    period: Annotated[str | None, typer.Option("--period", help="报告期；不写则取最近的半年")] = None,
    since: Annotated[str | None, typer.Option("--since", help="与哪一次运行比：编号，或 last 表示上一次")] = None,
    input: Input = Path("input"),
    output: Output = Path("output"),
    templates: Templates = Path("templates"),
    as_of: AsOf = None,
) -> None:
    """一个数从哪些行来，或为什么与上次不同。例：pipeline trace 谈心谈话次数 --unit 第一分公司"""
    from pipeline import run as story

    options = _options(period, input, output, templates, as_of=as_of)
    with _Screen(quiet=True) as screen:
        traced = story.trace(options, indicator, unit, scope, since, screen.progress)
    _print_trace(traced)


@app.command()
def forms(
    period: Annotated[str | None, typer.Argument(metavar="报告期", help="不写则为最近一次之后的半年")] = None,
    input: Input = Path("input"),
    output: Output = Path("output"),
    templates: Templates = Path("templates"),
) -> None:
    """给每个应报单位做一份填报表，有下拉选项和填写提示。例：pipeline forms 2023H1"""
    from pipeline import run as story
    from pipeline.figures import archive
    from pipeline.period import Period

    place = story.forms(Period.parse(period) if period else None, output, templates, input / archive.SIGNED)
    print(f"填报表 {sum(1 for _ in place.glob('*.xlsx'))} 份，在 {place}")


@app.command()
def adopt(
    report: Annotated[Path, typer.Argument(metavar="旧报告", help="去年的报告，.docx 或 .txt")],
    templates: Templates = Path("templates"),
) -> None:
    """把旧报告变成模板：找出数字的位置，填上指标，拿不准的加批注。例：pipeline adopt 去年报告.docx"""
    from pipeline import definitions
    from pipeline.review import adopt as adopting
    from pipeline.review import verdicts

    adopted = adopting.adopt(_readable(report), definitions.load(templates))
    template = _beside(report, f".template{report.suffix.lower()}", adopted.template)
    table = _beside(report, ".template.csv", adopted.csv)
    written = sum(slot.proposal.verdict in verdicts.WRITTEN for slot in adopted.slots)
    print(f"找到 {len(adopted.slots)} 处，填上指标 {written} 处，其余请看批注和 {table.name}")
    print(f"模板在 {template}：看过以后放进 templates/报告")


@app.command()
def watch(
    period: PeriodText = None,
    input: Input = Path("input"),
    output: Output = Path("output"),
    templates: Templates = Path("templates"),
    as_of: AsOf = None,
    poll: Annotated[bool, typer.Option("--poll", help="网络盘上收不到变动通知时用：定时查看")] = False,
) -> None:
    """Input 或 templates 有变动就重新运行，按 Ctrl+C 停止。例：pipeline watch 2023H1"""
    from pipeline import run as story
    from pipeline import watching

    options = _options(period, input, output, templates, as_of=as_of)
    before = _run_once(story.run, options, None)
    for _ in watching.changes((input, templates), poll=poll):
        before = _run_once(story.run, options, before)


@app.command()
def init(folder: Annotated[Path, typer.Argument(metavar="文件夹")]) -> None:
    """新建一个工作文件夹：input、templates、output 和一个双击就能运行的文件。例：pipeline init 台账统计"""
    from pipeline import workspace

    print(f"已建好 {workspace.created(folder)}：先在 templates/参考数据.xlsx 填写单位名册，再把台账放进 input")


def _readable(path: Path) -> Path:
    if not path.is_file():
        raise UsageError(f"没有文件“{path}”")
    return path


def _beside(path: Path, suffix: str, content: bytes) -> Path:
    """Write next to the file that was given, under its name with another ending."""
    target = path.with_name(path.stem + suffix)
    try:
        target.write_bytes(content)
    except OSError as trouble:
        raise OutputError(f"写不进“{target}”：可能正在别的程序中打开，请关闭后再试") from trouble
    return target


def _run_once(run: Callable[[Options, Progress], Outcome], options: Options, before: Outcome | None) -> Outcome | None:
    """One run of watch: trouble is said, and the watch goes on."""
    try:
        with _Screen(quiet=False) as screen:
            outcome = run(options, screen.progress)
    except PipelineError as trouble:
        print(f"这一次没有完成：{trouble}", file=sys.stderr)
        return before
    _report(outcome, as_json=False)
    if before is not None:
        _print_changes(before, outcome)
    return outcome


def _print_changes(before: Outcome, after: Outcome) -> None:
    old, new = before.figures.by_key, after.figures.by_key
    changed = sum(1 for key, figure in new.items() if key in old and old[key].value != figure.value)
    print(f"  与上一次相比：{changed} 个指标值有变动" if changed else "  与上一次相比：数字没有变动")


def _print_trace(traced: Traced) -> None:
    print(traced.title)
    if traced.changes is None:
        for line in traced.lines:
            adds = "未知" if line.adds is None else f"{float(line.adds):g}"
            print(f"  {adds:>8}  {line.day}  {line.unit}  {line.file}【{line.sheet}】第{line.row}行")
        if not traced.lines:
            print("  没有对应的记录")
        return
    for change in traced.changes:
        old, new = ("无" if value is None else f"{float(value):g}" for value in (change.before, change.after))
        line = change.line
        print(f"  {old} → {new}  {change.cause}  {line.unit}  {line.file}【{line.sheet}】第{line.row}行")
    if not traced.changes:
        print("  没有变动")


def _options(
    period: str | None,
    input: Path,
    output: Path,
    templates: Path,
    *,
    as_of: str | None = None,
    jobs: int | None = None,
    parts: str = "",
    zipped: bool = False,
) -> Options:
    from pipeline.period import Period
    from pipeline.run import PARTS, Options

    if not input.is_dir():
        raise UsageError(f"没有文件夹“{input}”：请在放着 input 的文件夹里运行，或用 --input 指明")
    chosen = tuple(part for part in parts.split(",") if part) or PARTS
    if unknown := [part for part in chosen if part not in PARTS]:
        raise UsageError(f"--parts 不认识“{unknown[0]}”，可以写 {'、'.join(PARTS)}")
    wanted = Period.parse(period) if period else None
    kept = output.parent / ".cache"
    options = Options(input, output, templates, wanted, _day(as_of), parts=chosen, zipped=zipped, cache=kept)
    return options if jobs is None else replace(options, jobs=jobs)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"看不懂日期“{text}”：请写成 2023-06-20") from None


class _Screen:
    """Progress bars on a terminal, plain lines otherwise."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._terminal = sys.stderr.isatty() and not quiet

    def __enter__(self) -> Self:
        if self._terminal:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn
            from rich.progress import Progress as Bars

            columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            self._bars = Bars(*columns, console=Console(stderr=True), transient=True)
            self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._terminal:
            self._bars.stop()

    @property
    def progress(self) -> Progress:
        from pipeline.run import Progress

        return Progress(self._stage, self._done)

    def _stage(self, name: str, steps: int) -> None:
        if self._terminal:
            self._bars.add_task(name, total=steps or None)
        elif not self._quiet:
            print(f"{name}（{steps} 个文件）…" if steps else f"{name}…", file=sys.stderr)

    def _done(self, steps: int) -> None:
        if self._terminal:
            self._bars.advance(self._bars.task_ids[-1], steps)


def _report(outcome: Outcome, *, as_json: bool) -> None:
    if as_json:
        _print_json(outcome)
        return
    counts = _severities(outcome.findings)
    print(f"{outcome.figures.period.label}（统计截止 {outcome.figures.as_of}）")
    print(f"  读取文件 {outcome.files} 个，计入记录 {outcome.records} 条，算出指标值 {len(outcome.figures.by_key)} 个")
    print("  发现问题：" + "，".join(f"{_SEVERITIES[name]} {count} 条" for name, count in counts.items()))
    if outcome.reports:
        print(f"  生成报告 {len(outcome.reports)} 份")
    print(f"结果在 {outcome.folder}")
    if counts["error"]:
        print("有错误的行没有计入，请看其中的 问题清单.xlsx")


def _severities(findings: Iterable[Finding]) -> dict[str, int]:
    counts = dict.fromkeys(_SEVERITIES, 0)
    for finding in findings:
        counts[finding.severity.value] += 1
    return counts


def _print_json(outcome: Outcome) -> None:
    import json

    summary = {
        "period": outcome.figures.period.id,
        "as_of": str(outcome.figures.as_of),
        "files": outcome.files,
        "records": outcome.records,
        "figures": len(outcome.figures.by_key),
        "findings": _severities(outcome.findings),
        "output": str(outcome.folder),
    }
    print(json.dumps(summary, ensure_ascii=False))


def main() -> None:
    """The console script: every PipelineError is one clear line and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except PipelineError as trouble:
        print(f"不能继续：{trouble}", file=sys.stderr)
        raise SystemExit(2) from None
    except Exception as trouble:
        if os.environ.get("PIPELINE_DEBUG"):
            raise
        print(f"程序出错，没有完成（{type(trouble).__name__}：{trouble}）；请把这一行告诉维护人员", file=sys.stderr)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        print("已中断，原来的结果没有改动", file=sys.stderr)
        raise SystemExit(130) from None
