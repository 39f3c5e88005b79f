"""All that 核对.html shows, as values that JSON can hold; columns are short where there are many rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from pipeline.model import Account, Change, Definitions, Figures, Finding, Indicator, Scope, Severity
from pipeline.period import Period
from pipeline.publish import problems, words
from pipeline.publish.page import numbers
from pipeline.publish.page.numbers import Month
from pipeline.publish.sheets import traces as evidence_sheets
from pipeline.publish.tags import JOINED, chinese_date

Say: TypeAlias = Callable[[Finding], tuple[str, str, str]]
"""Title, message and advice of a finding."""
Wording: TypeAlias = tuple[str, str, int, Scope, str]
"""Report, indicator, unit, scope, and the words that stand there."""

FINDINGS = 20_000
"""Groups of findings in the page; all of them stand in 问题清单.xlsx."""

_FATES = ("read", "counted", "out_of_period", "duplicate", "rejected", "structure")


@dataclass(frozen=True, eq=False)
class Material:
    figures: Figures
    definitions: Definitions
    months: Mapping[Period, Month]
    findings: tuple[Finding, ...]
    say: Say
    wordings: tuple[Wording, ...]
    changes: tuple[Change, ...] | None

    @property
    def organisation(self) -> str:
        return self.definitions.register.units[self.definitions.register.root].name

    @cached_property
    def heading(self) -> Mapping[str, str]:
        return {
            "organisation": self.organisation,
            "period": self.figures.period.label,
            "as_of": chinese_date(self.figures.as_of),
        }

    @cached_property
    def submission(self) -> Mapping[str, Indicator]:
        return {each.of: each for each in self.definitions.indicators if each.kind == "submission"}

    @cached_property
    def place(self) -> Mapping[str, int]:
        return {each.id: place for place, each in enumerate(self.definitions.indicators)}


def contents(material: Material) -> dict[str, object]:
    """All but the records; what is large comes piece by piece."""
    figures, indicators = material.figures, material.definitions.indicators
    months = list(material.months.values())
    return {
        **material.heading,
        "coverage": _coverage(material),
        "units": _units(material),
        "ledgers": _ledgers(material),
        "indicators": [_described(each) for each in indicators],
        "figures": (numbers.columns(each, figures, months) for each in indicators),
        "months": [f"{month.start.month}月" for month in material.months],
        "findings": _findings(material),
        "wordings": _wordings(material),
        "changes": _changes(material),
    }


def _coverage(material: Material) -> dict[str, object]:
    """Who reported, and what became of the rows of every file."""
    accounting = material.figures.harvest.accounting
    ledgers = {ledger.id: ledger.name for ledger in material.definitions.ledgers}
    return {
        "submission": {part: _submitted(material, part) for part in ("due", "received", "rate")},
        "silent": _silent(material),
        "files": len({account.file for account in accounting}),
        "rows": {fate: sum(getattr(account, fate) for account in accounting) for fate in _FATES},
        "accounts": [_account(account, ledgers) for account in sorted(accounting)],
    }


def _submitted(material: Material, part: str) -> str:
    indicator = material.submission.get(part)
    if indicator is None:
        return ""
    root = material.definitions.register.root
    return words.shown(material.figures.get(root, indicator.id, "all").value, indicator)


def _silent(material: Material) -> list[int]:
    """The units that are due and sent no accepted ledger."""
    received = material.submission.get("received")
    if received is None:
        return []
    units = material.definitions.register.units
    return [unit.index for unit in units if unit.due and not material.figures.get(unit.index, received.id, "own").value]


def _account(account: Account, ledgers: Mapping[str, str]) -> list[object]:
    file, sheet, ledger, *rest = account
    return [file, sheet, ledgers.get(ledger, ledger), *rest]


def _units(material: Material) -> dict[str, object]:
    """In the register's order, and that order as a tree."""
    register = material.definitions.register
    return {
        "names": [unit.name for unit in register.units],
        "parents": [-1 if unit.parent is None else unit.parent for unit in register.units],
        "tree": list(register.below(register.root)),
    }


def _ledgers(material: Material) -> list[dict[str, str]]:
    """With the sheet that holds all records of a ledger, if the workbook has room for such sheets."""
    counted = sum(account.counted for account in material.figures.harvest.accounting)
    has_sheets = material.definitions.evidence and counted <= evidence_sheets.LIMIT
    return [
        {"id": ledger.id, "name": ledger.name, "sheet": evidence_sheets.sheet_name(ledger) if has_sheets else ""}
        for ledger in material.definitions.ledgers
    ]


def _described(indicator: Indicator) -> dict[str, object]:
    return {
        "id": indicator.id,
        "name": indicator.name,
        "ledger": indicator.ledger,
        "word": "" if indicator.percent else indicator.measure_word,
        "scope": indicator.scope,
        "rule": indicator.rule,
        "percent": indicator.percent,
    }


def _findings(material: Material) -> dict[str, object]:
    """The groups as rows, and how many findings there are of each severity."""
    groups = problems.grouped(material.findings, material.definitions.register)
    counts = Counter(finding.severity for finding in material.findings)
    return {
        "counts": {severity: counts[severity] for severity in Severity},
        "names": dict(problems.SEVERITY_NAMES),
        "groups": [_group(group, material.say) for group in groups[:FINDINGS]],
        "left_out": len(groups[FINDINGS:]),
    }


def _group(group: problems.Group, say: Say) -> list[object]:
    finding = group.finding
    origin = finding.origin
    return [
        finding.severity,
        finding.code,
        *say(finding),
        finding.unit,
        origin.file,
        origin.sheet,
        group.cells,
        group.count,
    ]


def _wordings(material: Material) -> list[list[object]]:
    """The indicators of figures that a report adds up stand together."""
    return [[report, _places(ids, material), unit, scope, text] for report, ids, unit, scope, text in material.wordings]


def _places(ids: str, material: Material) -> list[int]:
    return [material.place[id] for id in ids.split(JOINED) if id in material.place]


def _changes(material: Material) -> list[list[object]] | None:
    """Only of indicators that there still are."""
    if material.changes is None:
        return None
    return list(_changed(material.changes, material))


def _changed(changes: Iterable[Change], material: Material) -> Iterable[list[object]]:
    for unit, scope, id, old, new in changes:
        if id in material.place:
            indicator = material.definitions.indicator(id)
            yield [unit, scope, material.place[id], words.shown(old, indicator), words.shown(new, indicator)]
