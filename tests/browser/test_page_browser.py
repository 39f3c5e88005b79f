"""核对.html in a real Chromium: it opens at once, sorts, narrows, drills down, prints, and runs nothing that a cell said."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import pages
import pytest
from pages import exactly
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from pipeline.model import Account, Finding, Key, Origin, Severity, Target

pytestmark = pytest.mark.browser

Open: TypeAlias = Callable[..., Page]

UNITS = (("集团", None), ("甲公司", "集团"), ("乙公司", "集团"), ("一车队", "乙公司"))
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
MARKUP = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>"
GOOD_CONTRAST = 4.5


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens the page of a world from a file; at the end nothing was fetched, refused or broken."""
    trouble: list[str] = []
    contexts = []

    def open_(world: pages.World | bytes, script: str = "", **context: Any) -> Page:
        path = tmp_path / "核对.html"
        path.write_bytes(world if isinstance(world, bytes) else world.html())
        contexts.append(browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **context}))
        page = contexts[-1].new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("request", lambda request: trouble.extend(_fetched(request, path)))
        page.add_init_script(script or "0")
        page.goto(path.as_uri())
        page.wait_for_selector(".ready")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert trouble == []


def _fetched(request: Request, path: Path) -> list[str]:
    return [] if request.url.split("#")[0] == path.as_uri() else [request.url]


@pytest.fixture(scope="module")
def large() -> bytes:
    return pages.large().html()


def world() -> pages.World:
    """Four units: one far ahead, one at 0, one silent; the sum has 60 records."""
    own: dict[Key, dict[str, Any]] = {
        (0, "own", "study.sessions"): exactly(10),
        (1, "own", "study.sessions"): exactly(
            9, last_year=6, target=Target("study.sessions", None, "half", Fraction(12))
        ),
        (2, "own", "study.sessions"): exactly(0),
        (0, "all", "study.sessions"): exactly(19, silent=1),
        (2, "all", "study.sessions"): exactly(0, silent=1),
        (0, "all", "talk.audience"): {"value": 1234, "low": 1100, "high": 1300},
    }
    mine = [(0, 0, row, date(2023, 3, 5), 1) for row in range(2, 57)]
    return pages.world(
        *UNITS,
        values=own,
        months=[{(0, "own", "study.sessions"): exactly(month)} if month != 3 else {} for month in range(1, 7)],
        tables=[("集团.xlsx", "学习", "study"), ("甲/甲.xlsx", "1月", "study")],
        behind={"study.sessions": pages.records(*mine, *((1, 1, row, date(2023, 1, 2), 1) for row in range(2, 7)))},
        accounts=[Account("集团.xlsx", "学习", "study", "集团", 60, 55, 1, 1, 1, 2)],
        findings=findings(),
        wordings=[("半年报告", "study.sessions", 0, "own", "10次")],
        changes=[(1, "own", "study.sessions", 8, 9)],
    )


def findings() -> list[Finding]:
    """Two wrong numbers in two units, and one silent unit."""
    return [
        Finding("quantity-invalid", Severity.ERROR, Origin("甲/甲.xlsx", "1月", 5, "E"), "甲公司", "study", "实到人数"),
        Finding("quantity-invalid", Severity.ERROR, Origin("集团.xlsx", "学习", 7, "E"), "集团", "study", "实到人数"),
        Finding("unit-silent", Severity.WARNING, unit="一车队"),
    ]


def rows(page: Page, place: str = "#figures") -> list[list[str]]:
    """The texts of the rows that the table holds, read at one moment."""
    found: list[list[str]] = page.locator(f"{place} .grid tbody tr[data-place]").evaluate_all(
        "(lines) => lines.map((line) => [...line.cells].map((cell) => cell.innerText))"
    )
    return found


def names(page: Page) -> list[str]:
    """The units of the rows of the figures."""
    return [line[0].split("\n")[-1] for line in rows(page)]


def choose(page: Page, label: str, option: str, place: str = "#figures") -> None:
    page.locator(place).get_by_label(label, exact=True).select_option(label=option)


def all_units(page: Page, indicator: str = "组织学习次数") -> None:
    choose(page, "单位", "全部单位")
    choose(page, "指标", indicator)


# --- table -----------------------------------------------------------------------------------------------------------


def test_the_page_begins_with_the_figures_of_the_whole_and_who_is_silent(opened: Open) -> None:
    page = opened(world())
    assert len(rows(page)) > 20
    assert set(names(page)) == {"集团"}
    expect(page.locator("#coverage .tile.bad")).to_contain_text("未报送")
    expect(page.locator("#coverage .silent")).to_contain_text("一车队")
    expect(page.locator(".fates")).to_contain_text("计入 55 行")


def test_a_click_on_a_heading_sorts_up_then_down_with_the_unknown_last(opened: Open) -> None:
    page = opened(world())
    all_units(page)
    heading = page.locator("#figures").get_by_role("columnheader", name="数值")
    assert names(page) == ["集团", "甲公司", "乙公司", "一车队"]
    heading.get_by_role("button").click()
    assert names(page) == ["乙公司", "甲公司", "集团", "一车队"]
    expect(heading).to_have_attribute("aria-sort", "ascending")
    heading.get_by_role("button").click()
    assert names(page) == ["集团", "甲公司", "乙公司", "一车队"]
    expect(heading).to_have_attribute("aria-sort", "descending")


def test_a_unit_can_be_taken_with_all_under_it(opened: Open) -> None:
    page = opened(world())
    all_units(page)
    choose(page, "单位", "　乙公司")
    assert len(rows(page)) == 1
    page.get_by_label("含所属单位").check()
    assert names(page) == ["乙公司", "一车队"]


@pytest.mark.parametrize(
    ("only", "units"),
    [
        ("与上次运行不同", ["甲公司"]),
        ("与去年同期不同", ["甲公司"]),
        ("未知", ["一车队"]),
        ("未达标", ["甲公司"]),
        ("约数", []),
    ],
)
def test_only_what_needs_a_look_can_be_shown(opened: Open, only: str, units: list[str]) -> None:
    page = opened(world())
    all_units(page)
    choose(page, "只看", only)
    assert names(page) == units


def test_typing_finds_units_and_indicators_and_clearing_brings_all_back(opened: Open) -> None:
    page = opened(world())
    choose(page, "单位", "全部单位")
    page.get_by_label("查找单位或指标").fill("乙 受众")
    assert [(line[0].split("\n")[-1], line[1]) for line in rows(page)] == [("乙公司", "受众人次")]
    page.get_by_role("button", name="清除筛选").click()
    expect(page.locator("#figures .count")).to_have_text("61 行")


def test_an_unknown_figure_is_said_to_be_unknown(opened: Open) -> None:
    page = opened(world())
    all_units(page)
    values = {line[0].split("\n")[-1]: re.sub(r"\s", "", line[3]) for line in rows(page)}
    assert values == {"集团": "10次", "甲公司": "9次", "乙公司": "0次", "一车队": "…未知"}


# --- drill-down ------------------------------------------------------------------------------------------------------


def test_a_figure_opens_to_its_records_and_says_where_the_rest_is(opened: Open) -> None:
    page = opened(world())
    page.get_by_role("button", name="集团，组织学习次数，本级：10 次，看明细").click()
    detail = page.get_by_role("dialog")
    expect(detail.get_by_role("heading", name="记录 55 条")).to_be_visible()
    assert detail.locator("table tbody tr").count() == 50
    assert detail.locator("table tbody tr").first.locator("td").all_inner_texts() == [
        "2023-03-05",
        "集团.xlsx",
        "学习",
        "2",
        "1",
    ]
    expect(detail.locator(".rest")).to_have_text("其余 5 条见 汇总表.xlsx 的工作表“证据-学习”。")
    expect(detail.locator(".facts")).to_contain_text("半年报告：10次")


def test_a_sum_leads_to_its_parts_and_back(opened: Open) -> None:
    page = opened(world())
    choose(page, "范围", "本级及所属")
    page.get_by_role("button", name="集团，组织学习次数，本级及所属：19 次，看明细").click()
    detail = page.get_by_role("dialog")
    expect(detail.locator(".facts")).to_contain_text("1 家单位的这类台账没有报送")
    detail.get_by_role("button", name="甲公司").click()
    expect(detail.get_by_role("heading", level=2)).to_have_text("甲公司　组织学习次数")
    expect(detail.locator(".facts")).to_contain_text("半年不少于 12：✗ 未达标")
    detail.get_by_role("button", name="返回").click()
    expect(detail.get_by_role("heading", level=2)).to_have_text("集团　组织学习次数")


def test_months_are_bars_and_an_unknown_month_is_a_gap(opened: Open) -> None:
    page = opened(world())
    choose(page, "范围", "本级", "#months")
    card = page.locator("#months .card").filter(has_text="组织学习次数")
    assert card.locator(".bar").count() == 5
    expect(card.get_by_role("img")).to_have_attribute("aria-label", re.compile("2月 2，3月 … 未知，4月 4"))


def test_changes_and_wordings_lead_to_the_figure(opened: Open) -> None:
    page = opened(world())
    assert [line[-2:] for line in rows(page, "#changes")] == [["8", "9"]]
    page.locator("#changes button.open").click()
    expect(page.get_by_role("dialog").locator(".facts")).to_contain_text("上次运行")
    page.get_by_role("button", name="关闭").click()
    assert [line[-2:] for line in rows(page, "#wordings")] == [["10 次", "10次"]]


# --- findings --------------------------------------------------------------------------------------------------------


def test_findings_stand_by_kind_with_what_to_do(opened: Open) -> None:
    page = opened(world())
    kinds = page.locator("#findings details")
    assert kinds.count() == 2
    expect(kinds.first).to_contain_text(pages.said(findings()[0])[2])
    assert kinds.first.locator("li").count() == 2
    expect(kinds.first.locator("li").first).to_contain_text("集团 › 集团.xlsx › 学习 › E7")


@pytest.mark.parametrize(
    ("label", "option", "left"),
    [("级别", "警告 1", 1), ("单位", "甲公司", 1), ("文件", "集团.xlsx", 1), ("问题", "不是数字", 2)],
)
def test_findings_can_be_narrowed(opened: Open, label: str, option: str, left: int) -> None:
    page = opened(world())
    choose(page, label, option, "#findings")
    expect(page.locator("#findings .count")).to_have_text(f"{left} 项，{left} 处")


def test_findings_can_be_searched(opened: Open) -> None:
    page = opened(world())
    page.get_by_label("查找", exact=True).fill("E5")
    expect(page.locator("#findings .count")).to_have_text("1 项，1 处")


# --- safety ----------------------------------------------------------------------------------------------------------


def test_markup_in_names_stays_text_wherever_it_stands(opened: Open) -> None:
    finding = Finding(
        "choice-unknown",
        Severity.WARNING,
        Origin(MARKUP, MARKUP, 3, "C"),
        MARKUP,
        "study",
        "form",
        (("found", MARKUP),),
    )
    page = opened(
        pages.world(
            (MARKUP, None),
            values={(0, "own", "study.sessions"): exactly(1)},
            tables=[(MARKUP, MARKUP, "study")],
            behind={"study.sessions": pages.records((0, 0, 3, date(2023, 3, 5), 1))},
            accounts=[Account(MARKUP, MARKUP, "study", MARKUP, 1, 1)],
            findings=[finding],
            wordings=[(MARKUP, "study.sessions", 0, "own", MARKUP)],
            changes=[(0, "own", "study.sessions", 0, 1)],
        )
    )
    page.get_by_text("每个文件的行都去了哪里").click()
    page.locator("#changes button.open").click()
    expect(page.get_by_role("dialog").get_by_role("heading", level=2)).to_contain_text(MARKUP)
    expect(page.get_by_role("dialog").locator("td").nth(1)).to_have_text(MARKUP)
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 2
    assert "hacked" not in page.title().replace(MARKUP, "")


def test_the_policy_stops_a_script_that_got_in_all_the_same(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "核对.html"
    path.write_bytes(
        world()
        .html()
        .replace(
            b"</footer>",
            b"</footer><script>document.title='hacked'</script><img src=x onerror=\"document.title='hacked'\">",
        )
    )
    page = browser.new_page()
    page.goto(path.as_uri())
    page.wait_for_selector(".ready")
    assert page.title() == "集团 2023年上半年 统计核对"
    page.close()


# --- keyboard, narrow screens, paper ---------------------------------------------------------------------------------


def test_arrow_keys_walk_the_table_and_escape_returns_to_the_row(opened: Open) -> None:
    page = opened(world())
    page.locator("#figures button.open").first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    assert focused_row(page) == "3"
    page.keyboard.press("Enter")
    assert "组织学习次数" in page.get_by_role("dialog").get_by_role("heading", level=2).inner_text()
    page.keyboard.press("Escape")
    assert focused_row(page) == "3"
    page.keyboard.press("End")
    assert focused_row(page) == "60"


def focused_row(page: Page) -> str:
    return str(page.evaluate("document.activeElement.closest('tr').dataset.place"))


def test_the_first_tab_offers_to_skip_to_the_figures(opened: Open) -> None:
    page = opened(world())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#figures")


def test_every_control_has_a_name_and_every_section_a_heading(opened: Open) -> None:
    page = opened(world())
    page.locator("#changes button.open").click()
    nameless = page.evaluate(
        """[...document.querySelectorAll("button, select, input, a, [role=region], dialog")].filter((each) =>
            !(each.getAttribute("aria-label") || each.getAttribute("aria-labelledby") || each.innerText || each.textContent
              || (each.labels && each.labels.length))).length"""
    )
    assert nameless == 0
    assert page.locator("section").count() == page.locator("section > h2").count()


@pytest.mark.parametrize("width", [320, 360, 768])
def test_nothing_is_wider_than_the_screen(opened: Open, width: int) -> None:
    page = opened(world(), **{**PHONE, "viewport": {"width": width, "height": 740}})
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.locator("#figures button.open").first.click()
    assert page.evaluate("document.getElementById('detail').scrollWidth") <= width


def test_a_phone_shows_indicator_unit_and_value(opened: Open) -> None:
    page = opened(world(), **PHONE)
    line = page.locator("#figures tr[data-place]").nth(3)
    for text in ("组织学习次数", "集团", "10"):
        expect(line.get_by_text(text, exact=False).locator("visible=true").first).to_be_visible()


def test_a_phone_clips_neither_an_indicator_nor_its_scope(opened: Open) -> None:
    page = opened(world(), **PHONE)
    assert page.locator("#figures .name .also").first.inner_text().strip() == "本级"
    clipped = page.evaluate(
        "[...document.querySelectorAll('#figures td > .also')].filter((each) => each.scrollWidth > each.clientWidth).length"
    )
    assert clipped == 0


def test_printing_puts_every_row_on_paper_and_leaves_out_the_controls(opened: Open) -> None:
    page = opened(world())
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert len(rows(page)) == 61
    expect(page.locator("nav")).to_be_hidden()
    expect(page.locator("#figures .fields")).to_be_hidden()
    expect(page.locator("#findings details").last.locator("li")).to_be_visible()
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert len(rows(page)) < 61


def test_an_open_figure_is_printed_alone(opened: Open) -> None:
    page = opened(world())
    page.locator("#figures button.open").first.click()
    page.emulate_media(media="print")
    expect(page.get_by_role("dialog").get_by_role("heading", level=2)).to_be_visible()
    expect(page.locator("main")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(opened: Open, scheme: str) -> None:
    page = opened(world(), color_scheme=scheme)
    read = "(names) => names.map((name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim())"
    grounds = page.evaluate(read, ["--paper", "--card", "--soft"])
    for ink in page.evaluate(read, ["--ink", "--mute", "--main", "--good", "--doubt", "--bad", "--calm"]):
        assert min(contrast(ink, ground) for ground in grounds) >= GOOD_CONTRAST, ink


def contrast(one: str, other: str) -> float:
    """As WCAG 2 defines it."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(char * 2 for char in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


# --- 500 units -------------------------------------------------------------------------------------------------------


def test_of_thirty_thousand_rows_only_those_in_sight_are_there(opened: Open, large: bytes) -> None:
    page = opened(large)
    choose(page, "单位", "全部单位")
    expect(page.locator("#figures .grid")).to_have_attribute("aria-rowcount", "30501")
    page.locator("#figures").get_by_role("columnheader", name="数值").get_by_role("button").click()
    assert len(rows(page)) < 100
    page.locator("#figures button.open").first.focus()
    page.keyboard.press("End")
    assert focused_row(page) == "30499"


def test_an_older_browser_unpacks_the_same_data(opened: Open, large: bytes) -> None:
    page = opened(large, script="delete window.DecompressionStream")
    assert page.evaluate("typeof DecompressionStream") == "undefined"
    expect(page.locator("#figures .count")).to_have_text("61 行")
    expect(page.locator("#trouble")).to_be_hidden()
