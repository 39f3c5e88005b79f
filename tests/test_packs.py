"""The packs of the units: what each holds, that none tells of another unit, and that every name can be written."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path, PureWindowsPath
from typing import Any

import measuring
import openpyxl
import pytest
import pyzipper
from lxml import etree
from sample.register import BUS, FIRST, GARDEN, LIGHTS, NURSERY, ROOT, SECOND, WATER
from sample.truth import figures as truth

from pipeline import definitions as definitions_
from pipeline.figures import compare, measure
from pipeline.ingest import collect, pool, reconcile
from pipeline.ingest.contents import Contents
from pipeline.model import Account, Definitions, Figures, Finding, Harvest, Origin, Register, Severity, Table
from pipeline.period import Period
from pipeline.publish import deliver, packs, template
from pipeline.publish.deliver import Content
from pipeline.publish.kept import Packs
from pipeline.publish.packing import advice, homes, names, told
from pipeline.publish.packing.cuts import Numbers
from pipeline.publish.packing.mentions import Mentions
from pipeline.publish.packing.packer import Packer, Sources
from pipeline.publish.packing.workers import Crew

HERE = Path(__file__).parents[1]
H1 = Period.parse("2023H1")


@dataclass(frozen=True)
class World:
    """All that packs are made from."""

    figures: Figures
    definitions: Definitions
    findings: tuple[Finding, ...]
    declared: Mapping[str, Sequence[int]]
    sources: Sources

    template: Path = HERE / "templates" / "单位通报.docx"

    def packs(self, *, zipped: bool = False, kept: Packs | None = None) -> dict[str, bytes]:
        crew = Crew(self.packer(zipped=zipped))
        made = packs.packs(crew, counted=self.counted, findings=self.findings, declared=self.declared, kept=kept)
        return {name: self._bytes(name, content, kept) for name, content in made}

    def _bytes(self, name: str, content: Content, kept: Packs | None) -> bytes:
        """Those that stand, where nothing was made."""
        if isinstance(content, bytes):
            return content
        assert kept
        data = (kept.place / name.removeprefix("单位/")).read_bytes()
        assert content == deliver.left(data)
        return data

    def packer(self, *, zipped: bool = False) -> Packer:
        figures, definitions = self.figures, self.definitions
        monthly = measure.monthly(figures.harvest, definitions, figures.period, figures.as_of)
        numbers = Numbers(figures, monthly)
        return Packer(definitions, numbers, self.sources, template.compiled(self.template), zipped)

    @property
    def counted(self) -> Any:
        figures = self.figures
        return measure.counted(figures.harvest, self.definitions, figures.period, figures.as_of)


@lru_cache
def sample() -> World:
    definitions = definitions_.load(HERE / "templates")
    collected = collect.collect(HERE / "input")
    readings = pool.readings(collected.sources, definitions, jobs=1, progress=lambda _: None)
    found = reconcile.reconciled(readings, definitions)
    harvest = reconcile.harvest(found, collected.duplicates, definitions, H1, H1.end)
    figures = compare.compared(harvest, definitions, H1, H1.end, {})
    findings = (*collected.findings, *harvest.findings, *figures.findings)
    sources = Contents(
        {source.name: source for source in (*collected.sources, *(copy for copy, _ in collected.duplicates))}
    )
    return World(figures, definitions, findings, {reading.file: reading.units for reading in readings}, sources)


@lru_cache
def made() -> dict[str, bytes]:
    return sample().packs()


def of(unit: str) -> dict[str, bytes]:
    """The pack of a unit, by the names in its folder."""
    start = f"单位/{unit}/"
    return {path.removeprefix(start): data for path, data in made().items() if path.startswith(start)}


def returns(pack: Mapping[str, bytes]) -> list[str]:
    return sorted(name for name in pack if name.startswith("问题回执"))


def message(unit: str) -> str:
    return of(unit)["消息.txt"].decode("utf-8-sig")


def text(docx: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return "".join(map(str, etree.fromstring(archive.read("word/document.xml")).itertext()))


# --- isolation -------------------------------------------------------------------------------------------------------


def contents(data: bytes) -> Iterator[bytes]:
    """A file, and what the archives in it hold, member names too."""
    yield data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                yield info.filename.encode()
                yield from contents(archive.read(info))


def spelled(register: Register, units: Sequence[int]) -> set[str]:
    return {name for unit in units for name in (register.units[unit].name, *register.units[unit].aliases)}


def named(data: bytes, own: set[str], others: set[str]) -> set[str]:
    """Which of the others' names stand in the bytes, once the own ones are taken out."""
    found: set[str] = set()
    for part in contents(data):
        for encoding in ("utf-8", "utf-16-le", "gb18030"):
            rest = part
            for name in sorted(own, key=len, reverse=True):
                rest = rest.replace(name.encode(encoding), b"\0")
            found |= {name for name in others if name.encode(encoding) in rest}
    return found


def written_by(world: World, unit: int) -> bytes:
    """All that stands in the files which the unit itself sent."""
    own = homes.homes(world.figures.harvest, world.definitions.register, world.findings, world.declared)
    parts = []
    for file in (file for file, home in own.items() if home == unit):
        data, sheets = world.sources(file)
        parts += [*contents(data), *(repr(sheet.rows).encode() for sheet in sheets or ())]
    return b"\n".join(parts)


@pytest.mark.parametrize("unit", [unit.name for unit in sample().definitions.register.units])
def test_no_byte_of_a_pack_names_a_unit_that_is_not_under_it(unit: str) -> None:
    world = sample()
    register = world.definitions.register
    index = next(each.index for each in register.units if each.name == unit)
    own = spelled(register, register.below(index))
    others = spelled(register, [each.index for each in register.units]) - own
    mine = named(written_by(world, index), own, others)

    for name, data in of(unit).items():
        told = named(data + name.encode(), own, others) | named(name.encode(), own, others)
        assert told <= (mine if name.startswith("问题回执") else set()), name


def test_a_row_of_a_central_book_is_told_without_the_book() -> None:
    assert "舆情台账（上级汇总登记） I8" in message(FIRST)
    assert not any("舆情" in name for name in returns(of(FIRST)))
    assert "望舒集团舆情处置台账（2023年上半年）" in "".join(returns(of(ROOT)))


def test_a_joint_event_is_told_without_the_other_units_name() -> None:
    assert "另一家单位也登记了同一天同一内容的联合活动" in message("望舒集团机关党总支")


# --- whose a file is -------------------------------------------------------------------------------------------------


REGISTER = measuring.register(("总公司", None), ("甲公司", "总公司"), ("乙公司", "总公司"), ("甲一队", "甲公司"))
TOP, FIRST_UNIT, _, TEAM = range(4)


def home(*units: str, findings: Sequence[Finding] = (), declared: Sequence[int] = (), unit: int = -1) -> int | None:
    """Of a file with a row of each of these units, '' for one that nobody knows."""
    accounts = tuple(Account("册.xlsx", "表", "study", each, read=1, rejected=int(not each)) for each in units)
    table = Table("册.xlsx", "表", "study", 9, {}, unit=unit)
    harvest = Harvest({}, (table,), (), (), accounts)
    return homes.homes(harvest, REGISTER, findings, {"册.xlsx": declared}).get("册.xlsx")


def test_a_file_goes_back_to_the_lowest_unit_that_has_all_its_rows_under_it() -> None:
    assert home("甲公司") == FIRST_UNIT
    assert home("甲公司", "甲一队") == FIRST_UNIT
    assert home("甲一队") == TEAM
    assert home("甲一队", declared=[FIRST_UNIT]) == FIRST_UNIT
    assert home("甲公司", "乙公司") == TOP


def test_a_row_of_an_unknown_unit_goes_back_only_if_the_file_says_whose_it_is() -> None:
    assert home("甲公司", "") is None
    assert home("甲公司", "", unit=FIRST_UNIT) == FIRST_UNIT
    assert home(declared=[TEAM]) == TEAM
    assert home() is None


@pytest.mark.parametrize("code", ["unit-conflict", "unit-ambiguous"])
def test_a_file_whose_units_disagree_goes_to_nobody(code: str) -> None:
    finding = Finding(code, Severity.ERROR, Origin("册.xlsx", "表", 3))

    assert home("甲公司", findings=[finding], declared=[FIRST_UNIT]) is None


def test_files_of_another_period_are_left_alone() -> None:
    files = ("2022年上半年/甲.xlsx", "2023年上半年/甲.xlsx", "甲.xlsx")

    assert homes.elsewhen(Harvest({}, (), (), (), ()), files, H1) == {"2022年上半年/甲.xlsx"}


def test_files_of_one_name_are_told_apart_by_their_folders_unless_these_name_another_unit() -> None:
    files = {
        "1月/台账.xlsx": TEAM,
        "2月/台账.xlsx": TEAM,
        "乙公司/说明.xlsx": TEAM,
        "丙/说明.xlsx": TEAM,
        "3月/周.csv": TEAM,
    }
    declared = {file: [unit] for file, unit in files.items()}
    definitions = measuring.definitions(REGISTER)
    figures = compare.compared(Harvest({}, (), (), (), ()), definitions, H1, H1.end, {})
    discretion = told.discretion(figures, definitions, (), declared)

    assert [discretion.file(file, TEAM) for file in files] == [
        "台账（1月）.xlsx",
        "台账（2月）.xlsx",
        "说明.xlsx",
        "说明（丙）.xlsx",
        "周.csv",
    ]


def test_the_longest_name_decides_whom_a_text_names() -> None:
    found = Mentions(measuring.register(("公司", None), ("十一车队", "公司"), ("一车队", "公司")))

    assert not found.foreign("十一车队学习台账", frozenset({1}))
    assert found.foreign("一车队、十一车队", frozenset({1}))
    assert not found.foreign("学习台账", frozenset({1}))


# --- what a pack holds -----------------------------------------------------------------------------------------------


def test_every_unit_has_its_summary_narrative_and_message() -> None:
    for unit in sample().definitions.register.units:
        assert {"汇总.xlsx", "通报.docx", "消息.txt"} <= of(unit.name).keys()


def test_a_unit_that_sent_nothing_is_reminded_and_gets_nothing_back() -> None:
    assert returns(of(LIGHTS)) == []
    assert "还没有收到你单位可以采用的学习台账、宣讲谈话台账" in message(LIGHTS)
    assert "尚未收到或不能采用的台账有：学习台账、宣讲谈话台账" in text(of(LIGHTS)["通报.docx"])


def test_a_unit_gets_back_each_of_its_files_that_has_findings() -> None:
    assert returns(of(BUS)) == ["问题回执.xlsx"]
    assert returns(of(SECOND)) == [
        "问题回执（公交二车队宣讲台账（加密））.xlsx",
        "问题回执（副本公交二车队学习台账）.xlsx",
    ]
    assert "问题回执（玄圃园林分公司宣讲台账）.xlsx" in returns(of(GARDEN))


def test_a_file_that_could_not_be_read_goes_back_as_a_list() -> None:
    book = openpyxl.load_workbook(io.BytesIO(of(NURSERY)["问题回执（玄圃苗圃宣讲台账）.xlsx"]))

    assert book.sheetnames == ["问题清单", "说明"]


@pytest.mark.parametrize("unit", [ROOT, WATER, GARDEN, NURSERY, LIGHTS])
def test_every_number_of_the_summary_equals_the_truth(unit: str) -> None:
    expected = truth("2023H1")
    sheet = openpyxl.load_workbook(io.BytesIO(of(unit)["汇总.xlsx"]))["汇总"]
    header = [cell.value for cell in sheet[3]]
    ids = {indicator.name: indicator.id for indicator in sample().definitions.indicators}
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4) if row[0].value in ids]

    assert len(lines) >= len(ids) - 3
    for line in lines:
        for scope, column in (("own", "本级"), ("all", "本级及所属")):
            if column in header:
                same(line[header.index(column)], expected[unit, scope, ids[str(line[0])]].value)


def same(cell: object, value: Any) -> None:
    """A share is shown in tenths of a percent, other fractions in tenths; on the half the cell holds what it shows."""
    if value is None:
        assert cell in ("…", "/")
    else:
        assert cell == pytest.approx(float(value), abs=0.0005 if value < 1 else 0.0501)


@pytest.mark.parametrize("unit", [ROOT, WATER, GARDEN, NURSERY])
def test_every_month_and_child_of_the_summary_equals_its_figure(unit: str) -> None:
    world = sample()
    book = openpyxl.load_workbook(io.BytesIO(of(unit)["汇总.xlsx"]))
    months = {str(row[0].value): [cell.value for cell in row[3:]] for row in book["分月"].iter_rows(min_row=4)}
    march = measure.figures(world.figures.harvest, world.definitions, Period.parse("2023-03"), H1.end)
    register = world.definitions.register
    index = next(each.index for each in register.units if each.name == unit)
    for indicator in world.definitions.indicators:
        if indicator.name in months:
            same(months[indicator.name][2], march[index, indicator.scope, indicator.id].value)
    if register.children[index]:
        rows = {str(row[0].value): [cell.value for cell in row[2:]] for row in book["所属单位"].iter_rows(min_row=3)}
        children = [register.units[child].name for child in register.children[index]]
        assert rows["指标"] == ["本级", *children, "合计"]
        wanted = [truth("2023H1")[child, "all", "study.activities"].value for child in children]
        for cell, value in zip(rows["各类学习活动次数"][1:], wanted, strict=False):
            same(cell, value)


def test_the_narrative_says_the_true_numbers() -> None:
    expected = truth("2023H1")
    patterns = {
        r"本级开展各类学习活动(\d+)次": "study.activities",
        r"；中心组学习(\d+)次": "study.center_group",
        r"本级撰写信息稿件(\d+)条": "article.written",
        r"登记涉及本级的舆情(\d+)起": "incident.total",
    }
    for unit in sample().definitions.register.units:
        said = text(of(unit.name)["通报.docx"])
        for pattern, id in patterns.items():
            numbers = [int(number) for number in re.findall(pattern, said)]
            value = expected[unit.name, "own", id].value
            assert numbers == ([value] if value else []), (unit.name, id)


def test_a_record_of_a_central_book_is_evidence_without_its_place() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(of(FIRST)["汇总.xlsx"]))["记录-舆情"]

    assert "上级汇总登记" in [cell.value for cell in sheet[4]]
    assert "工作表" not in [cell.value for cell in sheet[3]]


def test_equal_runs_give_equal_bytes() -> None:
    assert sample().packs() == made()


def test_the_list_names_every_file_with_its_digest_and_who_owes_what() -> None:
    book = openpyxl.load_workbook(io.BytesIO(made()["单位/分发清单.xlsx"]))
    listed = {f"单位/{row[1].value}": row[3].value for row in book["文件"].iter_rows(min_row=4)}
    owed = {row[0].value: str(row[3].value or "") for row in book["催报"].iter_rows(min_row=4)}

    assert listed == {path: sha256(data).hexdigest() for path, data in made().items() if path != "单位/分发清单.xlsx"}
    assert owed[LIGHTS].startswith("学习台账、宣讲谈话台账")
    assert owed["扶光培训中心"] == ""


def test_a_check_gives_only_returns_and_messages() -> None:
    world = sample()
    got = dict(
        packs.returned(
            world.figures,
            world.definitions,
            counted=world.counted,
            findings=world.findings,
            sources=world.sources,
            declared=world.declared,
        )
    )

    assert got
    assert {re.sub(r"（.*", "", Path(path).stem) for path in got} == {"问题回执", "消息"}
    assert got.items() <= made().items()


def test_every_advice_to_units_is_for_a_code_of_the_catalogue() -> None:
    from pipeline.publish.catalogue import CATALOGUE

    assert vars(advice)["_TO_UNITS"].keys() <= CATALOGUE.keys()


# --- archives --------------------------------------------------------------------------------------------------------


def test_an_archive_holds_the_pack_and_a_password_locks_it() -> None:
    world = sample()
    register = world.definitions.register
    units = tuple(replace(unit, password="暗号123") if unit.name == WATER else unit for unit in register.units)
    locked = replace(world, definitions=replace(world.definitions, register=replace(register, units=units)))

    packed = locked.packs(zipped=True)

    with zipfile.ZipFile(io.BytesIO(packed[f"单位/{BUS}.zip"])) as archive:
        assert {info.filename: archive.read(info) for info in archive.infolist()} == {
            f"{BUS}/{name}": data for name, data in of(BUS).items()
        }
    with pyzipper.AESZipFile(io.BytesIO(packed[f"单位/{WATER}.zip"])) as archive:
        with pytest.raises(RuntimeError, match="password"):
            archive.read(f"{WATER}/汇总.xlsx")
        archive.setpassword("暗号123".encode())
        assert archive.read(f"{WATER}/汇总.xlsx") == of(WATER)["汇总.xlsx"]


# --- names -----------------------------------------------------------------------------------------------------------

HOSTILE = ["CON", "con.txt", "nul", "COM1", "LPT¹", "甲/乙\\丙", 'a<b>c:d"e|f?g*h', "尾点. .", "..", "", " ", "甲\u202e乙\n", "长" * 300, "😀" * 100, "分发清单.xlsx"]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_safe_name_can_be_written_everywhere(name: str) -> None:
    safe = names.safe(name)

    assert safe
    assert safe.isprintable()
    assert not set(safe) & set('<>:"/\\|?*')
    assert safe == safe.strip(" .")
    assert len(safe) <= 80
    assert len(safe.encode()) <= 255
    assert not PureWindowsPath(safe).is_reserved()


def test_no_two_names_are_alike_to_any_file_system() -> None:
    taken = names.Names(["分发清单.xlsx"])
    given = [taken.free(name) for name in ("甲", "甲.", "Ａbc", "abc", "甲.zip", "分发清单.xlsx")]

    assert given[:4] == ["甲", "甲（2）", "Ａbc", "abc（2）"]
    assert given[4] not in ("甲.zip", "甲")
    assert given[5] == "分发清单.xlsx（2）"


def test_units_with_hostile_names_have_packs_of_plain_text() -> None:
    units = ("=1+1", "<甲>&乙/丙", "CON", "甲.", "甲", "@部\u202e")
    register = measuring.register((units[0], None), *((name, units[0]) for name in units[1:]))
    definitions = measuring.definitions(register)
    harvest = measuring.harvest(definitions, [], [])
    figures = Figures(H1, H1.end, measure.figures(harvest, definitions, H1, H1.end), harvest)

    packed = World(figures, definitions, (), {}, lambda _: (b"", None)).packs()

    assert len({Path(path).parent for path in packed}) == len(units) + 1
    for path, data in packed.items():
        assert not any(PureWindowsPath(part).is_reserved() or part.endswith((".", " ")) for part in path.split("/"))
        if path.endswith(".xlsx"):
            cells = (cell for sheet in openpyxl.load_workbook(io.BytesIO(data)) for row in sheet for cell in row)
            assert not any(cell.data_type == "f" for cell in cells)
        elif path.endswith(".docx"):
            assert "台账报送情况的通报" in text(data)
