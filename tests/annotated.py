"""Old-style reports with their slots marked: ``⟦20余｜talk.preaching_workshop｜余⟧`` is text, what it is, and style.

What it is: an indicator's id (joined by + for a sum), or target, enumeration, name, date, none. The third part of a
change is 同比 or 环比. `tuning/` was looked at while the words and weights were chosen, `held_out/` never.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

REPORTS = Path(__file__).parent / "reports"
NO_FIGURES = ("target", "enumeration", "none")
BLANKS = ("name", "date")

_MARK = re.compile(r"⟦(?P<text>[^｜⟧]*)｜(?P<what>[^｜⟧]*)(?:｜(?P<style>[^⟧]*))?⟧")


@dataclass(frozen=True, slots=True)
class Mark:
    paragraph: int
    start: int
    end: int
    what: str
    style: str

    @property
    def place(self) -> tuple[int, int, int]:
        return self.paragraph, self.start, self.end


@dataclass(frozen=True, slots=True)
class Report:
    name: str
    lines: tuple[str, ...]
    marks: tuple[Mark, ...]


def report(text: str, name: str = "") -> Report:
    lines, marks = [], []
    for number, line in enumerate(text.split("\n"), 1):
        plain, place = "", 0
        for match in _MARK.finditer(line):
            plain += line[place : match.start()]
            start, place = len(plain), match.end()
            plain += match["text"]
            marks.append(Mark(number, start, len(plain), match["what"], match["style"] or ""))
        lines.append(plain + line[place:])
    return Report(name, tuple(lines), tuple(marks))


def reports(folder: str) -> tuple[Report, ...]:
    return tuple(
        report(path.read_text(encoding="utf-8"), path.name) for path in sorted((REPORTS / folder).glob("*.txt"))
    )
