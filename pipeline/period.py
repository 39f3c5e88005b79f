"""Reporting periods (报告期): a year, half-year, quarter or month, how they are written, and their neighbours."""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from pipeline.errors import UsageError

Span: TypeAlias = Literal["year", "half", "quarter", "month"]

_MONTHS: dict[Span, int] = {"year": 12, "half": 6, "quarter": 3, "month": 1}
_ID = re.compile(
    r"(?P<year>[1-9]\d{3})(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?", re.IGNORECASE
)
_CHINESE = re.compile(
    r"(?P<year>[1-9]\d{3})(?:年度?|(?=[上下第]))(?:(?P<half>[上下])半年|第?(?P<quarter>[1-4一二三四])季度|(?P<month>1[0-2]|0?[1-9])月)?"
)
_DIGITS = {"上": 1, "下": 2, "一": 1, "二": 2, "三": 3, "四": 4}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Both days belong to the period; it starts on the first day of a month."""

    start: date
    end: date

    @classmethod
    def of(cls, year: int, span: Span = "year", number: int = 1) -> Period:
        """The `number`-th half-year, quarter or month of `year`, counted from 1."""
        months = _MONTHS[span]
        last = number * months
        return cls(date(year, last - months + 1, 1), date(year, last, calendar.monthrange(year, last)[1]))

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read ``2023H1``, ``2023``, ``2023Q2``, ``2023-03`` or ``2023年上半年``; UsageError if it is none of these."""
        plain = unicodedata.normalize("NFKC", text).strip()
        match = _ID.fullmatch(plain) or _CHINESE.fullmatch(re.sub(r"\s", "", plain))
        if not match:
            raise UsageError(f"看不懂报告期“{text}”：请写成 2023H1、2023H2、2023、2023Q2、2023-03 或 2023年上半年")
        year = int(match["year"])
        spans: tuple[Span, ...] = ("half", "quarter", "month")
        for span in spans:
            if number := match[span]:
                return cls.of(year, span, _DIGITS.get(number) or int(number))
        return cls.of(year)

    @property
    def span(self) -> Span:
        """Stated periods may be other runs of months (1-2月); those have the span of what they begin."""
        months = self.end.month - self.start.month + 1
        return next((span for span, length in _MONTHS.items() if length <= months), "month")

    @property
    def number(self) -> int:
        return (self.start.month - 1) // _MONTHS[self.span] + 1

    @property
    def id(self) -> str:
        tail = {"year": "", "half": f"H{self.number}", "quarter": f"Q{self.number}", "month": f"-{self.number:02d}"}
        return f"{self.start.year}{tail[self.span]}"

    @property
    def label(self) -> str:
        """``2023年上半年``, ``2023年``, ``2023年第二季度``, ``2023年3月``."""
        tail = {
            "year": "",
            "half": "上半年" if self.number == 1 else "下半年",
            "quarter": f"第{'一二三四'[(self.number - 1) % 4]}季度",
            "month": f"{self.number}月",
        }
        return f"{self.start.year}年{tail[self.span]}"

    @property
    def previous(self) -> Period:
        count = 12 // _MONTHS[self.span]
        year, number = (self.start.year, self.number - 1) if self.number > 1 else (self.start.year - 1, count)
        return Period.of(year, self.span, number)

    @property
    def following(self) -> Period:
        count = 12 // _MONTHS[self.span]
        year, number = (self.start.year, self.number + 1) if self.number < count else (self.start.year + 1, 1)
        return Period.of(year, self.span, number)

    @property
    def last_year(self) -> Period:
        return Period.of(self.start.year - 1, self.span, self.number)

    @property
    def half(self) -> Period | None:
        """The half-year that it lies in, if it lies in one."""
        half = Period.of(self.start.year, "half", 1 if self.start.month <= 6 else 2)
        return half if half.contains(self.start, self.end) else None

    @property
    def months(self) -> tuple[Period, ...]:
        return tuple(Period.of(self.start.year, "month", m) for m in range(self.start.month, self.end.month + 1))

    def contains(self, start: date, end: date | None = None) -> bool:
        return self.start <= start and (end or start) <= self.end

    def overlaps(self, other: Period) -> bool:
        return self.start <= other.end and other.start <= self.end
