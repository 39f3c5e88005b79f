"""A ledger with a mistake goes back to its unit, is corrected in the returned workbook, and comes in again."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl

from pipeline import definitions
from pipeline.ingest import understand
from pipeline.ingest.layouts import Knowledge
from pipeline.model import Reading, Source
from pipeline.publish import problems, returns

TEMPLATES = Path(__file__).parents[1] / "templates"
GRID = (
    ("白鹭公交分公司2023年上半年学习台账", None, None),
    ("学习时间", "学习形式", "实到人数"),
    ("2023-03-05", "中心组学习", 12),
    ("2月30日", "中心组学习", 14),
)


def ledger() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.title = "学习"
    for row in GRID:
        sheet.append(row)
    book.save(out)
    return out.getvalue()


def corrected(data: bytes) -> bytes:
    book, out = openpyxl.load_workbook(io.BytesIO(data)), io.BytesIO()
    book["学习"]["A4"] = "2023-02-28"
    book.save(out)
    return out.getvalue()


def reading(data: bytes) -> Reading:
    source = Source("白鹭公交分公司学习台账.xlsx", Path(), "", len(data))
    return understand.file(source, Knowledge.of(definitions.load(TEMPLATES)), data)


def test_the_corrected_return_is_read_without_a_finding() -> None:
    sent = ledger()
    first = reading(sent)
    assert [(f.code, f.origin.row, f.origin.column) for f in first.findings] == [("date-invalid", 4, "A")]

    back = returns.workbook("学习台账.xlsx", sent, first.findings, lambda f: (problems.message(f), problems.advice(f)))
    again = reading(corrected(back.data))

    assert openpyxl.load_workbook(io.BytesIO(back.data)).sheetnames == ["问题清单", "学习"]
    assert again.findings == ()
    assert [list(table.numbers("row")) for table in again.tables] == [[3, 4]]
