"""Sheets laid out as forms, labels beside values, one event below another → a flat sheet with a header and rows."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

from pipeline.ingest import moments
from pipeline.ingest.headings import Heading, Headings
from pipeline.ingest.pointing import letter
from pipeline.model import Cell, Finding, Sheet, Table

_FEWEST = 3
"""Labels that make a form."""


@dataclass(frozen=True, slots=True)
class Form:
    """A flat sheet and where each of its cells really stands: (row, column) → (row, column), 0-based."""

    sheet: Sheet
    places: Mapping[tuple[int, int], tuple[int, int]]

    def row(self, row: int) -> int:
        """Excel's row of the event in a row of the flat sheet."""
        return min((real for (flat, _), (real, _) in self.places.items() if flat == row - 1), default=row - 1) + 1

    def finding(self, finding: Finding) -> Finding:
        """The same, said of the real cell."""
        column = next((c for c in range(len(self.sheet.rows[-1])) if letter(c) == finding.origin.column), -1)
        real = self.places.get((finding.origin.row - 1, column))
        if real is None:
            return finding._replace(origin=finding.origin._replace(row=self.row(finding.origin.row)))
        return finding._replace(origin=finding.origin._replace(row=real[0] + 1, column=letter(real[1])))

    def table(self, table: Table) -> Table:
        columns = {**table.columns, "row": array("i", map(self.row, table.numbers("row")))}
        return table._replace(columns=columns, rejected=tuple((self.row(row), unit) for row, unit in table.rejected))


def flattened(sheet: Sheet, headings: Headings) -> Form | None:
    """The sheet as a table with one row an event; None if it is no form."""
    pairs = _pairs(sheet, headings)
    labels = list(dict.fromkeys(pair.label for pair in pairs))
    fields = [label for label in labels if headings[label].meanings]
    if len(fields) < _FEWEST or len(fields) * 2 < len(labels):
        return None
    top = min(pair.row for pair in pairs)
    rows: list[list[Cell]] = [list(row) for row in sheet.rows[:top]] + [list(labels)]
    places = {}
    for event in _beside(sheet, pairs, headings):
        for column, label in enumerate(labels):
            if place := event.get(label):
                places[len(rows), column] = place
        found = (places.get((len(rows), column)) for column in range(len(labels)))
        rows.append([sheet.rows[place[0]][place[1]] if place else None for place in found])
    width = max(map(len, rows))
    padded = [row + [None] * (width - len(row)) for row in rows]
    return Form(_flat(sheet, padded, places), places)


def _flat(sheet: Sheet, rows: list[list[Cell]], places: Mapping[tuple[int, int], tuple[int, int]]) -> Sheet:
    """The sheet with other rows; what is known of a cell goes with it."""
    errors = {flat: sheet.errors[real] for flat, real in places.items() if real in sheet.errors}
    uncached = frozenset(flat for flat, real in places.items() if real in sheet.uncached)
    return replace(sheet, rows=rows, merges=(), errors=errors, uncached=uncached)


class _Pair(NamedTuple):
    """A label, where it stands, and the columns of the values that follow it."""

    label: str
    row: int
    column: int
    values: tuple[int, ...]


Event: TypeAlias = dict[str, tuple[int, int] | None]
"""Label → the place of its value; None if it is blank."""


def _pairs(sheet: Sheet, headings: Headings) -> list[_Pair]:
    """Labels with their values, in reading order; values are what follows a label in its row."""
    found = []
    for row, cells in enumerate(sheet.rows):
        filled = [(column, cell) for column, cell in enumerate(cells) if cell is not None and cell != ""]
        known = [isinstance(cell, str) and len(cell) <= 20 and headings[cell].known for _, cell in filled]
        for i, (column, cell) in enumerate(filled):
            if known[i] and (i == 0 or not known[i - 1]):
                end = next((j for j in range(i + 1, len(filled)) if known[j]), len(filled))
                values = tuple(value for value, _ in filled[i + 1 : end])
                found.append(_Pair(str(cell), row, column, values or _blank(cells, column + 1)))
    return found


def _blank(cells: Sequence[Cell], column: int) -> tuple[int, ...]:
    """Where a value would stand: a formula without one, or one that failed."""
    return (column,) if column < len(cells) and cells[column] in (None, "") else ()


def _beside(sheet: Sheet, pairs: Sequence[_Pair], headings: Headings) -> list[Event]:
    """The events of forms beside one another, each with its own labels, or of columns of values beside one column of labels."""
    starts = _starts(pairs)
    parts = [[pair for pair in pairs if bisect_right(starts, pair.column) == i] for i in range(len(starts) + 1)]
    return [event for part in parts if part for event in _events(sheet, part, headings)]


def _starts(pairs: Iterable[_Pair]) -> list[int]:
    """The columns from the second on in which one row repeats a label."""
    rows: dict[tuple[int, str], list[int]] = {}
    for pair in pairs:
        rows.setdefault((pair.row, pair.label), []).append(pair.column)
    return max((columns[1:] for columns in rows.values()), key=len, default=[])


def _events(sheet: Sheet, pairs: Sequence[_Pair], headings: Headings) -> list[Event]:
    """A label that comes again begins the next event; of several dates behind one label each is an event."""
    dated = (pair for pair in pairs if _names_date(headings[pair.label]))
    days = max(([c for c in p.values if _is_date(sheet.rows[p.row][c])] for p in dated), key=len, default=[])
    if len(days) > 1:
        return [{pair.label: (pair.row, column) for pair in pairs} for column in days]
    events: list[Event] = [{}]
    for pair in pairs:
        if pair.label in events[-1]:
            events.append({})
        events[-1][pair.label] = (pair.row, pair.values[0]) if pair.values else None
    return events


def _names_date(heading: Heading) -> bool:
    return any(meaning.field.name == "start_date" for found in heading.meanings.values() for meaning in found)


def _is_date(cell: Cell) -> bool:
    return moments.when(cell).problem not in ("date-invalid", "date-missing")
