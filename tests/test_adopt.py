"""adopt: last year's report becomes a template; thresholds on reports that were not used while building it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest
from annotated import BLANKS, NO_FIGURES, Report, reports

from pipeline import definitions
from pipeline.errors import UsageError
from pipeline.model import Definitions, Indicator
from pipeline.publish import template
from pipeline.review import adopt
from pipeline.review.proposing import outline, verdicts

TEMPLATES = Path(__file__).parent.parent / "templates"


@cache
def known() -> Definitions:
    return definitions.load(TEMPLATES)


def slots(*lines: str, of: Definitions | None = None) -> list[adopt.Placed]:
    return list(adopt.found([outline.Paragraph(line) for line in lines], of or known(), wrapped=True))


def read_as(line: str, of: Definitions | None = None) -> list[tuple[str, str, str]]:
    """(text, indicator or verdict, style) of each slot of one line."""
    return [
        (slot.text, slot.proposal.indicator or slot.proposal.verdict, slot.proposal.style)
        for slot in slots(line, of=of)
    ]


# --- on the reports --------------------------------------------------------------------------------------------------


def counted(found: list[adopt.Placed], marked: Report) -> Counter[str]:
    """How the slots of one report compare with its marks."""
    by_place = {(slot.paragraph, slot.start, slot.end): slot.proposal for slot in found}
    counts: Counter[str] = Counter()
    for mark in marked.marks:
        proposal = by_place.get(mark.place)
        if mark.what in BLANKS:
            counts["blanks"] += 1
            counts["blanks tagged"] += bool(proposal and proposal.indicator)
            continue
        counts["slots"] += 1
        counts["found"] += proposal is not None
        if mark.what not in NO_FIGURES:
            counts["figures"] += 1
            counts["right"] += bool(proposal and proposal.indicator == mark.what)
    return counts


def test_reports_that_were_not_used_while_building_are_read_as_well_as_promised() -> None:
    total: Counter[str] = Counter()
    for marked in reports("held_out"):
        total += counted(slots(*marked.lines), marked)
    assert total["slots"] >= 200
    assert total["found"] >= 0.95 * total["slots"]
    assert total["blanks tagged"] <= 0.02 * total["blanks"]
    assert total["right"] >= 0.90 * total["figures"]


@pytest.mark.parametrize("marked", [*reports("tuning"), *reports("held_out")], ids=lambda marked: marked.name)
def test_every_other_character_of_a_text_report_is_unchanged(marked: Report, tmp_path: Path) -> None:
    old = tmp_path / "old.txt"
    old.write_text("\n".join(marked.lines), encoding="utf-8")
    adopted = adopt.adopt(old, known())
    lines = adopted.template.decode().split("\n")
    assert restored(lines, adopted.slots) == list(marked.lines)


def restored(lines: list[str], found: tuple[adopt.Placed, ...]) -> list[str]:
    """The old lines: every tag replaced, from the left, by the text of its slot."""
    texts = iter([slot.text for slot in found if slot.proposal.verdict in verdicts.WRITTEN])
    old = [re.sub(r"\{\{ .*? \}\}", lambda _: next(texts), line) for line in lines]
    assert not list(texts)
    return old


# --- what is a slot --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "一、深入学习贯彻党的二十大精神",
        "（三）第一，落实“三会一课”，增强“四个意识”，做到两个维护",
        "2023年3月5日至6月30日，第2季度",
        "望党发〔2023〕12号，附件2",
        "24小时内回应，电话0571-88886666，上午9:30在301会议室",
        "一是进一步提高，每一次都是一个新的开始",
        "7×24小时值守，5G网络，A4纸",
    ],
)
def test_numbers_that_count_nothing_are_no_slots(line: str) -> None:
    assert read_as(line) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("*党委", [("*", "name", "")]),
        ("XX公司XX同志在《**》上", [("XX", "name", ""), ("XX", "name", ""), ("**", "name", "")]),
        ("20××年××月", [("××", "date", ""), ("××", "date", "")]),
        ("每年不少于2次", [("2", "target", "")]),
        ("计划开展谈心谈话4次", [("4", "target", "")]),
        ("做好以下三个方面工作", [("三", "enumeration", "中文")]),
        ("慰问困难职工35人", [("35", "none", "")]),
    ],
)
def test_names_targets_and_counts_of_lists_are_told_from_figures(
    line: str, expected: list[tuple[str, str, str]]
) -> None:
    assert [(text, what) for text, what, _ in read_as(line)] == [(text, what) for text, what, _ in expected]


def test_a_level_may_be_blank_where_its_number_is_blank_too() -> None:
    (name, number) = slots("XX级宣讲XX次")
    assert name.proposal.verdict == "name"
    assert number.proposal.verdict == "unsure"
    assert number.proposal.indicator.startswith("talk.preaching")


@pytest.mark.parametrize(
    ("mark", "times", "found"),
    [
        ("、", 3, ["talk.preaching_company", "talk.preaching_workshop", "talk.preaching_team"]),
        ("。", 3, ["talk.preaching"] * 3),
        ("、", 4, ["talk.preaching"] * 4),
        ("、", 2, ["talk.preaching"] * 2),
    ],
)
def test_as_many_blank_levels_in_a_sentence_as_there_are_levels_stand_in_their_order(
    mark: str, times: int, found: list[str]
) -> None:
    numbers = slots(mark.join(["XX级宣讲XX次"] * times))[1::2]
    assert [(each.proposal.verdict, each.proposal.indicator) for each in numbers] == [("unsure", id) for id in found]


@pytest.mark.parametrize(
    ("written", "text", "style"),
    [
        ("20余", "20余", "余"),
        ("１２０多", "１２０多", "余"),
        ("近100", "近100", "近"),
        ("约300", "约300", "约"),
        ("1.2万", "1.2万", "万"),
        ("十二", "十二", "中文"),
        ("两", "两", "中文"),
        ("___", "___", ""),
        ("　　", "　　", ""),
        ("近**", "近**", "近"),
        ("1,200", "1,200", ""),
    ],
)
def test_the_style_is_read_from_how_the_number_is_written(written: str, text: str, style: str) -> None:
    assert read_as(f"开展谈心谈话{written}次，") == [(text, "talk.heart_to_heart", style)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "公司级、车间级、班组级宣讲分别为3次、20余次、近100次",
            ["talk.preaching_company", "talk.preaching_workshop", "talk.preaching_team"],
        ),
        (
            "在外部媒体、内部网站、内部报纸、新媒体刊发XX、XX、XX、XX篇",
            ["article.external", "article.intranet", "article.newspaper", "article.new_media"],
        ),
        ("宣讲30次，其中公司级4次", ["talk.preaching", "talk.preaching_company"]),
        ("中心组学习和专题集中学习共18次", ["study.center_group+study.focused"]),
        ("图文、短视频、图解、漫画共18次", ["article.publicity"]),
        ("投入28.5万元帮扶资金", ["reported.community_funds"]),
    ],
)
def test_lists_rows_parts_and_sums_are_understood(line: str, expected: list[str]) -> None:
    assert [indicator for _, indicator, _ in read_as(line)] == expected


def test_a_change_belongs_to_the_figure_before_it() -> None:
    figure, change = slots("开展谈心谈话45次，同比增长12.5%。")
    assert (change.text, change.proposal.verdict) == ("同比增长12.5%", "change")
    assert change.proposal.tag == "{{ 谈心谈话次数.同比 }}"
    assert figure.proposal.indicator == change.proposal.indicator


def test_a_change_in_other_words_than_a_tag_prints_is_left_and_explained() -> None:
    *_, change = slots("开展谈心谈话45次，较去年同期增长12.5%。")
    assert (change.proposal.verdict, change.proposal.indicator) == ("unsure", "talk.heart_to_heart")


def test_a_scope_that_is_not_the_indicators_own_stands_in_the_tag() -> None:
    (slot,) = slots("全系统第一议题学习80次")
    assert slot.proposal.tag == "{{ 全部.第一议题学习次数 }}"


def test_a_name_that_is_no_word_of_a_template_is_quoted_in_the_tag() -> None:
    named = [
        replace(each, name="谈心谈话(含提醒)次数") if each.id == "talk.heart_to_heart" else each
        for each in known().indicators
    ]
    (slot,) = slots("谈心谈话36次", of=replace(known(), indicators=tuple(named)))
    assert slot.proposal.tag == '{{ 指标("谈心谈话(含提醒)次数") }}'


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("开展班组级宣讲近100次。", "班组级宣讲次数最多的是甲公司，为50次。"), ["tagged", "unsure"]),
        (("开展谈心谈话60次。", "开展谈心谈话62次。"), ["unsure", "unsure"]),
        (("开展谈心谈话60次。", "开展谈心谈话60次。", "开展谈心谈话近65次。"), ["tagged", "tagged", "tagged"]),
        (("志愿服务1243人次。", "志愿服务1200余人次。"), ["tagged", "tagged"]),
        (("志愿服务1.3万人次。", "志愿服务12960人次。"), ["tagged", "tagged"]),
        (("开展谈心谈话60次。", "开展谈心谈话XX次。"), ["tagged", "tagged"]),
    ],
)
def test_two_numbers_that_cannot_both_be_one_figure_are_not_both_tagged(
    lines: tuple[str, ...], expected: list[str]
) -> None:
    assert [slot.proposal.verdict for slot in slots(*lines)] == expected


def test_numbers_below_the_heading_of_a_plan_are_targets_until_the_next_heading() -> None:
    found = slots("工作总结和计划", "二、下一步计划", "谈心谈话40次。", "三、有关情况", "谈心谈话45次。")
    assert [slot.proposal.verdict for slot in found] == ["target", "tagged"]


def test_what_went_according_to_plan_is_no_plan() -> None:
    (slot,) = slots("工作总结和计划", "二、按计划推进的工作", "谈心谈话40次。")
    assert slot.proposal.verdict == "tagged"


def test_a_sentence_without_a_number_before_it_says_of_what_the_number_may_be() -> None:
    (alone,), (led,) = slots("发表稿件30条。"), slots("在外部媒体上发声。发表稿件30条。")
    assert (alone.proposal.verdict, led.proposal.verdict) == ("tagged", "unsure")


def test_a_sentence_that_a_text_file_breaks_is_read_as_one() -> None:
    (slot,) = slots("按照年度工作安排，各单位党组织负责人与干部职工普遍开展了谈心谈", "话45次。")
    assert (slot.paragraph, slot.start, slot.end) == (2, 1, 3)
    assert slot.proposal.indicator == "talk.heart_to_heart"


def test_a_new_indicator_is_found_without_code() -> None:
    line = "开展提醒谈话15次。"
    assert read_as(line) == [("15", "none", "")]
    talk_type = known().ledger("talk").field("talk_type").vocabulary
    assert talk_type
    new = Indicator(
        "talk.reminders", "提醒谈话次数", "talk", "sum", "次", "all", field="sessions",
        where=(("talk_type", talk_type.mask("提醒谈话")),),
    )  # fmt: skip
    assert read_as(line, replace(known(), indicators=(*known().indicators, new))) == [("15", "talk.reminders", "")]


# --- files -----------------------------------------------------------------------------------------------------------


def word(path: Path, lines: tuple[str, ...], cut: int = 3) -> Path:
    """A document whose paragraphs change between bold and normal every `cut` characters."""
    document = docx.Document()
    for line in lines:
        paragraph = document.add_paragraph()
        for place in range(0, len(line), cut):
            paragraph.add_run(line[place : place + cut]).bold = place // cut % 2 == 0
    document.save(str(path))
    return path


def looks(data: bytes) -> list[list[tuple[str, bool | None]]]:
    """Each character of each paragraph with its weight."""
    paragraphs = docx.Document(io.BytesIO(data)).paragraphs
    return [[(letter, run.bold) for run in paragraph.runs for letter in run.text] for paragraph in paragraphs]


@pytest.mark.parametrize("marked", reports("held_out"), ids=lambda marked: marked.name)
def test_every_other_character_of_a_word_report_keeps_its_place_and_look(marked: Report, tmp_path: Path) -> None:
    path = word(tmp_path / "old.docx", marked.lines)
    adopted = adopt.adopt(path, known())
    old, new = looks(path.read_bytes()), looks(adopted.template)
    for slot in reversed(adopted.slots):
        if slot.proposal.verdict in verdicts.WRITTEN:
            line = new[slot.paragraph - 1]
            shift = _shift(adopted.slots, slot)
            tag = line[slot.start + shift : slot.start + shift + len(slot.proposal.tag)]
            assert "".join(letter for letter, _ in tag) == slot.proposal.tag
            assert {bold for _, bold in tag} == {old[slot.paragraph - 1][slot.start][1]}
            line[slot.start + shift : slot.start + shift + len(tag)] = old[slot.paragraph - 1][slot.start : slot.end]
    assert new == old


def _shift(found: tuple[adopt.Placed, ...], of: adopt.Placed) -> int:
    """How far the tags before it in its paragraph have moved a slot."""
    before = (each for each in found if each.paragraph == of.paragraph and each.start < of.start)
    return sum(len(each.proposal.tag) - len(each.text) for each in before if each.proposal.verdict in verdicts.WRITTEN)


def test_every_other_part_of_a_word_report_is_unchanged(tmp_path: Path) -> None:
    path = word(tmp_path / "old.docx", ("开展谈心谈话45次，慰问35人。",))
    old, new = ZipFile(path), ZipFile(io.BytesIO(adopt.adopt(path, known()).template))
    touched = {"word/document.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"}
    assert set(new.namelist()) == {*old.namelist(), "word/comments.xml"}
    assert all(old.read(name) == new.read(name) for name in old.namelist() if name not in touched)


def test_what_is_not_sure_carries_a_comment_at_its_very_characters(tmp_path: Path) -> None:
    path = word(tmp_path / "old.docx", ("全年慰问困难职工35人。", "每年不少于2次。"), cut=50)
    document = docx.Document(io.BytesIO(adopt.adopt(path, known()).template))
    assert [comment.text for comment in document.comments] == [
        "没有找到合适的指标，没有改",
        "目标数，没有改，请按新的要求填写",
    ]
    assert [run.text for run in document.paragraphs[0].runs if run.text] == ["全年慰问困难职工", "35", "人。"]


def test_comments_that_the_report_has_are_kept(tmp_path: Path) -> None:
    path = word(tmp_path / "old.docx", ("慰问困难职工35人。",))
    document = docx.Document(str(path))
    document.add_comment(document.paragraphs[0].runs[0], text="请核实", author="甲")
    document.save(str(path))
    comments = docx.Document(io.BytesIO(adopt.adopt(path, known()).template)).comments
    assert [comment.text for comment in comments] == ["请核实", "没有找到合适的指标，没有改"]


def test_cells_are_counted_where_they_stand_and_read_under_their_headers(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("上半年情况如下表：")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        (cell for row in table.rows for cell in row.cells), ("项目", "数量", "谈心谈话（次）", "45"), strict=True
    ):
        cell.text = text
    document.add_paragraph("")
    document.add_paragraph("帮扶资金3万元。")
    document.save(str(tmp_path / "old.docx"))
    found = adopt.adopt(tmp_path / "old.docx", known()).slots
    assert [(slot.paragraph, slot.text, slot.proposal.indicator) for slot in found] == [
        (5, "45", "talk.heart_to_heart"),
        (7, "3", "reported.community_funds"),
    ]


def test_the_template_can_be_filled(tmp_path: Path) -> None:
    lines = tuple(line for marked in reports("tuning") for line in marked.lines)
    path = tmp_path / "任意.docx"
    path.write_bytes(adopt.adopt(word(tmp_path / "old.docx", lines), known()).template)
    names = template.compiled(path).names
    assert names
    assert names <= {*(indicator.name for indicator in known().indicators), "全部", "本级"}


def test_the_list_has_the_promised_columns_and_is_safe_to_open(tmp_path: Path) -> None:
    path = tmp_path / "old.txt"
    path.write_text("开展谈心谈话近50次。", encoding="utf-8")
    data = adopt.adopt(path, known()).csv
    assert data.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    assert list(row) == ["paragraph", "start", "end", "text", "indicator", "style", "confidence", "verdict", "message"]
    assert [row[name] for name in ("paragraph", "start", "end", "text", "style")] == ["1", "6", "9", "近50", "近"]
    assert 0 <= float(row["confidence"]) <= 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_text_keeps_its_encoding_and_line_ends(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes("总结\r\n\r\n开展谈心谈话45次。\r\n".encode(encoding))
    assert adopt.adopt(path, known()).template == "总结\r\n\r\n开展谈心谈话{{ 谈心谈话次数 }}次。\r\n".encode(encoding)


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    path = word(tmp_path / "old.docx", reports("tuning")[0].lines)
    assert adopt.adopt(path, known()) == adopt.adopt(path, known())


@pytest.mark.parametrize(("name", "data"), [("old.doc", b""), ("old.docx", b"no zip"), ("old.txt", b"\xff\xff\xff")])
def test_a_file_that_cannot_be_read_is_named(name: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UsageError, match=name):
        adopt.adopt(tmp_path / name, known())
