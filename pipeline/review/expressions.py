"""The tags of a template in; those that the engine could not fill out, each with the reason and the nearest name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import jinja2
from jinja2 import meta

from pipeline.publish import template
from pipeline.review.written_tags import Written

_BLOCK = re.compile(r"(\w+)\b\s*(.*)", re.DOTALL)
_FOR = re.compile(r"for\s+(.+?)\s+in\s+(.+)", re.DOTALL)
_CHAIN = re.compile(r"([^\W\d]\w*(?:\.\w+)+)\.\w+")
_CLOSING = ("else", "endif", "endfor", "endset", "endwith", "raw", "endraw")
_ENVIRONMENT = template.environment()
_ERRORS = (jinja2.TemplateError, ValueError, TypeError, ArithmeticError, LookupError, AttributeError)


class Wrong(NamedTuple):
    verdict: str
    message: str


@dataclass(frozen=True, slots=True)
class Scope:
    """`context` has every name of the manual and, for each loop, its first turn; `loose` are variables of empty loops."""

    context: Mapping[str, object]
    loose: frozenset[str]


def scope(tags: Iterable[Written], context: Mapping[str, object]) -> Scope:
    """The names of the manual, and the variables of all loops and assignments."""
    known, loose = dict(context), {"loop"}
    for tag in tags:
        if tag.block and (loop := _FOR.fullmatch(tag.body)):
            names = re.split(r"\s*,\s*", loop[1])
            first = _first(loop[2], known) if len(names) == 1 else None
            if first is None:
                loose.update(names)
            else:
                known[names[0]] = first
        elif tag.block and (assigned := re.match(r"set\s+(\w+)", tag.body)):
            loose.add(assigned[1])
    return Scope(known, frozenset(loose))


def _first(iterable: str, context: Mapping[str, object]) -> object:
    try:
        found = _ENVIRONMENT.compile_expression(iterable)(**context)
        return next(iter(found)) if found else None
    except (*_ERRORS, StopIteration):
        return None


def wrong(tag: Written, scope: Scope) -> Iterator[Wrong]:
    """What is wrong with a tag by itself; how blocks belong together is another's business."""
    code = _by_itself(tag)
    if not code:
        return
    try:
        names = meta.find_undeclared_variables(_ENVIRONMENT.parse(code))
        unknown = sorted(names - scope.context.keys() - scope.loose)
        for name in unknown:
            yield Wrong("unknown-name", f"没有“{name}”这个名称{template.meant(name, scope.context)}")
        compiled = _ENVIRONMENT.from_string(code)
        if not unknown and not names & scope.loose and not _leads_nowhere(code, scope):
            compiled.render(scope.context)
    except _ERRORS as error:
        yield Wrong(_verdict(error), template.reason(error))


def _leads_nowhere(code: str, scope: Scope) -> bool:
    """Whether it looks into evidence that there is none of in this trial: 依据.主要形式.占比."""
    return any(_empty(chain, scope) for chain in _CHAIN.findall(code))


def _empty(chain: str, scope: Scope) -> bool:
    try:
        found = _ENVIRONMENT.compile_expression(chain)(**scope.context)
        return isinstance(found, dict | list | str) and not found
    except _ERRORS:
        return False


def _verdict(error: Exception) -> str:
    if isinstance(error, jinja2.TemplateAssertionError):
        return "unknown-style"
    if isinstance(error, jinja2.TemplateSyntaxError):
        return "syntax"
    if isinstance(error, jinja2.UndefinedError):
        return "unknown-name"
    return "wrong-style" if "不能写成" in str(error) or "只能写在" in str(error) else "wrong-value"


def _by_itself(tag: Written) -> str:
    """A tag as a template of its own; nothing where it only closes or goes on."""
    if not tag.block:
        return f"{{{{ {tag.body} }}}}" if tag.body or tag.code.startswith("{{") else ""
    keyword, rest = match.groups() if (match := _BLOCK.fullmatch(tag.body)) else ("", "")
    if keyword in _CLOSING:
        return ""
    if keyword in ("if", "elif"):
        return f"{{% if {rest} %}}{{% endif %}}"
    ends = {"for": "endfor", "with": "endwith"}
    closing = f"{{% {ends[keyword]} %}}" if keyword in ends else ""
    return f"{{% {tag.body} %}}{closing}"
