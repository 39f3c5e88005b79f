"""templates/reports.toml in; which figures each kind of report should have out."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pipeline.errors import DefinitionError
from pipeline.model import Definitions, Indicator
from pipeline.spelling import nearest

FILE = "reports.toml"


def expected(templates: Path, definitions: Definitions) -> dict[str, tuple[Indicator, ...]]:
    """Name of a template → its indicators, nothing if there is no such file; DefinitionError at the first mistake in it."""
    path = templates / FILE
    if not path.exists():
        return {}
    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DefinitionError(FILE, "", "TOML 写法有误，或者不是 UTF-8 编码") from error
    found = {}
    for place, report in enumerate(table.get("report", ()), 1):
        if not isinstance(report, dict) or set(report) != {"name", "indicators"}:
            raise DefinitionError(FILE, f"第{place}个 report", "要写 name 和 indicators，不写别的")
        found[str(report["name"])] = tuple(_indicator(str(id), definitions) for id in report["indicators"])
    return found


def _indicator(id: str, definitions: Definitions) -> Indicator:
    try:
        return definitions.indicator(id)
    except KeyError:
        near = "、".join(nearest(id, (each.id for each in definitions.indicators)))
        raise DefinitionError(FILE, id, f"没有这个指标{f'，是不是 {near}' if near else ''}") from None
