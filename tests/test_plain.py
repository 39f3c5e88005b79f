"""The csv files and the manifest, read back as a spreadsheet or another program would."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from fractions import Fraction
from typing import Any

import measuring

from pipeline.model import Account, Definitions, Figure, Figures, Finding, Harvest, Origin, Severity, Target
from pipeline.period import Period
from pipeline.publish import plain

H1 = Period.parse("2023H1")
REGISTER = measuring.register(("公司", None), ("@乙", "公司"))
DEFINITIONS = measuring.definitions(REGISTER)
RATE, CENTER = "study.attendance_rate", "study.center_group"


def figures(definitions: Definitions, *known: Figure) -> Figures:
    """All unknown but the given ones."""
    keys = [
        (unit.index, scope, indicator.id)
        for unit in definitions.register.units
        for scope in ("own", "all")
        for indicator in definitions.indicators
    ]
    by_key: dict[Any, Figure] = {key: Figure(H1, *key, None, None, None) for key in keys}  # type: ignore[arg-type]
    by_key |= {(figure.unit, figure.scope, figure.indicator): figure for figure in known}
    return Figures(H1, date(2023, 6, 30), by_key, Harvest({}, (), (), (), ()))


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_columns_are_those_of_the_design() -> None:
    heads = [data.split(b"\r\n")[0] for data in (
        plain.figures(figures(DEFINITIONS), DEFINITIONS), plain.findings([]), plain.accounting([]),
    )]  # fmt: skip
    assert heads == [
        (
            b"\xef\xbb\xbfperiod,unit,scope,indicator,name,value,low,high,numerator,denominator,measure_word,records,"
            b"unknown,previous,last_year,target"
        ),
        b"\xef\xbb\xbfseverity,code,file,sheet,row,column,unit,ledger,field,message,advice",
        b"\xef\xbb\xbffile,sheet,ledger,unit,read,counted,out_of_period,duplicate,rejected,structure",
    ]


def test_every_unit_has_every_indicator_in_both_scopes_in_a_fixed_order() -> None:
    found = rows(plain.figures(figures(DEFINITIONS), DEFINITIONS))
    expected = [
        (name, scope, raw["id"])
        for name in ("公司", "'@乙")
        for scope in ("own", "all")
        for raw in measuring.raw_indicators()
    ]
    assert [(row["unit"], row["scope"], row["indicator"]) for row in found] == expected


def test_numbers_are_exact_where_whole_and_shares_are_unrounded_fractions() -> None:
    share = Figure(
        H1, 0, "own", RATE, Fraction(2, 3), Fraction(1, 2), Fraction(1), Fraction(20), 30,
        records=3, unknown=1, previous=Fraction(1, 4), target=Target(RATE, None, "year", Fraction(9, 10)),
    )  # fmt: skip
    found = {(row["unit"], row["scope"], row["indicator"]): row for row in rows(
        plain.figures(figures(DEFINITIONS, share), DEFINITIONS)
    )}  # fmt: skip
    row = found["公司", "own", RATE]
    assert row == {
        "period": "2023H1", "unit": "公司", "scope": "own", "indicator": RATE, "name": "参学率",
        "value": "0.6666666666666666", "low": "0.5", "high": "1", "numerator": "20", "denominator": "30",
        "measure_word": "%", "records": "3", "unknown": "1", "previous": "0.25", "last_year": "", "target": "0.9",
    }  # fmt: skip


def test_unknown_is_empty_and_zero_is_zero() -> None:
    zero = Figure(H1, 0, "own", CENTER, 0, 0, 0)
    found = rows(plain.figures(figures(DEFINITIONS, zero), DEFINITIONS))
    values = {row["value"] for row in found if row["indicator"] == CENTER and row["scope"] == "own"}
    assert values == {"0", ""}


def test_findings_are_sorted_by_severity_code_and_place_with_rows_as_numbers() -> None:
    findings = [
        Finding("fill-down", Severity.NOTICE),
        Finding("date-missing", Severity.ERROR, Origin("b.xlsx", "台账", 10, "B")),
        Finding("date-missing", Severity.ERROR, Origin("b.xlsx", "台账", 9, "B"), "甲", "study", "start_date"),
        Finding("row-duplicate", Severity.WARNING, Origin("b.xlsx", "台账", 4)),
        Finding("unit-silent", Severity.WARNING, unit="甲"),
    ]
    found = rows(plain.findings(findings))
    assert [(row["severity"], row["code"], row["row"], row["column"]) for row in found] == [
        ("error", "date-missing", "9", "B"),
        ("error", "date-missing", "10", "B"),
        ("warning", "unit-silent", "", ""),
        ("warning", "row-duplicate", "4", ""),
        ("notice", "fill-down", "", ""),
    ]
    assert (found[0]["unit"], found[0]["ledger"], found[0]["field"]) == ("甲", "study", "start_date")
    assert found[0]["message"]
    assert found[0]["advice"]


def test_text_that_looks_like_a_formula_is_led_by_an_apostrophe() -> None:
    names = ["=1+1", "+1", "-1", "@x", "\t=1", '好,"的"\r\n']
    found = rows(plain.accounting(Account(name, "", "study", "") for name in names))
    assert {row["file"] for row in found} == {"'=1+1", "'+1", "'-1", "'@x", "'\t=1", '好,"的"\r\n'}


def test_accounts_are_sorted() -> None:
    accounts = [
        Account("b", "", "study", "", 3, 2, structure=1),
        Account("a", "", "talk", ""),
        Account("a", "", "study", ""),
    ]
    found = rows(plain.accounting(accounts))
    assert [(row["file"], row["ledger"], row["read"]) for row in found] == [
        ("a", "study", "0"), ("a", "talk", "0"), ("b", "study", "3"),
    ]  # fmt: skip


def test_the_manifest_is_sorted_and_names_versions_and_digests() -> None:
    made = plain.manifest(
        {"period": "2023H1", "as_of": "2023-06-30"}, [("b", "2"), ("a", "1")], [("t", "3")], [("o", "4")]
    )
    content = json.loads(made)
    assert list(content) == ["arguments", "definitions", "inputs", "outputs", "versions"]
    assert list(content["inputs"].items()) == [("a", "1"), ("b", "2")]
    assert {"pipeline", "python", "pandas", "XlsxWriter"} <= set(content["versions"])
    assert content["versions"]["python"].count(".") == 1
    assert made == plain.manifest(
        {"as_of": "2023-06-30", "period": "2023H1"}, [("a", "1"), ("b", "2")], [("t", "3")], [("o", "4")]
    )


def test_a_thousand_units_have_a_line_for_every_indicator_and_scope() -> None:
    register = measuring.register(("公司", None), *((f"单位{n}", "公司") for n in range(999)))
    definitions = measuring.definitions(register)
    all_figures = figures(definitions)
    known = {key: Figure(H1, *key, Fraction(7, 12), 0, 1, 7, 12, 7) for key in all_figures.by_key}
    data = plain.figures(Figures(H1, all_figures.as_of, known, all_figures.harvest), definitions)
    assert data.count(b"\r\n") == 1 + 1000 * 2 * len(definitions.indicators)
