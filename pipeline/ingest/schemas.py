"""What headings alone say of the tables under a header: worked out once for each distinct header that a worker meets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.ingest import candidates, groups
from pipeline.ingest.candidates import STANDS_IN, Candidate, Data, Mapped, Place
from pipeline.ingest.groups import Column, Group
from pipeline.ingest.headers import Texts
from pipeline.ingest.headings import Headings
from pipeline.ingest.pointing import letter, said
from pipeline.ingest.shapes import Shape
from pipeline.model import Definitions, Ledger, Severity
from pipeline.spelling import nearest, normal

_CALENDAR = (frozenset(("年份", "年度", "年")), frozenset(("月份", "月")), frozenset(("日", "几日", "号")))
_CLOSE = 75
"""How alike a header and a known one must be for the known one to be suggested."""
_MOST, _WIDEST = 256, 100
"""Headers that are kept, and how many columns those may have."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding about a column, without its place."""

    code: str
    severity: Severity
    column: int
    field: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Schema:
    """A group of columns as the table of a ledger; the fields are those of a Region."""

    ledger: Ledger
    places: Mapping[str, Place]
    names: tuple[int, ...]
    strange: tuple[int, ...]
    """Columns of which this ledger knows nothing."""
    stand_in: Place | None
    calendar: tuple[int, ...]
    missing: tuple[str, ...]
    shape: Shape
    dated: frozenset[int]
    """The columns of dates."""
    event: frozenset[int]
    """The columns without which there is no event, if one of choices is among them."""
    counts: frozenset[int]
    """序号 and quantities: one of each an event."""
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """One table by its header: its columns, and the ledgers that it may be."""

    columns: Group
    candidates: tuple[Candidate, ...]
    known: dict[str, Schema] = field(default_factory=dict)
    """By ledger, where the cells have no say in it."""


class Schemas:
    """Header texts → their tables, and those as tables of a ledger."""

    def __init__(self, definitions: Definitions, headings: Headings) -> None:
        self.headings = headings
        self.units = frozenset(definitions.register.spellings)
        """Every way to write a unit, in normal form."""
        self._ledgers = definitions.ledgers
        self._kept = lru_cache(_MOST)(self._heads)

    def heads(self, header: Texts) -> tuple[Head, ...]:
        """The tables that stand under a header, from the left."""
        return self._kept(header) if len(header[0]) <= _WIDEST else self._heads(header)

    def _heads(self, header: Texts) -> tuple[Head, ...]:
        tables = groups.tables(header, self.headings)
        return tuple(Head(group, candidates.candidates(group, self._ledgers)) for group in tables)

    def schema(self, head: Head, candidate: Candidate, data: Data) -> Schema:
        """A table as that of one of its candidates."""
        if candidate.mapped is None:
            return _schema(
                self._table(head, candidate.ledger), candidate.ledger, candidate.mapping(data), self.headings
            )
        ledger = candidate.ledger
        if ledger.id not in head.known:
            head.known[ledger.id] = _schema(self._table(head, ledger), ledger, candidate.mapped, self.headings)
        return head.known[ledger.id]

    @staticmethod
    def _table(head: Head, ledger: Ledger) -> Group:
        """The columns of a table without lists for drop-downs that adjoin it: they have a choice where a heading would stand."""
        values = {spelling for field in ledger.fields if field.vocabulary for spelling in field.vocabulary.spellings}
        return tuple(c for c in head.columns if c.heading.known or values.isdisjoint(map(normal, c.text.split())))


def _schema(group: Group, ledger: Ledger, mapped: Mapped, headings: Headings) -> Schema:
    calendar = _calendar(group, mapped.places)
    unclear = [ledger.field(name) for name, _ in mapped.ambiguous]
    missing = [
        f.name
        for f in ledger.fields
        if f.need == "R" and f.name not in mapped.places and not f.from_title and not (calendar and f.type == "date")
    ]
    missing += [f.name for f in unclear if f.need == "R" or f.default is not None or f.vocabulary is not None]
    places = {name: place for name, place in mapped.places.items() if name not in {f.name for f in unclear}}
    shape = _shape(group, places if places.keys() - {"unit"} else mapped.places, calendar)
    stand_in = _stand_in(group, ledger, mapped.places)
    spare = {*mapped.spare, *calendar}
    taken = {*spare, *(place.column for place in mapped.places.values()), *([stand_in.column] if stand_in else ())}
    untaken = [column for column in group if column.index not in taken]
    return Schema(
        ledger=ledger,
        places=places,
        names=tuple(c.index for c in group if c.index in mapped.spare or _tells_apart(c, calendar)),
        strange=tuple(column.index for column in untaken if _is_strange(column, shape.ordinal)),
        stand_in=stand_in,
        calendar=calendar,
        missing=tuple(dict.fromkeys(missing)),
        shape=shape,
        dated=frozenset(p.column for p in places.values() if p.meaning.field.type in ("date", "datetime"))
        | _days(calendar),
        event=_event(places, calendar),
        counts=frozenset(p.column for p in places.values() if p.meaning.field.type == "quantity") | {shape.ordinal},
        remarks=(*_unread(untaken, headings), *_ambiguous(ledger, mapped)),
    )


def _tells_apart(column: Column, calendar: Sequence[int]) -> bool:
    """Whether rows that differ in this unread column are two records: names do, and so may what nobody knows."""
    return column.heading.name or (not column.heading.known and column.index not in calendar)


def _is_strange(column: Column, ordinal: int) -> bool:
    """Whether nobody knows what the column is for here: another ledger may have one of that name, 序号 stands here already."""
    heading = column.heading
    is_spare = heading.ignored and not heading.unread and column.index != ordinal
    return is_spare or bool(heading.meanings) or not heading.known


def _stand_in(group: Group, ledger: Ledger, places: Mapping[str, Place]) -> Place | None:
    """The column that dates a record whose own date is blank."""
    own = places.get("start_date")
    for column in group:
        for meaning in column.heading.meanings.get(ledger.id, ()):
            if meaning.rank == STANDS_IN and own and own.column != column.index:
                return Place(column.index, column.text, meaning)
    return None


def _calendar(group: Group, places: Mapping[str, Place]) -> tuple[int, ...]:
    """Columns of year, month and day where no one column holds the date: two of them at least, one the month."""
    named = {normal(column.text): column.index for column in reversed(group)}
    found = tuple(next((named[name] for name in named if name in names), -1) for names in _CALENDAR)
    date = places.get("start_date")
    if found[1] < 0 or found.count(-1) > 1 or (date and date.column not in found):
        return ()
    return found


def _days(calendar: Sequence[int]) -> set[int]:
    return {column for column in calendar if column >= 0}


def _event(places: Mapping[str, Place], calendar: Sequence[int]) -> frozenset[int]:
    required = [place for name, place in places.items() if place.meaning.field.need == "R" and name != "unit"]
    is_chosen = any(place.meaning.field.vocabulary for place in required)
    return frozenset(place.column for place in required) | _days(calendar) if is_chosen else frozenset()


def _shape(group: Group, places: Mapping[str, Place], calendar: Sequence[int]) -> Shape:
    of = {name: place.column for name, place in places.items()}
    unit = of.pop("unit", -1)
    days = _days(calendar)
    required = {place.column for name, place in places.items() if place.meaning.field.need == "R" and name != "unit"}
    known = sorted(
        {*of.values(), *days, *([unit] if unit >= 0 else ()), *(c.index for c in group if c.heading.ignored)}
    )
    last = max(required | days, default=-1)
    leading = known[: max(3, 1 + known.index(last) if last >= 0 else 3)]
    date = -1 if days else of.get("start_date", -1)
    return Shape(
        columns=tuple(column.index for column in group),
        fields=frozenset((*of.values(), *days)),
        leading=leading[-1],
        texts=frozenset(place.column for place in places.values() if place.meaning.field.type == "text"),
        choices=frozenset(place.column for place in places.values() if place.meaning.field.vocabulary),
        ordinal=next((c.index for c in group if c.heading.ignored and not c.heading.unread), -1),
        dated=frozenset(column for column in (date, *calendar[:2]) if column >= 0),
        date=date,
        unit=unit,
        remarks=tuple(c.index for c in group if c.heading.ignored and c.heading.unread),
    )


# --- what is said of the columns ---------------------------------------------------------------------------------------


def _unread(columns: Sequence[Column], headings: Headings) -> Iterator[Remark]:
    """Columns of running sums, and those that nobody knows."""
    for column in columns:
        header = column.text[:40]
        if column.heading.cumulative:
            yield Remark("column-cumulative", Severity.NOTICE, column.index, "", said(header=header))
        elif not column.heading.known and not column.heading.text.strip().isdigit():
            near = "、".join(nearest(column.text, headings.names, cutoff=_CLOSE)) if len(column.text) <= 20 else ""
            severity = Severity.WARNING if near else Severity.NOTICE
            yield Remark("column-unknown", severity, column.index, "", said(header=header, near=near))


def _ambiguous(ledger: Ledger, mapped: Mapped) -> Iterator[Remark]:
    for name, columns in mapped.ambiguous:
        found = "、".join(f"{column.text}（{letter(column.index)}列）" for column in columns)
        values = said(found=found, expected=ledger.field(name).header)
        yield Remark("column-ambiguous", Severity.ERROR, columns[0].index, name, values)
