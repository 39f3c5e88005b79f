"""The sheet of one ledger: title, headers, empty rows to fill in, drop-downs; and the formulas that count what is filled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range_abs, xl_range_formula
from xlsxwriter.worksheet import Worksheet

from pipeline.period import Period
from pipeline.publish.collecting import prompts
from pipeline.publish.collecting.blank import Blank, Page
from pipeline.publish.collecting.columns import REPORTER, Column, Look
from pipeline.publish.looks import Looks
from pipeline.publish.sheets.paper import HEADER_ROW, Paper

FIRST_ROW = HEADER_ROW + 1
EMPTY_ROWS = 200
LAST_ROW = 1999
"""0-based: up to here drop-downs and counts reach, for those who have more to report than the empty rows hold."""

NOTHING, UNTOUCHED = "无", "未填"
_FORMATS: Mapping[Look, Mapping[str, str | bool]] = {
    "date": {"num_format": "yyyy-mm-dd", "align": "center", "valign": "vcenter"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm", "align": "center", "valign": "vcenter"},
    "text": {"text_wrap": True, "valign": "vcenter"},
    "middle": {"align": "center", "valign": "vcenter"},
}
_LINES: Mapping[str, str | int] = {"border": 1, "border_color": "#7F7F7F"}
_PERIOD_FORMATS = {"year": 'yyyy"年"', "month": 'yyyy"年"m"月"'}


def entry(book: Workbook, paper: Paper, blank: Blank, page: Page) -> None:
    """Write the sheet."""
    last = FIRST_ROW + (len(page.indicators) if page.given else EMPTY_ROWS) - 1
    _ruled(book, paper, page.columns, last)
    top(paper, blank, blank.title(page))
    paper.header([column.header for column in page.columns])
    _given(book, paper, blank, page)
    for number, column in enumerate(page.columns):
        source = _source(paper, page, number)
        end = last if column.given else LAST_ROW
        paper.sheet.data_validation(FIRST_ROW, number, end, number, prompts.rule(column, blank.period, source))
    paper.sheet.print_area(0, 0, last, len(page.columns) - 1)
    paper.sheet.set_footer(f"&L表号：{blank.code}&C第 &P 页　共 &N 页&R审核人：　　　　　　填报人：　　　　　　")


def top(paper: Paper, blank: Blank, title: str) -> None:
    """The title, and under it who reports what.

    Nothing is merged in the second row, or it would look like the upper row of a header; the unit has a cell of its own,
    whatever letters its name holds.
    """
    paper.sheet.set_row(0, 30)
    paper.wide(0, title, "title")
    paper.text(1, 0, f"{REPORTER}：", "left")
    paper.text(1, 1, blank.unit.name, "left")
    paper.text(1, paper.columns - 1, f"报告期：{blank.period.label}　　表号：{blank.code}", "right")


def _ruled(book: Workbook, paper: Paper, columns: Sequence[Column], last: int) -> None:
    """Format the columns whole and rule the rows by a condition.

    There is then no cell where nothing stands: what is pasted keeps the lines, and the sheet has no ghost rows.
    """
    for number, column in enumerate(columns):
        paper.sheet.set_column(number, number, column.width, book.add_format(dict(_FORMATS[column.look])))
    lines = book.add_format(dict(_LINES))
    paper.sheet.conditional_format(
        FIRST_ROW, 0, last, len(columns) - 1, {"type": "formula", "criteria": "=TRUE", "format": lines}
    )


def _given(book: Workbook, paper: Paper, blank: Blank, page: Page) -> None:
    """A row for every indicator that is reported directly, its value left blank."""
    period = book.add_format({**_LINES, **_FORMATS["middle"], "num_format": period_format(blank.period)})
    start = datetime.combine(blank.period.start, time())
    for row, name in enumerate(page.indicators, FIRST_ROW):
        indicator = blank.definitions.indicator(name)
        for number, column in enumerate(page.columns):
            if column.field.type == "indicator":
                paper.text(row, number, indicator.name)
            elif column.field.type == "measure":
                paper.text(row, number, indicator.measure_word, "middle")
            elif column.given:
                paper.sheet.write_datetime(row, number, start, period)


def period_format(period: Period) -> str:
    """A number format under which the period's first day reads as the period: ``2023年上半年``.

    As a day it is counted whatever the 统计截止; as a text the reader would have to say that no day is known.
    """
    return _PERIOD_FORMATS.get(period.span) or f'yyyy"{period.label[4:]}"'


# --- drop-downs ----------------------------------------------------------------------------------------------------------


def _source(paper: Paper, page: Page, number: int) -> str | list[str]:
    """The options of a column; more than a drop-down can hold stand to the right of the table, in plain view."""
    column = page.columns[number]
    if column.given or not column.options:
        return []
    if prompts.listed(column.options):
        return list(column.options)
    place = len(page.columns) + 1 + 2 * sum(not prompts.listed(other.options) for other in page.columns[:number])
    return _written(paper.sheet, paper.looks, place, column)


def _written(sheet: Worksheet, looks: Looks, place: int, column: Column) -> str:
    """Write the options under the header that they belong to; their range."""
    sheet.set_column(place, place, column.width)
    sheet.write_string(HEADER_ROW, place, column.field.header, looks["header"])
    for row, option in enumerate(column.options, FIRST_ROW):
        sheet.write_string(row, place, option, looks["cell"])
    return f"={xl_range_abs(FIRST_ROW, place, FIRST_ROW + len(column.options) - 1, place)}"


# --- what is filled in ---------------------------------------------------------------------------------------------------


def filled(page: Page) -> str:
    """The formula that counts the rows which say anything."""
    return f"=SUMPRODUCT(--({_said(page)}))"


def missing(page: Page) -> str:
    """The formula that counts the required cells left blank in those rows; 无 in the first column asks for no more."""
    if page.given:
        given = [column for column in page.columns if column.field.type == "indicator"]
        return f'=SUMPRODUCT(({_range(page, given)}<>"")*({_range(page, page.open)}=""))'
    blanks = "+".join(f'({_range(page, [column])}="")' for column in page.columns if column.required) or "0"
    return f'=SUMPRODUCT(({_said(page)})*({_range(page, page.columns[:1])}<>"{NOTHING}")*({blanks}))'


def verdict(page: Page, rows: str, gaps: str) -> str:
    """The formula that puts the two counts, in the cells `rows` and `gaps`, into words."""
    nothing = f'COUNTIF({_range(page, page.columns[:1])},"{NOTHING}")=1'
    return (
        f'=IF({rows}=0,"{UNTOUCHED}",IF(AND({rows}=1,{nothing}),"零报告",'
        f'IF({gaps}=0,"已填"&{rows}&"行，完整","已填"&{rows}&"行，缺"&{gaps}&"处")))'
    )


def _said(page: Page) -> str:
    """Row by row, whether anything stands in the columns that are to be filled in."""
    return f'{_range(page, page.open)}<>""'


def _range(page: Page, columns: Iterable[Column]) -> str:
    """The cells of some columns, row by row as one text."""
    numbers = (page.columns.index(column) for column in columns)
    return "&".join(xl_range_formula(page.name, FIRST_ROW, number, LAST_ROW, number) for number in numbers)
