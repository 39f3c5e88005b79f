"""How each figure is counted, after domain §3: one rule an indicator, plain loops over events, exact numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
from statistics import median
from typing import Any, TypeAlias

from .events import LEARNING, MEETINGS, Article, Count, Event, Incident
from .register import BY_NAME


@dataclass(frozen=True, slots=True)
class Expected:
    value: Fraction | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    records: int = 0
    unknown: int = 0


Groups: TypeAlias = Mapping[str, Sequence[Any]]
"""The events of every unit of which the ledger is known."""
Question: TypeAlias = Callable[[Any], bool | None]
"""None: no column says it."""
Rule: TypeAlias = Callable[[Groups, date], Expected]

BOUNDS = ("value", "low", "high")
ONE = Count(Fraction(1), Fraction(1), Fraction(1))


# --- kinds of rules ----------------------------------------------------------------------------------------------------


def total(where: Question, amount: Callable[[Any], Count | None]) -> Rule:
    """Σ amount of the events that fit; of each unit unknown if nothing is known but something unknown."""

    def rule(groups: Groups, _: date) -> Expected:
        parts: list[Count] = []
        records, unknown, answered = 0, 0, False
        for events in groups.values():
            fitting, undecided = _fitting(events, where)
            counts = [amount(event) for event in fitting]
            stated = [count for count in counts if count and count.applies]
            unclear = undecided + counts.count(None)
            answered |= bool(stated) or not unclear
            parts, records, unknown = parts + stated, records + len(fitting), unknown + unclear
        if not answered:
            return Expected(records=records, unknown=unknown)
        value, low, high = (sum((getattr(part, name) for part in parts), Fraction(0)) for name in BOUNDS)
        return Expected(value, low, high, records=records, unknown=unknown)

    return rule


def different(where: Question, things: Callable[[Any], Iterable[object]]) -> Rule:
    """How many different things there are; of each unit unknown as in a sum."""

    def rule(groups: Groups, _: date) -> Expected:
        seen: set[object] = set()
        records, unknown, answered = 0, 0, False
        for events in groups.values():
            fitting, undecided = _fitting(events, where)
            seen.update(thing for event in fitting for thing in things(event))
            answered |= not undecided or bool(fitting)
            records, unknown = records + len(fitting), unknown + undecided
        number = Fraction(len(seen)) if answered else None
        return Expected(number, number, number, records=records, unknown=unknown)

    return rule


def share(
    where: Question, part: Question, upper: Callable[[Any], Count | None], lower: Callable[[Any], Count | None]
) -> Rule:
    """Σ upper of the part ÷ Σ lower, of the events that state both."""

    def rule(groups: Groups, _: date) -> Expected:
        above, beneath, records, unknown = Fraction(0), Fraction(0), 0, 0
        for events in groups.values():
            fitting, undecided = _fitting(events, where)
            unknown += undecided
            for event in fitting:
                top, bottom = upper(event), lower(event)
                if top is None or bottom is None:
                    unknown += 1
                elif top.applies and bottom.applies:
                    records += 1
                    above += top.value if part(event) else 0
                    beneath += bottom.value
        return ratio(above, beneath, records, unknown)

    return rule


def top_share(groups: Groups, _: date) -> Expected:
    """Sessions of the most frequent form ÷ all sessions."""
    by_form: dict[str, Fraction] = {}
    events = [event for events in groups.values() for event in events]
    for event in events:
        for form in event.forms:
            by_form[form] = by_form.get(form, Fraction(0)) + event.sessions.value
    return ratio(
        max(by_form.values(), default=Fraction(0)), sum((e.sessions.value for e in events), Fraction(0)), len(events)
    )


def longest_gap(groups: Groups, _: date) -> Expected:
    events = [event for events in groups.values() for event in events]
    days = sorted(event.start.date() for event in events if event.by_day)
    gaps = [(after - before).days for before, after in pairwise(days)]
    gap = Fraction(max(gaps)) if gaps else None
    return Expected(gap, gap, gap, records=len(days), unknown=len(events) - len(days))


def timely(groups: Groups, _: date) -> Expected:
    answered, unknown = _answered(groups)
    early = [each for each in answered if _hours(each) <= _limit(each)]
    return ratio(Fraction(len(early)), Fraction(len(answered)), len(answered), unknown)


def median_hours(groups: Groups, _: date) -> Expected:
    answered, unknown = _answered(groups)
    middle = Fraction(median(map(_hours, answered))) if answered else None
    return Expected(middle, middle, middle, records=len(answered), unknown=unknown)


def overdue(groups: Groups, as_of: date) -> Expected:
    end = datetime.combine(as_of, time()) + timedelta(days=1)
    open_ones = [each for each in _incidents(groups) if each.status != "办结"]
    late = [each for each in open_ones if each.start + timedelta(hours=_limit(each)) < end]
    return exactly(len(late), records=len(late))


def education_rate(groups: Groups, as_of: date) -> Expected:
    """Members reached ÷ members of the units that report them."""
    reached = RULES["reported.members_reached"][1]
    sums = {unit: reached({unit: events}, as_of) for unit, events in groups.items()}
    told = {unit: each for unit, each in sums.items() if each.value is not None}
    if not told:
        return Expected()
    above = sum((each.value or Fraction(0) for each in told.values()), Fraction(0))
    records, unknown = sum(each.records for each in sums.values()), sum(each.unknown for each in sums.values())
    return ratio(above, Fraction(sum(BY_NAME[unit].members for unit in told)), records, unknown)


def _fitting(events: Sequence[Any], where: Question) -> tuple[list[Any], int]:
    answers = [where(event) for event in events]
    return [event for event, fits in zip(events, answers, strict=True) if fits], answers.count(None)


def _incidents(groups: Groups) -> list[Incident]:
    return [event for events in groups.values() for event in events if not event.duplicate]


def _answered(groups: Groups) -> tuple[list[Incident], int]:
    """Those with both times, and how many lack one; what is out of order is neither."""
    ordered = [each for each in _incidents(groups) if each.ordered]
    both = [each for each in ordered if each.timed and each.replied]
    return both, len(ordered) - len(both)


def _hours(incident: Incident) -> Fraction:
    assert incident.replied
    return Fraction(int((incident.replied - incident.start).total_seconds()), 3600)


def _limit(incident: Incident) -> int:
    return 24 if incident.level in ("特别重大", "重大") else 48


def exactly(number: int, records: int = 0) -> Expected:
    return Expected(Fraction(number), Fraction(number), Fraction(number), records=records)


def ratio(above: Fraction, beneath: Fraction, records: int = 0, unknown: int = 0) -> Expected:
    value = above / beneath if beneath else None
    return Expected(value, value, value, above, beneath, records, unknown)


# --- questions -----------------------------------------------------------------------------------------------------------


def always(_: Event) -> bool:
    return True


def among(field: str, *names: str) -> Question:
    """Whether the field, one value or several, is one of the names."""

    def answer(event: Event) -> bool | None:
        value = getattr(event, field)
        if value is None:
            return None
        return bool({value} & {*names} if isinstance(value, str) else value & {*names})

    return answer


def every(*questions: Question) -> Question:
    """No as soon as one answer is no, open as soon as one is open."""

    def answer(event: Event) -> bool | None:
        answers = [question(event) for question in questions]
        return False if False in answers else None if None in answers else True

    return answer


def published(event: Article) -> bool:
    return event.status in ("刊发", None)


def has_status(event: Article) -> bool | None:
    return None if event.status is None else event.status != ""


def original(event: Incident) -> bool:
    return not event.duplicate


def once(_: Event) -> Count:
    return ONE


def field(name: str) -> Callable[[Any], Count | None]:
    return lambda event: getattr(event, name)


sessions = field("sessions")
_FORMS = [*LEARNING, "支部委员会", "主题党日", "读书分享会", "其他"]
_LESSONS = ("支部党员大会", "支部委员会", "党小组会", "党课")
_PUBLIC = among("talk_type", "宣讲", "党课", "报告会", "座谈会", "其他")
_PREACHING = among("talk_type", "宣讲")
_HEART = among("talk_type", "谈心谈话")
_PICTURES = among("genre", "图文", "短视频", "图解", "漫画")


def _study(*forms: str) -> tuple[str, Rule]:
    return "study", total(among("forms", *forms), sessions)


def _talk(*questions: Question, amount: str = "sessions") -> tuple[str, Rule]:
    return "talk", total(every(*questions), field(amount))


def _channel(channel: str) -> tuple[str, Rule]:
    return "article", total(every(published, among("channels", channel)), field("pieces"))


def _titles(*questions: Question) -> tuple[str, Rule]:
    return "article", different(every(*questions), lambda event: [(event.unit, event.title)])


def _incident(*questions: Question) -> tuple[str, Rule]:
    return "incident", total(every(original, *questions), once)


def _incident_share(part: Question) -> tuple[str, Rule]:
    return "incident", share(original, part, once, once)


def _reported(name: str) -> tuple[str, Rule]:
    return "reported", total(among("indicator", name), field("value"))


RULES: Mapping[str, tuple[str, Rule]] = {
    "study.center_group": _study("中心组学习"),
    "study.first_topic": _study("第一议题"),
    "study.focused": _study("专题集中学习"),
    "study.sessions": _study(*LEARNING),
    "study.activities": _study(*_FORMS),
    "study.ideology_meetings": _study(MEETINGS[0]),
    "study.office_meetings": _study(MEETINGS[1]),
    "study.three_meetings_one_lesson": _study(*_LESSONS),
    "study.theme_days": _study("主题党日"),
    "study.reading_classes": _study("读书班"),
    "study.reading_shares": _study("读书分享会"),
    "study.attendance": ("study", total(always, field("attend"))),
    "study.attendance_rate": ("study", share(always, always, field("attend"), field("expected"))),
    "study.active_months": ("study", different(always, lambda event: [event.start.month])),
    "study.longest_gap": ("study", longest_gap),
    "study.forms": ("study", different(always, lambda event: event.forms)),
    "study.top_form_share": ("study", top_share),
    "study.units": ("study", different(always, lambda event: [event.unit])),
    "talk.sessions": _talk(among("talk_type", "宣讲", "党课", "报告会")),
    "talk.preaching": _talk(_PREACHING),
    "talk.preaching_clients": _talk(_PREACHING, among("audiences", "服务对象")),
    "talk.preaching_company": _talk(_PREACHING, among("level", "公司级")),
    "talk.preaching_workshop": _talk(_PREACHING, among("level", "车间级")),
    "talk.preaching_team": _talk(_PREACHING, among("level", "班组级")),
    "talk.secretary_lessons": _talk(among("talk_type", "党课"), among("role", "书记")),
    "talk.leader_lessons": _talk(among("talk_type", "党课"), among("role", "书记", "班子成员")),
    "talk.secretary_sessions": _talk(among("talk_type", "党课", "宣讲"), among("role", "书记", "支部书记")),
    "talk.audience": _talk(_PUBLIC, amount="audience"),
    "talk.members_trained": _talk(_PUBLIC, among("audiences", "党员"), amount="audience"),
    "talk.heart_to_heart": _talk(_HEART),
    "talk.corrected": _talk(_HEART, amount="corrected"),
    "article.written": _titles(),
    "article.published": ("article", total(published, field("pieces"))),
    "article.external": _channel("外部媒体"),
    "article.intranet": _channel("内部网站"),
    "article.newspaper": _channel("内部报纸"),
    "article.new_media": _channel("新媒体"),
    "article.reads": ("article", total(among("channels", "新媒体"), field("reads"))),
    "article.secretary_papers": _titles(among("genre", "理论文章"), among("author", "书记")),
    "article.analysis_reports": _titles(among("genre", "分析研判报告")),
    "article.publicity": ("article", total(_PICTURES, field("pieces"))),
    "article.adoption_rate": ("article", share(has_status, published, field("pieces"), field("pieces"))),
    "article.contributing_units": ("article", different(always, lambda event: [event.unit])),
    "incident.total": _incident(),
    "incident.major": _incident(among("level", "特别重大", "重大")),
    "incident.closed": _incident(among("status", "办结")),
    "incident.closed_rate": _incident_share(among("status", "办结")),
    "incident.timely_rate": ("incident", timely),
    "incident.median_hours": ("incident", median_hours),
    "incident.overdue": ("incident", overdue),
    "incident.unlevelled_rate": _incident_share(among("level", "")),
    "reported.members_reached": _reported("受教育党员人数"),
    "talk.education_rate": ("reported", education_rate),
    "reported.project_branches": _reported("成立项目支部数"),
    "reported.community_funds": _reported("帮扶资金"),
    "reported.volunteers": _reported("志愿服务人次"),
    "reported.second_prizes": _reported("二等奖数"),
    "reported.merit_prizes": _reported("优秀奖数"),
}
"""Ledger and rule of every indicator but submission.*, which stands on the register."""
