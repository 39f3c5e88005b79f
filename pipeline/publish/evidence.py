"""Names and numbers for the part on shortcomings (依据); the sentences and the judgement are the template's author's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from pipeline.model import MONTH, Figure, Figures, Indicator
from pipeline.publish.rounding import Number
from pipeline.publish.tags import Tag
from pipeline.publish.unit_tags import UnitTags

Verdict: TypeAlias = Literal["met", "below", "under way", "waiting", "unknown"]
"""Waiting: below the target while somebody has yet to report."""
Entry: TypeAlias = dict[str, object]

DOMINATING = Fraction(1, 2)
"""One form makes up more than this share of all sessions."""

UNEVEN = 3
"""The largest unit has at least so many times the median."""

LEDGER = "study"
COLUMNS = ("unit", "start_date", "end_date", "date_precision", "form", "sessions")
"""The records of which months and forms are told, and what of them is needed for that."""

_FEWEST_UNITS = 3
_MONTHS = {"year": 12, "half": 6, "quarter": 3, "month": 1}


@dataclass(frozen=True, slots=True, eq=False)
class Evidence(Mapping[str, object]):
    """A mapping of what can be said about a unit; each entry is false where the ledgers do not show it.

    `indicators` are those the document prints: targets and unevenness are looked for among them.
    """

    tags: UnitTags
    indicators: tuple[Indicator, ...]
    found: dict[str, object] = field(default_factory=dict)
    """Entries that were asked for."""

    def __getitem__(self, name: str) -> object:
        if name not in self.found:
            self.found[name] = _ENTRIES[name](self)
        return self.found[name]

    def __contains__(self, name: object) -> bool:
        return name in _ENTRIES

    def __iter__(self) -> Iterator[str]:
        return iter(_ENTRIES)

    def __len__(self) -> int:
        return len(_ENTRIES)

    def named(self, id: str) -> Tag | None:
        """The unit's tag of an indicator by its id; None if the definitions have none."""
        indicator = next((each for each in self.tags.basis.definitions.indicators if each.id == id), None)
        return self.tags.tag(indicator) if indicator else None

    @property
    def below(self) -> tuple[int, ...]:
        return self.tags.basis.definitions.register.below(self.tags.unit)


def verdict(figure: Figure, *, ended: bool) -> Verdict:
    """Whether the target is met; one that still has time, or stands for a longer span, is under way and never missed.

    Nor is one below which a figure may only seem to be: it is approximate, some records give no number, or somebody is silent.
    """
    target = figure.target
    if target is None or figure.low is None or figure.high is None:
        return "unknown"
    if figure.low >= target.minimum:
        return "met"
    if not ended or _MONTHS[target.span or figure.period.span] > _MONTHS[figure.period.span]:
        return "under way"
    if figure.high >= target.minimum or figure.unknown:
        return "unknown"
    return "waiting" if figure.silent else "below"


# --- targets ---------------------------------------------------------------------------------------------------------


def _targets(evidence: Evidence, wanted: Verdict, units: tuple[int, ...]) -> list[Entry]:
    figures = evidence.tags.basis.figures
    ended = figures.as_of >= figures.period.end
    return [
        _against_target(evidence, evidence.tags.of(unit).tag(each))
        for unit in units
        for each in evidence.indicators
        if verdict(figures.get(unit, each.id, each.scope), ended=ended) == wanted
    ]


def _against_target(evidence: Evidence, tag: Tag) -> Entry:
    unit = evidence.tags.of(tag.figure.unit).name
    return {"单位": unit, "指标": tag["名称"], "数值": tag, "目标": tag["目标"], "目标期间": tag["目标期间"]}


def _missed(evidence: Evidence) -> list[Entry]:
    return _targets(evidence, "below", evidence.below)


def _units_below(evidence: Evidence) -> list[object]:
    return list(dict.fromkeys(entry["单位"] for entry in _missed(evidence)))


def _under_way(evidence: Evidence) -> list[Entry]:
    return _targets(evidence, "under way", (evidence.tags.unit,))


# --- study -----------------------------------------------------------------------------------------------------------


def _empty_months(evidence: Evidence) -> list[str]:
    """The months up to the as-of date without a session of the unit's own; none if a date leaves the month open."""
    active = evidence.named("study.active_months")
    sessions = _own_sessions(evidence)
    held = {each.start.month for each in sessions}
    if active is None or active.figure.value != len(held) or any(each.precision > MONTH for each in sessions):
        return []
    figures = evidence.tags.basis.figures
    begun = (month for month in figures.period.months if month.start <= figures.as_of)
    return [f"{month.number}月" for month in begun if month.number not in held]


def _main_form(evidence: Evidence) -> Entry:
    """The form that most sessions of the unit's own have, if it dominates."""
    share = evidence.named("study.top_form_share")
    if share is None or share.figure.low is None or share.figure.low <= DOMINATING:
        return {}
    vocabulary = evidence.tags.basis.definitions.ledger(LEDGER).field("form").vocabulary
    counts: Counter[str] = Counter()
    for each in _own_sessions(evidence):
        counts.update(dict.fromkeys(vocabulary.words(each.forms) if vocabulary else (), each.times))
    forms = counts.most_common(1)
    return {"名称": forms[0][0], "占比": share} if forms else {}


class _Session(NamedTuple):
    start: date
    precision: int
    forms: int
    times: int


def _own_sessions(evidence: Evidence) -> Sequence[_Session]:
    return _sessions(evidence.tags.basis.figures)(evidence.tags.unit)


@lru_cache(maxsize=1)
def _sessions(figures: Figures) -> Callable[[int], Sequence[_Session]]:
    """By unit the records of study that count in the period; kept, for every document of a run asks."""
    records = figures.harvest.records.get(LEDGER)
    if records is None:
        return lambda _: ()
    start, end = (records[name].astype("datetime64[D]") for name in ("start_date", "end_date"))
    first, last, as_of = (np.datetime64(day) for day in (figures.period.start, figures.period.end, figures.as_of))
    counted = np.flatnonzero((start >= first) & (end <= last) & (start <= as_of))
    units = records["unit"][counted]
    columns = [start, *(records[name] for name in ("date_precision", "form", "sessions"))]

    def sessions(unit: int) -> Sequence[_Session]:
        mine = counted[units == unit]
        return [_Session(*each) for each in zip(*(column[mine].tolist() for column in columns), strict=True)]

    return sessions


# --- incidents -------------------------------------------------------------------------------------------------------


def _late(evidence: Evidence) -> Tag | None:
    return _rest(evidence.named("incident.timely_rate"), "超时回应", lambda whole, part: whole - part)


def _unlevelled(evidence: Evidence) -> Tag | None:
    return _rest(evidence.named("incident.unlevelled_rate"), "未定级", lambda _, part: part)


def _rest(
    share: Tag | None, aspect: str, count: Callable[[Fraction | int, Fraction | int], Fraction | int]
) -> Tag | None:
    """A count behind a share, in 起; None if it is unknown or 0."""
    if share is None or share.figure.numerator is None or share.figure.denominator is None:
        return None
    number = count(share.figure.denominator, share.figure.numerator)
    return share.counted(aspect, number, "起") if number else None


# --- units beside one another ----------------------------------------------------------------------------------------


def _uneven(evidence: Evidence) -> list[Entry]:
    return [entry for each in evidence.indicators if not each.percent and (entry := _spread(evidence, each))]


def _spread(evidence: Evidence, indicator: Indicator) -> Entry:
    """Maximum ÷ median over the units right below whose figure is known, if that is much."""
    tags, figures = evidence.tags, evidence.tags.basis.figures
    children = tags.basis.definitions.register.children[tags.unit]
    values = {unit: figures.get(unit, indicator.id, indicator.scope).value for unit in children}
    known = {unit: value for unit, value in values.items() if value is not None}
    middle = _median(known.values()) if len(known) >= _FEWEST_UNITS else Fraction(0)
    if not middle or max(known.values()) < UNEVEN * middle:
        return {}
    most = tags.of(max(known, key=lambda unit: known[unit]))
    multiple = tags.tag(indicator).counted("倍数", known[most.unit] / middle, "倍")
    return {
        "指标": indicator.name,
        "单位": most.name,
        "最多": most.tag(indicator),
        "中位数": tags.tag(indicator).valued("中位数", middle),
        "倍数": replace(multiple, indicator=replace(multiple.indicator, whole=False)),
        "量词": indicator.measure_word,
    }


def _median(values: Iterable[Number]) -> Fraction:
    """Exact, and without making fractions of whole numbers, which are compared many times sooner."""
    ordered = sorted(values)
    return Fraction(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def _undecided(evidence: Evidence) -> list[str]:
    """The indicators of the document that are unknown, so that nothing follows from them."""
    return [each.name for each in evidence.indicators if evidence.tags.tag(each).figure.value is None]


_SHORTCOMINGS: dict[str, Callable[[Evidence], object]] = {
    "未达标": _missed,
    "未达标单位": _units_below,
    "空白月份": _empty_months,
    "主要形式": _main_form,
    "超时回应": lambda evidence: _late(evidence) or "",
    "未定级": lambda evidence: _unlevelled(evidence) or "",
    "不均衡": _uneven,
    "不明": _undecided,
}
_ENTRIES = _SHORTCOMINGS | {
    "在进行": _under_way,
    "有": lambda evidence: any(evidence[name] for name in _SHORTCOMINGS),
}
