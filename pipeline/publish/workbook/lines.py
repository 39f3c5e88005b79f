"""Findings of one file → the lines of its list, equal ones over many cells grouped, and the marks on its sheets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from pipeline.model import Finding, Severity
from pipeline.publish import problems
from pipeline.publish.workbook.marks import WHOLE_ROW, Mark, Marks, number

Say: TypeAlias = Callable[[Finding], tuple[str, str]]
"""What is wrong, and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list. `sheet` and `cell` are what its place links to; no cell: the sheet; no sheet: nothing."""

    severity: Severity
    file: str
    sheet: str
    cells: str
    cell: str
    message: str
    advice: str
    found: str
    count: int

    @property
    def place(self) -> str:
        return " ".join(filter(None, (self.sheet, self.cells))) or "整个文件"


def lines(findings: Iterable[Finding], say: Say) -> tuple[Line, ...]:
    """The most important first; findings that say the same of one column are one line."""
    groups: defaultdict[tuple[tuple[object, ...], tuple[str, str]], list[Finding]] = defaultdict(list)
    for finding in problems.ordered(findings):
        origin = finding.origin
        about = finding.severity, finding.code, origin.file, origin.sheet, origin.column, _found(finding)
        groups[about, say(finding)].append(finding)
    return tuple(_line(group, *said) for (_, said), group in groups.items())


def marks(findings: Iterable[Finding], say: Say) -> Mapping[str, Marks]:
    """By sheet, the cells and rows to be coloured and what their comments say."""
    sheets: defaultdict[str, dict[tuple[int, int], Mark]] = defaultdict(dict)
    for finding in problems.ordered(findings):
        origin = finding.origin
        if origin.row:
            place = (origin.row, number(origin.column) if origin.column else WHOLE_ROW)
            message, advice = say(finding)
            mark = Mark(finding.severity, (f"【{problems.SEVERITY_NAMES[finding.severity]}】{message}{advice}",))
            earlier = sheets[origin.sheet].get(place)
            sheets[origin.sheet][place] = earlier.joined(mark) if earlier else mark
    return sheets


def _line(group: list[Finding], message: str, advice: str) -> Line:
    first = group[0]
    rows = tuple(sorted({finding.origin.row for finding in group if finding.origin.row}))
    cell = f"{first.origin.column or 'A'}{rows[0]}" if rows else "A1"
    together = problems.Group(first, rows)
    place = (first.origin.file, first.origin.sheet, together.cells, cell)
    return Line(first.severity, *place, message, advice, _found(first), together.count)


def _found(finding: Finding) -> str:
    return dict(finding.values).get("found", "")
