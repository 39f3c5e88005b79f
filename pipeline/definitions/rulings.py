"""参考数据.xlsx: the sheet 裁定 → Rulings, each of a word that can settle what it is about."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from python_calamine import CalamineWorkbook

from pipeline.definitions import workbook
from pipeline.definitions.workbook import Layout, Line
from pipeline.model import Ledger, Register, Ruling
from pipeline.model.rulings import (
    BOTH,
    CHOICE,
    COLUMN,
    MATTERS,
    NEWER,
    NO_UNIT,
    NOT_READ,
    OLDER,
    QUANTITY,
    UNIT,
    VERSION,
)
from pipeline.spelling import normal

RULINGS = Layout("裁定", ("文件", "事项", "内容", "认定", "理由"), optional=True)
_TOLD = {
    COLUMN: "请写列名（如 学习形式）或“不读”",
    CHOICE: "请写规定的取值",
    UNIT: "请写单位全称，或“不是单位”",
    VERSION: "请写“以此为准”“作废”或“并存”",
    QUANTITY: "请写核实过的数",
}


def rulings(book: CalamineWorkbook, ledgers: Sequence[Ledger], register: Register) -> tuple[Ruling, ...]:
    """DefinitionError at the first that can settle nothing: of no column or cell, or as what nobody knows."""
    words = _words(ledgers, register)
    return tuple(_ruling(line, words) for line in workbook.lines(book, RULINGS))


def _words(ledgers: Sequence[Ledger], register: Register) -> dict[str, Collection[str]]:
    """What each matter may be settled as; columns and units in normal form."""
    fields = [field for ledger in ledgers for field in ledger.fields]
    names = {name for field in fields for name in (field.name, field.header, *field.synonyms)}
    choices = {name for field in fields if field.vocabulary for name in field.vocabulary.names}
    return {
        COLUMN: {*map(normal, names), *NOT_READ},
        CHOICE: choices,
        UNIT: {*register.spellings, *NO_UNIT},
        VERSION: NEWER | OLDER | BOTH,
    }


def _ruling(line: Line, words: dict[str, Collection[str]]) -> Ruling:
    what, key, value = line.choice("事项", MATTERS), line["内容"], line["认定"]
    if what in (COLUMN, CHOICE) and not key:
        raise line.place.error("内容是空的：请写表里原来的写法")
    if what == VERSION and not line["文件"]:
        raise line.place.error("文件是空的：请写是哪个文件")
    word = normal(value) if what in (COLUMN, UNIT) else value
    if not value or word not in words.get(what, (word,)):
        said = f"认不出认定“{value}”" if value else "认定是空的"
        raise line.place.error(f"{said}，{_TOLD[what]}")
    return Ruling(line.row, line["文件"], what, key, value, line["理由"])
