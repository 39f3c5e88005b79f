"""Files of the same bytes that stand in the names of several units: 零报告 is each one's own, records are nobody's."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.ingest import titles
from pipeline.ingest.collect import Collected
from pipeline.ingest.decisions import concerns
from pipeline.ingest.pointing import said
from pipeline.ingest.units import NOBODY, Units
from pipeline.model import Definitions, Finding, Origin, Reading, Severity, Table
from pipeline.model.rulings import UNIT


def told_apart(collected: Collected, definitions: Definitions) -> Collected:
    """With those duplicates among the sources whose own path names another unit than that of the file they equal."""
    units = Units(definitions)
    own = {
        source.name
        for source, first in collected.duplicates
        if _stated(source.name, units) not in (-1, _stated(first, units))
    }
    return _with(collected, own)


def _stated(name: str, units: Units) -> int:
    """The unit that the nearest part of a path states; -1 if that is none of the register, or several."""
    return next((each.unit.unit for each in titles.of_path(name, units) if each.unit is not NOBODY), -1)


def _with(collected: Collected, own: set[str]) -> Collected:
    """The same where the duplicates called so are sources."""
    sources = [*collected.sources, *(source for source, _ in collected.duplicates if source.name in own)]
    return Collected(
        tuple(sorted(sources, key=lambda source: source.name)),
        tuple(each for each in collected.duplicates if each[0].name not in own),
        tuple(each for each in collected.findings if each.code != "file-duplicate" or each.origin.file not in own),
    )


def settled(
    collected: Collected, apart: Collected, readings: Sequence[Reading], definitions: Definitions
) -> tuple[Collected, tuple[Reading, ...]]:
    """Copies that say of themselves whose they are, are duplicates; of those that hold records only, neither counts.

    `readings` are those of the sources of `apart`.
    """
    read = {reading.file: reading for reading in readings}
    found = dict(read)
    again = {source.name for source in apart.sources} - {source.name for source in collected.sources}
    own = set()
    for source, first in collected.duplicates:
        if source.name not in again:
            continue
        mine, other = read[source.name], read[first]
        if _is_its_own(mine, other, definitions):
            own.add(source.name)
        elif _is_nobodys(mine, other, definitions):
            own.add(source.name)
            found |= {each.file: _refused(each, (mine, other), definitions) for each in (mine, other)}
    kept = _with(collected, own)
    return kept, tuple(found[source.name] for source in kept.sources)


def _is_its_own(mine: Reading, other: Reading, definitions: Definitions) -> bool:
    """Another unit's 零报告 or empty form, what 裁定 gives to another unit, or the copy that alone names one."""
    if _units(mine) & _units(other) or any(finding.code == "unit-conflict" for finding in mine.findings):
        return False
    return not _records(mine) or not other.units or _is_decided(mine.file, definitions)


def _is_nobodys(mine: Reading, other: Reading, definitions: Definitions) -> bool:
    """Records that are of one unit by the one path and of another by the other."""
    return bool(_records(mine)) and not _units(mine) & _units(other) and not _is_decided(other.file, definitions)


def _is_decided(file: str, definitions: Definitions) -> bool:
    rulings = (each for each in definitions.rulings if each.what == UNIT and each.file and not each.key)
    return any(concerns(ruling.file, file) for ruling in rulings)


def _records(reading: Reading) -> int:
    return sum(len(table.numbers("row")) for table in reading.tables)


def _units(reading: Reading) -> set[int]:
    """The units that the tables hold rows of or answer for."""
    return {unit for table in reading.tables for unit in (*table.numbers("unit"), *table.named)}


def _refused(reading: Reading, copies: Iterable[Reading], definitions: Definitions) -> Reading:
    """All records rejected."""
    units = sorted({unit for copy in copies for unit in _units(copy)})
    found = "、".join(definitions.register.units[unit].name for unit in units)
    finding = Finding("unit-conflict", Severity.ERROR, Origin(reading.file), values=said(found=found))
    kept = [each for each in reading.findings if each.code.startswith(("file-", "sheet-"))]
    return replace(reading, tables=tuple(map(_rejected, reading.tables)), findings=(*kept, finding))


def _rejected(table: Table) -> Table:
    records = zip(table.numbers("row"), table.numbers("unit"), strict=True)
    nothing = {"row": array("i"), "unit": array("i")}
    return table._replace(columns=nothing, named=(), rejected=(*table.rejected, *records))
