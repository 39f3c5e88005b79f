"""Figures, findings and accounts → the plain files of a run: CSV in UTF-8 with BOM after RFC 4180, and the manifest."""

from __future__ import annotations

import csv
import io
import json
import platform
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, fields
from fractions import Fraction
from importlib.metadata import version
from typing import TypeAlias

from pipeline.model import SCOPES, Account, Change, Definitions, Figure, Figures, Finding
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
ACCOUNTING = tuple(field.name for field in fields(Account))

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
    return table(ACCOUNTING, (safe_row(astuple(account)) for account in sorted(accounts)))


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
    period = figures.period.id
    named = [(indicator, _safe(indicator.name), _safe(indicator.measure_word)) for indicator in definitions.indicators]
    for unit in definitions.register.units:
        name = _safe(unit.name)
        for scope in SCOPES:
            for indicator, title, measure_word in named:
                figure = figures.by_key[unit.index, scope, indicator.id]
                yield _figure_row((period, name, scope, indicator.id, title), measure_word, figure)


def _figure_row(key: Sequence[str], measure_word: str, figure: Figure) -> Sequence[Value]:
    value = _number(figure.value)
    return (
        *key,
        value,
        value if figure.low is figure.value else _number(figure.low),
        value if figure.high is figure.value else _number(figure.high),
        _number(figure.numerator),
        _number(figure.denominator),
        measure_word,
        figure.records,
        figure.unknown,
        _number(figure.previous),
        _number(figure.last_year),
        _number(figure.target.minimum) if figure.target else None,
    )


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
