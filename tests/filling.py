"""Forms filled in as units do it: rows typed under headers, and what the reader should then hold, told independently."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import takewhile
from pathlib import Path
from typing import Any, TypeAlias

import measuring
import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.ingest import understand
from pipeline.ingest.layouts import Knowledge
from pipeline.model import Definitions, Medium, Reading, Source, Table
from pipeline.period import Period
from pipeline.publish import forms
from pipeline.spelling import normal

H1 = Period.parse("2023H1")
HEADER_ROW = 3
MILLION = 1_000_000

Typed: TypeAlias = Mapping[str, Sequence[dict[str, Any]]]
"""Sheet → rows of header → what is typed."""

TYPED: Typed = {
    "学习台账": [
        {"学习时间": date(2023, 1, 9), "学习形式": "中心组学习", "学习内容": "专题一", "次数": 1, "应到人数": 12, "实到人数": 11},
        {"学习时间": date(2023, 6, 30), "学习形式": "中心组学习、第一议题", "学习内容": "专题二", "学习方式": "线下", "学时": 1.5},
    ],
    "宣讲谈话台账": [
        {"时间": date(2023, 2, 1), "类型": "宣讲", "级别": "公司级", "受众人数": 80, "对象": "党员、群众", "宣讲人职务": "书记"},
        {"时间": date(2023, 3, 2), "类型": "谈心谈话", "场次": 2, "受众人数": 2, "纠正人数": 0},
    ],
    "稿件信息台账": [
        {"刊发日期": date(2023, 4, 3), "标题": "一线见闻", "类型": "新闻稿件", "刊发媒体": "远山日报", "是否采用": "刊发", "篇数": 1},
    ],
    "舆情台账": [
        {
            "责任单位": "甲公司", "发现时间": datetime(2023, 5, 4, 8, 30), "标题": "停水", "舆情等级": "一般",
            "首回时间": datetime(2023, 5, 4, 20, 0), "处置状态": "处置中", "重复": "否",
        },
    ],
}  # fmt: skip
VALUES = {"受教育党员人数": 30, "成立项目支部数": 0, "帮扶资金": 1.25}


def company(*names: str) -> Definitions:
    """The definitions of templates/ for a root 总公司 and units under it."""
    register = measuring.register(("总公司", None), *((name, "总公司") for name in names))
    spelled = {normal(unit.name): (unit.index,) for unit in register.units}
    media = (Medium("远山日报", (), "外部媒体"), Medium("公司内网", (), "内部网站"))
    return replace(measuring.loaded(), register=replace(register, spellings=spelled), media=media, targets=())


def form(definitions: Definitions, unit: str, period: Period = H1) -> openpyxl.Workbook:
    found = next(each for each in definitions.register.units if each.name == unit)
    return openpyxl.load_workbook(io.BytesIO(forms.workbook(found, definitions, period)))


def fill(book: openpyxl.Workbook, typed: Typed = TYPED, values: Mapping[str, Any] = VALUES) -> openpyxl.Workbook:
    """Type rows from the first empty one on, and values beside the indicators."""
    for name, rows in typed.items():
        columns = headers(book[name])
        for number, row in enumerate(rows, HEADER_ROW + 1):
            for header, value in row.items():
                put(book[name], number, columns[header], value)
    sheet = book["直报指标"]
    for number in range(HEADER_ROW + 1, sheet.max_row + 1):
        put(sheet, number, headers(sheet)["数值"], values.get(str(sheet.cell(number, headers(sheet)["指标"]).value)))
    return book


def put(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    """Type a value, or clear a cell; a text that looks like a formula is typed as text."""
    cell = sheet.cell(row, column)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"


def headers(sheet: Worksheet) -> dict[str, int]:
    """Header → column, up to the first blank one: lists for drop-downs stand behind it."""
    cells = takewhile(lambda cell: cell.value, sheet[HEADER_ROW])
    return {str(cell.value).lstrip("*"): cell.column for cell in cells if cell.column}


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def understood(definitions: Definitions, data: bytes, name: str = "2023年上半年/来件.xlsx") -> Reading:
    source = Source(name, Path(name), "", len(data))
    return understand.file(source, Knowledge.of(definitions), data)


def held(reading: Reading, definitions: Definitions) -> dict[str, list[dict[str, Any]]]:
    """Sheet → records as the reader holds them, in the words of TYPED, blanks left out."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in reading.tables:
        for i in range(len(table.numbers("row"))):
            found.setdefault(table.sheet, []).append(dict(_record(table, i, definitions)))
    return found


def _record(table: Table, i: int, definitions: Definitions) -> Iterable[tuple[str, Any]]:
    for field in definitions.ledger(table.ledger).fields:
        if field.type == "unit":
            yield field.header, definitions.register.units[table.numbers("unit")[i]].name
        elif field.type in ("date", "datetime"):
            if (timed := table.numbers(f"{field.name}_timed")[i]) >= 0:
                moment = datetime.fromtimestamp(table.numbers(field.name)[i], UTC).replace(tzinfo=None)
                yield field.header, moment if timed else moment.date()
        elif field.type == "quantity":
            if table.numbers(f"{field.name}_kind")[i] == 0:
                yield field.header, table.numbers(field.name)[i] / MILLION
        elif field.vocabulary:
            mask = table.numbers(field.column)[i]
            if names := field.vocabulary.words(mask):
                yield field.header, "、".join(names)
        elif field.type == "text" and (text := table.columns[field.name][i]):
            yield field.header, text


def expected(typed: Typed, unit: str, definitions: Definitions) -> dict[str, list[dict[str, Any]]]:
    """What the typed rows mean: the unit of the form, media as their channels, blank counts that have a default."""
    channels = {medium.name: medium.channel for medium in definitions.media}
    found: dict[str, list[dict[str, Any]]] = {}
    for sheet, rows in typed.items():
        ledger = next(each for each in definitions.ledgers if each.name == sheet)
        plain = {f.header: f.default for f in ledger.fields if f.default is not None}
        owner = next(f.header for f in ledger.fields if f.type == "unit")
        found[sheet] = [
            {owner: unit} | plain | {header: channels.get(str(value), value) for header, value in row.items()}
            for row in rows
        ]
    return found


def reported(values: Mapping[str, Any], unit: str, definitions: Definitions) -> list[dict[str, Any]]:
    """A row for every indicator that is reported; where no value was typed it is unknown."""
    names = [each.name for each in definitions.indicators if each.id.startswith("reported.")]
    return [
        {"单位": unit, "时间": H1.start, "指标": name} | ({"数值": values[name]} if name in values else {})
        for name in names
    ]
