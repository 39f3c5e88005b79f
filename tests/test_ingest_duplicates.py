"""Rows, tables and files that repeat one another, and what of a period a file holds."""

from __future__ import annotations

import pytest
from grids import harvest, marks, read, sheet

from pipeline.model import Harvest, Reading

HEAD = "学习时间 | 学习形式 | 学习内容 | 实到人数"
ROWS = [f"2023-0{i}-05 | 中心组学习 | 报告{i} | 1{i}" for i in range(1, 7)]


def ledger(
    *rows: str, file: str = "东坡水厂2023年上半年学习台账.xlsx", head: str = HEAD, modified: str = ""
) -> Reading:
    return read("\n".join([head, *rows]), file=file, modified=modified)


def counted(found: Harvest, ledger: str = "study") -> int:
    frame = found.records.get(ledger)
    return 0 if frame is None else len(frame["row"])


def adds_up(found: Harvest) -> bool:
    fates = [(a.counted, a.out_of_period, a.duplicate, a.rejected, a.structure) for a in found.accounting]
    return all(a.read == sum(fate) for a, fate in zip(found.accounting, fates, strict=True))


# --- rows ------------------------------------------------------------------------------------------------------------------


def test_an_equal_row_is_counted_once_and_the_later_is_named() -> None:
    found = harvest(ledger(ROWS[0], ROWS[1], ROWS[0]))

    assert counted(found) == 2
    assert marks(found.findings) == {("row-duplicate", "4")}
    assert adds_up(found)


def test_ordinals_and_remarks_do_not_make_rows_different() -> None:
    found = harvest(
        ledger(
            "1 | 2023-03-05 | 党课 | 报告 | 甲",
            "2 | 2023-03-05 | 党课 | 报告 | 乙",
            head="序号 | 学习时间 | 学习形式 | 学习内容 | 备注",
        )
    )

    assert counted(found) == 1


@pytest.mark.parametrize("header", ["被谈话人", "姓名", "谈话同志"])
def test_ten_talks_of_one_day_with_ten_people_are_ten(header: str) -> None:
    rows = [f"2023-03-05 | 谈心谈话 | 思想动态 | {name}某" for name in "甲乙丙丁戊己庚辛壬癸"]
    found = harvest(
        ledger(*rows, rows[0], head=f"谈话时间 | 谈话类型 | 谈话主题 | {header}", file="东坡水厂2023年谈话.xlsx")
    )

    assert counted(found, "talk") == 10
    assert ("row-duplicate", "12") in marks(found.findings)
    assert "某" not in repr({name: column.tolist() for name, column in found.records["talk"].items()})


def test_rows_that_differ_in_a_number_only_are_suspect_and_counted() -> None:
    found = harvest(ledger(ROWS[0], ROWS[0][:-2] + "99"))

    assert counted(found) == 2
    assert marks(found.findings) == {("row-suspect-duplicate", "3")}


@pytest.mark.parametrize("row", ["2023年3月 | 党课 | 报告 | 12", "2023-03-05 | 党课 | | 12"])
def test_equal_rows_without_a_day_or_a_topic_are_suspect_and_counted(row: str) -> None:
    found = harvest(ledger(row, row))

    assert counted(found) == 2
    assert marks(found.findings, "row-suspect-duplicate", "row-duplicate") == {("row-suspect-duplicate", "3")}


def test_a_joint_event_counts_for_each_unit_and_is_told() -> None:
    row = "2023-03-05 | 主题党日 | 联合开展植树 | 12"
    found = harvest(ledger(row), ledger(row, file="南浦营业所2023年学习.xlsx"))

    assert counted(found) == 2
    assert [(f.unit, f.code) for f in found.findings] == [("东坡水厂", "row-joint"), ("南浦营业所", "row-joint")]


def test_the_same_rows_in_a_book_of_all_units_are_counted_once() -> None:
    book = "\n".join(["单位 | " + HEAD, *(f"东坡水厂 | {row}" for row in ROWS), f"南浦营业所 | {ROWS[0]}"])
    found = harvest(ledger(*ROWS), read(book, file="青禾供水各单位2023年上半年学习台账.xlsx"))

    assert counted(found) == 7
    assert {code for code, _ in marks(found.findings)} == {"row-duplicate"}
    assert adds_up(found)


# --- files -----------------------------------------------------------------------------------------------------------------

CHANGED = [*ROWS[:5], ROWS[5][:-2] + "60"]


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("学习台账.xlsx", "学习台账(1).xlsx"),
        ("学习台账(1).xlsx", "学习台账（2）.xlsx"),
        ("学习台账.xlsx", "学习台账（修改版）.xlsx"),
        ("学习台账.xlsx", "学习台账终稿.xlsx"),
        ("学习台账.xlsx", "学习台账v2.xlsx"),
        ("学习台账v2.xlsx", "学习台账V3.xlsx"),
        ("学习台账最终版.xlsx", "学习台账最终版2.xlsx"),
        ("学习台账终稿.xlsx", "学习台账终稿(1).xlsx"),
        ("学习台账.xlsx", "学习台账第二版.xlsx"),
    ],
)
def test_the_newer_version_by_its_name_counts(older: str, newer: str) -> None:
    found = harvest(ledger(*ROWS, file=f"东坡水厂2023年{older}"), ledger(*CHANGED, file=f"东坡水厂2023年{newer}"))

    assert counted(found) == 6
    assert [(f.code, f.origin.file) for f in found.findings] == [("file-superseded", f"东坡水厂2023年{older}")]
    assert dict(found.findings[0].values) == {
        "other": f"东坡水厂2023年{newer}", "why": "新增或改动1条，删去或改动1条", "count": "5",
    }  # fmt: skip
    assert adds_up(found)


def test_the_newer_version_by_the_document_s_own_time_counts_and_a_copy_is_not_newer() -> None:
    early = ledger(*ROWS, file="副本(2)东坡水厂2023年学习.xlsx", modified="2023-07-01")
    late = ledger(*CHANGED, file="东坡水厂2023年学习.xlsx", modified="2023-07-05")

    assert [f.origin.file for f in harvest(early, late).findings] == ["副本(2)东坡水厂2023年学习.xlsx"]


@pytest.mark.parametrize("name", ["东坡水厂2023年6月.xlsx", "东坡水厂2023年学习台账修改版.xlsx"])
def test_a_newer_file_of_a_few_rows_of_another_takes_nothing_from_it(name: str) -> None:
    early = ledger(*ROWS, file="东坡水厂2023年学习台账.xlsx", modified="2023-07-01")
    found = harvest(early, ledger(ROWS[0], file=name, modified="2023-07-05"))

    assert counted(found) == 6
    assert [f.code for f in found.findings] == ["row-duplicate"]
    assert adds_up(found)


def test_a_newer_file_with_a_changed_row_and_few_others_is_asked_about_row_by_row() -> None:
    early = ledger(*ROWS, file="东坡水厂2023年学习台账.xlsx", modified="2023-07-01")
    found = harvest(early, ledger(CHANGED[5], file="东坡水厂2023年补充.xlsx", modified="2023-07-05"))

    assert counted(found) == 7
    assert [f.code for f in found.findings] == ["row-suspect-duplicate"]


def test_a_quarter_whose_rows_the_half_year_repeats_is_counted_once() -> None:
    quarter = ledger(*ROWS[:4], file="东坡水厂2023年一季度学习.xlsx")
    found = harvest(quarter, ledger(*ROWS, file="东坡水厂2023年上半年学习.xlsx"))

    assert counted(found) == 6
    assert [f.code for f in found.findings] == ["row-duplicate"] * 4
    assert adds_up(found)


def test_versions_without_a_sign_of_age_are_neither_counted() -> None:
    found = harvest(ledger(*ROWS, file="东坡水厂2023年a.xlsx"), ledger(*CHANGED, file="东坡水厂2023年b.xlsx"))

    assert counted(found) == 0
    assert [(f.code, f.severity.value) for f in found.findings] == [("file-conflict", "error")] * 2
    assert not found.coverage
    assert sum(account.rejected for account in found.accounting) == 12
    assert adds_up(found)


@pytest.mark.parametrize("others", [("v2", "终稿"), ("(1)", "修改版"), ("修改版2", "终稿")])
def test_of_marks_of_two_kinds_the_document_s_own_time_tells_the_newer(others: tuple[str, str]) -> None:
    names = [f"东坡水厂2023年学习{other}.xlsx" for other in others]
    unsaid = harvest(*(ledger(*rows, file=name) for name, rows in zip(names, (ROWS, CHANGED), strict=True)))
    first = ledger(*ROWS, file=names[0], modified="2023-07-01")
    timed = harvest(first, ledger(*CHANGED, file=names[1], modified="2023-07-02"))

    assert [f.code for f in unsaid.findings] == ["file-conflict"] * 2
    assert [(f.code, f.origin.file) for f in timed.findings] == [("file-superseded", names[0])]


def test_a_third_version_settles_a_conflict_of_two() -> None:
    names = ("东坡水厂2023年a.xlsx", "东坡水厂2023年b.xlsx", "东坡水厂2023年终稿.xlsx")
    found = harvest(*(ledger(*rows, file=name) for rows, name in zip((ROWS, CHANGED, ROWS), names, strict=True)))

    assert counted(found) == 6
    assert [f.code for f in found.findings] == ["file-superseded"] * 2


def test_a_correction_of_one_ledger_leaves_the_other_ledger_of_the_older_book() -> None:
    talks = sheet("谈话时间 | 谈话类型 | 谈话主题\n2023-03-05 | 谈心谈话 | 思想", "谈话")
    older = read(sheet("\n".join([HEAD, *ROWS]), "学习"), talks, file="东坡水厂2023年台账.xlsx")
    found = harvest(older, ledger(*CHANGED, file="东坡水厂2023年台账修改版.xlsx"))

    assert (counted(found), counted(found, "talk")) == (6, 1)
    assert [f.code for f in found.findings] == ["file-superseded"]
    assert adds_up(found)


def test_monthly_parts_are_added() -> None:
    found = harvest(*(ledger(row, file=f"东坡水厂2023年{i}月学习.xlsx") for i, row in enumerate(ROWS, start=1)))

    assert counted(found) == 6
    assert not found.findings


# --- the period ------------------------------------------------------------------------------------------------------------


def test_rows_outside_the_period_and_after_the_day_are_listed() -> None:
    found = harvest(
        ledger("2022-12-31 | 党课 | 甲", "2023-06-25 | 党课 | 乙", "6月29日-7月2日 | 党课 | 丙"), as_of="2023-06-20"
    )

    assert marks(found.findings, "date-out-of-period", "date-in-future") == {
        ("date-out-of-period", "2"), ("date-in-future", "3"), ("date-out-of-period", "4"),
    }  # fmt: skip
    assert sum(account.out_of_period for account in found.accounting) == 3


def test_a_file_that_states_another_period_is_silent_about_it() -> None:
    found = harvest(ledger("2022-03-05 | 党课 | 甲", file="东坡水厂2022年上半年学习台账.xlsx"))

    assert not found.findings
    assert [str(period.id) for period in found.periods] == ["2022H1"]
