"""A bundle ⇄ a pack, the file that keeps it: a check sum, a JSON document, and the columns of numbers as plain bytes."""

from __future__ import annotations

import json
import struct
from array import array
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from zlib import crc32

from pipeline.ingest.blocks import Block, Column
from pipeline.ingest.bundles import Bundle

Place: TypeAlias = tuple[int, int]
"""Where the bytes of a column begin, and how many they are."""

_HEAD = struct.Struct("<8sIQ")
"""What the file is, the check sum of all that follows, the length of the document."""
_MARK = b"ledgers1"


def packed(keys: Sequence[str], bundle: Bundle) -> bytes:
    """The readings of a bundle under their keys."""
    numbers = bytearray()
    places: dict[int, list[int | str]] = {}
    blocks = [{name: _kept(column, numbers, places) for name, column in block.items()} for block in bundle.blocks]
    content = {"keys": keys, "told": bundle.told, "blocks": blocks}
    document = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    body = document + numbers
    return _HEAD.pack(_MARK, crc32(body), len(document)) + body


def unpacked(data: bytes) -> tuple[list[str], Bundle]:
    """The keys and the readings; ValueError, TypeError or KeyError if these are not the bytes of a whole pack."""
    if len(data) < _HEAD.size:
        raise ValueError("too short")
    mark, total, length = _HEAD.unpack_from(data)
    body = memoryview(data)[_HEAD.size :]
    if mark != _MARK or crc32(body) != total:
        raise ValueError("damaged")
    content = json.loads(bytes(body[:length]).decode("utf-8", "surrogatepass"))
    known: dict[Place, array[int]] = {}
    blocks = [_block(block, body[length:], known) for block in content["blocks"]]
    return content["keys"], Bundle(content["told"], blocks)


def _kept(column: Column, numbers: bytearray, places: dict[int, list[int | str]]) -> list[Any]:
    """Texts as they are; of numbers their type, where they begin and how many bytes they take, equal columns once."""
    if isinstance(column, list):
        return ["", column]
    if id(column) not in places:
        places[id(column)] = [column.typecode, len(numbers), len(column) * column.itemsize]
        numbers += column.tobytes()
    return places[id(column)]


def _block(kept: Mapping[str, list[Any]], numbers: memoryview, known: dict[Place, array[int]]) -> Block:
    return {name: column[1] if column[0] == "" else _numbers(column, numbers, known) for name, column in kept.items()}


def _numbers(kept: list[Any], numbers: memoryview, known: dict[Place, array[int]]) -> array[int]:
    typecode, first, size = kept
    if (first, size) not in known:
        known[first, size] = array(typecode, numbers[first : first + size].tobytes())
    return known[first, size]
