"""The tokens of two versions of a document in; which token of the one stands where in the other out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from rapidfuzz import fuzz

from pipeline.review.tokens import Read

_ENDS = frozenset("。；！？\n")
_SAME_SENTENCE = 0.5
"""Two tokens are the same place only if so much of their sentence is shared."""
_SAME_PARAGRAPH = 60
"""Out of 100: a paragraph that was moved."""


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """`forth` leads from a place among the tokens of the old version to that in the new one."""

    forth: Mapping[int, int]
    sentences: Mapping[int, int]
    """Number of a sentence of the old version → share of its tokens, in hundredths, that the new one has."""
    sentence_of: tuple[int, ...]
    """Place in the old version → number of its sentence."""


def aligned(old: Read, new: Read) -> Alignment:
    """By the longest runs of equal tokens, numbers masked; then paragraphs that were moved."""
    pairs = dict(_pairs(old.masked, new.masked, 0, 0))
    pairs |= _moved(old, new, pairs)
    sentence_of, other = _sentences(old.masked), _sentences(new.masked)
    kept, shares = _kept(pairs, sentence_of, other, old.masked)
    return Alignment(kept, shares, sentence_of)


def similarity(old: Read, new: Read) -> float:
    """From 0 to 1, for choosing between templates."""
    return fuzz.ratio(old.masked, new.masked) / 100


def _pairs(old: str, new: str, old_start: int, new_start: int) -> Iterator[tuple[int, int]]:
    for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        for place in range(block.size):
            yield old_start + block.a + place, new_start + block.b + place


def _moved(old: Read, new: Read, pairs: Mapping[int, int]) -> dict[int, int]:
    """Paragraphs without a partner on either side, matched by likeness wherever they stand."""
    found: dict[int, int] = {}
    theirs = set(pairs.values())
    loose = [span for span in _spans(new.masked) if not _taken(span, theirs)]
    for start, end in (span for span in _spans(old.masked) if not _taken(span, pairs)):
        text = old.masked[start:end]
        likely = max(loose, key=lambda span: fuzz.ratio(text, new.masked[slice(*span)]), default=None)
        if likely and fuzz.ratio(text, new.masked[slice(*likely)]) >= _SAME_PARAGRAPH:
            loose.remove(likely)
            found |= dict(_pairs(text, new.masked[slice(*likely)], start, likely[0]))
    return found


def _spans(masked: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in masked.split("\n"):
        if line:
            yield start, start + len(line)
        start += len(line) + 1


def _taken(span: tuple[int, int], places: Mapping[int, int] | set[int]) -> bool:
    start, end = span
    return sum(place in places for place in range(start, end)) * 2 > end - start


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
