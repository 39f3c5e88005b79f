"""单位名册 → Register: one tree of units, no two of one full name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from python_calamine import CalamineWorkbook

from pipeline import spelling
from pipeline.definitions import workbook
from pipeline.definitions.schema import Place
from pipeline.definitions.workbook import Layout, Line
from pipeline.model import Register, Unit, Vocabulary

REGISTER = Layout(
    "单位名册",
    ("单位名称", "简称及别名", "上级单位", "级别", "是否应报", "党员人数", "职工人数"),
    possible=("打包密码",),
)


def register(book: CalamineWorkbook, levels: Vocabulary) -> Register:
    """The units in the sheet's order; DefinitionError unless they are one tree with one root."""
    lines = workbook.lines(book, REGISTER)
    spellings = _spellings(lines)
    units = tuple(_unit(index, line, levels, spellings) for index, line in enumerate(lines))
    _check_tree(units, lines)
    return Register(units, spellings, _children(units))


def unit(line: Line, column: str, spellings: Mapping[str, tuple[int, ...]]) -> int | None:
    """The unit that the cell names, None if it is blank; DefinitionError if no unit or several are called so."""
    if not line[column]:
        return None
    units = spellings.get(spelling.normal(line[column]), ())
    if not units:
        raise line.place.unknown(column, line[column], spellings)
    if len(units) > 1:
        raise line.place.error(f"{column}“{line[column]}”可以指 {len(units)} 个单位，请写全称")
    return units[0]


def _spellings(lines: Sequence[Line]) -> dict[str, tuple[int, ...]]:
    """Full names are one unit's own; an alias may be shared."""
    names = _full_names(lines)
    found: dict[str, tuple[int, ...]] = {name: (index,) for name, index in names.items()}
    for index, line in enumerate(lines):
        for alias in line.parts("简称及别名"):
            key = spelling.normal(alias)
            if names.get(key, index) != index:
                raise line.place.error(f"别名“{alias}”是另一个单位的全称")
            found[key] = tuple(dict.fromkeys((*found.get(key, ()), index)))
    return found


def _full_names(lines: Sequence[Line]) -> dict[str, int]:
    names: dict[str, int] = {}
    for index, line in enumerate(lines):
        name = line["单位名称"]
        if not name:
            raise line.place.error("单位名称是空的")
        if names.setdefault(spelling.normal(name), index) != index:
            raise line.place.error(f"有两个单位的全称是“{name}”")
    return names


def _unit(index: int, line: Line, levels: Vocabulary, spellings: Mapping[str, tuple[int, ...]]) -> Unit:
    return Unit(
        index=index,
        name=line["单位名称"],
        aliases=line.parts("简称及别名"),
        parent=unit(line, "上级单位", spellings),
        level=line.named("级别", levels) if line["级别"] else "",
        due=line.choice("是否应报", ("是", "否")) == "是",
        members=_count(line, "党员人数"),
        staff=_count(line, "职工人数"),
        password=line.cells.get("打包密码", ""),
    )


def _count(line: Line, column: str) -> int | None:
    if line[column] and not re.fullmatch("[0-9]+", line[column]):
        raise line.place.error(f"{column}“{line[column]}”应当是整数，不带单位")
    return int(line[column]) if line[column] else None


def _children(units: Sequence[Unit]) -> tuple[tuple[int, ...], ...]:
    children: list[list[int]] = [[] for _ in units]
    for each in units:
        if each.parent is not None:
            children[each.parent].append(each.index)
    return tuple(map(tuple, children))


def _check_tree(units: Sequence[Unit], lines: Sequence[Line]) -> None:
    for each, line in zip(units, lines, strict=True):
        if cycle := _cycle(each, units):
            raise line.place.error(f"上级单位成了一圈：{' → '.join(cycle)}")
    roots = [each for each in units if each.parent is None]
    if not roots:
        raise Place(workbook.FILE, REGISTER.sheet).error(
            "一个单位也没有，请先填写（一行一个单位，最上级单位的“上级单位”留空）"
        )
    if len(roots) > 1:
        named = "、".join(root.name for root in roots)
        raise lines[roots[1].index].place.error(f"只能有一个单位的上级单位是空的，现在有：{named}")


def _cycle(start: Unit, units: Sequence[Unit]) -> list[str]:
    """The names on the way up from `start` back to itself; empty if the way does not come back."""
    way, parent = [start.name], start.parent
    while parent is not None and len(way) <= len(units):
        way.append(units[parent].name)
        if parent == start.index:
            return way
        parent = units[parent].parent
    return []
