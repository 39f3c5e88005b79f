"""Sources → what goes back to those who sent them: the bytes of a file, and its sheets where it is no .xlsx."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.ingest import collect, read
from pipeline.model import Sheet, Source


@dataclass(frozen=True, slots=True)
class Contents:
    """Of a file by its name; another process that sees the same folder finds the same there."""

    sources: Mapping[str, Source]

    def __call__(self, file: str) -> tuple[bytes, Sequence[Sheet] | None]:
        data = collect.content(self.sources[file])
        is_package = data.startswith(b"PK") and file.lower().endswith((".xlsx", ".xlsm"))
        return data, None if is_package else read.book(self.sources[file], data).sheets
