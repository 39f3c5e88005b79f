"""All templates in; all that is wrong with them out, a list each, a marked copy of the Word ones, and the manual of names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import TypeAlias

from pipeline.errors import UsageError
from pipeline.model import Definitions, Figures, Indicator
from pipeline.publish import context, filled, narrative, package
from pipeline.review import adopt, annotated, manuscript, places
from pipeline.review.annotated import Note
from pipeline.review.linting import cells, expressions, handbook, sentences, structure, written_tags
from pipeline.review.linting.sentences import Stages
from pipeline.review.manuscript import Manuscript
from pipeline.review.places import Line
from pipeline.review.proposing import outline
from pipeline.review.proposing.verdicts import NAMED_FROM

VERDICTS = {
    "unreadable": "不是能打开的 Word 文档",
    "unclosed": "标签或条件没有结束",
    "structure": "标签的位置不对",
    "syntax": "标签没有写对",
    "unknown-name": "没有这个名称",
    "unknown-style": "没有这种写法",
    "wrong-style": "这个指标不能这样写",
    "wrong-value": "这里不能这样用",
    "braces": "括号不成对，不是标签",
    "handwritten": "手写的数字，应当用标签",
    "missing-figure": "这种报告应有的指标没有用到",
    "keyword": "文档属性“标记”看不懂",
    "full-width": "全角符号，能认出，建议改成半角",
    "sentence": "试填的句子",
}
"""The closed list of verdicts."""

NOTICES = frozenset({"full-width", "sentence"})
"""Those that are no mistakes."""

_AUTHOR = "模板检查"

Expected: TypeAlias = Mapping[str, Sequence[Indicator]]
"""Name of a template → the indicators that such a report should have."""

Rehearsed: TypeAlias = Callable[[str, int], Stages]
"""For a kind of report and a unit the figures to try its templates on."""


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """One template; `marked` is a copy with a comment on each place, empty for a workbook or what cannot be opened."""

    path: Path
    lines: tuple[Line, ...]
    marked: bytes
    csv: bytes

    @property
    def mistakes(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.verdict not in NOTICES)


@dataclass(frozen=True, slots=True, eq=False)
class Linted:
    """`unused` are indicators that no table and no report shows; `handbook` is the 变量手册."""

    templates: tuple[Checked, ...]
    unused: tuple[Indicator, ...]
    handbook: bytes

    @property
    def mistakes(self) -> int:
        return sum(len(each.mistakes) for each in self.templates)


def lint(templates: Path, definitions: Definitions, expected: Expected, figures: Figures | None = None) -> Linted:
    """Check every template: 报告, 单位通报, 表格; `figures` only fill the values of the handbook."""
    stages = cache(partial(sentences.stages, definitions))
    of_units = templates / narrative.OF_UNITS
    reports = [*narrative.paths(templates), *([of_units] if of_units.exists() else [])]
    tables = {path: cells.read(path.read_bytes()) for path in filled.paths(templates)}
    checked = (
        *(_report(path, definitions, expected.get(path.stem, ()), stages) for path in reports),
        *(_table(path, opened, definitions, stages) for path, opened in tables.items()),
    )
    texts = (*map(_text, reports), *("\n".join(cell.text for cell in opened.cells) for opened in tables.values()))
    shown = {id for sheet in definitions.tables for id in sheet.indicators}
    used = {id for text in texts for id in _used(text, definitions)}
    unused = tuple(each for each in definitions.indicators if each.id not in shown | used)
    return Linted(checked, unused, handbook.document(definitions, figures))


def _table(path: Path, opened: cells.Workbook, definitions: Definitions, stages: Rehearsed) -> Checked:
    kind, unit, said = _meant(path.name, opened.keywords, definitions)
    lines = (*said, *cells.lines(path, opened, stages(kind, unit)["很大"]))
    return Checked(path, lines, b"", places.table(lines))


def _report(path: Path, definitions: Definitions, expected: Sequence[Indicator], stages: Rehearsed) -> Checked:
    data = path.read_bytes()
    try:
        opened, whole = manuscript.of_docx(data, path.name), package.read(data)
    except UsageError as error:
        unreadable = (_of_document("unreadable", str(error)),)
        return Checked(path, unreadable, b"", places.table(unreadable))
    kind, unit, said = _meant(path.name, whole.keywords, definitions)
    found = (*said, *_lines(data, opened, definitions, expected, stages(kind, unit)))
    lines = tuple(sorted(found, key=lambda line: (line.paragraph, line.start, line.verdict)))
    marked = annotated.copy(data, path.name, _notes(lines, opened), _AUTHOR)
    return Checked(path, lines, marked, places.table(lines))


def _lines(
    data: bytes, opened: Manuscript, definitions: Definitions, expected: Sequence[Indicator], stages: Stages
) -> Iterator[Line]:
    yield from structure.lines(data, opened.paragraphs)
    yield from _tags(opened, stages["很大"].names)
    yield from _typed(opened, definitions)
    yield from _missing(opened, definitions, expected)
    yield from sentences.lines(opened.paragraphs, stages)


def _of_document(verdict: str, message: str) -> Line:
    return Line(1, 0, 0, "", verdict=verdict, message=message)


def _meant(name: str, keywords: Mapping[str, str], definitions: Definitions) -> tuple[str, int, list[Line]]:
    """For which period and unit a template is, and what cannot be understood of the document property 标记."""
    said = []
    kind = narrative.kind(name, keywords)
    if kind not in narrative.PERIODS:
        said.append(_of_document("keyword", f"看不懂期间“{kind}”：只能是{'、'.join(narrative.PERIODS)}"))
    try:
        if named := keywords.get("单位"):
            return kind, context.unit_named(named, definitions.register), said
    except ValueError as error:
        said.append(_of_document("keyword", str(error)))
    return kind, definitions.register.root, said


# --- tags ------------------------------------------------------------------------------------------------------------


def _tags(opened: Manuscript, names: Mapping[str, object]) -> Iterator[Line]:
    written = [tuple(written_tags.found(each.text)) for each in opened.paragraphs]
    scope = expressions.scope((tag for tags in written for tag in tags), names)
    for number, (paragraph, tags) in enumerate(zip(opened.paragraphs, written, strict=True), 1):
        yield from expressions.lines(number, paragraph.text, tags, scope)


# --- figures ---------------------------------------------------------------------------------------------------------


def _typed(opened: Manuscript, definitions: Definitions) -> Iterator[Line]:
    """Numbers in running text whose words name an indicator."""
    texts = [outline.Paragraph(written_tags.without(each.text)) for each in opened.paragraphs]
    for found in adopt.found(texts, definitions):
        proposal = found.proposal
        if proposal.slot.kind in ("figure", "change") and proposal.indicator and proposal.confidence >= NAMED_FROM:
            message = f"像是手写的指标数，建议改成 {proposal.tag}"
            place = found.paragraph, found.start, found.end, found.text
            about = proposal.indicator, proposal.style, proposal.confidence
            yield Line(*place, *about, "handwritten", message)


def _missing(opened: Manuscript, definitions: Definitions, expected: Sequence[Indicator]) -> Iterator[Line]:
    used = _used("\n".join(each.text for each in opened.paragraphs), definitions)
    for each in expected:
        if each.id not in used:
            line = _of_document("missing-figure", f"这种报告应有“{each.name}”：{{{{ {each.name} }}}}")
            yield replace(line, indicator=each.id)


def _used(text: str, definitions: Definitions) -> set[str]:
    """The indicators that tags name, by name or id."""
    said = " ".join(tag.body for tag in written_tags.found(text))
    words = set(re.findall(r"[\w.]+", said)) | set(re.findall(r"\w+", said))
    return {each.id for each in definitions.indicators if words & {each.name, each.id}}


def _text(path: Path) -> str:
    try:
        return "\n".join(each.text for each in manuscript.read(path).paragraphs)
    except UsageError:
        return ""


# --- the marked copy -------------------------------------------------------------------------------------------------


def _notes(lines: Iterable[Line], opened: Manuscript) -> Iterator[Note]:
    """One comment on each place; the tried sentences of a paragraph in one."""
    tried: dict[int, list[str]] = {}
    for line in lines:
        if line.verdict == "sentence":
            tried.setdefault(line.paragraph, []).append(line.message)
        else:
            text = f"{VERDICTS[line.verdict]}。{line.message}"
            yield Note(line.paragraph, line.start, line.end, text, opened.paragraphs[line.paragraph - 1].text)
    for number, said in tried.items():
        text = opened.paragraphs[number - 1].text
        yield Note(number, 0, len(text), "试填的句子\n" + "\n".join(said), text)
