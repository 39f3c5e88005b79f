"""2023, first half: the bus branch: an archive with GBK names, year and month columns, the 1904 calendar."""

from __future__ import annotations

from tests.sample.grid import Book, Sheet, lines
from tests.sample.register import BUS, FIRST, SECOND

H1 = "2023H1"
FOLDER = "2023年上半年/白鹭公交"
ARCHIVE = f"{FOLDER}/白鹭公交分公司.zip"

STUDY = lines("""
T 白鹭公交分公司2023年上半年政治理论学习台账
I 填报单位：白鹭公交分公司        填报日期：2023-07-01
H 会议时间→start_date | 会议类型→form | 会议议题→topic | 应参加人数→expected_count | 参会人数→attend_count | 列席人员
+ 2023-01-16 | 中心组学习 | 学习年度工作会精神 | 12 | 12 | 乙某
+ 2023-02-13 | 支部党员大会 | 组织生活会 | 88 | 79 |
+ 2023-03-13 | 中心组学习、意识形态专题会议→中心组学习+意识形态专题会议 | 两会精神及意识形态研判 | 12 | 11 | 乙某
+ 2023-04-10 | 党课 | 书记讲党课：平安行车 | 88 | 82 |
+ 2023-04-26 | 主题党日 | 文明站台 | 88 | 61 |
+ 2023-05-15 | 中心组学习 | 学习主题教育文件 | 12 | 12 |
+ 2023-05-24 | 支委会→支部委员会 | 研究发展党员 | 7 | 7 |
+ 2023-06-19 | 集中学习→专题集中学习 | 道路交通安全法 | 120 | 104 |
- 合计 | | | 427 | 368 |
""")

TALK = lines("""
T 白鹭公交分公司宣讲及党课台账
I 填报单位：白鹭公交      填报人：甲某
H 序号 | 授课时间→start_date | 活动类型→talk_type | 宣讲层级→level | 课题→topic | 次数→sessions | 培训对象→audience_type | 培训人次→audience_count | 授课人职务→speaker_role
+ 1 | 2023-02-28 | 宣讲 | 车间级 | 党的二十大精神 | 6 | 党员、员工→党员+干部职工 | 240 | 党支部书记→支部书记
+ 2 | 2023-03-17 | 宣讲 | 班组级 | 文明行车 | 16 | 员工→干部职工 | 310 | 宣讲员
+ 3 | 2023-04-10 | 专题党课→党课 | 车间级 | 平安行车 | 1 | 党员 | 82 | 党总支书记→支部书记
+ 4 | 2023-04-28 | 宣讲 | 车间级 | 主题教育 | 5 | 党员 | 86 | 党支部书记→支部书记
+ 5 | 2023-05-22 | 宣讲 | 班组级 | 防御性驾驶 | 18 | 员工→干部职工 | 352 | 宣讲员
+ 6 | 2023-06-09 | 宣讲 | 班组级 | 车厢服务 | 16 | 员工→干部职工 | 298 | 宣讲员
+ 7 | 2023-06-16 | 讲座→报告会 | 车间级 | 心理健康 | 1 | 青年 | 64 | 专家
- 合计 | | | | | 63 | | 1432 |
""")

FIRST_STUDY = lines("""
T 公交一车队学习台账
H 日期→start_date | 学习形式→form | 学习内容→topic | 实到人数→attend_count
+ 2023-01-18 | 党小组会 | 春运动员 | 12
+ 2023-03-08 | 支部党员大会 | 组织生活会 | 25
+ 2023-04-19 | 主题党日 | 爱心送考准备 | 22
+ 2023-06-05 | 党课 | 我为群众办实事 | 26
""")

FIRST_TALK = lines("""
T 公交一车队谈心谈话统计表
I 填报单位：一车队    填报日期：2023.6.30
H 年份 | 月份→start_date | 谈话类型→talk_type | 谈话次数→sessions | 谈话人数→audience_count | 纠正偏差人数→corrected_count
+ 2023 | 1→2023-01 | 谈心谈话 | 3 | 3 | 0
+ 2023 | 2→2023-02 | 谈心谈话 | 2 | 2 | 1
+ 2023 | 3→2023-03 | 谈心谈话 | 4 | 4 | 0
+ 2023 | 4→2023-04 | 谈心谈话 | 2 | 2 | 0
+ 2023 | 5→2023-05 | 谈心谈话 | 3 | 3 | 1
+ 2023 | 6→2023-06 | 谈心谈话 | 5 | 5 | 2
- 合计 | | | 19 | 19 | 4
""")

SECOND_STUDY = lines("""
T 公交二车队2023年上半年学习台账
H 学习时间→start_date | 学习形式→form | 学习内容→topic | 应到人数→expected_count | 实到人数→attend_count
+ 2023-02-15 | 支部党员大会 | 组织生活会 | 25 | 23
+ 2023-03-22 | 主题党日 | 清洁车厢 | 25 | 19
+ 2023-05-10 | 党课 | 安全行车无小事 | 25 | 24
+ 2023-06-14 | 党小组会 | 学习讨论 | 9 | 9
""")

ARTICLES = lines("""
T 白鹭公交分公司信息报送情况
H 序号 | 信息标题→title | 信息类型→genre | 平台→media | 报送日期→start_date !date-column-assumed | 刊发情况→status | 播放量→reads
+ 1 | 春运首班车 | 新闻→新闻稿件 | 望舒电视台 | 2023-01-07 | 刊发 |
+ 2 | 雪天安全行车 | 短视频 | 白鹭公交抖音号 | 2023-01-16 | 刊发 | 8800
+ 3 | 雷锋车队出发 | 短视频 | 白鹭抖音→白鹭公交抖音号 | 2023-03-05 | 刊发 | 2.6万→26000
+ 4 | 关于优化夜班线路的建议 | 政务信息→信息 | | 2023-04-03 | 待采用→已报送 |
+ 5 | 爱心送考 | 短视频 | 白鹭公交抖音号 | 2023-06-06 | 刊发 | 5.1万→51000
+ 6 | 驾驶员的早餐 | 图文 | 快手 | 2023-06-18 | 刊发 |
""")

BOOKS = (
    Book(f"{ARCHIVE}/白鹭公交分公司/学习台账.xlsx", (Sheet("学习", STUDY, "study", BUS, H1, date_format="yyyy/m/d"),)),
    Book(f"{ARCHIVE}/白鹭公交分公司/宣讲台账.xls", (Sheet("宣讲", TALK, "talk", BUS, H1),)),
    Book(f"{ARCHIVE}/公交一车队/学习台账.csv", (Sheet("", FIRST_STUDY, "study", FIRST, H1),), encoding="gbk"),
    Book(f"{FOLDER}/一车队谈话.xlsx", (Sheet("谈心谈话", FIRST_TALK, "talk", FIRST, H1),)),
    Book(
        f"{FOLDER}/公交二车队学习台账.xlsx",
        (Sheet("学习台账", SECOND_STUDY, "study", SECOND, H1),),
        date_1904=True,
    ),
    Book(f"{FOLDER}/白鹭公交稿件.xlsx", (Sheet("稿件", ARTICLES, "article", BUS, H1, date_format="m月d日"),)),
)
