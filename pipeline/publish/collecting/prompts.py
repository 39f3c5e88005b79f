"""How a column is filled in: the hint at its cells, what is checked as one types, and an example.

Every check only warns. A unit may keep what it typed: the reader understands more spellings than a drop-down can hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any, TypeAlias

from pipeline.model import FieldType, Unit
from pipeline.period import Period
from pipeline.publish.collecting.columns import Column

Rule: TypeAlias = dict[str, Any]

_LONGEST_TITLE, _LONGEST_MESSAGE, LONGEST_LIST = 32, 255, 255
"""Excel's limits."""
_GO_ON = "确实如此就点“是”，照原样保留。"
_EXAMPLE_DAY, _EXAMPLE_TIME, _EXAMPLE_COUNT = 5, "09:30", "20"


def rule(column: Column, period: Period, source: str | list[str]) -> Rule:
    """The validation of a column's cells as XlsxWriter takes it; `source` is the drop-down's list or its range."""
    hint = "".join(_hints(column, period))
    said = {"input_title": column.field.header[:_LONGEST_TITLE], "input_message": hint[:_LONGEST_MESSAGE]}
    if column.given:
        return {"validate": "any", **said}
    if source:
        return {"validate": "list", "source": source, **said, **_warning(*_unlisted(column))}
    check = _CHECKS.get(column.field.type)
    return {**check(column, period), **said} if check else {"validate": "any", **said}


def listed(options: tuple[str, ...]) -> bool:
    """Whether a drop-down can hold its options itself; else they must stand in cells."""
    return len(",".join(options)) <= LONGEST_LIST and not any(mark in option for option in options for mark in ',"')


def _warning(title: str, message: str) -> Rule:
    """A title of the box that warns, blank for none."""
    if not title:
        return {"show_error": False}
    return {"error_type": "warning", "error_title": title, "error_message": (message + _GO_ON)[:_LONGEST_MESSAGE]}


# --- hints ---------------------------------------------------------------------------------------------------------------


def _hints(column: Column, period: Period) -> Iterator[str]:
    if column.given:
        yield "已经填好，不用改。"
        return
    field = column.field
    yield "必填。" if column.required else ""
    yield _HINTS[field.type](column, period)
    yield f"没有这个日期的，填{field.fallback[0]}。" if field.fallback else ""
    if field.type == "quantity":
        yield f"空白按{field.default}计。" if field.default is not None else "没有就填 0，不清楚就空着，不适用填“/”。"


def _several(column: Column, _: Period) -> str:
    return f"从下拉中选；同时有几种的，用“、”隔开，如 {'、'.join(column.options[:2])}。"


def _day(_: Column, period: Period) -> str:
    return f"日期，如 {_example_day(period)}；一件事一行。"


def _moment(_: Column, period: Period) -> str:
    return f"日期和时间，如 {_example_day(period)} {_EXAMPLE_TIME}；不知道几点的只填日期。"


def _number(column: Column, _: Period) -> str:
    return "整数，只写数字。" if column.field.whole else "数字，可以有小数。"


_HINTS: Mapping[FieldType, Callable[[Column, Period], str]] = {
    "date": _day,
    "datetime": _moment,
    "quantity": _number,
    "choice": lambda _, __: "从下拉中选一个。",
    "choices": _several,
    "role": lambda _, __: "从下拉中选职务，不要写姓名。",
    "media": lambda _, __: "写全称，下拉中没有的直接写；同时有几家的，用“、”隔开。",
    "text": lambda column, _: f"简要写明{column.field.header}，不要写个人信息。",
    "unit": lambda _, __: "从下拉中选，只填本单位和所属单位。",
    "indicator": lambda _, __: "从下拉中选。",
    "measure": lambda _, __: "如 人次、万元。",
}


def _unlisted(column: Column) -> tuple[str, str]:
    """What is said of a text that the drop-down does not have; of media there are more than any list holds."""
    if column.field.type == "media":
        return "", ""
    several = "同时有几种的用“、”隔开，可以保留。" if column.field.type == "choices" else ""
    return "下拉中没有", f"“{column.field.header}”一般从下拉中选。{several}"


# --- checks --------------------------------------------------------------------------------------------------------------


def _dates(column: Column, period: Period) -> Rule:
    last = datetime.combine(period.end, time(23, 59, 59))
    first = datetime.combine(period.start, time())
    wrong = f"不是{period.label}的日期，或写法不是日期。没有开展、填“无”的，"
    if column.field.name != "start_date":
        return {
            "validate": "date",
            "criteria": ">=",
            "value": first,
            **_warning("日期", f"不是日期，或早于{first:%Y-%m-%d}。"),
        }
    return {
        "validate": "date", "criteria": "between", "minimum": first, "maximum": last, **_warning("日期", wrong),
    }  # fmt: skip


def _numbers(column: Column, _: Period) -> Rule:
    kind, word = ("integer", "整数") if column.field.whole else ("decimal", "数字")
    wrong = f"应是不小于 0 的{word}，不带单位和文字。"
    return {"validate": kind, "criteria": ">=", "value": 0, **_warning(word, wrong)}


_CHECKS: Mapping[FieldType, Callable[[Column, Period], Rule]] = {
    "date": _dates,
    "datetime": _dates,
    "quantity": _numbers,
}


# --- examples ------------------------------------------------------------------------------------------------------------


def example(columns: tuple[Column, ...], unit: Unit, period: Period) -> Iterator[str]:
    """What an example row says in each column, one number besides the defaults; all as text, so that it counts nowhere."""
    count = next((column for column in columns if column.field.type == "quantity" and column.field.need != "o"), None)
    for column in columns:
        yield _EXAMPLE_COUNT if column is count else _example(column, unit, period)


def _example(column: Column, unit: Unit, period: Period) -> str:
    field = column.field
    match field.type:
        case "unit":
            return unit.name
        case "text":
            return "……"
        case "date":
            return str(_example_day(period))
        case "datetime":
            return f"{_example_day(period)} {_EXAMPLE_TIME}" if column.required else ""
        case "quantity":
            return "" if field.default is None else str(field.default)
    needed = column.required or field.need != "o"
    return "、".join(column.options[: 2 if field.type == "choices" else 1]) if needed else ""


def _example_day(period: Period) -> date:
    return period.start.replace(day=_EXAMPLE_DAY)
