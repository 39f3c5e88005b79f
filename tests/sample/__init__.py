"""The sample: a made-up group, its events of two half-years, the workbooks it sends in, and the true figures."""

from __future__ import annotations

from collections.abc import Mapping

from . import oddities, reference, writers
from .books import BOOKS


def made() -> Mapping[str, bytes]:
    """Every file of the sample by its path in the repository."""
    files = {"templates/参考数据.xlsx": reference.workbook()}
    archives: dict[str, dict[str, bytes]] = {}
    for book in BOOKS:
        path, inside, member = book.path.partition(".zip/")
        if inside:
            archives.setdefault(f"{path}.zip", {})[member] = writers.written(book)
        else:
            files[f"input/{path}"] = writers.written(book)
    for path, members in archives.items():
        files[f"input/{path}"] = writers.archive(members, encoding="gbk", stored=True)
    return files | {f"input/{path}": data for path, data in oddities.files(files).items()}
