"""Which ledger a group of columns may be, and which of its columns is which field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.ingest import moments, quantities
from pipeline.ingest.headers import Column
from pipeline.ingest.headings import Meaning
from pipeline.model import DAY, Cell, Definitions, Field, Ledger
from pipeline.spelling import normal

STANDS_IN = 2
"""The rank of a header that stands in for a missing one."""
_ANY_YEAR = 2000
Data = Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Place:
    """The column of a field, with what its header says of it."""

    column: int
    text: str
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Mapped:
    """Field → its one column; the fields that several columns fit, and text columns that another made needless."""

    places: Mapping[str, Place]
    ambiguous: tuple[tuple[str, tuple[Column, ...]], ...] = ()
    spare: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ledger that a group of columns may be; the higher the score, the better it fits."""

    ledger: Ledger
    mapped: Mapped
    stand_in: Place | None
    score: float

    @property
    def missing(self) -> tuple[Field, ...]:
        """Required fields without a column, unless a title may state them."""
        places = self.mapped.places
        return tuple(f for f in self.ledger.fields if f.need == "R" and f.name not in places and not f.from_title)


def candidates(
    group: Sequence[Column], data: Data, definitions: Definitions, spoken: Sequence[str]
) -> tuple[Candidate, ...]:
    """Ledgers that the columns may be, best first: at least two fields besides the unit, one of them required."""
    found = []
    for ledger in definitions.ledgers:
        mapped = _mapped(group, ledger, data)
        mine = [place.meaning.field for name, place in mapped.places.items() if name != "unit"]
        if len(mine) >= 2 and any(f.need == "R" for f in mine):
            score = _score(ledger, mapped.places, data) + _spoken(ledger, spoken)
            found.append(Candidate(ledger, mapped, _stand_in(group, ledger, mapped.places), score))
    return tuple(sorted(found, key=lambda candidate: -candidate.score))


# --- columns to fields -------------------------------------------------------------------------------------------------


def _mapped(group: Sequence[Column], ledger: Ledger, data: Data) -> Mapped:
    fitting: dict[str, list[tuple[Column, Meaning]]] = {}
    for column in group:
        for meaning in column.heading.meanings.get(ledger.id, ()):
            fitting.setdefault(meaning.field.name, []).append((column, meaning))
    places, ambiguous, spare = {}, [], []
    for name, choices in fitting.items():
        field = ledger.field(name)
        surest = min(meaning.rank for _, meaning in choices)
        equal = _best([(c, m) for c, m in choices if m.rank == surest], field, data)
        if len(equal) > 1 and field.type == "text" and field.need != "R":
            spare += [column.index for column, _ in equal[1:]]
        elif len(equal) > 1:
            ambiguous.append((name, tuple(column for column, _ in equal)))
        column, meaning = equal[0]
        places[name] = Place(column.index, column.text, meaning)
    return Mapped(places, tuple(ambiguous), tuple(spare))


def _best(equal: list[tuple[Column, Meaning]], field: Field, data: Data) -> list[tuple[Column, Meaning]]:
    """Of columns with equally sure headers those whose cells mostly read as the field does, else those with cells."""
    if len(equal) == 1:
        return equal
    for reads in (*_READS.get(field.type, ()), _is_anything):
        chosen = [(column, meaning) for column, meaning in equal if _mostly(reads, column.index, data)]
        if chosen:
            return chosen
    return equal[:1]


def _mostly(reads: Callable[[Cell], bool], column: int, data: Data) -> bool:
    filled = [row[column] for row in data if _is_filled(row, column)]
    return sum(1 for cell in filled if reads(cell)) * 2 > len(filled)


def _is_day(cell: Cell) -> bool:
    when = None if isinstance(cell, date) else moments.when(cell, year=_ANY_YEAR)
    return when is None or (when.precision == DAY and when.problem not in ("date-invalid", "date-missing"))


def _is_date(cell: Cell) -> bool:
    return isinstance(cell, date) or moments.when(cell, year=_ANY_YEAR).problem not in ("date-invalid", "date-missing")


def _is_quantity(cell: Cell) -> bool:
    return isinstance(cell, int | float) or quantities.quantity(cell, whole=False).problem != "quantity-invalid"


def _is_anything(cell: Cell) -> bool:
    return cell is not None


_READS: Mapping[str, tuple[Callable[[Cell], bool], ...]] = {
    "date": (_is_day, _is_date),
    "datetime": (_is_day, _is_date),
    "quantity": (_is_quantity,),
}
"""By type of field: what its cells are, the finest first."""


def _is_filled(row: Sequence[Cell], column: int) -> bool:
    return row[column] is not None and row[column] != ""


def _stand_in(group: Sequence[Column], ledger: Ledger, places: Mapping[str, Place]) -> Place | None:
    """The column that dates a record whose own date is blank."""
    own = places.get("start_date")
    for column in group:
        for meaning in column.heading.meanings.get(ledger.id, ()):
            if meaning.rank == STANDS_IN and own and own.column != column.index:
                return Place(column.index, column.text, meaning)
    return None


# --- how well a ledger fits ----------------------------------------------------------------------------------------------


def _score(ledger: Ledger, places: Mapping[str, Place], data: Data) -> float:
    """Fields found, required ones double; minus those missing; plus how many cells are values of the ledger's choices."""
    score = 0.0
    for field in ledger.fields:
        if field.name in places:
            score += 2 if field.need == "R" else 1
            score += _fit(field, places[field.name], data)
        elif field.need == "R" and not field.from_title:
            score -= 2
    return score


def _fit(field: Field, place: Place, data: Data) -> float:
    if field.vocabulary is None or field.type not in ("choice", "choices", "role"):
        return 0
    filled = [row[place.column] for row in data if _is_filled(row, place.column)]
    spellings = field.vocabulary.spellings
    known = sum(1 for cell in filled if isinstance(cell, str) and normal(cell.partition("、")[0]) in spellings)
    return 2 * known / len(filled) if filled else 0


def _spoken(ledger: Ledger, spoken: Sequence[str]) -> float:
    """What title, sheet and file call it; the longest word counts, nearer texts first."""
    for nearness, text in enumerate(spoken):
        name = normal(text)
        length = max((len(word) for word in (*ledger.words, ledger.name) if word in name), default=0)
        if length:
            return 3 + length / 10 - min(nearness, 9) / 100
    return 0
