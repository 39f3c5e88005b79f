"""A report that people edited and the run's figures in; what no longer agrees out: a list, a marked copy, and how much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from pathlib import Path

from pipeline.model import Definitions, Figures
from pipeline.period import Period
from pipeline.publish import narrative
from pipeline.publish.narrative import Run
from pipeline.publish.packing import digests
from pipeline.review import annotated, manuscript, places
from pipeline.review.annotated import Note
from pipeline.review.comparing import (
    alignment,
    checking,
    comparison,
    grids,
    handwritten,
    original,
    periods,
    spoken,
    sums,
)
from pipeline.review.comparing.comparison import Comparison
from pipeline.review.comparing.original import Original
from pipeline.review.comparing.tokens import Reader, Token
from pipeline.review.manuscript import Manuscript
from pipeline.review.places import Line

VERDICTS = {
    "ok": "与运行结果一致",
    "reworded": "换了写法，数值一致",
    "handwritten-equal": "手写的数字，与一个指标相等",
    "handwritten": "手写的数字，不能确定是哪个指标",
    "duplicated": "复制出来的数字",
    "deleted": "少了运行印出的数字",
    "outdated": "报告不是由这次运行生成的，数字没有变",
    "stale": "报告里是旧数",
    "changed": "与运行结果不符",
    "direction": "增减方向不符",
    "sum": "分项与合计不符",
    "period": "年份、报告期或截止日不符",
    "table": "表格与汇总表不符",
    "handwritten-near": "手写的数字，接近而不等于一个指标",
    "contradiction": "与指标、单位或所在位置矛盾",
}
"""The closed list of verdicts."""

CONTRADICTIONS = frozenset(
    {"deleted", "stale", "changed", "direction", "sum", "period", "table", "handwritten-near", "contradiction"}
)

_AUTHOR = "复核"
_LIKELY = 0.3
"""A text without a map is an edited report of a template only if so much of it is the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Verified:
    """`marked` is a copy with a comment on every place that is not ok, empty for a text file."""

    marked: bytes
    csv: bytes
    contradictions: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Which run a report says that it comes from; None where it does not say."""

    period: Period | None
    as_of: date | None


def origin(path: Path) -> Origin:
    """From the map of numbers, else from the first period and 截至 date in the text."""
    report = manuscript.read(path)
    if "period" in report.about:
        return Origin(Period.parse(report.about["period"]), date.fromisoformat(report.about["as_of"]))
    return Origin(*periods.stated(paragraph.text for paragraph in report.paragraphs))


def verify(
    path: Path,
    figures: Figures,
    definitions: Definitions,
    monthly: Sequence[Figures] = (),
    templates: Path | None = None,
) -> Verified:
    """Compare every number of a .docx or .txt; UsageError if it cannot be read.

    With the `templates` the report is printed again and laid beside the edited one; without them the controls and the
    words around the numbers must do.
    """
    report = manuscript.read(path)
    run = narrative.run(figures, definitions, monthly=monthly)
    lines = tuple(sorted(_lines(report, run, templates), key=lambda line: (line.paragraph, line.start, line.verdict)))
    marked = annotated.copy(path.read_bytes(), path.name, _notes(lines, report), _AUTHOR) if _is_word(path) else b""
    return Verified(marked, places.table(lines), sum(line.verdict in CONTRADICTIONS for line in lines), lines)


def _is_word(path: Path) -> bool:
    return path.suffix.lower() == ".docx"


def _notes(lines: Sequence[Line], report: Manuscript) -> Iterator[Note]:
    for line in lines:
        if line.verdict != "ok":
            text = f"{VERDICTS[line.verdict]}。{line.message}"
            yield Note(line.paragraph, line.start, line.end, text, report.paragraphs[line.paragraph - 1].text)


def _lines(report: Manuscript, run: Run, templates: Path | None) -> Iterator[Line]:
    reader = Reader(run.basis.definitions)
    found = comparison.compared(_original(report, run, templates, reader), report, reader)
    slots, fixed = checking.slots(found), checking.fixed(found, run.basis.figures)
    seen = slots.seen | fixed.seen
    said = handwritten.slots(report.paragraphs, run)
    typed = tuple(handwritten.lines(found.new, seen, said, run, found.original.unit))
    yield from _outdated(report, run, found.original.unit)
    yield from _not_found_again(slots.lines, typed)
    yield from fixed.lines
    yield from typed
    yield from spoken.lines(found, said, run)
    yield from _by_itself(found, seen, run.basis.figures)
    yield from grids.lines(report.paragraphs, run, found.original.unit)


def _original(report: Manuscript, run: Run, templates: Path | None, reader: Reader) -> Original:
    """The one that is most like the report, if any is."""
    new = reader.read(each.text for each in report.paragraphs)
    best, likeness = original.from_map(report, run), 0.0 if report.about else _LIKELY
    for candidate in original.candidates(report, run, templates):
        old = reader.read(each.text for each in candidate.paragraphs)
        if (likely := alignment.similarity(old, new)) > likeness:
            best, likeness = candidate, likely
    return best


def _outdated(report: Manuscript, run: Run, unit: int) -> Iterator[Line]:
    """A document of a unit's pack bears the digest of that unit's branch."""
    stated, basis = report.about.get("run"), run.basis
    if not report.about or not report.paragraphs or stated == run.digest:
        return
    if stated != digests.branches(basis.figures, basis.definitions)[unit]:
        message = "生成这份报告以后，台账、名册、指标或模板有过改动；数字已按现在的结果逐个核对"
        yield Line(1, 0, 0, "", verdict="outdated", message=message)


def _not_found_again(lines: Sequence[Line], typed: Sequence[Line]) -> Iterator[Line]:
    """A number whose sentence was written anew by hand is not missing."""
    anew = {line.indicator for line in typed if line.verdict.startswith("handwritten-")}
    yield from (line for line in lines if line.verdict != "deleted" or line.indicator not in anew)


def _by_itself(found: Comparison, seen: frozenset[int], figures: Figures) -> Iterator[Line]:
    """What a paragraph says wrongly whatever the original was: its sums, and dates that the run does not speak of."""
    for number, tokens in enumerate(found.new.paragraphs):
        text = found.report.paragraphs[number].text
        yield from sums.lines(number, text, tokens)
        for place, token in enumerate(tokens):
            if token.kind == "date" and found.new_places[number, token.start] not in seen:
                counts = any(each.kind == "number" for each in _rest(tokens[place + 1 :]))
                yield from periods.free(number, text, token, figures, counts=counts)


def _rest(tokens: Sequence[Token]) -> Iterator[Token]:
    """Up to the end of the sentence."""
    return takewhile(lambda token: token.text not in ("。", "；"), tokens)
