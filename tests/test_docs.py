"""The documents stay true: every command, code, kind and part of a workspace that exists is described where it should be."""

from __future__ import annotations

import dataclasses
import os
import re
import runpy
import shutil
import subprocess
import sys
import unicodedata
from importlib.metadata import version
from pathlib import Path

import openpyxl
import pytest

from pipeline import definitions
from pipeline.cli import app
from pipeline.definitions.indicators import KINDS
from pipeline.definitions.ledgers import FieldDef
from pipeline.model.rulings import MATTERS

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")
COMMANDS = sorted(command.callback.__name__ for command in app.registered_commands if command.callback)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("readme", READMES)
def test_every_command_is_described(readme: str, command: str) -> None:
    assert f"pipeline {command}" in read(readme)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", command, "--help"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )

    assert f"例：pipeline {command}" in done.stdout


@pytest.mark.parametrize("command", [[], *([command] for command in COMMANDS)], ids=" ".join)
@pytest.mark.parametrize("columns", [50, 80, 200])
def test_help_is_chinese_and_as_wide_as_the_terminal(command: list[str], columns: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", *command, "--help"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "COLUMNS": str(columns)},
        check=True,
    )

    assert not re.search(r"Usage|Options|Arguments|Commands|Show|default|<\w+>|\[[A-Z]", done.stdout)
    assert max(_columns(line) for line in done.stdout.splitlines()) <= min(columns, 100)
    assert not re.search(r"^ *[，。；：、）”]", done.stdout, re.MULTILINE)


def test_the_version_is_told() -> None:
    done = subprocess.run([sys.executable, "-m", "pipeline", "--version"], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["ledger-pipeline", version("ledger-pipeline")]


def _columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in line)


def test_every_finding_is_explained_from_the_catalogue() -> None:
    written = runpy.run_path(str(ROOT / "docs" / "make_findings.py"))

    assert read("docs/findings.md") == written["page"](), "run python docs/make_findings.py"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_indicator_is_explained_where_indicators_are_defined(kind: str) -> None:
    assert kind in read("templates/indicators.toml").split("[[indicator]]")[0]


@pytest.mark.parametrize("key", [field.name for field in dataclasses.fields(FieldDef)])
def test_every_key_of_a_field_is_explained_where_ledgers_are_defined(key: str) -> None:
    explained = read("templates/ledgers.toml").split("[[ledger]]")[0]

    assert key in ("name", "header") or re.search(rf"^#.*\b{key}\b", explained, re.MULTILINE)


def test_every_indicator_is_shown_in_a_table() -> None:
    loaded = definitions.load(ROOT / "templates")
    shown = {indicator for sheet in loaded.tables for indicator in sheet.indicators}

    assert {indicator.id for indicator in loaded.indicators} <= shown


def test_the_linked_pages_and_pictures_exist() -> None:
    linked = {target for readme in READMES for target in re.findall(r"\]\(([^)#:]+)\)", read(readme))}

    assert "docs/findings.md" in linked
    assert [target for target in sorted(linked) if not (ROOT / target).exists()] == []


def rows(page: str, header: str) -> list[list[str]]:
    """The cells of a table of a page, header first."""
    lines = page[page.index(header) :].split("\n\n", maxsplit=1)[0].splitlines()
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [found[0], *found[2:]]


def test_the_indicators_that_the_readme_shows_as_examples_can_be_written_so(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ROOT / "templates", tmp_path / "templates"))
    book = openpyxl.load_workbook(folder / "参考数据.xlsx")
    sheet = book.create_sheet("自定义指标")
    examples = rows(read("README.zh-CN.md"), "| 名称 | 台账 | 算法 |")
    for row in examples:
        sheet.append([cell or None for cell in row])
    book.save(folder / "参考数据.xlsx")

    known = {indicator.name for indicator in definitions.load(folder).indicators}

    assert len(examples) > 3
    assert {name for name, *_ in examples[1:]} <= known


@pytest.mark.parametrize("what", MATTERS)
def test_the_readme_says_how_each_matter_is_settled(what: str) -> None:
    assert what in [row[1] for row in rows(read("README.zh-CN.md"), "| 文件 | 事项 | 内容 |")]
