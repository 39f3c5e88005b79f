"""What 汇总表.xlsx costs for 500 units × 61 indicators × 10 sheets, beside XlsxWriter writing the same cells.

PYTHONPATH=.:tests python tests/benchmarks/summary_tables.py
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import replace
from time import process_time

import openpyxl
import pages
import xlsxwriter

from pipeline.model import TableSheet
from pipeline.publish import tables

ROUNDS = 5
MOST = 2.0
"""Times XlsxWriter's own."""


def seconds(work: Callable[[], object]) -> float:
    start = process_time()
    work()
    return process_time() - start


def ours() -> Callable[[], bytes]:
    world = pages.large()
    indicators = tuple(indicator.id for indicator in world.found.indicators)
    sheets = tuple(TableSheet(f"总表{number}", "summary", "总表", indicators) for number in range(10))
    figures, found = world.figures, replace(world.found, tables=sheets)
    return lambda: tables.workbook(figures, found, {}, {})


def bare(data: bytes) -> Callable[[], bytes]:
    """The same cells, all in one format."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheets = [[cell for row in sheet.iter_rows() for cell in row if cell.value is not None] for sheet in book]
    cells = [[(cell.row - 1, cell.column - 1, cell.value) for cell in sheet] for sheet in sheets]

    def work() -> bytes:
        written = io.BytesIO()
        with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
            look = book.add_format({"border": 1})
            for each in cells:
                sheet = book.add_worksheet()
                for row, column, value in each:
                    write = sheet.write_string if isinstance(value, str) else sheet.write_number
                    write(row, column, value, look)
        return written.getvalue()

    return work


def main() -> int:
    make = ours()
    peer = bare(make())
    taken = [(seconds(make), seconds(peer)) for _ in range(ROUNDS)]
    own, other = (min(column) for column in zip(*taken, strict=True))
    sys.stdout.write(f"汇总表.xlsx: {own:.2f} s, XlsxWriter alone {other:.2f} s, ratio {own / other:.2f}\n")
    return int(own > MOST * other)


if __name__ == "__main__":
    sys.exit(main())
