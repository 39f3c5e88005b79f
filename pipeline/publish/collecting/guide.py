"""The first sheet of a form: whose it is, what is filled in so far, how to fill it in, last period's figures, examples.

Everything that is no table stands above the examples, and these are tables whose only rows are called 示例: so the
reader takes the sheet for what it is, tables without a record, and has nothing to say of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from fractions import Fraction

from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.model import Indicator, Rough
from pipeline.publish import words
from pipeline.publish.collecting import entry, prompts
from pipeline.publish.collecting.blank import Blank, Page
from pipeline.publish.sheets.paper import Paper, display_width

_FIRST_WIDTH, _WIDTH = 12.0, 13.0
_FEWEST_COLUMNS = 8
_DUE_DAYS = 8
"""After the end of the period, where nobody has said otherwise."""
_STATES = ("工作表", "已填行数", "缺填处数", "填报情况")
_STATE_PLACES = ((0, 1), (2, 2), (3, 3), (4, 6))
_FIGURE_COLUMNS = 4
"""Three for the name, one for the number."""
_NUMBER_WIDTH, _LINE = 4, 15


def widths(blank: Blank) -> list[float]:
    columns = 1 + max((len(page.columns) for page in blank.pages), default=0)
    return [_FIRST_WIDTH] + [_WIDTH] * (max(columns, _FEWEST_COLUMNS) - 1)


def guide(paper: Paper, blank: Blank) -> None:
    """Write the sheet."""
    entry.top(paper, blank, f"{blank.period.label}台账填报说明")
    row = _states(paper, blank, 3)
    row = _instructions(paper, blank, row + 1)
    row = _figures(paper, blank, row + 1)
    for page in blank.pages:
        if not page.given:
            row = _example(paper, blank, page, row + 1)
    paper.sheet.fit_to_pages(1, 2 if blank.last else 1)
    paper.sheet.print_area(0, 0, row, paper.columns - 1)
    paper.sheet.set_footer(f"&L表号：{blank.code}&C第 &P 页　共 &N 页")


# --- what is filled in so far --------------------------------------------------------------------------------------------


def _states(paper: Paper, blank: Blank, top: int) -> int:
    """One line a sheet, counted by formulas that stand here in plain view; the row below."""
    paper.wide(top, "填报情况（随填随变）", "heading")
    for (first, last), text in zip(_STATE_PLACES, _STATES, strict=True):
        paper.merged(top + 1, first, last, text, "header")
    for row, page in enumerate(blank.pages, top + 2):
        _state(paper, page, row)
    return top + 2 + len(blank.pages)


def _state(paper: Paper, page: Page, row: int) -> None:
    sheet, looks = paper.sheet, paper.looks
    gaps = len(page.indicators)
    rows_cell, gaps_cell = (xl_rowcol_to_cell(row, _STATE_PLACES[part][0]) for part in (1, 2))
    paper.merged(row, *_STATE_PLACES[0], "", "link")
    sheet.write_url(row, 0, f"internal:'{page.name}'!A1", looks["link"], page.name)
    sheet.write_formula(rows_cell, entry.filled(page), looks.number("0"), 0)
    sheet.write_formula(gaps_cell, entry.missing(page), looks.number("0"), gaps)
    paper.merged(row, *_STATE_PLACES[3], "", "middle")
    sheet.write_formula(
        row, _STATE_PLACES[3][0], entry.verdict(page, rows_cell, gaps_cell), looks["middle"], entry.UNTOUCHED
    )


# --- how to fill it in ---------------------------------------------------------------------------------------------------


def _instructions(paper: Paper, blank: Blank, top: int) -> int:
    paper.wide(top, "怎么填", "heading")
    row, width = top, int(sum(widths(blank))) - _NUMBER_WIDTH
    for row, text in enumerate(_said(blank), top + 1):
        paper.wide(row, f"{row - top}. {text}", "note")
        paper.sheet.set_row(row, _LINE * (display_width(text) // width + 1) + 3)
    return row + 1


def _said(blank: Blank) -> Iterator[str]:
    due = blank.period.end + timedelta(days=_DUE_DAYS)
    yield f"请按通知的时间报送，没有另行通知的，在{due.month}月{due.day}日前报送。"
    yield "每张表一行记一件事，从表头下面第一行填起。可以增删行、调整列宽、从别处粘贴；请不要改表头的字。"
    yield "带 * 的必填。选中格子会出现提示；有下拉的从下拉中选，一格有几种的用“、”隔开。提示只是提醒，确实不同的可以保留。"
    yield f"本期没有开展的，在那张表第一行第一格填“{entry.NOTHING}”，表示零报告，计为 0。整张表空着是没有报，不当作 0。"
    yield f"数字栏：0 或“无”是没有，空白是不清楚（不会当作 0），“/”是不适用。{_defaults(blank)}"
    yield from (
        f"{page.ledger.name}只填{page.open[0].field.header}，其余各栏已经填好。" for page in blank.pages if page.given
    )
    yield "不要填姓名、电话等个人信息；主持人、参加人员等不用报。"
    yield "填完看上面的填报情况，都是“完整”或“零报告”就可以报送。用 Excel、WPS 或 LibreOffice 填写、存成 xlsx、xls、et、ods 都可以。"


def _defaults(blank: Blank) -> str:
    """``次数、场次、篇数空白按 1 计。``"""
    by_value: dict[int, dict[str, None]] = {}
    for page in blank.pages:
        for column in page.columns:
            if column.field.default is not None:
                by_value.setdefault(column.field.default, {})[column.field.header] = None
    return "".join(f"{'、'.join(headers)}空白按 {value} 计。" for value, headers in by_value.items())


# --- last period's figures -----------------------------------------------------------------------------------------------


def _figures(paper: Paper, blank: Blank, top: int) -> int:
    """What was reported for the period before, as many beside one another as fit; nothing if nothing is known."""
    known = list(_known(blank))
    if not known:
        return top - 1
    paper.wide(top, f"上期（{blank.period.previous.label}）的数字，供对照", "heading")
    beside = paper.columns // _FIGURE_COLUMNS
    lines = -(-len(known) // beside)
    for place, (name, number) in enumerate(known):
        row, column = top + 1 + place % lines, place // lines * _FIGURE_COLUMNS
        paper.merged(row, column, column + 2, name, "cell")
        paper.sheet.write_string(row, column + 3, number, paper.looks.mark("plain"))
    return top + 1 + lines


def _known(blank: Blank) -> Iterator[tuple[str, str]]:
    for indicator in blank.definitions.indicators:
        value = blank.last.get(indicator.id)
        if value is not None and indicator.kind != "submission":
            yield indicator.name, _shown(value, indicator) + _measure(indicator)


def _shown(value: Fraction | int | Rough, indicator: Indicator) -> str:
    number, low, high = value if isinstance(value, Rough) else (value, value, value)
    return words.shown(number, indicator, words.hedge_between(number, low, high, indicator))


def _measure(indicator: Indicator) -> str:
    return "" if indicator.percent else f" {indicator.measure_word}"


# --- examples ------------------------------------------------------------------------------------------------------------


def _example(paper: Paper, blank: Blank, page: Page, top: int) -> int:
    """The table's header over a row filled in and a zero report; the row below."""
    paper.wide(top, f"{page.ledger.name}（示例）", "heading")
    paper.heads(top + 1, ["序号", *(column.header for column in page.columns)])
    _row(paper, top + 2, ["示例1", *prompts.example(page.columns, blank.unit, blank.period)])
    _row(paper, top + 3, ["示例2", entry.NOTHING, *[""] * (len(page.columns) - 1)])
    return top + 4


def _row(paper: Paper, row: int, texts: Sequence[str]) -> None:
    paper.sheet.set_row(row, paper.tallest(dict(enumerate(texts))))
    for column, text in enumerate(texts):
        paper.text(row, column, text, "wrapped")
