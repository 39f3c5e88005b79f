"""Archives of members that are packed once: every reader opens them, and what is damaged is refused."""

from __future__ import annotations

import io
import zipfile
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

import pytest

from pipeline import zips

TEXT = "学习台账".encode() * 1000


def read(archive: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(archive)) as opened:
        assert opened.testzip() is None
        return {info.filename: opened.read(info) for info in opened.infolist()}


def written(method: int) -> tuple[bytes, zipfile.ZipInfo]:
    stream = io.BytesIO()
    with ZipFile(stream, "w", method) as archive:
        archive.writestr("单位.xml", TEXT)
    return stream.getvalue(), ZipFile(stream).infolist()[0]


def test_what_is_packed_is_read_back_under_its_name() -> None:
    assert read(zips.archive({"a.xml": zips.packed(TEXT), "单位.xml": zips.packed(b"")})) == {
        "a.xml": TEXT,
        "单位.xml": b"",
    }


def test_an_archive_is_extended_as_often_as_wanted() -> None:
    base = zips.archive({"a": zips.packed(b"1"), "b": zips.packed(b"2", zips.SMALL)})
    one, other = (zips.archive({"c": zips.packed(content)}, base) for content in (b"3", b"4"))

    assert (read(one), read(other)) == ({"a": b"1", "b": b"2", "c": b"3"}, {"a": b"1", "b": b"2", "c": b"4"})
    assert zips.archive({"c": zips.packed(b"3")}, base) == one


def test_every_member_bears_the_same_date() -> None:
    with ZipFile(io.BytesIO(zips.archive({"a": zips.packed(TEXT)}))) as archive:
        assert [info.date_time for info in archive.infolist()] == [(1980, 1, 1, 0, 0, 0)]


@pytest.mark.parametrize("method", [ZIP_DEFLATED, ZIP_STORED])
def test_a_member_goes_from_one_archive_into_another_as_it_stands(method: int) -> None:
    data, info = written(method)
    member = zips.member(data, info)

    assert member.content() == TEXT
    assert member.data in zips.archive({"b": member})
    assert read(zips.archive({"b": member})) == {"b": TEXT}


def test_a_member_that_is_packed_in_an_unusual_way_is_refused() -> None:
    with pytest.raises(BadZipFile):
        zips.member(*written(ZIP_BZIP2)).content()


@pytest.mark.parametrize("change", [{"size": 7}, {"size": len(TEXT) + 1}, {"checksum": 1}, {"data": b"\x03\x00"}])
def test_content_that_is_not_what_the_archive_states_is_refused(change: dict[str, int | bytes]) -> None:
    with pytest.raises(BadZipFile):
        zips.packed(TEXT)._replace(**change).content()  # type: ignore[arg-type]
