"""Sheets → regions: which ledger a table is, which column is which field, and what each of its rows is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import field, replace
from typing import NamedTuple

from pipeline.ingest import candidates, headers, rows, titles
from pipeline.ingest.candidates import Place
from pipeline.ingest.groups import Group
from pipeline.ingest.headers import Block
from pipeline.ingest.headings import Meaning
from pipeline.ingest.pointing import letter, said
from pipeline.ingest.rows import Kinds
from pipeline.ingest.schemas import Head, Remark, Schema, Schemas
from pipeline.ingest.shapes import Shape
from pipeline.model import Cell, Finding, Ledger, Origin, Severity, Sheet
from pipeline.spelling import normal

_SAMPLE = 30
"""Rows whose cells may tell which ledger a table is."""
_ROW = 2
"""Cells of a row that may be a record."""
_SHORTEST = 4
"""Characters of a title."""


class Region(NamedTuple):
    """One table on a sheet; rows are 0-based."""

    ledger: Ledger
    columns: tuple[int, ...]
    places: Mapping[str, Place]
    names: tuple[int, ...]
    """Columns of names and unknown ones: compared through a digest, never read."""
    title: range
    """Rows above the header that are this table's title."""
    over: tuple[str, ...]
    """Headings above its columns, of which one may be a title of its own beside another table."""
    header: range
    kinds: Kinds
    """Of the rows below the header."""
    strange: tuple[int, ...] = ()
    """Columns of which the ledger knows nothing."""
    stand_in: Place | None = None
    """The column that dates a record whose own date is blank."""
    calendar: tuple[int, ...] = ()
    """Columns of 年份, 月份 and 日 (-1: none) where the date stands in several."""
    findings: tuple[Finding, ...] = ()
    missing: tuple[str, ...] = ()
    """Fields without which the table is not counted and that have no column, or several."""


class Located(NamedTuple):
    """The regions of a sheet; a problem where none was found."""

    regions: tuple[Region, ...] = ()
    problem: str = ""
    """sheet-unrecognised or sheet-ambiguous."""
    values: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = field(default=())


class Spot(NamedTuple):
    """A header block on its sheet: the title above it, and the row that ends its table."""

    file: str
    sheet: Sheet
    block: Block
    title: range
    end: int

    @property
    def data(self) -> Sequence[Sequence[Cell]]:
        return self.sheet.rows[self.block.data : self.end]

    @property
    def sample(self) -> Sequence[Sequence[Cell]]:
        return self.sheet.rows[self.block.data : min(self.end, self.block.data + _SAMPLE)]

    def finding(self, remark: Remark, ledger: str = "") -> Finding:
        """About a column, at its header."""
        origin = Origin(self.file, self.sheet.name, self.block.bottom + 1, letter(remark.column))
        return Finding(remark.code, remark.severity, origin, "", ledger, remark.field, remark.values)


def sheet(sheet: Sheet, schemas: Schemas, *, file: str, words: Sequence[str]) -> Located:
    """Find the tables of a sheet. `words` are sheet and file names, nearest first: like titles they break ties."""
    regions: list[Region] = []
    findings: list[Finding] = []
    blocks = headers.blocks(sheet, schemas.headings)
    for spot in _spots(sheet, blocks, file):
        heads, again = _once(spot, schemas.heads(spot.block.texts))
        findings += (*again, *_unknown(spot, heads))
        for head in heads:
            sample = spot.sample
            best = candidates.best(head.candidates, sample, (*_texts(sheet, spot.title), *words))
            if len(best) > 1:
                names = "、".join(each.ledger.name for each in best)
                return Located(problem="sheet-ambiguous", values=said(found=names))
            found = (_owned(spot, schemas.schema(head, each, sample), schemas.units) for each in best)
            regions += [_region(spot, _margined(schema) if head is heads[0] else schema) for schema in found]
    if not regions:
        return Located(problem="sheet-unrecognised", values=_best_guess(sheet, blocks))
    return Located(tuple(regions), findings=tuple(findings))


def _unknown(spot: Spot, heads: Sequence[Head]) -> Iterator[Finding]:
    """A header below a table that no ledger fits, with rows below it."""
    if spot.block.top == 0 or any(head.candidates for head in heads):
        return
    if any(sum(1 for cell in row if cell not in (None, "")) >= _ROW for row in spot.data):
        origin = Origin(spot.file, spot.sheet.name, spot.block.bottom + 1)
        yield Finding("sheet-unrecognised", Severity.WARNING, origin, values=_best_guess(spot.sheet, [spot.block]))


def _spots(sheet: Sheet, blocks: Sequence[Block], file: str) -> Iterator[Spot]:
    above = [_title(sheet, block, blocks[i - 1].data if i else 0) for i, block in enumerate(blocks)]
    ends = [*(_adjoining(sheet, title) for title in above[1:]), len(sheet.rows)]
    for block, title, end in zip(blocks, above, ends, strict=False):
        yield Spot(file, sheet, block, title, end)


def _adjoining(sheet: Sheet, title: range) -> int:
    """The first row of a title that nothing parts from its header: no blank row, no day and no word or two."""
    start = title.stop
    while start > title.start and _is_title(sheet.rows[start - 1]):
        start -= 1
    return start


def _is_title(row: Sequence[Cell]) -> bool:
    text = next((cell for cell in row if isinstance(cell, str) and cell.strip()), "")
    return len(text.strip()) >= _SHORTEST and not headers.is_day(text)


def _texts(sheet: Sheet, title: range) -> tuple[str, ...]:
    return tuple(cell for row in reversed(title) for cell in sheet.rows[row] if isinstance(cell, str) and cell.strip())


def _title(sheet: Sheet, block: Block, start: int) -> range:
    """For the first table all rows above it; below another table its labels and the lone texts right above them."""
    if start == 0:
        return range(block.top)
    top = block.top
    while top > start and _is_labels(sheet.rows[top - 1]):
        top -= 1
    while top > start and _is_lone(sheet.rows[top - 1]):
        top -= 1
    return range(top, block.top)


def _is_labels(row: Sequence[Cell]) -> bool:
    line = titles.line(row)
    return bool(line.fields) and not line.texts


def _is_lone(row: Sequence[Cell]) -> bool:
    """Whether one text stands in the row, or none; 无 is the zero report of the table above."""
    filled = {cell for cell in row if cell is not None and cell != ""}
    return not filled or (
        len(filled) == 1 and all(isinstance(cell, str) and not rows.says_none(cell) for cell in filled)
    )


# --- tables beside one another -------------------------------------------------------------------------------------------


def _once(spot: Spot, heads: Sequence[Head]) -> tuple[list[Head], list[Finding]]:
    """Tables that stand here for the first time; those that repeat one beside them, headings and cells, are told."""
    if len(heads) < 2:
        return list(heads), []
    seen: dict[object, Head] = {}
    again = []
    for head in heads:
        cells = tuple(tuple(row[c.index] for c in head.columns) for row in spot.data)
        is_filled = any(cell is not None and cell != "" for row in cells for cell in row)
        content = (tuple(c.text for c in head.columns), cells) if is_filled else tuple(c.index for c in head.columns)
        if content in seen:
            again.append(spot.finding(_twice(seen[content].columns, head.columns)))
        else:
            seen[content] = head
    return list(seen.values()), again


def _twice(first: Group, second: Group) -> Remark:
    other = said(other=f"{letter(first[0].index)}至{letter(first[-1].index)}列")
    return Remark("sheet-duplicate-table", Severity.WARNING, second[0].index, "", other)


# --- one table -------------------------------------------------------------------------------------------------------------


def _region(spot: Spot, schema: Schema) -> Region:
    return Region(
        ledger=schema.ledger,
        columns=schema.shape.columns,
        places=schema.places,
        names=schema.names,
        title=spot.title,
        over=_over(spot.block, schema.shape.columns),
        header=range(spot.block.top, spot.block.data),
        kinds=rows.kinds(spot.sheet.rows, range(spot.block.data, spot.end), _shape(spot, schema)),
        strange=schema.strange,
        stand_in=schema.stand_in,
        calendar=schema.calendar,
        findings=tuple(spot.finding(remark, schema.ledger.id) for remark in schema.remarks),
        missing=schema.missing,
    )


def _owned(spot: Spot, schema: Schema, units: AbstractSet[str]) -> Schema:
    """With a column without a heading, left of the dates, as that of the units, where all its cells are names of some."""
    last = max(schema.shape.dated, default=0)
    nameless = [c for c in range(last) if not any(row[c] for row in spot.block.texts)]
    found = [] if "unit" in schema.places else [c for c in nameless if _names_units(spot, c, units)]
    if len(found) != 1:
        return schema
    place = Place(found[0], "", Meaning(schema.ledger.field("unit"), 0))
    shape = replace(schema.shape, columns=tuple(sorted((found[0], *schema.shape.columns))), unit=found[0])
    return replace(schema, places={**schema.places, "unit": place}, shape=shape)


def _margined(schema: Schema) -> Schema:
    """With the columns left of the first table, where numbers without a heading, titles and totals may stand."""
    left = range(min(schema.shape.columns))
    if not left:
        return schema
    ordinal = schema.shape.ordinal if schema.shape.ordinal >= 0 else left[0]
    return replace(schema, shape=replace(schema.shape, columns=(*left, *schema.shape.columns), ordinal=ordinal))


def _names_units(spot: Spot, column: int, units: AbstractSet[str]) -> bool:
    filled = [row[column] for row in spot.sample if row[column] is not None and row[column] != ""]
    names = [cell for cell in filled if not (isinstance(cell, str) and rows.label(cell))]
    return bool(names) and all(isinstance(cell, str) and normal(cell) in units for cell in names)


def _over(block: Block, columns: Sequence[int]) -> tuple[str, ...]:
    found = (row[column] for row in block.texts for column in columns)
    return tuple(dict.fromkeys(cell for cell in found if isinstance(cell, str) and cell))


def _shape(spot: Spot, schema: Schema) -> Shape:
    """The shape of the table with what is merged in it."""
    merges = [merge for merge in spot.sheet.merges if merge[2] >= spot.block.data]
    if not merges:
        return schema.shape
    below = (range(top + 1, bottom + 1) for top, left, bottom, _ in merges if left in schema.dated)
    covered: dict[int, set[int]] = {}
    for top, left, bottom, _ in merges:
        for row in range(max(top + 1, spot.block.data), min(bottom + 1, spot.end)):
            covered.setdefault(row, set()).add(left)
    return replace(
        schema.shape,
        merged=frozenset(row for span in below for row in span),
        wide=frozenset(top for top, left, _, right in merges if right > left),
        continued=frozenset(row for row, columns in covered.items() if _continues(columns, schema)),
    )


def _continues(covered: AbstractSet[int], schema: Schema) -> bool:
    return bool(schema.event) and schema.event <= covered and not schema.counts.isdisjoint(covered)


def _best_guess(sheet: Sheet, found: Sequence[Block]) -> tuple[tuple[str, str], ...]:
    """What stands where a header was expected."""
    if not found:
        return ()
    texts = [cell for cell in sheet.rows[found[0].bottom] if isinstance(cell, str) and cell.strip()]
    return said(found="、".join(texts[:6])[:60])
