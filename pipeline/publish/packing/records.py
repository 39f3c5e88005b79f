"""The records that count → each unit's own, and the evidence sheets of its 汇总.xlsx; no personal column, and no text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
    from numpy.typing import NDArray

_PLACE = (("来件", 36.0), ("工作表", 16.0), ("行", 6.0))
_DATE_WIDTH = 14.0
_WIDTHS = {"datetime": 17.0, "quantity": 10.0}
_LOOKS: Mapping[type, str] = {date: "date", datetime: "moment", str: "cell"}


@dataclass(frozen=True, slots=True)
class Column:
    header: str
    width: float
    values: Sequence[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """A unit's own records of one ledger, by date: the numbers of what is shown, and file, sheet and row of each."""

    ledger: Ledger
    numbers: Mapping[str, NDArray[Any]]
    places: tuple[Sequence[Any], ...]

    @property
    def digest(self) -> str:
        """Of all that the columns are worded from."""
        numbers = (part for name, column in self.numbers.items() for part in (name.encode(), column.tobytes()))
        return sha256(b"".join([repr(self.places).encode(), *numbers])).hexdigest()

    @property
    def columns(self) -> list[Column]:
        """Date, the shown fields that any of the records fills, and the place."""
        values = (*evidence.columns(self.ledger, self.numbers), *self.places)
        found = [Column(*head, each) for head, each in zip(_heads(self.ledger), values, strict=True)]
        return [column for column in found if any(value != "" for value in column.values)]


def sheet_name(ledger: Ledger) -> str:
    return f"记录-{ledger.name.removesuffix('台账')}"


def by_unit(ledger: Ledger, frame: pd.DataFrame, harvest: Harvest, discretion: Discretion) -> dict[int, Evidence]:
    """The records of all units, cut by unit."""
    ordered = _ordered(frame, harvest)
    numbers, places = evidence.unworded(ledger, ordered), evidence.places(ordered, harvest)
    return {
        unit: Evidence(
            ledger,
            {name: column[part] for name, column in numbers.items()},
            _places([column[part] for column in places], unit, discretion),
        )
        for unit, part in _parts(ordered["unit"].tolist())
    }


def records(sheet: Cells, frames: Frames, records: Evidence, title: str, period_line: str) -> None:
    columns = records.columns
    paper = Paper(sheet, frames.looks, [column.width for column in columns])
    paper.top(title, period_line)
    first = paper.header([column.header for column in columns])
    looks = {kind: frames.numbers[frames.looks[name]] for kind, name in _LOOKS.items()}
    sheet.write_rows(first, zip(*(_contents(column.values, looks) for column in columns), strict=True))


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
    yield from _PLACE


def _places(places: Sequence[Sequence[Any]], unit: int, discretion: Discretion) -> tuple[Sequence[Any], ...]:
    """File, sheet and row of the unit's own files; nothing of the place of a record in a book of the parent's."""
    files, sheets, rows = places
    shown = {file: discretion.file(file, unit) for file in dict.fromkeys(files)}
    if all(shown.values()):
        return [shown[file] for file in files], sheets, rows
    return (
        [shown[file] or CENTRAL for file in files],
        [sheet if shown[file] else "" for file, sheet in zip(files, sheets, strict=True)],
        [row if shown[file] else "" for file, row in zip(files, rows, strict=True)],
    )
