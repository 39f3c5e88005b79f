"""The records that count → the evidence sheets (证据): no personal column, and text left out as it may name people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.model import DAY, EXACT, MICRO, NOT_APPLICABLE, UNKNOWN, Field, Harvest, Ledger, Vocabulary
from pipeline.publish import origins, words
from pipeline.publish.sheets.material import Material
from pipeline.publish.sheets.paper import Paper
from pipeline.publish.sheets.traces import Trace

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

SHOWN = frozenset({"choice", "choices", "role", "media", "indicator", "quantity", "datetime"})
"""Types of fields that an evidence sheet shows."""

_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an evidence sheet, and how its value is made of the numbers of a record."""

    header: str
    width: float
    numbers: Mapping[str, int]
    """By name, and what stands for one that the records lack."""
    word: Callable[..., str | float | date]


def columns(ledger: Ledger) -> list[Column]:
    """The date and the shown fields."""
    header = ledger.field("start_date").header
    return [Column(header, 14.0, {"start_date": 0, "date_precision": DAY}, _day), *map(_column, fields(ledger))]


def widths(trace: Trace) -> list[float]:
    return [24.0, *(column.width for column in columns(trace.ledger)), 44.0, 16.0, 6.0]


def records(paper: Paper, material: Material, trace: Trace) -> None:
    """One line for each record, by unit and date, so that a link to the first of a unit leads to all of them."""
    paper.top(f"{trace.ledger.name}：计入本期的记录", material.period_line)
    headers = [column.header for column in columns(trace.ledger)]
    first = paper.header(["单位", *headers, "文件", "工作表", "行"], freeze=2)
    file = 1 + len(headers)
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
    numbers = unworded(trace.ledger, trace.frame)
    shown = [_mapped(column, numbers) for column in columns(trace.ledger)]
    return zip(units, *shown, *places(trace.frame, harvest), strict=True)


def unworded(ledger: Ledger, frame: pd.DataFrame) -> dict[str, NDArray[Any]]:
    """The numbers of all `columns` by name, dates in days and moments in seconds."""
    names = [name for column in columns(ledger) for name in column.numbers.items()]
    return {
        name: _numbers(name, frame[name].to_numpy()) if name in frame else np.full(len(frame), lacking)
        for name, lacking in names
    }


def places(frame: pd.DataFrame, harvest: Harvest) -> tuple[list[str], list[str], list[int]]:
    """File, sheet and row of each record."""
    tables = [harvest.tables[table] for table in frame["table"].tolist()]
    return [table.file for table in tables], [table.sheet for table in tables], frame["row"].tolist()


def _numbers(name: str, column: NDArray[Any]) -> NDArray[Any]:
    unit = "D" if name == "start_date" else "s"
    return column.astype(f"datetime64[{unit}]").astype(np.int64) if column.dtype.kind == "M" else column


def _mapped(column: Column, numbers: Mapping[str, NDArray[Any]]) -> list[Any]:
    """A value for each record, each distinct one worded once."""
    cells = list(zip(*(numbers[name].tolist() for name in column.numbers), strict=True))
    known = {cell: column.word(*cell) for cell in dict.fromkeys(cells)}
    return [known[cell] for cell in cells]


def _column(field: Field) -> Column:
    name = field.column
    if field.type == "quantity":
        return Column(field.header, 10.0, {name: 0, f"{name}_kind": UNKNOWN}, _quantity)
    if field.type == "datetime":
        return Column(field.header, 17.0, {name: 0, f"{name}_timed": -1}, _moment)
    return Column(field.header, 16.0, {name: 0}, partial(_words, field.vocabulary))


def _day(days: int, precision: int) -> date | str:
    """A real date, or the name of the month, quarter, half-year or year if no day is known."""
    start = _EPOCH.date() + timedelta(days=days)
    return start if precision == DAY else origins.span(start, precision)


def _words(vocabulary: Vocabulary | None, mask: int) -> str:
    return "、".join(vocabulary.words(mask)) if vocabulary else ""


def _quantity(value: int, kind: int) -> float | str:
    """The number; as a text with 约 if approximate, / if not applicable, nothing if unknown."""
    if kind in (UNKNOWN, NOT_APPLICABLE):
        return "/" if kind == NOT_APPLICABLE else ""
    if kind != EXACT:
        return f"约{words.exact(Fraction(value, MICRO))}"
    return value / MICRO if value % MICRO else value // MICRO


def _moment(seconds: int, timed: int) -> datetime | date | str:
    if timed < 0:
        return ""
    moment = _EPOCH + timedelta(seconds=seconds)
    return moment if timed else moment.date()
