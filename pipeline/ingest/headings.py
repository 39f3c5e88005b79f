"""What a header cell can mean: its text → the fields of each ledger that it may name, with scale and strength."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from pipeline.ingest.decisions import UNDECIDED, Decisions
from pipeline.ingest.titles import MEASURES
from pipeline.model import Definitions, Field, Ledger
from pipeline.model.rulings import COLUMN, NOT_READ
from pipeline.spelling import normal

_NOTE = re.compile(r"\(([^()]*)\)")
_TRIM = "*※★:：。.、"
_MEASURE = re.compile(
    r"(?:计量)?(?:单位:?)?以?(?P<scale>千|百|万|w|十万|百万|亿|分钟?|mins?|minutes?|天|日)"
    r"(?:人次|人|次|篇|条|场次|场|阅读)?(?:计|为单位)?\+?(?=$|[,;、。])"
)
"""What a note in a header says its numbers are counted in."""
_SCALES: Mapping[str, Fraction | None] = (
    {"百": Fraction(100), "千": Fraction(1000), "万": Fraction(10_000), "w": Fraction(10_000), "十万": Fraction(10**5)}
    | {"百万": Fraction(10**6), "亿": Fraction(10**8)}
    | dict.fromkeys(("分", "分钟", "min", "mins", "minute", "minutes"), Fraction(1, 60))
    | dict.fromkeys(("天", "日"))
)
"""None: how many hours a day of learning has, nobody knows."""
_BEHIND_A_SLASH = re.compile(r"/((?:百|千|万|亿|w|分钟|min)[^/()]{0,2})$")
_CUMULATIVE = re.compile(r"累计|累积")
_SUM = re.compile(r"(合计|小计|总计|总数)(人数|人次)?")
_CURRENT = re.compile(r"^(本月|本期|本季|本季度|当月|当期|本半年|实际)")
_MOST = 1 << 14
"""Texts whose meaning is kept."""
DECIDED = -1
"""The rank of a header that 裁定 settles."""
SUBHEADS = frozenset({"本月", "本期", "当月", "本季", "本季度", "累计", "本年累计", "本月数", "累计数"})


@dataclass(frozen=True, slots=True)
class Meaning:
    """One field that a header may name; the lower the rank, the surer (-1 decided, 0 正名, 1 synonym, 2 stands in)."""

    field: Field
    rank: int
    scale: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Heading:
    """All that one header text says."""

    text: str
    meanings: Mapping[str, tuple[Meaning, ...]] = field(default_factory=dict)
    """By ledger id."""
    unread: bool = False
    """A personal or free-text column: known, and never read."""
    name: bool = False
    """An unread column that tells rows apart (names); 序号 and 备注 do not."""
    ignored: bool = False
    cumulative: bool = False
    avoided: bool = False

    @property
    def known(self) -> bool:
        return bool(self.meanings) or self.unread or self.ignored or self.cumulative or self.avoided


class Headings(dict[str, Heading]):
    """Header text → Heading, worked out once for each distinct text of late."""

    def __init__(self, definitions: Definitions, decisions: Decisions = UNDECIDED) -> None:
        super().__init__()
        self._decisions = decisions
        self._fields = [(ledger.id, f) for ledger in definitions.ledgers for f in ledger.fields]
        self._spelled = _spelled(definitions.ledgers)
        self._avoided = {
            ledger.id: frozenset(word for f in ledger.fields for word in f.avoid) for ledger in definitions.ledgers
        }
        self._unread = frozenset(word for ledger in definitions.ledgers for word in ledger.unread)
        self._ignored = frozenset(definitions.ignored)
        self.names = tuple(
            dict.fromkeys(
                name for ledger in definitions.ledgers for f in ledger.fields for name in (f.header, *f.synonyms)
            )
        )

    def __missing__(self, text: str) -> Heading:
        if len(self) >= _MOST:
            self.clear()
        heading = self[text] = self._heading(text)
        return heading

    def _heading(self, text: str) -> Heading:
        name = _BEHIND_A_SLASH.sub(r"(\1)", normal(text).strip(_TRIM))
        if not name or len(name) > 40:
            return Heading(text)
        bare, scale = _NOTE.sub("", name).strip(_TRIM), _scale(name)
        if decided := self._decisions.settled(COLUMN, text, name):
            return self._decided(text, normal(decided), scale or Fraction(1))
        if _CUMULATIVE.search(name) and name not in self._ignored:
            return Heading(text, cumulative=True)
        meanings = self._meanings(name, Fraction(1)) or self._meanings(bare, scale)
        meanings = meanings or self._meanings(_CURRENT.sub("", bare), scale) or self._alternatives(bare)
        avoided = {ledger for ledger, words in self._avoided.items() if name in words or bare in words}
        meanings = {ledger: found for ledger, found in meanings.items() if ledger not in avoided}
        if meanings:
            return Heading(text, meanings)
        ignored = bare in self._ignored or bool(_SUM.fullmatch(bare))
        unread = bare in self._unread or any(part in self._unread for part in re.split(r"[/、及和]", bare))
        return Heading(text, unread=unread, name=unread and not ignored, ignored=ignored, avoided=bool(avoided))

    def _decided(self, text: str, field: str, scale: Fraction) -> Heading:
        """What 裁定 says of a header: the field that it is, by its own name or else by a synonym, or that it is not read."""
        fitting = [(ledger, f) for ledger, f in self._fields if field in (normal(f.header), f.name)]
        meanings: dict[str, tuple[Meaning, ...]] = {ledger: (Meaning(f, DECIDED, scale),) for ledger, f in fitting}
        for ledger, found in self._meanings(field, scale).items():
            meanings.setdefault(ledger, tuple(replace(each, rank=DECIDED) for each in found))
        return Heading(text, meanings, ignored=not meanings and field in NOT_READ)

    def _meanings(self, name: str, scale: Fraction | None) -> dict[str, tuple[Meaning, ...]]:
        """The fields that a name spells; without a scale it means no quantity."""
        found = {
            ledger: tuple(Meaning(f, rank, scale or Fraction(1)) for f, rank in fields if scale or f.type != "quantity")
            for ledger, fields in self._spelled.get(name, {}).items()
        }
        return {ledger: meanings for ledger, meanings in found.items() if meanings}

    def _alternatives(self, name: str) -> dict[str, tuple[Meaning, ...]]:
        """``时间/日期``: every part names the same field."""
        parts = name.split("/")
        if len(parts) < 2:
            return {}
        found = [self._meanings(part, Fraction(1)) for part in parts]
        return {
            ledger: meanings
            for ledger, meanings in found[0].items()
            if all(ledger in other and other[ledger][0].field is meanings[0].field for other in found[1:])
        }


def _spelled(ledgers: Iterable[Ledger]) -> dict[str, dict[str, list[tuple[Field, int]]]]:
    """Every spelling of a header, in normal form → ledger → the fields that it names there, and how surely."""
    known: dict[str, dict[str, list[tuple[Field, int]]]] = {}
    for ledger in ledgers:
        for f in ledger.fields:
            for rank, names in enumerate(((f.header,), f.synonyms, f.fallback)):
                for name in names:
                    known.setdefault(normal(name), {}).setdefault(ledger.id, []).append((f, rank))
    return known


def _scale(name: str) -> Fraction | None:
    """``阅读量(万)`` counts ten thousands, ``时长(分钟)`` minutes of an hour; None where the measure says nothing."""
    measures = (_MEASURE.match(note) for note in _NOTE.findall(name))
    return next((_SCALES[measure["scale"]] for measure in measures if measure), Fraction(1))


def is_measure(text: str) -> bool:
    """``人``, ``（万次）``: what the numbers below are counted in."""
    bare = normal(text).strip("()")
    return bare in MEASURES or bool(_MEASURE.fullmatch(bare))
