"""Ledgers drawn as grids → books in memory, and what ingest makes of them in words a test can compare.

One line a row, ``|`` between cells. ``25`` is a number and ``2023-03-05`` or ``2023-03-05 14:30`` a date; ``'25`` is text,
``#REF!`` an error, ``=`` a formula without a stored value, ``<`` merged with the cell to the left, ``^`` with the one above.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from pipeline import definitions as definitions_
from pipeline.ingest import reconcile, understand
from pipeline.ingest.layouts import Knowledge
from pipeline.model import (
    ABSENT,
    BLANK,
    MICRO,
    NOT_APPLICABLE,
    UNKNOWN,
    Book,
    Cell,
    Definitions,
    Field,
    Finding,
    Harvest,
    Reading,
    Ruling,
    Sheet,
    Source,
    Table,
)
from pipeline.period import Period

HERE = Path(__file__).parents[1]
FILE = "东坡水厂2023年上半年台账.xlsx"
"""Where a test says nothing else: the file's name states the unit and the half-year."""

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?")
_ERROR = re.compile(r"#[A-Z/0!?]+")


@cache
def definitions(*rulings: tuple[str, str, str, str]) -> Definitions:
    """The definitions of templates/, with rulings (file, what, key, value) of rows 2, 3 …"""
    lines = [Ruling(row, *ruling, "核实过") for row, ruling in enumerate(rulings, start=2)]
    return replace(definitions_.load(HERE / "templates"), rulings=tuple(lines))


@cache
def knowledge(*rulings: tuple[str, str, str, str]) -> Knowledge:
    return Knowledge.of(definitions(*rulings))


# --- grids to books ----------------------------------------------------------------------------------------------------


def sheet(grid: str, name: str = "Sheet1", *, hidden: bool = False) -> Sheet:
    lines = [[cell.strip() for cell in line.split("|")] for line in grid.strip("\n").splitlines()]
    width = max(map(len, lines))
    texts = [line + [""] * (width - len(line)) for line in lines]
    places = [(r, c, text) for r, line in enumerate(texts) for c, text in enumerate(line)]
    return Sheet(
        name,
        [[_cell(text) for text in line] for line in texts],
        merges=tuple(_merges(texts)),
        hidden=hidden,
        errors={(r, c): text for r, c, text in places if _ERROR.fullmatch(text)},
        uncached=frozenset((r, c) for r, c, text in places if text == "="),
    )


def _cell(text: str) -> Cell:
    if text in ("", "<", "^", "=") or _ERROR.fullmatch(text):
        return None
    if _DATE.fullmatch(text):
        return datetime.fromisoformat(text)
    return float(text) if _NUMBER.fullmatch(text) else text.removeprefix("'").replace("\\n", "\n")


def _merges(texts: Sequence[Sequence[str]]) -> Iterable[tuple[int, int, int, int]]:
    for r, line in enumerate(texts):
        for c, text in enumerate(line):
            if text in ("<", "^"):
                continue
            right, bottom = c, r
            while right + 1 < len(line) and line[right + 1] == "<":
                right += 1
            while bottom + 1 < len(texts) and texts[bottom + 1][c] == "^":
                bottom += 1
            if (right, bottom) != (c, r):
                yield r, c, bottom, right


def book(
    *sheets: Sheet | str,
    file: str = FILE,
    modified: str = "",
    date_1904: bool = False,
    findings: Sequence[Finding] = (),
) -> Book:
    made = [each if isinstance(each, Sheet) else sheet(each, f"Sheet{i}") for i, each in enumerate(sheets, start=1)]
    stamp = datetime.fromisoformat(modified) if modified else None
    return Book(Source(file, Path(file), file, 1), tuple(made), stamp, date_1904, tuple(findings))


def read(*sheets: Sheet | str, rulings: Sequence[tuple[str, str, str, str]] = (), **options: Any) -> Reading:
    return understand.book(book(*sheets, **options), knowledge(*rulings))


def harvest(
    *readings: Reading, period: str = "2023H1", as_of: str = "", rulings: Sequence[tuple[str, str, str, str]] = ()
) -> Harvest:
    span = Period.parse(period)
    known = definitions(*rulings)
    found = reconcile.reconciled(sorted(readings, key=lambda reading: reading.file), known)
    return reconcile.harvest(found, (), known, span, date.fromisoformat(as_of) if as_of else span.end)


# --- what came of them ---------------------------------------------------------------------------------------------------


def records(reading: Reading, *names: str) -> list[tuple[Any, ...]]:
    """The records of all tables, in order, as what `names` of their fields say; see `told`."""
    return [
        tuple(told(table, i, name) for name in names)
        for table in reading.tables
        for i in range(len(table.numbers("row")))
    ]


def told(table: Table, i: int, name: str) -> Any:
    """unit: name · row · date: 2023-03-05 or 2023-03 · choices joined by + · 25, (20, 25, 30), '?' unknown, '/' · text."""
    if name == "unit":
        return definitions().register.units[table.numbers("unit")[i]].name
    if name == "row":
        return table.numbers("row")[i]
    if name == "date":
        return _date(table, i)
    if name == "channel":
        return _choice(definitions().ledger("article").field("media"), table.numbers(name)[i])
    field = definitions().ledger(table.ledger).field(name)
    if field.type == "quantity":
        return _quantity(table, i, name)
    if field.type == "datetime":
        return _moment(table, i, name)
    return table.columns[name][i] if field.type == "text" else _choice(field, table.numbers(name)[i])


def _date(table: Table, i: int) -> str:
    first, last = (_stamp(table.numbers(name)[i]) for name in ("start_date", "end_date"))
    if table.numbers("date_precision")[i]:
        return (
            str(first.date())[:7]
            if (first.year, first.month) == (last.year, last.month)
            else f"{first:%Y-%m}~{last:%Y-%m}"
        )
    day = str(first.date()) if first.date() == last.date() else f"{first.date()}~{last.date()}"
    return f"{day} {first:%H:%M}" if table.numbers("start_date_timed")[i] else day


def _stamp(seconds: int) -> datetime:
    return datetime.fromtimestamp(0, UTC).replace(tzinfo=None) + timedelta(seconds=seconds)


def _moment(table: Table, i: int, name: str) -> str:
    timed = table.numbers(f"{name}_timed")[i]
    return "" if timed < 0 else f"{_stamp(table.numbers(name)[i]):%Y-%m-%d %H:%M}"


def _quantity(table: Table, i: int, name: str) -> Any:
    kind = table.numbers(f"{name}_kind")[i]
    if kind in (UNKNOWN, NOT_APPLICABLE):
        return "?" if kind == UNKNOWN else "/"
    value, low, high = (_ones(table.numbers(f"{name}{end}")[i]) for end in ("", "_low", "_high"))
    return value if low == value == high else (low, value, high)


def _ones(millionths: int) -> float:
    return millionths // MICRO if millionths % MICRO == 0 else millionths / MICRO


def _choice(field: Field, mask: int) -> str:
    assert field.vocabulary is not None
    special = {BLANK: "（空白）", ABSENT: "（无此列）"}
    return special.get(mask) or "+".join(field.vocabulary.words(mask))


def marks(findings: Iterable[Finding], *codes: str) -> set[tuple[str, str]]:
    """(code, cell) of the findings: ``B3``, ``3`` for a row, the sheet's name or ``""`` for sheet and file."""
    return {(f.code, place(f)) for f in findings if not codes or f.code in codes}


def place(finding: Finding) -> str:
    origin = finding.origin
    return f"{origin.column}{origin.row}" if origin.row else origin.sheet


def errors(reading: Reading) -> set[tuple[str, str]]:
    return {(f.code, place(f)) for f in reading.findings if f.severity == "error"}


def values(findings: Iterable[Finding], code: str) -> dict[str, str]:
    """What the first finding of a code says."""
    return dict(next(f for f in findings if f.code == code).values)


def answered(reading: Reading) -> list[tuple[str, tuple[str, ...]]]:
    """(ledger, units named without a record) of every table."""
    names = definitions().register.units
    return [(table.ledger, tuple(names[unit].name for unit in table.named)) for table in reading.tables]
