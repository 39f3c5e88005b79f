"""How quantities, dates and choices travel: as whole numbers."""

from __future__ import annotations

MICRO = 1_000_000
"""Quantities travel as whole millionths in int64: exact for counts and for money in 万元 down to the cent."""

EXACT, ABOUT, MORE, ALMOST, RANGE, UNKNOWN, NOT_APPLICABLE = range(7)
"""Kinds of a quantity (int8). A quantity of the last two has value = low = high = 0."""

DAY, MONTH, QUARTER, HALF, YEAR = range(5)
"""Precisions of a date (int8)."""

BLANK, ABSENT = 1 << 61, 1 << 62
"""Choices travel as bit masks in int64, bit i for the i-th name; BLANK for an empty cell, ABSENT for no such column."""
