"""Numbers of events that run 1, 2, 3 … down the rows, or up: they may be 第几次 and are asked about, each row an event."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence

from pipeline.ingest.candidates import Place
from pipeline.ingest.columns import Part, Readers, Stack, shown
from pipeline.ingest.flat import Amounts
from pipeline.ingest.headings import DECIDED
from pipeline.ingest.quantities import exact
from pipeline.ingest.rows import Kind
from pipeline.model import MICRO, Field, Finding, Severity

_FEWEST = 4
"""Numbers that are in order by more than chance."""
_OR = "依次的第几次"


def asked(
    stack: Stack, field: Field, read: Amounts, units: Sequence[int], forms: Sequence[int], readers: Readers
) -> Amounts:
    """The amounts with 1 where a unit's, or those of each of its `forms`, are 1, 2, 3 … or … 3, 2, 1 and no total adds them up."""
    place = stack.region.places.get(field.name)
    if place is None or place.meaning.rank == DECIDED or max(read.value, default=0) < _FEWEST * MICRO:
        return read
    doubtful: list[int] = []
    for (part, findings), span in zip(stack, stack.spans, strict=True):
        stated = _totals(part, place, readers)
        records = range(span.start, span.stop)
        on = [records] if _goes_on(part, place, read.value[span], readers) else []
        for mine in on or _ordinals(records, read.value, units, forms):
            if stated.isdisjoint((sum(read.value[span]), sum(read.value[i] for i in mine))):
                doubtful += mine
                findings.extend(_findings(part, place, [i - span.start for i in mine]))
    return _once(read, doubtful) if doubtful else read


def _ordinals(
    records: range, values: Sequence[int], units: Sequence[int], forms: Sequence[int]
) -> Iterator[Sequence[int]]:
    """For each unit whose numbers run from 1 on, as a whole or by form, its records."""
    if max(values[records.start : records.stop], default=0) < _FEWEST * MICRO:
        return
    for mine in _grouped(records, units):
        if _runs([mine], values) or _runs(_grouped(mine, forms), values):
            yield mine


def _goes_on(part: Part, place: Place, values: Sequence[int], readers: Readers) -> bool:
    """Whether the numbers go on with that at the end of the page above."""
    reader = readers.quantities(place.meaning.field.whole, place.meaning.scale)
    above = (part.sheet.rows[row][place.column] for row in range(part.region.header.start - 1, -1, -1))
    last = next((number for cell in above if (number := exact(reader[cell]))), 0)
    return (
        last >= _FEWEST * MICRO
        and bool(values)
        and all(value == last + number * MICRO for number, value in enumerate(values, start=1))
    )


def _grouped(records: Iterable[int], by: Sequence[int]) -> list[list[int]]:
    found: dict[int, list[int]] = {}
    for i in records:
        found.setdefault(by[i], []).append(i)
    return list(found.values())


def _runs(groups: Sequence[Sequence[int]], values: Sequence[int]) -> bool:
    """Whether each group has the numbers from 1 on, in either direction, and one of them enough."""
    return max(map(len, groups)) >= _FEWEST and all(_runs_from_one([values[i] for i in group]) for group in groups)


def _runs_from_one(values: Sequence[int]) -> bool:
    numbers = [number * MICRO for number in range(1, len(values) + 1)]
    return values in (numbers, numbers[::-1])


def _totals(part: Part, place: Place, readers: Readers) -> set[int | None]:
    reader = readers.quantities(place.meaning.field.whole, place.meaning.scale)
    return {exact(reader[part.sheet.rows[row][place.column]]) for row in part.region.kinds.get(Kind.TOTAL, ())}


def _findings(part: Part, place: Place, records: Iterable[int]) -> Iterator[Finding]:
    cells = part.column(place.column).cells
    for i in records:
        values = {"found": shown(cells[i]), "header": place.text, "ordinal": _OR}
        yield part.finding("quantity-ambiguous", Severity.ERROR, i, place, **values)


def _once(read: Amounts, records: Iterable[int]) -> Amounts:
    """With one event for each of the records."""
    value, low, high = (array("q", column) for column in (read.value, read.low, read.high))
    for i in records:
        value[i] = low[i] = high[i] = MICRO
    return Amounts(value, low, high, read.kind)
