"""The wheel: all that the program needs and nothing else, and what it installs works without the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest
from commands import ROOT

pytestmark = pytest.mark.slow


def done(*command: object, folder: Path, alone: bool = False) -> str:
    """What a command that must succeed prints; `alone` it knows nothing of this checkout."""
    variables = {name: value for name, value in os.environ.items() if not (alone and name == "PYTHONPATH")}
    ran = subprocess.run(
        [*map(str, command)], cwd=folder, env=variables, capture_output=True, encoding="utf-8", check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    done(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, folder=ROOT)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the commands of a fresh environment are that has the wheel, and borrows what the wheel depends on."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder)
    places = {"base": str(folder), "platbase": str(folder)}
    library, scripts = (Path(sysconfig.get_path(name, "venv", vars=places)) for name in ("purelib", "scripts"))
    (library / "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    install = ("install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-index", wheel)
    done(sys.executable, "-m", "pip", "--python", folder, *install, folder=folder)
    return scripts


def test_the_wheel_holds_every_file_of_the_package_and_the_definitions_and_nothing_else(wheel: Path) -> None:
    package = (path.relative_to(ROOT) for path in (ROOT / "pipeline").rglob("*") if path.is_file())
    definitions = (path.relative_to(ROOT) for path in (ROOT / "templates").rglob("*") if path.is_file())
    wanted = {path.as_posix() for path in package if path.suffix != ".pyc"}
    wanted |= {f"pipeline/starter/{path.as_posix()}" for path in definitions}

    names = zipfile.ZipFile(wheel).namelist()

    assert {name for name in names if ".dist-info/" not in name} == wanted


def test_the_installed_command_starts_a_workspace_and_runs_it(scripts: Path, tmp_path: Path) -> None:
    pipeline = shutil.which("pipeline", path=str(scripts))

    assert "pipeline run 2023H1" in done(pipeline, "run", "--help", folder=tmp_path, alone=True)
    done(pipeline, "init", "台账", folder=tmp_path, alone=True)
    shutil.copy(ROOT / "templates" / "参考数据.xlsx", tmp_path / "台账" / "templates")
    done(pipeline, "run", "2023H1", "--input", ROOT / "input", folder=tmp_path / "台账", alone=True)

    left = {path.name for path in (tmp_path / "台账" / "output" / "2023H1").iterdir()}
    assert {"figures.csv", "汇总表.xlsx", "核对.html", "报告", "表格", "单位"} <= left
