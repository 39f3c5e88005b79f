"""Figures once more, in plain Python over dicts: reads indicators.toml itself and never sees a mask or a frame."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from statistics import median
from typing import Any

import measuring
from measuring import EMPTY, NO_COLUMN, Record

from pipeline import spelling
from pipeline.model import DAY, MONTH, NOT_APPLICABLE, UNKNOWN, Coverage, Register
from pipeline.period import Period

H1 = Period.parse("2023H1")


class Naive:
    """The figures of 2023H1, each in a pass of its own."""

    def __init__(self, register: Register, records: list[Record], coverage: list[Coverage], as_of: date) -> None:
        self.register, self.coverage, self.as_of = register, coverage, as_of
        self.records = [record for record in records if self._counts(record)]

    def _counts(self, record: Record) -> bool:
        start, end = first_day(record), record.get("end", first_day(record))
        return start >= H1.start and end <= H1.end and start <= self.as_of

    def knows(self, ledger: str, unit: int) -> bool:
        tables = {record["table"] for record in self.records if record["ledger"] == ledger}
        mine = [c for c in self.coverage if (c.ledger, c.unit) == (ledger, unit)]
        return any(c.table in tables or (c.period is not None and c.period.overlaps(H1)) for c in mine)

    def figure(self, indicator: dict[str, Any], units: Iterable[int]) -> dict[str, Any]:
        if indicator["kind"] == "submission":
            return self.submission(indicator, units)
        ledger = indicator.get("ledger") or indicator["id"].partition(".")[0]
        known = [unit for unit in units if self.knows(ledger, unit)]
        if not known:
            return unknown()
        if indicator["kind"] == "register_share":
            return self.register_share(indicator, known)
        rows = [[r for r in self.records if r["ledger"] == ledger and r["unit"] == unit] for unit in known]
        if indicator["kind"] in ("sum", "count", "overdue", "distinct"):
            return self.added(indicator, rows)
        match, undecided = chosen([row for unit in rows for row in unit], indicator)
        found: dict[str, Any] = getattr(self, indicator["kind"])(indicator, match, undecided)
        return found

    def submission(self, indicator: dict[str, Any], units: Iterable[int]) -> dict[str, Any]:
        ledgers = ("study", "talk", "article", "incident", "reported")
        due = [unit for unit in units if self.register.units[unit].due]
        received = [unit for unit in due if any(self.knows(ledger, unit) for ledger in ledgers)]
        if indicator["of"] == "rate":
            return quotient((len(received),) * 3, (len(due),) * 3, 0, 0)
        value = len(due if indicator["of"] == "due" else received)
        return unknown() | {"value": value, "low": value, "high": value}

    def added(self, indicator: dict[str, Any], units: list[list[Record]]) -> dict[str, Any]:
        """The units whose figure is known, added up; what is unreadable is counted beside them."""
        parts = [self.unit_parts(indicator, rows) for rows in units]
        answered = [part for part in parts if part["known"] or not part["unknown"]]
        found = unknown() | {name: sum(part[name] for part in parts) for name in ("records", "unknown")}
        if not answered:
            return found
        if indicator["kind"] == "distinct":
            value = low = high = len(set().union(*(part["keys"] for part in answered)))
        else:
            value, low, high = (sum(part["amount"][place] for part in answered) for place in range(3))
        if indicator.get("whole", True):
            low, high = ceil(low), floor(high)
        return found | {"value": value, "low": low, "high": high}

    def unit_parts(self, indicator: dict[str, Any], rows: list[Record]) -> dict[str, Any]:
        match, undecided = chosen(rows, indicator)
        if indicator["kind"] == "overdue":
            match, undecided = ([r for r in some if self.is_overdue(r)] for some in (match, undecided))
        amounts = [quantity(row, indicator) for row in match]
        if indicator["kind"] == "distinct":
            keys = [distinct_keys(row, indicator["field"]) for row in match]
            amounts = [(0, 0, 0, 0 if key else UNKNOWN) for key in keys]
        return {
            "records": len(match),
            "unknown": len(undecided) + sum(amount[3] == UNKNOWN for amount in amounts),
            "known": sum(amount[3] not in (UNKNOWN, NOT_APPLICABLE) for amount in amounts),
            "amount": [sum(amount[place] for amount in amounts) for place in range(3)],
            "keys": set().union(*keys) if indicator["kind"] == "distinct" else set(),
        }

    def is_overdue(self, record: Record) -> bool:
        midnight = datetime.combine(self.as_of + timedelta(1), time())
        return bool(record["start"][0] + limit(record) < midnight)

    def share(self, indicator: dict[str, Any], match: list[Record], undecided: list[Record]) -> dict[str, Any]:
        over = indicator.get("over") or indicator.get("field")
        numerator, denominator, taken, missing = [], [], 0, len(undecided)
        for row in match:
            upper, lower = quantity(row, indicator), quantity(row, {"field": over} if over else {})
            meets = answer(row, indicator.get("part", {}))
            if UNKNOWN in (upper[3], lower[3]) or meets == "undecided":
                missing += 1
            elif NOT_APPLICABLE not in (upper[3], lower[3]):
                taken += 1
                denominator.append(lower)
                numerator += [upper] if meets == "yes" else []
        return quotient(total(numerator), total(denominator), taken, missing)

    def top_share(self, indicator: dict[str, Any], match: list[Record], undecided: list[Record]) -> dict[str, Any]:
        rows = [r for r in match if r["form"] != NO_COLUMN]
        amounts = [(r, quantity(r, {"field": indicator["over"]})) for r in rows]
        stated = [(r, amount) for r, amount in amounts if amount[3] not in (UNKNOWN, NOT_APPLICABLE)]
        names = {name for row, _ in stated for name in row["form"]} - EMPTY
        each = [total([amount for row, amount in stated if name in row["form"]]) for name in names] or [(0, 0, 0)]
        largest = tuple(max(sums[place] for sums in each) for place in range(3))
        missing = len(undecided) + len(match) - len(rows) + sum(amount[3] == UNKNOWN for _, amount in amounts)
        return quotient(largest, total([amount for _, amount in stated]), len(stated), missing)

    def timely(self, _: dict[str, Any], match: list[Record], undecided: list[Record]) -> dict[str, Any]:
        timed, missing = with_times(match, undecided)
        fast = [r for r in timed if r["first_reply_at"][0] - r["start"][0] <= limit(r)]
        return quotient((len(fast),) * 3, (len(timed),) * 3, len(timed), missing)

    def median(self, _: dict[str, Any], match: list[Record], undecided: list[Record]) -> dict[str, Any]:
        timed, missing = with_times(match, undecided)
        waits = [r["first_reply_at"][0] - r["start"][0] for r in timed]
        hours = [Fraction(wait.days * 86400 + wait.seconds, 3600) for wait in waits]
        value = median(hours) if hours else None
        return unknown() | {"value": value, "low": value, "high": value, "records": len(timed), "unknown": missing}

    def gap(self, _: dict[str, Any], match: list[Record], undecided: list[Record]) -> dict[str, Any]:
        days = sorted(r["start"] for r in match if r["precision"] == DAY)
        value = max(((b - a).days for a, b in pairwise(days)), default=None)
        missing = len(undecided) + len(match) - len(days)
        return unknown() | {"value": value, "low": value, "high": value, "records": len(days), "unknown": missing}

    def register_share(self, indicator: dict[str, Any], known: list[int]) -> dict[str, Any]:
        reached = next(each for each in measuring.raw_indicators() if each["id"] == indicator["of"])
        alone = {unit: self.figure(reached, [unit]) for unit in known}
        members = {unit: self.register.units[unit].members for unit in known}
        missing = sum(each["records" if members[unit] is None else "unknown"] for unit, each in alone.items())
        records = sum(each["records"] for each in alone.values())
        counted = [unit for unit in known if members[unit] is not None and alone[unit]["value"] is not None]
        if not counted:
            return unknown() | {"records": records, "unknown": missing}
        upper = self.figure(reached, counted)
        bounds = (upper["value"], upper["low"], upper["high"])
        return quotient(bounds, (sum(members[unit] or 0 for unit in counted),) * 3, records, missing)


def unknown() -> dict[str, Any]:
    nothing = dict.fromkeys(("value", "low", "high", "numerator", "denominator"))
    return {**nothing, "records": 0, "unknown": 0}


def first_day(record: Record) -> date:
    start: date | tuple[datetime, int] = record["start"]
    return start[0].date() if isinstance(start, tuple) else start


def answer(record: Record, conditions: dict[str, list[str]]) -> str:
    """yes, no or undecided."""
    answers = {one_answer(record[field], field, allowed) for field, allowed in conditions.items()}
    return next((verdict for verdict in ("no", "undecided") if verdict in answers), "yes")


def one_answer(names: frozenset[str], field: str, allowed: list[str]) -> str:
    wanted = {name for word in allowed for name in measuring.raw_groups().get((field, word), [word])}
    if names & wanted or (names == NO_COLUMN and "（空白）" in wanted):
        return "yes"
    if names == NO_COLUMN:
        return "undecided"
    return "yes" if "（已填）" in wanted and names != EMPTY else "no"


def chosen(rows: list[Record], indicator: dict[str, Any]) -> tuple[list[Record], list[Record]]:
    unless = indicator.get("unless", {})
    left = [r for r in rows if all(one_answer(r[f], f, names) != "yes" for f, names in unless.items())]
    verdicts = [(answer(row, indicator.get("where", {})), row) for row in left]
    return [r for verdict, r in verdicts if verdict == "yes"], [r for verdict, r in verdicts if verdict == "undecided"]


def quantity(record: Record, indicator: dict[str, Any]) -> measuring.Amount:
    field = indicator.get("field")
    return (1, 1, 1, 0) if indicator.get("kind") in ("count", "overdue") or not field else record.get(field, (0,) * 4)


def distinct_keys(record: Record, field: str) -> set[Any]:
    if field == "unit":
        return {record["unit"]}
    if field == "month":
        return {record["start"].month} if record["precision"] in (DAY, MONTH) else set()
    if field == "title":
        title = spelling.normal(record["title"])
        return {(record["unit"], title)} if title else set()
    return set(record[field] - EMPTY - NO_COLUMN)


def limit(record: Record) -> timedelta:
    return timedelta(hours=24 if record["incident_level"] & {"特别重大", "重大"} else 48)


def with_times(match: list[Record], undecided: list[Record]) -> tuple[list[Record], int]:
    ordered = [r for r in match if not r["out_of_order"]]
    timed = [r for r in ordered if r["start"][1] == 1 and (r["first_reply_at"] or (0, 0))[1] == 1]
    return timed, len(ordered) - len(timed) + sum(not r["out_of_order"] for r in undecided)


def total(amounts: list[measuring.Amount]) -> tuple[Any, ...]:
    return tuple(sum(amount[place] for amount in amounts) for place in range(3))


def quotient(upper: tuple[Any, ...], lower: tuple[Any, ...], records: int, missing: int) -> dict[str, Any]:
    found = unknown() | {"numerator": upper[0], "denominator": lower[0], "records": records, "unknown": missing}
    if not lower[0]:
        return found
    value = Fraction(upper[0], lower[0])
    least, most = ceil(lower[1]), floor(lower[2])
    high = Fraction(floor(upper[2]), least) if least else max(value, Fraction(1))
    return found | {"value": value, "low": Fraction(ceil(upper[1]), most), "high": min(high, 1) if value <= 1 else high}
