"""The register of units (单位名册)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """One row of the register (单位名册); `index` is its place there and its code in the frames."""

    index: int
    name: str
    aliases: tuple[str, ...] = ()
    parent: int | None = None
    level: str = ""
    due: bool = True
    members: int | None = None
    staff: int | None = None
    password: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    """The tree of units, in the register's order."""

    units: tuple[Unit, ...]
    spellings: Mapping[str, tuple[int, ...]]
    """Names and aliases in normal form → units; two units make it ambiguous."""
    children: tuple[tuple[int, ...], ...]

    @property
    def root(self) -> int:
        return next(unit.index for unit in self.units if unit.parent is None)

    def ancestors(self, unit: int) -> tuple[int, ...]:
        """From the parent up to the root."""
        above, parent = [], self.units[unit].parent
        while parent is not None:
            above.append(parent)
            parent = self.units[parent].parent
        return tuple(above)

    def below(self, unit: int) -> tuple[int, ...]:
        """The unit itself and every unit under it, depth first."""
        return (unit, *(u for child in self.children[unit] for u in self.below(child)))
