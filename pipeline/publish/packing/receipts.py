"""The sheets of 汇总.xlsx on what a unit sent: 报送情况 by ledger and file, and 问题 with what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from pipeline.model import Account, Severity
from pipeline.publish import problems as problems_
from pipeline.publish.packing.portions import Portion
from pipeline.publish.packing.told import CENTRAL
from pipeline.publish.sheets.material import Material
from pipeline.publish.sheets.paper import Paper
from pipeline.publish.workbook.lines import Line

RECEIVED, PROBLEMS = "报送情况", "问题"
WIDTHS = (40.0, 20.0, 16.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0)
PROBLEM_WIDTHS = (9.0, 30.0, 24.0, 52.0, 52.0)

_HEADER = ("来件", "工作表", "台账", "读取行", "计入", "不在本期", "重复", "未计入", "表头等")
_LOOKS = {Severity.ERROR: "bad", Severity.WARNING: "doubt", Severity.NOTICE: "calm"}


def received(paper: Paper, portion: Portion, material: Material) -> None:
    """The state of each ledger; under it what became of the rows of each file."""
    paper.top(f"{portion.unit.name}{material.figures.period.label}报送情况", material.period_line, "计量单位：条、行")
    first = paper.header(["台账", "状态", "计入记录"], freeze=0)
    for number, receipt in enumerate(portion.receipts, first):
        row = paper.row(number)
        row.text(0, receipt.ledger.name)
        row.text(1, *receipt.status)
        row.count(2, receipt.records)
    top = first + len(portion.receipts) + 1
    paper.heads(top, _HEADER)
    names = {ledger.id: ledger.name for ledger in material.definitions.ledgers}
    for number, account in enumerate(portion.accounts, top + 1):
        _account(paper, number, account, portion.names[account.file], names)
    paper.close(
        top + 1 + len(portion.accounts), [f"注：“{CENTRAL}”是登记在上级台账里的本单位记录；未计入的原因见“问题”表。"]
    )


def _account(paper: Paper, number: int, account: Account, file: str, ledgers: Mapping[str, str]) -> None:
    row = paper.row(number)
    row.text(0, file or CENTRAL)
    row.text(1, account.sheet if file else "")
    row.text(2, ledgers.get(account.ledger, ""))
    counts = (account.counted, account.out_of_period, account.duplicate, account.rejected)
    known = (account.read, *counts, account.structure) if file else (sum(counts), *counts, 0)
    for column, count in enumerate(known, 3):
        row.count(column, count)


def problems(paper: Paper, portion: Portion, found: Sequence[Line], material: Material) -> None:
    """One line for findings that say the same of one column, the most serious first."""
    paper.top(f"{portion.unit.name}{material.figures.period.label}台账的问题", material.period_line)
    first = paper.header(["级别", "来件", "位置", "问题", "怎么办"], freeze=0)
    for number, line in enumerate(found, first):
        texts = dict(enumerate(_texts(line), 1))
        row = paper.row(number)
        row.text(0, problems_.SEVERITY_NAMES[line.severity], _LOOKS[line.severity])
        for column, text in texts.items():
            row.text(column, text, "wrapped")
        paper.sheet.set_row(number, paper.tallest(texts))


def _texts(line: Line) -> Iterator[str]:
    yield PurePosixPath(line.file).name or CENTRAL
    yield line.place if line.sheet or line.file else ""
    yield line.message
    yield line.advice
