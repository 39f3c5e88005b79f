"""The proposals of one report in; the same out, none of them tagged where two numbers cannot both be one figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from pipeline.review.proposing import amounts
from pipeline.review.proposing.verdicts import Proposal

_SPREAD: Mapping[str, tuple[Fraction, Fraction]] = {
    "": (Fraction(1), Fraction(1)),
    "余": (Fraction(1), Fraction(2)),
    "近": (Fraction(9, 10), Fraction(1)),
    "约": (Fraction(9, 10), Fraction(11, 10)),
}
"""Between which multiples of the written number the true one may lie; 1.3万 is read as 约."""


def settled(proposals: Sequence[Proposal]) -> tuple[Proposal, ...]:
    """Of 宣讲96次 and 其中一分公司为50次 both taken for the total, the less sure is left to the clerk; equally sure, both."""
    rivals: dict[str, list[Proposal]] = defaultdict(list)
    for each in proposals:
        if each.verdict == "tagged":
            rivals[_figure(each)].append(each)
    return tuple(_settled(each, rivals[_figure(each)]) if each.verdict == "tagged" else each for each in proposals)


def _figure(proposal: Proposal) -> str:
    """The tag without its style: indicator and scope."""
    return proposal.tag.strip("{} ").partition("|")[0]


def _settled(proposal: Proposal, rivals: Sequence[Proposal]) -> Proposal:
    for rival in rivals:
        if rival.confidence >= proposal.confidence and _contradict(proposal, rival):
            why = f"报告里另一处“{rival.slot.numeral.text}”也像是这个指标"
            message = f"可能是“{_figure(proposal)}”，但{why}，没有改；要用请改成 {proposal.tag}"
            return replace(proposal, verdict="unsure", message=message)
    return proposal


def _contradict(one: Proposal, other: Proposal) -> bool:
    spans = _span(one), _span(other)
    if spans[0] is None or spans[1] is None:
        return False
    return max(spans[0][0], spans[1][0]) >= min(spans[0][1], spans[1][1])


def _span(proposal: Proposal) -> tuple[Fraction, Fraction] | None:
    """Between what the number lies if it was rounded to the digits that are written; None for a blank or a range."""
    numeral = proposal.slot.numeral
    amount = amounts.amount(numeral)
    if amount is None:
        return None
    low, high = _SPREAD[amount.hedge or ("约" if numeral.scale else "")]
    half = Fraction(1, 2 * 10**amount.decimals)
    return amount.value * low - half, amount.value * high + half
