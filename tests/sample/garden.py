"""2023, first half: the garden branch, whose talk ledger shows nearly everything that can be wrong with a row."""

from __future__ import annotations

from .grid import Book, Sheet, lines
from .register import GARDEN, NURSERY

H1 = "2023H1"
FOLDER = "2023年上半年/玄圃园林"

SPRING = lines("""
T 玄圃园林分公司一季度学习明细表
H 时间→start_date | 学习形式→form | 学习内容→topic | 实到人数→attend_count
+ 2023-01-12 | 中心组学习 | 学习年度工作会精神 | 8
+ 2023-02-09 | 支部党员大会 | 组织生活会 | 36
+!row-joint 2023-03-12 | 主题党日 | 联合主题党日：共植望舒林 | 30
+ 2023-03-17 | 自学 | 自学湿地保护法 | 20
+ 2023-03-24 | 党课 | 绿色发展 | 3400 !quantity-outlier
- 合计 | | | 3494
""")
SUMMER = lines("""
T 玄圃园林分公司二季度学习明细表
H 时间→start_date | 学习形式→form | 学习内容→topic | 实到人数→attend_count
+ 2023-04-13 | 中心组学习 | 学习主题教育文件 | 8
+ 2023-04-27 | 心灵茶话会→其他 !choice-unknown | 青年谈理想 | 12
+ 2023-05-18 | 集中学习→专题集中学习 | 学习古树名木保护条例 | 41
+ 2023-06-15 | 支部党员大会 | 发展党员 | 35
""")
SUMMARY = lines("""
T 玄圃园林分公司2023年上半年学习汇总表
H 学习形式 | 次数 | 人次
- 中心组学习 | 2 | 16
- 支部党员大会 | 2 | 71
- 主题党日 | 1 | 30
- 合计 | 5 | 117
""")
CODES = lines("""
- 中心组学习
- 主题党日
- 党课
""")

TALK = lines("""
T 玄圃园林分公司2023年上半年宣讲台账
I 填报单位：玄圃园林    填报人：甲某    填报日期：2023.7.5
H 序号 | 宣讲时间→start_date | 类型→talk_type | 级别→level | 主题→topic | 场次→sessions | 对象→audience_type | 受众人数→audience_count | 宣讲人
+!date-out-of-period 1 | 2022-12-28 | 宣讲 | 车间级 | 年终安全 | 1 | 职工→干部职工 | 40 | 甲某
+ 2 | 2023-02-16 | 宣讲 | 车间级 | 党的二十大精神 | 2 | 党员 | 38 | 甲某
x 3 | 2月30日 !date-invalid | 宣讲 | 车间级 | 护林防火 | 1 | 职工 | 30 | 甲某
x 4 | !date-missing | 宣讲 | 班组级 | 修剪规范 | 1 | 职工 | 15 | 乙某
+ 5 | 2023-03-16 | 宣讲 | 班组级 | 植树节 | 3 | 群众 | -5→? !quantity-negative | 乙某
+ 6 | 2023-03-30 | 宣讲 | 班组级 | 古树保护 | 2 | 群众 | 20-30→? !quantity-ambiguous | 乙某
=!row-duplicate 7 | 2023-02-16 | 宣讲 | 车间级 | 党的二十大精神 | 2 | 党员 | 38 | 甲某
x 8 | 4月6日、13日 !date-several | 宣讲 | 班组级 | 病虫害防治 | 2 | 职工 | 26 | 乙某
+ 9 | 2023-04-19 | 宣讲 | 车间级 | 主题教育 | 2 | 党员 | 甲某、乙某→? !quantity-invalid | 甲某
+ 10 | 2023-04-26 | 宣讲 | 班组级 | 农药安全 | 二→2 | 职工→干部职工 | 12.5→? !quantity-fraction | 乙某
+ 11 | 2023-05-10 | 宣讲 | 班组级 | 公园文明 | 2 | 群众 | =H8/0→#DIV/0! !formula-error | 乙某
+ 12 | 2023-05-17 | 宣讲 | 班组级 | 花卉养护 | 1 | 群众 | =12*3→? !formula-uncached | 乙某
+ 13 | 2023-05-25 | 读报会→其他 !choice-unknown | 班组级 | 读报 | 1 | 职工→干部职工 | 党员8人、群众6人→14 | 乙某
+ 14 | 2023-06-01 | 宣讲 | 班组级 | 儿童节游园安全 | 1 | 群众 | 25（含线上10人）→25 | 乙某
x 15 | 6.3 !date-ambiguous | 宣讲 | 班组级 | 防汛 | 1 | 职工 | 20 | 乙某
+ 16 | 2023-06-30 | 宣讲 | 车间级 | 防暑降温 | 2 | 职工→干部职工 | 三四十→30:30-49 !quantity-approximate | 甲某
+!date-out-of-period 17 | 2023-07-05 | 宣讲 | 车间级 | 下半年安全 | 1 | 职工→干部职工 | 40 | 甲某
- 注：受众人数以签到为准。
""")

HEART = lines("""
T 谈心谈话台账
I 填报单位：玄圃园林分公司
H 谈话时间→start_date | 谈话主题→topic | 谈话人 | 被谈话人 | 谈话次数→sessions | 纠正人数→corrected_count
+ 2023.2.3→2023-02-03 | 岗位适应 | 甲某 | 乙某 | 1 | 0
+!row-suspect-duplicate 2023.2.3→2023-02-03 | 岗位适应 | 甲某 | 丙某 | 2 | 0
+ 2023.4.7→2023-04-07 | 家庭困难 | 甲某 | 丁某 | 1 | 1
+ 2023.6.9→2023-06-09 | 安全提醒 | 甲某 | 戊某 | 1 | 1
""")

EMPTY = lines("""
T 玄圃园林分公司2023年上半年稿件台账
I 填报单位：玄圃园林分公司
H 序号 | 标题 | 类型 | 刊发媒体 | 刊发日期 | 是否采用
- 1
- 2
- 3
""")

NURSERY_STUDY = lines("""
T 玄圃苗圃学习台账
H 日期→start_date | 类型→form | 主要内容→topic | 人数→attend_count
+ 2023年2月→2023-02 !date-month-only | 自学 | 学习种苗规程 | 几十人→? !quantity-ambiguous
+ 2023-03-10 | 党小组会 | 植树动员 | 9
+ 2023-05-05 | 主题党日 | 花苗进社区 | 8
+ 2023-06-20 | 党小组会 | 半年小结 | 9
""")

NURSERY_ARTICLES = lines("""
T 玄圃苗圃2023年上半年稿件信息台账
H 序号 | 标题 | 类型 | 刊发媒体 | 刊发日期 | 是否采用
- 零报告
""")

ROTA = lines("""
T 六月值班安排
H 星期 | 白班 | 夜班
- 星期一 | 甲某 | 乙某
- 星期二 | 丙某 | 丁某
""")

BOOKS = (
    Book(
        f"{FOLDER}/玄圃园林分公司学习台账.xlsx",
        (
            Sheet("汇总", SUMMARY, codes=("sheet-summary",)),
            Sheet("第一季度", SPRING, "study", GARDEN, "2023Q1"),
            Sheet("第二季度", SUMMER, "study", GARDEN, "2023Q2"),
            Sheet("选项", CODES, codes=("sheet-hidden",), hidden=True),
        ),
    ),
    Book(f"{FOLDER}/玄圃园林分公司宣讲台账.xlsx", (Sheet("宣讲", TALK, "talk", GARDEN, H1),)),
    Book(
        f"{FOLDER}/谈心谈话.csv",
        (Sheet("", HEART, "talk", GARDEN, H1, talk_type="谈心谈话"),),
        encoding="gbk",
    ),
    Book(f"{FOLDER}/玄圃园林分公司稿件台账.xlsx", (Sheet("稿件", EMPTY),)),
    Book(f"{FOLDER}/玄圃苗圃学习台账.xlsx", (Sheet("Sheet1", NURSERY_STUDY, "study", NURSERY, H1),)),
    Book(
        f"{FOLDER}/玄圃苗圃稿件零报告.xlsx",
        (Sheet("Sheet1", NURSERY_ARTICLES, "article", NURSERY, H1, answers=True),),
    ),
    Book(f"{FOLDER}/值班表.xlsx", (Sheet("Sheet1", ROTA, codes=("sheet-unrecognised",)),)),
)
