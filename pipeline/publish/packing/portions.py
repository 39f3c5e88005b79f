"""A run → the portion of each unit: its figures' place, its records, what became of its files, what it is told and owes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.model import Account, Harvest, Ledger, Unit
from pipeline.publish.packing.records import Evidence, by_unit
from pipeline.publish.packing.told import NOTHING, Discretion, Told
from pipeline.publish.sheets import submission
from pipeline.publish.sheets.material import Material, Records
from pipeline.publish.sheets.submission import Status

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
    names: Mapping[str, str]
    """By the full name of a file in the accounts what it is called here; nothing for one that is not the unit's own."""
    told: Told
    records: tuple[Evidence, ...]
    """The unit's own that count, of each ledger that has any."""

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
    records = [
        by_unit(ledger, counted[ledger.id], material.figures.harvest, discretion)
        for ledger in material.definitions.ledgers
        if len(counted.get(ledger.id, ()))
    ]
    for unit in register.units:
        own = tuple(accounts.get(unit.name, ()))
        yield Portion(
            unit,
            folders[unit.index],
            bool(register.children[unit.index]),
            tuple(
                Receipt(ledger, statuses[unit.index, ledger.id], counts[ledger.id][unit.index])
                for ledger in material.definitions.ledgers
            ),
            own,
            {account.file: discretion.file(account.file, unit.index) for account in own},
            told.get(unit.index, NOTHING),
            tuple(each[unit.index] for each in records if unit.index in each),
        )


def _accounts(harvest: Harvest, discretion: Discretion) -> dict[str, list[Account]]:
    """By unit the accounts of its rows, wherever they stand."""
    found: defaultdict[str, list[Account]] = defaultdict(list)
    for account in sorted(harvest.accounting):
        if account.unit in discretion.units:
            found[account.unit].append(account)
    return found
