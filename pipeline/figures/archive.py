"""What earlier runs gave: every run in output/archive.db, and signed periods as plain files in input/往期/.

The archive is history and cache: a signed period wins over it and over recomputing, and deleting it loses nothing signed.
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import product, repeat
from pathlib import Path

from pipeline.errors import DefinitionError, OutputError, UsageError
from pipeline.figures.columns import Place
from pipeline.figures.compare import Values
from pipeline.model import SCOPES, Definitions, Figures, Frame, Key, Rough, Scope
from pipeline.period import Period

FILE = "archive.db"
SIGNED = "往期"
_KEPT = 60
"""Runs."""
_UNSTORED = ("key",)
"""The digest that has names in it is never stored."""
_SCHEMA = """
create table if not exists runs (
  id text primary key, place integer, period text, as_of text, inputs text, definitions text, tables text, units text
);
create table if not exists columns (run text, scope text, indicator text, numbers text);
create table if not exists records (run text, ledger text, frame blob);
"""
_WHOLE = "select id, period, as_of, inputs, definitions, tables, units from runs "
_REFUSED: Mapping[str, str] = {
    "disk is full": "磁盘已满",
    "locked": "正在被另一个程序使用",
    "readonly": "没有写的权限",
    "unable to open": "没有权限，或这里不能放文件",
    "disk I/O": "磁盘或网络出错",
}
"""What SQLite says → what a clerk is told."""
_FORMER = "figures"
"""The table that older runs put their figures into, a row each: run, unit, scope, indicator, value."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run as the archive keeps it; `inputs` and `definitions` are file → sha256."""

    id: str
    period: Period
    as_of: date
    inputs: Mapping[str, str]
    definitions: Mapping[str, str]
    tables: tuple[tuple[str, str], ...]
    """(file, sheet) of each table, by the index that the records hold."""
    units: tuple[str, ...]
    """Names of the units, by the index that the records hold."""


# --- signed periods ------------------------------------------------------------------------------------------------------


def signed(folder: Path, definitions: Definitions) -> dict[Period, Values]:
    """The figures of every signed period below `folder` (input/往期); a file that cannot be read is a DefinitionError."""
    return {_period(path): _signed_values(path, definitions) for path in sorted(folder.glob("*.csv"))}


def _period(path: Path) -> Period:
    try:
        return Period.parse(path.stem)
    except UsageError as trouble:
        raise DefinitionError(
            f"{SIGNED}/{path.name}", "", f"文件名应当是报告期，如 2023H1{path.suffix}：请改名，或移走"
        ) from trouble


def _signed_values(path: Path, definitions: Definitions) -> Values:
    units = {unit.name: unit.index for unit in definitions.register.units}
    values: dict[Key, Fraction | int | Rough | None] = {}
    try:
        lines = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
        for line in lines:
            name = line["unit"].removeprefix("'")
            if name in units:
                scope = next(scope for scope in SCOPES if scope == line["scope"])
                numbers = [line[column] for column in ("value", "low", "high")]
                values[units[name], scope, line["indicator"]] = _number(
                    " ".join(numbers) if _rough(numbers) else numbers[0]
                )
    except (KeyError, StopIteration, ValueError, OSError) as trouble:
        raise DefinitionError(
            f"{SIGNED}/{path.name}", "", "读不懂这份已签发的数据，可能用 Excel 另存过：请放回 pipeline close 存的那一份"
        ) from trouble
    return values


def _number(text: str) -> Fraction | int | Rough | None:
    """``12``, or an approximate one with its bounds: ``100 101 199``; nothing is unknown."""
    numbers = [_exact(each) for each in text.split()]
    return Rough(*numbers) if len(numbers) > 1 else next(iter(numbers), None)


def _rough(numbers: Sequence[object]) -> bool:
    """Whether value, low and high are not one number."""
    return len(set(numbers)) > 1


def _exact(text: str) -> Fraction | int:
    value = Fraction(text)
    return value.numerator if value.denominator == 1 else value


def sign(figures_csv: Path, folder: Path, period: Period) -> Path:
    """Put a run's figures.csv into input/往期 as the signed figures of the period; never over an existing file."""
    target = folder / f"{period.id}.csv"
    if not figures_csv.is_file():
        raise OutputError(f"还没有{period.label}的结果：请先运行 pipeline run {period.id}")
    if target.exists():
        raise OutputError(f"{period.label}已经签发过（{target}），不会覆盖；确需重签，请先把这个文件移走")
    folder.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as file:
        file.write(figures_csv.read_bytes())
    return target


# --- the archive ---------------------------------------------------------------------------------------------------------


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(_SCHEMA)
            yield connection
            connection.commit()
    except sqlite3.OperationalError as trouble:
        why = next((ours for theirs, ours in _REFUSED.items() if theirs in str(trouble)), str(trouble))
        raise OutputError(f"历史库 {path} 写不进：{why}，请处理后再运行一次") from trouble
    except sqlite3.DatabaseError as trouble:
        raise OutputError(f"历史库 {path} 打不开（{trouble}）：它只是历史和缓存，可以删掉后再运行") from trouble


def store(path: Path, run: Run, figures: Figures, definitions: Definitions) -> None:
    """Add a run; the same run again only becomes the latest."""
    with _opened(path) as connection:
        place = connection.execute("select coalesce(max(place), 0) + 1 from runs").fetchone()[0]
        if connection.execute("update runs set place = ? where id = ?", (place, run.id)).rowcount:
            return
        connection.execute("insert into runs values (?, ?, ?, ?, ?, ?, ?, ?)", (run.id, place, *_row(run)))
        columns = ((run.id, *place, numbers) for place, numbers in _columns(figures, definitions))
        connection.executemany("insert into columns values (?, ?, ?, ?)", columns)
        for ledger, frame in sorted(figures.harvest.records.items()):
            connection.execute("insert into records values (?, ?, ?)", (run.id, ledger, _parquet(frame)))
        _forget(connection)


def _parquet(frame: Frame) -> bytes:
    import pandas as pd

    blob = io.BytesIO()
    stored = {name: column for name, column in frame.items() if name not in _UNSTORED}
    pd.DataFrame(stored, copy=False).to_parquet(blob, index=False)
    return blob.getvalue()


def _forget(connection: sqlite3.Connection) -> None:
    """The archive keeps the latest runs only."""
    old = "(select id from runs order by place desc limit -1 offset ?)"
    for table in ("columns", "records", *_former(connection)):
        connection.execute(f"delete from {table} where run in {old}", (_KEPT,))  # noqa: S608 - our own names
    connection.execute(f"delete from runs where id in {old}", (_KEPT,))  # noqa: S608 - our own names


def _former(connection: sqlite3.Connection) -> list[str]:
    return [name for (name,) in connection.execute("select name from sqlite_master where name = ?", (_FORMER,))]


def _row(run: Run) -> tuple[str, ...]:
    texts = (
        json.dumps(part, ensure_ascii=False)
        for part in (dict(run.inputs), dict(run.definitions), run.tables, run.units)
    )
    return (run.period.id, str(run.as_of), *texts)


def _columns(figures: Figures, definitions: Definitions) -> Iterator[tuple[Place, str]]:
    """Of each indicator and scope the values as texts, a unit each, null where unknown, with bounds where approximate."""
    for indicator, scope in product(definitions.indicators, SCOPES):
        found = figures.columns(scope, indicator.id)
        value, low, high = found["value"], found["low"], found["high"]
        texts = [None if each is None else str(each) for each in value]
        if not value == low == high:
            every = zip(texts, zip(value, low, high, strict=True), strict=True)
            texts = [text and (" ".join(map(str, each)) if _rough(each) else text) for text, each in every]
        yield (scope, indicator.id), json.dumps(texts)


def runs(path: Path, period: Period | None = None) -> tuple[Run, ...]:
    """The runs that the archive holds, the latest first."""
    rows = _rows(path, _WHOLE + "where period = coalesce(?, period) order by place desc", period.id if period else None)
    return tuple(_run(*row) for row in rows)


def ids(path: Path, period: Period) -> tuple[str, ...]:
    """Those of the runs of a period, the latest first."""
    return tuple(id for (id,) in _rows(path, "select id from runs where period = ? order by place desc", period.id))


def latest(path: Path, period: Period, *, but: str) -> Run | None:
    """The latest run of a period, other than the one of that id."""
    return _latest(path, "where period = ? and id <> ?", period.id, but)


def whole(path: Path, period: Period) -> Run | None:
    """The latest run of the whole period: one up to a day before its end is no base for it."""
    return _latest(path, "where period = ? and as_of >= ?", period.id, str(period.end))


def _latest(path: Path, wanted: str, *values: str) -> Run | None:
    rows = _rows(path, f"{_WHOLE}{wanted} order by place desc limit 1", *values)
    return next((_run(*row) for row in rows), None)


def _rows(path: Path, query: str, *values: str | None) -> list[tuple[str, ...]]:
    """None where there is no archive."""
    if not path.exists():
        return []
    with _opened(path) as connection:
        return connection.execute(query, values).fetchall()


def _run(id: str, period: str, as_of: str, inputs: str, definitions: str, tables: str, units: str) -> Run:
    places = tuple((file, sheet) for file, sheet in json.loads(tables))
    day = date.fromisoformat(as_of)
    return Run(
        id, Period.parse(period), day, json.loads(inputs), json.loads(definitions), places, tuple(json.loads(units))
    )


def values(path: Path, run: Run, definitions: Definitions, unlike: Figures | None = None) -> Values:
    """The figures of an archived run, for the units that the register still has.

    With `unlike` those of an indicator are left out where all are the same there.
    """
    units = {unit.name: unit.index for unit in definitions.register.units}
    same = dict(_columns(unlike, definitions)) if unlike and run.units == tuple(units) else {}
    number = cache(_number)
    with _opened(path) as connection:
        rows = _stored(connection, run, same)
        return {
            (units[unit], scope, indicator): number(text or "")
            for unit, scope, indicator, text in rows
            if unit in units
        }


def _stored(
    connection: sqlite3.Connection, run: Run, same: Mapping[Place, str]
) -> Iterator[tuple[str, Scope, str, str | None]]:
    """Unit, scope, indicator and value of every figure, but of columns that are the same."""
    for table in _former(connection):
        yield from connection.execute(f"select unit, scope, indicator, value from {table} where run = ?", (run.id,))  # noqa: S608 - our own name
    for scope, id, texts in connection.execute(
        "select scope, indicator, numbers from columns where run = ?", (run.id,)
    ):
        if same.get((scope, id)) != texts:
            yield from zip(run.units, repeat(scope), repeat(id), json.loads(texts), strict=False)


def records(path: Path, run: Run) -> Mapping[str, Frame]:
    """The records of an archived run, a frame a ledger."""
    with _opened(path) as connection:
        rows = connection.execute("select ledger, frame from records where run = ?", (run.id,)).fetchall()
    return {ledger: _frame(blob) for ledger, blob in rows}


def _frame(blob: bytes) -> Frame:
    """Seconds come back from Parquet as milliseconds."""
    import pandas as pd

    frame = pd.read_parquet(io.BytesIO(blob))
    columns = {name: frame[name].to_numpy() for name in frame}
    return {str(name): c.astype("datetime64[s]") if c.dtype.kind == "M" else c for name, c in columns.items()}
