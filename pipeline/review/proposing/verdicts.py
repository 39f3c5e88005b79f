"""The slots of a block in; for each what is proposed: indicator, tag, style, how sure, and what to tell the clerk."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from pipeline.model import Indicator
from pipeline.publish import words as wording
from pipeline.publish.tags import JOINED
from pipeline.review.proposing import hidden, lexicon, profiles, proposals, slots, surroundings
from pipeline.review.proposing.outline import Block
from pipeline.review.proposing.profiles import Lore
from pipeline.review.proposing.proposals import Choice
from pipeline.review.proposing.slots import Kind, Slot
from pipeline.review.proposing.surroundings import Words

Verdict: TypeAlias = Literal["tagged", "sum", "change", "unsure", "none", "target", "enumeration", "name", "date"]
"""tagged, sum (two indicators together) and change (同比, 环比) stand in the template as tags. unsure: the first choice is
named, the text left. none: a figure that no indicator fits. target, enumeration, name, date: left, and no figures."""

WRITTEN: tuple[Verdict, ...] = ("tagged", "sum", "change")

NAMED_FROM = 0.45
"""From this confidence on the words around a number name an indicator, and a tag is written."""
_NAME_FROM = 0.35
"""The least score to name a first choice."""
_KEEPS_MEASURE = 0.8
"""The least likeness of measure words for the sentence to keep its own."""

_LEFT: Mapping[Kind, tuple[Verdict, str]] = {
    "target": ("target", "目标数，没有改，请按新的要求填写"),
    "enumeration": ("enumeration", "所列事项的个数，没有改"),
    "name": ("name", "名称的空，不是数字"),
    "date": ("date", "年份、日期或文号的空"),
}
_MEASURE_IN_LABEL = re.compile("[（(](?:单位[：:])?([^（()）]{1,3})[）)]")


@dataclass(frozen=True, slots=True)
class Proposal:
    """`tag` is what would stand in the template, also where it was not written."""

    slot: Slot
    indicator: str = ""
    """Ids, joined as a tag joins them for a sum; empty if none is proposed."""
    style: str = ""
    confidence: float = 0.0
    verdict: Verdict = "none"
    tag: str = ""
    message: str = ""


def proposals_of(block: Block, lore: Lore) -> Iterator[Proposal]:
    """One proposal a slot, in order."""
    labels = block.frame.labels
    found = slots.found(block.text, lore.measures, planned=block.planned, labelled=bool(labels))
    stated = _measure_in(labels)
    concealed = hidden.values(found, lore)
    last: Proposal | None = None
    for place, (slot, words) in enumerate(zip(found, surroundings.words(found, block.frame), strict=True)):
        if slot.kind in _LEFT:
            verdict, message = _LEFT[slot.kind]
            yield Proposal(slot, verdict=verdict, message=message)
        elif slot.kind == "change":
            yield _change(slot, words, last, lore)
        else:
            measure = slot.numeral.measure or stated
            hides = concealed.get(place)
            last = _figure(slot, words, measure, lore) if hides is None else _guess(slot, words, measure, hides, lore)
            yield last


def _guess(slot: Slot, words: Words, measure: str, value: str, lore: Lore) -> Proposal:
    """A figure whose name is blank too; `value` is what the blank probably hides."""
    guess = _figure(slot, ((value, 1.0), *words) if value else words, measure, lore)
    if guess.verdict != "tagged":
        return guess
    return replace(guess, verdict="unsure", message=f"前面的名称是空的，没有改；如果属实请改成 {guess.tag}")


def _measure_in(labels: Sequence[str]) -> str:
    """The measure word that a table states: 谈心谈话（次）."""
    return next((match[1] for label in labels if (match := _MEASURE_IN_LABEL.search(label))), "")


# --- figures ---------------------------------------------------------------------------------------------------------


def _figure(slot: Slot, words: Words, measure: str, lore: Lore) -> Proposal:
    choices = proposals.ranked(words, measure, lore)
    if parts := _parts(words, measure, choices, lore):
        return _sum(slot, parts)
    sure = proposals.confidence(choices)
    if not choices or choices[0].score < _NAME_FROM:
        return Proposal(slot, style=slot.numeral.style, message="没有找到合适的指标，没有改")
    indicator = choices[0].indicator
    proposal = Proposal(slot, indicator.id, slot.numeral.style, sure, "tagged", _tag(indicator, slot, words))
    doubt = _doubt(slot, indicator, measure)
    if doubt or sure < NAMED_FROM:
        return _unsure(proposal, choices, doubt)
    return replace(proposal, message=f"换成“{indicator.name}”")


def _doubt(slot: Slot, indicator: Indicator, measure: str) -> str:
    """Why a tag cannot stand here although the indicator may be right."""
    if profiles.alike(measure, indicator.measure_word) < _KEEPS_MEASURE and measure:
        return f"这里的量词是“{measure}”，指标的量词是“{indicator.measure_word}”"
    if slot.numeral.style not in wording.styles(indicator):
        return f"这个指标不能写成“{slot.numeral.style}”"
    return ""


def _unsure(proposal: Proposal, choices: Sequence[Choice], doubt: str) -> Proposal:
    names = "”或“".join(choice.indicator.name for choice in choices[:2] if choice.score >= _NAME_FROM)
    why = doubt or "不能确定"
    message = f"可能是“{names or choices[0].indicator.name}”，{why}，没有改；要用请改成 {proposal.tag}"
    return replace(proposal, verdict="unsure", message=message)


def _tag(indicator: Indicator, slot: Slot, words: Words) -> str:
    return f"{{{{ {_scoped(indicator, words)}{_filter(slot, indicator)} }}}}"


def _filter(slot: Slot, indicator: Indicator) -> str:
    style = slot.numeral.style
    return "" if style in ("", "百分比") or style == indicator.style else f"|{style}"


def _scoped(indicator: Indicator, words: Words) -> str:
    """The name, with 全部 or 本级 before it where the words say another scope than its own."""
    said = proposals.scope(words)
    whose = {"all": "全部", "own": "本级"}[said] if said and said != indicator.scope else ""
    if not indicator.name.isidentifier():
        return f'{whose}["{indicator.name}"]' if whose else f'指标("{indicator.name}")'
    return f"{whose}.{indicator.name}" if whose else indicator.name


# --- two indicators together -----------------------------------------------------------------------------------------


def _parts(words: Words, measure: str, single: Sequence[Choice], lore: Lore) -> tuple[Choice, ...]:
    """The indicators that a total adds up, if each item of the list before it is one by itself."""
    items = surroundings.items(words)
    if len(items) < 2:
        return ()
    best = [choices[0] for item in items if (choices := proposals.ranked(item, measure, lore))]
    alike = len({(choice.indicator.measure_word, choice.indicator.scope) for choice in best}) == 1
    distinct = len({choice.indicator.id for choice in best}) == len(items)
    better = single and min((choice.score for choice in best), default=0.0) > single[0].score
    return tuple(best) if alike and distinct and better else ()


def _sum(slot: Slot, parts: Sequence[Choice]) -> Proposal:
    names = " + ".join(choice.indicator.name for choice in parts)
    style = _filter(slot, parts[0].indicator)
    tag = f"{{{{ ({names}){style} }}}}" if style else f"{{{{ {names} }}}}"
    ids = JOINED.join(choice.indicator.id for choice in parts)
    sure = min(choice.score for choice in parts)
    return Proposal(slot, ids, slot.numeral.style, sure, "sum", tag, f"换成几个指标之和：{names}")


# --- changes ---------------------------------------------------------------------------------------------------------


def _change(slot: Slot, words: Words, last: Proposal | None, lore: Lore) -> Proposal:
    """The change of what stands before it, or of the last figure where nothing else is named."""
    if last is not None and _unnamed(slot, last):
        id, sure = last.indicator, last.confidence
    else:
        choices = [choice for measure in lore.measures for choice in proposals.ranked(words, measure, lore)]
        best = sorted(choices, key=lambda choice: (-choice.score, choice.indicator.id))
        id, sure = (best[0].indicator.id, best[0].score) if best else ("", 0.0)
    if not id or sure < _NAME_FROM:
        return Proposal(slot, message="没有找到是哪个指标的增减，没有改")
    return _worded_change(slot, id, sure, lore)


def _unnamed(slot: Slot, last: Proposal) -> bool:
    between = slot.numeral.line[last.slot.numeral.follows : slot.start]
    return len(re.sub(r"[^一-鿿]", "", between)) < 2 and "。" not in between


def _worded_change(slot: Slot, id: str, sure: float, lore: Lore) -> Proposal:
    names = [each.indicator.name for part in id.split(JOINED) for each in lore.profiles if each.indicator.id == part]
    named = f"({' + '.join(names)})" if len(names) > 1 else names[0]
    aspect = slot.aspect if slot.aspect in lexicon.PRINTED_AS else "同比"
    tag = f"{{{{ {named}.{aspect} }}}}"
    counted = not slot.numeral.percent and slot.numeral.measure != "个百分点"
    proposal = Proposal(slot, id, "", sure, "change", tag, f"换成“{'、'.join(names)}”的{aspect}")
    if slot.aspect in lexicon.PRINTED_AS and not counted and sure >= NAMED_FROM:
        return proposal
    why = "这里写的是增减的数量" if counted else "写法与标签印出的不同"
    return replace(
        proposal, verdict="unsure", message=f"可能是“{'、'.join(names)}”的增减，{why}，没有改；要用请改成 {tag}"
    )
