"""What is read side by side gives just what it gives alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from grids import book, definitions, knowledge
from hypothesis import given
from hypothesis import strategies as st

from pipeline import definitions as definitions_
from pipeline.ingest import collect, parse, pool, understand
from pipeline.ingest.layouts import Knowledge
from pipeline.model import Book, Reading

ROOT = Path(__file__).parents[1]
HEADER = "单位 | 学习时间 | 学习形式 | 学习内容 | 主持人 | 实到人数"
CELLS = (
    ("东坡水厂", "", "同上", "青禾供水分公司", "无名单位", "#REF!"),
    ("2023-03-05", "3月8日", "", "同上", "二月三十日", "3月", "2023-03-07 14:30", "="),
    ("党课", "党课、读书班", "", "同上", "茶话会"),
    ("一讲", "二讲", "", "同上"),
    ("某甲", "", "某乙"),
    ("25", "约30", "二十余人", "", "同上", "很多", "9000", "#N/A", "="),
)
rows = st.tuples(*map(st.sampled_from, CELLS)).map(" | ".join)
ledgers = st.lists(rows, max_size=8).map(lambda lines: "\n".join([HEADER, *lines]))


def said(reading: Reading) -> str:
    """All that a reading says."""
    tables = [
        (table._replace(columns={}), {name: (type(c), list(c)) for name, c in table.columns.items()})
        for table in reading.tables
    ]
    return repr((replace(reading, tables=()), tables))


def alone(books: Sequence[Book]) -> list[str]:
    return [said(understand.book(each, knowledge())) for each in books]


@given(st.lists(st.lists(ledgers, min_size=1, max_size=2), min_size=2, max_size=4))
def test_ledgers_of_one_header_are_parsed_together_as_each_alone(grids: list[list[str]]) -> None:
    books = [book(*sheets, file=f"2023年上半年台账{i}.xlsx") for i, sheets in enumerate(grids)]

    assert [said(reading) for reading in understand.books(books, knowledge())] == alone(books)


def test_the_whole_sample_read_together_is_the_sample_read_file_by_file() -> None:
    known = Knowledge.of(definitions_.load(ROOT / "templates"))
    sources = collect.collect(ROOT / "input").sources

    together = understand.files(sources, known)

    assert len(together) > 30
    assert [said(reading) for reading in together] == [said(understand.file(source, known)) for source in sources]


def test_a_year_that_a_file_states_dates_its_own_rows_only() -> None:
    grid = "学习时间 | 学习形式 | 学习内容\n3月5日 | 党课 | 一讲"
    books = [book(grid, file=f"东坡水厂{year}年上半年学习台账.xlsx") for year in (2022, 2023)]

    found = understand.books(books, knowledge())

    assert [reading.tables[0].numbers("start_date")[0] // 86_400 for reading in found] == [19056, 19421]


def test_a_file_that_breaks_the_program_costs_itself_and_none_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    sources = collect.collect(ROOT / "input").sources[:4]
    whole = parse.tables

    def breaking(begun: Iterable[parse.Begun]) -> Mapping[parse.Begun, parse.Parsed]:
        held = list(begun)
        if any(table.part.file == sources[1].name for table in held):
            raise ZeroDivisionError
        return whole(held)

    expected = pool.readings(sources, definitions(), jobs=1, progress=lambda _: None)
    monkeypatch.setattr(parse, "tables", breaking)
    found = pool.readings(sources, definitions(), jobs=1, progress=lambda _: None)

    assert [finding.code for finding in found[1].findings] == ["file-corrupt"]
    assert [said(found[i]) for i in (0, 2, 3)] == [said(expected[i]) for i in (0, 2, 3)]


def test_large_books_are_not_held_beside_others(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Knowledge.of(definitions_.load(ROOT / "templates"))
    sources = collect.collect(ROOT / "input").sources[:6]
    expected = [said(understand.file(source, known)) for source in sources]
    several, held = understand.books, list[int]()

    def counted(books: Sequence[Book], knowledge: Knowledge) -> list[Reading]:
        held.append(len(books))
        return several(books, knowledge)

    monkeypatch.setattr(understand, "books", counted)
    monkeypatch.setattr(understand, "_TOGETHER", 0)

    assert [said(reading) for reading in understand.files(sources, known)] == expected
    assert held == [1] * 6 + [0]
