"""A table template (templates/表格/*.xlsx) in; its cells with tags that could not be filled out, each with the reason."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from pipeline.errors import TemplateError
from pipeline.publish import filled, office
from pipeline.publish.filling import form
from pipeline.publish.filling.entries import ORDINAL
from pipeline.publish.filling.sheet import LOOPS
from pipeline.publish.workbook import package as workbook
from pipeline.publish.workbook.package import UnmarkableError
from pipeline.review.linting import expressions, written_tags
from pipeline.review.linting.sentences import Stage
from pipeline.review.places import Line


@dataclass(frozen=True, slots=True)
class Cell:
    """A text of a workbook, counted from 1 in reading order; `place` is how a person finds it."""

    number: int
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Workbook:
    """A template as its author sees it; without texts if it cannot be opened."""

    cells: tuple[Cell, ...] = ()
    keywords: Mapping[str, str] = field(default_factory=dict)


def read(data: bytes) -> Workbook:
    try:
        parts = workbook.opened(data)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    except (UnmarkableError, BadZipFile, InvalidFileException, KeyError, ValueError):
        return Workbook()
    texts = [
        (f"工作表“{sheet.title}”的单元格 {cell.coordinate}", cell.value)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.strip()
    ]
    keywords = office.keywords(parts.read(office.CORE) if office.CORE in parts else b"")
    return Workbook(tuple(Cell(number, *text) for number, text in enumerate(texts, 1)), keywords)


def lines(path: Path, opened: Workbook, stage: Stage) -> tuple[Line, ...]:
    """All that is wrong with the tags; where nothing is, the first reason for which the workbook as a whole is refused."""
    names = {**stage.names, **_first_turns(stage.names)}
    found = tuple(line for cell in opened.cells for line in _of_cell(cell, names))
    return found or tuple(_refused(path, opened.cells, stage))


def _first_turns(names: Mapping[str, Any]) -> Mapping[str, object]:
    """What the first copy of a repeated row looks up."""
    turns = {loop: names.get(behind) for loop, behind in LOOPS.items()}
    return {ORDINAL: 1} | {loop: items[0] for loop, items in turns.items() if items}


def _of_cell(cell: Cell, names: Mapping[str, object]) -> Iterator[Line]:
    tags = tuple(written_tags.found(cell.text))
    for line in expressions.lines(cell.number, cell.text, tags, expressions.scope(tags, names)):
        yield replace(line, message=f"{cell.place}：{line.message}")


def _refused(path: Path, written: tuple[Cell, ...], stage: Stage) -> Iterator[Line]:
    try:
        filled.filled(form.read(path), stage.basis)
    except TemplateError as error:
        cell = next((cell for cell in written if cell.place == error.key), Cell(1, "", ""))
        verdict = "structure" if written else "unreadable"
        yield Line(cell.number, 0, len(cell.text), cell.text, verdict=verdict, message=str(error))
