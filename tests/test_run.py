"""A run from the command line, on the sample: what it leaves, twice the same, and what it says when it cannot."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from commands import ROOT, digests, pipeline

from pipeline.cli import arguments


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("run")
    done = pipeline("run", "2023H1", "--output", str(place), "--jobs", "1")
    assert done.returncode == 0, done.stderr
    return place


def test_a_run_leaves_what_the_design_promises(output: Path) -> None:
    left = set(digests(output / "2023H1"))

    promised = {"figures.csv", "findings.csv", "accounting.csv", "manifest.json", "问题清单.xlsx", "汇总表.xlsx"}
    reports = {"上半年工作报告", "上半年专题报告", "责任制落实情况自查报告", "上半年总结和下半年计划"}
    promised |= {f"报告/{name}.docx" for name in reports} | {f"报告/核稿/{name}.docx" for name in reports}
    assert promised <= left


def test_two_runs_give_the_same_bytes_whatever_the_number_of_processes(output: Path, tmp_path: Path) -> None:
    done = pipeline("run", "2023H1", "--output", str(tmp_path), "--jobs", "2")

    assert done.returncode == 0, done.stderr
    assert digests(tmp_path / "2023H1") == digests(output / "2023H1")


def test_the_manifest_has_the_digest_of_every_other_file(output: Path) -> None:
    manifest = json.loads((output / "2023H1" / "manifest.json").read_text(encoding="utf-8"))

    left = digests(output / "2023H1")
    assert manifest["outputs"] == {name: digest for name, digest in left.items() if name != "manifest.json"}


def test_a_year_gives_the_yearly_report_and_not_the_half_yearly_ones(tmp_path: Path) -> None:
    done = pipeline("run", "2023", "--output", str(tmp_path), "--parts", "reports")

    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "2023" / "报告").glob("*.docx")} == {"年度总结及下年计划.docx"}


@pytest.mark.parametrize("typed", ["figures,tables", "figures，tables", "figures, tables", "figures、tables"])
def test_parts_are_parted_as_a_clerk_types_them(typed: str) -> None:
    options = arguments.options("2023H1", ROOT / "input", ROOT / "output", ROOT / "templates", parts=typed)

    assert options.parts == ("figures", "tables")


def test_json_is_one_object_on_stdout(tmp_path: Path) -> None:
    done = pipeline("run", "2023H1", "--output", str(tmp_path), "--parts", "figures", "--json")

    summary = json.loads(done.stdout)
    assert summary["period"] == "2023H1"
    assert summary["findings"]["error"] > 0


@pytest.mark.skipif(os.name == "nt", reason="no such terminals there")
def test_a_terminal_shows_how_far_the_run_is_and_keeps_the_closing_words_only(tmp_path: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "pipeline", "run", "--input", "input/2022年上半年", "--parts", "figures"]
    command += ["--output", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        shown = b"".join(iter(partial(_read, ours), b"")).decode()
        closing, _ = process.communicate()
    os.close(ours)

    assert process.returncode == 0
    assert re.search(r"读取台账.*\d+/10", shown)
    assert "0/?" not in shown
    assert closing.decode().startswith("2022年上半年（统计截止 2022-06-30）")


def _read(terminal: int) -> bytes:
    """Nothing once the other end is closed."""
    try:
        return os.read(terminal, 1 << 16)
    except OSError:
        return b""


def test_strict_ends_with_1_where_there_are_errors(tmp_path: Path) -> None:
    assert pipeline("run", "2023H1", "--output", str(tmp_path), "--parts", "figures", "--strict").returncode == 1


def test_check_ends_with_1_and_leaves_the_output_of_the_run_alone(output: Path) -> None:
    before = digests(output / "2023H1")

    done = pipeline("check", "2023H1", "--output", str(output))

    assert done.returncode == 1
    after = digests(output / "2023H1")
    assert {name: digest for name, digest in after.items() if not name.startswith("检查/")} == before
    assert {"检查/findings.csv", "检查/accounting.csv", "检查/问题清单.xlsx"} <= set(after)
    for folder, way in (("", "../../"), ("检查/", "../../../")):
        listed = openpyxl.load_workbook(output / "2023H1" / f"{folder}问题清单.xlsx")["问题"]["J"]
        targets = {cell.hyperlink.target.replace("\\", "/") for cell in listed if cell.hyperlink}
        assert targets
        assert all(target.startswith(f"{way}input/20") for target in targets)
    shutil.rmtree(output / "2023H1" / "检查")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nonsense",), "没有命令“nonsense”"),
        (("rum",), "是不是 run？"),
        (("run", "--inptu", "."), "没有选项“--inptu”，是不是 --input"),
        (("run", "--input"), "选项“--input”后面要写内容"),
        (("run", "--strict=1"), "选项“--strict”后面不用写内容"),
        (("run", "--jobs", "0"), "选项“--jobs”后面要写不小于 1 的整数"),
        (("run", "--jobs", "二"), "选项“--jobs”后面要写不小于 1 的整数"),
        (("run", "2023", "上半年"), "多写了“上半年”"),
        (("close",), "没有写“报告期”"),
        (("run", "2023H3"), "看不懂报告期"),
        (("run", "--as-of", "6月30日"), "看不懂日期"),
        (("run", "2023H1", "--as-of", "2022年6月30日"), "早于报告期的第一天 2023-01-01"),
        (("run", "--output", "input"), "结果不能放在“input”里"),
        (("watch", "--output", "templates/结果"), "结果不能放在“templates”里"),
        (("run", "--parts", "pictures"), "pictures"),
        (("run", "--input", "nowhere"), "nowhere"),
        (("lint", "--templates", "nowhere"), "没有文件夹“nowhere”"),
        (("watch", "--templates", "nowhere"), "没有文件夹“nowhere”"),
        (("verify", "nowhere.docx"), "没有文件“nowhere.docx”"),
        (("trace", "谈心谈话次数", "--scope", "全部"), "--scope 不认识“全部”"),
        (("trace", "谈心"), "是不是谈心谈话次数"),
        (("trace", "？"), "名称见 templates/indicators.toml"),
        (("trace", "谈心谈话次数", "--unit", "玄圃"), "玄圃苗圃"),
        (("close", "1999H1"), "还没有1999年上半年的结果"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line_and_exit_code_2(arguments: tuple[str, ...], said: str) -> None:
    done = pipeline(*arguments)

    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_a_day_before_the_period_that_the_input_speaks_of_is_refused(tmp_path: Path) -> None:
    done = pipeline("run", "--as-of", "2022-12-31", "--output", str(tmp_path / "output"))

    assert (done.returncode, list((tmp_path).rglob("figures.csv"))) == (2, [])
    assert done.stderr.splitlines()[-1].startswith("不能继续：统计截止日 2022-12-31 早于报告期的第一天 2023-01-01")


def test_the_command_alone_shows_its_help_and_does_nothing() -> None:
    done = pipeline()

    assert done.returncode == 2
    assert "pipeline run 2023H1" in done.stderr
    assert not done.stdout


def test_a_name_that_is_unknown_is_said_before_any_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "input").mkdir()

    done = pipeline("trace", "谈心谈话次数", "--unit", "玄圃", "--input", str(tmp_path / "input"))

    assert "玄圃苗圃" in done.stderr


def test_a_change_is_traced_to_no_run_where_there_was_none(tmp_path: Path) -> None:
    done = pipeline(
        "trace", "谈心谈话次数", "--period", "2023H1", "--since", "last", "--output", str(tmp_path / "output")
    )

    assert done.returncode == 2
    assert "没有别的运行可比" in done.stderr


@pytest.mark.parametrize(
    ("taken", "arguments"),
    [("往期", ("close", "2023H1", "--input", ".", "--output", ".")), ("新建", ("init", "新建"))],
    ids=["close", "init"],
)
def test_a_folder_that_cannot_be_made_is_one_line_that_names_it(
    tmp_path: Path, taken: str, arguments: tuple[str, ...]
) -> None:
    (tmp_path / taken).write_bytes(b"")
    (tmp_path / "2023H1").mkdir()
    (tmp_path / "2023H1" / "figures.csv").write_bytes(b"")
    shutil.copytree(ROOT / "templates", tmp_path / "templates")

    done = pipeline(*arguments, folder=tmp_path)

    assert done.returncode == 2
    assert taken in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "程序出错" not in done.stderr


def test_a_mistake_in_a_definition_is_one_line_with_file_key_and_the_nearest_name(tmp_path: Path) -> None:
    templates = tmp_path / "templates"
    shutil.copytree(ROOT / "templates", templates)
    indicators = templates / "indicators.toml"
    indicators.write_text(
        indicators.read_text(encoding="utf-8").replace('field = "attend_count"', 'field = "atend_count"', 1),
        encoding="utf-8",
    )

    done = pipeline("run", "2023H1", "--templates", str(templates), "--output", str(tmp_path / "output"))

    assert done.returncode == 2
    assert "indicators.toml" in done.stderr
    assert "attend_count" in done.stderr
    assert not (tmp_path / "output").exists()


def test_an_empty_input_folder_asks_for_the_period(tmp_path: Path) -> None:
    (tmp_path / "input").mkdir()

    done = pipeline("run", "--input", str(tmp_path / "input"), "--output", str(tmp_path / "output"))

    assert done.returncode == 2
    assert "pipeline run 2023H1" in done.stderr


def test_an_empty_input_folder_with_a_period_gives_unknown_figures_and_silent_units(tmp_path: Path) -> None:
    (tmp_path / "input").mkdir()

    done = pipeline("run", "2023H1", "--input", str(tmp_path / "input"), "--output", str(tmp_path / "output"))

    assert done.returncode == 0, done.stderr
    findings = (tmp_path / "output" / "2023H1" / "findings.csv").read_text(encoding="utf-8-sig")
    assert findings.count("unit-silent") == 14
    assert "没有找到台账" in done.stdout


def test_a_fresh_workspace_runs_once_the_register_is_filled_in(tmp_path: Path) -> None:
    assert pipeline("init", str(tmp_path / "台账"), folder=tmp_path).returncode == 0

    unfilled = pipeline("run", "2023H1", folder=tmp_path / "台账")
    shutil.copy(ROOT / "templates" / "参考数据.xlsx", tmp_path / "台账" / "templates")
    filled = pipeline("run", "2023H1", "--parts", "figures", folder=tmp_path / "台账")
    again = pipeline("init", str(tmp_path / "台账"), folder=tmp_path)

    assert unfilled.returncode == 2
    assert "单位名册" in unfilled.stderr
    assert filled.returncode == 0, filled.stderr
    assert again.returncode == 2
    assert (tmp_path / "台账" / "运行.bat").read_bytes().isascii()


def test_a_fresh_workspace_needs_one_unit_and_nothing_else(tmp_path: Path) -> None:
    pipeline("init", "台账", folder=tmp_path)
    reference = tmp_path / "台账" / "templates" / "参考数据.xlsx"
    book = openpyxl.load_workbook(reference)
    heads = [cell.value for cell in book["单位名册"][1]]
    for head, value in (("单位名称", "甲公司"), ("级别", "公司级"), ("是否应报", "是")):
        book["单位名册"].cell(2, heads.index(head) + 1, value)
    book.save(reference)

    done = pipeline("run", "2023H1", "--parts", "figures", folder=tmp_path / "台账")

    assert done.returncode == 0, done.stderr
