"""The made-up group: its units, media and targets, as they stand in templates/参考数据.xlsx."""

from __future__ import annotations

from dataclasses import dataclass

ROOT = "望舒市公用服务集团有限公司"


@dataclass(frozen=True, slots=True)
class Unit:
    name: str
    aliases: str
    parent: str
    level: str
    due: bool
    members: int
    staff: int


WATER, HEAT, BUS, GARDEN = "青禾供水分公司", "赤霞热力分公司", "白鹭公交分公司", "玄圃园林分公司"
OFFICE, LIGHTS, SCHOOL = "望舒集团机关党总支", "流萤照明分公司", "扶光培训中心"
PLANT, DESK, STATION, BOILERS = "东坡水厂", "南浦营业所", "东坡换热站", "北岭锅炉房"
FIRST, SECOND, NURSERY = "公交一车队", "公交二车队", "玄圃苗圃"

UNITS = (
    Unit(ROOT, "望舒集团、集团公司、集团本部", "", "公司级", due=True, members=48, staff=96),
    Unit(OFFICE, "机关党总支", ROOT, "车间级", due=True, members=62, staff=110),
    Unit(WATER, "青禾供水、供水分公司", ROOT, "车间级", due=True, members=75, staff=240),
    Unit(PLANT, "东坡站", WATER, "班组级", due=True, members=21, staff=58),
    Unit(DESK, "南浦所", WATER, "班组级", due=True, members=16, staff=43),
    Unit(HEAT, "赤霞热力、热力分公司", ROOT, "车间级", due=True, members=68, staff=205),
    Unit(STATION, "东坡站", HEAT, "班组级", due=True, members=14, staff=37),
    Unit(BOILERS, "北岭站", HEAT, "班组级", due=True, members=18, staff=49),
    Unit(BUS, "白鹭公交、公交分公司", ROOT, "车间级", due=True, members=90, staff=380),
    Unit(FIRST, "一车队", BUS, "班组级", due=True, members=27, staff=120),
    Unit(SECOND, "二车队", BUS, "班组级", due=True, members=25, staff=116),
    Unit(GARDEN, "玄圃园林、园林分公司", ROOT, "车间级", due=True, members=40, staff=150),
    Unit(NURSERY, "苗圃队", GARDEN, "班组级", due=True, members=9, staff=32),
    Unit(LIGHTS, "流萤照明、照明分公司", ROOT, "车间级", due=True, members=22, staff=70),
    Unit(SCHOOL, "扶光中心", ROOT, "车间级", due=False, members=6, staff=18),
)

MEDIA = (
    ("望舒集团官网", "集团官网、集团网站", "内部网站"),
    ("玄圃园林内网", "园林内网", "内部网站"),
    ("望舒公用报", "集团报", "内部报纸"),
    ("望舒公用公众号", "集团公众号", "新媒体"),
    ("望舒公用视频号", "集团视频号", "新媒体"),
    ("青禾供水公众号", "青禾微信", "新媒体"),
    ("白鹭公交抖音号", "白鹭抖音", "新媒体"),
    ("望舒日报", "市日报", "外部媒体"),
    ("望舒电视台", "市电视台", "外部媒体"),
    ("望舒市政府网", "市政府网", "门户网站"),
    ("望舒国资简讯", "国资简讯", "上级刊物"),
    ("赤霞晚报", "", "内部报纸"),
)

CHANNELS = {
    **{name: channel for medium, aliases, channel in MEDIA for name in (medium, *aliases.split("、")) if name},
    "学习强国": "外部媒体",
    "人民网": "外部媒体",
    "云陵晚报": "外部媒体",
    "微信公众号": "新媒体",
    "快手": "新媒体",
    "内网": "内部网站",
}
"""Channel of every medium that the sample's ledgers name: of the list, of the ledger's own words, or by its ending."""

TARGETS = (
    ("意识形态专题会议次数", "", "年", 2, "责任制规定每年不少于2次"),
    ("分析研判报告数", ROOT, "年", 1, "责任制规定每年不少于1篇"),
    ("中心组学习次数", ROOT, "半年", 6, "年度学习计划每半年不少于6次"),
    ("第一议题学习次数", ROOT, "半年", 6, "年度学习计划"),
    ("三会一课次数", "", "半年", 6, "组织生活制度"),
    ("书记专题党课次数", ROOT, "半年", 1, "组织生活制度"),
    ("谈心谈话次数", WATER, "半年", 4, "分公司工作计划"),
    ("article.external", ROOT, "年", 10, "宣传工作要点"),
    ("主题党日次数", ROOT, "月", 1, "组织生活制度"),
)

BY_NAME = {unit.name: unit for unit in UNITS}


def below(name: str) -> tuple[str, ...]:
    """The unit itself and every unit under it."""
    children = (unit.name for unit in UNITS if unit.parent == name)
    return (name, *(found for child in children for found in below(child)))
