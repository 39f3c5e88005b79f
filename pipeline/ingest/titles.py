"""What title rows, sheet, file and folder names state: the unit, the period, and a classification mark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from pipeline.ingest.units import NOBODY, Named, Units
from pipeline.model import Cell
from pipeline.period import Period
from pipeline.spelling import normal

_LABEL = re.compile(
    r"(填报单位|报送单位|上报单位|填表单位|编报单位|单位名称|单位|部门|党组织名称|党组织|支部名称)(?:\(盖章\)|\(公章\)|\(签章\))?[:：]"
)
_OTHER_LABEL = re.compile(r"\S{1,8}[:：]")
_MEASURES = frozenset("人 人次 次 万元 元 篇 条 起 个 场 场次 期 件 家 户 天 小时 学时 % ％ 万 名 分钟".split())
_PERIOD = re.compile(
    r"(?<!\d)(?!\d{4}[.\-/年]?\d{1,2}[.\-/月]?\d{1,2}(?!\d))(?P<year>20\d\d|(?<=[^\d.])\d\d(?=年)|^\d\d(?=年))(?:年度?|[-_.]?(?=H|Q|上|下|第|[一二三四]季))?"
    r"(?:(?P<half>[上下])半年|[hH](?P<h>[12])|第?(?P<quarter>[1-4一二三四])季度?|[qQ](?P<q>[1-4])"
    r"|(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?!\d|[-—至到~～]|份?[-—至到~～]))?"
)
_SPAN = re.compile(r"(?<!\d)(20\d\d)年?[.\-]?(\d{1,2})月?份?[-—至到~～](?:20\d\d年)?(\d{1,2})月")
_COMPACT = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(?!\d)")
_MONTH = re.compile(r"^(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])(?:月份?)?$")
_HALF = re.compile(r"([上下])半年")
_CLASSIFIED = re.compile(r"(?:秘密|机密|绝密)\s*[★☆*]")
_YEAR_WORDS = re.compile(r"二[〇零○o0][〇零○一二三四五六七八九]{2}年")
_DIGITS = str.maketrans("〇零○o一二三四五六七八九", "0000123456789")
_CHINESE = {c: i for i, c in enumerate("一二三四五六七八九", 1)} | {"十": 10, "十一": 11, "十二": 12, "上": 1, "下": 2}


def _number(text: str) -> int:
    return _CHINESE.get(text) or int(text)


def period(text: str) -> Period | None:
    """The period that a text states together with its year: ``2023年上半年``, ``2023H1``, ``202306``, ``23年3月``."""
    name = _YEAR_WORDS.sub(lambda m: m[0].translate(_DIGITS), normal(text))
    if span := _SPAN.search(name):
        return _months(int(span[1]), int(span[2]), int(span[3]))
    if compact := _COMPACT.search(name):
        return Period.of(int(compact[1]), "month", int(compact[2]))
    found = [_period(match) for match in _PERIOD.finditer(name)]
    return max(found, key=lambda p: p.start - p.end, default=None)


def _months(year: int, first: int, last: int) -> Period | None:
    if not 1 <= first <= last <= 12:
        return None
    return Period(Period.of(year, "month", first).start, Period.of(year, "month", last).end)


def _period(match: re.Match[str]) -> Period:
    year = int(match["year"]) + (2000 if len(match["year"]) == 2 else 0)
    if half := match["half"] or match["h"]:
        return Period.of(year, "half", _number(half))
    if quarter := match["quarter"] or match["q"]:
        return Period.of(year, "quarter", _number(quarter))
    return Period.of(year, "month", _number(match["month"])) if match["month"] else Period.of(year)


def month(text: str) -> int | None:
    """The month that a sheet is named after: ``3月``, ``三月``, ``03``."""
    match = _MONTH.match(normal(text))
    return _number(match["month"]) if match else None


@dataclass(frozen=True, slots=True)
class Statement:
    """What one place (title, sheet, file or folder name) states."""

    unit: Named = NOBODY
    period: Period | None = None


def narrowed(statements: Iterable[Statement], sheet_name: str) -> tuple[Period | None, int | None]:
    """The stated period and the year for dates without one; nearer statements win, a sheet's month narrows them."""
    stated = [s.period for s in statements if s.period]
    if not stated:
        return None, None
    nearest = stated[0]
    year = nearest.start.year
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


def labelled_unit(row: Sequence[Cell], units: Units) -> Named:
    """The unit of ``填报单位：第二分公司  填报人：…``, in one cell or in the next; ``单位：万元`` is a measure."""
    for i, cell in enumerate(row):
        if not isinstance(cell, str) or not (match := _LABEL.search(cell)):
            continue
        value = _first_value(cell[match.end() :]) or next((c for c in row[i + 1 :] if isinstance(c, str) and c), "")
        if not value or normal(value) in _MEASURES or _OTHER_LABEL.match(value):
            continue
        return units[value]
    return NOBODY


def _first_value(text: str) -> str:
    """Up to a run of spaces, a tab or the next label."""
    value = re.split(r"\s{2,}|\t|\n|　", text.strip())[0]
    if other := re.search(r"\s\S{1,8}[:：]", value):
        value = value[: other.start()]
    return value.strip()


def classified(rows: Iterable[Sequence[Cell]]) -> bool:
    """秘密★, 机密★, 绝密★ in the title area."""
    return any(isinstance(cell, str) and _CLASSIFIED.search(cell) for row in rows for cell in row)
