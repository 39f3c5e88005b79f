"""The fields of records, each read from its column at a stroke; where that fails, part by part, with a finding for every
cell that is not clear.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from itertools import chain, repeat
from statistics import median

from pipeline.ingest import cells, quantities
from pipeline.ingest.candidates import Place
from pipeline.ingest.choices import Chosen
from pipeline.ingest.columns import YEAR_ASSUMED, Part, Readers, Stack, shown
from pipeline.ingest.distinct import Reader
from pipeline.ingest.flat import Amounts, Moments, end_to_end
from pipeline.ingest.moments import When
from pipeline.ingest.quantities import Quantity
from pipeline.model import EXACT, MICRO, NOT_APPLICABLE, UNKNOWN, Cell, Field, Finding, Severity

_UNKNOWN = Quantity(0, 0, 0, UNKNOWN)
_NONE = Quantity(0, 0, 0, EXACT)
_OUTLIER_TIMES, _OUTLIER_FROM = 100, 5


def amounts(stack: Stack, field: Field, readers: Readers) -> Amounts:
    """A quantity column; blank is the field's default or unknown, an unreadable cell of 次数 is 1 with its error."""
    place = stack.region.places.get(field.name)
    default = _UNKNOWN if field.default is None else _exactly(field.default)
    if place is None:
        return Amounts.certain(array("q", [default.value]) * len(stack), default.kind)
    reader = readers.quantities(field.whole, place.meaning.scale)
    if (numbers := stack.numbers(place, reader)) is not None:
        return Amounts.certain(numbers)
    return Amounts.joined(_amounts(part, place, reader, default, findings) for part, findings in stack)


def _amounts(part: Part, place: Place, reader: Reader[Quantity], default: Quantity, findings: list[Finding]) -> Amounts:
    if (numbers := part.numbers(place, reader)) is not None:
        return Amounts.certain(numbers)
    column, broken = part.cells(place, merged=False), part.broken(place)
    shared = _shared(part, place) if place.meaning.field.default is not None else ()
    read = reader.column(column)
    for i in [i for i, quantity in enumerate(read) if quantity.kind != EXACT]:
        if i in broken:
            findings.append(part.finding(broken[i][0], Severity.ERROR, i, place, found=broken[i][1]))
        else:
            findings += _doubt(part, i, place, read[i], column.cells[i])
        if read[i].kind == UNKNOWN:
            read[i] = _NONE if i in shared else default
    return Amounts.of(read)


def _shared(part: Part, place: Place) -> AbstractSet[int]:
    """The records whose quantity is merged into one of the same unit above, where it is counted."""
    merged, known = part.merged(place.column), set(part.rows)
    tops = ((i, row, merged[row]) for i, row in enumerate(part.rows) if row in merged)
    return {i for i, row, top in tops if top in known and part.owner(row) == part.owner(top)}


def _exactly(number: int) -> Quantity:
    return Quantity(number * MICRO, number * MICRO, number * MICRO, EXACT)


def _doubt(part: Part, i: int, place: Place, read: Quantity, cell: Cell) -> list[Finding]:
    """What is no number may be names or a telephone's: it is not echoed."""
    problem = "quantity-invalid" if read.same else read.problem
    if problem:
        is_said = isinstance(cell, bool) or (problem != "quantity-invalid" and quantities.names_nobody(cell))
        found = shown(cell) if is_said else ""
        return [part.finding(problem, Severity.ERROR, i, place, found=found, header=place.text)]
    if EXACT < read.kind < UNKNOWN:
        return [part.finding("quantity-approximate", Severity.NOTICE, i, place, found=shown(cell))]
    return []


def outliers(stack: Stack, field: Field, read: Amounts, units: Sequence[int]) -> None:
    """A value of 100 times the median of its unit's column or more, from 5 values on."""
    place = stack.region.places.get(field.name)
    if place is None or max(read.value, default=0) < _OUTLIER_TIMES * MICRO:
        return
    for (part, findings), span in zip(stack, stack.spans, strict=True):
        findings.extend(_outliers(part, place, read.value[span], _by_unit(read.kind[span], units[span])))


def _outliers(part: Part, place: Place, values: Sequence[int], by_unit: Iterable[Sequence[int]]) -> Iterable[Finding]:
    largest = max(values, default=0)
    for mine in by_unit:
        middle = median(values[i] for i in mine) if len(mine) >= _OUTLIER_FROM else 0
        for i in mine if 0 < _OUTLIER_TIMES * middle <= largest else ():
            if values[i] >= _OUTLIER_TIMES * middle:
                found, usual = f"{values[i] / MICRO:g}", f"{middle / MICRO:g}"
                yield part.finding("quantity-outlier", Severity.WARNING, i, place, found=found, expected=usual)


def _by_unit(kinds: Sequence[int], units: Sequence[int]) -> Iterable[list[int]]:
    """For every unit the indices of its records that state a quantity."""
    found: dict[int, list[int]] = {unit: [] for unit in units}
    for i, (unit, kind) in enumerate(zip(units, kinds, strict=True)):
        if kind not in (UNKNOWN, NOT_APPLICABLE):
            found[unit].append(i)
    return found.values()


def choices(stack: Stack, field: Field, readers: Readers, absent: Sequence[int]) -> array[int]:
    """A column of choices as masks; where there is no column, what is `absent` of each part."""
    place = stack.region.places.get(field.name)
    if place is None:
        masks = chain.from_iterable(repeat(mask, len(p.rows)) for mask, p in zip(absent, stack.parts, strict=True))
        return array("q", masks)
    reader = readers.choices(stack.region.ledger.id, field)
    if (known := stack.numbers(place, reader)) is not None:
        return known
    return end_to_end(_choices(part, place, reader, findings) for part, findings in stack)


def _choices(part: Part, place: Place, reader: Reader[Chosen], findings: list[Finding]) -> array[int]:
    if (masks := part.numbers(place, reader)) is not None:
        return masks
    read, broken = reader.column(part.cells(place)), part.broken(place)
    doubtful = {i for i, choice in enumerate(read) if choice.doubtful}
    for i in sorted(doubtful.union(broken)):
        if i in broken:
            findings.append(part.finding(broken[i][0], Severity.ERROR, i, place, found=broken[i][1]))
        else:
            findings.append(_choice_problem(part, i, place, read[i]))
    return array("q", [choice.mask for choice in read])


def _choice_problem(part: Part, i: int, place: Place, choice: Chosen) -> Finding:
    if place.meaning.field.type == "media" and choice.blank:
        return part.finding("choice-unknown", Severity.NOTICE, i, place, header=place.text)
    found = "、".join(choice.unknown)[:40]
    near = "、".join(dict.fromkeys(choice.near))
    return part.finding("choice-unknown", Severity.WARNING, i, place, found=found, near=near, header=place.text)


def texts(stack: Stack, field: Field) -> list[str]:
    place = stack.region.places.get(field.name)
    if place is None:
        return [""] * len(stack)
    return [cell if type(cell) is str else cells.text(cell) for cell in stack.cells(place)]


def times(stack: Stack, field: Field, readers: Readers) -> Moments:
    """A secondary time such as 办结时间: blank is unknown; what cannot be read is unknown with its error."""
    place = stack.region.places.get(field.name)
    if place is None:
        return Moments.unknown(len(stack))
    if (starts := stack.numbers(place, stack.dates(readers))) is not None:
        return Moments.of_days(starts)
    return Moments.joined(_times(part, place, readers, findings) for part, findings in stack)


def _times(part: Part, place: Place, readers: Readers, findings: list[Finding]) -> Moments:
    if (starts := part.numbers(place, part.dates(readers))) is not None:
        return Moments.of_days(starts)
    column, broken = part.cells(place), part.broken(place)
    read = [_unless_ditto(when) for when in part.dated(column, readers)]
    for i, (when, cell) in enumerate(zip(read, column.cells, strict=True)):
        if i in broken:
            findings.append(part.finding(broken[i][0], Severity.ERROR, i, place, found=broken[i][1]))
        elif when.problem and when.problem != "date-missing":
            findings.append(part.finding(when.problem, Severity.ERROR, i, place, found=shown(cell)))
        elif YEAR_ASSUMED in when.notes:
            year = str((date(1970, 1, 1) + timedelta(seconds=when.start)).year)
            findings.append(part.finding(YEAR_ASSUMED, Severity.NOTICE, i, place, found=shown(cell), year=year))
    return Moments.of(read)


def _unless_ditto(when: When) -> When:
    """同上 with nothing above says no time."""
    return when._replace(problem="date-invalid") if when.same else when
