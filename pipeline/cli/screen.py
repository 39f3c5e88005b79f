"""What the command line shows: progress bars on a terminal, plain lines otherwise, and the closing words."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pipeline.commands import Traced
    from pipeline.model import Finding, Severity
    from pipeline.review.lint import Linted
    from pipeline.review.trace import Line
    from pipeline.review.verify import Verified
    from pipeline.run import Outcome, Progress


class Screen:
    """The stage under way as a bar on a terminal, each as a plain line otherwise."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._terminal = sys.stderr.isatty() and not quiet

    def __enter__(self) -> Self:
        if self._terminal:
            from rich.console import Console
            from rich.progress import BarColumn, SpinnerColumn, TaskProgressColumn, TextColumn
            from rich.progress import Progress as Bars

            steps = TaskProgressColumn("{task.completed:.0f}/{task.total:.0f}")  # blank where nobody knows how many
            columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), steps)
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
            for before in self._bars.task_ids:
                self._bars.remove_task(before)
            self._bars.add_task(name, total=steps or None)
        elif not self._quiet:
            print(f"{name}（{steps} 个文件）…" if steps else f"{name}…", file=sys.stderr)

    def _done(self, steps: int) -> None:
        if self._terminal:
            self._bars.advance(self._bars.task_ids[-1], steps)


def report(outcome: Outcome, *, parts: Sequence[str] = (), as_json: bool = False) -> None:
    """The closing words of a run of these parts, of a check without any."""
    from pipeline.model import Severity
    from pipeline.publish.problems import SEVERITY_NAMES

    if as_json:
        _print_json(outcome)
        return
    counts = _severities(outcome.findings)
    print(f"{outcome.figures.period.label}（统计截止 {outcome.figures.as_of}）")
    if not outcome.files:
        print("  没有找到台账：请把各单位报来的文件放进 input，或用 --input 指明在哪里")
    print(f"  读取文件 {outcome.files} 个，计入记录 {outcome.records} 条，算出指标值 {len(outcome.figures.by_key)} 个")
    print("  发现问题：" + "，".join(f"{SEVERITY_NAMES[each]} {count} 条" for each, count in counts.items()))
    if outcome.reports:
        print(f"  生成报告 {len(outcome.reports)} 份")
    elif "reports" in parts:
        print(f"  没有生成报告：templates/报告 里没有适用于{outcome.figures.period.label}的模板")
    print(f"结果在 {outcome.folder}")
    if counts[Severity.ERROR]:
        print("有错误的行没有计入，请看其中的 问题清单.xlsx")
    if "修订.csv" in outcome.names:
        print("这一期已经签发：与签发时不同的数列在其中的 修订.csv")
    kept_aside(outcome.folder, outcome.touched)


def kept_aside(place: Path, touched: Sequence[str]) -> None:
    from pipeline.publish import aside

    if touched:
        print(f"原来改过或添加的文件 {len(touched)} 个没有丢，留在 {aside.folder(place)}")


def spared(copy: Path | None) -> None:
    if copy:
        print(f"原来的一份没有丢，留作 {copy}")


def _severities(findings: Iterable[Finding]) -> dict[Severity, int]:
    from pipeline.model import Severity

    counts = dict.fromkeys(Severity, 0)
    for finding in findings:
        counts[finding.severity] += 1
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


def changes(before: Outcome, after: Outcome) -> None:
    old, new = before.figures.by_key, after.figures.by_key
    changed = sum(1 for key, figure in new.items() if key in old and old[key].value != figure.value)
    print(f"  与上一次相比：{changed} 个指标值有变动" if changed else "  与上一次相比：数字没有变动")


def traced(found: Traced) -> None:
    from pipeline.publish import origins

    print(found.title)

    def added(line: Line | None) -> str:
        return (origins.added(found.indicator, line.adds, line.base) or "未知") if line else "无"

    for line in found.lines:
        print(f"  {added(line):>8}  {line.day}  {line.unit}  {_place(line)}")
    for change in found.changes or ():
        line = change.line
        print(f"  {added(change.before)} → {added(change.after)}  {change.cause}  {line.unit}  {_place(line)}")
    if found.changes is None and not found.lines:
        print("  没有对应的记录")
    if found.changes == ():
        print(f"  记录没有变动：{found.cause}" if found.cause else "  没有变动")


def _place(line: Line) -> str:
    return f"{line.file}【{line.sheet}】第{line.row}行"


def linted(found: Linted) -> None:
    from pipeline.review import lint

    for each in found.templates:
        print(f"{each.path.name}：{f'{len(each.mistakes)} 处要改' if each.mistakes else '没有错误'}")
        for line in each.mistakes:
            where = f"第{line.paragraph}段" if each.path.suffix == ".docx" and line.text else ""
            print(f"  {where}{_quoted(line.text)}{lint.VERDICTS[line.verdict]}。{line.message}")
    if found.unused:
        print(f"没有用到的指标：{'、'.join(each.name for each in found.unused)}")


def verified(done: Verified) -> None:
    from pipeline.review import verify

    for line in done.lines:
        if line.verdict in verify.CONTRADICTIONS:
            where = f"第{line.paragraph}段{_quoted(line.text)}"
            print(f"  {where}{verify.VERDICTS[line.verdict]}。{line.message}")
    print(f"矛盾 {done.contradictions} 处" if done.contradictions else "没有矛盾")


def _quoted(text: str) -> str:
    """Blank where nothing stands, or what is said is of the whole document."""
    return f"“{text}” " if text else ""
