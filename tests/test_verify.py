"""Edited reports against the run: what is found where, and what is let pass."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import edits
import measuring
import pytest
from docx.oxml import OxmlElement
from edits import Draft

from pipeline.errors import UsageError
from pipeline.model import SCOPES, Definitions, Figure, Figures
from pipeline.period import Period
from pipeline.publish import narrative, template
from pipeline.review import manuscript, verify
from pipeline.review.comparing import checking, periods
from pipeline.review.comparing.tokens import Reader
from pipeline.review.verify import CONTRADICTIONS, VERDICTS, Verified

HALF = Period.parse("2023H1")
ROOT, FIRST, SECOND = "总公司", "第一分公司", "第二分公司"
REGISTER = measuring.register((ROOT, None), (FIRST, ROOT), (SECOND, ROOT))
TEMPLATES = Path(__file__).parent.parent / "templates"

Values = Mapping[str, Any]
"""Indicator's name → value, or what differs from a figure of 5, last year 4."""


def definitions() -> Definitions:
    return measuring.definitions(REGISTER)


def figures(values: Values, as_of: date = HALF.end) -> Figures:
    by_key = {
        (unit.index, scope, each.id): _figure(unit.index, scope, each, values.get(each.name, {}))
        for unit in REGISTER.units
        for each in definitions().indicators
        for scope in SCOPES
    }
    return Figures(HALF, as_of, by_key, measuring.harvest(definitions(), [], []))


def _figure(unit: int, scope: Any, each: Any, value: Any) -> Figure:
    usual = Fraction(1, 2) if each.percent else 5
    given = value if isinstance(value, dict) else {"value": value, "low": value, "high": value}
    return Figure(HALF, unit, scope, each.id, **{"value": usual, "low": usual, "high": usual, "last_year": 4, **given})


SENTENCES = (
    "{{ 单位名称 }}{{ 报告期 }}工作报告",
    "一、主要工作",
    "全力推进学习。{{ 报告期 }}开展中心组学习{{ 中心组学习次数 }}次，{{ 中心组学习次数.同比 }}。",
    "用心用情服务。截至{{ 统计截止 }}，参加志愿服务{{ 志愿服务人次|余 }}人次，投入帮扶资金{{ 帮扶资金 }}万元。",
    "深入谈心谈话。{{ 单位('第一分公司') }}开展谈心谈话{{ 单位('第一分公司').谈心谈话次数 }}次，成立项目支部{{ 成立项目支部数|中文 }}个。",
)
VALUES: Values = {
    "中心组学习次数": 6,
    "志愿服务人次": 1243,
    "帮扶资金": Fraction("12.25"),
    "谈心谈话次数": 36,
    "成立项目支部数": 2,
}
"""中心组学习 is 6, last year 4: 同比增长50%."""


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports") / "templates" / "报告"
    folder.mkdir(parents=True)
    source = docx.Document(str(TEMPLATES / "报告" / "上半年工作报告.docx"))
    body = source.element.body
    for paragraph in list(body.iterchildren(f"{edits.W}p")):
        body.remove(paragraph)
    for text in SENTENCES:
        source.add_paragraph(text)
    source.save(str(folder / "上半年报告.docx"))
    return folder.parent


@lru_cache
def printed(templates: Path) -> bytes:
    run = narrative.run(figures(VALUES), definitions())
    return narrative.document(template.compiled(templates / "报告" / "上半年报告.docx"), run).report


def draft(templates: Path) -> Draft:
    return Draft(printed(templates))


def verified(templates: Path, edited: Draft | bytes, values: Values = VALUES, *, anew: bool = True) -> Verified:
    path = templates.parent / "改过.docx"
    path.write_bytes(edited if isinstance(edited, bytes) else edited.packed())
    return verify.verify(path, figures(values), definitions(), templates=templates if anew else None)


def found(result: Verified) -> list[tuple[int, str, str]]:
    """(paragraph, text, verdict) of what is not ok."""
    return [(line.paragraph, line.text, line.verdict) for line in result.lines if line.verdict != "ok"]


def rewritten(templates: Path, old: str, new: str) -> Draft:
    """A draft with words of its running text replaced."""
    edited = draft(templates)
    text = next(text for text in edited.plain() if old in text.text)
    text.text = text.text.replace(old, new)
    return edited


def retyped(templates: Path, old: str, new: str, *, lost: bool = False) -> Draft:
    """A draft with the text of a control replaced."""
    edited = draft(templates)
    control = next(control for control in edited.controls if edited.written(control) == old)
    edited.write(control, new)
    if lost:
        edited.lose(control)
    return edited


# --- one number ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("anew", [True, False])
def test_an_untouched_report_has_one_ok_line_for_each_number(templates: Path, anew: bool) -> None:
    result = verified(templates, printed(templates), anew=anew)

    assert [line.text for line in result.lines] == ["6", "同比增长50%", "1200余", "12.25", "36", "两"]
    assert {line.verdict for line in result.lines} == {"ok"}
    assert result.contradictions == 0


@pytest.mark.parametrize(("anew", "lost"), [(True, False), (True, True), (False, False)])
@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("6", "7", "changed"),
        ("6", "16", "changed"),
        ("6", "６", "ok"),
        ("6", "六", "reworded"),
        ("6", "近6", "changed"),
        ("1200余", "1300余", "changed"),
        ("1200余", "1200", "changed"),
        ("1200余", "1243", "reworded"),
        ("1200余", "1,243", "reworded"),
        ("1200余", "约1200", "reworded"),
        ("1200余", "近1300", "reworded"),
        ("12.25", "12.3", "changed"),
        ("12.25", "12.250", "reworded"),
        ("两", "2", "reworded"),
        ("两", "三", "changed"),
        ("36", "三十六", "reworded"),
        ("同比增长50%", "同比增长49%", "changed"),
        ("同比增长50%", "同比上升50%", "ok"),
        ("同比增长50%", "同比增加2次", "reworded"),
        ("同比增长50%", "同比下降50%", "direction"),
        ("同比增长50%", "与去年同期持平", "direction"),
        ("6", "", "deleted"),
    ],
)
def test_a_number_may_be_worded_in_any_valid_style_and_no_other_way(
    templates: Path, old: str, new: str, verdict: str, lost: bool, anew: bool
) -> None:
    result = verified(templates, retyped(templates, old, new, lost=lost), anew=anew)

    worst = [line for line in result.lines if line.text not in ("6", "12.25", "36") or line.verdict != "ok"]
    verdicts = {line.verdict for line in worst if line.verdict not in ("ok", "handwritten-equal")}
    assert verdicts == ({verdict} - {"ok"})
    assert (result.contradictions > 0) == (verdict in CONTRADICTIONS)


def test_the_place_of_a_change_is_given_in_characters_of_its_paragraph(templates: Path) -> None:
    (line,) = [each for each in verified(templates, retyped(templates, "36", "37")).lines if each.verdict != "ok"]

    text = "深入谈心谈话。第一分公司开展谈心谈话37次，成立项目支部两个。"
    assert (line.paragraph, text[line.start : line.end]) == (5, "37")
    assert (line.indicator, line.style, line.verdict) == ("talk.heart_to_heart", "", "changed")
    assert "36" in line.message


def test_a_digit_typed_beside_a_control_is_read_with_it(templates: Path) -> None:
    assert found(verified(templates, rewritten(templates, "开展中心组学习", "开展中心组学习1"))) == [
        (3, "16", "changed")
    ]


def test_a_number_that_lost_its_control_is_said_to_be_typed(templates: Path) -> None:
    edited = draft(templates)
    edited.lose(edited.controls[0])

    assert found(verified(templates, edited)) == [(3, "6", "handwritten-equal")]


def test_numbers_that_changed_places_are_found_though_each_is_right(templates: Path) -> None:
    edited = draft(templates)
    one, other = edited.controls[0], edited.controls[4]
    behind = other.getnext()
    one.addprevious(other)
    behind.addprevious(one)

    assert {verdict for _, _, verdict in found(verified(templates, edited))} == {"contradiction"}


def test_a_copied_sentence_is_pointed_out_and_its_numbers_are_compared(templates: Path) -> None:
    edited = draft(templates)
    from copy import deepcopy

    copy = deepcopy(edited.paragraphs[2])
    edited.paragraphs[3].addnext(copy)
    edited.write(next(copy.iter(f"{edits.W}sdt")), "9")

    assert found(verified(templates, edited)) == [(5, "9", "changed"), (5, "同比增长50%", "duplicated")]


def test_a_deleted_sentence_is_missed_where_it_stood(templates: Path) -> None:
    edited = draft(templates)
    edited.paragraphs[3].getparent().remove(edited.paragraphs[3])

    assert [(paragraph, verdict) for paragraph, _, verdict in found(verified(templates, edited))] == [
        (3, "deleted")
    ] * 2


def test_a_number_of_a_run_that_has_changed_since_is_old_not_wrongly_typed(templates: Path) -> None:
    result = verified(templates, printed(templates), {**VALUES, "谈心谈话次数": 40})

    assert found(result) == [(1, "", "outdated"), (5, "36", "stale")]
    assert result.contradictions == 1


# --- the words around ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("2023年上半年开展", "2022年上半年开展", [(3, "2022年上半年", "period")]),
        ("2023年上半年开展", "2023年下半年开展", [(3, "2023年下半年", "period")]),
        ("2023年上半年开展", "2023年1-6月开展", []),
        ("2023年上半年开展", "上半年开展", []),
        ("2023年6月30日", "2023年6月20日", [(4, "2023年6月20日", "period")]),
        ("2023年6月30日", "二〇二三年六月三十日", []),
        ("2023年6月30日", "2023.6.30", []),
        ("第一分公司", "第二分公司", [(5, "第二分公司", "contradiction")]),
        ("第一分公司", "第三车间", [(5, "第三车间", "contradiction")]),
        ("开展中心组学习", "开展第一议题学习", [(3, "6", "contradiction")]),
        ("开展中心组学习", "组织开展中心组集体学习", []),
        ("次，", "篇，", [(3, "6", "changed")]),
        ("人次，投入", "人次，共投入", []),
        ("万元", "亿元", [(4, "12.25", "changed")]),
        ("个。", "个。比去年有所下降。", []),
        ("全力推进学习。", "增强“四个意识”，落实三会一课，学习二十大精神。", []),
        ("全力推进学习。", "按照《通知》（集团〔2022〕15号）推进学习。", []),
    ],
)
def test_words_around_numbers_are_compared_where_they_change_the_meaning(
    templates: Path, old: str, new: str, expected: list[tuple[int, str, str]]
) -> None:
    assert found(verified(templates, rewritten(templates, old, new))) == expected


def test_either_half_may_be_spoken_of_in_a_report_of_the_year() -> None:
    text = "下半年开展学习6次。"
    token = next(each for each in Reader(definitions()).tokens(text) if each.kind == "date")
    half, year = figures({}), replace(figures({}), period=Period.parse("2023"))

    assert [line.verdict for line in periods.free(0, text, token, half, counts=True)] == ["period"]
    assert not list(periods.free(0, text, token, year, counts=True))


def test_a_second_number_typed_into_a_control_is_a_change(templates: Path) -> None:
    assert found(verified(templates, retyped(templates, "36", "36、7"))) == [(5, "36、7", "changed")]


def test_a_direction_without_a_number_is_held_against_the_figure(templates: Path) -> None:
    edited = rewritten(templates, "万元。", "万元，比去年有所减少。")

    assert found(verified(templates, edited)) == [(4, "减少", "direction")]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("各单位开展谈心谈话36次。", ["handwritten-equal"]),
        ("各单位开展谈心谈话38次。", ["handwritten-near"]),
        ("各单位开展谈心谈话88次。", ["contradiction"]),
        ("办理来信73件。", ["handwritten"]),
        ("下一步，计划开展谈心谈话不少于60次。", []),
        ("围绕三个方面、五项重点任务开展工作。", []),
        ("共办理13件，其中来信5件、来访8件。", ["handwritten"] * 3),
        ("共办理14件，其中来信5件、来访8件。", ["handwritten"] * 3 + ["sum"]),
        ("来信5件、来访8件，共14件。", ["handwritten"] * 3 + ["sum"]),
        ("共办理14件，其中来信5件、来访8件等。", ["handwritten"] * 3),
        ("共办理5件，其中来信8件。", ["handwritten"] * 2 + ["sum"]),
        ("来信5件、来访8件、共建活动20件。", ["handwritten"] * 3),
        ("来信5件、比去年多8件，共20件。", ["handwritten"] * 3),
        ("2022年上半年开展谈心谈话36次。", ["handwritten-equal", "period"]),
        ("截至2023年5月31日，情况良好。", ["period"]),
    ],
)
def test_sentences_that_people_add_are_held_against_the_figures(
    templates: Path, said: str, expected: list[str]
) -> None:
    edited = draft(templates)
    edited.add(said, edited.paragraphs[3])

    assert sorted(verdict for _, _, verdict in found(verified(templates, edited))) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((("科室", "办件"), ("甲", "3"), ("乙", "4"), ("合计", "7")), []),
        ((("科室", "办件"), ("甲", "3"), ("乙", "4"), ("合计", "8")), [("8", "sum")]),
        ((("科室", "线上", "线下", "合计"), ("甲", "3", "4", "8")), [("8", "sum")]),
        ((("科室", "办结率"), ("甲", "80%"), ("乙", "90%"), ("合计", "85%")), []),
        ((("科室", "办件"), ("甲", "3"), ("小计", "3"), ("乙", "4"), ("合计", "7")), []),
        ((("科室", "办件"), ("甲", "3"), ("小计", "10"), ("乙", "4"), ("小计", "5"), ("合计", "15")), []),
        ((("科室", "办件"), ("甲", "3"), ("乙", "4"), ("丙", "约5"), ("合计", "12")), []),
        ((("科室", "办件"), ("甲", "3"), ("合计", "8")), []),
        ((("单位", "谈心谈话次数", "中心组学习（次）"), (FIRST, "36", "6")), []),
        ((("单位", "谈心谈话次数"), (FIRST, "35")), [("35", "table")]),
        ((("指标", "第二分公司"), ("谈心谈话", "35")), [("35", "table")]),
    ],
)
def test_tables_must_add_up_and_agree_with_the_figures(
    templates: Path, rows: tuple[tuple[str, ...], ...], expected: list[tuple[str, str]]
) -> None:
    edited = draft(templates)
    edited.table(*rows)

    assert [each[1:] for each in found(verified(templates, edited))] == expected


def test_text_that_was_moved_away_or_deleted_is_not_read() -> None:
    document, stream = docx.Document(), io.BytesIO()
    paragraph = document.add_paragraph("留下")
    for change in ("w:moveFrom", "w:del"):
        gone = OxmlElement(change)
        gone.append(paragraph.add_run("不在了")._r)
        paragraph._p.append(gone)
    document.save(stream)

    assert [each.text for each in manuscript.of_docx(stream.getvalue()).paragraphs] == ["留下"]


def test_a_cell_beside_a_merged_one_stands_in_its_own_column() -> None:
    document, stream = docx.Document(), io.BytesIO()
    table = document.add_table(2, 3)
    table.cell(0, 0).merge(table.cell(0, 1))
    document.save(stream)

    places = [each.cell for each in manuscript.of_docx(stream.getvalue()).paragraphs]
    assert list(dict.fromkeys(places)) == [(0, 0, 0), (0, 0, 2), (0, 1, 0), (0, 1, 1), (0, 1, 2)]


# --- without controls, without an original ---------------------------------------------------------------------------


def test_a_report_that_went_through_a_chat_program_is_compared_by_place_and_words(templates: Path) -> None:
    edited = retyped(templates, "36", "37")
    path = templates.parent / "聊天.txt"
    path.write_bytes(edited.as_text())

    result = verify.verify(path, figures(VALUES), definitions(), templates=templates)

    assert found(result) == [(5, "37", "changed")]
    assert result.marked == b""


def test_without_controls_and_templates_the_words_must_do(templates: Path) -> None:
    path = templates.parent / "聊天.txt"
    path.write_bytes(retyped(templates, "1200余", "1900余").as_text())

    result = verify.verify(path, figures(VALUES), definitions())

    assert ("1900余", "contradiction") in {(line.text, line.verdict) for line in result.lines}
    assert result.contradictions == 1


def test_a_share_that_moved_by_points_is_read_as_it_was_printed(tmp_path: Path) -> None:
    folder = tmp_path / "templates" / "报告"
    folder.mkdir(parents=True)
    source = docx.Document(str(TEMPLATES / "报告" / "上半年工作报告.docx"))
    source.add_paragraph("参学率为{{ 参学率 }}，{{ 参学率.同比 }}。")
    source.save(str(folder / "上半年率.docx"))
    exactly = {name: Fraction(3, 4) for name in ("value", "low", "high")}
    rate = {"参学率": {**exactly, "last_year": Fraction(1, 2)}}
    run = narrative.run(figures(rate), definitions())
    report = narrative.document(template.compiled(folder / "上半年率.docx"), run).report
    assert [line for line in found(verified(folder.parent, report, rate)) if "百分点" in line[1]] == []
    edited = Draft(report)
    [points] = [control for control in edited.controls if "百分点" in edited.written(control)]
    edited.write(points, "同比提高24个百分点")
    wrong = verified(folder.parent, edited, rate)
    assert [(text, verdict) for _, text, verdict in found(wrong) if "百分点" in text] == [
        ("同比提高24个百分点", "changed")
    ]


def test_the_number_of_a_month_is_compared_with_that_month_without_its_template(tmp_path: Path) -> None:
    path = tmp_path / "逐月.docx"
    source = docx.Document(str(TEMPLATES / "报告" / "上半年工作报告.docx"))
    source.add_paragraph("{% for 月 in 月份 %}{{ 月.名称 }}谈心谈话{{ 月.谈心谈话次数 }}次；{% endfor %}")
    source.save(str(path))
    whole, months = figures({"谈心谈话次数": 21}), []
    for number, month in enumerate(HALF.months[:2], 3):
        mine = figures({"谈心谈话次数": number})
        by_key = {key: each._replace(period=month) for key, each in mine.by_key.items()}
        months.append(replace(mine, period=month, as_of=month.end, by_key=by_key))
    run = narrative.run(whole, definitions(), monthly=months)
    path.write_bytes(narrative.document(template.compiled(path), run).report)
    result = verify.verify(path, whole, definitions(), months)
    assert [line.text for line in result.lines if line.indicator == "talk.heart_to_heart"] == ["3", "4"]
    assert not result.contradictions


def test_a_report_says_which_run_it_comes_from(templates: Path) -> None:
    marked, plain = templates.parent / "报告.docx", templates.parent / "报告.txt"
    marked.write_bytes(printed(templates))
    plain.write_bytes(draft(templates).as_text())

    assert verify.origin(marked) == verify.Origin(HALF, date(2023, 6, 30))
    assert verify.origin(plain) == verify.Origin(HALF, date(2023, 6, 30))


def test_a_day_that_no_calendar_has_is_no_as_of(tmp_path: Path) -> None:
    (tmp_path / "报告.txt").write_text("截至2023年6月31日，2023年上半年共学习6次。", encoding="utf-8")

    assert verify.origin(tmp_path / "报告.txt") == verify.Origin(HALF, None)


@pytest.mark.parametrize("name", ["坏.docx", "旧.doc"])
def test_a_file_that_cannot_be_read_is_one_clear_line(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"no zip")
    with pytest.raises(UsageError, match="另存为"):
        verify.verify(tmp_path / name, figures({}), definitions())


# --- what is written -------------------------------------------------------------------------------------------------


def test_the_list_and_the_marked_copy_say_the_same(templates: Path) -> None:
    edited = retyped(templates, "36", "37")
    edited.add("办理来信73件。", edited.paragraphs[1])
    result = verified(templates, edited)

    rows = list(csv.DictReader(io.StringIO(result.csv.decode("utf-8-sig"))))
    assert ",".join(rows[0]) == "paragraph,start,end,text,indicator,style,confidence,verdict,message"
    assert [row["verdict"] for row in rows if row["verdict"] != "ok"] == ["handwritten", "changed"]
    comments = [comment.text for comment in docx.Document(io.BytesIO(result.marked)).comments]
    assert len(comments) == 2
    assert "应为“36”" in "".join(comments)
    assert Draft(result.marked).as_text() == edited.as_text()


def test_the_marked_copy_is_the_same_every_time(templates: Path) -> None:
    one, other = (verified(templates, retyped(templates, "36", "37")).marked for _ in range(2))
    assert one == other
    with ZipFile(io.BytesIO(one)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_contradictions_and_what_is_said_of_slots_are_verdicts() -> None:
    assert VERDICTS.keys() > CONTRADICTIONS
    assert vars(checking)["_SAID"].keys() < VERDICTS.keys()


# --- three hundred edits ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample() -> Mapping[str, tuple[Definitions, Figures]]:
    """The sample input measured for both periods."""
    from pipeline import run

    here = Path(__file__).parents[1]
    measured = {}
    for period in ("2023H1", "2023"):
        options = run.Options(here / "input", here / "output", here / "templates", Period.parse(period), jobs=1)
        known = run.measured(options, run.Progress())
        measured[period] = known.definitions, known.figures
    return measured


Sample = Mapping[str, tuple[Definitions, Figures]]


def reports(sample: Sample) -> dict[str, bytes]:
    documents = [
        each
        for found, measured in sample.values()
        for each in narrative.reports(TEMPLATES, narrative.run(measured, found))
    ]
    return {each.name: each.report for each in documents}


def results(drawn: Iterator[edits.Edit], sample: Sample, folder: Path) -> Iterator[tuple[edits.Edit, Verified]]:
    for edit in drawn:
        path = folder / edit.name
        path.write_bytes(edit.data)
        found, measured = sample["2023" if edit.what.startswith("年度") else "2023H1"]
        yield edit, verify.verify(path, measured, found, templates=TEMPLATES)


@pytest.mark.slow
def test_of_three_hundred_planted_mistakes_nearly_all_are_found(sample: Sample, tmp_path: Path) -> None:
    drawn = edits.planted(reports(sample), 300)
    missed = [
        f"{edit.kind}: {edit.what}"
        for edit, result in results(drawn, sample, tmp_path)
        if not edit.verdicts & {line.verdict for line in result.lines}
    ]
    assert len(missed) <= 3, missed


@pytest.mark.slow
def test_harmless_edits_raise_no_alarm(sample: Sample, tmp_path: Path) -> None:
    drawn = edits.harmless(reports(sample), 68)
    alarms = Counter(
        f"{edit.kind}: {edit.what}: {line.text} {line.verdict}"
        for edit, result in results(drawn, sample, tmp_path)
        for line in result.lines
        if line.verdict not in ("ok", "reworded")
    )
    assert not alarms
