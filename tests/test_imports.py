"""The direction of imports: cli → run → stages → model; ingest, figures and publish do not know one another."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "pipeline"
STAGES = ("ingest", "figures", "publish")
VALUES = {"model", "parts", "period", "spelling", "errors", "processes", "zips"}
DEFINITIONS = {"definitions"}
MAY_IMPORT = {
    **dict.fromkeys(VALUES, VALUES),
    **dict.fromkeys(DEFINITIONS, VALUES | DEFINITIONS),
    **{stage: VALUES | {stage} for stage in STAGES},
    "review": VALUES | {*STAGES, "review"},
    "documents": VALUES | {"figures", "publish"},
    "run": VALUES | {"definitions", *STAGES, "review", "documents"},
    "workspace": VALUES,
    "watching": set(),
    "commands": VALUES | {"definitions", *STAGES, "review", "documents", "run"},
    "cli": VALUES | {"run", "commands", "definitions", *STAGES, "review", "workspace", "watching", "cli"},
    "__main__": {"cli"},
    "__init__": set(),
}


def _modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).parts[0].removesuffix(".py"), path


def _imported(path: Path) -> Iterator[str]:
    """The parts of the package that a module imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "pipeline":
            names = [f"pipeline.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        yield from (name.split(".")[1] for name in names if name.startswith("pipeline."))


@pytest.mark.parametrize(("part", "path"), list(_modules()), ids=lambda value: getattr(value, "name", None))
def test_every_import_follows_the_one_way(part: str, path: Path) -> None:
    assert part in MAY_IMPORT, f"{part} has no place in the order of imports"

    wrong = set(_imported(path)) - MAY_IMPORT[part]

    assert not wrong, f"{path.relative_to(PACKAGE)} imports {', '.join(sorted(wrong))}"


def _loaded(statement: str) -> set[str]:
    """What a fresh interpreter has imported after a statement."""
    code = f"import sys; {statement}; print(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_a_worker_that_reads_files_does_not_import_pandas() -> None:
    loaded = _loaded("import pipeline.ingest.pool, pipeline.ingest.understand")
    assert not {"pandas", "numpy", "openpyxl", "docx", "rich"} & loaded


def test_what_leads_to_figures_imports_neither_pandas_nor_what_understands_ledgers() -> None:
    assert not {"pandas", "pyarrow", "openpyxl", "pipeline.ingest.understand"} & _loaded("import pipeline.run")


HEAVY = {"numpy", "pandas", "python_calamine", "openpyxl", "rich", "pipeline.model", "pipeline.run"}


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--help",),
        ("run", "--help"),
        ("run", "2023H3", "-h"),
        ("nonsense",),
        ("run", "--bogus"),
        ("run", "--input"),
        ("run", "2023H3"),
        ("forms", "2023H3"),
        ("run", "--as-of", "6月30日"),
        ("run", "--jobs", "0"),
        ("run", "--cluster", "scheduler"),
        ("run", "--parts", "pictures"),
        ("trace", "谈心谈话次数", "--scope", "全部"),
        ("close",),
    ],
    ids=" ".join,
)
def test_help_and_a_wrong_usage_import_neither_a_stage_nor_pydantic(arguments: tuple[str, ...]) -> None:
    assert not {*HEAVY, "pydantic"} & _loaded_by(*arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--input", "nowhere"),
        ("verify", "nowhere.docx"),
        ("adopt", "nowhere.docx"),
    ],
    ids=" ".join,
)
def test_what_is_not_there_is_told_before_a_stage_is_imported(
    arguments: tuple[str, ...],
) -> None:
    assert not HEAVY & _loaded_by(*arguments)


def _loaded_by(*arguments: str) -> set[str]:
    """What a command has imported when it ends."""
    code = "import atexit, sys; from pipeline.cli import main; atexit.register(lambda: print(*sys.modules)); main()"
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    return set(done.stdout.splitlines()[-1].split())
