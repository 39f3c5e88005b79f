"""What became of every row: counted, outside the period, duplicate, rejected or structure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from operator import attrgetter
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.versions import SetAside
from pipeline.model import Account, Definitions, Frame, Reading, Register, Source, Table
from pipeline.period import Period

COUNTED, OUT, DUPLICATE, REJECTED = range(4)
"""Fates of a row; where a row has several, the first of these is its fate."""
_NOTHING = (0, 0, 0, 0)
_WIDTH = 1 << 32
"""More than there are rows or units."""
_PLACE = attrgetter("file", "sheet", "ledger", "unit")

Flags: TypeAlias = NDArray[np.bool_]
Ints: TypeAlias = NDArray[np.int64]
Fates: TypeAlias = Sequence[int]
"""How many rows met each fate."""


def outside(frame: Frame, period: Period, as_of: date) -> tuple[Flags, Flags]:
    """(not wholly inside the period, inside it but after `as_of`)."""
    first, last = np.datetime64(period.start, "s"), np.datetime64(period.end, "s") + np.timedelta64(86399, "s")
    out = (frame["start_date"] < first) | (frame["end_date"] > last)
    return out, ~out & (frame["start_date"] >= np.datetime64(as_of, "s") + np.timedelta64(86400, "s"))


def accounts(
    readings: Sequence[Reading],
    records: Mapping[str, Frame],
    repeated: Mapping[str, Frame],
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
    return tuple(sorted([*lines, *_of_duplicates(lines, duplicates)], key=_PLACE))


def _of_duplicates(lines: Iterable[Account], duplicates: Sequence[tuple[Source, str]]) -> Iterable[Account]:
    """The lines of files whose bytes another has, under their own names."""
    originals: dict[str, list[Account]] = {first: [] for _, first in duplicates}
    for line in lines:
        if line.file in originals:
            originals[line.file].append(line)
    for source, first in duplicates:
        yield from (_all_duplicate(line._replace(file=source.name)) for line in originals[first])


def _is_superseded(line: Account, aside: SetAside, gone: AbstractSet[str]) -> bool:
    return line.file in gone or (line.file, line.ledger) in aside.superseded


def _all_duplicate(line: Account) -> Account:
    """Every row of a superseded file, or of one with the bytes of another, is a duplicate."""
    return line._replace(counted=0, out_of_period=0, duplicate=line.read, rejected=0, structure=0)


def _fates(
    tables: Sequence[Table],
    records: Mapping[str, Frame],
    repeated: Mapping[str, Frame],
    aside: SetAside,
    span: tuple[Period, date],
) -> Mapping[int, Mapping[int, Fates]]:
    """Table → unit → fates, units in the order of their first rows; a row has one fate, whatever tables share it."""
    parts = [_part(frame, np.where(np.logical_or(*outside(frame, *span)), OUT, COUNTED)) for frame in records.values()]
    parts += [_part(frame, np.full(len(frame["row"]), DUPLICATE)) for frame in repeated.values()]
    parts.append(np.array(list(_other_rows(tables, aside)), np.int64).reshape(-1, 4).T)
    table, row, unit, fate = _each_once(np.concatenate(parts, axis=1), tables)
    order = np.argsort(row, kind="stable")
    groups = (table * _WIDTH + unit + 1) * len(_NOTHING) + fate
    groups, first, sizes = np.unique(groups[order], return_index=True, return_counts=True)
    by_row = np.argsort(first)
    found: dict[int, dict[int, list[int]]] = {}
    for group, size in zip(groups[by_row].tolist(), sizes[by_row].tolist(), strict=True):
        place, met = divmod(group, len(_NOTHING))
        units = found.setdefault(place // _WIDTH, {})
        units.setdefault(place % _WIDTH - 1, [*_NOTHING])[met] = size
    return found


def _part(frame: Frame, fate: Ints) -> Ints:
    return np.stack([frame["table"].astype(np.int64), frame["row"], frame["unit"], fate])


def _each_once(rows: Ints, tables: Sequence[Table]) -> Ints:
    """Of (table, row, unit, fate) of the same row of a sheet the one whose fate goes first."""
    sheets = {key: i for i, key in enumerate(dict.fromkeys((t.file, t.sheet) for t in tables))}
    place = np.array([sheets[t.file, t.sheet] for t in tables] or [0])[rows[0]]
    by_fate = np.argsort(rows[3], kind="stable")
    _, first = np.unique((place * _WIDTH + rows[1])[by_fate], return_index=True)
    kept: Ints = rows[:, by_fate[first]]
    return kept


def _other_rows(tables: Sequence[Table], aside: SetAside) -> Iterable[tuple[int, int, int, int]]:
    """Rows that are no live record: rejected ones, and those of files in conflict."""
    for i, table in enumerate(tables):
        yield from ((i, row, unit, REJECTED) for row, unit in table.rejected)
        if aside.holds(table.file, table.ledger):
            records = zip(table.numbers("row"), table.numbers("unit"), strict=True)
            yield from ((i, row, unit, REJECTED) for row, unit in records)


def _of_tables(
    tables: Sequence[Table], fates: Mapping[int, Mapping[int, Fates]], register: Register
) -> Iterable[Account]:
    sheets: dict[tuple[str, str, str], list[int]] = {}
    for i, table in enumerate(tables):
        sheets.setdefault((table.file, table.sheet, table.ledger), []).append(i)
    for place, members in sheets.items():
        units: dict[int, Fates] = {}
        for i in members:
            for unit, met in fates.get(i, {}).items():
                units[unit] = [a + b for a, b in zip(units[unit], met, strict=True)] if unit in units else met
        structure = sum(tables[i].read for i in members) - sum(map(sum, units.values()))
        home = next((unit for unit in (*(tables[i].unit for i in members), *units) if unit >= 0), -1)
        for unit, met in (units if home in units else {**units, home: _NOTHING}).items():
            yield _line(place, _name(unit, register), met, structure if unit == home else 0)


def _line(place: tuple[str, str, str], unit: str, met: Fates, structure: int) -> Account:
    counted, out, duplicate, rejected = met
    return Account(*place, unit, sum(met) + structure, counted, out, duplicate, rejected, structure)


def _of_unread(readings: Sequence[Reading], register: Register) -> Iterable[Account]:
    for reading in readings:
        unit = _name(reading.units[0], register) if reading.units else ""
        for sheet, read, rejected in reading.unread:
            yield Account(reading.file, sheet, "", unit, read, rejected=rejected, structure=read - rejected)


def _name(unit: int, register: Register) -> str:
    return register.units[unit].name if unit >= 0 else ""
