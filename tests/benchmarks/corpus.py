"""Corpora of any scale: workbooks of four sheets (one a ledger), one very large workbook, and hostile ones."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import TypeAlias
from xml.sax.saxutils import escape

import xlsxwriter

Value: TypeAlias = str | int | datetime

_FORMS = ("中心组学习", "第一议题", "专题集中学习", "支部党员大会", "党课", "主题党日", "读书班")
_HEADERS = {
    "学习": ("序号", "学习时间", "学习形式", "学习内容", "主持人", "应到人数", "实到人数", "备注"),
    "宣讲": ("序号", "时间", "类型", "级别", "主题", "对象", "宣讲人职务", "受众人数", "场次"),
    "稿件": ("序号", "刊发日期", "标题", "类型", "刊发媒体", "是否采用", "阅读量", "作者"),
    "舆情": ("序号", "责任单位", "发现时间", "标题", "舆情等级", "首回时间", "处置状态"),
}
_SPARED = {"序号", "主持人", "备注", "对象", "宣讲人职务", "场次", "作者"}
"""Columns that the large workbook does without, to stay within what one file may hold."""
_TITLES = {"学习": "理论学习台账", "宣讲": "宣讲谈话台账", "稿件": "稿件信息台账", "舆情": "舆情台账"}
_FEW = 100
"""So many are not shared out to processes."""
_DAY, _MOMENT = 1, 2
"""Styles of the frame."""
_EPOCH = datetime(1899, 12, 30)
_FIRST = datetime(2023, 1, 1)


def unit(number: int) -> str:
    return f"第{number:05d}分公司"


def write(folder: Path, workbooks: int, rows: int = 60) -> None:
    """Write the workbooks of `workbooks` units below `folder`, the same bytes every time."""
    folder.mkdir(parents=True, exist_ok=True)
    if workbooks <= _FEW:
        for number in range(workbooks):
            _write(folder, rows, number)
        return
    with ProcessPoolExecutor() as executor:
        for _ in executor.map(partial(_write, folder, rows), range(workbooks), chunksize=_FEW):
            pass


def _write(folder: Path, rows: int, number: int) -> None:
    (folder / f"{unit(number)}2023年上半年台账.xlsx").write_bytes(workbook(number, rows))


def workbook(number: int, rows: int, spared: Iterable[str] = ()) -> bytes:
    """The workbook of a unit without the columns `spared`."""
    chance, texts = random.Random(number), dict[str, int]()
    parts = dict(_frame())
    for place, (name, header) in enumerate(_HEADERS.items(), start=1):
        kept = [column for column, heading in enumerate(header) if heading not in spared]
        table: list[Sequence[Value]] = [(f"{unit(number)}2023年上半年{_TITLES[name]}",), [header[c] for c in kept]]
        every = (_row(name, number, row, chance) for row in range(rows))
        table += ([values[c] for c in kept] for values in every)
        parts[f"xl/worksheets/sheet{place}.xml"] = _sheet(table, len(kept), texts).encode()
    strings = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{_MAIN}">{strings}</sst>'.encode()
    return packed(parts)


def packed(parts: Mapping[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name, (2023, 7, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return data.getvalue()


# --- sheets ------------------------------------------------------------------------------------------------------------

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@cache
def _frame() -> Mapping[str, bytes]:
    """The parts of a workbook of these sheets, by XlsxWriter: writing 240 rows with it takes five times as long."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2023, 7, 1)})
        styles = [book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm")]
        for name in _HEADERS:
            sheet = book.add_worksheet(name)
            for column, style in enumerate(styles):
                sheet.write(0, column, "", style)
            sheet.write(1, 0, name)
    with zipfile.ZipFile(data) as package:
        return {name: package.read(name) for name in package.namelist()}


def _sheet(table: Iterable[Sequence[Value]], width: int, texts: dict[str, int]) -> str:
    rows = "".join(
        f'<row r="{row}">{"".join(_cell(chr(65 + column), row, value, texts) for column, value in enumerate(values))}</row>'
        for row, values in enumerate(table, start=1)
    )
    merged = f'<mergeCells count="1"><mergeCell ref="A1:{chr(64 + width)}1"/></mergeCells>'
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{merged}</worksheet>'


def _cell(letter: str, row: int, value: Value, texts: dict[str, int]) -> str:
    """`texts` are the shared strings so far."""
    if isinstance(value, datetime):
        days = (value - _EPOCH) / timedelta(days=1)
        style = _MOMENT if days % 1 else _DAY
        return f'<c r="{letter}{row}" s="{style}"><v>{days!r}</v></c>'
    if isinstance(value, int):
        return f'<c r="{letter}{row}"><v>{value}</v></c>'
    return f'<c r="{letter}{row}" t="s"><v>{texts.setdefault(value, len(texts))}</v></c>' if value else ""


def _row(name: str, number: int, row: int, chance: random.Random) -> tuple[Value, ...]:
    day = _FIRST + timedelta(days=chance.randrange(181))
    topic = f"第{number % 97}期第{row}讲：{chance.choice(('安全', '服务', '质量', '节能'))}专题"
    if name == "学习":
        people = chance.randrange(10, 60)
        return row + 1, day, chance.choice(_FORMS), topic, "某某", people, people - chance.randrange(3), ""
    if name == "宣讲":
        kind, level = chance.choice(("宣讲", "党课", "谈心谈话")), chance.choice(("公司级", "车间级", "班组级"))
        role = chance.choice(("书记", "支部书记", "宣讲员"))
        return row + 1, day, kind, level, topic, chance.choice(("党员", "干部职工")), role, chance.randrange(5, 90), 1
    if name == "稿件":
        media = chance.choice(("人民网", "公众号", "内网", "企业报"))
        used = chance.choice(("采用", "未采用"))
        return row + 1, day, topic, chance.choice(("新闻", "信息", "图文")), media, used, chance.randrange(9000), "某某"
    found = day + timedelta(minutes=chance.randrange(1, 24 * 60))
    reply = found + timedelta(hours=chance.randrange(1, 60))
    level = chance.choice(("一般", "较大", "重大", ""))
    return row + 1, unit(number), found, topic, level, reply, chance.choice(("办结", "处置中"))


# --- one file by itself ----------------------------------------------------------------------------------------------


def large(folder: Path, rows: int) -> None:
    """One workbook of four sheets of so many rows."""
    folder.mkdir(parents=True)
    (folder / f"{unit(0)}2023年上半年台账.xlsx").write_bytes(workbook(0, rows, _SPARED))


def hostile(folder: Path) -> None:
    """Workbooks that want to break or exhaust whoever reads them."""
    folder.mkdir(parents=True)
    whole = workbook(0, 60)
    (folder / "半个文件.xlsx").write_bytes(whole[: len(whole) // 2])
    for name, rows in {
        "一格在最末.xlsx": '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "幽灵行.xlsx": "".join(f'<row r="{row}"><c r="A{row}" s="1"/></row>' for row in range(100, 1_000_000)),
        "炸弹.xlsx": " " * (250 << 20),
    }.items():
        (folder / name).write_bytes(_with_rows(whole, rows))


def _with_rows(data: bytes, rows: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    name = "xl/worksheets/sheet1.xml"
    return packed(parts | {name: re.sub(b"</sheetData>", f"{rows}</sheetData>".encode(), parts[name])})
