"""The same ledger through real files: xlsx, xls, ods and csv in GB 18030, and a book that counts days from 1904."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwt
from grids import errors, knowledge, records
from workbooks import package

from pipeline.ingest import understand
from pipeline.model import Cell, Reading, Source

GRID: list[list[Cell]] = [
    ["东坡水厂2023年上半年理论学习台账", None, None, None],
    ["序号", "学习时间", "学习形式", "实到人数"],
    [1.0, "3月5日", "中心组学习", 12.0],
    [2.0, None, "第一议题", "约20"],
    [3.0, "2023.4.12", "党课", 7.0],
    ["合计", None, None, 39.0],
    ["填报人：甲某", None, None, "2023年7月3日"],
]
MERGES = ((0, 0, 0, 3), (2, 1, 3, 1))
TRUE = [
    ("东坡水厂", "2023-03-05", "中心组学习", 12),
    ("东坡水厂", "2023-03-05", "第一议题", (18, 20, 22)),
    ("东坡水厂", "2023-04-12", "党课", 7),
]


def xlsx(options: dict[str, Any] | None = None) -> bytes:
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, options or {})
    page = workbook.add_worksheet("学习")
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    for merge in MERGES:
        page.merge_range(merge[0], merge[1], merge[2], merge[3], GRID[merge[0]][merge[1]])
    for row, cells in enumerate(GRID):
        for column, cell in enumerate(cells):
            if cell is not None and (row, column) not in {merge[:2] for merge in MERGES}:
                page.write(row, column, cell)
    page.write_datetime(4, 1, datetime(2023, 4, 12), day)
    workbook.close()
    return out.getvalue()


def xls() -> bytes:
    workbook, out = xlwt.Workbook(encoding="utf-8"), io.BytesIO()
    page = workbook.add_sheet("学习")
    for top, left, bottom, right in MERGES:
        page.write_merge(top, bottom, left, right, GRID[top][left])
    for row, cells in enumerate(GRID):
        for column, cell in enumerate(cells):
            if cell is not None and (row, column) not in {merge[:2] for merge in MERGES}:
                page.write(row, column, cell)
    workbook.save(out)
    return out.getvalue()


def ods() -> bytes:
    """Written as XML: the library that writes OpenDocument keeps a state that would reach the sample's bytes."""
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    rows = "".join(f"<table:table-row>{''.join(_ods_cells(row))}</table:table-row>" for row in range(len(GRID)))
    body = f'<office:body><office:spreadsheet><table:table table:name="学习">{rows}</table:table></office:spreadsheet>'
    content = f"<office:document-content{spaces}>{body}</office:body></office:document-content>"
    return package({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content.encode()})


def _ods_cells(row: int) -> Iterator[str]:
    for column, cell in enumerate(GRID[row]):
        span = next((merge for merge in MERGES if merge[:2] == (row, column)), None)
        spanned = (
            f' table:number-rows-spanned="{span[2] - row + 1}" table:number-columns-spanned="{span[3] - column + 1}"'
            if span
            else ""
        )
        if isinstance(cell, float):
            yield f'<table:table-cell office:value-type="float" office:value="{cell}"{spanned}/>'
        elif cell is None:
            yield "<table:table-cell/>"
        else:
            yield f'<table:table-cell office:value-type="string"{spanned}><text:p>{cell}</text:p></table:table-cell>'


def read(data: bytes, name: str, tmp_path: Path) -> Reading:
    path = tmp_path / name
    path.write_bytes(data)
    return understand.file(Source(f"2023年/{name}", path, "0", len(data)), knowledge())


@pytest.mark.parametrize(
    ("made", "name"), [(xlsx, "台账.xlsx"), (xls, "台账.xls"), (xls, "台账.et"), (ods, "台账.ods")]
)
def test_a_ledger_reads_the_same_from_every_format(made: Callable[[], bytes], name: str, tmp_path: Path) -> None:
    reading = read(made(), name, tmp_path)

    assert records(reading, "unit", "date", "form", "attend_count") == TRUE
    assert not errors(reading)


def test_a_book_that_counts_from_1904_keeps_its_days(tmp_path: Path) -> None:
    assert records(read(xlsx({"date_1904": True}), "台账.xlsx", tmp_path), "date")[2] == ("2023-04-12",)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_a_csv_has_no_merges_and_asks_for_what_they_would_tell(encoding: str, tmp_path: Path) -> None:
    lines = [",".join("" if cell is None else str(cell) for cell in row) for row in GRID]
    reading = read("\r\n".join(lines).encode(encoding), "东坡水厂.csv", tmp_path)

    assert records(reading, "unit", "date") == [("东坡水厂", "2023-03-05"), ("东坡水厂", "2023-04-12")]
    assert errors(reading) == {("date-missing", "B4")}


@pytest.mark.parametrize("text", ["\n", " , ,\n,,\n"])
def test_a_file_that_can_be_read_and_holds_nothing_is_told(text: str) -> None:
    source = Source("东坡水厂2023年上半年.csv", Path("台账.csv"), "", 1)

    assert errors(understand.file(source, knowledge(), text.encode())) == {("file-empty", "")}
