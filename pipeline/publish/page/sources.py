"""The records behind the figures → a list of places, and for each indicator which of them count and what they add."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cache, partial
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from pipeline.model import DAY, HALF, MONTH, QUARTER, YEAR, Frame, Harvest, Indicator
from pipeline.period import Period, Span
from pipeline.publish import words
from pipeline.publish.page.numbers import Codes
from pipeline.publish.words import Number

if TYPE_CHECKING:
    import pandas as pd

Traces: TypeAlias = "Callable[[str], pd.DataFrame]"
Place: TypeAlias = tuple[int, int, str]
"""Table, row and date of a record."""

_SPANS: Mapping[int, tuple[Span, int]] = {
    MONTH: ("month", 1),
    QUARTER: ("quarter", 3),
    HALF: ("half", 6),
    YEAR: ("year", 12),
}


class Sources:
    """Gathers each record once, however many figures it is behind."""

    def __init__(self, harvest: Harvest, cap: int) -> None:
        self._harvest, self._cap = harvest, cap
        self._places: Codes[Place] = Codes()
        self._vague = {ledger: _vague(frame) for ledger, frame in harvest.records.items()}

    def behind(self, indicator: Indicator, frame: pd.DataFrame) -> dict[str, object]:
        """By unit how many records there are, and of the first of them the place and what it adds."""
        adds = Codes({"": 0})
        groups = {
            unit: [(place, adds.code(text)) for _, place, text in group]
            for unit, group in groupby(self._records(indicator, frame), key=lambda record: record[0])
        }
        return {
            "units": list(groups),
            "totals": [len(records) for records in groups.values()],
            "places": [[self._places.code(place) for place, _ in records[: self._cap]] for records in groups.values()],
            "adds": [[code for _, code in records[: self._cap]] for records in groups.values()],
            "texts": list(adds),
        }

    def all(self) -> dict[str, object]:
        """The places as columns, and the tables and dates that they name."""
        tables: Codes[int] = Codes()
        days: Codes[str] = Codes()
        columns = {
            "table": [tables.code(table) for table, _, _ in self._places],
            "row": [row for _, row, _ in self._places],
            "day": [days.code(day) for _, _, day in self._places],
        }
        named = (self._harvest.tables[table] for table in tables)
        return {**columns, "days": list(days), "tables": [[table.file, table.sheet] for table in named]}

    def _records(self, indicator: Indicator, frame: pd.DataFrame) -> Iterator[tuple[int, Place, str]]:
        added = cache(partial(_added, indicator))
        vague = self._vague.get(indicator.ledger, {})
        starts = frame["start_date"].to_numpy(dtype="datetime64[D]")
        bases = frame["base"] if "base" in frame else [None] * len(frame)
        columns = (frame["unit"].tolist(), frame["table"].tolist(), frame["row"].tolist(), starts.astype(str).tolist())
        for unit, table, row, day, adds, base in zip(*columns, frame["adds"], bases, strict=True):
            yield unit, (table, row, vague.get((table, row, day), day)), added(adds, base)


def _added(indicator: Indicator, adds: Number | None, base: Number | None) -> str:
    """As the indicator shows its numbers; ``25 ÷ 30`` in a share; nothing where it is unknown."""
    if adds is None:
        return ""
    return words.shown(adds, indicator) if base is None else f"{words.exact(adds)} ÷ {words.exact(base)}"


def _vague(frame: Frame) -> dict[Place, str]:
    """Of the records that have no day, the name of their month, quarter, half-year or year."""
    if "date_precision" not in frame:
        return {}
    rows = frame["date_precision"] != DAY
    columns = (frame[name][rows].tolist() for name in ("table", "row", "start_date", "date_precision"))
    return {
        (table, row, str(start.date())): _span(start, precision)
        for table, row, start, precision in zip(*columns, strict=True)
    }


def _span(start: datetime, precision: int) -> str:
    span, months = _SPANS[precision]
    return Period.of(start.year, span, (start.month - 1) // months + 1).label
