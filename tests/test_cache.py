"""What is kept of a file changes nothing but the time: same bytes with it, without it, and with it damaged."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import pytest

from pipeline import definitions as definitions_
from pipeline import run as story
from pipeline.ingest import cache, collect, pool
from pipeline.model import Definitions, Reading, Source
from pipeline.period import Period

ROOT = Path(__file__).parents[1]
HALF = Period.parse("2023H1")
PARTS = ("figures",)


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    return definitions_.load(ROOT / "templates")


@pytest.fixture(scope="module")
def sources() -> tuple[Source, ...]:
    return collect.collect(ROOT / "input").sources[:20]


class Reader:
    """Reads, and remembers which files."""

    def __init__(self, definitions: Definitions) -> None:
        self.files: list[str] = []
        self._read = partial(pool.readings, definitions=definitions, jobs=1, progress=lambda _: None)

    def __call__(self, sources: Sequence[Source]) -> Sequence[Reading]:
        self.files += [source.name for source in sources]
        return self._read(sources)


def comparable(reading: Reading) -> object:
    """All that a reading says but the digest of names."""
    tables = [
        (table.file, table.sheet, table.ledger, table.read, table.unit, table.named, table.period, table.rejected,
         table.crosstab, {name: column for name, column in table.columns.items() if name != "names"})
        for table in reading.tables
    ]  # fmt: skip
    return (
        reading.file, tables, reading.unread, reading.findings, reading.modified, reading.units, reading.applied
    )  # fmt: skip


def test_a_stored_reading_says_what_the_file_said(
    sources: tuple[Source, ...], definitions: Definitions, tmp_path: Path
) -> None:
    plain = pool.readings(sources, definitions, jobs=1, progress=lambda _: None)
    first, second = Reader(definitions), Reader(definitions)

    cache.readings(sources, definitions, first, tmp_path)
    again = cache.readings(sources, definitions, second, tmp_path)

    assert [comparable(reading) for reading in again] == [comparable(reading) for reading in plain]
    assert {source.name for source in sources} <= set(first.files)
    assert len(second.files) < len(sources) / 2


def test_the_digest_of_names_is_not_stored(
    sources: tuple[Source, ...], definitions: Definitions, tmp_path: Path
) -> None:
    cache.readings(sources, definitions, Reader(definitions), tmp_path)

    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*.pack"))

    assert b'"start_date":' in kept
    assert b'"names":' not in kept


def test_a_changed_file_is_read_again_and_no_other(definitions: Definitions, tmp_path: Path) -> None:
    (folder := tmp_path / "input").mkdir()
    for day in (1, 2):
        text = f"第一分公司学习台账\n学习时间,学习形式,学习内容,主持人\n2023-03-0{day},主题党日,学习{day},甲\n"
        (folder / f"{day}.csv").write_text(text, encoding="utf-8")
    cache.readings(collect.collect(folder).sources, definitions, Reader(definitions), tmp_path / "cache")
    changed = folder / "2.csv"
    changed.write_text(changed.read_text(encoding="utf-8").replace("-02", "-05"), encoding="utf-8")
    second = Reader(definitions)

    found = cache.readings(collect.collect(folder).sources, definitions, second, tmp_path / "cache")

    assert second.files == ["2.csv"]
    assert [reading.file for reading in found] == ["1.csv", "2.csv"]


def test_other_definitions_know_nothing_of_what_was_kept(
    sources: tuple[Source, ...], definitions: Definitions, tmp_path: Path
) -> None:
    cache.readings(sources[:3], definitions, Reader(definitions), tmp_path)
    other = replace(definitions, digests=(("ledgers.toml", "0" * 64),))
    second = Reader(other)

    cache.readings(sources[:3], other, second, tmp_path)

    assert second.files == [source.name for source in sources[:3]]


def test_damaged_packs_are_as_good_as_none(
    sources: tuple[Source, ...], definitions: Definitions, tmp_path: Path
) -> None:
    plain = cache.readings(sources[:5], definitions, Reader(definitions), tmp_path)
    for path in tmp_path.rglob("*.pack"):
        path.write_bytes(path.read_bytes()[:200])
    second = Reader(definitions)

    found = cache.readings(sources[:5], definitions, second, tmp_path)

    assert second.files == [source.name for source in sources[:5]]
    assert [comparable(reading) for reading in found] == [comparable(reading) for reading in plain]


def test_a_cache_that_cannot_be_read_or_written_is_as_good_as_none(
    sources: tuple[Source, ...], definitions: Definitions, tmp_path: Path
) -> None:
    reader = Reader(definitions)

    found = cache.readings(sources[:3], definitions, reader, tmp_path / ("长" * 300))

    assert len(found) == 3
    assert set(reader.files) == {source.name for source in sources[:3]}


def test_the_cache_stays_within_its_bounds(
    sources: tuple[Source, ...], definitions: Definitions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.readings(sources[:5], definitions, Reader(definitions), tmp_path)
    monkeypatch.setattr(cache, "MOST", 10)

    cache.readings(sources[5:9], definitions, Reader(definitions), tmp_path)

    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) <= 10


def test_a_run_gives_the_same_bytes_with_the_cache_with_it_again_and_without_it(tmp_path: Path) -> None:
    outputs = []
    for kept in (tmp_path / "cache", tmp_path / "cache", None):
        options = story.Options(
            ROOT / "input", tmp_path / "output", ROOT / "templates", HALF, jobs=1, parts=PARTS, cache=kept
        )
        place = story.run(options).folder
        outputs.append({path.name: path.read_bytes() for path in place.rglob("*") if path.is_file()})
        shutil.rmtree(tmp_path / "output")

    assert outputs[0] == outputs[1] == outputs[2]


def _made(tmp_path: Path) -> tuple[story.Options, dict[str, tuple[bytes, int]]]:
    options = story.Options(
        ROOT / "input", tmp_path / "output", ROOT / "templates", HALF, jobs=1, parts=("reports",), cache=tmp_path / "cache"
    )  # fmt: skip
    story.run(options)
    return options, _standing(tmp_path)


def _standing(tmp_path: Path) -> dict[str, tuple[bytes, int]]:
    """Path → content, and when it was written."""
    paths = (path for path in (tmp_path / "output" / "2023H1").rglob("*") if path.is_file())
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}


def test_documents_that_stand_are_not_made_again_and_the_same_is_said_of_them(tmp_path: Path) -> None:
    options, before = _made(tmp_path)

    second = story.run(options)

    assert _standing(tmp_path) == before
    plain = story.run(replace(options, cache=None))
    assert (second.findings, second.reports, second.files) == (plain.findings, plain.reports, plain.files)
    assert {path: content for path, (content, _) in _standing(tmp_path).items()} == {
        path: content for path, (content, _) in before.items()
    }


@pytest.mark.parametrize("harm", ["edited", "lost", "added"])
def test_documents_that_someone_touched_are_made_again(tmp_path: Path, harm: str) -> None:
    options, before = _made(tmp_path)
    touched = tmp_path / "output" / "2023H1" / "findings.csv"
    if harm == "edited":
        touched.write_bytes(b"")
    elif harm == "lost":
        touched.unlink()
    else:
        touched.with_name("more.csv").write_bytes(b"")

    story.run(options)

    after = _standing(tmp_path)
    assert {path: content for path, (content, _) in after.items()} == {
        path: content for path, (content, _) in before.items()
    }


def test_what_is_kept_is_void_once_a_module_that_made_it_changes() -> None:
    package = Path(story.__file__).parent
    modules = [path.relative_to(package) for path in package.rglob("*.py")]
    idle = {"cli", "review"}
    digests = {path: sha256((package / path).read_bytes()).hexdigest() for path in modules if path.parts[0] not in idle}

    assert set(digests.values()) <= set(cache.code("definitions", "ingest", "figures", "publish"))


@pytest.mark.parametrize("library", ["XlsxWriter", "Jinja2", "MarkupSafe", "docxtpl", "openpyxl", "pandas", "lxml"])
def test_kept_documents_are_void_once_a_library_that_writes_them_changes(library: str) -> None:
    code = cache.code("definitions", "ingest", "figures", "publish")

    assert f"{library} {version(library)}" in code


def test_what_a_file_gave_is_kept_when_a_library_changes_that_only_writes() -> None:
    assert not any(each.startswith("XlsxWriter") for each in cache.code("definitions", "ingest"))
