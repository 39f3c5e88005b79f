"""Work that somebody did in a folder of ours outlives the next run."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.publish import aside, deliver

MADE = (("报告/甲.docx", b"made"), ("汇总表.xlsx", b"made too"))


def delivered(
    place: Path, touched: list[str], *, record: Path, documents: tuple[tuple[str, bytes], ...] = MADE
) -> None:
    deliver.folder(place, aside.keeping(place, documents, record, touched, passed=("检查/",)))
    aside.note(record, {name: sha256(content).hexdigest() for name, content in documents})


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = tmp_path / "2023H1"
    delivered(place, [], record=tmp_path / "record.json")
    return place


def again(place: Path, documents: tuple[tuple[str, bytes], ...] = MADE) -> list[str]:
    touched: list[str] = []
    delivered(place, touched, record=place.with_name("record.json"), documents=documents)
    return touched


def edit(path: Path, content: bytes) -> None:
    """A moment after the folder was written, whatever the clock of the file system counts in."""
    path.write_bytes(content)
    later = path.stat().st_mtime_ns + 10**10
    os.utime(path, ns=(later, later))


def test_nothing_is_set_aside_where_nobody_touched_a_file(place: Path) -> None:
    assert again(place, (("报告/甲.docx", b"made of other ledgers"),)) == []
    assert not aside.folder(place).exists()


def test_a_file_that_was_opened_and_saved_without_a_change_is_not_set_aside(place: Path) -> None:
    edit(place / "报告" / "甲.docx", b"made")

    assert again(place) == []


def test_changed_and_added_files_are_kept_aside_and_the_folder_is_as_it_was_made(place: Path) -> None:
    edit(place / "报告" / "甲.docx", b"edited")
    (place / "报告" / "乙.docx").write_bytes(b"added")

    assert again(place) == ["报告/乙.docx", "报告/甲.docx"]
    assert (aside.folder(place) / "报告" / "甲.docx").read_bytes() == b"edited"
    assert (aside.folder(place) / "报告" / "乙.docx").read_bytes() == b"added"
    assert sorted(path.name for path in place.rglob("*.*")) == ["汇总表.xlsx", "甲.docx"]


def test_what_was_kept_before_is_kept_too(place: Path) -> None:
    for content in (b"first", b"second", b"first"):
        edit(place / "报告" / "甲.docx", content)
        again(place)

    kept = {path.name: path.read_bytes() for path in (aside.folder(place) / "报告").iterdir()}
    assert kept == {"甲.docx": b"first", "甲（2）.docx": b"second"}


def test_what_programs_leave_behind_and_a_check_made_is_nobodys_work(place: Path) -> None:
    for name in ("~$甲.docx", ".DS_Store", "Thumbs.db", "desktop.ini", "检查/问题清单.xlsx"):
        path = place / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"")

    assert again(place) == []


@pytest.mark.parametrize("record", ["", "[]", "{}"])
def test_without_its_record_every_file_is_kept(place: Path, record: str) -> None:
    place.with_name("record.json").write_text(record)

    assert again(place) == ["报告/甲.docx", "汇总表.xlsx"]
