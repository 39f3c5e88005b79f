"""One book → its Reading: every sheet a table, or a finding that says why not. The task of a worker."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from pipeline.ingest import declare, locate, parse, read, titles, totals
from pipeline.ingest.columns import Part, Readers
from pipeline.ingest.declare import Declared
from pipeline.ingest.headings import Headings
from pipeline.ingest.locate import Located, Region
from pipeline.ingest.parse import Parsed
from pipeline.ingest.rows import Kind
from pipeline.ingest.titles import Statement
from pipeline.ingest.units import NOBODY, Units
from pipeline.model import Book, Definitions, Finding, Origin, Reading, Severity, Sheet, Source, Table
from pipeline.period import Period
from pipeline.spelling import normal

_TITLE_ROWS = 10
_SUMMARY = ("汇总", "总表", "合计", "统计汇总")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The definitions as a worker uses them, with what it has worked out so far."""

    definitions: Definitions
    headings: Headings
    units: Units
    readers: Readers

    @classmethod
    def of(cls, definitions: Definitions) -> Knowledge:
        return cls(definitions, Headings(definitions), Units(definitions), Readers(definitions))


def file(source: Source, knowledge: Knowledge, data: bytes | None = None) -> Reading:
    """Read and understand one file; whatever is wrong with it is in the findings."""
    return book(read.book(source, data), knowledge)


def book(book: Book, knowledge: Knowledge) -> Reading:
    name = book.source.name
    path = titles.of_path(name, knowledge.units)
    if any(titles.classified(sheet.rows[:_TITLE_ROWS]) for sheet in book.sheets):
        finding = Finding("file-classified", Severity.ERROR, Origin(name))
        return Reading(name, findings=(*book.findings, finding), modified=book.modified, units=_units(path))
    visible = [sheet for sheet in book.sheets if not sheet.hidden and _rows(sheet)]
    stem = PurePosixPath(name).stem
    located = {sheet.name: _located(sheet, knowledge, name, stem) for sheet in visible}
    summaries = _summaries(visible, located)
    tables: list[Table] = []
    unread: list[tuple[str, int, int]] = []
    findings = [*book.findings, *_hidden(book, name)]
    unread += [(sheet.name, _rows(sheet), 0) for sheet in book.sheets if sheet.hidden and _rows(sheet)]
    for sheet in visible:
        if sheet.name in summaries:
            unread.append((sheet.name, _rows(sheet), 0))
            findings.append(Finding("sheet-summary", Severity.NOTICE, Origin(name, sheet.name)))
        elif located[sheet.name].regions:
            found, said = _understood(sheet, located[sheet.name], path, book, knowledge)
            tables += found
            findings += said
        else:
            alone = not any(other.regions for other in located.values())
            finding = _unrecognised(located[sheet.name], Origin(name, sheet.name), alone=alone)
            findings.append(finding)
            rejected = _filled_rows(sheet) if finding.severity is Severity.ERROR else 0
            unread.append((sheet.name, _rows(sheet), rejected))
    return Reading(
        file=name,
        tables=tuple(tables),
        unread=tuple(unread),
        findings=tuple(findings),
        modified=book.modified,
        units=tuple(dict.fromkeys((*_units(path), *(table.unit for table in tables if table.unit >= 0)))),
    )


def _rows(sheet: Sheet) -> int:
    """Physical rows from 1 to the last that is not empty."""
    return next(
        (n for n in range(len(sheet.rows), 0, -1) if any(c is not None and c != "" for c in sheet.rows[n - 1])), 0
    )


def _filled_rows(sheet: Sheet) -> int:
    return sum(1 for row in sheet.rows if any(cell is not None and cell != "" for cell in row))


def _units(path: Sequence[Statement]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(s.unit.unit for s in path if s.unit.unit >= 0))[:1]


def _located(sheet: Sheet, knowledge: Knowledge, file: str, stem: str) -> Located:
    words = (sheet.name, stem)
    return locate.sheet(sheet, knowledge.definitions, knowledge.headings, file=file, words=words)


def _hidden(book: Book, name: str) -> Iterable[Finding]:
    for sheet in book.sheets:
        if sheet.hidden and _rows(sheet):
            yield Finding("sheet-hidden", Severity.WARNING, Origin(name, sheet.name))


def _summaries(visible: Sequence[Sheet], located: dict[str, Located]) -> set[str]:
    """Sheets named 汇总 beside sheets of details."""
    named = {
        sheet.name
        for sheet in visible
        if normal(sheet.name).startswith(_SUMMARY) or normal(sheet.name).endswith(_SUMMARY)
    }
    details = [sheet.name for sheet in visible if sheet.name not in named and located[sheet.name].regions]
    return named if details else set()


def _unrecognised(located: Located, origin: Origin, *, alone: bool) -> Finding:
    """No ledger fits, or two do; an error if the file gives nothing else."""
    severe = located.problem == "sheet-ambiguous" or alone
    severity = Severity.ERROR if severe else Severity.WARNING
    return Finding(located.problem, severity, origin, values=located.values)


def _understood(
    sheet: Sheet, located: Located, path: Sequence[Statement], book: Book, knowledge: Knowledge
) -> tuple[list[Table], list[Finding]]:
    """The tables of a sheet from the top, and what is to be said of them."""
    above, start = Declared(), 0
    parts: dict[str, list[Part]] = {}
    tables: list[Table] = []
    findings: list[Finding] = []
    for i, region in enumerate(located.regions):
        last = i + 1 == len(located.regions)
        end = _rows(sheet) if last else max(max(region.kinds, default=0) + 1, start)
        declared = declare.declared(sheet, region.title, path, knowledge.units, above)
        part = _part(sheet, region, declared, book)
        parts.setdefault(region.ledger.id, []).append(part)
        parsed = _table(part, declared, end - start, knowledge)
        tables.append(parsed.table)
        findings += parsed.findings
        start = end
        above = above if above.unit is not NOBODY else declared
    for stacked in parts.values():
        findings += totals.mismatches(stacked)
    return tables, findings


def _part(sheet: Sheet, region: Region, declared: Declared, book: Book) -> Part:
    rows = [row for row, kind in region.kinds.items() if kind is Kind.RECORD]
    return Part(book.source.name, sheet, region, rows, declared.year, _month(declared.period), book.date_1904)


def _table(part: Part, declared: Declared, read: int, knowledge: Knowledge) -> Parsed:
    title = [cell for row in part.region.title for cell in part.sheet.rows[row] if isinstance(cell, str)]
    return parse.table(
        part,
        declared,
        read,
        definitions=knowledge.definitions,
        units=knowledge.units,
        readers=knowledge.readers,
        spoken=[part.sheet.name, *title, part.file.rsplit("/", 1)[-1]],
    )


def _month(period: Period | None) -> int | None:
    return period.start.month if period and period.start.month == period.end.month else None
