"""What became of every row: counted, outside the period, duplicate, rejected or structure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from pipeline.ingest.versions import SetAside
from pipeline.model import Account, Definitions, Reading, Register, Source, Table
from pipeline.period import Period

COUNTED, OUT, DUPLICATE, REJECTED = range(4)
"""Fates of a row; where a row has several, the first of these is its fate."""
_NAMES = ("counted", "out_of_period", "duplicate", "rejected")


def outside(frame: pd.DataFrame, period: Period, as_of: date) -> tuple[pd.Series[bool], pd.Series[bool]]:
    """(not wholly inside the period, inside it but after `as_of`)."""
    first, last = np.datetime64(period.start, "s"), np.datetime64(period.end, "s") + np.timedelta64(86399, "s")
    out = (frame["start_date"] < first) | (frame["end_date"] > last)
    return out, ~out & (frame["start_date"] >= np.datetime64(as_of, "s") + np.timedelta64(86400, "s"))


def accounts(
    readings: Sequence[Reading],
    records: Mapping[str, pd.DataFrame],
    repeated: Mapping[str, pd.DataFrame],
    aside: SetAside,
    duplicates: Sequence[tuple[Source, str]],
    definitions: Definitions,
    span: tuple[Period, date],
) -> tuple[Account, ...]:
    """One line a file, sheet, ledger and unit; `span` is the period and its as_of."""
    tables = [table for reading in readings for table in reading.tables]
    fates = _fates(tables, records, repeated, aside, span)
    lines = [*_of_tables(tables, fates, definitions.register), *_of_unread(readings, definitions.register)]
    gone = {reading.file for reading in readings if aside.whole(reading.file, {t.ledger for t in reading.tables})}
    lines = [_all_duplicate(line) if _is_superseded(line, aside, gone) else line for line in lines]
    lines += [
        _all_duplicate(replace(line, file=source.name))
        for source, first in duplicates
        for line in lines
        if line.file == first
    ]
    return tuple(sorted(lines))


def _is_superseded(line: Account, aside: SetAside, gone: AbstractSet[str]) -> bool:
    return line.file in gone or (line.file, line.ledger) in aside.superseded


def _all_duplicate(line: Account) -> Account:
    """Every row of a superseded file, or of one with the bytes of another, is a duplicate."""
    return replace(line, counted=0, out_of_period=0, duplicate=line.read, rejected=0, structure=0)


def _fates(
    tables: Sequence[Table],
    records: Mapping[str, pd.DataFrame],
    repeated: Mapping[str, pd.DataFrame],
    aside: SetAside,
    span: tuple[Period, date],
) -> Mapping[tuple[int, int], Counter[int]]:
    """(table, unit) → how many rows met each fate, in the order of the first row; a row has one, whatever tables share it."""
    parts = []
    for frame in records.values():
        out, future = outside(frame, *span)
        fate = np.where(out | future, OUT, COUNTED)
        parts.append(frame[["table", "row", "unit"]].assign(fate=fate))
    parts += [frame.assign(fate=DUPLICATE) for frame in repeated.values()]
    parts.append(pd.DataFrame(_other_rows(tables, aside), columns=["table", "row", "unit", "fate"]))
    rows = pd.concat(parts, ignore_index=True)
    sheets = {key: i for i, key in enumerate(dict.fromkeys((t.file, t.sheet) for t in tables))}
    place = np.array([sheets[t.file, t.sheet] for t in tables] or [0])
    rows["place"] = place[rows["table"].to_numpy(dtype=np.int64)]
    rows = rows.sort_values("fate", kind="stable").drop_duplicates(["place", "row"])
    counted: dict[tuple[int, int], Counter[int]] = {}
    groups = rows.groupby(["table", "unit", "fate"])["row"].agg(["size", "min"]).sort_values("min", kind="stable")
    for (table, unit, fate), size in zip(groups.index, groups["size"], strict=True):
        counted.setdefault((int(table), int(unit)), Counter())[int(fate)] = int(size)
    return counted


def _other_rows(tables: Sequence[Table], aside: SetAside) -> Iterable[tuple[int, int, int, int]]:
    """Rows that are no live record: rejected ones, and those of files in conflict."""
    for i, table in enumerate(tables):
        yield from ((i, row, unit, REJECTED) for row, unit in table.rejected)
        if aside.holds(table.file, table.ledger):
            records = zip(table.numbers("row"), table.numbers("unit"), strict=True)
            yield from ((i, row, unit, REJECTED) for row, unit in records)


def _of_tables(
    tables: Sequence[Table], fates: Mapping[tuple[int, int], Counter[int]], register: Register
) -> Iterable[Account]:
    by_table: dict[int, dict[int, Counter[int]]] = {}
    for (i, unit), counted in fates.items():
        by_table.setdefault(i, {})[unit] = counted
    groups: dict[tuple[str, str, str], list[int]] = {}
    for i, table in enumerate(tables):
        groups.setdefault((table.file, table.sheet, table.ledger), []).append(i)
    for (file, sheet, ledger), members in groups.items():
        units: dict[int, Counter[int]] = {}
        for i in members:
            for unit, counted in by_table.get(i, {}).items():
                units.setdefault(unit, Counter()).update(counted)
        read = sum(tables[i].read for i in members)
        structure = read - sum(counted.total() for counted in units.values())
        home = next((unit for unit in (*(tables[i].unit for i in members), *units) if unit >= 0), -1)
        units.setdefault(home, Counter())
        for unit, counted in units.items():
            extra = structure if unit == home else 0
            yield _line(file, sheet, ledger, _name(unit, register), counted, extra)


def _line(file: str, sheet: str, ledger: str, unit: str, counted: Counter[int], structure: int) -> Account:
    fates = {name: counted[fate] for fate, name in enumerate(_NAMES)}
    return Account(file, sheet, ledger, unit, read=counted.total() + structure, structure=structure, **fates)


def _of_unread(readings: Sequence[Reading], register: Register) -> Iterable[Account]:
    for reading in readings:
        unit = _name(reading.units[0], register) if reading.units else ""
        for sheet, read, rejected in reading.unread:
            yield Account(reading.file, sheet, "", unit, read, rejected=rejected, structure=read - rejected)


def _name(unit: int, register: Register) -> str:
    return register.units[unit].name if unit >= 0 else ""
