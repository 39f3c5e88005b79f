"""The true figures of every unit, from the events and not from any file; nothing of the pipeline is used."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from .books import BOOKS
from .events import Event, of
from .grid import Sheet
from .register import BY_NAME, below
from .rules import RULES, Expected, exactly, ratio

LEDGERS = ("study", "talk", "article", "incident", "reported")
DAYS = {
    "2022H1": (date(2022, 1, 1), date(2022, 6, 30)),
    "2022": (date(2022, 1, 1), date(2022, 12, 31)),
    "2023H1": (date(2023, 1, 1), date(2023, 6, 30)),
    "2023": (date(2023, 1, 1), date(2023, 12, 31)),
}
STATED = {
    **DAYS,
    "2023Q1": (date(2023, 1, 1), date(2023, 3, 31)),
    "2023Q2": (date(2023, 4, 1), date(2023, 6, 30)),
    **{f"2023-{month:02d}": (date(2023, month, 1), date(2023, month, 28)) for month in range(1, 7)},
}
"""What sheets state; the last days of a month do not matter for an overlap."""


def figures(period: str) -> dict[tuple[str, str, str], Expected]:
    """Every figure of a period by unit, scope and indicator; the day of as_of is the period's last."""
    as_of = DAYS[period][1]
    found = {}
    for indicator, (ledger, rule) in RULES.items():
        known = _groups(ledger, period)
        for unit in BY_NAME:
            for scope, units in (("own", (unit,)), ("all", below(unit))):
                groups = {name: known[name] for name in units if name in known}
                found[unit, scope, indicator] = rule(groups, as_of) if groups else Expected()
    return found | _submission(period)


# --- what is known -----------------------------------------------------------------------------------------------------


def _groups(ledger: str, period: str) -> dict[str, list[Event]]:
    """The events of the period by unit; a unit that did not answer for the ledger is not there."""
    groups: dict[str, list[Event]] = {}
    for sheet, events in _sheets(ledger):
        inside = [event for event in events if _inside(event, period)]
        if inside or (_overlaps(sheet.stated, period) and (events or sheet.answers)):
            for unit in {sheet.unit, *(event.unit for event in events)}:
                groups.setdefault(unit, [])
        for event in inside:
            groups[event.unit].append(event)
    return groups


def _sheets(ledger: str) -> Iterator[tuple[Sheet, list[Event]]]:
    for book in BOOKS:
        for sheet in book.sheets:
            if book.counted and sheet.ledger == ledger:
                yield sheet, list(of(sheet))


def _inside(event: Event, period: str) -> bool:
    first, last = DAYS[period]
    return first <= event.start.date() and event.end <= last


def _overlaps(stated: str, period: str) -> bool:
    (first, last), (begin, end) = STATED[stated], DAYS[period]
    return first <= end and begin <= last


def _submission(period: str) -> dict[tuple[str, str, str], Expected]:
    heard = {unit for ledger in LEDGERS for unit in _groups(ledger, period)}
    found = {}
    for unit in BY_NAME:
        for scope, units in (("own", (unit,)), ("all", below(unit))):
            due = [name for name in units if BY_NAME[name].due]
            received = [name for name in due if name in heard]
            found[unit, scope, "submission.due"] = exactly(len(due))
            found[unit, scope, "submission.received"] = exactly(len(received))
            found[unit, scope, "submission.rate"] = ratio(Fraction(len(received)), Fraction(len(due)))
    return found
