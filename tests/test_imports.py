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
VALUES = {"model", "period", "spelling", "errors", "processes"}
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


def test_help_imports_no_stage() -> None:
    assert not {"pandas", "numpy", "python_calamine", "rich"} & _loaded("import pipeline.cli")
