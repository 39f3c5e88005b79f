"""Books → their Readings: every sheet's tables, or a finding that says why it has none. The task of a worker."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from pipeline.ingest import layouts, parse, read, sums, titles
from pipeline.ingest.decisions import Decisions
from pipeline.ingest.layouts import Draft, Knowledge, Page, Understood
from pipeline.ingest.parse import Begun, Parsed
from pipeline.ingest.titles import Statement
from pipeline.model import MICRO, Book, Cell, Definitions, Finding, Origin, Reading, Severity, Sheet, Source, Table
from pipeline.model.rulings import QUANTITY
from pipeline.spelling import normal

_TITLE_ROWS = 10
_TOGETHER = 1 << 17
"""Books of more cells are not held beside others."""
_RETURNED = "问题清单"
_SUMMARY = ("汇总", "总表", "合计", "总计", "累计")
_COPY = re.compile(r"\(\d+\)$")


def file(source: Source, knowledge: Knowledge, data: bytes | None = None) -> Reading:
    """Read and understand one file; whatever is wrong with it is in the findings."""
    return book(read.book(source, data), knowledge)


def files(sources: Iterable[Source], knowledge: Knowledge) -> list[Reading]:
    """The same of several files, of which no more are held at once than one large file has cells."""
    readings: list[Reading] = []
    held: list[Book] = []
    cells = 0
    for source in sources:
        held.append(read.book(source))
        cells += _cells(held[-1])
        if cells > _TOGETHER:
            readings += books(held, knowledge)
            held.clear()
            cells = 0
    return readings + books(held, knowledge)


def _cells(book: Book) -> int:
    return sum(len(sheet.rows) * len(sheet.rows[0]) for sheet in book.sheets if sheet.rows)


def book(book: Book, knowledge: Knowledge) -> Reading:
    (reading,) = books([book], knowledge)
    return reading


def books(books: Iterable[Book], knowledge: Knowledge) -> list[Reading]:
    """Several books side by side: first every table is found, then all are typed together."""
    drafted = [_drafted(book, knowledge) for book in books]
    typed = parse.tables(table for each in drafted for draft in each.drafts.values() for table in draft.begun)
    return [_reading(each, typed) for each in drafted]


@dataclass(frozen=True, slots=True, eq=False)
class _Drafted:
    """A book whose tables are still to be typed; `drafts` are of its sheets that are neither blank nor hidden, by name."""

    book: Book
    knowledge: Knowledge
    """With the decisions about this file."""
    path: Sequence[Statement]
    """What the names of the file and of its folders state, nearest first."""
    sheets: Sequence[Sheet] = ()
    """Those that are not blank."""
    drafts: Mapping[str, Draft] = field(default_factory=dict)
    classified: bool = False
    """It is not read at all."""


def _drafted(book: Book, knowledge: Knowledge) -> _Drafted:
    name = book.source.name
    knowledge = knowledge.for_file(name)
    path = titles.of_path(name, knowledge.units)
    if any(titles.classified(sheet.rows[:_TITLE_ROWS]) for sheet in book.sheets):
        return _Drafted(book, knowledge, path, classified=True)
    sheets = [sheet for sheet in book.sheets if layouts.rows(sheet)]
    drafts = {}
    for sheet in sheets:
        if not sheet.hidden:
            page = Page(name, PurePosixPath(name).stem, sheet, layouts.rows(sheet), path, book.date_1904)
            drafts[sheet.name] = layouts.drafted(page, knowledge)
    return _Drafted(book, knowledge, path, sheets, drafts)


def _reading(drafted: _Drafted, typed: Mapping[Begun, Parsed]) -> Reading:
    """Of sheets that give no table, hidden ones and 汇总 beside details, only a finding."""
    book, sheets, knowledge = drafted.book, drafted.sheets, drafted.knowledge
    name, stated = book.source.name, _stated(drafted.path)
    if drafted.classified:
        finding = Finding("file-classified", Severity.ERROR, Origin(name))
        return Reading(name, findings=(*book.findings, finding), modified=book.modified, units=stated)
    found = {sheet: draft.understood(typed) for sheet, draft in drafted.drafts.items()}
    unread = dict(_unrecognised(sheets, found, name)) | dict(_passed_over(sheets, found, name, knowledge.definitions))
    kept = [understood for sheet, understood in found.items() if sheet not in unread]
    tables = tuple(table for understood in kept for table in understood.tables)
    findings = (
        *book.findings,
        *_empty(book, sheets),
        *_told(unread.values()),
        *(f for understood in kept for f in understood.findings),
    )
    return Reading(
        file=name,
        tables=tables,
        unread=tuple(
            (sheet.name, layouts.rows(sheet), _rejected(sheet, unread)) for sheet in sheets if sheet.name in unread
        ),
        findings=tuple(f for f in findings if not _accepted(f, knowledge.decisions) and not _is_our_list(f)),
        modified=book.modified,
        units=tuple(dict.fromkeys((*stated, *(table.unit for table in tables if table.unit >= 0)))),
        applied=tuple(sorted(knowledge.decisions.applied)),
    )


def _told(unread: Iterable[Finding]) -> Iterable[Finding]:
    """What is said of sheets that were not counted; of a cross-check that fails, that too."""
    for finding in unread:
        yield finding
        said = dict(finding.values)
        if finding.code == "sheet-summary" and said.get("stated") != said.get("counted"):
            yield Finding("total-mismatch", Severity.WARNING, finding.origin, values=finding.values)


def _empty(book: Book, sheets: Sequence[Sheet]) -> Iterable[Finding]:
    """A book that could be read and holds nothing."""
    if not sheets and all(finding.severity is not Severity.ERROR for finding in book.findings):
        yield Finding("file-empty", Severity.ERROR, Origin(book.source.name))


def _is_our_list(finding: Finding) -> bool:
    """The sheet that a returned workbook begins with comes back with the corrected ledger."""
    return finding.code == "sheet-unrecognised" and finding.origin.sheet.startswith(_RETURNED)


def _accepted(finding: Finding, decisions: Decisions) -> bool:
    """A doubtful number that 裁定 says is right: of a cell (F7, 台账!F7), of a unit, or of the file."""
    if finding.code not in ("quantity-outlier", "total-mismatch"):
        return False
    cell = f"{finding.origin.column}{finding.origin.row}"
    names = [cell, f"{finding.origin.sheet}!{cell}", finding.unit or "（单位）", ""]
    return bool(decisions.settled(QUANTITY, *names))


def _stated(path: Sequence[Statement]) -> tuple[int, ...]:
    """The unit that the file's name or else a folder states."""
    return tuple(statement.unit.unit for statement in path if statement.unit.unit >= 0)[:1]


def _passed_over(
    sheets: Sequence[Sheet], found: Mapping[str, Understood], file: str, definitions: Definitions
) -> Iterable[tuple[str, Finding]]:
    """Hidden sheets, and sheets of sums beside sheets of details, which they are compared with."""
    summaries = {name for name, understood in found.items() if _is_summary(name, understood, found, definitions)}
    details = [table for name, understood in found.items() if name not in summaries for table in understood.tables]
    detailed = {table.ledger for table in details}
    for sheet in sheets:
        origin = Origin(file, sheet.name)
        if sheet.hidden:
            yield sheet.name, Finding("sheet-hidden", Severity.WARNING, origin, values=_filled_rows(sheet))
        elif sheet.name in summaries and details and _is_covered(found[sheet.name], detailed):
            values = _compared(found[sheet.name].tables, details)
            yield sheet.name, Finding("sheet-summary", Severity.NOTICE, origin, values=values)


def _is_covered(summary: Understood, ledgers: AbstractSet[str]) -> bool:
    """What no other sheet holds in detail is no sum beside details."""
    return not summary.tables or any(table.ledger in ledgers for table in summary.tables)


def _is_summary(name: str, understood: Understood, found: Mapping[str, Understood], definitions: Definitions) -> bool:
    """A sheet called 汇总, or sums of months in a ledger that another sheet holds day by day."""
    bare = _COPY.sub("", normal(name))
    if bare.startswith(_SUMMARY) or bare.endswith(_SUMMARY):
        return True
    listed = [table for other in found.values() for table in other.tables if not table.crosstab]
    if any(table.crosstab and table.ledger in {other.ledger for other in listed} for table in understood.tables):
        return True
    counted = [(table, definitions.ledger(table.ledger).counted) for table in understood.tables]
    return bool(counted) and all(sums.adds_up(table, listed, choice) for table, choice in counted)


def _compared(summary: Sequence[Table], details: Sequence[Table]) -> tuple[tuple[str, str], ...]:
    """How many events the sums state and how many the details of the same ledgers give."""
    ledgers = {table.ledger for table in summary}
    if not any(table.numbers("row") for table in summary):
        return ()
    return (("stated", _events(summary)), ("counted", _events([t for t in details if t.ledger in ledgers])))


def _events(tables: Sequence[Table]) -> str:
    counted = sum(sum(table.numbers("sessions")) // MICRO or len(table.numbers("row")) for table in tables)
    return str(counted)


def _filled_rows(sheet: Sheet) -> tuple[tuple[str, str], ...]:
    return (("count", str(sum(1 for row in sheet.rows if _is_filled(row)))),)


def _is_filled(row: Sequence[Cell]) -> bool:
    return any(cell is not None and cell != "" for cell in row)


def _unrecognised(sheets: Sequence[Sheet], found: Mapping[str, Understood], file: str) -> Iterable[tuple[str, Finding]]:
    """No ledger fits, or two do; an error if the file gives nothing else."""
    alone = not any(understood.tables for understood in found.values())
    for sheet in sheets:
        understood = found.get(sheet.name)
        if understood and understood.problem:
            severe = alone or understood.problem == "sheet-ambiguous"
            severity = Severity.ERROR if severe else Severity.WARNING
            origin = Origin(file, sheet.name)
            yield sheet.name, Finding(understood.problem, severity, origin, values=understood.values)


def _rejected(sheet: Sheet, unread: Mapping[str, Finding]) -> int:
    """The filled rows of a sheet that should have been read; of one passed over, none."""
    if unread[sheet.name].severity is not Severity.ERROR:
        return 0
    return sum(1 for row in sheet.rows if _is_filled(row))
