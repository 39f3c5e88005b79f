"""The output folder: the old or the new, whole, wherever a run is stopped."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from pipeline.errors import OutputError
from pipeline.publish import deliver

STAYS = {"单位/甲/1.xlsx": b"same", "单位/甲/2.txt": b"and", "单位/甲.zip": b"zip", "单位/乙/1.xlsx": b"as before"}
OLD = (("a.csv", b"old a"), ("报告/b.docx", b"old b"), *STAYS.items(), ("单位/乙/x.txt", b"old x"))
NEW: tuple[tuple[str, deliver.Content], ...] = (
    ("a.csv", b"new a"),
    ("报告/b.docx", b"new b"),
    ("c.csv", b"new c"),
    *((name, deliver.left(data)) for name, data in STAYS.items()),
)
NEW_CONTENT = tuple(sorted((*STAYS.items(), ("a.csv", b"new a"), ("报告/b.docx", b"new b"), ("c.csv", b"new c"))))
STEPS = 8
"""Files written, and files or folders moved."""


class Stopped(BaseException):
    """A kill, which nothing catches."""


def content(place: Path) -> tuple[tuple[str, bytes], ...]:
    files = (path for path in place.rglob("*") if path.is_file())
    return tuple(sorted((path.relative_to(place).as_posix(), path.read_bytes()) for path in files))


def stopping_at(
    step: int, counted: list[int], act: Callable[..., object], trouble: type[BaseException] = Stopped
) -> Callable[..., object]:
    def acting(*arguments: object, **keywords: object) -> object:
        counted.append(1)
        if len(counted) == step:
            raise trouble
        return act(*arguments, **keywords)

    return acting


@pytest.mark.parametrize("step", range(1, STEPS + 2))
def test_a_run_stopped_at_any_step_leaves_the_old_or_the_new_folder_whole_after_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    place = tmp_path / "2023H1"
    deliver.folder(place, OLD)
    counted: list[int] = []
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", stopping_at(step, counted, Path.write_bytes))
        patched.setattr(Path, "replace", stopping_at(step, counted, Path.replace))
        with suppress(Stopped):
            deliver.folder(place, NEW)

    deliver.mended(place)

    assert content(place) in (tuple(sorted(OLD)), NEW_CONTENT)
    assert [path.name for path in tmp_path.iterdir()] == ["2023H1"]


@pytest.mark.parametrize("trouble", [KeyboardInterrupt, ValueError])
@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_a_run_that_ends_early_leaves_only_the_old_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int, trouble: type[BaseException]
) -> None:
    place = tmp_path / "2023H1"
    deliver.folder(place, OLD)
    counted: list[int] = []
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", stopping_at(step, counted, Path.write_bytes, trouble))
        patched.setattr(Path, "replace", stopping_at(step, counted, Path.replace, trouble))
        with pytest.raises(trouble):
            deliver.folder(place, NEW)

    assert content(place) == tuple(sorted(OLD))
    assert [path.name for path in tmp_path.iterdir()] == ["2023H1"]


@pytest.mark.parametrize("stopped", range(1, STEPS + 1))
@pytest.mark.parametrize("again", range(1, 6))
def test_a_mending_that_is_stopped_too_is_finished_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped: int, again: int
) -> None:
    place = tmp_path / "2023H1"
    deliver.folder(place, OLD)
    for step, act in ((stopped, partial(deliver.folder, place, NEW)), (again, partial(deliver.mended, place))):
        with monkeypatch.context() as patched:
            counted: list[int] = []
            patched.setattr(Path, "write_bytes", stopping_at(step, counted, Path.write_bytes))
            patched.setattr(Path, "replace", stopping_at(step, counted, Path.replace))
            with suppress(Stopped):
                act()

    deliver.mended(place)

    assert content(place) == tuple(sorted(OLD))


def test_a_file_that_the_new_run_does_not_have_is_gone(tmp_path: Path) -> None:
    deliver.folder(tmp_path / "2023H1", [*OLD, ("c.csv", b"c")])
    deliver.folder(tmp_path / "2023H1", OLD)

    assert content(tmp_path / "2023H1") == tuple(sorted(OLD))


def test_what_stands_is_moved_and_nothing_that_lies_beside_it(tmp_path: Path) -> None:
    place = tmp_path / "2023H1"
    deliver.folder(place, OLD)
    before = (place / "单位" / "甲").stat().st_ino
    deliver.folder(place, NEW)

    assert content(place) == NEW_CONTENT
    assert (place / "单位" / "甲").stat().st_ino == before


def test_a_file_open_in_excel_is_one_clear_line_and_the_old_folder_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "2023H1"
    deliver.folder(place, OLD)

    def locked(*_: object) -> None:
        raise PermissionError(13, "in use")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", locked)
        with pytest.raises(OutputError, match="请关闭后再运行一次"):
            deliver.folder(place, NEW)

    assert content(place) == tuple(sorted(OLD))


@pytest.mark.parametrize("name", ["../outside.csv", "单位/../../outside.csv", "..", "", "../2023H1.new.csv"])
def test_no_document_escapes_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="越出"):
        deliver.folder(tmp_path / "2023H1", [(name, b"")])

    assert list(tmp_path.iterdir()) == []
