"""tables.toml → the sheets of 汇总表.xlsx, and the indicators by which units are ranked."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from pipeline.definitions import schema
from pipeline.definitions.schema import Place
from pipeline.model import Indicator, Ledger, TableKind, TableSheet

FILE = "tables.toml"
_LONGEST_NAME = 31
"""Excel's limit."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class TablesFile:
    sheet: list[dict[str, Any]]
    evidence: bool = True
    pack: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, kw_only=True)
class PackDef:
    ranked: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True, kw_only=True)
class SheetDef:
    name: str
    kind: TableKind
    title: str
    indicators: list[str] = dataclasses.field(default_factory=list)
    fields: list[list[str]] = dataclasses.field(default_factory=list)


def sheets(file: TablesFile, known: Sequence[Indicator], ledgers: Sequence[Ledger]) -> tuple[TableSheet, ...]:
    drafts = schema.build_all(SheetDef, file.sheet, Place(FILE), "name")
    schema.check_distinct(((place, draft.name) for place, draft in drafts), "工作表")
    return tuple(_sheet(draft, known, ledgers, place) for place, draft in drafts)


def ranked(file: TablesFile, known: Sequence[Indicator]) -> tuple[str, ...]:
    place = Place(FILE).at("pack")
    return _chosen(schema.build(PackDef, file.pack, place).ranked, known, place.at("ranked"))


def _sheet(draft: SheetDef, known: Sequence[Indicator], ledgers: Sequence[Ledger], place: Place) -> TableSheet:
    if not 0 < len(draft.name) <= _LONGEST_NAME or set(draft.name) & set("[]:*?/\\"):
        raise place.at("name").error(f"工作表名要有 1 到 {_LONGEST_NAME} 个字，不含 [ ] : * ? / \\")
    if (draft.kind == "categories") != bool(draft.fields):
        raise place.at("fields").error("categories 要写 fields，其余的表不写")
    pairs = tuple(_choice_field(pair, ledgers, place.at("fields")) for pair in draft.fields)
    chosen = _chosen(draft.indicators, known, place.at("indicators"))
    return TableSheet(draft.name, draft.kind, draft.title, chosen, pairs)


def _chosen(named: Sequence[str], known: Sequence[Indicator], place: Place) -> tuple[str, ...]:
    """Ids of indicators that are named by id or by name, each once; "*" stands for all."""
    meant = {"*": [indicator.id for indicator in known]}
    for indicator in known:
        meant |= {indicator.id: [indicator.id], indicator.name: [indicator.id]}
    for name in named:
        if name not in meant:
            raise place.unknown("指标", name, meant)
    return tuple(dict.fromkeys(id for name in named for id in meant[name]))


def _choice_field(pair: Sequence[str], ledgers: Iterable[Ledger], place: Place) -> tuple[str, str]:
    names = [(ledger.id, field.name) for ledger in ledgers for field in ledger.fields if field.vocabulary]
    if tuple(pair) not in names:
        raise place.unknown("可分类的字段", ".".join(pair), [".".join(name) for name in names])
    ledger, name = pair
    return ledger, name
