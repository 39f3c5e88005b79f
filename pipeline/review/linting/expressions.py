"""The tags of a template in; those that the engine could not fill out, each with the reason and the nearest name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import jinja2
from jinja2 import meta

from pipeline.publish import template
from pipeline.review.linting import written_tags
from pipeline.review.linting.written_tags import Written
from pipeline.review.places import Line

_BLOCK = re.compile(r"(\w+)\b\s*(.*)", re.DOTALL)
_FOR = re.compile(r"for\s+(.+?)\s+in\s+(.+)", re.DOTALL)
_CHAIN = re.compile(r"([^\W\d]\w*(?:\.\w+)+)\.\w+")
_CLOSING = ("else", "endif", "endfor", "endset", "endwith", "raw", "endraw")


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
        found = template.ENVIRONMENT.compile_expression(iterable)(**context)
        return next(iter(found)) if found else None
    except (*template.FAILURES, StopIteration):
        return None


def lines(number: int, text: str, tags: Sequence[Written], scope: Scope) -> Iterator[Line]:
    """What is wrong with each tag of a text, what of it had to be guessed, and the braces that make no tag."""
    for tag in tags:
        for verdict, message in (*_wrong(tag, scope), *_guessed(tag)):
            yield Line(number, tag.start, tag.end, tag.raw, verdict=verdict, message=message)
    for start, end in written_tags.stray_braces(text):
        yield Line(number, start, end, text[start:end], verdict="braces", message="标签要用两个大括号：{{ 名称 }}")


def _guessed(tag: Written) -> Iterator[tuple[str, str]]:
    if tag.wide:
        yield "full-width", f"程序按 {tag.code} 读"


def _wrong(tag: Written, scope: Scope) -> Iterator[tuple[str, str]]:
    """(verdict, message) of a tag by itself; how blocks belong together is another's business."""
    code = _by_itself(tag)
    if not code:
        return
    try:
        names = meta.find_undeclared_variables(template.ENVIRONMENT.parse(code))
        unknown = sorted(names - scope.context.keys() - scope.loose)
        for name in unknown:
            yield "unknown-name", f"没有“{name}”这个名称{template.meant(name, scope.context)}"
        compiled = template.ENVIRONMENT.from_string(code)
        if not unknown and not names & scope.loose and not _leads_nowhere(code, scope):
            compiled.render(scope.context)
    except template.FAILURES as error:
        yield _verdict(error), template.reason(error)


def _leads_nowhere(code: str, scope: Scope) -> bool:
    """Whether it looks into evidence that there is none of in this trial: 依据.主要形式.占比."""
    return any(_empty(chain, scope) for chain in _CHAIN.findall(code))


def _empty(chain: str, scope: Scope) -> bool:
    try:
        found = template.ENVIRONMENT.compile_expression(chain)(**scope.context)
        return isinstance(found, dict | list | str) and not found
    except template.FAILURES:
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
