"""Indicator definitions, from TOML or a sheet, → Indicator: each checked against its kind and its ledger."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from pipeline import spelling
from pipeline.definitions import schema
from pipeline.definitions.schema import Place
from pipeline.model import Field, Filter, Indicator, Ledger, Scope, Vocabulary

FILE = "indicators.toml"

Columns: TypeAlias = Mapping[str, Field]
"""What an indicator may name in a ledger, by every spelling in normal form."""

_QUANTITY = frozenset({"quantity"})
_CHOICE = frozenset({"choice", "choices", "role", "media", "indicator"})
_MOMENT = frozenset({"date", "datetime"})
_THING = _CHOICE | {"text", "unit"}

_TYPE_NAMES = {_QUANTITY: "数量", _CHOICE: "有固定取值的字段", _MOMENT: "日期时间", _THING: "取值、文字或单位"}
_REGISTER_COLUMNS = {"members": "members", "staff": "staff", "党员人数": "members", "职工人数": "staff"}
_SUBMISSION = ("due", "received", "rate")
_ALWAYS = ("submission.due", "submission.received")
"""Every report can say who has reported."""
_SHAPE_KEYS = ("field", "over", "part", "limits", "of")
_SPECIAL = ("（空白）", "（已填）", "（无此列）")


def _keys(text: str = "") -> frozenset[str]:
    return frozenset(text.split())


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """One kind of indicator: exactly one of `shapes` are its keys; `field` and `over` are of these types."""

    name: str
    shapes: tuple[frozenset[str], ...]
    field: frozenset[str] = frozenset()
    over: frozenset[str] = frozenset()
    share: bool = False
    """Its measure word is %."""
    records: bool = True
    """It is measured on records of a ledger, so that `where` and `unless` make sense."""


KINDS: dict[str, Kind] = {
    "sum": Kind("求和", (_keys("field"),), field=_QUANTITY),
    "count": Kind("计数", (_keys(),)),
    "distinct": Kind("不同个数", (_keys("field"),), field=_THING),
    "share": Kind("占比", (_keys("part"), _keys("part field"), _keys("field over")), _QUANTITY, _QUANTITY, share=True),
    "gap": Kind("最长间隔", (_keys(),)),
    "top_share": Kind("最大一类占比", (_keys("field over"),), _CHOICE, _QUANTITY, share=True),
    "median": Kind("中位用时", (_keys("field over"),), _MOMENT, _MOMENT),
    "timely": Kind("时限内占比", (_keys("field over limits"),), _MOMENT, _MOMENT, share=True),
    "overdue": Kind("超期数", (_keys("field limits"),), field=_MOMENT),
    "register_share": Kind("名册占比", (_keys("of over"),), share=True, records=False),
    "submission": Kind("报送", (_keys("of"),), records=False),
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class IndicatorsFile:
    indicator: list[dict[str, Any]]


@dataclasses.dataclass(frozen=True, kw_only=True)
class IndicatorDef:
    """An indicator as written; fields, ledger and kind may be given by id or by Chinese name."""

    id: str
    name: str
    kind: str
    measure_word: str
    scope: Scope
    ledger: str = ""
    rule: str = ""
    field: str = ""
    over: str = ""
    where: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    unless: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    part: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    limits: dict[str, int] = dataclasses.field(default_factory=dict)
    of: str = ""
    whole: bool | None = True
    """None: as the field is."""
    style: Literal["", "万"] = ""


Draft: TypeAlias = tuple[Place, IndicatorDef]


def drafts(file: IndicatorsFile) -> list[Draft]:
    return schema.build_all(IndicatorDef, file.indicator, Place(FILE), "id")


def resolved(drafts: Sequence[Draft], ledgers: Iterable[Ledger]) -> tuple[Indicator, ...]:
    """The indicators in their order, every name in them checked; DefinitionError at the first mistake."""
    _check_names(drafts)
    ledgers = tuple(ledgers)
    columns = {ledger.id: _columns(ledger) for ledger in ledgers}
    found = [_indicator(draft, place, ledgers, columns) for place, draft in drafts]
    return tuple(_with_of(indicator, found, place) for indicator, (place, _) in zip(found, drafts, strict=True))


def _check_names(drafts: Sequence[Draft]) -> None:
    ids: set[str] = set()
    names: dict[str, str] = {}
    for place, draft in drafts:
        if not draft.name:
            raise place.at("name").error("名称是空的")
        if draft.id in ids:
            raise place.at("id").error(f"两个指标的 id 都是“{draft.id}”")
        name = spelling.normal(draft.name)
        if name in names:
            raise place.at("name").error(f"与指标 {names[name]} 同名：“{draft.name}”")
        ids.add(draft.id)
        names[name] = draft.id
    for id in _ALWAYS:
        if id not in ids:
            raise Place(FILE, id).error("报告都要说报送情况，不能没有这个指标")


def _columns(ledger: Ledger) -> Columns:
    """A medium is counted by its channel; every record has a month."""
    columns: dict[str, Field] = {}
    for field in ledger.fields:
        column = dataclasses.replace(field, name=field.column)
        columns |= dict.fromkeys(map(spelling.normal, (column.name, field.header, *field.synonyms)), column)
        if field.type == "media":
            columns["渠道"] = column
    month = Field(name="month", header="月份", type="text")
    return columns | {"month": month, "月份": month}


def _indicator(
    draft: IndicatorDef, place: Place, ledgers: Sequence[Ledger], columns: Mapping[str, Columns]
) -> Indicator:
    kind = _kind(draft.kind, place.at("kind"))
    _check_keys(draft, kind, place)
    ledger = _ledger(draft, kind, ledgers, place.at("ledger"))
    known = columns.get(ledger, {})
    field = _column(draft.field, KINDS[kind].field, known, place.at("field"))
    over = _over(draft.over, kind, known, place.at("over"))
    return Indicator(
        id=draft.id,
        name=draft.name,
        ledger=ledger,
        kind=kind,
        measure_word=draft.measure_word,
        scope=draft.scope,
        rule=draft.rule,
        field=field.name if field else "",
        over=over,
        where=_filter(draft.where, known, place.at("where")),
        unless=_filter(draft.unless, known, place.at("unless")),
        part=_filter(draft.part, known, place.at("part")),
        limits=_limits(draft.limits, known, place.at("limits")),
        of=draft.of,
        whole=(field is None or field.whole) if draft.whole is None else draft.whole,
        style=draft.style,
    )


def _kind(key: str, place: Place) -> str:
    for id, kind in KINDS.items():
        if key in (id, kind.name):
            return id
    raise place.unknown("算法", key, [*KINDS, *(kind.name for kind in KINDS.values())])


def _check_keys(draft: IndicatorDef, kind: str, place: Place) -> None:
    row = KINDS[kind]
    given = frozenset(key for key in _SHAPE_KEYS if getattr(draft, key))
    if given not in row.shapes:
        shape = min(row.shapes, key=lambda keys: len(keys ^ given))
        for key in sorted(given - shape):
            raise place.at(key).error(f"算法 {kind}（{row.name}）不用 {key}")
        for key in sorted(shape - given):
            raise place.at(key).error(f"算法 {kind}（{row.name}）缺少 {key}")
    if not row.records and (draft.where or draft.unless):
        raise place.at("where").error(f"算法 {kind}（{row.name}）不能带条件")
    if (row.share or draft.of == "rate") != (draft.measure_word == "%"):
        raise place.at("measure_word").error(
            f"算法 {kind}（{row.name}）的量词不能是“{draft.measure_word}”：占比写 %，其余不写 %"
        )


def _ledger(draft: IndicatorDef, kind: str, ledgers: Sequence[Ledger], place: Place) -> str:
    if kind == "submission":
        return ""
    key = draft.ledger or draft.id.partition(".")[0]
    for ledger in ledgers:
        if key in (ledger.id, ledger.name):
            return ledger.id
    raise place.unknown("台账", key, [name for ledger in ledgers for name in (ledger.id, ledger.name)])


def _over(key: str, kind: str, known: Columns, place: Place) -> str:
    """The other column of the ledger, or for register_share the column of the register."""
    if kind != "register_share":
        column = _column(key, KINDS[kind].over, known, place)
        return column.name if column else ""
    if key not in _REGISTER_COLUMNS:
        raise place.unknown("名册列", key, _REGISTER_COLUMNS)
    return _REGISTER_COLUMNS[key]


def _column(key: str, types: frozenset[str], known: Columns, place: Place) -> Field | None:
    if not key:
        return None
    column = _known_column(key, known, place)
    if column.type not in types:
        raise place.error(f"“{key}”不能这样用，这里要的是{_TYPE_NAMES[types]}")
    return column


def _known_column(key: str, known: Columns, place: Place) -> Field:
    if column := known.get(spelling.normal(key)):
        return column
    names = [name for column in known.values() for name in (column.name, column.header)]
    raise place.unknown("字段", key, dict.fromkeys(names))


def _filter(conditions: Mapping[str, Iterable[str]], known: Columns, place: Place) -> Filter:
    """Values of one field are joined by or, fields by and."""
    found = []
    for key, values in conditions.items():
        column = _known_column(key, known, place.at(key))
        if column.vocabulary is None:
            raise place.at(key).error(f"“{key}”没有固定取值，不能作条件")
        found.append((column.name, _mask(values, column.vocabulary, place.at(key))))
    return tuple(found)


def _mask(values: Iterable[str], vocabulary: Vocabulary, place: Place) -> int:
    names = {spelling.normal(name): name for name in (*vocabulary.names, *vocabulary.groups, *_SPECIAL)}
    mask = 0
    for value in values:
        if spelling.normal(value) not in names:
            raise place.unknown("取值或分组", value, names.values())
        mask |= vocabulary.mask(names[spelling.normal(value)])
    if not mask:
        raise place.error("没有写取值")
    return mask


def _limits(limits: Mapping[str, int], known: Columns, place: Place) -> tuple[tuple[Filter, int], ...]:
    """Hours by a value or a group of a choice; the entry without one fits all and comes last."""
    if not limits:
        return ()
    if "" not in limits or min(limits.values()) <= 0:
        raise place.error('要有 ""（其余各级）一项，小时数都大于 0')
    named = tuple((_naming(value, known, place.at(value)), hours) for value, hours in limits.items() if value)
    return (*named, ((), limits[""]))


def _naming(value: str, known: Columns, place: Place) -> Filter:
    """The one choice that has this value or group."""
    choices = {column.name: column.vocabulary for column in known.values() if column.vocabulary}
    names = {field: (*vocabulary.names, *vocabulary.groups) for field, vocabulary in choices.items()}
    fitting = [field for field in choices if value in names[field]]
    if len(fitting) > 1:
        raise place.error(f"“{value}”是几个字段的取值：{'、'.join(fitting)}")
    if not fitting:
        raise place.unknown("取值或分组", value, [name for each in names.values() for name in each])
    return ((fitting[0], choices[fitting[0]].mask(value)),)


def _with_of(indicator: Indicator, found: Iterable[Indicator], place: Place) -> Indicator:
    """`of` by id: the indicator that register_share divides, or one of the closed words of submission."""
    if indicator.kind == "submission" and indicator.of not in _SUBMISSION:
        raise place.at("of").unknown("取值", indicator.of, _SUBMISSION)
    if indicator.kind != "register_share":
        return indicator
    sums = {key: other.id for other in found if other.kind == "sum" for key in (other.name, other.id)}
    if indicator.of not in sums:
        raise place.at("of").unknown("求和指标", indicator.of, sums)
    return dataclasses.replace(indicator, of=sums[indicator.of])
