"""Figures, Chinese numerals or both together → the number that they spell."""

from __future__ import annotations

import re
from fractions import Fraction

DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_UNITS = {"亿": 10**8, "万": 10**4, "千": 1000, "百": 100, "十": 10}
LARGE = "百千万亿w"
_SPELT_OUT = str.maketrans({"廿": "二十", "卅": "三十", "w": "万"})
ARABIC = r"[0-9]+(?:\.[0-9]+)?"
FIGURES = re.compile(ARABIC)
NUMERAL_SIGNS = "〇零一二两三四五六七八九十百千万亿廿卅w"
NUMERAL = rf"(?=[0-9{NUMERAL_SIGNS}])(?:{ARABIC})?(?:[{NUMERAL_SIGNS}](?:{ARABIC})?)*"
_ADJACENT = re.compile(r"(.*)([一二两三四五六七八])([二两三四五六七八九])([十百千万亿]*)")


def number(written: str) -> Fraction | None:
    """What figures, Chinese numerals or both together spell: 25, 二十五, 1万2千, and 1万2 for 12 000."""
    written = written.translate(_SPELT_OUT)
    for unit, size in _UNITS.items():
        head, found, tail = written.partition(unit)
        if found:
            return _group(number(head) if head else Fraction(1), size, tail)
    return _ungrouped(written)


def _group(head: Fraction | None, size: int, tail: str) -> Fraction | None:
    limit = 10 if size < 10_000 else 10_000
    rest = _rest(tail, size) if tail else Fraction(0)
    if head is None or rest is None or not 0 < head < limit or rest >= size:
        return None
    if tail and head.denominator > 1:
        return None
    return head * size + rest


def _rest(tail: str, size: int) -> Fraction | None:
    """What follows a unit: one digit counts the next lower unit (一百二 is 120), figures must fill all its places."""
    if tail[0] in "零〇":
        return number(tail[1:])
    rest = number(tail)
    if rest is not None and len(tail) == 1 and rest < 10:
        return rest * (size // 10)
    if FIGURES.fullmatch(tail) and len(tail) != len(str(size)) - 1:
        return None
    return rest


def _ungrouped(written: str) -> Fraction | None:
    """Figures, one Chinese digit, or a row of them with a zero that shows their places (一〇八; 二五 shows nothing)."""
    if FIGURES.fullmatch(written):
        return Fraction(written)
    digits = [DIGITS.get(sign) for sign in written]
    if not digits or None in digits or (len(digits) > 1 and (digits[0] == 0 or 0 not in digits)):
        return None
    return Fraction("".join(map(str, digits)))


def neighbours(written: str) -> tuple[Fraction, Fraction] | None:
    """Both numbers of an adjacent approximation: 三四十 is 30 and 40, 十七八 is 17 and 18."""
    match = _ADJACENT.fullmatch(written.translate(_SPELT_OUT))
    if not match or DIGITS[match[3]] - DIGITS[match[2]] != 1:
        return None
    first, second = number(match[1] + match[2] + match[4]), number(match[1] + match[3] + match[4])
    return (first, second) if first is not None and second is not None else None
