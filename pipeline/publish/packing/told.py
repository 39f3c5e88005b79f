"""Findings → what each unit may be told: of its own files all, of the parent's books its own rows; no other unit named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import PurePosixPath

from pipeline.model import Definitions, Figures, Finding, Origin
from pipeline.publish.packing import homes
from pipeline.publish.packing.mentions import Mentions

CENTRAL = "上级汇总登记"
"""Stands in the place of a file that is not the unit's own."""

_OF_FIGURES = "figure-inconsistent"
_NOT_TOLD = frozenset({"unit-silent", "figure-approximate", "figure-zero", "figure-unknown"})
"""The reminder says the first; the others are about the parent's reports."""


@dataclass(frozen=True, slots=True)
class Told:
    """Of one unit: the findings in each of its own files, by the file's full name, and those elsewhere."""

    files: Mapping[str, tuple[Finding, ...]]
    rows: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        return (*(finding for findings in self.files.values() for finding in findings), *self.rows)


NOTHING = Told({})


@dataclass(frozen=True, slots=True, eq=False)
class Discretion:
    """What may be said to whom: whose each file is, which units are kin, and which units a text names."""

    definitions: Definitions
    homes: Mapping[str, int]
    short: Mapping[str, str]
    """Of each of these files its name, with the folders that tell it from the unit's other files of that name."""
    mentions: Mentions
    kin: tuple[frozenset[int], ...]
    """Of each unit: itself and those under it."""
    units: Mapping[str, int]
    """By full name."""
    _files: dict[tuple[str, int], str] = field(default_factory=dict)

    def file(self, name: str, unit: int) -> str:
        """The name of a unit's own file, with folders, which are the parent's, only if need be; nothing for another's."""
        key = name, unit
        if key not in self._files:
            self._files[key] = self._file(name, unit)
        return self._files[key]

    def told(self, finding: Finding, unit: int) -> Finding:
        """The finding in the words of that unit: its own file's name, and no values that name other units."""
        pairs = ((key, self._value(key, value, unit)) for key, value in finding.values)
        values = tuple((key, value) for key, value in pairs if value)
        origin, about = self._origin(finding, unit), self._field(finding)
        return Finding(finding.code, finding.severity, origin, finding.unit, finding.ledger, about, values)

    def _file(self, name: str, unit: int) -> str:
        if self.homes.get(name) not in self.kin[unit]:
            return ""
        own = PurePosixPath(name)
        told = (shown for shown in (self.short[name], own.name) if not self._foreign(shown, unit))
        return next(told, f"来件{own.suffix}")

    def _origin(self, finding: Finding, unit: int) -> Origin:
        origin = finding.origin
        if self.homes.get(origin.file) == unit:
            return Origin(self.file(origin.file, unit), origin.sheet, origin.row, origin.column)
        ledger = self.definitions.ledger(finding.ledger).name if finding.ledger else ""
        return origin._replace(file="", sheet=f"{ledger}（{CENTRAL}）" if origin.file else ledger)

    def _field(self, finding: Finding) -> str:
        is_indicator = finding.code.startswith("figure-")
        return self.definitions.indicator(finding.field).name if is_indicator else finding.field

    def _value(self, key: str, value: str, unit: int) -> str:
        if key == "near":
            return "、".join(name for name in value.split("、") if not self._foreign(name, unit))
        if key == "other" and "/" in value:
            file, mark, place = value.partition("【")
            value = self.file(file, unit) and self.file(file, unit) + mark + place
        return "" if self._foreign(value, unit) else value

    def _foreign(self, text: str, unit: int) -> bool:
        return self.mentions.foreign(text, self.kin[unit])


def discretion(
    figures: Figures, definitions: Definitions, findings: Sequence[Finding], declared: Mapping[str, Sequence[int]]
) -> Discretion:
    register = definitions.register
    kin = tuple(frozenset(register.below(unit.index)) for unit in register.units)
    units = {unit.name: unit.index for unit in register.units}
    owners = homes.homes(figures.harvest, register, findings, declared)
    return Discretion(definitions, owners, _short(owners), Mentions(register), kin, units)


def _short(homes: Mapping[str, int]) -> dict[str, str]:
    alike: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for name, unit in homes.items():
        alike[unit, PurePosixPath(name).name].append(name)
    return {name: shown for names in alike.values() for name, shown in zip(names, _apart(names), strict=True)}


def _apart(names: Sequence[str]) -> list[str]:
    """Names of files without folders; after those that are alike the fewest folders that tell them apart."""
    paths = [PurePosixPath(name) for name in names]
    apart = len(set(paths))
    depths = (depth for depth in count(1) if len({path.parts[-depth:] for path in paths}) == apart)
    depth = next(depths)
    return [_named_after(PurePosixPath(*path.parts[-depth:])) for path in paths]


def _named_after(end: PurePosixPath) -> str:
    folders = "／".join(end.parent.parts)
    return f"{end.stem}（{folders}）{end.suffix}" if folders else end.name


def told(figures: Figures, findings: Sequence[Finding], discretion: Discretion) -> dict[int, Told]:
    """By unit; a unit with nothing to be told is missing."""
    past = homes.elsewhen(figures.harvest, {finding.origin.file for finding in findings}, figures.period)
    files: defaultdict[int, defaultdict[str, list[Finding]]] = defaultdict(lambda: defaultdict(list))
    rows: defaultdict[int, list[Finding]] = defaultdict(list)
    for finding in findings:
        file = finding.origin.file
        if finding.code in _NOT_TOLD or (file and file in past):
            continue
        for unit in _concerned(finding, discretion):
            if discretion.homes.get(file) == unit:
                files[unit][file].append(discretion.told(finding, unit))
            else:
                rows[unit].append(discretion.told(finding, unit))
    return {
        unit: Told({file: tuple(found) for file, found in files[unit].items()}, tuple(rows[unit]))
        for unit in sorted({*files, *rows})
    }


def _concerned(finding: Finding, discretion: Discretion) -> set[int]:
    """The unit of the file, and that of the row."""
    units = {discretion.homes.get(finding.origin.file), discretion.units.get(finding.unit)}
    return {unit for unit in units if unit is not None}
