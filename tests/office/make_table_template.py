"""Writes templates/表格/报上级统计表.xlsx, an example of a table that the level above prescribes; the same bytes every time.

    python tests/office/make_table_template.py [FILE]

A clerk edits the .xlsx in Excel or WPS; this script is only how the shipped one came about.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

TEMPLATE = Path(__file__).parents[2] / "templates" / "表格" / "报上级统计表.xlsx"
SHEET = "统计表"

COLUMNS = (
    ("理论学习", "各类学习\n活动（次）", "各类学习活动次数"),
    ("理论学习", "三会一课\n（次）", "三会一课次数"),
    ("理论学习", "主题党日\n（次）", "主题党日次数"),
    ("理论学习", "参学率\n（%）", "参学率"),
    ("宣讲谈话", "宣讲\n（场次）", "宣讲总场次"),
    ("宣讲谈话", "受众\n（人次）", "受众人次"),
    ("宣讲谈话", "谈心谈话\n（次）", "谈心谈话次数"),
    ("稿件信息", "撰写\n（条）", "撰写信息稿件数"),
    ("稿件信息", "媒体发表\n（条）", "媒体发表数"),
)
"""Group, header, indicator."""
SHARES = {"参学率"}
WIDTHS = (6, 24, *(11 for _ in COLUMNS), 14)
LAST = len(WIDTHS) - 1

TITLE, LINE, GROUPS, HEADS, OWN, UNITS, TOTAL, PAST, NOTE, SIGN = range(10)
"""Rows, counted from 0."""

NOTES = (
    "注：1．本表统计{{ 报告期 }}，数据截至{{ 统计截止 }}；所属单位的数含其下级单位。"
    "2．“…”为未知（未报送或资料不全），不计入合计；“/”为不适用。"
    "3．参学率的合计按总人数计算。{{ 初步说明 }}"
)
SIGN_OFF = "单位负责人：　　　　　　　　　　填表人：　　　　　　　　　　（盖章）　　　　年　　月　　日"

_CELL = {"border": 1, "valign": "vcenter"}
LOOKS: dict[str, dict[str, Any]] = {
    "title": {"font_name": "黑体", "font_size": 18, "align": "center", "valign": "vcenter"},
    "left": {"valign": "vcenter"},
    "right": {"valign": "vcenter", "align": "right"},
    "head": {**_CELL, "font_name": "黑体", "align": "center", "text_wrap": True, "bg_color": "#E7E6E6"},
    "name": {**_CELL, "shrink": True},
    "middle": {**_CELL, "align": "center", "shrink": True},
    "count": {**_CELL, "align": "right", "num_format": "#,##0"},
    "share": {**_CELL, "align": "right", "num_format": "0.0%"},
    "total": {**_CELL, "bold": True, "align": "right", "num_format": "#,##0", "top": 2},
    "total share": {**_CELL, "bold": True, "align": "right", "num_format": "0.0%", "top": 2},
    "total name": {**_CELL, "bold": True, "align": "center", "top": 2},
    "note": {"valign": "top", "text_wrap": True},
    "unknown": {"bg_color": "#FFF2CC"},
}


def written(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"keywords": "期间=任意", "created": datetime(2023, 1, 1)})
        looks = {name: book.add_format({"font_name": "宋体", "font_size": 11, **look}) for name, look in LOOKS.items()}
        sheet = book.add_worksheet(SHEET)
        _head(sheet, looks)
        _rows(sheet, looks)
        _foot(sheet, looks)
        _rules(sheet, looks)
        _paper(sheet)


def _head(sheet: Any, looks: dict[str, Any]) -> None:
    sheet.merge_range(TITLE, 0, TITLE, LAST, "理论学习和宣传工作情况统计表（{{ 报告期 }}）", looks["title"])
    sheet.merge_range(LINE, 0, LINE, LAST // 2, "填报单位：{{ 单位名称 }}", looks["left"])
    sheet.merge_range(LINE, LAST // 2 + 1, LINE, LAST, "统计截止：{{ 统计截止 }}", looks["right"])
    for column, text in ((0, "序号"), (1, "单位"), (LAST, "备注")):
        sheet.merge_range(GROUPS, column, HEADS, column, text, looks["head"])
    groups = [group for group, _, _ in COLUMNS]
    for group in dict.fromkeys(groups):
        first = 2 + groups.index(group)
        sheet.merge_range(GROUPS, first, GROUPS, first + groups.count(group) - 1, group, looks["head"])
    for column, (_, text, _) in enumerate(COLUMNS, 2):
        sheet.write_string(HEADS, column, text, looks["head"])


def _rows(sheet: Any, looks: dict[str, Any]) -> None:
    for row, number, name, unit in ((OWN, "", "本级", "本级"), (UNITS, "{{ 序号 }}", "{{ 各单位.名称 }}", "各单位")):
        sheet.write(row, 0, number, looks["middle"])
        sheet.write(row, 1, name, looks["name"])
        for column, (_, _, indicator) in enumerate(COLUMNS, 2):
            look = looks["share" if indicator in SHARES else "count"]
            sheet.write_string(row, column, f"{{{{ {unit}.{indicator} }}}}", look)
        sheet.write_blank(row, LAST, None, looks["middle"])


def _foot(sheet: Any, looks: dict[str, Any]) -> None:
    """The total is a formula, that of a share a tag; what nobody has reported is unknown there too."""
    for row, name in ((TOTAL, "合计"), (PAST, "去年同期")):
        sheet.merge_range(row, 0, row, 1, name, looks["total name" if row == TOTAL else "middle"])
        sheet.write_blank(row, LAST, None, looks["total name" if row == TOTAL else "middle"])
    for column, (_, _, indicator) in enumerate(COLUMNS, 2):
        share = indicator in SHARES
        cells = f"{chr(ord('A') + column)}{OWN + 1}:{chr(ord('A') + column)}{UNITS + 1}"
        if share:
            sheet.write_string(TOTAL, column, f"{{{{ 全部.{indicator} }}}}", looks["total share"])
        else:
            sheet.write_formula(TOTAL, column, f'=IF(COUNT({cells})=0,"…",SUM({cells}))', looks["total"])
        sheet.write_string(PAST, column, f"{{{{ 全部.{indicator}.去年 }}}}", looks["share" if share else "count"])
    sheet.merge_range(NOTE, 0, NOTE, LAST, NOTES, looks["note"])
    sheet.merge_range(SIGN, 0, SIGN, LAST, SIGN_OFF, looks["left"])


def _rules(sheet: Any, looks: dict[str, Any]) -> None:
    sheet.conditional_format(
        OWN, 2, UNITS, LAST - 1, {"type": "cell", "criteria": "==", "value": '"…"', "format": looks["unknown"]}
    )
    sheet.data_validation(
        OWN,
        LAST,
        UNITS,
        LAST,
        {"validate": "list", "source": ["已核实", "待核实"], "input_message": "报出以前请逐行核对"},
    )


def _paper(sheet: Any) -> None:
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    heights = {TITLE: 36, LINE: 20, GROUPS: 22, HEADS: 36, NOTE: 66, SIGN: 30}
    for row in range(SIGN + 1):
        sheet.set_row(row, heights.get(row, 24))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.repeat_rows(GROUPS, HEADS)
    sheet.print_area(0, 0, SIGN, LAST)
    sheet.freeze_panes(HEADS + 1, 2)
    sheet.set_footer("&C第 &P 页　共 &N 页")


if __name__ == "__main__":
    written(Path(sys.argv[1]) if len(sys.argv) > 1 else TEMPLATE)
