"""All that the sheets of 汇总表.xlsx are made of, and the words that stand on each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Protocol, TypeAlias

from xlsxwriter.url import Url

from pipeline.model import Definitions, Figure, Figures, Finding, Indicator, Key, Scope, TableSheet
from pipeline.period import Period
from pipeline.publish import words
from pipeline.publish.sheets.lines import Line, lines
from pipeline.publish.sheets.traces import Traces

if TYPE_CHECKING:
    import pandas as pd

ByKey: TypeAlias = Mapping[Key, Figure]
Amounts: TypeAlias = Sequence[Sequence[int | Fraction | None]]
"""Value, low, high, numerator and denominator of every unit."""


class Month(Protocol):
    """The figures of a month, one by one or as columns with an entry for every unit."""

    def __getitem__(self, key: Key) -> Figure: ...

    def amounts(self, scope: Scope, indicator: str) -> Amounts: ...

    def counts(self, scope: Scope, indicator: str) -> Sequence[Sequence[int]]:
        """How many records each figure stands on, and how many of them give no number."""


Monthly: TypeAlias = Mapping[Period, Month]
Records: TypeAlias = "Mapping[str, pd.DataFrame]"
"""By ledger the records that count in the period."""

_SILENT_SHOWN = 8


@dataclass(frozen=True, eq=False)
class Material:
    figures: Figures
    definitions: Definitions
    monthly: Monthly
    records: Records
    findings: tuple[Finding, ...]
    traces: Traces

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        return lines(self.definitions.register)

    @cached_property
    def unit_names(self) -> tuple[str, ...]:
        return tuple(unit.name for unit in self.definitions.register.units)

    @property
    def organisation(self) -> str:
        return self.unit_names[self.definitions.register.root]

    @property
    def period_line(self) -> str:
        """``统计期间：2023年上半年　统计截止：2023年6月30日``."""
        as_of = self.figures.as_of
        return f"统计期间：{self.figures.period.label}　统计截止：{as_of.year}年{as_of.month}月{as_of.day}日"

    def title(self, sheet: TableSheet) -> str:
        return f"{self.organisation}{self.figures.period.label}{sheet.title}"

    def indicators(self, sheet: TableSheet) -> tuple[Indicator, ...]:
        return tuple(self.by_id[id] for id in sheet.indicators)

    @cached_property
    def by_id(self) -> Mapping[str, Indicator]:
        return {indicator.id: indicator for indicator in self.definitions.indicators}

    def link(self, line: Line, indicator: Indicator) -> Url | None:
        """To the first record of the line's unit in the indicator's ledger."""
        return self.traces.link(indicator.ledger, line.unit, line.scope)

    @cached_property
    def known(self) -> frozenset[tuple[int, str]]:
        """(unit, ledger) that answered: any figure of its own is known, or a share of nothing."""
        return frozenset(chain.from_iterable(map(self._answered, self.definitions.indicators)))

    def _answered(self, indicator: Indicator) -> Iterator[tuple[int, str]]:
        figures = self.figures.columns("own", indicator.id)
        for unit, numbers in enumerate(zip(figures["value"], figures["denominator"], strict=True)):
            if numbers != (None, None):
                yield unit, indicator.ledger

    @cached_property
    def silent(self) -> tuple[str, ...]:
        """The units that are due and answered with no ledger at all."""
        ledgers = {ledger.id for ledger in self.definitions.ledgers}
        heard = {unit for unit, ledger in self.known if ledger in ledgers}
        return tuple(u.name for u in self.definitions.register.units if u.due and u.index not in heard)

    def silence(self, ledger: str) -> str:
        """Who is due and has not answered for a ledger, as a note; nothing if all have."""
        register = self.definitions.register
        names = [u.name for u in register.units if u.due and (u.index, ledger) not in self.known]
        if not names:
            return ""
        said = words.listing(names, _SILENT_SHOWN)
        return f"注：{said}的{self.definitions.ledger(ledger).name}未报送或未被接收，合计和小计不含。"
