"""Figures and records for tests of 核对.html, by hand or by the thousand, and the data of a page read back."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate
from typing import Any

import measuring
import numpy as np

from pipeline.model import (
    DAY,
    SCOPES,
    Account,
    Behind,
    Change,
    Definitions,
    Figure,
    Figures,
    Finding,
    Harvest,
    Key,
    Origin,
    Register,
    Scope,
    Severity,
    Table,
    Trail,
)
from pipeline.period import Period
from pipeline.publish import page, problems

H1 = Period.parse("2023H1")
AS_OF = date(2023, 6, 30)


@dataclass
class World:
    """All that a page is made of; what a test does not say is unknown, silent or empty."""

    found: Definitions
    values: dict[Key, dict[str, Any]] = field(default_factory=dict)
    months: list[dict[Key, dict[str, Any]]] = field(default_factory=list)
    tables: Sequence[tuple[str, str, str]] = ()
    """File, sheet, ledger."""
    behind: Mapping[str, Behind] = field(default_factory=dict)
    accounts: Sequence[Account] = ()
    findings: Sequence[Finding] = ()
    wordings: Sequence[page.contents.Wording] = ()
    changes: Sequence[Change] | None = ()

    @property
    def figures(self) -> Figures:
        tables = tuple(Table(file, sheet, ledger, 0, {}) for file, sheet, ledger in self.tables)
        harvest = Harvest({}, tables, (), (), tuple(self.accounts))
        return Figures(H1, AS_OF, filled(self.found, self.values, H1), harvest)

    def html(self) -> bytes:
        figures = self.figures
        months = {
            period: month(self.found, values, period) for period, values in zip(H1.months, self.months, strict=False)
        }
        return page.html(
            figures,
            self.found,
            monthly=months,
            findings=self.findings,
            say=said,
            traces=lambda indicator: self.behind.get(indicator.id, records()),
            wordings=self.wordings,
            changes=self.changes,
        )


def world(*units: tuple[str, str | None], **parts: Any) -> World:
    return World(measuring.definitions(measuring.register(*units)), **parts)


def exactly(value: Fraction | int, **more: Any) -> dict[str, Any]:
    """What a figure with an exact value holds."""
    return {"value": value, "low": value, "high": value, **more}


def records(*rows: tuple[Any, ...], precision: int = DAY) -> Behind:
    """(unit, table, row, day, adds[, base]) behind an indicator."""
    ordered = sorted(((*row, None)[:6] for row in rows), key=lambda row: (row[0], row[3], row[1], row[2]))
    unit, table, row, day, adds, base = zip(*ordered, strict=True) if ordered else ((),) * 6
    units, tables, lines = (np.array(column, np.int64) for column in (unit, table, row))
    trail = Trail(units, tables, lines, np.array(day, "datetime64[s]"), np.full(len(ordered), precision))
    amounts = list(dict.fromkeys(zip(adds, base, strict=True)))
    codes = [amounts.index(each) for each in zip(adds, base, strict=True)]
    return Behind(trail, np.arange(len(ordered), dtype=np.int32), np.array(codes, np.int32), tuple(amounts))


def said(finding: Finding) -> tuple[str, str, str]:
    return problems.title(finding), problems.message(finding), problems.advice(finding)


def filled(found: Definitions, values: Mapping[Key, Mapping[str, Any]], period: Period) -> dict[Key, Figure]:
    unknown: dict[str, Any] = {"value": None, "low": None, "high": None}
    return {
        (unit.index, scope, indicator.id): Figure(
            period, unit.index, scope, indicator.id, **unknown | dict(values.get((unit.index, scope, indicator.id), {}))
        )
        for indicator in found.indicators
        for scope in SCOPES
        for unit in found.register.units
    }


def month(found: Definitions, values: Mapping[Key, Mapping[str, Any]], period: Period) -> page.numbers.Month:
    """The same as the page takes it for a month."""
    figures = filled(found, values, period)

    def columns(scope: Scope, indicator: str) -> Any:
        mine = [figures[unit.index, scope, indicator] for unit in found.register.units]
        names = ("value", "low", "high", "numerator", "denominator")
        return tuple([getattr(each, name) for each in mine] for name in names)

    return columns


def data(html: bytes) -> dict[str, Any]:
    """The data as the page will see it."""
    [text] = re.findall(r'<script type="application/json" id="data">(.*?)</script>', html.decode(), re.DOTALL)
    stored = json.loads(text)
    if "deflate" in stored:
        stored = json.loads(zlib.decompress(base64.b64decode(stored["deflate"])))
    assert isinstance(stored, dict)
    return stored


def cell(read: Mapping[str, Any], unit: int, scope: Scope, indicator: str, column: str = "value") -> str:
    """What the page shows of a figure."""
    [place] = [place for place, each in enumerate(read["indicators"]) if each["id"] == indicator]
    figures = read["figures"][place]
    code = figures[scope][column][unit]
    return ["未知", "不适用"][code] if code < 2 else str(figures["texts"][code])


def behind(read: Mapping[str, Any], indicator: str) -> list[tuple[Any, ...]]:
    """Unit, date, file, sheet, row and what is added, of each record in the page."""
    [place] = [place for place, each in enumerate(read["indicators"]) if each["id"] == indicator]
    found, places = read["behind"][place], read["places"]
    units = [
        unit
        for unit, total in zip(found["units"], found["totals"], strict=True)
        for _ in range(min(total, read["cap"]))
    ]
    return [
        (
            unit,
            places["days"][places["day"][place]],
            *places["tables"][places["table"][place]],
            places["row"][place],
            found["texts"][adds],
        )
        for unit, place, adds in zip(units, accumulate(found["steps"]), found["adds"], strict=True)
    ]


# --- by the thousand -------------------------------------------------------------------------------------------------


def large(units: int = 500, each: int = 12) -> World:
    """Figures of every kind for `units` units in 20 branches, six months of them, and `each` records a unit and ledger."""
    names = [("集团", None), *((f"第{number}分公司", "集团") for number in range(1, 21))]
    names += [(f"第{number}项目部", f"第{number % 20 + 1}分公司") for number in range(21, units)]
    found = measuring.definitions(measuring.register(*names))
    ledgers = [ledger.id for ledger in found.ledgers]
    tables = [(f"{name}/{ledger}台账.xlsx", "Sheet1", ledger) for name, _ in names for ledger in ledgers]
    trails = {ledger: _records(place, len(names), len(ledgers), each) for place, ledger in enumerate(ledgers)}
    return World(
        found,
        values=_many(found, 1),
        months=[_many(found, month + 2) for month in range(6)],
        tables=tables,
        behind={indicator.id: trails[indicator.ledger] for indicator in found.indicators if indicator.ledger in trails},
        accounts=[Account(file, sheet, ledger, "", each, each) for file, sheet, ledger in tables],
        findings=[_wrong(found.register, number) for number in range(3000)],
        changes=[(unit, "own", "study.sessions", 1, unit % 50) for unit in range(units)],
    )


def _many(found: Definitions, seed: int) -> dict[Key, dict[str, Any]]:
    keys: Iterable[Key] = (
        (unit.index, scope, indicator.id)
        for indicator in found.indicators
        for scope in SCOPES
        for unit in found.register.units
    )
    shares = {indicator.id for indicator in found.indicators if indicator.percent}
    return {key: _one(number * seed * 7919 % 1009, share=key[2] in shares) for number, key in enumerate(keys)}


def _one(number: int, *, share: bool) -> dict[str, Any]:
    if number % 9 == 0:
        return {}
    whole = number % 97 + 1
    value = Fraction(number % whole, whole) if share else number % 400
    parts = {"numerator": number % whole, "denominator": whole} if share else {}
    return exactly(value, last_year=value / 2 if share else number % 300, records=12, **parts)


def _records(place: int, units: int, ledgers: int, each: int) -> Behind:
    first = date(2023, 1, 1)
    rows = [
        (unit, unit * ledgers + place, row + 3, first + timedelta(row * 13 % 181), 1 + row % 3)
        for unit in range(units)
        for row in range(each)
    ]
    return records(*rows)


def _wrong(register: Register, number: int) -> Finding:
    unit = register.units[number % len(register.units)].name
    code = ("quantity-invalid", "choice-unknown", "date-missing")[number % 3]
    origin = Origin(f"{unit}/台账.xlsx", "Sheet1", number % 40 + 3, "C")
    return Finding(code, list(Severity)[number % 3], origin, unit, "study", "form", (("found", f"第{number}处"),))
