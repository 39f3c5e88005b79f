"""What Word, Excel and WPS refuse or repair in a package, by ECMA-376 and the documented limits; LibreOffice forgives it."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lxml import etree
from openpyxl.utils.cell import coordinate_from_string, get_column_letter, range_boundaries

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"

ORDER: Mapping[str, str] = {
    # --- WordprocessingML, ISO/IEC 29500-4
    f"{{{W}}}pPr": """pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs
        suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd
        snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment
        textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange""",
    f"{{{W}}}rPr": """ins del rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof
        snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl
        cs em lang eastAsianLayout specVanish oMath rPrChange""",
    f"{{{W}}}sdtPr": """rPr alias tag id lock placeholder temporary showingPlcHdr dataBinding label tabIndex equation comboBox
        date docPartObj docPartList dropDownList picture richText text citation group bibliography""",
    f"{{{W}}}sdt": "sdtPr sdtEndPr sdtContent",
    f"{{{W}}}tbl": "bookmarkStart bookmarkEnd tblPr tblGrid tr",
    f"{{{W}}}tblPr": """tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing
        tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription tblPrChange""",
    f"{{{W}}}tcPr": """cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign
        hideMark""",
    f"{{{W}}}sectPr": """headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType
        pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings""",
    f"{{{W}}}style": """name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked
        personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr""",
    f"{{{W}}}styles": "docDefaults latentStyles style",
    f"{{{W}}}numbering": "numPicBullet abstractNum num numIdMacAtCleanup",
    f"{{{W}}}lvl": "start numFmt lvlRestart pStyle isLgl suff lvlText lvlPicBulletId legacy lvlJc pPr rPr",
    f"{{{W}}}pBdr": "top left bottom right between bar",
    f"{{{W}}}tblBorders": "top left start bottom right end insideH insideV",
    f"{{{W}}}tcBorders": "top left start bottom right end insideH insideV tl2br tr2bl",
    f"{{{W}}}tblCellMar": "top left start bottom right end",
    # --- SpreadsheetML
    f"{{{S}}}worksheet": """sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection
        protectedRanges scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr
        conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks
        customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF picture
        oleObjects controls webPublishItems tableParts extLst""",
    f"{{{S}}}sheetPr": "tabColor outlinePr pageSetUpPr",
    f"{{{S}}}sheetView": "pane selection pivotSelection extLst",
    f"{{{S}}}workbook": """fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups
        externalReferences definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing
        fileRecoveryPr webPublishObjects extLst""",
    f"{{{S}}}styleSheet": "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst",
    f"{{{S}}}border": "start end left right top bottom diagonal vertical horizontal",
    f"{{{S}}}xf": "alignment protection extLst",
    f"{{{S}}}dxf": "font numFmt fill alignment border protection extLst",
    f"{{{S}}}c": "f v is extLst",
    f"{{{S}}}headerFooter": "oddHeader oddFooter evenHeader evenFooter firstHeader firstFooter",
    f"{{{S}}}comments": "authors commentList extLst",
    f"{{{S}}}dataValidation": "formula1 formula2",
}
"""Element → its children in the order of the schema; any may be missing."""

REPEATED = {
    *("headerReference", "footerReference", "style", "abstractNum", "num", "tr", "bookmarkStart", "bookmarkEnd"),
    *("conditionalFormatting", "selection", "tblStylePr"),
}
"""Children that may stand more than once; the two references of a section in any order."""

Trees = Mapping[str, Any]


def faults(data: bytes) -> list[str]:
    """What is wrong with a .docx or .xlsx, each with the part where it stands; nothing if all is well."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        parts = {name: archive.read(name) for name in names}
    found = [f"zip: {name} twice" for name, count in Counter(map(str.casefold, names)).items() if count > 1]
    found += [f"zip: {name}" for name in names if name.startswith("/") or "\\" in name or ".." in name.split("/")]
    trees: dict[str, Any] = {}
    for name, content in parts.items():
        if name.endswith((".xml", ".rels", ".vml")):
            try:
                trees[name] = etree.fromstring(content)
            except etree.XMLSyntaxError as trouble:
                found.append(f"{name}: {trouble}")
    checks = (_content_types, _relationships, _references, _ignorable, _order, _spreadsheet, _document)
    return found + [fault for check in checks for fault in check(trees, parts.keys())]


# --- the package -----------------------------------------------------------------------------------------------------


def _content_types(trees: Trees, names: Iterable[str]) -> Iterator[str]:
    types = trees["[Content_Types].xml"]
    defaults = [each.get("Extension").lower() for each in types.iter(f"{{{_TYPES}}}Default")]
    overrides = [each.get("PartName") for each in types.iter(f"{{{_TYPES}}}Override")]
    yield from (f"content types: {name} twice" for name, n in Counter(defaults + overrides).items() if n > 1)
    yield from (f"content types: {name} is missing" for name in overrides if name.lstrip("/") not in names)
    for name in (each for each in names if each != "[Content_Types].xml"):
        if f"/{name}" not in overrides and name.rpartition(".")[2].lower() not in defaults:
            yield f"content types: {name} has none"


def _relationships(trees: Trees, names: Iterable[str]) -> Iterator[str]:
    for rels, source in _rels(trees):
        ids = [each.get("Id") for each in trees[rels]]
        yield from (f"{rels}: {id} twice" for id, n in Counter(ids).items() if n > 1)
        if source and source not in names:
            yield f"{rels}: nothing has these"
        for each in trees[rels]:
            if each.get("TargetMode") != "External" and _target(source, each.get("Target")) not in names:
                yield f"{rels}: {each.get('Target')} is missing"


def _references(trees: Trees, names: Iterable[str]) -> Iterator[str]:  # noqa: ARG001
    """Every r:id of a part is one of its relationships."""
    known = {source: {each.get("Id") for each in trees[rels]} for rels, source in _rels(trees)}
    for name, tree in trees.items():
        if not name.endswith(".rels"):
            used = {value for e in tree.iter() for key, value in e.attrib.items() if key.startswith(f"{{{R}}}")}
            yield from (f"{name}: no relationship {id}" for id in used - known.get(name, set()) if id)


def _rels(trees: Trees) -> list[tuple[str, str]]:
    """(part of relationships, part that has them)."""
    found = []
    for name in trees:
        if name.endswith(".rels"):
            folder, file = posixpath.split(name)
            found.append((name, posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels"))))
    return found


def _target(source: str, target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(source), target))


def _ignorable(trees: Trees, names: Iterable[str]) -> Iterator[str]:  # noqa: ARG001
    for name, tree in trees.items():
        for element in tree.iter("{*}*"):
            prefixes = element.get(f"{{{MC}}}Ignorable", "").split()
            yield from (f"{name}: Ignorable {each} is not declared" for each in prefixes if each not in element.nsmap)


def _order(trees: Trees, names: Iterable[str]) -> Iterator[str]:  # noqa: ARG001
    for name, tree in trees.items():
        for element in tree.iter(*ORDER):
            places = {child: place for place, child in enumerate(ORDER[element.tag].split())}
            places |= {"footerReference": places["headerReference"]} if "headerReference" in places else {}
            namespace = element.tag[1:].partition("}")[0]
            local = [_local(each) for each in element if isinstance(each.tag, str) and _space(each) == namespace]
            shown = f"{name}: {_local(element)}"
            yield from (f"{shown} has {each}" for each in local if each not in places and each != "AlternateContent")
            known = [each for each in local if each in places]
            yield from (
                f"{shown}: {each} twice" for each, n in Counter(known).items() if n > 1 and each not in REPEATED
            )
            if [places[each] for each in known] != sorted(places[each] for each in known):
                yield f"{shown}: {' '.join(known)}"


def _local(element: Any) -> str:
    return str(etree.QName(element).localname)


def _space(element: Any) -> str:
    return str(etree.QName(element).namespace)


# --- workbooks -------------------------------------------------------------------------------------------------------


def _spreadsheet(trees: Trees, names: Iterable[str]) -> Iterator[str]:  # noqa: ARG001
    if "xl/workbook.xml" not in trees:
        return
    book, styles = trees["xl/workbook.xml"], trees["xl/styles.xml"]
    sheets = [each.get("name") for each in book.iter(f"{{{S}}}sheet")]
    yield from _sheet_names(sheets)
    yield from _defined_names(book, sheets)
    yield from _styles(styles)
    yield from _charts(trees, sheets)
    states = [each.get("state", "visible") for each in book.iter(f"{{{S}}}sheet")]
    active = int(next((each.get("activeTab", 0) for each in book.iter(f"{{{S}}}workbookView")), 0))
    if states[active] != "visible":
        yield "workbook: the active sheet is hidden"
    shared = trees.get("xl/sharedStrings.xml")
    texts = [] if shared is None else ["".join(each.itertext()) for each in shared.iter(f"{{{S}}}si")]
    for name, tree in trees.items():
        if tree.tag == f"{{{S}}}worksheet":
            yield from (f"{name}: {fault}" for fault in _worksheet(tree, styles, texts, sheets))
            yield from (f"{name}: {fault}" for fault in _comments(trees, name))


def _sheet_names(sheets: list[str]) -> Iterator[str]:
    for name in sheets:
        if not 0 < len(name) <= 31 or re.search(r"[\[\]:*?/\\]", name) or name[0] == "'" or name[-1] == "'":
            yield f"workbook: a sheet is called {name}"
    yield from (
        f"workbook: {n} sheets are called {name}" for name, n in Counter(map(str.lower, sheets)).items() if n > 1
    )


def _defined_names(book: Any, sheets: list[str]) -> Iterator[str]:
    names = [(each.get("name").lower(), each.get("localSheetId")) for each in book.iter(f"{{{S}}}definedName")]
    yield from (f"workbook: {name} defined twice" for name, n in Counter(names).items() if n > 1)
    for each in book.iter(f"{{{S}}}definedName"):
        if each.get("localSheetId") and int(each.get("localSheetId")) >= len(sheets):
            yield f"workbook: {each.get('name')} is of no sheet"
        yield from (f"workbook: {each.get('name')} means {sheet}" for sheet in _sheets_of(each.text) - set(sheets))


def _sheets_of(formula: str) -> set[str]:
    if "!" not in formula:
        return set()
    quoted = {name.replace("''", "'") for name in re.findall(r"'((?:[^']|'')+)'!", formula)}
    return quoted | set(re.findall(r"([\w.]+)!", re.sub(r"'(?:[^']|'')+'!|\"[^\"]*\"", "", formula)))


def _styles(styles: Any) -> Iterator[str]:
    def count(name: str) -> int:
        listed = styles.find(f"{{{S}}}{name}")
        return 0 if listed is None else len(listed)

    for listed in styles:
        if listed.get("count") and int(listed.get("count")) != len(listed):
            yield f"styles: {_local(listed)} counts {listed.get('count')}, holds {len(listed)}"
    if count("cellXfs") > 64_000 or count("fonts") > 1024 or count("numFmts") > 200:
        yield "styles: too many"
    for each in styles.iter(f"{{{S}}}xf"):
        for key, name in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders"), ("xfId", "cellStyleXfs")):
            if int(each.get(key, 0)) >= max(count(name), 1):
                yield f"styles: no {key} {each.get(key)}"
    codes = [each.get("formatCode") for each in styles.iter(f"{{{S}}}numFmt")]
    yield from (f"styles: a number format of {len(code)} letters" for code in codes if len(code) > 255)
    ids = Counter(each.get("numFmtId") for each in styles.iterfind(f"{{{S}}}numFmts/{{{S}}}numFmt"))
    yield from (f"styles: number format {id} twice" for id, n in ids.items() if n > 1)


def _charts(trees: Trees, sheets: list[str]) -> Iterator[str]:
    for name, tree in trees.items():
        if name.startswith("xl/charts/chart"):
            formulas = (each.text or "" for each in tree.iter("{*}f"))
            yield from (
                f"{name}: no sheet {sheet}" for formula in formulas for sheet in _sheets_of(formula) - set(sheets)
            )


def _worksheet(sheet: Any, styles: Any, texts: list[str], sheets: list[str]) -> Iterator[str]:
    formats = len(styles.find(f"{{{S}}}cellXfs"))
    differing = styles.find(f"{{{S}}}dxfs")
    yield from _cells(sheet, formats, texts, sheets)
    yield from _columns(sheet, formats)
    yield from _merges(sheet)
    for rule in sheet.iter(f"{{{S}}}cfRule"):
        if rule.get("dxfId") and int(rule.get("dxfId")) >= (0 if differing is None else len(differing)):
            yield f"conditional format without looks {rule.get('dxfId')}"
        if int(rule.get("priority", 0)) < 1:
            yield "conditional format without a priority"
    yield from _validations(sheet)
    yield from _links(sheet, sheets)
    for each in sheet.iterfind(f"{{{S}}}headerFooter/*"):
        if len(each.text or "") > 255:
            yield f"{_local(each)} of {len(each.text)} letters"


def _cells(sheet: Any, formats: int, texts: list[str], sheets: list[str]) -> Iterator[str]:
    before = 0
    for row in sheet.iter(f"{{{S}}}row"):
        number = int(row.get("r", before + 1))
        if not before < number <= 1_048_576 or float(row.get("ht", 0)) > 409.5 or int(row.get("s", 0)) >= formats:
            yield f"row {number}"
        before, column = number, 0
        for cell in row:
            letters, found = coordinate_from_string(cell.get("r"))
            index = range_boundaries(cell.get("r"))[0] or 0
            if found != number or index <= column or int(cell.get("s", 0)) >= formats:
                yield f"cell {letters}{found} in row {number}"
            column = index
            yield from (f"{cell.get('r')}: {fault}" for fault in _cell(cell, texts, sheets))


def _cell(cell: Any, texts: list[str], sheets: list[str]) -> Iterator[str]:
    kind, value = cell.get("t", "n"), cell.findtext(f"{{{S}}}v")
    if kind not in ("n", "s", "str", "b", "e", "inlineStr", "d"):
        yield f"type {kind}"
    if kind == "s" and int(value) >= len(texts):
        yield f"no shared string {value}"
    text = texts[int(value)] if kind == "s" else "".join(cell.itertext()) if kind == "inlineStr" else value or ""
    if len(text) > 32_767:
        yield f"{len(text)} letters"
    if kind == "n" and value:
        float(value)
    formula = cell.findtext(f"{{{S}}}f") or ""
    if len(formula) > 8192 or formula.startswith("="):
        yield f"formula {formula[:20]}"
    yield from (f"formula with {each}" for each in _sheets_of(formula) - set(sheets))


def _columns(sheet: Any, formats: int) -> Iterator[str]:
    before = 0
    for each in sheet.iter(f"{{{S}}}col"):
        first, last = int(each.get("min")), int(each.get("max"))
        if not before < first <= last <= 16_384 or not 0 <= float(each.get("width", 9)) <= 255:
            yield f"columns {first} to {last} of width {each.get('width')}"
        if int(each.get("style", 0)) >= formats:
            yield f"column {first} without a style"
        before = last


def _merges(sheet: Any) -> Iterator[str]:
    seen: set[tuple[int, int]] = set()
    for each in sheet.iter(f"{{{S}}}mergeCell"):
        cells = _covered(each.get("ref"))
        if len(cells) < 2 or cells & seen:
            yield f"merged {each.get('ref')}"
        seen |= cells
    for merged in sheet.iter(f"{{{S}}}mergeCells"):
        if int(merged.get("count", len(merged))) != len(merged):
            yield "merged cells are not counted"


def _covered(reference: str) -> set[tuple[int, int]]:
    left, top, right, bottom = (each or 0 for each in range_boundaries(reference))
    return {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}


def _validations(sheet: Any) -> Iterator[str]:
    limits = (("promptTitle", 32), ("errorTitle", 32), ("prompt", 255), ("error", 255))
    for each in sheet.iter(f"{{{S}}}dataValidation"):
        where = each.get("sqref")
        yield from (f"{where}: {key} too long" for key, most in limits if len(each.get(key, "")) > most)
        formula = each.findtext(f"{{{S}}}formula1") or ""
        if each.get("type") == "list" and formula.startswith('"') and len(formula) - 2 > 255:
            yield f"{where}: a list of {len(formula) - 2} letters"
    for every in sheet.iter(f"{{{S}}}dataValidations"):
        if int(every.get("count", len(every))) != len(every):
            yield "validations are not counted"


def _links(sheet: Any, sheets: list[str]) -> Iterator[str]:
    links = list(sheet.iter(f"{{{S}}}hyperlink"))
    yield from (f"{ref} is linked twice" for ref, n in Counter(each.get("ref") for each in links).items() if n > 1)
    for each in links:
        place = "" if each.get(f"{{{R}}}id") else each.get("location", "")
        yield from (f"{each.get('ref')} leads to {name}" for name in _sheets_of(place) - set(sheets))
        if len(each.get("tooltip", "")) > 255 or len(each.get("display", "")) > 2084:
            yield f"{each.get('ref')}: link too long"
    if len(links) > 65_530:
        yield f"{len(links)} links"


def _comments(trees: Trees, name: str) -> Iterator[str]:
    """Each has an author, a cell of its own and a box in the drawing of the sheet."""
    rels = trees.get(posixpath.join(posixpath.dirname(name), "_rels", f"{posixpath.basename(name)}.rels"))
    targets = {} if rels is None else {each.get("Type").rpartition("/")[2]: each.get("Target") for each in rels}
    if "comments" not in targets:
        return
    comments, drawing = trees[_target(name, targets["comments"])], trees[_target(name, targets["vmlDrawing"])]
    authors = len(comments.find(f"{{{S}}}authors"))
    cells = [each.get("ref") for each in comments.iter(f"{{{S}}}comment")]
    yield from (f"{cell} has {n} comments" for cell, n in Counter(cells).items() if n > 1)
    for each in comments.iter(f"{{{S}}}comment"):
        if int(each.get("authorId")) >= authors or len("".join(each.itertext())) > 32_767:
            yield f"comment at {each.get('ref')}"
    boxes = {
        f"{get_column_letter(int(each.findtext('{*}Column')) + 1)}{int(each.findtext('{*}Row')) + 1}"
        for each in drawing.iter("{urn:schemas-microsoft-com:office:excel}ClientData")
        if each.get("ObjectType") == "Note"
    }
    yield from (f"comment at {cell} without a box" for cell in set(cells) ^ boxes)
    if trees[name].find(f"{{{S}}}legacyDrawing") is None:
        yield "comments without a drawing"


# --- documents -------------------------------------------------------------------------------------------------------


def _document(trees: Trees, names: Iterable[str]) -> Iterator[str]:  # noqa: ARG001
    if "word/document.xml" not in trees:
        return
    yield from _unique_ids(trees)
    yield from _used_styles(trees)
    yield from _ranges(trees)
    for name, tree in trees.items():
        if tree.tag in {f"{{{W}}}{each}" for each in ("document", "hdr", "ftr", "comments", "footnotes", "endnotes")}:
            yield from (f"{name}: {fault}" for fault in _story(tree))
    body = trees["word/document.xml"].find(f"{{{W}}}body")
    if body.find(f"{{{W}}}sectPr") is not None and body[-1].tag != f"{{{W}}}sectPr":
        yield "document: something stands behind the section"


def _story(tree: Any) -> Iterator[str]:
    for each in tree.iter(f"{{{W}}}p", f"{{{W}}}r", f"{{{W}}}tc", f"{{{W}}}tr"):
        first = f"{{{W}}}{_local(each)}Pr"
        if any(child.tag == first for child in each[1:]) and each[0].tag not in (first, f"{{{W}}}tblPrEx"):
            yield f"{_local(each)}: its properties are not first"
    for each in tree.iter(f"{{{W}}}tc"):
        if not len(each) or each[-1].tag not in (f"{{{W}}}p", f"{{{W}}}sdt"):
            yield "a cell does not end with a paragraph"
    for inner, outer in (("p", "p"), ("r", "r"), ("p", "r")):
        nested = tree.xpath(f"//w:{outer}/w:{inner}", namespaces={"w": W})
        yield from (f"a {inner} in a {outer}" for _ in nested)
    for each in tree.iter(f"{{{W}}}t"):
        text = each.text or ""
        if text != text.strip(" \t\n") and each.get("{http://www.w3.org/XML/1998/namespace}space") != "preserve":
            yield f"the spaces of “{text}” are lost"
    for each in tree.iter(f"{{{W}}}tag", f"{{{W}}}alias"):
        if len(each.get(f"{{{W}}}val")) > 64:
            yield f"{_local(each)} of {len(each.get(f'{{{W}}}val'))} letters"
    for table in tree.iter(f"{{{W}}}tbl"):
        if table.find(f"{{{W}}}tblGrid") is None:
            yield "a table without a grid"


def _unique_ids(trees: Trees) -> Iterator[str]:
    stories = [tree for name, tree in trees.items() if name.startswith("word/") and not name.endswith(".rels")]
    controls = Counter(each.get(f"{{{W}}}val") for t in stories for each in t.iterfind(f".//{{{W}}}sdtPr/{{{W}}}id"))
    yield from (f"content control {id} twice" for id, n in controls.items() if n > 1)
    yield from (f"content control {id}" for id in controls if not -(2**31) <= int(id) < 2**31)
    paragraphs = Counter(each.get(f"{{{W14}}}paraId") for tree in stories for each in tree.iter(f"{{{W}}}p"))
    yield from (f"paragraph {id} twice" for id, n in paragraphs.items() if id and n > 1)
    yield from (f"paragraph {id}" for id in paragraphs if id and not 0 < int(id, 16) < 0x80000000)
    pictures = Counter(each.get("id") for tree in stories for each in tree.iter(f"{{{WP}}}docPr"))
    yield from (f"picture {id} twice" for id, n in pictures.items() if n > 1)


def _used_styles(trees: Trees) -> Iterator[str]:
    styles = trees["word/styles.xml"]
    ids = Counter(each.get(f"{{{W}}}styleId") for each in styles.iter(f"{{{W}}}style"))
    yield from (f"style {id} twice" for id, n in ids.items() if n > 1)
    numbers = trees.get("word/numbering.xml")
    lists = set() if numbers is None else {each.get(f"{{{W}}}numId") for each in numbers.iter(f"{{{W}}}num")}
    for name, tree in trees.items():
        if name.startswith("word/") and not name.endswith(".rels"):
            used = {each.get(f"{{{W}}}val") for each in tree.iter(*(f"{{{W}}}{k}Style" for k in ("p", "r", "tbl")))}
            yield from (f"{name}: no style {id}" for id in used - ids.keys())
            listed = {each.get(f"{{{W}}}val") for each in tree.iter(f"{{{W}}}numId")} - {"0"}
            yield from (f"{name}: no list {id}" for id in listed - lists)


def _ranges(trees: Trees) -> Iterator[str]:
    """Comments and bookmarks begin and end once; every comment that is pointed at exists, with a paragraph."""
    document = trees["word/document.xml"]

    def ids(tree: Any, *names: str) -> Counter[str]:
        return Counter(each.get(f"{{{W}}}id") for each in tree.iter(*(f"{{{W}}}{name}" for name in names)))

    comments = trees.get("word/comments.xml")
    written = ids(comments, "comment") if comments is not None else Counter()
    pointed = [ids(document, name) for name in ("commentRangeStart", "commentRangeEnd", "commentReference")]
    if any(each != written for each in pointed) or any(n > 1 for n in written.values()):
        yield "comments and their places differ"
    if comments is not None:
        for each in comments.iter(f"{{{W}}}comment"):
            if each.find(f"{{{W}}}p") is None or not each.get(f"{{{W}}}author"):
                yield f"comment {each.get(f'{{{W}}}id')} is empty or nobody's"
    if ids(document, "bookmarkStart") != ids(document, "bookmarkEnd"):
        yield "bookmarks do not end"
    names = Counter(each.get(f"{{{W}}}name") for each in document.iter(f"{{{W}}}bookmarkStart"))
    yield from (f"bookmark {name} twice" for name, n in names.items() if n > 1)
