"""Which ledger a group of columns may be, and which of its columns is which field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from pipeline.ingest import moments, quantities
from pipeline.ingest.groups import Column, Group
from pipeline.ingest.headings import Meaning, is_measure
from pipeline.model import DAY, Cell, Field, Ledger
from pipeline.spelling import normal

STANDS_IN = 2
"""The rank of a header that stands in for a missing one."""
_ANY_YEAR = 2000
_FULL = 2
"""What a column of choices scores where every cell is one of them."""
_ROUNDING = 1e-6
"""More than scores that ought to be equal differ by."""
Data: TypeAlias = Sequence[Sequence[Cell]]
Choice: TypeAlias = tuple[Column, Meaning]


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
    ambiguous: tuple[tuple[str, Group], ...] = ()
    spare: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ledger that a group of columns may be, by its headings."""

    ledger: Ledger
    choices: Mapping[str, tuple[Choice, ...]]
    """Field → the columns whose headings name it most surely."""
    mapped: Mapped | None
    """Where every field has just one such column."""
    headed: int
    """Fields found, required ones double; minus those missing."""
    telling: tuple[Field, ...]
    """Fields found whose cells tell whether they are this ledger's."""

    def mapping(self, data: Data) -> Mapped:
        """Which column is which field; of columns with equally sure headings the cells decide."""
        return self.mapped or _mapped({name: _best(choices, data) for name, choices in self.choices.items()})


def candidates(group: Group, ledgers: Iterable[Ledger]) -> tuple[Candidate, ...]:
    """Ledgers that the columns may be: at least two fields besides the unit, one of them required."""
    found = (_candidate(ledger, _choices(group, ledger)) for ledger in ledgers)
    return tuple(candidate for candidate in found if _is_enough(candidate))


def best(candidates: Sequence[Candidate], data: Data, spoken: Sequence[str]) -> list[Candidate]:
    """The candidates that fit the cells and the words of title, sheet and file best; several where they fit equally.

    Cells are looked at only where they can change who is best.
    """
    if len(candidates) < 2:
        return list(candidates)
    scores = [(each, each.headed + _spoken(each.ledger, spoken)) for each in candidates]
    surest = max(score for _, score in scores) - _ROUNDING
    scores = [(each, score) for each, score in scores if score + _FULL * len(each.telling) >= surest]
    if len(scores) > 1:
        scores = [(each, score + _fit(each, data)) for each, score in scores]
    highest = max(score for _, score in scores)
    return [each for each, score in scores if score == highest]


# --- columns to fields -------------------------------------------------------------------------------------------------


def _choices(group: Group, ledger: Ledger) -> dict[str, tuple[Choice, ...]]:
    fitting: dict[str, list[Choice]] = {}
    for column in group:
        for meaning in column.heading.meanings.get(ledger.id, ()):
            fitting.setdefault(meaning.field.name, []).append((column, meaning))
    return {name: _surest(choices) for name, choices in fitting.items()}


def _surest(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    rank = min(meaning.rank for _, meaning in choices)
    return tuple((column, meaning) for column, meaning in choices if meaning.rank == rank)


def _candidate(ledger: Ledger, choices: Mapping[str, tuple[Choice, ...]]) -> Candidate:
    found = [field for field in ledger.fields if field.name in choices]
    missing = sum(1 for f in ledger.fields if f.need == "R" and f.name not in choices and not f.from_title)
    return Candidate(
        ledger,
        choices,
        mapped=_mapped(choices) if all(len(equal) == 1 for equal in choices.values()) else None,
        headed=sum(2 if field.need == "R" else 1 for field in found) - 2 * missing,
        telling=tuple(field for field in found if _is_telling(field)),
    )


def _is_enough(candidate: Candidate) -> bool:
    fields = [choices[0][1].field for name, choices in candidate.choices.items() if name != "unit"]
    return len(fields) >= 2 and any(field.need == "R" for field in fields)


def _mapped(choices: Mapping[str, Sequence[Choice]]) -> Mapped:
    places, ambiguous, spare = {}, [], []
    for name, equal in choices.items():
        column, meaning = equal[0]
        places[name] = Place(column.index, column.text, meaning)
        if len(equal) > 1 and meaning.field.type == "text" and meaning.field.need != "R":
            spare += [column.index for column, _ in equal[1:]]
        elif len(equal) > 1:
            ambiguous.append((name, tuple(column for column, _ in equal)))
    return Mapped(places, tuple(ambiguous), tuple(spare))


def _best(equal: Sequence[Choice], data: Data) -> Sequence[Choice]:
    """Of columns with equally sure headers those whose cells mostly read as the field does, else those with cells."""
    if len(equal) == 1:
        return equal
    for reads in (*_READS.get(equal[0][1].field.type, ()), _is_anything):
        chosen = [(column, meaning) for column, meaning in equal if _mostly(reads, column.index, data)]
        if chosen:
            return chosen
    return equal[:1]


def _mostly(reads: Callable[[Cell], bool], column: int, data: Data) -> bool:
    filled = _filled(column, data)
    return sum(1 for cell in filled if reads(cell)) * 2 > len(filled)


def _is_day(cell: Cell) -> bool:
    when = None if isinstance(cell, date) else moments.when(cell, year=_ANY_YEAR)
    return when is None or (when.precision == DAY and when.problem not in ("date-invalid", "date-missing"))


def _is_date(cell: Cell) -> bool:
    return isinstance(cell, date) or moments.when(cell, year=_ANY_YEAR).problem not in ("date-invalid", "date-missing")


def _is_quantity(cell: Cell) -> bool:
    return isinstance(cell, int | float) or quantities.quantity(cell, whole=False).problem != "quantity-invalid"


def _is_name(cell: Cell) -> bool:
    return isinstance(cell, str) and not is_measure(cell)


def _is_anything(cell: Cell) -> bool:
    return cell is not None


_READS: Mapping[str, tuple[Callable[[Cell], bool], ...]] = {
    "date": (_is_day, _is_date),
    "datetime": (_is_day, _is_date),
    "quantity": (_is_quantity,),
    "unit": (_is_name,),
}
"""By type of field: what its cells are, the finest first."""


def _filled(column: int, data: Data) -> list[Cell]:
    return [row[column] for row in data if row[column] is not None and row[column] != ""]


# --- how well a ledger fits ----------------------------------------------------------------------------------------------


def _is_telling(field: Field) -> bool:
    return field.vocabulary is not None and field.type in ("choice", "choices", "role")


def _fit(candidate: Candidate, data: Data) -> float:
    """How many of the cells are values of the ledger's choices."""
    places = candidate.mapping(data).places
    return sum(_known(field, _filled(places[field.name].column, data)) for field in candidate.telling)


def _known(field: Field, filled: Sequence[Cell]) -> float:
    spellings = field.vocabulary.spellings if field.vocabulary else ()
    known = sum(1 for cell in filled if isinstance(cell, str) and normal(cell.partition("、")[0]) in spellings)
    return _FULL * known / len(filled) if filled else 0


def _spoken(ledger: Ledger, spoken: Sequence[str]) -> float:
    """What title, sheet and file call it; the longest word counts, nearer texts first."""
    for nearness, text in enumerate(spoken):
        name = normal(text)
        length = max((len(word) for word in (*ledger.words, ledger.name) if word in name), default=0)
        if length:
            return 3 + length / 10 - min(nearness, 9) / 100
    return 0
