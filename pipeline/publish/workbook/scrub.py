"""Takes from a workbook what must not travel: properties and names of authors, macros, links to other workbooks.

Formulas that read another workbook keep the value they show; elsewhere (lists, charts, names) their reference becomes
``#REF!``, as Excel writes it where a source is gone.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from pipeline.publish.workbook.package import SHEET_TYPE, M, Package, UnmarkableError

_PROPERTIES = frozenset(
    {"core-properties", "extended-properties", "custom-properties", "thumbnail", "customXml", "classificationlabels"}
    | {"person", "revisionHeaders", "usernames", "extensibility", "calcChain"}
)
_MACROS, _LINKS, _THREADS = "vbaProject", "externalLink", "threadedComment"
_MACRO_SHEETS = frozenset({"xlMacrosheet", "xlIntlMacrosheet"})
_AUTHORED = frozenset(f"{M}{name}" for name in ("fileSharing", "externalReferences"))
_ALTERNATIVE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
"""In the workbook part it holds absPath, the folder in which the unit last saved the file."""

_WITH_FORMULAS = ("xl/worksheets/", "xl/charts/", "xl/tables/", "xl/pivotCache/")
_FORMULA = re.compile(
    rb"<((?:\w+:)?(?:f|formula[12]?|calculatedColumnFormula|totalsRowFormula))(\s[^>]*?)?(?:/>|>([^<]*)</\1>)"
)
_SHARED = re.compile(rb"""\ssi=["'](\d+)["']""")
_ELSEWHERE = r"""'[^'\[\]]*\[[^\[\]]+\](?:[^']|'')*'!|(?<![\w\]])\[[^\[\]]+\][\w.:]*!"""
_REFRESHED_BY = re.compile(rb"""\srefreshedBy=(?:"[^"]*"|'[^']*')""")

NOTES = {
    _MACROS: "宏已去掉",
    _LINKS: "指向其他工作簿的链接已去掉，相关公式改为当前数值",
    _THREADS: "会话式批注改成了普通批注",
}


def scrubbed(package: Package) -> tuple[str, ...]:
    """Scrub in place; what the unit should know about it."""
    found = {kind for owner in ("", *package) for kind in package.unrelate(owner, _PROPERTIES | NOTES.keys())}
    if any(package.of_kind(package.main, kind) for kind in _MACRO_SHEETS):
        raise UnmarkableError("macro sheet")
    if _LINKS in found:
        _unlink(package)
    _anonymise(package)
    package.sweep()
    package.set_type(package.main, SHEET_TYPE.format("sheet.main"))
    return tuple(note for kind, note in NOTES.items() if kind in found)


def _anonymise(package: Package) -> None:
    root = package.edit(package.main)
    for child in list(root):
        if child.tag in _AUTHORED or child.tag == _ALTERNATIVE:
            root.remove(child)
    for part in package.of_kind(package.main, "pivotCacheDefinition"):
        package.put(part, _REFRESHED_BY.sub(b"", package.read(part), count=1))


# --- links to other workbooks ----------------------------------------------------------------------------------------


def _unlink(package: Package) -> None:
    """In the sheets, in all that is drawn, and in the defined names."""
    outside = _outside(package)
    for part in package:
        if part.endswith(".xml") and part.startswith(_WITH_FORMULAS):
            package.put(part, _unlinked(package.read(part), outside))
    for name in package.edit(package.main).iterfind(f"{M}definedNames/{M}definedName"):
        if outside((name.text or "").encode()):
            name.text = "#REF!"


def _outside(package: Package) -> Callable[[bytes], bool]:
    """Whether a formula reads another workbook, itself or through a defined name."""
    direct = re.compile(_ELSEWHERE)
    names = package.tree(package.main).iterfind(f"{M}definedNames/{M}definedName")
    indirect = [re.escape(name.get("name", "")) for name in names if direct.search(name.text or "")]
    pattern = re.compile("|".join([_ELSEWHERE, *(rf"(?<![\w.]){name}(?![\w.(!])" for name in indirect)]))
    return lambda formula: bool(pattern.search(html.unescape(formula.decode("utf-8", "replace"))))


def _unlinked(part: bytes, outside: Callable[[bytes], bool]) -> bytes:
    shared = {_share(found) for found in _FORMULA.finditer(part) if found[3] and outside(found[3])} - {b""}

    def replaced(found: re.Match[bytes]) -> bytes:
        if _share(found) not in shared and not outside(found[3] or b""):
            return found[0]
        return b"" if _in_cell(found) else b"<%s%s>#REF!</%s>" % (found[1], found[2] or b"", found[1])

    return _FORMULA.sub(replaced, part)


def _in_cell(found: re.Match[bytes]) -> bool:
    """A formula of a cell stands directly behind the cell's own tag; those of charts and lists do not."""
    before = found.string[: found.start()].rstrip()
    return re.fullmatch(rb"<(?:\w+:)?c(?:\s[^>]*)?>", before[before.rfind(b"<") :]) is not None


def _share(found: re.Match[bytes]) -> bytes:
    shared = _SHARED.search(found[2] or b"")
    return shared[1] if shared else b""
