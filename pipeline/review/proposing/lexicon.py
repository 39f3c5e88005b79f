"""The words by which old reports are read: what stands around a number and says what the number is, or is not."""

from __future__ import annotations

import re
from collections.abc import Iterable


def any_of(words: Iterable[str]) -> str:
    """The pattern of one of these words, of several that fit the longest."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


MEASURE_WORDS = _words(
    "人次 场次 件次 人 名 位 次 场 期 堂 节 轮 条 篇 件 则 份 幅 部 本 册 个 家 支 项 所 处 座 户 起 例 宗 种 类 天 "
    "小时 个小时 个月 万元 亿元 元 公里 千米 米 吨 个百分点 对 批 台 面 组 间 户次 课时 学时 点 大"
)
"""Besides those of the indicators; the longest that fits is taken."""

ALIKE = (
    ("次", "场", "场次", "期", "堂", "节", "轮"),
    ("条", "篇", "件", "则", "份", "幅", "部"),
    ("次", "条", "件"),
    ("个", "家", "支", "项", "处", "所"),
    ("人", "名", "位"),
    ("起", "件", "例", "宗"),
    ("种", "类", "个"),
    ("小时", "个小时"),
)
"""Measure words that count the same things, so that the sentence may keep its own."""
NEARLY_ALIKE = (("人次", "人", "名"), ("次", "场次", "人次"), ("起", "次", "条"))
"""Measure words that sometimes stand for one another: good enough to propose, not to decide."""

NO_MEASURE = _words(
    "名称 名单 名誉 名师 部门 部署 部长 部分 部委 级 个人 个体 场所 场站 场馆 场景 条例 条件 条线 次序 期间 期末 期刊 人民 人员 "
    "人才 人力 人社 人大 家园 家庭 家属 项目 类型 份额 位于 件事 节约 节点 处室 处长 所长 所属 所在 户外 户籍 台账 台风 "
    "面向 面对 支部 支队 支行 支委 对象 对口 组织 组长 篇章 天然 元旦 大队 大学 大道 大街 大厦 大会 点位 点多 本级 "
    "座谈 批示 批准 间隔 种植 起重机 起草"
)
"""What begins like a measure word and is none."""
NAME_AFTER_BLANK = ("部", "所", "处", "组", "台", "大", "本", "点")
"""Measure words that after a blank end a name (``XX部``), unless what follows is counted in them."""
COUNTED_IN_THESE = ("短视频", "作品", "宣传片", "微电影", "纪录片", "动漫", "图书", "示范点")

FORMULAS = _words(
    "四个意识 四个自信 四个全面 四个伟大 四个服从 两个维护 两个确立 两个责任 两个结合 两个毫不动摇 两个一百年 三个代表 三会一课 "
    "三重一大 三严三实 三个务必 三大攻坚战 三大战略 五个一 五位一体 六个必须 七个有之 八项规定 两学一做 一岗双责 一把手 一线 一体 一带一路 "
    "一课一片 十个明确 十四个坚持 十三个方面成就 一个中心 一报告两评议 两优一先 四种形态 四风 四史 三农 三基 六稳 六保 双一流"
)
"""Fixed expressions whose numerals count nothing."""

PREDICATES = _words("全部 均 已 都 得到 实现 参加 参与 参观 完成 未 被 为 到 受到 获 在 较")
"""What follows a measure word and begins so says what became of the counted, not what was counted."""
NOT = ("未", "不", "没", "无", "非", "尚未")
"""Before a word that is said not to hold."""

FIXED_BEFORE = _words("第 附件 附表 附图 见表 如表 见图 如图 编号 〔 × [ / “第 No. NO. 序号 GB DB — ―")
FIXED_AFTER = _words(
    "年 月 日 号 时 点 岁 : ： 季度 半年 周年 世纪 版 级 届 届中 中全会 楼 室 路 街 弄 分钟 分许 秒 代 度 周 星期 线 〕 ] / 文件"
)
DATE_AFTER_BLANK = ("年", "月", "日", "号", "〕", "]", "）号", "时", "季度")
NO_DATE = ("日报", "日常", "月刊", "年鉴", "年会", "号线", "号楼", "号院", "日杂志")
"""What begins like a date and is the end of a name."""
DATE_BEFORE_BLANK = ("〔", "[", "〔20", "[20")
WITHIN = ("内", "以内", "之内", "制", "前")
"""After a span of time: a limit, no figure."""
SPANS_OF_TIME = ("小时", "个小时", "天", "个月")
ARTICLE_BEFORE = _words("每 另 又 进 同 统 这 那 某 任 有 是 成 新 下 上 首 唯 不 第 逐 之")
"""A ``一个`` after these is an article."""
LINKS = _words("为 达 达到 共 共计 合计 总计 累计 计 突破 超 超过 至 到 ： : 是 有 约 近 仅")
"""A number without a measure word follows them."""
TOTALS = _words("共 共计 合计 总计 累计 总共 一共")
LIGHT = _words(
    "其中 分别 了 均 发生 开展 组织 进行 举办 召开 完成 先后 上半年 下半年 全年 半年 今年 本年 以来 今年来 年内 期间 已 只 又 再"
)
"""Words that do not say what is counted."""
SEPARATORS = ("、", "，", "和", "及", "与", "以及", "、以及", "，以及")

HEDGES = {"近": "近", "将近": "近", "接近": "近", "约": "约", "大约": "约"}
NO_HEDGE_AFTER = "预签节公合附最邻远亲制违"
"""These and 近 or 约 make another word: 预约3次."""

ENUMERATED = _words(
    "方面 环节 层面 维度 要点 措施 举措 任务 原则 关键 抓手 板块 阶段 步骤 结合 强化 到位 关系 着力点 意见 要求 建议 不足 问题 重点 "
    "工作 重点工作 大事 实事 工程 行动 体系 目标 突破 提升 转变 聚焦 清单 指标 转化 统一 载体 难点 特点 亮点 矛盾 差距"
)
"""What a report counts in order to list it."""
ENUMERATED_ADJECTIVES = _words(
    "重点 主要 突出 关键 重大 具体 核心 基本 工作 专项 整改 民生 大 明显 薄弱 任务 问题 责任 必须 以下"
)
ENUMERATING = ("点", "大")
"""Measure words that only enumerations have."""

TARGET_MARKS = _words(
    "不少于 不低于 不得少于 不得低于 至少 不超过 原则上 目标 力争 争取 确保 拟 计划开展 计划组织 计划召开 计划举办 计划安排 "
    "计划完成 计划撰写 计划发表 计划刊发 计划培训 计划成立 计划新建 计划建设 计划学习 将开展 将组织 将召开 将举办 将完成 将成立 将撰写 "
    "每年 每季度 每半年 每月 每周 应开展 应组织 应召开 要求开展 打算"
)
"""In the number's own clause: what ought to be, not what was."""
REACHED = ("完成目标", "超目标", "超额", "已完成")
PLAN_HEADINGS = _words("下一步 下步 下半年 计划 打算 思路 安排 展望 努力方向 工作目标 下阶段 今后 整改措施")
REVIEW_HEADINGS = _words("情况 总结 回顾 问题 不足 短板 成效 做法")
"""A heading that has one of these too is no plan as a whole."""
PLAN_OPENINGS = _words("下半年 下一步 下步 明年 今后 新的一年 来年 下阶段")
PLAN_VERBS = _words("要 将 拟 计划 打算 继续 重点 着力 力争 争取")

COMPARED_WITH = _words(
    "同比 环比 较去年同期 比去年同期 较上年同期 比上年同期 与去年同期相比 与上年同期相比 较上年 比上年 较去年 比去年 较上期 比上期"
)
MOVED = _words("增长 上升 提高 提升 增加 下降 减少 降低 回落")
PRINTED_AS = {"同比": "同比", "环比": "环比"}
"""The beginnings that a tag writes itself, and its aspect."""

ALL_UNITS = _words(
    "本级及所属 全系统 所属各单位 公司及下属 公司上下 各级党组织 各基层单位 所属单位 下属单位 各单位 各级"
)
OWN_LEVEL = _words("本级共 本级组织 本级开展 机关本级 公司本级 集团本级 局机关 公司机关 集团本部 公司本部")
"""Scope words: the default scope of an indicator gives way to them."""
