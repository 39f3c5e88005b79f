"""Tables' flat columns → one DataFrame a ledger, with the dtypes of model.RECORD_COLUMNS."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np
import pandas as pd

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


def _frame(ledger: Ledger, tables: Sequence[tuple[int, Table]]) -> pd.DataFrame:
    moments = {f.name for f in ledger.fields if f.type in ("date", "datetime")} | {"end_date"}
    joined: dict[str, object] = {
        name: _joined([table.columns[name] for _, table in tables], moment=name in moments)
        for name in tables[0][1].columns
    }
    lengths = [len(table.columns["row"]) for _, table in tables]
    joined["table"] = np.repeat(np.array([i for i, _ in tables], dtype=np.int32), lengths)
    return pd.DataFrame(joined, copy=False)


def _joined(parts: Sequence[array[int] | list[str]], *, moment: bool) -> object:
    if isinstance(parts[0], list):
        return np.array(list(chain.from_iterable(map(list[object], parts))), dtype=object)
    typecode = parts[0].typecode
    whole = np.frombuffer(b"".join(part.tobytes() for part in parts if isinstance(part, array)), dtype=typecode)
    return whole.astype(_SECONDS) if moment else whole
