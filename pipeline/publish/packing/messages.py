"""A unit's portion → 消息.txt, a short text to paste into a chat: what is wrong, and which ledgers are still owed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from pipeline.model import Finding, Severity
from pipeline.period import Period
from pipeline.publish import returns
from pipeline.publish.packing import advice
from pipeline.publish.packing.portions import Portion
from pipeline.publish.tags import chinese_date
from pipeline.publish.workbook import lines

NAME = "消息.txt"

_SHOWN = 8
"""How many problems are told one by one."""


def message(portion: Portion, period: Period, as_of: date) -> bytes:
    """UTF-8 with BOM and CRLF, as every Notepad reads it."""
    paragraphs = [text for text in _paragraphs(portion, period, as_of) if text]
    if not paragraphs:
        paragraphs = [returns.message(portion.unit.name, period.label, (), advice.said)]
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


def problems(findings: Iterable[Finding]) -> list[str]:
    """The first that call for an answer, each with its place and what to do."""
    serious = (finding for finding in findings if finding.severity is not Severity.NOTICE)
    return [_item(line) for line in lines.lines(serious, advice.said)[:_SHOWN]]


def _paragraphs(portion: Portion, period: Period, as_of: date) -> Iterator[str]:
    own = [finding for findings in portion.told.files.values() for finding in findings]
    if own:
        yield returns.message(portion.unit.name, period.label, own, advice.said)
    if items := problems(portion.told.rows):
        head = f"{portion.unit.name}：{period.label}上级汇总登记的台账里，你单位的记录有以下问题，请核实后告知："
        yield "\n".join([head, *(f"{number}. {item}" for number, item in enumerate(items, 1))])
    yield reminder(portion, period, as_of)


def _item(line: lines.Line) -> str:
    place = (f"《{line.file}》" if line.file else "") + " ".join(filter(None, (line.sheet, line.cells)))
    return f"{place}：{line.message}{line.advice}" if place else line.message + line.advice
