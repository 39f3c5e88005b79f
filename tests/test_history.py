"""History: the archive across periods, signed periods, and why a figure is not what it was."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from pipeline import commands, definitions, run
from pipeline.commands import Traced
from pipeline.errors import OutputError, PipelineError
from pipeline.figures import archive
from pipeline.model import Figure
from pipeline.period import Period
from pipeline.review.trace import Line
from pipeline.run import Options, Progress

ROOT = Path(__file__).parents[1]
HEADER = ("学习时间", "学习形式", "学习内容", "实到人数")
REGISTER = (
    ("单位名称", "简称及别名", "上级单位", "级别", "是否应报", "党员人数", "职工人数"),
    ("星河集团", "集团", "", "公司级", "是", 30, 60),
    ("甲分公司", "", "星河集团", "车间级", "是", 10, 20),
)


class Workspace:
    """Three folders with a small register, and the ledgers that a test puts there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(
            ROOT / "templates", folder / "templates", ignore=shutil.ignore_patterns("报告", "参考数据.xlsx")
        )
        (folder / "templates" / "报告").mkdir()
        (folder / "input").mkdir()
        self.register(*REGISTER)

    def register(self, *rows: tuple[str | int, ...]) -> None:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = "单位名册"
        for row in rows:
            sheet.append(row)
        for name, header in (
            ("媒体名录", ("媒体", "别名", "渠道")),
            ("目标", ("指标", "单位", "期间", "下限", "依据")),
        ):
            book.create_sheet(name).append(header)
        book.save(self.folder / "templates" / "参考数据.xlsx")

    def ledger(self, file: str, *rows: tuple[str | int, ...], header: tuple[str, ...] = HEADER) -> None:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(header)
        for row in rows:
            sheet.append(row)
        path = self.folder / "input" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        book.save(path)

    def options(self, period: str) -> Options:
        input, output, templates = (self.folder / name for name in ("input", "output", "templates"))
        return Options(input, output, templates, Period.parse(period), jobs=1, parts=("figures",))

    def run(self, period: str = "2023H1") -> Figure:
        """The root's 中心组学习次数 with all under it."""
        return run.run(self.options(period)).figures.get(0, "study.center_group", "all")

    def close(self, period: str) -> Path:
        folders = (self.folder / name for name in ("input", "output", "templates"))
        return commands.close(Period.parse(period), *folders)

    def changes(self, unit: str | None = None) -> list[tuple[str, int, object, object]]:
        """(cause, row, before, after) since the last run, by default of the root."""
        traced: Traced = commands.trace(self.options("2023H1"), "中心组学习次数", unit, "all", "last", Progress())
        assert traced.changes is not None

        def adds(line: Line | None) -> object:
            return line.adds if line else 0

        return [(each.cause, each.line.row, adds(each.before), adds(each.after)) for each in traced.changes]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


FIRST = ("2023-01-05", "中心组学习", "第一讲", 10)
SECOND = ("2023-02-06", "中心组学习", "第二讲", 11)


def test_the_previous_period_and_last_year_come_from_the_archive_when_the_input_no_longer_has_them(
    workspace: Workspace,
) -> None:
    for file, day in (
        ("2022年上半年/甲分公司学习台账.xlsx", "2022-03-01"),
        ("2022年下半年/甲分公司学习台账.xlsx", "2022-09-01"),
    ):
        workspace.ledger(file, (day, "中心组学习", "旧讲", 5))
    workspace.ledger("2022年下半年/集团学习台账.xlsx", ("2022-10-08", "中心组学习", "又一讲", 5))
    workspace.ledger("2023年上半年/甲分公司学习台账.xlsx", FIRST)
    assert (workspace.run("2022H1").value, workspace.run("2022H2").value) == (1, 2)
    shutil.rmtree(workspace.folder / "input" / "2022年上半年")
    shutil.rmtree(workspace.folder / "input" / "2022年下半年")

    figure = workspace.run("2023H1")

    assert (figure.value, figure.previous, figure.last_year) == (1, 2, 1)


@pytest.mark.parametrize("kept", ["in the input", "in the archive", "signed"])
def test_an_approximate_number_of_an_earlier_period_stays_approximate(workspace: Workspace, kept: str) -> None:
    for year, period in ((2022, "上半年"), (2022, "下半年")):
        day = f"{year}-0{3 if period == '上半年' else 9}-01"
        workspace.ledger(f"{year}年{period}/甲分公司学习台账.xlsx", (day, "中心组学习", "旧讲", "100余"))
    workspace.ledger("2023年上半年/甲分公司学习台账.xlsx", ("2023-01-05", "中心组学习", "第一讲", 120))
    if kept != "in the input":
        for earlier in ("2022H1", "2022H2"):
            workspace.run(earlier)
            if kept == "signed":
                workspace.close(earlier)
        shutil.rmtree(workspace.folder / "input" / "2022年上半年")
        shutil.rmtree(workspace.folder / "input" / "2022年下半年")

    figures = run.run(workspace.options("2023H1")).figures

    figure = figures.get(0, "study.attendance", "all")
    assert (figure.value, figure.last_year, figure.previous) == (120, 100, 100)
    assert figure.exact
    assert (figure.last_year_bounds, figure.previous_bounds) == ((101, 199), (101, 199))
    sessions = figures.get(0, "study.center_group", "all")
    assert (sessions.last_year, sessions.last_year_bounds, sessions.previous_bounds) == (1, None, None)


def test_a_signed_approximate_number_that_is_the_same_is_no_revision(workspace: Workspace) -> None:
    workspace.ledger("2023年上半年/甲分公司学习台账.xlsx", ("2023-01-05", "中心组学习", "第一讲", "100余"))
    workspace.run()
    workspace.close("2023H1")

    run.run(workspace.options("2023H1"))

    assert not (workspace.folder / "output" / "2023H1" / "修订.csv").exists()


def test_a_run_up_to_a_day_before_the_end_is_no_base_for_the_whole_period(workspace: Workspace) -> None:
    workspace.ledger(
        "甲分公司2022年上半年学习台账.xlsx",
        ("2022-01-05", "中心组学习", "甲", 9),
        ("2022-05-06", "中心组学习", "乙", 9),
    )
    workspace.run("2022H1")
    run.run(replace(workspace.options("2022H1"), as_of=date(2022, 3, 31)))
    path = workspace.folder / "output" / "archive.db"
    latest, whole = archive.runs(path)
    assert (latest.as_of, archive.whole(path, Period.parse("2022H1"))) == (date(2022, 3, 31), whole)
    shutil.rmtree(workspace.folder / "input")
    workspace.ledger("甲分公司2023年上半年学习台账.xlsx", ("2023-01-05", "中心组学习", "甲", 9))
    assert workspace.run("2023H1").last_year == 2


def test_stray_rows_of_an_earlier_period_do_not_stand_for_it_where_the_archive_has_it(workspace: Workspace) -> None:
    workspace.ledger(
        "甲分公司2022年下半年学习台账.xlsx",
        ("2022-08-05", "中心组学习", "甲", 9),
        ("2022-09-06", "中心组学习", "乙", 9),
    )
    workspace.run("2022H2")
    shutil.rmtree(workspace.folder / "input")
    workspace.ledger(
        "甲分公司2023年上半年学习台账.xlsx",
        ("2023-01-05", "中心组学习", "丙", 9),
        ("2022-12-28", "中心组学习", "丁", 9),
    )
    assert workspace.run("2023H1").previous == 2


@pytest.mark.parametrize("stated", ["", "2022年上半年"])
def test_what_the_input_now_holds_of_an_earlier_period_goes_before_the_archive(
    workspace: Workspace, stated: str
) -> None:
    file, rows = f"甲分公司{stated}学习台账.xlsx", [("2022-01-05", "中心组学习", "甲", 9)]
    workspace.ledger(file, *rows)
    workspace.run("2022H1")
    workspace.ledger(file, *rows, ("2022-05-06", "中心组学习", "乙", 9))
    workspace.ledger("甲分公司2023年上半年学习台账.xlsx", ("2023-01-05", "中心组学习", "丙", 9))
    assert workspace.run("2023H1").last_year == 2


def test_a_half_year_in_the_input_does_not_stand_for_the_year_that_the_archive_has(workspace: Workspace) -> None:
    halves = (("上", ("2022-02-05", "中心组学习", "甲", 9)), ("下", ("2022-08-05", "中心组学习", "乙", 9)))
    for half, row in halves:
        workspace.ledger(f"甲分公司2022年{half}半年学习台账.xlsx", row)
    workspace.run("2022")
    (workspace.folder / "input" / "甲分公司2022年下半年学习台账.xlsx").unlink()
    workspace.ledger("甲分公司2023年学习台账.xlsx", ("2023-01-05", "中心组学习", "丙", 9))
    assert workspace.run("2023").last_year == 2


def test_without_input_archive_or_signed_period_there_is_no_figure_of_last_year(workspace: Workspace) -> None:
    workspace.ledger("2023年上半年/甲分公司学习台账.xlsx", FIRST)

    figure = workspace.run("2023H1")

    assert (figure.previous, figure.last_year) == (None, None)


def test_a_signed_period_wins_over_recomputing_and_outlives_the_archive(workspace: Workspace) -> None:
    workspace.ledger("2022年上半年/甲分公司学习台账.xlsx", ("2022-03-01", "中心组学习", "旧讲", 5))
    workspace.ledger("2023年上半年/甲分公司学习台账.xlsx", FIRST)
    workspace.run("2022H1")
    workspace.close("2022H1")
    workspace.ledger("2022年上半年/集团学习台账.xlsx", ("2022-04-01", "中心组学习", "晚报的一讲", 5))
    (workspace.folder / "output" / "archive.db").unlink()

    figure = workspace.run("2023H1")

    assert figure.last_year == 1


def test_what_differs_from_a_signed_period_is_a_revision(workspace: Workspace) -> None:
    workspace.ledger("2023年上半年/甲分公司学习台账.xlsx", FIRST)
    workspace.run()
    workspace.close("2023H1")
    revised = workspace.folder / "output" / "2023H1" / "修订.csv"
    workspace.run()
    assert not revised.exists()

    workspace.ledger("2023年上半年/集团学习台账.xlsx", SECOND)
    workspace.run()

    lines = revised.read_text(encoding="utf-8-sig").splitlines()
    assert "2023H1,星河集团,all,study.center_group,中心组学习次数,1,2" in lines
    assert not any("甲分公司" in line for line in lines)


def test_a_signed_period_is_never_overwritten(workspace: Workspace) -> None:
    workspace.ledger("2023年上半年/甲分公司学习台账.xlsx", FIRST)
    workspace.run()
    signed = workspace.close("2023H1").read_bytes()

    with pytest.raises(OutputError, match="不会覆盖"):
        workspace.close("2023H1")

    assert (workspace.folder / "input" / "往期" / "2023H1.csv").read_bytes() == signed


def test_a_signed_file_that_cannot_be_read_is_one_clear_line(workspace: Workspace) -> None:
    workspace.ledger("2023年上半年/甲分公司学习台账.xlsx", FIRST)
    (workspace.folder / "input" / "往期").mkdir()
    (workspace.folder / "input" / "往期" / "2022H1.csv").write_text("一,二\n三,四\n", encoding="utf-8")

    with pytest.raises(PipelineError, match=r"往期/2022H1\.csv"):
        workspace.run()


def test_a_broken_archive_is_one_clear_line(workspace: Workspace) -> None:
    workspace.ledger("2023年上半年/甲分公司学习台账.xlsx", FIRST)
    (workspace.folder / "output").mkdir()
    (workspace.folder / "output" / "archive.db").write_bytes(b"no database at all" * 100)

    with pytest.raises(OutputError, match="历史库"):
        workspace.run()


def test_the_archive_holds_no_digest_of_names(workspace: Workspace) -> None:
    workspace.ledger("2023年上半年/甲分公司学习台账.xlsx", (*FIRST, "某某"), header=(*HEADER, "主持人"))
    workspace.run()

    (run_,) = archive.runs(workspace.folder / "output" / "archive.db")
    frames = archive.records(workspace.folder / "output" / "archive.db", run_)

    assert set(frames) == {"study"}
    assert "key" not in frames["study"]


def test_figures_that_an_older_archive_holds_a_row_each_are_still_known(workspace: Workspace) -> None:
    workspace.ledger("2023年上半年/甲分公司学习台账.xlsx", FIRST)
    workspace.run()
    path, templates = workspace.folder / "output" / "archive.db", definitions.load(workspace.folder / "templates")
    (run_,) = archive.runs(path)
    before = archive.values(path, run_, templates)

    with sqlite3.connect(path) as connection:
        connection.execute("create table figures (run text, unit text, scope text, indicator text, value text)")
        for scope, indicator, numbers in connection.execute("select scope, indicator, numbers from columns").fetchall():
            rows = [(run_.id, *each, scope, indicator) for each in zip(run_.units, json.loads(numbers), strict=True)]
            connection.executemany(
                "insert into figures (run, unit, value, scope, indicator) values (?, ?, ?, ?, ?)", rows
            )
        connection.execute("delete from columns")
    connection.close()

    assert archive.values(path, run_, templates) == before
    assert any(before.values())


def test_the_same_run_is_kept_once(workspace: Workspace) -> None:
    workspace.ledger("2023年上半年/甲分公司学习台账.xlsx", FIRST)
    workspace.run()
    workspace.run()

    with sqlite3.connect(workspace.folder / "output" / "archive.db") as connection:
        assert connection.execute("select count(*) from runs").fetchone() == (1,)
    connection.close()


def test_the_archive_forgets_the_oldest_runs(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_KEPT", 2)
    for day in ("01", "02", "03"):
        workspace.ledger("2023年上半年/甲分公司学习台账.xlsx", (f"2023-01-{day}", "中心组学习", "一讲", 5))
        workspace.run()

    kept = archive.runs(workspace.folder / "output" / "archive.db")

    assert len(kept) == 2
    assert all(archive.records(workspace.folder / "output" / "archive.db", run_) for run_ in kept)


def test_forms_without_a_period_are_for_the_half_year_after_the_last(workspace: Workspace) -> None:
    workspace.ledger("2023年上半年/甲分公司学习台账.xlsx", FIRST)
    workspace.run()
    workspace.run("2023-09")
    folders = (workspace.folder / name for name in ("output", "templates", "input"))

    assert commands.forms(None, *folders).place.name == "2023H2"


# --- why a figure changed ------------------------------------------------------------------------------------------------


def new_file(workspace: Workspace) -> None:
    workspace.ledger("2023年上半年/集团学习台账.xlsx", SECOND)


def corrected_cell(workspace: Workspace) -> None:
    workspace.ledger(
        "2023年上半年/甲分公司学习台账.xlsx",
        FIRST,
        ("2023-03-08", "自学", "自学一讲", 3),
        ("2023-04-01", "中心组学习", "第三讲", 9),
    )


def missing_file(workspace: Workspace) -> None:
    (workspace.folder / "input" / "2023年上半年" / "甲分公司学习台账.xlsx").unlink()


def renamed_file(workspace: Workspace) -> None:
    path = workspace.folder / "input" / "2023年上半年" / "甲分公司学习台账.xlsx"
    path.rename(path.with_name("甲分公司的学习台账.xlsx"))


def new_alias(workspace: Workspace) -> None:
    workspace.register(*REGISTER[:2], ("甲分公司", "老甲", *REGISTER[2][2:]))


def changed_definition(workspace: Workspace) -> None:
    ledgers = workspace.folder / "templates" / "ledgers.toml"
    ledgers.write_text(
        ledgers.read_text(encoding="utf-8").replace('["中心组学习", ', '["中心组学习", "中心组大课", ', 1),
        encoding="utf-8",
    )


RENAMED = {"文件不在了": (1, 0), "文件改了名": (0, 1)}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (new_file, [("新文件", 2, 0, 1)]),
        (corrected_cell, [("删去或不再计入的行", 3, 1, 0), ("新增的行", 4, 0, 1)]),
        (missing_file, [("文件不在了", 2, 1, 0), ("文件不在了", 3, 1, 0)]),
        (renamed_file, [(cause, row, *was) for cause, was in RENAMED.items() for row in (2, 3)]),
        (new_alias, [("名册、媒体名录或裁定改动（如新增别名）", 2, 0, 1)]),
        (changed_definition, [("指标或台账定义改动", 2, 0, 1)]),
    ],
)
def test_since_the_last_run_each_change_has_its_row_and_its_cause(
    workspace: Workspace, change: Callable[[Workspace], None], expected: list[tuple[str, int, int, int]]
) -> None:
    workspace.ledger("2023年上半年/甲分公司学习台账.xlsx", FIRST, ("2023-03-08", "中心组学习", "中间一讲", 3))
    workspace.ledger("2023年上半年/其他.xlsx", ("老甲", *SECOND), header=("单位", *HEADER))
    workspace.ledger("2023年上半年/大课/甲分公司学习台账.xlsx", ("2023-05-09", "中心组大课", "大课", 40))
    workspace.run()
    change(workspace)

    assert workspace.changes() == expected


def test_what_changed_at_another_unit_is_no_change_of_a_units_figure(workspace: Workspace) -> None:
    workspace.ledger("2023年上半年/甲分公司学习台账.xlsx", FIRST)
    workspace.ledger("2023年上半年/集团学习台账.xlsx", SECOND)
    workspace.run()
    (workspace.folder / "input" / "2023年上半年" / "集团学习台账.xlsx").unlink()

    assert workspace.changes("甲分公司") == []
    assert workspace.changes() == [("文件不在了", 2, 1, 0)]


def test_nothing_changed_is_said_as_such(workspace: Workspace) -> None:
    workspace.ledger("2023年上半年/甲分公司学习台账.xlsx", FIRST)
    workspace.run()
    workspace.ledger("2023年上半年/集团学习台账.xlsx", ("2023-02-06", "自学", "自学", 11))
    workspace.run()
    workspace.ledger("2023年上半年/集团学习台账.xlsx", ("2023-02-07", "自学", "自学", 11))

    assert workspace.changes() == []


def test_before_the_end_of_the_period_last_year_counts_up_to_the_same_day(workspace: Workspace) -> None:
    for year in ("2022", "2023"):
        dates = (f"{year}-03-01", f"{year}-06-15")
        workspace.ledger(
            f"{year}年上半年/甲分公司学习台账.xlsx", *((day, "中心组学习", f"{day}一讲", 5) for day in dates)
        )
    options = workspace.options("2023H1")

    whole = run.run(options).figures.get(0, "study.center_group", "all")
    part = run.run(replace(options, as_of=date(2023, 5, 31))).figures.get(0, "study.center_group", "all")

    assert (whole.value, whole.last_year) == (2, 2)
    assert (part.value, part.last_year) == (1, 1)


def test_a_stray_later_row_does_not_decide_which_half_year_is_run(workspace: Workspace) -> None:
    workspace.ledger("2023年上半年/甲分公司学习台账.xlsx", FIRST, ("2023-08-01", "中心组学习", "下半年的一讲", 5))

    outcome = run.run(replace(workspace.options("2023H1"), period=None))

    assert outcome.figures.period.id == "2023H1"


def test_a_row_inside_what_its_file_states_is_not_reported_by_a_shorter_run(workspace: Workspace) -> None:
    workspace.ledger("2023年上半年/甲分公司学习台账.xlsx", FIRST, ("2022-12-30", "中心组学习", "去年的一讲", 5))

    outcome = run.run(workspace.options("2023-02"))

    found = [(f.code, f.origin.row) for f in outcome.findings if f.code == "date-out-of-period"]
    assert found == [("date-out-of-period", 3)]


def test_another_day_of_the_figures_is_the_cause_where_the_file_is_the_same(workspace: Workspace) -> None:
    workspace.ledger("2023年上半年/甲分公司学习台账.xlsx", FIRST, ("2023-06-25", "中心组学习", "末一讲", 3))
    run.run(replace(workspace.options("2023H1"), as_of=date(2023, 6, 20)))

    assert workspace.changes() == [("统计截止日由 2023-06-20 改为 2023-06-30", 3, 0, 1)]


def test_a_share_changes_with_what_it_is_divided_by(workspace: Workspace) -> None:
    header = ("学习时间", "学习形式", "学习内容", "实到人数", "应到人数")
    workspace.ledger("甲分公司2023年上半年学习台账.xlsx", (*FIRST, 20), header=header)
    workspace.run()
    workspace.ledger("甲分公司2023年上半年学习台账.xlsx", (*FIRST, 40), header=header)

    traced = commands.trace(workspace.options("2023H1"), "参学率", None, None, "last", Progress())

    assert "参学率：50.0% → 25.0%（10 ÷ 40）（与运行" in traced.title
    (change,) = traced.changes or ()
    assert change.before
    assert change.after
    assert (change.before.adds, change.before.base) == (10, 20)
    assert (change.after.adds, change.after.base) == (10, 40)


def test_a_share_of_the_register_changes_without_any_record(workspace: Workspace) -> None:
    header = ("单位", "指标", "数值", "时间")
    workspace.ledger("2023年上半年直报指标.xlsx", ("甲分公司", "受教育党员人数", 5, "2023-06-30"), header=header)
    workspace.run()
    workspace.register(*REGISTER[:2], (*REGISTER[2][:5], 20, 20))

    traced = commands.trace(workspace.options("2023H1"), "党员受教育率", "甲分公司", None, "last", Progress())

    assert "：50.0% → 25.0%（5 ÷ 20）" in traced.title
    assert (traced.changes, traced.cause) == ((), "名册、媒体名录或裁定改动（如新增别名）")
