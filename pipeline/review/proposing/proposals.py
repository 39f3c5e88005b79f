"""The words around a slot in; the indicators that it may be out, best first, each with a score from 0 to 1."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.model import Indicator, Scope
from pipeline.review.proposing import lexicon, profiles, surroundings
from pipeline.review.proposing.profiles import Facet, Lore, Profile
from pipeline.review.proposing.surroundings import LATER, LEAD, NEAR, Words
from pipeline.spelling import normal

_CONTRADICTED, _NARROWED, _OTHER_SCOPE = 0.85, 0.5, 0.2
"""What a word that excludes the indicator, that asks for less than it, and a scope that is not its own take away."""
_FIRST_OF_SEVERAL = 0.9
_UNSAID = 0.5
"""A group of many values need not be named; a single value should be."""
_ELSEWHERE = 0.6
"""What remains if nothing near the slot speaks for the indicator."""
_NAME_SAYS_ALL = 0.85
"""What a full name is worth where the values that it implies are not said."""
_HALF_SAID = 0.8
_FULL_NAME = 0.95
"""The whole name word for word, 宣讲总场次, decides even if its conditions are not said."""
_OWN_MEASURE = 0.1
"""What a measure word adds that no other indicator has: 天, 万元."""
_CLEAR_LEAD = 0.2
_LEAST_CERTAIN = 0.6
"""What remains of a score if the second choice is as good."""


@dataclass(frozen=True, slots=True)
class Choice:
    indicator: Indicator
    score: float


@dataclass(frozen=True, slots=True)
class Heard:
    """What the words say: each pair of letters with its weight, each field with the values named nearest."""

    pairs: Mapping[str, float]
    values: Mapping[Facet, tuple[tuple[int, float], ...]]
    """(mask, worth of reading it so); the nearest piece that names any."""
    near: Mapping[Facet, float]
    text: str
    """The pieces that are its own."""
    scope: Scope | None


def ranked(words: Words, measure: str, lore: Lore) -> tuple[Choice, ...]:
    """Every indicator that the measure word allows."""
    heard = _heard(words, lore)
    choices = (Choice(profile.indicator, _score(profile, heard, measure, lore)) for profile in lore.profiles)
    return tuple(
        sorted((choice for choice in choices if choice.score), key=lambda choice: (-choice.score, choice.indicator.id))
    )


def confidence(choices: Sequence[Choice]) -> float:
    """How sure the first choice is: its score, less the closer the second comes."""
    if not choices:
        return 0.0
    lead = choices[0].score - (choices[1].score if len(choices) > 1 else 0)
    return choices[0].score * (_LEAST_CERTAIN + (1 - _LEAST_CERTAIN) * min(1, lead / _CLEAR_LEAD))


def scope(words: Words) -> Scope | None:
    """What the nearest words say about whose figure it is; None if they do not."""
    for text, weight in words:
        if weight < NEAR:
            continue
        if any(word in text for word in lexicon.ALL_UNITS):
            return "all"
        if any(word in text for word in lexicon.OWN_LEVEL):
            return "own"
    return None


# --- listening -------------------------------------------------------------------------------------------------------


def _heard(words: Words, lore: Lore) -> Heard:
    weights: dict[str, float] = {}
    values: dict[Facet, tuple[tuple[int, float], ...]] = {}
    near: dict[Facet, float] = {}
    for text, weight in ((normal(text), weight) for text, weight in words):
        _add(weights, text, weight)
        for facet in lore.spellings:
            found = list(profiles.mentions(lore, facet, text)) or _hinted(lore, facet, text, weight)
            if found and facet not in values and weight != LATER:
                values[facet], near[facet] = _readings(found, text), weight
                _add(weights, _named(lore, facet, found), weight)
    own = " ".join(normal(text) for text, weight in words if weight > NEAR)
    return Heard(weights, values, near, own, scope(words))


def _hinted(lore: Lore, facet: Facet, text: str, weight: float) -> list[tuple[int, int, int]]:
    mask = profiles.hinted(lore, facet, surroundings.bare(text)) if weight >= NEAR else 0
    return [(0, len(text), mask)] if mask else []


def _add(weights: dict[str, float], text: str, weight: float) -> None:
    for pair in profiles.pairs(text):
        weights[pair] = max(weight, weights.get(pair, 0))


def _named(lore: Lore, facet: Facet, found: Sequence[tuple[int, int, int]]) -> str:
    """The names of the values that were found under other spellings."""
    masks = {mask for _, _, mask in found}
    names = lore.canonical[facet]
    return " ".join(name for bit, name in enumerate(names) if 1 << bit in masks)


def _readings(found: Sequence[tuple[int, int, int]], text: str) -> tuple[tuple[int, float], ...]:
    """All values together; the first alone too unless they are listed: 中心组开展专题研讨."""
    union = 0
    for _, _, mask in found:
        union |= mask
    between = "".join(text[one[1] : other[0]] for one, other in pairwise(found))
    if union == found[0][2] or any(mark in between for mark in "、和与及"):
        return ((union, 1.0),)
    return ((union, 1.0), (found[0][2], _FIRST_OF_SEVERAL))


# --- scoring ---------------------------------------------------------------------------------------------------------


def _score(profile: Profile, heard: Heard, measure: str, lore: Lore) -> float:
    suits = profiles.alike(measure, profile.indicator.measure_word)
    if not suits:
        return 0.0
    near = _near(profile, heard)
    rare = near and measure == profile.indicator.measure_word and lore.measured[measure] == 1
    spoken = _spoken(profile, heard, lore) * (1 if near else _ELSEWHERE)
    spoken = min(1, spoken + _OWN_MEASURE * rare)
    foreign = heard.scope is not None and heard.scope != profile.indicator.scope
    return spoken * _kept(profile, heard, lore) * suits * (1 - _OTHER_SCOPE * foreign)


def _spoken(profile: Profile, heard: Heard, lore: Lore) -> float:
    named = max(share * _covered(pairs, heard, lore) for pairs, share in profile.names)
    if normal(profile.indicator.name) in heard.text:
        return _FULL_NAME
    if not profile.wanted:
        return named
    met = _met(profile, heard, lore)
    if profile.own_column:
        return named * (1 + met) / 2
    unsaid = not any(facet in heard.values for facet in profile.wanted)
    return max((named + met) / 2, _NAME_SAYS_ALL * named * named * unsaid)


def _near(profile: Profile, heard: Heard) -> bool:
    if any(heard.near.get(facet, 0) >= NEAR for facet in profile.wanted):
        return True
    return any(heard.pairs.get(pair, 0) >= NEAR for pairs, share in profile.names for pair in pairs if share > 0.5)


def _covered(pairs: frozenset[str], heard: Heard, lore: Lore) -> float:
    """The share of a name that was heard; rare pairs count more."""
    rare = math.log(1 + len(lore.profiles))
    weights = {pair: lore.rarity.get(pair, rare) for pair in pairs}
    return sum(weight * heard.pairs.get(pair, 0) for pair, weight in weights.items()) / sum(weights.values())


def _met(profile: Profile, heard: Heard, lore: Lore) -> float:
    """The share of its conditions that was said; those that few indicators share count more."""
    total = met = 0.0
    for facet, mask in profile.wanted.items():
        weight = math.log(1 + len(lore.profiles) / lore.sharers[facet, mask])
        total += weight
        met += weight * _fit(mask, heard, facet, lore)
    return met / total


def _fit(mask: int, heard: Heard, facet: Facet, lore: Lore) -> float:
    group = mask.bit_count() > 2
    if facet not in heard.values:
        return _UNSAID if group else _half_said(mask, heard, facet, lore)
    near = heard.near[facet]
    if group and near < NEAR and any(said & mask for said, _ in heard.values[facet]):
        return _UNSAID
    fits = [worth * _overlap(mask, said) for said, worth in heard.values[facet]]
    return max(fits) * (0.5 + near / 2)


def _overlap(mask: int, said: int) -> float:
    return (mask & said).bit_count() / (mask | said).bit_count()


def _half_said(mask: int, heard: Heard, facet: Facet, lore: Lore) -> float:
    """Most of a value's name, in other words: 专题研究意识形态工作 for 意识形态专题会议."""
    names = [name for bit, name in enumerate(lore.canonical[facet]) if mask >> bit & 1]
    share = max(_covered(profiles.pairs(name), heard, lore) for name in names)
    return _HALF_SAID * share if share >= 0.5 else 0.0


def _kept(profile: Profile, heard: Heard, lore: Lore) -> float:
    """What words that speak against the indicator leave of it."""
    kept = 1.0
    for facet, readings in heard.values.items():
        near = heard.near[facet]
        if facet[0] != profile.indicator.ledger or facet in profile.parts:
            continue
        if facet in profile.wanted:
            excluded = not any(profile.wanted[facet] & said for said, _ in readings)
            kept *= 1 - _CONTRADICTED * near * excluded
        elif (near >= NEAR or near == LEAD) and any(lore.telling[facet] & said for said, _ in readings):
            kept *= 1 - _NARROWED * near
    return kept
