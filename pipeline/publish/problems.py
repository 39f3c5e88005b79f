"""Findings → their words for the clerk, equal ones grouped over cells, and findings.csv's order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby

from pipeline.model import Finding, Register, Severity
from pipeline.publish.catalogue import CATALOGUE

SEVERITY_NAMES: Mapping[Severity, str] = {Severity.ERROR: "错误", Severity.WARNING: "警告", Severity.NOTICE: "提示"}

_SEVERITIES = {severity: rank for rank, severity in enumerate(Severity)}
_CODES = {code: rank for rank, code in enumerate(CATALOGUE)}
_CLAUSE = re.compile(r"\[([^\]]*)\]")
_KEY = re.compile(r"\{(\w+)\}")
_RANGES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Group:
    """Findings that say the same of one column, or of rows, of one sheet; `finding` is the first of them."""

    finding: Finding
    rows: tuple[int, ...]

    @property
    def count(self) -> int:
        return max(len(self.rows), 1)

    @property
    def cells(self) -> str:
        """``B5:B17、B20``; ``5至17行、20行`` without a column; nothing for a sheet, file or unit."""
        ranges = [self._range(first, last) for first, last in _runs(self.rows)]
        more = f"等{self.count}处" if len(ranges) > _RANGES_SHOWN else ""
        return "、".join(ranges[:_RANGES_SHOWN]) + more

    def _range(self, first: int, last: int) -> str:
        column = self.finding.origin.column
        if not column:
            return f"{first}行" if first == last else f"{first}至{last}行"
        return f"{column}{first}" if first == last else f"{column}{first}:{column}{last}"


def title(finding: Finding) -> str:
    return CATALOGUE[finding.code].title


def message(finding: Finding) -> str:
    """What was found and what was expected, in one sentence."""
    return _filled(CATALOGUE[finding.code].message, finding.field, finding.values)


def advice(finding: Finding) -> str:
    """What to do about it."""
    return _filled(CATALOGUE[finding.code].advice, finding.field, finding.values)


def grouped(findings: Iterable[Finding], register: Register) -> tuple[Group, ...]:
    """By severity, unit in the register's order (no unit last), code, file, sheet and first row."""
    units = {unit.name: unit.index for unit in register.units}
    ordered = sorted(findings, key=_sameness)
    groups = [_group(list(same)) for _, same in groupby(ordered, key=lambda finding: _sameness(finding)[:-1])]
    return tuple(sorted(groups, key=lambda group: _importance(group, units)))


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """By severity, code, file, sheet, row and column; equal whatever order they came in."""
    return sorted(findings, key=_place)


@lru_cache(maxsize=4096)
def _filled(template: str, field: str, found: tuple[tuple[str, str], ...]) -> str:
    values = {"field": field} | dict(found)
    return "".join(_clause(clause, keys, values) if keys else clause for clause, keys in _clauses(template))


@cache
def _clauses(template: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The parts of a wording, each with the keys in it; only clauses in brackets have any."""
    parts = enumerate(_CLAUSE.split(template))
    return tuple((part, tuple(_KEY.findall(part)) if number % 2 else ()) for number, part in parts)


def _clause(clause: str, keys: Sequence[str], values: Mapping[str, str]) -> str:
    """The clause with its values, or nothing if one is missing."""
    if not all(values.get(key) for key in keys):
        return ""
    return _KEY.sub(lambda key: values[key[1]], clause)


def _sameness(finding: Finding) -> tuple[object, ...]:
    """All that makes two findings say the same of one column, and last the row."""
    origin = finding.origin
    what = (finding.severity, finding.code, finding.unit, finding.ledger, finding.field, finding.values)
    return (*what, origin.file, origin.sheet, origin.column, origin.row)


def _group(findings: Sequence[Finding]) -> Group:
    rows = sorted({finding.origin.row for finding in findings if finding.origin.row})
    return Group(findings[0], tuple(rows))


def _importance(group: Group, units: Mapping[str, int]) -> tuple[object, ...]:
    unit = units.get(group.finding.unit, len(units))
    severity, code, *where = _place(group.finding)
    return (severity, unit, code, *where)


def _place(finding: Finding) -> tuple[object, ...]:
    origin = finding.origin
    where = (origin.file, origin.sheet, origin.row, len(origin.column), origin.column)
    about = (finding.unit, finding.ledger, finding.field, finding.values)
    return (_SEVERITIES[finding.severity], _CODES[finding.code], *where, *about)


def _runs(rows: Iterable[int]) -> list[tuple[int, int]]:
    """First and last of each run of consecutive numbers."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs
