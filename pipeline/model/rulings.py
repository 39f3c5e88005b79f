"""What a line of the sheet 裁定 settles, and the words by which it does."""

from __future__ import annotations

from dataclasses import dataclass

COLUMN, CHOICE, UNIT, VERSION, QUANTITY = MATTERS = ("列", "取值", "单位", "版本", "数量")
NOT_READ = frozenset(("不读", "不统计", "忽略", "无"))
"""A column that is no field."""
NO_UNIT = frozenset(("", "无", "不是单位"))
NEWER = frozenset(("新", "新版", "最新", "有效", "以此为准", "以此份为准"))
OLDER = frozenset(("旧", "旧版", "作废", "无效", "已作废"))
BOTH = frozenset(("并存", "都算", "不是版本", "都有效"))


@dataclass(frozen=True, slots=True)
class Ruling:
    """In `file` (blank: any) `what`, one of MATTERS, is settled as `value`, because of `reason`."""

    row: int
    file: str
    what: str
    key: str
    value: str
    reason: str = ""
