"""Values of 直报: in the measure of the indicator that the row names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import chain, repeat

from pipeline.ingest import quantities, titles
from pipeline.ingest.candidates import Place
from pipeline.ingest.cells import NOTE
from pipeline.ingest.columns import Part, Stack, shown
from pipeline.ingest.fields import texts
from pipeline.ingest.flat import Amounts
from pipeline.ingest.headings import Meaning, is_measure
from pipeline.ingest.quantities import Quantity
from pipeline.model import UNKNOWN, Cell, Definitions, Field, Finding, Indicator, Severity, Stated
from pipeline.spelling import normal

_FACTORS = {"元": Fraction(1, 10_000), "千元": Fraction(1, 10), "亿元": Fraction(10_000)}
"""To 万元, in which money is kept."""


def values(stack: Stack, stated: Stated, definitions: Definitions, masks: Sequence[int]) -> Amounts:
    """The values, 元 as 万元 where the indicator is counted so; counted things must be whole.

    `masks` are the indicators that the records name.
    """
    field = stack.region.ledger.field(stated.indicator)
    indicators = _indicators(field, definitions, masks)
    measures = _measures(stack, stated)
    return Amounts.joined(
        _values(
            part, part.region.places[stated.value], measures[span], [indicators[mask] for mask in masks[span]], findings
        )
        for (part, findings), span in zip(stack, stack.spans, strict=True)
    )


def _values(
    part: Part,
    place: Place,
    measures: Sequence[str],
    indicators: Sequence[Indicator | None],
    findings: list[Finding],
) -> Amounts:
    column, broken = part.cells(place, merged=False).cells, part.broken(place)
    read = []
    for i, cell in enumerate(column):
        quantity = _quantity(cell, measures[i], indicators[i], place.meaning.scale)
        if i in broken:
            findings.append(part.finding(broken[i][0], Severity.ERROR, i, place, found=broken[i][1]))
        elif quantity.problem:
            is_said = quantity.problem != "quantity-invalid" and quantities.names_nobody(cell)
            found = shown(cell) if is_said else ""
            findings.append(part.finding(quantity.problem, Severity.ERROR, i, place, found=found))
        elif 0 < quantity.kind < UNKNOWN:
            findings.append(part.finding("quantity-approximate", Severity.NOTICE, i, place, found=shown(cell)))
        read.append(quantity)
    return Amounts.of(read)


def _measures(stack: Stack, stated: Stated) -> list[str]:
    """What every value is counted in: by its own column, else by a note behind its indicator, header or title."""
    ledger = stack.region.ledger
    of_table = chain.from_iterable(repeat(_money(part, stated), len(part.rows)) for part in stack.parts)
    notes = map(NOTE.search, map(normal, texts(stack, ledger.field(stated.indicator))))
    own = texts(stack, ledger.field(stated.measure)) if stated.measure else [""] * len(stack)
    said = zip(own, notes, of_table, strict=True)
    return [measure or (note[1] if note else "") or money for measure, note, money in said]


def _money(part: Part, stated: Stated) -> str:
    """The measure of money that header or title state, in brackets since it holds for money only."""
    note = NOTE.search(normal(part.region.places[stated.value].text))
    labelled = [pair for row in part.region.title for pair in titles.line(part.sheet.rows[row]).fields]
    measures = [note[1] if note else "", *(value for label, value in labelled if label.endswith("单位"))]
    found = (normal(measure).strip("()").removeprefix("单位:") for measure in measures)
    return next((f"({measure})" for measure in found if measure in _FACTORS), "")


def _indicators(field: Field, definitions: Definitions, masks: Iterable[int]) -> Mapping[int, Indicator | None]:
    """Mask → the indicator that it names."""
    vocabulary = field.vocabulary
    assert vocabulary is not None
    by_name = {indicator.name: indicator for indicator in definitions.indicators}
    return {
        mask: next((by_name[name] for name in vocabulary.words(mask) if name in by_name), None) for mask in set(masks)
    }


def _quantity(cell: Cell, measure: str, indicator: Indicator | None, scale: Fraction) -> Quantity:
    if indicator is None:
        return quantities.quantity(cell, whole=False, scale=scale)
    factor = _factor(indicator.measure_word, normal(measure))
    if factor is None or (isinstance(cell, str) and "万" in cell and "元" not in cell and measure.startswith("万")):
        return Quantity(0, 0, 0, UNKNOWN, problem="quantity-ambiguous")
    return quantities.quantity(cell, whole=indicator.whole, scale=scale * factor)


def _factor(expected: str, stated: str) -> Fraction | None:
    """From what the row is counted in to what the indicator is; None where the two have nothing in common."""
    if stated.startswith("("):
        return _FACTORS[stated.strip("()")] if expected == "万元" else Fraction(1)
    if stated in ("", expected):
        return Fraction(1)
    if expected == "万元":
        return _FACTORS.get(stated)
    if stated == "万元" or stated in _FACTORS:
        return None
    return Fraction(10_000) if stated == f"万{expected}" else Fraction(1)


def measured(part: Part) -> Part:
    """The part with a column 单位 that holds 元, 个, 人次 as that of the measures."""
    stated = part.region.ledger.stated
    if not (stated and stated.measure) or stated.measure in part.region.places:
        return part
    named = {c for row in part.region.header for c, cell in enumerate(part.sheet.rows[row]) if cell == "单位"}
    found = [column for column in sorted(named) if _holds_measures(part, column)]
    if len(found) != 1:
        return part
    field = part.region.ledger.field(stated.measure)
    places = {name: place for name, place in part.region.places.items() if place.column != found[0]}
    places[stated.measure] = Place(found[0], "单位", Meaning(field, 0))
    return replace(part, region=part.region._replace(places=places))


def _holds_measures(part: Part, column: int) -> bool:
    filled = [cell for cell in part.column(column).cells if cell is not None and cell != ""]
    return bool(filled) and all(isinstance(cell, str) and is_measure(cell) for cell in filled)


def untouched(part: Part) -> bool:
    """A form whose indicators are named and whose values are all blank: nobody has reported anything."""
    stated = part.region.ledger.stated
    place = part.region.places.get(stated.value) if stated else None
    if place is None or part.broken(place):
        return False
    return all(cell is None or cell == "" for cell in part.cells(place, merged=False).cells)
