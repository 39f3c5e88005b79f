"""Every workbook and document that is handed out opens in Excel, Word and WPS without a repair."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import packages
import pytest
from commands import ROOT, pipeline
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.hyperlink import Hyperlink

REPORTS = "output/2023H1/报告"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with all that the commands hand out."""
    folder = tmp_path_factory.mktemp("workspace")
    for name in ("input", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    said = pipeline("run", "2023H1", folder=folder).stderr
    edited(folder / REPORTS / "上半年工作报告.docx", folder / "改过.docx")
    edited(folder / "templates" / "报告" / "上半年工作报告.docx", folder / "templates" / "报告" / "上半年坏.docx")
    for arguments in (
        ("check", "2023H1"),
        ("forms", "2023H2"),
        ("lint", "--period", "2023H1"),
        ("verify", "改过.docx"),
        ("adopt", f"{REPORTS}/责任制落实情况自查报告.docx"),
        ("init", "新的"),
    ):
        done = pipeline(*arguments, folder=folder)
        assert done.returncode < 2, said + done.stderr
    return folder


def edited(report: Path, target: Path) -> None:
    """With a number that nothing supports and a tag that nobody knows."""
    document = docx.Document(str(report))
    document.add_paragraph("上半年开展谈心谈话9999次，{{ 谈心谈话次 }}。")
    document.save(str(target))


def test_no_package_that_is_handed_out_has_a_fault(place: Path) -> None:
    made = [path for path in place.rglob("*.*x") if path.relative_to(place).parts[0] != "input"]
    found = {path.relative_to(place).as_posix(): packages.faults(path.read_bytes()) for path in made}

    assert {name: faults for name, faults in found.items() if faults} == {}
    names = "\n".join(found)
    for each in (
        "汇总表",
        "核稿/",
        "问题回执",
        "分发清单",
        "填报表/",
        "检查/",
        ".verify",
        ".template",
        ".lint",
        "变量手册",
    ):
        assert each in names


# --- the checker itself ----------------------------------------------------------------------------------------------


def document() -> bytes:
    made = docx.Document()
    made.add_paragraph("正文").runs[0].bold = True
    made.add_comment(made.paragraphs[0].runs, "批注", author="核对")
    made.add_table(1, 1)
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "单位"
    sheet["A1"].font = Font(bold=True)
    sheet.merge_cells("A2:B3")
    sheet["C1"].comment = Comment("批注", "核对")
    sheet["D1"].hyperlink = Hyperlink(ref="D1", location="Sheet!A1")
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def changed(data: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """A package with one part rewritten."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(target, "w") as other:
        for name in archive.namelist():
            content = archive.read(name)
            other.writestr(name, change(content.decode()) if name == part else content)
    return target.getvalue()


@pytest.mark.parametrize("data", [document(), workbook()], ids=["docx", "xlsx"])
def test_what_the_libraries_write_has_no_fault(data: bytes) -> None:
    assert [each for each in packages.faults(data) if "no style Comment" not in each] == []


@pytest.mark.parametrize(
    ("part", "old", "new", "told"),
    [
        ("word/document.xml", "<w:b/>", "<w:sz w:val='1'/><w:b/>", "rPr: sz b"),
        ("word/document.xml", "<w:b/>", "<w:b/><w:b/>", "b twice"),
        ("word/document.xml", "<w:b/>", "<w:bold/>", "rPr has bold"),
        ("word/document.xml", "<w:rPr>", "<w:t>x</w:t><w:rPr>", "properties are not first"),
        ("word/document.xml", "正文", "正文 ", "the spaces"),
        ("word/document.xml", '<w:commentRangeEnd w:id="0"/>', "", "comments and their places differ"),
        ("word/document.xml", "<w:tblGrid>", "<w:tblGrid><w:gridCol/></w:tblGrid><w:tblGrid>", "tblGrid twice"),
        ("word/document.xml", "<w:p>", '<w:p><w:pPr><w:pStyle w:val="无"/></w:pPr>', "no style 无"),
        ("word/document.xml", "<w:body>", '<w:body><w:bookmarkStart w:id="1" w:name="a"/>', "bookmarks"),
        ("word/document.xml", "<w:body>", "<w:body>&", "EntityRef"),
        (
            "xl/worksheets/sheet1.xml",
            '<mergeCell ref="A2:B3"',
            '<mergeCell ref="A3:B4"/><mergeCell ref="A2:B3"',
            "merged",
        ),
        ("xl/worksheets/sheet1.xml", 's="1"', 's="99"', "cell A1"),
        ("xl/worksheets/sheet1.xml", 't="inlineStr"', 't="text"', "A1: type text"),
        ("xl/worksheets/sheet1.xml", 'r="A1"', 'r="E1"', "cell C1"),
        ("xl/worksheets/sheet1.xml", 'location="Sheet', 'location="Blatt', "leads to Blatt"),
        ("xl/worksheets/sheet1.xml", "<sheetData>", "<mergeCells/><sheetData>", "worksheet: "),
        ("xl/workbook.xml", 'name="Sheet"', f'name="{"长" * 32}"', "a sheet is called"),
        ("xl/workbook.xml", 'name="Sheet"', 'name="a/b"', "a sheet is called"),
        (
            "xl/workbook.xml",
            "</sheets>",
            "</sheets><definedNames><definedName name='x'>无!A1</definedName></definedNames>",
            "无",
        ),
        ("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "worksheets/sheet9.xml", "sheet9.xml is missing"),
        ("[Content_Types].xml", 'PartName="/xl/styles.xml"', 'PartName="/xl/style.xml"', "style.xml is missing"),
        ("xl/comments/comment1.xml", 'ref="C1"', 'ref="C2"', "without a box"),
        ("xl/styles.xml", "<cellXfs", "<dxfs/><cellXfs", "styleSheet: "),
    ],
)
def test_a_fault_is_found(part: str, old: str, new: str, told: str) -> None:
    data = document() if part.startswith("word/") else workbook()
    broken = changed(data, part, lambda text: text.replace(old, new, 1))

    assert broken != changed(data, part, str)
    assert told in "\n".join(packages.faults(broken))


def test_a_member_that_stands_twice_is_found() -> None:
    data = io.BytesIO(workbook())
    with zipfile.ZipFile(data, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/styles.xml", archive.read("xl/styles.xml"))

    assert "zip: xl/styles.xml twice" in packages.faults(data.getvalue())
