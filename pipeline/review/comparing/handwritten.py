"""The numbers of a report that no run has printed in; whether they equal, nearly equal or contradict a figure out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from operator import add

from pipeline.model import Scope
from pipeline.publish.narrative import Run
from pipeline.publish.tags import CHANGES, JOINED, Numbers, Tag
from pipeline.publish.unit_tags import UnitTags
from pipeline.review import adopt
from pipeline.review.adopt import Placed
from pipeline.review.comparing.tokens import Read, Token, direction
from pipeline.review.manuscript import Paragraph
from pipeline.review.places import Line
from pipeline.review.proposing import amounts, outline
from pipeline.review.proposing.verdicts import NAMED_FROM

SURE = 0.6
"""From this confidence on a number that differs from the figure contradicts it."""
_NEAR = Fraction(1, 10)
_ENDS = "。；！？"
_CLAUSE_END = re.compile(f"[{_ENDS}，]")
_LAST_YEAR = re.compile("(?:去年|上年)(?!.*(?:比|增|降))")
_PREVIOUS = re.compile("(?:上期|上一期)(?!.*(?:比|增|降))")


@dataclass(frozen=True, slots=True, eq=False)
class Typed:
    """A number that was typed by hand: `said` is what the words around it say, `unit` the one that they name, if any."""

    paragraph: int
    token: Token
    said: Placed
    unit: int | None


def slots(paragraphs: Sequence[Paragraph], run: Run) -> Mapping[tuple[int, int], Placed]:
    """(paragraph from 0, start of the number) → what its words say; table cells are compared as tables."""
    texts = [outline.Paragraph("" if each.cell else each.text) for each in paragraphs]
    found = adopt.found(texts, run.basis.definitions)
    return {(each.paragraph - 1, each.proposal.slot.numeral.start): each for each in found}


def lines(
    read: Read, seen: frozenset[int], said: Mapping[tuple[int, int], Placed], run: Run, unit: int
) -> Iterator[Line]:
    """One line for each number of running text that is not `seen` and counts something; `unit` is the report's."""
    for place, (number, token) in enumerate(read.places):
        if token is None or token.kind != "number" or place in seen:
            continue
        words = said.get((number, token.start))
        if words and words.proposal.slot.kind in ("figure", "change"):
            named = _unit(read.paragraphs[number], token)
            yield _compared(Typed(number, token, words, named), run, unit)


def _unit(tokens: Sequence[Token], number: Token) -> int | None:
    """The unit that the sentence names last before the number."""
    named = None
    for token in tokens:
        if token.start >= number.start:
            break
        if token.kind == "unit":
            named = int(token.value)
        elif token.text in _ENDS:
            named = None
    return named


def _compared(typed: Typed, run: Run, unit: int) -> Line:
    proposal = typed.said.proposal
    tag = _tag(typed, run, unit) if proposal.indicator and proposal.confidence >= NAMED_FROM else None
    if tag is None:
        return _line(typed, "handwritten", "没有找到对应的指标，请自行核对")
    verdict = _verdict(typed, tag)
    return replace(_line(typed, verdict, _message(verdict, tag)), indicator=tag.indicator.id, style=proposal.style)


def _line(typed: Typed, verdict: str, message: str) -> Line:
    token = typed.token
    sure = typed.said.proposal.confidence
    return Line(
        typed.paragraph + 1, token.start, token.end, token.text, confidence=sure, verdict=verdict, message=message
    )


def _tag(typed: Typed, run: Run, unit: int) -> Tag | None:
    """The figure that the words speak of: of a unit they name, in the scope they say, of last year if they say so."""
    proposal = typed.said.proposal
    own = UnitTags(run.basis, Numbers(), unit if typed.unit is None else typed.unit)
    scope: Scope | None = "all" if "全部" in proposal.tag else "own" if "本级" in proposal.tag else None
    own = own.scoped(scope) if scope else own
    try:
        tags = [own.tag(run.basis.definitions.indicator(id)) for id in proposal.indicator.split(JOINED)]
    except KeyError:
        return None
    return _aspect(reduce(add, tags), typed)


def _aspect(tag: Tag, typed: Typed) -> Tag:
    slot = typed.said.proposal.slot
    before = _CLAUSE_END.split(slot.numeral.before)[-1]
    if slot.kind == "change":
        return replace(tag, aspect="环比" if slot.aspect == "环比" else "同比")
    if _LAST_YEAR.search(before):
        return tag.earlier("去年", "同比")
    return tag.earlier("上期", "环比") if _PREVIOUS.search(before) else tag


def _verdict(typed: Typed, tag: Tag) -> str:
    numeral = typed.token.numeral
    assert numeral
    worded = amounts.numeral_of(tag.text)
    if tag.aspect in CHANGES and _direction(typed) != direction(tag.text):
        return "direction"
    if worded is None or tag.figure.value is None:
        return "handwritten"
    measured = amounts.numeral_of(f"{tag.text}{'' if worded.percent else tag.indicator.measure_word}") or worded
    if amounts.fit(measured, numeral, tag) != "changed":
        return "handwritten-equal"
    one, other = amounts.amount(worded), amounts.amount(numeral)
    if one and other and abs(one.value - other.value) <= one.value * _NEAR:
        return "handwritten-near"
    return "contradiction" if typed.said.proposal.confidence >= SURE else "handwritten"


def _direction(typed: Typed) -> str:
    slot = typed.said.proposal.slot
    return direction(slot.numeral.line[slot.start : slot.numeral.start])


def _message(verdict: str, tag: Tag) -> str:
    exact = tag.text if tag.aspect in CHANGES else replace(tag, measure=True).text
    if verdict == "handwritten":
        return f"可能是“{tag.title}”（运行结果{exact}），请自行核对"
    if verdict == "handwritten-equal":
        return f"与“{tag.title}”一致"
    return f"手写的数字，“{tag.title}”应为{exact}" if verdict == "contradiction" else f"“{tag.title}”应为{exact}"
