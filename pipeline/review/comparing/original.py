"""A template and the run's figures in; the report as the run would print it out, with the tag behind each number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from operator import add
from pathlib import Path

from pipeline.errors import TemplateError
from pipeline.model import Figure
from pipeline.publish import narrative, tags, template
from pipeline.publish.narrative import Run
from pipeline.publish.tags import Numbers, Tag
from pipeline.publish.unit_tags import UnitTags
from pipeline.review import manuscript
from pipeline.review.manuscript import Entry, Manuscript, Paragraph
from pipeline.spelling import normal


@dataclass(frozen=True, slots=True, eq=False)
class Original:
    """`tags` are under the keys of the controls; `unit` is whose report it is."""

    name: str
    paragraphs: tuple[Paragraph, ...]
    tags: Mapping[str, Tag]
    unit: int


def candidates(report: Manuscript, run: Run, templates: Path | None) -> Iterator[Original]:
    """The report anew from the template that its map names; without a map, from each that fits the period."""
    for path in narrative.paths(templates) if templates else ():
        if report.about.get("template", path.name) == path.name:
            try:
                compiled = template.compiled(path)
                if report.about or narrative.fits(compiled, run.basis.figures.period):
                    yield _printed(compiled, run, _unit(report, run, narrative.unit(compiled, run.basis.definitions)))
            except TemplateError:
                continue  # lint says what is wrong with it; the numbers are compared by words


def from_map(report: Manuscript, run: Run) -> Original:
    """What the controls alone tell, where the template is gone."""
    found = {key: tag for key, entry in report.numbers.items() if (tag := _tag(entry, run))}
    return Original("", (), found, _unit(report, run, run.basis.definitions.register.root))


def _printed(compiled: template.Compiled, run: Run, unit: int) -> Original:
    document = narrative.document(compiled, run, unit, review=False)
    written = manuscript.of_docx(document.report)
    found = dict(zip(written.numbers, document.printed, strict=True))
    return Original(compiled.name, written.paragraphs, found, unit)


def _unit(report: Manuscript, run: Run, otherwise: int) -> int:
    named = _unit_named(report.about.get("unit", ""), run)
    return otherwise if named is None else named


def _unit_named(name: str, run: Run) -> int | None:
    units = run.basis.definitions.register.spellings.get(normal(name), ())
    return units[0] if len(units) == 1 else None


def _tag(entry: Entry, run: Run) -> Tag | None:
    """The tag of a map's entry with the figure of this run; None if its unit or indicator is no longer known."""
    unit = _unit_named(entry["unit"], run)
    parts = [each for each in run.basis.definitions.indicators if each.id in entry["indicator"].split(tags.JOINED)]
    if unit is None or not parts or entry["scope"] not in ("own", "all"):
        return None
    own = _of_period(entry["period"], UnitTags(run.basis, Numbers(), unit, "own" if entry["scope"] == "own" else "all"))
    tag = reduce(add, map(own.tag, parts))
    return _aspect(replace(tag, style=entry["style"], measure=bool(entry["measure"])), entry)


def _of_period(period: str, own: UnitTags) -> UnitTags:
    """Of the month that the entry names; else of the run's whole period."""
    month = next((each for each in own.basis.monthly if each.period.id == period), None)
    return own.of_month(month) if month else own


def _aspect(tag: Tag, entry: Entry) -> Tag:
    """The number beside the figure that was printed; one that only a document can know stays as it was."""
    aspect = entry["aspect"]
    found = tag.get(aspect, tag)
    if not isinstance(found, Tag) or (aspect and aspect not in tag):
        return replace(tag, figure=_stored(tag.figure, entry), aspect=aspect, wording=entry["text"])
    return replace(found, style=entry["style"], measure=bool(entry["measure"]))


def _stored(figure: Figure, entry: Entry) -> Figure:
    value, low, high = (Fraction(entry[name]) if entry[name] else None for name in ("value", "low", "high"))
    return figure._replace(value=value, low=low, high=high)
