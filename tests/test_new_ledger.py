"""A ledger that only templates/ knows: counted, compared and cross-checked like the five that the repository has."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from textwrap import dedent

import openpyxl
import pytest
from grids import sheet as drawn

from pipeline import definitions
from pipeline.errors import DefinitionError
from pipeline.period import Period
from pipeline.run import Options, run

ROOT = Path(__file__).parents[1]
REGISTER = (
    ("单位名称", "简称及别名", "上级单位", "级别", "是否应报", "党员人数", "职工人数"),
    ("云岭集团", "", "", "", "否"),
    ("云岭一分公司", "", "云岭集团", "", "是"),
)
VISITS = """
[[ledger]]
id = "visit"
name = "走访台账"
words = ["走访", "慰问"]

[[ledger.field]]
name = "unit"
header = "单位"
type = "unit"

[[ledger.field]]
name = "start_date"
header = "走访时间"
type = "date"
need = "R"

[[ledger.field]]
name = "way"
header = "走访方式"
type = "choice"
need = "R"
choices = [["上门走访", "入户"], ["电话访问"], ["其他"]]

[[ledger.field]]
name = "matter"
header = "走访事项"
type = "text"

[[ledger.field]]
name = "sessions"
header = "走访次数"
type = "quantity"
default = 1
"""
COUNT = """
[[indicator]]
id = "visit.home"
name = "上门走访次数"
kind = "sum"
field = "sessions"
where = { way = ["上门走访"] }
measure_word = "次"
scope = "own"
rule = "走访方式为上门走访的次数之和"
"""


class Workspace:
    def __init__(self, folder: Path, ledger: str = VISITS, indicators: str = COUNT) -> None:
        self.folder, self.templates = folder, folder / "templates"
        shutil.copytree(ROOT / "templates", self.templates, ignore=shutil.ignore_patterns("报告", "参考数据.xlsx"))
        (self.templates / "报告").mkdir()
        for name, more in (("ledgers.toml", ledger), ("indicators.toml", indicators)):
            path = self.templates / name
            path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
        book = openpyxl.load_workbook(ROOT / "templates" / "参考数据.xlsx")
        sheet = book["单位名册"]
        sheet.delete_rows(1, sheet.max_row)
        for row in REGISTER:
            sheet.append(row)
        for name in ("目标", "裁定", "自定义指标"):
            if name in book.sheetnames:
                book[name].delete_rows(2, book[name].max_row)
        book.save(self.templates / "参考数据.xlsx")

    def send(self, name: str, text: str) -> None:
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        for cells in drawn(dedent(text)).rows:
            sheet.append(cells)
        path = self.folder / "input" / "2023年上半年" / "云岭一分公司" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        book.save(path)

    def run(self, indicator: str = "visit.home") -> tuple[str, list[tuple[str, str, str]]]:
        """A figure of the unit's own, and (severity, code, row) of what was found in its files."""
        options = Options(
            self.folder / "input", self.folder / "output", self.templates, Period.parse("2023H1"), jobs=1, parts=("figures",)
        )  # fmt: skip
        place = run(options).folder
        with (place / "figures.csv").open(encoding="utf-8-sig", newline="") as file:
            (value,) = [
                row["value"]
                for row in csv.DictReader(file)
                if (row["unit"], row["scope"], row["indicator"]) == ("云岭一分公司", "own", indicator)
            ]
        with (place / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
            found = [(row["severity"], row["code"], row["row"]) for row in csv.DictReader(file) if row["file"]]
        return value, found


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def test_equal_rows_are_counted_once_and_like_rows_are_suspected(workspace: Workspace) -> None:
    workspace.send(
        "走访台账.xlsx",
        """
        走访时间  | 走访方式 | 走访事项 | 走访次数
        2023-03-05 | 上门走访 | 送温暖 | 2
        2023-03-05 | 上门走访 | 送温暖 | 2
        2023-03-06 | 上门走访 | 送清凉 | 1
        2023-03-06 | 上门走访 | 送清凉 | 3
        2023-03-06 | 电话访问 | 送清凉 | 3
        """,
    )

    value, found = workspace.run()

    assert value == "6"
    assert found == [("warning", "row-duplicate", "3"), ("warning", "row-suspect-duplicate", "5")]


def test_a_crosstab_beside_the_details_is_not_added(workspace: Workspace) -> None:
    workspace.send(
        "走访台账.xlsx",
        """
        走访时间  | 走访方式 | 走访事项 | 走访次数
        2023-01-05 | 上门走访 | 甲 | 2
        2023-02-05 | 上门走访 | 乙 | 1
        2023-03-06 | 上门走访 | 丙 | 1
        """,
    )
    workspace.send(
        "各月汇总.xlsx",
        """
        2023年上半年上门走访次数（走访）
        单位 | 1月 | 2月 | 3月 | 4月 | 5月 | 6月
        云岭一分公司 | 2 | 1 | 1 | | |
        """,
    )

    value, found = workspace.run()

    assert value == "4"
    assert ("warning", "row-duplicate", "3") in found


REPLIED = """
[[ledger.field]]
name = "urgency"
header = "紧急程度"
type = "choice"
choices = [["紧急"], ["普通"]]

[[ledger.field]]
name = "replied_at"
header = "答复时间"
type = "datetime"
"""
TIMELY = """
[[indicator]]
id = "visit.timely"
name = "及时答复率"
kind = "timely"
field = "start_date"
over = "replied_at"
limits = { "紧急" = 2, "" = 24 }
measure_word = "%"
scope = "own"
rule = "按时答复的走访除以有两个时间的走访"
"""
UNRANKED = """
[[indicator]]
id = "visit.unranked"
name = "未分级走访数"
kind = "count"
where = { urgency = ["（空白）"] }
measure_word = "次"
scope = "own"
rule = "紧急程度空白的走访数"
"""


@pytest.fixture
def replies(tmp_path: Path) -> Workspace:
    """With the hour of every visit and of the reply to it, which is due by how urgent the visit was."""
    visits = VISITS.replace('type = "date"', 'type = "datetime"')
    visits = visits.replace('name = "走访台账"\n', 'name = "走访台账"\norder = ["start_date", "replied_at"]\n')
    return Workspace(tmp_path, visits + REPLIED, COUNT + TIMELY + UNRANKED)


def test_limits_go_by_a_choice_of_its_own(replies: Workspace) -> None:
    replies.send(
        "走访台账.xlsx",
        """
        走访时间         | 走访方式 | 走访事项 | 紧急程度 | 答复时间
        2023-03-05 08:00 | 上门走访 | 甲 | 紧急 | 2023-03-05 09:00
        2023-03-06 08:00 | 上门走访 | 乙 | 紧急 | 2023-03-06 11:00
        2023-03-07 08:00 | 上门走访 | 丙 | 普通 | 2023-03-07 11:00
        2023-03-08 08:00 | 上门走访 | 丁 | 普通 | 2023-03-08 12:00
        """,
    )

    assert replies.run("visit.timely") == ("0.75", [])


def test_times_that_run_backwards_are_told_and_waited_for_by_nobody(replies: Workspace) -> None:
    replies.send(
        "走访台账.xlsx",
        """
        走访时间         | 走访方式 | 走访事项 | 紧急程度 | 答复时间
        2023-03-05 08:00 | 上门走访 | 甲 | 普通 | 2023-03-04 09:00
        2023-03-06 08:00 | 上门走访 | 乙 | 普通 | 2023-03-08 11:00
        """,
    )

    assert replies.run("visit.timely") == ("0", [("warning", "incident-order", "2")])


def test_a_blank_that_an_indicator_counts_is_asked_for(replies: Workspace) -> None:
    replies.send(
        "走访台账.xlsx",
        """
        走访时间         | 走访方式 | 走访事项 | 紧急程度 | 答复时间
        2023-03-05 08:00 | 上门走访 | 甲 | 普通 |
        2023-03-06 08:00 | 上门走访 | 乙 |      |
        """,
    )

    assert replies.run("visit.unranked") == ("1", [("warning", "choice-unknown", "3")])


def test_a_number_is_one_whatever_its_field_is_called(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, VISITS.replace("sessions", "value"), COUNT.replace("sessions", "value"))
    workspace.send(
        "走访台账.xlsx",
        """
        走访时间   | 走访方式 | 走访事项 | 走访次数
        2023-03-05 | 上门走访 | 送温暖   | 2
        """,
    )

    assert workspace.run() == ("2", [])


def test_a_day_besides_that_of_the_event_is_read(tmp_path: Path) -> None:
    visits = VISITS.replace('name = "走访台账"\n', 'name = "走访台账"\norder = ["start_date", "replied_at"]\n')
    workspace = Workspace(tmp_path, visits + REPLIED.replace('"datetime"', '"date"'))
    workspace.send(
        "走访台账.xlsx",
        """
        走访时间   | 走访方式 | 走访事项 | 答复时间
        2023-03-05 | 上门走访 | 甲 | 2023-03-04
        2023-03-06 | 上门走访 | 乙 | 2月30日
        """,
    )

    assert workspace.run() == ("2", [("error", "date-invalid", "3"), ("warning", "incident-order", "2")])


def test_what_tells_events_apart_must_be_a_field_of_that_kind(tmp_path: Path) -> None:
    wrong = Workspace(tmp_path, VISITS.replace('name = "走访台账"\n', 'name = "走访台账"\nkind = "wai"\n'))

    with pytest.raises(DefinitionError, match=r"ledgers\.toml.*kind.*wai.*way"):
        definitions.load(wrong.templates)


def test_only_times_follow_one_another(tmp_path: Path) -> None:
    wrong = Workspace(
        tmp_path, VISITS.replace('name = "走访台账"\n', 'name = "走访台账"\norder = ["start_date", "way"]\n')
    )

    with pytest.raises(DefinitionError, match=r"ledgers\.toml.*order.*way.*start_date"):
        definitions.load(wrong.templates)


def test_a_limit_must_be_that_of_one_choice(tmp_path: Path) -> None:
    twice = VISITS + REPLIED + REPLIED.replace("urgency", "rank").replace("紧急程度", "等级").split("\n\n")[0]
    unclear = Workspace(tmp_path, twice, COUNT + TIMELY)

    with pytest.raises(DefinitionError, match=r"visit\.timely\.limits\.紧急.*urgency、rank"):
        definitions.load(unclear.templates)
