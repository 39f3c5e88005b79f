"""Sheets laid out as forms, labels beside values, one event below another → a flat sheet with a header and rows."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipeline.ingest.headings import Headings
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
            return replace(finding, origin=replace(finding.origin, row=self.row(finding.origin.row)))
        return replace(finding, origin=replace(finding.origin, row=real[0] + 1, column=letter(real[1])))

    def table(self, table: Table) -> Table:
        columns = {**table.columns, "row": array("i", map(self.row, table.numbers("row")))}
        return replace(table, columns=columns, rejected=tuple((self.row(row), unit) for row, unit in table.rejected))


def flattened(sheet: Sheet, headings: Headings) -> Form | None:
    """The sheet as a table with one row an event; None if it is no form."""
    pairs = _pairs(sheet, headings)
    labels = list(dict.fromkeys(label for label, _, _ in pairs))
    fields = [label for label in labels if headings[label].meanings]
    if len(fields) < _FEWEST or len(fields) * 2 < len(labels):
        return None
    events = _events(pairs)
    top = min(row for _, (row, _), _ in pairs)
    rows: list[list[Cell]] = [list(row) for row in sheet.rows[:top]] + [list(labels)]
    places = {}
    for event in events:
        for column, label in enumerate(labels):
            if label in event:
                places[len(rows), column] = event[label][0]
        rows.append([event[label][1] if label in event else None for label in labels])
    width = max(map(len, rows))
    padded = [row + [None] * (width - len(row)) for row in rows]
    return Form(_flat(sheet, padded, places), places)


def _flat(sheet: Sheet, rows: list[list[Cell]], places: Mapping[tuple[int, int], tuple[int, int]]) -> Sheet:
    """The sheet with other rows; what is known of a cell goes with it."""
    errors = {flat: sheet.errors[real] for flat, real in places.items() if real in sheet.errors}
    uncached = frozenset(flat for flat, real in places.items() if real in sheet.uncached)
    return replace(sheet, rows=rows, merges=(), errors=errors, uncached=uncached)


def _pairs(sheet: Sheet, headings: Headings) -> list[tuple[str, tuple[int, int], Cell]]:
    """(label, place of the value, value), in reading order; a value is what follows a label in its row."""
    found = []
    for row, cells in enumerate(sheet.rows):
        filled = [(column, cell) for column, cell in enumerate(cells) if cell is not None and cell != ""]
        known = [isinstance(cell, str) and len(cell) <= 20 and headings[cell].known for _, cell in filled]
        for i, (column, cell) in enumerate(filled):
            if known[i] and (i == 0 or not known[i - 1]):
                has_value = i + 1 < len(filled) and not known[i + 1]
                place = filled[i + 1][0] if has_value else column + 1
                found.append((str(cell), (row, place), filled[i + 1][1] if has_value else None))
    return found


def _events(pairs: list[tuple[str, tuple[int, int], Cell]]) -> list[dict[str, tuple[tuple[int, int], Cell]]]:
    """A label that comes again begins the next event."""
    events: list[dict[str, tuple[tuple[int, int], Cell]]] = [{}]
    for label, place, value in pairs:
        if label in events[-1]:
            events.append({})
        events[-1][label] = (place, value)
    return events
