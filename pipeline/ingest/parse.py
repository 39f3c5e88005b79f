"""One region of a sheet → a Table: every record row typed, or rejected with its finding."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import compress, pairwise

from pipeline.ingest import columns, dates, digests, owners, reported
from pipeline.ingest.columns import Part, Readers
from pipeline.ingest.declare import Declared
from pipeline.ingest.owners import Owners
from pipeline.ingest.pointing import said
from pipeline.ingest.rows import Kind
from pipeline.ingest.units import Units
from pipeline.model import ABSENT, Columns, Definitions, Field, Finding, Ledger, Origin, Severity, Table
from pipeline.spelling import normal

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Parsed:
    table: Table
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """One table to parse: its cells, what is declared of it, and what the worker knows."""

    part: Part
    declared: Declared
    read: int
    """Physical rows of the sheet that are this table's."""
    spoken: Sequence[str]
    """What sheet, titles and file call it."""
    definitions: Definitions
    units: Units
    readers: Readers

    def unit_name(self, unit: int) -> str:
        return self.units.register.units[unit].name if unit >= 0 else ""

    def table(self, columns: Columns, rejected: Iterable[tuple[int, int]], named: Iterable[int] = ()) -> Table:
        return Table(
            file=self.part.file,
            sheet=self.part.sheet.name,
            ledger=self.part.region.ledger.id,
            read=self.read,
            columns=columns,
            unit=self.declared.unit.unit,
            named=tuple(sorted({unit for unit in named if unit >= 0})),
            period=self.declared.period,
            rejected=tuple(rejected),
        )


def table(work: Work) -> Parsed:
    """Type the records of a region."""
    part, region = work.part, work.part.region
    missing = [*region.missing, *_unstated(work)]
    if missing:
        return _uncounted(work, _missing(part, missing))
    owned = owners.owners(part, work.declared, work.units)
    if owned.refused:
        return _uncounted(work, owned.findings)
    units = [owned.by_row[row] for row in part.rows]
    findings = [*region.findings, *owned.findings]
    dated = dates.dates(part, work.readers, findings)
    keep = [unit >= 0 and not when.problem for unit, when in zip(units, dated, strict=True)]
    flat = _typed(work, keep, units, findings)
    flat |= columns.flat_dates(dated, keep)
    flat["unit"] = array("i", compress(units, keep))
    flat["row"] = array("i", compress((row + 1 for row in part.rows), keep))
    if region.ledger.id == "incident":
        flat["out_of_order"] = array("b", _out_of_order(part, flat, keep, findings))
    flat["names"] = digests.names(part, keep)
    rejected = [(row + 1, unit) for row, unit, kept in zip(part.rows, units, keep, strict=True) if not kept]
    made = work.table(flat, [*rejected, *_rejected_zeros(part, owned)], _named(work, owned, accepted=any(keep)))
    return Parsed(made, tuple(_signed(findings, owned, work)))


def _signed(findings: Iterable[Finding], owned: Owners, work: Work) -> Iterable[Finding]:
    """Findings with the unit of their row."""
    for finding in findings:
        unit = owned.by_row.get(finding.origin.row - 1, -1)
        yield finding if finding.unit or unit < 0 else replace(finding, unit=work.unit_name(unit))


def _named(work: Work, owned: Owners, *, accepted: bool) -> Iterable[int]:
    """Units that the table answers for without a record: zero reports, and the declared unit of a table with rows."""
    yield from (unit for row, unit in owned.by_row.items() if work.part.region.kinds[row] is Kind.ZERO)
    if accepted:
        yield work.declared.unit.unit


def _rejected_zeros(part: Part, owned: Owners) -> Iterable[tuple[int, int]]:
    """Zero reports of nobody."""
    zeros = (row for row, kind in part.region.kinds.items() if kind is Kind.ZERO)
    return ((row + 1, -1) for row in zeros if owned.by_row[row] < 0)


# --- a table that is not counted ----------------------------------------------------------------------------------------


def _uncounted(work: Work, findings: Iterable[Finding]) -> Parsed:
    """All records are rejected, for one reason that stands on the table as a whole."""
    owner = work.declared.unit.unit
    made = work.table(
        {"row": array("i"), "unit": array("i")},
        ((row + 1, owner) for row, kind in work.part.region.kinds.items() if kind in (Kind.RECORD, Kind.ZERO)),
    )
    return Parsed(made, tuple(replace(finding, unit=finding.unit or work.unit_name(owner)) for finding in findings))


def _unstated(work: Work) -> Iterable[str]:
    """Required choices that no column holds and no title states, where there are records to hold them."""
    region = work.part.region
    for field in region.ledger.fields:
        absent = field.from_title and field.need == "R" and field.name not in region.places
        if absent and work.part.rows and not stated_type(field, region.ledger, work.spoken):
            yield field.name


def _missing(part: Part, missing: Iterable[str]) -> Iterable[Finding]:
    """A required field has no column: the sheet is not counted; unknown headers are the candidates."""
    candidates = [dict(f.values).get("header", "") for f in part.region.findings if f.code == "column-unknown"]
    ambiguous = {f.field for f in part.region.findings if f.code == "column-ambiguous"}
    yield from part.region.findings
    for name in missing:
        if name not in ambiguous:
            origin = Origin(part.file, part.sheet.name, part.region.header[-1] + 1)
            values = said(expected=part.region.ledger.field(name).header, near="、".join(candidates)[:60])
            yield Finding("column-missing", Severity.ERROR, origin, "", part.region.ledger.id, name, values)


# --- the fields -------------------------------------------------------------------------------------------------------


def _typed(
    work: Work, keep: Sequence[bool], units: Sequence[int], findings: list[Finding]
) -> dict[str, array[int] | list[str]]:
    flat: dict[str, array[int] | list[str]] = {}
    part, readers = work.part, work.readers
    masks: list[int] = []
    for field in part.region.ledger.fields:
        if field.type == "quantity":
            if field.name == "value":
                read = reported.values(part, work.definitions, masks, findings)
            else:
                read = columns.numbers(part, field, readers, findings)
            columns.outliers(part, field, read, units, findings)
            flat |= columns.flat_quantities(field.name, read, keep)
        elif field.type in ("choice", "choices", "role", "media", "indicator"):
            masks = columns.chosen(part, field, readers, findings, _assumed(field, part.region.ledger, work.spoken))
            flat["channel" if field.type == "media" else field.name] = array("q", compress(masks, keep))
        elif field.type == "text":
            flat[field.name] = list(compress(columns.texts(part, field), keep))
        elif field.type == "datetime" and field.name != "start_date":
            flat |= columns.flat_moments(field.name, columns.times(part, field, readers, findings), keep)
    return flat


def _assumed(field: Field, ledger: Ledger, spoken: Sequence[str]) -> int:
    """The type that sheet name or title states, where a ledger without that column may say it there."""
    return stated_type(field, ledger, spoken) or ABSENT if field.from_title else ABSENT


def stated_type(field: Field, ledger: Ledger, spoken: Sequence[str]) -> int:
    """The one choice that the nearest title speaks of; 0 where none or several."""
    assert field.vocabulary is not None
    spellings = field.vocabulary.spellings
    neutral = [
        word for word in map(normal, ledger.words) if word not in spellings and any(s in word for s in spellings)
    ]
    for text in spoken:
        name, mask = normal(text), 0
        for word in (*neutral, *sorted(spellings, key=len, reverse=True)):
            if word in name and word != "其他":
                mask |= 1 << spellings[word] if word in spellings else 0
                name = name.replace(word, " ")
        if mask:
            return mask if mask & (mask - 1) == 0 else 0
    return 0


def _out_of_order(part: Part, flat: Columns, keep: Sequence[bool], findings: list[Finding]) -> list[int]:
    """Records whose times run backwards: found > assigned > reply > closed; days compare where a time has no hour."""
    names = ("start_date", "assigned_at", "first_reply_at", "closed_at")
    times = list(zip(*(zip(flat[name], flat[f"{name}_timed"], strict=True) for name in names), strict=True))
    wrong = []
    for row, moments in zip(compress(part.rows, keep), times, strict=True):
        known = [
            (name, int(at), int(timed)) for name, (at, timed) in zip(names, moments, strict=True) if int(timed) >= 0
        ]
        later = next((after[0] for before, after in pairwise(known) if _is_backwards(before, after)), "")
        wrong.append(int(bool(later)))
        if later:
            place = part.region.places[later]
            findings.append(part.at(row, place, "incident-order", Severity.WARNING, header=place.text))
    return wrong


def _is_backwards(before: tuple[str, int, int], after: tuple[str, int, int]) -> bool:
    exact = before[2] == after[2] == 1
    return before[1] > after[1] if exact else before[1] // _DAY > after[1] // _DAY
