"""Workbooks written into a frame: what is read back is what XlsxWriter would have written."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import measuring
import openpyxl
import pytest
import python_calamine
from openpyxl.utils.datetime import from_excel
from xlsxwriter import Workbook

from pipeline.publish import cells, looks
from pipeline.publish.cells import Cells, Layout
from pipeline.publish.frames import Frames
from pipeline.publish.looks import Looks
from pipeline.publish.sheets.paper import Paper

DAY = date(2023, 6, 30)
INDICATORS = measuring.definitions(measuring.register(("总公司", None))).indicators
TEXTS = ["=1+1", "<甲>&乙\"'", " 前后 ", "\u3000", "两\n行", "长" * 50, "@SUM", "😀", "0012"]

Write: Any = Callable[[Paper], None]


def framed(write: Write, title: str = "题") -> bytes:
    frames = Frames(INDICATORS, DAY)
    sheet = frames.cells("表")
    write(Paper(sheet, frames.looks, [10.0, 20.0, 30.0]))
    return frames.workbook(title, [sheet.sheet()])


def by_xlsxwriter(write: Write, title: str = "题") -> bytes:
    data = io.BytesIO()
    with looks.workbook(data, DAY, title) as book:
        write(Paper(book.add_worksheet("表"), Looks(book), [10.0, 20.0, 30.0]))
    return data.getvalue()


def read(data: bytes) -> dict[str, Any]:
    """All that a reader sees of the only sheet."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book["表"]
    every = [cell for row in sheet for cell in row]
    shapes = {name: [repr(getattr(cell, name)) for cell in every] for name in ("font", "fill", "border", "alignment")}
    return shapes | {
        "values": [(cell.coordinate, cell.value, cell.data_type, cell.number_format) for cell in every],
        "merged": sorted(map(str, sheet.merged_cells.ranges)),
        "heights": {row: each.height for row, each in sheet.row_dimensions.items()},
        "widths": {column: each.width for column, each in sheet.column_dimensions.items()},
        "page": (sheet.freeze_panes, sheet.print_title_rows, sheet.page_setup.orientation, sheet.auto_filter.ref),
        "about": (book.properties.title, book.properties.created, book.properties.modified),
    }


def _texts(paper: Paper) -> None:
    for row, text in enumerate(TEXTS):
        paper.text(row, 0, text)
        paper.text(row, 1, text, "wrapped")


def _numbers(paper: Paper) -> None:
    for number, value in enumerate((0, 7, -3, 1 / 6, 0.1 + 0.2, 1e-7, 10**12)):
        paper.row(number).formatted(0, value, "0")
        for column, indicator in enumerate(INDICATORS[:2], 1):
            paper.row(number, "total").value(column, int(value), indicator)


def _sheet(paper: Paper) -> None:
    paper.top("标题", "期间", "计量单位")
    first = paper.header(["甲", "乙" * 40, "丙"])
    paper.row(first).mark(2, "…")
    paper.sheet.set_row(first, 33)
    paper.sheet.autofilter(first - 1, 0, first, 2)
    paper.close(first + 1, ["注：一", "注：二" * 30])


@pytest.mark.parametrize("write", [_texts, _numbers, _sheet])
def test_what_is_read_back_is_what_xlsxwriter_would_have_written(write: Write) -> None:
    assert read(framed(write, "甲&乙")) == read(by_xlsxwriter(write, "甲&乙"))


@pytest.mark.parametrize("value", [DAY, datetime(2023, 6, 30), datetime(2023, 6, 30, 23, 59, 59), date(1900, 3, 1)])
def test_a_moment_is_read_back(value: date) -> None:
    frames = Frames(INDICATORS, DAY)
    sheet = Layout(frames.cells("表")).filled([], [[cells.moment(value, 0)], [cells.blank(0)]])

    number = openpyxl.load_workbook(io.BytesIO(frames.workbook("题", [sheet])))["表"]["A1"].value
    found = from_excel(number)
    assert found == datetime.combine(value, datetime.min.time()) if type(value) is date else value


def test_a_text_like_the_code_of_a_character_stays_as_it_is() -> None:
    data = io.BytesIO(framed(lambda paper: paper.text(0, 0, "_x0041_")))
    assert python_calamine.load_workbook(data).get_sheet_by_index(0).to_python() == [["_x0041_"]]


def test_what_xml_refuses_is_left_out() -> None:
    found = openpyxl.load_workbook(io.BytesIO(framed(lambda paper: paper.text(0, 0, "甲\x00\x0b乙\ud800"))))
    assert found["表"]["A1"].value == "甲乙"


def test_a_link_leads_to_another_sheet() -> None:
    frames = Frames(INDICATORS, DAY)
    first, other = frames.cells("表"), frames.cells("记录-<学习>&")
    first.text(0, 0, "看", frames.looks["cell"])
    first.link(0, 0, "'记录-<学习>&'!A1", '查看“"记录')

    link = openpyxl.load_workbook(io.BytesIO(frames.workbook("题", [first.sheet(), other.sheet()])))["表"][
        "A1"
    ].hyperlink
    assert (link.location, link.tooltip) == ("'记录-<学习>&'!A1", '查看“"记录')


def test_what_no_frame_can_hold_is_refused() -> None:
    with pytest.raises(AttributeError):
        Cells("表", {}).write_formula(0, 0, "=1")
    with pytest.raises(KeyError):
        Frames(INDICATORS, DAY).numbers[Looks(Workbook()).number("0.000")]


def test_equal_cells_give_equal_bytes_whatever_was_made_before() -> None:
    frames = Frames(INDICATORS, DAY)

    def made(title: str, name: str) -> bytes:
        sheet = frames.cells(name)
        Paper(sheet, frames.looks, [10.0]).text(0, 0, title)
        return frames.workbook(title, [sheet.sheet()])

    first = made("甲", "表")
    made("乙", "另一张表")
    assert made("甲", "表") == first
    assert made("丙", "表") != first


def test_a_layout_is_filled_as_often_as_wanted_and_reads_as_if_written_at_once() -> None:
    frames = Frames(INDICATORS, DAY)
    look = frames.looks["cell"]

    def written(slots: Sequence[str] | None) -> Cells:
        sheet = frames.cells("表")
        paper = Paper(sheet, frames.looks, [10.0, 20.0, 30.0])
        paper.top("", "期间")
        for place, (row, column) in enumerate([(0, 0), (3, 2), (4, 0)]):
            if slots is None:
                sheet.slot(row, column)
            else:
                sheet.text(row, column, slots[place], look)
        return sheet

    layout = Layout(written(None))
    for texts in (["甲", "%s #", "=1"], ["乙", "", "<&>"]):
        contents = [cells.text(text, frames.numbers[look]) for text in texts]
        assert layout.filled(contents) == written(texts).sheet()


def test_a_layout_refuses_more_or_fewer_contents_than_it_has_slots() -> None:
    sheet = Frames(INDICATORS, DAY).cells("表")
    sheet.slot(0, 0)
    with pytest.raises(ValueError, match="size"):
        Layout(sheet).filled([])


def test_rows_under_a_layout_stand_below_all_that_it_holds() -> None:
    frames = Frames(INDICATORS, DAY)
    sheet = frames.cells("表")
    sheet.text(4, 1, "头", frames.looks["cell"])
    texts = [[cells.text(text, 0) for text in column] for column in (["甲#%s", "乙"], ["丙", "丁"])]

    data = frames.workbook("题", [Layout(sheet).filled([], texts)])

    found = openpyxl.load_workbook(io.BytesIO(data))["表"]
    assert [[cell.value for cell in row] for row in found["A5:B7"]] == [[None, "头"], ["甲#%s", "丙"], ["乙", "丁"]]
