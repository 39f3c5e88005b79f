"""Units whose packs are made together, with all that these are made from beside the figures of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pipeline.publish.packing import parcels
from pipeline.publish.packing.cuts import Cutter, Numbers
from pipeline.publish.packing.parcels import Parcel
from pipeline.publish.packing.portions import Portion
from pipeline.publish.packing.ranking import Standings

_MOST = 16
_FEWEST = 16
"""Packs in a batch, and batches in a run, as long as each has a pack."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """What is sent of it holds nothing of units of which its packs do not speak."""

    portions: Sequence[Portion]
    standings: Standings
    branches: Mapping[int, str]
    """By unit the digest of all figures that its pack is made from."""
    cut: Callable[[], Numbers] | None = None
    """Makes the figures that are sent along; None: who gets the batch has those of the run."""
    numbers: Numbers | None = None
    """The figures that were sent along."""

    def __reduce__(self) -> tuple[Any, ...]:
        numbers = self.cut() if self.cut else None
        return _received, (parcels.sent(self.portions), self.standings, self.branches, numbers)


def _received(parcel: Parcel, standings: Standings, branches: Mapping[int, str], numbers: Numbers | None) -> Batch:
    return Batch(parcels.received(parcel), standings, branches, numbers=numbers)


def batches(
    portions: Sequence[Portion], standings: Standings, branches: Sequence[str], cutter: Cutter | None
) -> Iterator[Batch]:
    """In the order of the portions; `standings` and `branches` are those of all units."""
    size = max(1, min(_MOST, len(portions) // _FEWEST))
    for first in range(0, len(portions), size):
        chosen = portions[first : first + size]
        units = [portion.unit.index for portion in chosen]
        own = {key: each for key, each in standings.items() if key[0] in units}
        cut = partial(cutter, units) if cutter else None
        yield Batch(chosen, own, {unit: branches[unit] for unit in units}, cut)
