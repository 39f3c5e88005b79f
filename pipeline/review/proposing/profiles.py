"""The definitions in; for each indicator what a report would call it, and the closed words that speak for or against it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from pipeline.model import Definitions, Field, Filter, Indicator, Ledger, Vocabulary
from pipeline.review.proposing import lexicon
from pipeline.spelling import normal

Facet: TypeAlias = tuple[str, str]
"""(ledger, field)."""

_TAILS = ("次数", "人次", "人数", "场次", "期数", "总数", "数量", "天数", "数", "量", "总")


@dataclass(frozen=True, slots=True)
class Profile:
    """`names` are the pairs of letters of what it is called, with the share of the whole that each name speaks for it."""

    indicator: Indicator
    names: tuple[tuple[frozenset[str], float], ...]
    wanted: Mapping[Facet, int]
    """Masks that its records must meet."""
    parts: Mapping[Facet, int]
    """Masks that make up its numerator: words of these do not narrow it."""
    own_column: bool
    """It adds up a column of its own (受众人数) rather than counting events."""


@dataclass(frozen=True)
class Lore:
    """All profiles, and how rare their words are."""

    profiles: tuple[Profile, ...]
    spellings: Mapping[Facet, tuple[re.Pattern[str], Mapping[str, int]]]
    """Of each field that any indicator asks about: a pattern of its words, and their masks."""
    canonical: Mapping[Facet, tuple[str, ...]]
    measures: tuple[str, ...]

    @cached_property
    def rarity(self) -> Mapping[str, float]:
        counts = Counter(pair for profile in self.profiles for pair in profile.names[0][0])
        return {pair: math.log(1 + len(self.profiles) / count) for pair, count in counts.items()}

    @cached_property
    def measured(self) -> Mapping[str, int]:
        """How many indicators have a measure word."""
        return Counter(profile.indicator.measure_word for profile in self.profiles)

    @cached_property
    def sharers(self) -> Mapping[tuple[Facet, int], int]:
        """How many indicators ask for the same values of a field."""
        return Counter(pair for profile in self.profiles for pair in profile.wanted.items())

    @cached_property
    def telling(self) -> Mapping[Facet, int]:
        """The values of each field that tell indicators apart: those that some, but not all, ask for."""
        masks: dict[Facet, int] = {}
        for profile in self.profiles:
            for facet, mask in profile.wanted.items():
                masks[facet] = masks.get(facet, 0) | mask
        return masks


def lore(definitions: Definitions) -> Lore:
    """Everything that the definitions say about how figures are called."""
    shared = _shared_headers(definitions.ledgers)
    drafts = (_profile(indicator, definitions, shared) for indicator in definitions.indicators)
    profiles = tuple(profile for profile in drafts if profile.names)
    asked = {facet for profile in profiles for facet in profile.wanted}
    fields = {
        (ledger.id, field.column): field
        for ledger in definitions.ledgers
        for field in ledger.fields
        if (ledger.id, field.column) in asked
    }
    return Lore(
        profiles,
        {facet: _spelt(_spellings(field, definitions)) for facet, field in fields.items()},
        {facet: field.vocabulary.names for facet, field in fields.items() if field.vocabulary},
        tuple(sorted({indicator.measure_word for indicator in definitions.indicators})),
    )


def pairs(text: str) -> frozenset[str]:
    """Neighbouring Chinese characters, two by two."""
    runs = re.findall(r"[一-鿿]+", text)
    return frozenset(run[place : place + 2] for run in runs for place in range(len(run) - 1))


def core(name: str) -> str:
    """A name without what only says that it is a number: 中心组学习次数 → 中心组学习."""
    for tail in (*_TAILS, *_TAILS):
        shorter = name.removesuffix(tail)
        name = shorter if len(shorter) > 1 else name
    return name


def _shared_headers(ledgers: Iterable[Ledger]) -> frozenset[str]:
    """Headers that stand in several ledgers, such as 参加人数, tell nothing."""
    counts = Counter(name for ledger in ledgers for field in ledger.fields for name in (field.header, *field.synonyms))
    return frozenset(name for name, count in counts.items() if count > 1)


def _profile(indicator: Indicator, definitions: Definitions, shared: frozenset[str]) -> Profile:
    ledger = definitions.ledger(indicator.ledger) if _has_ledger(indicator, definitions) else None
    wanted = _masks(indicator.where, ledger)
    headers = [core(name) for name in _field_names(indicator, ledger) if name not in shared]
    own_column = bool(headers)
    name = pairs(core(indicator.name))
    # What its conditions say anyway must not speak for its column: 新媒体 is no 阅读量.
    name = name - _named(wanted, ledger) or name if own_column else name
    names = [(name, 1.0), *((pairs(header), 0.9) for header in headers)]
    if ledger and _counts_all(indicator, ledger) and not (own_column or wanted):
        names += [(pairs(word), 0.6) for word in ledger.words]
    names.append((pairs(core(indicator.rule)), 0.7))
    kept = tuple((grams, share) for grams, share in names if grams)
    return Profile(indicator, kept, wanted, _masks(indicator.part, ledger), own_column)


def _named(wanted: Mapping[Facet, int], ledger: Ledger | None) -> frozenset[str]:
    vocabularies = _vocabularies(ledger) if ledger else {}
    words = (word for (_, field), mask in wanted.items() for word in vocabularies[field].words(mask))
    return frozenset(pair for word in words for pair in pairs(word))


def _counts_all(indicator: Indicator, ledger: Ledger) -> bool:
    """Events or titles, with no condition: the ledger's own words name it (舆情5起)."""
    events = indicator.kind in ("sum", "count") and not ledger.stated
    return events or (indicator.kind == "distinct" and indicator.field == "title")


def _has_ledger(indicator: Indicator, definitions: Definitions) -> bool:
    return any(ledger.id == indicator.ledger for ledger in definitions.ledgers)


def _field_names(indicator: Indicator, ledger: Ledger | None) -> tuple[str, ...]:
    """What the headers of its column are called, where the column is no mere count of events."""
    if ledger is None or indicator.kind != "sum" or ledger.stated:
        return ()
    columns = (field for field in ledger.fields if field.name == indicator.field and field.default is None)
    return tuple(name for field in columns for name in (field.header, *field.synonyms))


def _masks(conditions: Filter, ledger: Ledger | None) -> dict[Facet, int]:
    if ledger is None:
        return {}
    vocabularies = _vocabularies(ledger)
    wanted = {}
    for name, mask in conditions:
        vocabulary = vocabularies.get(name)
        whole = (1 << len(vocabulary.names)) - 1 if vocabulary else 0
        if vocabulary and mask & whole not in (0, whole):
            wanted[ledger.id, name] = mask & whole
    return wanted


def _vocabularies(ledger: Ledger) -> dict[str, Vocabulary]:
    return {field.column: field.vocabulary for field in ledger.fields if field.vocabulary and field.type != "indicator"}


def _spellings(field: Field, definitions: Definitions) -> dict[str, int]:
    vocabulary = field.vocabulary
    if vocabulary is None:
        return {}
    masks = {spelling: 1 << bit for spelling, bit in vocabulary.spellings.items()} | dict(vocabulary.groups)
    if field.type == "media":
        masks |= {
            normal(name): vocabulary.mask(medium.channel)
            for medium in definitions.media
            for name in (medium.name, *medium.aliases)
        }
    return {
        spelling: mask
        for spelling, mask in masks.items()
        if len(spelling) > 1 and not spelling.isascii() and spelling != "其他"
    }


def _spelt(masks: Mapping[str, int]) -> tuple[re.Pattern[str], Mapping[str, int]]:
    return re.compile(lexicon.any_of(masks)), masks


def alike(stated: str, measure_word: str) -> float:
    """How well a stated measure word suits an indicator's: 1 equal, 0 never."""
    if stated == measure_word:
        return 1.0
    if not stated:
        return 0.8 if measure_word != "%" else 0.3
    for groups, worth in ((lexicon.ALIKE, 0.9), (lexicon.NEARLY_ALIKE, 0.75)):
        if any(stated in group and measure_word in group for group in groups):
            return worth
    return 0.0


def mentions(lore: Lore, facet: Facet, text: str) -> Iterable[tuple[int, int, int]]:
    """(start, end, mask) of a field's words in a text in normal form."""
    pattern, masks = lore.spellings[facet]
    found = ((match.start(), match.end(), masks[match[0]]) for match in pattern.finditer(text))
    return [mention for mention in found if not text[: mention[0]].endswith(lexicon.NOT)]


def hinted(lore: Lore, facet: Facet, text: str) -> int:
    """The mask of the one value whose name a piece of text is a part of: 外部, 报纸; 0 if none or several."""
    names = lore.canonical[facet]
    fitting = [1 << bit for bit, name in enumerate(names) if len(text) > 1 and text in name]
    return fitting[0] if len(fitting) == 1 else 0
