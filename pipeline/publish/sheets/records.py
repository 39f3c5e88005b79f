"""The records that count → the evidence sheets (证据): no personal column, and text left out as it may name people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from pipeline.model import DAY, EXACT, MICRO, NOT_APPLICABLE, UNKNOWN, Field, Harvest, Ledger, Vocabulary
from pipeline.period import Period, Span
from pipeline.publish import words
from pipeline.publish.sheets.material import Material
from pipeline.publish.sheets.paper import Paper
from pipeline.publish.sheets.traces import Trace

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

SHOWN = frozenset({"choice", "choices", "role", "media", "indicator", "quantity", "datetime"})
"""Types of fields that an evidence sheet shows."""

_MONTHS: Mapping[int, tuple[Span, int]] = {1: ("month", 1), 2: ("quarter", 3), 3: ("half", 6), 4: ("year", 12)}
_WIDTHS = {"datetime": 17.0, "quantity": 10.0}


def widths(trace: Trace) -> list[float]:
    return [24.0, 14.0, *(_WIDTHS.get(field.type, 16.0) for field in fields(trace.ledger)), 44.0, 16.0, 6.0]


def records(paper: Paper, material: Material, trace: Trace) -> None:
    """One line for each record, by unit and date, so that a link to the first of a unit leads to all of them."""
    paper.top(f"{trace.ledger.name}：计入本期的记录", material.period_line)
    headers = [field.header for field in fields(trace.ledger)]
    first = paper.header(["单位", trace.ledger.field("start_date").header, *headers, "文件", "工作表", "行"], freeze=2)
    file = 2 + len(headers)
    lines = list(rows(trace, material.figures.harvest, material.unit_names))
    heights = {name: paper.tallest({file: name}) for name in {values[file] for values in lines}}
    for row, values in enumerate(lines, first):
        for column, value in enumerate(values):
            _write(paper, row, column, value, "wrapped" if column == file else "cell")
        paper.sheet.set_row(row, heights[values[file]])
    paper.sheet.autofilter(first - 1, 0, first + len(trace.frame) - 1, paper.columns - 1)


def _write(paper: Paper, row: int, column: int, value: str | float | date, text: str) -> None:
    if value == "":
        paper.sheet.blank(row, column, paper.looks["cell"])
    elif isinstance(value, str):
        paper.sheet.text(row, column, value, paper.looks[text])
    elif isinstance(value, date):
        look = "moment" if isinstance(value, datetime) else "date"
        paper.sheet.moment(row, column, value, paper.looks[look])
    else:
        paper.sheet.number(row, column, value, paper.looks["cell"])


def fields(ledger: Ledger) -> list[Field]:
    return [field for field in ledger.fields if field.type in SHOWN and field.name != "start_date"]


def rows(trace: Trace, harvest: Harvest, unit_names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Unit, date, the shown fields, file, sheet, row; each a text, number, date or datetime."""
    units = [unit_names[unit] for unit in trace.frame["unit"].tolist()]
    shown = columns(trace.ledger, unworded(trace.ledger, trace.frame))
    return zip(units, *shown, *places(trace.frame, harvest), strict=True)


def unworded(ledger: Ledger, frame: pd.DataFrame) -> dict[str, NDArray[Any]]:
    """By name the numbers of which `columns` makes what is shown."""
    shown = (f"{_name(field)}{part}" for field in fields(ledger) for part in ("", "_kind", "_timed"))
    names = [name for name in ("start_date", "date_precision", *shown) if name in frame]
    return {name: frame[name].to_numpy() for name in names}


def columns(ledger: Ledger, numbers: Mapping[str, NDArray[Any]]) -> list[list[Any]]:
    """Date and the shown fields, a value for each record, each distinct one worded once."""
    days = _mapped(_day, _moments(numbers["start_date"]), _precisions(numbers))
    return [days, *(_column(field, numbers) for field in fields(ledger))]


def places(frame: pd.DataFrame, harvest: Harvest) -> tuple[list[str], list[str], list[int]]:
    """File, sheet and row of each record."""
    tables = [harvest.tables[table] for table in frame["table"].tolist()]
    return [table.file for table in tables], [table.sheet for table in tables], frame["row"].tolist()


def _mapped(worded: Callable[..., Any], *columns: Sequence[Any]) -> list[Any]:
    cells = list(zip(*columns, strict=True))
    known = {cell: worded(*cell) for cell in dict.fromkeys(cells)}
    return [known[cell] for cell in cells]


def _moments(column: NDArray[Any]) -> list[datetime]:
    moments: list[datetime] = column.astype("datetime64[s]").tolist()
    return moments


def _precisions(numbers: Mapping[str, NDArray[Any]]) -> list[int]:
    """A ledger whose date is a moment has no other precision than the day."""
    if "date_precision" not in numbers:
        return [DAY] * len(numbers["start_date"])
    precisions: list[int] = numbers["date_precision"].tolist()
    return precisions


def _day(start: datetime, precision: int) -> date | str:
    """A real date, or the name of the month, quarter, half-year or year if no day is known."""
    if precision == DAY:
        return start.date()
    span, length = _MONTHS[precision]
    return Period.of(start.year, span, (start.month - 1) // length + 1).label


def _column(field: Field, numbers: Mapping[str, NDArray[Any]]) -> list[Any]:
    name = _name(field)
    if name not in numbers:
        return [""] * len(numbers["start_date"])
    values = numbers[name]
    if field.type == "quantity":
        return _mapped(_quantity, values.tolist(), numbers[f"{name}_kind"].tolist())
    if field.type == "datetime":
        return _mapped(_moment, _moments(values), numbers[f"{name}_timed"].tolist())
    return _mapped(partial(_words, field.vocabulary), values.tolist())


def _name(field: Field) -> str:
    return "channel" if field.type == "media" else field.name


def _words(vocabulary: Vocabulary | None, mask: int) -> str:
    return "、".join(vocabulary.words(mask)) if vocabulary else ""


def _quantity(value: int, kind: int) -> float | str:
    """The number; as a text with 约 if approximate, / if not applicable, nothing if unknown."""
    if kind in (UNKNOWN, NOT_APPLICABLE):
        return "/" if kind == NOT_APPLICABLE else ""
    if kind != EXACT:
        return f"约{words.exact(Fraction(value, MICRO))}"
    return value / MICRO if value % MICRO else value // MICRO


def _moment(moment: datetime, timed: int) -> datetime | date | str:
    if timed < 0:
        return ""
    return moment if timed else moment.date()
