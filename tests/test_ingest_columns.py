"""Columns are read at a stroke exactly as their cells are read one by one, whatever a worker has read before."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from functools import partial

import pytest
from grids import definitions
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest import distinct, moments, quantities, stamps
from pipeline.ingest.columns import Readers
from pipeline.ingest.distinct import Column, Reader
from pipeline.ingest.flat import Amounts, Dates, Moments
from pipeline.model import EXACT, Cell

STAMPS = st.datetimes(datetime(1989, 12, 31, 23, 59, 58), datetime(2101, 1, 1, 0, 0, 2)) | st.datetimes()
CELLS = st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-3, 3) | st.sampled_from(("", "3人", "约3", "同上"))


def quantity_reader() -> Reader[quantities.Quantity]:
    return Readers(definitions()).quantities(True, Fraction(1))


@given(st.lists(CELLS), st.lists(CELLS))
def test_what_was_read_before_changes_nothing(before: list[Cell], cells: list[Cell]) -> None:
    reader = quantity_reader()
    reader.column(Column(before))
    reader.numbers(Column(before))

    assert reader.column(Column(cells)) == [quantities.quantity(cell) for cell in cells]
    assert [reader[cell] for cell in cells] == [quantities.quantity(cell) for cell in cells]


@given(st.lists(CELLS))
def test_a_column_is_one_of_numbers_only_if_every_cell_is_an_exact_one(cells: list[Cell]) -> None:
    read = [quantities.quantity(cell) for cell in cells]

    numbers = quantity_reader().numbers(Column(cells))

    if numbers is None:
        assert any(quantity.kind != EXACT for quantity in read)
    else:
        assert Amounts.certain(numbers) == Amounts.of(read)


@pytest.mark.parametrize("cells", [[1.0, True], [True, 1.0]])
def test_true_is_not_one_in_whatever_order_they_come(cells: list[Cell]) -> None:
    reader = quantity_reader()

    problems = {type(cell): reader[cell].problem for cell in cells}

    assert problems == {float: "", bool: "quantity-invalid"}
    assert reader.numbers(Column(cells)) is None


@given(st.lists(STAMPS | st.dates(), min_size=1))
def test_a_column_of_times_of_day_is_computed_as_its_cells_are_read(cells: list[Cell]) -> None:
    read = [moments.when(cell) for cell in cells]

    starts = stamps.starts(Column(cells))

    if starts is not None:
        assert Dates.of_days(starts) == Dates.of(read)
        assert Moments.of_days(starts) == Moments.of(read)


@given(st.lists(st.datetimes(datetime(1990, 1, 2), datetime(2100, 12, 31)), min_size=1))
def test_every_column_of_times_of_day_is_computed(cells: list[Cell]) -> None:
    assert stamps.starts(Column(cells)) is not None


@pytest.mark.parametrize(
    "cells",
    [
        [],
        [date(2023, 3, 5)],
        ["2023-03-05 14:30"],
        [datetime(2023, 3, 5, 14), None],
        [datetime(2023, 3, 5, 14, tzinfo=UTC)],
        [datetime(2023, 3, 5, 14), datetime(1900, 1, 1)],
        [datetime(1989, 12, 31, 23, 59, 59, 600_000)],
    ],
)
def test_other_columns_are_read_by_the_cell(cells: list[Cell]) -> None:
    assert stamps.starts(Column(cells)) is None


def test_a_reader_forgets_before_it_holds_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distinct, "_FULL", 1000)
    read: list[Cell] = []
    reader = Reader(read.append, lambda _: 0)
    long = "长" * 500

    for cell in (long, long, "短", long + "长", long):
        reader.column(Column([cell]))

    assert read == [long, "短", long + "长", long]


def test_a_cell_that_recurs_is_read_once() -> None:
    read: list[Cell] = []
    day = datetime(2023, 3, 5)
    reader = Reader(partial(_noted, read), lambda length: length)

    assert list(reader.numbers(Column(["a", day, "a"])) or ()) == [1, 19, 1]
    assert reader.column(Column([day, "a"])) == [19, 1]
    assert read == ["a", day]


def _noted(read: list[Cell], cell: Cell) -> int:
    read.append(cell)
    return len(str(cell))
