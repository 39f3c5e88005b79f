"""Writes templates/单位通报.docx, the narrative of a unit's pack, in the layout of the reports; the same bytes every time.

    python tests/office/make_unit_template.py [FILE]

A clerk edits the .docx in Word or WPS; this script is only how the shipped one came about.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import make_templates

TEMPLATE = make_templates.TEMPLATES.parent / "单位通报.docx"

NOTICE = """
# 关于{{ 单位名称 }}{{ 报告期 }}台账报送情况的通报
{{ 单位名称 }}：
现将你单位{{ 报告期 }}台账的报送和统计情况通报如下，数据截至{{ 统计截止 }}。请核对，如有出入请及时告知。
一、报送情况
{%p if 待报台账 %}
尚未收到或不能采用的台账有：{{ 待报台账|join("、") }}。请尽快报送；本期确实没有的，请报零报告（表里写“无”）。
{%p else %}
没有待报的台账，感谢支持。
{%p endif %}
{%p if 下级单位 and 应报 %}
所属单位（含本级）应报{{ 应报 }}家，{% if 已报 %}已报{{ 已报 }}家{% else %}都没有报送{% endif %}{% if 未报送单位 %}，未报送的是{{ 名单(未报送单位) }}，请督促补报{% endif %}。
{%p endif %}
二、主要数据
{%p if 本级.各类学习活动次数.未知 and 本级.宣讲总场次.未知 and 本级.谈心谈话次数.未知 and 本级.撰写信息稿件数.未知 %}
本级学习、宣讲谈话、稿件信息三类台账尚无可以采用的数据。
{%p endif %}
{%p if not 本级.各类学习活动次数.未知 %}
（一）理论学习
{%p if 本级.各类学习活动次数 %}
本级开展各类学习活动{{ 本级.各类学习活动次数 }}次〔同比：各类学习活动次数〕〔并：中心组学习，中心组学习次数〕〔并：第一议题学习，第一议题学习次数〕〔并：专题集中学习，专题集中学习次数〕〔并：三会一课，三会一课次数〕〔并：主题党日，主题党日次数〕。
{%p else %}
学习台账本期没有登记学习活动。
{%p endif %}
{%p endif %}
{%p if not 本级.宣讲总场次.未知 %}
（二）宣讲谈话
{%p if 本级.宣讲总场次 or 本级.谈心谈话次数 %}
本级{% if 本级.宣讲总场次 %}举办宣讲、党课和报告会{{ 本级.宣讲总场次 }}场次〔同比：宣讲总场次〕{% else %}没有登记宣讲、党课和报告会{% endif %}{% if 本级.受众人次 %}，受众{{ 本级.受众人次 }}人次{% endif %}〔并：谈心谈话，谈心谈话次数〕。
{%p else %}
宣讲谈话台账本期没有登记宣讲和谈心谈话。
{%p endif %}
{%p endif %}
{%p if not 本级.撰写信息稿件数.未知 %}
（三）稿件信息
{%p if 本级.撰写信息稿件数 %}
本级撰写信息稿件{{ 本级.撰写信息稿件数 }}条〔同比：撰写信息稿件数〕{% if 本级.媒体发表数 %}，在媒体发表{{ 本级.媒体发表数 }}条{% endif %}。
{%p else %}
稿件信息台账本期没有登记稿件。
{%p endif %}
{%p endif %}
{%p if not 本级.舆情事件数.未知 %}
（四）舆情处置
{%p if 本级.舆情事件数 %}
登记涉及本级的舆情{{ 本级.舆情事件数 }}起{% if 本级.办结数 %}，办结{{ 本级.办结数 }}起{% endif %}{% if 本级.超期未办结数 > 0 %}，超期未办结{{ 本级.超期未办结数 }}起，请抓紧处置{% endif %}。
{%p else %}
没有登记涉及本级的舆情。
{%p endif %}
{%p endif %}
{%p if 下级单位 %}
（五）本级及所属单位
{%p if 全部.各类学习活动次数 or 全部.宣讲总场次 or 全部.撰写信息稿件数 %}
本级及所属单位合计（未报送的不含在内）：{% if 全部.各类学习活动次数 %}各类学习活动{{ 全部.各类学习活动次数 }}次，{% endif %}{% if 全部.宣讲总场次 %}宣讲、党课和报告会{{ 全部.宣讲总场次 }}场次，{% endif %}{% if 全部.撰写信息稿件数 %}撰写信息稿件{{ 全部.撰写信息稿件数 }}条，{% endif %}明细见所附“汇总”的“所属单位”表。
{%p else %}
本级及所属单位的数据明细见所附“汇总”的“所属单位”表。
{%p endif %}
{%p endif %}
三、需要改正的问题
{%p if 待改问题 %}
核对中发现以下问题，请在原文件上改正后重报：
{%p for 项 in 待改问题 %}
{{ loop.index }}．{{ 项 }}
{%p endfor %}
全部问题见所附“汇总”的“问题”表，来件中有问题的单元格已在所附“问题回执”中标出。
{%p else %}
没有发现需要改正的问题。
{%p endif %}
> {{ 统计截止 }}
"""


SHORTHAND = {
    r"〔同比：(.+?)〕": r"{% if 本级.\1.有同比 %}，{{ 本级.\1.同比 }}{% endif %}",
    r"〔并：(.+?)，(.+?)〕": r"{% if 本级.\2 %}；\1{{ 本级.\2 }}次{% endif %}",
}
"""Clauses that stand only where there is something to say: a 0 or unknown would be marked in yellow."""


def spelt_out(text: str) -> str:
    for short, clause in SHORTHAND.items():
        text = re.sub(short, clause, text)
    return text


def written(path: Path) -> None:
    path.write_bytes(make_templates.template("任意", spelt_out(NOTICE)))


if __name__ == "__main__":
    written(Path(sys.argv[1]) if len(sys.argv) > 1 else TEMPLATE)
