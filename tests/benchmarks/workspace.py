"""A folder to measure in: input/ with a corpus, and templates/ whose register is the corpus's units."""

from __future__ import annotations

import os
import shutil
from itertools import islice
from pathlib import Path

import openpyxl

from . import corpus

TEMPLATES = Path(__file__).parents[2] / "templates"
ROOT_UNIT = "集团"


def made(folder: Path, workbooks: int, rows: int) -> Path:
    corpus.write(folder / "input", workbooks, rows)
    return with_templates(folder, workbooks)


def part(folder: Path, whole: Path, workbooks: int) -> Path:
    """Another folder with so many workbooks of `whole`, which take no room a second time."""
    (folder / "input").mkdir(parents=True)
    for path in islice(sorted((whole / "input").iterdir()), workbooks):
        os.link(path, folder / "input" / path.name)
    return with_templates(folder, workbooks)


def with_templates(folder: Path, workbooks: int) -> Path:
    shutil.copytree(TEMPLATES, folder / "templates", ignore=shutil.ignore_patterns("~$*"))
    _register(folder / "templates" / "参考数据.xlsx", workbooks)
    return folder


def _register(path: Path, workbooks: int) -> None:
    book = openpyxl.load_workbook(path)
    for name in ("单位名册", "目标", "裁定"):
        book[name].delete_rows(2, book[name].max_row)
    book["单位名册"].append([ROOT_UNIT, None, None, "公司级", "是", 10, 20])
    for number in range(workbooks):
        book["单位名册"].append([corpus.unit(number), None, ROOT_UNIT, "车间级", "是", 10, 20])
    book.save(path)
    book.close()
