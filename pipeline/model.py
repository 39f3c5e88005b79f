"""The values that pass between the stages: files → sheets → tables → records → figures → documents."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from pipeline.period import Period

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MICRO = 1_000_000
"""Quantities travel as whole millionths in int64: exact for counts and for money in 万元 down to the cent."""

EXACT, ABOUT, MORE, ALMOST, RANGE, UNKNOWN, NOT_APPLICABLE = range(7)
"""Kinds of a quantity (int8). A quantity of the last two has value = low = high = 0."""

DAY, MONTH, QUARTER, HALF, YEAR = range(5)
"""Precisions of a date (int8)."""

BLANK, ABSENT = 1 << 61, 1 << 62
"""Choices travel as bit masks in int64, bit i for the i-th name; BLANK for an empty cell, ABSENT for no such column."""

Cell: TypeAlias = str | float | int | bool | datetime | date | time | timedelta | None
Scope: TypeAlias = Literal["own", "all"]
SCOPES: tuple[Scope, ...] = ("own", "all")


class Severity(StrEnum):
    """Error: not counted, the clerk must act. Warning: look at it. Notice: normalised, for the record."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something stands: file below input/ with ``/``, sheet, Excel's row number (0: none), column letter."""

    file: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to tell the clerk; its wording stands in publish/problems.py, `values` fills it."""

    code: str
    severity: Severity
    origin: Origin = Origin()
    unit: str = ""
    ledger: str = ""
    field: str = ""
    values: tuple[tuple[str, str], ...] = ()


# --- definitions, read from templates/ -------------------------------------------------------------------------------

FieldType: TypeAlias = Literal[
    "date", "datetime", "quantity", "choice", "choices", "role", "media", "text", "unit", "indicator", "measure"
]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The allowed values of a field: names in their order (bit i), spellings in normal form, groups as masks."""

    names: tuple[str, ...]
    spellings: Mapping[str, int]
    groups: Mapping[str, int] = field(default_factory=dict)

    def mask(self, name: str) -> int:
        """The mask of a name, a group, ``（空白）``, ``（已填）`` or ``（无此列）``; KeyError if it is none of these."""
        special = {"（空白）": BLANK | ABSENT, "（已填）": BLANK - 1, "（无此列）": ABSENT}
        if name in self.names:
            return 1 << self.names.index(name)
        return special[name] if name in special else self.groups[name]

    def words(self, mask: int) -> tuple[str, ...]:
        return tuple(name for bit, name in enumerate(self.names) if mask >> bit & 1)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a ledger; `need` is R, r or o as in the domain's tables."""

    name: str
    header: str
    type: FieldType
    need: Literal["R", "r", "o"] = "o"
    synonyms: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    """Headers in normal form that look like this field and are not."""
    fallback: tuple[str, ...] = ()
    """Headers that stand in when the column is missing (date-column-assumed)."""
    default: int | None = None
    """What a blank quantity or a missing column means; None is unknown."""
    whole: bool = True
    """Counted things: fractions are errors, intervals are rounded inwards."""
    from_title: bool = False
    """A choice that sheet name or title states where the column is missing."""
    vocabulary: Vocabulary | None = None
    endings: tuple[tuple[str, int], ...] = ()
    """media: (ending of a medium's name, mask of its channel) for media that the list does not know."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """One kind of ledger (台账); `words` are what titles, sheets and files call it."""

    id: str
    name: str
    words: tuple[str, ...]
    fields: tuple[Field, ...]
    unread: tuple[str, ...]
    """Headers of personal columns and free text, in normal form: never parsed, cached or printed."""

    def field(self, name: str) -> Field:
        return next(f for f in self.fields if f.name == name)


@dataclass(frozen=True, slots=True)
class Unit:
    """One row of the register (单位名册); `index` is its place there and its code in the frames."""

    index: int
    name: str
    aliases: tuple[str, ...] = ()
    parent: int | None = None
    level: str = ""
    due: bool = True
    members: int | None = None
    staff: int | None = None
    password: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    """The tree of units, in the register's order."""

    units: tuple[Unit, ...]
    spellings: Mapping[str, tuple[int, ...]]
    """Names and aliases in normal form → units; two units make it ambiguous."""
    children: tuple[tuple[int, ...], ...]

    @property
    def root(self) -> int:
        return next(unit.index for unit in self.units if unit.parent is None)

    def ancestors(self, unit: int) -> tuple[int, ...]:
        """From the parent up to the root."""
        above, parent = [], self.units[unit].parent
        while parent is not None:
            above.append(parent)
            parent = self.units[parent].parent
        return tuple(above)

    def below(self, unit: int) -> tuple[int, ...]:
        """The unit itself and every unit under it, depth first."""
        return (unit, *(u for child in self.children[unit] for u in self.below(child)))


@dataclass(frozen=True, slots=True)
class Medium:
    name: str
    aliases: tuple[str, ...]
    channel: str


@dataclass(frozen=True, slots=True)
class Target:
    """At least `minimum` of `indicator` in each `span`; unit None is every unit, span None the run's."""

    indicator: str
    unit: int | None
    span: Literal["year", "half", "quarter", "month"] | None
    minimum: Fraction
    basis: str = ""


Filter: TypeAlias = tuple[tuple[str, int], ...]
"""(field, mask): the record's mask must share a bit with it in every pair."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of indicators.toml; which keys a kind needs is checked in definitions/."""

    id: str
    name: str
    ledger: str
    kind: str
    measure_word: str
    scope: Scope
    rule: str = ""
    """The rule in one Chinese sentence (口径), for the notes and comments."""
    field: str = ""
    over: str = ""
    where: Filter = ()
    unless: Filter = ()
    part: Filter = ()
    """The numerator of a share: what it must meet besides `where`."""
    limits: tuple[tuple[int, int], ...] = ()
    """(mask of incident_level, hours); the first that fits, mask -1 fits all."""
    of: str = ""
    """register_share: the indicator that is divided by the register column `over`; submission: due, received, rate."""
    whole: bool = True
    style: Literal["", "万"] = ""

    @property
    def percent(self) -> bool:
        return self.measure_word == "%"


@dataclass(frozen=True, slots=True)
class TableSheet:
    """One sheet of 汇总表.xlsx, from tables.toml."""

    name: str
    kind: Literal["summary", "monthly", "categories", "changes", "targets", "submission", "rules"]
    title: str
    indicators: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    """categories: (ledger, choice field)."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """One line of the sheet 裁定: in `file` (blank: any), `what` is settled as `value`, because of `reason`."""

    row: int
    file: str
    what: str
    key: str
    value: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Definitions:
    """Everything in templates/ that can move a number."""

    ledgers: tuple[Ledger, ...]
    indicators: tuple[Indicator, ...]
    register: Register
    media: tuple[Medium, ...]
    targets: tuple[Target, ...]
    title_words: tuple[str, ...] = ()
    """Words of titles and file names that are no part of a unit's name."""
    revision_words: tuple[str, ...] = ()
    """Words in a file's name that say it is the newer version."""
    ignored: tuple[str, ...] = ()
    """Headers in normal form that do not matter when rows are compared."""
    tables: tuple[TableSheet, ...] = ()
    evidence: bool = True
    """Whether 汇总表.xlsx holds the records as well."""
    ranked: tuple[str, ...] = ()
    """Indicators beside which a unit's own summary says its rank and the median of comparable units."""
    rulings: tuple[Ruling, ...] = ()
    digests: tuple[tuple[str, str], ...] = ()
    """(file below templates/, sha256), sorted."""

    def ledger(self, id: str) -> Ledger:
        return next(ledger for ledger in self.ledgers if ledger.id == id)

    def indicator(self, key: str) -> Indicator:
        """By id or Chinese name; KeyError if there is none."""
        for indicator in self.indicators:
            if key in (indicator.id, indicator.name):
                return indicator
        raise KeyError(key)


# --- from files to tables --------------------------------------------------------------------------------------------


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


Columns: TypeAlias = "Mapping[str, array[int] | list[str]]"
"""The flat columns of records, all of one length; see RECORD_COLUMNS."""

RECORD_COLUMNS = """
Every ledger:  unit 'i' index in the register · row 'i' Excel's row · names 'q' digest of the unread names (never stored)
date f         f 'q' and end_date 'q' seconds since 1970-01-01 (naive) · date_precision 'b' · f_timed 'b' time of day known
datetime f     f 'q' seconds (0 if unknown) · f_timed 'b': -1 unknown, 0 day only, 1 with time of day
quantity f     f, f_low, f_high 'q' millionths · f_kind 'b'
choices f      f 'q' mask (choice, choices, role; media gives `channel`; indicator of the ledger reported too)
text f         f list of str, '' where blank
incident       out_of_order 'b'
The records of a ledger in all tables are a frame of these, plus `table` (int32, index into Harvest.tables); seconds become
datetime64[s], text object, the rest as stated; for names there are `key` (int64, digest of all that is read, the unit and
the names) and `near` (int64, digest of unit, day, form or type, and topic or title; 0: no day or topic, or no other record
of that unit, day and form). Columns that are equal throughout may be one array.
"""

Frame: TypeAlias = "Mapping[str, NDArray[Any]]"
"""The records of one ledger, column by column; never changed in place."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
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
    """Units without a record that the table answers for: a zero report, or the declared unit of a table with rows."""
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


@dataclass(frozen=True, slots=True)
class Coverage:
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


@dataclass(frozen=True, slots=True, eq=False)
class Harvest:
    """Everything read, reconciled: one frame a ledger (see RECORD_COLUMNS), duplicates and superseded rows gone."""

    records: Mapping[str, Frame]
    tables: tuple[Table, ...]
    coverage: tuple[Coverage, ...]
    findings: tuple[Finding, ...]
    accounting: tuple[Account, ...]
    periods: tuple[Period, ...] = ()
    """Half-years that the input speaks of, sorted."""
    unapplied: tuple[Ruling, ...] = ()
    """Lines of 裁定 that no longer settle anything."""


@dataclass(frozen=True, slots=True, order=True)
class Account:
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


# --- figures -----------------------------------------------------------------------------------------------------------


class Figure(NamedTuple):
    """The value of an indicator for a unit and a period; None is unknown, never 0. Shares are exact fractions.

    A run has hundreds of thousands of them, and makes a tuple ten times sooner than a frozen dataclass.
    """

    period: Period
    unit: int
    scope: Scope
    indicator: str
    value: Fraction | int | None
    low: Fraction | int | None
    high: Fraction | int | None
    numerator: Fraction | int | None = None
    denominator: Fraction | int | None = None
    records: int = 0
    unknown: int = 0
    previous: Fraction | int | None = None
    last_year: Fraction | int | None = None
    target: Target | None = None
    silent: int = 0
    """How many units of the scope that should have reported have this ledger unknown."""


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """All figures of one period, and the frames they were measured on."""

    period: Period
    as_of: date
    by_key: Mapping[tuple[int, Scope, str], Figure]
    harvest: Harvest
    findings: tuple[Finding, ...] = ()

    def get(self, unit: int, indicator: str, scope: Scope) -> Figure:
        return self.by_key[unit, scope, indicator]


Change: TypeAlias = tuple[int, Scope, str, Fraction | int | None, Fraction | int | None]
"""A figure that is no longer what it was: unit, scope, indicator, the value before and now."""


@dataclass(frozen=True, slots=True, eq=False)
class Trail:
    """The records of one ledger that count in a period, as columns, by unit, date, table and row."""

    unit: NDArray[np.int64]
    table: NDArray[np.int64]
    row: NDArray[np.int64]
    start_date: NDArray[np.datetime64]
    date_precision: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Behind:
    """The records behind an indicator: the `places` of a trail, ascending; each adds one of `amounts`, as `adds` says.

    What a record adds is what the indicator would be if it were the only one: the quantity of a sum, the hours of a
    median, the numerator of a share, whose denominator stands beside it. For one of the unknown it is None, or in a share
    0 by 0; in a longest gap it is always None, as the dates alone count.
    """

    trail: Trail
    places: NDArray[np.int64]
    adds: NDArray[np.int64]
    amounts: tuple[tuple[Fraction | int | None, Fraction | int | None], ...]

    @property
    def units(self) -> NDArray[np.int64]:
        return self.trail.unit[self.places]
