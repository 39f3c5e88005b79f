"""What a cell reads as, whatever stands in it, and its parts."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from odd_cells import ANYTHING

from pipeline.ingest import cells
from pipeline.model import (
    Cell,
)


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        ("中心组学习、第一议题", ("中心组学习", "第一议题")),
        ("a，b,c；d;e/f+g＋h&i", ("a", "b", "c", "d", "e", "f", "g", "h", "i")),
        ("中心组学习\r\n第一议题\n", ("中心组学习", "第一议题")),
        (" 党员 、、 群众 ", ("党员", "群众")),
        ("中心组（扩大、视频）学习、党课", ("中心组（扩大、视频）学习", "党课")),
        ("“读书、思考”活动；党课", ("“读书、思考”活动", "党课")),
        ("《论党、论国》、党课", ("《论党、论国》", "党课")),
        ("党员（含预备、群众", ("党员（含预备", "群众")),
        (3.0, ("3",)),
        ("/", ()),
        ("", ()),
        (None, ()),
    ],
)
def test_a_set_is_parted_outside_brackets_and_quotes(cell: Cell, values: tuple[str, ...]) -> None:
    assert cells.parts(cell) == values


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (None, ""),
        ("  党课 ", "党课"),
        ("２５", "２５"),
        (25, "25"),
        (25.0, "25"),
        (12.35, "12.35"),
        (1e16, "10000000000000000"),
        (float("nan"), "nan"),
        (True, "TRUE"),
        (date(2023, 3, 5), "2023-03-05"),
        (datetime(2023, 3, 5), "2023-03-05"),
        (datetime(2023, 3, 5, 14, 30), "2023-03-05 14:30"),
        (time(9, 30), "09:30"),
        (timedelta(hours=26, minutes=5), "26:05"),
    ],
)
def test_a_cell_reads_as_it_looks(cell: Cell, written: str) -> None:
    assert cells.text(cell) == written


@given(ANYTHING)
def test_every_cell_has_a_text_and_parts_of_it(cell: Cell) -> None:
    assert all(part in cells.text(cell) for part in cells.parts(cell))
