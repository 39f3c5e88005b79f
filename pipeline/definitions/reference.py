"""参考数据.xlsx beside its register → the media list, targets and drafts of the clerk's own indicators."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from python_calamine import CalamineWorkbook

from pipeline import spelling
from pipeline.definitions import indicators, schema, workbook
from pipeline.definitions import register as registers
from pipeline.definitions.workbook import Layout, Line
from pipeline.model import Indicator, Medium, Register, Scope, Target, Vocabulary
from pipeline.period import Span

MEDIA = Layout("媒体名录", ("媒体", "别名", "渠道"))
TARGETS = Layout("目标", ("指标", "单位", "期间", "下限", "依据"))
CUSTOM = Layout(
    "自定义指标", ("名称", "台账", "算法", "字段", "条件", "量词", "范围"), possible=("口径",), optional=True
)

_SPANS: dict[str, Span | None] = {"": None, "年": "year", "半年": "half", "季": "quarter", "月": "month"}
_SCOPES: dict[str, Scope] = {"本级": "own", "本级及所属单位": "all", "全部": "all", "own": "own", "all": "all"}
_REPORTED = ("reported", "直报指标")
_SUM = ("sum", indicators.KINDS["sum"].name)
_WORDS = {
    "id": "名称", "name": "名称", "ledger": "台账", "kind": "算法", "field": "字段", "over": "字段", "of": "字段",
    "where": "条件", "unless": "条件", "part": "条件", "measure_word": "量词", "scope": "范围", "limits": "算法",
}  # fmt: skip
_MINIMUM = re.compile(r"(\d+(?:\.\d+)?)(%?)")
_CONDITION = re.compile(r"(?P<field>[^=≠]+)(?P<sign>[=≠])(?P<values>[^=≠]+)")


def media(book: CalamineWorkbook, channels: Vocabulary) -> tuple[Medium, ...]:
    owner: dict[str, str] = {}
    found = []
    for line in workbook.lines(book, MEDIA):
        if not line["媒体"]:
            raise line.place.error("媒体是空的")
        medium = Medium(line["媒体"], line.parts("别名"), line.named("渠道", channels))
        for name in dict.fromkeys(map(spelling.normal, (medium.name, *medium.aliases))):
            if name in owner:
                raise line.place.error(f"“{name}”已经是“{owner[name]}”的写法")
            owner[name] = medium.name
        found.append(medium)
    return tuple(found)


def targets(book: CalamineWorkbook, known: Sequence[Indicator], register: Register) -> tuple[Target, ...]:
    by_key = {key: indicator for indicator in known for key in (indicator.name, indicator.id)}
    lines = workbook.lines(book, TARGETS)
    found = tuple(_target(line, by_key, register) for line in lines)
    seen = set()
    for line, target in zip(lines, found, strict=True):
        key = (target.indicator, target.unit, target.span)
        if key in seen:
            raise line.place.error("同一指标、单位、期间已经有一个目标")
        seen.add(key)
    return found


def _target(line: Line, known: Mapping[str, Indicator], register: Register) -> Target:
    indicator = known[line.choice("指标", known)]
    minimum = _minimum(line)
    if indicator.percent and minimum > 1:
        raise line.place.error(f"下限“{line['下限']}”超过 100%：占比请写 95% 或 0.95")
    return Target(
        indicator=indicator.id,
        unit=registers.unit(line, "单位", register.spellings),
        span=_SPANS[line.choice("期间", _SPANS)],
        minimum=minimum,
        basis=line["依据"],
    )


def _minimum(line: Line) -> Fraction:
    match = _MINIMUM.fullmatch(spelling.normal(line["下限"]))
    if not match:
        raise line.place.error(f"下限“{line['下限']}”不是数：请写阿拉伯数字，如 2 或 95%")
    return Fraction(match[1]) / (100 if match[2] else 1)


def drafts(book: CalamineWorkbook) -> Iterator[indicators.Draft]:
    """自定义指标: the clerk's own indicators, as the same drafts that indicators.toml gives."""
    for line in workbook.lines(book, CUSTOM):
        place = dataclasses.replace(line.place, words=_WORDS)
        yield place, schema.build(indicators.IndicatorDef, _draft(line), place)


def _draft(line: Line) -> dict[str, Any]:
    """字段 is ``字段`` or ``字段÷字段``; 条件 is ``字段=值、值；字段≠值``, for a share also ``分子条件÷条件``."""
    field, _, over = line["字段"].partition("÷")
    numerator, _, denominator = line["条件"].rpartition("÷")
    if "≠" in numerator:
        raise line.place.error("分子的条件只能用 =")
    divides_register = line["算法"] == indicators.KINDS["register_share"].name
    return {
        "id": f"{_prefix(line)}.{line['名称']}",
        "name": line["名称"],
        "ledger": line["台账"],
        "kind": line["算法"],
        "measure_word": line["量词"],
        "scope": _SCOPES[line.choice("范围", _SCOPES)],
        "rule": line.cells.get("口径", ""),
        "of" if divides_register else "field": field.strip(),
        "over": over.strip(),
        "where": {"indicator": [line["名称"]]} if _prefix(line) == "reported" else _conditions(line, denominator, "="),
        "unless": _conditions(line, denominator, "≠"),
        "part": _conditions(line, numerator, "="),
        "whole": None,
    }


def _prefix(line: Line) -> str:
    """A figure of the ledger reported without a condition is one that units report under its own name."""
    own_name = line["台账"] in _REPORTED and line["算法"] in _SUM and not line["条件"]
    return "reported" if own_name else "custom"


def _conditions(line: Line, text: str, sign: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for condition in filter(None, re.split("[；;\n]", text.replace("＝", "="))):
        match = _CONDITION.fullmatch(condition.strip())
        if not match:
            raise line.place.error(f"条件“{condition}”看不懂：请写成 字段=值、值 或 字段≠值，几个条件用；隔开")
        field = match["field"].strip()
        if field in found:
            raise line.place.error(f"条件里“{field}”写了两次：几个取值用、隔开")
        if match["sign"] == sign:
            found[field] = list(workbook.split(match["values"]))
    return found
