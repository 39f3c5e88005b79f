"""A TOML table or a row of a sheet → a dataclass; unknown, missing and wrong keys are one clear Chinese line."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from pipeline import spelling
from pipeline.errors import DefinitionError

T = TypeVar("T")

_WORDS: dict[Any, str] = {str: "文字", int: "整数", bool: "true 或 false", list: "列表", dict: "对照表"}
_FEW = 12
"""Up to this many valid names are all listed where none of them looks like the wrong one."""
_CUTOFF = 50
"""Words of two characters of which one is wrong still look alike."""


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """A spot in templates/ as a message names it: the file, and the key or the sheet and row."""

    file: str
    key: str = ""
    words: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """What this file calls the keys, where it has other names for them."""

    def at(self, key: str) -> Place:
        word = self.words.get(key, key)
        return Place(self.file, f"{self.key}.{word}" if self.key else word, self.words)

    def error(self, message: str) -> DefinitionError:
        return DefinitionError(self.file, self.key, message)

    def unknown(self, what: str, name: str, names: Iterable[str]) -> DefinitionError:
        """`name` is none of `names`: say so with the nearest, or with all if they are few and none is near."""
        known = tuple(names)
        found = f"认不出{what}“{name}”" if name else f"{what}是空的"
        if near := spelling.nearest(name, known, cutoff=_CUTOFF):
            return self.error(f"{found}，相近的有：{'、'.join(near)}")
        return self.error(f"{found}，可以写：{'、'.join(known)}" if 0 < len(known) <= _FEW else found)

    def missing(self, what: str, name: str, present: Iterable[str]) -> DefinitionError:
        return self.error(f"缺少{what}“{name}”，现有：{'、'.join(present) or '无'}")


def build(cls: Callable[..., T], table: Mapping[str, Any], place: Place) -> T:
    """Fill dataclass `cls` from `table`; DefinitionError at the first key that does not belong, fit or stand there."""
    hints = _hints(cls)
    for key, value in table.items():
        if key not in hints:
            raise place.at(key).unknown("这一项", key, hints)
        _check(value, hints[key], place.at(key))
    for key in _required(cls):
        if key not in table:
            raise place.at(key).error(f"缺少 {key}")
    return cls(**table)


def build_all(
    cls: Callable[..., T], tables: Iterable[Mapping[str, Any]], place: Place, key: str
) -> list[tuple[Place, T]]:
    """One dataclass a table, each with its place: named by its `key`, or by where it stands if it has none."""
    places = [(place.at(str(table.get(key) or f"第{number}段")), table) for number, table in enumerate(tables, 1)]
    return [(at, build(cls, table, at)) for at, table in places]


def check_distinct(names: Iterable[tuple[Place, str]], what: str) -> None:
    seen: set[str] = set()
    for place, name in names:
        if name in seen:
            raise place.error(f"有两个{what}“{name}”")
        seen.add(name)


@lru_cache
def _hints(cls: Any) -> dict[str, Any]:
    return get_type_hints(cls)


@lru_cache
def _required(cls: Any) -> tuple[str, ...]:
    missing = dataclasses.MISSING
    return tuple(f.name for f in dataclasses.fields(cls) if f.default is missing and f.default_factory is missing)


def _check(value: Any, hint: Any, place: Place) -> None:
    if get_origin(hint) is Literal and isinstance(value, str) and value not in get_args(hint):
        raise place.unknown("取值", value, get_args(hint))
    if not _fits(value, hint):
        raise place.error(f"应当是{_expected(hint)}，现在是 {value!r}")


def _fits(value: Any, hint: Any) -> bool:
    origin, args = get_origin(hint), get_args(hint)
    if origin is Literal:
        return value in args
    if origin is types.UnionType:
        return any(_fits(value, arg) for arg in args)
    if origin is list:
        return isinstance(value, list) and all(_fits(item, args[0]) for item in value)
    if origin is dict:
        return isinstance(value, dict) and all(_fits(item, args[1]) for item in value.values())
    return hint is Any or type(value) is hint  # not isinstance: true is no integer


def _expected(hint: Any) -> str:
    origin, args = get_origin(hint), get_args(hint)
    if origin is types.UnionType:
        return _expected(args[0])
    if origin in (list, dict) and args[-1] is not Any:
        return f"{_expected(args[-1])}的{_WORDS[origin]}"
    return _WORDS.get(origin or hint, "、".join(map(str, args)))
