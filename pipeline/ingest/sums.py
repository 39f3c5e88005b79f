"""Whether a table of counts by month adds up what another table holds day by day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.model import DAY, Table

_FEWEST = 2
"""Counts that agree by more than chance."""


def adds_up(table: Table, others: Iterable[Table], choice: str) -> bool:
    """Whether a table's records are of a month or more, and state as many events of each `choice` as the others' days."""
    if len(table.numbers("row")) < _FEWEST or DAY in table.numbers("date_precision") or not choice:
        return False
    days = [
        event for other in others if other.ledger == table.ledger for event in _events(other, choice) if event[0] == DAY
    ]
    return bool(days) and all(
        count == sum(each[-1] for each in days if each[1:3] == [unit, chosen] and start <= each[3] and each[4] <= end)
        for _, unit, chosen, start, end, count in _events(table, choice)
    )


def _events(table: Table, choice: str) -> Sequence[list[int]]:
    """Precision, unit, choice, start, end and count of every record."""
    names = ("date_precision", "unit", choice, "start_date", "end_date", "sessions")
    return [list(event) for event in zip(*map(table.numbers, names), strict=True)]
