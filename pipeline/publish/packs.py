"""Figures, findings and inputs → 单位/: for every unit of the register what it gets back, and nothing of any other unit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath
from typing import TypeAlias, TypeVar

from pipeline.model import Definitions, Figures, Finding, Sheet
from pipeline.publish import narrative, returns
from pipeline.publish.deliver import Content
from pipeline.publish.frames import Frames
from pipeline.publish.kept import Packs
from pipeline.publish.narrative import Run
from pipeline.publish.packing import advice, archives, dispatch, messages, ranking, summary, workers
from pipeline.publish.packing import digests as digests_
from pipeline.publish.packing import told as told_
from pipeline.publish.packing.names import ARCHIVE, Names, safe
from pipeline.publish.packing.portions import Portion, portions
from pipeline.publish.packing.ranking import Standings
from pipeline.publish.packing.summary import Summaries
from pipeline.publish.packing.told import Discretion
from pipeline.publish.sheets.material import Material, Monthly, Records
from pipeline.publish.sheets.traces import Traces
from pipeline.publish.template import Compiled
from pipeline.publish.unit_tags import Asked
from pipeline.publish.workbook import lines
from pipeline.publish.workbook.lines import Line

FOLDER = "单位"
NARRATIVE = "通报.docx"
RETURN = "问题回执"

_WITHHELD = "file-classified"
"""A file that bears a mark of secrecy is not copied anywhere."""

Sources: TypeAlias = Callable[[str], tuple[bytes, Sequence[Sheet] | None]]
"""A file's name → its bytes, and its sheets where it is no .xlsx."""
File: TypeAlias = tuple[str, bytes]
Made = TypeVar("Made", bound=Content)
Placed: TypeAlias = tuple[str, Content]
"""A file that was made, or that is left as it stands."""


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """What all packs of a run are made from."""

    material: Material
    discretion: Discretion
    sources: Sources
    frames: Frames
    standings: Standings
    branches: Sequence[str]
    """By unit the digest of all figures that its pack is made from."""
    narrative: Run | None = None
    template: Compiled | None = None
    zipped: bool = False


def packs(
    figures: Figures,
    definitions: Definitions,
    *,
    monthly: Monthly,
    counted: Records,
    findings: Sequence[Finding],
    narrative_run: Run,
    template: Compiled | None,
    sources: Sources,
    declared: Mapping[str, Sequence[int]] | None = None,
    zipped: bool = False,
    jobs: int = 1,
    kept: Packs | None = None,
) -> Iterator[Placed]:
    """Path below the run's folder and content of every file, unit by unit, and last the list of all that was made.

    `declared` are by file the units that it, or the folder it lies in, says it is of: without it a file that could not be
    read goes back to nobody. `zipped` adds an archive of each pack; one with a password differs at every run.
    `jobs` processes share the work, and of what the run before left (`kept`) the packs that would be the same stay;
    the bytes are the same.
    """
    material = Material(figures, definitions, monthly, counted, tuple(findings), Traces({}))
    discretion = told_.discretion(figures, definitions, findings, declared or {})
    frames = Frames(definitions.indicators, figures.as_of)
    standings = ranking.standings(figures, definitions)
    branches = digests_.branches(figures, definitions)
    shared = Shared(material, discretion, sources, frames, standings, branches, narrative_run, template, zipped)
    every = list(_portions(material, discretion, counted))
    digests = _digests(every, shared, kept.inputs) if kept else {}
    sent = []
    for portion, files in _made(every, shared, kept, digests, jobs):
        sent.append(dispatch.dispatched(portion, files, figures.period, figures.as_of))
        if kept and portion in digests:
            kept.add(portion.folder, digests[portion], {name: file.sha256 for name, file in sent[-1].files})
        yield from _placed(files)
    yield from _placed([(dispatch.NAME, dispatch.workbook(sent, figures.period, figures.as_of))])


def _digests(every: Sequence[Portion], shared: Shared, inputs: Mapping[str, str]) -> dict[Portion, str]:
    """Of all packs that can stand."""
    same = [portion for portion in every if not _locked(portion, shared)]
    made = (shared.material, shared.discretion, shared.standings, shared.branches, shared.template)
    return dict(zip(same, digests_.digests(same, *made, inputs, zipped=shared.zipped), strict=True))


def _made(
    every: Sequence[Portion], shared: Shared, kept: Packs | None, digests: Mapping[Portion, str], jobs: int
) -> Iterator[tuple[Portion, Sequence[Placed]]]:
    """Each portion with its files by their paths below 单位/: as they stand, or made now."""
    standing = {portion for portion in digests if kept and kept.stands(portion.folder, digests[portion])}
    wanted = [portion for portion in every if portion not in standing]
    making = workers.each(_packer(shared, wanted), wanted, jobs)
    for portion in every:
        if kept and portion in standing:
            yield portion, kept.files(portion.folder) or _packer(shared, [portion])(portion)
        else:
            yield portion, next(making)


def _locked(portion: Portion, shared: Shared) -> bool:
    """An archive with a password differs at every run."""
    return shared.zipped and bool(portion.unit.password)


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
            files = [*_returns(portion, sources), _message(portion, problems, material)]
            yield from _placed((f"{portion.folder}/{name}", data) for name, data in files)


def _packer(shared: Shared, portions: Sequence[Portion]) -> Callable[[Portion], list[File]]:
    """What makes the pack of each of these units."""
    summaries = Summaries(portions, shared.material, shared.discretion, shared.frames, shared.standings)
    return partial(_packed, shared, summaries)


def _packed(shared: Shared, summaries: Summaries, portion: Portion) -> list[File]:
    """The unit's files by their paths below 单位/, and the archive of them beside."""
    files = list(_pack(shared, summaries, portion))
    paths = [(f"{portion.folder}/{name}", data) for name, data in files]
    if shared.zipped:
        paths.append((portion.folder + ARCHIVE, archives.archive(portion.folder, files, portion.unit.password)))
    return paths


def _pack(shared: Shared, summaries: Summaries, portion: Portion) -> Iterator[File]:
    """The files of one unit, by their names in its folder."""
    problems = lines.lines(portion.told.findings, advice.said)
    yield summary.NAME, summaries.workbook(portion, problems)
    if shared.template and shared.narrative:
        yield NARRATIVE, _narrative(portion, problems, shared, shared.template, shared.narrative)
    yield from _returns(portion, shared.sources)
    yield _message(portion, problems, shared.material)


def _portions(material: Material, discretion: Discretion, counted: Records) -> Iterator[Portion]:
    told = told_.told(material.figures, material.findings, discretion)
    names = Names([dispatch.NAME])
    folders = {unit.index: names.free(unit.name) for unit in material.definitions.register.units}
    return portions(material, folders, discretion, told, counted)


def _placed(files: Iterable[tuple[str, Made]]) -> Iterator[tuple[str, Made]]:
    return ((f"{FOLDER}/{path}", data) for path, data in files)


def _message(portion: Portion, problems: Sequence[Line], material: Material) -> File:
    return messages.NAME, messages.message(portion, problems, material.figures.period, material.figures.as_of)


def _narrative(portion: Portion, problems: Sequence[Line], shared: Shared, template: Compiled, run: Run) -> bytes:
    """Its map of numbers bears the digest of the unit's own branch: what others sent does not make it another document."""
    unit = portion.unit.index
    asked = Asked(portion.owed, tuple(messages.problems(problems)))
    basis = replace(run.basis, asked=asked, standings=shared.standings)
    asking = replace(run, basis=basis, digest=shared.branches[unit])
    return narrative.document(template, asking, unit, review=False).report


def _returns(portion: Portion, sources: Sources) -> Iterator[File]:
    """The unit's own files that have findings, marked."""
    files = {
        file: findings
        for file, findings in portion.told.files.items()
        if not any(finding.code == _WITHHELD for finding in findings)
    }
    names = Names()
    for file, findings in sorted(files.items()):
        data, sheets = sources(file)
        shown = findings[0].origin.file
        marked = returns.workbook(shown, data, findings, advice.said, sheets)
        stem = safe(PurePosixPath(shown).stem)
        yield names.free(RETURN if len(files) == 1 else f"{RETURN}（{stem}）", ".xlsx"), marked.data
