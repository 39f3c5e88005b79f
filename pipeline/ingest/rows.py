"""What a row under a header is: a record, a total, a section title, a zero report, a footer, or blank."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from enum import Enum

from pipeline.model import Cell
from pipeline.spelling import normal

_TOTAL = re.compile(
    r"(.{0,14}?)(合计|小计|总计|共计|总数|累计|合计数)[:：]?(\(.{0,8}\))?|其中[:：]?.{0,8}|(本月|本季|本页|半年|全年|以上).{0,4}[计数]"
)
_FOOTER = re.compile(
    r"(填报人|填表人|填报单位|制表|制表人|审核|审核人|审批|审批人|负责人|单位负责人|部门负责人|分管领导|联系人|联系电话|电话|注|备注|说明|附注|填表说明"
    r"|填报说明|填报日期|填报时间|报送日期|日期|\(?盖章\)?|\(?公章\)?|签字|签章|年月日|单位\(盖章\))([:：(].*|\d[:：.、].*)?"
)
_ZERO = re.compile(
    r"无|零报告|本(月|期|季度|半年|单位).{0,6}无.{0,10}|暂无.{0,10}|无此.{0,10}|未开展.{0,10}|零|没有.{0,10}|无.{0,6}(活动|学习|舆情|稿件|情况|记录|事项)"
)
_NOTHING = frozenset(("", "/", "／", "-", "—", "－", "——", "无", "0"))
_EXAMPLE = re.compile(r"(填写)?(示例|样例|范例|例)[:：]?\d*|如[:：].*|填写说明.*|填报要求.*")


class Kind(Enum):
    """What becomes of a row."""

    RECORD = "record"
    TOTAL = "total"
    SECTION = "section"
    ZERO = "zero"
    STRUCTURE = "structure"
    BLANK = "blank"


class Labels(dict[str, Kind | None]):
    """Text of a leading cell → the kind of row that it announces; None: none."""

    def __missing__(self, text: str) -> Kind | None:
        kind = self[text] = self._kind(normal(text))
        return kind

    @staticmethod
    def _kind(name: str) -> Kind | None:
        if _TOTAL.fullmatch(name):
            return Kind.TOTAL
        if _FOOTER.fullmatch(name) or _EXAMPLE.fullmatch(name):
            return Kind.STRUCTURE
        return None


LABELS = Labels()


def kind(
    row: Sequence[Cell],
    span: tuple[int, int],
    identifying: Sequence[int],
    leading: Sequence[int],
    empty: Set[int],
) -> Kind:
    """The kind of one row.

    `span` is the first and last column of the table; `identifying` are the columns of date and required choices;
    `leading` the columns where labels stand: ordinal, unit, date and the first texts; `empty` those that an empty form
    has filled already: ordinal, unit, remarks.
    """
    filled = [c for c in range(span[0], min(span[1] + 1, len(row))) if row[c] is not None and row[c] != ""]
    if not filled:
        return Kind.BLANK
    for column in filled[:3]:
        cell = row[column]
        if isinstance(cell, str) and len(cell) <= 60 and column in leading and (label := LABELS[cell]):
            return label
    if _is_zero(row, filled, identifying, leading):
        return Kind.ZERO
    if all(column in empty for column in filled) and (len(filled) > 1 or not isinstance(row[filled[0]], str)):
        return Kind.STRUCTURE
    texts = [row[c] for c in filled]
    alone = len(filled) == 1 or all(text == texts[0] for text in texts)
    if alone and isinstance(texts[0], str) and filled[0] not in identifying and filled[0] <= leading[-1]:
        return Kind.STRUCTURE if LABELS[texts[0]] else Kind.SECTION
    return Kind.RECORD


def _is_zero(row: Sequence[Cell], filled: Sequence[int], identifying: Sequence[int], leading: Sequence[int]) -> bool:
    """无 or 零报告, and neither a date nor a form that would make it an event."""
    for column in identifying:
        cell = row[column] if column < len(row) else None
        if not (
            cell is None or (isinstance(cell, str) and (normal(cell) in _NOTHING or _ZERO.fullmatch(normal(cell))))
        ):
            return False
    words = [normal(cell) for c in filled if isinstance(cell := row[c], str) and c not in leading[:-1]]
    words += [normal(cell) for c in filled if isinstance(cell := row[c], str) and c in leading]
    return any(_ZERO.fullmatch(word) for word in words)
