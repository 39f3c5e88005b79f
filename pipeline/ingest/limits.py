"""How much a file may cost, and what is raised inside the reading of a file that cannot be read."""

from __future__ import annotations

MIB = 1 << 20

MAX_FILE = 64 * MIB
MAX_MEMBERS = 2000
MAX_MEMBER = 256 * MIB
MAX_RATIO = 200
"""Inflated to packed; members below `SMALL_MEMBER` may be packed tighter, as empty formatted cells are."""
SMALL_MEMBER = MIB
MAX_TEXT = 128 * MIB
"""Inflated sheets of one book, the blank rows at their ends not counted."""
MAX_STRINGS = 64 * MIB
MAX_SHEETS = 500
MAX_CELLS = 2_400_000
"""Cells of one book, from A1 to the last value of each sheet."""
MAX_PLACED = 500_000
"""Values of a sheet that are placed one by one, which takes more time and memory than reading rows."""
MAX_RECORDS = 3_000_000
"""Of one stream of records."""
MAX_MARKUP = 1_400_000
"""Tags and attributes of a document that is read as a tree."""
MAX_MERGES = 100_000


class UnreadableError(Exception):
    """A file or sheet cannot be read: the code of the finding, and why in the words of whoever noticed."""

    def __init__(self, code: str, why: str = "") -> None:
        self.code, self.why = code, why
        super().__init__(f"{code}: {why}")


def too_large(what: str, size: int, limit: int) -> UnreadableError:
    return UnreadableError("file-too-large", f"{what} {size} > {limit}")


def check_markup(document: bytes) -> None:
    """UnreadableError if a tree of the document would take too much memory."""
    markup = document.count(b"<") + document.count(b"=")
    if markup > MAX_MARKUP:
        raise too_large("markup", markup, MAX_MARKUP)
