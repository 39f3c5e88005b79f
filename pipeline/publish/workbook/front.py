"""The first sheet of a returned workbook: 问题清单, one line a problem, its place a link to the cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from pipeline.model import Severity
from pipeline.publish import problems
from pipeline.publish.office import Element
from pipeline.publish.workbook.lines import Line
from pipeline.publish.workbook.package import MAIN, SHEET_TYPE, M, Package, R, UnmarkableError
from pipeline.publish.workbook.styles import COLOURS, Styles
from pipeline.publish.workbook.text import printable, width

NAME = "问题清单"
HEADERS = ("级别", "位置", "问题", "现在是", "应改为/怎么办")

_WIDTHS = (8, 26, 48, 24, 52)
_LINE_HEIGHT = 15
_MOST_LINKS = 65_000
"""Excel takes 65,530 links a sheet."""
_SHEET = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="{main}"><sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr>\
<sheetViews><sheetView tabSelected="1" workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" \
state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols>\
<sheetData>{rows}</sheetData>{links}<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" \
footer="0.3"/><pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>"""
_BEFORE_NAMES = frozenset(
    f"{M}{name}"
    for name in ("fileVersion", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups")
)


def inserted(package: Package, styles: Styles, lines: Sequence[Line], note: str) -> None:
    """Put the sheet before all others, and open the workbook there."""
    workbook = package.edit(package.main)
    sheets = workbook.find(f"{M}sheets")
    if sheets is None or not len(sheets):
        raise UnmarkableError("no sheets")
    names = [sheet.get("name", "") for sheet in sheets]
    part = package.free("xl/worksheets/sheet{}.xml")
    package.put(part, _sheet(lines, styles, names, note), SHEET_TYPE.format("worksheet"))
    number = max(int(sheet.get("sheetId", "0")) for sheet in sheets) + 1
    name = _free_name(names)
    id = package.relate(package.main, "worksheet", part)
    sheets.insert(0, sheets.makeelement(f"{M}sheet", {"name": name, "sheetId": str(number), f"{R}id": id}))
    _shift(workbook)
    _repeat_header(workbook, name)


def _free_name(names: Iterable[str]) -> str:
    """The unit may have filled in an earlier return, which has such a sheet already."""
    taken = {name.casefold() for name in names}
    names = (f"{NAME}{number}" if number else NAME for number in range(len(taken) + 2) if number != 1)
    return next(name for name in names if name.casefold() not in taken)


def _shift(workbook: Element) -> None:
    """What counts sheets from the first counts one more; the list is the sheet that opens."""
    for name in workbook.iterfind(f"{M}definedNames/{M}definedName"):
        if name.get("localSheetId"):
            name.set("localSheetId", str(int(name.get("localSheetId", "0")) + 1))
    for view in workbook.iterfind(f"{M}bookViews/{M}workbookView"):
        view.attrib.pop("activeTab", "")
        view.attrib.pop("firstSheet", "")


def _repeat_header(workbook: Element, name: str) -> None:
    names = workbook.find(f"{M}definedNames")
    if names is None:
        names = workbook.makeelement(f"{M}definedNames", {})
        workbook.insert(sum(child.tag in _BEFORE_NAMES for child in workbook), names)
    title = etree.SubElement(names, f"{M}definedName", {"name": "_xlnm.Print_Titles", "localSheetId": "0"})
    title.text = f"'{name}'!$1:$1"


# --- the sheet's XML -------------------------------------------------------------------------------------------------


def _sheet(lines: Sequence[Line], styles: Styles, names: Sequence[str], note: str) -> bytes:
    columns = "".join(
        f'<col min="{column}" max="{column}" width="{room}" customWidth="1"/>' for column, room in enumerate(_WIDTHS, 1)
    )
    rows = "".join(_rows(lines, styles, frozenset(names), note))
    return _SHEET.format(main=MAIN, columns=columns, rows=rows, links=_links(lines, frozenset(names))).encode()


def _rows(lines: Sequence[Line], styles: Styles, names: frozenset[str], note: str) -> Iterator[str]:
    header = styles.listed(fill="FF44546A", colour="FFFFFFFF", marks="<b/>")
    plain = styles.listed()
    link = styles.listed(colour="FF0563C1", marks="<u/>")
    severities = {severity: styles.listed(fill=COLOURS[severity], marks="<b/>") for severity in Severity}
    yield _row(1, HEADERS, (header,) * 5)
    for row, line in enumerate(lines, 2):
        texts = (problems.SEVERITY_NAMES[line.severity], line.place, line.message, line.found, line.advice)
        yield _row(row, texts, (severities[line.severity], link if line.sheet in names else plain, plain, plain, plain))
    if note:
        yield _row(len(lines) + 3, ("说明", "", note), (plain,) * 3)


def _row(row: int, texts: Sequence[str], looks: Iterable[int]) -> str:
    cells = "".join(
        _cell(f"{column}{row}", text, look) for column, text, look in zip("ABCDE", texts, looks, strict=False)
    )
    return f'<row r="{row}" ht="{_height(texts)}" customHeight="1">{cells}</row>'


def _cell(reference: str, text: str, look: int) -> str:
    """An inline string: a text that begins with = stays a text."""
    if not text:
        return f'<c r="{reference}" s="{look}"/>'
    content = escape(printable(text))
    return f'<c r="{reference}" s="{look}" t="inlineStr"><is><t xml:space="preserve">{content}</t></is></c>'


def _height(texts: Iterable[str]) -> int:
    """In points, for the longest of the wrapped texts: office programs do not all measure rows when they open a file."""
    pairs = zip(texts, _WIDTHS, strict=False)
    return (
        _LINE_HEIGHT * max(sum(-(-width(line) // (room - 1)) or 1 for line in text.split("\n")) for text, room in pairs)
        + 3
    )


def _links(lines: Sequence[Line], names: frozenset[str]) -> str:
    linked = [(row, line) for row, line in enumerate(lines, 2) if line.sheet in names][:_MOST_LINKS]
    links = "".join(f'<hyperlink ref="B{row}" location={quoteattr(_location(line))}/>' for row, line in linked)
    return f"<hyperlinks>{links}</hyperlinks>" if links else ""


def _location(line: Line) -> str:
    return "'{}'!{}".format(line.sheet.replace("'", "''"), line.cell)
