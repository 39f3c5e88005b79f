"""Random events → a ledger in some arrangement of the known messes, and the records that must come of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from hypothesis import strategies as st

from pipeline.model import Book, Cell, Sheet, Source

UNITS = ("东坡水厂", "南浦营业所", "青禾供水分公司")
WRITTEN = {
    "东坡水厂": ("东坡水厂", "04东坡水厂", " 东坡水厂 "),
    "南浦营业所": ("南浦营业所", "南浦所"),
    "青禾供水分公司": ("青禾供水", "供水分公司"),
}
FORMS = {
    "中心组学习": ("中心组学习", "党委中心组", "理论中心组学习"),
    "第一议题": ("第一议题", "“第一议题”学习"),
    "党课": ("党课", "微党课"),
    "主题党日": ("主题党日", "党日活动"),
}
HEADERS = {
    "unit": ("单位", "单位名称", "填报单位", "所属单位"),
    "date": ("学习时间", "日期", "时 间", "活动时间*", "实际\n时间", "时间/日期"),
    "form": ("学习形式", "类型", "会议类型", "形 式"),
    "topic": ("学习内容", "主题", "会议名称"),
    "count": ("实到人数", "参加人数（人）", "参会人数", "实际人数"),
    "sessions": ("次数", "场次", "实际次数", "本月次数"),
    "ordinal": ("序号", "编号"),
    "name": ("主持人", "记录人"),
    "remark": ("备注",),
}
EXAMPLES = ("示例", "例：", "（示例）")
STYLES = ("real", "dotted", "chinese", "slashed", "bare", "compact", "serial", "weekday")
WRONG = ("2月30日", "3月5日、12日", "待定")


@dataclass(frozen=True)
class Event:
    """One event as it was; `wrong` is a date cell that nobody can read."""

    unit: str
    day: date
    form: str
    topic: str
    count: int
    sessions: int
    wrong: str | None = None


@dataclass(frozen=True)
class Mess:
    """A book, the events in it, and the places (sheet, Excel's row) of those whose date cannot be read."""

    book: Book
    counted: tuple[Event, ...]
    rejected: frozenset[tuple[str, int]]


@st.composite
def events(draw: st.DrawFn, units: tuple[str, ...]) -> list[Event]:
    """Sorted by unit and day, no two alike; one blank date at most, for several are a way of writing."""
    found: list[Event] = []
    for i in range(draw(st.integers(1, 8))):
        day = draw(st.dates(date(2023, 1, 1), date(2023, 6, 30)))
        blank = () if any(event.wrong == "" for event in found) else ("",)
        wrong = draw(st.sampled_from((None, None, None, None, *WRONG, *blank)))
        form, unit = draw(st.sampled_from(sorted(FORMS))), draw(st.sampled_from(units))
        found.append(Event(unit, day, form, f"报告{i}", draw(st.integers(1, 60)), draw(st.integers(1, 3)), wrong))
    return sorted(found, key=lambda event: (event.unit, event.day, event.topic))


@st.composite
def messes(draw: st.DrawFn) -> Mess:
    """One book of one unit or several, its events split over one sheet or a sheet a month."""
    units = draw(st.sampled_from((UNITS[:1], UNITS[:2], UNITS)))
    whole = draw(events(units))
    monthly = draw(st.booleans())
    parts = (
        {f"{month}月": [e for e in whole if e.day.month == month] for month in range(1, 7)}
        if monthly
        else {"台账": whole}
    )
    sheets, counted, rejected = [], [], set()
    for name, mine in parts.items():
        if mine:
            sheet, rows = draw(_sheets(name, mine, units, monthly=monthly))
            sheets.append(sheet)
            counted += [event for event in mine if event.wrong is None]
            rejected |= {(name, row) for event, row in zip(mine, rows, strict=True) if event.wrong is not None}
    owner = "东坡水厂" if len(units) == 1 else "青禾供水分公司"
    file = f"{owner}2023年上半年学习台账.xlsx"
    return Mess(Book(Source(file, None, file, 1), tuple(sheets)), tuple(counted), frozenset(rejected))  # type: ignore[arg-type]


@st.composite
def _sheets(
    draw: st.DrawFn, name: str, mine: list[Event], units: tuple[str, ...], *, monthly: bool
) -> tuple[Sheet, list[int]]:
    """The sheet, and Excel's row of every event."""
    sections = len(units) > 1 and draw(st.booleans())
    columns = [
        "date",
        "form",
        "topic",
        "count",
        "sessions",
        *draw(st.lists(st.sampled_from(("ordinal", "name", "remark")), unique=True)),
    ]
    columns += ["unit"] if len(units) > 1 and not sections else []
    columns = draw(st.permutations(columns))
    headed = not monthly and draw(st.booleans())
    """Whether the name of its month stands over the events of each."""
    headers = [draw(st.sampled_from(HEADERS[column])) for column in columns]
    rows, merges = _above(draw, columns, headers)
    if "ordinal" in columns and draw(st.booleans()):
        rows.append(_example(draw, columns))
    style = draw(st.sampled_from(("day", *STYLES[:-1]) if monthly or headed else STYLES))
    filling = draw(st.sampled_from(("every", "merged", "blank"))) if "unit" in columns else "every"
    total = draw(st.booleans()) and len(mine) > 1
    places: list[int] = []
    for i, event in enumerate(mine):
        again = i > 0 and mine[i - 1].unit == event.unit
        if sections and not again:
            number = draw(st.sampled_from((f"（{'一二三'[units.index(event.unit)]}）", "")))
            _heading(draw, rows, merges, number + event.unit, len(columns))
            if draw(st.booleans()):
                rows.append(list(headers))
        if headed and (not again or mine[i - 1].day.month != event.day.month):
            month = draw(
                st.sampled_from((f"{event.day.month}月", f"{event.day.month}月份", f"2023年{event.day.month}月"))
            )
            _heading(draw, rows, merges, month, len(columns))
        if draw(st.integers(0, 5)) == 0:
            rows.append([None] * len(columns))
        cells: dict[str, Cell] = {
            "date": _written(event, style) if event.wrong is None else event.wrong,
            "form": draw(st.sampled_from(FORMS[event.form])),
            "topic": event.topic,
            "count": draw(st.sampled_from(_counts(event))),
            "sessions": float(event.sessions),
            "unit": draw(st.sampled_from(WRITTEN[event.unit])),
            "ordinal": float(i + 1),
            "name": draw(st.sampled_from(("甲某", "乙某"))),
            "remark": None,
        }
        if again and filling != "every":
            cells["unit"] = None
        rows.append([cells[column] for column in columns])
        places.append(len(rows))
    if filling == "merged":
        merges += _merged(mine, places, columns.index("unit"))
    rows += _below(draw, columns, mine) if total else []
    return Sheet(name, rows, tuple(merges)), places


def _heading(
    draw: st.DrawFn, rows: list[list[Cell]], merges: list[tuple[int, int, int, int]], text: str, width: int
) -> None:
    """A row that says what holds for those below."""
    rows.append([text, *[None] * (width - 1)])
    if draw(st.booleans()):
        merges.append((len(rows) - 1, 0, len(rows) - 1, width - 1))


def _example(draw: st.DrawFn, columns: list[str]) -> list[Cell]:
    """A row that shows how to fill in the form."""
    day: Cell = datetime(2023, 1, 1) if draw(st.booleans()) else "2023年1月1日"
    cells: dict[str, Cell] = {
        "ordinal": draw(st.sampled_from(EXAMPLES)),
        "date": day,
        "form": "中心组学习",
        "topic": "学习传达",
        "count": 20.0,
        "sessions": 1.0,
        "unit": "东坡水厂",
    }
    return [cells.get(column) for column in columns]


def _counts(event: Event) -> tuple[Cell, ...]:
    return float(event.count), f"{event.count}人", str(event.count)


def _above(
    draw: st.DrawFn, columns: list[str], headers: list[str]
) -> tuple[list[list[Cell]], list[tuple[int, int, int, int]]]:
    """Title, labels and code rows around the header."""
    width = len(columns)
    rows: list[list[Cell]] = []
    merges = []
    if draw(st.booleans()):
        rows.append(["2023年上半年理论学习情况登记表", *[None] * (width - 1)])
        merges.append((0, 0, 0, width - 1))
    if draw(st.booleans()):
        rows.append(["填报人：甲某  联系电话：123  填报日期：2023.7.3", *[None] * (width - 1)])
    if draw(st.booleans()):
        rows.append([None] * width)
    rows.append(list(headers))
    if draw(st.booleans()):
        rows.append([float(i) for i in range(1, width + 1)])
    return rows, merges


def _below(draw: st.DrawFn, columns: list[str], mine: list[Event]) -> list[list[Cell]]:
    """A total that is right, and a footer."""
    sums: dict[str, Cell] = {
        "count": float(sum(e.count for e in mine)),
        "sessions": float(sum(e.sessions for e in mine)),
    }
    total: list[Cell] = [sums.get(column) for column in columns]
    label = next(
        (
            i
            for i, column in enumerate(columns)
            if column not in sums and i <= next(j for j, c in enumerate(columns) if c in sums)
        ),
        None,
    )
    if label is not None:
        total[label] = draw(st.sampled_from(("合计", "总 计", "合计：")))
    footer: list[Cell] = ["注：次数按实际填写。", *[None] * (len(columns) - 1)]
    return [total, footer]


def _merged(mine: list[Event], places: list[int], column: int) -> list[tuple[int, int, int, int]]:
    found = []
    for unit in dict.fromkeys(event.unit for event in mine):
        rows = [place - 1 for event, place in zip(mine, places, strict=True) if event.unit == unit]
        if len(rows) > 1:
            found.append((rows[0], column, rows[-1], column))
    return found


def _written(event: Event, style: str) -> Cell:
    day = event.day
    written: dict[str, Cell] = {
        "real": datetime(day.year, day.month, day.day),
        "dotted": f"{day.year}.{day.month}.{day.day}",
        "chinese": f"{day.year}年{day.month}月{day.day}日",
        "slashed": f"{day.year}/{day.month}/{day.day}",
        "bare": f"{day.month}月{day.day}日",
        "day": f"{day.day}日",
        "compact": f"{day:%Y%m%d}",
        "serial": str((day - date(1899, 12, 30)).days),
        "weekday": f"{day.year}/{day.month}/{day.day} 星期{'一二三四五六日'[day.weekday()]}",
    }
    return written[style]
