"""Findings → 问题清单.xlsx: what the codes mean and how often they occur, then every group with what to do about it."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from xlsxwriter import Workbook

from pipeline.model import Definitions, Finding, Severity
from pipeline.period import Period
from pipeline.publish import looks, problems
from pipeline.publish.catalogue import CATALOGUE
from pipeline.publish.looks import Looks
from pipeline.publish.problems import SEVERITY_NAMES, Group
from pipeline.publish.sheets.paper import Paper

OVERVIEW, LIST = "总览", "问题"
NOTHING = "没有发现问题：所有来件都已读取，没有需要处理的事项。"

_SIGNS = {Severity.ERROR: ("✗", "bad"), Severity.WARNING: ("!", "doubt"), Severity.NOTICE: ("i", "calm")}
_MEANINGS = {
    Severity.ERROR: "没有计入，必须处理",
    Severity.WARNING: "请看一看；除注明的以外已计入",
    Severity.NOTICE: "已按规则处理，备查",
}
_OVERVIEW_WIDTHS = (10.0, 26.0, 10.0, 50.0, 62.0)
_LIST = (
    ("序号", 6.0),
    ("级别", 9.0),
    ("问题", 18.0),
    ("单位", 20.0),
    ("文件", 30.0),
    ("工作表", 14.0),
    ("位置", 16.0),
    ("说明", 44.0),
    ("怎么办", 44.0),
    ("链接", 8.0),
)
_LINKED = (".xlsx", ".xlsm", ".xls", ".xlsb", ".et")
INPUTS = "../../input"
"""From output/<period> to what was sent."""
_NO_PATH = frozenset("#%")
"""Characters that mean something else in a link."""
_LINKS = 65_000
"""Excel takes no more on a sheet."""


def workbook(
    findings: Iterable[Finding], definitions: Definitions, period: Period, as_of: date, inputs: str = INPUTS
) -> bytes:
    """The whole workbook; equal arguments give equal bytes, whatever the order of the findings.

    `inputs` is the way from the folder of the workbook to what was sent.
    """
    found = tuple(findings)
    data = io.BytesIO()
    heading = (
        f"{period.label}问题清单",
        f"统计期间：{period.label}　统计截止：{as_of.year}年{as_of.month}月{as_of.day}日",
    )
    with looks.workbook(data, as_of, heading[0]) as book:
        styles = Looks(book)
        _overview(_paper(book, styles, OVERVIEW, _OVERVIEW_WIDTHS), found, heading)
        groups = problems.grouped(found, definitions.register)
        _list(_paper(book, styles, LIST, [width for _, width in _LIST]), groups, heading, inputs)
    return data.getvalue()


def _paper(book: Workbook, styles: Looks, name: str, widths: Sequence[float]) -> Paper:
    return Paper(book.add_worksheet(name), styles, widths)


def _overview(paper: Paper, findings: Sequence[Finding], heading: tuple[str, str]) -> None:
    paper.top(*heading, "计量单位：个")
    first = paper.header(["级别", "问题", "个数", "意思", "一般怎么办"], freeze=0)
    counts = Counter((finding.severity, finding.code) for finding in findings)
    number = first
    for severity in Severity:
        number = _severity(paper, number, severity, counts)
    if not findings:
        paper.wide(number + 1, NOTHING, "heading")


def _severity(paper: Paper, number: int, severity: Severity, counts: Counter[tuple[Severity, str]]) -> int:
    """The total of a severity, then its codes in the catalogue's order; the row after them."""
    row = paper.row(number, "subtotal")
    row.mark(0, "")
    row.text(0, _sign(severity), _SIGNS[severity][1])
    row.mark(1, "合计")
    row.count(2, sum(count for (each, _), count in counts.items() if each is severity))
    row.text(3, _MEANINGS[severity], "band")
    row.text(4, "", "band")
    codes = [code for code in CATALOGUE if counts[severity, code]]
    for each, code in enumerate(codes, number + 1):
        _code(paper, each, severity, code, counts[severity, code])
    return number + 1 + len(codes)


def _code(paper: Paper, number: int, severity: Severity, code: str, count: int) -> None:
    plain = Finding(code, severity)
    row = paper.row(number)
    row.text(0, _sign(severity), _SIGNS[severity][1])
    row.text(1, problems.title(plain))
    row.count(2, count)
    row.text(3, problems.message(plain), "wrapped")
    row.text(4, problems.advice(plain), "wrapped")
    paper.sheet.set_row(number, paper.tallest({3: problems.message(plain), 4: problems.advice(plain)}))


def _list(paper: Paper, groups: Sequence[Group], heading: tuple[str, str], inputs: str) -> None:
    paper.top(*heading)
    first = paper.header([name for name, _ in _LIST], freeze=3)
    for number, group in enumerate(groups, first):
        _group(paper, number, number - first + 1, group, inputs)
    if groups:
        paper.sheet.autofilter(first - 1, 0, first + len(groups) - 1, len(_LIST) - 1)
    else:
        paper.wide(first, NOTHING, "heading")


def _group(paper: Paper, number: int, place: int, group: Group, inputs: str) -> None:
    finding = group.finding
    origin = finding.origin
    texts = {
        2: problems.title(finding),
        3: finding.unit,
        4: origin.file,
        5: origin.sheet,
        6: group.cells,
        7: problems.message(finding),
        8: problems.advice(finding),
    }
    row = paper.row(number)
    row.count(0, place)
    row.text(1, _sign(finding.severity), _SIGNS[finding.severity][1])
    for column, text in texts.items():
        row.text(column, text, "wrapped")
    row.text(9, "", "middle")
    if place <= _LINKS and (link := _link(finding, inputs)):
        paper.sheet.write_url(number, 9, link, paper.looks["link"], "打开")
    paper.sheet.set_row(number, paper.tallest(texts))


def _sign(severity: Severity) -> str:
    return f"{_SIGNS[severity][0]} {SEVERITY_NAMES[severity]}"


def _link(finding: Finding, inputs: str) -> str:
    """To the first cell in the file as it was sent; nothing where a spreadsheet program could not follow."""
    origin = finding.origin
    *folders, name = origin.file.split("/")
    in_archive = any(folder.lower().endswith(".zip") for folder in folders)
    if in_archive or not name.lower().endswith(_LINKED) or set(origin.file) & _NO_PATH:
        return ""
    sheet = origin.sheet.replace("'", "''")
    cell = f"#'{sheet}'!{origin.column or 'A'}{origin.row or 1}" if sheet else ""
    return f"external:{inputs}/{origin.file}{cell}"
