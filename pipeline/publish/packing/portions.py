"""A run → the portion of each unit: its figures' place, its records, what became of its files, what it is told and owes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.model import Account, Harvest, Ledger, Unit
from pipeline.publish.packing.told import NOTHING, Discretion, Told
from pipeline.publish.sheets import submission
from pipeline.publish.sheets.material import Material, Records
from pipeline.publish.sheets.submission import Status

if TYPE_CHECKING:
    import pandas as pd

_OWING: Mapping[Status, str] = {
    submission.SILENT: "",
    submission.EMPTY: "（收到的是空表）",
    submission.REFUSED: "（收到的没有被接收，请改好重报）",
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What of a ledger was received for the period."""

    ledger: Ledger
    status: Status
    records: int


@dataclass(frozen=True, slots=True, eq=False)
class Portion:
    """All of a run that is one unit's; `folder` is where its pack lies below 单位/."""

    unit: Unit
    folder: str
    has_children: bool
    receipts: tuple[Receipt, ...]
    accounts: tuple[Account, ...]
    told: Told
    frames: Mapping[str, pd.DataFrame]
    """By ledger the unit's own records that count, by date and place."""

    @property
    def owed(self) -> tuple[str, ...]:
        """The ledgers still to be sent, with what is wrong with what was received; none of a unit that need not report."""
        named = ((receipt.ledger.name, _OWING.get(receipt.status)) for receipt in self.receipts)
        return tuple(name + why for name, why in named if self.unit.due and why is not None)


def portions(
    material: Material, folders: Mapping[int, str], discretion: Discretion, told: Mapping[int, Told], counted: Records
) -> Iterator[Portion]:
    """One for each unit of the register, in its order."""
    register = material.definitions.register
    statuses, counts = submission.all_statuses(material), submission.record_counts(material)
    accounts = _accounts(material.figures.harvest, discretion)
    frames = {ledger: _by_unit(frame, material.figures.harvest) for ledger, frame in counted.items() if len(frame)}
    for unit in register.units:
        yield Portion(
            unit,
            folders[unit.index],
            bool(register.children[unit.index]),
            tuple(
                Receipt(ledger, statuses[unit.index, ledger.id], counts[ledger.id][unit.index])
                for ledger in material.definitions.ledgers
            ),
            tuple(accounts.get(unit.name, ())),
            told.get(unit.index, NOTHING),
            {ledger: slices[unit.index] for ledger, slices in frames.items() if unit.index in slices},
        )


def _accounts(harvest: Harvest, discretion: Discretion) -> dict[str, list[Account]]:
    """By unit the accounts of its rows, wherever they stand."""
    found: defaultdict[str, list[Account]] = defaultdict(list)
    for account in sorted(harvest.accounting):
        if account.unit in discretion.units:
            found[account.unit].append(account)
    return found


def _by_unit(frame: pd.DataFrame, harvest: Harvest) -> dict[int, pd.DataFrame]:
    """Cut once: the rows of a unit stand together."""
    places = sorted(range(len(harvest.tables)), key=lambda i: (harvest.tables[i].file, harvest.tables[i].sheet, i))
    rank = {table: place for place, table in enumerate(places)}
    ordered = frame.assign(_place=frame["table"].map(rank)).sort_values(["unit", "start_date", "_place", "row"])
    units = ordered["unit"].to_numpy()
    starts = [0, *((units[1:] != units[:-1]).nonzero()[0] + 1).tolist(), len(units)]
    return {int(units[a]): ordered.iloc[a:b] for a, b in pairwise(starts) if a < b}
