"""The commands beside `run` and `check` as a clerk gives them: what they print, leave and end with."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import docx
import pytest
from commands import ROOT, pipeline

REPORT = "上半年工作报告.docx"
TALKS = "谈心谈话次数"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample after a run."""
    folder = tmp_path_factory.mktemp("workspace")
    for name in ("input", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    done = pipeline("run", "2023H1", "--parts", "figures,reports", "--jobs", "1", folder=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def place(finished: Path, tmp_path: Path) -> Path:
    """A copy to change."""
    return Path(shutil.copytree(finished, tmp_path / "workspace"))


# --- trace -----------------------------------------------------------------------------------------------------------


def test_trace_prints_records_that_add_up_to_the_figure(finished: Path) -> None:
    done = pipeline("trace", TALKS, "--unit", "青禾供水", "--period", "2023H1", folder=finished)

    title, *lines = done.stdout.splitlines()
    assert title == "青禾供水分公司 2023年上半年 谈心谈话次数：9"
    assert sum(int(line.split()[0]) for line in lines) == 9
    assert all(re.search(r"青禾供水分公司2023年上半年台账.xlsx【谈心谈话】第\d+行$", line) for line in lines)


def test_trace_of_a_share_says_what_was_divided_by_what(finished: Path) -> None:
    done = pipeline("trace", "参学率", "--unit", "青禾供水", "--period", "2023H1", folder=finished)

    title, *lines = done.stdout.splitlines()
    share, numerator, denominator = map(float, re.findall(r"：([\d.]+)%（(\d+) ÷ (\d+)）$", title)[0])
    assert share == round(100 * numerator / denominator, 1)
    parts = [re.match(r"\s+(?:(\d+) ÷ (\d+)|未知)  2023", line) for line in lines]
    assert [sum(int(part[of] or 0) for part in parts if part) for of in (1, 2)] == [numerator, denominator]
    assert all(parts)


def test_trace_calls_an_approximate_figure_approximate(finished: Path) -> None:
    done = pipeline("trace", "受众人次", "--unit", "青禾供水", "--period", "2023H1", folder=finished)
    assert "受众人次：约1901" in done.stdout.splitlines()[0]


def test_trace_names_the_month_of_a_record_whose_day_nobody_knows(finished: Path) -> None:
    done = pipeline("trace", TALKS, "--unit", "公交一车队", "--period", "2023H1", folder=finished)

    assert re.findall(r"2023\S+", done.stdout)[1::2] == [f"2023年{month}月" for month in range(1, 7)]


def test_trace_takes_the_scope_that_is_asked_for(finished: Path) -> None:
    titles = [
        pipeline("trace", TALKS, "--scope", scope, "--period", "2023H1", folder=finished).stdout.splitlines()[0]
        for scope in ("own", "all")
    ]

    assert titles == [f"望舒市公用服务集团有限公司 2023年上半年 {TALKS}：{number}" for number in (10, 60)]


def test_trace_since_the_last_run_says_what_changed_and_why(place: Path) -> None:
    (ledger,) = (place / "input").rglob("玄圃园林/谈心谈话.csv")
    text = ledger.read_bytes().decode("gb18030")
    ledger.write_bytes(text.replace("2023.6.9", "2022.6.9").encode("gb18030"))

    done = pipeline("trace", TALKS, "--since", "last", "--period", "2023H1", folder=place)

    title, line = done.stdout.splitlines()
    assert re.search(r"（与运行 [0-9a-f]{12} 相比）$", title)
    assert "1 → 无  删去或不再计入的行" in line


# --- close and forms -------------------------------------------------------------------------------------------------


def test_close_keeps_the_figures_and_never_over_others(place: Path) -> None:
    first, second = (pipeline("close", "2023年上半年", folder=place) for _ in range(2))

    signed = place / "input" / "往期" / "2023H1.csv"
    assert (first.returncode, second.returncode) == (0, 2)
    assert first.stdout.strip() == f"已签发：{signed.relative_to(place)}"
    assert signed.read_bytes() == (place / "output" / "2023H1" / "figures.csv").read_bytes()
    assert "已经签发过" in second.stderr


def test_a_signed_period_that_is_run_again_with_other_ledgers_says_where_its_revisions_stand(place: Path) -> None:
    pipeline("close", "2023H1", folder=place)
    next((place / "input").rglob("玄圃园林/谈心谈话.csv")).unlink()

    done = pipeline("run", "2023H1", "--parts", "figures", "--jobs", "1", folder=place)

    assert "这一期已经签发：与签发时不同的数列在其中的 修订.csv" in done.stdout
    assert (place / "output" / "2023H1" / "修订.csv").is_file()


def test_a_period_that_no_template_fits_says_that_there_is_no_report(place: Path) -> None:
    done = pipeline("run", "2023H2", "--parts", "reports", "--jobs", "1", folder=place)

    assert "没有生成报告：templates/报告 里没有适用于2023年下半年的模板" in done.stdout


@pytest.mark.parametrize(("given", "period"), [(["2023H1"], "2023H1"), ([], "2023H2")])
def test_forms_are_for_the_period_given_or_the_one_after_the_last_run(
    place: Path, given: list[str], period: str
) -> None:
    done = pipeline("forms", *given, folder=place)

    folder = place / "output" / "填报表" / period
    assert done.stdout.strip() == f"填报表 {len(list(folder.glob('*.xlsx')))} 份，在 {folder.relative_to(place)}"
    assert (folder / "青禾供水分公司.xlsx").is_file()


def test_forms_that_somebody_filled_in_are_not_lost(place: Path) -> None:
    pipeline("forms", "2023H2", folder=place)
    form = place / "output" / "填报表" / "2023H2" / "青禾供水分公司.xlsx"
    blank = form.read_bytes()
    form.write_bytes(b"filled in")

    done = pipeline("forms", "2023H2", folder=place)

    kept = form.parent.with_name("2023H2（改过的）")
    assert done.stdout.splitlines()[1] == f"原来改过或添加的文件 1 个没有丢，留在 {kept.relative_to(place)}"
    assert (kept / form.name).read_bytes() == b"filled in"
    assert form.read_bytes() == blank


def test_a_report_edited_where_it_was_made_is_not_lost_in_the_next_run(place: Path) -> None:
    report = place / "output" / "2023H1" / "报告" / REPORT
    made = report.read_bytes()
    report.write_bytes(b"edited")

    done = pipeline("run", "2023H1", "--parts", "figures,reports", "--jobs", "1", folder=place)

    assert "原来改过或添加的文件 1 个没有丢" in done.stdout
    assert (place / "output" / "2023H1（改过的）" / "报告" / REPORT).read_bytes() == b"edited"
    assert report.read_bytes() == made


def test_forms_ask_for_the_period_where_nothing_was_run(place: Path) -> None:
    done = pipeline("forms", "--output", "elsewhere", folder=place)

    assert done.returncode == 2
    assert "pipeline forms 2023H2" in done.stderr


# --- templates -------------------------------------------------------------------------------------------------------


def test_lint_of_whole_templates_ends_with_0_and_leaves_the_handbook(place: Path) -> None:
    done = pipeline("lint", folder=place)

    assert done.returncode == 0
    assert f"{REPORT}：没有错误" in done.stdout
    assert (place / "templates" / "变量手册.docx").is_file()


def test_lint_says_where_each_mistake_stands_and_ends_with_1(place: Path) -> None:
    path = place / "templates" / "报告" / REPORT
    template = docx.Document(str(path))
    template.add_paragraph("谈心谈话{{ 谈心谈话次 }}次")
    template.save(str(path))
    path.with_name("上半年坏.docx").write_bytes(b"no document")

    done = pipeline("lint", folder=place)

    assert done.returncode == 1
    assert re.search(r"第\d+段“{{ 谈心谈话次 }}” 没有这个名称。.*是不是“谈心谈话次数”", done.stdout)
    assert "上半年坏.docx：1 处要改\n  不是能打开的 Word 文档" in done.stdout
    assert {"上半年工作报告.lint.docx", "上半年工作报告.lint.csv"} <= {each.name for each in path.parent.iterdir()}


def test_adopt_leaves_a_template_and_its_list_beside_the_old_report(place: Path) -> None:
    shutil.copy(place / "output" / "2023H1" / "报告" / REPORT, place / "去年.docx")

    done = pipeline("adopt", "去年.docx", folder=place)

    assert done.returncode == 0
    assert re.match(r"找到 \d+ 处，填上指标 \d+ 处", done.stdout)
    assert {"去年.template.docx", "去年.template.csv"} <= {each.name for each in place.iterdir()}


def test_adopt_keeps_a_template_that_was_worked_on(place: Path) -> None:
    shutil.copy(place / "output" / "2023H1" / "报告" / REPORT, place / "去年.docx")
    pipeline("adopt", "去年.docx", folder=place)
    adopted = (place / "去年.template.docx").read_bytes()
    (place / "去年.template.docx").write_bytes(b"worked on")

    first, second = (pipeline("adopt", "去年.docx", folder=place).stdout for _ in range(2))

    assert first.startswith("原来的一份没有丢，留作 去年（原来的）.template.docx\n")
    assert (place / "去年（原来的）.template.docx").read_bytes() == b"worked on"
    assert (place / "去年.template.docx").read_bytes() == adopted
    assert "没有丢" not in second


def test_adopt_of_a_plain_text_says_that_a_template_must_be_a_word_document(place: Path) -> None:
    (place / "去年.txt").write_text("上半年共开展谈心谈话9次。", encoding="utf-8")

    done = pipeline("adopt", "去年.txt", folder=place)

    assert "{{ 谈心谈话次数 }}" in (place / "去年.template.txt").read_text(encoding="utf-8")
    assert "粘贴到 Word 文档里" in done.stdout


# --- verify ----------------------------------------------------------------------------------------------------------


def test_verify_of_an_untouched_report_ends_with_0(place: Path) -> None:
    report = place / "output" / "2023H1" / "报告" / REPORT

    done = pipeline("verify", str(report), folder=place)

    assert done.returncode == 0
    assert "没有矛盾" in done.stdout
    assert report.with_name("上半年工作报告.verify.csv").is_file()


def test_verify_of_a_changed_number_names_it_and_ends_with_1(place: Path) -> None:
    report = place / "终稿.docx"
    edited = docx.Document(str(place / "output" / "2023H1" / "报告" / REPORT))
    (number,) = [text for text in edited.element.iter(f"{{{edited.element.nsmap['w']}}}t") if text.text == "12.25"]
    number.text = "12.52"
    edited.save(str(report))

    done = pipeline("verify", "终稿.docx", folder=place)

    assert done.returncode == 1
    assert re.search(r"第\d+段“12.52” 与运行结果不符。.*“12.25”", done.stdout)
    assert done.stdout.splitlines()[-2:] == ["矛盾 1 处", "逐处的结果在 终稿.verify.csv"]
    assert report.with_name("终稿.verify.docx").is_file()
