"""What must hold between figures, whatever the ledgers say; each check is a function, CHECKS is the list of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Protocol, TypeAlias

from pipeline.figures.amounts import Amounts, Number
from pipeline.figures.columns import Place
from pipeline.model import SCOPES, Definitions, Finding, Indicator, Severity

ALL_PIECES = "article.pieces"
"""Σ pieces whatever their status: measured for the check alone, no indicator of its own."""

AT_MOST = (
    ("study.focused", "study.sessions"),
    ("study.sessions", "study.activities"),
    ("article.published", ALL_PIECES),
    ("incident.closed", "incident.total"),
)
ADDITIVE = ("sum", "count", "overdue")


class Column(Protocol):
    """An indicator in one scope, for every unit."""

    @property
    def amounts(self) -> Amounts: ...


Columns: TypeAlias = Mapping[Place, Column]


def helpers(definitions: Definitions) -> tuple[Indicator, ...]:
    """Indicators that the checks need besides those that are published."""
    published = (i for i in definitions.indicators if i.id == "article.published")
    return tuple(replace(indicator, id=ALL_PIECES, where=(), unless=()) for indicator in published)


def findings(columns: Columns, definitions: Definitions) -> tuple[Finding, ...]:
    """A warning (figure-inconsistent) for each figure that cannot be, once if it is the same in both scopes.

    `columns` include those of the helpers.
    """
    found = (finding for check in CHECKS for finding in check(columns, definitions))
    return tuple(dict.fromkeys(found))


def _at_most(columns: Columns, definitions: Definitions) -> Iterator[Finding]:
    """The first of each pair never exceeds the second."""
    pairs = [pair for pair in AT_MOST if all(("own", id) in columns for id in pair)]
    for lesser, greater in pairs:
        numbers = zip(*(columns[scope, id].amounts.value for scope in SCOPES for id in (lesser, greater)), strict=True)
        for unit, (own, own_bound, every, every_bound) in enumerate(numbers):
            for value, bound in ((own, own_bound), (every, every_bound)):
                if value is not None and bound is not None and value > bound:
                    yield _finding(definitions, unit, lesser, value, f"≤{_written(bound)}", greater)


def _shares(columns: Columns, definitions: Definitions) -> Iterator[Finding]:
    """No numerator exceeds its denominator."""
    for id, scope in product((indicator.id for indicator in definitions.indicators if indicator.percent), SCOPES):
        amounts = columns[scope, id].amounts
        for unit, (upper, lower) in enumerate(zip(amounts.numerator, amounts.denominator, strict=True)):
            if upper is not None and lower is not None and upper > lower:
                yield _finding(definitions, unit, id, upper, f"≤{_written(lower)}")


def _sums(columns: Columns, definitions: Definitions) -> Iterator[Finding]:
    """What the units have of their own adds up to what their parent has in all."""
    register = definitions.register
    added = [indicator.id for indicator in definitions.indicators if indicator.kind in ADDITIVE]
    for unit in (unit.index for unit in register.units if register.children[unit.index]):
        below = register.below(unit)
        for id in added:
            own, found = columns["own", id].amounts.value, columns["all", id].amounts.value[unit]
            known = [value for u in below if (value := own[u]) is not None]
            if found != (sum(known) if known else None):
                yield _finding(definitions, unit, id, found, f"={_written(sum(known)) if known else ''}")


CHECKS = (_at_most, _shares, _sums)


def _finding(
    definitions: Definitions, unit: int, id: str, found: Number | None, expected: str, other: str = ""
) -> Finding:
    """`id` is the indicator, `other` the one that it was compared with."""
    values = (("found", _written(found)), ("expected", expected), ("other", other))
    return Finding(
        "figure-inconsistent",
        Severity.WARNING,
        unit=definitions.register.units[unit].name,
        ledger=definitions.indicator(id).ledger,
        field=id,
        values=tuple((key, value) for key, value in values if value),
    )


def _written(value: Number | None) -> str:
    """In full: amounts have six decimals at most."""
    return "" if value is None else format(Decimal(value.numerator) / value.denominator, "f")
