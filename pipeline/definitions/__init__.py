"""templates/ → Definitions, checked whole before anything is read: ledgers, indicators, tables, reference workbook."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from pipeline.definitions import files, indicators, ledgers, reference, register, schema, workbook
from pipeline.definitions.schema import Place
from pipeline.model import Definitions, Indicator, Ledger, TableSheet

T = TypeVar("T")

INDICATORS, TABLES = "indicators.toml", "tables.toml"
_SHEET_NAME = 31
"""Excel's limit."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class IndicatorsFile:
    indicator: list[dict[str, Any]]


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
    kind: Literal["summary", "monthly", "categories", "changes", "targets", "submission", "rules"]
    title: str
    indicators: list[str] = dataclasses.field(default_factory=list)
    fields: list[list[str]] = dataclasses.field(default_factory=list)


def load(templates: Path) -> Definitions:
    """Read and check everything; DefinitionError (file, key, nearest valid name) at the first mistake."""
    file = _read(ledgers.LedgersFile, templates, ledgers.FILE)
    book = workbook.opened(templates)
    own = _read(IndicatorsFile, templates, INDICATORS).indicator
    drafts = [
        *schema.build_all(indicators.IndicatorDef, own, Place(INDICATORS), "id"),
        *reference.drafts(book),
    ]
    every_ledger = ledgers.resolved(file, _reported(drafts))
    found = indicators.resolved(drafts, every_ledger)
    units = register.register(book, ledgers.vocabulary(every_ledger, "level"))
    shown = _read(TablesFile, templates, TABLES)
    return Definitions(
        ledgers=every_ledger,
        indicators=found,
        register=units,
        media=reference.media(book, ledgers.vocabulary(every_ledger, "media")),
        targets=reference.targets(book, found, units),
        title_words=tuple(file.title_words),
        revision_words=tuple(file.revision_words),
        ignored=ledgers.normal(file.ignored),
        unheld=ledgers.normal(file.unheld),
        tables=_tables(shown, found, every_ledger),
        evidence=shown.evidence,
        ranked=_ranked(shown, found),
        rulings=reference.rulings(book),
        digests=files.digests(templates),
    )


def _read(cls: Callable[..., T], templates: Path, name: str) -> T:
    """The top level of a TOML file; what stands in its tables is built by whoever knows them."""
    place, data = Place(name), files.content(templates, name)
    try:
        # Windows Notepad puts a byte order mark in front, which TOML does not know.
        table = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise place.error("不是 UTF-8 编码，请另存为 UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        where = place.at(f"第{line[1]}行" if line else "文件末尾")
        raise where.error("TOML 写法有误：常见的是引号、括号不成对，少了逗号，或同一项写了两次") from error
    return schema.build(cls, table, place)


def _reported(drafts: Iterable[indicators.Draft]) -> tuple[tuple[str, str], ...]:
    """(name, id) of the indicators that units report directly: the choices of the ledger reported."""
    return tuple((draft.name, draft.id) for _, draft in drafts if draft.id.startswith("reported."))


# --- tables.toml -----------------------------------------------------------------------------------------------------


def _tables(file: TablesFile, known: Sequence[Indicator], every_ledger: Sequence[Ledger]) -> tuple[TableSheet, ...]:
    drafts = schema.build_all(SheetDef, file.sheet, Place(TABLES), "name")
    schema.check_distinct(((place, draft.name) for place, draft in drafts), "工作表")
    return tuple(_table(draft, known, every_ledger, place) for place, draft in drafts)


def _table(draft: SheetDef, known: Sequence[Indicator], every_ledger: Sequence[Ledger], place: Place) -> TableSheet:
    if not 0 < len(draft.name) <= _SHEET_NAME or set(draft.name) & set("[]:*?/\\"):
        raise place.at("name").error(f"工作表名要有 1 到 {_SHEET_NAME} 个字，不含 [ ] : * ? / \\")
    if (draft.kind == "categories") != bool(draft.fields):
        raise place.at("fields").error("categories 要写 fields，其余的表不写")
    pairs = tuple(_choice_field(pair, every_ledger, place.at("fields")) for pair in draft.fields)
    chosen = _chosen(draft.indicators, known, place.at("indicators"))
    return TableSheet(draft.name, draft.kind, draft.title, chosen, pairs)


def _ranked(file: TablesFile, known: Sequence[Indicator]) -> tuple[str, ...]:
    place = Place(TABLES).at("pack")
    return _chosen(schema.build(PackDef, file.pack, place).ranked, known, place.at("ranked"))


def _chosen(named: Sequence[str], known: Sequence[Indicator], place: Place) -> tuple[str, ...]:
    """Ids of indicators, each once; "*" stands for all."""
    ids = [indicator.id for indicator in known]
    for id in named:
        if id not in (*ids, "*"):
            raise place.unknown("指标", id, ids)
    return tuple(dict.fromkeys(each for id in named for each in (ids if id == "*" else [id])))


def _choice_field(pair: Sequence[str], every_ledger: Iterable[Ledger], place: Place) -> tuple[str, str]:
    names = [(ledger.id, field.name) for ledger in every_ledger for field in ledger.fields if field.vocabulary]
    if tuple(pair) not in names:
        raise place.unknown("可分类的字段", ".".join(pair), [".".join(name) for name in names])
    ledger, name = pair
    return ledger, name
