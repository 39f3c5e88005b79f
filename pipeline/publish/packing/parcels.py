"""Portions ⇄ parcels, in which they travel: plain values, and the records of a ledger end to end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, pairwise
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from pipeline.model import Account, Finding, Ledger
from pipeline.publish.packing.portions import Portion, Receipt
from pipeline.publish.packing.records import Evidence
from pipeline.publish.packing.told import Told

Values: TypeAlias = tuple[Any, ...]


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
    accounts = _plain(portion.accounts)
    told = {file: _plain(found) for file, found in portion.told.files.items()}
    rows = _plain(portion.told.rows)
    return portion.unit, portion.folder, portion.has_children, receipts, accounts, dict(portion.names), told, rows


def _portion_received(values: Values, records: tuple[Evidence, ...]) -> Portion:
    unit, folder, has_children, receipts, accounts, names, told, rows = values
    return Portion(
        unit,
        folder,
        has_children,
        tuple(Receipt(*each) for each in receipts),
        tuple(map(Account._make, accounts)),
        names,
        Told({file: _findings(found) for file, found in told.items()}, _findings(rows)),
        records,
    )


def _plain(named: Iterable[Values]) -> list[Values]:
    """The tuples without their class, which takes longer to send than what they hold."""
    return list(map(tuple, named))


def _findings(sent: Iterable[Values]) -> tuple[Finding, ...]:
    return tuple(map(Finding._make, sent))


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
