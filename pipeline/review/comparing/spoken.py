"""Words around the numbers that are right in themselves: a sentence that speaks of another indicator, or of a rise as a fall."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from pipeline.model import Indicator
from pipeline.publish.narrative import Run
from pipeline.publish.tags import JOINED, Tag
from pipeline.review.adopt import Placed
from pipeline.review.comparing import handwritten
from pipeline.review.comparing.comparison import Comparison
from pipeline.review.comparing.tokens import Token, direction
from pipeline.review.places import Line
from pipeline.review.proposing import lexicon, profiles

Said: TypeAlias = Mapping[tuple[int, int], Placed]

_BASES = re.compile(lexicon.any_of(lexicon.COMPARED_WITH))
_LAST = frozenset("。；！？")
_SENTENCE_END = re.compile("[。；！？]")
_CLAUSE_END = re.compile("[，。；：！？、]")
_PREVIOUS = ("环比", "上期")
_LOST = 0.3
"""The least confidence that words name another indicator where the name of the right one is gone."""


def lines(found: Comparison, said: Said, run: Run) -> Iterator[Line]:
    """`said` is what the words of the report say of each of its numbers."""
    changed = [each for each in _numbers(found) if each.clause != each.once]
    before = handwritten.slots(found.original.paragraphs, run) if changed else {}
    for each in changed:
        yield from _other_words(each, before, said, run)
    yield from _directions(found)


class _Number(NamedTuple):
    """One number in both versions, with the clause before it now and in the original."""

    tag: Tag
    old: tuple[int, Token]
    new: tuple[int, Token]
    clause: str
    once: str


def _numbers(found: Comparison) -> Iterator[_Number]:
    for slot in found.slots:
        for place in slot.where:
            old_number, old = found.old.places[place]
            number, new = found.new.places[found.alignment.forth.get(place, -1)]
            if place in found.alignment.forth and not slot.tag.aspect and old and new:
                once = _clause(found.original.paragraphs[old_number].text, old)
                clause = _clause(found.report.paragraphs[number].text, new)
                yield _Number(slot.tag, (old_number, old), (number, new), clause, once)


def _other_words(number: _Number, before: Said, said: Said, run: Run) -> Iterator[Line]:
    """The clause before the number now names another indicator, or all words together do."""
    tag, (place, token) = number.tag, number.new
    lost = _core(tag.indicator) in number.once and _core(tag.indicator) not in number.clause
    other = _named(number.clause, number.once, run) if lost else None
    if other is None:
        once = before.get((number.old[0], number.old[1].start))
        other = _heard(once, said.get((place, token.start)), tag, run, lost=lost)
    if other and other.id not in tag.indicator.id.split(JOINED):
        message = f"这里的文字说的是“{other.name}”，数字是“{tag.indicator.name}”的"
        yield Line(place + 1, token.start, token.end, token.text, other.id, "", None, "contradiction", message)


def _heard(once: Placed | None, now: Placed | None, tag: Tag, run: Run, *, lost: bool) -> Indicator | None:
    """What the words say now, if they were heard rightly in the original."""
    least = _LOST if lost else handwritten.SURE
    if not once or not now or once.proposal.indicator != tag.indicator.id or now.proposal.confidence < least:
        return None
    return next((each for each in run.basis.definitions.indicators if each.id == now.proposal.indicator), None)


def _named(clause: str, once: str, run: Run) -> Indicator | None:
    """The indicator whose name is new in a clause; of several the longest name."""
    new = [each for each in run.basis.definitions.indicators if _core(each) in clause and _core(each) not in once]
    return max(new, key=lambda each: len(_core(each)), default=None)


def _core(indicator: Indicator) -> str:
    return profiles.core(indicator.name)


def _clause(text: str, token: Token) -> str:
    return _CLAUSE_END.split(text[: token.start])[-1].replace(" ", "").replace("\u3000", "")


# --- directions without a number -------------------------------------------------------------------------------------


def _directions(found: Comparison) -> Iterator[Line]:
    """较去年有所下降, typed behind a figure that the run has."""
    mine = {found.alignment.forth[place] for place in found.slot_at if place in found.alignment.forth}
    for number, paragraph in enumerate(found.report.paragraphs):
        tag: Tag | None = None
        inside = {
            token.start
            for control in paragraph.controls
            for _, token in found.tokens_of(number, control)
        }  # fmt: skip
        for token in found.new.paragraphs[number]:
            place = found.new_places[number, token.start]
            if token.text in _LAST:
                tag = None
            elif token.kind == "number":
                tag = _tag_at(found, number, token) or tag
            elif token.kind == "direction" and tag and place not in mine and token.start not in inside:
                yield from _compared(number, paragraph.text, token, tag)


def _tag_at(found: Comparison, number: int, token: Token) -> Tag | None:
    for control in found.report.paragraphs[number].controls:
        if control.start <= token.start < control.end:
            return found.original.tags.get(control.key)
    slot = found.slot_of(number, token)
    return slot.tag if slot else None


def _compared(number: int, text: str, token: Token, tag: Tag) -> Iterator[Line]:
    """Only where the words say with what it is compared, and a number does not follow (that is compared by itself)."""
    clause = _SENTENCE_END.split(text[: token.start])[-1]
    base = [*_BASES.finditer(clause)]
    behind = text[token.end : token.end + 2]
    if not base or clause[base[-1].end() :].count("，") or re.match(r"[约了]?\d", behind):
        return
    kind = "环比" if base[-1][0].endswith(_PREVIOUS) else "同比"
    printed = tag.change(kind)
    right = direction(printed)
    if right and right != token.value:
        message = f"增减方向与运行结果不符：{tag.indicator.name}{printed}"
        yield Line(number + 1, token.start, token.end, token.text, tag.indicator.id, "", 1.0, "direction", message)
