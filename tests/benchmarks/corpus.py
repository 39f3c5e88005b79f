"""A corpus of any scale: `workbooks` files of four sheets (one a ledger) with `rows` rows each, and the register for them."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from pathlib import Path

import xlsxwriter

_FORMS = ("中心组学习", "第一议题", "专题集中学习", "支部党员大会", "党课", "主题党日", "读书班")
_HEADERS = {
    "学习": ("序号", "学习时间", "学习形式", "学习内容", "主持人", "应到人数", "实到人数", "备注"),
    "宣讲": ("序号", "时间", "类型", "级别", "主题", "对象", "宣讲人职务", "受众人数", "场次"),
    "稿件": ("序号", "刊发日期", "标题", "类型", "刊发媒体", "是否采用", "阅读量", "作者"),
    "舆情": ("序号", "责任单位", "发现时间", "标题", "舆情等级", "首回时间", "处置状态"),
}
_TITLES = {"学习": "理论学习台账", "宣讲": "宣讲谈话台账", "稿件": "稿件信息台账", "舆情": "舆情台账"}


def unit(number: int) -> str:
    return f"第{number:05d}分公司"


def write(folder: Path, workbooks: int, rows: int = 60) -> None:
    """Write the workbooks of `workbooks` units below `folder`, the same bytes every time."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(workbooks):
        _workbook(folder / f"{unit(number)}2023年上半年台账.xlsx", number, rows)


def _workbook(path: Path, number: int, rows: int) -> None:
    chance = random.Random(number)
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": datetime(2023, 7, 1)})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for name, header in _HEADERS.items():
            sheet = book.add_worksheet(name)
            sheet.merge_range(0, 0, 0, len(header) - 1, f"{unit(number)}2023年上半年{_TITLES[name]}")
            sheet.write_row(1, 0, header)
            for row in range(rows):
                for column, value in enumerate(_row(name, number, row, chance)):
                    if isinstance(value, datetime):
                        sheet.write_datetime(row + 2, column, value, moment)
                    elif isinstance(value, date):
                        sheet.write_datetime(row + 2, column, datetime(value.year, value.month, value.day), day)
                    else:
                        sheet.write(row + 2, column, value)


def _row(name: str, number: int, row: int, chance: random.Random) -> tuple[object, ...]:
    day = date(2023, 1, 1) + timedelta(days=chance.randrange(181))
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
    found = datetime(day.year, day.month, day.day, chance.randrange(24), chance.randrange(60))
    reply = found + timedelta(hours=chance.randrange(1, 60))
    level = chance.choice(("一般", "较大", "重大", ""))
    return row + 1, unit(number), found, topic, level, reply, chance.choice(("办结", "处置中"))
