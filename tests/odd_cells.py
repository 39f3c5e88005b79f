"""Whatever may stand in a cell: anything at all, what looks like a date or a number, numbers in Chinese."""

from __future__ import annotations

from hypothesis import strategies as st

_LEDGER_LIKE = st.text(
    "0123456789０５.,，、-—~至/:： \n年月日号时上下半第季度旬二三十百千万亿余约近多人次元（）()+%几同上廿〇ＱT",
    max_size=24,
)
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.text(),
    _LEDGER_LIKE,
    st.integers(),
    st.floats(),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(),
)


def chinese(number: int) -> str:
    """The standard numeral of a number below 10 000, built digit by digit."""
    digits, places = "零一二三四五六七八九", ("", "十", "百", "千")
    written = ""
    for place in range(len(str(number)) - 1, -1, -1):
        digit = number // 10**place % 10
        written += digits[digit] + (places[place] if digit else "")
    while "零零" in written:
        written = written.replace("零零", "零")
    return written.rstrip("零") or "零"
