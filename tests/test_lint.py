"""Templates with mistakes: what lint finds in them, where, and what it leaves alone."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import docx
import measuring
import openpyxl
import pytest

from pipeline.definitions import reports
from pipeline.errors import DefinitionError
from pipeline.model import SCOPES, Definitions, Figure, Figures
from pipeline.period import Period
from pipeline.publish import words
from pipeline.review import annotated, lint
from pipeline.review.lint import NOTICES, VERDICTS, Checked, Linted
from pipeline.review.linting import written_tags

TEMPLATES = Path(__file__).parent.parent / "templates"
REGISTER = measuring.register(("总公司", None), ("第一分公司", "总公司"))


def definitions() -> Definitions:
    return measuring.definitions(REGISTER)


def blank() -> Any:
    document = docx.Document(str(TEMPLATES / "报告" / "上半年工作报告.docx"))
    body = document.element.body
    for paragraph in document.paragraphs:
        body.remove(paragraph._element)
    document.core_properties.keywords = ""
    return document


def all_checked(templates: Path, figures: Figures | None = None) -> Linted:
    found = definitions()
    return lint.lint(templates, found, reports.expected(templates, found.indicators), figures)


def checked(tmp_path: Path, *paragraphs: str | Sequence[str], keywords: str = "", name: str = "通报") -> Checked:
    """One template; a sequence is a paragraph that Word has split into runs."""
    document = blank()
    for paragraph in paragraphs:
        new = document.add_paragraph()
        for run in [paragraph] if isinstance(paragraph, str) else paragraph:
            new.add_run(run)
    document.core_properties.keywords = keywords
    return linted(tmp_path, document, name)


def linted(tmp_path: Path, document: Any, name: str = "通报") -> Checked:
    folder = tmp_path / "报告"
    folder.mkdir()
    document.save(str(folder / f"{name}.docx"))
    (only,) = all_checked(tmp_path).templates
    return only


def mistakes(template: Checked) -> list[tuple[int, str, str]]:
    return [(line.paragraph, line.text, line.verdict) for line in template.mistakes]


# --- mistakes --------------------------------------------------------------------------------------------------------

PLANTED = (
    ("开展{{ 谈心次数 }}次。", "{{ 谈心次数 }}", "unknown-name"),
    ("宣讲{{ 宣讲次数|佘 }}次。", "{{ 宣讲次数|佘 }}", "unknown-style"),
    ("谈话{{ 谈心谈话次数|百分比 }}。", "{{ 谈心谈话次数|百分比 }}", "wrong-style"),
    ("宣讲{ 宣讲次数 }次。", "{ 宣讲次数 }", "braces"),
    ("党课{{ 书记专题党课次数 }次，宣讲{{ 宣讲次数 }}次。", "{{ 书记专题党课次数 }次，宣讲", "unclosed"),
    ("{% if 宣讲次数 %}宣讲较多。", "{% if 宣讲次数 %}", "unclosed"),
    ("学习{{ 中心组 学习次数 }}次。", "{{ 中心组 学习次数 }}", "syntax"),
    ("同期{{ 谈心谈话次数.去年同期 }}次。", "{{ 谈心谈话次数.去年同期 }}", "unknown-name"),
    ("上半年开展谈心谈话35次。", "35", "handwritten"),
    ("{{ 单位('第二公司').宣讲次数 }}次。", "{{ 单位('第二公司').宣讲次数 }}", "wrong-value"),
)


def test_ten_planted_mistakes_are_found_all_at_once_each_at_its_place(tmp_path: Path) -> None:
    template = checked(tmp_path, "{{ 单位名称 }}通报", *(text for text, _, _ in PLANTED), "完。")

    assert mistakes(template) == [(place, said, verdict) for place, (_, said, verdict) in enumerate(PLANTED, 2)]
    texts = ["", "{{ 单位名称 }}通报", *(text for text, _, _ in PLANTED)]
    assert all(texts[line.paragraph][line.start : line.end] == line.text for line in template.mistakes)


def test_the_shipped_templates_have_no_mistake() -> None:
    result = all_checked(TEMPLATES)

    assert {each.path.stem: mistakes(each) for each in result.templates} == {
        path.stem: [] for folder in ("报告", "表格") for path in (TEMPLATES / folder).glob("[!~.]*.???x")
    } | {"单位通报": []}
    assert not result.mistakes


def test_the_template_of_the_units_is_checked_as_well(tmp_path: Path) -> None:
    document = blank()
    document.add_paragraph("{{ 单位名称 }}：{{ 谈心次数 }}")
    document.save(str(tmp_path / "单位通报.docx"))

    (only,) = all_checked(tmp_path).templates

    assert mistakes(only) == [(1, "{{ 谈心次数 }}", "unknown-name")]


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("{{ 谈心次数 }}", "谈心谈话次数"),
        ("{{ 本级.谈心次数 }}", "谈心谈话次数"),
        ("{{ 指标('谈心次数') }}", "谈心谈话次数"),
        ("{{ 单位('第一公司').宣讲次数 }}", "第一分公司"),
        ("{{ 谈心谈话次数|带单词 }}", "带量词"),
        ("{{ 谈心谈话次数.去年同期 }}", "去年"),
        ("{% if 谈心次数 > 5 %}多{% endif %}", "谈心谈话次数"),
        ("{% for 家 in 下级单位 %}{{ 家.宣讲次 }}{% endfor %}", "宣讲次数"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(tmp_path: Path, text: str, near: str) -> None:
    (line,) = checked(tmp_path, text).mistakes
    assert near in line.message


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        (["{%p if 宣讲次数 %}", "多。", "完。"], [(1, "unclosed")]),
        (["{% if 宣讲次数 %}多。", "{% endfor %}"], [(1, "unclosed"), (2, "unclosed")]),
        (["完。", "{% endif %}"], [(2, "unclosed")]),
        (["{%p if 宣讲次数 %}多。", "{%p endif %}"], [(1, "structure")]),
        (["{%p if 宣讲次数 %}", "多。", "{% endif %}"], [(3, "structure")]),
        (["{%tr for 家 in 下级单位 %}", "{%tr endfor %}"], [(1, "structure"), (2, "structure")]),
        (["{{ 宣讲次数", "}}次"], [(1, "unclosed")]),
        (["{% iff 宣讲次数 %}"], [(1, "syntax")]),
    ],
)
def test_blocks_that_do_not_fit_are_placed_where_they_open(
    tmp_path: Path, paragraphs: list[str], expected: list[tuple[int, str]]
) -> None:
    found = [(paragraph, verdict) for paragraph, _, verdict in mistakes(checked(tmp_path, *paragraphs))]
    assert [each for each in found if each[1] != "braces"] == expected


@pytest.mark.parametrize(
    "paragraph",
    [
        ["开展", "{", "{ 谈心", "谈话", "次数|余 }", "}", "次"],
        "开展{{ 谈心谈话次数|余|带量词 }}",
        "{% for 项 in 依据.未达标 %}{{ 项.单位 }}{{ 项.数值|带量词 }}{% endfor %}",
        "{% if 依据.主要形式 %}{{ 依据.主要形式.名称 }}占{{ 依据.主要形式.占比 }}{% endif %}",
        "{% set 甲 = 宣讲次数 %}{{ 甲 }}次",
        "{# 给作者的话 #}",
        "学习贯彻二十大精神，落实三会一课，做到两个维护。",
        "{{ 宣讲次数 + 谈心谈话次数 }}次，截至{{ 统计截止 }}，{{ 名单(未报送单位) }}",
        "{% for 月 in 月份 %}{{ 月 }}{{ 月.宣讲次数 }}次{% endfor %}",
    ],
)
def test_what_the_engine_understands_is_no_mistake(tmp_path: Path, paragraph: str | Sequence[str]) -> None:
    assert not mistakes(checked(tmp_path, paragraph))


def test_full_width_marks_are_said_to_be_understood(tmp_path: Path) -> None:
    template = checked(tmp_path, "开展｛｛ 谈心谈话次数｜余 ｝｝次，{{ 单位（“第一分公司”） }}")

    assert not template.mistakes
    notices = [(line.text, line.message) for line in template.lines if line.verdict == "full-width"]
    assert notices == [
        ("｛｛ 谈心谈话次数｜余 ｝｝", "程序按 {{ 谈心谈话次数|余 }} 读"),
        ("{{ 单位（“第一分公司”） }}", '程序按 {{ 单位("第一分公司") }} 读'),
    ]


def test_tags_in_tables_and_headers_are_checked_too(tmp_path: Path) -> None:
    document = blank()
    document.sections[0].header.paragraphs[0].text = "{{ 单位名字 }}"
    document.add_table(rows=1, cols=2).cell(0, 1).text = "{{ 谈心次数 }}"

    assert [(text, verdict) for _, text, verdict in mistakes(linted(tmp_path, document))] == [
        ("{{ 谈心次数 }}", "unknown-name"),
        ("{{ 单位名字 }}", "unknown-name"),
    ]


@pytest.mark.parametrize("keywords", ["期间=上上半年", "单位=第九分公司"])
def test_a_keyword_that_nobody_understands_is_a_mistake(tmp_path: Path, keywords: str) -> None:
    (line,) = checked(tmp_path, "完。", keywords=keywords).mistakes
    assert line.verdict == "keyword"


def test_a_note_on_an_empty_paragraph_hangs_on_the_end_of_the_one_above() -> None:
    document, stream = blank(), io.BytesIO()
    for text in ("开展谈心谈话", "", "结束"):
        document.add_paragraph(text)
    document.save(stream)
    copy = annotated.copy(stream.getvalue(), "通报.docx", [annotated.Note(2, 0, 0, "这里空着")], "模板检查")
    (first,) = [each.text for each in docx.Document(io.BytesIO(copy)).comments]
    above = docx.Document(io.BytesIO(copy)).paragraphs[0]
    marks = [child.tag.rpartition("}")[2] if child.tag != above.runs[0]._r.tag else child.text for child in above._p]
    assert first == "这里空着"
    assert marks == ["开展谈心谈", "commentRangeStart", "话", "commentRangeEnd", ""]


def test_a_file_that_is_no_word_document_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "报告").mkdir()
    (tmp_path / "报告" / "坏.docx").write_bytes(b"no zip")
    shutil.copy(TEMPLATES / "报告" / "上半年工作报告.docx", tmp_path / "报告")

    result = all_checked(tmp_path)

    assert {each.path.stem: [line.verdict for line in each.mistakes] for each in result.templates} == {
        "坏": ["unreadable"],
        "上半年工作报告": [],
    }


# --- figures ---------------------------------------------------------------------------------------------------------


def test_a_figure_that_this_kind_of_report_should_have_is_missed(tmp_path: Path) -> None:
    shutil.copy(TEMPLATES / "reports.toml", tmp_path)
    template = checked(
        tmp_path,
        "{{ 中心组学习次数 }}次，{{ 本级.志愿服务人次 }}人次，{{ 指标('reported.community_funds') }}万元",
        name="上半年工作报告",
    )

    assert [(line.indicator, line.verdict) for line in template.mistakes] == [
        ("reported.project_branches", "missing-figure")
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            '[[report]]\nname = "甲"\nindicators = ["talk.hart"]',
            r"甲\.indicators：认不出指标“talk\.hart”.*talk\.heart_to_heart",
        ),
        ('[[report]]\nname = "甲"\nindicators = 3', "甲.indicators：应当是文字的列表"),
        ('[[report]]\nname = "甲"', "缺少 indicators"),
        ("[[report]]\nindicators = []\npages = 3", "认不出这一项“pages”"),
        ("report = 3", "report：应当是对照表的列表"),
        ("[[report]]\nname = 甲\n", "第2行"),
    ],
)
def test_a_mistake_in_the_list_of_kinds_of_reports_stops_lint(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "reports.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match=told) as mistake:
        all_checked(tmp_path)
    assert mistake.value.file == "reports.toml"


def test_an_indicator_that_nothing_shows_is_named(tmp_path: Path) -> None:
    (tmp_path / "报告").mkdir()
    shutil.copy(TEMPLATES / "报告" / "上半年专题报告.docx", tmp_path / "报告")

    unused = {each.id for each in all_checked(tmp_path).unused}

    assert "talk.heart_to_heart" in unused
    assert not unused & {"article.publicity", "talk.preaching_team"}


# --- sentences -------------------------------------------------------------------------------------------------------


def test_each_sentence_is_tried_on_zero_unknown_one_large_and_approximate_figures(tmp_path: Path) -> None:
    template = checked(
        tmp_path,
        "按计划进行。",
        "开展宣讲{{ 宣讲次数|余 }}次{% if 宣讲次数.有同比 %}，{{ 宣讲次数.同比 }}{% endif %}。",
    )

    said = [(line.paragraph, line.message) for line in template.lines if line.verdict == "sentence"]
    assert said == [
        (2, "为零：开展宣讲0次，同比下降100%。"),
        (2, f"未知：开展宣讲{words.UNKNOWN_MARK}次。"),
        (2, "为一：开展宣讲1次，与去年同期持平。"),
        (2, "很大：开展宣讲12万余次，同比增长25%。"),
        (2, "约数：开展宣讲100余次。"),
    ]


# --- what is written -------------------------------------------------------------------------------------------------


def test_the_list_and_the_marked_copy_name_each_mistake(tmp_path: Path) -> None:
    template = checked(tmp_path, "前一段", "开展{{ 谈心次数 }}次。", "宣讲{{ 宣讲次数 }}次。")

    rows = list(csv.DictReader(io.StringIO(template.csv.decode("utf-8-sig"))))
    assert (rows[0]["paragraph"], rows[0]["start"], rows[0]["end"], rows[0]["verdict"]) == (
        "2",
        "2",
        "12",
        "unknown-name",
    )
    marked = docx.Document(io.BytesIO(template.marked))
    assert [paragraph.text for paragraph in marked.paragraphs] == [
        "前一段",
        "开展{{ 谈心次数 }}次。",
        "宣讲{{ 宣讲次数 }}次。",
    ]
    comments = [comment.text for comment in marked.comments]
    assert len(comments) == 2
    assert "谈心谈话次数" in comments[0]
    assert "为零：宣讲0次。" in comments[1]


def test_notices_are_verdicts() -> None:
    assert VERDICTS.keys() > NOTICES


def half_year() -> Figures:
    period = Period.parse("2023H1")
    by_key = {
        (unit.index, scope, each.id): Figure(period, unit.index, scope, each.id, value, value, value)
        for unit in REGISTER.units
        for each in definitions().indicators
        for scope in SCOPES
        for value in [Fraction(119, 125) if each.percent else 127]
    }
    return Figures(period, period.end, by_key, measuring.harvest(definitions(), [], []))


def test_the_handbook_has_every_name_with_its_rule_value_and_styles() -> None:
    book = docx.Document(io.BytesIO(all_checked(TEMPLATES, half_year()).handbook))

    rows = {row.cells[0].text: [cell.text for cell in row.cells] for table in book.tables for row in table.rows}
    assert {f"{{{{ {each.name} }}}}" for each in definitions().indicators} <= rows.keys()
    talks = rows["{{ 谈心谈话次数 }}"]
    assert talks[1:5] == [definitions().indicator("talk.heart_to_heart").rule, "次", "本级及所属", "127次"]
    assert talks[5] == "不写、|万：127次；|余：120余次；|近：近130次；|约：约130次；|中文：一百二十七次"
    assert rows["{{ 党员受教育率 }}"][4:] == ["95.2%", "不写、|百分比：95.2%；|约：约95%"]


def test_the_handbook_needs_no_run_and_is_the_same_every_time() -> None:
    one, other = (all_checked(TEMPLATES).handbook for _ in range(2))
    assert one == other
    assert any("示例数" in paragraph.text for paragraph in docx.Document(io.BytesIO(one)).paragraphs)


@pytest.mark.parametrize(
    "text", ["开展｛｛ 次数｜余 ｝｝次", "“{{ 单位（“甲”） }}”", "{% if 甲 ＞ 5 %}…｛% endif ％｝", "｛ 次数 ｝"]
)
def test_reading_a_tag_in_half_width_moves_no_character(text: str) -> None:
    assert len(written_tags.half_width(text)) == len(text)
    assert all(text[tag.start : tag.end] == tag.raw for tag in written_tags.found(text))


# --- tables of the level above ---------------------------------------------------------------------------------------


def table(tmp_path: Path, *texts: str, keywords: str = "") -> Checked:
    """A workbook of one column."""
    (tmp_path / "表格").mkdir()
    book = openpyxl.Workbook()
    for row, text in enumerate(texts, 1):
        book.worksheets[0].cell(row, 1, text)
    book.properties.keywords = keywords
    book.save(tmp_path / "表格" / "样表.xlsx")
    (only,) = all_checked(tmp_path).templates
    return only


def test_all_mistakes_of_a_workbook_are_found_at_once_each_with_its_cell(tmp_path: Path) -> None:
    found = table(
        tmp_path,
        "统计表（{{ 报告期 }}）",
        "{{ 谈心次数 }}",
        "{{ 各单位.宣讲次 }}",
        "第{{ 序号 }}家{{ 各单位.名称 }}",
        "{{ 谈心谈话次数|百分比 }}",
        "{ 宣讲次数 }",
        "{{ 宣讲 次数 }}",
    )

    assert mistakes(found) == [
        (2, "{{ 谈心次数 }}", "unknown-name"),
        (3, "{{ 各单位.宣讲次 }}", "unknown-name"),
        (5, "{{ 谈心谈话次数|百分比 }}", "wrong-style"),
        (6, "{ 宣讲次数 }", "braces"),
        (7, "{{ 宣讲 次数 }}", "syntax"),
    ]
    assert "单元格 A2" in found.lines[0].message
    assert "谈心谈话次数" in found.lines[0].message
    assert found.csv.decode("utf-8-sig").count("\n") == 6
    assert found.marked == b""


def test_what_a_workbook_as_a_whole_is_refused_for_is_told(tmp_path: Path) -> None:
    (line,) = table(tmp_path, "{{ 各单位.名称 }}{{ 各月.名称 }}").mistakes
    assert line.verdict == "structure"
    assert "一行里不能同时用" in line.message


def test_a_workbook_for_no_known_period_or_unit_is_told(tmp_path: Path) -> None:
    found = table(tmp_path, "{{ 报告期 }}", keywords="期间=旬")
    assert [line.verdict for line in found.mistakes] == ["keyword"]


def test_what_is_no_workbook_is_told(tmp_path: Path) -> None:
    (tmp_path / "表格").mkdir()
    (tmp_path / "表格" / "样表.xlsx").write_bytes(b"PK not a workbook")
    (only,) = all_checked(tmp_path).templates
    assert [line.verdict for line in only.mistakes] == ["unreadable"]
