"""What a unit is told to do about a finding: the catalogue speaks to the clerk of the parent, this to the sender."""

from __future__ import annotations

from collections.abc import Mapping

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


def said(finding: Finding) -> tuple[str, str]:
    """What is wrong, and what the unit should do."""
    return problems.message(finding), _TO_UNITS.get(finding.code) or problems.advice(finding)
