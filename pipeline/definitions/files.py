"""templates/ → the bytes and digests of its files; one that cannot be read is a DefinitionError."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from pipeline.definitions.schema import Place

HANDBOOK = "变量手册.docx"
"""Written by lint."""
_MARKED = (".lint", ".verify", ".template")
"""Ends of the names that lint, verify and adopt give to what they write."""
_HIDDEN = ("~$", ".")


def content(templates: Path, name: str) -> bytes:
    try:
        return (templates / name).read_bytes()
    except FileNotFoundError as error:
        raise Place(name).error("没有这个文件") from error
    except OSError as error:
        raise Place(name).error("读不了：可能正在别的程序中打开，请关闭后再试；也可能没有权限") from error


def digests(templates: Path) -> tuple[tuple[str, str], ...]:
    """(name below templates/, sha256) of every file, sorted, but for what programs, lint and adopt leave beside them."""
    paths = (path for path in templates.rglob("*") if path.is_file() and not _left(path))
    names = sorted(path.relative_to(templates).as_posix() for path in paths)
    return tuple((name, sha256(content(templates, name)).hexdigest()) for name in names if not _hidden(name))


def _left(path: Path) -> bool:
    return path.stem.endswith(_MARKED) or path.name == HANDBOOK


def _hidden(name: str) -> bool:
    return any(part.startswith(_HIDDEN) for part in name.split("/"))
