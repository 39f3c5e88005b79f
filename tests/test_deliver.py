"""The output folder: the old or the new, whole, wherever a run is stopped."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.errors import OutputError
from pipeline.publish import deliver

OLD = (("a.csv", b"old a"), ("报告/b.docx", b"old b"))
NEW = (("a.csv", b"new a"), ("报告/b.docx", b"new b"), ("c.csv", b"new c"))


class Stopped(BaseException):
    """A kill, which nothing catches."""


def content(place: Path) -> tuple[tuple[str, bytes], ...]:
    files = (path for path in sorted(place.rglob("*")) if path.is_file())
    return tuple((path.relative_to(place).as_posix(), path.read_bytes()) for path in files)


def stopping_at(
    step: int, counted: list[int], act: Callable[..., object], trouble: type[BaseException] = Stopped
) -> Callable[..., object]:
    def acting(*arguments: object, **keywords: object) -> object:
        counted.append(1)
        if len(counted) == step:
            raise trouble
        return act(*arguments, **keywords)

    return acting


@pytest.mark.parametrize("step", range(1, 7))
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

    assert content(place) in (tuple(sorted(OLD)), tuple(sorted(NEW)))
    assert [path.name for path in tmp_path.iterdir()] == ["2023H1"]


@pytest.mark.parametrize("trouble", [KeyboardInterrupt, ValueError])
@pytest.mark.parametrize("step", range(1, 6))
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


def test_a_file_that_the_new_run_does_not_have_is_gone(tmp_path: Path) -> None:
    deliver.folder(tmp_path / "2023H1", NEW)
    deliver.folder(tmp_path / "2023H1", OLD)

    assert content(tmp_path / "2023H1") == tuple(sorted(OLD))


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
