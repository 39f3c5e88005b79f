"""LibreOffice opens, computes and saves filled forms, and what it saved is read as it was typed."""

from __future__ import annotations

import io
from pathlib import Path

import filling
import openpyxl
import pytest
from filling import TYPED, VALUES, company, expected, fill, form, held, saved, understood
from soffice import converted

pytestmark = pytest.mark.office

DEFINITIONS = company("甲公司", "乙公司")


@pytest.mark.parametrize("to", ["xlsx", "xls", "ods"])
def test_a_filled_form_that_libreoffice_saved_is_read_as_typed_without_a_finding(to: str, tmp_path: Path) -> None:
    data = converted(saved(fill(form(DEFINITIONS, "甲公司"))), to, tmp_path)
    reading = understood(DEFINITIONS, data, f"2023年上半年/来件.{to}")
    assert (reading.findings, reading.unread) == ((), ())
    assert held(reading, DEFINITIONS) == expected(TYPED, "甲公司", DEFINITIONS) | {
        "直报指标": filling.reported(VALUES, "甲公司", DEFINITIONS)
    }


@pytest.mark.parametrize("to", ["xlsx", "xls", "ods"])
def test_an_untouched_form_that_libreoffice_saved_holds_no_record_of_any_ledger(to: str, tmp_path: Path) -> None:
    reading = understood(DEFINITIONS, converted(saved(form(DEFINITIONS, "甲公司")), to, tmp_path), f"来件.{to}")
    assert reading.findings == ()
    assert held(reading, DEFINITIONS).keys() <= {"直报指标"}


def test_the_instructions_say_how_far_each_sheet_is_filled_in(tmp_path: Path) -> None:
    book = fill(
        form(DEFINITIONS, "甲公司"), {**TYPED, "稿件信息台账": [{"标题": "只有标题"}, {"刊发媒体": "远山日报"}]}
    )
    for row in range(4, book["舆情台账"].max_row + 1):
        for cell in book["舆情台账"][row]:
            cell.value = None
    filling.put(book["舆情台账"], 4, 1, "无")
    computed = converted(saved(book), "xlsx", tmp_path)
    sheet = openpyxl.load_workbook(io.BytesIO(computed), data_only=True)["填报说明"]
    assert [[cell.value for cell in row if cell.value is not None] for row in sheet["A6:G10"]] == [
        ["学习台账", 2, 0, "已填2行，完整"],
        ["宣讲谈话台账", 2, 0, "已填2行，完整"],
        ["稿件信息台账", 2, 4, "已填2行，缺4处"],
        ["舆情台账", 1, 0, "零报告"],
        ["直报指标", 3, 3, "已填3行，缺3处"],
    ]


def test_a_form_can_be_printed(tmp_path: Path) -> None:
    assert converted(saved(fill(form(DEFINITIONS, "甲公司"))), "pdf", tmp_path).startswith(b"%PDF")
