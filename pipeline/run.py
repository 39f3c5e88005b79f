"""The story of a run: collect, read, reconcile, measure, compare, publish, deliver."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import definitions as definitions_
from pipeline import processes
from pipeline.errors import UsageError
from pipeline.figures import archive, compare, measure
from pipeline.ingest import bundles, cache, cluster, collect, copies, pool, reconcile
from pipeline.ingest.collect import Collected
from pipeline.model import Change, Definitions, Figures, Finding, Harvest, Reading, Severity
from pipeline.parts import PARTS
from pipeline.period import Period
from pipeline.publish import aside, deliver, kept, turns

if TYPE_CHECKING:  # what makes documents is imported by those who make some: it takes longer to import than all else
    from pipeline.documents import Material

_NOTES = "documents"
"""Below the cache: under which state the documents of a folder were made."""
_UNITS = "单位"
_CHECKED = "检查"
MOST_JOBS = 61
"""More processes than these Windows cannot wait for."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is asked for; `period` None is the latest half-year that the input speaks of."""

    input: Path
    output: Path
    templates: Path
    period: Period | None = None
    as_of: date | None = None
    jobs: int = field(default_factory=lambda: min(os.cpu_count() or 1, MOST_JOBS))
    parts: tuple[str, ...] = PARTS
    zipped: bool = False
    cache: Path | None = None
    """Where what files gave is kept for the next run; None: nowhere."""
    cluster: str = ""
    """The address of a scheduler whose workers read the files and make the units' packs."""

    @property
    def archive(self) -> Path:
        return self.output / archive.FILE

    @property
    def signed(self) -> Path:
        return self.input / archive.SIGNED


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """How a run tells how far it is: a stage begins (its name, how many steps), steps are done."""

    stage: Callable[[str, int], None] = lambda name, steps: None  # noqa: ARG005
    done: Callable[[int], None] = lambda steps: None  # noqa: ARG005


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a run gave, for the closing words of the command line."""

    folder: Path
    figures: Figures
    findings: tuple[Finding, ...]
    files: int
    records: int
    names: tuple[str, ...] = ()
    """Of all that was made, below the folder."""
    touched: tuple[str, ...] = ()
    """Files that somebody changed or added in the folder since the run before: they are kept aside."""

    @property
    def reports(self) -> tuple[str, ...]:
        return tuple(name for name in self.names if name.startswith("报告/") and name.count("/") == 1)


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Everything known before a document is made."""

    definitions: Definitions
    collected: Collected
    figures: Figures
    findings: tuple[Finding, ...]
    declared: Mapping[str, Sequence[int]]
    """File → units that it says it is of."""


@processes.seldom_tidied()
def measured(options: Options, progress: Progress) -> Measured:
    """From the files to the figures."""
    if options.period:
        _until(options, options.period)
    definitions = definitions_.load(options.templates)
    progress.stage("收集文件", 0)
    collected, readings = _readings(options, definitions, progress)
    progress.stage("核对与计算", 0)
    found = reconcile.reconciled(readings, definitions)
    period = options.period or _latest(found.periods)
    as_of = _until(options, period)
    harvest = reconcile.harvest(found, collected.duplicates, definitions, period, as_of)
    earlier = _earlier(options, definitions, harvest, period)
    figures = compare.compared(harvest, definitions, period, as_of, earlier)
    findings = (*collected.findings, *harvest.findings, *figures.findings)
    declared = {reading.file: reading.units for reading in readings}
    return Measured(definitions, collected, figures, findings, declared)


def _until(options: Options, period: Period) -> date:
    as_of = options.as_of or period.end
    if as_of < period.start:
        raise UsageError(f"统计截止日 {as_of} 早于报告期的第一天 {period.start}：请核对 --as-of 和报告期")
    return as_of


def _readings(options: Options, definitions: Definitions, progress: Progress) -> tuple[Collected, tuple[Reading, ...]]:
    """What stands in input/, each content once or once for every unit in whose name it stands, and what it gave."""
    collected = collect.collect(options.input)
    apart = copies.told_apart(collected, definitions) if collected.duplicates else collected
    progress.stage("读取台账", len(apart.sources))
    reader = partial(
        pool.readings, definitions=definitions, jobs=options.jobs, progress=progress.done, cluster=options.cluster
    )
    readings = cache.readings(apart.sources, definitions, reader, options.cache, progress.done)
    return copies.settled(collected, apart, readings, definitions) if apart is not collected else (collected, readings)


def _earlier(
    options: Options, definitions: Definitions, harvest: Harvest, period: Period
) -> Mapping[Period, compare.Values]:
    """Signed figures first; for a period of which the input does not tell, those of its latest whole run in the archive."""
    earlier = archive.signed(options.signed, definitions)
    for past in (period.previous, period.last_year):
        if past not in earlier and not measure.told(harvest, definitions, past):
            last = archive.whole(options.archive, past)
            if last:
                earlier[past] = archive.values(options.archive, last, definitions)
    return earlier


@processes.seldom_tidied()
def run(options: Options, progress: Progress = Progress()) -> Outcome:
    """The main job: everything a clerk distributes, in output/<period>."""
    with _turn(options, progress):
        return _run(options, progress)


def _turn(options: Options, progress: Progress) -> AbstractContextManager[None]:
    return turns.taken(options.output, lambda: progress.stage("等候另一次运行完成", 0))


def _run(options: Options, progress: Progress) -> Outcome:
    found = measured(options, progress)
    place = options.output / found.figures.period.id
    standing = _standing(place, options, found)
    if standing:
        return _outcome(place, found, (*found.findings, *bundles.findings(standing.said)), standing.names)
    from pipeline import documents

    making = material(options, found)
    making.kept = _packs(place, options, found)
    progress.stage("生成文件", 0)
    names: list[str] = []
    touched: list[str] = []
    made = _with_manifest(documents.made(making, options.parts), options, found, names)
    deliver.folder(place, aside.keeping(place, made, place / kept.MANIFEST, touched, passed=(f"{_CHECKED}/",)))
    archive.store(options.archive, archived(found), found.figures, found.definitions)
    _note(place, options, found, making.findings[len(found.findings) :])
    if making.kept:
        making.kept.note()
    return replace(_outcome(place, found, making.findings, names), touched=tuple(touched))


def _standing(place: Path, options: Options, found: Measured) -> kept.Standing | None:
    """The documents of the same run before this one, where none of them was touched since."""
    if options.cache is None or options.zipped:
        return None
    return kept.standing(place, options.cache / _NOTES, _state(options, found))


def _note(place: Path, options: Options, found: Measured, said: Iterable[Finding]) -> None:
    if options.cache is not None and not options.zipped:
        kept.note(place, options.cache / _NOTES, _state(options, found), bundles.findings_told(said))


def _packs(place: Path, options: Options, found: Measured) -> kept.Packs | None:
    if options.cache is None:
        return None
    every = (*found.collected.sources, *(source for source, _ in found.collected.duplicates))
    code = sha256(repr(cache.code("definitions", "ingest", "figures", "publish")).encode()).hexdigest()
    return kept.Packs(place / _UNITS, options.cache / _NOTES, code, {source.name: source.sha256 for source in every})


def _state(options: Options, found: Measured) -> str:
    """The digest of all that can change a byte of the documents."""
    now, period = archived(found), found.figures.period
    runs = [archive.ids(options.archive, past) for past in (period, period.previous, period.last_year)]
    before = [now.id in runs[0], *([id for id in ids if id != now.id] for ids in runs)]
    signed = [sha256(path.read_bytes()).hexdigest() for path in sorted(options.signed.glob("*.csv"))]
    inputs = [(source.name, source.sha256) for source, _ in found.collected.duplicates]
    code = cache.code("definitions", "ingest", "figures", "publish")
    parts = (now.id, inputs, found.collected.findings, before, signed, options.parts, code)
    return sha256(repr(parts).encode()).hexdigest()


def material(options: Options, found: Measured) -> Material:
    from pipeline.documents import Material
    from pipeline.ingest.contents import Contents

    every = (*found.collected.sources, *(source for source, _ in found.collected.duplicates))
    opened = partial(cluster.client, options.cluster, found.collected.sources[:1]) if options.cluster else None
    return Material(
        templates=options.templates,
        definitions=found.definitions,
        figures=found.figures,
        findings=found.findings,
        sources=Contents({source.name: source for source in every}),
        declared=found.declared,
        changes=_changes(options, found),
        revisions=_revisions(options, found),
        jobs=options.jobs,
        cluster=opened,
        zipped=options.zipped,
    )


def _changes(options: Options, found: Measured) -> list[Change] | None:
    """Figures that differ from the latest other run of the period; None if the archive has none."""
    figures, definitions = found.figures, found.definitions
    before = archive.latest(options.archive, figures.period, but=archived(found).id)
    if before is None:
        return None
    return compare.changes(archive.values(options.archive, before, definitions, unlike=figures), figures, definitions)


def _revisions(options: Options, found: Measured) -> list[Change]:
    """Figures of a signed period that are no longer what was signed."""
    signed = archive.signed(options.signed, found.definitions)
    return compare.changes(signed.get(found.figures.period, {}), found.figures, found.definitions)


def _with_manifest(
    made: Iterable[tuple[str, deliver.Content]], options: Options, found: Measured, names: list[str]
) -> Iterator[tuple[str, deliver.Content]]:
    """The documents as they come, and last the manifest with their digests."""
    from pipeline.publish import plain

    outputs = []
    for name, content in made:
        outputs.append((name, deliver.left(content).sha256))
        names.append(name)
        yield name, content
    arguments = {
        "period": found.figures.period.id,
        "as_of": str(found.figures.as_of),
        "parts": ",".join(options.parts),
        "zip": str(options.zipped).lower(),
    }
    inputs = [(source.name, source.sha256) for source in found.collected.sources]
    inputs += [(source.name, source.sha256) for source, _ in found.collected.duplicates]
    yield "manifest.json", plain.manifest(arguments, inputs, found.definitions.digests, outputs)


def _outcome(place: Path, found: Measured, findings: tuple[Finding, ...], names: Sequence[str] = ()) -> Outcome:
    records = sum(account.counted for account in found.figures.harvest.accounting)
    return Outcome(place, found.figures, findings, len(found.collected.sources), records, tuple(names))


def _latest(periods: Sequence[Period]) -> Period:
    if not periods:
        raise UsageError(
            "看不出要统计哪个报告期：input 里没有能读出日期的台账。请写明，例如 pipeline run 2023H1（trace、verify 写 --period 2023H1）"
        )
    return periods[-1]


@processes.seldom_tidied()
def check(options: Options, progress: Progress = Progress()) -> Outcome:
    """Read and check only: findings, accounts and lists, in output/<period>/检查."""
    with _turn(options, progress):
        return _check(options, progress)


def _check(options: Options, progress: Progress) -> Outcome:
    from pipeline import documents

    found = measured(options, progress)
    place = options.output / found.figures.period.id / _CHECKED
    making = replace(material(options, found), inputs="../../../input")
    lists = ((name, content) for name, content in documents.lists(making) if name != "figures.csv")
    deliver.folder(place, chain(lists, documents.returned(making)))
    return _outcome(place, found, found.findings)


def archived(found: Measured) -> archive.Run:
    """The run by the digest of all that can change a figure."""
    figures = found.figures
    inputs = {source.name: source.sha256 for source in found.collected.sources}
    definitions = dict(found.definitions.digests)
    tables = tuple((table.file, table.sheet) for table in figures.harvest.tables)
    units = tuple(unit.name for unit in found.definitions.register.units)
    content = repr((figures.period.id, figures.as_of, sorted(inputs.items()), sorted(definitions.items())))
    id = sha256(content.encode()).hexdigest()[:12]
    return archive.Run(id, figures.period, figures.as_of, inputs, definitions, tables, units)


def errors(findings: Iterable[Finding]) -> int:
    return sum(1 for finding in findings if finding.severity is Severity.ERROR)
