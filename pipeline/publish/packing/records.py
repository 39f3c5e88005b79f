"""The records that count → each unit's own, and the evidence sheets of its 汇总.xlsx; no personal column, and no text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pipeline.model import Harvest, Ledger
from pipeline.publish import cells
from pipeline.publish.cells import Cells, Content
from pipeline.publish.frames import Frames
from pipeline.publish.packing.told import CENTRAL, Discretion
from pipeline.publish.sheets import records as evidence
from pipeline.publish.sheets.paper import Paper

if TYPE_CHECKING:
    import pandas as pd

_PLACE = (("来件", 36.0), ("工作表", 16.0), ("行", 6.0))
_DATE_WIDTH = 14.0
_WIDTHS = {"datetime": 17.0, "quantity": 10.0}
_LOOKS: Mapping[type, str] = {date: "date", datetime: "moment", str: "cell"}


@dataclass(frozen=True, slots=True)
class Column:
    header: str
    width: float
    values: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A unit's own records of one ledger: date, the shown fields that any of them fills, and the place; by date."""

    ledger: Ledger
    columns: tuple[Column, ...]
    digest: str
    """Of all that the columns are worded from."""


def sheet_name(ledger: Ledger) -> str:
    return f"记录-{ledger.name.removesuffix('台账')}"


def by_unit(ledger: Ledger, frame: pd.DataFrame, harvest: Harvest, discretion: Discretion) -> dict[int, Evidence]:
    """The records of all units, worded at once and cut by unit."""
    ordered = _ordered(frame, harvest)
    shown, raw = evidence.columns(ledger, ordered), evidence.unworded(ledger, ordered)
    places, heads = evidence.places(ordered, harvest), tuple(_heads(ledger))
    found = {}
    for unit, part in _parts(ordered["unit"].tolist()):
        own = _places(places, part, unit, discretion)
        digest = sha256(b"".join([repr(own).encode(), *(column[part].tobytes() for column in raw)])).hexdigest()
        found[unit] = Evidence(ledger, tuple(_columns(heads, [each[part] for each in shown], own)), digest)
    return found


def records(sheet: Cells, frames: Frames, records: Evidence, title: str, period_line: str) -> None:
    paper = Paper(sheet, frames.looks, [column.width for column in records.columns])
    paper.top(title, period_line)
    first = paper.header([column.header for column in records.columns])
    looks = {kind: frames.numbers[frames.looks[name]] for kind, name in _LOOKS.items()}
    sheet.write_rows(first, zip(*(_contents(column.values, looks) for column in records.columns), strict=True))


def _contents(values: Sequence[Any], looks: Mapping[type, int]) -> list[Content]:
    contents = {value: _content(value, looks) for value in dict.fromkeys(values)}
    return [contents[value] for value in values]


def _content(value: str | float | date, looks: Mapping[type, int]) -> Content:
    if isinstance(value, str):
        return cells.text(value, looks[str]) if value else cells.blank(looks[str])
    if isinstance(value, date):
        return cells.moment(value, looks[type(value)])
    return cells.number(value, looks[str])


def _ordered(frame: pd.DataFrame, harvest: Harvest) -> pd.DataFrame:
    places = sorted(range(len(harvest.tables)), key=lambda i: (harvest.tables[i].file, harvest.tables[i].sheet, i))
    rank = {table: place for place, table in enumerate(places)}
    return frame.assign(_place=frame["table"].map(rank)).sort_values(["unit", "start_date", "_place", "row"])


def _parts(units: Sequence[int]) -> Iterator[tuple[int, slice]]:
    """Each unit with the rows that are its own, which stand together."""
    starts = [place for place, (before, unit) in enumerate(zip([None, *units], units, strict=False)) if before != unit]
    return ((units[start], slice(start, end)) for start, end in pairwise([*starts, len(units)]))


def _heads(ledger: Ledger) -> Iterator[tuple[str, float]]:
    yield ledger.field("start_date").header, _DATE_WIDTH
    for field in evidence.fields(ledger):
        yield field.header, _WIDTHS.get(field.type, 16.0)


def _columns(
    heads: Sequence[tuple[str, float]], shown: Iterable[Sequence[Any]], places: Iterable[Sequence[Any]]
) -> Iterator[Column]:
    for head, values in zip((*heads, *_PLACE), (*shown, *places), strict=True):
        if any(value != "" for value in values):
            yield Column(*head, values)


def _places(places: Sequence[Sequence[Any]], part: slice, unit: int, discretion: Discretion) -> list[list[Any]]:
    """File, sheet and row of the unit's own files; nothing of the place of a record in a book of the parent's."""
    files, sheets, rows = (column[part] for column in places)
    shown = {file: discretion.file(file, unit) for file in dict.fromkeys(files)}
    is_own = [bool(shown[file]) for file in files]
    return [
        [shown[file] or CENTRAL for file in files],
        [sheet if own else "" for sheet, own in zip(sheets, is_own, strict=True)],
        [row if own else "" for row, own in zip(rows, is_own, strict=True)],
    ]
