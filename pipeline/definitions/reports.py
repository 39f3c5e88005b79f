"""reports.toml → the indicators that each kind of report should have."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.definitions import files, schema
from pipeline.definitions.schema import Place
from pipeline.model import Indicator

FILE = "reports.toml"


@dataclasses.dataclass(frozen=True, kw_only=True)
class ReportsFile:
    report: list[dict[str, Any]] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True, kw_only=True)
class ReportDef:
    name: str
    indicators: list[str]


def expected(templates: Path, known: Sequence[Indicator]) -> dict[str, tuple[Indicator, ...]]:
    """Name of a template → its indicators, by id or name; nothing if there is no such file."""
    if not (templates / FILE).exists():
        return {}
    by_key = {key: indicator for indicator in known for key in (indicator.id, indicator.name)}
    drafts = schema.build_all(ReportDef, files.table(ReportsFile, templates, FILE).report, Place(FILE), "name")
    for place, draft in drafts:
        for key in draft.indicators:
            if key not in by_key:
                raise place.at("indicators").unknown("指标", key, by_key)
    return {draft.name: tuple(by_key[key] for key in draft.indicators) for _, draft in drafts}
