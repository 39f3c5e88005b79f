"""Where a printed number comes from: the lines of its review comment, and the findings that it calls for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from pipeline.model import Figure, Figures, Finding, Origin, Scope, Severity
from pipeline.publish import words
from pipeline.publish.tags import CHANGES, JOINED, Tag, chinese_date
from pipeline.publish.unit_tags import Basis

Trace: TypeAlias = Callable[[str, Figure], tuple[int, Origin | None]]
"""(indicator, figure) → how many records of it stand behind that unit, scope and period, and the first of them."""

Shared: TypeAlias = Callable[[Sequence[str], Figure], int]
"""(indicators, figure) → how many records of that unit, scope and period stand behind several of them."""

_SCOPES: Mapping[Scope, str] = {"own": "本级", "all": "本级及所属单位"}


def rejected_rows(figures: Figures) -> Counter[tuple[str, int]]:
    """(ledger, unit) → rows not counted because of an error; a row of no known unit is the unit's of its table."""
    return Counter(
        (table.ledger, table.unit if unit < 0 else unit)
        for table in figures.harvest.tables
        for _, unit in table.rejected
    )


@dataclass(frozen=True, slots=True, eq=False)
class Passport:
    """Answers for the numbers of a run."""

    basis: Basis
    trace: Trace
    shared: Shared
    rejected: Counter[tuple[str, int]]

    def lines(self, tag: Tag) -> tuple[str, ...]:
        """The comment on a number: value, rule, records, change, and what touches it."""
        figure, register = tag.figure, self.basis.definitions.register
        place = f"{register.units[figure.unit].name}，{_SCOPES[figure.scope]}，{figure.period.label}"
        lines = [
            f"{tag.title}：{_worded(tag)}",
            f"{place}，统计截至{chinese_date(self.basis.figures.as_of)}",
            f"口径：{tag.indicator.rule}",
        ]
        if not tag.aspect:
            changes = ["；".join(_changes(tag))] if tag.compared else []
            lines += [self._records(tag), *changes, *self._touched(tag)]
        return tuple(lines)

    def _records(self, tag: Tag) -> str:
        traced = [self.trace(id, tag.figure) for id in _ids(tag)]
        count = sum(records for records, _ in traced)
        first = next((origin for _, origin in traced if origin), None)
        return f"记录：{count}条" + (
            f"，第一条在 {first.file}，工作表“{first.sheet}”，第{first.row}行" if first else ""
        )

    def _touched(self, tag: Tag) -> Iterator[str]:
        figure = tag.figure
        if figure.silent:
            yield f"初步数：{figure.silent}家单位的这类台账未报送或无法采用，未计入"
        if figure.unknown:
            yield f"{figure.unknown}条记录的这一项不明，未计入"
        if rows := self._rejected(tag):
            yield f"{rows}行因差错未计入，见问题清单"
        if twice := self._twice(tag):
            yield twice
        if not figure.exact:
            low, high = (words.exact(bound) for bound in tag.bounds)
            yield f"约数：实际在{low}至{high}之间"

    def _twice(self, tag: Tag) -> str:
        """What a sum of indicators counts more than once; nothing for a single one."""
        ids = _ids(tag)
        count = self.shared(ids, tag.figure) if len(ids) > 1 else 0
        return f"其中{count}条记录同属几个指标，重复计了" if count else ""

    def _rejected(self, tag: Tag) -> int:
        below = self.basis.definitions.register.below(tag.figure.unit)
        units = below if tag.figure.scope == "all" else (tag.figure.unit,)
        return sum(self.rejected[tag.indicator.ledger, unit] for unit in units)

    def findings(self, printed: Sequence[Tag], template: str) -> tuple[Finding, ...]:
        """What a document prints that somebody must look at: zero, unknown or approximate figures, each once.

        So is a sum of indicators that counts a record twice. What holds in both scopes is said once.
        """
        told = _once((tag, _code(tag.figure)) for tag in printed if not tag.aspect)
        about = [
            self._finding(code, tag, id, found=template, name=self.basis.definitions.indicator(id).name)
            for tag, code in told
            for id in _ids(tag)
        ]
        sums = _once((tag, "figure-inconsistent" if self._twice(tag) else "") for tag in printed if not tag.aspect)
        return tuple(dict.fromkeys((*about, *(self._inconsistent(code, tag) for tag, code in sums))))

    def _inconsistent(self, code: str, tag: Tag) -> Finding:
        """It stands on the first of the indicators, as findings on figures do."""
        other = f"{tag.indicator.name}：{self._twice(tag)}"
        return self._finding(code, tag, _ids(tag)[0], found=_exact(tag), other=other)

    def _finding(self, code: str, tag: Tag, id: str, **values: str) -> Finding:
        unit = self.basis.definitions.register.units[tag.figure.unit].name
        return Finding(code, Severity.WARNING, Origin(), unit, tag.indicator.ledger, id, tuple(values.items()))


def _worded(tag: Tag) -> str:
    if tag.aspect in CHANGES or tag.wording:
        return tag.text
    exact = _exact(tag)
    return (
        exact if tag.text in (exact, exact.removesuffix(tag.indicator.measure_word)) else f"{exact}，写作“{tag.text}”"
    )


def _exact(tag: Tag) -> str:
    return words.figure(tag.figure, replace(tag.indicator, style=""), measure=True)


def _changes(tag: Tag) -> Iterator[str]:
    for kind, name in zip(CHANGES, ("去年同期", "上期"), strict=True):
        base = tag.earlier(name, kind)
        yield tag.change(kind) + (f"（{name}{_exact(base)}）" if base.figure.value is not None else "")


def _ids(tag: Tag) -> list[str]:
    return tag.indicator.id.split(JOINED)


def _code(figure: Figure) -> str:
    if figure.value is None:
        return "figure-unknown"
    if not figure.value:
        return "figure-zero"
    return "" if figure.exact else "figure-approximate"


def _once(found: Iterator[tuple[Tag, str]]) -> Iterator[tuple[Tag, str]]:
    seen: set[tuple[object, ...]] = set()
    for tag, code in found:
        key = code, tag.figure.unit, tag.figure.scope, tag.indicator.id
        if code and key not in seen:
            seen.add(key)
            yield tag, code
