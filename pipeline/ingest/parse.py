"""Regions of sheets → Tables: every record row typed, or rejected with its finding."""

from __future__ import annotations

import re
from array import array
from collections.abc import Hashable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import chain, compress
from typing import NamedTuple

from pipeline.ingest import dates, digests, fields, order, ordinals, owners, reported, rows, unheld
from pipeline.ingest.blocks import Block, sliced
from pipeline.ingest.columns import Part, Readers, Stack
from pipeline.ingest.declare import Declared
from pipeline.ingest.flat import Amounts, Dates
from pipeline.ingest.owners import Owners
from pipeline.ingest.pointing import said
from pipeline.ingest.rows import Kind
from pipeline.ingest.units import Units
from pipeline.model import ABSENT, Columns, Definitions, Field, Finding, Ledger, Origin, Severity, Table
from pipeline.spelling import normal

_PLAN = re.compile(r"(计划|安排|方案)(一览)?表?(\([^()]*\))*(\.[a-z]{2,5})?$")
_DONE = re.compile(r"台账|登记|情况|统计|完成|落实|记录|总结|实际")
"""What calls a table one of what was done, whatever else it is called."""


class Parsed(NamedTuple):
    table: Table
    findings: tuple[Finding, ...]


class Work(NamedTuple):
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


@dataclass(frozen=True, slots=True, eq=False)
class Begun:
    """A table whose records have owners, a unit for each, and are still to be typed."""

    work: Work
    part: Part
    owned: Owners
    units: Sequence[int]
    findings: list[Finding]
    unheld: Sequence[int] = ()
    """Rows of which a column says that there was no event."""

    @property
    def manner(self) -> Hashable:
        return self.part.manner, id(self.work.readers)


def begun(work: Work) -> Begun | Parsed:
    """The table with its owners; parsed already, all its records rejected, where it cannot be counted."""
    part, region = work.part, work.part.region
    missing = [*region.missing, *_unstated(work)]
    if owners.unclaimed(part, work.declared, work.units):
        missing.append("unit")
    if missing:
        return _uncounted(work, _missing(part, missing))
    if part.rows and _is_plan(work):
        return _uncounted(work, [_planned(part)])
    owned = owners.owners(part, work.declared, work.units)
    if owned.refused:
        return _uncounted(work, owned.findings)
    part = replace(part, owner=lambda row: work.unit_name(owned.by_row.get(row, -1)))
    findings = list(_signed((*region.findings, *owned.findings), owned, work))
    not_held = unheld.rows(part, work.definitions.unheld) if region.strange else {}
    if not_held:
        findings += unheld.findings(part, not_held)
        part = replace(part, rows=[row for row in part.rows if row not in not_held])
    units = list(map(owned.by_row.__getitem__, part.rows))
    return Begun(work, part, owned, units, findings, sorted(not_held))


def tables(begun: Iterable[Begun]) -> dict[Begun, Parsed]:
    """Type the records of tables; those of one manner together, for a long column costs less than many short ones."""
    stacks: dict[Hashable, list[Begun]] = {}
    for each in begun:
        stacks.setdefault(each.manner, []).append(each)
    return {each: parsed for stack in stacks.values() for each, parsed in zip(stack, _stacked(stack), strict=True)}


def _signed(findings: Iterable[Finding], owned: Owners, work: Work) -> Iterable[Finding]:
    """Findings with the unit of their row."""
    for finding in findings:
        unit = owned.by_row.get(finding.origin.row - 1, -1)
        yield finding if finding.unit or unit < 0 else finding._replace(unit=work.unit_name(unit))


def _stacked(tables: Sequence[Begun]) -> Iterator[Parsed]:
    stack = Stack([each.part for each in tables], [each.findings for each in tables])
    units = list(chain.from_iterable(each.units for each in tables))
    dated = dates.dates(stack, tables[0].work.readers)
    lost = dated.unread | _nobodys(units)
    records = _typed(stack, [each.work for each in tables], units) | _placed(stack, dated, units)
    if stack.region.ledger.order:
        records["out_of_order"] = order.backwards(stack, records, lost)
    records["names"] = digests.names(stack)
    for each, span in zip(tables, stack.spans, strict=True):
        yield _parsed(each, records, span, lost)


def _parsed(table: Begun, records: Block, span: slice, lost: AbstractSet[int]) -> Parsed:
    """One table of a stack."""
    part, units, work = table.part, table.units, table.work
    gone = [i - span.start for i in sorted(lost) if span.start <= i < span.stop]
    columns = _without(records, span, gone) if gone else sliced(records, span)
    rejected = [(part.rows[i] + 1, units[i]) for i in gone]
    rejected += [(row + 1, table.owned.by_row[row]) for row in table.unheld]
    zeros = [(row + 1, table.owned.by_row[row]) for row in part.region.kinds.get(Kind.ZERO, ())]
    home = work.declared.unit.unit
    answers = len(gone) < len(units) and home not in {unit for _, unit in rejected}
    named = [*(unit for _, unit in zeros), *([home] if answers else [])]
    unowned = [(row, -1) for row, unit in zeros if unit < 0]
    return Parsed(work.table(columns, [*rejected, *unowned], named), tuple(table.findings))


def _nobodys(units: Sequence[int]) -> set[int]:
    """The records that are no unit's."""
    return {i for i, unit in enumerate(units) if unit < 0} if min(units, default=0) < 0 else set()


def _placed(stack: Stack, dated: Dates, units: Sequence[int]) -> Block:
    """Date, unit and row of every record."""
    rows = chain.from_iterable(part.rows for part in stack.parts)
    return {**dated.columns(), "unit": array("i", units), "row": array("i", map((1).__add__, rows))}


def _without(records: Block, span: slice, gone: Sequence[int]) -> Block:
    """The records of one table but those that are gone."""
    kept = [True] * (span.stop - span.start)
    for i in gone:
        kept[i] = False
    return {name: _only(column[span], kept) for name, column in records.items()}


def _only(column: array[int] | list[str], kept: Sequence[bool]) -> array[int] | list[str]:
    if isinstance(column, list):
        return list(compress(column, kept))
    left = column[:0]
    left.extend(compress(column, kept))
    return left


# --- a table that is not counted ----------------------------------------------------------------------------------------


def _uncounted(work: Work, findings: Iterable[Finding]) -> Parsed:
    """All records are rejected, for one reason that stands on the table as a whole."""
    owner = work.declared.unit.unit
    made = work.table(
        {"row": array("i"), "unit": array("i")},
        ((row + 1, owner) for row in rows.together(work.part.region.kinds, Kind.RECORD, Kind.ZERO)),
    )
    return Parsed(made, tuple(finding._replace(unit=finding.unit or work.unit_name(owner)) for finding in findings))


def _unstated(work: Work) -> Iterable[str]:
    """Required choices that no column holds and no title states, where there are records to hold them."""
    region = work.part.region
    for field in region.ledger.fields:
        absent = field.from_title and field.need == "R" and field.name not in region.places
        if absent and work.part.rows and not stated_type(field, region.ledger, work.spoken):
            yield field.name


def _is_plan(work: Work) -> bool:
    """Whether its title, else its sheet, else its file calls the table a plan; not if its dates are those of what was done."""
    sheet, *title, file = work.spoken
    date = work.part.region.places.get("start_date")
    if date is None or _DONE.search(date.text):
        return False
    named = [name for name in map(normal, title) if ":" not in name]
    for names in (named, [normal(sheet)], [normal(file)]):
        if any(map(_DONE.search, names)):
            return False
        if any(map(_PLAN.search, names)):
            return True
    return False


def _planned(part: Part) -> Finding:
    origin = Origin(part.file, part.sheet.name, part.region.header[-1] + 1)
    return Finding("sheet-unrecognised", Severity.ERROR, origin, "", part.region.ledger.id, "", said(why="计划"))


def _missing(part: Part, missing: Iterable[str]) -> Iterable[Finding]:
    """A required field has no column: the sheet is not counted; headers of which the ledger knows nothing are the candidates."""
    candidates = [heading for column in part.region.strange if not (heading := part.heading(column)).isdigit()]
    ambiguous = {f.field for f in part.region.findings if f.code == "column-ambiguous"}
    yield from part.region.findings
    for name in missing:
        if name not in ambiguous:
            origin = Origin(part.file, part.sheet.name, part.region.header[-1] + 1)
            values = said(expected=part.region.ledger.field(name).header, near="、".join(candidates)[:60])
            yield Finding("column-missing", Severity.ERROR, origin, "", part.region.ledger.id, name, values)


# --- the fields -------------------------------------------------------------------------------------------------------


def _typed(stack: Stack, works: Sequence[Work], units: Sequence[int]) -> Block:
    """The columns of the fields; what a number means may depend on the choices beside it."""
    typed: Block = {}
    ledger, readers = stack.region.ledger, works[0].readers
    for field in ledger.fields:
        if field.vocabulary:
            typed[field.column] = fields.choices(stack, field, readers, [_assumed(field, work) for work in works])
        elif field.type == "text":
            typed[field.name] = fields.texts(stack, field)
        elif field.type in ("date", "datetime") and field.name != "start_date":
            typed |= fields.times(stack, field, readers).columns(field.name)
    for field in ledger.fields:
        if field.type == "quantity":
            typed |= _amounts(stack, field, works[0], typed, units).columns(field.name)
    return typed


def _amounts(stack: Stack, field: Field, work: Work, choices: Block, units: Sequence[int]) -> Amounts:
    """The numbers of a field, among the choices of the same records."""
    ledger = stack.region.ledger
    if (stated := ledger.stated) and field.name == stated.value:
        read = reported.values(stack, stated, work.definitions, _masks(choices, stated.indicator))
    else:
        read = fields.amounts(stack, field, work.readers)
    if field.default is not None:
        kinds = _masks(choices, ledger.kind) if ledger.kind else [0] * len(stack)
        read = ordinals.asked(stack, field, read, units, kinds, work.readers)
    fields.outliers(stack, field, read, units)
    return read


def _masks(choices: Block, name: str) -> array[int]:
    masks = choices[name]
    assert isinstance(masks, array)
    return masks


def _assumed(field: Field, work: Work) -> int:
    """What a field without a column is: the type that sheet name or title states, where they may say it."""
    if not field.from_title or field.name in work.part.region.places:
        return ABSENT
    return stated_type(field, work.part.region.ledger, work.spoken) or ABSENT


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
