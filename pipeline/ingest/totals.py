"""Stated totals (合计, 小计, 总计) as assertions about the rows they stand beside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.ingest.columns import Part, Readers
from pipeline.ingest.locate import Place, letter
from pipeline.ingest.rows import Kind
from pipeline.model import EXACT, MICRO, Cell, Finding, Origin, Severity
from pipeline.spelling import normal

_PARTIAL = ("其中", "累计")


def mismatches(parts: Sequence[Part], readers: Readers) -> Iterable[Finding]:
    """A total agrees if it equals the sum of all rows, of those since the last total, or of all tables above it.

    `parts` are the tables of one ledger on one sheet, from the top.
    """
    stated = {id(part): [row for row in _totals(part) if not _is_partial(part, row)] for part in parts}
    if not any(stated.values()):
        return
    above: dict[str, int] = {}
    for part in parts:
        for name, place in part.region.places.items():
            if place.meaning.field.type == "quantity":
                values = _values(part, place, readers)
                for row in stated[id(part)]:
                    sums = _sums(values, row, stated[id(part)], above.get(name, 0))
                    yield from _disagreement(part, place, row, sums, readers)
                above[name] = above.get(name, 0) + sum(values.values())


def _totals(part: Part) -> Iterable[int]:
    return (row for row, kind in part.region.kinds.items() if kind is Kind.TOTAL)


def _values(part: Part, place: Place, readers: Readers) -> dict[int, int]:
    return {row: _number(part.sheet.rows[row][place.column], place, readers) or 0 for row in part.rows}


def _is_partial(part: Part, row: int) -> bool:
    texts = [normal(cell) for cell in part.sheet.rows[row] if isinstance(cell, str)]
    return any(text.startswith(_PARTIAL) for text in texts[:2])


def _number(cell: Cell, place: Place, readers: Readers) -> int | None:
    """Millionths; None where the cell states no exact number."""
    quantity = readers.quantities(place.meaning.field.whole, place.meaning.scale)[cell]
    return quantity.value if quantity.kind == EXACT and not quantity.problem else None


def _sums(values: dict[int, int], row: int, stated: Sequence[int], earlier: int) -> list[int]:
    """What a total may mean: all rows here, those since the total before it, up to the next, and with tables above."""
    before = max((other for other in stated if other < row), default=-1)
    after = min((other for other in stated if other > row), default=1 << 30)
    everything = sum(values.values())
    above = [value for r, value in values.items() if before < r < row]
    below = [value for r, value in values.items() if row < r < after]
    upward = sum(value for r, value in values.items() if r < row)
    sums = [everything, *([sum(above)] if above else []), *([sum(below)] if below else []), upward]
    return [*sums, everything + earlier, upward + earlier]


def _disagreement(part: Part, place: Place, row: int, sums: Sequence[int], readers: Readers) -> Iterable[Finding]:
    total = _number(part.sheet.rows[row][place.column], place, readers)
    if total is None or total in sums:
        return
    label = next((normal(c) for c in part.sheet.rows[row] if isinstance(c, str) and c.strip()), "")
    counted = sums[1] if "小计" in label else sums[-2]
    origin = Origin(part.file, part.sheet.name, row + 1, letter(place.column))
    values = (("stated", f"{total / MICRO:g}"), ("counted", f"{counted / MICRO:g}"), ("header", place.text))
    field = place.meaning.field.name
    yield Finding("total-mismatch", Severity.WARNING, origin, "", part.region.ledger.id, field, values)
