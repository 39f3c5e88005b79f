"""Cells that hold one or several of a closed set → bit masks."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.ingest import cells
from pipeline.ingest.cells import NOTE
from pipeline.ingest.decisions import UNDECIDED, Decisions
from pipeline.model import BLANK, Cell, Definitions, Field, Vocabulary
from pipeline.model.rulings import CHOICE
from pipeline.spelling import nearest, normal

_OTHER_POSTS = "副委团纪支部总"
"""A role behind one of these is another's: 纪委书记 and 团委书记 are no 书记."""
_OTHER_OFFICES = "员处"
"""A role before one of these is none: 书记员, 书记处."""
_NOTHING = frozenset(("", "/", "-", "—", "--", "——", "－"))


class Chosen(NamedTuple):
    """What a cell chose; `unknown` are the parts that nothing knows, blank for a role, which may hold a name."""

    mask: int
    unknown: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    blank: bool = False
    doubtful: bool = False
    """The clerk has to be told: something is unknown, or blank where an answer is wanted."""
    same: bool = False
    """The cell says 同上: what is above holds."""


def clear(chosen: Chosen) -> int | None:
    """The mask; None where there is something to tell, or the cell above to read."""
    return None if chosen.doubtful or chosen.same else chosen.mask


class Choices:
    """What the cells of one field of a ledger may choose."""

    def __init__(self, ledger: str, field: Field, definitions: Definitions, decisions: Decisions = UNDECIDED) -> None:
        assert field.vocabulary is not None
        self._field = field
        self._vocabulary: Vocabulary = field.vocabulary
        self._other = _other(self._vocabulary)
        self._is_wanted = field.need == "R" or definitions.counts_blanks(ledger, field)
        self._decisions = decisions
        self._masks = {spelling: 1 << bit for spelling, bit in self._vocabulary.spellings.items()}
        if field.type == "media":
            self._masks |= _media(definitions, self._vocabulary)
        self._by_length = sorted(self._masks, key=len, reverse=True)

    def chosen(self, cell: Cell) -> Chosen:
        """The choices of a cell, and what in it is none."""
        chosen = self._chosen(cells.text(cell))
        return chosen._replace(same=True) if isinstance(cell, str) and cells.says_same(cell) else chosen

    def _chosen(self, text: str) -> Chosen:
        name = normal(text)
        whole = self._decided(name) or self._masks.get(name)
        if whole:
            return Chosen(whole)
        if name in _NOTHING:
            return Chosen(self._other if self._field.need == "R" else BLANK, blank=True, doubtful=self._is_wanted)
        return self._role(name) if self._field.type == "role" else self._several(text)

    def _decided(self, name: str) -> int:
        """The choice that 裁定 says a text stands for; of another field's it is none."""
        value = self._decisions.settled(CHOICE, name, among=self._vocabulary.names)
        return 1 << self._vocabulary.names.index(value) if value else 0

    def _role(self, name: str) -> Chosen:
        """The role words in a cell that may hold a name too; the name is dropped and never echoed."""
        mask = 0
        for spelling in self._by_length:
            pattern = rf"(?<![{_OTHER_POSTS}]){re.escape(spelling)}(?![{_OTHER_OFFICES}])"
            if re.search(pattern, name):
                mask |= self._masks[spelling]
                name = re.sub(pattern, " ", name)
        return Chosen(mask) if mask else Chosen(self._other, ("",), doubtful=True)

    def _several(self, text: str) -> Chosen:
        mask, unknown = 0, []
        for part in cells.parts(text) or (text,):
            found = self._part(normal(part))
            mask |= found or self._other
            if not found:
                unknown.append(part)
        near = tuple(name for part in unknown for name in nearest(part, self._vocabulary.names, limit=2))
        return Chosen(mask, () if self._field.may_name else tuple(unknown), near, doubtful=bool(unknown))

    def _part(self, name: str) -> int:
        if known := self._decided(name) or self._masks.get(name, 0):
            return known
        bare = NOTE.sub("", name) if self._field.type == "indicator" else name.strip("“”\"'《》()")
        if bare in self._masks:
            return self._masks[bare]
        return next((mask for ending, mask in self._field.endings if name.endswith(ending)), 0)


def _other(vocabulary: Vocabulary) -> int:
    return 1 << vocabulary.names.index("其他") if "其他" in vocabulary.names else BLANK


def _media(definitions: Definitions, channels: Vocabulary) -> dict[str, int]:
    """The media list goes before the general words for a channel."""
    return {
        normal(name): channels.mask(medium.channel)
        for medium in definitions.media
        for name in (medium.name, *medium.aliases)
    }
