"""Records of which a column that nobody knows says that the event was not held: asked about, not counted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from pipeline.ingest.candidates import Place
from pipeline.ingest.columns import Part, shown
from pipeline.ingest.headings import Meaning
from pipeline.model import Cell, Finding, Severity
from pipeline.spelling import normal

_WHETHER = "是否"
_NO = frozenset(("否", "×", "✗", "n", "no"))
_LONGEST = 12


def rows(part: Part, words: Collection[str]) -> Mapping[int, int]:
    """Row → the column that says so."""
    found: dict[int, int] = {}
    for column in part.region.strange:
        cells = part.column(column).cells
        no = {cell for cell in set(cells) if _says_no(cell, normal(part.heading(column)), words)}
        if no:
            found |= {row: column for row, cell in zip(part.rows, cells, strict=True) if cell in no}
    return found


def _says_no(cell: Cell, heading: str, words: Collection[str]) -> bool:
    """``取消``, and ``否`` below ``是否开展``: what was asked is 未开展."""
    if not isinstance(cell, str) or len(cell) > _LONGEST:
        return False
    text = normal(cell)
    return text in words or (text in _NO and heading.startswith(_WHETHER) and f"未{heading[len(_WHETHER) :]}" in words)


def findings(part: Part, found: Mapping[int, int]) -> Iterable[Finding]:
    """The date may be that of the plan or that of the event."""
    field = part.region.ledger.field("start_date")
    days = [column for column in part.region.calendar if column >= 0]
    place = part.region.places["start_date"] if not days else Place(days[0], field.header, Meaning(field, 0))
    for row, column in found.items():
        status, told = part.heading(column), shown(part.sheet.rows[row][column])
        why = f"“{status}”写着“{told}”，日期是计划的还是开展的"
        yield part.at(row, place, "date-ambiguous", Severity.ERROR, why=why, status=status)
