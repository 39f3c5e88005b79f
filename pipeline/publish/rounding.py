"""Exact numbers rounded, half up as Excel does, once: the number itself, its leading digits, its figures in writing."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

Number: TypeAlias = int | Fraction


def half_up(value: Number, digits: int = 0) -> Number:
    """For negative numbers away from zero; an int where nothing is left behind the point."""
    return _plain(Fraction(steps(value.numerator, value.denominator, digits)) / Fraction(10) ** digits)


def steps(upper: int, lower: int, digits: int) -> int:
    """How many times the last of `digits` decimals goes into upper ÷ lower."""
    scale: int = 10 ** abs(digits)
    upper, lower = (upper * scale, lower) if digits >= 0 else (upper, lower * scale)
    size = (2 * abs(upper) + lower) // (2 * lower)
    return size if upper >= 0 else -size


def leading(value: Number, digits: int, towards: Callable[[Fraction], Number]) -> Number:
    """The first significant `digits` of a number from 1 on; below 1 the number itself."""
    whole = math.floor(abs(Fraction(value)))
    if not whole:
        return value
    step = Fraction(10) ** (len(str(whole)) - digits)
    return _plain(towards(value / step) * step)


def fixed(value: Number, digits: int) -> str:
    """With all its decimals: ``12.50``."""
    scaled = steps(value.numerator, value.denominator, digits)
    return f"{Decimal(f'{scaled}e-{digits}'):f}" if digits else str(scaled)


def short(value: Number, digits: int) -> str:
    """Without trailing zeros behind the point: ``12.5``, ``12``."""
    text = fixed(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _plain(value: Fraction) -> Number:
    return value.numerator if value.denominator == 1 else value
