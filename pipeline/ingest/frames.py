"""Tables' flat columns → one frame a ledger, with the dtypes of model.RECORD_COLUMNS."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest import alike, blocks
from pipeline.ingest.blocks import Column
from pipeline.model import Definitions, Frame, Ledger, Table

_SECONDS = "datetime64[s]"

Ints: TypeAlias = NDArray[np.int64]
Numbered: TypeAlias = Sequence[tuple[int, Table]]
"""Tables with their index."""


def records(tables: Sequence[Table], definitions: Definitions) -> Mapping[str, Frame]:
    """All records of each ledger; `table` is the index into `tables`. A ledger without a record has no frame."""
    held = _by_ledger(tables)
    return {ledger.id: _frame(ledger, held[ledger.id]) for ledger in definitions.ledgers if ledger.id in held}


def equal_but_for_names(tables: Sequence[Table], definitions: Definitions) -> set[str]:
    """Files with a record that equals another in all that is read, and that only names may tell from it."""
    held = _by_ledger(tables)
    found: set[str] = set()
    for mine in (held[ledger.id] for ledger in definitions.ledgers if ledger.id in held):
        layout = _Layout(mine)
        again = layout.owners[alike.repeated(alike.key(_columns(layout)))]
        found.update(tables[i].file for i in np.unique(again).tolist())
    return found


def chosen(frame: Frame, rows: NDArray[np.bool_]) -> Frame:
    """The rows of a frame that are flagged."""
    return frame if rows.all() else {name: column[rows] for name, column in frame.items()}


def _by_ledger(tables: Sequence[Table]) -> dict[str, list[tuple[int, Table]]]:
    """The tables that hold records."""
    held: dict[str, list[tuple[int, Table]]] = {}
    for i, table in enumerate(tables):
        _, first, last = blocks.place(table.columns)
        if first < last:
            held.setdefault(table.ledger, []).append((i, table))
    return held


def _frame(ledger: Ledger, tables: Numbered) -> Frame:
    layout = _Layout(tables)
    columns = _columns(layout)
    digests = {"key": alike.key(columns | _names(layout)), "near": alike.near(ledger, columns)}
    moments = {f.name for f in ledger.fields if f.type in ("date", "datetime")} | {"end_date"}
    dated = {name: columns[name].view(_SECONDS) for name in moments & columns.keys()}
    return columns | digests | dated | {"table": layout.owners}


# --- joining -------------------------------------------------------------------------------------------------------------


class _Layout:
    """The blocks that tables stand in, laid end to end, and the rows of the tables there, table after table."""

    def __init__(self, tables: Numbered) -> None:
        self.blocks: list[Mapping[str, Column]] = []
        self._made: dict[tuple[int, ...], NDArray[Any]] = {}
        starts: dict[int, int] = {}
        length = 0
        firsts, counts = [], []
        for _, table in tables:
            block, first, last = blocks.place(table.columns)
            if id(block) not in starts:
                starts[id(block)] = length
                length += len(block["row"])
                self.blocks.append(block)
            firsts.append(starts[id(block)] + first)
            counts.append(last - first)
        ends = np.cumsum(counts)
        rows = np.arange(ends[-1]) + np.repeat(np.array(firsts) - ends + counts, counts)
        self._rows: Ints | None = None if len(rows) == length and (rows[1:] > rows[:-1]).all() else rows
        self.owners = np.repeat(np.array([i for i, _ in tables], np.int32), counts)

    def joined(self, parts: Sequence[Column]) -> NDArray[Any]:
        """One column, of which every block has a part."""
        key = tuple(map(id, parts))
        if key not in self._made:
            column = _end_to_end(parts)
            self._made[key] = column if self._rows is None else column[self._rows]
        return self._made[key]


def _columns(layout: _Layout) -> dict[str, NDArray[Any]]:
    """All columns but the digest of names; those that are one object in every block are one array."""
    names = (name for name in layout.blocks[0] if name != alike.NAMES)
    return {name: layout.joined([block[name] for block in layout.blocks]) for name in names}


def _names(layout: _Layout) -> dict[str, NDArray[Any]]:
    """The digest of names; what a file gave before comes without it, where no other record is like it."""
    unknown = [array("q", bytes(8 * len(block["row"]))) for block in layout.blocks]
    parts = [block.get(alike.NAMES, nothing) for block, nothing in zip(layout.blocks, unknown, strict=True)]
    return {alike.NAMES: layout.joined(parts)}


def _end_to_end(parts: Sequence[Column]) -> NDArray[Any]:
    if isinstance(parts[0], list):
        return np.fromiter(chain.from_iterable(parts), object, sum(map(len, parts)))
    return np.concatenate([np.frombuffer(part, part.typecode) for part in parts if isinstance(part, array)])
