"""The paragraphs of a template in; how each would read for zero, unknown, one, large and approximate figures out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import TypeAlias

from pipeline.model import Definitions
from pipeline.publish import context, template
from pipeline.publish.tags import END, MARK, Numbers
from pipeline.publish.unit_tags import Basis
from pipeline.review.linting import rehearsal, written_tags
from pipeline.review.manuscript import Paragraph
from pipeline.review.places import Line

_CASES = rehearsal.CASES.items()
_MARKER = re.compile(f"{MARK}([0-9]+){END}")


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One case of figures for templates of one kind and unit; `names` is all that a template can look up."""

    basis: Basis
    numbers: Numbers
    names: Mapping[str, object]


Stages: TypeAlias = Mapping[str, Stage]
"""By the name of the case."""


def stages(definitions: Definitions, kind: str, unit: int) -> Stages:
    """The figures to try sentences on."""
    return {name: _stage(rehearsal.basis(definitions, rehearsal.period(kind), case), unit) for name, case in _CASES}


def _stage(basis: Basis, unit: int) -> Stage:
    numbers = Numbers()
    return Stage(basis, numbers, context.names((), basis, numbers, unit))


def lines(paragraphs: Sequence[Paragraph], stages: Stages) -> Iterator[Line]:
    """One line for each case of each paragraph that prints a figure and stands for itself."""
    for number, paragraph in enumerate(paragraphs, 1):
        for name, said in _said(paragraph.text, stages):
            yield Line(number, 0, len(paragraph.text), paragraph.text, verdict="sentence", message=f"{name}：{said}")


def _said(text: str, stages: Stages) -> Iterator[tuple[str, str]]:
    tags = list(written_tags.found(text))
    if not tags or any(tag.alone for tag in tags):
        return
    try:
        compiled = template.ENVIRONMENT.from_string(written_tags.half_width(text))
        for name, stage in stages.items():
            said = compiled.render(stage.names)
            if MARK in said:
                yield name, _readable(said, stage.numbers)
    except template.FAILURES:
        return  # a turn of a loop, or a mistake that is told elsewhere


def _readable(said: str, numbers: Numbers) -> str:
    return unescape(_MARKER.sub(lambda match: numbers.printed[int(match[1])].text, said))
