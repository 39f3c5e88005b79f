"""The slots of a paragraph in; for each the words around it out, those nearest first, each piece with its weight."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pipeline.review.proposing import lexicon
from pipeline.review.proposing.slots import Slot

Words: TypeAlias = tuple[tuple[str, float], ...]
"""(text, weight from 0 to 1), nearest first; what stands later in the sentence comes last."""

NEAR = 0.7
"""From this weight on a piece is the slot's own; what is lighter may speak of others."""
LEAD = 0.5
"""The sentence before, if it has no slot of its own, says what the next one is about: 各级书记到基层讲党课。"""
LATER = 0.2
_OWN, _BEHIND, _ROW, _SENTENCE, _EARLIER, _HEADING = 1.0, 0.8, NEAR, 0.6, 0.3, 0.25
_CROWDED = 0.3
"""What stands between two slots belongs to the second; the first may lean on it a little."""

_CLAUSE = re.compile("[，。；：！？（）,;()\n]")
_SENTENCE_END = re.compile("[。；！？;\n]")
_ITEM = re.compile("、以及|以及|[、和及与]")
_PHRASE_END = re.compile("[，。；：、（）和及与并,;()\n]")
_EMPTY = re.compile(f"(?:{lexicon.any_of((*lexicon.TOTALS, *lexicon.LINKS, *lexicon.LIGHT))})+")
_TOTAL = re.compile(f"(?:{lexicon.any_of(lexicon.TOTALS)})[^，。]{{0,2}}$")


@dataclass(frozen=True, slots=True)
class Frame:
    """What a paragraph inherits: the heading above it, a cell's row and column."""

    heading: str = ""
    labels: tuple[str, ...] = ()


def words(slots: Sequence[Slot], frame: Frame) -> tuple[Words, ...]:
    """The words around each of the slots of one paragraph."""
    rows = {place: item for row in _rows(slots) for place, item in row}
    return tuple(_words(slots, place, rows.get(place, ""), frame) for place in range(len(slots)))


def _words(slots: Sequence[Slot], place: int, item: str, frame: Frame) -> Words:
    slot = slots[place]
    line = slot.numeral.line
    previous = _follows(slots[place - 1]) if place else 0
    sentence = line[_after_last(_SENTENCE_END, line, slot.start) : slot.start]
    own = _own(line, previous, slot.start)
    pieces = [
        *((label, _OWN) for label in frame.labels),
        (item or own, _OWN),
        _behind(slots, place, alone=not bare(item or own)),
        (own if item else "", _ROW),
        (sentence, _SENTENCE),
        (_lead(slots, place), LEAD),
        (line[: slot.start], _EARLIER),
        (frame.heading, _HEADING),
        (_later(line, slot), LATER),
    ]
    return tuple((text, weight) for text, weight in pieces if text.strip())


def _own(line: str, previous: int, start: int) -> str:
    """The clause up to the slot; the one before it too if it says nothing by itself: 开展谈心谈话，共45次."""
    clause = max(previous, _after_last(_CLAUSE, line, start))
    text = line[clause:start]
    if bare(text) or clause == previous:
        return text
    return line[max(previous, _after_last(_CLAUSE, line, clause - 1)) : start]


def _behind(slots: Sequence[Slot], place: int, *, alone: bool) -> tuple[str, float]:
    """What follows the measure word: 3次公司级宣讲. `alone`: nothing before the number says what it counts."""
    line, start = slots[place].numeral.line, _follows(slots[place])
    end = _before_next(_PHRASE_END, line, start)
    following = slots[place + 1].start if place + 1 < len(slots) else len(line)
    if not alone and line.startswith(lexicon.PREDICATES, start):
        return line[start:end], _CROWDED
    return (line[start:end], _BEHIND) if end < following or end == len(line) else (line[start:following], _CROWDED)


def _lead(slots: Sequence[Slot], place: int) -> str:
    line, start = slots[place].numeral.line, slots[place].start
    end = _after_last(_SENTENCE_END, line, start) - 1
    begin = _after_last(_SENTENCE_END, line, end)
    return "" if any(begin <= slot.start < start for slot in slots) else line[begin : max(end, 0)]


def _later(line: str, slot: Slot) -> str:
    return line[_follows(slot) : _before_next(_SENTENCE_END, line, _follows(slot))]


def _follows(slot: Slot) -> int:
    return max(slot.end, slot.numeral.follows)


def _after_last(pattern: re.Pattern[str], line: str, end: int) -> int:
    return max((match.end() for match in pattern.finditer(line, 0, max(end, 0))), default=0)


def _before_next(pattern: re.Pattern[str], line: str, start: int) -> int:
    match = pattern.search(line, start)
    return match.start() if match else len(line)


# --- rows: A、B、C分别为1次、2次、3次 ------------------------------------------------------------------------------------


def _rows(slots: Sequence[Slot]) -> Iterator[list[tuple[int, str]]]:
    """(place, item) of the slots in a row that answers to as many items before it."""
    start = 0
    for place in range(1, len(slots) + 1):
        if place == len(slots) or not _adjoining(slots[place - 1], slots[place]):
            items = _items(slots, start, place - start) if place - start > 1 else []
            yield list(zip(range(start, place), items, strict=False))
            start = place


def _adjoining(one: Slot, other: Slot) -> bool:
    return (
        one.numeral.measure == other.numeral.measure
        and one.numeral.line[_follows(one) : other.start].strip() in lexicon.SEPARATORS
    )


def _items(slots: Sequence[Slot], first: int, count: int) -> list[str]:
    line, start = slots[first].numeral.line, slots[first].start
    previous = _follows(slots[first - 1]) if first else 0
    for opening in (_CLAUSE, _SENTENCE_END):
        items = _ITEM.split(line[max(previous, _after_last(opening, line, start)) : start])
        if len(items) >= count and all(items[-count:]):
            return items[-count:]
    return []


def bare(text: str) -> str:
    """A piece without the words that only lead to a number, and without marks."""
    return re.sub(r"[^一-鿿]", "", _EMPTY.sub("", text))


def items(words: Words) -> tuple[Words, ...]:
    """If the slot is a total (A和B共3次), the words around it once for each item of the list, as if it stood alone."""
    if not words or not _TOTAL.search(words[0][0]):
        return ()
    own = words[0][0]
    parts = _ITEM.split(own)
    return tuple(((part, _OWN), (parts[-1], _ROW), *words[1:]) for part in parts) if len(parts) > 1 else ()
