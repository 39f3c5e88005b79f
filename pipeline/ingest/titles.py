"""What title rows, sheet, file and folder names state: the unit, the period, and a classification mark."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import PurePosixPath
from typing import NamedTuple

from pipeline.ingest.units import NOBODY, Named, Units
from pipeline.model import Cell
from pipeline.period import Period
from pipeline.spelling import normal

_UNIT_LABELS = (
    "填报单位", "报送单位", "上报单位", "填表单位", "编报单位", "单位名称", "单位", "部门", "党组织名称", "党组织", "支部名称",
)  # fmt: skip
_OTHER_LABELS = (
    "计量单位", "填报人", "填表人", "制表人", "审核人", "审批人", "负责人", "联系人", "联系电话", "电话", "填报日期", "填报时间", "填表日期",
    "报送日期", "报送时间", "制表日期", "日期", "报告期", "统计期间", "统计时间", "所属期",
)  # fmt: skip
_KNOWN_LABELS = frozenset((*_UNIT_LABELS, *_OTHER_LABELS))
_SEAL = r"(?:\s*\((?:盖章|公章|签章)\))?"
_LABEL = re.compile(
    "(?P<label>" + "|".join(r"\s*".join(word) for word in (*_OTHER_LABELS, *_UNIT_LABELS)) + rf"){_SEAL}\s*:"
)
_ANY_LABEL = re.compile(rf"(?:^|\s)(?P<label>[^\s:]{{1,12}}?){_SEAL}:")
_STATED_PERIOD = re.compile(r"报告期|期间|统计时间|统计年度|年度|所属期|月份")
_PROSE = re.compile(r"[。;!,]|请|填写|说明|要求|务必|报送至")
"""Instructions above a table name no unit that the table is of."""
MEASURES = frozenset(
    ("人", "人次", "次", "万元", "元", "篇", "条", "起", "个", "场", "场次", "期", "件", "家", "户", "天", "小时", "学时", "%", "万", "名", "分钟",
     "项", "份", "千元", "亿元", "万人", "万人次")
)  # fmt: skip
_PERIOD = re.compile(
    r"(?<!\d)(?!\d{4}(?:[.\-/年]\d{1,2}[.\-/月]|\d{2})\d{1,2}(?!\d))(?P<year>20\d\d|(?<=[^\d.])\d\d(?=年)|^\d\d(?=年))(?:年度?|[-_.]?(?=H|Q|上|下|第|[一二三四]季))?"
    r"(?:(?P<half>[上下])半年|[hH](?P<h>[12])|第?(?P<quarter>[1-4一二三四])季度?|[qQ](?P<q>[1-4])"
    r"|(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?!\d|[-—至到~～]|份?[-—至到~～]))?"
)
_SPAN = re.compile(r"(?<!\d)(20\d\d)年?[.\-]?(\d{1,2})月?份?[-—至到~～](?:20\d\d年)?(\d{1,2})月")
_YEARS = re.compile(r"(?<!\d)(20\d\d)(?:年度?)?(?:\d{1,2}月份?)?[-—至到~～、和](20\d\d)年(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(?!\d)")
_MONTH = re.compile(r"^(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])(?:月份?)?$")
_HALF = re.compile(r"([上下])半年")
_CLASSIFIED = re.compile(r"(?:秘\s*密|机\s*密|绝\s*密)\s*[★☆*]|[★☆]\s*(?:秘\s*密|机\s*密|绝\s*密)")
_YEAR_WORDS = re.compile(r"二[〇零○o0][〇零○一二三四五六七八九]{2}年")
_DIGITS = str.maketrans("〇零○o一二三四五六七八九", "0000123456789")
_CHINESE = {c: i for i, c in enumerate("一二三四五六七八九", 1)} | {"十": 10, "十一": 11, "十二": 12, "上": 1, "下": 2}


def _number(text: str) -> int:
    return _CHINESE.get(text) or int(text)


@lru_cache(maxsize=1 << 12)
def period(text: str) -> Period | None:
    """The period that a text states together with its year: ``2023年上半年``, ``2023H1``, ``202306``, ``2022-2023年``."""
    name = _YEAR_WORDS.sub(lambda m: m[0].translate(_DIGITS), normal(text))
    if span := _SPAN.search(name):
        return _months(int(span[1]), int(span[2]), int(span[3]))
    if (years := _YEARS.search(name)) and years[1] < years[2]:
        return Period(Period.of(int(years[1])).start, Period.of(int(years[2])).end)
    if compact := _COMPACT.search(name):
        return Period.of(int(compact[1]), "month", int(compact[2]))
    found = [
        _period(match["year"], match["half"] or match["h"], match["quarter"] or match["q"], match["month"])
        for match in _PERIOD.finditer(name)
    ]
    return max(found, key=lambda p: p.start - p.end, default=None)


def _months(year: int, first: int, last: int) -> Period | None:
    if not 1 <= first <= last <= 12:
        return None
    return Period(Period.of(year, "month", first).start, Period.of(year, "month", last).end)


@lru_cache(maxsize=1 << 10)
def _period(digits: str, half: str | None, quarter: str | None, month: str | None) -> Period:
    year = int(digits) + (2000 if len(digits) == 2 else 0)
    if half:
        return Period.of(year, "half", _number(half))
    if quarter:
        return Period.of(year, "quarter", _number(quarter))
    return Period.of(year, "month", _number(month)) if month else Period.of(year)


def month(text: str) -> int | None:
    """The month that a sheet is named after: ``3月``, ``三月``, ``03``."""
    match = _MONTH.match(normal(text))
    return _number(match["month"]) if match else None


class Statement(NamedTuple):
    """What one place (title, sheet, file or folder name) states."""

    unit: Named = NOBODY
    period: Period | None = None


def narrowed(statements: Iterable[Statement], sheet_name: str) -> tuple[Period | None, int | None]:
    """The stated period and the year for dates without one; nearer statements win, a sheet's month narrows them."""
    return _narrowed(tuple(s.period for s in statements if s.period), sheet_name)


@lru_cache(maxsize=1 << 10)
def _narrowed(stated: tuple[Period, ...], sheet_name: str) -> tuple[Period | None, int | None]:
    if not stated:
        return None, None
    nearest = stated[0]
    year = nearest.start.year
    if year != nearest.end.year:
        return nearest, None
    if number := month(sheet_name):
        return Period.of(year, "month", number), year
    if nearest == Period.of(year) and (half := _HALF.search(normal(sheet_name))):
        return Period.of(year, "half", _number(half[1])), year
    inner = [p for p in stated if nearest.contains(p.start, p.end)]
    return min(inner, key=lambda p: p.end - p.start), year


def of_name(text: str, units: Units) -> Statement:
    return Statement(units.within(text), period(text))


def of_path(name: str, units: Units) -> tuple[Statement, ...]:
    """Statements of the file's stem and of its folders, nearest first."""
    path = PurePosixPath(name)
    return tuple(of_name(part, units) for part in (path.stem, *reversed(path.parts[:-1])))


class Line(NamedTuple):
    """A row above a table: ``label：value`` pairs, in one cell or in two, and the other texts."""

    fields: tuple[tuple[str, str], ...] = ()
    texts: tuple[str, ...] = ()


def line(row: Sequence[Cell]) -> Line:
    """The labels and texts of a row; a label without a value is followed by its value in the next cell, or is a text."""
    fields: list[tuple[str, str]] = []
    texts: list[str] = []
    open_label = ""
    for cell in row:
        if not cell or not isinstance(cell, str) or not cell.strip():
            continue
        pairs = _pairs(cell)
        if pairs:
            fields += [pair for pair in pairs if pair[1]]
            open_label = "" if pairs[-1][1] else pairs[-1][0]
        elif open_label:
            fields.append((open_label, cell.strip()))
            open_label = ""
        else:
            texts.append(cell.strip())
    if open_label and open_label not in _KNOWN_LABELS:
        texts.append(open_label)
    return Line(tuple(fields), tuple(texts))


def _pairs(cell: str) -> list[tuple[str, str]]:
    """``填报单位：第二分公司  填报人：…`` → its labels and values; a value ends at a run of spaces."""
    text = unicodedata.normalize("NFKC", cell.replace("\u3000", "  ")).strip()
    if ":" not in text:
        return []
    labels = list(_LABEL.finditer(text)) or list(_ANY_LABEL.finditer(text))
    ends = [label.start() for label in labels[1:]] + [len(text)]
    return [(normal(label["label"]), _first(text[label.end() : end])) for label, end in zip(labels, ends, strict=True)]


def _first(value: str) -> str:
    """Up to a run of spaces, a line break or a label that nobody knows."""
    value = re.split(r"\s{2,}|\t|\n", value.strip())[0]
    other = _ANY_LABEL.search(value)
    return (value[: other.start()] if other else value).strip()


def labelled_unit(lines: Iterable[Line], units: Units) -> Named:
    """The unit of ``填报单位：第二分公司``; ``单位：万元`` is a measure."""
    for each in lines:
        for label, value in each.fields:
            if label in _UNIT_LABELS and not _is_measure(value) and (bare := re.sub(rf"{_SEAL}$", "", value)):
                return units[bare]
    return NOBODY


def _is_measure(value: str) -> bool:
    return all(part in MEASURES for part in re.split(r"[/、,及和]", normal(value).strip("()")))


def labelled_period(lines: Iterable[Line]) -> Period | None:
    """``报告期：2023年上半年``; the day on which a form was filled in says nothing."""
    stated = (period(value) for each in lines for label, value in each.fields if _STATED_PERIOD.search(label))
    return next((found for found in stated if found), None)


def spoken(text: str, units: Units) -> Statement:
    """What a title says; an instruction names no unit."""
    unit = NOBODY if _PROSE.search(unicodedata.normalize("NFKC", text)) else units.within(text)
    return Statement(unit, period(text))


def classified(rows: Iterable[Sequence[Cell]]) -> bool:
    """秘密★, 机密★, 绝密★ in the title area."""
    texts = "\0".join([cell for row in rows for cell in row if type(cell) is str])
    return "密" in texts and bool(_CLASSIFIED.search(texts))
