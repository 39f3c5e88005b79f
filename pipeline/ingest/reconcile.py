"""All readings → one Harvest: versions and duplicates set aside, each row's fate known, the accounts summed up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from pipeline.ingest import accounts, decisions, frames, versions
from pipeline.model import (
    DAY,
    Coverage,
    Definitions,
    Finding,
    Harvest,
    Origin,
    Reading,
    Ruling,
    Severity,
    Source,
    Table,
)
from pipeline.period import Period

_JOINT = "联合|共建|联办"
_TOPIC = {"study": "topic", "talk": "topic", "article": "title", "incident": "title"}


@dataclass(frozen=True, slots=True, eq=False)
class Reconciled:
    """What the readings hold together, whatever period is asked for."""

    readings: tuple[Reading, ...]
    tables: tuple[Table, ...]
    records: Mapping[str, pd.DataFrame]
    """Live records: repeated, superseded and conflicting ones are gone."""
    repeated: Mapping[str, pd.DataFrame]
    """Records equal to an earlier one (columns table, row, unit)."""
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
    findings = [f for reading in readings for f in reading.findings if _still_matters(f, reading, aside)]
    findings += aside.findings
    kept, repeated = {}, {}
    for ledger, frame in records.items():
        said = _Said(ledger, live, definitions)
        same = _repeats(frame)
        findings += [*_duplicates(said, frame, same), *_joint(said, frame[~same])]
        kept[ledger], repeated[ledger] = frame[~same], frame.loc[same, ["table", "row", "unit"]]
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
        tables=found.tables,
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
    return replace(table, columns={}, named=())


def _without(records: Mapping[str, pd.DataFrame], tables: Sequence[int]) -> Mapping[str, pd.DataFrame]:
    """The records of all other tables."""
    if not tables:
        return records
    left = {ledger: frame[~frame["table"].isin(tables)] for ledger, frame in records.items()}
    return {ledger: frame.reset_index(drop=True) for ledger, frame in left.items() if len(frame)}


def _still_matters(finding: Finding, reading: Reading, aside: versions.SetAside) -> bool:
    """Of what is set aside only what concerns the file itself is said."""
    ledgers = {table.ledger for table in reading.tables}
    gone = bool(ledgers) and all(aside.holds(reading.file, ledger) for ledger in ledgers)
    return finding.code.startswith("file-") or not (gone or aside.holds(reading.file, finding.ledger))


# --- duplicates --------------------------------------------------------------------------------------------------------


def _repeats(frame: pd.DataFrame) -> pd.Series[bool]:
    """Records with a day and a topic that equal an earlier one in all that is read and in the names."""
    return frame["key"].duplicated() & (frame["near"] != 0)


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    """How findings about the rows of a ledger are made."""

    ledger: str
    tables: Sequence[Table]
    definitions: Definitions

    def finding(self, code: str, place: tuple[int, int, int], **values: str) -> Finding:
        """About a row, given as (table, row, unit)."""
        table, row, unit = place
        origin = Origin(self.tables[table].file, self.tables[table].sheet, int(row))
        return Finding(code, Severity.WARNING, origin, self.unit(unit), self.ledger, "", tuple(values.items()))

    def unit(self, unit: int) -> str:
        return self.definitions.register.units[unit].name

    def place(self, table: int, row: int) -> str:
        return f"{self.tables[table].file}【{self.tables[table].sheet}】第{row}行"


def _duplicates(said: _Said, frame: pd.DataFrame, same: pd.Series[bool]) -> Iterable[Finding]:
    yield from _alike(said, frame, same, "key", "row-duplicate")
    rest = frame[~same]
    near = rest["near"].duplicated() & (rest["near"] != 0)
    yield from _alike(said, rest, near, "near", "row-suspect-duplicate")
    undated = rest[rest["near"] == 0]
    yield from _alike(said, undated, undated["key"].duplicated(), "key", "row-suspect-duplicate")


def _alike(said: _Said, frame: pd.DataFrame, later: pd.Series[bool], digest: str, code: str) -> Iterable[Finding]:
    """A finding on every later row, with the place of the first."""
    if not later.any():
        return
    wanted = set(frame.loc[later, digest])
    first = frame[frame[digest].isin(wanted)].drop_duplicates(digest).set_index(digest)
    for each, *place in frame.loc[later, [digest, "table", "row", "unit"]].itertuples(index=False):
        original = first.loc[each]
        other = said.place(int(original["table"]), int(original["row"]))
        yield said.finding(code, (place[0], place[1], place[2]), other=other)


def _joint(said: _Said, frame: pd.DataFrame) -> Iterable[Finding]:
    """联合, 共建, 联办 with the same date and topic in another unit."""
    topic = _TOPIC.get(said.ledger)
    if topic is None:
        return
    marked = frame[frame[topic].str.contains(_JOINT, regex=True) & (frame["date_precision"] == DAY)]
    for _, group in marked.groupby([marked["start_date"].dt.normalize(), topic], sort=True):
        units = list(dict.fromkeys(group["unit"]))
        for place in group[["table", "row", "unit"]].itertuples(index=False, name=None) if len(units) > 1 else ():
            other = "、".join(said.unit(unit) for unit in units if unit != place[2])
            yield said.finding("row-joint", place, other=other)


# --- the period ----------------------------------------------------------------------------------------------------------


def _half_years(records: Mapping[str, pd.DataFrame], tables: Sequence[Table]) -> list[Period]:
    """Half-years that titles, sheets, files and folders state; where none does, those that records lie in."""
    found = {half for table in tables if table.period and (half := table.period.half)}
    if found:
        return sorted(found)
    for frame in records.values():
        starts = frame["start_date"].dt
        for year, second in (
            pd.DataFrame({"y": starts.year, "h": starts.month > 6}).drop_duplicates().itertuples(index=False)
        ):
            found.add(Period.of(int(year), "half", 2 if second else 1))
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
        table = frame["table"].to_numpy()
        quiet = elsewhere[table] | ((frame["start_date"] >= first[table]) & (frame["end_date"] <= last[table]))
        listings = (("date-out-of-period", out & ~quiet, period.label), ("date-in-future", future, str(as_of)))
        for code, rows, expected in listings:
            listed = frame.loc[rows, ["table", "row", "unit", "start_date", "end_date"]]
            for table, row, unit, start, end in listed.itertuples(index=False, name=None):
                yield said.finding(code, (table, row, unit), found=_span(start, end), expected=expected)


def _span(start: pd.Timestamp, end: pd.Timestamp) -> str:
    """A day, or both ends: the first day alone of a span that leaves the period would lie inside it."""
    first, last = str(start.date()), str(end.date())
    return first if first == last else f"{first}至{last}"


# --- coverage ---------------------------------------------------------------------------------------------------------------


def _coverage(found: Reconciled) -> Iterable[Coverage]:
    """An accepted table answers for the units it holds rows of or names."""
    for i, table in enumerate(found.tables):
        held = table.numbers("unit")
        for unit in sorted({*held, *table.named}):
            yield Coverage(table.ledger, unit, i, table.period, held.count(unit))
