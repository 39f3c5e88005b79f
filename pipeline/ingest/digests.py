"""What tells records apart besides what is read of them, as numbers; from these no name can be read back."""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import compress

from pipeline.ingest import cells
from pipeline.ingest.columns import Part


def names(part: Part, keep: Sequence[bool] | None) -> array[int]:
    """The digest of a record's names and of what else is not read but tells rows apart; 0 without such columns.

    For the records to `keep`; None: all.
    """
    media = part.region.places.get("media")
    unread = [*part.region.names, *([media.column] if media else [])]
    if not unread:
        return array("q", bytes(8 * (sum(keep) if keep else len(part.rows))))
    told = zip(*(_texts(part, index) for index in unread), strict=True)
    return array("q", map(digest, compress(told, keep) if keep else told))


def _texts(part: Part, index: int) -> list[str]:
    return [cell.strip() if type(cell) is str else cells.text(cell) for cell in part.columns[index].cells]


@lru_cache(maxsize=1 << 16)
def digest(values: tuple[int | str, ...]) -> int:
    """64 bits that do not depend on the process."""
    return int.from_bytes(blake2b(marshal.dumps(values, 2), digest_size=8).digest(), "little", signed=True)
