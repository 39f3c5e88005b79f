"""Exact numbers are rounded half up, once."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.publish import rounding
from pipeline.publish.rounding import Number


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (Fraction("12.25"), 1, Fraction("12.3")),
        (Fraction("33.25"), 1, Fraction("33.3")),
        (Fraction("0.3325"), 3, Fraction("0.333")),
        (Fraction("2.5"), 0, 3),
        (Fraction("-2.5"), 0, -3),
        (Fraction("-0.04"), 1, 0),
        (Fraction("1.005"), 2, Fraction("1.01")),
        (1250, -2, 1300),
        (7, 2, 7),
    ],
)
def test_rounding_is_half_up_and_away_from_zero(value: Number, digits: int, expected: Number) -> None:
    assert rounding.half_up(value, digits) == expected


@given(value=st.decimals(-(10**9), 10**9, places=6), digits=st.integers(0, 5))
def test_rounding_is_that_of_decimal(value: Decimal, digits: int) -> None:
    expected = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    assert rounding.half_up(Fraction(value), digits) == Fraction(expected)


def test_a_whole_result_of_rounding_is_an_int() -> None:
    assert isinstance(rounding.half_up(Fraction("2.96"), 1), int)
