"""A template workbook read whole: its sheets with their tags compiled; what could not be filled and kept right is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from pipeline.errors import TemplateError
from pipeline.publish import office
from pipeline.publish.filling import sheet
from pipeline.publish.filling.sheet import CellError, Sheet
from pipeline.publish.office import Element
from pipeline.publish.workbook import package
from pipeline.publish.workbook.package import M, Package, R, UnmarkableError

_REFUSED: Mapping[str, str] = {
    "externalLink": "指向其他工作簿的链接",
    "vbaProject": "宏",
    "pivotCacheDefinition": "数据透视表",
}
"""What a filled workbook would show stale, by the kind of relationship."""
_FOLLOWS = frozenset({"drawing", "printerSettings", "vmlDrawing", "hyperlink", "image"})
_STAYS: Mapping[str, str] = {"comments": "批注", "threadedComment": "批注", "table": "“套用表格格式”的区域"}
"""What can belong to a sheet with repeated rows, and the names of some that cannot, for they would stay behind."""
_TAG = re.compile(r"\{[{%]")


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A template ready to be filled once, in place; `parts` are the parts of its sheets, in their order."""

    name: str
    package: Package
    strings: Sequence[Element]
    sheets: tuple[Sheet, ...]
    parts: tuple[str, ...]
    keywords: Mapping[str, str]


def read(path: Path) -> Form:
    """TemplateError for what is no workbook, a tag written wrongly, or something that could not be kept right."""
    try:
        opened = package.opened(path.read_bytes())
        return _form(path.name, opened)
    except UnmarkableError as error:
        why = "不是能打开的 Excel 工作簿（.xlsx），请用 Excel 或 WPS 另存为 .xlsx"
        raise TemplateError(path.name, "", why) from error
    except CellError as error:
        raise TemplateError(path.name, error.place, str(error)) from error


def strings(package: Package) -> Sequence[Element]:
    """The items of the shared strings, to be edited in place."""
    part = next(iter(package.of_kind(package.main, "sharedStrings")), "")
    return package.edit(part).findall(f"{M}si") if part in package else ()


def _form(name: str, opened: Package) -> Form:
    _refuse(name, opened)
    keywords = office.keywords(opened.read(office.CORE) if office.CORE in opened else b"")
    shared = strings(opened)
    parts = dict(_worksheets(opened))
    sheets = tuple(sheet.read(title, opened.edit(part), shared) for title, part in parts.items())
    for each, part in zip(sheets, parts.values(), strict=True):
        if each.loops:
            _refuse_unmoved(each, opened, part)
    return Form(name, opened, shared, sheets, tuple(parts.values()), keywords)


def _worksheets(opened: Package) -> Iterator[tuple[str, str]]:
    """Titles and parts; a chart that is a sheet of its own is none."""
    for item in opened.tree(opened.main).iterfind(f"{M}sheets/{M}sheet"):
        part = opened.related(opened.main, item.get(f"{R}id", ""))
        if opened.tree(part).tag == f"{M}worksheet":
            yield item.get("name", ""), part


# --- refusals --------------------------------------------------------------------------------------------------------


def _refuse(name: str, opened: Package) -> None:
    kinds = {package.kind_of(relation) for relation in opened.relations(opened.main)}
    for kind in sorted(kinds & _REFUSED.keys()):
        raise TemplateError(name, "", f"模板里有{_REFUSED[kind]}，填写后不会更新，请去掉")
    if any(part.endswith(".xml") and _tag_outside_cells(opened.tree(part)) for part in sorted(opened)):
        raise TemplateError(name, "", "标签只能写在单元格里，不能写在公式、页眉页脚、工作表名、批注、图表或文本框里")


def _tag_outside_cells(root: Element) -> bool:
    """Values that formulas and charts have stored do not count: they go."""
    texts = {f"{M}t"} if root.tag in (f"{M}worksheet", f"{M}sst") else set()
    return any(
        _TAG.search(text)
        for element in root.iter(etree.Element)
        if element.tag not in texts and etree.QName(element).localname != "v"
        for text in (element.text or "", *map(str, element.attrib.values()))
    )


def _refuse_unmoved(sheet: Sheet, opened: Package, part: str) -> None:
    kinds = {package.kind_of(relation) for relation in opened.relations(part)} - _FOLLOWS
    found = [_STAYS.get(kind, kind) for kind in sorted(kinds)]
    if any(etree.QName(element).localname == "sparkline" for element in sheet.root.iter(etree.Element)):
        found.append("迷你图")
    if found:
        raise CellError(sheet.name, "", f"有循环行的工作表里不能有{'、'.join(dict.fromkeys(found))}，请去掉")
