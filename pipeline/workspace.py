"""A fresh workspace: the three folders, the definitions, an empty reference workbook and a starter for Windows."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import OutputError, system
from pipeline.model.rulings import MATTERS

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

FOLDERS = ("input", "templates", "output")
_REFERENCE = "参考数据.xlsx"
_A4 = 9
_STARTER = "运行.bat"
_COMMANDS = ("@echo off", "chcp 65001 >nul", 'cd /d "%~dp0"', "py -m pipeline run %*", "pause", "")
_LEFT_OUT = ("~$*", "*.lint.*", "*.verify.*", "*.template.*", "变量手册.docx")
_SHEETS: Sequence[tuple[str, Sequence[str], Sequence[str]]] = (
    (
        "单位名册",
        ("单位名称", "简称及别名", "上级单位", "级别", "是否应报", "党员人数", "职工人数", "打包密码"),
        (
            "全称，不能重复",
            "几个之间用、隔开",
            "填上级的全称；最上级留空",
            "公司级、车间级或班组级",
            "是或否",
            "",
            "",
            "选填",
        ),
    ),
    (
        "媒体名录",
        ("媒体", "别名", "渠道"),
        ("", "几个之间用、隔开", "外部媒体、内部网站、内部报纸、新媒体、门户网站、上级刊物或其他"),
    ),
    (
        "目标",
        ("指标", "单位", "期间", "下限", "依据"),
        ("指标的名称", "留空为每个单位", "年、半年、季、月；留空为本报告期", "数字", ""),
    ),
    (
        "裁定",
        ("文件", "事项", "内容", "认定", "理由"),
        (
            "留空为所有文件；事项是版本的必填",
            "列、取值、单位、版本或数量",
            "表里原来的写法；版本写另一个文件；数量写单元格，如 C3；单位留空为整个文件",
            "列写列名或“不读”，取值写规定的取值，单位写全称，版本写“以此为准”“作废”或“并存”，数量写核实过的数",
            "",
        ),
    ),
)
_CHOICES = {
    "级别": ["公司级", "车间级", "班组级"],
    "是否应报": ["是", "否"],
    "期间": ["年", "半年", "季", "月"],
    "事项": list(MATTERS),
}


def created(folder: Path) -> Path:
    """Make the workspace; a folder that already holds one is left alone."""
    taken = next((folder / name for name in FOLDERS if (folder / name).exists()), None)
    if taken is not None:
        raise OutputError(f"{taken} 已经存在：请换一个空文件夹，原有的内容没有改动")
    try:
        _fill(folder)
    except OSError as trouble:
        raise OutputError(f"建不了文件夹“{folder}”（{system(trouble)}）：请换一个能写的地方，或换一个名字") from trouble
    return folder


def _fill(folder: Path) -> None:
    for name in FOLDERS:
        (folder / name).mkdir(parents=True)
    _definitions(folder / "templates")
    _reference(folder / "templates" / _REFERENCE)
    (folder / _STARTER).write_bytes("\r\n".join(_COMMANDS).encode("ascii"))


def _definitions(target: Path) -> None:
    """The definitions that travel in the wheel; in a checkout those of the repository."""
    packed = files("pipeline").joinpath("starter", "templates")
    if packed.is_dir():
        with as_file(packed) as source:
            _copy(source, target)
    else:
        _copy(Path(__file__).parents[1] / "templates", target)


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(_REFERENCE, *_LEFT_OUT))


def _reference(path: Path) -> None:
    """Headings with a hint on most and drop-downs below; the clerk fills in the units."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        for name, headings, hints in _SHEETS:
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            _printable(sheet)
            for column, (heading, hint) in enumerate(zip(headings, hints, strict=True)):
                sheet.set_column(column, column, 22)
                sheet.write_string(0, column, heading, head)
                if hint:
                    sheet.write_comment(0, column, hint)
                if heading in _CHOICES:
                    sheet.data_validation(1, column, 999, column, {"validate": "list", "source": _CHOICES[heading]})


def _printable(sheet: Worksheet) -> None:
    """On A4, as wide as a page, under the same headings on each."""
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
