"""核对.html as its data says it: every number is the figure's, nothing hostile gets out, and it stays small."""

from __future__ import annotations

import base64
import json
import re
import zlib
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pages
import pytest
from pages import behind, cell, exactly

from pipeline.model import MONTH, SCOPES, Account, Finding, Origin, Severity, Target
from pipeline.publish import page
from pipeline.publish.page import envelope, packing

GROUP = ("集团", None)
TWO = (GROUP, ("甲公司", "集团"))
HOSTILE = (
    "<script>alert(1)</script>",
    '"></td><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "a\u2028b\u2029c&lt;",
    "{{7*7}}$script${data}",
)


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def contents(world: pages.World) -> dict[str, Any]:
    return pages.data(world.html())


# --- numbers ---------------------------------------------------------------------------------------------------------


def test_every_number_of_every_figure_is_the_figures_own() -> None:
    world = pages.large(units=22, each=1)
    figures, read = world.figures, contents(world)
    decimals = {"小时": 1, "万元": 2}
    for indicator in world.found.indicators:
        for scope in SCOPES:
            for unit in range(22):
                figure = figures.get(unit, indicator.id, scope)
                digits = 1 if indicator.percent else decimals.get(indicator.measure_word, 0)
                for column, value in (("value", figure.value), ("last_year", figure.last_year)):
                    assert cell(read, unit, scope, indicator.id, column) == naive(
                        figure, value, digits, indicator.percent
                    )


def naive(figure: Any, value: Fraction | int | None, digits: int, percent: bool) -> str:
    if value is None:
        return "不适用" if figure.denominator == 0 else "未知"
    exact = Fraction(value) * (100 if percent else 1)
    number = Decimal(exact.numerator * 10**9 // exact.denominator).scaleb(-9)
    rounded = number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{rounded}%" if percent else str(rounded)


def test_an_unknown_figure_has_its_mark_and_is_never_zero() -> None:
    known = {(0, "own", "study.sessions"): exactly(0)}
    read = contents(pages.world(*TWO, values=known))
    assert cell(read, 0, "own", "study.sessions") == "0"
    assert cell(read, 1, "own", "study.sessions") == "未知"


def test_a_share_of_nothing_does_not_apply() -> None:
    empty = {"numerator": 0, "denominator": 0}
    assert (
        cell(
            contents(pages.world(GROUP, values={(0, "own", "study.attendance_rate"): empty})),
            0,
            "own",
            "study.attendance_rate",
        )
        == "不适用"
    )


def test_a_share_shows_what_it_was_divided_from() -> None:
    share = exactly(Fraction(25, 30), numerator=25, denominator=30)
    columns = figure_of(
        contents(pages.world(GROUP, values={(0, "own", "study.attendance_rate"): share})), "study.attendance_rate"
    )
    assert columns["parts"] == {"0": "25 ÷ 30"}


def test_an_approximate_figure_is_hedged_and_says_between_what_it_lies() -> None:
    about = {"value": 1234, "low": 1100, "high": 1300}
    read = contents(pages.world(GROUP, values={(0, "own", "talk.audience"): about}))
    assert cell(read, 0, "own", "talk.audience") == "约1234"
    assert figure_of(read, "talk.audience")["bounds"] == {"0": "1100 至 1300"}


def test_a_base_that_was_approximate_says_so() -> None:
    rough = exactly(120, last_year=100, last_year_bounds=(101, 199), previous=120)
    read = pages.data(pages.world(("总公司", None), values={(0, "own", "study.sessions"): rough}).html())
    assert pages.cell(read, 0, "own", "study.sessions", "last_year") == "100余"
    assert pages.cell(read, 0, "own", "study.sessions", "previous") == "120"
    [figures] = [
        each for each, about in zip(read["figures"], read["indicators"], strict=True) if about["id"] == "study.sessions"
    ]
    shown = [figures["changes"][figures["own"][name][0]] for name in ("on_year", "on_period")]
    assert shown == ["同比增长约20%", "与上期持平"]


def test_the_change_on_last_year_is_worded() -> None:
    values = {(0, "own", "study.sessions"): exactly(12, last_year=10, previous=12)}
    read = contents(pages.world(GROUP, values=values))
    columns, changes = figure_of(read, "study.sessions"), entry_of(read, "study.sessions")["changes"]
    assert changes[columns["on_year"][0]] == "同比增长20%"
    assert changes[columns["on_period"][0]] == "与上期持平"


def test_months_stand_in_their_order_and_unknown_ones_keep_their_place() -> None:
    key = (0, "own", "study.sessions")
    read = contents(pages.world(GROUP, months=[{key: exactly(3)}, {}, {key: exactly(5)}]))
    assert read["months"] == ["1月", "2月", "3月"]
    texts = entry_of(read, "study.sessions")["texts"]
    assert [texts[column[0]] for column in figure_of(read, "study.sessions")["months"]] == ["3", "", "5"]


@pytest.mark.parametrize(
    ("figure", "result"),
    [
        (exactly(6), "✓ 已达标"),
        (exactly(5), "✗ 未达标"),
        (exactly(5, silent=1), "… 待补报"),
        ({"value": 6, "low": 5, "high": 7}, "约 待核实"),
        (exactly(5, unknown=1), "约 待核实"),
        ({}, "… 未知"),
    ],
)
def test_a_target_is_met_missed_or_undecided(figure: dict[str, Any], result: str) -> None:
    aim = Target("study.sessions", None, "half", Fraction(6), "年度要点")
    read = contents(pages.world(GROUP, values={(0, "own", "study.sessions"): {**figure, "target": aim}}))
    minimum, span, code, basis = figure_of(read, "study.sessions")["targets"]["0"]
    assert (entry_of(read, "study.sessions")["texts"][minimum], span, basis) == ("6", "half", "年度要点")
    assert results()[code] == result


def results() -> list[str]:
    """What the page says for each code."""
    [listed] = re.findall(r"RESULTS = (\[.*\]);", part("data.js"))
    return list(json.loads(listed))


def figure_of(read: dict[str, Any], indicator: str) -> dict[str, Any]:
    return dict(entry_of(read, indicator)["own"])


def entry_of(read: dict[str, Any], indicator: str) -> dict[str, Any]:
    return dict(
        next(
            figure for each, figure in zip(read["indicators"], read["figures"], strict=True) if each["id"] == indicator
        )
    )


# --- records ---------------------------------------------------------------------------------------------------------


TABLES = (("甲.xlsx", "学习", "study"), ("乙.xlsx", "1月", "study"))


def test_a_figure_leads_to_file_sheet_row_and_date_of_its_records() -> None:
    records = pages.records((0, 0, 3, date(2023, 3, 5), 2), (1, 1, 7, date(2023, 1, 2), 1))
    read = contents(pages.world(*TWO, tables=TABLES, behind={"study.sessions": records, "study.activities": records}))
    for indicator in ("study.sessions", "study.activities"):
        assert behind(read, indicator) == [
            (0, "2023-03-05", "甲.xlsx", "学习", 3, "2"),
            (1, "2023-01-02", "乙.xlsx", "1月", 7, "1"),
        ]
    assert len(read["places"]["row"]) == 2


def test_a_record_of_a_share_shows_both_parts_and_an_unknown_one_nothing() -> None:
    records = pages.records((0, 0, 3, date(2023, 3, 5), 25, 30), (0, 0, 4, date(2023, 3, 6), None))
    read = contents(pages.world(GROUP, tables=TABLES, behind={"study.attendance_rate": records}))
    assert [added for *_, added in behind(read, "study.attendance_rate")] == ["25 ÷ 30", ""]


def test_a_record_without_a_day_is_not_given_one() -> None:
    records = pages.records((0, 0, 3, date(2023, 3, 1), 2), precision=MONTH)
    read = contents(pages.world(GROUP, tables=TABLES, behind={"study.sessions": records}))
    assert [day for _, day, *_ in behind(read, "study.sessions")] == ["2023年3月"]


def test_records_over_the_cap_are_counted_and_left_to_the_workbook() -> None:
    records = pages.records(*((0, 0, row, date(2023, 3, 5), 1) for row in range(2, 92)))
    read = contents(pages.world(GROUP, tables=TABLES, behind={"study.sessions": records}))
    [found] = [each for each in read["behind"] if each["units"]]
    assert (found["totals"], len(found["steps"])) == ([90], 50)
    assert read["ledgers"][0]["sheet"] == "证据-学习"


def test_the_workbook_is_not_named_where_it_has_no_evidence() -> None:
    many = [Account("甲.xlsx", "学习", "study", "集团", 20_001, 20_001)]
    assert {ledger["sheet"] for ledger in contents(pages.world(GROUP, accounts=many))["ledgers"]} == {""}


# --- coverage, findings, changes, wordings ---------------------------------------------------------------------------


def test_coverage_adds_up_the_rows_and_names_who_is_silent() -> None:
    accounts = [
        Account("甲.xlsx", "学习", "study", "集团", 10, 6, 1, 1, 1, 1),
        Account("甲.xlsx", "宣讲", "talk", "集团", 5, 4, 0, 0, 0, 1),
    ]
    values = {
        (0, "own", "submission.received"): exactly(1),
        (1, "own", "submission.received"): exactly(0),
        (0, "all", "submission.rate"): exactly(Fraction(1, 2), numerator=1, denominator=2),
    }
    covered = contents(pages.world(*TWO, accounts=accounts, values=values))["coverage"]
    assert covered["files"] == 1
    assert covered["rows"] == {
        "read": 15,
        "counted": 10,
        "out_of_period": 1,
        "duplicate": 1,
        "rejected": 1,
        "structure": 2,
    }
    assert covered["silent"] == [1]
    assert covered["submission"]["rate"] == "50.0%"
    assert covered["accounts"][0][:5] == ["甲.xlsx", "学习", "学习台账", "集团", 10]


def test_equal_findings_stand_together_with_their_remedy_and_cells() -> None:
    wrong = [
        Finding("quantity-invalid", Severity.ERROR, Origin("甲.xlsx", "学习", row, "E"), "甲公司", "study", "实到人数")
        for row in (5, 6, 9)
    ]
    read = contents(pages.world(*TWO, findings=wrong))["findings"]
    [[severity, code, title, _, advice, unit, file, sheet, cells, count]] = read["groups"]
    assert (severity, code, unit, file, sheet, cells, count) == (
        "error",
        "quantity-invalid",
        "甲公司",
        "甲.xlsx",
        "学习",
        "E5:E6、E9",
        3,
    )
    assert (title, advice) == (pages.said(wrong[0])[0], pages.said(wrong[0])[2])
    assert read["counts"] == {"error": 3, "warning": 0, "notice": 0}


def test_no_last_run_differs_from_no_change() -> None:
    assert contents(pages.world(GROUP, changes=None))["changes"] is None
    assert contents(pages.world(GROUP, changes=[]))["changes"] == []


def test_changes_show_both_values_and_leave_out_indicators_that_are_gone() -> None:
    changes = [(0, "own", "study.attendance_rate", Fraction(1, 3), None), (0, "own", "study.gone", 1, 2)]
    [[unit, scope, place, old, new]] = contents(pages.world(GROUP, changes=changes))["changes"]
    assert (unit, scope, old, new) == (0, "own", "33.3%", "")
    assert pages.world(GROUP).found.indicators[place].id == "study.attendance_rate"


def test_a_wording_of_two_indicators_leads_to_both() -> None:
    world = pages.world(GROUP, wordings=[("半年报告", "study.center_group+study.focused", 0, "own", "18次")])
    [[report, places, *rest]] = contents(world)["wordings"]
    assert [world.found.indicators[place].id for place in places] == ["study.center_group", "study.focused"]
    assert (report, rest) == ("半年报告", [0, "own", "18次"])


# --- safety ----------------------------------------------------------------------------------------------------------


def hostile() -> pages.World:
    units = [(HOSTILE[0], None), *((name, HOSTILE[0]) for name in HOSTILE[1:])]
    wrong = [
        Finding(
            "choice-unknown", Severity.WARNING, Origin(name, name, 3, "C"), name, "study", "form", (("found", name),)
        )
        for name in HOSTILE
    ]
    return pages.world(
        *units,
        tables=[(name, name, "study") for name in HOSTILE],
        behind={
            "study.sessions": pages.records(*((0, table, 3, date(2023, 3, 5), 1) for table in range(len(HOSTILE))))
        },
        findings=wrong,
        accounts=[Account(name, name, "study", name, 1, 1) for name in HOSTILE],
        wordings=[(name, "study.sessions", 0, "own", name) for name in HOSTILE],
        changes=[],
    )


def test_a_hostile_name_adds_no_tag_and_no_attribute() -> None:
    tame = pages.world(*((f"单位{number}", None if number == 0 else "单位0") for number in range(len(HOSTILE))))
    assert Tags(hostile().html().decode()).found == Tags(tame.html().decode()).found


def test_a_hostile_name_arrives_as_it_was() -> None:
    read = contents(hostile())
    assert read["units"]["names"] == list(HOSTILE)
    assert {file for file, _ in read["places"]["tables"]} == set(HOSTILE)


def test_half_a_character_in_the_name_of_a_file_stops_nothing() -> None:
    accounts = [Account("台\udcff账.xlsx", "学习", "study", "集团", 1, 1)]
    assert contents(pages.world(GROUP, accounts=accounts))["coverage"]["accounts"][0][0] == "台?账.xlsx"


def test_the_data_holds_no_character_that_ends_a_script() -> None:
    [text] = re.findall(r'id="data">(.*?)</script>', hostile().html().decode(), re.DOTALL)
    assert not set("<>&\u2028\u2029") & set(text)


def test_the_policy_allows_the_pages_own_style_and_script_alone() -> None:
    text = pages.world(GROUP).html().decode()
    [policy] = [attrs["content"] for tag, attrs in Tags(text).found if tag == "meta" and "http-equiv" in attrs]
    style, script = (re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL) for tag in ("style", "script"))
    assert policy == (
        f"default-src 'none'; style-src '{hashed(style)}'; script-src '{hashed(script)}'; base-uri 'none'; form-action 'none'"
    )


def hashed(found: list[str]) -> str:
    [text] = found
    return "sha256-" + base64.b64encode(sha256(text.encode()).digest()).decode()


def test_nothing_in_the_page_refers_to_a_network() -> None:
    text = pages.world(GROUP).html().decode().lower()
    assert not re.findall(r"https?:|//[a-z]|url\(|@import|\bsrc\s*=", text)
    assert not re.findall(r"\.(inner|outer)html|insertadjacenthtml|document\.write|\beval\b|new function", text)


def test_every_script_of_the_folder_is_in_the_page() -> None:
    assert {path.name for path in folder().glob("*.js")} == set(envelope.SCRIPTS)


def folder() -> Path:
    return Path(page.__file__).parent


def part(name: str) -> str:
    return (folder() / name).read_text(encoding="utf-8")


# --- size and time ---------------------------------------------------------------------------------------------------


def test_equal_arguments_give_equal_bytes() -> None:
    assert pages.large(units=22, each=2).html() == pages.large(units=22, each=2).html()


def test_five_hundred_units_and_thirty_thousand_records_stay_below_five_megabytes() -> None:
    world = pages.large()
    assert sum(len(trail.row) for trail in {each.trail for each in world.behind.values()}) == 30_000
    made = world.html()
    assert len(made) < 5_000_000
    assert len(behind(pages.data(made), "study.sessions")) == 500 * 12


def test_a_page_that_would_be_too_large_keeps_fewer_records(monkeypatch: pytest.MonkeyPatch) -> None:
    records = pages.records(*((0, 0, row * row % 8191, date(2023, 3, 5), row) for row in range(2, 92)))
    world = pages.world(GROUP, tables=TABLES, behind={"study.sessions": records})
    whole = len(world.html())
    monkeypatch.setattr(page, "SIZE", whole - 1)
    [found] = [each for each in contents(world)["behind"] if each["units"]]
    assert (found["totals"], len(found["steps"])) == ([90], 20)


def unpacked(data: packing.Data) -> Any:
    read = json.loads(data.json())
    return json.loads(zlib.decompress(base64.b64decode(read["deflate"]))) if read.keys() == {"deflate"} else read


@pytest.mark.parametrize("rows", [3, 100_000])
def test_data_that_is_packed_part_by_part_is_whole_and_what_is_added_to_a_copy_is_not_in_it(rows: int) -> None:
    data = packing.Data()
    data.add({"title": HOSTILE[0], "rows": (["甲", row] for row in range(rows)), "none": iter(())})
    more = data.copied()
    more.add({"more": [1]})

    whole = {"title": HOSTILE[0], "rows": [["甲", row] for row in range(rows)], "none": []}
    assert unpacked(data) == whole
    assert unpacked(more) == {**whole, "more": [1]}


def test_data_grows_only_until_it_takes_more_than_it_may() -> None:
    rows = iter([sha256(b"%d" % row).hexdigest() for row in range(100_000)])
    data = packing.Data()
    data.add({"rows": rows}, most=100_000)

    assert data.size > 100_000
    assert len(list(rows)) > 90_000
