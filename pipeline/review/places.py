"""What lint, verify and adopt found, one line a place: the CSV that they write next to the file they were given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.publish import plain

COLUMNS = ("paragraph", "start", "end", "text", "indicator", "style", "confidence", "verdict", "message")


@dataclass(frozen=True, slots=True)
class Line:
    """`paragraph` counts from 1 in reading order, start and end are characters of its text, end exclusive."""

    paragraph: int
    start: int
    end: int
    text: str
    indicator: str = ""
    style: str = ""
    confidence: float | None = None
    """From 0 to 1; None where nothing was guessed."""
    verdict: str = "ok"
    message: str = ""


def table(lines: Iterable[Line]) -> bytes:
    """The lines in the order of the document."""
    return plain.table(COLUMNS, (plain.safe_row(_row(line)) for line in sorted(lines, key=_order)))


def _order(line: Line) -> tuple[int, int, int, str, str]:
    return line.paragraph, line.start, line.end, line.verdict, line.message


def _row(line: Line) -> tuple[plain.Value, ...]:
    sure = None if line.confidence is None else f"{line.confidence:.2f}"
    place = line.paragraph, line.start, line.end
    return *place, line.text, line.indicator, line.style, sure, line.verdict, line.message
