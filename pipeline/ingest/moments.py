"""One cell → a date with its precision and time of day; what cannot be read has the code of its finding."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

from pipeline.ingest import cells, numerals, spots
from pipeline.ingest.cells import DASHES, DITTO, INAPPLICABLE, LONGEST, NOTE
from pipeline.ingest.numerals import DIGITS, FIGURES
from pipeline.ingest.spots import Spot
from pipeline.model import DAY, HALF, MONTH, QUARTER, YEAR, Cell


class When(NamedTuple):
    """From `start` to midnight of the last day, in naive seconds since 1970-01-01; with a problem both are 0."""

    start: int
    end: int
    precision: int
    timed: bool = False
    """A time of day is stated, and `start` has it; midnight states none."""
    problem: str = ""
    """The code of the finding, if the cell could not be read."""
    notes: tuple[str, ...] = ()
    """The codes of what was assumed."""
    same: bool = False
    """The cell says 同上: the caller copies the cell above."""
    readings: tuple[int, ...] = ()
    """The starts that an ambiguous number may mean: 6.3 is 6月3日 or 6月30日. See `settled`."""


@dataclass(frozen=True, slots=True)
class _Context:
    """What the sheet, title, file or folder of a date says."""

    year: int | None
    month: int | None
    date_1904: bool


_SECONDS_A_DAY = 86_400
FIRST_YEAR, LAST_YEAR = 1990, 2100
_LAST_SERIAL_YEAR = 2079
_A_LEAP_YEAR = 2024
"""Stands in for a year that nobody states: what is impossible even then is no date."""
_EPOCH = date(1970, 1, 1)
_START = datetime(1970, 1, 1)
_HALF_A_SECOND = timedelta(milliseconds=500)
_MONTHS = {MONTH: 1, QUARTER: 3, HALF: 6, YEAR: 12}
_NO_DATE = frozenset({"无", "没有", "年月日"})
_DATE_SIGNS = str.maketrans(dict.fromkeys(DASHES, "-") | {"。": ".", "·": ".", "○": "〇"})
_WEEKDAY = re.compile(r"(?<=[0-9日号])[,(]?(?:星期|周|礼拜)[一二三四五六日天]\)?")
_CHINESE_FIGURES = re.compile("[〇零一二三四五六七八九十廿卅]+")
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
_LOST_ZERO = re.compile(r"[0-9]+\.[0-9]")
_MONTHS_OR_DAY = re.compile(r"(?:0?[1-9]|1[0-2])-(?:0?[1-9]|1[0-2])")
_LIST = re.compile(r"[、,;&+\s和及]+")


def _undated(problem: str) -> When:
    return When(0, 0, DAY, problem=problem)


def when(cell: Cell, *, year: int | None = None, month: int | None = None, date_1904: bool = False) -> When:
    """The date of a cell; a missing year (3月5日) or month (5日) is that which sheet, title, file or folder state.

    Where they state none: date-ambiguous.
    """
    context = _Context(year, month, date_1904)
    if isinstance(cell, datetime):
        return _moment(cell)
    if isinstance(cell, date):
        return _moment(datetime(cell.year, cell.month, cell.day))
    if cell is None or isinstance(cell, str):
        return _from_text(cell or "", context)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _from_number(cell, context)
    return _undated("date-invalid")


def of_one_day(when: When) -> int | None:
    """The start of what is clearly one day; None for anything else."""
    clear = when.precision == DAY and not (when.problem or when.notes or when.same)
    return when.start if clear else None


def settled(ambiguous: When, start: int) -> When:
    """The date that one of the `readings` of an ambiguous number means."""
    first = _EPOCH + timedelta(seconds=start)
    end = _midnight(_last_day(first, ambiguous.precision))
    return ambiguous._replace(start=start, end=end, problem="", readings=())


def _moment(stamp: datetime) -> When:
    if not FIRST_YEAR <= stamp.year <= LAST_YEAR:
        return _undated("date-invalid")
    since = stamp.replace(tzinfo=None) - _START + _HALF_A_SECOND
    midnight = since.days * _SECONDS_A_DAY
    return When(midnight + since.seconds, midnight, DAY, timed=since.seconds > 0)


def _from_number(cell: float, context: _Context) -> When:
    """As if typed, but a number has lost its last zero: 6.3 may have been 6.30."""
    if not abs(cell) < 10**9:
        return _undated("date-invalid")
    written = cells.text(cell)
    as_written = _from_text(written, context)
    if as_written.problem or not _LOST_ZERO.fullmatch(written):
        return as_written
    with_zero = _from_text(written + "0", context)
    if with_zero.problem or with_zero == as_written:
        return as_written
    readings = (as_written.start, with_zero.start)
    return as_written._replace(start=0, end=0, problem="date-ambiguous", readings=readings)


def _from_text(cell: str, context: _Context) -> When:
    if len(cell) > LONGEST:
        return _undated("date-invalid" if cell.strip() else "date-missing")
    folded = cells.folded(cell)
    tight = cells.tight(folded)
    if tight in DITTO:
        return When(0, 0, DAY, same=True)
    if not tight or tight in _NO_DATE or INAPPLICABLE.fullmatch(tight):
        return _undated("date-missing")
    written = _in_figures(folded)
    if _SERIAL.fullmatch(written):
        return _from_serial(Fraction(written), context)
    if _MONTHS_OR_DAY.fullmatch(written):
        return _undated("date-ambiguous")
    return _single(written, context) or _range(written, context) or _undated(_why_unread(folded))


def _in_figures(folded: str) -> str:
    """Without white space, weekday and notes, and with Arabic figures only."""
    tight = cells.tight(folded.translate(_DATE_SIGNS))
    bare = _WEEKDAY.sub(" ", tight).strip(" .,;、").replace("元月", "1月").replace("点半", "点30")
    note = NOTE.search(bare)
    if note and not FIGURES.search(note[1]):
        bare = bare[: note.start()]
    return _CHINESE_FIGURES.sub(_figures, bare)


def _figures(match: re.Match[str]) -> str:
    """二〇二三 → 2023, 二十一 → 21; 一二 stays, for 一二月 are two months."""
    signs = match[0]
    if len(signs) == 4 and set(signs) <= DIGITS.keys():
        return "".join(str(DIGITS[sign]) for sign in signs)
    number = numerals.number(signs)
    return signs if number is None else str(number)


def _from_serial(serial: Fraction, context: _Context) -> When:
    """Excel's day number; the epoch before 1900 makes up for the 29 February 1900 that Excel believes in."""
    epoch = datetime(1904, 1, 1) if context.date_1904 else datetime(1899, 12, 30)
    stamp = epoch + timedelta(seconds=round(serial * _SECONDS_A_DAY))
    return _moment(stamp) if stamp.year <= _LAST_SERIAL_YEAR else _undated("date-invalid")


def _why_unread(folded: str) -> str:
    """3月5日、12日 are several dates; anything else is none."""
    pieces = [_in_figures(piece) for piece in _LIST.split(folded) if piece]
    dates = [spots.spot(piece) or any(spots.pairs(piece)) for piece in pieces]
    return "date-several" if len(dates) > 1 and all(dates) else "date-invalid"


def _single(written: str, context: _Context) -> When | None:
    spot = spots.spot(spots.begin(written))
    if spot and spot.bare and context.month not in (None, spot.month):
        return _undated("date-ambiguous")
    return _placed(spot, context) if spot else None


def _range(written: str, context: _Context) -> When | None:
    """One event at its start; where the dash can be read in several places, the first place that gives dates."""
    found = [_from_to(first, last, context) for first, last in spots.pairs(written)]
    return next((span for span in found if not span.problem), found[0] if found else None)


def _from_to(first: Spot, last: Spot, context: _Context) -> When:
    start, end = _placed(first, context), _placed(last, context)
    if start.problem or end.problem:
        return start if start.problem else end
    if end.end < start.end:
        return _undated("date-invalid")
    return start._replace(end=end.end, notes=(*start.notes, "date-from-range"))


def _placed(spot: Spot, context: _Context) -> When:
    """The date on the calendar, completed from the context."""
    year = context.year if spot.year is None else spot.year
    month = context.month if spot.month is None else spot.month
    try:
        start = date(_A_LEAP_YEAR if year is None else year, month or 1, 1 if spot.day is None else spot.day)
    except ValueError:
        return _undated("date-invalid")
    if month == 0 or not FIRST_YEAR <= start.year <= LAST_YEAR:
        return _undated("date-invalid")
    if year is None or month is None:
        return _undated("date-ambiguous")
    assumed = ("date-year-assumed",) if spot.year is None else ()
    coarse = ("date-month-only",) if spot.precision != DAY else ()
    end = _midnight(_last_day(start, spot.precision))
    return When(_midnight(start) + spot.seconds, end, spot.precision, spot.seconds > 0, notes=assumed + coarse)


def _last_day(start: date, precision: int) -> date:
    if precision == DAY:
        return start
    years, month = divmod(start.month - 1 + _MONTHS[precision], 12)
    return date(start.year + years, month + 1, 1) - timedelta(days=1)


def _midnight(day: date) -> int:
    return (day - _EPOCH).days * _SECONDS_A_DAY
