"""The tokens of a paragraph in; totals that their own parts do not add up to out: 共13次，其中…5次、8次."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.review.comparing.tokens import Token
from pipeline.review.places import Line
from pipeline.review.proposing import amounts

_ENDS = frozenset("。！？\n")
_TOTAL = re.compile("(?:共|共计|合计|总计|总共|一共)[^，。；、0-9]{0,3}$")
_PARTS = re.compile("其中|分别为|包括")
_MORE_EXIST = re.compile("等|主要|以及其他")
_JOINED = re.compile("[、，和及与]")
_OTHER = re.compile("同比|环比|比去年|比上年|较去年|较上年|增长|下降|持平|目标|不少于|去年|上年|人均|平均|占")
"""In the clause of a number: it is no part of what is added."""


@dataclass(frozen=True, slots=True)
class _Number:
    token: Token
    value: Fraction
    measure: str
    clause: str
    """The text between the number before and this one."""


def lines(number: int, text: str, tokens: Sequence[Token]) -> Iterator[Line]:
    """One line for each total that its parts contradict; hedged numbers add up to nothing exact."""
    for sentence in _sentences(text, tokens):
        for total, parts in (*_with_parts(sentence), *_after_parts(sentence)):
            added = sum((part.value for part in parts), Fraction(0))
            if message := _wrong(total, parts, added, text):
                token = total.token
                yield Line(number + 1, token.start, token.end, token.text, verdict="sum", message=message)


def _sentences(text: str, tokens: Sequence[Token]) -> Iterator[list[_Number]]:
    found: list[_Number] = []
    previous = 0
    for token in tokens:
        if token.text in _ENDS:
            yield found
            found, previous = [], token.end
        elif token.kind == "number" and token.numeral:
            amount = amounts.amount(token.numeral)
            exact = amount is not None and not amount.hedge and not amount.percent and token.numeral.measure
            if amount is not None and exact:
                found.append(_Number(token, amount.value, token.numeral.measure, text[previous : token.start]))
            previous = token.end
    yield found


def _with_parts(numbers: Sequence[_Number]) -> Iterator[tuple[_Number, list[_Number]]]:
    """共13次，其中A5次、B8次: the total stands first."""
    for place, total in enumerate(numbers):
        following = [each for each in numbers[place + 1 :] if not _OTHER.search(each.clause)]
        if following and _PARTS.search(following[0].clause) and following[0].measure == total.measure:
            yield total, _row(following)


def _after_parts(numbers: Sequence[_Number]) -> Iterator[tuple[_Number, list[_Number]]]:
    """A5次、B8次，共13次: the total stands last; of a longer row, as many of its last as make up the total."""
    for place, total in enumerate(numbers):
        row = _row_before(numbers, place) if _TOTAL.search(total.clause) and "、" not in total.clause else []
        if len(row) > 1 and not any(
            sum(each.value for each in row[:size]) == total.value for size in range(2, len(row))
        ):
            yield total, row[::-1]


def _row_before(numbers: Sequence[_Number], place: int) -> list[_Number]:
    """The last first."""
    row: list[_Number] = []
    for each in reversed(numbers[:place]):
        if each.measure != numbers[place].measure:
            break
        row.append(each)
        if not _adjoins(each):
            break
    return row


def _row(numbers: Sequence[_Number]) -> list[_Number]:
    """The numbers of one measure word that follow one another, up to the end of their clause."""
    row = [numbers[0]]
    for each in numbers[1:]:
        if each.measure != row[0].measure or "；" in each.clause or not _JOINED.search(each.clause):
            break
        row.append(each)
    return row


def _adjoins(each: _Number) -> bool:
    return bool(_JOINED.search(each.clause)) and not _OTHER.search(each.clause) and "；" not in each.clause


def _wrong(total: _Number, parts: Sequence[_Number], added: Fraction, text: str) -> str:
    last = parts[-1].token.end if parts else 0
    open_ended = bool(_MORE_EXIST.search(text[total.token.end : last + 8]))
    if added <= total.value and (len(parts) == 1 or open_ended):
        return ""
    if added == total.value:
        return ""
    counted = "、".join(f"{part.token.text}" for part in parts)
    if len(parts) == 1:
        return f"其中的{counted}{total.measure}大于总数{total.token.text}{total.measure}"
    return f"分项{counted}相加是{amounts.plain(added)}{total.measure}，与总数{total.token.text}{total.measure}不符"
