"""Writes the five report templates of templates/报告 (layout after GB/T 9704-2012); the same bytes every time.

    python tests/office/make_templates.py [FOLDER]

A clerk edits the .docx themselves in Word or WPS; this script is only how the shipped ones came about.
"""

from __future__ import annotations

import io
import re
import sys
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

TEMPLATES = Path(__file__).parents[2] / "templates" / "报告"

TITLE, BODY, LEVEL_1, LEVEL_2, LATIN = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "Times New Roman"
FALLBACKS = {
    TITLE: "方正小标宋_GBK,FZXiaoBiaoSong-B05S,华文中宋,SimSun",
    BODY: "仿宋,FangSong,STFangsong",
    LEVEL_1: "SimHei,Noto Sans CJK SC",
    LEVEL_2: "楷体,KaiTi,STKaiti",
    "宋体": "SimSun,Noto Serif CJK SC",
    LATIN: "Liberation Serif",
}
STYLES = {
    "Normal": "正文",
    "Title": "标题",
    "Heading 1": "一级",
    "Heading 2": "二级",
    "Signature": "落款",
    "Footer": "页脚",
}
ENDING = 6
"""Last paragraphs of a template that stay on one page, so that no signature stands on a page without text."""
DROPPED = ("customXml", "stylesWithEffects", "thumbnail", "numbering", "webSettings")

SHORTCOMINGS = """
二、存在的不足
{%p if 未报送单位 %}
台账报送不齐。截至{{ 统计截止 }}，{{ 名单(未报送单位) }}未报送台账。
{%p endif %}
{%p if 依据.未达标 %}
有的单位没有达到目标。{% for 项 in 依据.未达标 %}{{ 项.单位 }}{{ 项.指标 }}为{{ 项.数值|带量词 }}，目标为{{ 项.目标|带量词 }}{% if not loop.last %}；{% endif %}{% endfor %}。
{%p endif %}
{%p if 依据.空白月份 %}
学习安排不够均衡。{{ 依据.空白月份|join("、") }}没有学习记录。
{%p endif %}
{%p if 依据.主要形式 %}
学习形式比较单一。{{ 依据.主要形式.名称 }}占全部学习次数的{{ 依据.主要形式.占比 }}。
{%p endif %}
{%p if 依据.超时回应 %}
舆情首次回应有超时。有{{ 依据.超时回应 }}起舆情的首次回应超过规定时限。
{%p endif %}
{%p if 依据.未定级 %}
舆情登记不够完整。有{{ 依据.未定级 }}起舆情没有登记等级。
{%p endif %}
{%p if 依据.不均衡 %}
各单位之间差别较大。{% for 项 in 依据.不均衡 %}{{ 项.指标 }}最多的是{{ 项.单位 }}，为{{ 项.最多|带量词 }}，是各单位中位数的{{ 项.倍数 }}倍{% if not loop.last %}；{% endif %}{% endfor %}。
{%p endif %}
{%p if 依据.不明 %}
{{ 依据.不明|join("、") }}因资料不全，暂不能判断。
{%p endif %}
{%p if not (未报送单位 or 依据.有) %}
本期台账的各项统计没有显示报送、目标和安排方面的不足。
{%p endif %}
"""

TARGETS_UNDER_WAY = """
{%p if 依据.在进行 %}
继续推进未到期的目标。{% for 项 in 依据.在进行 %}{{ 项.指标 }}目标为{{ 项.目标期间 }}不少于{{ 项.目标|带量词 }}，目前为{{ 项.数值|带量词 }}{% if not loop.last %}；{% endif %}{% endfor %}。
{%p endif %}
"""

SIGNATURE = """
> {{ 单位名称 }}
> {{ 统计截止 }}
"""


SHORTHAND = {
    "同比": "{% if 指标.有同比 %}，{{ 指标.同比 }}{% endif %}",
    "目标": "{% if 指标.有目标 %}，目标为{{ 指标.目标期间 }}不少于{{ 指标.目标|带量词 }}{% endif %}",
}
"""〔同比：谈心谈话次数〕 in the texts below: clauses that stand only where there is something to say."""

HALF_YEAR_REPORT = """
# {{ 单位名称 }}{{ 报告期 }}工作报告
{{ 报告期 }}，{{ 单位名称 }}按照年度工作安排，做了理论学习、支部建设、帮扶和志愿服务等工作。现将有关情况报告如下。
一、工作开展情况
（一）组织理论学习
理论学习列入年度计划，按次登记。{{ 报告期 }}组织中心组学习{{ 中心组学习次数 }}次〔同比：中心组学习次数〕。
（二）在项目上成立支部
项目开工到哪里，支部工作就安排到哪里。{{ 报告期 }}成立项目支部{{ 成立项目支部数|中文 }}个。
（三）帮扶困难群众
帮扶资金按计划拨付，逐笔登记。{{ 报告期 }}投入帮扶资金{{ 帮扶资金 }}万元〔同比：帮扶资金〕。
（四）开展志愿服务
各单位就近组织志愿服务。{{ 报告期 }}参加志愿服务{{ 志愿服务人次|余 }}人次〔同比：志愿服务人次〕。
（五）做好台账统计
以上数据由各单位报送的台账汇总，统计截至{{ 统计截止 }}。{{ 初步说明 }}
〔不足〕
三、下一步工作
按照年度计划完成下半年的学习、帮扶和志愿服务安排，每次活动当月登记。
对未报送和登记不全的台账逐个单位核对补齐，年底前再统计一次。
〔在进行〕
〔落款〕
"""

ANNUAL_SUMMARY = """
# {{ 单位名称 }}{{ 年份 }}年度工作总结及{{ 下年 }}年工作计划
{{ 报告期 }}，{{ 单位名称 }}按照年初计划，做了理论学习、党课宣讲和新闻宣传等工作。现将有关情况总结如下。
一、主要工作
（一）理论学习按计划进行
学习内容年初排定，会前印发。全年开展第一议题学习{{ 第一议题学习次数 }}次〔同比：第一议题学习次数〕；组织中心组学习{{ 中心组学习次数 }}次〔同比：中心组学习次数〕。书记撰写论文{{ 书记撰写论文数 }}篇。
（二）党课宣讲面向基层
各级书记到基层讲党课、作宣讲。全年开展党课宣讲{{ 各级书记党课宣讲场次|余 }}场次〔同比：各级书记党课宣讲场次〕，培训党员{{ 培训党员人次|余 }}人次，党员受教育率为{{ 党员受教育率 }}。
（三）新闻宣传分渠道刊发
稿件按渠道登记，刊发后计入。全年在外部媒体刊发{{ 外部媒体刊发数 }}篇、内部网站刊发{{ 内部网站刊发数 }}篇、内部报纸刊发{{ 内部报纸刊发数 }}篇、新媒体刊发{{ 新媒体刊发数 }}篇，新媒体阅读量{{ 新媒体阅读量|万 }}次。
（四）参加评比
各单位选送作品参加评比。全年获得二等奖{{ 二等奖数 }}个、优秀奖{{ 优秀奖数 }}个。
（五）做好台账统计
以上数据由各单位报送的台账汇总，统计截至{{ 统计截止 }}。{{ 初步说明 }}
〔不足〕
三、{{ 下年 }}年工作计划
年初排定学习和宣讲计划，按月检查登记情况。
把党课宣讲安排到尚未开展的单位，稿件刊发后及时登记渠道和阅读量。
半年和年底各核对一次台账，缺报的单位在规定时间内补齐。
〔落款〕
"""

SPECIAL_REPORT = """
# {{ 单位名称 }}{{ 报告期 }}宣讲宣传工作专题报告
{{ 报告期 }}，{{ 单位名称 }}按照集团的统一安排，分级开展宣讲，并利用各类平台做好宣传。现将有关情况报告如下。
一、工作开展情况
（一）组织公司级宣讲
公司级宣讲由公司统一排定场次。{{ 报告期 }}开展公司级宣讲{{ 公司级宣讲次数 }}次〔同比：公司级宣讲次数〕。
（二）组织车间级宣讲
车间结合生产安排宣讲时间。{{ 报告期 }}开展车间级宣讲{{ 车间级宣讲次数|余 }}次〔同比：车间级宣讲次数〕。
（三）组织班组级宣讲
班组宣讲安排在班前会和学习日。{{ 报告期 }}开展班组级宣讲{{ 班组级宣讲次数|近 }}次〔同比：班组级宣讲次数〕。
（四）利用平台宣传
各单位制作图文、短视频、图解和漫画。{{ 报告期 }}在各类平台宣传{{ 各类平台宣传次数|余 }}次〔同比：各类平台宣传次数〕。
（五）做好台账统计
以上数据由各单位报送的台账汇总，统计截至{{ 统计截止 }}。{{ 初步说明 }}
〔不足〕
三、下一步工作
下半年按公司、车间、班组三级排定宣讲场次，讲后当月登记级别和对象。
对宣讲较少的单位单独安排，平台宣传按篇登记。
〔在进行〕
〔落款〕
"""

SELF_CHECK = """
# {{ 单位名称 }}{{ 报告期 }}责任制落实情况自查报告
按照责任制自查的要求，{{ 单位名称 }}对{{ 报告期 }}的工作进行了自查，数据截至{{ 统计截止 }}。现将有关情况报告如下。
一、责任制落实情况
（一）组织学习
学习按计划组织，每次登记内容和人数。截至{{ 统计截止 }}，组织学习{{ 组织学习次数 }}次〔同比：组织学习次数〕，其中专题集中学习{{ 专题集中学习次数 }}次。
（二）讲授党课
书记带头讲党课。截至{{ 统计截止 }}，书记讲专题党课{{ 书记专题党课次数 }}次〔同比：书记专题党课次数〕。
（三）开展谈心谈话
谈心谈话逐次登记，只统计次数和人数。截至{{ 统计截止 }}，开展谈心谈话{{ 谈心谈话次数 }}次〔同比：谈心谈话次数〕，纠正偏差{{ 纠正偏差人数 }}人。
（四）召开专题会议
意识形态工作列入会议安排。截至{{ 统计截止 }}，召开意识形态专题会议{{ 意识形态专题会议次数 }}次〔目标：意识形态专题会议次数〕。
（五）开展各类学习活动
各单位结合实际开展学习活动。截至{{ 统计截止 }}，本级及所属单位开展各类学习活动{{ 各类学习活动次数 }}次〔同比：各类学习活动次数〕。{{ 初步说明 }}
〔不足〕
三、下一步措施
对照责任制清单逐项安排下半年工作，明确完成时间。
学习、党课、谈心谈话和专题会议在当月登记，缺报的台账按期补齐。
〔在进行〕
〔落款〕
"""

HALF_YEAR_SUMMARY = """
# {{ 单位名称 }}党组{{ 报告期 }}工作总结和下半年工作计划
{{ 报告期 }}，{{ 单位名称 }}党组按照年度计划，做了学习、会议、宣讲和信息等工作。现将有关情况总结如下。
一、上半年工作
（一）抓好集体学习
党组带头参加学习，学习计划年初印发。{{ 报告期 }}开展中心组学习和专题集中学习共{{ 中心组学习次数 + 专题集中学习次数 }}次。
（二）按规定召开会议
议题会前征集，会后督办。{{ 报告期 }}召开党政工作会{{ 党政工作会次数 }}次〔目标：党政工作会次数〕。
（三）讲授党课和宣讲
班子成员到联系单位讲党课，并为服务对象宣讲政策。{{ 报告期 }}班子成员上党课{{ 班子成员上党课次数 }}次，为服务对象宣讲{{ 为服务对象宣讲次数 }}次〔同比：为服务对象宣讲次数〕。
（四）撰写和发表信息
各单位及时撰写信息稿件。{{ 报告期 }}撰写信息稿件{{ 撰写信息稿件数|余 }}条，在媒体发表{{ 媒体发表数 }}条〔同比：媒体发表数〕。
（五）做好分析研判
定期分析情况，形成书面报告。{{ 报告期 }}形成分析研判报告{{ 分析研判报告数 }}篇〔目标：分析研判报告数〕。以上数据统计截至{{ 统计截止 }}。{{ 初步说明 }}
〔不足〕
三、下半年工作计划
按计划完成下半年的学习、会议和党课安排。
增加面向服务对象的宣讲，稿件刊发后及时登记。
〔在进行〕
〔落款〕
"""

BLOCKS = {"〔不足〕": SHORTCOMINGS, "〔在进行〕": TARGETS_UNDER_WAY, "〔落款〕": SIGNATURE}

REPORTS = {
    "上半年工作报告": ("上半年", HALF_YEAR_REPORT),
    "年度总结及下年计划": ("全年", ANNUAL_SUMMARY),
    "上半年专题报告": ("上半年", SPECIAL_REPORT),
    "责任制落实情况自查报告": ("上半年", SELF_CHECK),
    "上半年总结和下半年计划": ("上半年", HALF_YEAR_SUMMARY),
}


def written(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, (period, text) in REPORTS.items():
        (folder / f"{name}.docx").write_bytes(template(period, text))


def template(period: str, text: str) -> bytes:
    document = docx.Document()
    _without_extras(document)
    _with_styles(document)
    _with_layout(document)
    for line in _spelt_out(text).split("\n"):
        if line:
            _paragraph(document, line)
    for paragraph in document.paragraphs[-ENDING:]:
        paragraph.paragraph_format.keep_with_next = True
    _with_properties(document, period)
    return _repacked(document)


def _spelt_out(text: str) -> str:
    for block, lines in BLOCKS.items():
        text = text.replace(block, lines)
    return re.sub(r"〔(..)：(.+?)〕", lambda found: SHORTHAND[found[1]].replace("指标", found[2]), text)


def _paragraph(document: Document, line: str) -> None:
    if line.startswith("# "):
        document.add_paragraph(line[2:], "Title")
    elif line.startswith("> "):
        document.add_paragraph(line[2:], "Signature")
    elif line.startswith("（"):
        document.add_paragraph(line, "Heading 2")
    elif line[1:2] == "、":
        document.add_paragraph(line, "Heading 1")
    else:
        document.add_paragraph(line)


# --- styles and layout -----------------------------------------------------------------------------------------------


def _with_styles(document: Document) -> None:
    styles = document.styles
    styles.add_style("Signature", WD_STYLE_TYPE.PARAGRAPH)
    kept = {*STYLES, "Default Paragraph Font", "Normal Table", "No List"}
    for style in list(styles):
        if style.name not in kept:
            style.element.getparent().remove(style.element)
    for latent in styles.element.findall(qn("w:latentStyles")):
        styles.element.remove(latent)
    _style(styles["Normal"], BODY, 16, indent=2)
    _style(styles["Title"], TITLE, 22, align=WD_ALIGN_PARAGRAPH.CENTER, after=29)
    _style(styles["Heading 1"], LEVEL_1, 16, indent=2)
    _style(styles["Heading 2"], LEVEL_2, 16, indent=2)
    _style(styles["Signature"], BODY, 16, align=WD_ALIGN_PARAGRAPH.RIGHT)
    _style(styles["Footer"], "宋体", 14)


def _style(
    style: ParagraphStyle,
    font: str,
    size: float,
    *,
    indent: int = 0,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY,
    after: float = 0,
) -> None:
    element = style.element
    for old in (element.rPr, element.pPr):
        if old is not None:
            element.remove(old)
    style.font.name, style.font.size, style.font.bold = LATIN, Pt(size), False
    style.font.color.rgb = RGBColor(0, 0, 0)
    element.rPr.rFonts.set(qn("w:eastAsia"), font)
    layout = style.paragraph_format
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(29)
    layout.space_before, layout.space_after, layout.alignment = Pt(0), Pt(after), align
    layout.first_line_indent = Pt(indent * size)
    element.pPr.ind.set(qn("w:firstLineChars"), str(indent * 100))
    layout.keep_with_next = style.name == "Signature" or style.name.startswith("Heading")
    if style.name.startswith("Heading"):
        _set(element.pPr, "outlineLvl", val=str(int(style.name[-1]) - 1))


def _with_layout(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    document.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    _page_number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)


def _page_number(paragraph: Paragraph, side: WD_ALIGN_PARAGRAPH) -> None:
    """``— 1 —`` at the outer side, one character in from the edge."""
    paragraph.style, paragraph.alignment = "Footer", side
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(14)
    paragraph.add_run("— ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), " PAGE ")
    paragraph._p.append(field)
    run = paragraph.add_run("1")
    field.append(run._r)
    paragraph.add_run(" —")


def _set(parent: object, name: str, **values: str) -> None:
    element = OxmlElement(f"w:{name}")
    for key, value in values.items():
        element.set(qn(f"w:{key}"), value)
    parent.append(element)  # type: ignore[attr-defined]


# --- the package -----------------------------------------------------------------------------------------------------


def _without_extras(document: Document) -> None:
    """What python-docx's own template brings along and no report needs."""
    for relations in (document.part.rels, document.part.package.rels):
        for id, relation in list(relations.items()):
            if relation.reltype.endswith(DROPPED):
                relations.pop(id)
            elif relation.reltype.endswith("/fontTable"):
                relation.target_part._blob = _font_table()


def _font_table() -> bytes:
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/></w:font>' for name, others in FALLBACKS.items()
    )
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<w:fonts xmlns:w="{namespace}">{fonts}</w:fonts>'.encode()


def _with_properties(document: Document, period: str) -> None:
    properties = document.core_properties
    properties.keywords = f"期间={period}"
    properties.author = properties.last_modified_by = properties.comments = properties.title = ""
    properties.created = properties.modified = datetime(2000, 1, 1)


def _repacked(document: Document) -> bytes:
    saved, packed = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with ZipFile(saved) as source, ZipFile(packed, "w", ZIP_DEFLATED) as target:
        for info in source.infolist():
            fixed = ZipInfo(info.filename, (1980, 1, 1, 0, 0, 0))
            fixed.compress_type, fixed.create_system = ZIP_DEFLATED, 0
            target.writestr(fixed, source.read(info))
    return packed.getvalue()


if __name__ == "__main__":
    written(Path(sys.argv[1]) if len(sys.argv) > 1 else TEMPLATES)
