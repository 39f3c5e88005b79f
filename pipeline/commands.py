"""What the commands beside `run` and `check` do: forms, close, trace, verify and lint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import definitions as definitions_
from pipeline import run
from pipeline.definitions import reports
from pipeline.errors import UsageError
from pipeline.figures import archive
from pipeline.model import Definitions, Figure, Indicator, Rough, Scope
from pipeline.period import Period
from pipeline.publish import aside, deliver, turns
from pipeline.spelling import nearest, normal

if TYPE_CHECKING:  # what makes documents is imported by those who make some: it takes longer to import than all else
    from pipeline.review import trace as tracing
    from pipeline.review.lint import Linted
    from pipeline.review.verify import Verified


@dataclass(frozen=True, slots=True)
class Forms:
    """The folder of the collection workbooks, their names, and those of files there before that somebody had filled in."""

    place: Path
    names: tuple[str, ...]
    filled: tuple[str, ...]


def forms(
    period: Period | None, output: Path, templates: Path, signed: Path, *, waiting: Callable[[], None] = lambda: None
) -> Forms:
    """Collection workbooks for the units that are due, with the figures of the period before beside.

    Without a period they are for the half-year after the latest that was run. `waiting` is called if another command
    writes into the output first.
    """
    from pipeline.publish import forms as collecting

    definitions = definitions_.load(templates)
    runs = archive.runs(output / archive.FILE)
    period = period or max((each.period.following for each in runs if each.period.span == "half"), default=None)
    if period is None:
        raise UsageError("不知道是哪个报告期的填报表。请写明，例如 pipeline forms 2023H2")
    before = archive.signed(signed, definitions).get(period.previous)
    last = archive.whole(output / archive.FILE, period.previous)
    if not before:
        before = archive.values(output / archive.FILE, last, definitions) if last else {}
    values = {
        unit.index: {each.id: before.get((unit.index, each.scope, each.id)) for each in definitions.indicators}
        for unit in definitions.register.units
    }
    place = output / collecting.FOLDER / period.id
    made = list(collecting.forms(definitions, period, values if before else {}))
    record = place.with_name(f".{place.name}.json")
    filled: list[str] = []
    with turns.taken(output, waiting):
        deliver.folder(place, aside.keeping(place, made, record, filled))
        aside.note(record, {name: sha256(content).hexdigest() for name, content in made})
    return Forms(place, tuple(name for name, _ in made), tuple(filled))


def close(
    period: Period, input: Path, output: Path, templates: Path, *, waiting: Callable[[], None] = lambda: None
) -> Path:
    """Sign a period off: the figures of its last run become input/往期/<period>.csv, and can be read back."""
    definitions = definitions_.load(templates)
    with turns.taken(output, waiting):
        signed = archive.sign(output / period.id / "figures.csv", input / archive.SIGNED, period)
    archive.signed(input / archive.SIGNED, definitions)
    return signed


@dataclass(frozen=True, slots=True)
class Traced:
    """The records behind a figure, or what changed in them; `title` says which figure and its value.

    `cause` says why the figure is another although no record is.
    """

    title: str
    indicator: Indicator
    lines: tuple[tracing.Line, ...] = ()
    changes: tuple[tracing.Change, ...] | None = None
    cause: str = ""


def trace(
    options: run.Options,
    indicator: str,
    unit: str | None,
    scope: Scope | None,
    since: str | None,
    progress: run.Progress,
) -> Traced:
    """Where a figure comes from; with `since` why it differs from that run."""
    from pipeline.review import trace as tracing

    definitions = definitions_.load(options.templates)
    wanted = _indicator(definitions, indicator)
    index = _unit(definitions, unit) if unit else definitions.register.root
    asked = tracing.Asked(wanted, index, scope or wanted.scope)
    found = run.measured(options, progress)
    figures = found.figures
    figure = figures.get(asked.unit, wanted.id, asked.scope)
    title = f"{definitions.register.units[index].name} {figures.period.label} {wanted.name}："
    said = _said(figure, wanted)
    if since is None:
        return Traced(f"{title}{said}", wanted, tracing.lines(figures, definitions, asked))
    before = _archived_run(options, figures.period, since, run.archived(found).id)
    inputs = {source.name: source.sha256 for source in found.collected.sources}
    records = archive.records(options.archive, before)
    changes = tracing.changes(figures, definitions, asked, inputs, before, records)
    values = archive.values(options.archive, before, definitions)
    was = values.get((asked.unit, asked.scope, wanted.id), figure.value)
    other = (was.value if isinstance(was, Rough) else was) != figure.value
    return Traced(
        f"{title}{f'{_value(was, wanted)} → ' if other else ''}{said}（与运行 {before.id} 相比）",
        wanted,
        changes=changes,
        cause=tracing.causes(figures, definitions, inputs, before).elsewhere() if other and not changes else "",
    )


def verify(report: Path, options: run.Options, progress: run.Progress) -> Verified:
    """Compare an edited report with the figures of the period that it says it is of."""
    from pipeline.review import verify as verifying

    origin = verifying.origin(report)
    period, as_of = options.period or origin.period, options.as_of or origin.as_of
    found = run.measured(replace(options, period=period, as_of=as_of), progress)
    material = run.material(options, found)
    return verifying.verify(report, found.figures, found.definitions, material.months, options.templates)


def lint(templates: Path, options: run.Options | None, progress: run.Progress) -> Linted:
    """All mistakes of all templates; with options the handbook shows the figures of their period."""
    from pipeline.review import lint as linting

    definitions = definitions_.load(templates)
    figures = run.measured(options, progress).figures if options else None
    return linting.lint(templates, definitions, reports.expected(templates, definitions.indicators), figures)


def _said(figure: Figure, indicator: Indicator) -> str:
    """Its value, of a share also what was divided by what."""
    from pipeline.publish import words

    value = _value(_with_bounds(figure), indicator)
    if figure.numerator is None or figure.denominator is None:
        return value
    return f"{value}（{words.exact(figure.numerator)} ÷ {words.exact(figure.denominator)}）"


def _with_bounds(figure: Figure) -> Fraction | int | Rough | None:
    value, low, high = figure.value, figure.low, figure.high
    return value if value is None or low is None or high is None or figure.exact else Rough(value, low, high)


def _value(value: Fraction | int | Rough | None, indicator: Indicator) -> str:
    from pipeline.publish import words

    number, low, high = value if isinstance(value, Rough) else (value, value, value)
    hedge = words.hedge_between(number, low, high, indicator)
    return "未知" if number is None else words.shown(number, indicator, hedge)


def _indicator(definitions: Definitions, text: str) -> Indicator:
    try:
        return definitions.indicator(text)
    except KeyError:
        near = nearest(text, [name for each in definitions.indicators for name in (each.name, each.id)])
        remedy = f"，是不是{'、'.join(near)}？" if near else "：名称见 templates/indicators.toml"
        raise UsageError(f"没有指标“{text}”{remedy}") from None


def _unit(definitions: Definitions, text: str) -> int:
    units = definitions.register.spellings.get(normal(text), ())
    if len(units) == 1:
        return units[0]
    if units:
        full = "、".join(definitions.register.units[unit].name for unit in units)
        raise UsageError(f"不止一个单位叫“{text}”，请写全称：{full}")
    near = nearest(text, [unit.name for unit in definitions.register.units])
    remedy = f"，是不是{'、'.join(near)}？" if near else "：名称见 templates/参考数据.xlsx"
    raise UsageError(f"单位名册里没有“{text}”{remedy}")


def _archived_run(options: run.Options, period: Period, since: str, now: str) -> archive.Run:
    """By its id, or the latest other than the present one."""
    runs = [each for each in archive.runs(options.archive, period) if each.id != now]
    chosen = runs[:1] if since == "last" else [each for each in runs if each.id.startswith(since)]
    if not runs:
        raise UsageError(f"{period.label}没有别的运行可比：台账改动以后再运行一次才有")
    if not chosen:
        raise UsageError(f"历史库里没有{period.label}的运行“{since}”，有 {'、'.join(each.id for each in runs[:5])}")
    return chosen[0]
