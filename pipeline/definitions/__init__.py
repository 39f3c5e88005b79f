"""templates/ → Definitions, checked whole before anything is read: ledgers, indicators, tables, reference workbook."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipeline.definitions import files, indicators, ledgers, reference, register, rulings, tables, workbook
from pipeline.model import Definitions


def load(templates: Path) -> Definitions:
    """Read and check everything; DefinitionError (file, key, nearest valid name) at the first mistake."""
    file = files.table(ledgers.LedgersFile, templates, ledgers.FILE)
    book = workbook.opened(templates)
    own = files.table(indicators.IndicatorsFile, templates, indicators.FILE)
    drafts = [*indicators.drafts(own), *reference.drafts(book)]
    every_ledger = ledgers.resolved(file, _reported(drafts))
    found = indicators.resolved(drafts, every_ledger)
    units = register.register(book, ledgers.vocabulary(every_ledger, "level"))
    shown = files.table(tables.TablesFile, templates, tables.FILE)
    return Definitions(
        ledgers=every_ledger,
        indicators=found,
        register=units,
        media=reference.media(book, ledgers.vocabulary(every_ledger, "media")),
        targets=reference.targets(book, found, units),
        title_words=tuple(file.title_words),
        revision_words=tuple(file.revision_words),
        ignored=ledgers.normal(file.ignored),
        unheld=ledgers.normal(file.unheld),
        tables=tables.sheets(shown, found, every_ledger),
        evidence=shown.evidence,
        ranked=tables.ranked(shown, found),
        rulings=rulings.rulings(book, every_ledger, units),
        digests=files.digests(templates),
    )


def _reported(drafts: Iterable[indicators.Draft]) -> tuple[tuple[str, str], ...]:
    """(name, id) of the indicators that units report directly: the choices of the ledger reported."""
    return tuple((draft.name, draft.id) for _, draft in drafts if draft.id.startswith("reported."))
