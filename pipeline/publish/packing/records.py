"""A unit's own records that count → the evidence sheets of its 汇总.xlsx; no personal column, and no text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pipeline.model import Ledger
from pipeline.publish.packing.portions import Portion
from pipeline.publish.packing.told import CENTRAL, Discretion
from pipeline.publish.sheets import records as evidence
from pipeline.publish.sheets.material import Material
from pipeline.publish.sheets.paper import Paper
from pipeline.publish.sheets.traces import Trace

_PLACE = (("来件", 36.0), ("工作表", 16.0), ("行", 6.0))
_DATE_WIDTH = 14.0
_WIDTHS = {"datetime": 17.0, "quantity": 10.0}


@dataclass(frozen=True, slots=True)
class Column:
    header: str
    width: float
    values: Sequence[Any]


def sheet_name(ledger: Ledger) -> str:
    return f"记录-{ledger.name.removesuffix('台账')}"


def columns(ledger: Ledger, portion: Portion, material: Material, discretion: Discretion) -> list[Column]:
    """Date, the shown fields that any of the records fills, and the place; one value for each record, by date."""
    fields = evidence.fields(ledger)
    heads = [(ledger.field("start_date").header, _DATE_WIDTH)]
    heads += [(field.header, _WIDTHS.get(field.type, 16.0)) for field in fields]
    values = zip(*_rows(ledger, portion, material, discretion), strict=True)
    found = [Column(*head, each) for head, each in zip((*heads, *_PLACE), values, strict=True)]
    return [column for column in found if any(value != "" for value in column.values)]


def records(paper: Paper, columns: Iterable[Column], title: str, period_line: str) -> None:
    paper.top(title, period_line)
    columns = tuple(columns)
    first = paper.header([column.header for column in columns])
    for place, column in enumerate(columns):
        _write(paper, first, place, column.values)


def _write(paper: Paper, first: int, place: int, values: Sequence[Any]) -> None:
    sheet, looks = paper.sheet, paper.looks
    plain, day, moment = looks["cell"], looks["date"], looks["moment"]
    for number, value in enumerate(values, first):
        if value == "":
            sheet.write_blank(number, place, None, plain)
        elif isinstance(value, str):
            sheet.write_string(number, place, value, plain)
        elif isinstance(value, date):
            sheet.write_datetime(number, place, value, moment if isinstance(value, datetime) else day)
        else:
            sheet.write_number(number, place, value, plain)


def _rows(ledger: Ledger, portion: Portion, material: Material, discretion: Discretion) -> Iterator[tuple[Any, ...]]:
    """As on the evidence sheets, without the unit, and without the place of a record in a book of the parent's."""
    trace = Trace(ledger, "", portion.frames[ledger.id], {})
    shown: dict[str, str] = {}
    for _, *values, file, sheet, row in evidence.rows(trace, material.figures.harvest, material.unit_names):
        if file not in shown:
            shown[file] = discretion.file(file, portion.unit.index)
        yield (*values, shown[file], sheet, row) if shown[file] else (*values, CENTRAL, "", "")
