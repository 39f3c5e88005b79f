"""A date as it is written, in figures → its parts, possible or not; the calendar is asked by moments.py."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pipeline.model import DAY, HALF, MONTH, QUARTER, YEAR


@dataclass(frozen=True, slots=True)
class Spot:
    """A date as written, possible or not; None is not written."""

    precision: int
    year: int | None = None
    month: int | None = None
    """The first of a quarter, half-year or year."""
    day: int | None = None
    bare: bool = False
    """Nothing but a number of one or two digits, taken for a month."""
    seconds: int = 0
    """The time of day."""


_UNTIL = re.compile("[-~至到]+")

_LATER = {"中午": 6, "下午": 12, "晚上": 12, "晚": 12}
"""An hour below this is told by the clock of the afternoon."""
_PART_OF_DAY = "凌晨|早上|上午|中午|下午|晚上|晚"
_TIME = (
    rf"(?P<part>{_PART_OF_DAY})?"
    r"(?:(?P<hour>[0-9]{1,2})(?::(?=[0-9])|[时点])(?P<minute>[0-9]{1,2})?"
    r"(?:[:分](?P<second>[0-9]{1,2})(?:\.[0-9]+)?秒?)?分?整?)?"
)
_TIME_OF_DAY = re.compile(rf"(?:(?<=[日号])|[\st]|(?={_PART_OF_DAY})){_TIME}$")
_UNTIL_TIME = re.compile(rf"(?<=[0-9时点分午上晨晚])[-~至到]+{_TIME}$")

_YY, _MM, _DD = r"(?P<year>[0-9]{4}|[0-9]{2})", r"(?P<month>[0-9]{1,2})", r"(?P<day>[0-9]{1,2})"
_YYYY = r"(?P<year>[0-9]{4})"
_OPTIONAL_YEAR = r"(?:(?P<year>[0-9]{4}(?=年?)|[0-9]{2}(?=年))年?)?"
_FORMS = tuple(
    (precision, re.compile(pattern))
    for precision, pattern in (
        (DAY, rf"{_YY}(?P<sign>[./-]){_MM}(?P=sign){_DD}[日号]?"),
        (DAY, rf"(?:{_YY}年)?{_MM}月{_DD}[日号]?"),
        (DAY, rf"(?:{_YY}年)?{_MM}[./-]{_DD}[日号]?"),
        (DAY, rf"{_YYYY}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})"),
        (DAY, rf"{_DD}[日号]"),
        (MONTH, rf"{_YY}年{_MM}"),
        (MONTH, rf"(?:{_YY}年)?{_MM}月份?(?:[上中下]旬|[初中底末])?"),
        (MONTH, rf"{_YYYY}[./-]{_MM}"),
        (MONTH, rf"{_YYYY}(?P<month>[0-9]{{2}})"),
        (MONTH, r"(?P<bare>[0-9]{1,2})"),
        (QUARTER, rf"{_OPTIONAL_YEAR}第?(?P<quarter>[1-4])季度?"),
        (QUARTER, rf"{_OPTIONAL_YEAR}q(?P<quarter>[1-4])"),
        (HALF, rf"{_OPTIONAL_YEAR}(?P<half>[上下])半年"),
        (YEAR, rf"{_YYYY}(?:年度?|年?全年)?"),
        (YEAR, rf"{_YY}年度?"),
    )
)
"""Every way to write one date, in figures and without time of day."""


def begin(written: str) -> str:
    """A day and its hour without the hour until which it lasts."""
    until = _UNTIL_TIME.search(written)
    start = written[: until.start()] if until else written
    return start if _TIME_OF_DAY.search(start) else written


def spot(written: str) -> Spot | None:
    """One date; None if it is written in no way that is known."""
    clock = _TIME_OF_DAY.search(written)
    seconds = _time_of_day(clock) if clock else 0
    body = written[: clock.start()] if clock else written
    for precision, form in _FORMS:
        if seconds is not None and (match := form.fullmatch(body)):
            return _spot_of(precision, match.groupdict(), seconds)
    return None


def _spot_of(precision: int, groups: dict[str, str | None], seconds: int) -> Spot:
    numbers = {name: int(found) for name, found in groups.items() if found and found.isdecimal()}
    year, month = numbers.get("year"), numbers.get("month", numbers.get("bare"))
    if precision == QUARTER:
        month = numbers["quarter"] * 3 - 2
    elif precision == HALF:
        month = 1 if groups["half"] == "上" else 7
    elif precision == YEAR:
        month = 1
    if year is not None and year < 100:
        year += 2000
    return Spot(precision, year, month, numbers.get("day"), "bare" in numbers, seconds)


def _time_of_day(match: re.Match[str]) -> int | None:
    """Seconds since midnight; None if there is no such time, or nobody knows which (上午12点)."""
    if match["hour"] is None:
        return 0
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    if hour == 12 and match["part"] not in (None, "中午", "下午"):
        return None
    if hour < _LATER.get(match["part"], 0):
        hour += 12
    return hour * 3600 + minute * 60 + second if hour < 24 and minute < 60 and second < 60 else None


def pairs(written: str) -> list[tuple[Spot, Spot]]:
    """First and last date for every place where the text may be cut, the one completed from the other."""
    halves = ((spot(written[: cut.start()]), spot(written[cut.end() :])) for cut in _UNTIL.finditer(written))
    pairs = (_paired(first, last) for first, last in halves if first and last)
    return [pair for pair in pairs if pair]


def _paired(first: Spot, last: Spot) -> tuple[Spot, Spot] | None:
    if last.bare and first.precision == DAY:
        last = Spot(DAY, day=last.month)
    if last.bare or first.precision != last.precision or first.precision not in (DAY, MONTH):
        return None
    first = replace(first, year=last.year if first.year is None else first.year)
    year = first.year if last.year is None else last.year
    return first, replace(last, year=year, month=first.month if last.month is None else last.month)
