"""What tells records apart besides what is read of them, as numbers; from these no name can be read back."""

from __future__ import annotations

import marshal
from array import array
from functools import lru_cache
from hashlib import blake2b

from pipeline.ingest import cells
from pipeline.ingest.columns import Stack
from pipeline.ingest.distinct import Column


def names(stack: Stack) -> array[int]:
    """The digest of a record's names and of what else is not read but tells rows apart; 0 without such columns."""
    media = stack.region.places.get("media")
    unread = [*stack.region.names, *([media.column] if media else [])]
    if not unread:
        return array("q", bytes(8 * len(stack)))
    return array("q", map(digest, zip(*(_texts(stack.columns[index]) for index in unread), strict=True)))


def _texts(column: Column) -> list[str]:
    return [cell.strip() if type(cell) is str else cells.text(cell) for cell in column.cells]


@lru_cache(maxsize=1 << 16)
def digest(values: tuple[int | str, ...]) -> int:
    """64 bits that do not depend on the process."""
    return int.from_bytes(blake2b(marshal.dumps(values, 2), digest_size=8).digest(), "little", signed=True)
