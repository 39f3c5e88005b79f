"""The tags of a whole unit, for the period or one of its months, under the indicators' Chinese names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from markupsafe import escape

from pipeline.model import Definitions, Figures, Indicator, Scope
from pipeline.publish.packing.ranking import Standings
from pipeline.publish.tags import Numbers, Tag


@dataclass(frozen=True, slots=True)
class Asked:
    """What the unit of a document is asked for: ledgers still to be sent, and problems to be put right, in words."""

    ledgers: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """What documents are written from; `monthly` are the figures of the period's months, if the templates use them."""

    figures: Figures
    definitions: Definitions
    monthly: tuple[Figures, ...] = ()
    asked: Asked = Asked()
    standings: Standings = field(default_factory=dict)
    """Only a unit's own document compares it with others."""
    indicators: Mapping[str, Indicator] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "indicators", {each.name: each for each in self.definitions.indicators})


@dataclass(frozen=True, slots=True, eq=False)
class UnitTags(Mapping[str, object]):
    """The tags of one unit by the indicators' names, in each one's own scope unless `scope` says otherwise."""

    basis: Basis
    numbers: Numbers
    unit: int
    scope: Scope | None = None
    figures: Figures | None = None
    """Those of a month; None for the period's."""

    def of(self, unit: int) -> UnitTags:
        return replace(self, unit=unit)

    def of_month(self, figures: Figures) -> UnitTags:
        return replace(self, figures=figures)

    def scoped(self, scope: Scope) -> UnitTags:
        return replace(self, scope=scope)

    def tag(self, indicator: Indicator) -> Tag:
        whole = self.basis.figures
        compared = self.figures is None or self.figures.period == whole.period
        figures = whole if self.figures is None or compared else self.figures
        figure = figures.get(self.unit, indicator.id, self.scope or indicator.scope)
        return Tag(figure, indicator, self.numbers, compared=compared)

    @property
    def name(self) -> str:
        units = self.basis.definitions.register.units
        return f"{self.figures.period.number}月" if self.figures else units[self.unit].name

    def __getitem__(self, name: str) -> object:
        return self.name if name == "名称" else self.tag(self.basis.indicators[name])

    def __contains__(self, name: object) -> bool:
        return name == "名称" or name in self.basis.indicators

    def __iter__(self) -> Iterator[str]:
        yield "名称"
        yield from self.basis.indicators

    def __len__(self) -> int:
        return 1 + len(self.basis.indicators)

    def __str__(self) -> str:
        return self.name

    def __html__(self) -> str:
        return str(escape(self.name))
