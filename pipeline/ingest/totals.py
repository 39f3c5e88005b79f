"""Stated totals (合计, 小计, 总计) as assertions about the rows they stand beside."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate

from pipeline.ingest import rows
from pipeline.ingest.candidates import Place
from pipeline.ingest.columns import Part, Readers
from pipeline.ingest.quantities import exact
from pipeline.ingest.rows import Kind, moved
from pipeline.model import MICRO, Finding, Severity
from pipeline.spelling import normal

_PARTIAL = ("其中", "累计", "本年累计")
_BLANK = (None, "")
_MOST_ROWS = 3
_NO_ROW = 1 << 30
"""Below every sheet."""


@dataclass(frozen=True, slots=True)
class _Column:
    """One quantity column: its numbers by row, in millionths; None where the row's cell gives none."""

    place: Place
    values: Mapping[int, int | None]
    rows: Sequence[int]
    running: Sequence[int]
    """The sum of the numbers before each of the rows, and that of all."""

    @property
    def name(self) -> str:
        return self.place.meaning.field.name

    @property
    def sum(self) -> int:
        return self.running[-1]

    def above(self, row: int) -> int:
        return self.running[bisect_left(self.rows, row)]

    def below(self, row: int, but: Iterable[int]) -> int:
        """The sum of the rows after one, but for some."""
        return (self.between(row, _NO_ROW) or 0) - sum(self.values[other] or 0 for other in but if other > row)

    def between(self, first: int, last: int) -> int | None:
        """The sum of the rows after one and before another; None if there is none."""
        start, end = bisect_right(self.rows, first), bisect_left(self.rows, last)
        return self.running[end] - self.running[start] if start < end else None


def unlabelled(part: Part, above: Sequence[Part], readers: Readers) -> Part:
    """The part without rows of nothing but numbers that are sums of the rows above: totals by arithmetic.

    `above` are the tables of the same ledger above it on the sheet, which a total may include.
    """
    bare, headed = _bare(part), _bare(part, of_month=True)
    if not bare and not headed:
        return part
    summed = {*_summed(part, bare, above, readers), *_summed_below(part, headed, readers)}
    if not summed:
        return part
    rows = [row for row in part.rows if row not in summed]
    return replace(part, region=part.region._replace(kinds=moved(part.region.kinds, summed, Kind.TOTAL)), rows=rows)


def _bare(part: Part, *, of_month: bool = False) -> Sequence[int]:
    """The rows that have no cell but numbers, or but numbers and a month or more."""
    numbers = {place.column for place in _quantity_places(part)}
    grid, bare = part.sheet.rows, part.rows
    for place in part.region.places.values() if numbers else ():
        column = place.column
        if of_month and place.meaning.field.name == "start_date":
            written = ((row, grid[row][column]) for row in bare)
            bare = [row for row, cell in written if not isinstance(cell, date) and rows.is_coarse(cell)]
        elif column not in numbers:
            bare = [row for row in bare if grid[row][column] in _BLANK]
        if not bare:
            break
    return bare if numbers else []


def _summed_below(part: Part, headed: Sequence[int], readers: Readers) -> Iterator[int]:
    """Those of the rows of months that sum up the rows below them, up to the next such row or all but such."""
    columns = [_column(part, place, readers) for place in _quantity_places(part)]
    for row, after in zip(headed, [*headed[1:], _NO_ROW], strict=False):
        filled = [column for column in columns if part.sheet.rows[row][column.place.column] not in _BLANK]
        near = all(column.values[row] == column.between(row, after) for column in filled)
        if filled and (near or all(column.values[row] == column.below(row, headed) for column in filled)):
            yield row


def _summed(part: Part, bare: Sequence[int], above: Sequence[Part], readers: Readers) -> Iterator[int]:
    """Those of the bare rows that are sums of several rows: of all above them, with or without tables above, or since the last."""
    columns = [_column(part, place, readers) for place in _quantity_places(part)]
    earlier, before = _sums_by_field(above, readers), sum(len(other.rows) for other in above)
    reach: list[tuple[int, Mapping[str, int], int]] = [(-1, {}, 0), (-1, earlier, before)]
    gone: list[int] = []
    for row in bare:
        filled = [column for column in columns if part.sheet.rows[row][column.place.column] not in _BLANK]
        spans = [*reach, (gone[-1], {}, 0)] if gone else reach
        if filled and any(_is_sum(part, row, filled, span, gone) for span in spans):
            gone.append(row)
            yield row


def _is_sum(
    part: Part, row: int, filled: Sequence[_Column], span: tuple[int, Mapping[str, int], int], gone: Sequence[int]
) -> bool:
    """Whether the numbers of a row are sums of the rows after `span[0]` that are no sums, and of `span[1]` by field."""
    first, earlier, before = span
    sums = [other for other in gone if other > first]
    rows = bisect_left(part.rows, row) - bisect_right(part.rows, first) - len(sums)
    return rows + before > 1 and all(
        column.values[row]
        == (column.between(first, row) or 0) - sum(column.values[s] or 0 for s in sums) + earlier.get(column.name, 0)
        for column in filled
    )


def _sums_by_field(parts: Sequence[Part], readers: Readers) -> Mapping[str, int]:
    sums: dict[str, int] = {}
    for part in parts:
        for place in _quantity_places(part):
            column = _column(part, place, readers)
            sums[column.name] = sums.get(column.name, 0) + column.sum
    return sums


def mismatches(parts: Sequence[Part], readers: Readers) -> Iterable[Finding]:
    """A total agrees if it equals the sum of all rows, of those since the last total or section title, of all tables above it,
    or of all tables.

    `parts` are the tables of one ledger on one sheet, from the top.
    """
    stated = [[row for row in part.region.kinds.get(Kind.TOTAL, ()) if not _is_partial(part, row)] for part in parts]
    if not any(stated):
        return
    running: dict[str, set[int]] = {}
    everywhere = _sums_by_field(parts, readers)
    for i, (part, totals) in enumerate(zip(parts, stated, strict=True)):
        above = _sums_by_field(parts[:i], readers) if totals else {}
        marks = (totals, part.region.kinds.get(Kind.SECTION, ()))
        for column in [_column(part, place, readers) for place in _quantity_places(part)]:
            before = running.get(column.name, set())
            for row, last, after in zip(totals, [-1, *totals], [*totals[1:], _NO_ROW], strict=False):
                first, sums = _sums(column, row, range(last, after), above.get(column.name, 0))
                sums |= {everywhere[column.name], *_since(column, row, marks, before)}
                yield from _disagreement(part, row, column, (first, sums), readers)
            running[column.name] = _since(column, _NO_ROW, marks, before)


def _quantity_places(part: Part) -> list[Place]:
    return [place for place in part.region.places.values() if place.meaning.field.type == "quantity"]


def _column(part: Part, place: Place, readers: Readers) -> _Column:
    default = place.meaning.field.default
    blank = default * MICRO if default is not None else None
    read = readers.quantities(place.meaning.field.whole, place.meaning.scale).column(part.column(place.column))
    numbers = [blank if number is None else number for number in map(exact, read)]
    running = list(accumulate((number or 0 for number in numbers), initial=0))
    return _Column(place, dict(zip(part.rows, numbers, strict=True)), part.rows, running)


def _is_partial(part: Part, row: int) -> bool:
    texts = [normal(cell) for cell in part.sheet.rows[row] if isinstance(cell, str)]
    return any(text.startswith(_PARTIAL) for text in texts[:2])


def _sums(column: _Column, row: int, reach: range, earlier: int) -> tuple[int, set[int]]:
    """What a total is compared with first, and all it may mean; `reach` is from the total before it to the next.

    That is: all rows here, those since the total before it, those up to the next, those above; and tables above too.
    """
    since, until = column.between(reach.start, row), column.between(row, reach.stop)
    sums = {column.sum, column.above(row), column.sum + earlier, column.above(row) + earlier}
    sums |= {stretch for stretch in (since, until) if stretch is not None}
    return (column.sum if since is None or reach.start < 0 else since), sums


def _since(column: _Column, row: int, marks: Iterable[Sequence[int]], running: Iterable[int]) -> set[int]:
    """The sums of the rows before one since the last of either kind of marks; `running` are those of the tables above."""
    found: set[int] = set()
    for of_kind in marks:
        start = max((mark for mark in of_kind if mark < row), default=-1)
        here = column.between(start, row) or 0
        found |= {here} if start >= 0 else {here, *(here + before for before in running)}
    return found


def _disagreement(
    part: Part, row: int, column: _Column, sums: tuple[int, set[int]], readers: Readers
) -> Iterable[Finding]:
    read = readers.quantities(column.place.meaning.field.whole, column.place.meaning.scale)
    total = exact(read[part.sheet.rows[row][column.place.column]])
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
