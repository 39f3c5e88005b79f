"""Files as they are read: sources, books, sheets, cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TypeAlias

from pipeline.model.findings import Finding

Cell: TypeAlias = str | float | int | bool | datetime | date | time | timedelta | None


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: `name` below input/ with ``/``; `member` where it stands in a zip archive at `path`."""

    name: str
    path: Path
    sha256: str
    size: int
    member: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cells from A1 as the file stores them, rows of equal width; coordinates are 0-based (row, column)."""

    name: str
    rows: list[list[Cell]]
    merges: tuple[tuple[int, int, int, int], ...] = ()
    """(top, left, bottom, right), inclusive."""
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """Error values such as ``#REF!``; the cell itself is None."""
    uncached: frozenset[tuple[int, int]] = frozenset()
    """Formulas without a stored value; the cell itself is None."""


@dataclass(frozen=True, slots=True)
class Book:
    """One file as read; `findings` say why sheets may be missing."""

    source: Source
    sheets: tuple[Sheet, ...] = ()
    modified: datetime | None = None
    """The document's own modified time, never the file system's."""
    date_1904: bool = False
    findings: tuple[Finding, ...] = ()
