"""One run over the sample: every number of its documents, read back from the files, is that of figures.csv."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import openpyxl
import pages
import pytest

from pipeline import run
from pipeline.cli import screen
from pipeline.model import Scope
from pipeline.period import Period

HERE = Path(__file__).parents[1]
PERIOD = "2023H1"
ROOT = "望舒市公用服务集团有限公司"
SUBTOTAL, OWN, TOTAL = "（小计）", "本级", "合计"
NUMBERS = "{urn:ledger-pipeline:numbers}"
PLAIN = {ord(letter): None for letter in " 条个"} | {ord("，"): ","}
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

Line: TypeAlias = Mapping[str, str]
Key: TypeAlias = tuple[str, Scope, str]


@dataclass(frozen=True)
class Left:
    """What the run left, and what it said."""

    folder: Path
    outcome: run.Outcome

    @cached_property
    def lines(self) -> dict[Key, Line]:
        """figures.csv by unit, scope and indicator."""
        with (self.folder / "figures.csv").open(encoding="utf-8-sig", newline="") as file:
            return {key(line): line for line in csv.DictReader(file)}

    @cached_property
    def ids(self) -> dict[str, str]:
        return {line["name"]: line["indicator"] for line in self.lines.values()}


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Left:
    output = tmp_path_factory.mktemp("output")
    options = run.Options(HERE / "input", output, HERE / "templates", Period.parse(PERIOD), jobs=1)
    return Left(output / PERIOD, run.run(options))


def key(line: Line) -> Key:
    return line["unit"], "own" if line["scope"] == "own" else "all", line["indicator"]


def known(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def mark(line: Line) -> str:
    """What stands where there is no number: a share of nothing does not apply, all else is unknown."""
    return "/" if line["denominator"] == "0" else "…"


# --- 汇总表 ----------------------------------------------------------------------------------------------------------


def rows_of_units(sheet: Any) -> Iterator[tuple[str, Scope, list[Any]]]:
    """(unit, scope, cells right of its name) of each row of a sheet of units, from its labels alone."""
    branch = ROOT
    for label, *cells in sheet.iter_rows(min_row=5, values_only=True):
        if label == TOTAL:
            yield ROOT, "all", cells
            return
        if label.endswith(SUBTOTAL):
            branch = label.removesuffix(SUBTOTAL)
            yield branch, "all", cells
        elif label in (OWN, f"{ROOT}（{OWN}）"):
            yield (branch if label == OWN else ROOT), "own", cells
        else:
            yield label.strip(), "own", cells


def test_every_number_of_the_summary_sheets_is_that_of_figures_csv(left: Left) -> None:
    book = openpyxl.load_workbook(left.folder / "汇总表.xlsx")
    seen: set[Key] = set()
    for sheet in (sheet for sheet in book if sheet.title.startswith("总表")):
        header = [str(cell.value) for cell in sheet[3]][1:-1]
        for unit, scope, cells in rows_of_units(sheet):
            for name, cell in zip(header, cells, strict=False):
                assert_cell(cell, left.lines[unit, scope, left.ids[name]])
                seen.add((unit, scope, name))

    units = {unit for unit, _, _ in left.lines}
    assert {unit for unit, scope, _ in seen if scope == "own"} == units
    assert len(seen) >= 50 * len(units)


def assert_cell(cell: Any, line: Line) -> None:
    """A cell holds the number itself, or with the one digit less that it shows; never 0 for unknown."""
    value = known(line["value"])
    if value is None:
        assert cell == mark(line), line
    else:
        assert cell == pytest.approx(float(value), abs=0.0501 if line["measure_word"] != "%" else 1e-9), line


def test_the_changes_of_the_summary_stand_beside_the_figures_that_they_compare(left: Left) -> None:
    sheet = openpyxl.load_workbook(left.folder / "汇总表.xlsx")["同比环比"]
    compared = 0
    id = ""
    for label, value, previous, _, last_year, _ in sheet.iter_rows(min_row=4, max_col=6, values_only=True):
        name = str(label).rpartition("（")[0]
        if value is None:
            id = left.ids.get(name, id)
        elif label == TOTAL:
            line = left.lines[ROOT, "all", id]
            assert_cell(value, line)
            for cell, column in ((previous, "previous"), (last_year, "last_year")):
                if known(line[column]) is not None:
                    assert_cell(cell, {**line, "value": line[column]})
                    compared += 1

    assert compared > 5


# --- 核对.html -------------------------------------------------------------------------------------------------------


def test_every_number_of_the_page_is_that_of_figures_csv(left: Left) -> None:
    read = pages.data((left.folder / "核对.html").read_bytes())
    names = read["units"]["names"]
    assert len(left.lines) == len(names) * 2 * len(read["indicators"])

    for unit, scope, indicator in left.lines:
        line = left.lines[unit, scope, indicator]
        for column in ("value", "previous", "last_year"):
            shown = pages.cell(read, names.index(unit), scope, indicator, column)
            wanted = line if column == "value" else {**line, "value": line[column], "denominator": ""}
            assert_shown(shown, wanted)


def assert_shown(text: str, line: Line) -> None:
    """A text may round, half up, to the digits that it shows, and may hedge."""
    value = known(line["value"])
    if value is None:
        assert text == ("不适用" if line["denominator"] == "0" else "未知"), line
        return
    found = re.search(r"(\d[\d.]*)\s*(万|亿|%)?", text.replace(",", ""))
    assert found, (text, line)
    scale = {"万": Decimal(10_000), "亿": Decimal(100_000_000), "%": Decimal("0.01")}.get(found[2], Decimal(1))
    shown = Decimal(found[1])
    assert shown == (value / scale).quantize(shown, ROUND_HALF_UP), (text, line)


# --- 报告 ------------------------------------------------------------------------------------------------------------


def numbers(path: Path) -> list[dict[str, str]]:
    """The map of a report: what each of its content controls is a number of."""
    with ZipFile(path) as archive:
        parts = [archive.read(name) for name in archive.namelist() if re.fullmatch(r"customXml/item\d+\.xml", name)]
    roots = [ET.fromstring(part) for part in parts]
    return [each.attrib for root in roots for each in root.iter(f"{NUMBERS}number")]


def controls(path: Path) -> dict[str, str]:
    """The text of each content control of the body by its tag."""
    with ZipFile(path) as archive:
        body = ET.fromstring(archive.read("word/document.xml"))
    found = {}
    for control in body.iter(f"{WORD}sdt"):
        tag = control.find(f"{WORD}sdtPr/{WORD}tag")
        if tag is not None:
            found[tag.attrib[f"{WORD}val"]] = "".join(text.text or "" for text in control.iter(f"{WORD}t"))
    return found


def test_every_number_of_the_reports_is_that_of_figures_csv(left: Left) -> None:
    reports = sorted((left.folder / "报告").rglob("*.docx"))
    assert len(reports) == 8
    for path in reports:
        mapped = numbers(path)
        assert mapped
        assert controls(path) == {each["key"]: each["text"] for each in mapped}
        for each in (each for each in mapped if "+" not in each["indicator"]):
            assert_mapped(each, left)


def assert_mapped(number: Line, left: Left) -> None:
    """A figure and its change keep the figure's value; what else is said of it is worked out from figures.csv."""
    line = left.lines[key(number)]
    if number["aspect"] in ("", "同比", "环比"):
        for column in ("value", "low", "high"):
            assert fraction(number[column]) == pytest.approx(fraction(line[column])), number
    elif number["aspect"] in DERIVED:
        assert fraction(number["value"]) == DERIVED[number["aspect"]](line, left), number
    if number["aspect"] == "同比":
        assert number["text"] == change(line), number
    elif not number["aspect"] and not number["style"]:
        assert_shown(number["text"], line)


def test_the_page_says_each_number_of_the_reports_as_they_word_it(left: Left) -> None:
    read = pages.data((left.folder / "核对.html").read_bytes())
    ids, names = [each["id"] for each in read["indicators"]], read["units"]["names"]
    printed = {
        (path.name, number["indicator"], number["unit"], number["scope"], number["text"])
        for path in (left.folder / "报告").glob("*.docx")
        for number in numbers(path)
    }

    said = {
        (report, "+".join(ids[place] for place in places), names[unit], scope, text)
        for report, places, unit, scope, text in read["wordings"]
    }

    assert said == printed


def silent(line: Line, left: Left) -> Decimal:
    received = left.lines[key({**line, "indicator": "submission.received"})]
    return Decimal(line["value"]) - Decimal(received["value"])


DERIVED: Mapping[str, Callable[[Line, Left], Decimal]] = {
    "目标": lambda line, _: Decimal(line["target"]),
    "未报送": silent,
    "超时回应": lambda line, _: Decimal(line["denominator"]) - Decimal(line["numerator"]),
    "未定级": lambda line, _: Decimal(line["numerator"]),
}


def change(line: Line) -> str:
    """How growth on the same period last year is worded; the sample's reports print growth alone."""
    growth = (Decimal(line["value"]) / Decimal(line["last_year"]) - 1) * 100
    assert growth > 0
    return f"同比增长{growth.quantize(Decimal('0.1'), ROUND_HALF_UP).normalize():f}%"


def fraction(text: str) -> float | None:
    over, _, under = text.partition("/")
    return float(Decimal(over) / Decimal(under or 1)) if text else None


# --- all of it -------------------------------------------------------------------------------------------------------


def test_findings_are_counted_and_named_alike_on_the_screen_and_on_the_cover(
    left: Left, capsys: pytest.CaptureFixture[str]
) -> None:
    with (left.folder / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        counts = Counter(line["severity"] for line in csv.DictReader(file))
    wanted = f"错误{counts['error']},警告{counts['warning']},提示{counts['notice']}"

    screen.report(left.outcome, as_json=False)

    said = capsys.readouterr().out.translate(PLAIN)
    cover = [cell for row in openpyxl.load_workbook(left.folder / "汇总表.xlsx")["封面"].values for cell in row if cell]
    assert wanted in said
    assert any(wanted in str(text).translate(PLAIN) for text in cover)


def test_no_output_holds_a_path_of_the_machine_or_a_word_of_the_program(left: Left) -> None:
    for name, data in members(left.folder):
        assert str(HERE).encode() not in data, name
        assert str(left.folder.parent).encode() not in data, name
        if not name.endswith(".html"):
            assert not re.search(rb"Traceback|\bnan\b|\bNone\b|\bNaT\b|\{\{|\}\}|\{%", data), name


def members(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file, those of Office member by member."""
    for path in (path for path in folder.rglob("*") if path.is_file()):
        if path.suffix in (".docx", ".xlsx"):
            with ZipFile(path) as archive:
                yield from ((f"{path.name}/{name}", archive.read(name)) for name in archive.namelist())
        else:
            yield path.name, path.read_bytes()
