"""What is told to the clerk: an error, a warning or a notice, and where it stands."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """Error: not counted, the clerk must act. Warning: look at it. Notice: normalised, for the record."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


class Origin(NamedTuple):
    """Where something stands: file below input/ with ``/``, sheet, Excel's row number (0: none), column letter."""

    file: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""


class Finding(NamedTuple):
    """Something to tell the clerk; its wording stands in publish/problems.py, `values` fills it."""

    code: str
    severity: Severity
    origin: Origin = Origin()
    unit: str = ""
    ledger: str = ""
    field: str = ""
    values: tuple[tuple[str, str], ...] = ()
