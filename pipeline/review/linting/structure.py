"""A template in; what is wrong with how its tags stand to one another out: unclosed blocks, torn tables, text that gets lost.

docxtpl-lint serves for this: it reports all problems at once, places them at the paragraph where a block opens, and knows
what docxtpl does to {%p %}, {%tr %} and {%tc %}. It knows neither our names, styles and full-width marks nor what a report
should have: those are checked here, and it is given the tags as our engine reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

import docxtpl_lint

from pipeline.publish import template
from pipeline.review import manuscript
from pipeline.review.linting import written_tags
from pipeline.review.manuscript import Paragraph
from pipeline.review.places import Line

_RULES = ("DTL001", "DTL002", "DTL003", "DTL101", "DTL102", "DTL106", "DTL2")
_UNCLOSED = ("DTL001", "DTL002", "DTL101", "DTL102")
_SAID: Mapping[str, str] = {
    "DTL001": "标签没有写完：“{open}”后面缺少“{close}”",
    "DTL002": "标签从这一段开始，到另一段才结束，请写在同一段里",
    "DTL003": "这里有未接受的修订，删去的文字里有标签，请先接受或拒绝全部修订",
    "DTL101": "这里开始的 {kw} 没有结束，缺少 {{% end{kw} %}}",
    "DTL102": "“{raw}”没有对应的开头，前面缺少 if 或 for",
    "DTL204": "“{close_raw}”与开头“{open_raw}”的写法不一致，两处都写 {{%p 或都不写",
    "DTL209": "“{raw}”会占掉整个{unit_zh}，旁边的“{rest}”会丢失，请让它单独成段",
}


def lines(data: bytes, paragraphs: Sequence[Paragraph]) -> Iterator[Line]:
    """One line for each problem; `paragraphs` are those of the same document."""
    found = docxtpl_lint.lint(
        manuscript.rewritten(data, written_tags.half_width), jinja_env=template.ENVIRONMENT, select=_RULES
    )
    numbers = {(_part(each.source[0]), each.source[1]): number for number, each in enumerate(paragraphs, 1)}
    for issue in found.issues:
        number = numbers.get((issue.location.part, issue.location.paragraph), 1)
        start = max(issue.location.column - 1, 0)
        end = min(start + max(len(issue.snippet), 1), len(paragraphs[number - 1].text))
        verdict = "unclosed" if issue.rule in _UNCLOSED else "structure"
        text = paragraphs[number - 1].text[start:end]
        yield Line(number, start, end, text, verdict=verdict, message=_message(issue))


def _part(member: str) -> str:
    """What docxtpl-lint calls a member: body, header1, footer2."""
    stem = PurePosixPath(member).stem
    return "body" if stem == "document" else stem


def _message(issue: docxtpl_lint.Issue) -> str:
    said = _SAID.get(issue.rule)
    return said.format(**issue.params) if said else issue.message_for("zh")
