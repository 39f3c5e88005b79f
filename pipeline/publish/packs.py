"""Figures, findings and inputs → 单位/: for every unit of the register what it gets back, and nothing of any other unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias, TypeVar, cast

from pipeline.model import Definitions, Figures, Finding
from pipeline.publish.deliver import Content
from pipeline.publish.kept import Packs
from pipeline.publish.packing import advice, dispatch, ranking
from pipeline.publish.packing import digests as digests_
from pipeline.publish.packing import told as told_
from pipeline.publish.packing.batches import batches
from pipeline.publish.packing.cuts import Cutter
from pipeline.publish.packing.names import Names
from pipeline.publish.packing.packer import File, Packer, Sources, marked, message
from pipeline.publish.packing.portions import Portion, portions
from pipeline.publish.packing.ranking import Standings
from pipeline.publish.packing.told import Discretion
from pipeline.publish.packing.workers import Crew
from pipeline.publish.sheets.material import Material, Monthly, Records
from pipeline.publish.sheets.traces import Traces
from pipeline.publish.workbook import lines

FOLDER = "单位"

Made = TypeVar("Made", bound=Content)
Placed: TypeAlias = tuple[str, Content]
"""A file that was made, or that is left as it stands."""


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """What all packs of a run are made from, and who makes them."""

    material: Material
    discretion: Discretion
    standings: Standings
    branches: Sequence[str]
    """By unit the digest of all figures that its pack is made from."""
    crew: Crew[Packer]

    @property
    def cutter(self) -> Cutter:
        """For those who do not have all figures."""
        template, material = self.crew.given.template, self.material
        return Cutter(material.figures, material.monthly, material.definitions, template.names if template else ())


def packs(
    crew: Crew[Packer],
    *,
    counted: Records,
    findings: Sequence[Finding],
    declared: Mapping[str, Sequence[int]] | None = None,
    kept: Packs | None = None,
) -> Iterator[Placed]:
    """Path below the run's folder and content of every file, unit by unit, and last the list of all that was made.

    `declared` are by file the units that it, or the folder it lies in, says it is of: without it a file that could not be
    read goes back to nobody. The crew begins at once; of what the run before left (`kept`) the packs that would be the same
    stay. The bytes are the same.
    """
    shared = _shared(crew, counted, findings, declared or {})
    every = list(_portions(shared.material, shared.discretion, counted))
    digests = _digests(every, shared, kept.inputs) if kept else {}
    return _listed(_made(every, shared, kept, digests), shared.material.figures, kept, digests)


def _shared(
    crew: Crew[Packer], counted: Records, findings: Sequence[Finding], declared: Mapping[str, Sequence[int]]
) -> Shared:
    numbers, definitions = crew.given.numbers, crew.given.definitions
    figures, monthly = numbers.figures, cast("Monthly", numbers.months)
    material = Material(figures, definitions, monthly, counted, tuple(findings), Traces({}))
    discretion = told_.discretion(figures, definitions, findings, declared)
    standings = ranking.standings(figures, definitions)
    return Shared(material, discretion, standings, digests_.branches(figures, definitions), crew)


def _listed(
    made: Iterable[tuple[Portion, Sequence[Placed]]],
    figures: Figures,
    kept: Packs | None,
    digests: Mapping[Portion, str],
) -> Iterator[Placed]:
    """The files, and last the list of them."""
    sent = []
    for portion, files in made:
        sent.append(dispatch.dispatched(portion, files, figures.period, figures.as_of))
        if kept and portion in digests:
            kept.add(portion.folder, digests[portion], {name: file.sha256 for name, file in sent[-1].files})
        yield from _placed(files)
    yield from _placed([(dispatch.NAME, dispatch.workbook(sent, figures.period, figures.as_of))])


def _digests(every: Sequence[Portion], shared: Shared, inputs: Mapping[str, str]) -> dict[Portion, str]:
    """Of all packs that can stand."""
    same = [portion for portion in every if not _locked(portion, shared)]
    packer = shared.crew.given
    made = (shared.material, shared.discretion, shared.standings, shared.branches, packer.template)
    return dict(zip(same, digests_.digests(same, *made, inputs, zipped=packer.zipped), strict=True))


def _made(
    every: Sequence[Portion], shared: Shared, kept: Packs | None, digests: Mapping[Portion, str]
) -> Iterator[tuple[Portion, Sequence[Placed]]]:
    """Each portion with its files by their paths below 单位/: as they stand, or made now."""
    standing = {portion for portion in digests if kept and kept.stands(portion.folder, digests[portion])}
    making = _packed([portion for portion in every if portion not in standing], shared)

    def files(portion: Portion) -> Sequence[Placed]:
        if kept and portion in standing:
            return kept.files(portion.folder) or next(_packed([portion], shared))
        return next(making)

    return ((portion, files(portion)) for portion in every)


def _packed(portions: Sequence[Portion], shared: Shared) -> Iterator[list[File]]:
    """The files of each."""
    crew = shared.crew.asked(len(portions))
    cutter = None if crew.inherits else shared.cutter
    found = batches(portions, shared.standings, shared.branches, cutter)
    return chain.from_iterable(crew.each(Packer.packs, list(found)))


def _locked(portion: Portion, shared: Shared) -> bool:
    """An archive with a password differs at every run."""
    return shared.crew.given.zipped and bool(portion.unit.password)


def returned(
    figures: Figures,
    definitions: Definitions,
    *,
    counted: Records,
    findings: Sequence[Finding],
    sources: Sources,
    declared: Mapping[str, Sequence[int]] | None = None,
) -> Iterator[File]:
    """Only what tells the units of problems: the returned workbooks, and a message to every unit that is told or asked."""
    material = Material(figures, definitions, {}, counted, tuple(findings), Traces({}))
    discretion = told_.discretion(figures, definitions, findings, declared or {})
    for portion in _portions(material, discretion, {}):
        if portion.told.findings or portion.owed:
            problems = lines.lines(portion.told.findings, advice.said)
            files = [*marked(portion, sources), message(portion, problems, figures)]
            yield from _placed((f"{portion.folder}/{name}", data) for name, data in files)


def _portions(material: Material, discretion: Discretion, counted: Records) -> Iterator[Portion]:
    told = told_.told(material.figures, material.findings, discretion)
    names = Names([dispatch.NAME])
    folders = {unit.index: names.free(unit.name) for unit in material.definitions.register.units}
    return portions(material, folders, discretion, told, counted)


def _placed(files: Iterable[tuple[str, Made]]) -> Iterator[tuple[str, Made]]:
    return ((f"{FOLDER}/{path}", data) for path, data in files)
