"""Sheets → regions: which ledger a table is, which column is which field, and what each of its rows is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Date

from pipeline.ingest import headers, rows
from pipeline.ingest.headers import Block, Column
from pipeline.ingest.headings import Headings, Meaning
from pipeline.ingest.rows import Kind
from pipeline.model import Cell, Definitions, Field, Finding, Ledger, Origin, Severity, Sheet
from pipeline.spelling import nearest, normal

_SAMPLE = 30
_YEAR = frozenset(("年份", "年度", "年"))
_MONTH = frozenset(("月份", "月"))
_DAY = frozenset(("日", "几日"))


@dataclass(frozen=True, slots=True)
class Place:
    """The column of a field, with what its header says of it."""

    column: int
    text: str
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Region:
    """One table on a sheet; rows are 0-based."""

    ledger: Ledger
    places: Mapping[str, Place]
    names: tuple[int, ...]
    """Columns of names: compared through a digest, never read."""
    title: range
    """Rows above the header that are this table's title."""
    header: range
    kinds: Mapping[int, Kind]
    """Row → kind, for every row below the header."""
    stand_in: Place | None = None
    """The column that dates a record whose own date is blank."""
    calendar: tuple[int, ...] = ()
    """Columns of 年份, 月份 and 日 where the date stands in several."""
    findings: tuple[Finding, ...] = ()
    missing: tuple[str, ...] = ()
    """Required fields without a column; the table is then not counted."""


@dataclass(frozen=True, slots=True)
class Located:
    """The regions of a sheet; a problem where none was found."""

    regions: tuple[Region, ...] = ()
    problem: str = ""
    """sheet-unrecognised or sheet-ambiguous."""
    values: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ledger that a group of columns may be."""

    ledger: Ledger
    places: Mapping[str, Place]
    stand_in: Place | None
    ambiguous: tuple[tuple[str, tuple[Column, ...]], ...]
    score: float

    @property
    def missing(self) -> tuple[Field, ...]:
        return tuple(f for f in self.ledger.fields if f.need == "R" and f.name not in self.places and not f.from_title)


def sheet(sheet: Sheet, definitions: Definitions, headings: Headings, *, file: str, words: Sequence[str]) -> Located:
    """Find the tables of a sheet. `words` are title, sheet and file names, nearest first: they break ties."""
    found = headers.blocks(sheet, headings)
    regions: list[Region] = []
    findings: list[Finding] = []
    for i, block in enumerate(found):
        end = found[i + 1].top if i + 1 < len(found) else len(sheet.rows)
        start = found[i - 1].data if i else 0
        title = _title(sheet, block, start)
        spoken = (*_texts(sheet, title), *words)
        tables, again = _once(sheet, block, end, _tables(block.groups))
        findings += [_twice(file, sheet, block, group) for group in again]
        for group in tables:
            candidates = _candidates(sheet, group, block, end, definitions, spoken)
            if not candidates:
                continue
            if len(candidates) > 1 and candidates[0].score == candidates[1].score:
                names = "、".join(c.ledger.name for c in candidates if c.score == candidates[0].score)
                return Located(problem="sheet-ambiguous", values=(("found", names),))
            regions.append(_region(sheet, block, end, title, group, candidates[0], headings, file))
    if not regions:
        return Located(problem="sheet-unrecognised", values=_best_guess(sheet, found))
    return Located(tuple(regions), findings=tuple(findings))


def _texts(sheet: Sheet, title: range) -> tuple[str, ...]:
    return tuple(cell for row in reversed(title) for cell in sheet.rows[row] if isinstance(cell, str) and cell.strip())


def _title(sheet: Sheet, block: Block, start: int) -> range:
    """For the first table all rows above it; below another table the lone texts right above its header."""
    top = block.top
    while top > start and (start == 0 or _is_lone(sheet.rows[top - 1])):
        top -= 1
    return range(top, block.top)


def _is_lone(row: Sequence[Cell]) -> bool:
    filled = {cell for cell in row if cell is not None and cell != ""}
    return not filled or (len(filled) == 1 and all(isinstance(cell, str) for cell in filled))


def _tables(groups: tuple[tuple[Column, ...], ...]) -> list[tuple[Column, ...]]:
    """Groups of columns that are tables: side tables stand alone, a part behind an empty column joins the first.

    A list for drop-downs repeats a heading of the table and is dropped.
    """
    tables: list[tuple[Column, ...]] = []
    for group in sorted(groups, key=lambda g: -_fields(g)):
        taken = {f for table in tables for f in _field_names(table)}
        mine = _field_names(group)
        if tables and not mine & taken:
            tables[0] = tuple(sorted((*tables[0], *group), key=lambda column: column.index))
        elif not tables or len(mine) >= 2:
            tables.append(group)
    return sorted(tables, key=lambda table: table[0].index)


def _once(
    sheet: Sheet, block: Block, end: int, tables: Sequence[tuple[Column, ...]]
) -> tuple[list[tuple[Column, ...]], list[tuple[Column, ...]]]:
    """Tables that stand here for the first time, and those that repeat one beside them, headings and cells."""
    seen: dict[object, None] = {}
    first: list[tuple[Column, ...]] = []
    again: list[tuple[Column, ...]] = []
    for table in tables:
        rows = sheet.rows[block.data : end]
        content = (tuple(c.text for c in table), tuple(tuple(row[c.index] for c in table) for row in rows))
        (again if content in seen else first).append(table)
        seen[content] = None
    return first, again


def _twice(file: str, sheet: Sheet, block: Block, group: Sequence[Column]) -> Finding:
    origin = Origin(file, sheet.name, block.bottom + 1, letter(group[0].index))
    return Finding("sheet-duplicate-table", Severity.WARNING, origin)


def _fields(group: Sequence[Column]) -> int:
    return sum(1 for column in group if column.heading.meanings)


def _field_names(group: Sequence[Column]) -> set[tuple[str, str]]:
    return {
        (ledger, meaning.field.name)
        for column in group
        for ledger, meanings in column.heading.meanings.items()
        for meaning in meanings
    }


def _candidates(
    sheet: Sheet, group: Sequence[Column], block: Block, end: int, definitions: Definitions, spoken: Sequence[str]
) -> list[Candidate]:
    """Ledgers that the columns may be, best first: at least two fields besides the unit, one of them required."""
    data = sheet.rows[block.data : min(end, block.data + _SAMPLE)]
    found = []
    for ledger in definitions.ledgers:
        places, ambiguous = _places(group, ledger, data)
        stand_in = _stand_in(group, ledger, places)
        mine = [place.meaning.field for name, place in places.items() if name != "unit"]
        if len(mine) >= 2 and any(f.need == "R" for f in mine):
            score = _score(ledger, places, data) + _spoken(ledger, spoken)
            found.append(Candidate(ledger, places, stand_in, ambiguous, score))
    return sorted(found, key=lambda candidate: -candidate.score)


def _places(
    group: Sequence[Column], ledger: Ledger, data: Sequence[Sequence[Cell]]
) -> tuple[dict[str, Place], tuple[tuple[str, tuple[Column, ...]], ...]]:
    """Field → its one column; and the fields that two columns fit equally well."""
    choices: dict[str, list[tuple[int, Column, Meaning]]] = {}
    for column in group:
        for meaning in column.heading.meanings.get(ledger.id, ()):
            choices.setdefault(meaning.field.name, []).append((meaning.rank, column, meaning))
    places, ambiguous = {}, []
    for name, fitting in choices.items():
        best = min(rank for rank, _, _ in fitting)
        equal = [(column, meaning) for rank, column, meaning in fitting if rank == best]
        if len(equal) > 1:
            equal = [(c, m) for c, m in equal if any(_filled(row, c.index) for row in data)] or equal[:1]
        column, meaning = equal[0]
        if len(equal) > 1:
            ambiguous.append((name, tuple(c for c, _ in equal)))
        places[name] = Place(column.index, column.text, meaning)
    return places, tuple(ambiguous)


def _stand_in(group: Sequence[Column], ledger: Ledger, places: Mapping[str, Place]) -> Place | None:
    date = places.get("start_date")
    for column in group:
        for meaning in column.heading.meanings.get(ledger.id, ()):
            if meaning.rank == 2 and date and date.column != column.index:
                return Place(column.index, column.text, meaning)
    return None


def _filled(row: Sequence[Cell], column: int) -> bool:
    return column < len(row) and row[column] is not None and row[column] != ""


def _score(ledger: Ledger, places: Mapping[str, Place], data: Sequence[Sequence[Cell]]) -> float:
    """Fields found, required ones double; minus those missing; plus how many cells are values of the ledger's choices."""
    score = 0.0
    for f in ledger.fields:
        if f.name in places:
            score += 2 if f.need == "R" else 1
            score += _fit(f, places[f.name], data)
        elif f.need == "R" and not f.from_title:
            score -= 2
    return score


def _fit(f: Field, place: Place, data: Sequence[Sequence[Cell]]) -> float:
    if f.vocabulary is None or f.type not in ("choice", "choices", "role"):
        return 0
    cells = [row[place.column] for row in data if _filled(row, place.column)]
    known = sum(1 for cell in cells if isinstance(cell, str) and normal(cell.split("、")[0]) in f.vocabulary.spellings)
    return 2 * known / len(cells) if cells else 0


def _spoken(ledger: Ledger, spoken: Sequence[str]) -> float:
    """What title, sheet and file call it; the longest word counts, nearer texts first."""
    for nearness, text in enumerate(spoken):
        name = normal(text)
        length = max((len(word) for word in (*ledger.words, ledger.name) if word in name), default=0)
        if length:
            return 3 + length / 10 - min(nearness, 9) / 100
    return 0


def _region(
    sheet: Sheet,
    block: Block,
    end: int,
    title: range,
    group: Sequence[Column],
    best: Candidate,
    headings: Headings,
    file: str,
) -> Region:
    places = dict(best.places)
    calendar = _calendar(group, places)
    unclear = {name for name, _ in best.ambiguous}
    missing = [f.name for f in best.missing if not (calendar and f.type == "date")]
    missing += [f.name for f in best.ledger.fields if f.name in unclear and f.need == "R"]
    findings = [
        *_column_findings(sheet, block, group, best, headings, file, calendar),
        *_ambiguous_findings(sheet, block, best, file),
    ]
    for name in unclear:
        places.pop(name)
    span = (min(c.index for c in group), max(c.index for c in group))
    kinds = {row: kind for row, kind in _kinds(sheet, block.data, end, span, group, places, best.ledger, calendar)}
    return Region(
        ledger=best.ledger,
        places=places,
        names=tuple(column.index for column in group if column.heading.name),
        title=title,
        header=range(block.top, block.data),
        kinds=kinds,
        stand_in=best.stand_in,
        calendar=calendar,
        findings=tuple(findings),
        missing=tuple(dict.fromkeys(missing)),
    )


def _calendar(group: Sequence[Column], places: dict[str, Place]) -> tuple[int, ...]:
    """Columns of year, month and day, where no one column holds the date."""
    named = {normal(column.text): column.index for column in group}
    year = next((index for name, index in named.items() if name in _YEAR), None)
    month = next((index for name, index in named.items() if name in _MONTH), None)
    day = next((index for name, index in named.items() if name in _DAY), None)
    date = places.get("start_date")
    if year is None or month is None or (date and date.column not in (year, month, day)):
        return ()
    return (year, month) if day is None else (year, month, day)


def _kinds(
    sheet: Sheet,
    start: int,
    end: int,
    span: tuple[int, int],
    group: Sequence[Column],
    places: Mapping[str, Place],
    ledger: Ledger,
    calendar: Sequence[int],
) -> Iterable[tuple[int, Kind]]:
    identifying = [
        place.column for name, place in places.items() if place.meaning.field.need == "R" and name != "unit"
    ] + list(calendar)
    merged = _merged_below(sheet, {p.column for p in places.values() if p.meaning.field.type in ("date", "datetime")})
    mapped = sorted({p.column for p in places.values()} | {c.index for c in group if c.heading.ignored} | set(calendar))
    leading = mapped[: max(3, 1 + mapped.index(max(identifying)) if identifying else 3)]
    empty = {c.index for c in group if c.heading.ignored} | ({places["unit"].column} if "unit" in places else set())
    date = places["start_date"].column if "start_date" in places else -1
    for row in range(start, end):
        if date >= 0 and isinstance(sheet.rows[row][date], Date):
            yield row, Kind.RECORD
            continue
        kind = rows.kind(sheet.rows[row], span, identifying, leading, empty)
        yield row, Kind.RECORD if kind is Kind.SECTION and row in merged else kind


def _merged_below(sheet: Sheet, columns: set[int]) -> set[int]:
    return {row for top, left, bottom, _ in sheet.merges if left in columns for row in range(top + 1, bottom + 1)}


def _column_findings(
    sheet: Sheet,
    block: Block,
    group: Sequence[Column],
    best: Candidate,
    headings: Headings,
    file: str,
    calendar: Sequence[int],
) -> Iterable[Finding]:
    taken = {place.column for place in best.places.values()} | set(calendar)
    taken |= {best.stand_in.column} if best.stand_in else set()
    for column in group:
        origin = Origin(file, sheet.name, block.bottom + 1, letter(column.index))
        if column.index in taken:
            continue
        if column.heading.cumulative:
            yield Finding(
                "column-cumulative", Severity.NOTICE, origin, "", best.ledger.id, "", (("header", column.text),)
            )
        elif not column.heading.known and not column.heading.text.strip().isdigit():
            near = nearest(column.text, headings.names, cutoff=80) if len(column.text) <= 20 else ()
            severity = Severity.WARNING if near else Severity.NOTICE
            values = (("header", column.text[:40]), *((("near", "、".join(near)),) if near else ()))
            yield Finding("column-unknown", severity, origin, "", best.ledger.id, "", values)


def _ambiguous_findings(sheet: Sheet, block: Block, best: Candidate, file: str) -> Iterable[Finding]:
    for name, columns in best.ambiguous:
        found = "、".join(f"{column.text}（{letter(column.index)}列）" for column in columns)
        origin = Origin(file, sheet.name, block.bottom + 1, letter(columns[0].index))
        expected = best.ledger.field(name).header
        values = (("found", found), ("expected", expected))
        yield Finding("column-ambiguous", Severity.ERROR, origin, "", best.ledger.id, name, values)


def _best_guess(sheet: Sheet, found: Sequence[Block]) -> tuple[tuple[str, str], ...]:
    """What stands where a header was expected."""
    row = found[0].bottom if found else next((r for r, cells in enumerate(sheet.rows) if any(cells)), 0)
    texts = [str(cell) for cell in sheet.rows[row] if isinstance(cell, str) and cell.strip()] if sheet.rows else []
    return (("found", "、".join(texts[:6])[:60]),) if found else ()


def letter(column: int) -> str:
    """Excel's letters of a 0-based column."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
