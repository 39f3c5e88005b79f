"""The records of ledgers: tables as they were found in files, and all of them reconciled."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from pipeline.model.findings import Finding
from pipeline.model.rulings import Ruling
from pipeline.period import Period

if TYPE_CHECKING:
    from numpy.typing import NDArray

Columns: TypeAlias = "Mapping[str, array[int] | list[str]]"
"""The flat columns of records, all of one length; see RECORD_COLUMNS."""

RECORD_COLUMNS = """
Every ledger:  unit 'i' index in the register · row 'i' Excel's row · names 'q' digest of the unread names (never stored)
date f         f 'q' and end_date 'q' seconds since 1970-01-01 (naive) · date_precision 'b' · f_timed 'b' time of day known
another time f f 'q' seconds (0 if unknown) · f_timed 'b': -1 unknown, 0 day only, 1 with time of day
quantity f     f, f_low, f_high 'q' millionths · f_kind 'b'
choices f      f 'q' mask (choice, choices, role, indicator; media gives `channel`)
text f         f list of str, '' where blank
times in order out_of_order 'b', where the ledger has an `order`
The records of a ledger in all tables are a frame of these, plus `table` (int32, index into Harvest.tables); seconds become
datetime64[s], text object, the rest as stated; for names there are `key` (int64, digest of all that is read, the unit and
the names) and `near` (int64, digest of unit, day, form or type, and topic or title; 0: no day or topic, or no other record
of that unit, day and form). Columns that are equal throughout may be one array.
"""

Frame: TypeAlias = "Mapping[str, NDArray[Any]]"
"""The records of one ledger, column by column; never changed in place."""


class Table(NamedTuple):
    """The records of one table of one sheet, and what became of its other rows."""

    file: str
    sheet: str
    ledger: str
    read: int
    """Physical rows of the sheet that are this table's."""
    columns: Columns
    unit: int = -1
    """The unit that a cell, title, sheet, file or folder declares; -1: none."""
    named: tuple[int, ...] = ()
    """Units without a record that the table answers for: a zero report, or the declared unit of a table with rows, unless
    some of its own were rejected."""
    period: Period | None = None
    """Stated by title, sheet, file or folder."""
    rejected: tuple[tuple[int, int], ...] = ()
    """(Excel row, unit or -1) of rows not counted because of an error."""
    crosstab: bool = False

    def numbers(self, name: str) -> array[int]:
        """A column of numbers; empty where the table was not counted."""
        column = self.columns.get(name)
        return column if isinstance(column, array) else array("q")


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What one file gave. `unread` are (sheet, rows read, rows rejected) of sheets that gave no table."""

    file: str
    tables: tuple[Table, ...] = ()
    unread: tuple[tuple[str, int, int], ...] = ()
    findings: tuple[Finding, ...] = ()
    modified: datetime | None = None
    units: tuple[int, ...] = ()
    """Units that the file declares anywhere, read or not."""
    applied: tuple[int, ...] = ()
    """Rows of the sheet 裁定 that settled something in the file."""


class Coverage(NamedTuple):
    """An accepted table answers for this unit: it holds rows of it, names it, or is its zero report.

    The unit's ledger is known for a period if the stated period overlaps it, or any record of the table is counted in it.
    """

    ledger: str
    unit: int
    table: int
    """Index into Harvest.tables."""
    period: Period | None
    """As stated by title, sheet, file or folder."""
    records: int
    """Accepted records of this unit in the table; 0 for a zero report."""


class Account(NamedTuple):
    """read = counted + out_of_period + duplicate + rejected + structure, for one file, sheet, ledger and unit."""

    file: str
    sheet: str
    ledger: str
    unit: str
    read: int = 0
    counted: int = 0
    out_of_period: int = 0
    duplicate: int = 0
    rejected: int = 0
    structure: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Harvest:
    """Everything read, reconciled: one frame a ledger (see RECORD_COLUMNS), duplicates and superseded rows gone."""

    records: Mapping[str, Frame]
    tables: tuple[Table, ...]
    """Without their columns, which are in `records`; how many records of which units each holds says `coverage`."""
    coverage: tuple[Coverage, ...]
    findings: tuple[Finding, ...]
    accounting: tuple[Account, ...]
    periods: tuple[Period, ...] = ()
    """Half-years that the input speaks of, sorted."""
    unapplied: tuple[Ruling, ...] = ()
    """Lines of 裁定 that no longer settle anything."""
