"""The text of a cell with tags in; compiled once, filled as a number or as text.

The tags are those of the Word templates, and so are the sandbox and the messages.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from html import unescape
from typing import TypeAlias

import jinja2
from jinja2 import meta, nodes
from markupsafe import escape

from pipeline.publish import template
from pipeline.publish.tags import CHANGES, END, MARK, Numbers, Tag
from pipeline.publish.template import meant
from pipeline.publish.workbook.text import printable

ORDINAL = "序号"
"""In a repeated row: the how manieth it is."""

_SEAM = "<r/>"
"""Between the differently formatted pieces of a cell's text, which is escaped, so that none can be in it."""
_TAG = re.compile(rf"{{(?:{_SEAM})*([{{%]).*?[%}}](?:{_SEAM})*}}", re.DOTALL)
_MARKER = re.compile(f"{MARK}([0-9]+){END}")

Value: TypeAlias = Tag | int | tuple[str, ...]
"""A figure to be stored as a number, an ordinal, or the pieces of a text."""


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """`names` are those that the tags look up, `used` all that they mention; `path` are those of a lone tag."""

    template: jinja2.Template
    path: tuple[str, ...]
    names: frozenset[str]
    used: frozenset[str]

    def check(self, known: Collection[str]) -> None:
        """ValueError, with the nearest names, for one that is not known."""
        for name in sorted(self.names - set(known)):
            raise ValueError(f"没有“{name}”这个名称{meant(name, known)}")

    def value(self, context: Mapping[str, object], numbers: Numbers) -> Value:
        """A number if the filled text is one tag and nothing else, and no style asks for words."""
        try:
            alone = self._alone(context)
            if isinstance(alone, Tag) and _plain(alone):
                return alone
            text = self.template.render({name: context[name] for name in self.names if name in context})
        except template.FAILURES as error:
            raise ValueError(template.reason(error)) from error
        lone = _MARKER.fullmatch(text.replace(_SEAM, "").strip())
        if lone and _plain(tag := numbers.printed[int(lone[1])].tag):
            return tag
        if self.names == {ORDINAL} and text.strip().isdecimal():
            return int(text)
        return tuple(_worded(piece, numbers) for piece in text.split(_SEAM))

    def _alone(self, context: Mapping[str, object]) -> object:
        """What a lone tag stands for; to be rendered, it would have to be worded first."""
        name, *attributes = self.path or ("",)
        return reduce(template.ENVIRONMENT.getattr, attributes, context.get(name))


def entry(pieces: Sequence[str]) -> Entry | None:
    """None if no tag is in the text; ValueError if one is written wrongly."""
    if not tagged(pieces):
        return None
    source = _TAG.sub(_whole, template.braced(_SEAM.join(str(escape(piece)) for piece in pieces)))
    try:
        tree = template.ENVIRONMENT.parse(source)
        compiled = template.ENVIRONMENT.from_string(source)
    except jinja2.TemplateSyntaxError as error:
        raise ValueError(template.reason(error)) from error
    names = frozenset(meta.find_undeclared_variables(tree))
    attributes = {node.attr for node in tree.find_all(nodes.Getattr)}
    return Entry(compiled, _path(tree), names, names | attributes)


def _path(tree: nodes.Template) -> tuple[str, ...]:
    """The name and the attributes of a lone tag such as ``{{ 各单位.参学人次 }}``; nothing of any other text."""
    printed = [node for each in tree.body if isinstance(each, nodes.Output) for node in each.nodes]
    if len(tree.body) != 1 or len(printed) != 1:
        return ()
    node, attributes = printed[0], []
    while isinstance(node, nodes.Getattr):
        attributes.append(node.attr)
        node = node.node
    return (node.name, *reversed(attributes)) if isinstance(node, nodes.Name) else ()


def tagged(pieces: Sequence[str]) -> bool:
    text = template.braced("".join(pieces))
    return "{{" in text or "{%" in text


def _whole(found: re.Match[str]) -> str:
    """A tag in one piece: where its format changes, the change moves behind it."""
    return template.half_width(found[0].replace(_SEAM, "")) + _SEAM * found[0].count(_SEAM)


def _plain(tag: Tag) -> bool:
    return not (tag.style or tag.measure or tag.wording or tag.aspect in CHANGES)


def _worded(text: str, numbers: Numbers) -> str:
    return printable(_MARKER.sub(lambda found: numbers.printed[int(found[1])].text, unescape(text)))
