"""Where a figure comes from, record by record, and why it is not what it was in an earlier run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from pipeline.figures import archive, measure
from pipeline.model import Definitions, Figures, Frame, Harvest, Indicator, Scope, Table
from pipeline.publish import origins

if TYPE_CHECKING:
    import pandas as pd

Number: TypeAlias = int | Fraction | None
_COLUMNS = ("unit", "table", "row", "start_date", "date_precision", "adds", "base")
_OF_DATES = frozenset({"gap", "distinct"})


@dataclass(frozen=True, slots=True)
class Asked:
    """Which figure of a run is asked about."""

    indicator: Indicator
    unit: int
    scope: Scope

    def units(self, definitions: Definitions) -> frozenset[int]:
        """Whose records can be behind it."""
        return frozenset((self.unit,) if self.scope == "own" else definitions.register.below(self.unit))


@dataclass(frozen=True, slots=True)
class Line:
    """A record behind a figure and what it adds; None where the record's part is unknown, in a share 0 by the base 0."""

    unit: str
    file: str
    sheet: str
    row: int
    day: str
    adds: Number
    base: Number


@dataclass(frozen=True, slots=True)
class Change:
    """A record that adds something else than before, and why; None where it did not count."""

    before: Line | None
    after: Line | None
    cause: str

    @property
    def line(self) -> Line:
        line = self.after or self.before
        assert line is not None
        return line


def lines(figures: Figures, definitions: Definitions, asked: Asked) -> tuple[Line, ...]:
    """The records behind a figure, by unit, file, sheet and row."""
    names = [unit.name for unit in definitions.register.units]
    places = [(table.file, table.sheet) for table in figures.harvest.tables]
    behind = measure.matching(figures.harvest, definitions, asked.indicator, figures.period, figures.as_of)
    return tuple(_lines(behind[behind["unit"].isin(asked.units(definitions))], names, places))


def _lines(behind: pd.DataFrame, units: list[str], places: list[tuple[str, str]]) -> Iterator[Line]:
    for unit, table, row, start, precision, adds, base in behind[list(_COLUMNS)].itertuples(index=False):
        file, sheet = places[int(table)]
        day = origins.day(start.date(), int(precision))
        yield Line(units[int(unit)], file, sheet, int(row), day, adds, base)


def changes(
    figures: Figures,
    definitions: Definitions,
    asked: Asked,
    inputs: Mapping[str, str],
    before: archive.Run,
    records: Mapping[str, Frame],
) -> tuple[Change, ...]:
    """What changed since an archived run; `inputs` and its own are file → sha256, `records` are its frames."""
    now = {_key(line): line for line in lines(figures, definitions, asked)}
    then = {_key(line): line for line in _archived(definitions, asked, before, records)}
    why = causes(figures, definitions, inputs, before)
    compared = _compared(asked.indicator)
    changed = (key for key in sorted({*now, *then}) if compared(now.get(key)) != compared(then.get(key)))
    return tuple(_change(then.get(key), now.get(key), why) for key in changed)


def causes(figures: Figures, definitions: Definitions, inputs: Mapping[str, str], before: archive.Run) -> Causes:
    return Causes(before, figures.as_of, inputs, dict(definitions.digests))


def _archived(definitions: Definitions, asked: Asked, run: archive.Run, records: Mapping[str, Frame]) -> Iterator[Line]:
    """The records behind the figure as it was; units by the name that they had then."""
    harvest = Harvest(records, tuple(Table(file, sheet, "", 0, {}) for file, sheet in run.tables), (), (), ())
    names = {definitions.register.units[unit].name for unit in asked.units(definitions)}
    behind = measure.matching(harvest, definitions, asked.indicator, run.period, run.as_of)
    found = _lines(behind, list(run.units), list(run.tables))
    return (line for line in found if line.unit in names)


def _key(line: Line) -> tuple[str, str, int]:
    return line.file, line.sheet, line.row


def _compared(indicator: Indicator) -> Callable[[Line | None], tuple[str | Number, ...]]:
    """What makes a record another one behind the indicator: its date too where dates are counted or measured."""
    names = ("unit", "adds", "base", *(("day",) if indicator.kind in _OF_DATES else ()))
    return lambda line: tuple(getattr(line, name) for name in names) if line else ()


def _change(before: Line | None, after: Line | None, why: Causes) -> Change:
    line = after or before
    assert line is not None
    return Change(before, after, why.of(line, before, after))


@dataclass(frozen=True, slots=True)
class Causes:
    """What differs between two runs: inputs and definitions, each file → sha256."""

    run: archive.Run
    as_of: date
    inputs: Mapping[str, str]
    definitions: Mapping[str, str]

    def of(self, line: Line, before: Line | None, after: Line | None) -> str:
        old, new = self.run.inputs.get(line.file), self.inputs.get(line.file)
        if old is None:
            return "新文件" if new not in self.run.inputs.values() else "文件改了名"
        if new is None:
            return "文件不在了"
        if old != new:
            return "单元格改动" if before and after else "新增的行" if after else "删去或不再计入的行"
        if self.as_of != self.run.as_of and not (before and after):
            return f"统计截止日由 {self.run.as_of} 改为 {self.as_of}"
        return self.elsewhere()

    def elsewhere(self) -> str:
        """The file is the same: the definitions, or another file that repeats or replaces it."""
        changed = {
            name for name in {*self.definitions, *self.run.definitions}
            if self.definitions.get(name) != self.run.definitions.get(name)
        }  # fmt: skip
        if "indicators.toml" in changed or "ledgers.toml" in changed:
            return "指标或台账定义改动"
        if changed:
            return "名册、媒体名录或裁定改动（如新增别名）"
        return "其他文件的改动（重复或版本取舍不同）"
