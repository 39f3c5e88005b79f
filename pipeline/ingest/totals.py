"""Stated totals (合计, 小计, 总计) as assertions about the rows they stand beside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.ingest.candidates import Place
from pipeline.ingest.columns import Part, Readers
from pipeline.ingest.quantities import Quantity
from pipeline.ingest.rows import Kind
from pipeline.model import EXACT, MICRO, Finding, Severity
from pipeline.spelling import normal

_PARTIAL = ("其中", "累计", "本年累计")
_BLANK = (None, "")
_MOST_ROWS = 3


@dataclass(frozen=True, slots=True)
class _Column:
    """One quantity column: its numbers by row, in millionths; None where the row's cell gives none."""

    place: Place
    values: Mapping[int, int | None]

    @property
    def name(self) -> str:
        return self.place.meaning.field.name

    def sum(self, rows: Iterable[int]) -> int:
        return sum(self.values[row] or 0 for row in rows)


def unlabelled(part: Part, above: Sequence[Part], readers: Readers) -> Part:
    """The part without rows of nothing but numbers that are sums of the rows above: totals by arithmetic.

    `above` are the tables of the same ledger above it on the sheet, which a total may include.
    """
    numbers = {place.column for place in _quantity_places(part)}
    others = [place.column for place in part.region.places.values() if place.column not in numbers]
    grid = part.sheet.rows
    bare = [row for row in part.rows if all(grid[row][column] in _BLANK for column in others)]
    columns = [_column(part, place, readers) for place in _quantity_places(part)] if bare else []
    earlier = _sums_by_field(above, readers) if bare else {}
    before = sum(len(other.rows) for other in above)
    summed = {row for row in bare if _is_sum(part, row, columns, {}, 0) or _is_sum(part, row, columns, earlier, before)}
    if not summed:
        return part
    kinds = {row: Kind.TOTAL if row in summed else kind for row, kind in part.region.kinds.items()}
    rows = [row for row in part.rows if row not in summed]
    return replace(part, region=replace(part.region, kinds=kinds), rows=rows)


def _is_sum(part: Part, row: int, columns: Sequence[_Column], earlier: Mapping[str, int], rows_before: int) -> bool:
    filled = [column for column in columns if part.sheet.rows[row][column.place.column] not in _BLANK]
    above = [other for other in part.rows if other < row]
    several = len(above) + rows_before > 1
    return several and bool(filled) and all(c.values[row] == c.sum(above) + earlier.get(c.name, 0) for c in filled)


def _sums_by_field(parts: Sequence[Part], readers: Readers) -> Mapping[str, int]:
    sums: dict[str, int] = {}
    for part in parts:
        for place in _quantity_places(part):
            column = _column(part, place, readers)
            sums[column.name] = sums.get(column.name, 0) + column.sum(column.values)
    return sums


def mismatches(parts: Sequence[Part], readers: Readers) -> Iterable[Finding]:
    """A total agrees if it equals the sum of all rows, of those since the last total, or of all tables above it.

    `parts` are the tables of one ledger on one sheet, from the top.
    """
    stated = [[row for row in _totals(part) if not _is_partial(part, row)] for part in parts]
    if not any(stated):
        return
    for i, (part, totals) in enumerate(zip(parts, stated, strict=True)):
        above = _sums_by_field(parts[:i], readers) if totals else {}
        for place in _quantity_places(part) if totals else ():
            column = _column(part, place, readers)
            for row in totals:
                sums = _sums(column, row, totals, above.get(column.name, 0))
                yield from _disagreement(part, row, column, sums, readers)


def _quantity_places(part: Part) -> list[Place]:
    return [place for place in part.region.places.values() if place.meaning.field.type == "quantity"]


def _totals(part: Part) -> Iterable[int]:
    return (row for row, kind in part.region.kinds.items() if kind is Kind.TOTAL)


def _column(part: Part, place: Place, readers: Readers) -> _Column:
    default = place.meaning.field.default
    blank = default * MICRO if default is not None else None
    grid, column = part.sheet.rows, place.column
    read = readers.quantities(place.meaning.field.whole, place.meaning.scale)
    numbers = ((row, _exact(read[grid[row][column]])) for row in part.rows)
    return _Column(place, {row: blank if number is None else number for row, number in numbers})


def _is_partial(part: Part, row: int) -> bool:
    texts = [normal(cell) for cell in part.sheet.rows[row] if isinstance(cell, str)]
    return any(text.startswith(_PARTIAL) for text in texts[:2])


def _exact(quantity: Quantity) -> int | None:
    """Millionths; None where the cell states no exact number."""
    return quantity.value if quantity.kind == EXACT else None


def _sums(column: _Column, row: int, totals: Sequence[int], earlier: int) -> tuple[int, set[int]]:
    """What a total is compared with first, and all it may mean.

    That is: all rows here, those since the total before it, those up to the next, those above; and tables above too.
    """
    before = max((other for other in totals if other < row), default=-1)
    after = min((other for other in totals if other > row), default=1 << 30)
    everything, upward = column.sum(column.values), column.sum(r for r in column.values if r < row)
    since = [r for r in column.values if before < r < row]
    until = [r for r in column.values if row < r < after]
    sums = {everything, upward, everything + earlier, upward + earlier}
    sums |= {column.sum(rows) for rows in (since, until) if rows}
    return (column.sum(since) if since and before >= 0 else everything), sums


def _disagreement(
    part: Part, row: int, column: _Column, sums: tuple[int, set[int]], readers: Readers
) -> Iterable[Finding]:
    read = readers.quantities(column.place.meaning.field.whole, column.place.meaning.scale)
    total = _exact(read[part.sheet.rows[row][column.place.column]])
    counted, possible = sums
    if total is None or total in possible:
        return
    yield part.at(
        row, column.place, "total-mismatch", Severity.WARNING,
        stated=_shown(total), counted=_shown(counted), header=column.place.text,
        rows=_suspects(column, total - counted),
    )  # fmt: skip


def _suspects(column: _Column, difference: int) -> str:
    """Rows that could explain it: those with just the difference, else those whose own number could not be read."""
    exact = [row for row, value in column.values.items() if value == abs(difference)]
    rows = exact or [row for row, value in column.values.items() if value is None]
    return "、".join(f"第{row + 1}行" for row in rows[:_MOST_ROWS])


def _shown(millionths: int) -> str:
    whole, rest = divmod(millionths, MICRO)
    return str(whole) if not rest else f"{whole}.{rest:06d}".rstrip("0")
