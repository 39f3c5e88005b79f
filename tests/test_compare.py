"""Figures beside their past, their targets, the silent units and what cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import measuring
import pytest

from pipeline.figures import compare, consistency
from pipeline.figures.amounts import Amounts
from pipeline.model import SCOPES, Coverage, Figure, Figures, Scope, Severity, Target
from pipeline.period import Period

H1, Q2, YEAR = Period.parse("2023H1"), Period.parse("2023Q2"), Period.parse("2023")
END = date(2023, 6, 30)
UNITS = measuring.register(("公司", None), ("甲", "公司"), ("乙", "公司"), due=("甲", "乙"))
ROOT, FIRST, SECOND = range(3)
CENTER, SESSIONS = "study.center_group", "study.sessions"
STUDY = """
    单位  日期        表  form        sessions
    公司  2022-03-01  1   中心组学习  1
    甲    2022-09-01  2   中心组学习  2
    公司  2023-03-01  3   中心组学习  4
    甲    2023-03-01  4   中心组学习  8
"""


def compared(grid: str = STUDY, targets: tuple[Target, ...] = (), period: Period = H1, **options: Any) -> Figures:
    found = measuring.definitions(UNITS, targets)
    records = measuring.records(found, "study", grid)
    harvest = measuring.harvest(found, records, measuring.covering(records, {}))
    return compare.compared(harvest, found, period, period.end, **options)


def test_the_past_is_measured_from_whatever_the_input_holds() -> None:
    figures = compared()
    company = figures.get(ROOT, CENTER, "all")
    assert (company.value, company.previous, company.last_year) == (12, 2, 1)
    assert figures.get(ROOT, CENTER, "own").previous is None


def test_a_past_of_which_the_input_holds_nothing_is_unknown_even_for_submissions() -> None:
    figures = compared("单位 日期 form sessions\n公司 2023-03-01 自学 1")
    due = figures.get(ROOT, "submission.due", "all")
    assert (due.value, due.previous, due.last_year) == (2, None, None)


def test_a_closed_period_wins_over_what_the_input_says_now() -> None:
    closed = {H1.previous: {(ROOT, "all", CENTER): 99}, H1.last_year: {(ROOT, "all", CENTER): None}}
    figures = compared(earlier=closed)
    company = figures.get(ROOT, CENTER, "all")
    assert (company.previous, company.last_year) == (99, None)
    assert figures.get(FIRST, CENTER, "own").previous == 2


def test_silent_are_the_due_units_of_the_scope_whose_ledger_is_unknown() -> None:
    figures = compared()
    assert figures.get(ROOT, CENTER, "all").silent == 1
    assert figures.get(ROOT, "talk.sessions", "all").silent == 2
    assert figures.get(ROOT, "submission.received", "all").silent == 1
    assert [figures.get(unit, CENTER, "own").silent for unit in (ROOT, FIRST, SECOND)] == [0, 0, 1]


def test_a_due_unit_without_any_ledger_is_found_silent_once() -> None:
    (finding,) = compared().findings
    assert (finding.code, finding.severity, finding.unit, finding.ledger) == ("unit-silent", Severity.WARNING, "乙", "")


def test_a_target_stands_on_the_default_scope_and_the_units_own_comes_first() -> None:
    everyone, own = Target(CENTER, None, None, Fraction(2)), Target(CENTER, FIRST, "year", Fraction(9))
    figures = compared(targets=(everyone, own))
    assert figures.get(ROOT, CENTER, "own").target is everyone
    assert figures.get(FIRST, CENTER, "own").target is own
    assert figures.get(FIRST, CENTER, "all").target is None


def test_the_target_of_the_periods_own_span_comes_before_the_next_longer_and_shorter_ones_do_not_fit() -> None:
    month, half, year = (Target(CENTER, None, span, Fraction(6)) for span in ("month", "half", "year"))
    assert compared(targets=(year, month, half)).get(ROOT, CENTER, "own").target is half
    assert compared(targets=(year, month, half), period=Q2).get(ROOT, CENTER, "own").target is half
    assert compared(targets=(month, year), period=Q2).get(ROOT, CENTER, "own").target is year
    assert compared(targets=(month, half), period=YEAR).get(ROOT, CENTER, "own").target is None


@dataclass
class Column:
    figures: list[Figure]

    @property
    def amounts(self) -> Amounts:
        return Amounts(*([getattr(figure, name) for figure in self.figures] for name in Amounts._fields))


def inconsistent(*changed: Figure) -> list[tuple[str, str, dict[str, str]]]:
    """The findings once some figures of a sound half-year are changed."""
    figures = {**compared().by_key, **{(f.unit, f.scope, f.indicator): f for f in changed}}
    places = dict.fromkeys((scope, indicator) for _, scope, indicator in figures)
    columns = {place: Column([figures[unit.index, *place] for unit in UNITS.units]) for place in places}
    found = consistency.findings(columns, measuring.definitions(UNITS))
    assert {finding.code for finding in found} <= {"figure-inconsistent"}
    return [(finding.unit, finding.field, dict(finding.values)) for finding in found]


def figure(unit: int, scope: Scope, indicator: str, value: int) -> Figure:
    return Figure(H1, unit, scope, indicator, value, value, value)


def test_sound_figures_have_no_finding() -> None:
    assert inconsistent() == []


@pytest.mark.parametrize(
    ("lesser", "greater"),
    [("study.focused", SESSIONS), (SESSIONS, "study.activities"), ("incident.closed", "incident.total")],
)
def test_what_is_part_of_another_figure_does_not_exceed_it(lesser: str, greater: str) -> None:
    changed = [figure(SECOND, "own", lesser, 7), figure(SECOND, "own", greater, 6)]
    assert ("乙", lesser, {"found": "7", "expected": "≤6", "other": greater}) in inconsistent(*changed)


def test_published_pieces_do_not_exceed_all_pieces() -> None:
    pieces = [figure(unit, scope, consistency.ALL_PIECES, 6) for unit in range(3) for scope in SCOPES]
    found = inconsistent(*pieces, figure(SECOND, "own", "article.published", 7))
    assert ("乙", "article.published", {"found": "7", "expected": "≤6", "other": consistency.ALL_PIECES}) in found


def test_the_units_own_figures_add_up_to_their_parents_all() -> None:
    assert inconsistent(figure(ROOT, "all", CENTER, 13)) == [("公司", CENTER, {"found": "13", "expected": "=12"})]


def test_a_numerator_does_not_exceed_its_denominator() -> None:
    rate = figure(FIRST, "own", "study.attendance_rate", 2)._replace(numerator=10, denominator=5)
    assert inconsistent(rate) == [("甲", "study.attendance_rate", {"found": "10", "expected": "≤5"})]


def test_attendance_above_the_expected_is_found_in_the_ledger_itself() -> None:
    figures = compared("单位 日期 form attend_count expected_count\n甲 2023-03-01 自学 33 30")
    wrong = [finding for finding in figures.findings if finding.code == "figure-inconsistent"]
    assert {(finding.unit, finding.field) for finding in wrong} == {
        ("甲", "study.attendance_rate"),
        ("公司", "study.attendance_rate"),
    }


def test_articles_of_every_status_are_measured_for_the_check_alone() -> None:
    found = measuring.definitions(UNITS)
    records = measuring.records(found, "article", "单位 日期 title status pieces\n甲 2023-03-01 题 刊发 1")
    harvest = measuring.harvest(found, records, [Coverage("article", FIRST, 0, None, 1)])
    figures = compare.compared(harvest, found, H1, END)
    assert not [key for key in figures.by_key if key[2] == consistency.ALL_PIECES]
    assert [finding.code for finding in figures.findings] == ["unit-silent"]
