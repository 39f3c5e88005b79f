"""Records whose times run backwards."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations, pairwise

from pipeline.ingest.columns import Stack
from pipeline.model import Columns, Severity

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class _Times:
    """One column of times: when, and whether with an hour (-1: not known)."""

    name: str
    start: Sequence[int]
    timed: Sequence[int]


def backwards(stack: Stack, records: Columns, lost: AbstractSet[int]) -> array[int]:
    """1 for a record whose times do not follow one another in the order of its ledger; its row has the finding.

    Days compare where a time has no hour; of those `lost` nothing is said.
    """
    times = [
        _Times(name, _numbers(records, name), _numbers(records, f"{name}_timed")) for name in stack.region.ledger.order
    ]
    wrong = array("b", bytes(len(stack)))
    suspects = {i for before, after in combinations(times, 2) for i in _earlier(after, before)}
    for i in sorted(suspects - lost):
        known = [(each.name, each.start[i], each.timed[i]) for each in times if each.timed[i] >= 0]
        later = next((after[0] for before, after in pairwise(known) if _is_backwards(before, after)), "")
        if later:
            wrong[i] = 1
            _tell(stack, i, later)
    return wrong


def _tell(stack: Stack, i: int, later: str) -> None:
    number = bisect_right(stack.ends, i)
    part, place = stack.parts[number], stack.region.places[later]
    ledger = stack.region.ledger
    said = {"header": place.text, "order": "、".join(ledger.field(name).header for name in ledger.order)}
    finding = part.finding("incident-order", Severity.WARNING, i - stack.spans[number].start, place, **said)
    stack.findings[number].append(finding)


def _numbers(records: Columns, name: str) -> array[int]:
    column = records[name]
    assert isinstance(column, array)
    return column


def _earlier(times: _Times, others: _Times) -> Iterable[int]:
    """Records with a known time below the other."""
    if max(times.timed, default=-1) < 0:
        return ()
    starts = zip(times.start, times.timed, others.start, strict=True)
    return [i for i, (start, timed, other) in enumerate(starts) if start < other and timed >= 0]


def _is_backwards(before: tuple[str, int, int], after: tuple[str, int, int]) -> bool:
    exact = before[2] == after[2] == 1
    return before[1] > after[1] if exact else before[1] // _DAY > after[1] // _DAY
