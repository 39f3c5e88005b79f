"""The documents stay true: every command, code, kind and part of a workspace that exists is described where it should be."""

from __future__ import annotations

import dataclasses
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import definitions
from pipeline.cli import app
from pipeline.definitions.indicators import KINDS
from pipeline.definitions.ledgers import FieldDef

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
