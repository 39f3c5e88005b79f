"""Native charts on one sheet, each beside the small table it is drawn from: by month, unit and category, and coverage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from xlsxwriter import Workbook

from pipeline.model import Figure, Indicator, TableSheet
from pipeline.publish import words
from pipeline.publish.looks import COUNTS, SONG
from pipeline.publish.sheets import categories, submission
from pipeline.publish.sheets.material import Material
from pipeline.publish.sheets.paper import Paper

NAME = "图表"
WIDTHS = tuple(9.0 for _ in range(16))

_PER_KIND = 4
_MOST_UNITS = 20
_TOP, _CHART_ROWS, _CHART_COLUMNS = 2, 17, 8
_SIZE = {"width": 535, "height": 335}
_DATA_COLUMN = len(WIDTHS) + 1
"""The tables that the charts are drawn from stand right of what is printed."""
_COLOURS = ("#1F4E79", "#9DC3E6", "#BF9000", "#7F7F7F", "#C00000")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart's title, its kind, the names of its series and its rows: a label and a number for each series.

    The numbers are figures of `indicator`, without one they are counts; None where there is none yet.
    """

    title: str
    kind: Literal["column", "bar", "line"]
    series: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Figure | int | None, ...]], ...]
    indicator: Indicator | None = None
    stacked: bool = False


def charts(paper: Paper, book: Workbook, material: Material) -> None:
    """Two by two on a page."""
    paper.top(f"{material.organisation}{material.figures.period.label}图表", material.period_line)
    data = _TOP
    for place, drawing in enumerate(drawings(material)):
        row, column = _TOP + place // 2 * _CHART_ROWS, place % 2 * _CHART_COLUMNS
        _data(paper, drawing, data)
        paper.sheet.insert_chart(row, column, _chart(book, drawing, data), {"object_position": 2, "y_offset": 6})
        data += len(drawing.rows) + 2
    paper.sheet.set_column(_DATA_COLUMN, _DATA_COLUMN, 30)
    end = row + _CHART_ROWS
    paper.sheet.print_area(0, 0, end - 1, len(WIDTHS) - 1)
    paper.sheet.set_h_pagebreaks(list(range(_TOP + 2 * _CHART_ROWS, end, 2 * _CHART_ROWS)))


def drawings(material: Material) -> Iterator[Drawing]:
    """Of a single month there is no line to draw."""
    if len(material.figures.period.months) > 1:
        yield from (_by_month(material, each) for each in _chosen(material, "monthly"))
    yield from (_by_unit(material, each) for each in _chosen(material, "monthly"))
    pairs = [(table, *pair) for table in material.definitions.tables for pair in table.fields]
    yield from (_by_category(material, *pair) for pair in pairs)
    yield _coverage(material)


def _chosen(material: Material, kind: str) -> list[Indicator]:
    """The first indicators of the sheets of that kind."""
    tables = (table for table in material.definitions.tables if table.kind == kind)
    found = dict.fromkeys(indicator for table in tables for indicator in table.indicators)
    return [material.by_id[id] for id in found][:_PER_KIND]


def _by_month(material: Material, indicator: Indicator) -> Drawing:
    root, months = material.definitions.register.root, material.figures.period.months
    found = [material.monthly.get(month) for month in months]
    figures = (each[root, "all", indicator.id] if each else None for each in found)
    rows = tuple((f"{month.start.month}月", (figure,)) for month, figure in zip(months, figures, strict=True))
    return Drawing(f"{indicator.name}（分月，{indicator.measure_word}）", "line", (indicator.name,), rows, indicator)


def _by_unit(material: Material, indicator: Indicator) -> Drawing:
    """The root's own and its branches; of very many the largest."""
    register, by_key = material.definitions.register, material.figures.by_key
    own = by_key[register.root, "own", indicator.id]
    branches = [by_key[child, "all", indicator.id] for child in register.children[register.root]]
    figures = [(figure, material.unit_names[figure.unit]) for figure in branches]
    if len(figures) > _MOST_UNITS:
        figures = sorted(figures, key=lambda each: each[0].value or 0, reverse=True)[:_MOST_UNITS]
    rows = tuple((name, (figure,)) for figure, name in [(own, "本级"), *figures])
    return Drawing(
        f"{indicator.name}（分单位，{indicator.measure_word}）", "column", (indicator.name,), rows, indicator
    )


def _by_category(material: Material, table: TableSheet, ledger: str, field: str) -> Drawing:
    counts = categories.breakdown(material, table, ledger, field)
    totals = zip(counts.names[:-1], _by_name(material, counts), strict=False)
    rows = tuple((name, (total,)) for name, total in totals if total)
    return Drawing(counts.title, "bar", ("合计",), rows, counts.base)


def _by_name(material: Material, counts: categories.Breakdown) -> Iterator[Figure | int]:
    """What all units have; 0 where nothing is drawn."""
    every = range(len(material.unit_names))
    if counts.base is None:
        return (counts.count(every, column) for column in range(len(counts.names)))
    return (figure if figure.value else 0 for figure in counts.figures(every, material.figures.period))


def _coverage(material: Material) -> Drawing:
    statuses = submission.all_statuses(material)
    shown = (submission.REPORTED, submission.ZERO, submission.REFUSED, submission.EMPTY, submission.SILENT)
    rows = []
    for ledger in material.definitions.ledgers:
        counts = Counter(status for (_, id), status in statuses.items() if id == ledger.id)
        rows.append((ledger.name, tuple(counts[status] for status in shown)))
    return Drawing("各台账报送情况（个单位）", "column", tuple(text for text, _ in shown), tuple(rows), stacked=True)


def _data(paper: Paper, drawing: Drawing, row: int) -> None:
    paper.text(row, _DATA_COLUMN, drawing.title, "band")
    for column, name in enumerate(drawing.series, _DATA_COLUMN + 1):
        paper.text(row, column, name, "header")
    for line, (label, values) in enumerate(drawing.rows, row + 1):
        paper.text(line, _DATA_COLUMN, label)
        for column, value in enumerate(values, _DATA_COLUMN + 1):
            _datum(paper, line, column, value, drawing.indicator)


def _datum(paper: Paper, row: int, column: int, value: Figure | int | None, indicator: Indicator | None) -> None:
    """Labels on the chart look as the cell does: a share is a percentage, what is approximate says so."""
    if isinstance(value, int):
        paper.sheet.number(row, column, value, paper.looks["cell"])
    elif value is not None and value.value is not None and indicator:
        look = paper.looks.of(value, indicator, "plain")
        paper.sheet.number(row, column, paper.looks.stored(value.value, indicator), look)


def _chart(book: Workbook, drawing: Drawing, row: int) -> Any:
    options = {"type": drawing.kind} | ({"subtype": "stacked"} if drawing.stacked else {})
    chart = book.add_chart(options)
    last = row + max(len(drawing.rows), 1)
    for column, name in enumerate(drawing.series):
        chart.add_series(_series(drawing, name, row, last, column))
    font = {"name": SONG, "size": 9}
    chart.set_title({"name": drawing.title, "name_font": {"name": SONG, "size": 12, "bold": True}, "overlay": False})
    is_bar = drawing.kind == "bar"
    scale = {"num_format": words.number_format(drawing.indicator) if drawing.indicator else COUNTS}
    labels = {"interval_unit": 1}
    chart.set_x_axis({"num_font": font, "major_gridlines": {"visible": is_bar}, **(scale if is_bar else labels)})
    chart.set_y_axis({"num_font": font, "reverse": is_bar, **(labels if is_bar else {"min": 0, **scale})})
    chart.set_legend({"position": "bottom", "font": font} if len(drawing.series) > 1 else {"none": True})
    chart.set_size(_SIZE)
    return chart


def _series(drawing: Drawing, name: str, first: int, last: int, column: int) -> dict[str, Any]:
    colour = _COLOURS[column]
    values = _DATA_COLUMN + 1 + column
    return {
        "name": name,
        "categories": [NAME, first + 1, _DATA_COLUMN, last, _DATA_COLUMN],
        "values": [NAME, first + 1, values, last, values],
        "fill": {"color": colour},
        "line": {"color": colour},
        "marker": {"type": "circle", "fill": {"color": colour}, "border": {"color": colour}},
        "data_labels": {"value": not drawing.stacked, "font": {"name": SONG, "size": 9}},
        "gap": 60,
    }
