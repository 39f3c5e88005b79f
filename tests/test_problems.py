"""The words of every finding, how equal ones are grouped, and 问题清单.xlsx read back."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import measuring
import openpyxl
import pytest

from pipeline.model import Finding, Origin, Severity
from pipeline.period import Period
from pipeline.publish import problem_list, problems
from pipeline.publish.catalogue import CATALOGUE

ERROR, WARNING, NOTICE = Severity.ERROR, Severity.WARNING, Severity.NOTICE
H1, END = Period.parse("2023H1"), date(2023, 6, 30)
REGISTER = measuring.register(("公司", None), ("乙", "公司"), ("甲", "公司"))
DEFINITIONS = measuring.definitions(REGISTER)

CODES = {
    ERROR: """
        file-encrypted file-corrupt file-empty file-unsupported file-too-large file-conflict file-classified
        sheet-ambiguous column-missing column-ambiguous unit-unknown unit-ambiguous unit-conflict unit-missing
        date-invalid date-ambiguous date-missing date-several
        quantity-invalid quantity-ambiguous quantity-negative quantity-fraction formula-error formula-uncached
        """,
    WARNING: """
        file-duplicate file-superseded sheet-unrecognised sheet-hidden sheet-duplicate-table sheet-crosstab unit-silent
        date-out-of-period date-in-future quantity-outlier choice-unknown row-duplicate row-suspect-duplicate row-joint
        total-mismatch incident-order figure-inconsistent figure-approximate figure-zero figure-unknown
        """,
    NOTICE: """
        file-misnamed sheet-summary column-unknown column-cumulative
        date-year-assumed date-from-range date-month-only date-column-assumed quantity-approximate fill-down
        """,
}
"""Domain §5, written out."""


def cell(row: int, code: str = "date-missing", column: str = "B", unit: str = "甲", **values: str) -> Finding:
    origin = Origin("2023年上半年/甲.xlsx", "台账", row, column)
    return Finding(code, CATALOGUE[code].severity, origin, unit, "study", "start_date", tuple(values.items()))


def test_every_code_of_the_domain_is_worded_with_its_usual_severity() -> None:
    expected = {code: severity for severity, codes in CODES.items() for code in codes.split()}
    assert {code: wording.severity for code, wording in CATALOGUE.items()} == expected


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_wording_stands_without_any_value_and_has_keys_in_clauses_only(code: str) -> None:
    finding = Finding(code, CATALOGUE[code].severity)
    for text in (problems.message(finding), problems.advice(finding)):
        assert text.endswith("。")
        assert not set(text) & set("[]{}")
        assert not re.search(r"“”|（）|，，|，。|：。|：，", text)


def test_a_clause_is_dropped_if_one_of_its_values_is_missing_or_empty() -> None:
    known = cell(5, "unit-unknown", found="东坡站", near="东坡水厂、东坡换热站")
    assert "“东坡站”" in problems.message(known)
    assert "相近的有：东坡水厂、东坡换热站" in problems.message(known)
    assert "相近" not in problems.message(cell(5, "unit-unknown", found="东坡站", near=""))


def test_brackets_and_braces_in_a_value_stay_as_they_are() -> None:
    assert "“[{near}]”" in problems.message(cell(5, "unit-unknown", found="[{near}]"))


def test_text_that_may_name_people_is_not_echoed() -> None:
    assert "张某" not in problems.message(cell(5, "quantity-invalid", found="张某、李某"))


def test_findings_that_say_the_same_of_one_column_are_one_group_over_cells() -> None:
    (group,) = problems.grouped([cell(row) for row in (20, 5, 6, 8, 7, 6)], REGISTER)
    assert (group.cells, group.count) == ("B5:B8、B20", 5)


def test_rows_without_a_column_are_ranges_of_rows() -> None:
    (group,) = problems.grouped([cell(row, "row-duplicate", "") for row in (9, 10, 11, 3)], REGISTER)
    assert group.cells == "3行、9至11行"


def test_another_column_file_unit_or_value_is_another_group() -> None:
    first = cell(5)
    others = [
        cell(6, column="C"),
        cell(6, found="x"),
        cell(6, unit="乙"),
        first._replace(origin=Origin("b.xlsx", "台账", 6, "B")),
    ]
    assert len(problems.grouped([first, *others], REGISTER)) == 5


def test_groups_stand_by_severity_then_unit_in_the_registers_order_then_place() -> None:
    findings = [
        cell(4, "fill-down", unit="公司"),
        cell(9, "date-missing", unit="甲"),
        cell(2, "date-missing", unit="甲", found="x"),
        cell(3, "date-missing", unit="乙"),
        cell(1, "unit-unknown", unit=""),
        cell(7, "unit-silent", unit="甲"),
    ]
    order = [group.finding.origin.row for group in problems.grouped(findings, REGISTER)]
    assert order == [3, 2, 9, 1, 7, 4]


def test_the_order_of_findings_does_not_depend_on_how_they_came() -> None:
    findings = [cell(row, column=column) for row in (3, 1, 2) for column in ("B", "AA", "C")]
    ordered = problems.ordered(findings)
    assert ordered == problems.ordered(reversed(findings))
    assert [f.origin.column for f in ordered[:3]] == ["B", "C", "AA"]


# --- 问题清单.xlsx ---------------------------------------------------------------------------------------------------


def made(*findings: Finding) -> bytes:
    return problem_list.workbook(findings, DEFINITIONS, H1, END)


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_the_overview_counts_by_severity_and_code() -> None:
    sheet = opened(made(cell(5), cell(6), cell(7, "row-duplicate")))["总览"]
    counts = [(sheet.cell(row, 2).value, sheet.cell(row, 3).value) for row in range(4, sheet.max_row + 1)]
    assert counts == [("合计", 2), ("没有日期", 2), ("合计", 1), ("重复的行", 1), ("合计", 0)]


def test_a_group_is_one_line_with_a_link_to_its_first_cell_in_the_input() -> None:
    sheet = opened(made(cell(6), cell(5)))["问题"]
    assert [c.value for c in sheet[3]] == [
        "序号", "级别", "问题", "单位", "文件", "工作表", "位置", "说明", "怎么办", "链接",
    ]  # fmt: skip
    line = [c.value for c in sheet[4]]
    assert line[:7] == [1, "✗ 错误", "没有日期", "甲", "2023年上半年/甲.xlsx", "台账", "B5:B6"]
    link = sheet["J4"].hyperlink
    assert (link.target.replace("\\", "/"), link.location) == ("../../input/2023年上半年/甲.xlsx", "'台账'!B5")


@pytest.mark.parametrize("file", ["甲.csv", "包.zip/甲.xlsx", "100%.xlsx", "1#.xlsx", ""])
def test_what_a_spreadsheet_program_cannot_follow_has_no_link(file: str) -> None:
    sheet = opened(made(cell(5)._replace(origin=Origin(file, "台账", 5, "B"))))["问题"]
    assert sheet["J4"].hyperlink is None


def test_hostile_names_stay_text() -> None:
    hostile = "=cmd|' /C calc'!A1"
    finding = cell(5, "unit-unknown", unit=hostile, found="<b>&\"'")
    sheet = opened(made(finding._replace(origin=Origin(f"{hostile}.csv", "+1", 5, "B"))))["问题"]
    texts = [sheet[at] for at in ("D4", "E4", "F4", "H4")]
    assert [text.data_type for text in texts] == ["s"] * 4
    assert texts[0].value == hostile
    assert "<b>&\"'" in texts[3].value


def test_without_findings_both_sheets_say_so() -> None:
    book = opened(made())
    for name in ("总览", "问题"):
        assert any(cell.value == problem_list.NOTHING for row in book[name] for cell in row)


def test_it_prints_on_landscape_a4_with_its_header_repeated_and_frozen() -> None:
    sheet = opened(made(cell(5)))["问题"]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (
        "landscape",
        9,
        0,
    )
    assert (sheet.print_title_rows, sheet.freeze_panes, sheet.auto_filter.ref) == ("$3:$3", "D4", "A3:J4")


def test_equal_findings_in_any_order_give_equal_bytes() -> None:
    findings = [cell(5), cell(9, "row-duplicate"), cell(7, "fill-down", found="甲")]
    assert made(*findings) == made(*reversed(findings))
