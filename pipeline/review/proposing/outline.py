"""The paragraphs of a document in; blocks of running text out, each with its heading and whether it is part of a plan."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.review.proposing import lexicon
from pipeline.review.proposing.numerals import narrowed
from pipeline.review.proposing.surroundings import Frame

_NUMBERINGS = (
    re.compile(r"[一二三四五六七八九十]{1,3}、"),
    re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]"),
    re.compile(r"\d{1,2}(?:[.、．]|(?=[ ]))(?!\d)"),
    re.compile(r"\d{1,2}\.\d{1,2}"),
    re.compile(r"[（(]\d{1,2}[）)]"),
)
_LEAD = re.compile("[。：:]")
_LONGEST_HEADING = 40
_SHORTEST_WRAPPED = 20
"""A .txt line that is shorter was ended on purpose."""
_ENDED = tuple("。；：！？!?;:.")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph as the document counts them; `labels` are the row and column of a table cell."""

    text: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Narrowed running text; `parts` are (paragraph counted from 1, where its text begins)."""

    text: str
    parts: tuple[tuple[int, int], ...]
    frame: Frame
    planned: bool

    def place(self, start: int, end: int) -> tuple[int, int, int] | None:
        """(paragraph, start, end) of a span; None if it is broken over two lines."""
        paragraph, begin = max((part for part in self.parts if part[1] <= start), key=lambda part: part[1])
        over = any(start < other < end for _, other in self.parts)
        return None if over else (paragraph, start - begin, end - begin)


def blocks(paragraphs: Sequence[Paragraph], *, wrapped: bool = False) -> Iterator[Block]:
    """`wrapped`: lines of plain text, which may break in the middle of a sentence."""
    heading, plan = "", 0
    for lines in _joined(paragraphs, wrapped=wrapped):
        text = narrowed("".join(paragraphs[number].text for number in lines))
        labels = paragraphs[lines[0]].labels
        if not labels and (title := _heading(text)):
            # The first heading is the document's own title: 总结和计划.
            plan = _plan(title, text, plan) if heading else 0
            heading = title
        parts, begin = [], 0
        for number in lines:
            parts.append((number + 1, begin))
            begin += len(paragraphs[number].text)
        yield Block(text, tuple(parts), Frame(heading, labels), planned=bool(plan))


def _joined(paragraphs: Sequence[Paragraph], *, wrapped: bool) -> Iterator[list[int]]:
    lines: list[int] = []
    for number, paragraph in enumerate(paragraphs):
        if lines and not (wrapped and _goes_on(paragraphs[lines[-1]].text, paragraph.text)):
            yield lines
            lines = []
        lines.append(number)
    if lines:
        yield lines


def _goes_on(line: str, following: str) -> bool:
    full = len(line) >= _SHORTEST_WRAPPED and not line.rstrip().endswith(_ENDED)
    return full and bool(following.strip()) and not following.startswith((" ", "　", "\t")) and not _level(following)


# --- headings and plans ----------------------------------------------------------------------------------------------


def _level(text: str) -> int:
    """Which numbering a paragraph begins with, from 1; 0 for none."""
    return next((place for place, pattern in enumerate(_NUMBERINGS, 1) if pattern.match(text.lstrip())), 0)


def _heading(text: str) -> str:
    """The heading that a paragraph is or begins with; a short line without an end is one too."""
    if not text.strip():
        return ""
    lead = _LEAD.split(text.strip(), maxsplit=1)[0]
    if _level(text):
        return lead if len(lead) <= _LONGEST_HEADING else ""
    return lead if lead == text.strip() and len(lead) <= _LONGEST_HEADING and "，" not in lead else ""


def _plan(title: str, text: str, plan: int) -> int:
    """The level, from 1, of the heading whose plan we are in (unnumbered ones stand above all); 0 outside of plans."""
    level = _level(text) + 1
    if 0 < plan < level:
        return plan
    ahead = any(word in title.replace("按计划", "") for word in lexicon.PLAN_HEADINGS)
    return level if ahead and not any(word in title for word in lexicon.REVIEW_HEADINGS) else 0
