"""Columns of real dates → their starts, without reading them cell by cell."""

from __future__ import annotations

from array import array
from datetime import date, datetime

from pipeline.ingest.distinct import Column
from pipeline.ingest.moments import FIRST_YEAR, LAST_YEAR

_DAY = 86_400
_HALF_A_SECOND = 500_000
"""In microseconds."""
_START = datetime(1970, 1, 1)
# A stamp of the year before may be rounded up to the earliest second, which is therefore left to `moments.when`.
_EARLIEST, _LATEST = ((datetime(year, 1, 1) - _START).days * _DAY for year in (FIRST_YEAR, LAST_YEAR + 1))


def starts(column: Column) -> array[int] | None:
    """The starts of real dates with times of day, which seldom recur; None for any other column."""
    if datetime not in column.types or not column.types <= {date, datetime}:
        return None
    dates = [cell for cell in column.cells if isinstance(cell, date)]
    stamps = [day if isinstance(day, datetime) else datetime(day.year, day.month, day.day) for day in dates]
    if any(stamp.tzinfo for stamp in stamps):
        return None
    since = [stamp - _START for stamp in stamps]
    found = array("q", [s.days * _DAY + s.seconds + (s.microseconds >= _HALF_A_SECOND) for s in since])
    return found if _EARLIEST < min(found) <= max(found) < _LATEST else None
