"""Makes the packs of a batch of units: for each its own summary, its narrative, its returned workbooks and a message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any, TypeAlias, cast

from pipeline.model import Definitions, Figures, Sheet
from pipeline.publish import narrative, returns
from pipeline.publish.frames import Frames
from pipeline.publish.narrative import Run
from pipeline.publish.packing import advice, archives, cuts, messages, summary
from pipeline.publish.packing.batches import Batch
from pipeline.publish.packing.cuts import Numbers
from pipeline.publish.packing.names import ARCHIVE, Names, safe
from pipeline.publish.packing.portions import Portion
from pipeline.publish.packing.ranking import Standings
from pipeline.publish.packing.summary import Summaries
from pipeline.publish.passport import Passport
from pipeline.publish.sheets.material import ByKey, Material
from pipeline.publish.sheets.traces import Traces
from pipeline.publish.template import Compiled
from pipeline.publish.unit_tags import Asked, Basis
from pipeline.publish.workbook import lines
from pipeline.publish.workbook.lines import Line

NARRATIVE = "通报.docx"
RETURN = "问题回执"

_WITHHELD = "file-classified"
"""A file that bears a mark of secrecy is not copied anywhere."""

Sources: TypeAlias = Callable[[str], tuple[bytes, Sequence[Sheet] | None]]
"""A file's name → its bytes, and its sheets where it is no .xlsx."""
File: TypeAlias = tuple[str, bytes]


@dataclass(frozen=True, eq=False)
class Packer:
    """`template` is that of the narratives, None for packs without; `zipped` adds an archive of each pack."""

    definitions: Definitions
    numbers: Numbers
    """Those of the run."""
    sources: Sources
    template: Compiled | None = None
    zipped: bool = False
    _summaries: Summaries = field(init=False)

    def __post_init__(self) -> None:
        figures = self.numbers.figures
        material = Material(figures, self.definitions, {}, {}, (), Traces({}))
        object.__setattr__(self, "_summaries", Summaries(material, Frames(self.definitions.indicators, figures.as_of)))

    def __reduce__(self) -> tuple[Any, ...]:
        """Sent to another process, it leaves the figures behind, which come there batch by batch."""
        figures = replace(self.numbers.figures, by_key={}, harvest=cuts.NOTHING, findings=())
        return Packer, (self.definitions, Numbers(figures, {}), self.sources, self.template, self.zipped)

    def packs(self, batch: Batch) -> list[list[File]]:
        """For each portion the unit's files by their paths below 单位/, and the archive of them beside."""
        problems = [lines.lines(portion.told.findings, advice.said) for portion in batch.portions]
        numbers = batch.numbers or self.numbers
        summaries = self._summaries.workbooks(batch.portions, problems, numbers, batch.standings)
        run = self._run(numbers, batch.standings)
        return [
            self._packed(portion, [(summary.NAME, workbook), *self._pack(portion, found, run, batch)])
            for portion, found, workbook in zip(batch.portions, problems, summaries, strict=True)
        ]

    def _packed(self, portion: Portion, files: Sequence[File]) -> list[File]:
        paths = [(f"{portion.folder}/{name}", data) for name, data in files]
        if self.zipped:
            paths.append((portion.folder + ARCHIVE, archives.archive(portion.folder, files, portion.unit.password)))
        return paths

    def _pack(self, portion: Portion, problems: Sequence[Line], run: Run, batch: Batch) -> Iterator[File]:
        """What is beside the summary, by its name in the unit's folder."""
        if self.template:
            yield (
                NARRATIVE,
                self._narrative(
                    portion, problems, self.template, replace(run, digest=batch.branches[portion.unit.index])
                ),
            )
        yield from marked(portion, self.sources)
        yield message(portion, problems, self.numbers.figures)

    def _run(self, numbers: Numbers, standings: Standings) -> Run:
        figures = numbers.figures
        months = (
            Figures(month, min(month.end, figures.as_of), cast("ByKey", by_key), figures.harvest)
            for month, by_key in numbers.months.items()
        )
        basis = Basis(figures, self.definitions, tuple(months), standings=standings)
        return Run(basis, Passport(basis, narrative.untraced, narrative.unshared, Counter()), "")

    def _narrative(self, portion: Portion, problems: Sequence[Line], template: Compiled, run: Run) -> bytes:
        """Its map of numbers bears the digest of the unit's own branch: what others sent does not make it another document."""
        asked = Asked(portion.owed, tuple(messages.problems(problems)))
        asking = replace(run, basis=replace(run.basis, asked=asked))
        return narrative.document(template, asking, portion.unit.index, review=False).report


def marked(portion: Portion, sources: Sources) -> Iterator[File]:
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
        returned = returns.workbook(shown, data, findings, advice.said, sheets)
        stem = safe(PurePosixPath(shown).stem)
        yield names.free(RETURN if len(files) == 1 else f"{RETURN}（{stem}）", ".xlsx"), returned.data


def message(portion: Portion, problems: Sequence[Line], figures: Figures) -> File:
    return messages.NAME, messages.message(portion, problems, figures.period, figures.as_of)
