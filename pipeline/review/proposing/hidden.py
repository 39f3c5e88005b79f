"""Slots in; for each figure behind a blanked name, the value that the blank hides: XX级宣讲XX次 three times over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.review.proposing.profiles import Lore
from pipeline.review.proposing.slots import Slot

UNKNOWN = ""
"""A value is hidden, and nothing says which."""


def values(slots: Sequence[Slot], lore: Lore) -> Mapping[int, str]:
    """Place of a figure → hidden value. As many blanks in a sentence as there are values stand in the values' order."""
    series = _series(lore)
    blanks = {place: names for place, slot in enumerate(slots) if (names := _hides(slot, series))}
    found: dict[int, str] = {}
    for place, names in blanks.items():
        alike = [other for other, its in blanks.items() if its == names and _together(slots[place], slots[other])]
        if place + 1 < len(slots) and slots[place + 1].kind == "figure":
            found[place + 1] = names[alike.index(place)] if len(alike) == len(names) else UNKNOWN
    return found


def _series(lore: Lore) -> Mapping[str, tuple[str, ...]]:
    """Last character → the values of a field that all end with it: 级 → 公司级, 车间级, 班组级."""
    found = {}
    for facet, names in lore.canonical.items():
        known = tuple(name for bit, name in enumerate(names) if lore.telling[facet] >> bit & 1)
        if len(known) > 2 and len({name[-1] for name in known}) == 1:
            found[known[0][-1]] = known
    return found


def _hides(slot: Slot, series: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return series.get(slot.numeral.after[:1], ()) if slot.kind == "name" else ()


def _together(one: Slot, other: Slot) -> bool:
    first, last = sorted((one.start, other.start))
    return not set("。；！？") & set(one.numeral.line[first:last])
