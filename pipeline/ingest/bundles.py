"""Readings ⇄ bundles, in which they travel and are kept: the columns of all tables joined, everything else plain values.

A bundle holds nothing but lists, tuples, texts, numbers and arrays. Its blocks are the columns of many tables of one
ledger, end to end; columns that are equal, as the low and high of exact quantities are, are one object.
"""

from __future__ import annotations

import gc
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, TypeAlias

from pipeline.ingest.blocks import Block, Column, Slice, place
from pipeline.model import Finding, Origin, Reading, Severity, Table
from pipeline.period import Period

Told: TypeAlias = Sequence[Any]
"""A reading, a table or a finding as plain values."""

_NOWHERE = (-1, 0, 0)


class Bundle(NamedTuple):
    """`told` are the readings; each of their tables names its block, its first row there and the row after its last."""

    told: Sequence[Told]
    blocks: Sequence[Mapping[str, Column]]


# --- readings to bundles -------------------------------------------------------------------------------------------------


def bundle(readings: Iterable[Reading], without: str = "") -> Bundle:
    """The readings without the columns called `without`."""
    joining = _Joining(without)
    told = [_reading_told(reading, joining) for reading in readings]
    return Bundle(told, [_each_once(block) for block in joining.blocks])


@dataclass(slots=True)
class _Joining:
    """Blocks that grow block by block; those with the same columns become one."""

    without: str
    blocks: list[Block] = field(default_factory=list)
    places: dict[tuple[str, ...], int] = field(default_factory=dict)
    starts: dict[int, tuple[Mapping[str, Column], int, int]] = field(default_factory=dict)
    """By the id of a block that tables stand in: itself, the number of the one that it became part of, and its first row there."""

    def add(self, table: Table) -> tuple[int, int, int]:
        block, first, last = place(table.columns)
        if "row" not in block:
            return _NOWHERE
        if id(block) not in self.starts:
            self.starts[id(block)] = (block, *self._joined(table.ledger, block))
        _, number, start = self.starts[id(block)]
        return number, start + first, start + last

    def _joined(self, ledger: str, block: Mapping[str, Column]) -> tuple[int, int]:
        columns = {name: column for name, column in block.items() if name != self.without}
        number = self.places.setdefault((ledger, *columns), len(self.blocks))
        if number == len(self.blocks):
            self.blocks.append({name: column[:] for name, column in columns.items()})
            return number, 0
        start = len(self.blocks[number]["row"])
        for name, column in self.blocks[number].items():
            column.extend(columns[name])  # type: ignore[arg-type]  # the same kind of column
        return number, start


def _each_once(block: Block) -> Block:
    """Equal columns of numbers become one object."""
    seen: dict[tuple[str, bytes], array[int]] = {}
    return {
        name: column if isinstance(column, list) else seen.setdefault((column.typecode, column.tobytes()), column)
        for name, column in block.items()
    }


def _reading_told(reading: Reading, joining: _Joining) -> Told:
    return (
        reading.file,
        [_table_told(table, joining) for table in reading.tables],
        reading.unread,
        findings_told(reading.findings),
        reading.modified.isoformat() if reading.modified else None,
        reading.units,
        reading.applied,
    )


def _table_told(table: Table, joining: _Joining) -> Told:
    period = (table.period.start.isoformat(), table.period.end.isoformat()) if table.period else None
    kept = (table.file, table.sheet, table.ledger, table.read, joining.add(table), table.unit, table.named)
    return (*kept, period, table.rejected, table.crosstab)


def findings_told(findings: Iterable[Finding]) -> list[Told]:
    return [_finding_told(finding) for finding in findings]


def _finding_told(finding: Finding) -> Told:
    origin = finding.origin
    place = (origin.file, origin.sheet, origin.row, origin.column)
    return finding.code, finding.severity.value, place, finding.unit, finding.ledger, finding.field, finding.values


# --- bundles to readings -------------------------------------------------------------------------------------------------


@contextmanager
def undisturbed() -> Iterator[None]:
    """While readings are made nothing becomes garbage, and looking for it takes as long as making them."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def readings(bundle: Bundle) -> Iterator[Reading]:
    return (reading(told, bundle.blocks) for told in bundle.told)


def reading(told: Told, blocks: Sequence[Mapping[str, Column]]) -> Reading:
    """One of a bundle's readings; ValueError, TypeError, IndexError or KeyError if it was not told by `bundle`."""
    file, tables, unread, found, modified, units, applied = told
    return Reading(
        file,
        tuple(_table(each, blocks) for each in tables),
        _tuples(unread),
        findings(found),
        datetime.fromisoformat(modified) if modified else None,
        tuple(units),
        tuple(applied),
    )


def _table(told: Told, blocks: Sequence[Mapping[str, Column]]) -> Table:
    file, sheet, ledger, read, (number, first, last), unit, named, period, rejected, crosstab = told
    columns = Slice(blocks[number], first, last) if number >= 0 else {}
    span = Period(*map(date.fromisoformat, period)) if period else None
    return Table(file, sheet, ledger, read, columns, unit, tuple(named), span, _tuples(rejected), crosstab)


def findings(told: Iterable[Told]) -> tuple[Finding, ...]:
    """Those that `findings_told` was given."""
    return tuple(map(_finding, told))


def _finding(told: Told) -> Finding:
    code, severity, place, unit, ledger, field, values = told
    return Finding(code, Severity(severity), Origin(*place), unit, ledger, field, _tuples(values))


def _tuples(rows: Iterable[Sequence[Any]]) -> tuple[Any, ...]:
    return tuple(map(tuple, rows))
