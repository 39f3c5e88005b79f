"""Digests by which records are compared; from them no name can be read back."""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Sequence
from hashlib import blake2b
from itertools import compress

from pipeline.ingest import cells
from pipeline.ingest.columns import Part
from pipeline.model import DAY, Columns
from pipeline.spelling import normal

_FORM = {"study": "form", "talk": "talk_type", "article": "genre", "incident": "category", "reported": "indicator"}
_TOPIC = {"study": "topic", "talk": "topic", "article": "title", "incident": "title"}
_DAY = 86_400
_APART = frozenset(("row", "end_date"))
"""Columns that say nothing of their own about an event."""


def digests(part: Part, flat: Columns, keep: Sequence[bool]) -> dict[str, array[int]]:
    """`key`: all that is read, the unit and the names; `near`: unit, day, form and topic, 0 without day or topic."""
    return {"key": _keys(part, flat, keep), "near": _nears(part.region.ledger.id, flat)}


def _keys(part: Part, flat: Columns, keep: Sequence[bool]) -> array[int]:
    fields = sorted(name for name in flat if name not in _APART and not name.endswith("_kind"))
    media = part.region.places.get("media")
    unread = [*part.region.names, *([media.column] if media else [])]
    rows = list(compress(part.rows, keep))
    names = [[cells.text(part.sheet.rows[row][column]) for row in rows] for column in unread]
    return array("q", map(digest, zip(*(flat[name] for name in fields), *names, strict=True)))


def _nears(ledger: str, flat: Columns) -> array[int]:
    length = len(flat["row"])
    topics = [normal(str(text)) for text in flat[_TOPIC[ledger]]] if ledger in _TOPIC else [""] * length
    days = [int(start) // _DAY for start in flat["start_date"]]
    forms = [int(form) for form in flat[_FORM[ledger]]]
    alike = zip(map(int, flat["unit"]), days, forms, topics, strict=True)
    return array(
        "q",
        (
            digest(values) if values[3] and precision == DAY else 0
            for values, precision in zip(alike, flat["date_precision"], strict=True)
        ),
    )


def digest(values: tuple[int | str, ...]) -> int:
    """64 bits that do not depend on the process."""
    return int.from_bytes(blake2b(marshal.dumps(values, 2), digest_size=8).digest(), "little", signed=True)
