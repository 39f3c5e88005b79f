"""An original and an edited report in; the slots of the one found in the other out, by their controls, place and words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from pipeline.publish.tags import CHANGES, Tag
from pipeline.review.comparing import alignment
from pipeline.review.comparing.alignment import Alignment
from pipeline.review.comparing.original import Original
from pipeline.review.comparing.tokens import Read, Reader, Token
from pipeline.review.manuscript import Control, Manuscript

Place: TypeAlias = tuple[int, Token]
"""(paragraph from 0, token)."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One number of the original: `printed` are its numbers and directions, `where` its places among all tokens."""

    key: str
    tag: Tag
    text: str
    where: tuple[int, ...]
    printed: tuple[Token, ...]


@dataclass(frozen=True)
class Comparison:
    """Both versions, read; `old` is the original."""

    original: Original
    report: Manuscript
    reader: Reader
    old: Read
    new: Read
    alignment: Alignment

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        return tuple(self._slots() if self.original.paragraphs else self._slots_by_key())

    @cached_property
    def controls(self) -> Mapping[str, Sequence[tuple[int, Control]]]:
        """Key → (paragraph, control) of each that stands in the report."""
        found: dict[str, list[tuple[int, Control]]] = {}
        for number, paragraph in enumerate(self.report.paragraphs):
            for control in paragraph.controls:
                found.setdefault(control.key, []).append((number, control))
        return found

    @cached_property
    def slot_at(self) -> Mapping[int, Slot]:
        """Place among the tokens of the original → the slot that it belongs to."""
        return {place: slot for slot in self.slots for place in slot.where}

    @cached_property
    def back(self) -> Mapping[int, int]:
        return {partner: place for place, partner in self.alignment.forth.items()}

    @cached_property
    def new_places(self) -> Mapping[tuple[int, int], int]:
        """(paragraph, start) of a token of the report → its place among all."""
        return {(number, token.start): place for place, (number, token) in enumerate(self.new.places) if token}

    def _slots(self) -> Iterator[Slot]:
        by_paragraph: dict[int, list[tuple[int, Token]]] = {}
        for place, (number, token) in enumerate(self.old.places):
            if token and token.kind in ("number", "direction"):
                by_paragraph.setdefault(number, []).append((place, token))
        for number, paragraph in enumerate(self.original.paragraphs):
            for control in paragraph.controls:
                inside = [each for each in by_paragraph.get(number, []) if overlaps(each[1], control)]
                text = paragraph.text[control.start : control.end]
                where, printed = tuple(each[0] for each in inside), tuple(each[1] for each in inside)
                yield Slot(control.key, self.original.tags[control.key], text, where, printed)

    def _slots_by_key(self) -> Iterator[Slot]:
        """Without the text of the original: what each tag would print."""
        for key, tag in self.original.tags.items():
            counted = tag.measure or tag.indicator.percent or tag.aspect in CHANGES
            tokens = self.reader.tokens(tag.text if counted else f"{tag.text}{tag.indicator.measure_word}")
            printed = tuple(each for each in tokens if each.kind in ("number", "direction"))
            yield Slot(key, tag, tag.text, (), printed)

    def slot_of(self, number: int, token: Token) -> Slot | None:
        """The slot of the original whose place a token of the report has."""
        place = self.back.get(self.new_places[number, token.start])
        return None if place is None else self.slot_at.get(place)

    def tokens_of(self, number: int, control: Control) -> list[Place]:
        """The numbers and directions in a control of the report, or growing over its edge."""
        tokens = self.new.paragraphs[number]
        return [(number, each) for each in tokens if each.kind in ("number", "direction") and overlaps(each, control)]

    def aligned_to(self, slot: Slot) -> list[Place]:
        """The numbers and directions that stand in the report where the original has those of the slot."""
        found = []
        for place in slot.where:
            number, token = self.new.places[self.alignment.forth[place]] if place in self.alignment.forth else (0, None)
            if token:
                found.append((number, token))
        return found

    def sentence_stands(self, slot: Slot) -> bool:
        """Whether the report still has the sentence of the slot, with or without its number."""
        sentences = {self.alignment.sentence_of[place] for place in slot.where}
        return any(self.alignment.sentences.get(each, 0) >= 50 for each in sentences)

    def spot(self, slot: Slot) -> tuple[int, int]:
        """(paragraph, character) where the slot would stand if it were there."""
        before = max((place for place in self.alignment.forth if slot.where and place < slot.where[0]), default=None)
        if before is None:
            return 0, 0
        number, token = self.new.places[self.alignment.forth[before]]
        return number, token.end if token else 0


def compared(original: Original, report: Manuscript, reader: Reader) -> Comparison:
    """Read both and lay them beside one another."""
    old, new = (reader.read(each.text for each in version.paragraphs) for version in (original, report))
    return Comparison(original, report, reader, old, new, alignment.aligned(old, new))


def overlaps(token: Token, control: Control) -> bool:
    return token.start < control.end and control.start < token.end
