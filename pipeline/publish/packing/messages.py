"""A unit's portion → 消息.txt, a short text to paste into a chat: what is wrong, and which ledgers are still owed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice

from pipeline.model import Severity
from pipeline.period import Period
from pipeline.publish import returns
from pipeline.publish.packing.portions import Portion
from pipeline.publish.tags import chinese_date
from pipeline.publish.workbook.lines import Line

NAME = "消息.txt"

_SHOWN = 8
"""How many problems are told one by one."""


def message(portion: Portion, problems: Sequence[Line], period: Period, as_of: date) -> bytes:
    """UTF-8 with BOM and CRLF, as every Notepad reads it."""
    paragraphs = [text for text in _paragraphs(portion, problems, period, as_of) if text]
    if not paragraphs:
        paragraphs = [returns.message(portion.unit.name, period.label, ())]
    return ("\n\n".join(paragraphs) + "\n").replace("\n", "\r\n").encode("utf-8-sig")


def reminder(portion: Portion, period: Period, as_of: date) -> str:
    """Which ledgers are still to be sent; nothing if none."""
    if not portion.owed:
        return ""
    ledgers = "、".join(portion.owed)
    return (
        f"{portion.unit.name}：截至{chinese_date(as_of)}，{period.label}还没有收到你单位可以采用的{ledgers}，请尽快报送。"
        "本期确实没有的，请报零报告（表里写“无”）。"
    )


def problems(found: Iterable[Line]) -> list[str]:
    """The first that call for an answer, each with its place and what to do."""
    serious = (line for line in found if line.severity is not Severity.NOTICE)
    return [_item(line) for line in islice(serious, _SHOWN)]


def _paragraphs(portion: Portion, found: Sequence[Line], period: Period, as_of: date) -> Iterator[str]:
    """First the problems of the unit's own files; those of its rows in the parent's books have none."""
    if own := [line for line in found if line.file]:
        yield returns.message(portion.unit.name, period.label, own)
    if items := problems(line for line in found if not line.file):
        head = f"{portion.unit.name}：{period.label}上级汇总登记的台账里，你单位的记录有以下问题，请核实后告知："
        yield "\n".join([head, *(f"{number}. {item}" for number, item in enumerate(items, 1))])
    yield reminder(portion, period, as_of)


def _item(line: Line) -> str:
    place = (f"《{line.file}》" if line.file else "") + " ".join(filter(None, (line.sheet, line.cells)))
    return f"{place}：{line.message}{line.advice}" if place else line.message + line.advice
