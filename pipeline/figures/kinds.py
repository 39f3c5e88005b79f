"""The kinds of indicators: for each how records become a mergeable state, and how numbers are read off it.

A kind is one row of KINDS. Its state is a dict of columns with an entry for every unit:

records    how many records the value stands on
unknown    how many records it would stand on if their cells could be read
parts      how many of `records` are known; only for kinds where nothing at all is 0
answered   1 where the unit's figure is known; merged, how many units of the scope are
and the kind's own columns, where amounts are whole millionths.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np

from pipeline.figures import amounts
from pipeline.figures.amounts import BOUNDS, Amounts, ints
from pipeline.figures.states import DAY_LENGTH, Flags, Ground, Ints, Quantity, Records, State
from pipeline.model import BLANK, DAY, MICRO, MONTH, UNKNOWN, Indicator


@dataclass(frozen=True, slots=True)
class Kind:
    """`state` measures the units one by one; `numbers` reads the numbers of each unit off a state, merged or not."""

    state: Callable[[Ground, Indicator], State]
    numbers: Callable[[Indicator, State], Amounts]


def state(ground: Ground, indicator: Indicator) -> State:
    """The indicator's state for every unit by itself."""
    found = KINDS[indicator.kind].state(ground, indicator)
    if "answered" not in found:
        found["answered"] = (ground.known[indicator.ledger] & _settled(found)).astype(np.int64)
    return found


def numbers(indicator: Indicator, found: State) -> Amounts:
    """The numbers of each unit, in the register's order."""
    return KINDS[indicator.kind].numbers(indicator, found)


def _settled(found: State) -> Flags:
    """A sum of which something is unknown and nothing is known is unknown; one without any record is 0."""
    unknown = ints(found, "unknown")
    return np.logical_or(unknown == 0, ints(found, "parts") > 0) if "parts" in found else np.ones(len(unknown), bool)


def _sum(ground: Ground, indicator: Indicator) -> State:
    """Σ field; without a field the number of records."""
    records = ground.records[indicator.ledger]
    return _sum_of(records, records.quantity(indicator.field), records.chosen(indicator.where, indicator.unless))


def _overdue(ground: Ground, indicator: Indicator) -> State:
    """The number of records whose limit has passed before 24:00 of the day of `as_of`."""
    records = ground.records[indicator.ledger]
    due = records.column(indicator.field, np.datetime64(0, "s")) + _limits(records, indicator)
    late = due < np.datetime64(records.as_of) + DAY_LENGTH
    match, undecided = records.chosen(indicator.where, indicator.unless)
    return _sum_of(records, records.quantity(""), (match & late, undecided & late))


def _sum_of(records: Records, quantity: Quantity, chosen: tuple[Flags, Flags]) -> State:
    match, undecided = chosen
    known = match & quantity.stated
    return {
        **_amounts_of(records, "value", quantity, known),
        "records": records.added(match),
        "unknown": records.added(undecided | (match & (quantity.kind == UNKNOWN))),
        "parts": records.added(known),
    }


def _share(ground: Ground, indicator: Indicator) -> State:
    """Σ field of the part ÷ Σ field, or Σ field ÷ Σ over, of the records that state what is added."""
    records = ground.records[indicator.ledger]
    match, undecided = records.chosen(indicator.where, indicator.unless)
    part, open_part = records.chosen(indicator.part)
    upper = records.quantity(indicator.field)
    lower = records.quantity(indicator.over) if indicator.over else upper
    unclear = (upper.kind == UNKNOWN) | (lower.kind == UNKNOWN) | open_part
    taken = match & upper.stated & lower.stated & ~open_part
    return {
        **_amounts_of(records, "numerator", upper, taken & part),
        **_amounts_of(records, "denominator", lower, taken),
        "records": records.added(taken),
        "unknown": records.added(undecided | (match & unclear)),
    }


def _timely(ground: Ground, indicator: Indicator) -> State:
    """The records answered within their limit ÷ the records with both times."""
    records = ground.records[indicator.ledger]
    taken, unknown = _timed(records, indicator)
    one = records.quantity("")
    return {
        **_amounts_of(records, "numerator", one, taken & (_waited(records, indicator) <= _limits(records, indicator))),
        **_amounts_of(records, "denominator", one, taken),
        "records": records.added(taken),
        "unknown": records.added(unknown),
    }


def _median(ground: Ground, indicator: Indicator) -> State:
    """The seconds that each record waited."""
    records = ground.records[indicator.ledger]
    taken, unknown = _timed(records, indicator)
    seconds = _waited(records, indicator).astype(np.int64)
    return {
        "seconds": records.listed(seconds, taken),
        "records": records.added(taken),
        "unknown": records.added(unknown),
    }


def _timed(records: Records, indicator: Indicator) -> tuple[Flags, Flags]:
    """The records with both times of day, and those that lack one; times out of order belong to neither."""
    match, undecided = records.chosen(indicator.where, indicator.unless)
    ordered = records.column("out_of_order", 0) == 0
    fields = (indicator.field, indicator.over)
    timed = np.logical_and.reduce([records.column(f"{field}_timed", -1) == 1 for field in fields])
    return match & ordered & timed, ordered & (undecided | (match & ~timed))


def _waited(records: Records, indicator: Indicator) -> np.ndarray[tuple[int], np.dtype[np.timedelta64]]:
    start, end = (records.column(field, np.datetime64(0, "s")) for field in (indicator.field, indicator.over))
    return cast("np.ndarray[tuple[int], np.dtype[np.timedelta64]]", end - start)


def _limits(records: Records, indicator: Indicator) -> np.ndarray[tuple[int], np.dtype[np.timedelta64]]:
    """The limit of each record: the first that fits."""
    fits = [records.chosen(which)[0] for which, _ in indicator.limits]
    hours = np.select(fits, [hours for _, hours in indicator.limits], 0)
    return hours.astype("timedelta64[h]").astype("timedelta64[s]")


def _distinct(ground: Ground, indicator: Indicator) -> State:
    """Which values of a choice or which months occur, or how many different texts each unit has."""
    records = ground.records[indicator.ledger]
    match, undecided = records.chosen(indicator.where, indicator.unless)
    if _is_text(records, indicator.field):
        codes = _codes(records, indicator.field)
        known = match & (codes >= 0)
        found: State = {"distinct": _different(records, codes, known)}
    else:
        masks = _masks(records, indicator.field)
        known = match & (masks != 0)
        found = {"seen": np.stack([records.added(known & bit) for bit in _bits(masks)], axis=1)}
    unknown = records.added(undecided | (match & ~known))
    return found | {"records": records.added(match), "unknown": unknown, "parts": records.added(known)}


def _is_text(records: Records, field: str) -> bool:
    return field == "unit" or (field in records.frame and records.frame[field].dtype == object)


def _codes(records: Records, field: str) -> Ints:
    """Equal numbers for what counts as one, -1 for blank; one number for all where units are what is counted."""
    return np.zeros(len(records.rows), np.int64) if field == "unit" else records.codes(field)


def _different(records: Records, codes: Ints, known: Flags) -> Ints:
    width = int(codes.max(initial=0)) + 1
    pairs = np.unique_counts(records.units[known] * width + codes[known]).values  # by sorting: np.unique alone hashes
    return np.bincount(pairs // width, minlength=records.count)


def _masks(records: Records, field: str) -> Ints:
    """The named values of a choice as bits, or the month of a date that is known to the month; 0 where unknown."""
    if field != "month":
        return records.column(field, 0) & (BLANK - 1)
    months = records.column("start_date", np.datetime64(0, "s")).astype("datetime64[M]")
    since = (months - np.datetime64(records.period.start, "M")).astype(np.int64)
    return np.where(records.column("date_precision", DAY) <= MONTH, np.int64(1) << since, 0)


def _bits(masks: Ints) -> list[Flags]:
    width = int(np.bitwise_or.reduce(masks, initial=0)).bit_length()
    return [(masks >> bit & 1) == 1 for bit in range(max(width, 1))]


def _gap(ground: Ground, indicator: Indicator) -> State:
    """The days of the records that are dated to the day."""
    records = ground.records[indicator.ledger]
    match, undecided = records.chosen(indicator.where, indicator.unless)
    dated = records.column("date_precision", DAY) == DAY
    days = records.column("start_date", np.datetime64(0, "s")).astype("datetime64[D]").astype(np.int64)
    return {
        "days": records.listed(days, match & dated),
        "records": records.added(match & dated),
        "unknown": records.added(undecided | (match & ~dated)),
    }


def _top_share(ground: Ground, indicator: Indicator) -> State:
    """Σ over of each value of the choice, side by side, ÷ Σ over of all records, each once."""
    records = ground.records[indicator.ledger]
    match, undecided = records.chosen((*indicator.where, (indicator.field, BLANK | (BLANK - 1))), indicator.unless)
    quantity = records.quantity(indicator.over)
    taken = match & quantity.stated
    named = [_amounts_of(records, "named", quantity, taken & bit) for bit in _bits(_masks(records, indicator.field))]
    return {
        **{name: np.stack([ints(bit, name) for bit in named], axis=1) for name in named[0]},
        **_amounts_of(records, "denominator", quantity, taken),
        "records": records.added(taken),
        "unknown": records.added(undecided | (match & (quantity.kind == UNKNOWN))),
    }


def _register_share(ground: Ground, indicator: Indicator) -> State:
    """The sum of another indicator ÷ the register's column, over the units for which both are known."""
    found = state(ground, ground.definitions.indicator(indicator.of))
    numbers = [getattr(unit, indicator.over) for unit in ground.definitions.register.units]
    stated = np.array([number is not None for number in numbers])
    known = ints(found, "answered") * stated
    base = np.array([number or 0 for number in numbers], np.int64) * known * MICRO
    return {
        **{f"numerator{end}": ints(found, f"value{end}") * known for end in BOUNDS},
        **{f"denominator{end}": base for end in BOUNDS},
        "records": found["records"],
        "unknown": np.where(stated, ints(found, "unknown"), ints(found, "records")),
        "answered": known,
    }


def _submission(ground: Ground, indicator: Indicator) -> State:
    """Units that are due and units that are due and heard of; always known."""
    due = np.array([unit.due for unit in ground.definitions.register.units], bool)
    counts = {"due": due * MICRO, "received": (due & ground.heard) * MICRO}
    nothing = np.zeros(len(due), np.int64)
    found: State = {"records": nothing, "unknown": nothing, "answered": nothing + 1}
    if indicator.of != "rate":
        return found | {f"value{end}": counts[indicator.of] for end in BOUNDS}
    upper = {f"numerator{end}": counts["received"] for end in BOUNDS}
    return found | upper | {f"denominator{end}": counts["due"] for end in BOUNDS}


def _amounts_of(records: Records, name: str, quantity: Quantity, taken: Flags) -> State:
    """Value, low and high of the records `taken`, summed for each unit; what is one array is summed once."""
    bounds = dict(zip(BOUNDS, (quantity.value, quantity.low, quantity.high), strict=True))
    each = {id(bound): bound for bound in bounds.values()}
    sums = {key: records.added(np.where(taken, bound, 0)) for key, bound in each.items()}
    return {f"{name}{end}": sums[id(bound)] for end, bound in bounds.items()}


KINDS = {
    "sum": Kind(_sum, amounts.summed),
    "count": Kind(_sum, amounts.summed),
    "overdue": Kind(_overdue, amounts.summed),
    "distinct": Kind(_distinct, amounts.counted),
    "share": Kind(_share, amounts.divided),
    "timely": Kind(_timely, amounts.divided),
    "top_share": Kind(_top_share, amounts.largest_divided),
    "gap": Kind(_gap, amounts.longest),
    "median": Kind(_median, amounts.middle),
    "register_share": Kind(_register_share, amounts.divided),
    "submission": Kind(_submission, amounts.submitted),
}
