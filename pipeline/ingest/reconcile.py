"""All readings → one Harvest: versions and duplicates set aside, each row's fate known, the accounts summed up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest import accounts, alike, crosschecks, decisions, frames, versions
from pipeline.model import (
    DAY,
    MICRO,
    Coverage,
    Definitions,
    Finding,
    Frame,
    Harvest,
    Origin,
    Reading,
    Ruling,
    Severity,
    Source,
    Table,
)
from pipeline.period import Period

_JOINT = ("联合", "共建", "联办")

_WIDTH = 1 << 32
"""More than there are units."""

Flags: TypeAlias = NDArray[np.bool_]
Row: TypeAlias = tuple[int, int, int]
"""Table, row, unit."""


@dataclass(frozen=True, slots=True, eq=False)
class Reconciled:
    """What the readings hold together, whatever period is asked for."""

    readings: tuple[Reading, ...]
    tables: tuple[Table, ...]
    records: Mapping[str, Frame]
    """Live records: repeated, superseded and conflicting ones are gone."""
    repeated: Mapping[str, Frame]
    """Records equal to an earlier one, or of a crosstab and held elsewhere (columns table, row, unit)."""
    aside: versions.SetAside
    findings: tuple[Finding, ...]
    periods: tuple[Period, ...]


def reconciled(readings: Sequence[Reading], definitions: Definitions) -> Reconciled:
    """Set versions and duplicates aside; `readings` in the order of their files."""
    tables = [table for reading in readings for table in reading.tables]
    records = frames.records(tables, definitions)
    aside = versions.set_aside(readings, records, definitions)
    gone = [i for i, table in enumerate(tables) if aside.holds(table.file, table.ledger)]
    live = [_emptied(table) if aside.holds(table.file, table.ledger) else table for table in tables]
    records = _without(records, gone)
    findings = [*(finding for reading in readings for finding in _still_matter(reading, aside)), *aside.findings]
    kept, repeated = {}, {}
    for ledger, frame in records.items():
        said = _Said(ledger, live, definitions)
        checked = crosschecks.checked(definitions.ledger(ledger), frame, live)
        summed = list(checked.held)
        again = alike.later(frame["key"])
        again[summed] = False
        same = again & (frame["near"] != 0)
        same[summed] = True
        kept[ledger] = frames.chosen(frame, ~same)
        repeated[ledger] = {name: frame[name][same] for name in ("table", "row", "unit")}
        findings += [*_duplicates(said, frame, again, kept[ledger]), *_joint(said, kept[ledger])]
        findings += _held(said, frame, checked.held)
        findings += _suspects(said, frame, {i: j for i, j in checked.suspects.items() if not again[i]})
    return Reconciled(
        tuple(readings), tuple(live), kept, repeated, aside, tuple(findings), tuple(_half_years(kept, live))
    )


def harvest(
    found: Reconciled,
    duplicates: Sequence[tuple[Source, str]],
    definitions: Definitions,
    period: Period,
    as_of: date,
) -> Harvest:
    """What the readings mean for one period: rows outside it, coverage, and the account of every sheet."""
    return Harvest(
        records=found.records,
        tables=tuple(table._replace(columns={}) for table in found.tables),
        coverage=tuple(_coverage(found)),
        findings=(*found.findings, *_out_of_period(found, definitions, period, as_of)),
        accounting=accounts.accounts(
            found.readings, found.records, found.repeated, found.aside, duplicates, definitions, (period, as_of)
        ),
        periods=found.periods,
        unapplied=_unapplied(found, definitions),
    )


def _unapplied(found: Reconciled, definitions: Definitions) -> tuple[Ruling, ...]:
    in_files = {row for reading in found.readings for row in reading.applied}
    return decisions.unapplied(definitions.rulings, in_files | found.aside.applied)


def _emptied(table: Table) -> Table:
    return table._replace(columns={}, named=())


def _without(records: Mapping[str, Frame], tables: Sequence[int]) -> Mapping[str, Frame]:
    """The records of all other tables."""
    if not tables:
        return records
    left = {ledger: frames.chosen(frame, ~np.isin(frame["table"], tables)) for ledger, frame in records.items()}
    return {ledger: frame for ledger, frame in left.items() if len(frame["row"])}


def _still_matter(reading: Reading, aside: versions.SetAside) -> Iterable[Finding]:
    """Of what is set aside only what concerns the file itself is said."""
    ledgers = {table.ledger for table in reading.tables}
    gone = {ledger for ledger in ledgers if aside.holds(reading.file, ledger)}
    if not gone:
        return reading.findings
    left = gone != ledgers
    return [f for f in reading.findings if f.code.startswith("file-") or (left and f.ledger not in gone)]


# --- duplicates --------------------------------------------------------------------------------------------------------


def _rows(frame: Frame, chosen: Flags) -> Iterable[Row]:
    return zip(*(frame[name][chosen].tolist() for name in ("table", "row", "unit")), strict=True)


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    """How findings about the rows of a ledger are made."""

    ledger: str
    tables: Sequence[Table]
    definitions: Definitions

    def finding(self, code: str, place: Row, **values: str) -> Finding:
        table, row, unit = place
        origin = Origin(self.tables[table].file, self.tables[table].sheet, row)
        return Finding(code, Severity.WARNING, origin, self.unit(unit), self.ledger, "", tuple(values.items()))

    def unit(self, unit: int) -> str:
        return self.definitions.register.units[unit].name

    def place(self, table: int, row: int) -> str:
        return f"{self.tables[table].file}【{self.tables[table].sheet}】第{row}行"


def _duplicates(said: _Said, frame: Frame, again: Flags, rest: Frame) -> Iterable[Finding]:
    """`again` are records that equal an earlier one in all that is read and in the names.

    With a day and a topic they are not counted, and `rest` are the others.
    """
    yield from _alike(said, frame, again & (frame["near"] != 0), "key", "row-duplicate")
    yield from _alike(said, rest, alike.later(rest["near"]) & (rest["near"] != 0), "near", "row-suspect-duplicate")
    yield from _alike(said, frame, again & (frame["near"] == 0), "key", "row-suspect-duplicate")


def _alike(said: _Said, frame: Frame, later: Flags, digest: str, code: str) -> Iterable[Finding]:
    """A finding on every later row, with the place of the first."""
    if not later.any():
        return
    wanted = np.isin(frame[digest], frame[digest][later])
    first: dict[int, Row] = {}
    for each, place in zip(frame[digest][wanted].tolist(), _rows(frame, wanted), strict=True):
        first.setdefault(each, place)
    for each, place in zip(frame[digest][later].tolist(), _rows(frame, later), strict=True):
        table, row, _ = first[each]
        yield said.finding(code, place, other=said.place(table, row))


def _held(said: _Said, frame: Frame, held: Mapping[int, crosschecks.Held]) -> Iterable[Finding]:
    """Rows of sums that other tables hold too, and what they state otherwise."""
    rows: dict[Row, list[int]] = {}
    for i in held:
        rows.setdefault((int(frame["table"][i]), int(frame["row"][i]), int(frame["unit"][i])), []).append(i)
    for place, records in rows.items():
        differing = [i for i in records if held[i].stated != held[i].counted]
        if not differing:
            first = held[records[0]].first
            yield said.finding("row-duplicate", place, summed=said.place(frame["table"][first], frame["row"][first]))
            continue
        months = "、".join(f"{frame['start_date'][i].astype(object).month}月" for i in differing)
        counts = (sum(held[i].stated for i in differing), sum(held[i].counted for i in differing))
        yield said.finding(
            "total-mismatch", place, header=months, stated=str(counts[0] // MICRO), counted=str(counts[1] // MICRO)
        )


def _suspects(said: _Said, frame: Frame, suspects: Mapping[int, int]) -> Iterable[Finding]:
    """Rows that may sum up others, with the place of the first of those."""
    for i, first in suspects.items():
        place = (int(frame["table"][i]), int(frame["row"][i]), int(frame["unit"][i]))
        other = said.place(int(frame["table"][first]), int(frame["row"][first]))
        yield said.finding("row-suspect-duplicate", place, other=other, summed="是")


def _joint(said: _Said, frame: Frame) -> Iterable[Finding]:
    """联合, 共建, 联办 with the same date and topic in another unit."""
    topic = said.definitions.ledger(said.ledger).topic
    marked = _speaking(frame[topic] if topic else (), _JOINT)
    if not marked.any():
        return
    marked &= frame["date_precision"] == DAY
    days = frame["start_date"][marked].astype("datetime64[D]").tolist()
    together: dict[tuple[date, str], list[Row]] = {}
    for day, text, place in zip(days, frame[topic][marked], _rows(frame, marked), strict=True):
        together.setdefault((day, text), []).append(place)
    for _, places in sorted(together.items()):
        units = list(dict.fromkeys(unit for _, _, unit in places))
        for place in places if len(units) > 1 else ():
            other = "、".join(said.unit(unit) for unit in units if unit != place[2])
            yield said.finding("row-joint", place, other=other)


def _speaking(texts: Sequence[str] | NDArray[np.object_], words: Iterable[str]) -> Flags:
    """Which of the texts hold one of the words."""
    together = "\n".join(texts)
    spoken = [word for word in words if word in together]
    if not spoken:
        return np.zeros(len(texts), bool)
    return np.array([any(word in text for word in spoken) for text in texts], bool)


# --- the period ----------------------------------------------------------------------------------------------------------


def _half_years(records: Mapping[str, Frame], tables: Sequence[Table]) -> list[Period]:
    """Half-years that titles, sheets, files and folders state; where none does, those that records lie in."""
    stated = {table.period for table in tables}
    found = {half for period in stated if period and (half := period.half)}
    if found:
        return sorted(found)
    for frame in records.values():
        for month in np.unique(frame["start_date"].astype("datetime64[M]")).tolist():
            found.add(Period.of(month.year, "half", 2 if month.month > 6 else 1))
    return sorted(found)


def _out_of_period(found: Reconciled, definitions: Definitions, period: Period, as_of: date) -> Iterable[Finding]:
    """A file that itself states another period gives no such finding, nor does a row inside what its file states."""
    stated = [table.period for table in found.tables]
    elsewhere = np.array([each is not None and not each.overlaps(period) for each in stated])
    first = np.array([each.start if each else period.start for each in stated], "datetime64[s]")
    last = np.array([each.end if each else period.end for each in stated], "datetime64[s]") + np.timedelta64(86399, "s")
    for ledger, frame in found.records.items():
        said = _Said(ledger, found.tables, definitions)
        out, future = accounts.outside(frame, period, as_of)
        table = frame["table"]
        quiet = elsewhere[table] | ((frame["start_date"] >= first[table]) & (frame["end_date"] <= last[table]))
        listings = (("date-out-of-period", out & ~quiet, period.label), ("date-in-future", future, str(as_of)))
        for code, rows, expected in listings:
            spans = (frame[name][rows].tolist() for name in ("start_date", "end_date"))
            for place, start, end in zip(_rows(frame, rows), *spans, strict=True):
                yield said.finding(code, place, found=_span(start, end), expected=expected)


def _span(start: datetime, end: datetime) -> str:
    """A day, or both ends: the first day alone of a span that leaves the period would lie inside it."""
    first, last = str(start.date()), str(end.date())
    return first if first == last else f"{first}至{last}"


# --- coverage ---------------------------------------------------------------------------------------------------------------


def _coverage(found: Reconciled) -> Iterable[Coverage]:
    """An accepted table answers for the units it holds rows of or names."""
    held: dict[int, dict[int, int]] = {i: dict.fromkeys(table.named, 0) for i, table in enumerate(found.tables)}
    every = [*found.records.values(), *found.repeated.values()]
    for frame in every:
        places = frame["table"].astype(np.int64) * _WIDTH + frame["unit"]
        for place, count in zip(*(each.tolist() for each in np.unique(places, return_counts=True)), strict=True):
            units = held[place // _WIDTH]
            units[place % _WIDTH] = units.get(place % _WIDTH, 0) + count
    for i, table in enumerate(found.tables):
        for unit, count in sorted(held[i].items()):
            yield Coverage(table.ledger, unit, i, table.period, count)
