"""The tokens of two versions of a document in; which token of the one stands where in the other out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from rapidfuzz import fuzz

from pipeline.review.comparing.tokens import Read

_ENDS = frozenset("。；！？\n")
_SAME_SENTENCE = 0.5
"""Two tokens are the same place only if so much of their sentence is shared."""
_SURELY_THE_SAME, _LIKELY_THE_SAME = 85, 60
"""Out of 100, for paragraphs."""
_GAP, _OTHER_GAP = "\ue010", "\ue011"
"""Stand for what is matched already, in the one and the other; neither equals anything."""


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """`forth` leads from a place among the tokens of the old version to that in the new one."""

    forth: Mapping[int, int]
    sentences: Mapping[int, int]
    """Number of a sentence of the old version → share of its tokens, in hundredths, that the new one has."""
    sentence_of: tuple[int, ...]
    """Place in the old version → number of its sentence."""


def aligned(old: Read, new: Read) -> Alignment:
    """Paragraphs that are much alike, wherever they stand; then the longest runs of equal tokens in what is left."""
    pairs = _alike(old.masked, new.masked, _SURELY_THE_SAME)
    pairs |= _in_order(old.masked, new.masked, pairs)
    pairs |= _alike(_without(old.masked, pairs), _without(new.masked, pairs.values()), _LIKELY_THE_SAME)
    sentence_of, other = _sentences(old.masked), _sentences(new.masked)
    kept, shares = _kept(pairs, sentence_of, other, old.masked)
    return Alignment(kept, shares, sentence_of)


def similarity(old: Read, new: Read) -> float:
    """From 0 to 1, for choosing between templates."""
    return fuzz.ratio(old.masked, new.masked) / 100


def _pairs(old: str, new: str, old_start: int, new_start: int) -> dict[int, int]:
    if old == new:
        return {old_start + place: new_start + place for place in range(len(old))}
    return {
        old_start + block.a + place: new_start + block.b + place
        for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
        for place in range(block.size)
    }


def _alike(old: str, new: str, least: float) -> dict[int, int]:
    """The pairs of tokens in paragraphs that are alike, the most alike first, then those that moved least."""
    spans, others = list(_spans(old)), list(_spans(new))
    likely = (
        (-score, abs(one - other), one, other)
        for one, span in enumerate(spans)
        for other, partner in enumerate(others)
        if (score := fuzz.ratio(old[slice(*span)], new[slice(*partner)], score_cutoff=least))
    )
    found: dict[int, int] = {}
    taken: set[tuple[str, int]] = set()
    for _, _, one, other in sorted(likely):
        if not {("old", one), ("new", other)} & taken:
            taken |= {("old", one), ("new", other)}
            span, partner = spans[one], others[other]
            found |= _pairs(old[slice(*span)], new[slice(*partner)], span[0], partner[0])
    return found


def _in_order(old: str, new: str, pairs: Mapping[int, int]) -> dict[int, int]:
    """What is left, as it stands: paragraphs that were parted, joined or written anew."""
    return dict(_pairs(_without(old, pairs), _without(new, pairs.values(), _OTHER_GAP), 0, 0))


def _without(masked: str, places: Iterable[int], gap: str = _GAP) -> str:
    """With a gap that matches nothing for each paragraph of which half is taken."""
    taken, letters = set(places), list(masked)
    for start, end in _spans(masked):
        if sum(place in taken for place in range(start, end)) * 2 > end - start:
            letters[start:end] = gap * (end - start)
    return "".join(letters)


def _spans(masked: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in masked.split("\n"):
        if line.strip(_GAP + _OTHER_GAP):
            yield start, start + len(line)
        start += len(line) + 1


def _sentences(masked: str) -> tuple[int, ...]:
    numbers, number = [], 0
    for letter in masked:
        numbers.append(number)
        number += letter in _ENDS
    return tuple(numbers)


def _kept(
    pairs: Mapping[int, int], sentence_of: tuple[int, ...], other: tuple[int, ...], masked: str
) -> tuple[dict[int, int], dict[int, int]]:
    """The pairs whose sentences belong together: half of the one stands in the other."""
    shared: dict[tuple[int, int], int] = {}
    sizes: dict[int, int] = {}
    for place, letter in enumerate(masked):
        sizes[sentence_of[place]] = sizes.get(sentence_of[place], 0) + (letter != "\n")
    for place, partner in pairs.items():
        if masked[place] != "\n":
            key = sentence_of[place], other[partner]
            shared[key] = shared.get(key, 0) + 1
    kept = {
        place: partner
        for place, partner in pairs.items()
        if masked[place] != "\n"
        and shared[sentence_of[place], other[partner]] >= _SAME_SENTENCE * sizes[sentence_of[place]]
    }
    shares: dict[int, int] = {}
    for (sentence, _), count in shared.items():
        shares[sentence] = max(shares.get(sentence, 0), 100 * count // sizes[sentence])
    return kept, shares
