"""ledgers.toml → Ledger: fields, headers and vocabularies, checked so that no header or choice means two things."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Literal

from pipeline import spelling
from pipeline.definitions import schema
from pipeline.definitions.schema import Place
from pipeline.model import Field, FieldType, Ledger, Vocabulary

FILE = "ledgers.toml"

_COMMON = ("unit", "start_date")
_KINDS: frozenset[FieldType] = frozenset(("choice", "choices", "indicator"))
_TOPICS: frozenset[FieldType] = frozenset(("text",))
_TIMES: frozenset[FieldType] = frozenset(("date", "datetime"))

_MOST_NAMES = 61
"""Bits of a mask below BLANK."""

_TYPE_KEYS: dict[str, frozenset[str]] = {
    "date": frozenset({"fallback"}),
    "datetime": frozenset({"fallback"}),
    "quantity": frozenset({"default", "whole"}),
    "choice": frozenset({"choices", "groups", "from_title"}),
    "choices": frozenset({"choices", "groups", "from_title", "may_name"}),
    "role": frozenset({"choices", "groups"}),
    "media": frozenset({"choices", "groups", "endings"}),
}
"""Keys that only fields of a type have."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class LedgersFile:
    ledger: list[dict[str, Any]]
    title_words: list[str] = dataclasses.field(default_factory=list)
    revision_words: list[str] = dataclasses.field(default_factory=list)
    unread: list[str] = dataclasses.field(default_factory=list)
    ignored: list[str] = dataclasses.field(default_factory=list)
    unheld: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True, kw_only=True)
class LedgerDef:
    id: str
    name: str
    words: list[str]
    field: list[dict[str, Any]]
    kind: str = ""
    topic: str = ""
    order: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True, kw_only=True)
class FieldDef:
    name: str
    header: str
    type: FieldType
    need: Literal["R", "r", "o"] = "o"
    synonyms: list[str] = dataclasses.field(default_factory=list)
    avoid: list[str] = dataclasses.field(default_factory=list)
    fallback: list[str] = dataclasses.field(default_factory=list)
    default: int | None = None
    whole: bool = True
    from_title: bool = False
    may_name: bool = False
    choices: list[list[str]] = dataclasses.field(default_factory=list)
    groups: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    endings: dict[str, str] = dataclasses.field(default_factory=dict)


def resolved(file: LedgersFile, reported: Sequence[tuple[str, str]]) -> tuple[Ledger, ...]:
    """The ledgers in their order; `reported` are (name, id) of the indicators that units report directly."""
    drafts = schema.build_all(LedgerDef, file.ledger, Place(FILE), "id")
    schema.check_distinct(((place, draft.id) for place, draft in drafts), "台账 id")
    schema.check_distinct(((place, draft.name) for place, draft in drafts), "台账名称")
    return tuple(_ledger(draft, normal(file.unread), reported, place) for place, draft in drafts)


def vocabulary(ledgers: Iterable[Ledger], name: str) -> Vocabulary:
    """The choices of the first field called `name`: the register uses those of level, the media list those of media."""
    for ledger in ledgers:
        for field in ledger.fields:
            if field.name == name and field.vocabulary:
                return field.vocabulary
    raise Place(FILE, name).error("没有台账有这个字段，单位名册的级别和媒体名录的渠道要用它的取值")


def normal(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(spelling.normal, texts))


def _ledger(draft: LedgerDef, unread: tuple[str, ...], reported: Sequence[tuple[str, str]], place: Place) -> Ledger:
    drafts = schema.build_all(FieldDef, draft.field, place, "name")
    schema.check_distinct(((at, field.name) for at, field in drafts), "字段")
    for name in _COMMON:
        if name not in {field.name for _, field in drafts}:
            raise place.at(name).error("每种台账都要有这个字段")
    for (at, _), table in zip(drafts, draft.field, strict=True):
        _check_keys(table, at)
    fields = tuple(_field(field, reported, at) for at, field in drafts)
    _check_headers(fields, unread, [at for at, _ in drafts])
    kind = _role(draft.kind, fields, _KINDS, place.at("kind"))
    topic = _role(draft.topic, fields, _TOPICS, place.at("topic"))
    order = _order(draft.order, fields, place.at("order"))
    return Ledger(draft.id, draft.name, tuple(draft.words), fields, unread, kind, topic, order)


def _role(name: str, fields: Sequence[Field], types: AbstractSet[FieldType], place: Place) -> str:
    """The field of these types that is called so, or the first of them."""
    names = [field.name for field in fields if field.type in types]
    if name and name not in names:
        raise place.unknown("字段", name, names)
    return name or next(iter(names), "")


def _order(names: Iterable[str], fields: Sequence[Field], place: Place) -> tuple[str, ...]:
    times = [field.name for field in fields if field.type in _TIMES]
    for name in names:
        if name not in times:
            raise place.unknown("时间字段", name, times)
    return tuple(names)


def _check_keys(table: Mapping[str, Any], place: Place) -> None:
    allowed = _TYPE_KEYS.get(table["type"], frozenset())
    for key in sorted(frozenset().union(*_TYPE_KEYS.values()) & table.keys() - allowed):
        raise place.at(key).error(f"类型 {table['type']} 的字段不用 {key}")
    if "choices" in allowed and not table.get("choices"):
        raise place.at("choices").error("没有写可选的取值")


def _check_headers(fields: Sequence[Field], unread: Sequence[str], places: Sequence[Place]) -> None:
    """A header leads to one field only; none leads to a field and is avoided by it or never read."""
    owner: dict[str, str] = dict.fromkeys(unread, "从来不读的列")
    for field, place in zip(fields, places, strict=True):
        for header in (field.header, *field.synonyms, *field.fallback):
            other = owner.setdefault(spelling.normal(header), field.name)
            if other != field.name:
                raise place.at("synonyms").error(f"表头“{header}”已归“{other}”")
            if spelling.normal(header) in field.avoid:
                raise place.at("avoid").error(f"表头“{header}”也是这个字段的写法")


def _field(draft: FieldDef, reported: Sequence[tuple[str, str]], place: Place) -> Field:
    choices = _reported_vocabulary(reported, place) if draft.type == "indicator" else _vocabulary(draft, place)
    return Field(
        name=draft.name,
        header=draft.header,
        type=draft.type,
        need=draft.need,
        synonyms=tuple(draft.synonyms),
        avoid=normal(draft.avoid),
        fallback=tuple(draft.fallback),
        default=draft.default,
        whole=draft.whole,
        from_title=draft.from_title,
        may_name=draft.may_name,
        vocabulary=choices,
        endings=_endings(draft.endings, choices, place.at("endings")),
    )


def _vocabulary(draft: FieldDef, place: Place) -> Vocabulary | None:
    if not draft.choices:
        return None
    if len(draft.choices) > _MOST_NAMES or not all(draft.choices):
        raise place.at("choices").error(f"取值要有 1 到 {_MOST_NAMES} 个，每个至少有一种写法")
    names = tuple(spellings[0] for spellings in draft.choices)
    bits = _spellings(draft.choices, place.at("choices"))
    groups = {group: _group(group, members, names, place.at("groups")) for group, members in draft.groups.items()}
    return Vocabulary(names, bits, groups)


def _spellings(choices: Iterable[Sequence[str]], place: Place) -> dict[str, int]:
    bits: dict[str, int] = {}
    names: list[str] = []
    for bit, written in enumerate(choices):
        names.append(written[0])
        for text in written:
            other = bits.setdefault(spelling.normal(text), bit)
            if other != bit:
                raise place.error(f"“{text}”既是“{names[other]}”又是“{names[bit]}”的写法")
    return bits


def _group(group: str, members: Iterable[str], names: Sequence[str], place: Place) -> int:
    if group in names:
        raise place.at(group).error("分组不能与取值同名")
    mask = 0
    for name in members:
        if name not in names:
            raise place.at(group).unknown("取值", name, names)
        mask |= 1 << names.index(name)
    return mask


def _endings(endings: Mapping[str, str], choices: Vocabulary | None, place: Place) -> tuple[tuple[str, int], ...]:
    names = choices.names if choices else ()
    for ending, name in endings.items():
        if name not in names:
            raise place.at(ending).unknown("取值", name, names)
    return tuple((spelling.normal(ending), 1 << names.index(name)) for ending, name in endings.items())


def _reported_vocabulary(reported: Sequence[tuple[str, str]], place: Place) -> Vocabulary:
    """The indicators that units report, and 其他."""
    if len(reported) >= _MOST_NAMES:
        raise place.error(f"直报的指标最多 {_MOST_NAMES - 1} 个，现在有 {len(reported)} 个")
    bits = {spelling.normal(key): bit for bit, keys in enumerate(reported) for key in keys}
    return Vocabulary((*(name for name, _ in reported), "其他"), bits | {"其他": len(reported)})
