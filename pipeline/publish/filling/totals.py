"""What the totals of a filled sheet come to, for readers that show a stored value and never calculate.

Sums of cells are computed, also guarded ones (``IF(COUNT(C6:C9)=0,"…",SUM(C6:C9))``). Any other formula is left without a
value, for none is better than a stale one, and office programs calculate all when they open the file.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from pipeline.publish.workbook.marks import place as place_of

Stored: TypeAlias = int | float | str | None
"""A number, a text, or None where a cell's value is not known here."""

_CELLS = r"[$A-Z0-9:, ]+"
_SUM = re.compile(
    rf'(?:IF\(COUNT\((?P<counted>{_CELLS})\)=0,"(?P<mark>[^"]*)",)?SUM\((?P<summed>{_CELLS})\)(?(mark)\))'
)
_RANGE = re.compile(r"(?<![!\w$:.])\$?[A-Z]{1,3}\$?[0-9]+(?::\$?[A-Z]{1,3}\$?[0-9]+)?")


class Totals:
    """`cells` are the values of a sheet by (row, column), without the empty ones; `formulas` those that have none yet.

    Asked from the top to the bottom, as tables add up, no formula waits for a long chain of others.
    """

    def __init__(
        self,
        cells: Mapping[tuple[int, int], Stored],
        formulas: Mapping[tuple[int, int], str],
        approximate: Iterable[tuple[int, int]],
    ) -> None:
        self._values = dict(cells)
        self._formulas = formulas
        self._approximate = dict.fromkeys(approximate, True)
        self._last = max((row for row, _ in (*cells, *formulas)), default=0)
        self._open: set[tuple[int, int]] = set()

    def value(self, place: tuple[int, int]) -> Stored:
        """None if it is more than a sum of known cells."""
        if place in self._formulas and place not in self._values and place not in self._open:
            self._open.add(place)
            self._values[place] = self._total(self._formulas[place])
        return self._values.get(place)

    def approximate(self, place: tuple[int, int]) -> bool:
        """Whether the cell holds, or its formula reads, a number that is not exact; through other formulas too."""
        if place not in self._approximate:
            self._approximate[place] = False
            references = _RANGE.findall(self._formulas.get(place, ""))
            read = {cell for reference in references for cell in self._filled(reference)}
            self._approximate[place] = any(self.approximate(cell) for cell in sorted(read))
        return self._approximate[place]

    def _total(self, formula: str) -> Stored:
        found = _SUM.fullmatch(formula)
        if not found:
            return None
        summed = self._numbers(found["summed"])
        counted = self._numbers(found["counted"]) if found["counted"] else summed
        if summed is None or counted is None:
            return None
        if found["mark"] is not None and not counted:
            return found["mark"]
        return sum(map(int, summed)) if all(isinstance(each, int) for each in summed) else math.fsum(summed)

    def _numbers(self, references: str) -> list[int | float] | None:
        """The numbers in the cells; None if one of them is not known."""
        values: list[Stored] = []
        for reference in references.replace(" ", "").split(","):
            if not _RANGE.fullmatch(reference):
                return None
            values += [self.value(place) for place in sorted(self._filled(reference))]
        return None if None in values else [each for each in values if isinstance(each, int | float)]

    def _filled(self, reference: str) -> set[tuple[int, int]]:
        first, _, last = reference.partition(":")
        (top, left), (bottom, right) = place_of(first), place_of(last or first)
        rows, columns = range(top, min(bottom, self._last) + 1), range(left, right + 1)
        there = ((row, column) for row in rows for column in columns)
        return {place for place in there if place in self._values or place in self._formulas}
