"""The sheets of words: 封面 with coverage and marks, 目录 with links, 指标口径."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pipeline.model import Figure, Indicator, TableSheet
from pipeline.publish import words
from pipeline.publish.problems import SEVERITY_NAMES
from pipeline.publish.sheets.material import Material
from pipeline.publish.sheets.paper import SIGN_OFF, Paper
from pipeline.publish.sheets.row import NOT_APPLICABLE, UNKNOWN
from pipeline.publish.sheets.traces import LIMIT

COVER_WIDTHS = (16.0, 100.0)
CONTENTS_WIDTHS = (8.0, 30.0, 78.0)

_SCOPES = {"own": "本级", "all": "本级及所属"}
_MARKS = (
    (UNKNOWN, "未知：没有报送、没有被接收，或没有这一列；不是 0"),
    (NOT_APPLICABLE, "不适用：分母为 0、基数为 0，或尚未到的月份"),
    ("0", "已报送，确实没有"),
    ("约 余 近", "由约数合成的数，不是准确数"),
    ("*", "有记录的这一项数字看不清或空着，没有加进去"),
)
_RULES = (
    "小计、合计是“本级及所属”：本单位和所属各单位已知的数合在一起，未报送的不含在内，未报单位数列在最后一栏。",
    "“本级”只算本单位自己的台账。报告里哪个数用哪个范围，见指标口径。",
    "占比存的是未舍入的数，显示一位小数，四舍五入。",
)


def cover(paper: Paper, material: Material) -> None:
    """Whose figures, of when, how complete, with which marks and rules."""
    paper.sheet.set_row(0, 60)
    paper.wide(0, f"{material.organisation}{material.figures.period.label}统计汇总表", "cover")
    end = _section(paper, 2, "基本情况", _facts(material))
    end = _section(paper, end, "符号", _MARKS)
    end = _section(paper, end, "说明", [("·", text) for text in (*_RULES, _evidence(material))])
    paper.wide(end, SIGN_OFF, "left")


def contents(paper: Paper, material: Material, sheets: Sequence[tuple[str, str]]) -> None:
    """`sheets` are the names and titles of what follows."""
    paper.top("目录", material.period_line)
    first = paper.header(["序号", "工作表", "内容"], freeze=0)
    for number, (name, title) in enumerate(sheets, first):
        row = paper.row(number)
        row.count(0, number - first + 1)
        quoted = name.replace("'", "''")
        paper.sheet.write_url(number, 1, f"internal:'{quoted}'!A1", paper.looks["link"], name)
        row.text(2, title)


def rule_widths(material: Material, table: TableSheet) -> list[float]:  # noqa: ARG001 - one shape for all kinds
    return [30.0, 26.0, 62.0, 10.0, 14.0]


def rules(paper: Paper, material: Material, table: TableSheet) -> None:
    """How every indicator is counted."""
    paper.top(material.title(table), material.period_line)
    first = paper.header(["指标代码", "指标", "口径", "量词", "默认范围"])
    chosen = material.indicators(table) or material.definitions.indicators
    for number, indicator in enumerate(chosen, first):
        row = paper.row(number)
        row.text(0, indicator.id)
        row.text(1, indicator.name)
        row.text(2, indicator.rule, "wrapped")
        row.text(3, indicator.measure_word, "middle")
        row.text(4, _SCOPES[indicator.scope], "middle")
    paper.close(first + len(chosen))


def _section(paper: Paper, top: int, heading: str, entries: Iterable[tuple[str, str]]) -> int:
    """A heading, and under it words with their text beside them; the row where the next section starts."""
    paper.wide(top, heading, "heading")
    number = top
    for number, (word, text) in enumerate(entries, top + 1):
        row = paper.row(number)
        row.text(0, word, "middle")
        row.text(1, text, "wrapped")
        paper.sheet.set_row(number, paper.tallest({1: text}))
    return number + 2


def _facts(material: Material) -> Iterator[tuple[str, str]]:
    as_of = material.figures.as_of
    severities = Counter(finding.severity for finding in material.findings)
    yield "统计期间", material.figures.period.label
    yield "统计截止", f"{as_of.year}年{as_of.month}月{as_of.day}日"
    yield "报送情况", coverage(material)
    if material.silent:
        yield "未报送", "、".join(material.silent)
    yield (
        "数据问题",
        "，".join(f"{name}{severities[severity]}个" for severity, name in SEVERITY_NAMES.items())
        + "，见 问题清单.xlsx",
    )
    for ruling in material.definitions.rulings:
        where = f"文件“{ruling.file}”：" if ruling.file else ""
        why = f"（{ruling.reason}）" if ruling.reason else ""
        idle = "；这次没有用到，可以删去" if ruling in material.figures.harvest.unapplied else ""
        yield "裁定", f"{where}{ruling.what}“{ruling.key}”认定为“{ruling.value}”{why}{idle}"


def coverage(material: Material) -> str:
    """``应报12家，已报10家，报送率83.3%``, as submission.* says."""
    root = material.definitions.register.root
    found: dict[str, tuple[Figure, Indicator]] = {
        indicator.of: (material.figures.by_key[root, "all", indicator.id], indicator)
        for indicator in material.definitions.indicators
        if indicator.kind == "submission"
    }
    texts = (("due", "应报{}家"), ("received", "已报{}家"), ("rate", "报送率{}"))
    return "，".join(text.format(words.figure(*found[part])) for part, text in texts if part in found)


def _evidence(material: Material) -> str:
    if material.traces.by_ledger:
        return "各单位的数字可以点击，跳到它依据的第一条记录（证据各表）；证据表不含姓名等个人信息。"
    if not material.definitions.evidence:
        return "本文件不附证据表（tables.toml 里 evidence = false），各单位的记录见 单位 文件夹里各自的汇总。"
    if any(len(frame) for frame in material.records.values()):
        return f"记录超过 {LIMIT} 条，本文件不附证据表，各单位的记录见 单位 文件夹里各自的汇总。"
    return "本期没有被接收的记录。"
