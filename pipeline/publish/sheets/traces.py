"""Which record stands where on the evidence sheets, and the links from a unit's figures to its first record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsxwriter.url import Url

from pipeline.model import Definitions, Harvest, Ledger, Register, Scope

if TYPE_CHECKING:
    import pandas as pd

LIMIT = 20_000
"""Records in all; above it there are no evidence sheets, only each unit's own summary in its pack."""

FIRST_ROW = 3
"""Under title, line of the period and header."""


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """The evidence of one ledger: its records in the order of the register's tree, and each unit's first row."""

    ledger: Ledger
    sheet: str
    frame: pd.DataFrame
    links: Mapping[tuple[int, Scope], Url]


@dataclass(frozen=True, slots=True, eq=False)
class Traces:
    """By ledger; empty if there are no evidence sheets."""

    by_ledger: Mapping[str, Trace]

    def link(self, ledger: str, unit: int, scope: Scope) -> Url | None:
        trace = self.by_ledger.get(ledger)
        return trace.links.get((unit, scope)) if trace else None


def plan(records: Mapping[str, pd.DataFrame], definitions: Definitions, harvest: Harvest) -> Traces:
    """Where each record will stand, before any sheet is written; nowhere if there are too many or they are not wanted."""
    if not definitions.evidence or sum(map(len, records.values())) > LIMIT:
        return Traces({})
    filled = (ledger for ledger in definitions.ledgers if len(records.get(ledger.id, ())))
    return Traces({ledger.id: _trace(ledger, records[ledger.id], definitions.register, harvest) for ledger in filled})


def sheet_name(ledger: Ledger) -> str:
    return f"证据-{ledger.name.removesuffix('台账')}"


def _trace(ledger: Ledger, frame: pd.DataFrame, register: Register, harvest: Harvest) -> Trace:
    place = {unit: rank for rank, unit in enumerate(register.below(register.root))}
    source = {index: rank for rank, index in enumerate(_by_name(harvest))}
    keys = frame.assign(place=frame["unit"].map(place), source=frame["table"].map(source))
    ordered = keys.sort_values(["place", "start_date", "source", "row"], kind="stable")
    name = sheet_name(ledger)
    return Trace(ledger, name, ordered, _links(name, ordered["unit"].tolist(), register))


def _by_name(harvest: Harvest) -> list[int]:
    return sorted(range(len(harvest.tables)), key=lambda i: (harvest.tables[i].file, harvest.tables[i].sheet, i))


def _links(sheet: str, units: Sequence[int], register: Register) -> dict[tuple[int, Scope], Url]:
    """The first row of each unit, and of each branch, whose records stand together."""
    first: dict[tuple[int, Scope], int] = {}
    for row, unit in enumerate(units, FIRST_ROW):
        if (unit, "own") not in first:
            first[unit, "own"] = row
            for branch in (unit, *register.ancestors(unit)):
                first.setdefault((branch, "all"), row)
    return {key: _url(sheet, row) for key, row in first.items()}


def _url(sheet: str, row: int) -> Url:
    url = Url(f"internal:'{sheet}'!A{row + 1}")
    url.text = ""
    url.tip = "查看明细"
    return url
