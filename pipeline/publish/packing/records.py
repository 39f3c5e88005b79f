"""A unit's own records that count → the evidence sheets of its 汇总.xlsx; no personal column, and no text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from pipeline.model import Ledger
from pipeline.publish.packing.portions import Portion
from pipeline.publish.packing.told import CENTRAL, Discretion
from pipeline.publish.sheets import records as evidence
from pipeline.publish.sheets.material import Material
from pipeline.publish.sheets.paper import Paper
from pipeline.publish.sheets.traces import Trace

_PLACE = ("来件", "工作表", "行")
_WIDTHS = {"datetime": 17.0, "quantity": 10.0}


def sheet_name(ledger: Ledger) -> str:
    return f"记录-{ledger.name.removesuffix('台账')}"


def widths(ledger: Ledger) -> list[float]:
    return [14.0, *(_WIDTHS.get(field.type, 16.0) for field in evidence.fields(ledger)), 36.0, 16.0, 6.0]


def records(paper: Paper, ledger: Ledger, portion: Portion, material: Material, discretion: Discretion) -> None:
    """One line for each record, by date."""
    paper.top(f"{portion.unit.name}：{ledger.name}计入本期的记录", material.period_line)
    headers = [field.header for field in evidence.fields(ledger)]
    first = paper.header([ledger.field("start_date").header, *headers, *_PLACE])
    sheet, looks = paper.sheet, paper.looks
    plain, day, moment = looks["cell"], looks["date"], looks["moment"]
    for number, values in enumerate(_rows(ledger, portion, material, discretion), first):
        for column, value in enumerate(values):
            if isinstance(value, str):
                sheet.write_string(number, column, value, plain)
            elif isinstance(value, date):
                sheet.write_datetime(number, column, value, moment if isinstance(value, datetime) else day)
            else:
                sheet.write_number(number, column, value, plain)


def _rows(ledger: Ledger, portion: Portion, material: Material, discretion: Discretion) -> Iterator[tuple[Any, ...]]:
    """As on the evidence sheets, without the unit, and without the place of a record in a book of the parent's."""
    trace = Trace(ledger, "", portion.frames[ledger.id], {})
    shown: dict[str, str] = {}
    for _, *values, file, sheet, row in evidence.rows(trace, material.figures.harvest, material.unit_names):
        if file not in shown:
            shown[file] = discretion.file(file, portion.unit.index)
        yield (*values, shown[file], sheet, row) if shown[file] else (*values, CENTRAL, "", "")
