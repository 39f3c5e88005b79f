"""One sheet, whatever its layout (lists, forms, crosstabs) → its tables, or the reason why there is none.

First a draft, whose tables are begun; they are typed together with those of other sheets, which then are understood.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from pipeline.ingest import crosstab, decisions, declare, forms, locate, owners, parse, reported, sections, totals
from pipeline.ingest.columns import Part, Readers
from pipeline.ingest.crosstab import Sums
from pipeline.ingest.decisions import UNDECIDED, Decisions
from pipeline.ingest.declare import Declared
from pipeline.ingest.forms import Form
from pipeline.ingest.headings import Headings
from pipeline.ingest.locate import Located, Region
from pipeline.ingest.parse import Begun, Parsed, Work
from pipeline.ingest.pointing import said
from pipeline.ingest.rows import Kind
from pipeline.ingest.schemas import Schemas
from pipeline.ingest.titles import Statement
from pipeline.ingest.units import Named, Units
from pipeline.model import Definitions, Finding, Sheet, Table
from pipeline.period import Period


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The definitions as a worker uses them, with what it has worked out so far."""

    definitions: Definitions
    schemas: Schemas
    units: Units
    readers: Readers
    decisions: Decisions = UNDECIDED

    @classmethod
    def of(cls, definitions: Definitions, decisions: Decisions = UNDECIDED) -> Knowledge:
        return cls(
            definitions=definitions,
            schemas=Schemas(definitions, Headings(definitions, decisions)),
            units=Units(definitions, decisions),
            readers=Readers(definitions, decisions),
            decisions=decisions,
        )

    def for_file(self, file: str) -> Knowledge:
        """With the decisions of 裁定 about a file, if there are any."""
        found = decisions.of_file(file, self.definitions.rulings)
        return Knowledge.of(self.definitions, found) if found.rulings else self


class Page(NamedTuple):
    """A sheet and what its file says of it."""

    file: str
    stem: str
    sheet: Sheet
    rows: int
    """Physical rows from 1 to the last that is not empty, as the file has them."""
    path: Sequence[Statement]
    """What the names of the file and of its folders state, nearest first."""
    date_1904: bool


class Understood(NamedTuple):
    """The tables of a sheet; `problem` is sheet-unrecognised or sheet-ambiguous where there is none."""

    tables: tuple[Table, ...] = ()
    findings: tuple[Finding, ...] = ()
    problem: str = ""
    values: tuple[tuple[str, str], ...] = ()


class Draft(NamedTuple):
    """A sheet whose tables are begun; `tables`, `findings` and what is found `below` them stand from the top."""

    tables: tuple[Begun | Parsed, ...] = ()
    findings: tuple[Finding, ...] = ()
    below: tuple[Finding, ...] = ()
    problem: str = ""
    values: tuple[tuple[str, str], ...] = ()
    form: Form | None = None
    """Where the cells of its one table really stand."""

    @property
    def begun(self) -> Iterator[Begun]:
        """Its tables that are to be typed."""
        return (table for table in self.tables if isinstance(table, Begun))

    def understood(self, typed: Mapping[Begun, Parsed]) -> Understood:
        """The sheet, now that its tables are typed."""
        parsed = [typed[table] if isinstance(table, Begun) else table for table in self.tables]
        tables = tuple(each.table for each in parsed)
        findings = (*self.findings, *(finding for each in parsed for finding in each.findings), *self.below)
        if self.form:
            tables, findings = tuple(map(self.form.table, tables)), tuple(map(self.form.finding, findings))
        return Understood(tables, findings, self.problem, self.values)


def drafted(page: Page, knowledge: Knowledge) -> Draft:
    """Lists first; a sheet that is none may be a form or a crosstab."""
    located = _located(page, knowledge)
    if located.regions:
        return _lists(page, located, knowledge)
    if located.problem == "sheet-unrecognised":
        other = _form(page, knowledge) or _crosstab(page, knowledge)
        if other:
            return other
    return Draft(problem=located.problem, values=located.values)


def rows(sheet: Sheet) -> int:
    """Physical rows from 1 to the last that is not empty."""
    filled = (n for n in range(len(sheet.rows), 0, -1) if any(c is not None and c != "" for c in sheet.rows[n - 1]))
    return next(filled, 0)


def _located(page: Page, knowledge: Knowledge) -> Located:
    words = (page.sheet.name, page.stem)
    return locate.sheet(page.sheet, knowledge.schemas, file=page.file, words=words)


def _lists(page: Page, located: Located, knowledge: Knowledge) -> Draft:
    """The tables of a sheet from the top; rows between two tables belong to the upper one."""
    above, start = Declared(), 0
    before: tuple[Part, Named] | None = None
    counted: dict[str, list[Part]] = {}
    tables: list[Begun | Parsed] = []
    for i, region in enumerate(located.regions):
        last = i + 1 == len(located.regions)
        end = page.rows if last else max(_last(region) + 1, start)
        declared = declare.declared(page.sheet, region.title, page.path, knowledge.units, above, region.over)
        declared = declare.signed(declared, page.sheet, _below(region), knowledge.units)
        above_it = counted.get(region.ledger.id, ())
        part = sections.told(_part(page, region, declared), knowledge.units)
        if before and _goes_on(before[0], part, knowledge.units):
            declared = declared._replace(section=sections.going_on(part, knowledge.units, before[1]))
        before = part, owners.ending(part, declared, knowledge.units)
        part = totals.unlabelled(part, above_it, knowledge.readers)
        table = parse.begun(_work(part, declared, end - start, knowledge))
        if isinstance(table, Begun):
            counted.setdefault(region.ledger.id, []).append(part)
        tables.append(table)
        start, above = end, above if above.title.names_unit or above.title.periods else declared
    mismatches = (finding for stacked in counted.values() for finding in totals.mismatches(stacked, knowledge.readers))
    return Draft(tuple(tables), tuple(located.findings), tuple(mismatches))


def _goes_on(above: Part, part: Part, units: Units) -> bool:
    """Whether a table is the one above it on another page: the same header again, and no unit over it."""
    first, second = above.region, part.region
    if first.ledger is not second.ledger or second.header.start <= first.header.start:
        return False
    headers = [part.sheet.rows[region.header.start] for region in (first, second)]
    return headers[0] == headers[1] and not declare.names_unit(part.sheet, second.title, second.over, units)


def _part(page: Page, region: Region, declared: Declared) -> Part:
    records = region.kinds.get(Kind.RECORD, ())
    part = Part(page.file, page.sheet, region, records, declared.year, _month(declared.period), page.date_1904)
    return replace(part, rows=()) if reported.untouched(part) else reported.measured(part)


def _below(region: Region) -> Sequence[int]:
    """The footer below the last record."""
    last = max(region.kinds.get(Kind.RECORD, ()), default=-1)
    return [row for row in region.kinds.get(Kind.FOOTER, ()) if row > last]


def _last(region: Region) -> int:
    """The last row of the region; 0 if there is none below its header."""
    return max((rows[-1] for rows in region.kinds.values()), default=0)


def _month(period: Period | None) -> int | None:
    return period.start.month if period and period.start.month == period.end.month else None


def _work(part: Part, declared: Declared, read: int, knowledge: Knowledge) -> Work:
    title = [cell for row in part.region.title for cell in part.sheet.rows[row] if isinstance(cell, str)]
    spoken = [part.sheet.name, *title, part.file.rpartition("/")[2]]
    return Work(part, declared, read, spoken, knowledge.definitions, knowledge.units, knowledge.readers)


def _form(page: Page, knowledge: Knowledge) -> Draft | None:
    form = forms.flattened(page.sheet, knowledge.schemas.headings)
    if form is None:
        return None
    flat = page._replace(sheet=form.sheet)
    located = _located(flat, knowledge)
    return _lists(flat, located, knowledge)._replace(form=form) if len(located.regions) == 1 else None


def _crosstab(page: Page, knowledge: Knowledge) -> Draft | None:
    found = crosstab.located(page.sheet, knowledge.definitions, (page.sheet.name, page.stem))
    if not found:
        return None
    if len(found) > 1:
        names = "、".join(each.ledger.name for each in found)
        return Draft(problem="sheet-ambiguous", values=said(found=names))
    declared = declare.declared(page.sheet, range(found[0].header), page.path, knowledge.units, Declared())
    parsed = crosstab.parsed(Sums(page.file, page.sheet, found[0], declared, knowledge.units), knowledge.readers)
    return Draft((parsed._replace(table=parsed.table._replace(read=page.rows)),))
