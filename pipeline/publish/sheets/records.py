"""The records that count → the evidence sheets (证据): no personal column, and text left out as it may name people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pipeline.model import DAY, EXACT, MICRO, NOT_APPLICABLE, UNKNOWN, Field, Harvest, Ledger
from pipeline.period import Period, Span
from pipeline.publish import words
from pipeline.publish.sheets.material import Material
from pipeline.publish.sheets.paper import Paper
from pipeline.publish.sheets.traces import Trace

if TYPE_CHECKING:
    import pandas as pd

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
    frame = trace.frame
    tables = [harvest.tables[table] for table in frame["table"].tolist()]
    columns = [
        [unit_names[unit] for unit in frame["unit"].tolist()],
        [_day(*day) for day in zip(frame["start_date"].to_numpy().tolist(), _precisions(frame), strict=True)],
        *(_column(field, frame) for field in fields(trace.ledger)),
        [table.file for table in tables],
        [table.sheet for table in tables],
        frame["row"].tolist(),
    ]
    return zip(*columns, strict=True)


def _precisions(frame: pd.DataFrame) -> Sequence[int]:
    """A ledger whose date is a moment has no other precision than the day."""
    return frame["date_precision"].tolist() if "date_precision" in frame else [DAY] * len(frame)


def _day(start: datetime, precision: int) -> date | str:
    """A real date, or the name of the month, quarter, half-year or year if no day is known."""
    if precision == DAY:
        return start.date()
    span, length = _MONTHS[precision]
    return Period.of(start.year, span, (start.month - 1) // length + 1).label


def _column(field: Field, frame: pd.DataFrame) -> list[Any]:
    name = "channel" if field.type == "media" else field.name
    if name not in frame:
        return [""] * len(frame)
    if field.type == "quantity":
        return [_quantity(*each) for each in zip(frame[name].tolist(), frame[f"{name}_kind"].tolist(), strict=True)]
    if field.type == "datetime":
        moments, timed = frame[name].to_numpy().tolist(), frame[f"{name}_timed"].tolist()
        return [_moment(*each) for each in zip(moments, timed, strict=True)]
    vocabulary = field.vocabulary
    masks = frame[name].tolist()
    texts = {mask: "、".join(vocabulary.words(mask)) if vocabulary else "" for mask in set(masks)}
    return [texts[mask] for mask in masks]


def _quantity(value: int, kind: int) -> float | str:
    """The number; as a text with 约 if approximate, / if not applicable, nothing if unknown."""
    if kind in (UNKNOWN, NOT_APPLICABLE):
        return "/" if kind == NOT_APPLICABLE else ""
    return value / MICRO if kind == EXACT else f"约{words.exact(Fraction(value, MICRO))}"


def _moment(moment: datetime, timed: int) -> datetime | date | str:
    if timed < 0:
        return ""
    return moment if timed else moment.date()
