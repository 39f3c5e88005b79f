"""Which units of the register a text names, so that no pack tells one unit of another."""

from __future__ import annotations

import re

from pipeline.model import Register
from pipeline.spelling import normal

_SHORTEST = 2
"""A name of one character stands in every other word."""


class Mentions:
    """Names and aliases found in texts, the longest first; each distinct text is searched once."""

    def __init__(self, register: Register) -> None:
        self._units: dict[str, frozenset[int]] = {}
        for unit in register.units:
            for name in map(normal, (unit.name, *unit.aliases)):
                self._units[name] = self._units.get(name, frozenset()) | {unit.index}
        names = sorted((name for name in self._units if len(name) >= _SHORTEST), key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, names)) or "(?!)")
        self._found: dict[str, tuple[frozenset[int], ...]] = {}

    def foreign(self, text: str, kin: frozenset[int]) -> bool:
        """Whether the text names a unit that is not among `kin`."""
        if text not in self._found:
            self._found[text] = tuple(self._units[found[0]] for found in self._pattern.finditer(normal(text)))
        return any(not units & kin for units in self._found[text])
