"""What must hold between figures, whatever the ledgers say; each check is a function, CHECKS is the list of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from pipeline.figures.measure import Key
from pipeline.model import SCOPES, Definitions, Figure, Finding, Indicator, Severity

ALL_PIECES = "article.pieces"
"""Σ pieces whatever their status: measured for the check alone, no indicator of its own."""

AT_MOST = (
    ("study.focused", "study.sessions"),
    ("study.sessions", "study.activities"),
    ("article.published", ALL_PIECES),
    ("incident.closed", "incident.total"),
)
ADDITIVE = ("sum", "count", "overdue")


def helpers(definitions: Definitions) -> tuple[Indicator, ...]:
    """Indicators that the checks need besides those that are published."""
    published = (i for i in definitions.indicators if i.id == "article.published")
    return tuple(replace(indicator, id=ALL_PIECES, where=(), unless=()) for indicator in published)


def findings(figures: Mapping[Key, Figure], definitions: Definitions) -> tuple[Finding, ...]:
    """A warning (figure-inconsistent) for each figure that cannot be; `figures` include those of the helpers."""
    return tuple(finding for check in CHECKS for finding in check(figures, definitions))


def _at_most(figures: Mapping[Key, Figure], definitions: Definitions) -> Iterator[Finding]:
    """The first of each pair never exceeds the second."""
    pairs = [pair for pair in AT_MOST if all((0, "own", id) in figures for id in pair)]
    for lesser, greater in pairs:
        for unit in range(len(definitions.register.units)):
            for scope in SCOPES:
                figure, bound = figures[unit, scope, lesser], figures[unit, scope, greater]
                if figure.value is not None and bound.value is not None and figure.value > bound.value:
                    yield _finding(definitions, figure, figure.value, f"≤{_written(bound.value)}", greater)


def _shares(figures: Mapping[Key, Figure], definitions: Definitions) -> Iterator[Finding]:
    """No numerator exceeds its denominator."""
    for figure in figures.values():
        upper, lower = figure.numerator, figure.denominator
        if upper is not None and lower is not None and upper > lower:
            yield _finding(definitions, figure, upper, f"≤{_written(lower)}")


def _sums(figures: Mapping[Key, Figure], definitions: Definitions) -> Iterator[Finding]:
    """What the units have of their own adds up to what their parent has in all."""
    register = definitions.register
    added = [indicator for indicator in definitions.indicators if indicator.kind in ADDITIVE]
    for unit in (unit.index for unit in register.units if register.children[unit.index]):
        below = register.below(unit)
        for indicator in added:
            figure = figures[unit, "all", indicator.id]
            known = [value for u in below if (value := figures[u, "own", indicator.id].value) is not None]
            if figure.value != (sum(known) if known else None):
                yield _finding(definitions, figure, figure.value, f"={_written(sum(known)) if known else ''}")


CHECKS = (_at_most, _shares, _sums)


def _finding(
    definitions: Definitions, figure: Figure, found: int | Fraction | None, expected: str, other: str = ""
) -> Finding:
    """`field` is the indicator, `other` the one that it was compared with."""
    values = (("found", _written(found)), ("expected", expected), ("other", other))
    return Finding(
        "figure-inconsistent",
        Severity.WARNING,
        unit=definitions.register.units[figure.unit].name,
        ledger=definitions.indicator(figure.indicator).ledger,
        field=figure.indicator,
        values=tuple((key, value) for key, value in values if value),
    )


def _written(value: int | Fraction | None) -> str:
    """In full: amounts have six decimals at most."""
    return "" if value is None else format(Decimal(value.numerator) / value.denominator, "f")
