"""Reports from templates: what they say, where each number stands and comes from, and what templates may not do."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import measuring
import pytest
import soffice
from docxtpl import DocxTemplate
from jinja2 import Environment
from lxml import etree

from pipeline.errors import TemplateError
from pipeline.model import SCOPES, Definitions, Figure, Figures, Key, Origin, Target
from pipeline.period import Period
from pipeline.publish import evidence, filled, narrative, template, words
from pipeline.publish.narrative import Document

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HALF, YEAR = Period.parse("2023H1"), Period.parse("2023")
ROOT, FIRST, SECOND = "总公司", "第一分公司", "研发&测试部<甲>"
REGISTER = measuring.register((ROOT, None), (FIRST, ROOT), (SECOND, ROOT))
TEMPLATES = Path(__file__).parent.parent / "templates"

Changes = Mapping[tuple[str, str], Mapping[str, Any]]
"""(unit, indicator's name) → what differs from a figure of 5, last year 4, the period before 5."""


def exactly(value: int | Fraction | None, **other: Any) -> dict[str, Any]:
    return {"value": value, "low": value, "high": value, **other}


def figures(changes: Changes, period: Period = HALF, study: str = "", as_of: date | None = None) -> Figures:
    found = definitions()
    by_key: dict[Key, Figure] = {}
    for unit in REGISTER.units:
        for each in found.indicators:
            value = Fraction(1, 2) if each.percent else 5
            change = {**exactly(value), "last_year": 4, "previous": 5, **changes.get((unit.name, each.name), {})}
            for scope in SCOPES:
                by_key[unit.index, scope, each.id] = Figure(period, unit.index, scope, each.id, **change)
    rows = measuring.records(found, "study", study) if study else []
    return Figures(period, as_of or period.end, by_key, measuring.harvest(found, rows, []))


def definitions(targets: Sequence[Target] = ()) -> Definitions:
    return measuring.definitions(REGISTER, targets)


def blank() -> Any:
    """A shipped template without its text: smaller, and sooner opened, than python-docx's own."""
    document = docx.Document(str(TEMPLATES / "报告" / "上半年工作报告.docx"))
    body = document.element.body
    for paragraph in list(body.iterchildren(f"{W}p")):
        body.remove(paragraph)
    document.core_properties.keywords = ""
    return document


def word(path: Path, *paragraphs: str | Sequence[str], keywords: str = "") -> Path:
    """A template; a sequence is one paragraph that Word has split into runs."""
    document = blank()
    for paragraph in paragraphs:
        new = document.add_paragraph()
        for run in [paragraph] if isinstance(paragraph, str) else paragraph:
            new.add_run(run)
    document.core_properties.keywords = keywords
    document.save(str(path))
    return path


def written(tmp_path: Path, *paragraphs: str | Sequence[str], changes: Changes | None = None, **other: Any) -> Document:
    compiled = template.compiled(word(tmp_path / "样.docx", *paragraphs))
    return narrative.document(compiled, narrative.run(figures(changes or {}, **other), definitions(), traced))


def traced(*_: object) -> tuple[int, Origin]:
    return 12, Origin("第一分公司/学习.xlsx", "1月", 5)


def part(data: bytes, name: str = "word/document.xml") -> Any:
    with ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(name))


def lines(data: bytes, name: str = "word/document.xml") -> list[str]:
    return ["".join(text.text or "" for text in p.iter(f"{W}t")) for p in part(data, name).iter(f"{W}p")]


def controls(data: bytes) -> dict[str, str]:
    """Tag → text."""
    return {
        control.find(f"{W}sdtPr/{W}tag").get(f"{W}val"): "".join(text.text or "" for text in control.iter(f"{W}t"))
        for control in part(data).iter(f"{W}sdt")
    }


def number_map(data: bytes) -> list[dict[str, str]]:
    with ZipFile(io.BytesIO(data)) as archive:
        parts = [archive.read(name) for name in archive.namelist() if name.startswith("customXml/item")]
    roots = [root for root in map(etree.fromstring, parts) if root.tag.endswith("}numbers")]
    return [{str(key): str(value) for key, value in number.attrib.items()} for root in roots for number in root]


TALKS, READS, RATE = "谈心谈话次数", "新媒体阅读量", "党员受教育率"


# --- what a report says ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("indicator", "change", "text", "said"),
    [
        (TALKS, exactly(127), "{{ 谈心谈话次数 }}次", "127次"),
        (TALKS, exactly(127), "{{ 谈心谈话次数|余 }}次", "120余次"),
        (TALKS, exactly(96), "{{ 谈心谈话次数|近 }}次", "近100次"),
        (TALKS, exactly(1243), "{{ 谈心谈话次数|约 }}次", "约1200次"),
        (TALKS, exactly(2), "{{ 谈心谈话次数|中文 }}次", "两次"),
        (TALKS, exactly(127), "{{ 谈心谈话次数|余|带量词 }}", "120余次"),
        (READS, exactly(56789), "{{ 新媒体阅读量|万 }}次", "5.7万次"),
        (RATE, exactly(Fraction(119, 125)), "{{ 党员受教育率 }}", "95.2%"),
        (TALKS, exactly(6, last_year=5), "{{ 谈心谈话次数.同比 }}", "同比增长20%"),
        (TALKS, exactly(9, previous=10), "{{ 谈心谈话次数.环比 }}", "环比下降10%"),
        (TALKS, exactly(6, last_year=1243), "{{ 谈心谈话次数.去年|余 }}次", "1200余次"),
        (TALKS, exactly(6, records=3), "{{ 谈心谈话次数.记录数|带量词 }}", "3条"),
        (TALKS, {}, "{{ 谈心谈话次数.名称 }}", "谈心谈话次数"),
        (TALKS, exactly(6, last_year=5), "{% if 谈心谈话次数.增加 %}多{% else %}不多{% endif %}", "多"),
        (TALKS, exactly(5, last_year=5), "{% if 谈心谈话次数.增加 %}多{% else %}不多{% endif %}", "不多"),
        (TALKS, exactly(6, last_year=None), "{% if 谈心谈话次数.有同比 %}{{ 谈心谈话次数.同比 }}{% endif %}。", "。"),
        (TALKS, exactly(101), "{% if 谈心谈话次数 > 100 %}多{% endif %}。", "多。"),
        (TALKS, {"value": 110, "low": 90, "high": 120}, "{% if 谈心谈话次数 > 100 %}多{% endif %}。", "。"),
        (TALKS, exactly(None), "{% if 谈心谈话次数 < 100 or 谈心谈话次数 >= 100 %}多{% endif %}。", "。"),
        (RATE, exactly(Fraction(3, 5)), "{% if 党员受教育率 >= 60 %}过半{% endif %}", "过半"),
        (TALKS, exactly(6), "{{ 宣讲次数 + 谈心谈话次数 }}次", "11次"),
        (TALKS, exactly(6), "{{ 单位('第一分公司').谈心谈话次数 }}次", "5次"),
        (TALKS, exactly(6), "{{ 本级.谈心谈话次数 }}次，{{ 全部.谈心谈话次数 }}次", "6次，6次"),
        (TALKS, exactly(6), "{{ 指标('talk.heart_to_heart') }}次", "6次"),
        (TALKS, {}, "{{ 报告期 }}，{{ 单位名称 }}，截至{{ 统计截止 }}", "2023年上半年，总公司，截至2023年6月30日"),
        (TALKS, {}, "{% for 家 in 下级单位 %}{{ 家 }}{{ 家.宣讲次数 }}次；{% endfor %}", f"{FIRST}5次；{SECOND}5次；"),
        (TALKS, {}, "{{ 单位名称 ~ '有' ~ 谈心谈话次数 }}次", "总公司有5次"),
    ],
)
def test_a_tag_says_what_its_author_asks_for(
    tmp_path: Path, indicator: str, change: Mapping[str, Any], text: str, said: str
) -> None:
    assert lines(written(tmp_path, text, changes={(ROOT, indicator): change}).report) == [said]


def test_months_can_be_listed_when_their_figures_are_given(tmp_path: Path) -> None:
    months = [figures({(ROOT, TALKS): exactly(month.number)}, month) for month in HALF.months]
    path = word(tmp_path / "样.docx", "{% for 月 in 月份 %}{{ 月 }}{{ 月.谈心谈话次数 }}次；{% endfor %}")
    run = narrative.run(figures({}), definitions(), monthly=months)
    assert lines(narrative.document(template.compiled(path), run).report) == [
        "1月1次；2月2次；3月3次；4月4次；5月5次；6月6次；"
    ]


def test_a_target_is_printed_with_its_span(tmp_path: Path) -> None:
    target = Target("talk.heart_to_heart", None, "year", Fraction(12))
    document = written(
        tmp_path,
        "目标为{{ 谈心谈话次数.目标期间 }}不少于{{ 谈心谈话次数.目标 }}次",
        changes={(ROOT, TALKS): {"target": target}},
    )
    assert lines(document.report) == ["目标为每年不少于12次"]


def test_text_that_xml_reserves_reaches_the_page(tmp_path: Path) -> None:
    assert lines(written(tmp_path, "{{ 单位('研发&测试部<甲>') }}共{{ 谈心谈话次数 }}次").report) == [f"{SECOND}共5次"]


@pytest.mark.parametrize(
    "paragraph",
    [
        ["开展", "{", "{ 谈心", "谈话", "次数|余 }", "}", "次"],
        "开展｛｛ 谈心谈话次数｜余 ｝｝次",
        ["开展{", "｛谈心谈话次数|余｝", "}次"],
        "{% if 单位名称 == “总公司” %}开展{{ 谈心谈话次数|余 }}次{% endif %}",
        "｛% if 单位名称 == ‘总公司’ %｝开展{{ 指标（“谈心谈话次数”）|余 }}次｛% endif %｝",
    ],
)
def test_a_tag_works_however_word_and_the_input_method_have_written_it(
    tmp_path: Path, paragraph: str | Sequence[str]
) -> None:
    assert lines(written(tmp_path, paragraph, changes={(ROOT, TALKS): exactly(127)}).report) == ["开展120余次"]


def test_headers_and_tables_are_filled_too(tmp_path: Path) -> None:
    document = blank()
    document.sections[0].header.paragraphs[0].text = "{{ 单位名称 }}{{ 谈心谈话次数 }}次"
    table = document.add_table(rows=3, cols=2)
    table.cell(0, 0).text = "{%tr for 家 in 下级单位 %}"
    table.cell(1, 0).text, table.cell(1, 1).text = "{{ 家 }}", "{{ 家.谈心谈话次数 }}"
    table.cell(2, 0).text = "{%tr endfor %}"
    document.save(str(tmp_path / "表.docx"))
    filled = narrative.document(
        template.compiled(tmp_path / "表.docx"), narrative.run(figures({}), definitions(), traced)
    )
    assert lines(filled.report) == [FIRST, "5", SECOND, "5"]
    assert lines(filled.report, "word/header1.xml") == ["总公司5次"]
    assert len(docx.Document(io.BytesIO(filled.review)).comments) == len(filled.printed) - 1


# --- what a template may not say -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("folder", "name"), [("报告", "上半年报告.doc"), ("表格", "报表.XLS")])
def test_a_template_in_another_format_is_told_and_not_passed_over(tmp_path: Path, folder: str, name: str) -> None:
    (tmp_path / folder).mkdir()
    (tmp_path / folder / name).write_bytes(b"")
    find = {"报告": narrative.paths, "表格": filled.paths}[folder]
    with pytest.raises(TemplateError, match=f"^{name}：这种格式用不了，请用 Word、Excel 或 WPS 另存为 "):
        find(tmp_path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("开展{{ 谈心次数 }}次", ("段落“开展{{ 谈心次数 }}次”", "没有“谈心次数”", "谈心谈话次数")),
        ("{% if 单位名称 == '别家' %}{{ 谈心次数 }}{% endif %}", ("谈心次数", "谈心谈话次数")),
        ("{{ 谈心谈话次数.去年同期 }}次", ("没有“去年同期”", "去年")),
        ("{{ 本级.谈心次数 }}次", ("没有“谈心次数”", "谈心谈话次数")),
        ("{{ 单位('第一公司').谈心谈话次数 }}", ("第一公司", "第一分公司")),
        ("{{ 谈心谈话次数|佘 }}次", ("没有“佘”这种写法",)),
        ("{{ 单位名称|余 }}", ("只能写在指标名称后面",)),
        ("{{ 谈心谈话次数|百分比 }}", ("不能写成“百分比”",)),
        ("{{ 宣讲次数 + 参学人次 }}", ("才能相加",)),
        ("{% if 谈心谈话次数 %}开展", ("没有结束",)),
        ("{{ 谈心谈话次数 次 }}", ("标签没有写对：“次”不该在这里",)),
        ("{{ 谈心谈话次数.同笔 }}", ("没有“同笔”，是不是“同比",)),
        ("{{ (none if 单位名称) }}", ("不能直接写进报告",)),
        ("{{ 下级单位|length / 2 }}", ("不能直接写进报告",)),
        ("{{ 1 / 报告期|length * 0 }}", ("不能直接写进报告",)),
        ("{{ 1 / (单位名称|length - 3) }}", ("标签没有写对：除数是 0",)),
    ],
)
def test_a_mistake_in_a_template_is_one_line_that_says_where_and_what_was_meant(
    tmp_path: Path, text: str, told: Sequence[str]
) -> None:
    with pytest.raises(TemplateError) as raised:
        written(tmp_path, "前一段", text, "后一段")
    message = str(raised.value)
    assert message.startswith("样.docx：段落“")
    assert all(each in message for each in told), message
    assert "\n" not in message
    assert "一段" not in message


@pytest.mark.parametrize(
    "text",
    [
        "{{ 谈心谈话次数.__class__ }}",
        "{{ 谈心谈话次数.figure }}",
        "{{ 谈心谈话次数['__class__'] }}",
        "{{ 下级单位.__class__.__mro__ }}",
        "{{ 单位.__globals__ }}",
        "{{ 单位名称|attr('__class__') }}",
        "{{ 依据.tags.basis }}",
        "{% for 数 in range(999999999) %}{% endfor %}",
    ],
)
def test_a_template_reaches_nothing_but_names_of_the_manual(tmp_path: Path, text: str) -> None:
    with pytest.raises(TemplateError):
        written(tmp_path, text)


def test_a_condition_that_tears_a_table_apart_is_explained(tmp_path: Path) -> None:
    source = blank()
    source.add_paragraph("{% if 谈心谈话次数 > 100 %}多")
    source.add_table(rows=1, cols=1).cell(0, 0).text = "{% endif %}完"
    source.save(str(tmp_path / "样.docx"))
    with pytest.raises(TemplateError, match="单独成段"):
        narrative.document(template.compiled(tmp_path / "样.docx"), narrative.run(figures({}), definitions()))


def test_a_file_that_is_no_word_document_is_a_template_error(tmp_path: Path) -> None:
    (tmp_path / "旧.docx").write_bytes(b"not a zip")
    with pytest.raises(TemplateError, match="另存为"):
        template.compiled(tmp_path / "旧.docx")


# --- zero, unknown, approximate --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said", "code"),
    [
        (exactly(0), "0", "figure-zero"),
        (exactly(None), words.UNKNOWN_MARK, "figure-unknown"),
    ],
)
def test_zero_and_unknown_are_highlighted_and_found(
    tmp_path: Path, change: Mapping[str, Any], said: str, code: str
) -> None:
    document = written(
        tmp_path,
        "谈话{{ 谈心谈话次数 }}次，再说{{ 谈心谈话次数 }}次，宣讲{{ 宣讲次数 }}次",
        changes={(ROOT, TALKS): change},
    )
    marked = [mark.getparent().getparent() for mark in part(document.report).iter(f"{W}highlight")]
    assert ["".join(run.itertext()) for run in marked] == [said, said]
    (finding,) = document.findings
    assert (finding.code, finding.severity, finding.unit, finding.ledger) == (code, "warning", ROOT, "talk")
    assert (finding.field, dict(finding.values)) == (
        "talk.heart_to_heart",
        {"found": "样.docx", "name": "谈心谈话次数"},
    )


def test_an_interval_is_never_printed_as_exact_in_any_style(tmp_path: Path) -> None:
    styles = ["", "|余", "|近", "|约", "|万", "|中文"]
    tags = "、".join(f"{{{{ 谈心谈话次数{style} }}}}" for style in styles)
    document = written(tmp_path, tags, changes={(ROOT, TALKS): {"value": 1234, "low": 1100, "high": 1300}})
    assert all("约" in text or "余" in text or "近" in text for text in lines(document.report)[0].split("、"))
    assert [finding.code for finding in document.findings] == ["figure-approximate"]


def test_a_change_from_an_unknown_figure_is_highlighted(tmp_path: Path) -> None:
    document = written(tmp_path, "{{ 谈心谈话次数.同比 }}", changes={(ROOT, TALKS): exactly(None)})
    assert len(list(part(document.report).iter(f"{W}highlight"))) == 1


# --- the passport of a number ----------------------------------------------------------------------------------------


def test_every_number_stands_in_a_control_that_leads_to_its_figure(tmp_path: Path) -> None:
    document = written(
        tmp_path, "谈话{{ 谈心谈话次数|余 }}次，{{ 谈心谈话次数.同比 }}。", changes={(ROOT, TALKS): exactly(127)}
    )
    entries = number_map(document.report)
    assert controls(document.report) == {entry["key"]: entry["text"] for entry in entries}
    assert [entry["text"] for entry in entries] == ["120余", "同比增长3075%"]
    expected = {"indicator": "talk.heart_to_heart", "unit": ROOT, "scope": "all", "period": "2023H1", "value": "127"}
    assert all(entry.items() >= expected.items() for entry in entries)
    assert [(entry["style"], entry["aspect"]) for entry in entries] == [("余", ""), ("", "同比")]


def test_controls_are_well_formed_for_word(tmp_path: Path) -> None:
    document = written(tmp_path, "谈话{{ 谈心谈话次数 }}次，{{ 谈心谈话次数 }}次", "{{ 宣讲次数 }}")
    found = list(part(document.report).iter(f"{W}sdt"))
    assert {control.getparent().tag for control in found} == {f"{W}p"}
    assert len({control.find(f"{W}sdtPr/{W}id").get(f"{W}val") for control in found}) == 3
    assert all(len(tag) <= 64 for tag in controls(document.report))
    assert [[child.tag for child in control.find(f"{W}sdtContent")] for control in found] == [[f"{W}r"]] * 3
    assert not list(part(document.report).iterfind(f".//{W}r/{W}sdt"))


def test_a_number_keeps_the_look_of_its_tag(tmp_path: Path) -> None:
    source = blank()
    run = source.add_paragraph().add_run("谈话{{ 谈心谈话次数 }}次")
    run.bold, run.underline = True, True
    source.save(str(tmp_path / "样.docx"))
    shared = narrative.run(figures({(ROOT, TALKS): exactly(0)}), definitions())
    report = narrative.document(template.compiled(tmp_path / "样.docx"), shared).report
    looks = [[child.tag.removeprefix(W) for child in look] for look in part(report).iter(f"{W}rPr")]
    assert looks == [["b", "u"], ["b", "highlight", "u"], ["b", "u"]]


def test_the_reviewed_report_has_one_comment_on_each_number(tmp_path: Path) -> None:
    document = written(
        tmp_path,
        "谈话{{ 谈心谈话次数|余 }}次，{{ 谈心谈话次数.同比 }}",
        "宣讲{{ 宣讲次数 }}次",
        changes={(ROOT, TALKS): exactly(127, last_year=100, silent=2, unknown=3)},
    )
    comments = [comment.text for comment in docx.Document(io.BytesIO(document.review)).comments]
    assert len(comments) == len(document.printed) == 3
    for told in (
        "127次",
        "120余",
        "口径：类型为谈心谈话",
        "12条",
        "第一分公司/学习.xlsx",
        "“1月”",
        "第5行",
        "去年同期100次",
    ):
        assert told in comments[0]
    assert "2家单位" in comments[0]
    assert "初步数" in comments[0]
    assert "3条记录" in comments[0]
    assert lines(document.review) == lines(document.report)


def test_what_holds_in_both_scopes_is_said_once(tmp_path: Path) -> None:
    both = "本级{{ 本级.谈心谈话次数 }}次，全部{{ 全部.谈心谈话次数 }}次"
    said = written(tmp_path, both, changes={(ROOT, TALKS): exactly(0)}).findings
    assert [finding.code for finding in said] == ["figure-zero"]


def test_the_number_of_a_month_is_traced_in_that_month_and_compared_with_nothing(tmp_path: Path) -> None:
    months = [figures({(ROOT, TALKS): exactly(month.number)}, month) for month in HALF.months[:2]]
    asked: list[str] = []

    def trace(_: str, figure: Figure) -> tuple[int, None]:
        asked.append(figure.period.id)
        return figure.period.number, None

    path = word(tmp_path / "样.docx", "{% for 月 in 月份 %}{{ 月.谈心谈话次数 }}次；{% endfor %}")
    run = narrative.run(figures({}), definitions(), trace, months)
    review = narrative.document(template.compiled(path), run).review
    comments = [comment.text for comment in docx.Document(io.BytesIO(review)).comments]
    assert [("记录：1条" in text, "记录：2条" in text) for text in comments] == [(True, False), (False, True)]
    assert not any("同期" in text or "上期" in text for text in comments)
    assert asked == ["2023-01", "2023-02"]
    for aspect in ("同比", "去年", "上期", "目标"):
        path = word(tmp_path / "样.docx", "{% for 月 in 月份 %}{{ 月.谈心谈话次数." + aspect + " }}{% endfor %}")
        with pytest.raises(TemplateError, match="各月的数不与以前和目标比较"):
            narrative.document(template.compiled(path), run)


def test_of_a_single_month_the_month_is_the_period_itself(tmp_path: Path) -> None:
    march = Period.parse("2023-03")
    alone = [figures({(ROOT, TALKS): exactly(8, last_year=None)}, march)]
    path = word(tmp_path / "样.docx", "{% for 月 in 月份 %}{{ 月 }}{{ 月.谈心谈话次数.同比 }}{% endfor %}")
    run = narrative.run(figures({(ROOT, TALKS): exactly(8)}, march), definitions(), traced, alone)
    assert "3月同比增长100%" in lines(narrative.document(template.compiled(path), run).report)


def test_the_notice_to_a_unit_leaves_out_what_there_is_not() -> None:
    unknown = ("各类学习活动次数", "宣讲总场次", "撰写信息稿件数")
    nothing = {(ROOT, name): exactly(0) for name in ("应报单位数", "已报单位数")}
    run = narrative.run(figures(nothing | {(ROOT, name): exactly(None) for name in unknown}), definitions())
    said = "".join(lines(narrative.document(template.compiled(TEMPLATES / "单位通报.docx"), run).report))
    assert "应报0家" not in said
    assert "（未报送的不含在内）：明细" not in said
    assert "本级及所属单位的数据明细见所附" in said


def test_what_is_compared_with_an_approximate_number_is_approximate(tmp_path: Path) -> None:
    rough = exactly(120, last_year=100, last_year_bounds=(101, 199), previous=48, previous_bounds=(40, 56))
    said = "{{ 谈心谈话次数 }}次，去年{{ 谈心谈话次数.去年 }}次，{{ 谈心谈话次数.同比 }}，上期{{ 谈心谈话次数.上期 }}次，{{ 谈心谈话次数.环比 }}"
    together = "共去年{{ (谈心谈话次数 + 宣讲次数).去年 }}次，{{ (谈心谈话次数 + 宣讲次数).同比 }}"
    document = written(tmp_path, said, together, changes={(ROOT, TALKS): rough})
    assert "120次，去年100余次，同比增长约20%，上期约48次，环比增长约150%" in lines(document.report)
    assert "共去年约104次，同比增长约20.2%" in lines(document.report)
    comments = [comment.text for comment in docx.Document(io.BytesIO(document.review)).comments]
    assert "同比增长约20%（去年同期100余次）；环比增长约150%（上期约48次）" in comments[0]


def test_comments_of_the_template_stay_beside_those_of_the_review(tmp_path: Path) -> None:
    source = blank()
    source.add_paragraph("谈话{{ 谈心谈话次数 }}次")
    source.add_comment(source.add_paragraph("请补充").runs, text="作者的话", author="甲")
    source.save(str(tmp_path / "样.docx"))
    document = narrative.document(
        template.compiled(tmp_path / "样.docx"), narrative.run(figures({}), definitions(), traced)
    )
    comments = docx.Document(io.BytesIO(document.review)).comments
    assert [comment.comment_id for comment in comments] == [0, 1]
    assert [comment.text for comment in docx.Document(io.BytesIO(document.report)).comments] == ["作者的话"]


def test_a_report_names_nobody_who_wrote_the_template(tmp_path: Path) -> None:
    source = blank()
    source.core_properties.author = source.core_properties.last_modified_by = "某某"
    source.add_paragraph("{{ 谈心谈话次数 }}")
    source.save(str(tmp_path / "样.docx"))
    document = narrative.document(template.compiled(tmp_path / "样.docx"), narrative.run(figures({}), definitions()))
    with ZipFile(io.BytesIO(document.report)) as archive:
        assert not any("某某".encode() in archive.read(name) for name in archive.namelist())


def test_same_figures_and_template_give_the_same_bytes_compiled_afresh_or_not(tmp_path: Path) -> None:
    path = word(tmp_path / "样.docx", "谈话{{ 谈心谈话次数 }}次", "{{ 初步说明 }}完")
    compiled = template.compiled(path)
    first, second, afresh = (
        narrative.document(each, narrative.run(figures({}), definitions(), traced))
        for each in (compiled, compiled, template.compiled(path))
    )
    assert first.report == second.report == afresh.report
    assert first.review == second.review == afresh.review
    with ZipFile(io.BytesIO(first.review)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert len(archive.namelist()) == len(set(archive.namelist()))


def test_the_text_is_what_docxtpl_itself_would_write(tmp_path: Path) -> None:
    path = word(
        tmp_path / "样.docx", ["谈{", "{ 谈心谈话次数", " }}次"], "{%p if 报告期 %}", "{{ 报告期 }}", "{%p endif %}"
    )
    slow = DocxTemplate(str(path))
    slow.render({"谈心谈话次数": "5", "报告期": "2023年上半年"}, Environment(autoescape=True))
    slow.save(str(tmp_path / "慢.docx"))
    fast = narrative.document(template.compiled(path), narrative.run(figures({}), definitions()))
    assert lines(fast.report) == lines((tmp_path / "慢.docx").read_bytes())


# --- silent units and evidence ---------------------------------------------------------------------------------------


def test_silent_units_are_named_and_affected_figures_called_preliminary(tmp_path: Path) -> None:
    changes = {
        (SECOND, "已报单位数"): exactly(0),
        (ROOT, "应报单位数"): exactly(3),
        (ROOT, TALKS): {"silent": 2},
    }
    document = written(tmp_path, "{{ 谈心谈话次数 }}次。{{ 初步说明 }}", "{{ 名单(未报送单位) }}", changes=changes)
    said = f"5次。应报的3家单位中有1家未报送（{SECOND}）；另有单位未报送部分台账（宣讲谈话台账1家），涉及的汇总数据为初步数。"
    assert lines(document.report) == [said, SECOND]
    assert sorted(controls(document.report).values()) == ["1", "1", "3", "5"]


def test_nothing_is_said_about_silent_units_when_all_have_reported(tmp_path: Path) -> None:
    assert lines(written(tmp_path, "完。{{ 初步说明 }}").report) == ["完。"]


STUDY = """
    单位    日期        form        sessions
    总公司  2023-01-05  中心组学习  3
    总公司  2023-02-05  中心组学习  1
    总公司  2023-04-05  读书班      2
    总公司  2023-07-05  读书班      9
"""


def evident(tmp_path: Path, text: str, changes: Changes, **other: Any) -> str:
    return lines(written(tmp_path, text, changes=changes, study=STUDY, **other).report)[0]


def test_months_without_a_session_are_named_up_to_the_as_of_date(tmp_path: Path) -> None:
    changes = {(ROOT, "开展学习月份数"): exactly(3)}
    text = "{{ 依据.空白月份|join('、') }}"
    assert evident(tmp_path, text, changes) == "3月、5月、6月"
    assert evident(tmp_path, text, changes, as_of=date(2023, 5, 20)) == "3月、5月"


def test_a_form_that_dominates_is_named_with_its_share(tmp_path: Path) -> None:
    text = "{% if 依据.主要形式 %}{{ 依据.主要形式.名称 }}占{{ 依据.主要形式.占比 }}{% endif %}。"
    assert evident(tmp_path, text, {(ROOT, "最主要形式占比"): exactly(Fraction(4, 6))}) == "中心组学习占66.7%。"
    assert evident(tmp_path, text, {(ROOT, "最主要形式占比"): exactly(Fraction(1, 2))}) == "。"


def test_late_replies_and_unlevelled_incidents_are_counted(tmp_path: Path) -> None:
    changes = {
        (ROOT, "及时处置率"): exactly(Fraction(7, 10), numerator=7, denominator=10),
        (ROOT, "未定级占比"): exactly(Fraction(1, 6), numerator=2, denominator=12),
    }
    assert evident(tmp_path, "{{ 依据.超时回应 }}起、{{ 依据.未定级 }}起", changes) == "3起、2起"


def test_units_far_above_the_median_are_named(tmp_path: Path) -> None:
    register = measuring.register((ROOT, None), *((name, ROOT) for name in "甲乙丙"))
    found = measuring.definitions(register)
    sessions = {0: 33, 1: 3, 2: 6, 3: 24}
    by_key = {
        (unit.index, scope, each.id): Figure(HALF, unit.index, scope, each.id, **exactly(sessions[unit.index]))
        for unit in register.units
        for scope in SCOPES
        for each in found.indicators
    }
    run = narrative.run(Figures(HALF, HALF.end, by_key, measuring.harvest(found, [], [])), found)
    text = "{{ 谈心谈话次数 }}{% for 项 in 依据.不均衡 %}{{ 项.单位 }}{{ 项.最多 }}次，{{ 项.倍数 }}倍{% endfor %}"
    path = word(tmp_path / "样.docx", text)
    assert lines(narrative.document(template.compiled(path), run).report) == ["33丙24次，4倍"]


@pytest.mark.parametrize(
    ("value", "span", "ended", "verdict"),
    [
        (exactly(2), "half", True, "met"),
        (exactly(1), "half", True, "below"),
        (exactly(1), None, True, "below"),
        (exactly(1), "half", False, "under way"),
        (exactly(1), "year", True, "under way"),
        (exactly(2), "year", True, "met"),
        (exactly(None), "half", True, "unknown"),
        ({"value": 2, "low": 1, "high": 3}, "half", True, "unknown"),
        (exactly(1, unknown=1), "half", True, "unknown"),
        (exactly(2, unknown=1), "half", True, "met"),
        (exactly(1, silent=1), "half", True, "waiting"),
    ],
)
def test_a_target_is_missed_only_when_its_time_is_over(
    value: Mapping[str, Any], span: Any, ended: bool, verdict: str
) -> None:
    target = Target("talk.heart_to_heart", None, span, Fraction(2))
    figure = Figure(HALF, 0, "all", "talk.heart_to_heart", **value, target=target)
    assert evidence.verdict(figure, ended=ended) == verdict


def test_units_below_their_target_are_named(tmp_path: Path) -> None:
    target = Target("talk.heart_to_heart", None, "half", Fraction(6))
    changes = {(FIRST, TALKS): {"target": target}, (ROOT, TALKS): exactly(6, target=target)}
    text = "{{ 谈心谈话次数 }}{% for 项 in 依据.未达标 %}{{ 项.单位 }}{{ 项.数值 }}次，目标{{ 项.目标 }}次{% endfor %}"
    assert evident(tmp_path, text, changes) == "6第一分公司5次，目标6次"
    changes[FIRST, TALKS] = {"target": target, "silent": 1}
    assert evident(tmp_path, text, changes) == "6"


def test_a_sum_of_indicators_that_counts_a_record_twice_is_pointed_out(tmp_path: Path) -> None:
    compiled = template.compiled(word(tmp_path / "样.docx", "{{ 宣讲次数 + 谈心谈话次数 }}次，{{ 宣讲次数 }}次"))
    run = narrative.run(figures({}), definitions(), traced, shared=lambda *_: 2)
    said = narrative.document(compiled, run)
    (finding,) = said.findings
    assert (finding.code, finding.field) == ("figure-inconsistent", "talk.preaching")
    assert "宣讲次数＋谈心谈话次数" in dict(finding.values)["other"]
    assert any("其中2条记录同属几个指标，重复计了" in line for line in lines(said.review, "word/comments.xml"))


# --- the shipped templates -------------------------------------------------------------------------------------------

SHIPPED = {
    "上半年工作报告": ["中心组学习次数", "成立项目支部数|中文", "帮扶资金", "志愿服务人次|余"],
    "年度总结及下年计划": [
        *(
            "书记撰写论文数",
            "各级书记党课宣讲场次|余",
            "培训党员人次|余",
            "党员受教育率",
            "第一议题学习次数",
            "中心组学习次数",
        ),
        *(
            "外部媒体刊发数",
            "内部网站刊发数",
            "内部报纸刊发数",
            "新媒体刊发数",
            "新媒体阅读量|万",
            "二等奖数",
            "优秀奖数",
        ),
    ],
    "上半年专题报告": ["各类平台宣传次数|余", "公司级宣讲次数", "车间级宣讲次数|余", "班组级宣讲次数|近"],
    "责任制落实情况自查报告": [
        *("专题集中学习次数", "书记专题党课次数", "组织学习次数", "各类学习活动次数", "谈心谈话次数", "纠正偏差人数"),
        "意识形态专题会议次数",
    ],
    "上半年总结和下半年计划": [
        *("中心组学习次数", "专题集中学习次数", "党政工作会次数", "班子成员上党课次数", "为服务对象宣讲次数"),
        *("撰写信息稿件数|余", "媒体发表数", "分析研判报告数"),
    ],
}
"""Domain §7: the figures of each report, no more and no less, with their styles."""


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_template_prints_exactly_the_figures_of_its_kind(name: str) -> None:
    wanted = {tag.partition("|")[0] for tag in SHIPPED[name]}
    compiled = template.compiled(TEMPLATES / "报告" / f"{name}.docx")
    assert compiled.names & {each.name for each in definitions().indicators} == wanted
    text = "\n".join(lines((TEMPLATES / "报告" / f"{name}.docx").read_bytes()))
    assert all(f"{{{{ {tag} }}}}" in text for tag in SHIPPED[name] if "|" in tag)


@pytest.mark.parametrize(
    ("period", "names"),
    [
        ("2023H1", SHIPPED.keys() - {"年度总结及下年计划"}),
        ("2023", {"年度总结及下年计划"}),
        ("2023H2", set()),
        ("2023Q2", set()),
    ],
)
def test_a_run_writes_the_templates_that_fit_its_period(period: str, names: set[str]) -> None:
    found = narrative.reports(TEMPLATES, narrative.run(figures({}, Period.parse(period)), definitions(), traced))
    assert {document.name for document in found} == {f"{name}.docx" for name in names}


@pytest.mark.parametrize(
    ("name", "keywords", "fitting"),
    [
        ("上半年总结和下半年计划", "", {"2023H1"}),
        ("年度总结", "", {"2023"}),
        ("通报", "", {"2023H1", "2023H2", "2023", "2023Q2", "2023-03"}),
        ("通报", "期间=半年", {"2023H1", "2023H2"}),
        ("上半年通报", "期间＝季度；单位=第一分公司", {"2023Q2"}),
    ],
)
def test_a_keyword_or_else_the_file_name_says_which_periods_a_template_is_for(
    tmp_path: Path, name: str, keywords: str, fitting: set[str]
) -> None:
    compiled = template.compiled(word(tmp_path / f"{name}.docx", "{{ 报告期 }}", keywords=keywords))
    periods = ["2023H1", "2023H2", "2023", "2023Q2", "2023-03"]
    assert {each for each in periods if narrative.fits(compiled, Period.parse(each))} == fitting


def test_a_keyword_makes_a_report_that_of_another_unit(tmp_path: Path) -> None:
    (tmp_path / "报告").mkdir()
    word(tmp_path / "报告" / "通报.docx", "{{ 单位名称 }}", keywords="单位=第一分公司")
    for other in ("~$通报.docx", "通报.lint.docx"):
        (tmp_path / "报告" / other).write_bytes(b"no template")
    (document,) = narrative.reports(tmp_path, narrative.run(figures({}), definitions(), traced))
    assert lines(document.report) == [FIRST]


def test_the_shipped_templates_follow_the_layout_of_official_documents() -> None:
    paths = sorted((TEMPLATES / "报告").glob("*.docx"))
    assert paths
    for path in paths:
        section = docx.Document(str(path)).sections[0]
        margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        millimetres = [round(margin.mm) for margin in margins if margin]
        assert millimetres == [37, 35, 28, 26]
        fonts = {font.get(f"{W}eastAsia") for font in part(path.read_bytes(), "word/styles.xml").iter(f"{W}rFonts")}
        assert fonts >= {"方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"}


@pytest.mark.office
def test_libreoffice_opens_every_report_with_its_numbers(tmp_path: Path) -> None:
    documents = narrative.reports(TEMPLATES, narrative.run(figures({}), definitions(), traced))
    for document in documents:
        (tmp_path / document.name).write_bytes(document.review)
    soffice.convert((tmp_path / document.name for document in documents), "txt:Text (encoded):UTF8", tmp_path)
    for document in documents:
        text = (tmp_path / document.name).with_suffix(".txt").read_text(encoding="utf-8-sig")
        assert [line for line in text.splitlines() if line] == [line for line in lines(document.report) if line]
