"""Figures and Word templates in; the reports out, each with its reviewed twin, and findings on what they print."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Protocol

from lxml import etree

from pipeline.errors import TemplateError
from pipeline.model import SCOPES, Definitions, Figure, Figures, Finding, Scope
from pipeline.period import Period
from pipeline.publish import context, marks, passport, template
from pipeline.publish.marks import Comment, Control
from pipeline.publish.passport import Passport, Shared, Trace
from pipeline.publish.tags import Numbers, Tag
from pipeline.publish.template import Compiled
from pipeline.publish.unit_tags import Basis

FOLDER = "报告"
"""Below templates/ and below the output of a run."""
OF_UNITS = "单位通报.docx"
"""Below templates/: what every unit's narrative is made from."""

PERIODS: Mapping[str, Callable[[Period], bool]] = {
    "上半年": lambda period: period.span == "half" and period.number == 1,
    "下半年": lambda period: period.span == "half" and period.number == 2,
    "半年": lambda period: period.span == "half",
    "全年": lambda period: period.span == "year",
    "季度": lambda period: period.span == "quarter",
    "月": lambda period: period.span == "month",
    "任意": lambda _: True,
}
"""What the keyword 期间 of a template may say."""


class Meant(Protocol):
    """A template, of Word or Excel, that says by its keywords or its file name what it is for."""

    @property
    def name(self) -> str: ...

    @property
    def keywords(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """All that the documents of one run share; `digest` is the run's id in the maps of numbers."""

    basis: Basis
    passport: Passport
    digest: str


@dataclass(frozen=True, slots=True)
class Document:
    """One report: `review` is the same with a comment on each number, empty if none was asked for."""

    name: str
    report: bytes = field(repr=False)
    review: bytes = field(repr=False)
    printed: tuple[Tag, ...]
    findings: tuple[Finding, ...]


def untraced(indicator: str, figure: Figure) -> tuple[int, None]:  # noqa: ARG001 — a Trace
    """Stands in where nobody asks for records."""
    return 0, None


def unshared(indicators: Sequence[str], figure: Figure) -> int:  # noqa: ARG001 — a Shared
    """Stands in where nobody asks for records."""
    return 0


def run(
    figures: Figures,
    definitions: Definitions,
    trace: Trace = untraced,
    monthly: Sequence[Figures] = (),
    shared: Shared = unshared,
) -> Run:
    """Bind the figures of a period, those of its months and the way back to the records."""
    basis = Basis(figures, definitions, tuple(monthly))
    return Run(basis, Passport(basis, trace, shared, passport.rejected_rows(figures)), _digest(figures, definitions))


def reports(templates: Path, run: Run) -> tuple[Document, ...]:
    """A document for every template in templates/报告 that fits the period, by name; TemplateError for a bad one."""
    compiled = (template.compiled(path) for path in paths(templates))
    fitting = (each for each in compiled if fits(each, run.basis.figures.period))
    return tuple(document(each, run, unit(each, run.basis.definitions)) for each in fitting)


def paths(templates: Path) -> list[Path]:
    """Without the marked copies that lint, verify and adopt put beside a document."""
    marked = (".lint", ".verify", ".template")
    found = template.saved_as(templates / FOLDER, ".docx", (".doc", ".docm", ".dotx", ".wps", ".rtf", ".odt"))
    return [path for path in found if not path.stem.endswith(marked)]


def unit(compiled: Meant, definitions: Definitions) -> int:
    """Whose report a template is: its keyword 单位 says so, else the root's; TemplateError for an unknown name."""
    wanted = compiled.keywords.get("单位")
    try:
        return context.unit_named(wanted, definitions.register) if wanted else definitions.register.root
    except ValueError as error:
        raise TemplateError(compiled.name, "文档属性“标记”", str(error)) from error


def fits(compiled: Meant, period: Period) -> bool:
    """Whether a template is meant for such a period: its keyword 期间 says so, else its file name."""
    wanted = kind(compiled.name, compiled.keywords)
    if wanted not in PERIODS:
        hint = f"期间只能是{'、'.join(PERIODS)}"
        raise TemplateError(compiled.name, "文档属性“标记”", f"看不懂期间“{wanted}”，{hint}")
    return PERIODS[wanted](period)


def kind(name: str, keywords: Mapping[str, str]) -> str:
    """What a template's keyword 期间 or else its file name says that it is for; one of PERIODS if it can be understood."""
    return keywords.get("期间") or _period_in(name)


def document(compiled: Compiled, run: Run, unit: int | None = None, *, review: bool = True) -> Document:
    """One template filled for one unit, by default the root."""
    unit = run.basis.definitions.register.root if unit is None else unit
    numbers = Numbers()
    rendered = compiled.render(context.names(compiled.names, run.basis, numbers, unit))
    roots = {member: _parsed(compiled, xml) for member, xml in rendered.items()}
    controls = _controlled(roots, numbers)
    printed = tuple(control.tag for control in controls)
    package = compiled.package
    parts = {package.map: _map(controls, compiled, run, unit)}
    report = package.packed(parts | _serialised(roots, numbers))
    if review:
        existing = package.members.get(package.comments, b"")
        parts[package.comments] = _commented(run, roots[package.main], controls, existing)
    reviewed = package.packed(parts | _serialised(roots, numbers), review=True) if review else b""
    return Document(compiled.name, report, reviewed, printed, run.passport.findings(printed, compiled.name))


# --- which template is for what --------------------------------------------------------------------------------------


def _period_in(name: str) -> str:
    """The period that a file's name speaks of first: 上半年总结和下半年计划 is of 上半年."""
    marks_of = {"上半年": "上半年", "下半年": "下半年", "年度": "全年", "全年": "全年", "季度": "季度", "月度": "月"}
    found = {name.index(mark): period for mark, period in marks_of.items() if mark in name}
    return found[min(found)] if found else "任意"


# --- from rendered XML to documents ----------------------------------------------------------------------------------


def _parsed(compiled: Compiled, xml: str) -> marks.Element:
    try:
        return etree.fromstring(xml)
    except etree.XMLSyntaxError as error:
        why = "条件或循环从一个段落开始、在另一个段落结束，请写成单独成段的 {%p if … %} 和 {%p endif %}"
        raise TemplateError(compiled.name, "", f"填写后不再是完整的文档，多半是{why}") from error


def _controlled(roots: Mapping[str, marks.Element], numbers: Numbers) -> list[Control]:
    controls: list[Control] = []
    for root in roots.values():
        controls += marks.controls(root, numbers.printed, first=len(controls) + 1)
    return controls


def _serialised(roots: Mapping[str, marks.Element], numbers: Numbers) -> dict[str, bytes]:
    return {member: marks.serialised(root, numbers.printed) for member, root in roots.items()}


def _commented(run: Run, main: marks.Element, controls: Iterable[Control], existing: bytes) -> bytes:
    """Anchor a comment at each number of the body, for Word allows them nowhere else; the comments part."""
    body = (each for each in controls if each.element.getroottree().getroot() is main and marks.commentable(each))
    comments = []
    for id, control in enumerate(body, marks.first_free(existing)):
        marks.anchor(control, id)
        comments.append(Comment(id, run.passport.lines(control.tag)))
    return marks.comments(existing, comments, run.basis.figures.as_of.isoformat())


def _map(controls: Sequence[Control], compiled: Compiled, run: Run, unit: int) -> bytes:
    figures = run.basis.figures
    units = run.basis.definitions.register.units
    about = {
        "run": run.digest,
        "period": figures.period.id,
        "as_of": figures.as_of.isoformat(),
        "template": compiled.name,
        "unit": units[unit].name,
    }
    return marks.number_map(controls, units, **about)


def _digest(figures: Figures, definitions: Definitions) -> str:
    """The same for the same period, definitions and figures."""
    digest = hashlib.sha256(repr((figures.period.id, figures.as_of, definitions.digests)).encode())
    places = sorted(product(SCOPES, (each.id for each in definitions.indicators)))
    for lines in zip(*(_lines(figures, *place) for place in places), strict=True):
        digest.update("".join(lines).encode())
    return digest.hexdigest()[:16]


def _lines(figures: Figures, scope: Scope, indicator: str) -> list[str]:
    """A line for the figure of every unit."""
    fields = figures.columns(scope, indicator)
    numbers = zip(fields["value"], fields["low"], fields["high"], strict=True)
    end = f", {scope!r}, {indicator!r})"
    return [f"({unit}{end} {value} {low} {high}\n" for unit, (value, low, high) in enumerate(numbers)]
