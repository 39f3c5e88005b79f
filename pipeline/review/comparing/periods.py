"""Dates and periods as a report words them in; whether they agree with each other and with a run out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from pipeline.model import Figures
from pipeline.period import Period
from pipeline.review.comparing.tokens import Token
from pipeline.review.places import Line

_PARTS = re.compile(r"(?:(?P<year>20\d\d)年)?(?P<rest>.*)")
_DAY = re.compile(r"(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})日")
_HALVES = ("上半年", "下半年")
_STATED = re.compile(r"20\d\d年(?:[上下]半年|第?[一二三四1-4]季度|度)|20\d\d年(?=[，,])")
_STATED_AS_OF = re.compile(r"截[至止]到?(20\d\d年\d{1,2}月\d{1,2}日)")
_AS_OF = re.compile("(?:截至|截止到?|统计至)$")
_OTHER_TIMES = re.compile("去年|上年|同期|相比|同比|以来|较|比|自$|从$|明年|下一步|计划|将|拟|《|〔|“")
"""In the clause before a date: it speaks of another time on purpose."""
_CLAUSE_END = re.compile("[，。；：！？]")
_PERIODS = re.compile(r"20\d\d年(?:[上下]半年|第\d季度)|20\d\d年\d{1,2}月|[上下]半年")


def agree(printed: str, found: str, period: Period) -> bool:
    """Two dates in one form; the year may be left out, and 全年 is the year of the run."""
    (year, rest), (other, other_rest) = _parts(printed), _parts(found)
    run = str(period.start.year)
    same_year = (year or run) == (other or run)
    whole = {"", "全年"}
    return same_year and (rest == other_rest or (rest in whole and other_rest in whole))


def day(text: str, year: int) -> date | None:
    """A whole date in one form, of `year` if it says none; None for any other text and for 6月31日."""
    match = _DAY.fullmatch(text)
    try:
        return date(int(match[1] or year), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def free(number: int, text: str, token: Token, figures: Figures, *, counts: bool) -> Iterator[Line]:
    """A date that the original has not: it contradicts the run where it says of what time the figures are.

    `counts`: a number stands behind it in the sentence.
    """
    before = _CLAUSE_END.split(text[: token.start])[-1]
    if _OTHER_TIMES.search(before) or _OTHER_TIMES.match(text[token.end : token.end + 2]):
        return
    found = day(token.value, figures.as_of.year)
    if found and _AS_OF.search(before) and found != figures.as_of:
        yield _line(
            number,
            token,
            f"统计截止日与本次统计不符：应为{figures.as_of.year}年{figures.as_of.month}月{figures.as_of.day}日",
        )
    elif counts and _PERIODS.fullmatch(token.value) and not _within(token.value, figures.period):
        yield _line(number, token, f"时间与本次统计不符：本次统计的是{figures.period.label}")


def _within(text: str, period: Period) -> bool:
    year, rest = _parts(text)
    if year and year != str(period.start.year):
        return False
    if rest in _HALVES and period.span in ("half", "year"):
        return period.span == "year" or rest == _HALVES[period.number - 1]
    return True


def _parts(text: str) -> tuple[str, str]:
    match = _PARTS.fullmatch(text)
    assert match
    return match["year"] or "", match["rest"]


def _line(number: int, token: Token, message: str) -> Line:
    return Line(number + 1, token.start, token.end, token.text, verdict="period", message=message)


def stated(texts: Iterable[str]) -> tuple[Period | None, date | None]:
    """The first period and the first 截至 date of a report that has no map of its numbers."""
    text = "\n".join(texts)
    period = _STATED.search(text)
    as_of = _STATED_AS_OF.search(text)
    return Period.parse(period[0]) if period else None, day(as_of[1], 0) if as_of else None
