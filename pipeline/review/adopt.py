"""Last year's report in; a template with tags in place of its figures out, and a list of every slot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.model import Definitions
from pipeline.review import marked, places, plaintext
from pipeline.review.places import Line
from pipeline.review.proposing import contested, outline, profiles, verdicts
from pipeline.review.proposing.verdicts import WRITTEN, Proposal, Verdict

_COMMENTED: tuple[Verdict, ...] = ("unsure", "none", "target")
_AUTHOR = "套用模板"


@dataclass(frozen=True, slots=True)
class Placed:
    """A proposal where it stands: paragraph counted from 1, start and end in characters of the old paragraph's text."""

    paragraph: int
    start: int
    end: int
    text: str
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Adopted:
    """`template` is a file of the same kind as the old report; `csv` the list of slots, UTF-8 with BOM."""

    template: bytes
    slots: tuple[Placed, ...]
    csv: bytes


def adopt(path: Path, definitions: Definitions) -> Adopted:
    """Read a .docx or .txt and propose an indicator for each of its slots; UsageError if it cannot be read."""
    document = _opened(path)
    slots = tuple(found(document.paragraphs, definitions, wrapped=isinstance(document, plaintext.Lines)))
    for slot in reversed(slots):
        place = slot.paragraph - 1, slot.start, slot.end
        if slot.proposal.verdict in WRITTEN:
            document.replace(*place, slot.proposal.tag)
        elif slot.proposal.verdict in _COMMENTED:
            document.comment(*place, slot.proposal.message, _AUTHOR)
    return Adopted(document.packed(), slots, places.table(map(_line, slots)))


def found(
    paragraphs: Iterable[outline.Paragraph], definitions: Definitions, *, wrapped: bool = False
) -> Iterable[Placed]:
    """The slots of running text in reading order; `wrapped` as in outline.blocks."""
    lore, texts = profiles.lore(definitions), tuple(paragraphs)
    placed = [
        (place, proposal)
        for block in outline.blocks(texts, wrapped=wrapped)
        for proposal in verdicts.proposals_of(block, lore)
        if (place := block.place(proposal.slot.start, proposal.slot.end))
    ]
    settled = contested.settled([proposal for _, proposal in placed])
    for (place, _), proposal in zip(placed, settled, strict=True):
        yield Placed(*place, texts[place[0] - 1].text[place[1] : place[2]], proposal)


def _opened(path: Path) -> marked.Document | plaintext.Lines:
    kind = path.suffix.lower()
    if kind not in (".docx", ".txt"):
        raise UsageError(f"{path.name} 不是 .docx 或 .txt，请先用 Word 或 WPS 另存为 .docx")
    try:
        data = path.read_bytes()
        return marked.read(data, path.name) if kind == ".docx" else plaintext.read(data, path.name)
    except OSError as error:
        raise UsageError(f"{path.name} 打不开：文件不存在，或正被别的程序使用") from error


def _line(slot: Placed) -> Line:
    found = slot.proposal
    place = slot.paragraph, slot.start, slot.end, slot.text
    return Line(*place, found.indicator, found.style, found.confidence, found.verdict, found.message)
