"""Every mistake in templates/ is one clear line with file, key and the nearest valid name."""

from __future__ import annotations

import hashlib
import pickle
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipeline import definitions
from pipeline.errors import DefinitionError
from pipeline.model import ABSENT, BLANK, Definitions

REAL = Path(__file__).parent.parent / "templates"

Grid = list[list[Any]]

REGISTER: Grid = [
    ["单位名称", "简称及别名", "上级单位", "级别", "是否应报", "党员人数", "职工人数", "打包密码"],
    ["青禾集团", "集团、公司机关", None, "公司级", "否", 40, 96, None],
    ["青禾集团东区分公司", "东区、一分公司", "青禾集团", "公司级", "是", 120, 640, 20230701],
    ["青禾集团西区分公司", "西区", "青禾集团", "局级", "是", None, None, None],
    ["东区（检修）车间", "检修、一分公司", "青禾集团东区分公司", "部门级", "是", 12, 80, None],
]
MEDIA: Grid = [
    ["媒体", "别名", "渠道"],
    ["青禾报", "青禾、内部小报", "内部报纸"],
    ["城市晚报", None, "外部媒体"],
]
TARGETS: Grid = [
    ["指标", "单位", "期间", "下限", "依据"],
    ["study.center_group", None, "年", 12, "学习规则"],
    ["参学率", "西区", None, "95%", None],
    ["采用率", "东区（检修）车间", "季", 0.3, None],
    ["办结率", None, "月", "100%", None],
    ["帮扶资金", None, "半年", 2.5, None],
]
RULINGS: Grid = [
    ["文件", "事项", "内容", "认定", "理由"],
    ["2023年上半年/东区.xlsx", "列", "学习日", "学习时间", "电话核实"],
]
CUSTOM: Grid = [
    ["名称", "台账", "算法", "字段", "条件", "量词", "范围"],
    ["公司级党课场次", "宣讲谈话台账", "求和", "场次", "类型=党课、宣讲；级别=公司级", "场次", "本级"],
]
SHEETS = {"单位名册": REGISTER, "媒体名录": MEDIA, "目标": TARGETS}

TABLES = """
[[sheet]]
name = "总表"
kind = "summary"
title = "主要指标汇总表"
indicators = ["study.forms", "*"]

[[sheet]]
name = "分类"
kind = "categories"
title = "分类统计"
fields = [["study", "form"], ["article", "media"]]
"""

LONG = "表" * 32
SHEET = '[[sheet]]\nname = "总表"'

NAMES = {
    "study": """
        center_group first_topic focused sessions activities ideology_meetings office_meetings
        three_meetings_one_lesson theme_days reading_classes reading_shares attendance attendance_rate active_months
        longest_gap forms top_form_share units""",
    "talk": """
        sessions preaching preaching_clients preaching_company preaching_workshop preaching_team secretary_lessons
        leader_lessons secretary_sessions audience members_trained heart_to_heart corrected education_rate""",
    "article": """
        written published external intranet newspaper new_media reads secretary_papers analysis_reports publicity
        adoption_rate contributing_units""",
    "incident": "total major closed closed_rate timely_rate median_hours overdue unlevelled_rate",
    "reported": "members_reached project_branches community_funds volunteers second_prizes merit_prizes",
    "submission": "due received rate",
}
IDS = [f"{ledger}.{name}" for ledger, names in NAMES.items() for name in names.split()]

Make = Callable[..., Path]


@pytest.fixture
def templates(tmp_path: Path) -> Make:
    """A copy of the real definitions beside small tables and a small workbook; keywords replace or add its sheets."""

    def make(**sheets: Grid) -> Path:
        for name in ("ledgers.toml", "indicators.toml"):
            shutil.copy(REAL / name, tmp_path)
        (tmp_path / "tables.toml").write_text(TABLES, encoding="utf-8")
        save(tmp_path / "参考数据.xlsx", SHEETS | sheets)
        return tmp_path

    return make


def save(path: Path, sheets: dict[str, Grid]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, grid in sheets.items():
        sheet = book.create_sheet(name)
        for row in grid:
            sheet.append(row)
    book.save(path)


def changed(grid: Grid, row: int, column: str, value: Any) -> Grid:
    """A copy of `grid` in which one cell of Excel's `row` says something else."""
    rows = [list(each) for each in grid]
    rows[row - 1][rows[0].index(column)] = value
    return rows


def without(grid: Grid, column: str) -> Grid:
    place = grid[0].index(column)
    return [row[:place] + row[place + 1 :] for row in grid]


def edit(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def refusal(folder: Path) -> DefinitionError:
    with pytest.raises(DefinitionError) as caught:
        definitions.load(folder)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(caught.value.file)
    return caught.value


def vocabulary(loaded: Definitions, ledger: str, field: str) -> Any:
    return loaded.ledger(ledger).field(field).vocabulary


# --- what loads ------------------------------------------------------------------------------------------------------


def test_the_real_definitions_are_the_indicators_of_the_domain(templates: Make) -> None:
    loaded = definitions.load(templates())
    assert len(IDS) == 61
    assert sorted(indicator.id for indicator in loaded.indicators) == sorted(IDS)
    assert [ledger.id for ledger in loaded.ledgers] == ["study", "talk", "article", "incident", "reported"]


def test_an_indicator_belongs_to_the_ledger_of_its_id_unless_it_says_otherwise(templates: Make) -> None:
    loaded = definitions.load(templates())
    assert loaded.indicator("study.forms").ledger == "study"
    assert loaded.indicator("党员受教育率").ledger == "reported"
    assert loaded.indicator("submission.rate").ledger == ""


def test_spellings_lead_to_the_place_of_their_name(templates: Make) -> None:
    form = vocabulary(definitions.load(templates()), "study", "form")
    names = ["中心组学习", "第一议题", "专题集中学习", "支部党员大会", "支部委员会", "党小组会", "党课"]
    assert list(form.names[:7]) == names
    assert form.spellings["中心组(扩大)学习"] == 0
    assert form.spellings["支委会"] == form.spellings["支部委员会"] == 4
    assert form.groups["三会一课"] == 0b1111000


def test_conditions_become_masks_with_values_joined_by_or(templates: Make) -> None:
    loaded = definitions.load(templates())
    status, level = vocabulary(loaded, "article", "status"), vocabulary(loaded, "incident", "incident_level")
    channel = vocabulary(loaded, "article", "media")
    external = (("status", status.mask("刊发") | ABSENT), ("channel", channel.mask("外部媒体")))
    assert loaded.indicator("article.external").where == external
    assert loaded.indicator("incident.unlevelled_rate").part == (("incident_level", BLANK | ABSENT),)
    assert loaded.indicator("incident.timely_rate").limits == (
        ((("incident_level", level.mask("重大以上")),), 24),
        ((), 48),
    )
    assert loaded.indicator("study.three_meetings_one_lesson").where == (("form", 0b1111000),)


def test_the_ledger_of_reported_figures_takes_their_names_and_ids(templates: Make) -> None:
    loaded = definitions.load(templates())
    reported = vocabulary(loaded, "reported", "indicator")
    assert reported.names == (
        "受教育党员人数",
        "成立项目支部数",
        "帮扶资金",
        "志愿服务人次",
        "二等奖数",
        "优秀奖数",
        "其他",
    )
    assert reported.spellings["志愿服务人次"] == reported.spellings["reported.volunteers"] == 3
    assert loaded.indicator("reported.volunteers").where == (("indicator", 1 << 3),)


def test_media_that_the_list_does_not_know_have_a_channel_by_their_ending(templates: Make) -> None:
    media = definitions.load(templates()).ledger("article").field("media")
    assert dict(media.endings)["晚报"] == 1 << media.vocabulary.names.index("外部媒体")  # type: ignore[union-attr]


def test_the_register_is_a_tree_in_the_order_of_the_sheet(templates: Make) -> None:
    register = definitions.load(templates(单位名册=[*REGISTER, [None] * 8])).register
    assert [unit.name for unit in register.units] == [row[0] for row in REGISTER[1:]]
    assert [unit.parent for unit in register.units] == [None, 0, 0, 1]
    assert [unit.level for unit in register.units] == ["公司级", "公司级", "公司级", "车间级"]
    assert [unit.members for unit in register.units] == [40, 120, None, 12]
    assert [unit.due for unit in register.units] == [False, True, True, True]
    assert register.units[1].password == "20230701"
    assert register.children == ((1, 2), (3,), (), ())


def test_an_alias_may_be_shared_and_is_then_ambiguous(templates: Make) -> None:
    spellings = definitions.load(templates()).register.spellings
    assert spellings["一分公司"] == (1, 3)
    assert spellings["东区(检修)车间"] == (3,)


def test_an_alias_may_repeat_the_name_of_its_own_unit(templates: Make) -> None:
    twice = changed(REGISTER, 3, "简称及别名", "青禾集团 东区分公司、东区")
    assert definitions.load(templates(单位名册=twice)).register.spellings["青禾集团东区分公司"] == (1,)


def test_media_targets_and_rulings_are_read_from_the_workbook(templates: Make) -> None:
    loaded = definitions.load(templates(裁定=RULINGS))
    assert [(medium.name, medium.aliases, medium.channel) for medium in loaded.media] == [
        ("青禾报", ("青禾", "内部小报"), "内部报纸"),
        ("城市晚报", (), "外部媒体"),
    ]
    assert [(target.indicator, target.unit, target.span, target.minimum) for target in loaded.targets] == [
        ("study.center_group", None, "year", 12),
        ("study.attendance_rate", 2, None, Fraction(95, 100)),
        ("article.adoption_rate", 3, "quarter", Fraction(3, 10)),
        ("incident.closed_rate", None, "month", 1),
        ("reported.community_funds", None, "half", Fraction(5, 2)),
    ]
    (ruling,) = loaded.rulings
    assert (ruling.row, ruling.file, ruling.what) == (2, "2023年上半年/东区.xlsx", "列")
    assert (ruling.key, ruling.value, ruling.reason) == ("学习日", "学习时间", "电话核实")


def test_a_title_above_the_header_and_columns_of_notes_do_not_matter(templates: Make) -> None:
    titled = [["媒体名录（2023年）"], [None], *[[*row, "随手记"] for row in MEDIA]]
    assert [medium.name for medium in definitions.load(templates(媒体名录=titled)).media] == ["青禾报", "城市晚报"]


def test_a_star_stands_for_all_indicators_and_none_comes_twice(templates: Make) -> None:
    summary, categories = definitions.load(templates()).tables
    assert summary.indicators[0] == "study.forms"
    assert sorted(summary.indicators) == sorted(IDS)
    assert categories.indicators == ()
    assert categories.fields == (("study", "form"), ("article", "media"))


def test_every_file_that_counts_has_its_digest(templates: Make) -> None:
    folder = templates()
    (folder / "报告").mkdir()
    (folder / "报告" / "甲.docx").write_bytes(b"report")
    (folder / "报告" / "~$甲.docx").write_bytes(b"lock")
    (folder / ".DS_Store").write_bytes(b"system")
    digests = definitions.load(folder).digests
    names = ["indicators.toml", "ledgers.toml", "tables.toml", "参考数据.xlsx", "报告/甲.docx"]
    assert [name for name, _ in digests] == sorted(names)
    assert dict(digests)["报告/甲.docx"] == hashlib.sha256(b"report").hexdigest()


def test_definitions_can_be_sent_to_another_process(templates: Make) -> None:
    loaded = definitions.load(templates())
    assert pickle.loads(pickle.dumps(loaded)) == loaded


def test_a_byte_order_mark_before_toml_does_not_matter(templates: Make) -> None:
    folder = templates()
    (folder / "tables.toml").write_text(TABLES, encoding="utf-8-sig")
    assert len(definitions.load(folder).tables) == 2


def test_loading_needs_neither_pandas_nor_openpyxl(templates: Make) -> None:
    code = "import sys, pathlib; from pipeline import definitions; definitions.load(pathlib.Path(sys.argv[1]))"
    heavy = "; print([name for name in ('pandas', 'openpyxl', 'rapidfuzz') if name in sys.modules])"
    command = [sys.executable, "-c", code + heavy, str(templates())]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=REAL.parent)
    assert done.stdout.strip() == "[]"


# --- the clerk's own indicators ---------------------------------------------------------------------------------------


def test_an_indicator_of_the_sheet_is_the_same_as_one_of_the_file(templates: Make) -> None:
    folder = templates(自定义指标=CUSTOM)
    edit(
        folder,
        "indicators.toml",
        '[[indicator]]\nid = "submission.due"',
        '[[indicator]]\nid = "talk.twin"\nname = "孪生"\nkind = "sum"\nfield = "sessions"\nmeasure_word = "场次"\n'
        'scope = "own"\nwhere = { talk_type = ["党课", "宣讲"], level = ["公司级"] }\n\n'
        '[[indicator]]\nid = "submission.due"',
    )
    loaded = definitions.load(folder)
    own, twin = loaded.indicator("公司级党课场次"), loaded.indicator("talk.twin")
    assert own.id == "custom.公司级党课场次"
    parts = ("ledger", "kind", "field", "where", "measure_word", "scope", "whole", "unless", "part")
    assert [getattr(own, part) for part in parts] == [getattr(twin, part) for part in parts]


def test_the_sheet_can_say_ratios_exceptions_and_shares(templates: Make) -> None:
    rows = [
        CUSTOM[0],
        ["实到率", "学习台账", "占比", "实到人数÷应到人数", None, "%", "全部"],
        ["刊发占比", "稿件信息台账", "占比", "篇数", "是否采用=刊发÷是否采用＝（已填）", "%", "全部"],
        ["不重复的舆情", "舆情台账", "计数", None, "重复≠是", "起", "全部"],
        ["学时合计", "学习台账", "求和", "学时", None, "学时", "本级"],
        ["慰问人数", "直报指标", "求和", "数值", None, "人", "全部"],
        ["慰问覆盖率", "直报指标", "名册占比", "慰问人数÷职工人数", None, "%", "全部"],
    ]
    loaded = definitions.load(templates(自定义指标=rows))
    rate, share = loaded.indicator("实到率"), loaded.indicator("刊发占比")
    assert (rate.field, rate.over) == ("attend_count", "expected_count")
    assert (share.where, share.part) == ((("status", BLANK - 1),), (("status", 1),))
    assert loaded.indicator("不重复的舆情").unless == (("duplicate", 1),)
    assert not loaded.indicator("学时合计").whole
    assert vocabulary(loaded, "reported", "indicator").names[-2:] == ("慰问人数", "其他")
    assert loaded.indicator("慰问人数").where == (("indicator", 1 << 6),)
    assert (loaded.indicator("慰问覆盖率").of, loaded.indicator("慰问覆盖率").over) == ("reported.慰问人数", "staff")


@pytest.mark.parametrize(
    ("column", "value", "near"),
    [
        ("名称", "参学率", "study.attendance_rate"),
        ("名称", None, "空的"),
        ("台账", "宣讲台账", "宣讲谈话台账"),
        ("算法", "求合", "求和"),
        ("字段", "受众人", "受众人数"),
        ("字段", "主题", "数量"),
        ("条件", "类形=党课", "类型"),
        ("条件", "类型=专题党课", "党课"),
        ("条件", "类型是党课", "字段=值"),
        ("条件", "类型=党课；类型=宣讲", "两次"),
        ("条件", "类型≠党课÷级别=公司级", "分子"),
        ("范围", "本集", "本级"),
        ("量词", "%", "量词"),
    ],
)
def test_a_mistake_in_the_sheet_of_own_indicators_names_its_row(
    templates: Make, column: str, value: str, near: str
) -> None:
    error = refusal(templates(自定义指标=changed(CUSTOM, 2, column, value)))
    assert error.file == "参考数据.xlsx"
    assert error.key.startswith("自定义指标 第2行")
    assert error.key.endswith("第2行") or f".{column}" in error.key
    assert near in str(error)


# --- mistakes in the TOML files --------------------------------------------------------------------------------------

AVOIDED = '"开展时间"]\navoid = ["计划时间"'
LIMITS = 'field = "start_date"\nover = "first_reply_at"\nlimits = { "重大以上" = 24, "" = 48 }'


@pytest.mark.parametrize(
    ("old", "new", "key", "near"),
    [
        ("title_words = [", "title_words = [[", "第", "TOML"),
        ("title_words = [", "title_word = [", "title_word", "title_words"),
        ("ignored = [", 'ignored = "序号" #', "ignored", "列表"),
        ('words = ["学习",', 'wrods = ["学习",', "study.wrods", "words"),
        ('name = "学习台账"', 'nam = "学习台账"', "study.nam", "name"),
        ('id = "talk"', 'id = "study"', "study", "study"),
        ('name = "宣讲谈话台账"', 'name = "学习台账"', "talk", "学习台账"),
        ('name = "expected_count"', 'name = "attend_count"', "study.attend_count", "attend_count"),
        ('name = "start_date"', 'name = "date"', "study.start_date", "每种台账"),
        ('header = "应到人数"\n', "", "study.expected_count.header", "header"),
        ('type = "choices"', 'type = "choises"', "study.form.type", "choices"),
        ('need = "R"', 'need = "X"', "study.start_date.need", "R"),
        ("default = 1", 'default = "1"', "study.sessions.default", "整数"),
        ("default = 1", "default = true", "study.sessions.default", "整数"),
        ('header = "应到人数"', 'header = "应到人数"\nchoices = [["甲"]]', "study.expected_count.choices", "quantity"),
        ("choices = [[", "synonims = [[", "study.mode.synonims", "synonyms"),
        ('"自学", "个人自学"', '"自学", "读书会"', "study.form.choices", "读书分享会"),
        ('"三会一课" = ["支部党员大会"', '"三会一课" = ["党员大会"', "study.form.groups.三会一课", "支部党员大会"),
        ('"三会一课" = [', '"党课" = [', "study.form.groups.党课", "同名"),
        ('"日报" = "外部媒体"', '"日报" = "外部媒休"', "article.media.endings.日报", "外部媒体"),
        ('"应学人数",', '"应学人数", "实到 人数",', "study.attend_count.synonyms", "expected_count"),
        ('"应学人数",', '"应学人数", "主持人",', "study.expected_count.synonyms", "主持人"),
        ('avoid = ["计划时间"', 'avoid = ["学习时间", "计划时间"', "study.start_date.avoid", "学习时间"),
        (
            AVOIDED,
            AVOIDED.replace('"]\n', '", "学习（日）"]\n').replace("计划时间", "学习(日)"),
            "study.start_date.avoid",
            "日",
        ),
        ('  ["读书班"],\n', "".join(f'  ["{number}"],\n' for number in range(50)), "study.form.choices", "1 到 61 个"),
    ],
)
def test_a_mistake_in_the_ledgers_names_file_key_and_nearest(
    templates: Make, old: str, new: str, key: str, near: str
) -> None:
    folder = templates()
    edit(folder, "ledgers.toml", old, new)
    error = refusal(folder)
    assert error.file == "ledgers.toml"
    assert error.key.startswith(key)
    assert near in str(error)


@pytest.mark.parametrize(
    ("old", "new", "key", "near"),
    [
        ("[[indicator]]", "[indicator]]", "第", "TOML"),
        ("[[indicator]]", "[[indicators]]", "indicators", "indicator"),
        ('measure_word = "次"', 'measure = "次"', "study.center_group.measure", "measure_word"),
        ('measure_word = "次"\n', "", "study.center_group.measure_word", "measure_word"),
        ('id = "study.center_group"\n', "", "第1段.id", "id"),
        ('scope = "own"', 'scope = "owns"', "study.center_group.scope", "own"),
        ('kind = "sum"', 'kind = "sums"', "study.center_group.kind", "sum"),
        ('kind = "sum"\nfield = "sessions"\n', 'kind = "sum"\n', "study.center_group.field", "缺少"),
        ('kind = "sum"', 'kind = "count"', "study.center_group.field", "不用"),
        ('kind = "gap"', 'kind = "gap"\nover = "sessions"', "study.longest_gap.over", "不用"),
        ('field = "form"\nover = "sessions"', 'field = "form"', "study.top_form_share.over", "缺少"),
        ('field = "sessions"', 'field = "session"', "study.center_group.field", "sessions"),
        ('field = "sessions"', 'field = "topic"', "study.center_group.field", "数量"),
        ("where = { form", "where = { from", "study.center_group.where.from", "form"),
        ("where = { form", "where = { topic", "study.center_group.where.topic", "固定取值"),
        ('form = ["中心组学习"]', 'form = ["中心组学"]', "study.center_group.where.form", "中心组学习"),
        ('form = ["学习类"]', 'form = ["学习型"]', "study.sessions.where.form", "学习类"),
        ('form = ["中心组学习"]', "form = []", "study.center_group.where.form", "取值"),
        ('channel = ["外部媒体"]', 'channel = ["外部媒介"]', "article.external.where.channel", "外部媒体"),
        ('"（已填）"', '"（己填）"', "article.adoption_rate.where.status", "（已填）"),
        ('ledger = "reported"', 'ledger = "report"', "talk.education_rate.ledger", "reported"),
        ('id = "study.center_group"', 'id = "studies.center_group"', "studies.center_group.ledger", "study"),
        ('id = "study.first_topic"', 'id = "study.center_group"', "study.center_group.id", "两个"),
        ('name = "第一议题学习次数"', 'name = "中心组学习次数"', "study.first_topic.name", "study.center_group"),
        ('of = "reported.members_reached"', 'of = "reported.members"', "talk.education_rate.of", "members_reached"),
        ('of = "reported.members_reached"', 'of = "study.forms"', "talk.education_rate.of", "求和"),
        ('over = "members"', 'over = "member"', "talk.education_rate.over", "members"),
        ('of = "due"', 'of = "dues"', "submission.due.of", "due"),
        ('id = "submission.due"', 'id = "submission.wanted"', "submission.due", "报送情况"),
        (LIMITS, LIMITS.replace(', "" = 48', ""), "incident.timely_rate.limits", "其余"),
        (LIMITS, LIMITS.replace("重大以上", "重大以下"), "incident.timely_rate.limits.重大以下", "重大以上"),
        (LIMITS, LIMITS.replace("24", "0"), "incident.timely_rate.limits", "大于 0"),
        (LIMITS, LIMITS.replace("24", '"24"'), "incident.timely_rate.limits", "整数的对照表"),
        ('indicator = ["帮扶资金"]', 'indicator = ["帮扶金"]', "reported.community_funds.where.indicator", "帮扶资金"),
        ('measure_word = "%"', 'measure_word = "次"', "study.attendance_rate.measure_word", "%"),
        ('of = "due"', 'of = "due"\nwhere = { form = ["党课"] }', "submission.due.where", "条件"),
        ('of = "due"', 'of = "due"\nunless = { form = ["党课"] }', "submission.due.where", "条件"),
    ],
)
def test_a_mistake_in_the_indicators_names_file_key_and_nearest(
    templates: Make, old: str, new: str, key: str, near: str
) -> None:
    folder = templates()
    edit(folder, "indicators.toml", old, new)
    error = refusal(folder)
    assert error.file == "indicators.toml"
    assert error.key.startswith(key)
    assert near in str(error)


@pytest.mark.parametrize(
    ("old", "new", "key", "near"),
    [
        ('kind = "summary"', 'kind = "sumary"', "总表.kind", "summary"),
        ('"study.forms"', '"study.form"', "总表.indicators", "study.forms"),
        ('["study", "form"]', '["study", "from"]', "分类.fields", "study.form"),
        ('["study", "form"]', '["study", "topic"]', "分类.fields", "study.form"),
        ('fields = [["study"', 'field = [["study"', "分类.field", "fields"),
        ('kind = "categories"', 'kind = "monthly"', "分类.fields", "categories"),
        ('name = "分类"', 'name = "总表"', "总表", "两个"),
        ('name = "分类"', 'name = "分类/类型"', "分类/类型.name", "工作表名"),
        ('name = "分类"', f'name = "{LONG}"', f"{LONG}.name", "1 到 31 个字"),
        ("[[sheet]]", "evidense = false\n[[sheet]]", "evidense", "evidence"),
        (SHEET, f'[pack]\nranked = ["study.form"]\n{SHEET}', "pack.ranked", "study.forms"),
        (SHEET, f'[pack]\nranked = "*"\n{SHEET}', "pack.ranked", "文字的列表"),
        (SHEET, f"[pack]\nrank = []\n{SHEET}", "pack.rank", "ranked"),
        (SHEET, f"pack = true\n{SHEET}", "pack", "对照表"),
    ],
)
def test_a_mistake_in_the_tables_names_file_key_and_nearest(
    templates: Make, old: str, new: str, key: str, near: str
) -> None:
    folder = templates()
    edit(folder, "tables.toml", old, new)
    error = refusal(folder)
    assert (error.file, error.key) == ("tables.toml", key)
    assert near in str(error)


def test_the_tables_may_do_without_evidence(templates: Make) -> None:
    folder = templates()
    assert definitions.load(folder).evidence
    edit(folder, "tables.toml", "[[sheet]]", "evidence = false\n[[sheet]]")
    assert not definitions.load(folder).evidence


@pytest.mark.parametrize(
    ("ranked", "found"), [("[]", []), ('["study.forms", "study.forms"]', ["study.forms"]), ('["*"]', IDS)]
)
def test_the_tables_say_beside_which_figures_units_are_ranked(
    templates: Make, ranked: str, found: Sequence[str]
) -> None:
    folder = templates()
    assert definitions.load(folder).ranked == ()
    edit(folder, "tables.toml", SHEET, f"[pack]\nranked = {ranked}\n{SHEET}")
    assert sorted(definitions.load(folder).ranked) == sorted(found)


@pytest.mark.parametrize("name", ["ledgers.toml", "indicators.toml", "tables.toml", "参考数据.xlsx"])
def test_a_missing_file_is_named(templates: Make, name: str) -> None:
    folder = templates()
    (folder / name).unlink()
    assert str(refusal(folder)).startswith(f"{name}：没有这个文件：请放回 templates")


@pytest.mark.parametrize("name", ["ledgers.toml", "indicators.toml", "tables.toml", "参考数据.xlsx"])
def test_a_file_that_cannot_be_read_is_not_called_broken(templates: Make, name: str) -> None:
    folder = templates()
    (folder / name).unlink()
    (folder / name).mkdir()  # as unreadable as a file that another program keeps to itself
    assert "可能正在别的程序中打开" in str(refusal(folder))


def test_more_reported_indicators_than_a_mask_has_bits_are_refused(templates: Make) -> None:
    rows = [[f"第{number}项", "直报指标", "求和", "数值", None, "个", "本级"] for number in range(55)]
    loaded = definitions.load(templates(自定义指标=[CUSTOM[0], *rows[:54]]))
    assert max(vocabulary(loaded, "reported", "indicator").spellings.values()) == 60
    assert "最多 60 个，现在有 61 个" in str(refusal(templates(自定义指标=[CUSTOM[0], *rows])))


def test_toml_in_another_encoding_is_named(templates: Make) -> None:
    folder = templates()
    (folder / "tables.toml").write_text(TABLES, encoding="gb18030")
    assert "UTF-8" in str(refusal(folder))


def test_a_syntax_error_is_given_with_its_line(templates: Make) -> None:
    folder = templates()
    (folder / "tables.toml").write_text('[[sheet]]\nname = "总表\n', encoding="utf-8")
    assert refusal(folder).key == "第2行"


# --- mistakes in the workbook ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "column", "value", "near"),
    [
        (3, "单位名称", None, "空的"),
        (4, "单位名称", "青禾集团东区分公司", "青禾集团东区分公司"),
        (4, "上级单位", "青禾集", "青禾集团"),
        (5, "上级单位", "一分公司", "全称"),
        (3, "上级单位", "东区（检修）车间", "东区（检修）车间 → 青禾集团东区分公司"),
        (3, "上级单位", "东区", "青禾集团东区分公司 → 青禾集团东区分公司"),
        (4, "上级单位", None, "青禾集团、青禾集团西区分公司"),
        (3, "级别", "公司层级", "公司级"),
        (3, "是否应报", "应报", "是、否"),
        (3, "是否应报", None, "是、否"),
        (3, "党员人数", "约120", "约120"),
        (3, "党员人数", 12.5, "12.5"),
        (3, "职工人数", -3, "-3"),
        (4, "简称及别名", "西区、青禾 集团", "全称"),
    ],
)
def test_a_mistake_in_the_register_names_row_and_nearest(
    templates: Make, row: int, column: str, value: Any, near: str
) -> None:
    error = refusal(templates(单位名册=changed(REGISTER, row, column, value)))
    assert (error.file, error.key) == ("参考数据.xlsx", f"单位名册 第{row}行")
    assert near in str(error)


def test_a_register_that_is_one_circle_has_no_root(templates: Make) -> None:
    error = refusal(templates(单位名册=changed([*REGISTER[:2], REGISTER[3]], 2, "上级单位", "西区")))
    assert error.key == "单位名册 第2行"
    assert "青禾集团 → 青禾集团西区分公司 → 青禾集团" in str(error)


def test_an_empty_register_is_refused(templates: Make) -> None:
    error = refusal(templates(单位名册=REGISTER[:1]))
    assert (error.file, error.key) == ("参考数据.xlsx", "单位名册")


@pytest.mark.parametrize(
    ("cell", "value", "near"),
    [
        (("媒体名录", 2, "渠道"), "内部抱纸", "内部报纸"),
        (("媒体名录", 3, "媒体"), "青禾", "青禾报"),
        (("媒体名录", 3, "媒体"), None, "空的"),
        (("目标", 2, "指标"), "study.center", "study.center_group"),
        (("目标", 2, "指标"), "中心组次数", "中心组学习次数"),
        (("目标", 3, "单位"), "西区分公司", "青禾集团西区分公司"),
        (("目标", 3, "单位"), "一分公司", "全称"),
        (("目标", 2, "期间"), "全年", "年"),
        (("目标", 2, "下限"), "十二次", "十二次"),
        (("目标", 2, "下限"), None, "不是数"),
        (("目标", 3, "下限"), 95, "95%"),
        (("裁定", 2, "事项"), "行", "列、取值、单位、版本、数量"),
        (("裁定", 2, "内容"), None, "原来的写法"),
        (("裁定", 2, "认定"), None, "认定是空的，请写列名（如 学习形式）或“不读”"),
        (("裁定", 2, "认定"), "学习日子", "认不出认定“学习日子”"),
    ],
)
def test_a_mistake_in_another_sheet_names_row_and_nearest(
    templates: Make, cell: tuple[str, int, str], value: Any, near: str
) -> None:
    sheet, row, column = cell
    grid = {**SHEETS, "裁定": RULINGS}[sheet]
    error = refusal(templates(**{sheet: changed(grid, row, column, value)}))
    assert (error.file, error.key) == ("参考数据.xlsx", f"{sheet} 第{row}行")
    assert near in str(error)


@pytest.mark.parametrize(
    ("what", "value", "wrong", "told"),
    [
        ("列", "不读", "不要", "请写列名（如 学习形式）或“不读”"),
        ("列", "会议时间", "会议日", "请写列名（如 学习形式）或“不读”"),
        ("取值", "主题党日", "党日", "请写规定的取值"),
        ("单位", "西区", "西 区公司", "请写单位全称，或“不是单位”"),
        ("单位", "不是单位", "不要", "请写单位全称，或“不是单位”"),
        ("版本", "以此为准", "采用", "请写“以此为准”“作废”或“并存”"),
        ("数量", "37", None, "请写核实过的数"),
    ],
)
def test_a_ruling_that_can_settle_nothing_is_refused(
    templates: Make, what: str, value: str, wrong: str | None, told: str
) -> None:
    def rulings(value: str | None) -> Grid:
        return [RULINGS[0], ["东区.xlsx", what, "原来的", value, None]]

    (ruling,) = definitions.load(templates(裁定=rulings(value))).rulings
    error = refusal(templates(裁定=rulings(wrong)))

    assert ruling.value == value
    assert (error.key, str(error).endswith(told)) == ("裁定 第2行", True)


def test_a_ruling_on_versions_names_its_file(templates: Make) -> None:
    error = refusal(templates(裁定=[RULINGS[0], [None, "版本", "东区.xlsx", "作废", None]]))
    assert "文件是空的" in str(error)


def test_cells_merged_over_rows_are_refused_and_a_merged_title_is_not(templates: Make) -> None:
    folder = templates()

    def merged(area: str, *, title: bool) -> Path:
        book = openpyxl.load_workbook(folder / "参考数据.xlsx")
        if title:
            book["单位名册"].insert_rows(1, 2)
        book["单位名册"].merge_cells(area)
        book.save(folder / "参考数据.xlsx")
        return folder

    assert len(definitions.load(merged("A1:D2", title=True)).register.units) == len(REGISTER) - 1
    error = refusal(merged("D4:D5", title=False))
    assert (error.key, "“级别”有合并的单元格" in str(error)) == ("单位名册 第4行", True)


def test_a_sheet_is_found_where_its_name_has_spaces_around(templates: Make) -> None:
    folder = templates()
    book = openpyxl.load_workbook(folder / "参考数据.xlsx")
    book["单位名册"].title = " 单位名册 "
    book.save(folder / "参考数据.xlsx")
    assert definitions.load(folder).register.units


def test_two_targets_for_the_same_thing_are_refused(templates: Make) -> None:
    error = refusal(templates(目标=[*TARGETS, ["中心组学习次数", None, "年", 6, None]]))
    assert error.key == f"目标 第{len(TARGETS) + 1}行"


@pytest.mark.parametrize("column", REGISTER[0][:7])
def test_a_missing_column_of_the_register_is_named(templates: Make, column: str) -> None:
    error = refusal(templates(单位名册=without(REGISTER, column)))
    assert (error.file, error.key) == ("参考数据.xlsx", "单位名册")
    assert f"“{column}”" in str(error)


def test_a_misspelt_column_is_found_among_those_present(templates: Make) -> None:
    renamed = [["媒体", "别名", "渠道分类"], *MEDIA[1:]]
    assert "渠道分类" in str(refusal(templates(媒体名录=renamed)))


def test_a_broken_sheet_is_named(templates: Make) -> None:
    folder = templates()
    with zipfile.ZipFile(folder / "参考数据.xlsx") as package:
        members = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(folder / "参考数据.xlsx", "w") as package:
        for name, data in members.items():
            package.writestr(name, data[:300] if name.endswith("sheet2.xml") else data)
    error = refusal(folder)
    assert (error.file, error.key) == ("参考数据.xlsx", "媒体名录")


@pytest.mark.parametrize("cell", ["A1048576", "XFD2"])
def test_a_stray_value_in_the_last_row_or_column_of_a_sheet_is_refused(templates: Make, cell: str) -> None:
    folder = templates()
    book = openpyxl.load_workbook(folder / "参考数据.xlsx")
    book["目标"][cell] = "x"
    book.save(folder / "参考数据.xlsx")
    assert "请删掉表格以外的内容" in str(refusal(folder))


def test_a_column_that_stands_twice_is_refused(templates: Make) -> None:
    assert "两列" in str(refusal(templates(媒体名录=[[*row, row[2]] for row in MEDIA])))


def test_a_missing_sheet_is_named_with_the_nearest(templates: Make) -> None:
    folder = templates()
    save(folder / "参考数据.xlsx", {"单位名册": REGISTER, "媒体目录": MEDIA, "目标": TARGETS})
    error = refusal(folder)
    assert "媒体名录" in str(error)
    assert "媒体目录" in str(error)


def test_a_workbook_with_a_password_is_refused(templates: Make) -> None:
    folder = templates()
    (folder / "参考数据.xlsx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1024))
    assert "密码" in str(refusal(folder))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", "单位名称\t上级单位".encode()])
def test_a_workbook_that_is_none_is_refused(templates: Make, content: bytes) -> None:
    folder = templates()
    (folder / "参考数据.xlsx").write_bytes(content)
    error = refusal(folder)
    assert (error.file, error.key) == ("参考数据.xlsx", "")
