"""What a run leaves: each part of the output as (path below the run's folder, bytes), in an order that never changes."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from itertools import chain, product
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

import numpy as np

from pipeline.figures import behind, measure
from pipeline.figures.columns import ByKey
from pipeline.model import SCOPES, Behind, Change, Definitions, Figure, Figures, Finding, Indicator, Origin
from pipeline.period import Period
from pipeline.publish import narrative, packs, page, plain, problem_list, problems, tables, template
from pipeline.publish.kept import Packs
from pipeline.publish.narrative import Document, Run
from pipeline.publish.packing import workers
from pipeline.publish.packing.cuts import Numbers
from pipeline.publish.packing.packer import File, Packer, Sources
from pipeline.publish.packing.workers import Cluster, Crew
from pipeline.publish.packs import Placed

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

Making: TypeAlias = Callable[[], Sequence[File]]
Months: TypeAlias = Mapping[Period, ByKey]


@dataclass(eq=False)
class Material:
    """All that documents are made from; what several of them need is worked out once."""

    templates: Path
    definitions: Definitions
    figures: Figures
    findings: tuple[Finding, ...]
    sources: Sources
    declared: Mapping[str, Sequence[int]]
    """File → units that it says it is of."""
    changes: Sequence[Change] | None = None
    """What differs from the last run; None if there was none."""
    revisions: Sequence[Change] = ()
    """What differs from the figures that were signed."""
    jobs: int = 1
    cluster: Cluster | None = None
    zipped: bool = False
    kept: Packs | None = None
    """The units' packs that the run before left; None: all are made."""
    inputs: str = problem_list.INPUTS
    """The way to what was sent, from the folder of the documents."""
    reports: tuple[Document, ...] = field(init=False, default=())

    @cached_property
    def monthly(self) -> Months:
        return measure.monthly(self.figures.harvest, self.definitions, self.figures.period, self.figures.as_of)

    @cached_property
    def months(self) -> tuple[Figures, ...]:
        harvest, as_of = self.figures.harvest, self.figures.as_of
        return tuple(Figures(month, min(month.end, as_of), by_key, harvest) for month, by_key in self.monthly.items())

    @cached_property
    def counted(self) -> Mapping[str, pd.DataFrame]:
        return measure.counted(self.figures.harvest, self.definitions, self.figures.period, self.figures.as_of)

    @cached_property
    def behind(self) -> Callable[[Indicator], Behind]:
        """The records behind an indicator."""
        return self.behind_in(self.figures.period)

    @cached_property
    def behind_in(self) -> Callable[[Period], Callable[[Indicator], Behind]]:
        """The same of the period or one of its months."""

        @cache
        def behind_in(period: Period) -> Callable[[Indicator], Behind]:
            within = next(each for each in (self.figures, *self.months) if each.period == period)
            return behind.records(within.harvest, self.definitions, period, within.as_of)

        return behind_in

    @cached_property
    def narrative(self) -> Run:
        return narrative.run(self.figures, self.definitions, self.first, self.months, self.shared)

    @cached_property
    def covered(self) -> Callable[[int, str], NDArray[np.bool_]]:
        """By unit whether it is in the scope of one."""

        @cache
        def covered(unit: int, scope: str) -> NDArray[np.bool_]:
            register = self.definitions.register
            inside = np.zeros(len(register.units), bool)
            inside[[unit] if scope == "own" else list(register.below(unit))] = True
            return inside

        return covered

    def prepare(self) -> None:
        """Work out what the page and every pack ask for, before processes part."""
        for scope, indicator in product(SCOPES, self.definitions.indicators):
            self.figures.get(self.definitions.register.root, indicator.id, scope)
            for month in self.monthly.values():
                month.amounts(scope, indicator.id)

    def first(self, indicator: str, figure: Figure) -> tuple[int, Origin | None]:
        """How many records are behind an indicator where the figure is, and where the first of them stands."""
        behind = self.behind_in(figure.period)(self.definitions.indicator(indicator))
        mine = behind.places[self.covered(figure.unit, figure.scope)[behind.units]]
        if not len(mine):
            return 0, None
        tables, rows = behind.trail.table[mine], behind.trail.row[mine]
        first = int(tables.min())
        table = self.figures.harvest.tables[first]
        return len(mine), Origin(table.file, table.sheet, int(rows[tables == first].min()))

    def shared(self, indicators: Sequence[str], figure: Figure) -> int:
        """How many records are behind more than one of the indicators where the figure is."""
        covered, traced = self.covered(figure.unit, figure.scope), self.behind_in(figure.period)
        behind: dict[str, list[NDArray[np.int32]]] = {}
        for indicator in map(self.definitions.indicator, indicators):
            each = traced(indicator)
            behind.setdefault(indicator.ledger, []).append(each.places[covered[each.units]])
        counts = (np.unique(np.concatenate(places), return_counts=True)[1] for places in behind.values())
        return sum(int(np.count_nonzero(count > 1)) for count in counts)


def made(material: Material, parts: Sequence[str]) -> Iterator[Placed]:
    """The documents of the wanted parts; what was measured outlives them, and is not searched for garbage meanwhile."""
    gc.freeze()
    try:
        yield from _made(material, parts)
    finally:
        gc.unfreeze()


def _made(material: Material, parts: Sequence[str]) -> Iterator[Placed]:
    """Reports come first, for what they print may give findings; packs are made beside the documents on all units."""
    if "reports" in parts:
        yield from _reports(material)
    if "units" in parts:
        material.prepare()
    whole, packer = list(_whole(material, parts)), _packer(material) if "units" in parts else None
    count, cluster = len(material.definitions.register.units), material.cluster if packer else None
    with workers.crews(whole, packer, jobs=material.jobs, count=count, cluster=cluster) as (for_whole, for_units):
        documents = for_whole.each(_called, range(len(whole)))
        of_units: Callable[[], Iterator[Placed]] = partial(_units, material, cast("Crew[Packer]", for_units))
        begun = of_units() if packer and for_units.submit else None
        yield from chain.from_iterable(documents)
        if packer:
            yield from begun or of_units()


def _called(makes: Sequence[Making], number: int) -> Sequence[File]:
    return makes[number]()


def _whole(material: Material, parts: Sequence[str]) -> Iterator[Making]:
    """What makes the documents on all units, those that take longest first."""
    if "page" in parts:
        yield partial(_page, material)
    if "tables" in parts:
        yield partial(_tables, material)
    yield from _lists(material)
    if "tables" in parts:
        yield partial(_filled, material)


def lists(material: Material) -> Iterator[File]:
    """Figures, findings and accounts for machines, and the findings for people."""
    return chain.from_iterable(make() for make in _lists(material))


def _lists(material: Material) -> Iterator[Making]:
    figures, definitions, findings = material.figures, material.definitions, material.findings

    def problem_workbook() -> bytes:
        return problem_list.workbook(findings, definitions, figures.period, figures.as_of, material.inputs)

    def revisions() -> bytes:
        return plain.revisions(figures.period.id, material.revisions, definitions)

    yield partial(_file, "问题清单.xlsx", problem_workbook)
    yield partial(_file, "figures.csv", partial(plain.figures, figures, definitions))
    yield partial(_file, "findings.csv", partial(plain.findings, findings))
    yield partial(_file, "accounting.csv", partial(plain.accounting, figures.harvest.accounting))
    if material.revisions:
        yield partial(_file, "修订.csv", revisions)


def _file(name: str, make: Callable[[], bytes]) -> list[File]:
    return [(name, make())]


def returned(material: Material) -> Iterator[File]:
    """Only what goes back to the units about their findings."""
    yield from packs.returned(
        material.figures,
        material.definitions,
        counted=material.counted,
        findings=material.findings,
        sources=material.sources,
        declared=material.declared,
    )


def _reports(material: Material) -> Iterator[File]:
    material.reports = narrative.reports(material.templates, material.narrative)
    for report in material.reports:
        yield f"报告/{report.name}", report.report
        yield f"报告/核稿/{report.name}", report.review
        material.findings += report.findings


def _tables(material: Material) -> list[File]:
    book = tables.workbook(
        material.figures, material.definitions, material.monthly, material.counted, material.findings
    )
    return [("汇总表.xlsx", book)]


def _filled(material: Material) -> list[File]:
    from pipeline.publish import filled  # a third of what importing all documents takes, and needed by one process

    made = filled.tables(material.templates, material.figures, material.definitions, material.months)
    return [(f"{filled.FOLDER}/{name}", content) for name, content in made]


def _packer(material: Material) -> Packer:
    path = material.templates / narrative.OF_UNITS
    return Packer(
        material.definitions,
        Numbers(material.figures, material.monthly),
        material.sources,
        template.compiled(path) if path.exists() else None,
        material.zipped,
    )


def _units(material: Material, crew: Crew[Packer]) -> Iterator[Placed]:
    return packs.packs(
        crew,
        counted=material.counted,
        findings=material.findings,
        declared=material.declared,
        kept=material.kept,
    )


def _page(material: Material) -> list[File]:
    def say(finding: Finding) -> tuple[str, str, str]:
        return problems.title(finding), problems.message(finding), problems.advice(finding)

    wordings = [
        (report.name, tag.indicator.id, tag.figure.unit, tag.figure.scope, tag.text)
        for report in material.reports
        for tag in report.printed
    ]
    content = page.html(
        material.figures,
        material.definitions,
        monthly={month: figures.amounts for month, figures in material.monthly.items()},
        findings=material.findings,
        say=say,
        traces=material.behind,
        wordings=wordings,
        changes=material.changes,
    )
    return [("核对.html", content)]
