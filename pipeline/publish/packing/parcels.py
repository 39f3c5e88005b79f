"""Portions ⇄ parcels, in which they travel: plain values, and the records of a ledger end to end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import accumulate, chain, pairwise
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from pipeline.model import Account, Finding, Ledger, Origin
from pipeline.publish.packing.portions import Portion, Receipt
from pipeline.publish.packing.records import Evidence
from pipeline.publish.packing.told import Told

Values: TypeAlias = tuple[Any, ...]

_account = attrgetter(*(field.name for field in fields(Account)))
_origin = attrgetter(*(field.name for field in fields(Origin)))
_finding = attrgetter("code", "severity", "unit", "ledger", "field", "values")


class Joined(NamedTuple):
    """The records of a ledger, portion after portion; `counts` are by the number of a portion how many are its."""

    ledger: Ledger
    counts: Mapping[int, int]
    numbers: Mapping[str, Any]
    places: tuple[Sequence[Any], ...]


class Parcel(NamedTuple):
    portions: Sequence[Values]
    records: Sequence[Joined]


def sent(portions: Sequence[Portion]) -> Parcel:
    found: dict[str, dict[int, Evidence]] = {}
    for number, portion in enumerate(portions):
        for records in portion.records:
            found.setdefault(records.ledger.id, {})[number] = records
    return Parcel([_portion_sent(portion) for portion in portions], [_joined(each) for each in found.values()])


def received(parcel: Parcel) -> list[Portion]:
    parts = [dict(_parted(joined)) for joined in parcel.records]
    return [
        _portion_received(values, tuple(each[number] for each in parts if number in each))
        for number, values in enumerate(parcel.portions)
    ]


# --- portions --------------------------------------------------------------------------------------------------------


def _portion_sent(portion: Portion) -> Values:
    receipts = [(each.ledger, each.status, each.records) for each in portion.receipts]
    accounts = [_account(account) for account in portion.accounts]
    told = {file: _findings_sent(found) for file, found in portion.told.files.items()}
    rows = _findings_sent(portion.told.rows)
    return portion.unit, portion.folder, portion.has_children, receipts, accounts, dict(portion.names), told, rows


def _portion_received(values: Values, records: tuple[Evidence, ...]) -> Portion:
    unit, folder, has_children, receipts, accounts, names, told, rows = values
    return Portion(
        unit,
        folder,
        has_children,
        tuple(Receipt(*each) for each in receipts),
        tuple(Account(*each) for each in accounts),
        names,
        Told({file: _findings_received(found) for file, found in told.items()}, _findings_received(rows)),
        records,
    )


def _findings_sent(findings: Iterable[Finding]) -> list[Values]:
    return [(_origin(finding.origin), *_finding(finding)) for finding in findings]


def _findings_received(sent: Iterable[Values]) -> tuple[Finding, ...]:
    return tuple(Finding(code, severity, Origin(*origin), *others) for origin, code, severity, *others in sent)


# --- records ---------------------------------------------------------------------------------------------------------


def _joined(found: Mapping[int, Evidence]) -> Joined:
    every = list(found.values())
    counts = {number: len(each) for number, each in found.items()}
    numbers = {name: np.concatenate([each.numbers[name] for each in every]) for name in every[0].numbers}
    places = tuple(list(chain.from_iterable(column)) for column in zip(*(each.places for each in every), strict=True))
    return Joined(every[0].ledger, counts, numbers, places)


def _parted(joined: Joined) -> Iterator[tuple[int, Evidence]]:
    parts = pairwise(accumulate(joined.counts.values(), initial=0))
    for number, (start, end) in zip(joined.counts, parts, strict=True):
        numbers = {name: column[start:end] for name, column in joined.numbers.items()}
        yield number, Evidence(joined.ledger, numbers, tuple(column[start:end] for column in joined.places))
