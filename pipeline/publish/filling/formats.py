"""The styles part of a workbook: the same look with the number format that a figure needs."""

from __future__ import annotations

import re
from copy import deepcopy

from openpyxl.styles.numbers import BUILTIN_FORMATS

from pipeline.model import Indicator
from pipeline.publish import words
from pipeline.publish.office import Element
from pipeline.publish.words import Hedge
from pipeline.publish.workbook.package import M
from pipeline.publish.workbook.styles import appended

_UNDECIDED = ("General", "@")
"""A cell of these formats takes the indicator's."""
_SECTION = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
_CONDITIONS = re.compile(r"(?:\[[^\]]*\])*")
_FIRST_OWN = 164
"""Numbers of formats below are the office programs'."""


class Formats:
    """The styles part, edited in place. A look is the index of an xf, as cells state it in ``s``."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._made: dict[tuple[int, str], int] = {}
        self._codes: dict[int, str] = {}
        self._approximate: set[int] = set()

    def fitting(self, look: int, indicator: Indicator, hedge: Hedge) -> int:
        """The look itself where its number format suits; ValueError if it would show a wrong number."""
        own = self._code(look)
        if own in _UNDECIDED:
            own = words.number_format(indicator)
        if ("%" in own) != indicator.percent:
            raise ValueError(_misfit(indicator))
        return self.hedged(self._with(look, own), hedge)

    def hedged(self, look: int, hedge: Hedge) -> int:
        """The look with 约, 余 or 近 at its numbers."""
        if not hedge:
            return look
        new = self._with(look, _hedged(self._code(look), hedge))
        self._approximate.add(new)
        return new

    def approximate(self, look: int) -> bool:
        """Whether the look says that its number is none."""
        return look in self._approximate

    def _code(self, look: int) -> str:
        if look not in self._codes:
            self._codes[look] = self._stated(look)
        return self._codes[look]

    def _stated(self, look: int) -> str:
        number = int(self._collection("cellXfs")[look].get("numFmtId", "0"))
        own = {int(item.get("numFmtId", "0")): item.get("formatCode", "") for item in self._collection("numFmts")}
        return own.get(number) or BUILTIN_FORMATS.get(number, "General")

    def _with(self, look: int, code: str) -> int:
        if code == self._code(look):
            return look
        if (look, code) not in self._made:
            looks = self._collection("cellXfs")
            xf = deepcopy(looks[look])
            xf.set("numFmtId", str(self._number(code)))
            xf.set("applyNumberFormat", "1")
            self._made[look, code] = appended(looks, xf)
        return self._made[look, code]

    def _number(self, code: str) -> int:
        formats = self._collection("numFmts")
        known = {item.get("formatCode", ""): int(item.get("numFmtId", "0")) for item in formats}
        if code not in known:
            known[code] = max([_FIRST_OWN - 1, *known.values()]) + 1
            stated = {"numFmtId": str(known[code]), "formatCode": code}
            appended(formats, formats.makeelement(f"{M}numFmt", stated))
        return known[code]

    def _collection(self, name: str) -> Element:
        """A collection of the part; the number formats, which come first, may have to be made."""
        found = self._root.find(f"{M}{name}")
        if found is None:
            found = self._root.makeelement(f"{M}{name}", {})
            self._root.insert(0, found)
        return found


def _hedged(code: str, hedge: Hedge) -> str:
    """At each section for numbers, behind its colour or condition; the fourth is for texts."""
    sections = _SECTION.split(code)
    return ";".join([*(_marked(section, hedge) for section in sections[:3]), *sections[3:]])


def _marked(section: str, hedge: Hedge) -> str:
    conditions = _CONDITIONS.match(section)
    assert conditions is not None
    start, shown = conditions[0], section[conditions.end() :]
    if not shown:
        return section
    return f'{start}{shown}"{hedge}"' if hedge == "余" else f'{start}"{hedge}"{shown}'


def _misfit(indicator: Indicator) -> str:
    if indicator.percent:
        return f"“{indicator.name}”是百分数，单元格的数字格式请设为“百分比”或“常规”"
    return f"“{indicator.name}”不是百分数，单元格的数字格式请不要设为“百分比”"
