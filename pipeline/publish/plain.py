"""Figures, findings and accounts → the plain files of a run: CSV in UTF-8 with BOM after RFC 4180, and the manifest."""

from __future__ import annotations

import csv
import io
import json
import platform
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from importlib.metadata import version
from itertools import chain, product, repeat
from typing import TypeAlias

from pipeline.model import SCOPES, Account, Change, Definitions, Fields, Figures, Finding, Indicator
from pipeline.publish import problems

Value: TypeAlias = str | int | float | None

FIGURES = (
    "period",
    "unit",
    "scope",
    "indicator",
    "name",
    "value",
    "low",
    "high",
    "numerator",
    "denominator",
    "measure_word",
    "records",
    "unknown",
    "previous",
    "last_year",
    "target",
)
FINDINGS = ("severity", "code", "file", "sheet", "row", "column", "unit", "ledger", "field", "message", "advice")
REVISIONS = ("period", "unit", "scope", "indicator", "name", "signed", "now")
ACCOUNTING = Account._fields

_DANGEROUS = ("=", "+", "-", "@", "\t")
"""What a spreadsheet would take for a formula."""

_LIBRARIES = (
    "XlsxWriter",
    "charset-normalizer",
    "cn2an",
    "docxtpl",
    "Jinja2",
    "lxml",
    "numpy",
    "openpyxl",
    "pandas",
    "python-calamine",
    "python-docx",
    "rapidfuzz",
)
"""Those that read inputs or make bytes of outputs."""


def figures(figures: Figures, definitions: Definitions) -> bytes:
    """figures.csv: units in the register's order, own before all, indicators as defined.

    Shares are fractions, unrounded; a number that is not whole is the shortest decimal of its double; unknown is empty.
    """
    return table(FIGURES, _figure_rows(figures, definitions))


def findings(findings: Iterable[Finding]) -> bytes:
    """findings.csv: one line a finding, by severity, code, file, sheet, row and column."""
    return table(FINDINGS, map(_finding_row, problems.ordered(findings)))


def accounting(accounts: Iterable[Account]) -> bytes:
    """accounting.csv: one line for a file, sheet, ledger and unit, sorted by these."""
    return table(ACCOUNTING, map(safe_row, sorted(accounts)))


def revisions(period: str, revised: Iterable[Change], definitions: Definitions) -> bytes:
    """修订.csv: figures of a signed period that are no longer what was signed."""
    units = definitions.register.units
    return table(
        REVISIONS,
        (
            (period, _safe(units[unit].name), scope, id, definitions.indicator(id).name, _number(old), _number(new))
            for unit, scope, id, old, new in revised
        ),
    )


def manifest(
    arguments: Mapping[str, str],
    inputs: Iterable[tuple[str, str]],
    definitions: Iterable[tuple[str, str]],
    outputs: Iterable[tuple[str, str]],
) -> bytes:
    """manifest.json: all that can change a byte, and the digests of what came of it.

    `arguments` are those that can change a byte; the rest are pairs of a path below input/, templates/ or the run's
    folder and its sha256.
    """
    content = {
        "versions": _versions(),
        "arguments": dict(arguments),
        "inputs": dict(inputs),
        "definitions": dict(definitions),
        "outputs": dict(outputs),
    }
    return (json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _versions() -> dict[str, str]:
    major, minor, _ = platform.python_version_tuple()
    ours = {"pipeline": version("ledger-pipeline"), "python": f"{major}.{minor}", "zlib": zlib.ZLIB_RUNTIME_VERSION}
    return ours | {name: version(name) for name in _LIBRARIES}


def table(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """A CSV file with a header, as every file of the pipeline is written."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _figure_rows(figures: Figures, definitions: Definitions) -> Iterator[Sequence[Value]]:
    units = definitions.register.units
    names = [_safe(unit.name) for unit in units]
    columns = []
    for scope, indicator in product(SCOPES, definitions.indicators):
        found = figures.columns(scope, indicator.id)
        columns.append(
            zip(repeat(figures.period.id), names, repeat(scope), *_figure_columns(found, indicator), strict=False)
        )
    return chain.from_iterable(zip(*columns, strict=True))


def _figure_columns(each: Fields, indicator: Indicator) -> Iterator[Iterable[Value]]:
    """What stands behind period, unit and scope."""
    yield repeat(indicator.id)
    yield repeat(_safe(indicator.name))
    yield from (_numbers(each[name]) for name in ("value", "low", "high", "numerator", "denominator"))
    yield repeat(_safe(indicator.measure_word))
    yield from (each["records"], each["unknown"], _numbers(each["previous"]), _numbers(each["last_year"]))
    yield [_number(target.minimum) if target else None for target in each["target"]]


def _numbers(column: Sequence[Fraction | int | None]) -> Sequence[int | float | None]:
    return [each if each is None or each.__class__ is int else _number(each) for each in column]


def _finding_row(finding: Finding) -> Sequence[Value]:
    origin = finding.origin
    where = (origin.file, origin.sheet, origin.row or None, origin.column)
    about = (finding.unit, finding.ledger, finding.field, problems.message(finding), problems.advice(finding))
    return safe_row((finding.severity.value, finding.code, *where, *about))


def _number(value: Fraction | int | None) -> int | float | None:
    if value is None or isinstance(value, int):
        return value
    return value.numerator if value.denominator == 1 else value.numerator / value.denominator


def safe_row(row: Iterable[Value]) -> Sequence[Value]:
    """Text that a spreadsheet would take for a formula begins with an apostrophe."""
    return tuple(_safe(value) if isinstance(value, str) else value for value in row)


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_DANGEROUS) else text
