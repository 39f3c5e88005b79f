"""Plain records for tests of figures: as dicts for a naive count, and the same as a Harvest for the pipeline."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from pipeline import definitions as templates
from pipeline.model import (
    ABSENT,
    BLANK,
    DAY,
    EXACT,
    MICRO,
    MONTH,
    NOT_APPLICABLE,
    QUARTER,
    RANGE,
    UNKNOWN,
    Coverage,
    Definitions,
    Field,
    Harvest,
    Register,
    Target,
    Unit,
)
from pipeline.period import Period

TEMPLATES = Path(__file__).parent.parent / "templates"
EMPTY, NO_COLUMN = frozenset({"（空白）"}), frozenset({"（无此列）"})

Amount: TypeAlias = tuple[int | Fraction, int | Fraction, int | Fraction, int]
"""value, low, high, kind."""
Record: TypeAlias = dict[str, Any]
"""ledger, unit, table, row, start, end, precision and what the ledger's fields hold: choices as sets of names, quantities
as Amount, moments as (datetime, timed), texts as str."""


@lru_cache
def raw_indicators() -> tuple[dict[str, Any], ...]:
    """indicators.toml as it is written, for computations that must not share the program's reading of it."""
    return tuple(tomllib.loads((TEMPLATES / "indicators.toml").read_text(encoding="utf-8"))["indicator"])


@lru_cache
def raw_groups() -> Mapping[tuple[str, str], Sequence[str]]:
    """(field, group) → names."""
    books = tomllib.loads((TEMPLATES / "ledgers.toml").read_text(encoding="utf-8"))["ledger"]
    fields = [field for book in books for field in book["field"]]
    return {(f["name"], group): names for f in fields for group, names in f.get("groups", {}).items()}


def definitions(register: Register, targets: Iterable[Target] = ()) -> Definitions:
    """The ledgers and indicators of templates/ over a register of the test's own."""
    found = loaded()
    return Definitions(found.ledgers, found.indicators, register, media=(), targets=tuple(targets))


@lru_cache
def loaded() -> Definitions:
    return templates.load(TEMPLATES)


def register(*units: tuple[str, str | None], due: Iterable[str] | None = None, members: Any = None) -> Register:
    """(name, parent's name) in order; all are due unless `due` names those that are."""
    names = [name for name, _ in units]
    rows = tuple(
        Unit(
            index,
            name,
            parent=None if parent is None else names.index(parent),
            due=due is None or name in due,
            members=(members or {}).get(name),
        )
        for index, (name, parent) in enumerate(units)
    )
    children = tuple(tuple(u.index for u in rows if u.parent == unit.index) for unit in rows)
    return Register(rows, {name: (index,) for index, name in enumerate(names)}, children)


def harvest(found: Definitions, records: Sequence[Record], coverage: Sequence[Coverage]) -> Harvest:
    """The frames of the records, as model.RECORD_COLUMNS describes them."""
    frames = {}
    for ledger in found.ledgers:
        mine = [record for record in records if record["ledger"] == ledger.id]
        if mine:
            columns = {name: array for field in ledger.fields for name, array in _columns(field, mine).items()}
            frames[ledger.id] = _common(mine) | columns
    return Harvest(frames, tables=(), coverage=tuple(coverage), findings=(), accounting=())


def covering(records: Iterable[Record], stated: Mapping[int, Period | None]) -> list[Coverage]:
    """What the tables of the records answer for; `stated` are the periods in the titles of tables."""
    counts: dict[tuple[str, int, int], int] = {}
    for record in records:
        key = (record["ledger"], record["unit"], record["table"])
        counts[key] = counts.get(key, 0) + 1
    return [Coverage(*key, stated.get(key[2]), count) for key, count in counts.items()]


def _common(records: Sequence[Record]) -> dict[str, Any]:
    return {
        "unit": np.array([r["unit"] for r in records], np.int32),
        "table": np.array([r["table"] for r in records], np.int32),
        "row": np.array([r["row"] for r in records], np.int32),
        "out_of_order": np.array([r.get("out_of_order", 0) for r in records], np.int8),
    }


def _columns(field: Field, records: Sequence[Record]) -> dict[str, Any]:
    name = field.name
    if field.type == "date":
        return {
            name: _seconds(r["start"] for r in records),
            "end_date": _seconds(r["end"] for r in records),
            "date_precision": np.array([r["precision"] for r in records], np.int8),
            f"{name}_timed": np.zeros(len(records), np.int8),
        }
    if field.type == "datetime":
        key = "start" if name == "start_date" else name
        moments = [r.get(key) or (datetime(1970, 1, 1), -1) for r in records]
        return {
            name: _seconds(moment for moment, _ in moments),
            f"{name}_timed": np.array([timed for _, timed in moments], np.int8),
        }
    if field.type == "quantity":
        amounts = [r.get(name, (0, 0, 0, UNKNOWN)) for r in records]
        ends = {name: 0, f"{name}_low": 1, f"{name}_high": 2}
        columns = {end: np.array([int(a[place] * MICRO) for a in amounts], np.int64) for end, place in ends.items()}
        return columns | {f"{name}_kind": np.array([a[3] for a in amounts], np.int8)}
    if field.vocabulary is not None:
        masks = (_mask(field, r.get(field.column, NO_COLUMN)) for r in records)
        return {field.column: np.fromiter(masks, np.int64, len(records))}
    return {name: np.array([r.get(name, "") for r in records], dtype=object)} if field.type == "text" else {}


def _mask(field: Field, names: frozenset[str]) -> int:
    assert field.vocabulary is not None
    special = {EMPTY: BLANK, NO_COLUMN: ABSENT}
    return special.get(names) or sum(1 << field.vocabulary.names.index(name) for name in names)


def _seconds(moments: Iterable[date]) -> Any:
    return np.array([np.datetime64(moment, "s") for moment in moments])


# --- grids -----------------------------------------------------------------------------------------------------------


def records(found: Definitions, ledger: str, grid: str) -> list[Record]:
    """Rows under a line of column names: 单位, 日期, 表 (0 if left out) and fields by name.

    ``?`` is a quantity that is unknown or a blank choice, ``/`` not applicable, ``90~100~110`` approximate, a column
    that is left out absent; a date is 2023-03-05, 2023-03 or 2023Q1, a moment 2023-03-05T08:30.
    """
    header, *rows = [line.split() for line in grid.strip().splitlines()]
    return [
        _record(found, ledger, dict(zip(header, cells, strict=True)), row) for row, cells in enumerate(rows, start=2)
    ]


def _record(found: Definitions, ledger: str, cells: dict[str, str], row: int) -> Record:
    unit = found.register.spellings[cells.pop("单位")][0]
    base = {"ledger": ledger, "unit": unit, "table": int(cells.pop("表", "0")), "row": row}
    fields = {f.column: f for f in found.ledger(ledger).fields}
    base["out_of_order"] = int(cells.pop("out_of_order", "0"))
    timed = fields["start_date"].type == "datetime"
    base |= {"start": moment(text)} if timed and (text := cells.pop("日期")) else dated(cells.pop("日期"))
    return base | {name: _cell(fields[name], text) for name, text in cells.items()}


def _cell(field: Field, text: str) -> Any:
    if field.type == "quantity":
        return amount(text)
    if field.type == "datetime":
        return moment(text)
    if field.vocabulary is not None:
        return EMPTY if text == "?" else frozenset(text.split("、"))
    return "" if text == "?" else text


def amount(text: str) -> Amount:
    if text in ("?", "/"):
        return 0, 0, 0, UNKNOWN if text == "?" else NOT_APPLICABLE
    low, *rest = (Fraction(part) for part in text.split("~"))
    return (rest[0], low, rest[1], RANGE) if rest else (low, low, low, EXACT)


def moment(text: str) -> tuple[datetime, int] | None:
    return None if text == "?" else (datetime.fromisoformat(text), int("T" in text))


def dated(text: str) -> dict[str, Any]:
    """Start, end and precision of a date."""
    if len(text) == len("2023-03-05"):
        day = date.fromisoformat(text)
        return {"start": day, "end": day, "precision": DAY}
    period = Period.parse(text)
    return {"start": period.start, "end": period.end, "precision": QUARTER if "Q" in text else MONTH}


def lasting(day: date, days: int) -> dict[str, Any]:
    return {"start": day, "end": day + timedelta(days), "precision": DAY}
