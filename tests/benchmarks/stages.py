"""What is measured, and which ratios are wanted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    """A task in a place: `many` workbooks, one `large` workbook or `hostile` ones; `jobs` 0: as many as asked for.

    Stages of one `round` take turns, and the quickest turn of each counts: a machine is not always as quick.
    """

    name: str
    task: str
    what: str
    place: str = "many"
    jobs: int = 0
    round: str = ""


TURNS = 3
STAGES = (
    Stage("naive", "naive", "pandas.read_excel with openpyxl, openpyxl summary, a docxtpl narrative a workbook"),
    Stage("naive-calamine", "naive-calamine", "the same with pandas' calamine engine"),
    Stage("docxtpl", "docxtpl", "of that the narratives alone"),
    Stage("bare", "bare", "python-calamine reads every cell", round="many"),
    Stage("floor", "floor", "inflate and scan, one bare document a workbook", round="many"),
    Stage("same", "same", "ours: what the naive script makes too", round="many"),
    Stage("measured", "measured", "ours: collect … measure", round="many"),
    Stage("dask", "dask", "ours: collect … measure, read by local dask workers", round="many"),
    Stage("everything", "everything", "ours: the default run"),
    Stage("alone", "by-stage", "ours: the default run on one process", jobs=1),
    Stage("first", "cached", "ours: the default run that fills the cache"),
    Stage("second", "cached", "ours: again, nothing changed"),
    Stage("changed", "cached", "ours: again, one file changed"),
    Stage("large-bare", "bare", "one large workbook, python-calamine reads every cell", "large", 1, "large"),
    Stage("large", "measured", "one large workbook, ours: collect … measure", "large", 1, "large"),
    Stage("hostile", "hostile", "hostile workbooks, ours: read one after another", "hostile"),
    Stage("help", "help", "ours: run --help"),
    Stage("unknown-option", "unknown-option", "ours: run --bogus"),
    Stage("wrong-period", "wrong-period", "ours: run 2023H3"),
)
BY_STAGE = "alone"
"""The one whose parts are the stages of a run."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """Of two costs, by the clock and by processor time; `below` empty: the seconds of the first."""

    above: str
    below: str
    what: str
    wanted: str


RATIOS = (
    Ratio("naive", "same", "naive ÷ ours making the same", "≥ 22"),
    Ratio("naive-calamine", "same", "naive with calamine ÷ ours making the same", "≥ 13"),
    Ratio("same", "floor", "ours making the same ÷ floor", "≤ 4"),
    Ratio("naive", "everything", "naive ÷ the default run", "≥ 10"),
    Ratio("measured", "bare", "collect … measure ÷ bare reading", "≤ 3"),
    Ratio("naive", "measured", "naive ÷ collect … measure", "≥ 12"),
    Ratio("second", "first", "second run ÷ first", "≤ 0.12"),
    Ratio("changed", "first", "one file changed ÷ first", "≤ 0.15"),
    Ratio("alone", "everything", "one process ÷ all", "≥ 1.5"),
    Ratio("large", "large-bare", "one large workbook ÷ bare reading", "≤ 2.5"),
    Ratio("dask.run", "measured.run", "dask without start-up ÷ processes", "≤ 1.5"),
    Ratio("alone.packs", "docxtpl", "whole packs ÷ narratives by docxtpl, one process each", ""),
    Ratio("hostile.worst", "", "the worst hostile workbook, seconds", "≤ 5"),
    Ratio("help", "", "run --help, seconds", "≤ 0.25"),
    Ratio("unknown-option", "", "run --bogus, seconds", "≤ 0.25"),
    Ratio("wrong-period", "", "run 2023H3, seconds", "≤ 0.25"),
)
PEAKS = (("same", "≤ 350"), ("hostile", "≤ 512"))
"""The peak memory that is wanted, in MiB."""
GROWTH = 1.1
"""Ten times the workbooks may take eleven times the time."""
