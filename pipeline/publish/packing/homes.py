"""Files → the one unit to which each may go back: nobody's row in it but that unit's and those of units under it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from pipeline.errors import UsageError
from pipeline.model import Finding, Harvest, Register
from pipeline.period import Period

_UNDECIDED = frozenset({"unit-conflict", "unit-ambiguous"})
"""Findings after which nobody knows whose rows a file holds."""


def homes(
    harvest: Harvest, register: Register, findings: Sequence[Finding], declared: Mapping[str, Sequence[int]]
) -> dict[str, int]:
    """By file; a file that may go to nobody is missing.

    `declared` are the units that a file, or the folder it lies in, says it is of, also if it could not be read.
    """
    units: defaultdict[str, set[int]] = defaultdict(set)
    for file, unit in _named(harvest, register, findings):
        units[file].add(unit)
    for file, stated in declared.items():
        units[file].update(stated)
    strayed = _strayed(harvest) - _owned(harvest, declared)
    unclear = strayed | {finding.origin.file for finding in findings if finding.code in _UNDECIDED}
    return {
        file: _lowest(found, register) for file, found in sorted(units.items()) if found and file not in unclear
    } | _copies(findings, units, register, unclear)


def elsewhen(harvest: Harvest, files: Iterable[str], period: Period) -> frozenset[str]:
    """The files that state another period: all their tables, or else a folder that they lie in."""
    stated: defaultdict[str, list[Period | None]] = defaultdict(list)
    for table in harvest.tables:
        stated[table.file].append(table.period)
    return frozenset(file for file in files if _other(stated.get(file) or [_of_folder(file)], period))


def _named(harvest: Harvest, register: Register, findings: Sequence[Finding]) -> Iterator[tuple[str, int]]:
    """(file, unit) of every row read, counted or not, and of every title that names a unit."""
    by_name = {unit.name: unit.index for unit in register.units}
    for account in harvest.accounting:
        if account.unit in by_name:
            yield account.file, by_name[account.unit]
    for table in harvest.tables:
        rows = {unit for _, unit in table.rejected}
        yield from ((table.file, unit) for unit in {table.unit, *table.named, *rows} if unit >= 0)
    yield from ((harvest.tables[cover.table].file, cover.unit) for cover in harvest.coverage)
    for finding in findings:
        if finding.origin.file and finding.unit in by_name:
            yield finding.origin.file, by_name[finding.unit]


def _strayed(harvest: Harvest) -> set[str]:
    """Files with rows of which nobody knows the unit."""
    return {account.file for account in harvest.accounting if not account.unit and account.rejected}


def _owned(harvest: Harvest, declared: Mapping[str, Sequence[int]]) -> set[str]:
    return {table.file for table in harvest.tables if table.unit >= 0} | {
        file for file, units in declared.items() if units
    }


def _copies(
    findings: Sequence[Finding], units: Mapping[str, set[int]], register: Register, unclear: set[str]
) -> dict[str, int]:
    """A file of the same bytes as another is of the same unit."""
    originals = {f.origin.file: dict(f.values).get("other", "") for f in findings if f.code == "file-duplicate"}
    return {
        copy: _lowest(units[original], register)
        for copy, original in sorted(originals.items())
        if units.get(original) and original not in unclear
    }


def _lowest(units: Iterable[int], register: Register) -> int:
    """The lowest unit that has all of them at or under it."""
    first, *others = (frozenset((unit, *register.ancestors(unit))) for unit in units)
    common = first.intersection(*others)
    return max(common, key=lambda unit: len(register.ancestors(unit)))


def _other(stated: Iterable[Period | None], period: Period) -> bool:
    return all(each is not None and not each.overlaps(period) for each in stated)


def _of_folder(file: str) -> Period | None:
    for folder in reversed(PurePosixPath(file).parent.parts):
        try:
            return Period.parse(folder)
        except UsageError:
            continue
    return None
