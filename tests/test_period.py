"""Reporting periods: how they are written, and their neighbours."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.errors import UsageError
from pipeline.period import Period


@pytest.mark.parametrize(
    ("text", "first", "last", "id", "label"),
    [
        ("2023H1", date(2023, 1, 1), date(2023, 6, 30), "2023H1", "2023年上半年"),
        ("2023h2", date(2023, 7, 1), date(2023, 12, 31), "2023H2", "2023年下半年"),
        ("2023", date(2023, 1, 1), date(2023, 12, 31), "2023", "2023年"),
        ("2023Q2", date(2023, 4, 1), date(2023, 6, 30), "2023Q2", "2023年第二季度"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024-02", "2024年2月"),
        ("2023年上半年", date(2023, 1, 1), date(2023, 6, 30), "2023H1", "2023年上半年"),
        ("2023 上半年", date(2023, 1, 1), date(2023, 6, 30), "2023H1", "2023年上半年"),
        ("２０２３Ｈ１", date(2023, 1, 1), date(2023, 6, 30), "2023H1", "2023年上半年"),
        ("2023年 第三季度", date(2023, 7, 1), date(2023, 9, 30), "2023Q3", "2023年第三季度"),
        ("2023年3月", date(2023, 3, 1), date(2023, 3, 31), "2023-03", "2023年3月"),
        ("2023年度", date(2023, 1, 1), date(2023, 12, 31), "2023", "2023年"),
    ],
)
def test_a_period_is_read_in_every_way_of_writing_it(text: str, first: date, last: date, id: str, label: str) -> None:
    period = Period.parse(text)

    assert (period.start, period.end, period.id, period.label) == (first, last, id, label)


@pytest.mark.parametrize(
    "text", ["", "2023H3", "2023Q5", "2023-13", "上半年", "23H1", "2023H1x", "0000", "0000年上半年", "2023上"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="2023年上半年"):
        Period.parse(text)


@pytest.mark.parametrize(
    ("period", "previous", "following", "last_year"),
    [
        ("2023H1", "2022H2", "2023H2", "2022H1"),
        ("2023H2", "2023H1", "2024H1", "2022H2"),
        ("2023Q1", "2022Q4", "2023Q2", "2022Q1"),
        ("2023-12", "2023-11", "2024-01", "2022-12"),
        ("2023", "2022", "2024", "2022"),
    ],
)
def test_neighbours_are_of_the_same_length(period: str, previous: str, following: str, last_year: str) -> None:
    middle = Period.parse(period)

    assert (middle.previous.id, middle.following.id, middle.last_year.id) == (previous, following, last_year)
