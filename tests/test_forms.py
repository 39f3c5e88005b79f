"""Collection workbooks: what they ask for, and that what comes back filled is read as it was typed, without a finding."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import filling
import openpyxl
import pytest
from filling import H1, HEADER_ROW, TYPED, VALUES, company, expected, fill, form, headers, held, put, saved, understood
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.ingest import reconcile
from pipeline.model import Definitions, Vocabulary
from pipeline.period import Period
from pipeline.publish import forms
from pipeline.publish.collecting import prompts
from pipeline.publish.collecting.blank import Last
from pipeline.spelling import normal

DEFINITIONS = company("甲公司", "乙公司")
LEDGERS = ["学习台账", "宣讲谈话台账", "稿件信息台账", "舆情台账"]


@pytest.fixture
def book() -> openpyxl.Workbook:
    return form(DEFINITIONS, "甲公司")


# --- what a form is ------------------------------------------------------------------------------------------------------


def test_every_unit_that_should_report_gets_a_form_under_its_name() -> None:
    units = list(DEFINITIONS.register.units)
    units[2] = replace(units[2], due=False)
    some = replace(DEFINITIONS, register=replace(DEFINITIONS.register, units=tuple(units)))
    assert [name for name, _ in forms.forms(some, H1)] == ["总公司.xlsx", "甲公司.xlsx"]


def test_names_that_differ_only_for_people_do_not_overwrite_one_another() -> None:
    names = [name for name, _ in forms.forms(company("a/b", "A／B", "con"), H1)]
    assert names == ["总公司.xlsx", "a／b.xlsx", "A／B（2）.xlsx", "_con.xlsx"]


@pytest.mark.parametrize("name", ["理论学习台账", "学习" * 15 + "一"], ids=["short", "as long as Excel takes"])
def test_sheets_whose_names_excel_cannot_tell_apart_are_numbered(name: str) -> None:
    ledger = DEFINITIONS.ledger("study")
    alike = replace(DEFINITIONS, ledgers=tuple(replace(ledger, name=each) for each in (name, *[f"{name}？"] * 11)))
    titles = form(alike, "甲公司").sheetnames

    assert len({title.casefold() for title in titles}) == len(titles) == 13
    assert max(map(len, titles)) <= 31


def test_the_instructions_come_first_and_then_a_sheet_for_every_ledger(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == ["填报说明", *LEDGERS, "直报指标"]


def test_a_sheet_says_whose_it_is_for_which_period_and_under_which_code(book: openpyxl.Workbook) -> None:
    sheet = book["学习台账"]
    assert sheet["A1"].value == "甲公司2023年上半年学习台账"
    assert [cell.value for cell in sheet[2] if cell.value] == [
        "填报单位：", "甲公司", "报告期：2023年上半年　　表号：LP-2023H1-002",
    ]  # fmt: skip


def test_required_columns_are_starred_and_the_unit_is_asked_for_only_where_another_may_be_meant(
    book: openpyxl.Workbook,
) -> None:
    assert [cell.value for cell in book["学习台账"][HEADER_ROW]] == [
        "*学习时间", "*学习形式", "学习内容", "学习方式", "次数", "应到人数", "实到人数", "缺席人数", "研讨发言人数", "学时",
    ]  # fmt: skip
    assert [cell.value for cell in book["舆情台账"][HEADER_ROW] if str(cell.value).startswith("*")] == [
        "*责任单位", "*发现时间", "*舆情等级", "*处置状态",
    ]  # fmt: skip


def test_no_column_asks_for_a_person(book: openpyxl.Workbook) -> None:
    for ledger in DEFINITIONS.ledgers:
        assert not {normal(header) for header in headers(book[ledger.name])} & set(ledger.unread)


def test_nothing_is_locked_hidden_or_a_macro() -> None:
    data = forms.workbook(DEFINITIONS.register.units[1], DEFINITIONS, H1)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}
    assert not any("vba" in name or "external" in name for name in parts)
    assert not any(
        mark in text for text in parts.values() for mark in ("Protection", 'hidden="1"', '="hidden"', "veryHidden")
    )


def test_a_sheet_prints_on_landscape_a4_with_its_header_frozen_and_repeated(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets[1:]:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert (sheet.freeze_panes, sheet.print_title_rows) == ("B4", "$3:$3")


def test_equal_definitions_give_equal_bytes() -> None:
    first, again = (list(forms.forms(company("甲公司"), H1)) for _ in range(2))
    assert first == again


# --- hints and drop-downs ------------------------------------------------------------------------------------------------


def rules(sheet: Worksheet) -> dict[str, Any]:
    """Header → the validation of its column."""
    found = {min(area.min_col for area in rule.sqref.ranges): rule for rule in sheet.data_validations.dataValidation}
    return {header: found[column] for header, column in headers(sheet).items()}


def test_every_column_has_a_hint_and_every_check_only_warns(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets[1:]:
        for rule in rules(sheet).values():
            assert 0 < len(rule.prompt) <= 255
            assert rule.showInputMessage
            assert rule.type is None or not rule.showErrorMessage or rule.errorStyle == "warning"


def test_dates_counts_and_choices_are_checked_as_they_are_typed(book: openpyxl.Workbook) -> None:
    study = rules(book["学习台账"])
    assert (study["学习时间"].type, study["学习时间"].operator) == ("date", None)
    assert [study[name].type for name in ("学习形式", "实到人数", "学时")] == ["list", "whole", "decimal"]
    assert (study["实到人数"].operator, study["实到人数"].formula1) == ("greaterThanOrEqual", "0")
    assert study["学习方式"].formula1 == '"线上,线下,线上线下结合,其他"'
    incident = rules(book["舆情台账"])
    assert incident["发现时间"].formula2 is not None
    assert (incident["办结时间"].operator, incident["办结时间"].formula2) == ("greaterThanOrEqual", None)


@pytest.mark.parametrize(
    ("options", "held_by_itself"),
    [(("甲" * 127, "乙" * 127), True), (("甲" * 127, "乙" * 128), False), (("甲,乙",), False), (('"甲"',), False)],
)
def test_a_drop_down_holds_as_many_letters_as_excel_allows_and_no_commas(
    options: tuple[str, ...], held_by_itself: bool
) -> None:
    assert prompts.listed(options) == held_by_itself


def test_whatever_a_drop_down_offers_is_read_without_a_finding() -> None:
    typed: dict[str, list[dict[str, Any]]] = {}
    for sheet, header, options in offered(form(DEFINITIONS, "总公司")):
        assert options, header
        typed.setdefault(sheet, []).extend(TYPED[sheet][0] | {header: option} for option in options)
    assert sum(map(len, typed.values())) > 80
    typed = {sheet: with_days(sheet, rows) for sheet, rows in typed.items()}
    reading = understood(DEFINITIONS, saved(fill(form(DEFINITIONS, "总公司"), typed, {})))
    assert reading.findings == ()
    assert {sheet: len(rows) for sheet, rows in held(reading, DEFINITIONS).items() if sheet in LEDGERS} == {
        sheet: len(rows) for sheet, rows in typed.items()
    }


def offered(book: openpyxl.Workbook) -> Iterator[tuple[str, str, list[str]]]:
    for name in LEDGERS:
        for header, rule in rules(book[name]).items():
            if rule.type == "list":
                yield name, header, options_of(book[name], rule.formula1)


def options_of(sheet: Worksheet, formula: str) -> list[str]:
    if formula.startswith('"'):
        return formula.strip('"').split(",")
    return [str(cell.value) for row in sheet[formula.replace("$", "").lstrip("=")] for cell in row]


def with_days(sheet: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each on a day of its own."""
    header = next(iter(header for header, value in TYPED[sheet][0].items() if isinstance(value, date)))
    return [row | {header: date(2023, 1 + i // 28, 1 + i % 28)} for i, row in enumerate(rows)]


def test_more_options_than_a_drop_down_holds_stand_beside_the_table_in_plain_view() -> None:
    many = company(*(f"第{number}营业所, “东{number}”" for number in range(60)))
    book = fill(form(many, "总公司"), {"舆情台账": [TYPED["舆情台账"][0] | {"责任单位": "第59营业所, “东59”"}]}, {})
    sheet = book["舆情台账"]
    rule = rules(sheet)["责任单位"]
    assert rule.formula1 == "$M$4:$M$64"
    assert options_of(sheet, rule.formula1) == [unit.name for unit in many.register.units]
    reading = understood(many, saved(book))
    assert reading.findings == ()
    assert [record["责任单位"] for record in held(reading, many)["舆情台账"]] == ["第59营业所, “东59”"]


def test_two_lists_beside_a_table_do_not_touch() -> None:
    many = company(*(f"第{number}营业所, “东{number}”" for number in range(60)))
    incident = many.ledger("incident")
    names = tuple(f"第{number}个涉及领域" for number in range(60))
    fields = [
        replace(field, vocabulary=Vocabulary(names, {})) if field.name == "category" else field
        for field in incident.fields
    ]
    ledgers = [replace(each, fields=tuple(fields)) if each is incident else each for each in many.ledgers]
    sheet = form(replace(many, ledgers=tuple(ledgers)), "总公司")["舆情台账"]
    found = rules(sheet)
    assert (found["责任单位"].formula1, found["涉及领域"].formula1) == ("$M$4:$M$64", "$O$4:$O$63")


# --- what comes back -----------------------------------------------------------------------------------------------------


def everything(unit: str, definitions: Definitions) -> dict[str, Any]:
    return expected(TYPED, unit, definitions) | {"直报指标": filling.reported(VALUES, unit, definitions)}


def test_a_filled_form_gives_what_was_typed_and_no_finding(book: openpyxl.Workbook) -> None:
    reading = understood(DEFINITIONS, saved(fill(book)))
    assert reading.findings == ()
    assert reading.unread == ()
    assert held(reading, DEFINITIONS) == everything("甲公司", DEFINITIONS)
    assert {table.period for table in reading.tables} == {H1}


def test_a_filled_form_counts_before_the_period_is_over_and_nothing_is_said_of_it(book: openpyxl.Workbook) -> None:
    typed = {"学习台账": TYPED["学习台账"][:1]}
    found = reconcile.reconciled([understood(DEFINITIONS, saved(fill(book, typed)))], DEFINITIONS)
    harvest = reconcile.harvest(found, (), DEFINITIONS, H1, date(2023, 6, 20))
    assert harvest.findings == ()
    assert sum(account.counted for account in harvest.accounting) == 1 + len(
        filling.reported(VALUES, "甲公司", DEFINITIONS)
    )
    assert sum(account.read for account in harvest.accounting) == sum(
        account.counted + account.structure for account in harvest.accounting
    )


def test_an_untouched_ledger_is_no_report(book: openpyxl.Workbook) -> None:
    reading = understood(DEFINITIONS, saved(book))
    assert reading.findings == ()
    assert not held(reading, DEFINITIONS).keys() & set(LEDGERS)
    assert not any(table.named for table in reading.tables if table.sheet != "直报指标")


def test_an_untouched_form_is_no_report(book: openpyxl.Workbook) -> None:
    reading = understood(DEFINITIONS, saved(book))
    assert held(reading, DEFINITIONS) == {}
    assert not any(table.named for table in reading.tables)


@pytest.mark.parametrize("sheet", LEDGERS)
def test_the_word_for_nothing_in_the_first_cell_is_a_zero_report(sheet: str, book: openpyxl.Workbook) -> None:
    book[sheet].cell(HEADER_ROW + 1, 1, "无")
    reading = understood(DEFINITIONS, saved(book))
    assert reading.findings == ()
    assert [(table.sheet, table.named) for table in reading.tables if table.named and table.ledger != "reported"] == [
        (sheet, (1,))
    ]
    assert sheet not in held(reading, DEFINITIONS)


@pytest.mark.parametrize("period", ["2023", "2023H2", "2023Q2", "2023-03", "2024-12"])
def test_a_form_of_any_period_is_read_as_of_that_period(period: str) -> None:
    wanted = Period.parse(period)
    reading = understood(DEFINITIONS, saved(fill(form(DEFINITIONS, "甲公司", wanted), {})), "来件.xlsx")
    assert reading.findings == ()
    assert {table.period for table in reading.tables} == {wanted}
    assert {record["时间"] for record in held(reading, DEFINITIONS)["直报指标"]} == {wanted.start}


@pytest.mark.parametrize(
    "name",
    [
        "=SUM(A1)厂", "研发&测试部<一>", "“甲”厂", "A\"B'公司", "2022届党支部", "项目部3", "+甲-乙@丙", "甲,乙;丙站",
        "甲/乙\\丙?*所", "[甲]〔乙〕公司", "很长的单位名称" * 8 + "分公司", "甲　乙  丙公司", "😀厂",
    ],
)  # fmt: skip
def test_a_unit_with_a_hostile_name_gets_a_form_that_is_read_as_its_own(name: str) -> None:
    found = company("甲公司", name)
    typed = {"学习台账": TYPED["学习台账"], "舆情台账": [TYPED["舆情台账"][0] | {"责任单位": name}]}
    files = dict(zip([unit.name for unit in found.register.units], forms.forms(found, H1), strict=True))
    path, data = files[name]
    reading = understood(
        found, saved(fill(openpyxl.load_workbook(io.BytesIO(data)), typed, {})), f"2023年上半年/{path}"
    )
    assert reading.findings == ()
    assert {unit for table in reading.tables for unit in table.numbers("unit")} == {2}


@pytest.mark.parametrize(
    ("period", "shown"),
    [("2023", 'yyyy"年"'), ("2023H2", 'yyyy"年下半年"'), ("2023Q2", 'yyyy"年第二季度"'), ("2023-03", 'yyyy"年"m"月"')],
)
def test_the_time_of_directly_reported_figures_is_shown_as_the_period(period: str, shown: str) -> None:
    cell = form(DEFINITIONS, "甲公司", Period.parse(period))["直报指标"].cell(HEADER_ROW + 1, 1)
    assert cell.number_format == shown


# --- forms that are not kept to ------------------------------------------------------------------------------------------


def counted(book: openpyxl.Workbook, *sheets: str) -> None:
    """Whatever was done to the form, the records of these sheets are those typed."""
    found = held(understood(DEFINITIONS, saved(book)), DEFINITIONS)
    assert {sheet: found[sheet] for sheet in sheets} == {
        sheet: everything("甲公司", DEFINITIONS)[sheet] for sheet in sheets
    }


def test_added_columns_do_not_matter(book: openpyxl.Workbook) -> None:
    fill(book)["学习台账"].insert_cols(2, 2)
    book["学习台账"].cell(HEADER_ROW, 2, "主持人")
    book["学习台账"].cell(HEADER_ROW, 3, "会场")
    book["学习台账"].cell(HEADER_ROW + 1, 3, "三楼")
    counted(book, "学习台账")


def test_moved_columns_do_not_matter(book: openpyxl.Workbook) -> None:
    sheet = fill(book)["宣讲谈话台账"]
    last = sheet.max_column
    for row in range(HEADER_ROW, sheet.max_row + 1):
        values = [sheet.cell(row, column).value for column in range(1, last + 1)]
        for column, value in enumerate(reversed(values), 1):
            put(sheet, row, column, value)
    counted(book, "宣讲谈话台账")


def test_deleted_rows_and_a_deleted_guide_do_not_matter(book: openpyxl.Workbook) -> None:
    fill(book)
    del book["填报说明"]
    book["学习台账"].delete_rows(HEADER_ROW + 5, 100)
    book["稿件信息台账"].unmerge_cells("A1:H1")
    book["稿件信息台账"].delete_rows(1, 2)
    found = held(understood(DEFINITIONS, saved(book), "2023年上半年/甲公司.xlsx"), DEFINITIONS)
    assert found == everything("甲公司", DEFINITIONS)


def test_rows_beyond_the_ruled_ones_and_gaps_between_them_are_read(book: openpyxl.Workbook) -> None:
    sheet = fill(book)["学习台账"]
    for column in range(1, sheet.max_column + 1):
        put(sheet, 2500, column, sheet.cell(HEADER_ROW + 2, column).value)
        put(sheet, HEADER_ROW + 2, column, None)
    counted(book, "学习台账")


def test_a_table_pasted_elsewhere_as_values_is_read_the_same(book: openpyxl.Workbook) -> None:
    source, pasted = fill(book)["舆情台账"], openpyxl.Workbook()
    target = pasted.active
    assert isinstance(target, Worksheet)
    for row in source.iter_rows():
        for cell in row:
            target.cell((cell.row or 0) + 2, (cell.column or 0) + 1, cell.value)
    counted(pasted_as(pasted, "舆情台账"), "舆情台账")


def pasted_as(book: openpyxl.Workbook, name: str) -> openpyxl.Workbook:
    book.worksheets[0].title = name
    return book


def test_texts_in_the_place_of_dates_and_numbers_are_read_the_same(book: openpyxl.Workbook) -> None:
    for sheet in fill(book).worksheets[1:]:
        for row in sheet.iter_rows(HEADER_ROW + 1):
            for cell in row:
                if isinstance(cell.value, datetime | date | int | float) and sheet.title != "直报指标":
                    cell.value = str(cell.value)
    counted(book, *LEDGERS)


# --- the instructions ----------------------------------------------------------------------------------------------------


def texts(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for row in sheet for cell in row if cell.value is not None]


def test_last_periods_figures_stand_in_the_instructions_and_unknown_ones_do_not() -> None:
    last: Last = {
        "study.center_group": 6,
        "study.attendance_rate": Fraction(2, 3),
        "talk.sessions": None,
        "submission.due": 3,
    }
    data = forms.workbook(DEFINITIONS.register.units[1], DEFINITIONS, H1, last=last)
    said = texts(openpyxl.load_workbook(io.BytesIO(data))["填报说明"])
    place = said.index("上期（2022年下半年）的数字，供对照")
    assert said[place + 1 : place + 5] == ["中心组学习次数", "6 次", "参学率", "66.7%"]
    assert not {"宣讲总场次", "应报单位数"} & set(said)
    assert understood(DEFINITIONS, data).findings == ()


def test_the_instructions_explain_how_nothing_blank_and_not_applicable_are_told_apart(book: openpyxl.Workbook) -> None:
    said = "".join(texts(book["填报说明"]))
    assert all(
        word in said for word in ("“无”", "零报告", "空白是不清楚", "“/”", "次数、场次、篇数空白按 1 计", "7月8日")
    )


def test_an_untouched_form_says_of_every_sheet_that_nothing_is_filled_in() -> None:
    data = forms.workbook(DEFINITIONS.register.units[1], DEFINITIONS, H1)
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["填报说明"]
    rows = [[cell.value for cell in row if cell.value is not None] for row in sheet["A6:G10"]]
    assert rows == [*([name, 0, 0, "未填"] for name in LEDGERS), ["直报指标", 0, 6, "未填"]]
