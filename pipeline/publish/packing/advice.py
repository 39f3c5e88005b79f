"""What a unit is told to do about a finding: the catalogue speaks to the clerk of the parent, this to the sender."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from pipeline.model import Finding
from pipeline.publish import problems

_TO_UNITS: Mapping[str, str] = {
    "file-encrypted": "请去掉打开密码（文件→信息→保护工作簿），另存后重报。",
    "file-corrupt": "请试用 Excel 或 WPS 打开原文件，另存为 .xlsx 后重报。",
    "file-empty": "多半是没有传完，请重报。",
    "file-unsupported": "请用 Excel 或 WPS 填好台账，存为 .xlsx 重报；只改扩展名没有用。",
    "file-misnamed": "不用重报；以后请另存为 .xlsx，不要直接改扩展名。",
    "file-duplicate": "不用处理；如其中一份本应是另一个月或另一种台账，请重报那一份。",
    "file-superseded": "不用处理；如应以本文件为准，请告知。",
    "file-conflict": "请告知以哪份为准，或在文件名里加“最终版”重报。",
    "file-classified": "请按保密规定处理原件，并按不涉密的内容另报台账。",
    "column-missing": "请把该列的表头改成规定的列名，或补上这一列后重报。",
    "column-ambiguous": "请把不用的那一列改名或删去后重报。",
    "column-unknown": "如不需要统计，不用处理；如要计入，请改用规定的列名。",
    "unit-unknown": "请改写为单位全称；新设的单位请告知。",
    "unit-ambiguous": "请改写为单位全称。",
    "unit-conflict": "请改正写错的一处，写单位全称。",
    "unit-missing": "请在表里写明“填报单位：单位全称”，或把单位全称写进文件名。",
    "unit-silent": "请尽快报送；本期确实没有的，请报零报告（表里写“无”）。",
    "date-invalid": "请改成实际日期，如 2023-03-05。",
    "date-ambiguous": "请写成带年月日的完整日期，如 2023-06-30；6月30日不要写成数字 6.3。",
    "date-missing": "请补上实际日期；与上一行同一天的也要逐行写，或合并单元格。",
    "date-several": "请一次活动写一行，每行一个日期；连续几天的一次活动写成“3月5日至7日”。",
    "quantity-invalid": "请改成阿拉伯数字；不适用填“/”，没有填“无”或 0。",
    "quantity-ambiguous": "请填实际数字；确实只知道大概的写“约25”或“20余”。",
    "quantity-negative": "请改成实际数字。",
    "quantity-fraction": "请改成整数；如单位是“万”，请在表头注明（如“阅读量（万）”）。",
    "quantity-outlier": "请核对是不是多写了零，或把“元”当成了“万元”；没有写错不用处理。",
    "formula-error": "请修好公式，或直接填数字。",
    "formula-uncached": "请用 Excel 或 WPS 打开文件，保存一次后重报，或直接填数字。",
    "row-duplicate": "如是重复登记，请删去一行；如确是两次活动，请在内容或时间上写出区别。",
    "row-suspect-duplicate": "请核对是不是同一次活动：是就删去一行，不是就不用处理。",
    "total-mismatch": "请核对明细有没有漏登或多登，改正明细或合计。",
    "incident-order": "请改正写错的时间。",
    "choice-unknown": "请改写为规定的取值。",
    "sheet-crosstab": "请改报逐条登记的台账。",
    "sheet-hidden": "如应计入，请取消隐藏（右键工作表标签→取消隐藏）后重报；如不需要，请删去。",
    "sheet-unrecognised": "如是台账，请把表头改成规定的列名（如“学习时间”“学习形式”）后重报；如不是台账，不用处理。",
    "quantity-approximate": "知道准确数字的，请改成准确数字；否则不用处理。",
    "row-joint": "请确认是否由你单位登记；各计各的不用处理。",
    "figure-inconsistent": "请查看有关台账的类别和数字有没有填错。",
    "date-out-of-period": "如日期写错，请改正；如确是别的时期的，不用处理。",
    "date-column-assumed": "以后请填规定的日期列。",
}
"""Where the catalogue's own advice will not do: it names the parent's files, or asks to ask the unit."""


@lru_cache(maxsize=4096)
def said(finding: Finding) -> tuple[str, str]:
    """What is wrong, and what the unit should do."""
    return problems.message(finding), _TO_UNITS.get(finding.code) or problems.advice(finding)
