"""Files that are versions of one another: the newer counts; where nothing says which is newer, neither does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate, combinations
from pathlib import PurePosixPath
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.alike import repeated
from pipeline.ingest.decisions import concerns
from pipeline.ingest.pointing import said
from pipeline.model import Definitions, Finding, Frame, Origin, Reading, Ruling, Severity
from pipeline.model.rulings import BOTH, NEWER, OLDER, VERSION
from pipeline.spelling import normal

_NUMBERED = re.compile(
    r"\((\d{1,2})\)|[-_]?v(\d{1,3})|第([二三四五])版|版本(\d+)|(?:最终版|终稿|修改版|定稿|修订版?)(\d{1,2})"
)
_COPY = re.compile(r"[-_]?(?:副本|复件)(\(\d+\))?")
_MOST = 0.5

Part = tuple[str, str]
"""A file and a ledger."""
Frames = Mapping[str, Frame]
Records = Mapping[str, Mapping[int, set[int]]]
"""Ledger → unit → digests of the records."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """Ledgers of files not counted: superseded (their rows are duplicates) or in conflict (their rows are rejected)."""

    superseded: frozenset[Part] = frozenset()
    conflicting: frozenset[Part] = frozenset()
    findings: tuple[Finding, ...] = ()
    applied: frozenset[int] = frozenset()
    """Rows of 裁定 that decided."""

    def holds(self, file: str, ledger: str) -> bool:
        return (file, ledger) in self.superseded or (file, ledger) in self.conflicting

    def whole(self, file: str, ledgers: Iterable[str]) -> bool:
        """Whether nothing of a file is left."""
        ledgers = set(ledgers)
        return bool(ledgers) and all((file, ledger) in self.superseded for ledger in ledgers)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two files with the same units in some ledgers, of which the one has most of its records there in the other."""

    first: Reading
    second: Reading
    ledgers: tuple[str, ...]
    shared: int
    keys: tuple[frozenset[int], frozenset[int]]
    """Digests of all that either holds in these ledgers."""
    sizes: tuple[int, int]
    """Records of either in these ledgers."""
    loose: frozenset[int]
    """Digests of what has no day or topic, of which equal ones may be several events."""

    @property
    def is_repeated(self) -> bool:
        """Whether the one repeats all rows of the other, each clearly the same event."""
        few, many = sorted(self.keys, key=len)
        return few < many and self.loose.isdisjoint(few)

    @property
    def is_part(self) -> bool:
        """Whether one is no more than a small part of the other."""
        return self.is_repeated and self.shared <= _MOST * max(self.sizes)

    @property
    def is_longer(self) -> bool:
        """Whether one is about another period and holds all that the other does."""
        first, second = (
            {table.period for table in each.tables if table.ledger in self.ledgers}
            for each in (self.first, self.second)
        )
        return first != second and self.is_repeated

    def most(self, reading: Reading) -> bool:
        """Whether most records of one are in the other."""
        return self.shared > _MOST * self.sizes[0 if reading is self.first else 1]

    def parts(self, reading: Reading) -> set[Part]:
        return {(reading.file, ledger) for ledger in self.ledgers}

    @property
    def ledger(self) -> str:
        return self.ledgers[0] if len(self.ledgers) == 1 else ""


@dataclass(slots=True)
class _Verdicts:
    superseded: set[Part] = field(default_factory=set)
    conflicting: set[Part] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    applied: set[int] = field(default_factory=set)


def set_aside(readings: Sequence[Reading], frames: Frames, definitions: Definitions) -> SetAside:
    """Compare files that answer for the same units and ledgers and share most of their records.

    `frames` are the records of all tables of the readings, in their order.
    """
    found = _Verdicts()
    undecided = []
    for pair in _pairs(readings, frames):
        ruling = _ruling(pair, definitions.rulings)
        if ruling:
            found.applied.add(ruling.row)
        if ruling and ruling.value in BOTH:
            continue
        if pair.is_part and not ruling:
            continue
        older = _older(pair, ruling, definitions)
        if older is None:
            undecided += [] if pair.is_longer else [pair]
        elif (ruling or pair.most(older)) and not pair.parts(older) <= found.superseded:
            found.superseded |= pair.parts(older)
            found.findings.append(_superseded(pair, older, definitions))
    for pair in undecided:
        if not (pair.parts(pair.first) | pair.parts(pair.second)) & found.superseded:
            found.conflicting |= pair.parts(pair.first) | pair.parts(pair.second)
            found.findings += [_conflict(pair, reading, definitions) for reading in (pair.first, pair.second)]
    return SetAside(
        frozenset(found.superseded), frozenset(found.conflicting), tuple(found.findings), frozenset(found.applied)
    )


# --- which files are versions --------------------------------------------------------------------------------------------


def _pairs(readings: Sequence[Reading], frames: Frames) -> Iterable[_Pair]:
    ends = tuple(accumulate((len(reading.tables) for reading in readings), initial=0))
    of_file = cache(lambda i: {ledger: _slice(frame, ends[i], ends[i + 1]) for ledger, frame in frames.items()})
    for (i, j), count in _shared(ends, frames):
        mine, theirs = _records(of_file(i)), _records(of_file(j))
        ledgers = tuple(sorted(mine.keys() & theirs.keys()))
        same_units = all(mine[ledger].keys() == theirs[ledger].keys() for ledger in ledgers)
        sizes = _size(mine, ledgers), _size(theirs, ledgers)
        if ledgers and same_units and count > _MOST * min(sizes):
            keys = _keys(of_file(i), ledgers), _keys(of_file(j), ledgers)
            loose = _loose(of_file(i), ledgers) | _loose(of_file(j), ledgers)
            yield _Pair(readings[i], readings[j], ledgers, count, keys, sizes, loose)


def _shared(ends: Sequence[int], frames: Frames) -> Iterable[tuple[tuple[int, int], int]]:
    """Pairs of files, by their place, that have records in common, and how many."""
    shared: Counter[tuple[int, int]] = Counter()
    for frame in frames.values():
        digests = _digest(frame)
        again = repeated(digests)
        files = np.searchsorted(ends, frame["table"][again], side="right") - 1
        holders: dict[int, set[int]] = {}
        for file, digest in zip(files.tolist(), digests[again].tolist(), strict=True):
            holders.setdefault(digest, set()).add(file)
        shared.update(pair for each in holders.values() for pair in combinations(sorted(each), 2))
    return sorted(shared.items())


def _digest(frame: Frame) -> NDArray[np.int64]:
    return np.where(frame["near"] != 0, frame["near"], frame["key"])


def _slice(frame: Frame, first: int, last: int) -> Frame:
    """The records of the tables from `first` up to `last`."""
    rows = slice(*np.searchsorted(frame["table"], [first, last]).tolist())
    return {name: frame[name][rows] for name in ("unit", "key", "near")}


def _records(frames: Frames) -> Records:
    found: dict[str, dict[int, set[int]]] = {}
    for ledger, frame in frames.items():
        for unit, digest in zip(frame["unit"].tolist(), _digest(frame).tolist(), strict=True):
            found.setdefault(ledger, {}).setdefault(unit, set()).add(digest)
    return found


def _keys(frames: Frames, ledgers: Iterable[str]) -> frozenset[int]:
    return frozenset(key for ledger in ledgers for key in frames[ledger]["key"].tolist())


def _loose(frames: Frames, ledgers: Iterable[str]) -> frozenset[int]:
    return frozenset(key for ledger in ledgers for key in frames[ledger]["key"][frames[ledger]["near"] == 0].tolist())


def _size(records: Records, ledgers: Iterable[str]) -> int:
    return sum(len(digests) for ledger in ledgers for digests in records[ledger].values())


# --- which is the newer ----------------------------------------------------------------------------------------------------


def _ruling(pair: _Pair, rulings: Iterable[Ruling]) -> Ruling | None:
    """The decision about one of the two files, and about the other if it names that."""
    names = (pair.first.file, pair.second.file)
    for ruling in rulings:
        if ruling.what == VERSION and ruling.file and ruling.value in NEWER | OLDER | BOTH:
            for mine, other in (names, names[::-1]):
                if concerns(ruling.file, mine) and concerns(ruling.key, other):
                    return ruling
    return None


def _older(pair: _Pair, ruling: Ruling | None, definitions: Definitions) -> Reading | None:
    """By 裁定, by the marks in their names, else by their documents' own time; the same records: either."""
    first, second = pair.first, pair.second
    if ruling:
        about_first = concerns(ruling.file, first.file) and concerns(ruling.key, second.file)
        return first if about_first == (ruling.value in OLDER) else second
    marks = _mark(first.file, definitions), _mark(second.file, definitions)
    if named := _older_mark(*marks):
        return first if named is marks[0] else second
    if first.modified and second.modified and first.modified != second.modified:
        return first if first.modified < second.modified else second
    return second if pair.keys[0] == pair.keys[1] else None


class _Mark(NamedTuple):
    """What a file's name says of its version: whether anything, the number, and the name but for that."""

    is_marked: bool
    number: int
    rest: str


def _older_mark(first: _Mark, second: _Mark) -> _Mark | None:
    """``(1)`` is older than ``(2)``, none older than either; which of ``v2`` and ``终稿`` is, the names do not say."""
    if first.is_marked != second.is_marked:
        return second if first.is_marked else first
    if first.rest != second.rest or first.number == second.number:
        return None
    return first if first.number < second.number else second


def _mark(file: str, definitions: Definitions) -> _Mark:
    """A copy is no version."""
    stem = _COPY.sub("", normal(PurePosixPath(file).stem))
    is_worded = any(normal(word) in stem for word in definitions.revision_words)
    numbers = [next(group for group in match.groups() if group) for match in _NUMBERED.finditer(stem)]
    number = max(("二三四五".find(n) + 2 if n in "二三四五" else int(n) for n in numbers), default=0)
    return _Mark(is_worded or number > 0, number, _NUMBERED.sub(_but_number, stem))


def _but_number(match: re.Match[str]) -> str:
    """``终稿2`` is 终稿 with a number, ``(2)`` and ``v2`` are nothing but one."""
    return match[0].rstrip("0123456789") if match[0][0] in "最终修定" else ""


# --- what is said of them ----------------------------------------------------------------------------------------------------


def _superseded(pair: _Pair, older: Reading, definitions: Definitions) -> Finding:
    newer = pair.second if older is pair.first else pair.first
    before, after = pair.keys if older is pair.first else pair.keys[::-1]
    why = f"新增或改动{len(after - before)}条，删去或改动{len(before - after)}条"
    values = said(other=newer.file, why=why, count=str(len(after & before)))
    origin = Origin(older.file)
    return Finding("file-superseded", Severity.WARNING, origin, _unit(pair, definitions), pair.ledger, "", values)


def _conflict(pair: _Pair, reading: Reading, definitions: Definitions) -> Finding:
    other = pair.second.file if reading is pair.first else pair.first.file
    values = said(other=other, count=str(pair.shared))
    unit = _unit(pair, definitions)
    return Finding("file-conflict", Severity.ERROR, Origin(reading.file), unit, pair.ledger, "", values)


def _unit(pair: _Pair, definitions: Definitions) -> str:
    units = {unit for table in pair.first.tables if table.ledger in pair.ledgers for unit in table.numbers("unit")}
    return definitions.register.units[units.pop()].name if len(units) == 1 else ""
