"""Workbooks alike in all but their cells: XlsxWriter makes their frame once, and what is written goes into it.

For what is made by the hundred; a single workbook is `looks.workbook`'s.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeAlias
from xml.sax.saxutils import escape
from zipfile import ZipFile

from xlsxwriter.format import Format

from pipeline import zips
from pipeline.model import Indicator
from pipeline.publish import looks, office
from pipeline.publish.cells import Cells, Setting, Sheet
from pipeline.publish.looks import Looks
from pipeline.publish.workbook.text import printable

Plan: TypeAlias = tuple[tuple[str, tuple[Setting, ...]], ...]
"""The sheets of a workbook: their names and settings."""

_FRAMES = 64
_STYLES, _SHEET = "xl/styles.xml", "xl/worksheets/sheet{}.xml"
_TITLE = "题名"
_DIMENSION = re.compile(r"<dimension [^>]*/>")
_FILTER = re.compile(r"<autoFilter [^>]*/>")
"""In the schema's order it stands between the rows and what is merged."""
_LOOK = re.compile(r'<c r="[A-Z]+1" s="(\d+)"')


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """`base` is zipped: what stays as it is. The other members in pieces, between which belongs what is written."""

    base: bytes
    core: tuple[str, str]
    sheets: tuple[tuple[str, str, str], ...]
    """Before the rows, between them and the merged cells, and behind these."""

    def filled(self, title: str, sheets: Iterable[Sheet]) -> bytes:
        before, behind = self.core
        members = {office.CORE: f"{before}{escape(printable(title))}{behind}"}
        for number, (sheet, (head, middle, tail)) in enumerate(zip(sheets, self.sheets, strict=True), 1):
            members[_SHEET.format(number)] = f"{head}<sheetData>{sheet.rows}</sheetData>{middle}{sheet.after}{tail}"
        return office.zipped({name: text.encode() for name, text in members.items()}, self.base)


class Frames:
    """The frames of the workbooks of a run, and the looks that stand in all of them."""

    def __init__(self, indicators: Sequence[Indicator], created: date) -> None:
        self._created = created
        self.looks, self.numbers, self._styles = _palette(indicators, created)
        self._frame = lru_cache(maxsize=_FRAMES)(self._made)

    def cells(self, name: str) -> Cells:
        """An empty worksheet."""
        return Cells(name, self.numbers)

    def workbook(self, title: str, sheets: Sequence[Sheet]) -> bytes:
        """Equal sheets give equal bytes."""
        return self._frame(tuple((sheet.name, sheet.settings) for sheet in sheets)).filled(title, sheets)

    def _made(self, plan: Plan) -> Frame:
        data = io.BytesIO()
        with looks.workbook(data, self._created, _TITLE) as book:
            for name, settings in plan:
                sheet = book.add_worksheet(name)
                for setting, args, named in settings:
                    getattr(sheet, setting)(*args, **dict(named))
        members = _members(data) | {_STYLES: self._styles}
        sheets = [members.pop(_SHEET.format(number)).decode() for number in range(1, len(plan) + 1)]
        before, _, behind = members.pop(office.CORE).decode().partition(_TITLE)
        return Frame(office.zipped(members, level=zips.SMALL), (before, behind), tuple(map(_pieces, sheets)))


def _palette(indicators: Sequence[Indicator], created: date) -> tuple[Looks, Mapping[Format, int], bytes]:
    """All looks a sheet of figures may need, their numbers, and the part that describes them."""
    data = io.BytesIO()
    with looks.workbook(data, created, _TITLE) as book:
        made = Looks(book)
        every = made.every(indicators)
        sheet = book.add_worksheet()
        for column, look in enumerate(every):
            sheet.write_blank(0, column, None, look)
    members = _members(data)
    numbers = map(int, _LOOK.findall(members[_SHEET.format(1)].decode()))
    return made, dict(zip(every, numbers, strict=True)), members[_STYLES]


def _members(data: io.BytesIO) -> dict[str, bytes]:
    with ZipFile(data) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _pieces(sheet: str) -> tuple[str, str, str]:
    head, _, rest = _DIMENSION.sub("", sheet).partition("<sheetData/>")
    filter = _FILTER.match(rest)
    end = filter.end() if filter else 0
    return head, rest[:end], rest[end:]
