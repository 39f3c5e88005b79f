"""Which unit a text names: a cell exactly, a title or file name by the name that stands free in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from pipeline.ingest.decisions import UNDECIDED, Decisions
from pipeline.model import Definitions, Register
from pipeline.model.rulings import NO_UNIT, UNIT
from pipeline.spelling import nearest, normal

_CODE = re.compile(r"^[(\[]?\d{1,4}[)\]]?[-._、:]?(?=\D)")
_SECTION = re.compile(r"^(\(?[一二三四五六七八九十]{1,3}\)|[一二三四五六七八九十]{1,3}[、.])")
_GENERIC = re.compile(
    r"((各|所属|下属|直属|基层|机关|部门|单位|科室|站所|车间|班组|支部|党支部|分公司|子公司|公司|本部|本级|职能|业务|生产)+)"
)
"""Kinds of units, which section titles and folders speak of; no unit of its own."""
_CHINESE = re.compile(r"[\u4e00-\u9fff()]+")
_FIRST_WORD, _LAST_WORD = re.compile(r"\A[\u4e00-\u9fff]+"), re.compile(r"[\u4e00-\u9fff]+\Z")
_MOST = 1 << 14
"""Texts of which it is kept what they name."""
_SHORTEST, _ALIKE = 3, 70
"""A text of so many characters that looks so much like a unit's name is meant as one."""
_ORGANISATION = re.compile(
    r"(公司|集团|部门|部|处|科|科室|所|站|局|中心|支部|总支|党委|党组|车间|工段|段|院|校|小学|中学|大学|幼儿园|协会|基地|食堂|厂|队|班|组|室|办|办公室|机关|委员会|工会|团委)$"
)


class Named(NamedTuple):
    """What a text says of a unit: its index, or why there is none."""

    unit: int = -1
    problem: str = ""
    """unit-unknown or unit-ambiguous; blank with unit -1: the text names none."""
    found: str = ""
    near: tuple[str, ...] = ()


NOBODY = Named()


class Units(dict[str, Named]):
    """Cell text → the unit it names, worked out once for each distinct text."""

    def __init__(self, definitions: Definitions, decisions: Decisions = UNDECIDED) -> None:
        super().__init__()
        self.register: Register = definitions.register
        self._words = tuple(sorted({normal(word) for word in _vocabulary(definitions)}, key=len, reverse=True))
        self._pattern = _pattern(tuple(self.register.spellings))
        self._decisions = decisions
        self.within: Callable[[str], Named] = lru_cache(_MOST)(self._within)
        self._rest: Callable[[str], str] = lru_cache(_MOST)(self._without_vocabulary)

    def decided(self) -> str:
        """The name of the unit that a decision without a text says the whole file is of."""
        return self._decisions.settled(UNIT, "")

    def __missing__(self, text: str) -> Named:
        if len(self) >= _MOST:
            self.clear()
        named = self[text] = self._named(text)
        return named

    def _named(self, text: str) -> Named:
        name = normal(text).strip(":。,;*")
        name = normal(self._decisions.settled(UNIT, text, name) if name else "") or name
        if name in NO_UNIT:
            return NOBODY
        for spelling in (name, _CODE.sub("", name)):
            if units := self.register.spellings.get(spelling):
                return Named(units[0]) if len(units) == 1 else self._ambiguous(text, units)
        return Named(problem="unit-unknown", found=text.strip(), near=self._near(text))

    def _ambiguous(self, text: str, units: Iterable[int]) -> Named:
        names = tuple(self.register.units[unit].name for unit in units)
        return Named(problem="unit-ambiguous", found=text.strip(), near=names)

    def _near(self, text: str, cutoff: float = 70) -> tuple[str, ...]:
        names = [name for unit in self.register.units for name in (unit.name, *unit.aliases)]
        return nearest(text, names, cutoff=cutoff)

    def _within(self, text: str) -> Named:
        """The unit that a title, sheet or file name speaks of: the longest name that stands free in it.

        A name inside a longer organisation's name (``第二公司`` in ``第二公司机关支部``) does not stand free.
        """
        name = _SECTION.sub("", normal(text))
        spans = self._free_spans(name)
        if spans:
            return self._deepest(text, [units for _, _, units in spans])
        rest = self._rest(name)
        if decided := self._decisions.settled(UNIT, name, rest):
            return self[decided]
        if len(rest) < _SHORTEST or not _CHINESE.fullmatch(rest) or _GENERIC.fullmatch(rest):
            return NOBODY
        if _ORGANISATION.search(rest) or self._near(rest, cutoff=_ALIKE):
            return Named(problem="unit-unknown", found=rest, near=self._near(rest))
        return NOBODY

    def is_kind(self, text: str) -> bool:
        """Whether a text speaks of kinds of units (机关部门) and of no one."""
        return bool(_GENERIC.fullmatch(_SECTION.sub("", normal(text))))

    def is_none(self, text: str) -> bool:
        """Whether 裁定 says that a text names no unit."""
        name = _SECTION.sub("", normal(text))
        return bool(decided := self._decisions.settled(UNIT, name, self._rest(name))) and normal(decided) in NO_UNIT

    def _free_spans(self, name: str) -> list[tuple[int, int, tuple[int, ...]]]:
        found = [(m.start(), m.end(), self.register.spellings[m.group()]) for m in self._pattern.finditer(name)]
        return [
            span
            for i, span in enumerate(found)
            if self._ends_free(name[found[i - 1][1] if i else 0 : span[0]], before=True)
            and self._ends_free(name[span[1] : found[i + 1][0] if i + 1 < len(found) else len(name)], before=False)
        ]

    def _ends_free(self, text: str, *, before: bool) -> bool:
        """Whether what adjoins a name is no part of an organisation's name."""
        found = (_LAST_WORD if before else _FIRST_WORD).search(text)
        rest = self._rest(found[0]) if found else ""
        if before or not rest:
            return not rest
        return not any(_ORGANISATION.search(rest[:end]) for end in range(1, len(rest) + 1))

    def _without_vocabulary(self, name: str) -> str:
        for word in self._words:
            name = name.replace(word, "")
        return re.sub(r"^[\W\d_]+|[\W\d_]+$|[（）()《》“”\-_—.、 ]|\d{4,}年?|v\d+", "", name)

    def _deepest(self, text: str, spans: list[tuple[int, ...]]) -> Named:
        """One unit, or several in one line of the tree: then the lowest. A shared alias is whose is in that line."""
        if len(spans) == 1 and len(spans[0]) == 1:
            return Named(spans[0][0])
        units = {units[0] for units in spans if len(units) == 1}
        shared = [set(units) for units in spans if len(units) > 1]
        for unit in units:
            kin = {unit, *self.register.below(unit)}
            settled = {choice for choices in shared for choice in choices & kin}
            if len(settled) <= 1 and all(choices & kin for choices in shared):
                lowest = settled.pop() if settled else unit
                if units <= {lowest, *self.register.ancestors(lowest)}:
                    return Named(lowest)
        return self._ambiguous(text, sorted({unit for choices in spans for unit in choices}))


@lru_cache(maxsize=4)
def _pattern(spellings: tuple[str, ...]) -> re.Pattern[str]:
    """Every name and alias of the register, the longest first."""
    by_length = sorted((spelling for spelling in spellings if len(spelling) > 1), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, by_length)) or r"(?!)")


def _vocabulary(definitions: Definitions) -> Iterable[str]:
    """Words of titles that are no part of a unit's name: 台账, 上半年, 修改版, and the ledgers' own words."""
    yield from definitions.title_words
    yield from definitions.revision_words
    for ledger in definitions.ledgers:
        yield ledger.name
        yield from ledger.words
        for field in ledger.fields:
            if field.from_title and field.vocabulary:
                yield from (word for word in field.vocabulary.spellings if word != "其他")
