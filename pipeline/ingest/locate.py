"""Sheets → regions: which ledger a table is, which column is which field, and what each of its rows is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from pipeline.ingest import candidates, headers, rows
from pipeline.ingest.candidates import Candidate, Place
from pipeline.ingest.headers import Block, Column
from pipeline.ingest.headings import Headings
from pipeline.ingest.pointing import letter, said
from pipeline.ingest.rows import Kind, Shape
from pipeline.model import Cell, Definitions, Finding, Ledger, Origin, Severity, Sheet
from pipeline.spelling import nearest, normal

_SAMPLE = 30
_CALENDAR = (frozenset(("年份", "年度", "年")), frozenset(("月份", "月")), frozenset(("日", "几日", "号")))
_CLOSE = 80
"""How alike a header and a known one must be for the known one to be suggested."""


@dataclass(frozen=True, slots=True)
class Region:
    """One table on a sheet; rows are 0-based."""

    ledger: Ledger
    places: Mapping[str, Place]
    names: tuple[int, ...]
    """Columns of names and unknown ones: compared through a digest, never read."""
    title: range
    """Rows above the header that are this table's title."""
    header: range
    kinds: Mapping[int, Kind]
    """Row → kind, for every row below the header."""
    stand_in: Place | None = None
    """The column that dates a record whose own date is blank."""
    calendar: tuple[int, ...] = ()
    """Columns of 年份, 月份 and 日 (-1: none) where the date stands in several."""
    findings: tuple[Finding, ...] = ()
    missing: tuple[str, ...] = ()
    """Fields without which the table is not counted and that have no column, or several."""


@dataclass(frozen=True, slots=True)
class Located:
    """The regions of a sheet; a problem where none was found."""

    regions: tuple[Region, ...] = ()
    problem: str = ""
    """sheet-unrecognised or sheet-ambiguous."""
    values: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Spot:
    """A header block on its sheet: the title above it, and the row that ends its table."""

    file: str
    sheet: Sheet
    block: Block
    title: range
    end: int

    @property
    def data(self) -> Sequence[Sequence[Cell]]:
        return self.sheet.rows[self.block.data : self.end]

    def finding(self, code: str, severity: Severity, column: int, ledger: str = "", **values: str) -> Finding:
        """About a column, at its header."""
        origin = Origin(self.file, self.sheet.name, self.block.bottom + 1, letter(column))
        return Finding(code, severity, origin, "", ledger, values.pop("field", ""), said(**values))


def sheet(sheet: Sheet, definitions: Definitions, headings: Headings, *, file: str, words: Sequence[str]) -> Located:
    """Find the tables of a sheet. `words` are sheet and file names, nearest first: like titles they break ties."""
    regions: list[Region] = []
    findings: list[Finding] = []
    blocks = headers.blocks(sheet, headings)
    for spot in _spots(sheet, blocks, file):
        tables, again = _once(spot, _tables(spot.block.groups))
        findings += [_twice(spot, first, second) for first, second in again]
        for group in tables:
            spoken = (*_texts(sheet, spot.title), *words)
            fitting = candidates.candidates(group, spot.data[:_SAMPLE], definitions, spoken)
            best = [each for each in fitting if each.score == fitting[0].score]
            if len(best) > 1:
                names = "、".join(each.ledger.name for each in best)
                return Located(problem="sheet-ambiguous", values=said(found=names))
            regions += [_region(spot, group, each, headings) for each in best]
    if not regions:
        return Located(problem="sheet-unrecognised", values=_best_guess(sheet, blocks))
    return Located(tuple(regions), findings=tuple(findings))


def _spots(sheet: Sheet, blocks: Sequence[Block], file: str) -> Iterator[Spot]:
    for i, block in enumerate(blocks):
        end = blocks[i + 1].top if i + 1 < len(blocks) else len(sheet.rows)
        yield Spot(file, sheet, block, _title(sheet, block, blocks[i - 1].data if i else 0), end)


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


# --- tables beside one another -------------------------------------------------------------------------------------------


def _tables(groups: tuple[tuple[Column, ...], ...]) -> list[tuple[Column, ...]]:
    """Groups of columns that are tables: side tables stand alone, a part behind an empty column joins the first.

    A list for drop-downs repeats a heading of the table or has no field at all, and is dropped.
    """
    tables: list[tuple[Column, ...]] = []
    for group in sorted(groups, key=lambda g: -_fields(g)):
        taken = {f for table in tables for f in _field_names(table)}
        mine = _field_names(group)
        if tables and mine and not mine & taken:
            tables[0] = tuple(sorted((*tables[0], *group), key=lambda column: column.index))
        elif not tables or len(mine) >= 2:
            tables.append(group)
    return sorted(tables, key=lambda table: table[0].index)


def _fields(group: Sequence[Column]) -> int:
    return sum(1 for column in group if column.heading.meanings)


def _field_names(group: Sequence[Column]) -> set[tuple[str, str]]:
    return {
        (ledger, meaning.field.name)
        for column in group
        for ledger, meanings in column.heading.meanings.items()
        for meaning in meanings
    }


def _once(
    spot: Spot, tables: Sequence[tuple[Column, ...]]
) -> tuple[list[tuple[Column, ...]], list[tuple[tuple[Column, ...], tuple[Column, ...]]]]:
    """Tables that stand here for the first time, and those that repeat one beside them, headings and cells."""
    seen: dict[object, tuple[Column, ...]] = {}
    again = []
    for table in tables:
        cells = tuple(tuple(row[c.index] for c in table) for row in spot.data) if len(tables) > 1 else ()
        is_filled = any(cell is not None and cell != "" for row in cells for cell in row)
        content = (tuple(c.text for c in table), cells) if is_filled else tuple(c.index for c in table)
        if content in seen:
            again.append((seen[content], table))
        else:
            seen[content] = table
    return list(seen.values()), again


def _twice(spot: Spot, first: Sequence[Column], second: Sequence[Column]) -> Finding:
    other = f"{letter(first[0].index)}至{letter(first[-1].index)}列"
    return spot.finding("sheet-duplicate-table", Severity.WARNING, second[0].index, other=other)


# --- one table -------------------------------------------------------------------------------------------------------------


def _region(spot: Spot, group: Sequence[Column], best: Candidate, headings: Headings) -> Region:
    calendar = _calendar(group, best.mapped.places)
    unclear = [best.ledger.field(name) for name, _ in best.mapped.ambiguous]
    missing = [f.name for f in best.missing if not (calendar and f.type == "date")]
    missing += [f.name for f in unclear if f.need == "R" or f.default is not None or f.vocabulary is not None]
    places = {name: place for name, place in best.mapped.places.items() if name not in {f.name for f in unclear}}
    spare = set(best.mapped.spare)
    return Region(
        ledger=best.ledger,
        places=places,
        names=tuple(c.index for c in group if c.index in spare or _tells_apart(c, calendar)),
        title=spot.title,
        header=range(spot.block.top, spot.block.data),
        kinds=rows.kinds(spot.sheet.rows, range(spot.block.data, spot.end), _shape(spot, group, places, calendar)),
        stand_in=best.stand_in,
        calendar=calendar,
        findings=(*_column_findings(spot, group, best, headings, calendar), *_ambiguous_findings(spot, best)),
        missing=tuple(dict.fromkeys(missing)),
    )


def _tells_apart(column: Column, calendar: Sequence[int]) -> bool:
    """Whether rows that differ in this unread column are two records: names do, and so may what nobody knows."""
    return column.heading.name or (not column.heading.known and column.index not in calendar)


def _calendar(group: Sequence[Column], places: Mapping[str, Place]) -> tuple[int, ...]:
    """Columns of year, month and day where no one column holds the date: two of them at least, one the month."""
    named = {normal(column.text): column.index for column in reversed(group)}
    found = tuple(next((named[name] for name in named if name in names), -1) for names in _CALENDAR)
    date = places.get("start_date")
    if found[1] < 0 or found.count(-1) > 1 or (date and date.column not in found):
        return ()
    return found


def _shape(spot: Spot, group: Sequence[Column], places: Mapping[str, Place], calendar: Sequence[int]) -> Shape:
    of = {name: place.column for name, place in places.items()}
    unit = of.pop("unit", -1)
    days = [column for column in calendar if column >= 0]
    required = {place.column for name, place in places.items() if place.meaning.field.need == "R" and name != "unit"}
    known = sorted(
        {*of.values(), *days, *([unit] if unit >= 0 else ()), *(c.index for c in group if c.heading.ignored)}
    )
    last = max(required | set(days), default=-1)
    leading = known[: max(3, 1 + known.index(last) if last >= 0 else 3)]
    dated = {p.column for p in places.values() if p.meaning.field.type in ("date", "datetime")} | set(days)
    return Shape(
        columns=tuple(column.index for column in group),
        fields=frozenset((*of.values(), *days)),
        leading=leading[-1],
        date=-1 if days else of.get("start_date", -1),
        unit=unit,
        merged=_merged_below(spot.sheet, dated),
        wide=frozenset(top for top, left, _, right in spot.sheet.merges if right - left >= 1),
    )


def _merged_below(sheet: Sheet, columns: AbstractSet[int]) -> frozenset[int]:
    spans = (range(top + 1, bottom + 1) for top, left, bottom, _ in sheet.merges if left in columns)
    return frozenset(row for span in spans for row in span)


# --- what is said of the columns ---------------------------------------------------------------------------------------------


def _column_findings(
    spot: Spot, group: Sequence[Column], best: Candidate, headings: Headings, calendar: Sequence[int]
) -> Iterable[Finding]:
    taken = {place.column for place in best.mapped.places.values()} | set(calendar) | set(best.mapped.spare)
    taken |= {best.stand_in.column} if best.stand_in else set()
    for column in group:
        if column.index in taken:
            continue
        if column.heading.cumulative:
            yield spot.finding(
                "column-cumulative", Severity.NOTICE, column.index, best.ledger.id, header=column.text[:40]
            )
        elif not column.heading.known and not column.heading.text.strip().isdigit():
            near = "、".join(nearest(column.text, headings.names, cutoff=_CLOSE)) if len(column.text) <= 20 else ""
            severity = Severity.WARNING if near else Severity.NOTICE
            header = column.text[:40]
            yield spot.finding("column-unknown", severity, column.index, best.ledger.id, header=header, near=near)


def _ambiguous_findings(spot: Spot, best: Candidate) -> Iterable[Finding]:
    for name, columns in best.mapped.ambiguous:
        found = "、".join(f"{column.text}（{letter(column.index)}列）" for column in columns)
        expected = best.ledger.field(name).header
        yield spot.finding(
            "column-ambiguous", Severity.ERROR, columns[0].index, best.ledger.id,
            field=name, found=found, expected=expected,
        )  # fmt: skip


def _best_guess(sheet: Sheet, found: Sequence[Block]) -> tuple[tuple[str, str], ...]:
    """What stands where a header was expected."""
    if not found:
        return ()
    texts = [cell for cell in sheet.rows[found[0].bottom] if isinstance(cell, str) and cell.strip()]
    return said(found="、".join(texts[:6])[:60])
