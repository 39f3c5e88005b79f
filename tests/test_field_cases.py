"""Sentences of the specification, each tried on a small ledger as it comes from the field."""

from __future__ import annotations

import pytest
from grids import harvest, read, values

STUDY = "学习时间 | 学习形式 | 学习内容\n"
CENTRAL = "单位 | 学习时间 | 学习形式\n"


def structure(*grids: str) -> dict[str, int]:
    """Unit → structure rows of a book that names no unit of its own."""
    found = harvest(read(*grids, file="2023年台账.xlsx"))
    return {line.unit: line.structure for line in found.accounting}


def test_the_header_belongs_to_the_first_unit_and_not_to_rows_of_no_known_unit() -> None:
    rows = "无此单位 | 2023-03-05 | 党课\n北岭锅炉房 | 2023-03-06 | 党课\n东坡水厂 | 2023-03-07 | 党课"

    assert structure(CENTRAL + rows) == {"": 0, "北岭锅炉房": 1, "东坡水厂": 0}


def test_where_no_row_has_a_known_unit_the_header_belongs_to_none() -> None:
    assert structure(CENTRAL + "无此单位 | 2023-03-05 | 党课") == {"": 1}


def test_a_date_after_as_of_is_told_with_the_day_of_as_of() -> None:
    found = harvest(read(STUDY + "2023-06-25 | 党课 | 甲"), as_of="2023-06-20")

    assert values(found.findings, "date-in-future") == {"found": "2023-06-25", "expected": "2023-06-20"}


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("2023年", "2023-01-01至2023-12-31"),
        ("2023年6月28日至7月2日", "2023-06-28至2023-07-02"),
        ("2023-07-02", "2023-07-02"),
    ],
)
def test_a_span_that_leaves_the_period_is_told_with_both_its_ends(written: str, told: str) -> None:
    found = harvest(read(STUDY + f"{written} | 党课 | 甲"))

    assert values(found.findings, "date-out-of-period")["found"] == told
