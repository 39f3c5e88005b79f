"""Files that are versions of one another: the newer counts; where nothing says which is newer, neither does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from pathlib import PurePosixPath

from pipeline.model import Definitions, Finding, Origin, Reading, Severity
from pipeline.spelling import normal

_NUMBERED = re.compile(
    r"\((\d{1,2})\)|[-_]?v(\d{1,3})|第([二三四五])版|版本(\d+)|(?:最终版|终稿|修改版|定稿|修订版?)(\d{1,2})"
)
_MOST = 0.5


@dataclass(frozen=True, slots=True)
class SetAside:
    """Files not counted: superseded (their rows are duplicates) and in conflict (their rows are rejected)."""

    superseded: frozenset[str]
    conflicting: frozenset[str]
    findings: tuple[Finding, ...]


def set_aside(readings: Sequence[Reading], definitions: Definitions) -> SetAside:
    """Compare files that answer for the same units and ledgers and share most of their records."""
    superseded: set[str] = set()
    conflicting: set[str] = set()
    findings = []
    by_name = {reading.file: reading for reading in readings}
    for first, second, shared in _versions(readings):
        if {first, second} & superseded:
            continue
        older = _older(by_name[first], by_name[second], definitions)
        if older:
            newer = second if older == first else first
            superseded.add(older)
            findings.append(_superseded(by_name[older], by_name[newer], definitions))
        else:
            conflicting |= {first, second}
            findings += [_conflict(by_name[a], b, shared, definitions) for a, b in ((first, second), (second, first))]
    return SetAside(frozenset(superseded), frozenset(conflicting - superseded), tuple(findings))


def _records(reading: Reading) -> Mapping[tuple[str, int], set[int]]:
    """(ledger, unit) → digests of the records."""
    found: dict[tuple[str, int], set[int]] = {}
    for table in reading.tables:
        for unit, near, key in zip(*(table.numbers(name) for name in ("unit", "near", "key")), strict=True):
            found.setdefault((table.ledger, unit), set()).add(near or key)
    return found


def _versions(readings: Sequence[Reading]) -> Iterable[tuple[str, str, int]]:
    """Pairs of files with the same units and ledgers, most of whose records are the same."""
    groups: dict[frozenset[tuple[str, int]], list[tuple[str, set[int]]]] = {}
    for reading in readings:
        if records := _records(reading):
            groups.setdefault(frozenset(records), []).append((reading.file, set().union(*records.values())))
    for files in groups.values():
        for (first, mine), (second, theirs) in combinations(files, 2):
            shared = len(mine & theirs)
            if shared > _MOST * min(len(mine), len(theirs)):
                yield first, second, shared


def _older(first: Reading, second: Reading, definitions: Definitions) -> str:
    """The older of two versions by the marks in their names, else by their documents' own time; blank: undecided."""
    ranks = _rank(first.file, definitions), _rank(second.file, definitions)
    if ranks[0] != ranks[1]:
        return first.file if ranks[0] < ranks[1] else second.file
    times: tuple[datetime | None, datetime | None] = first.modified, second.modified
    if times[0] and times[1] and times[0] != times[1]:
        return first.file if times[0] < times[1] else second.file
    return ""


def _rank(file: str, definitions: Definitions) -> tuple[int, int]:
    """(has a revision mark, its number): ``(2)`` is newer than ``(1)``, either is newer than none."""
    stem = normal(PurePosixPath(file).stem)
    marked = any(normal(word) in stem for word in definitions.revision_words)
    numbers = [next(group for group in match.groups() if group) for match in _NUMBERED.finditer(stem)]
    number = max(("二三四五".find(n) + 2 if n in "二三四五" else int(n) for n in numbers), default=0)
    return int(marked or number > 0), number


def _superseded(older: Reading, newer: Reading, definitions: Definitions) -> Finding:
    before, after = _all_keys(older), _all_keys(newer)
    why = f"新增或改动{len(after - before)}条，删去或改动{len(before - after)}条，相同{len(after & before)}条"
    return Finding(
        "file-superseded", Severity.WARNING, Origin(older.file), _unit(older, definitions), _ledger(older), "",
        (("other", newer.file), ("why", why)),
    )  # fmt: skip


def _conflict(reading: Reading, other: str, shared: int, definitions: Definitions) -> Finding:
    values = (("other", other), ("count", str(shared)))
    return Finding(
        "file-conflict", Severity.ERROR, Origin(reading.file), _unit(reading, definitions), _ledger(reading), "", values
    )


def _all_keys(reading: Reading) -> set[int]:
    return {key for table in reading.tables for key in table.numbers("key")}


def _unit(reading: Reading, definitions: Definitions) -> str:
    units = {unit for _, unit in _records(reading)}
    return definitions.register.units[units.pop()].name if len(units) == 1 else ""


def _ledger(reading: Reading) -> str:
    ledgers = {table.ledger for table in reading.tables}
    return ledgers.pop() if len(ledgers) == 1 else ""
