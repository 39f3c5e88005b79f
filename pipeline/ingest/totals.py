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


def mismatches(part: Part) -> Iterable[Finding]:
    """A total agrees if it equals the sum of all rows, or of the rows since the last total, above or below it."""
    stated = [row for row, kind in part.region.kinds.items() if kind is Kind.TOTAL and not _is_partial(part, row)]
    if not stated:
        return
    places = [place for place in part.region.places.values() if place.meaning.field.type == "quantity"]
    for place in places:
        values = {row: _number(part.sheet.rows[row][place.column], place) for row in part.rows}
        for row in stated:
            total = _number(part.sheet.rows[row][place.column], place)
            if total is not None:
                yield from _mismatch(part, place, row, total, _sums(values, row, stated))


def _is_partial(part: Part, row: int) -> bool:
    texts = [normal(cell) for cell in part.sheet.rows[row] if isinstance(cell, str)]
    return any(text.startswith(_PARTIAL) for text in texts[:2])


def _number(cell: Cell, place: Place) -> int | None:
    """Millionths; None where the cell states no exact number."""
    quantity = cells.quantity(cell, whole=place.meaning.field.whole, scale=place.meaning.scale)
    return quantity.value if quantity.kind == 0 and not quantity.problem else None


def _sums(values: dict[int, int | None], row: int, stated: Sequence[int]) -> list[int]:
    """All rows; the rows between this total and the one before it, and the one after it."""
    before = max((other for other in stated if other < row), default=-1)
    after = min((other for other in stated if other > row), default=1 << 30)
    everything = sum(value or 0 for value in values.values())
    above = [value or 0 for r, value in values.items() if before < r < row]
    below = [value or 0 for r, value in values.items() if row < r < after]
    upward = sum(value or 0 for r, value in values.items() if r < row)
    return [everything, *([sum(above)] if above else []), *([sum(below)] if below else []), upward]


def _mismatch(part: Part, place: Place, row: int, total: int, sums: Sequence[int]) -> Iterable[Finding]:
    if total in sums:
        return
    label = next((normal(c) for c in part.sheet.rows[row] if isinstance(c, str) and c.strip()), "")
    counted = sums[1] if "小计" in label and len(sums) > 1 else sums[0]
    origin = Origin(part.file, part.sheet.name, row + 1, letter(place.column))
    values = (("stated", f"{total / MICRO:g}"), ("counted", f"{counted / MICRO:g}"), ("header", place.text))
    field = place.meaning.field.name
    yield Finding("total-mismatch", Severity.WARNING, origin, "", part.region.ledger.id, field, values)
