"""What a row under a header is: a record, a total, a section title, a zero report, a footer, or blank."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import TypeAlias

from pipeline.ingest.cells import says_same
from pipeline.model import Cell
from pipeline.spelling import normal

_TOTAL = re.compile(
    r"(.{0,14}?)(合计|小计|总计|共计|总数|累计|合计数)(\(.{0,8}\))?[:：]?(共?[\d.]+[\u4e00-\u9fff]{0,3})?"
    r"|共[\d.]+(次|场|场次|期|人|人次|篇|条|起|项|个)|其中[:：]?.{0,8}|(本月|本季|本页|半年|全年|以上).{0,4}[计数]"
)
_FOOTER = re.compile(
    r"(填报人|填表人|填报单位|制表|制表人|审核|审核人|审批|审批人|负责人|单位负责人|部门负责人|分管领导|联系人|联系电话|电话|注|备注|说明|附注|填表说明"
    r"|填报说明|填报日期|填报时间|填表日期|填表时间|制表日期|报送日期|日期|\(?盖章\)?|\(?公章\)?|签字|签章|年月日|单位\(盖章\))(签字|签名|签章|盖章)?([:：(].*|\d[:：.、].*)?"
    r"|(填写说明|填报要求).*"
)
_EXAMPLE = re.compile(r"\(?(填写)?(示例|样例|范例|举例|例)[行\d]*\)?[:：]?\d*")
_NUMBER = r"(\d{1,3}|[一二三四五六七八九十]{1,3})"
_PAGE = rf"第{_NUMBER}页,?(共{_NUMBER}页)?|[-—–]+{_NUMBER}[-—–]+|page{_NUMBER}"
_ASIDE = re.compile(
    rf"{_EXAMPLE.pattern}|(如|例|例如|示例)[:：].*|\(?(承[前上]|过次|转下|接[上下])页\)?|\(?续上?表?\)?|以下(空白|无正文)|附[:：]?|平均[数值]?"
    rf"|{_PAGE}"
)
_ZERO = re.compile(
    r"((本|我|该)(单位|部门|支部))?(本月|本期|本季度?|本?[上下]半年|本年度?|\d{1,2}月份?|第?[一二三四]季度)?(内|度)?"
    r"(暂|均)?(无|没有|未发生|未开展|未组织|零)(任何|相关|有关|此类|此项|该项|新增|发生|开展|负面|网络)*"
    r"(活动|学习|宣讲|谈话|舆情|稿件|信息|情况|记录|事项|内容|数据|事件|报告|上报)*[。.]?"
)
_NOT_APPLICABLE = frozenset(("/", "-", "—", "–", "--", "——"))
_NOTHING = _NOT_APPLICABLE | {"", "无", "0"}
_ENUMERATED = re.compile(r"\(?[一二三四五六七八九十]{1,3}[)、.]|第[一二三四五六七八九十]{1,3}(部分|季度|类)")
_COARSE = re.compile(
    r"(\d{2,4}年)?((\d{1,2}|[一二三四五六七八九十]{1,2})月份?|第?[一二三四1-4]季度?|[上下]半年)|20\d\d(年度?|[./-]?\d{1,2})?|\d|1[0-2]"
)
"""A month or more, which without anything beside it is no event."""
_LONGEST_LABEL = 60
_WORD = re.compile("[\u4e00-\u9fff]")
_LABELLED = 3
"""Labels stand in one of the first cells that are filled."""
_SUMS = frozenset(("合计", "小计", "总计", "共计", "合 计", "小 计", "总 计"))
_NONE = frozenset(("无", "零报告"))
_SAYING = _SUMS | _NONE
"""Where a choice would stand."""
_DATES = frozenset((date, datetime))


class Kind(Enum):
    """What becomes of a row."""

    RECORD = "record"
    TOTAL = "total"
    SECTION = "section"
    ZERO = "zero"
    FOOTER = "footer"
    STRUCTURE = "structure"
    BLANK = "blank"


Kinds: TypeAlias = Mapping[Kind, Sequence[int]]
"""Kind → its rows, from the top; kinds without rows are not in it."""


def together(kinds: Kinds, *wanted: Kind) -> Sequence[int]:
    """The rows of several kinds, from the top."""
    found = [kinds[kind] for kind in wanted if kind in kinds]
    return found[0] if len(found) == 1 else sorted(chain.from_iterable(found))


def in_order(kinds: Kinds) -> Iterator[tuple[int, Kind]]:
    """Every row with its kind, from the top."""
    return iter(sorted(((row, kind) for kind, rows in kinds.items() for row in rows), key=itemgetter(0)))


def moved(kinds: Kinds, rows: AbstractSet[int], to: Kind) -> Kinds:
    """The same where `rows` are of another kind."""
    left = {kind: [row for row in held if row not in rows] for kind, held in kinds.items()}
    return {kind: held for kind, held in left.items() if held} | {to: sorted({*left.get(to, ()), *rows})}


@lru_cache(1 << 14)
def label(text: str) -> Kind | None:
    """The kind of row that the text of a leading cell announces; None: none."""
    name = normal(text)
    if _TOTAL.fullmatch(name):
        return Kind.TOTAL
    if _ASIDE.fullmatch(name):
        return Kind.STRUCTURE
    return Kind.FOOTER if _FOOTER.fullmatch(name) else None


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of a table by what they say of a row."""

    columns: tuple[int, ...]
    """All that the header names."""
    fields: frozenset[int]
    """Those that are read, without the unit's."""
    leading: int
    """The last column in which a label may stand."""
    ordinal: int = -1
    """The column of 序号, where 合计 and 示例 stand beside a date too."""
    choices: frozenset[int] = frozenset()
    """The columns of choices, where 合计 does."""
    dated: frozenset[int] = frozenset()
    """The columns of the date, or of 年份 and 月份."""
    date: int = -1
    unit: int = -1
    merged: frozenset[int] = frozenset()
    """Rows whose date is that of a row above, by a merge."""
    wide: frozenset[int] = frozenset()
    """Rows in which cells are merged across."""
    continued: frozenset[int] = frozenset()
    """Rows over which 序号 or a count is merged, and all that makes an event: they go on with the one above."""
    texts: frozenset[int] = frozenset()
    """Columns that say nothing of how many events there were."""
    remarks: tuple[int, ...] = ()
    """The columns of 备注 and the like, which may call the first rows examples."""


def kinds(grid: Sequence[Sequence[Cell]], rows: range, shape: Shape) -> Kinds:
    """The kind of every row; those at the top that a remark calls examples are none of the records."""
    first = next((row for row in rows if not _is_example(grid[row], shape)), rows.stop)
    found = _kinds(grid, range(first, rows.stop), shape)
    return moved(found, {*range(rows.start, first)}, Kind.STRUCTURE) if first > rows.start else found


def _is_example(cells: Sequence[Cell], shape: Shape) -> bool:
    remarks = (cells[column] for column in shape.remarks)
    return any(type(cell) is str and _EXAMPLE.fullmatch(normal(cell)) for cell in remarks)


def _kinds(grid: Sequence[Sequence[Cell]], rows: range, shape: Shape) -> Kinds:
    """A lone cell below a footer (the day of signing) belongs to it."""
    day, below = shape.date, grid[rows.start : rows.stop]
    if day >= 0 and _DATES.issuperset([type(cells[day]) for cells in below]) and not _are_labelled(below, shape):
        return {Kind.RECORD: rows} if rows else {}
    found: dict[Kind, list[int]] = {}
    footed = False
    for row in rows:
        cells = grid[row]
        if not footed and day >= 0 and isinstance(cells[day], date) and not _labelled(cells, shape):
            found.setdefault(Kind.RECORD, []).append(row)
            continue
        filled = [
            column
            for column in shape.columns
            if (cell.strip() if isinstance(cell := cells[column], str) else cell is not None)
        ]
        kind = _kind(cells, row, filled, shape)
        found.setdefault(Kind.FOOTER if footed and len(filled) == 1 else kind, []).append(row)
        footed = kind is Kind.FOOTER or (footed and len(filled) <= 1)
    return found


def _kind(cells: Sequence[Cell], row: int, filled: Sequence[int], shape: Shape) -> Kind:
    if not filled:
        return Kind.BLANK
    if announced := _labelled(cells, shape):
        return announced
    if shape.date in filled and isinstance(cells[shape.date], date):
        return Kind.RECORD
    if announced := _label(cells, filled, shape):
        return announced
    if of_month := _of_month(cells, filled, shape):
        return of_month
    own = [cells[column] for column in filled if column in shape.fields]
    says_nothing = all(map(_is_nothing, own))
    if says_nothing and _is_zero(own, [cells[column] for column in filled]):
        return Kind.ZERO
    if row in shape.continued and shape.texts.issuperset(filled):
        return Kind.STRUCTURE
    if row in shape.merged and (own or shape.unit in filled):
        return Kind.RECORD
    if _is_one_text(cells, filled) and _is_section(cells, row, filled, shape):
        return Kind.SECTION
    if not own and _heads_rows(cells, filled, shape):
        return Kind.SECTION
    if says_nothing and all(map(_is_unfilled, own)):
        return Kind.STRUCTURE
    return Kind.RECORD


def _labelled(cells: Sequence[Cell], shape: Shape) -> Kind | None:
    """What 序号 announces of a row that it does not number, and what a choice does that is none."""
    number = cells[shape.ordinal] if shape.ordinal >= 0 else None
    if isinstance(number, str) and (announced := label(number)):
        return announced
    chosen = [cells[column] for column in shape.choices]
    if not _SUMS.isdisjoint(chosen):
        return Kind.TOTAL
    own = () if _NONE.isdisjoint(chosen) else [cells[column] for column in shape.fields - shape.dated]
    return Kind.ZERO if own and all(cell is None or _is_nothing(cell) for cell in own) else None


def _are_labelled(below: Sequence[Sequence[Cell]], shape: Shape) -> bool:
    """Whether any of the rows may be."""
    first = shape.ordinal
    texts = [cells[first] for cells in below if type(cells[first]) is str] if first >= 0 else []
    if any(label(str(text)) for text in texts):
        return True
    return any(not _SAYING.isdisjoint([cells[column] for cells in below]) for column in shape.choices)


def is_coarse(cell: Cell) -> bool:
    """A month or more."""
    written = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else cell
    return isinstance(written, str) and bool(_COARSE.fullmatch(normal(written)))


def _of_month(cells: Sequence[Cell], filled: Sequence[int], shape: Shape) -> Kind | None:
    """A month as a heading or printed beforehand, with nothing beside it or with 无; None where there is more."""
    stated = shape.dated.intersection(filled)
    if len(filled) == 1 and isinstance(text := cells[filled[0]], str) and is_coarse(text):
        return Kind.SECTION if stated or not text.strip().isdecimal() else None
    if not stated or not all(is_coarse(cells[column]) for column in stated):
        return None
    beside = set(filled) - stated - {shape.ordinal, shape.unit}
    own = [cells[column] for column in beside & shape.fields]
    if any(map(says_none, own)) and all(map(_is_nothing, own)):
        return Kind.ZERO
    return Kind.STRUCTURE if len(own) == len(beside) and all(map(_is_unfilled, own)) else None


def _is_unfilled(cell: Cell) -> bool:
    """What formulas and drop-downs leave in a row that nobody has filled in."""
    return cell == 0 or (isinstance(cell, str) and normal(cell) in _NOT_APPLICABLE)


def _label(cells: Sequence[Cell], filled: Sequence[int], shape: Shape) -> Kind | None:
    """What a leading text announces; what stands behind a date does not, nor a topic beside a date and a choice."""
    is_event = shape.date in filled and not shape.choices.isdisjoint(filled)
    for column in filled[:_LABELLED]:
        cell = cells[column]
        if isinstance(cell, str) and not (is_event and column in shape.texts):
            announced = label(cell) if len(cell) <= _LONGEST_LABEL or len(filled) == 1 else None
            if announced and (column <= shape.leading or len(filled) == 1):
                return announced
            if column == shape.date and any(map(str.isdigit, cell)):
                return None
    return None


def _is_one_text(cells: Sequence[Cell], filled: Sequence[int]) -> bool:
    """Whether all that is filled is one text, alone or, where it is no mere sign, over again."""
    first = cells[filled[0]]
    if not isinstance(first, str) or any(cells[column] != first for column in filled):
        return False
    return len(filled) == 1 or bool(_WORD.search(first) and not says_same(first))


def _heads_rows(cells: Sequence[Cell], filled: Sequence[int], shape: Shape) -> bool:
    """Whether the only thing before the fields is a text, beside which only unread columns say something."""
    leading = [cells[column] for column in filled if column <= shape.leading]
    return (
        len(leading) == 1
        and shape.unit not in filled
        and isinstance(leading[0], str)
        and bool(_WORD.search(leading[0]))
    )


def _is_section(cells: Sequence[Cell], row: int, filled: Sequence[int], shape: Shape) -> bool:
    """A lone text across the table, before its fields or with a number; elsewhere it is what is left of a record."""
    first = filled[0]
    if first in shape.fields and row not in shape.wide and len(filled) < _LABELLED:
        return bool(_ENUMERATED.match(normal(str(cells[first]))))
    return first <= shape.leading


def _is_zero(own: Sequence[Cell], filled: Sequence[Cell]) -> bool:
    """无 or 零报告 where no field would make it an event; 无 in a remark says nothing."""
    texts = own if any(map(says_none, own)) else filled
    return any(says_none(cell) and (cell in own or len(texts) == 1 or cell != "无") for cell in texts)


def _is_nothing(cell: Cell) -> bool:
    return _is_no_text(cell) if isinstance(cell, str) else cell == 0


@lru_cache(1 << 14)
def _is_no_text(text: str) -> bool:
    return normal(text) in _NOTHING or says_none(text)


def says_none(cell: Cell) -> bool:
    """无, 零报告, 本月无此类活动."""
    return isinstance(cell, str) and bool(_ZERO.fullmatch(normal(cell)))
