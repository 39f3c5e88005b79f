"""Everything in templates/ that can move a number, as it was read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from pipeline.model.encoding import BLANK
from pipeline.model.ledgers import Field, Ledger
from pipeline.model.register import Register
from pipeline.model.rulings import Ruling
from pipeline.period import Span

Scope: TypeAlias = Literal["own", "all"]
SCOPES: tuple[Scope, ...] = ("own", "all")


@dataclass(frozen=True, slots=True)
class Medium:
    name: str
    aliases: tuple[str, ...]
    channel: str


@dataclass(frozen=True, slots=True)
class Target:
    """At least `minimum` of `indicator` in each `span`; unit None is every unit, span None the run's."""

    indicator: str
    unit: int | None
    span: Span | None
    minimum: Fraction
    basis: str = ""


Filter: TypeAlias = tuple[tuple[str, int], ...]
"""(field, mask): the record's mask must share a bit with it in every pair."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of indicators.toml; which keys a kind needs is checked in definitions/."""

    id: str
    name: str
    ledger: str
    kind: str
    measure_word: str
    scope: Scope
    rule: str = ""
    """The rule in one Chinese sentence (口径), for the notes and comments."""
    field: str = ""
    over: str = ""
    where: Filter = ()
    unless: Filter = ()
    part: Filter = ()
    """The numerator of a share: what it must meet besides `where`."""
    limits: tuple[tuple[Filter, int], ...] = ()
    """(which records, hours); the first that fits, and the last fits all."""
    of: str = ""
    """register_share: the indicator that is divided by the register column `over`; submission: due, received, rate."""
    whole: bool = True
    style: Literal["", "万"] = ""

    @property
    def percent(self) -> bool:
        return self.measure_word == "%"


TableKind: TypeAlias = Literal["summary", "monthly", "categories", "changes", "targets", "submission", "rules"]


@dataclass(frozen=True, slots=True)
class TableSheet:
    """One sheet of 汇总表.xlsx, from tables.toml."""

    name: str
    kind: TableKind
    title: str
    indicators: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    """categories: (ledger, choice field)."""


@dataclass(frozen=True, slots=True)
class Definitions:
    """Everything in templates/ that can move a number."""

    ledgers: tuple[Ledger, ...]
    indicators: tuple[Indicator, ...]
    register: Register
    media: tuple[Medium, ...]
    targets: tuple[Target, ...]
    title_words: tuple[str, ...] = ()
    """Words of titles and file names that are no part of a unit's name."""
    revision_words: tuple[str, ...] = ()
    """Words in a file's name that say it is the newer version."""
    ignored: tuple[str, ...] = ()
    """Headers in normal form that do not matter when rows are compared."""
    unheld: tuple[str, ...] = ()
    """What a column that nobody knows says, in normal form, of an event that was planned and not held."""
    tables: tuple[TableSheet, ...] = ()
    evidence: bool = True
    """Whether 汇总表.xlsx holds the records as well."""
    ranked: tuple[str, ...] = ()
    """Indicators beside which a unit's own summary says its rank and the median of comparable units."""
    rulings: tuple[Ruling, ...] = ()
    digests: tuple[tuple[str, str], ...] = ()
    """(file below templates/, sha256), sorted."""

    def ledger(self, id: str) -> Ledger:
        return next(ledger for ledger in self.ledgers if ledger.id == id)

    def counts_blanks(self, ledger: str, field: Field) -> bool:
        """Whether an indicator counts the records that leave this field blank, as that of 未定级 does."""
        return any(
            name == field.column and mask & BLANK
            for indicator in self.indicators
            if indicator.ledger == ledger
            for name, mask in (*indicator.where, *indicator.part)
        )

    def indicator(self, key: str) -> Indicator:
        """By id or Chinese name; KeyError if there is none."""
        for indicator in self.indicators:
            if key in (indicator.id, indicator.name):
                return indicator
        raise KeyError(key)
