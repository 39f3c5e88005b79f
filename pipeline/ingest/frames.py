"""Tables' flat columns → one DataFrame a ledger, with the dtypes of model.RECORD_COLUMNS."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.ingest import alike
from pipeline.model import Definitions, Ledger, Table

_SECONDS = "datetime64[s]"


def records(tables: Sequence[Table], definitions: Definitions) -> Mapping[str, pd.DataFrame]:
    """All records of each ledger; `table` is the index into `tables`. A ledger without a record has no frame."""
    found = {}
    for ledger in definitions.ledgers:
        mine = [(i, table) for i, table in enumerate(tables) if table.ledger == ledger.id and table.numbers("row")]
        if mine:
            found[ledger.id] = _frame(ledger, mine)
    return found


def equal_but_for_names(tables: Sequence[Table], definitions: Definitions) -> set[str]:
    """Files with a record that equals another in all that is read, and that only names may tell from it."""
    files = np.array([table.file for table in tables], dtype=object)
    found: set[str] = set()
    for ledger in definitions.ledgers:
        mine = [i for i, table in enumerate(tables) if table.ledger == ledger.id and table.numbers("row")]
        if mine:
            columns = _columns([tables[i] for i in mine])
            del columns[alike.NAMES]
            again = pd.Series(alike.key(columns)).duplicated(keep=False).to_numpy()
            owners = np.repeat(mine, [len(tables[i].columns["row"]) for i in mine])
            found.update(files[np.unique(owners[again])])
    return found


def _frame(ledger: Ledger, tables: Sequence[tuple[int, Table]]) -> pd.DataFrame:
    columns = _columns([table for _, table in tables])
    columns |= {"key": alike.key(columns), "near": alike.near(ledger.id, columns)}
    del columns[alike.NAMES]
    moments = {f.name for f in ledger.fields if f.type in ("date", "datetime")} | {"end_date"}
    columns |= {name: columns[name].astype(_SECONDS) for name in moments & columns.keys()}
    lengths = [len(table.columns["row"]) for _, table in tables]
    columns["table"] = np.repeat(np.array([i for i, _ in tables], dtype=np.int32), lengths)
    return pd.DataFrame(columns, copy=False)


def _columns(tables: Sequence[Table]) -> dict[str, NDArray[Any]]:
    return {name: _joined([_part(table, name) for table in tables]) for name in (*tables[0].columns, alike.NAMES)}


def _part(table: Table, name: str) -> array[int] | list[str]:
    """A column; what a file gave before comes without the digest of its names, where no other record is like it."""
    if name == alike.NAMES and name not in table.columns:
        return array("q", bytes(8 * len(table.columns["row"])))
    return table.columns[name]


def _joined(parts: Sequence[array[int] | list[str]]) -> NDArray[Any]:
    if isinstance(parts[0], list):
        return np.array(list(chain.from_iterable(map(list[object], parts))), dtype=object)
    return np.frombuffer(b"".join(part.tobytes() for part in parts if isinstance(part, array)), parts[0].typecode)
