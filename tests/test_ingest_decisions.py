"""Whose a record is where cell, title and file speak, what 裁定 settles, and what is never guessed nor repeated."""

from __future__ import annotations

import pytest
from grids import errors, harvest, marks, read, records, sheet, values

LIST = "学习时间 | 学习形式 | 实到人数\n2023-03-05 | 党课 | 3"
OWNED = "单位 | 学习时间 | 学习形式\n东坡水厂 | 2023-03-05 | 党课\n | 2023-03-06 | 党课"
FILE = "东坡水厂2023年学习台账.xlsx"

# --- who it is of ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "file"),
    [
        ("青禾供水2023年学习台账", "望舒集团.xlsx"),
        ("东坡水厂2023年学习台账", "青禾供水/台账.xlsx"),
        ("东坡站2023年学习台账", "青禾供水/台账.xlsx"),
        ("XX单位2023年学习台账", "2023年.xlsx"),
    ],
)
def test_a_title_that_names_the_unit_or_one_above_it_is_no_conflict(title: str, file: str) -> None:
    assert records(read(f"{title}\n{OWNED}", file=file), "unit") == [("东坡水厂",)] * 2


@pytest.mark.parametrize(
    ("title", "file", "error"),
    [
        ("南浦营业所2023年学习台账", "台账.xlsx", {("unit-conflict", "A3"), ("unit-conflict", "A4")}),
        ("2023年学习台账", "南浦营业所.xlsx", {("unit-conflict", "A3"), ("unit-conflict", "A4")}),
        ("南浦营业所2023年学习台账", "东坡水厂.xlsx", {("unit-conflict", "Sheet1")}),
        ("填报单位：南浦营业所", "东坡水厂.xlsx", {("unit-conflict", "Sheet1")}),
    ],
)
def test_cell_title_and_file_that_disagree_are_asked_for(title: str, file: str, error: set[tuple[str, str]]) -> None:
    reading = read(f"{title}\n{OWNED}", file=file)

    assert errors(reading) == error
    assert not records(reading, "row")


@pytest.mark.parametrize("title", ["东坡水场2023年学习台账", "填报单位：东坡水场"])
def test_an_unknown_unit_is_never_taken_for_the_parent_that_the_folder_names(title: str) -> None:
    reading = read(f"{title}\n{LIST}", file="青禾供水/学习台账.xlsx")

    assert errors(reading) == {("unit-unknown", "Sheet1")}
    assert "东坡水厂" in values(reading.findings, "unit-unknown")["near"]


def test_a_broken_unit_cell_is_not_filled_from_above() -> None:
    reading = read(
        "单位 | 学习时间 | 学习形式\n东坡水厂 | 2023-03-05 | 党课\n#N/A | 2023-03-06 | 党课", file="青禾供水2023年.xlsx"
    )

    assert errors(reading) == {("formula-error", "A3")}
    assert len(records(reading, "row")) == 1


def test_the_errors_of_a_row_do_not_hide_one_another_and_are_given_once() -> None:
    reading = read(
        "单位 | 学习时间 | 学习形式\n东坡水场 | 2月30日 | 党课\n南浦所 | #REF! | 党课", file="青禾供水2023年.xlsx"
    )

    assert sorted((f.code, f.origin.column) for f in reading.findings) == [
        ("date-invalid", "B"), ("formula-error", "B"), ("unit-unknown", "A"),
    ]  # fmt: skip


# --- names -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "role"),
    [
        ("党委书记甲某", "书记"),
        ("甲某（党委副书记）", "班子成员"),
        ("党支部书记 乙某", "支部书记"),
        ("纪委书记丙某", "其他"),
        ("团委书记", "其他"),
        ("丁某", "其他"),
    ],
)
def test_of_a_role_with_a_name_only_the_role_is_kept(cell: str, role: str) -> None:
    reading = read(
        f"授课时间 | 类型 | 宣讲人职务 | 宣讲人\n2023-03-05 | 党课 | {cell} | 戊某", file="东坡水厂宣讲.xlsx"
    )

    assert records(reading, "speaker_role") == [(role,)]
    assert "某" not in repr((reading.findings, reading.tables[0].columns))


def test_several_forms_and_media_in_a_cell_are_all_kept() -> None:
    study = read("学习时间 | 学习形式\n2023-03-05 | 中心组学习、第一议题\n2023-03-06 | 党课\\n主题党日", file=FILE)
    article = read(
        "刊发日期 | 标题 | 刊发媒体\n2023-03-05 | 春灌 | 集团公众号、市日报/赤霞晚报；深山晚报",
        file="东坡水厂稿件.xlsx",
    )

    assert records(study, "form") == [("中心组学习+第一议题",), ("党课+主题党日",)]
    assert records(article, "channel") == [("外部媒体+内部报纸+新媒体",)]


def test_a_blank_status_is_not_closed_and_a_blank_level_stays_unlevelled() -> None:
    reading = read("发现时间 | 标题 | 舆情等级 | 处置状态\n2023-03-05 | 停水 | | ", file="东坡水厂舆情.xlsx")

    assert records(reading, "incident_level", "status") == [("（空白）", "其他")]
    assert marks(reading.findings) == {("choice-unknown", "C2"), ("choice-unknown", "D2")}


def test_columns_by_which_nothing_decides_keep_a_table_out_only_where_it_would_be_wrong() -> None:
    sessions = read("学习时间 | 学习形式 | 场次 | 学习次数\n2023-03-05 | 党课 | 2 | 3", file=FILE)
    people = read("学习时间 | 学习形式 | 参加人数 | 参会人数\n2023-03-05 | 党课 | 2 | 3", file=FILE)
    topics = read("学习时间 | 学习形式 | 主题 | 会议名称\n2023-03-05 | 党课 | 甲 | 乙", file=FILE)

    assert (errors(sessions), records(sessions, "row")) == ({("column-ambiguous", "C1")}, [])
    assert (errors(people), records(people, "attend_count")) == ({("column-ambiguous", "C1")}, [("?",)])
    assert (errors(topics), records(topics, "topic")) == (set(), [("甲",)])


def test_a_table_of_nothing_but_undecided_columns_is_asked_about_and_its_rows_are_not_lost() -> None:
    reading = read("学习时间 | 学习时间 | 学习形式 | 学习形式\n2023-03-05 | 2023-03-05 | 党课 | 党课", file=FILE)

    assert errors(reading) == {("column-ambiguous", "A1"), ("column-ambiguous", "C1")}
    assert [row for table in reading.tables for row, _ in table.rejected] == [2]


def test_cells_decide_between_two_columns_anew_in_every_file_of_the_same_form() -> None:
    head = "学习时间 | 学习形式 | 参加人数 | 参会人数"
    first = read(f"{head}\n2023-03-05 | 党课 | 2 | ", file=FILE)
    second = read(f"{head}\n2023-03-05 | 党课 | | 3", file=FILE)

    assert records(first, "attend_count") == [(2,)]
    assert records(second, "attend_count") == [(3,)]


def test_a_second_time_without_a_year_is_completed_and_said() -> None:
    head = "发现时间 | 标题 | 舆情等级 | 处置状态 | 首回时间"
    reading = read(f"{head}\n2023-03-05 08:00 | 停水 | 一般 | 办结 | 3月5日 9:30", file="东坡水厂2023年舆情.xlsx")

    assert records(reading, "first_reply_at") == [("2023-03-05 09:30",)]
    assert marks(reading.findings) == {("date-year-assumed", "E2")}


# --- 裁定 ----------------------------------------------------------------------------------------------------------------------


def test_a_header_that_nobody_knows_becomes_the_field_it_was_decided_to_be() -> None:
    grid = "学习时间 | 培训类别 | 实到人数\n2023-03-05 | 党课 | 3"
    ruling = (FILE, "列", "培训类别", "学习形式")

    assert records(read(grid, file=FILE, rulings=[ruling]), "form") == [("党课",)]
    assert records(read(grid, file=f"2023年/{FILE}", rulings=[ruling]), "form") == [("党课",)]
    assert errors(read(grid, file="南浦所2023年学习台账.xlsx", rulings=[ruling])) == {("column-missing", "1")}


def test_of_two_columns_the_decided_one_is_read() -> None:
    grid = "学习时间 | 会议类型 | 活动类型\n2023-03-05 | 党课 | 主题党日"

    assert records(read(grid, rulings=[("", "列", "活动类型", "form")]), "form") == [("主题党日",)]
    assert records(read(grid, rulings=[("", "列", "会议类型", "不读")]), "form") == [("主题党日",)]


def test_a_choice_a_unit_and_a_number_are_settled() -> None:
    choice = [("", "取值", "主题党曰", "主题党日")]
    unit = [("", "单位", "东坡水场", "东坡水厂")]
    total = [(FILE, "数量", "C3", "37")]

    assert records(read("学习时间 | 学习形式\n2023-03-05 | 主题党曰、党课", rulings=choice), "form") == [
        ("党课+主题党日",)
    ]
    assert records(
        read("单位 | 学习时间 | 学习形式\n东坡水场 | 2023-03-05 | 党课", file="2023年.xlsx", rulings=unit), "unit"
    ) == [("东坡水厂",)]
    assert records(read(LIST, file="东坡水场2023年.xlsx", rulings=unit), "unit") == [("东坡水厂",)]
    assert not read(LIST + "\n合计 | | 37", file=FILE, rulings=total).findings


def test_a_file_is_settled_to_be_of_a_unit_whatever_its_title_says() -> None:
    grid = f"南浦营业所2023年学习台账\n{LIST}"

    assert errors(read(grid, file=FILE)) == {("unit-conflict", "Sheet1")}
    assert records(read(grid, file=FILE, rulings=[(FILE, "单位", "", "南浦营业所")]), "unit") == [("南浦营业所",)]


ROWS = [f"2023-0{i}-05 | 党课 | {i}" for i in range(1, 5)]
FIRST, SECOND = "东坡水厂2023年a.xlsx", "东坡水厂2023年b.xlsx"


@pytest.mark.parametrize(
    ("ruling", "codes", "attended"),
    [
        ((FIRST, "版本", "", "作废"), ["file-superseded"], 106),
        ((FIRST, "版本", SECOND, "以此为准"), ["file-superseded"], 10),
        ((SECOND, "版本", FIRST, "以此为准"), ["file-superseded"], 106),
        ((FIRST, "版本", "c.xlsx", "以此为准"), ["file-conflict", "file-conflict"], 0),
    ],
)
def test_a_conflict_of_versions_is_settled(ruling: tuple[str, str, str, str], codes: list[str], attended: int) -> None:
    head = "学习时间 | 学习形式 | 学习内容 | 实到人数"
    first = read("\n".join([head, *(f"{row} | {i}" for i, row in enumerate(ROWS, 1))]), file=FIRST)
    second = read(
        "\n".join([head, *(f"{row} | {n}" for row, n in zip(ROWS, (1, 2, 3, 100), strict=True))]), file=SECOND
    )
    found = harvest(first, second, rulings=[ruling])

    assert [finding.code for finding in found.findings] == codes
    assert sum(found.records["study"]["attend_count"]) // 1_000_000 == attended if attended else not found.records
    assert (not found.unapplied) == (attended > 0)


def test_a_decision_that_settles_nothing_any_more_is_handed_on() -> None:
    rulings = [
        ("", "取值", "主题党曰", "主题党日"),
        ("南浦.xlsx", "列", "类别", "学习形式"),
        ("", "取值", "党棵", "没有这个"),
    ]
    found = harvest(read("学习时间 | 学习形式\n2023-03-05 | 主题党曰", rulings=rulings), rulings=rulings)

    assert [ruling.row for ruling in found.unapplied] == [3, 4]


def test_a_hidden_sheet_and_a_classified_file_are_not_read_further() -> None:
    reading = read(sheet("内部 | 机密★\n" + LIST, "Sheet1"), LIST, file=FILE)

    assert (reading.tables, [f.code for f in reading.findings]) == ((), ["file-classified"])
