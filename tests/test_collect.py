"""What collect.py takes from input/: files, members of archives, each content once."""

from __future__ import annotations

import hashlib
import os
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipeline.ingest import collect
from pipeline.ingest.collect import Collected
from pipeline.publish import problems


def put(folder: Path, name: str, content: bytes | str = b"1,2\n") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


class Unmarked(zipfile.ZipInfo):
    """A member whose name is stored as old Windows tools do: in some encoding, without saying which."""

    encoding = "utf-8"

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode(self.encoding), 0


def archive(path: Path, members: dict[str, bytes], *, unmarked: str = "") -> Path:
    """A zip of these members; their names in the encoding `unmarked`, or properly marked as UTF-8."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            info = Unmarked(name) if unmarked else name
            if isinstance(info, Unmarked):
                info.encoding = unmarked
            file.writestr(info, content, zipfile.ZIP_DEFLATED)
    return path


def names(collected: Collected) -> list[str]:
    return [source.name for source in collected.sources]


def codes(collected: Collected) -> list[tuple[str, str]]:
    return [(finding.code, finding.origin.file) for finding in collected.findings]


def test_files_are_sorted_by_name_with_slashes(tmp_path: Path) -> None:
    put(tmp_path, "乙/b.csv", "b")
    put(tmp_path, "甲/下级/a.csv", "a")
    put(tmp_path, "c.csv", "c")
    collected = collect.collect(tmp_path)
    assert names(collected) == ["c.csv", "乙/b.csv", "甲/下级/a.csv"]
    assert collected.sources[0].size == 1
    assert collect.content(collected.sources[1]) == b"b"


def test_lock_files_system_files_and_history_are_passed_over(tmp_path: Path) -> None:
    for name in ("~$台账.xlsx", ".hidden", ".git/x.csv", "Thumbs.db", "甲/desktop.ini", "往期/2022H2.csv"):
        put(tmp_path, name, name)
    put(tmp_path, "甲/往期/a.csv")
    assert names(collect.collect(tmp_path)) == ["甲/往期/a.csv"]


def test_an_empty_folder_gives_nothing(tmp_path: Path) -> None:
    assert collect.collect(tmp_path) == Collected(())


def test_the_same_bytes_are_read_once_and_the_later_file_is_named(tmp_path: Path) -> None:
    put(tmp_path, "b/copy.csv")
    put(tmp_path, "a/first.csv")
    put(tmp_path, "c.csv", "other")
    collected = collect.collect(tmp_path)
    assert names(collected) == ["a/first.csv", "c.csv"]
    assert [(source.name, first) for source, first in collected.duplicates] == [("b/copy.csv", "a/first.csv")]
    assert codes(collected) == [("file-duplicate", "b/copy.csv")]
    assert collected.findings[0].values == (("other", "a/first.csv"),)


def test_members_of_an_archive_are_sources(tmp_path: Path) -> None:
    archive(
        tmp_path / "乙单位.zip", {"2023/学习台账.csv": b"a,b", "__MACOSX/._x.csv": b"-", "2023/": b"", "~$x.csv": b""}
    )
    collected = collect.collect(tmp_path)
    assert names(collected) == ["乙单位.zip/2023/学习台账.csv"]
    assert collect.content(collected.sources[0]) == b"a,b"
    assert collected.findings == ()


def test_a_member_and_a_file_of_the_same_bytes_are_duplicates(tmp_path: Path) -> None:
    archive(tmp_path / "a.zip", {"x.csv": b"a,b"})
    put(tmp_path, "b.csv", "a,b")
    collected = collect.collect(tmp_path)
    assert [(source.name, first) for source, first in collected.duplicates] == [("b.csv", "a.zip/x.csv")]


@pytest.mark.parametrize("name", ["学习台账.xlsx", "学习.xlsx", "模.xls", "一季度 (1).csv", "plain.csv"])
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_unmarked_names_in_archives_are_gbk_unless_they_are_utf8(tmp_path: Path, name: str, encoding: str) -> None:
    archive(tmp_path / "a.zip", {name: b"1"}, unmarked=encoding)
    collected = collect.collect(tmp_path)
    assert names(collected) == [f"a.zip/{name}"]
    assert collect.content(collected.sources[0]) == b"1"


def test_names_in_archives_cannot_leave_the_archive(tmp_path: Path) -> None:
    archive(tmp_path / "a.zip", {"../../etc/x.csv": b"1", "b\\c.csv": b"2"})
    assert names(collect.collect(tmp_path)) == ["a.zip/b/c.csv", "a.zip/etc/x.csv"]


def test_an_archive_in_an_archive_is_not_unpacked(tmp_path: Path) -> None:
    inner = archive(tmp_path / "inner.zip", {"x.csv": b"1"})
    archive(tmp_path / "outer.zip", {"inner.zip": inner.read_bytes(), "y.csv": b"2"})
    inner.unlink()
    collected = collect.collect(tmp_path)
    assert names(collected) == ["outer.zip/y.csv"]
    assert codes(collected) == [("file-unsupported", "outer.zip/inner.zip")]


def test_a_workbook_is_no_archive_even_when_named_zip(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "台账.xlsx")
    (tmp_path / "台账.xlsx").rename(tmp_path / "台账.zip")
    assert names(collect.collect(tmp_path)) == ["台账.zip"]


def test_an_archive_is_found_whatever_it_is_called(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "inner.xlsx")
    archive(tmp_path / "台账.xlsx", {"甲/台账.xlsx": (tmp_path / "inner.xlsx").read_bytes(), "乙.csv": b"1"})
    (tmp_path / "inner.xlsx").unlink()
    assert names(collect.collect(tmp_path)) == ["台账.xlsx/乙.csv", "台账.xlsx/甲/台账.xlsx"]


@pytest.mark.parametrize("first", ["[Content_Types].xml", "mimetype", "xl/workbook.xml", "docProps/app.xml"])
def test_an_office_document_is_no_archive_whatever_stands_first_in_it(tmp_path: Path, first: str) -> None:
    archive(tmp_path / "a.xlsx", {first: b"1", "[Content_Types].xml": b"2"} | {"xl/workbook.xml": b"3"})
    collected = collect.collect(tmp_path)
    assert (names(collected), collected.findings) == (["a.xlsx"], ())


@pytest.mark.parametrize("size", [0, 1, (256 << 10) - 1, 256 << 10, (512 << 10) + 1])
def test_a_source_has_the_size_and_the_digest_of_its_file(tmp_path: Path, size: int) -> None:
    content = bytes(number % 251 for number in range(size))
    put(tmp_path, "a.csv", content)
    [source] = collect.collect(tmp_path).sources
    assert (source.size, source.sha256) == (size, hashlib.sha256(content).hexdigest())


def test_a_member_with_a_password_is_said(tmp_path: Path) -> None:
    import pyzipper

    with pyzipper.AESZipFile(tmp_path / "a.zip", "w", encryption=pyzipper.WZ_AES) as file:
        file.setpassword(b"1234")
        file.writestr("x.csv", b"1")
    collected = collect.collect(tmp_path)
    assert collected.sources == ()
    assert codes(collected) == [("file-encrypted", "a.zip/x.csv")]


def test_a_broken_archive_costs_itself_only(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"x.csv": b"1" * 1000})
    path.write_bytes(path.read_bytes()[:60])
    put(tmp_path, "b.csv")
    collected = collect.collect(tmp_path)
    assert names(collected) == ["b.csv"]
    assert codes(collected) == [("file-corrupt", "a.zip")]


def test_an_archive_that_inflates_too_far_is_refused(tmp_path: Path) -> None:
    archive(tmp_path / "a.zip", {"x.csv": bytes(8 << 20)})
    assert codes(collect.collect(tmp_path)) == [("file-too-large", "a.zip")]


def test_an_archive_of_too_many_members_is_refused(tmp_path: Path) -> None:
    archive(tmp_path / "a.zip", {f"{number}.csv": b"" for number in range(2001)})
    assert codes(collect.collect(tmp_path)) == [("file-too-large", "a.zip")]


def test_a_file_that_cannot_be_opened_costs_itself_only(tmp_path: Path) -> None:
    put(tmp_path, "b.csv")
    (tmp_path / "a.csv").symlink_to(tmp_path / "gone.csv")
    collected = collect.collect(tmp_path)
    assert names(collected) == ["b.csv"]
    assert codes(collected) == [("file-corrupt", "a.csv")]


def test_a_link_to_itself_costs_itself_only(tmp_path: Path) -> None:
    put(tmp_path, "b.csv")
    (tmp_path / "a.csv").symlink_to(tmp_path / "a.csv")
    collected = collect.collect(tmp_path)
    assert names(collected) == ["b.csv"]
    assert codes(collected) == [("file-corrupt", "a.csv")]


def test_links_that_lead_outside_are_not_followed(tmp_path: Path) -> None:
    outside = put(tmp_path, "outside/secret.csv")
    folder = tmp_path / "input"
    put(folder, "a.csv", "a")
    (folder / "link.csv").symlink_to(outside)
    (folder / "folder").symlink_to(outside.parent, target_is_directory=True)
    assert names(collect.collect(folder)) == ["a.csv"]


def test_a_folder_that_cannot_be_listed_is_told_and_all_else_collected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "甲/一.csv")
    put(tmp_path, "乙/二.csv", b"3\n")
    listed = os.scandir

    def scandir(folder: str) -> Any:
        if folder.endswith("乙"):
            raise PermissionError(13, "Permission denied", folder)
        return listed(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    found = collect.collect(tmp_path)

    assert [source.name for source in found.sources] == ["甲/一.csv"]
    assert [(f.code, f.origin.file, problems.message(f)) for f in found.findings] == [
        (
            "file-corrupt",
            "乙",
            "文件已损坏或没有传完，读不出来（这是文件夹，没有权限打开，不知道里面有什么），里面的数据都没有计入。",
        )
    ]
