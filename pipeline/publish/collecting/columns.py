"""The fields of a ledger → the columns that a form asks one unit for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pipeline.model import Definitions, Field, FieldType, Ledger, Unit

REPORTER = "填报单位"
"""Stands above every table, so that a column which only repeats it is not asked for."""

Look: TypeAlias = Literal["date", "moment", "text", "middle"]

_GIVEN: frozenset[FieldType] = frozenset({"date", "datetime", "indicator", "measure"})
_LOOKS: Mapping[FieldType, Look] = {"date": "date", "datetime": "moment", "text": "text", "media": "text"}
_WIDTHS: Mapping[FieldType, float] = {"datetime": 17, "text": 34, "media": 20, "unit": 22, "choices": 20}
_GIVEN_WIDTHS: Mapping[FieldType, float] = {"date": 16, "indicator": 36}
_WIDTH, _GIVEN_WIDTH = 13.0, 20.0


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a form; `options` are what its drop-down offers."""

    field: Field
    required: bool
    options: tuple[str, ...] = ()
    beside_given: bool = False
    """In the form of a ledger that has a row for every indicator, with all but the value filled in."""

    @property
    def given(self) -> bool:
        """Filled in already."""
        return self.beside_given and self.field.type in _GIVEN

    @property
    def header(self) -> str:
        return f"*{self.field.header}" if self.required and not self.given else self.field.header

    @property
    def look(self) -> Look:
        return _LOOKS.get(self.field.type, "middle")

    @property
    def width(self) -> float:
        if self.beside_given:
            return _GIVEN_WIDTHS.get(self.field.type, _GIVEN_WIDTH)
        return _WIDTHS.get(self.field.type, _WIDTH)


def asked(ledger: Ledger, definitions: Definitions, unit: Unit) -> tuple[Column, ...]:
    """In the definitions' order; a ledger that names indicators has their names, measure and time filled in."""
    given = any(field.type == "indicator" for field in ledger.fields)
    return tuple(
        Column(
            field,
            required=field.need == "R" or field.type == "unit" or definitions.counts_blanks(ledger.id, field),
            options=tuple(_options(field, definitions, unit)),
            beside_given=given,
        )
        for field in ledger.fields
        if not (field.type == "unit" and REPORTER in (field.header, *field.synonyms))
    )


def _options(field: Field, definitions: Definitions, unit: Unit) -> Iterator[str]:
    if field.type == "unit":
        yield from (definitions.register.units[below].name for below in definitions.register.below(unit.index))
    elif field.type == "media" and definitions.media:
        yield from (medium.name for medium in definitions.media)
    elif field.type == "indicator":
        known = {indicator.name for indicator in definitions.indicators}
        yield from (name for name in _names(field) if name in known)
    else:
        yield from _names(field)


def _names(field: Field) -> tuple[str, ...]:
    return field.vocabulary.names if field.vocabulary else ()
