"""Every code that ingest gives is shown here by a ledger that produces it, at its cell; the catalogue holds no other."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from grids import FILE, book, harvest, knowledge, marks, records, sheet

from pipeline.ingest import understand
from pipeline.model import Sheet
from pipeline.publish.catalogue import CATALOGUE

GROUP = "青禾供水2023年上半年台账.xlsx"
STUDY = "学习时间 | 学习形式 | 学习内容 | 实到人数\n"
ARTICLE = "刊发日期 | 标题 | 刊发媒体 | 阅读量\n"
INCIDENT = "发现时间 | 标题 | 舆情等级 | 处置状态 | 交办时间 | 首回时间\n"
TALK = "谈话时间 | 谈话类型 | 谈话人数\n"


@dataclass(frozen=True)
class Case:
    """A file, where its one finding of the code stands, how many records are counted, and the other codes it gives."""

    code: str
    at: str
    grids: str | tuple[Sheet | str, ...]
    counted: int
    file: str = FILE
    also: tuple[str, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)


CASES = (
    Case("file-classified", "", "秘密★1年\n" + STUDY + "2023-03-05 | 党课 | 甲 | 3", 0),
    Case("sheet-unrecognised", "值班表", (STUDY + "2023-03-05 | 党课 | 甲 | 3", sheet("姓名 | 班次\n甲某 | 早", "值班表")), 1),
    Case("sheet-ambiguous", "Sheet1", "时间 | 类型 | 主题 | 人数\n2023-03-05 | 党课 | 甲 | 3", 0, said={"found": "学习台账、宣讲谈话台账"}),
    Case("sheet-hidden", "旧", (STUDY + "2023-03-05 | 党课 | 甲 | 3", sheet(STUDY + "2023-04-05 | 党课 | 乙 | 3", "旧", hidden=True)), 1, said={"count": "2"}),
    Case("sheet-summary", "汇总", (STUDY + "2023-03-05 | 党课 | 甲 | 3", sheet("月份 | 学习形式 | 次数\n3月 | 党课 | 1", "汇总")), 1, said={"stated": "1", "counted": "1"}),
    Case("sheet-duplicate-table", "E1", "学习时间 | 学习形式 | 实到人数 | | 学习时间 | 学习形式 | 实到人数\n2023-03-05 | 党课 | 3 | | 2023-03-05 | 党课 | 3", 1, said={"other": "A至C列"}),
    Case("sheet-crosstab", "2", "2023年读书班情况\n单位 | 1月 | 2月 | 3月\n东坡水厂 | 1 | 0 | 2", 2, GROUP, said={"found": "读书班"}),
    Case("column-missing", "1", "学习时间 | 培训类别 | 学习内容 | 实到人数\n2023-03-05 | 党课 | 甲 | 3", 0, "东坡水厂2023年学习.xlsx", ("column-unknown",), {"expected": "学习形式", "near": "培训类别"}),
    Case("column-ambiguous", "B1", "学习时间 | 会议类型 | 活动类型 | 实到人数\n2023-03-05 | 党课 | 主题党日 | 3", 0, "东坡水厂2023年学习.xlsx", said={"found": "会议类型（B列）、活动类型（C列）", "expected": "学习形式"}),
    Case("column-unknown", "D1", "学习时间 | 学习形式 | 实到人数 | 天气\n2023-03-05 | 党课 | 3 | 晴", 1, said={"header": "天气"}),
    Case("column-cumulative", "D1", "学习时间 | 学习形式 | 实到人数 | 累计人数\n2023-03-05 | 党课 | 3 | 9", 1, said={"header": "累计人数"}),
    Case("unit-unknown", "A2", "单位 | 学习时间 | 学习形式\n东坡水场 | 2023-03-05 | 党课\n南浦所 | 2023-03-05 | 党课", 1, GROUP),
    Case("unit-ambiguous", "A2", "单位 | 学习时间 | 学习形式\n东坡站 | 2023-03-05 | 党课", 0, "2023年台账.xlsx", said={"found": "东坡站", "near": "东坡水厂、东坡换热站"}),
    Case("unit-conflict", "A3", "单位 | 学习时间 | 学习形式\n东坡水厂 | 2023-03-05 | 党课\n北岭站 | 2023-03-05 | 党课", 1, GROUP, said={"found": "北岭锅炉房、青禾供水分公司"}),
    Case("unit-missing", "Sheet1", STUDY + "2023-03-05 | 党课 | 甲 | 3", 0, "2023年学习台账.xlsx"),
    Case("date-invalid", "A2", STUDY + "2023年2月30日 | 党课 | 甲 | 3\n2023-13-05 | 党课 | 乙 | 3\n2023-03-05 | 党课 | 丙 | 3".replace("2023-13-05", "2023-03-06"), 2, said={"found": "2023年2月30日"}),
    Case("date-ambiguous", "A2", STUDY + "6.3 | 党课 | 甲 | 3", 0, said={"found": "6.3"}),
    Case("date-missing", "A3", STUDY + "2023-03-05 | 党课 | 甲 | 3\n | 党课 | 乙 | 3", 1),
    Case("date-several", "A2", STUDY + "3月5日、12日 | 党课 | 甲 | 3", 0, said={"found": "3月5日、12日"}),
    Case("date-year-assumed", "A2", STUDY + "3月5日 | 党课 | 甲 | 3", 1, said={"found": "3月5日", "year": "2023"}),
    Case("date-from-range", "A2", STUDY + "2023年3月5日至7日 | 党课 | 甲 | 3", 1, said={"found": "2023年3月5日至7日", "kept": "2023-03-05"}),
    Case("date-month-only", "A2", STUDY + "2023年3月 | 党课 | 甲 | 3", 1),
    Case("date-column-assumed", "A1", "报送日期 | 标题 | 刊发媒体\n2023-03-05 | 春灌 | 市日报", 1, said={"header": "报送日期", "expected": "刊发日期"}),
    Case("date-out-of-period", "2", STUDY + "2022-12-05 | 党课 | 甲 | 3", 1, said={"found": "2022-12-05", "expected": "2023年上半年"}),
    Case("date-in-future", "2", STUDY + "2023-06-25 | 党课 | 甲 | 3", 1, said={"found": "2023-06-25", "expected": "2023-06-20"}),
    Case("quantity-invalid", "D2", STUDY + "2023-03-05 | 党课 | 甲 | 全体", 1, said={"header": "实到人数"}),
    Case("quantity-ambiguous", "D2", STUDY + "2023-03-05 | 党课 | 甲 | 20-30", 1, said={"found": "20-30", "header": "实到人数"}),
    Case("quantity-negative", "D2", STUDY + "2023-03-05 | 党课 | 甲 | -3", 1, said={"found": "-3", "header": "实到人数"}),
    Case("quantity-fraction", "D2", STUDY + "2023-03-05 | 党课 | 甲 | 12.5", 1, said={"found": "12.5", "header": "实到人数"}),
    Case("quantity-approximate", "D2", STUDY + "2023-03-05 | 党课 | 甲 | 100余", 1, said={"found": "100余"}),
    Case("quantity-outlier", "D6", STUDY + "\n".join(f"2023-03-0{i} | 党课 | {i} | {n}" for i, n in enumerate((9, 10, 10, 11, 1000), 1)), 5, said={"found": "1000", "expected": "10"}),
    Case("choice-unknown", "B2", STUDY + "2023-03-05 | 主题党曰 | 甲 | 3", 1, said={"found": "主题党曰", "header": "学习形式"}),
    Case("row-duplicate", "3", STUDY + "2023-03-05 | 党课 | 甲 | 3\n2023-03-05 | 党课 | 甲 | 3", 2, said={"other": f"{FILE}【Sheet1】第2行"}),
    Case("row-suspect-duplicate", "3", STUDY + "2023-03-05 | 党课 | 甲 | 3\n2023-03-05 | 党课 | 甲 | 4", 2, said={"other": f"{FILE}【Sheet1】第2行"}),
    Case("row-joint", "2", "单位 | 学习时间 | 学习形式 | 学习内容\n东坡水厂 | 2023-03-05 | 主题党日 | 联合植树\n南浦所 | 2023-03-05 | 主题党日 | 联合植树", 2, GROUP, said={"other": "南浦营业所"}),
    Case("total-mismatch", "D3", STUDY + "2023-03-05 | 党课 | 甲 | 36\n合计 | | | 37", 1, said={"stated": "37", "counted": "36", "header": "实到人数"}),
    Case("formula-error", "D2", STUDY + "2023-03-05 | 党课 | 甲 | #REF!", 1, said={"found": "#REF!"}),
    Case("formula-uncached", "D2", STUDY + "2023-03-05 | 党课 | 甲 | =", 1),
    Case("incident-order", "F2", INCIDENT + "2023-03-05 08:00 | 停水 | 一般 | 办结 | 2023-03-05 12:00 | 2023-03-05 09:00", 1, said={"header": "首回时间"}),
    Case("fill-down", "A3", "单位 | 学习时间 | 学习形式\n东坡水厂 | 2023-03-05 | 党课\n | 2023-03-06 | 党课", 2, GROUP, said={"found": "东坡水厂", "header": "单位"}),
)  # fmt: skip

ELSEWHERE = {
    "file-encrypted": "test_read.py",
    "file-corrupt": "test_read.py",
    "file-empty": "test_read.py",
    "file-unsupported": "test_read.py",
    "file-too-large": "test_collect.py",
    "file-misnamed": "test_read.py",
    "file-duplicate": "test_collect.py",
    "file-superseded": "test_ingest_duplicates.py",
    "file-conflict": "test_ingest_duplicates.py",
    "unit-silent": "test_compare.py",
    "figure-inconsistent": "test_compare.py",
    "figure-approximate": "test_narrative.py",
    "figure-zero": "test_narrative.py",
    "figure-unknown": "test_narrative.py",
}
"""Codes of whole files, silent units and figures, and the tests that show them."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_the_code_stands_at_its_cell(case: Case) -> None:
    grids = case.grids if isinstance(case.grids, tuple) else (case.grids,)
    reading = understand.book(book(*grids, file=case.file), knowledge())
    found = harvest(reading, as_of="2023-06-20")
    usual = {case.code, *case.also}
    mine = [finding for finding in found.findings if finding.code == case.code]

    assert (case.code, case.at) in marks(mine)
    assert {finding.code for finding in found.findings} <= usual
    assert len(mine) == 1 or case.code == "row-joint"
    assert len(records(reading, "row")) == case.counted
    assert set(case.said.items()) <= set(mine[0].values)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_the_severity_is_the_catalogue_s(case: Case) -> None:
    grids = case.grids if isinstance(case.grids, tuple) else (case.grids,)
    found = harvest(understand.book(book(*grids, file=case.file), knowledge()), as_of="2023-06-20")

    assert {f.severity for f in found.findings if f.code == case.code} == {CATALOGUE[case.code].severity}


def test_every_row_has_one_fate_in_every_case() -> None:
    for case in CASES:
        grids = case.grids if isinstance(case.grids, tuple) else (case.grids,)
        for line in harvest(understand.book(book(*grids, file=case.file), knowledge())).accounting:
            assert line.read == line.counted + line.out_of_period + line.duplicate + line.rejected + line.structure


def test_every_code_of_the_catalogue_is_produced_by_a_test() -> None:
    assert {case.code for case in CASES} | ELSEWHERE.keys() == CATALOGUE.keys()


@pytest.mark.parametrize(("code", "file"), ELSEWHERE.items())
def test_the_tests_named_for_other_codes_speak_of_them(code: str, file: str) -> None:
    tree = ast.parse((Path(__file__).parent / file).read_text(encoding="utf-8"))
    spoken = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}

    assert code in spoken or any(code in text for text in spoken)


def test_who_was_talked_with_is_not_repeated_where_a_category_is_asked_for() -> None:
    reading = understand.book(
        book("谈话时间 | 谈话类型 | 对象 | 级别\n2023-03-05 | 谈心谈话 | 甲某人 | 丙级", file=FILE), knowledge()
    )

    told = {
        finding.origin.column: dict(finding.values) for finding in reading.findings if finding.code == "choice-unknown"
    }
    assert told["D"]["found"] == "丙级"
    assert told["C"] == {"header": "对象"}
    assert "甲某人" not in repr(reading.findings)
    assert len(reading.tables[0].numbers("audience_type")) == 1
