"""Figures → columns of codes: what a number looks like is said once for each indicator, cells say which it is."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache, partial
from typing import TypeAlias, TypeVar

from pipeline.model import SCOPES, Bounds, Fields, Figure, Figures, Indicator, Scope
from pipeline.publish import evidence, words
from pipeline.publish.rounding import Number
from pipeline.publish.words import Comparison, Hedge

Key = TypeVar("Key", bound=Hashable)
Column: TypeAlias = Sequence[Number | None]
Columns: TypeAlias = tuple[Column, Column, Column, Column, Column]
"""Value, low, high, numerator and denominator of every unit."""
Month: TypeAlias = Callable[[Scope, str], Columns]
"""What the figures of a month are, by scope and indicator."""

UNKNOWN, NOT_APPLICABLE = 0, 1
"""Codes of what is no number; the page shows their marks."""

_OF_NOTHING = "/"
_RESULTS = {"met": 0, "below": 1, "under way": 2, "unknown": 3, "waiting": 4}
_NO_FIGURE = 5
"""A result besides: nothing is known at all."""


class Codes(dict[Key, int]):
    """What recurs, each once, in the order of its codes."""

    def __missing__(self, key: Key) -> int:
        code = self[key] = len(self)
        return code


class Numbers:
    """The numbers of one indicator, each once: as shown, and as a float for sorting and for the height of bars."""

    def __init__(self, indicator: Indicator) -> None:
        self.indicator = indicator
        self._codes: Codes[Number | tuple[Number, Hedge] | str | None] = Codes(
            {None: UNKNOWN, _OF_NOTHING: NOT_APPLICABLE}
        )

    def figures(self, columns: Columns) -> list[int]:
        value, low, high, _, denominator = columns
        if value == low == high and 0 not in denominator:
            return self.values(value)
        return [self._codes[self._key(*each)] for each in zip(value, low, high, denominator, strict=True)]

    def values(self, values: Column) -> list[int]:
        """Of exact numbers."""
        return list(map(self._codes.__getitem__, values))

    def before(self, values: Column, bounds: Sequence[Bounds | None]) -> list[int]:
        """Of an earlier period, with the bounds of those that were approximate."""
        if not _any(bounds):
            return self.values(values)
        low = [value if each is None else each[0] for value, each in zip(values, bounds, strict=True)]
        high = [value if each is None else each[1] for value, each in zip(values, bounds, strict=True)]
        return self.figures((values, low, high, [None] * len(values), [None] * len(values)))

    def _key(
        self, value: Number | None, low: Number | None, high: Number | None, denominator: Number | None
    ) -> Number | tuple[Number, Hedge] | str | None:
        if value is None:
            return _OF_NOTHING if denominator == 0 else None
        hedge = words.hedge_between(value, low, high, self.indicator)
        return (value, hedge) if hedge else value

    def shown(self) -> dict[str, object]:
        hedged = [
            key if isinstance(key, tuple) else (key, "")
            for key in self._codes
            if not isinstance(key, str) and key is not None
        ]
        texts = (words.shown(value, self.indicator, hedge) for value, hedge in hedged)
        return {"texts": ["", "", *texts], "sizes": [None, None, *(_size(value) for value, _ in hedged)]}


def columns(indicator: Indicator, figures: Figures, months: Sequence[Month]) -> dict[str, object]:
    """For each scope its columns, with a cell for every unit, and the texts that their codes mean."""
    numbers, changed = Numbers(indicator), Codes({"": 0})
    scopes: dict[str, object] = {scope: _columns(numbers, changed, figures, months, scope) for scope in SCOPES}
    return {**scopes, **numbers.shown(), "changes": list(changed)}


def _columns(
    numbers: Numbers,
    changed: Codes[str],
    figures: Figures,
    months: Sequence[Month],
    scope: Scope,
) -> dict[str, object]:
    indicator, id = numbers.indicator, numbers.indicator.id
    each = figures.columns(scope, id)
    ended = figures.as_of >= figures.period.end

    def target(unit: int) -> list[object]:
        return _target(figures.by_key[unit, scope, id], numbers, ended=ended)

    return {
        "value": numbers.figures((each["value"], each["low"], each["high"], each["numerator"], each["denominator"])),
        "previous": numbers.before(each["previous"], each["previous_bounds"]),
        "last_year": numbers.before(each["last_year"], each["last_year_bounds"]),
        "on_year": _changes(each, "last_year", "同比", indicator, changed),
        "on_period": _changes(each, "previous", "环比", indicator, changed),
        "records": each["records"],
        "unknown": each["unknown"],
        "silent": each["silent"],
        "months": [numbers.figures(month(scope, id)) for month in months],
        "bounds": _filled(_bounds(indicator, *bounds) for bounds in zip(each["low"], each["high"], strict=True))
        if each["low"] != each["high"]
        else {},
        "parts": _filled(map(_parts, each["numerator"], each["denominator"])) if _any(each["denominator"]) else {},
        "targets": _filled(target(unit) if aim else [] for unit, aim in enumerate(each["target"])),
    }


def _any(column: Iterable[object]) -> bool:
    return any(each is not None for each in column)


def _changes(figures: Fields, base: str, kind: Comparison, indicator: Indicator, changed: Codes[str]) -> list[int]:
    """For every unit the code of the words of its change, which are none where there is nothing to compare."""
    bases, bounds = figures[base], figures[f"{base}_bounds"]
    if not _any(bases):
        return [changed[""]] * len(bases)
    words = partial(_change, kind, indicator)
    each = map(words, figures["value"], figures["low"], figures["high"], bases, bounds)
    return list(map(changed.__getitem__, each))


def _change(
    kind: Comparison,
    indicator: Indicator,
    value: Number | None,
    low: Number | None,
    high: Number | None,
    base: Number | None,
    bounds: Bounds | None,
) -> str:
    if value is None or base is None:
        return ""
    approximate = bounds is not None or not low == value == high
    return _worded(value, base, kind, percent=indicator.percent, approximate=approximate)


@lru_cache(maxsize=1 << 16)
def _worded(value: Number, base: Number, kind: Comparison, *, percent: bool, approximate: bool) -> str:
    compare = words.change_points if percent else words.change
    return compare(value, base, kind, approximate=approximate)


def _filled(parts: Iterable[object]) -> Mapping[str, object]:
    """By unit; those without it are left out."""
    return {str(unit): part for unit, part in enumerate(parts) if part}


def _bounds(indicator: Indicator, low: Number | None, high: Number | None) -> str:
    if low is None or low is high or low == high:
        return ""
    return f"{words.shown(low, indicator)} 至 {words.shown(high, indicator)}"


def _parts(numerator: Number | None, denominator: Number | None) -> str:
    if numerator is None or denominator is None:
        return ""
    return f"{words.exact(numerator)} ÷ {words.exact(denominator)}"


def _target(figure: Figure, numbers: Numbers, *, ended: bool) -> list[object]:
    """Minimum, what it stands for, how it is met, and why it is set."""
    target = figure.target
    if target is None:
        return []
    span = target.span or figure.period.span
    return [*numbers.values([target.minimum]), span, _result(figure, ended=ended), target.basis]


def _result(figure: Figure, *, ended: bool) -> int:
    if figure.value is None:
        return _NO_FIGURE
    return _RESULTS[evidence.verdict(figure, ended=ended)]


def _size(value: Number) -> int | float:
    return int(value) if value.denominator == 1 else float(Fraction(value))
