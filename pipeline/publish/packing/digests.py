"""What a unit's pack is made from → its digest: as long as that is the same, making the pack again gives the same bytes.

A pack speaks of its unit and of all units under it; where the template names any other, of every unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from itertools import product
from typing import TypeAlias

from pipeline.model import SCOPES, Definitions, Figures, Indicator, Scope
from pipeline.publish.packing.portions import Portion
from pipeline.publish.packing.ranking import Standings
from pipeline.publish.packing.told import Discretion
from pipeline.publish.sheets.material import Material, Month
from pipeline.publish.template import Compiled

_OF_FIGURES = frozenset({"ledgers.toml", "indicators.toml"})
Number: TypeAlias = Fraction | int | None

_ANY_UNIT, _MONTHS = "单位", "月份"
"""Names by which a template reaches beyond the unit's branch, and beyond the months of the unit itself."""

_SAID = (
    *("value", "low", "high", "numerator", "denominator", "records", "unknown", "silent"),
    *("previous", "last_year", "target", "previous_bounds", "last_year_bounds"),
)
"""All that a document can say of a figure, but whose it is and which."""


def branches(figures: Figures, definitions: Definitions) -> tuple[str, ...]:
    """By unit the digest of its figures and of all under it, of what they are called and how they are defined."""
    register = definitions.register
    defined = [digest for digest in definitions.digests if digest[0] in _OF_FIGURES]
    run = _digest(figures.period.id, figures.as_of, defined, definitions.indicators)
    own = _unit_figures(figures, definitions)
    found: dict[int, str] = {}
    for index in reversed(register.below(register.root)):
        unit, under = register.units[index], [found[child] for child in register.children[index]]
        found[index] = _digest(run, unit.name, unit.due, own[index], under)
    return tuple(found[unit.index] for unit in register.units)


def digests(
    portions: Iterable[Portion],
    material: Material,
    discretion: Discretion,
    standings: Standings,
    of_branches: Sequence[str],
    template: Compiled | None,
    inputs: Mapping[str, str],
    *,
    zipped: bool,
) -> Iterator[str]:
    """One for each portion; `inputs` are the digests of the files that were sent."""
    definitions = material.definitions
    shared = _digest(*_shared(material, template, of_branches), zipped)
    months = _unit_months(material)
    for portion in portions:
        unit = portion.unit.index
        yield _digest(
            shared,
            of_branches[unit],
            months[unit],
            [standings.get((unit, id)) for id in definitions.ranked],
            (portion.folder, portion.accounts),
            (portion.told.files, portion.told.rows),
            [(receipt.ledger.id, receipt.status, receipt.records) for receipt in portion.receipts],
            [discretion.file(account.file, unit) for account in portion.accounts],
            [inputs.get(file) for file in sorted(portion.told.files)],
            [(each.ledger.id, each.digest) for each in portion.records],
        )


def _shared(material: Material, template: Compiled | None, of_branches: Sequence[str]) -> Iterator[object]:
    definitions = material.definitions
    yield [month.id for month in material.monthly], definitions.ranked
    if template:
        yield [part.lines for part in template.parts], sha256(template.package.bases[False]).hexdigest()
        if _ANY_UNIT in template.names:
            yield of_branches
        if _MONTHS in template.names:
            yield [_month(*each) for each in product(material.monthly.values(), SCOPES, definitions.indicators)]


def _unit_figures(figures: Figures, definitions: Definitions) -> list[str]:
    """By unit the digest of its figures, which documents bear: that of a tuple of their list."""
    worded = _Worded()
    columns = []
    for indicator, scope in product(definitions.indicators, SCOPES):
        found = figures.columns(scope, indicator.id)
        columns.append([worded[said] for said in zip(*(found[name] for name in _SAID), strict=True)])
    return [_hashed(f"([{', '.join(each)}],)") for each in zip(*columns, strict=True)]


def _unit_months(material: Material) -> list[str]:
    """By unit, in the scopes that its summary shows."""
    months, indicators = material.monthly.values(), material.definitions.indicators
    columns = [column for month in months for each in indicators for column in _shown(month, each.scope, each)]
    if not columns:
        return [""] * len(material.definitions.register.units)
    return [_digest(*each) for each in zip(*columns, strict=True)]


def _month(month: Month, scope: Scope, indicator: Indicator) -> Sequence[Sequence[object]]:
    """All that a document can say of the figures of a month, as columns."""
    return *month.amounts(scope, indicator.id), *month.counts(scope, indicator.id)


def _shown(month: Month, scope: Scope, indicator: Indicator) -> Sequence[Sequence[object]]:
    """What of it a summary shows."""
    value, low, high, _, denominator = month.amounts(scope, indicator.id)
    _, unknown = month.counts(scope, indicator.id)
    shown = _plain(value)
    if not value == low == high:
        intervals = zip(shown, _plain(low), _plain(high), strict=True)
        shown = [each[0] if each[0] == each[1] == each[2] else each for each in intervals]
    return shown, _plain(denominator), unknown


def _plain(numbers: Sequence[Number]) -> Sequence[object]:
    """Fractions as pairs, which are represented sooner."""
    if Fraction not in set(map(type, numbers)):
        return numbers
    return [number.as_integer_ratio() if isinstance(number, Fraction) else number for number in numbers]


class _Worded(dict[object, str]):
    """How things are represented, equal ones once."""

    def __missing__(self, thing: object) -> str:
        text = self[thing] = repr(thing)
        return text


def _digest(*parts: object) -> str:
    return _hashed(repr(parts))


def _hashed(text: str) -> str:
    return sha256(text.encode()).hexdigest()
