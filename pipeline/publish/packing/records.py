"""The records that count → each unit's own, and the evidence sheets of its 汇总.xlsx; no personal column, and no text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

from pipeline.model import Harvest, Ledger
from pipeline.publish import cells
from pipeline.publish.cells import Content, Layout, Sheet
from pipeline.publish.frames import Frames
from pipeline.publish.packing.told import CENTRAL, Discretion
from pipeline.publish.sheets import records as evidence
from pipeline.publish.sheets.paper import Paper

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

_PLACE = (("来件", 36.0), ("工作表", 16.0), ("行", 6.0))
_ORDER = ("unit", "start_date", "_place", "row")
_CONTENTS = 4096
_LAYOUTS = 256

Head: TypeAlias = tuple[str, float]
"""The header of a column, and how wide it is."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """A unit's own records of one ledger, by date: the numbers of what is shown, and file, sheet and row of each."""

    ledger: Ledger
    numbers: Mapping[str, NDArray[Any]]
    places: tuple[Sequence[Any], ...]

    def __len__(self) -> int:
        return len(self.places[0])

    @property
    def digest(self) -> str:
        """Of all that the columns are worded from."""
        files, sheets, rows = self.places
        places = repr((_coded(files), _coded(sheets), rows))
        numbers = (part for name, column in self.numbers.items() for part in (name.encode(), column.tobytes()))
        return sha256(b"".join([places.encode(), *numbers])).hexdigest()


def _coded(texts: Sequence[str]) -> tuple[list[str], list[int]]:
    """Each distinct text once."""
    codes = {text: code for code, text in enumerate(dict.fromkeys(texts))}
    return list(codes), [codes[text] for text in texts]


def sheet_name(ledger: Ledger) -> str:
    return f"记录-{ledger.name.removesuffix('台账')}"


def by_unit(ledger: Ledger, frame: pd.DataFrame, harvest: Harvest, discretion: Discretion) -> dict[int, Evidence]:
    """The records of all units, cut by unit."""
    shown = {*_ORDER, "table", *(name for column in evidence.columns(ledger) for name in column.numbers)}
    ordered = _ordered(frame[[name for name in frame if name in shown]], harvest)
    numbers, places = evidence.unworded(ledger, ordered), evidence.places(ordered, harvest)
    return {
        unit: Evidence(
            ledger,
            {name: column[part] for name, column in numbers.items()},
            _places([column[part] for column in places], unit, discretion),
        )
        for unit, part in _parts(ordered["unit"].tolist())
    }


class Writer:
    """Writes the evidence sheets of a run; sheets of the same columns are laid out once, what recurs is worded once."""

    def __init__(self, frames: Frames, ledgers: Iterable[Ledger], period_line: str) -> None:
        self._frames, self._period_line = frames, period_line
        self._looks = {name: frames.numbers[frames.looks[name]] for name in ("title", "cell", "date", "moment")}
        self._layout = lru_cache(_LAYOUTS)(self._laid_out)
        self._content = lru_cache(_CONTENTS)(self._written)
        self._columns = {ledger.id: list(map(self._column, evidence.columns(ledger))) for ledger in ledgers}

    def sheet(self, records: Evidence, title: str) -> Sheet:
        """Date, the shown fields that any of the records fills, and the place of each."""
        heads, columns = zip(*self._filled(records), strict=True)
        layout = self._layout(sheet_name(records.ledger), heads)
        return layout.filled([cells.text(title, self._looks["title"])], columns)

    def _filled(self, records: Evidence) -> Iterator[tuple[Head, list[Content]]]:
        blank = self._content("")
        for head, contents in self._every(records):
            if contents.count(blank) < len(contents):
                yield head, contents

    def _every(self, records: Evidence) -> Iterator[tuple[Head, list[Content]]]:
        for head, names, content in self._columns[records.ledger.id]:
            yield head, list(map(content, *(records.numbers[name].tolist() for name in names)))
        for head, values in zip(_PLACE, records.places, strict=True):
            yield head, list(map(self._content, values))

    def _column(self, column: evidence.Column) -> tuple[Head, tuple[str, ...], Callable[..., Content]]:
        """Its head, the numbers that it is worded from, and how these are written."""

        @lru_cache(_CONTENTS)
        def content(*numbers: int) -> Content:
            return self._written(column.word(*numbers))

        return (column.header, column.width), tuple(column.numbers), content

    def _written(self, value: str | float | date) -> Content:
        look = self._looks["cell"]
        if isinstance(value, str):
            return cells.text(value, look) if value else cells.blank(look)
        if isinstance(value, date):
            return cells.moment(value, self._looks["moment" if isinstance(value, datetime) else "date"])
        return cells.number(value, look)

    def _laid_out(self, name: str, heads: tuple[Head, ...]) -> Layout:
        """The sheet without its title and records."""
        sheet = self._frames.cells(name)
        paper = Paper(sheet, self._frames.looks, [width for _, width in heads])
        paper.top("", self._period_line)
        paper.header([header for header, _ in heads])
        sheet.slot(0, 0)
        return Layout(sheet)


def _ordered(frame: pd.DataFrame, harvest: Harvest) -> pd.DataFrame:
    places = sorted(range(len(harvest.tables)), key=lambda i: (harvest.tables[i].file, harvest.tables[i].sheet, i))
    rank = {table: place for place, table in enumerate(places)}
    return frame.assign(_place=frame["table"].map(rank)).sort_values([*_ORDER])


def _parts(units: Sequence[int]) -> Iterator[tuple[int, slice]]:
    """Each unit with the rows that are its own, which stand together."""
    starts = [place for place, (before, unit) in enumerate(zip([None, *units], units, strict=False)) if before != unit]
    return ((units[start], slice(start, end)) for start, end in pairwise([*starts, len(units)]))


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
