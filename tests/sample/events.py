"""What really happened in the made-up group: one dataclass an event, taken from what the drawn sheets mean."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from .grid import EVENT, HEADER, UP, Book, Line, Sheet
from .register import BY_NAME, CHANNELS

LEARNING = (
    "中心组学习",
    "第一议题",
    "专题集中学习",
    "支部党员大会",
    "党小组会",
    "党课",
    "读书班",
    "自学",
    "线上学习",
    "警示教育",
)
MEETINGS = ("意识形态专题会议", "党政工作会")
FORMS = (*LEARNING, *MEETINGS, "支部委员会", "主题党日", "读书分享会", "其他")
TALKS = ("宣讲", "党课", "谈心谈话", "提醒谈话", "报告会", "座谈会", "其他")
LEVELS = ("公司级", "车间级", "班组级")
AUDIENCES = ("党员", "干部职工", "服务对象", "群众", "青年", "学生")
ROLES = ("书记", "班子成员", "支部书记", "专家", "宣讲员", "其他")
GENRES = ("新闻稿件", "信息", "简报", "理论文章", "分析研判报告", "图文", "短视频", "图解", "漫画", "网评文章", "其他")
STATES = ("刊发", "已报送", "未采用")
INCIDENT_LEVELS = ("特别重大", "重大", "较大", "一般")
INCIDENT_STATES = ("未处置", "处置中", "办结", "其他")


@dataclass(frozen=True, slots=True)
class Count:
    """A quantity and the bounds it surely lies in; an unknown one is None. `applies` is False for ``/``."""

    value: Fraction
    low: Fraction
    high: Fraction
    applies: bool = True


@dataclass(frozen=True, slots=True)
class Event:
    unit: str
    start: datetime
    end: date
    by_day: bool
    """The day is known."""
    timed: bool
    """The time of day is known."""


@dataclass(frozen=True, slots=True)
class Study(Event):
    forms: frozenset[str]
    sessions: Count | None
    expected: Count | None
    attend: Count | None


@dataclass(frozen=True, slots=True)
class Talk(Event):
    """Level, audiences and role are None where no column says them."""

    talk_type: str
    level: str | None
    audiences: frozenset[str] | None
    role: str | None
    sessions: Count | None
    audience: Count | None
    corrected: Count | None


@dataclass(frozen=True, slots=True)
class Article(Event):
    """Status and author are empty where the cell is blank, None where no column says them."""

    title: str
    genre: str
    channels: frozenset[str]
    status: str | None
    author: str | None
    pieces: Count | None
    reads: Count | None


@dataclass(frozen=True, slots=True)
class Incident(Event):
    level: str
    status: str
    duplicate: bool
    replied: datetime | None
    """None also where the time of day is unknown."""
    ordered: bool
    """Found, assigned, replied and closed in this order, as far as they are known."""


@dataclass(frozen=True, slots=True)
class Reported(Event):
    indicator: str
    value: Count | None


Row = Mapping[str, str]
"""The meanings of one line by field."""


def events(books: Iterable[Book]) -> Iterator[Event]:
    """Every event of every book that is counted, each once."""
    for book in books:
        if book.counted:
            for sheet in book.sheets:
                yield from of(sheet)


def of(sheet: Sheet) -> Iterator[Event]:
    """The events of one sheet."""
    fields: dict[int, str] = {}
    above: Row = {}
    for line in sheet.lines:
        if line.mark == HEADER:
            fields |= _fields(line)
        elif line.mark == EVENT and sheet.ledger:
            above = _row(line, fields, above)
            yield MAKERS[sheet.ledger]({"unit": sheet.unit, "talk_type": sheet.talk_type, **above})


def _fields(header: Line) -> dict[int, str]:
    """Columns that the header gives a field, ``学习时间→start_date``."""
    return {
        column: cell.meaning
        for column, cell in enumerate(header.cells)
        if re.fullmatch(r"[a-z_]+", cell.meaning) and cell.meaning != cell.written
    }


def _row(line: Line, fields: Mapping[int, str], above: Row) -> Row:
    row = {}
    for column, name in fields.items():
        cell = line.cells[column] if column < len(line.cells) else None
        row[name] = "" if cell is None else above[name] if cell.joined == UP else cell.meaning
    return row


def _span(text: str) -> tuple[datetime, date, bool, bool]:
    """First moment, last day, whether the day and the time are known: a day, a range, a month, a half-year."""
    if match := re.fullmatch(r"(\d{4})H([12])", text):
        year, last = int(match[1]), int(match[2]) * 6
        return datetime(year, last - 5, 1), date(year, last, 31 if last == 12 else 30), False, False
    if match := re.fullmatch(r"(\d{4})-(\d\d)", text):
        year, month = int(match[1]), int(match[2])
        return datetime(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]), False, False
    start, _, end = text.partition("/")
    moment = datetime.fromisoformat(start)
    return moment, date.fromisoformat(end) if end else moment.date(), True, ":" in start


def _event(row: Row) -> tuple[str, datetime, date, bool, bool]:
    unit = row["unit"]
    if unit not in BY_NAME:
        raise ValueError(f"no unit {unit!r} in {row}")
    return (unit, *_span(row["start_date"] or row.get("sent_date", "")))


def _count(row: Row, name: str, default: int | None = None) -> Count | None:
    """``12``, ``100:90-110``, ``/`` (adds nothing), ``?`` or a blank (unknown, or the default)."""
    text = row.get(name, "")
    if text == "/":
        return Count(Fraction(0), Fraction(0), Fraction(0), applies=False)
    if text in ("", "?"):
        exact = Fraction(default) if default is not None else None
        return Count(exact, exact, exact) if exact is not None else None
    value, _, bounds = text.partition(":")
    low, _, high = bounds.partition("-")
    return Count(Fraction(value), Fraction(low or value), Fraction(high or value))


def _choices(row: Row, name: str, known: tuple[str, ...]) -> frozenset[str] | None:
    """The words of a cell; None if there is no such column."""
    if name not in row:
        return None
    found = frozenset(word for word in row[name].split("+") if word)
    if not found <= {*known, "其他"}:
        raise ValueError(f"{name}: {sorted(found)} in {row}")
    return found


def _choice(row: Row, name: str, known: tuple[str, ...]) -> str | None:
    found = _choices(row, name, known)
    return None if found is None else next(iter(found), "")


def _moment(row: Row, name: str) -> datetime | None:
    text = row.get(name, "")
    return datetime.fromisoformat(text) if ":" in text else None


def _study(row: Row) -> Study:
    return Study(
        *_event(row),
        forms=_choices(row, "form", FORMS) or frozenset({"其他"}),
        sessions=_count(row, "sessions", 1),
        expected=_count(row, "expected_count"),
        attend=_count(row, "attend_count"),
    )


def _talk(row: Row) -> Talk:
    return Talk(
        *_event(row),
        talk_type=_choice(row, "talk_type", TALKS) or "其他",
        level=_choice(row, "level", LEVELS),
        audiences=_choices(row, "audience_type", AUDIENCES),
        role=_choice(row, "speaker_role", ROLES),
        sessions=_count(row, "sessions", 1),
        audience=_count(row, "audience_count"),
        corrected=_count(row, "corrected_count"),
    )


def _article(row: Row) -> Article:
    media = [name for name in row["media"].split("+") if name]
    return Article(
        *_event(row),
        title=row["title"],
        genre=_choice(row, "genre", GENRES) or "其他",
        channels=frozenset(CHANNELS[name] for name in media),
        status=_choice(row, "status", STATES),
        author=_choice(row, "author_role", ROLES),
        pieces=_count(row, "pieces", 1),
        reads=_count(row, "reads"),
    )


def _incident(row: Row) -> Incident:
    event = _event(row)
    timed = event[4]
    replied = _moment(row, "first_reply_at")
    steps = [event[1] if timed else None, _moment(row, "assigned_at"), replied, _moment(row, "closed_at")]
    known = [moment for moment in steps if moment]
    return Incident(
        *event,
        level=_choice(row, "incident_level", INCIDENT_LEVELS) or "",
        status=_choice(row, "status", INCIDENT_STATES) or "其他",
        duplicate=row.get("duplicate", "") == "是",
        replied=replied,
        ordered=known == sorted(known),
    )


def _reported(row: Row) -> Reported:
    return Reported(*_event(row), indicator=row["indicator"], value=_count(row, "value"))


MAKERS: Mapping[str, Callable[[Row], Event]] = {
    "study": _study,
    "talk": _talk,
    "article": _article,
    "incident": _incident,
    "reported": _reported,
}
