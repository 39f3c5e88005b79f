"""The lines of 裁定 that may settle something in one file, and which of them did."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from pipeline.model import Ruling
from pipeline.spelling import normal


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the clerk decided about a file; `applied` are the rows of 裁定 that settled something."""

    rulings: tuple[Ruling, ...] = ()
    applied: set[int] = field(default_factory=set)

    def settled(self, what: str, *keys: str, among: Container[str] | None = None) -> str:
        """The value, one of `among`, decided for the first of `keys` that a ruling is about; blank: none."""
        if not self.rulings:
            return ""
        for key in map(normal, keys):
            for ruling in self.rulings:
                fits = among is None or ruling.value in among
                if fits and ruling.what == what and normal(ruling.key) == key:
                    self.applied.add(ruling.row)
                    return ruling.value
        return ""


UNDECIDED = Decisions()


def of_file(file: str, rulings: Iterable[Ruling]) -> Decisions:
    """The decisions about a file, its own before those about any."""
    mine = [ruling for ruling in rulings if concerns(ruling.file, file)]
    return Decisions(tuple(sorted(mine, key=lambda ruling: not ruling.file))) if mine else UNDECIDED


def concerns(named: str, file: str) -> bool:
    """Whether a ruling's file, blank for any, is this one: its path below input/, its name or its stem."""
    path = PurePosixPath(file)
    return not named or normal(named) in map(normal, (file, path.name, path.stem))


def unapplied(rulings: Sequence[Ruling], applied: Iterable[int]) -> tuple[Ruling, ...]:
    """Rulings that settled nothing: what they were about is gone, or was never written so."""
    rows = set(applied)
    return tuple(ruling for ruling in rulings if ruling.row not in rows)
