"""How a finding points at a cell: Excel's letters, and values without the empty ones."""

from __future__ import annotations

from functools import cache


@cache
def letter(column: int) -> str:
    """Excel's letters of a 0-based column."""
    name, rest = "", column + 1
    while rest:
        rest, sign = divmod(rest - 1, 26)
        name = chr(65 + sign) + name
    return name


def said(**values: str) -> tuple[tuple[str, str], ...]:
    """The values of a finding; wording drops the clause of a missing one."""
    return tuple((key, value) for key, value in values.items() if value)
