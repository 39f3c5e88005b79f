"""What stands behind the tags of a Word template: figures under their Chinese names, which remember being printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple, TypeAlias

from pipeline.model import Bounds, Figure, Indicator
from pipeline.publish import rounding, words

MARK, END = "\ufdd0", "\ufdd1"
"""Around the number of a printed tag in rendered XML. Unicode keeps both for such inner use; no text holds them."""

CHANGES: tuple[words.Comparison, ...] = ("同比", "环比")
JOINED = "+"
"""Between the ids of indicators that a template adds."""

_SPANS = {"year": "每年", "half": "每半年", "quarter": "每季度", "month": "每月", None: "本期"}
_BY_ASPECT: dict[str, Callable[[Tag], object]] = {
    "同比": lambda tag: replace(tag, aspect="同比"),
    "环比": lambda tag: replace(tag, aspect="环比"),
    "去年": lambda tag: tag.earlier("去年", "同比"),
    "上期": lambda tag: tag.earlier("上期", "环比"),
    "目标": lambda tag: tag.valued("目标", tag.figure.target.minimum if tag.figure.target else None),
    "目标期间": lambda tag: _SPANS[tag.figure.target.span] if tag.figure.target else words.UNKNOWN_MARK,
    "分子": lambda tag: tag.counted("分子", tag.figure.numerator),
    "分母": lambda tag: tag.counted("分母", tag.figure.denominator),
    "记录数": lambda tag: tag.counted("记录数", tag.figure.records, "条"),
    "名称": lambda tag: tag.indicator.name,
    "量词": lambda tag: tag.indicator.measure_word,
    "增加": lambda tag: any(word in tag.change("同比") for word in ("增长", "提高")),
    "下降": lambda tag: "下降" in tag.change("同比"),
    "持平": lambda tag: "持平" in tag.change("同比"),
    "有同比": lambda tag: tag.figure.value is not None and bool(tag.figure.last_year),
    "有环比": lambda tag: tag.figure.value is not None and bool(tag.figure.previous),
    "有目标": lambda tag: tag.figure.target is not None,
    "未知": lambda tag: tag.figure.value is None,
    "为零": lambda tag: tag.figure.value == 0,
    "约数": lambda tag: not tag.figure.exact,
    "初步": lambda tag: tag.figure.silent > 0,
}
_COMPARED = frozenset({"同比", "环比", "去年", "上期", "目标", "目标期间"})


class Printed(NamedTuple):
    tag: Tag
    text: str


class Numbers:
    """The tags that one document prints, in the order of their first rendering; a marker stands for each of them."""

    def __init__(self) -> None:
        self.printed: list[Printed] = []
        self._markers: dict[tuple[object, ...], str] = {}

    def marker(self, tag: Tag) -> str:
        if tag.key not in self._markers:
            self.printed.append(Printed(tag, tag.text))
            self._markers[tag.key] = f"{MARK}{len(self.printed) - 1}{END}"
        return self._markers[tag.key]


@dataclass(frozen=True, slots=True, eq=False)
class Tag(Mapping[str, object]):
    """A number as a template prints it: `aspect` says which number of the figure, empty for the value itself.

    To a template it is a mapping of its aspects. It compares as what it prints: 95.2 for a share of 95.2 %, and only what
    is certain is true of an unknown or approximate figure.
    """

    figure: Figure
    indicator: Indicator
    numbers: Numbers
    aspect: str = ""
    style: str = ""
    measure: bool = False
    wording: str = ""
    """Stands instead of the worded figure, where names surround the number."""
    compared: bool = True
    """Whether earlier periods and targets were looked up; for the months of a period they are not."""

    @property
    def subject(self) -> tuple[object, ...]:
        """Which number it is, whatever it comes to and however it is worded."""
        return self.figure.period, self.figure.unit, self.figure.scope, self.indicator.id, self.aspect

    @property
    def key(self) -> tuple[object, ...]:
        return *self.subject, self.figure.value, self.style, self.measure, self.wording

    @property
    def title(self) -> str:
        """The indicator, and which of its numbers: ``参学人次（同比）``."""
        return f"{self.indicator.name}（{self.aspect}）" if self.aspect else self.indicator.name

    @property
    def text(self) -> str:
        if self.aspect in CHANGES:
            return self.change(self.aspect)
        return self.wording or words.figure(self.figure, self.indicator, self.style, measure=self.measure)

    @property
    def doubtful(self) -> bool:
        """Unknown or 0: never in a sentence without a mark."""
        return self.figure.value is None if self.aspect in CHANGES else words.needs_mark(self.figure)

    def change(self, kind: str) -> str:
        return words.change_of(self.figure, self.indicator, "同比" if kind == "同比" else "环比")

    def valued(self, aspect: str, value: rounding.Number | None) -> Tag:
        """Another exact number of the same indicator."""
        figure = self.figure._replace(value=value, low=value, high=value, unknown=0)
        return replace(self, figure=figure, aspect=aspect)

    def earlier(self, aspect: str, kind: words.Comparison) -> Tag:
        """The number that the figure is compared with."""
        return replace(self, figure=words.base(self.figure, kind), aspect=aspect)

    def counted(self, aspect: str, value: rounding.Number | None, measure_word: str = "") -> Tag:
        """A number beside the indicator that is counted otherwise."""
        indicator = replace(self.indicator, measure_word=measure_word, style="")
        return replace(self.valued(aspect, value), indicator=indicator)

    def __html__(self) -> str:
        return self.numbers.marker(self)

    __str__ = __html__

    def __getitem__(self, aspect: str) -> object:
        if aspect in _COMPARED and not self.compared:
            raise ValueError(f"各月的数不与以前和目标比较，不能写“{aspect}”")
        return _BY_ASPECT[aspect](self)

    def __contains__(self, aspect: object) -> bool:
        return aspect in _BY_ASPECT

    def __iter__(self) -> Iterator[str]:
        return iter(_BY_ASPECT)

    def __len__(self) -> int:
        return len(_BY_ASPECT)

    def __bool__(self) -> bool:
        return bool(self.figure.value)

    def __add__(self, other: object) -> Tag:
        """Two indicators together, of the same unit and scope; a record that both count is counted twice."""
        if not isinstance(other, Tag) or _place(self) != _place(other):
            raise TypeError("只有同一单位、同一范围、同一量词的两个指标才能相加")
        return replace(
            self, figure=_summed(self.figure, other.figure), indicator=_joined(self.indicator, other.indicator)
        )

    def __eq__(self, other: object) -> bool:
        low, high = self.bounds
        return low is not None and low == high == _number(other)

    __hash__ = None  # type: ignore[assignment]

    def __lt__(self, other: object) -> bool:
        high = self.bounds[1]
        return high is not None and high < _number(other)

    def __le__(self, other: object) -> bool:
        high = self.bounds[1]
        return high is not None and high <= _number(other)

    def __gt__(self, other: object) -> bool:
        low = self.bounds[0]
        return low is not None and low > _number(other)

    def __ge__(self, other: object) -> bool:
        low = self.bounds[0]
        return low is not None and low >= _number(other)

    @property
    def bounds(self) -> tuple[rounding.Number | None, rounding.Number | None]:
        """Lowest and highest as they are printed: 95.2 for a share of 95.2 %."""
        scale = 100 if self.indicator.percent else 1
        low, high = self.figure.low, self.figure.high
        return None if low is None else low * scale, None if high is None else high * scale


def _number(value: object) -> Any:
    """What a tag is compared with; the value of another tag, NaN if unknown, so that no comparison holds."""
    if not isinstance(value, Tag):
        return value
    low, high = value.bounds
    return low if low is not None and low == high else float("nan")


def _place(tag: Tag) -> tuple[object, ...]:
    return tag.figure.period, tag.figure.unit, tag.figure.scope, tag.aspect, tag.indicator.measure_word


def _joined(one: Indicator, other: Indicator) -> Indicator:
    return replace(
        one,
        id=f"{one.id}{JOINED}{other.id}",
        name=f"{one.name}＋{other.name}",
        rule=f"{one.rule}；加上{other.rule}（同属两者的记录计两次）",
    )


def _summed(one: Figure, other: Figure) -> Figure:
    def both(a: rounding.Number | None, b: rounding.Number | None) -> rounding.Number | None:
        return None if a is None or b is None else a + b

    return one._replace(
        value=both(one.value, other.value),
        low=both(one.low, other.low),
        high=both(one.high, other.high),
        numerator=None,
        denominator=None,
        records=one.records + other.records,
        unknown=one.unknown + other.unknown,
        previous=both(one.previous, other.previous),
        last_year=both(one.last_year, other.last_year),
        target=None,
        silent=max(one.silent, other.silent),
        previous_bounds=_bounds_together(one, other, "环比"),
        last_year_bounds=_bounds_together(one, other, "同比"),
    )


def _bounds_together(one: Figure, other: Figure, kind: words.Comparison) -> Bounds | None:
    bases = words.base(one, kind), words.base(other, kind)
    lows, highs = (
        [each.low for each in bases if each.low is not None],
        [each.high for each in bases if each.high is not None],
    )
    return None if len(lows) < len(bases) or all(each.exact for each in bases) else (sum(lows), sum(highs))


# --- styles, names and dates -----------------------------------------------------------------------------------------


Filter: TypeAlias = Callable[[object], Tag]


def _styled(style: str) -> Filter:
    return lambda value: replace(_tag(value, style), style=style)


def _with_measure(value: object) -> Tag:
    return replace(_tag(value, "带量词"), measure=True)


def _tag(value: object, filter: str) -> Tag:
    if not isinstance(value, Tag):
        raise TypeError(f"“|{filter}”只能写在指标名称后面")
    return value


FILTERS: dict[str, Filter] = {style: _styled(style) for style in words.STYLES if style} | {"带量词": _with_measure}


def listing(names: Sequence[object], about: Tag, limit: int = 3, measure_word: str = "家单位") -> Tag | str:
    """Names in a row; a tag beside `about` if their number is printed too."""
    worded = words.listing([str(name) for name in names], limit, measure_word)
    if len(names) <= limit:
        return worded
    return replace(about.counted("名单", len(names), measure_word), wording=worded)


def chinese_date(day: date) -> str:
    """``2023年6月30日``: Arabic figures without leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"
