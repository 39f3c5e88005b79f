"""One unit's form before anything is written: its code, its sheets and what each of them asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import count
from typing import TypeAlias

from pipeline.model import Definitions, Ledger, Rough, Unit
from pipeline.period import Period
from pipeline.publish.collecting.columns import Column, asked

GUIDE = "填报说明"

_LONGEST_NAME = 31
_FORBIDDEN = str.maketrans("[]:*?/\\'", "［］：＊？／＼＇")
"""What Excel refuses in a sheet's name becomes its full-width twin."""

Last: TypeAlias = Mapping[str, Fraction | int | Rough | None]
"""Figures of the period before, by indicator id."""


@dataclass(frozen=True, slots=True)
class Page:
    """The sheet of one ledger."""

    ledger: Ledger
    name: str
    columns: tuple[Column, ...]

    @property
    def given(self) -> bool:
        """Whether it has a row for every indicator, with nothing left to fill in but the value."""
        return any(column.given for column in self.columns)

    @property
    def indicators(self) -> tuple[str, ...]:
        """The names that have a row of their own."""
        return next((column.options for column in self.columns if column.field.type == "indicator"), ())

    @property
    def open(self) -> tuple[Column, ...]:
        """The columns that the unit fills in."""
        return tuple(column for column in self.columns if not column.given)


@dataclass(frozen=True)
class Blank:
    """The form of `unit`, not filled in yet."""

    unit: Unit
    definitions: Definitions
    period: Period
    last: Last

    @property
    def code(self) -> str:
        """``LP-2023H1-003``: the third unit of the register."""
        return f"LP-{self.period.id}-{self.unit.index + 1:03d}"

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        names = _names([ledger.name for ledger in self.definitions.ledgers])
        return tuple(
            Page(ledger, name, asked(ledger, self.definitions, self.unit))
            for ledger, name in zip(self.definitions.ledgers, names, strict=True)
        )

    def title(self, page: Page) -> str:
        return f"{self.unit.name}{self.period.label}{page.ledger.name}"


def _names(wanted: list[str]) -> list[str]:
    """Sheet names that Excel takes, no two alike."""
    taken = {GUIDE.casefold()}
    names = []
    for text in wanted:
        name = next(name for name in _near(text.translate(_FORBIDDEN)) if name.casefold() not in taken)
        taken.add(name.casefold())
        names.append(name)
    return names


def _near(name: str) -> Iterator[str]:
    """The name, then the same with one number after another, each no longer than Excel takes."""
    yield name[:_LONGEST_NAME]
    for number in count(2):
        ending = f"（{number}）"
        yield name[: _LONGEST_NAME - len(ending)] + ending
