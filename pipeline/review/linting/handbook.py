"""Definitions and perhaps figures in; 变量手册.docx out: every name, what it means, its value, and how each style prints it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from pipeline.model import Definitions, Figure, Figures, Indicator
from pipeline.publish import context, office, package, words
from pipeline.publish.tags import FILTERS, Numbers, Tag
from pipeline.review.linting import rehearsal

_SCOPES: Mapping[str, str] = {"own": "本级", "all": "本级及所属"}
_HEADER = ("名称（直接复制）", "口径", "量词", "范围", "本期值", "各种写法")
_WIDTHS = (48, 70, 14, 22, 24, 76)
_SHOWN, _SHOWN_SHARE = 1243, Fraction(9524, 10000)
"""Stand in for figures where there is no run."""


def document(definitions: Definitions, figures: Figures | None) -> bytes:
    """Same in, same out; figures are the root's, each in its own scope."""
    import docx

    book = docx.Document()
    _page(book)
    period = figures.period.label if figures else "没有运行结果，写法用示例数"
    book.add_heading(f"变量手册（{period}）", level=0)
    book.add_paragraph(
        "在模板里写 {{ 名称 }} 印出数字，写 {{ 名称|写法 }} 换一种写法，写 {{ 名称|带量词 }} 连量词一起印。"
    )
    for title, indicators in _by_ledger(definitions):
        book.add_heading(title, level=1)
        _table(book, _HEADER, [_row(each, definitions, figures) for each in indicators], _WIDTHS)
    book.add_heading("名称后面可以再写的（{{ 名称.同比 }}）", level=1)
    book.add_paragraph("、".join(_aspects(definitions)))
    book.add_heading("写法", level=1)
    book.add_paragraph("、".join(f"|{style}" for style in FILTERS))
    book.add_heading("其他名称", level=1)
    book.add_paragraph("、".join(_others(definitions)))
    return _packed(book)


def _by_ledger(definitions: Definitions) -> Iterator[tuple[str, list[Indicator]]]:
    names = {ledger.id: ledger.name for ledger in definitions.ledgers}
    grouped: dict[str, list[Indicator]] = {}
    for each in definitions.indicators:
        grouped.setdefault(each.ledger, []).append(each)
    return ((names.get(id, "报送情况"), found) for id, found in grouped.items())


def _row(indicator: Indicator, definitions: Definitions, figures: Figures | None) -> tuple[str, ...]:
    root = definitions.register.root
    figure = figures.get(root, indicator.id, indicator.scope) if figures else _shown(indicator, root)
    value = words.figure(figure, replace(indicator, style=""), measure=True) if figures else "—"
    tag = indicator.name if indicator.name.isidentifier() else f'指标("{indicator.name}")'
    about = indicator.rule, indicator.measure_word, _SCOPES[indicator.scope]
    return f"{{{{ {tag} }}}}", *about, value, "；".join(_styles(indicator, figure))


def _shown(indicator: Indicator, unit: int) -> Figure:
    value = _SHOWN_SHARE if indicator.percent else _SHOWN
    return Figure(rehearsal.period(""), unit, indicator.scope, indicator.id, value, value, value)


def _styles(indicator: Indicator, figure: Figure) -> Iterator[str]:
    """Each style that suits the indicator, with what it prints; those that print alike stand together."""
    printed: dict[str, list[str]] = {}
    for style in words.styles(indicator):
        text = words.figure(figure, indicator, style, measure=True)
        printed.setdefault(text, []).append(f"|{style}" if style else "不写")
    return (f"{'、'.join(names)}：{text}" for text, names in printed.items())


def _aspects(definitions: Definitions) -> tuple[str, ...]:
    indicator = definitions.indicators[0]
    return tuple(Tag(_shown(indicator, definitions.register.root), indicator, Numbers()))


def _others(definitions: Definitions) -> list[str]:
    basis = rehearsal.basis(definitions, rehearsal.period(""), rehearsal.CASES["为一"])
    names = context.names((), basis, Numbers(), definitions.register.root)
    return [name for name in names if name not in basis.indicators]


# --- the document ----------------------------------------------------------------------------------------------------


def _page(book: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    section = book.sections[0]
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)
    for name in ("Normal", "Title", "Heading 1"):
        style = book.styles[name]
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    book.styles["Normal"].font.size = Pt(10)
    book.core_properties.author = book.core_properties.comments = ""
    book.core_properties.title = "变量手册"


def _table(book: Any, header: tuple[str, ...], rows: list[tuple[str, ...]], widths: tuple[int, ...]) -> None:
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    table = book.add_table(rows=0, cols=len(header), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in (header, *rows):
        cells = table.add_row().cells
        for cell, text, width in zip(cells, row, widths, strict=True):
            cell.text, cell.width = text, Mm(width)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 — no public way
    for cell in table.rows[0].cells:
        cell.paragraphs[0].runs[0].bold = True


def _packed(book: Any) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return office.zipped(package.read(stream.getvalue()).members)
