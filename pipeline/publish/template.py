"""A Word template in; patched and compiled once, its parts filled with a context as often as wanted, sandboxed.

docxtpl cleans the XML of a tag that Word has split; Jinja compiles it; what no tag touches is zipped once and copied.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from types import TracebackType
from typing import Any

import jinja2
from jinja2 import meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from pipeline.errors import TemplateError
from pipeline.publish import package, tags
from pipeline.publish.package import Package
from pipeline.spelling import nearest

_PATCHED_PARTS = ("document.main", "header", "footer", "footnotes", "endnotes")

OPENING = re.compile(r"[{｛](?:<[^>]*>)*[{｛%％#＃]")
CLOSING = re.compile(r"[}｝%％#＃](?:<[^>]*>)*[}｝]")
TO_ASCII = str.maketrans("｛｝％＃", "{}%#")
_TAG = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)
_QUOTED = re.compile(r"""("[^"]*"|'[^']*')""")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
FAILURES = (jinja2.TemplateError, ValueError, TypeError, ArithmeticError, LookupError, AttributeError)
"""What a tag can raise when it is filled."""
_SHORT = 3
"""Characters; of two of which one is wrong still half look alike."""
_SHOWN = 60
"""Characters of a paragraph that a message quotes."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One member of the package with tags in it; `lines` is its patched XML, a paragraph a line."""

    member: str
    template: jinja2.Template
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """A template ready to be filled; `names` are those that its tags look up."""

    name: str
    package: Package
    parts: tuple[Part, ...]
    names: frozenset[str]
    keywords: Mapping[str, str]
    """What the document property 标记 (keywords) says: ``期间=上半年；单位=第二分公司``."""
    source: bytes = field(repr=False)

    def __reduce__(self) -> tuple[Any, ...]:
        """Sent to another process, it is compiled there."""
        return _compiled, (self.name, self.source)

    def render(self, context: Mapping[str, object]) -> dict[str, str]:
        """The XML of each part; TemplateError with the paragraph for a tag that cannot be filled."""
        self._check(context)
        return {part.member: self._rendered(part, context) for part in self.parts}

    def _check(self, context: Mapping[str, object]) -> None:
        """An unknown name is an error even where no condition leads to it."""
        for name in sorted(self.names - context.keys()):
            part, line = next((p, line) for p in self.parts if (line := _line_of(p, name)))
            raise TemplateError(self.name, _quoted(part, line), f"没有“{name}”这个名称{meant(name, context)}")

    def _rendered(self, part: Part, context: Mapping[str, object]) -> str:
        try:
            return part.template.render(context).replace("\n<w:p", "<w:p")
        except FAILURES as error:
            raise TemplateError(self.name, _quoted(part, _failed_line(error)), reason(error)) from error


def compiled(path: Path) -> Compiled:
    """Read, patch and compile a template; TemplateError if it is no Word document or a tag is written wrongly."""
    return _compiled(path.name, path.read_bytes())


def _compiled(name: str, source: bytes) -> Compiled:
    try:
        whole = package.read(source)
    except package.FAILURES as error:
        raise TemplateError(name, "", package.NO_DOCUMENT) from error
    parts = tuple(
        _part(name, member, _patched(whole.members[member]))
        for member in whole.of_type(_PATCHED_PARTS)
        if member == whole.main or b"{" in whole.members[member] or "｛".encode() in whole.members[member]
    )
    names = frozenset(used for part in parts for used in _names(part))
    return Compiled(name, whole.without(part.member for part in parts), parts, names, whole.keywords, source)


def saved_as(folder: Path, suffix: str, others: Iterable[str]) -> list[Path]:
    """The templates of a folder, without lock files; TemplateError for one that was saved as something else."""
    found = sorted(folder.glob("[!~.]*"))
    for path in found:
        if path.suffix.lower() in others:
            raise TemplateError(path.name, "", f"这种格式用不了，请用 Word、Excel 或 WPS 另存为 {suffix}，再移走这一份")
    return [path for path in found if path.suffix.lower() == suffix]


def meant(name: str, names: Iterable[str]) -> str:
    """The end of a message about an unknown name: the nearest known ones, if any."""
    close = "”或“".join(nearest(name, names, cutoff=50 if len(name) < _SHORT else 60))
    return f"，是不是“{close}”？" if close else ""


# --- patching and compiling ------------------------------------------------------------------------------------------


def _patched(data: bytes) -> str:
    """XML that Jinja can read: tags whole and in ASCII, each paragraph on a line of its own."""
    from docxtpl import DocxTemplate

    xml = etree.tostring(etree.fromstring(data), encoding="unicode")
    xml = DocxTemplate(io.BytesIO()).patch_xml(braced(xml))
    xml = _TAG.sub(lambda found: half_width(found[0]), xml)
    return re.sub(r"<w:p([ >])", r"\n<w:p\1", xml)


def braced(xml: str) -> str:
    """With the braces and signs of its tags in ASCII, also where markup parts them."""
    xml = OPENING.sub(lambda found: found[0].translate(TO_ASCII), xml)
    return CLOSING.sub(lambda found: found[0].translate(TO_ASCII), xml)


def half_width(tag: str) -> str:
    """A tag as its author meant it: full-width punctuation in ASCII, but not what stands in quotes; no XML escapes."""
    pieces = _QUOTED.split(unescape(tag))
    return "".join(text if place % 2 else unicodedata.normalize("NFKC", text) for place, text in enumerate(pieces))


def _part(name: str, member: str, xml: str) -> Part:
    lines = tuple(xml.split("\n"))
    try:
        return Part(member, ENVIRONMENT.from_string(xml), lines)
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError(name, _paragraph(lines, error.lineno), reason(error)) from error


def _names(part: Part) -> set[str]:
    return meta.find_undeclared_variables(ENVIRONMENT.parse("\n".join(part.lines)))


class _Sandbox(ImmutableSandboxedEnvironment):
    """A mapping shows a template its keys and nothing else; an unknown key is answered with the nearest ones."""

    def getattr(self, obj: object, attribute: str) -> object:
        return self._entry(obj, attribute) if isinstance(obj, Mapping) else super().getattr(obj, attribute)

    def getitem(self, obj: object, argument: object) -> object:
        return self._entry(obj, str(argument)) if isinstance(obj, Mapping) else super().getitem(obj, argument)

    def _entry(self, mapping: Mapping[str, object], key: str) -> object:
        if key in mapping:
            return mapping[key]
        return self.undefined(hint=f"这里没有“{key}”{meant(key, mapping)}", name=key)


def _printable(value: object) -> object:
    """What may reach the page: never None or a float, whose rounding nobody has decided."""
    if value is None or isinstance(value, bool | float | complex):
        raise ValueError(f"“{value}”不能直接写进报告，请改用指标名称或条件")
    return _NOT_XML.sub("", value) if type(value) is str else value


def _environment() -> ImmutableSandboxedEnvironment:
    sandbox = _Sandbox(autoescape=True, undefined=jinja2.StrictUndefined, finalize=_printable)
    sandbox.filters.update(tags.FILTERS)
    return sandbox


ENVIRONMENT = _environment()
"""Jinja as templates see it: strict, escaping, sandboxed, with the styles of numbers as filters."""


# --- messages --------------------------------------------------------------------------------------------------------


def _line_of(part: Part, name: str) -> int:
    """The line, counted from 1, of the first tag that looks `name` up; 0 if none does."""
    tree = ENVIRONMENT.parse("\n".join(part.lines))
    return next((node.lineno for node in tree.find_all(nodes.Name) if node.name == name), 0)


def _failed_line(error: BaseException) -> int:
    line, trace = 0, error.__traceback__
    while trace is not None:
        line, trace = _jinja_line(trace) or line, trace.tb_next
    return line


def _jinja_line(trace: TracebackType) -> int:
    """Jinja puts frames with the lines of the template's source into the traceback."""
    return trace.tb_lineno if "__jinja_exception__" in trace.tb_frame.f_globals else 0


def _quoted(part: Part, line: int) -> str:
    return _paragraph(part.lines, line)


def _paragraph(lines: Sequence[str], line: int) -> str:
    text = unescape(re.sub(r"<[^>]+>", "", lines[line - 1])).strip() if 0 < line <= len(lines) else ""
    return f"段落“{text[:_SHOWN]}{'…' if len(text) > _SHOWN else ''}”"


_REASONS = (
    (r"No filter named '(.+?)'", "没有“{0}”这种写法"),
    (r"Unexpected end of template", "有条件或循环没有结束，缺少 {{% endif %}} 或 {{% endfor %}}"),
    (r"Encountered unknown tag '(.+?)'", "看不懂 {{% {0} %}}"),
    (r"access to attribute '(.+?)' of", "模板里不能用“{0}”"),
    (r"'(.+?)' is undefined", "没有“{0}”这个名称"),
    (r"has no (?:attribute|element) '?(.+?)'?$", "这里没有“{0}”"),
    (r"^unexpected '(.+)'$", "标签没有写对：“{0}”不该在这里，标签要写成 {{{{ 名称 }}}}"),
    (r"^expected token '(?:.+)', got '(.+)'$", "标签没有写对：“{0}”不该在这里，标签要写成 {{{{ 名称 }}}}"),
    (r"^division by zero$", "标签没有写对：除数是 0"),
)
"""Jinja's messages and what a clerk is told."""


def reason(error: Exception) -> str:
    """What Jinja or a tag complains of, as a clerk is told."""
    message = str(error)
    for pattern, wording in _REASONS:
        if found := re.search(pattern, message):
            name = "".join(found.groups())
            return wording.format(name) + (meant(name, tags.FILTERS) if "filter" in pattern else "")
    is_ours = re.search("[一-鿿]", message) and not isinstance(error, jinja2.TemplateSyntaxError)
    return message if is_ours else f"标签没有写对（{message}）"
