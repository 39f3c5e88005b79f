"""The columns of a table by what they say of its rows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of a table by what they say of a row."""

    columns: tuple[int, ...]
    """All that the header names."""
    fields: frozenset[int]
    """Those that are read, without the unit's."""
    leading: int
    """The last column in which a label may stand."""
    ordinal: int = -1
    """The column of 序号, where 合计 and 示例 stand beside a date too."""
    choices: frozenset[int] = frozenset()
    """The columns of choices, where 合计 does."""
    dated: frozenset[int] = frozenset()
    """The columns of the date, or of 年份 and 月份."""
    date: int = -1
    unit: int = -1
    merged: frozenset[int] = frozenset()
    """Rows whose date is that of a row above, by a merge."""
    wide: frozenset[int] = frozenset()
    """Rows in which cells are merged across."""
    continued: frozenset[int] = frozenset()
    """Rows over which 序号 or a count is merged, and all that makes an event: they go on with the one above."""
    texts: frozenset[int] = frozenset()
    """Columns that say nothing of how many events there were."""
    remarks: tuple[int, ...] = ()
    """The columns of 备注 and the like, which may call the first rows examples."""

    @property
    def labels(self) -> frozenset[int]:
        """The columns that may say of a row with a date and a topic that it is no event."""
        return self.choices | self.dated | {self.ordinal, self.unit}

    @property
    def worded(self) -> frozenset[int]:
        """The columns that say in words what an event was."""
        return self.choices | self.texts
