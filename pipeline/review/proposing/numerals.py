"""A paragraph in; the numbers and blanks that stand in it out, each with its hedge, scale and measure word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from pipeline.review.proposing import lexicon

_NARROW = {0xFF01 + place: 0x21 + place for place in range(94)} | {ord("　"): ord(" ")}
_KEPT_WIDE = {ord(mark): None for mark in "，；：？！（）"}
_FULL_WIDTH = {wide: narrow for wide, narrow in _NARROW.items() if wide not in _KEPT_WIDE} | {ord("✕"): ord("×")}

_NUMERAL = r"""
    (?P<hedge>(?<![{not_hedged}])(?:{hedges}))?
    (?P<core>
        (?P<of_hundred>百分之)?(?P<chinese>[零〇一二两三四五六七八九十百千]+)
      | (?P<blank>[*]+ | [Xx×]+(?:\.[Xx×]+)? | _{{2,}} | [○□]{{2,}} | (?<=[一-龥])[ ]{{2,}}(?=[次场篇条期起人%]))
      | \d+(?:,\d{{3}})*(?:\.\d+)?(?:[-~—–至到]\d+(?:\.\d+)?)?
    )
    (?P<small>万(?!元)|亿(?!元))?
    (?P<more>[余多])?
    (?P<large>万(?!元)|亿(?!元))?
    (?P<percent>%)?
"""
_PATTERN = re.compile(
    _NUMERAL.format(not_hedged=lexicon.NO_HEDGE_AFTER, hedges=lexicon.any_of(lexicon.HEDGES)), re.VERBOSE
)


def narrowed(text: str) -> str:
    """Full-width figures, letters and signs as half-width ones; sentence marks stay, and so does every position."""
    return text.translate(_FULL_WIDTH)


@dataclass(frozen=True)
class Numeral:
    """One number or blank of the narrowed paragraph `line`; start and end span all that a tag would print."""

    line: str
    start: int
    end: int
    core: str
    hedge: str = ""
    scale: str = ""
    more: bool = False
    percent: bool = False
    blank: bool = False
    chinese: bool = False
    measure: str = ""
    space: int = 0
    """Between the number and its measure word."""
    inherited: bool = False
    """The measure word stands behind a later number of the same row: ``3、20、100次``."""

    @property
    def text(self) -> str:
        return self.line[self.start : self.end]

    @cached_property
    def before(self) -> str:
        return self.line[: self.start]

    @cached_property
    def after(self) -> str:
        return self.line[self.end :]

    @property
    def follows(self) -> int:
        """Where the text behind the measure word begins."""
        return self.end + (0 if self.inherited or self.percent else self.space + len(self.measure))

    @cached_property
    def behind(self) -> str:
        return self.line[self.follows :]

    @property
    def style(self) -> str:
        """One of the names in publish.words.STYLES."""
        if self.percent:
            return "约" if self.hedge else "百分比"
        if self.more:
            return "余"
        return self.hedge or ("中文" if self.chinese else "万" if self.scale else "")


def found(line: str, measures: Iterable[str]) -> tuple[Numeral, ...]:
    """All numerals of a narrowed paragraph in order, whatever they mean; `measures` are further measure words."""
    words = _longest_first((*lexicon.MEASURE_WORDS, *measures))
    return tuple(_with_rows([_numeral(line, match, words) for match in _PATTERN.finditer(line)]))


@lru_cache
def _longest_first(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({word for word in words if word != "%"}, key=lambda word: (-len(word), word)))


def _numeral(line: str, match: re.Match[str], measures: Iterable[str]) -> Numeral:
    percent = bool(match["percent"] or match["of_hundred"])
    after = line[match.end() :]
    measure = "%" if percent else _measure(after.lstrip(" "), measures)
    return Numeral(
        line,
        match.start(),
        match.end(),
        match["core"],
        hedge=lexicon.HEDGES.get(match["hedge"] or "", ""),
        scale=match["small"] or match["large"] or "",
        more=bool(match["more"]),
        percent=percent,
        blank=bool(match["blank"]),
        chinese=bool(match["chinese"]),
        measure=measure,
        space=len(after) - len(after.lstrip(" ")) if measure and not percent else 0,
    )


def _measure(after: str, measures: Iterable[str]) -> str:
    if after.startswith(lexicon.NO_MEASURE):
        return ""
    return next((word for word in measures if after.startswith(word)), "")


def _with_rows(numerals: list[Numeral]) -> Iterator[Numeral]:
    """Numbers in a row, only the last of which has a measure word, share it."""
    shared: list[Numeral] = []
    for numeral in reversed(numerals):
        measure = shared[-1].measure if shared and _parted(numeral, shared[-1]) else ""
        inherits = measure and not numeral.measure
        shared.append(replace(numeral, measure=measure, inherited=True) if inherits else numeral)
    return reversed(shared)


def _parted(one: Numeral, other: Numeral) -> bool:
    return one.line[one.end : other.start].strip() in lexicon.SEPARATORS
