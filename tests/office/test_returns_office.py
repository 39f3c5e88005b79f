"""LibreOffice opens what a unit gets back, and workbooks that LibreOffice saved can be marked."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet
from soffice import converted

from pipeline.model import Finding, Origin, Severity, Sheet
from pipeline.publish import returns

pytestmark = pytest.mark.office

SHEET = "研发&测试'部"
GRID: list[list[str | int]] = [["时间", "形式", "人数"], ["2月30日", "党课", 25], ["2023.3.5", "党刻", 30]]
FINDINGS = (
    Finding("date-invalid", Severity.ERROR, Origin("台账.xlsx", SHEET, 2, "A"), values=(("found", "2月30日"),)),
    Finding("choice-unknown", Severity.WARNING, Origin("台账.xlsx", SHEET, 3, "B")),
    Finding("row-duplicate", Severity.WARNING, Origin("台账.xlsx", SHEET, 3)),
)
MARKED = {"A2": "FFFFB3B3", "B2": "", "A3": "FFFFEB84", "B3": "FFFFEB84", "C3": "FFFFEB84"}


def say(finding: Finding) -> tuple[str, str]:
    return f"{finding.code}不对。", "请改正。"


def ledger() -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet(SHEET)
        border = book.add_format({"border": 1})
        for row, values in enumerate(GRID):
            sheet.write_row(row, 0, values, border)
        sheet.merge_range("E1:F2", "合并", border)
        sheet.data_validation("B2:B9", {"validate": "list", "source": ["党课", "自学"]})
        sheet.conditional_format("C2:C9", {"type": "data_bar", "data_bar_2010": True})
        sheet.write_comment("B3", "单位自己写的")
        sheet.repeat_rows(0)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": [SHEET, 1, 2, 2, 2]})
        sheet.insert_chart("H2", chart)
    return stream.getvalue()


def check_marks(data: bytes) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(data))[SHEET]
    fills = {cell: sheet[cell].fill for cell in MARKED}
    assert {cell: str(fill.fgColor.rgb) if fill.fill_type == "solid" else "" for cell, fill in fills.items()} == MARKED
    comments = {cell.coordinate: cell.comment.text for row in sheet for cell in row if cell.comment}
    assert comments.keys() == {"A2", "A3", "B3"}
    assert comments["A2"].startswith("【错误】date-invalid不对。")
    assert comments["B3"].startswith("单位自己写的\n【警告】choice-unknown不对。")


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_libreoffice_keeps_marks_and_looks_when_it_opens_and_saves_a_return(tmp_path: Path) -> None:
    marked = returns.workbook("台账.xlsx", ledger(), FINDINGS, say).data
    saved = converted(marked, "xlsx", tmp_path)
    check_marks(saved)
    book = openpyxl.load_workbook(io.BytesIO(saved))
    sheet = book[SHEET]
    assert isinstance(sheet, Worksheet)
    assert book.sheetnames == ["问题清单", SHEET]
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["E1:F2"]
    assert [str(rule.sqref) for rule in sheet.data_validations.dataValidation] == ["B2:B9"]
    assert (len(vars(sheet)["_charts"]), sheet.print_title_rows) == (1, "$1:$1")
    assert converted(marked, "pdf", tmp_path).startswith(b"%PDF")


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_workbook_that_libreoffice_saved_is_marked_in_its_package(tmp_path: Path) -> None:
    saved = converted(ledger(), "xlsx:Calc MS Excel 2007 XML", tmp_path)
    result = returns.workbook("台账.xlsx", saved, FINDINGS, say)
    assert result.note == ""
    check_marks(result.data)


def test_values_of_an_old_format_open_with_their_marks(tmp_path: Path) -> None:
    old = converted(ledger(), "xls", tmp_path)
    result = returns.workbook("台账.xls", old, FINDINGS[:1], say, [Sheet(SHEET, [[*row] for row in GRID])])
    saved = converted(result.data, "xlsx", tmp_path)
    book = openpyxl.load_workbook(io.BytesIO(saved))
    assert [[cell.value for cell in row] for row in book[SHEET]] == GRID
    assert (book[SHEET]["A2"].fill.fgColor.rgb, book[SHEET]["A2"].comment is not None) == ("FFFFB3B3", True)
