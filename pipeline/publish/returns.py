"""What goes back to a unit: its own workbook with the problems marked and listed, and a message to paste into a chat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from pipeline.model import Finding, Severity, Sheet
from pipeline.publish.workbook import lines, marking, values
from pipeline.publish.workbook.lines import Line, Say

_LIST_ONLY = "原文件打不开或不能标注，这里只有问题清单"
_ITEMS = 6
_ASKS = {Severity.ERROR: "需要修改", Severity.WARNING: "请核实", Severity.NOTICE: "供知悉"}


@dataclass(frozen=True, slots=True)
class Returned:
    """A workbook to send back; `note` says what of the original could not be kept, if anything."""

    filename: str
    data: bytes
    note: str


def workbook(
    name: str, data: bytes, findings: Sequence[Finding], say: Say, sheets: Sequence[Sheet] | None = None
) -> Returned:
    """The file `name` marked in its own package; else its values from `sheets`, marked; else the list alone."""
    filename = f"{PurePosixPath(name).stem}问题回执.xlsx"
    for source, found, note in _sources(name, data, findings, sheets):
        try:
            return Returned(filename, *marking.marked(source(), lines.lines(found, say), lines.marks(found, say), note))
        except marking.TROUBLE:
            continue
    raise AssertionError("the list alone can always be written")


def _sources(
    name: str, data: bytes, findings: Sequence[Finding], sheets: Sequence[Sheet] | None
) -> Iterable[tuple[Callable[[], bytes], Sequence[Finding], str]]:
    """What can be marked, the best first: the workbook, the findings with its sheets' names, and a note."""
    yield lambda: data, findings, ""
    if sheets and values.fits(sheets):
        yield lambda: values.written(sheets), _renamed(findings, sheets), _values_only(name)
    alone = [Sheet("说明", [[_LIST_ONLY]])]
    yield lambda: values.written(alone), findings, _LIST_ONLY


def _renamed(findings: Iterable[Finding], sheets: Sequence[Sheet]) -> list[Finding]:
    """The findings with the names under which the sheets are written."""
    names = dict(zip((sheet.name for sheet in sheets), values.names(sheets), strict=True))
    moved = ((finding, names.get(finding.origin.sheet, finding.origin.sheet)) for finding in findings)
    return [finding._replace(origin=finding.origin._replace(sheet=sheet)) for finding, sheet in moved]


def _values_only(name: str) -> str:
    suffix = PurePosixPath(name).suffix or "这种"
    return f"{suffix} 格式的文件不能直接标注，这里只保留了数值和合并单元格，格式、公式和图表请看原文件"


# --- the message -----------------------------------------------------------------------------------------------------


def message(unit_name: str, period_label: str, found: Sequence[Line], deadline: str = "") -> str:
    """About ten lines of plain text: what was found, the most important first, where, and what to do."""
    if not found:
        return f"{unit_name}：{period_label}台账已核对，没有发现问题，谢谢。"
    shown = [line for line in found if line.severity is not Severity.NOTICE] or found
    items = [f"{number}. {_item(line)}" for number, line in enumerate(shown[:_ITEMS], 1)]
    more = [f"另有{len(found) - len(items)}条，见问题回执的“问题清单”。"] if len(found) > len(items) else []
    return "\n".join(
        [f"{unit_name}：{period_label}台账核对后，{_counted(found)}。", *items, *more, _closing(shown, deadline)]
    )


def _counted(found: Iterable[Line]) -> str:
    counts = Counter[Severity]()
    for line in found:
        counts[line.severity] += line.count
    return "，".join(f"有{counts[severity]}处{ask}" for severity, ask in _ASKS.items() if counts[severity])


def _item(line: Line) -> str:
    file = PurePosixPath(line.file).name
    place = (f"《{file}》" if file else "") + " ".join(filter(None, (line.sheet, line.cells)))
    return f"{place}：{line.message}{line.advice}" if place else f"{line.message}{line.advice}"


def _closing(shown: Sequence[Line], deadline: str) -> str:
    if all(line.severity is Severity.NOTICE for line in shown):
        return "以上不影响统计，供知悉，谢谢。"
    when = f"请在{deadline}前" if deadline else "请"
    return f"问题回执里已标色并加批注，{when}在原文件上改好后发回，谢谢。"
