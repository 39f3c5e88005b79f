"""A Word document and notes on places in it; a copy out with a comment on each, its text as it was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.review import marked
from pipeline.review.proposing.outline import Paragraph

_SHOWN = 30


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """`paragraph` counts from 1, start and end are characters of its text; behind the body it stands beside the text."""

    paragraph: int
    start: int
    end: int
    text: str
    quoted: str = ""


def copy(data: bytes, name: str, notes: Iterable[Note], author: str) -> bytes:
    """From the end to the start, for a comment moves what stands behind it."""
    document = marked.read(data, name)
    paragraphs = document.paragraphs
    for note in sorted(notes, reverse=True):
        place, start, end, aside = _anchor(note, paragraphs)
        text = f"（正文以外，“{note.quoted[:_SHOWN]}”）{note.text}" if aside else note.text
        if end:
            document.comment(place, start, end, text, author)
    return document.packed()


def _anchor(note: Note, paragraphs: Sequence[Paragraph]) -> tuple[int, int, int, bool]:
    """(paragraph from 0, start, end, whether it stands elsewhere): Word needs characters in the body to anchor to."""
    if note.paragraph > len(paragraphs):
        place = next((each for each, paragraph in enumerate(paragraphs) if paragraph.text), 0)
        return place, 0, len(paragraphs[place].text), True
    place = note.paragraph - 1
    while place and not paragraphs[place].text:
        place -= 1
    length = len(paragraphs[place].text)
    if place != note.paragraph - 1:
        return place, max(length - 1, 0), length, False
    start = min(note.start, max(length - 1, 0))
    return place, start, min(max(note.end, start + 1), length), False
