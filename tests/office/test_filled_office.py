"""LibreOffice opens a filled table, adds it up as the pipeline did, and prints it on one page."""

from __future__ import annotations

import io
import re
import subprocess
from datetime import date
from fractions import Fraction
from pathlib import Path
from zipfile import ZipFile

import make_table_template
import measuring
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from soffice import converted

from pipeline.model import SCOPES, Figure, Figures
from pipeline.period import Period
from pipeline.publish import filled

pytestmark = pytest.mark.office

HALF = Period.parse("2023H1")
UNITS = ["研发&测试部<甲>", "=第一分公司", "第二分公司"]
REGISTER = measuring.register(("总公司", None), *((unit, "总公司") for unit in UNITS))
TEMPLATES = make_table_template.TEMPLATE.parents[1]
SILENT, VAGUE = 2, 3
"""Units of which nothing, and nothing exact, is known."""


def table() -> bytes:
    definitions = measuring.definitions(REGISTER)
    by_key = {}
    for unit in REGISTER.units:
        for each in definitions.indicators:
            value = None if unit.index == SILENT else Fraction(1, 4) if each.percent else 1000 + unit.index
            high = None if value is None else value + (unit.index == VAGUE)
            for scope in SCOPES:
                by_key[unit.index, scope, each.id] = Figure(HALF, unit.index, scope, each.id, value, value, high)
    found = Figures(HALF, date(2023, 6, 20), by_key, measuring.harvest(definitions, [], []))
    ((_, data),) = filled.tables(TEMPLATES, found, definitions)
    return data


def without_stored_values(data: bytes) -> bytes:
    """LibreOffice calculates what is not stored."""
    stream = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as old, ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb"</f><v>[^<]*</v>", b"</f>", old.read(name)))
    return stream.getvalue()


def opened(data: bytes, *, stored: bool) -> Worksheet:
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=stored).worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


def values(sheet: Worksheet) -> list[list[object]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows(5, 9, 1, 11)]


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_libreoffice_adds_up_what_is_stored_and_keeps_the_form(tmp_path: Path) -> None:
    data = table()
    saved = converted(without_stored_values(data), "xlsx", tmp_path)
    assert values(opened(saved, stored=True)) == values(opened(data, stored=True))
    assert values(opened(saved, stored=True))[4][2] == 1000 + 1001 + 1003
    sheet = opened(saved, stored=False)
    assert [sheet.cell(row, 2).value for row in (6, 7, 8)] == UNITS
    assert sheet["C9"].value == '=IF(COUNT(C5:C8)=0,"…",SUM(C5:C8))'
    assert {"A9:B9", "A10:B10", "A11:L11", "A12:L12"} <= {str(each) for each in sheet.merged_cells.ranges}
    assert [str(rule.sqref) for rule in sheet.data_validations.dataValidation] == ["L5:L8"]
    assert [str(rule.sqref) for rule in sheet.conditional_formatting] == ["C5:K8"]
    assert (sheet.print_title_rows, sheet.page_setup.orientation) == ("$3:$4", "landscape")
    assert sheet.print_area == "'统计表'!$A$1:$L$12"


def test_the_table_is_printed_on_one_page_with_its_marks(tmp_path: Path) -> None:
    (tmp_path / "表.pdf").write_bytes(converted(table(), "pdf", tmp_path))
    text = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "表.pdf"), "-"], check=True, capture_output=True, text=True
    ).stdout
    lines = {line.split()[1]: line for line in text.splitlines() if re.match(r"\s*\d\s", line)}
    total = next(line for line in text.splitlines() if "合计" in line and "注" not in line)
    assert text.count("\f") == 1
    assert lines.keys() == set(UNITS)
    assert (lines[UNITS[1]].count("…"), lines[UNITS[2]].count("约1,003")) == (9, 8)
    assert total.count("约3,004") == 8


def test_the_shipped_table_is_what_its_script_writes(tmp_path: Path) -> None:
    make_table_template.written(tmp_path / "表.xlsx")
    with ZipFile(tmp_path / "表.xlsx") as new, ZipFile(make_table_template.TEMPLATE) as shipped:
        assert [(name, new.read(name)) for name in new.namelist()] == [
            (name, shipped.read(name)) for name in shipped.namelist()
        ]
