"""templates/ → the bytes, TOML tables and digests of its files; one that cannot be read is a DefinitionError."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from pipeline.definitions import schema
from pipeline.definitions.schema import Place

T = TypeVar("T")

HANDBOOK = "变量手册.docx"
"""Written by lint."""
_MARKED = (".lint", ".verify", ".template")
"""Ends of the names that lint, verify and adopt give to what they write."""
_HIDDEN = ("~$", ".")


def content(templates: Path, name: str) -> bytes:
    try:
        return (templates / name).read_bytes()
    except FileNotFoundError as error:
        raise Place(name).error("没有这个文件：请放回 templates，可以从 pipeline init 新建的文件夹里复制") from error
    except OSError as error:
        raise Place(name).error("读不了：可能正在别的程序中打开，请关闭后再试；也可能没有权限") from error


def table(cls: Callable[..., T], templates: Path, name: str) -> T:
    """The top level of a TOML file; what stands in its tables is built by whoever knows them."""
    place, data = Place(name), content(templates, name)
    try:
        # Windows Notepad puts a byte order mark in front, which TOML does not know.
        found = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise place.error("不是 UTF-8 编码，请另存为 UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        where = place.at(f"第{line[1]}行" if line else "文件末尾")
        raise where.error("TOML 写法有误：常见的是引号、括号不成对，少了逗号，或同一项写了两次") from error
    return schema.build(cls, found, place)


def digests(templates: Path) -> tuple[tuple[str, str], ...]:
    """(name below templates/, sha256) of every file, sorted, but for what programs, lint and adopt leave beside them."""
    paths = (path for path in templates.rglob("*") if path.is_file() and not _left(path))
    names = sorted(path.relative_to(templates).as_posix() for path in paths)
    return tuple((name, sha256(content(templates, name)).hexdigest()) for name in names if not _hidden(name))


def _left(path: Path) -> bool:
    return path.stem.endswith(_MARKED) or path.name == HANDBOOK


def _hidden(name: str) -> bool:
    return any(part.startswith(_HIDDEN) for part in name.split("/"))
