"""A paragraph in; its characters out, with each number, date, direction and unit as one token that can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, TypeAlias

from pipeline.model import Definitions
from pipeline.review.proposing import lexicon, numerals
from pipeline.review.proposing.numerals import Numeral
from pipeline.spelling import normal

Kind: TypeAlias = Literal["text", "number", "date", "direction", "unit"]
_MASKS: dict[Kind, str] = {"number": "\ue000", "date": "\ue001", "direction": "\ue002", "unit": "\ue003"}
"""Private characters: any two numbers look alike when texts are aligned."""

DIRECTIONS = {
    **dict.fromkeys(("增长", "增加", "增多", "上升", "提高", "提升", "上涨", "增幅"), "增长"),
    **dict.fromkeys(("下降", "减少", "降低", "回落", "下滑", "降幅"), "下降"),
    "持平": "持平",
}
_DIRECTION = re.compile(lexicon.any_of(DIRECTIONS))
_FORMULA = re.compile(lexicon.any_of(lexicon.FORMULAS))

_YEAR = r"(?:20\d\d|二[〇零○]\S\S)年度?"
_SPAN = r"(?:[上下]半年|全年|第?[一二三四1-4]季度|\d{1,2}(?:月份?)?[-—~至到]\d{1,2}月份?)"
_DAY = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})月(?:(?:\d{1,2}|[一二三四五六七八九十]{1,3})[日号])?"
_DOTTED = r"20\d\d[-./]\d{1,2}[-./]\d{1,2}"
_DATE = re.compile(rf"{_DOTTED}|{_YEAR}(?:{_SPAN}|{_DAY})?|{_SPAN}|{_DAY}")
_DOTTED_DAY = re.compile(r"^(20\d\d)[-./](\d{1,2})[-./](\d{1,2})$")
_CHINESE_DAY = re.compile("[一二三四五六七八九十]+(?=[月日])")
_LEADING_ZERO = re.compile(r"(?<!\d)0(?=\d)")
_MONTHS = re.compile(r"(\d+)月?\D(\d+)月")
_QUARTER = re.compile("第?([一二三四1-4])季度")
_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")


@dataclass(frozen=True, slots=True)
class Token:
    """`value` is what two tokens of a kind are compared by: a direction, a unit's index, a date in one form."""

    kind: Kind
    start: int
    end: int
    text: str
    value: str = ""
    numeral: Numeral | None = None

    @property
    def mask(self) -> str:
        return _MASKS.get(self.kind, self.text)


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """Knows the units and measure words of the definitions."""

    definitions: Definitions
    _units: re.Pattern[str] = field(init=False)
    _measures: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        register = self.definitions.register
        names = {name for unit in register.units for name in (unit.name, *unit.aliases)}
        known = sorted(name for name in names if len(register.spellings.get(normal(name), ())) == 1)
        object.__setattr__(self, "_units", re.compile(lexicon.any_of(known) or "(?!)"))
        measures = sorted({each.measure_word for each in self.definitions.indicators})
        object.__setattr__(self, "_measures", tuple(measures))

    def read(self, texts: Iterable[str]) -> Read:
        """The tokens of a document, paragraph by paragraph."""
        return Read([self.tokens(text) for text in texts])

    def tokens(self, text: str) -> tuple[Token, ...]:
        """All tokens in order; no two overlap, and white space, also inside them, does not matter."""
        places = [place for place, letter in enumerate(text) if not letter.isspace()]
        line = numerals.narrowed("".join(text[place] for place in places))
        taken: list[Token] = []
        for found in (self._unit_tokens(line), _dates(line), _directions(line), self._numbers(line)):
            taken += [each for each in found if not any(each.start < o.end and o.start < each.end for o in taken)]
        inside = {place for token in taken for place in range(token.start, token.end)}
        taken += [Token("text", place, place + 1, each) for place, each in enumerate(line) if place not in inside]
        at_home = (replace(each, start=places[each.start], end=places[each.end - 1] + 1) for each in taken)
        return tuple(sorted(at_home, key=lambda token: token.start))

    def _unit_tokens(self, line: str) -> Iterator[Token]:
        spellings = self.definitions.register.spellings
        for match in self._units.finditer(line):
            yield Token("unit", *match.span(), match[0], str(spellings[normal(match[0])][0]))

    def _numbers(self, line: str) -> Iterator[Token]:
        fixed = [match.span() for match in _FORMULA.finditer(line)]
        for numeral in numerals.found(line, self._measures):
            counts = numeral.measure or numeral.scale or numeral.percent or not numeral.chinese
            if counts and not numeral.blank and not any(start <= numeral.start < end for start, end in fixed):
                yield Token("number", numeral.start, numeral.end, numeral.text, numeral=numeral)


def direction(text: str) -> str:
    """Whether a text speaks of 增长, 下降 or 持平; blank if of none."""
    found = _DIRECTION.search(text)
    return DIRECTIONS[found[0]] if found else ""


def _directions(line: str) -> Iterator[Token]:
    for match in _DIRECTION.finditer(line):
        yield Token("direction", *match.span(), match[0], DIRECTIONS[match[0]])


def _dates(line: str) -> Iterator[Token]:
    for match in _DATE.finditer(line):
        yield Token("date", *match.span(), match[0], _one_form(match[0]))


def _one_form(date: str) -> str:
    """``二〇二三年六月三十日``, ``2023.6.30`` and ``2023年6月30日`` alike; ``1-6月`` is 上半年."""
    text = _DOTTED_DAY.sub(r"\1年\2月\3日", date)
    year, mark, rest = text.partition("年") if re.match(r".{4}年", text) else ("", "", text)
    rest = rest.removeprefix("度").replace("号", "日").replace("月份", "月")
    rest = _CHINESE_DAY.sub(lambda match: str(_small(match[0])), rest)
    rest = _LEADING_ZERO.sub("", rest)
    if span := _MONTHS.fullmatch(rest):
        rest = {("1", "6"): "上半年", ("7", "12"): "下半年", ("1", "12"): "全年"}.get((span[1], span[2]), rest)
    rest = _QUARTER.sub(lambda match: f"第{match[1].translate(_DIGITS)}季度", rest)
    return year.translate(_DIGITS) + mark + ("" if mark and rest == "全年" else rest)


def _small(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    return (int(tens.translate(_DIGITS) or 1) * 10 if ten else 0) + int(ones.translate(_DIGITS) or 0)


@dataclass(frozen=True)
class Read:
    """All tokens of a document; `places` are (paragraph from 0, token), a line break stands between paragraphs."""

    paragraphs: Sequence[tuple[Token, ...]]

    @cached_property
    def places(self) -> tuple[tuple[int, Token | None], ...]:
        found: list[tuple[int, Token | None]] = []
        for number, tokens in enumerate(self.paragraphs):
            found += [(number, token) for token in tokens]
            found.append((number, None))
        return tuple(found)

    @cached_property
    def masked(self) -> str:
        return "".join(token.mask if token else "\n" for _, token in self.places)
