"""Stated totals (合计, 小计, 总计) as assertions about the rows they stand beside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.ingest import cells
from pipeline.ingest.columns import Part
from pipeline.ingest.locate import Place, letter
from pipeline.ingest.rows import Kind
from pipeline.model import MICRO, Cell, Finding, Origin, Severity
from pipeline.spelling import normal

_PARTIAL = ("其中", "累计")


def mismatches(parts: Sequence[Part]) -> Iterable[Finding]:
    """A total agrees if it equals the sum of all rows, of those since the last total, or of all tables above it.

    `parts` are the tables of one ledger on one sheet, from the top.
    """
    above: dict[str, int] = {}
    for part in parts:
        stated = [row for row, kind in part.region.kinds.items() if kind is Kind.TOTAL and not _is_partial(part, row)]
        for name, place in part.region.places.items():
            if place.meaning.field.type == "quantity":
                values = {row: _number(part.sheet.rows[row][place.column], place) for row in part.rows}
                for row in stated:
                    yield from _disagreement(part, place, row, _sums(values, row, stated, above.get(name, 0)))
                above[name] = above.get(name, 0) + sum(value or 0 for value in values.values())


def _is_partial(part: Part, row: int) -> bool:
    texts = [normal(cell) for cell in part.sheet.rows[row] if isinstance(cell, str)]
    return any(text.startswith(_PARTIAL) for text in texts[:2])


def _number(cell: Cell, place: Place) -> int | None:
    """Millionths; None where the cell states no exact number."""
    quantity = cells.quantity(cell, whole=place.meaning.field.whole, scale=place.meaning.scale)
    return quantity.value if quantity.kind == 0 and not quantity.problem else None


def _sums(values: dict[int, int | None], row: int, stated: Sequence[int], earlier: int) -> list[int]:
    """What a total may mean: all rows here, those since the total before it, up to the next, and with tables above."""
    before = max((other for other in stated if other < row), default=-1)
    after = min((other for other in stated if other > row), default=1 << 30)
    everything = sum(value or 0 for value in values.values())
    above = [value or 0 for r, value in values.items() if before < r < row]
    below = [value or 0 for r, value in values.items() if row < r < after]
    upward = sum(value or 0 for r, value in values.items() if r < row)
    sums = [everything, *([sum(above)] if above else []), *([sum(below)] if below else []), upward]
    return [*sums, everything + earlier, upward + earlier]


def _disagreement(part: Part, place: Place, row: int, sums: Sequence[int]) -> Iterable[Finding]:
    total = _number(part.sheet.rows[row][place.column], place)
    if total is None or total in sums:
        return
    label = next((normal(c) for c in part.sheet.rows[row] if isinstance(c, str) and c.strip()), "")
    counted = sums[1] if "小计" in label else sums[-2]
    origin = Origin(part.file, part.sheet.name, row + 1, letter(place.column))
    values = (("stated", f"{total / MICRO:g}"), ("counted", f"{counted / MICRO:g}"), ("header", place.text))
    field = place.meaning.field.name
    yield Finding("total-mismatch", Severity.WARNING, origin, "", part.region.ledger.id, field, values)
