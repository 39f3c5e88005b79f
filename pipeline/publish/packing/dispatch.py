"""The packs that were made → 分发清单.xlsx, the parent's own: every file with its digest, and who is to be reminded of what."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.period import Period
from pipeline.publish import deliver, looks
from pipeline.publish.deliver import Content, Left
from pipeline.publish.looks import Looks
from pipeline.publish.packing import messages
from pipeline.publish.packing.portions import Portion
from pipeline.publish.sheets.paper import Paper
from pipeline.publish.tags import chinese_date

NAME = "分发清单.xlsx"
FILES, REMINDERS = "文件", "催报"

_FILES = (("单位", 26.0), ("文件", 54.0), ("大小（字节）", 12.0), ("sha256", 68.0))
_REMINDERS = (("单位", 26.0), ("应报", 8.0), ("来件问题（处）", 15.0), ("待报台账", 50.0), ("催报文字", 78.0))


@dataclass(frozen=True, slots=True)
class Dispatched:
    """One unit's line: its files by their paths below 单位/, and what it is asked for."""

    unit: str
    due: bool
    files: tuple[tuple[str, Left], ...]
    problems: int
    owed: tuple[str, ...]
    reminder: str


def dispatched(portion: Portion, files: Sequence[tuple[str, Content]], period: Period, as_of: date) -> Dispatched:
    return Dispatched(
        portion.unit.name,
        portion.unit.due,
        tuple((name, deliver.left(content)) for name, content in files),
        len(portion.told.findings),
        portion.owed,
        messages.reminder(portion, period, as_of),
    )


def workbook(sent: Sequence[Dispatched], period: Period, as_of: date) -> bytes:
    data = io.BytesIO()
    title = f"{period.label}分发清单"
    line = f"统计期间：{period.label}　统计截止：{chinese_date(as_of)}"
    with looks.workbook(data, as_of, title) as book:
        styles = Looks(book)
        _files(Paper(book.add_worksheet(FILES), styles, [width for _, width in _FILES]), (title, line), sent)
        sheet = book.add_worksheet(REMINDERS)
        _reminders(Paper(sheet, styles, [width for _, width in _REMINDERS]), (f"{title}（催报）", line), sent)
    return data.getvalue()


def _files(paper: Paper, heading: tuple[str, str], sent: Sequence[Dispatched]) -> None:
    paper.top(*heading)
    first = paper.header([name for name, _ in _FILES])
    listed = [(each.unit, *file) for each in sent for file in each.files]
    for number, (unit, name, file) in enumerate(listed, first):
        row = paper.row(number)
        row.text(0, unit)
        row.text(1, name)
        row.count(2, file.size)
        row.text(3, file.sha256)
    paper.sheet.autofilter(first - 1, 0, max(first + len(listed) - 1, first), len(_FILES) - 1)


def _reminders(paper: Paper, heading: tuple[str, str], sent: Sequence[Dispatched]) -> None:
    paper.top(*heading)
    first = paper.header([name for name, _ in _REMINDERS])
    for number, each in enumerate(sent, first):
        texts = {3: "、".join(each.owed), 4: each.reminder}
        row = paper.row(number)
        row.text(0, each.unit)
        row.text(1, "是" if each.due else "否", "middle")
        row.count(2, each.problems)
        for column, text in texts.items():
            row.text(column, text, "wrapped")
        paper.sheet.set_row(number, paper.tallest(texts))
    paper.sheet.autofilter(first - 1, 0, max(first + len(sent) - 1, first), len(_REMINDERS) - 1)
