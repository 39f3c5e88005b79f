"""What a ledger (台账) is: its fields and what may stand in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from pipeline.model.encoding import ABSENT, BLANK

SESSIONS = "sessions"
"""The field of how many events a record stands for."""
FieldType: TypeAlias = Literal[
    "date", "datetime", "quantity", "choice", "choices", "role", "media", "text", "unit", "indicator", "measure"
]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The allowed values of a field: names in their order (bit i), spellings in normal form, groups as masks."""

    names: tuple[str, ...]
    spellings: Mapping[str, int]
    groups: Mapping[str, int] = field(default_factory=dict)

    def mask(self, name: str) -> int:
        """The mask of a name, a group, ``（空白）``, ``（已填）`` or ``（无此列）``; KeyError if it is none of these."""
        special = {"（空白）": BLANK | ABSENT, "（已填）": BLANK - 1, "（无此列）": ABSENT}
        if name in self.names:
            return 1 << self.names.index(name)
        return special[name] if name in special else self.groups[name]

    def words(self, mask: int) -> tuple[str, ...]:
        return tuple(name for bit, name in enumerate(self.names) if mask >> bit & 1)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a ledger; `need` is R, r or o as in the domain's tables."""

    name: str
    header: str
    type: FieldType
    need: Literal["R", "r", "o"] = "o"
    synonyms: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    """Headers in normal form that look like this field and are not."""
    fallback: tuple[str, ...] = ()
    """Headers that stand in when the column is missing (date-column-assumed)."""
    default: int | None = None
    """What a blank quantity or a missing column means; None is unknown."""
    whole: bool = True
    """Counted things: fractions are errors, intervals are rounded inwards."""
    from_title: bool = False
    """A choice that sheet name or title states where the column is missing."""
    may_name: bool = False
    """A cell that is none of the choices may name a person: it is not repeated."""
    vocabulary: Vocabulary | None = None
    endings: tuple[tuple[str, int], ...] = ()
    """media: (ending of a medium's name, mask of its channel) for media that the list does not know."""

    @property
    def column(self) -> str:
        """What its values are called among the columns of records: a medium is kept as its channel."""
        return "channel" if self.type == "media" else self.name


class Stated(NamedTuple):
    """The fields of a record that states the value of an indicator; empty `measure`: none says what it is counted in."""

    indicator: str
    value: str
    measure: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """One kind of ledger (台账); `words` are what titles, sheets and files call it."""

    id: str
    name: str
    words: tuple[str, ...]
    fields: tuple[Field, ...]
    unread: tuple[str, ...]
    """Headers of personal columns and free text, in normal form: never parsed, cached or printed."""
    kind: str = ""
    """The field that says what kind of event a record is; empty: none does."""
    topic: str = ""
    """The field that says what an event was about; empty: none does."""
    order: tuple[str, ...] = ()
    """The fields of times that follow one another."""

    @property
    def counted(self) -> str:
        """The field by whose values a table of numbers may count events; empty: none may."""
        return self.kind if any(field.name == SESSIONS for field in self.fields) else ""

    @property
    def stated(self) -> Stated | None:
        """Where its records name an indicator and state a value of it; None: they are events."""
        first: dict[FieldType, str] = {field.type: field.name for field in reversed(self.fields)}
        if not {"indicator", "quantity"} <= first.keys():
            return None
        return Stated(first["indicator"], first["quantity"], first.get("measure", ""))

    def field(self, name: str) -> Field:
        return next(f for f in self.fields if f.name == name)
