"""Definitions → the workbook in which a unit reports: 填报说明, then a sheet for every ledger.

Whatever a unit makes of it must still be readable, so nothing is locked, hidden or computed behind its back.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping

from pipeline.model import Definitions, Unit
from pipeline.period import Period
from pipeline.publish import looks
from pipeline.publish.collecting import entry, guide
from pipeline.publish.collecting.blank import GUIDE, Blank, Last
from pipeline.publish.looks import Looks
from pipeline.publish.packing.names import Names
from pipeline.publish.sheets.paper import Paper

FOLDER = "填报表"


def forms(
    definitions: Definitions, period: Period, last_by_unit: Mapping[int, Last] | None = None
) -> Iterator[tuple[str, bytes]]:
    """(file name, workbook) of every unit that should report; `last_by_unit` by its index in the register."""
    names = Names()
    for unit in definitions.register.units:
        if unit.due:
            last = (last_by_unit or {}).get(unit.index)
            yield names.free(unit.name, ".xlsx"), workbook(unit, definitions, period, last=last)


def workbook(unit: Unit, definitions: Definitions, period: Period, *, last: Last | None = None) -> bytes:
    """The form of one unit, with its figures of the period before; equal arguments give equal bytes."""
    blank = Blank(unit, definitions, period, last or {})
    data = io.BytesIO()
    with looks.workbook(data, period.start, f"{period.label}{FOLDER}") as book:
        styles = Looks(book)
        guide.guide(Paper(book.add_worksheet(GUIDE), styles, guide.widths(blank)), blank)
        for page in blank.pages:
            widths = [column.width for column in page.columns]
            entry.entry(book, Paper(book.add_worksheet(page.name), styles, widths), blank, page)
    return data.getvalue()
