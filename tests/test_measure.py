"""Every kind of indicator, against a naive loop over dicts and against the sentences of the domain."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import measuring
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from naive import Naive
from worlds import worlds

from pipeline.figures import measure
from pipeline.model import SCOPES, Coverage, Figure, Scope
from pipeline.period import Period

H1 = Period.parse("2023H1")
END = date(2023, 6, 30)
UNITS = measuring.register(("公司", None), ("一分公司", "公司"), ("一车间", "一分公司"), ("二分公司", "公司"))
ROOT, FIRST, WORKSHOP, SECOND = range(4)


@pytest.mark.parametrize("ledger", ["study", "talk", "article", "incident", "reported"])
@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_figure_equals_that_of_a_plain_loop_for_all_units_and_both_scopes(
    ledger: str, data: st.DataObject
) -> None:
    found, records, coverage, as_of = data.draw(worlds(ledger))
    naive = Naive(found.register, records, coverage, as_of)
    figures = measure.figures(measuring.harvest(found, records, coverage), found, H1, as_of)
    assert len(figures) == len(measuring.raw_indicators()) * len(found.register.units) * 2
    for indicator in measuring.raw_indicators():
        for unit in range(len(found.register.units)):
            for scope in SCOPES:
                figure = figures[unit, scope, indicator["id"]]
                expected = naive.figure(indicator, (unit,) if scope == "own" else found.register.below(unit))
                assert {name: getattr(figure, name) for name in expected} == expected, (unit, scope, indicator["id"])


# --- the domain's sentences -------------------------------------------------------------------------------------------


def measured(
    ledger: str, grid: str = "", coverage: tuple[Coverage, ...] = (), as_of: date = END, register: Any = UNITS
) -> Any:
    """A function (unit, indicator, scope) → figure; tables cover the units they hold rows of."""
    found = measuring.definitions(register)
    records = measuring.records(found, ledger, grid) if grid else []
    covering = (*measuring.covering(records, {}), *coverage)
    figures = measure.figures(measuring.harvest(found, records, covering), found, H1, as_of)

    def figure(unit: int, indicator: str, scope: Scope = "own") -> Figure:
        return figures[unit, scope, indicator]

    return figure


def zero(ledger: str, unit: int, period: Period | None = H1) -> Coverage:
    """A zero report, or a table that names the unit and holds no row of it."""
    return Coverage(ledger, unit, 99, period, 0)


def test_own_is_the_units_records_and_all_adds_those_of_every_unit_under_it() -> None:
    figure = measured(
        "study",
        """
        单位      日期        form        sessions
        公司      2023-03-01  中心组学习  1
        一分公司  2023-03-02  中心组学习  2
        一车间    2023-03-03  中心组学习  4
    """,
    )
    assert [figure(unit, "study.center_group").value for unit in (ROOT, FIRST, WORKSHOP)] == [1, 2, 4]
    assert [figure(unit, "study.center_group", "all").value for unit in (ROOT, FIRST, WORKSHOP)] == [7, 6, 4]


def test_a_ledger_that_was_not_sent_is_unknown_though_others_were() -> None:
    figure = measured("talk", "单位 日期 talk_type sessions\n公司 2023-03-01 宣讲 1")
    study = figure(ROOT, "study.center_group")
    assert (study.value, study.low, study.high, study.records, study.unknown) == (None, None, None, 0, 0)


def test_no_matching_record_of_a_known_ledger_is_zero() -> None:
    figure = measured("study", "单位 日期 form sessions\n公司 2023-03-01 自学 1")
    assert figure(ROOT, "study.center_group").value == 0


def test_a_zero_report_of_an_overlapping_period_is_zero_and_of_another_period_unknown() -> None:
    assert measured("study", coverage=(zero("study", FIRST),))(FIRST, "study.center_group").value == 0
    before = zero("study", FIRST, Period.parse("2022H2"))
    assert measured("study", coverage=(before,))(FIRST, "study.center_group").value is None


def test_a_unit_named_by_a_table_is_known_once_any_record_of_that_table_counts() -> None:
    grid = "单位 日期 表 form sessions\n公司 2023-03-01 99 自学 1"
    assert measured("study", grid, (zero("study", SECOND, None),))(SECOND, "study.center_group").value == 0
    assert measured("study", "", (zero("study", SECOND, None),))(SECOND, "study.center_group").value is None


def test_the_parents_all_is_over_the_known_units_and_unknown_only_if_none_is() -> None:
    figure = measured("study", "单位 日期 form sessions\n一车间 2023-03-01 中心组学习 3")
    assert figure(ROOT, "study.center_group", "own").value is None
    assert figure(ROOT, "study.center_group", "all").value == 3
    assert figure(SECOND, "study.center_group", "all").value is None


def test_a_record_counts_only_if_its_whole_span_lies_in_the_period_and_it_began_by_as_of() -> None:
    figure = measured(
        "study",
        """
        单位  日期        form  sessions
        公司  2023-06-20  自学  1
        公司  2023-06-21  自学  10
        公司  2023-06     自学  100
        公司  2023Q2      自学  1000
        公司  2022-12-31  自学  10000
        公司  2023年      自学  100000
    """,
        as_of=date(2023, 6, 20),
    )
    assert figure(ROOT, "study.sessions").value == 1101


def test_a_record_with_several_forms_counts_under_each_and_once_in_a_group() -> None:
    figure = measured("study", "单位 日期 form sessions\n公司 2023-03-01 中心组学习、第一议题 2")
    assert figure(ROOT, "study.center_group").value == figure(ROOT, "study.first_topic").value == 2
    assert figure(ROOT, "study.sessions").value == 2
    assert figure(ROOT, "study.forms").value == 2


def test_a_sum_with_unknown_parts_is_the_sum_of_the_known_with_their_number_beside_it() -> None:
    figure = measured(
        "study",
        """
        单位  日期        form  attend_count
        公司  2023-03-01  自学  20
        公司  2023-03-02  自学  ?
        公司  2023-03-03  自学  /
    """,
    )(ROOT, "study.attendance")
    assert (figure.value, figure.records, figure.unknown) == (20, 3, 1)


@pytest.mark.parametrize(("cell", "value"), [("?", None), ("/", 0), ("0", 0)])
def test_a_sum_none_of_whose_parts_is_known_is_unknown_and_of_slashes_alone_zero(cell: str, value: int | None) -> None:
    figure = measured("study", f"单位 日期 form attend_count\n公司 2023-03-01 自学 {cell}")
    assert figure(ROOT, "study.attendance").value == value


def test_a_unit_whose_sum_is_unknown_adds_nothing_to_its_parent_but_its_unknown_records() -> None:
    figure = measured(
        "study",
        """
        单位    日期        form  attend_count
        公司    2023-03-01  自学  /
        一车间  2023-03-02  自学  ?
    """,
    )(ROOT, "study.attendance", "all")
    assert (figure.value, figure.records, figure.unknown) == (0, 2, 1)


def test_an_approximate_part_makes_an_interval() -> None:
    figure = measured(
        "study",
        """
        单位  日期        form  attend_count
        公司  2023-03-01  自学  90~100~110
        公司  2023-03-02  自学  30
    """,
    )(ROOT, "study.attendance")
    assert (figure.low, figure.value, figure.high) == (120, 130, 140)


def test_without_the_column_a_filter_asks_for_the_figure_is_unknown_not_zero() -> None:
    figure = measured("talk", "单位 日期 talk_type sessions\n公司 2023-03-01 宣讲 5")
    company = figure(ROOT, "talk.preaching_company")
    assert (company.value, company.records, company.unknown) == (None, 0, 1)
    assert figure(ROOT, "talk.heart_to_heart").value == 0


def test_undecided_records_stand_beside_the_decided_ones() -> None:
    found = measuring.definitions(UNITS)
    records = measuring.records(found, "talk", "单位 日期 talk_type level sessions\n公司 2023-03-01 宣讲 公司级 5")
    records += measuring.records(found, "talk", "单位 日期 表 talk_type sessions\n公司 2023-04-01 1 宣讲 7")
    harvest = measuring.harvest(found, records, measuring.covering(records, {}))
    company = measure.figures(harvest, found, H1, END)[ROOT, "own", "talk.preaching_company"]
    assert (company.value, company.records, company.unknown) == (5, 1, 1)


def test_without_a_status_column_all_pieces_are_published_and_a_blank_status_is_not() -> None:
    assert measured("article", "单位 日期 title pieces\n公司 2023-03-01 甲 2")(ROOT, "article.published").value == 2
    blank = measured("article", "单位 日期 title status pieces\n公司 2023-03-01 甲 ? 2")
    assert blank(ROOT, "article.published").value == 0


def test_an_article_in_several_media_counts_once_per_channel_and_once_in_published() -> None:
    figure = measured("article", "单位 日期 title channel pieces\n公司 2023-03-01 甲 外部媒体、新媒体 1")
    ids = ("article.external", "article.new_media", "article.published")
    assert [figure(ROOT, id).value for id in ids] == [1, 1, 1]


def test_titles_are_counted_once_per_unit_whatever_their_spelling_and_status() -> None:
    figure = measured(
        "article",
        """
        单位      日期        title      status  pieces
        一分公司  2023-03-01  学习ABC    刊发    1
        一分公司  2023-03-02  学习ＡＢＣ  未采用  1
        一车间    2023-03-03  学习ABC    刊发    1
        一车间    2023-03-04  ?          刊发    1
    """,
    )
    assert figure(FIRST, "article.written").value == 1
    assert figure(FIRST, "article.written", "all").value == 2
    assert figure(WORKSHOP, "article.written").unknown == 1


def test_the_adoption_rate_is_of_those_with_a_status() -> None:
    figure = measured(
        "article",
        """
        单位  日期        title  status  pieces
        公司  2023-03-01  甲     刊发    3
        公司  2023-03-02  乙     未采用  1
        公司  2023-03-03  丙     ?       9
    """,
    )(ROOT, "article.adoption_rate")
    assert (figure.value, figure.numerator, figure.denominator, figure.records) == (Fraction(3, 4), 3, 4, 2)


def test_the_attendance_rate_is_of_the_rows_with_both() -> None:
    figure = measured(
        "study",
        """
        单位  日期        form  attend_count  expected_count
        公司  2023-03-01  自学  27~28~29      30
        公司  2023-03-02  自学  20            ?
        公司  2023-03-03  自学  /             30
    """,
    )(ROOT, "study.attendance_rate")
    assert (figure.numerator, figure.denominator, figure.records, figure.unknown) == (28, 30, 1, 1)
    assert (figure.low, figure.value, figure.high) == (Fraction(27, 30), Fraction(28, 30), Fraction(29, 30))


def test_nothing_by_nothing_is_unknown_with_numerator_and_denominator_zero() -> None:
    figure = measured("incident", coverage=(zero("incident", FIRST),))(FIRST, "incident.closed_rate")
    assert (figure.value, figure.numerator, figure.denominator) == (None, 0, 0)


def test_a_rate_of_people_exceeds_one_only_if_its_value_does() -> None:
    rows = "单位 日期 form attend_count expected_count\n"
    near = measured("study", rows + "公司 2023-03-01 自学 28~30~32 30")(ROOT, "study.attendance_rate")
    assert (near.value, near.high) == (1, 1)
    over = measured("study", rows + "公司 2023-03-01 自学 33 30")(ROOT, "study.attendance_rate")
    assert (over.value, over.high) == (Fraction(11, 10), Fraction(11, 10))
    open_below = measured("study", rows + "公司 2023-03-01 自学 4 0~2~3")(ROOT, "study.attendance_rate")
    assert (open_below.low, open_below.value, open_below.high) == (Fraction(4, 3), 2, 2)


def test_months_and_gaps_are_counted_only_from_dates_that_are_precise_enough() -> None:
    figure = measured(
        "study",
        """
        单位    日期        form  sessions
        公司    2023-01-10  自学  1
        公司    2023-01-30  自学  1
        公司    2023-03     自学  1
        公司    2023Q2      自学  1
        一车间  2023-06-30  自学  1
    """,
    )
    assert (figure(ROOT, "study.active_months").value, figure(ROOT, "study.active_months").unknown) == (2, 1)
    assert (figure(ROOT, "study.longest_gap").value, figure(ROOT, "study.longest_gap").unknown) == (20, 2)
    assert figure(WORKSHOP, "study.longest_gap").value is None
    assert figure(ROOT, "study.longest_gap", "all").value == (date(2023, 6, 30) - date(2023, 1, 30)).days


def test_the_top_share_counts_each_record_once_below_and_under_every_form_above() -> None:
    figure = measured(
        "study",
        """
        单位  日期        form                 sessions
        公司  2023-03-01  中心组学习、第一议题  2
        公司  2023-03-02  第一议题             3
        公司  2023-03-03  自学                 1
    """,
    )(ROOT, "study.top_form_share")
    assert (figure.numerator, figure.denominator, figure.value) == (5, 6, Fraction(5, 6))


def test_units_with_a_record_are_counted_over_the_scope() -> None:
    figure = measured("study", "单位 日期 form sessions\n公司 2023-03-01 自学 1\n一车间 2023-03-01 自学 1")
    assert figure(ROOT, "study.units", "all").value == 2
    assert figure(ROOT, "study.units", "own").value == 1


INCIDENTS = """
    单位  日期              incident_level  first_reply_at    status  duplicate  out_of_order
    公司  2023-03-01T08:00  重大            2023-03-02T08:00  办结    否         0
    公司  2023-03-01T08:00  重大            2023-03-02T08:01  处置中  ?          0
    公司  2023-03-01T08:00  ?               2023-03-03T08:00  办结    否         0
    公司  2023-03-01T08:00  一般            2023-03-05        办结    否         0
    公司  2023-03-01T08:00  一般            ?                 办结    否         0
    公司  2023-03-01T08:00  一般            2023-03-01T09:00  办结    否         1
    公司  2023-03-01T08:00  特别重大        2023-03-01T09:00  办结    是         0
"""


def test_timely_is_within_24_or_48_hours_of_the_records_with_both_times() -> None:
    figure = measured("incident", INCIDENTS)(ROOT, "incident.timely_rate")
    assert (figure.numerator, figure.denominator, figure.records, figure.unknown) == (2, 3, 3, 2)


def test_the_median_is_of_hours_from_found_to_first_reply() -> None:
    figure = measured("incident", INCIDENTS)(ROOT, "incident.median_hours")
    assert (figure.value, figure.records, figure.unknown) == (Fraction(24 * 60 + 1, 60), 3, 2)


def test_the_median_of_an_even_number_is_the_mean_of_the_two_in_the_middle() -> None:
    figure = measured(
        "incident",
        """
        单位  日期              first_reply_at
        公司  2023-03-01T08:00  2023-03-01T09:00
        公司  2023-03-01T08:00  2023-03-01T12:00
    """,
    )(ROOT, "incident.median_hours")
    assert figure.value == Fraction(5, 2)


def test_a_duplicate_is_in_no_figure_and_a_blank_level_is_unlevelled() -> None:
    figure = measured("incident", INCIDENTS)
    assert figure(ROOT, "incident.total").value == 6
    assert figure(ROOT, "incident.major").value == 2
    assert figure(ROOT, "incident.closed_rate").value == Fraction(5, 6)
    assert figure(ROOT, "incident.unlevelled_rate").value == Fraction(1, 6)


def test_overdue_is_open_and_past_its_limit_before_midnight_of_as_of() -> None:
    figure = measured(
        "incident",
        """
        单位  日期              incident_level  status
        公司  2023-06-18T23:59  一般            处置中
        公司  2023-06-19T00:00  一般            处置中
        公司  2023-06-18        一般            处置中
        公司  2023-06-19T23:59  重大            ?
        公司  2023-06-01T08:00  重大            办结
    """,
        as_of=date(2023, 6, 20),
    )
    assert figure(ROOT, "incident.overdue").value == 3


def test_the_education_rate_divides_by_the_members_of_the_known_units() -> None:
    units = measuring.register(("公司", None), ("甲", "公司"), ("乙", "公司"), members={"公司": 10, "甲": 40, "乙": 50})
    grid = "单位 日期 indicator value\n公司 2023H1 受教育党员人数 9\n甲 2023H1 受教育党员人数 36"
    figure = measured("reported", grid, register=units)
    rate = figure(0, "talk.education_rate", "all")
    assert (rate.value, rate.numerator, rate.denominator) == (Fraction(9, 10), 45, 50)
    assert figure(2, "talk.education_rate", "all").value is None


def test_submission_is_always_known() -> None:
    units = measuring.register(("公司", None), ("甲", "公司"), ("乙", "公司"), due=("甲", "乙"))
    figure = measured("study", "单位 日期 form sessions\n公司 2023-03-01 自学 1\n甲 2023-03-01 自学 1", register=units)
    values = [figure(0, f"submission.{what}", "all").value for what in ("due", "received", "rate")]
    assert values == [2, 1, Fraction(1, 2)]
    assert [figure(2, f"submission.{what}").value for what in ("due", "received", "rate")] == [1, 0, 0]
    own = figure(0, "submission.rate")
    assert (own.value, own.numerator, own.denominator) == (None, 0, 0)


def test_the_months_of_a_period_are_periods_themselves_and_end_with_as_of() -> None:
    found = measuring.definitions(UNITS)
    grid = "单位 日期 form sessions\n公司 2023-01-05 自学 1\n公司 2023-03-05 自学 2\n公司 2023-03-20 自学 4"
    records = measuring.records(found, "study", grid)
    harvest = measuring.harvest(found, records, measuring.covering(records, {}))
    sessions = found.indicator("study.sessions")
    months = measure.monthly(harvest, found, H1, date(2023, 3, 10), indicators=[sessions])
    values = {month.id: figures[ROOT, "own", sessions.id].value for month, figures in months.items()}
    assert values == {"2023-01": 1, "2023-02": None, "2023-03": 2}


def test_figures_measured_one_indicator_at_a_time_are_the_same() -> None:
    found = measuring.definitions(UNITS)
    grid = """
        单位    日期        form        sessions  attend_count  expected_count
        公司    2023-03-05  中心组学习  2         25~24~27     30
        公司    2023-03-09  自学        1         4             ?
        一车间  2023-03-20  其他        ?         /             5
    """
    records = measuring.records(found, "study", grid)
    harvest = measuring.harvest(found, records, measuring.covering(records, {}))
    months = measure.monthly(harvest, found, H1, END)
    assert [month.id for month in months] == [f"2023-0{number}" for number in range(1, 7)]
    for month, gradual in months.items():
        assert dict(gradual) == measure.figures(harvest, found, month, month.end)


def test_the_records_behind_a_figure_tell_what_each_adds() -> None:
    found = measuring.definitions(UNITS)
    records = measuring.records(
        found,
        "study",
        """
        单位    日期        form        attend_count  expected_count
        一车间  2023-04-01  中心组学习  ?             5
        公司    2023-03-02  自学        4             5
        公司    2023-03-01  其他        /             5
        公司    2022-03-01  自学        9             9
    """,
    )
    harvest = measuring.harvest(found, records, measuring.covering(records, {}))
    attendance = measure.matching(harvest, found, found.indicator("study.attendance"), H1, END)
    assert attendance[["unit", "row", "adds"]].to_numpy().tolist() == [[ROOT, 4, 0], [ROOT, 3, 4], [WORKSHOP, 2, None]]
    rate = measure.matching(harvest, found, found.indicator("study.attendance_rate"), H1, END)
    assert rate[["row", "adds", "base"]].to_numpy().tolist() == [[3, 4, 5], [2, 0, 0]]


def test_figures_are_under_every_unit_scope_and_indicator_and_under_nothing_else() -> None:
    found = measuring.definitions(measuring.register(("公司", None), ("甲", "公司")))
    figures = measure.figures(measuring.harvest(found, [], []), found, H1, END)

    keys = [(unit, scope, indicator.id) for indicator in found.indicators for scope in SCOPES for unit in range(2)]
    assert list(figures) == keys
    assert [(figure.unit, figure.scope, figure.indicator) for figure in figures.values()] == keys
    assert figures[1, "own", "study.sessions"] == figures[1, "own", "study.sessions"]
    for key in ((2, "own", "study.sessions"), (-1, "own", "study.sessions"), (0, "all", "study.nothing")):
        assert key not in figures
