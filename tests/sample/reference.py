"""templates/参考数据.xlsx: the register, the media list, the targets and an empty sheet of rulings."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from .register import MEDIA, TARGETS, UNITS
from .writers import CREATED, repacked

Row = Sequence[str | int]

UNIT_ROWS = [
    (unit.name, unit.aliases, unit.parent, unit.level, "是" if unit.due else "否", unit.members, unit.staff)
    for unit in UNITS
]

SHEETS: tuple[tuple[str, Sequence[str], Sequence[int], Sequence[Row]], ...] = (
    (
        "单位名册",
        ("单位名称", "简称及别名", "上级单位", "级别", "是否应报", "党员人数", "职工人数"),
        (32, 36, 32, 10, 10, 10, 10),
        UNIT_ROWS,
    ),
    ("媒体名录", ("媒体", "别名", "渠道"), (24, 30, 14), MEDIA),
    ("目标", ("指标", "单位", "期间", "下限", "依据"), (24, 32, 8, 8, 40), TARGETS),
    ("裁定", ("文件", "事项", "内容", "认定", "理由"), (44, 10, 34, 30, 40), ()),
)
"""Sheet, headings, widths and rows."""

CHOICES = {"级别": ["公司级", "车间级", "班组级"], "是否应报": ["是", "否"], "期间": ["年", "半年", "季", "月"]}


def workbook() -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": CREATED, "author": ""})
    look = {"font_name": "宋体", "font_size": 11, "border": 1, "valign": "vcenter"}
    heading = book.add_format({**look, "bold": True, "align": "center", "bg_color": "#DDEBF7"})
    body = book.add_format({**look, "text_wrap": True})
    for name, headings, widths, rows in SHEETS:
        _sheet(book.add_worksheet(name), headings, widths, rows, (heading, body))
    book.close()
    return repacked(buffer.getvalue())


def _sheet(
    page: Any, headings: Sequence[str], widths: Sequence[int], rows: Sequence[Row], looks: Sequence[Any]
) -> None:
    heading, body = looks
    page.write_row(0, 0, headings, heading)
    page.set_row(0, 24)
    for number, row in enumerate(rows, start=1):
        page.write_row(number, 0, row, body)
        page.set_row(number, 20)
    for column, (title, width) in enumerate(zip(headings, widths, strict=True)):
        page.set_column(column, column, width)
        if title in CHOICES:
            page.data_validation(1, column, 500, column, {"validate": "list", "source": CHOICES[title]})
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
