"""Readings come out of bundles and packs as they went in, and what repeats is found as by looking at every pair."""

from __future__ import annotations

import pickle
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from grids import read, sheet
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest import alike, bundles, packs
from pipeline.ingest.blocks import Block
from pipeline.ingest.bundles import Bundle
from pipeline.model import Reading

STUDY = "学习时间 | 学习形式 | 学习内容 | 实到人数\n2023-03-05 | 党课 | 一讲 | 25人\n2023-04-05 | 党课 | 二讲 | 约30"
TALK = "宣讲时间 | 宣讲类型 | 主题 | 受众人数\n2023-03-05 | 宣讲 | 报告 | 25"
NOTHING = "学习时间 | 学习形式 | 学习内容\n无 | |"


def readings() -> list[Reading]:
    return [
        read(sheet(STUDY, "学习"), sheet(TALK, "宣讲"), file="东坡水厂2023年上半年台账.xlsx", modified="2023-07-01"),
        read("甲 | 乙\n1 | 2", file="值班表.xlsx"),
        read(STUDY, file="青禾供水分公司2023年上半年学习台账.xlsx"),
        read(NOTHING, file="东坡水厂2023年上半年学习台账.xlsx"),
    ]


def said(reading: Reading) -> object:
    """All that a reading says."""
    tables = [(table._replace(columns={}), columns(table.columns)) for table in reading.tables]
    return replace(reading, tables=()), tables


def columns(held: Mapping[str, Any]) -> dict[str, tuple[str, list[Any]]]:
    return {name: (getattr(column, "typecode", "text"), list(column)) for name, column in held.items()}


def same(found: Sequence[Reading], expected: Sequence[Reading]) -> bool:
    return repr(list(map(said, found))) == repr(list(map(said, expected)))


def test_readings_come_out_of_a_bundle_as_they_went_in() -> None:
    travelled = pickle.loads(pickle.dumps(bundles.bundle(readings())))

    assert same(list(bundles.readings(travelled)), readings())


def test_readings_of_a_bundle_can_be_bundled_again_and_travel_alone() -> None:
    once = list(bundles.readings(bundles.bundle(readings())))

    assert same(list(bundles.readings(bundles.bundle(once[2:]))), readings()[2:])
    assert len(pickle.dumps(once[2])) < len(pickle.dumps(once[0]))


def test_tables_of_one_ledger_stand_in_one_block_and_equal_columns_are_one_object() -> None:
    found = bundles.bundle(readings())

    study = found.blocks[0]
    assert [len(block["row"]) for block in found.blocks] == [4, 1]
    assert study["sessions"] is study["sessions_low"] is study["sessions_high"]
    assert study["attend_count"] is not study["attend_count_low"]


def test_readings_come_out_of_a_pack_as_they_went_in_but_for_what_is_left_out() -> None:
    keys, bundle = packs.unpacked(packs.packed(list("甲乙丙丁"), bundles.bundle(readings(), without="names")))

    assert keys == list("甲乙丙丁")
    expected = [
        replace(
            reading,
            tables=tuple(
                table._replace(columns={name: c for name, c in table.columns.items() if name != "names"})
                for table in reading.tables
            ),
        )
        for reading in readings()
    ]
    assert same(list(bundles.readings(bundle)), expected)


def test_columns_of_a_pack_that_are_empty_are_no_others() -> None:
    block: Block = {"row": array("i"), "unit": array("i"), "text": []}
    more: Block = {"row": array("i", [7]), "unit": array("i", [3]), "text": ["\ud800，\0"]}

    _, found = packs.unpacked(packs.packed([], Bundle([], [block, more])))

    assert [columns(each) for each in found.blocks] == [columns(block), columns(more)]


@pytest.mark.parametrize("harm", [lambda data: data[:-1], lambda data: data[:10], lambda data: b"x" + data[1:]])
def test_a_pack_that_is_not_whole_is_none(harm: Any) -> None:
    data = packs.packed([], bundles.bundle(readings()))

    with pytest.raises(ValueError, match=r"damaged|short"):
        packs.unpacked(harm(data))


def test_a_pack_with_a_changed_byte_is_none() -> None:
    data = bytearray(packs.packed([], bundles.bundle(readings())))
    data[-3] ^= 1

    with pytest.raises(ValueError, match="damaged"):
        packs.unpacked(bytes(data))


@given(st.lists(st.integers(-3, 3)))
def test_what_repeats_is_what_stands_there_again(values: list[int]) -> None:
    column = np.array(values, np.int64)

    assert alike.later(column).tolist() == [value in values[:i] for i, value in enumerate(values)]
    assert alike.repeated(column).tolist() == [values.count(value) > 1 for value in values]


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 2), st.sampled_from(["", "甲", "乙"]), st.integers(0, 1))))
def test_keys_are_equal_where_all_that_is_read_is(rows: list[tuple[int, int, str, int]]) -> None:
    unit, form, topic, names = zip(*rows, strict=True) if rows else ((), (), (), ())
    table: dict[str, alike.Column] = {
        "row": np.arange(len(rows)),
        "unit": np.array(unit, np.int32),
        "form": np.array(form, np.int64),
        "topic": np.array(topic, object),
        "names": np.array(names, np.int64),
    }

    keys = alike.key(table).tolist()

    assert all((keys[i] == keys[j]) == (rows[i] == rows[j]) for i in range(len(rows)) for j in range(i))
