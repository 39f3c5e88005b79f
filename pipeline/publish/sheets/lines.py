"""The register → the lines of a table of units: own level first, branches with subtotals, the total last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.model import Register, Scope
from pipeline.publish.looks import Emphasis


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: a unit in one scope."""

    unit: int
    scope: Scope
    label: str
    depth: int = 0
    emphasis: Emphasis = "plain"


def lines(register: Register) -> tuple[Line, ...]:
    """The root's own ledgers, then each branch under its subtotal, in the register's order, then the total."""
    root = register.root
    branches = (line for child in register.children[root] for line in _branch(register, child, 0))
    own = Line(root, "own", f"{register.units[root].name}（本级）", 0, "own")
    return (own, *branches, Line(root, "all", "合计", 0, "total"))


def _branch(register: Register, unit: int, depth: int) -> Iterator[Line]:
    name = register.units[unit].name
    if not register.children[unit]:
        yield Line(unit, "own", name, depth)
        return
    yield Line(unit, "all", f"{name}（小计）", depth, "subtotal")
    yield Line(unit, "own", "本级", depth + 1, "own")
    for child in register.children[unit]:
        yield from _branch(register, child, depth + 1)
