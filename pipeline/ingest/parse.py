"""One region of a sheet → a Table: every record row typed, or rejected with its finding."""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import compress

from pipeline.ingest import cells, columns, dates, reported
from pipeline.ingest.cells import Quantity, When
from pipeline.ingest.columns import Part, Readers
from pipeline.ingest.declare import Declared
from pipeline.ingest.locate import letter
from pipeline.ingest.rows import Kind
from pipeline.ingest.units import NOBODY, Named, Units
from pipeline.model import ABSENT, DAY, Columns, Definitions, Field, Finding, Origin, Register, Severity, Table
from pipeline.spelling import normal

_FORM = {"study": "form", "talk": "talk_type", "article": "genre", "incident": "category", "reported": "indicator"}
_TOPIC = {"study": "topic", "talk": "topic", "article": "title", "incident": "title", "reported": ""}


@dataclass(frozen=True, slots=True)
class Parsed:
    table: Table
    findings: tuple[Finding, ...]


def table(
    part: Part,
    declared: Declared,
    read: int,
    *,
    definitions: Definitions,
    units: Units,
    readers: Readers,
    spoken: Sequence[str],
) -> Parsed:
    """Type the records of a region; `read` are the sheet's rows that are this table's, `spoken` what titles call it."""
    region = part.region
    if region.missing:
        return _uncounted(part, declared, read, _missing(part), definitions.register)
    owners, unit_findings = _owners(part, declared, units)
    if unit_findings and not any(f.origin.row for f in unit_findings):
        return _uncounted(part, declared, read, unit_findings, definitions.register)
    findings = [*region.findings, *unit_findings]
    dated = dates.dates(part, readers, findings)
    keep = [owner >= 0 and not when.problem for owner, when in zip(owners, dated, strict=True)]
    flat = _typed(part, keep, definitions, readers, spoken, findings, owners)
    flat |= columns.flat_dates(dated, keep)
    flat["unit"] = array("i", compress(owners, keep))
    flat["row"] = array("i", compress((row + 1 for row in part.rows), keep))
    if region.ledger.id == "incident":
        flat["out_of_order"] = array("b", compress(_out_of_order(part, flat, findings, keep), keep))
    flat |= _digests(part, flat, keep)
    rejected = [(row + 1, owner) for row, owner, kept in zip(part.rows, owners, keep, strict=True) if not kept]
    named = _named(part, declared, units, accepted=bool(flat["row"]))
    made = Table(
        file=part.file,
        sheet=part.sheet.name,
        ledger=region.ledger.id,
        read=read,
        columns=flat,
        unit=declared.unit.unit,
        named=tuple(named),
        period=declared.period,
        rejected=tuple(rejected),
    )
    return Parsed(made, tuple(_signed(findings, owners, part, definitions.register)))


def _signed(findings: Iterable[Finding], owners: Sequence[int], part: Part, register: Register) -> Iterable[Finding]:
    """Findings with the unit of their row."""
    by_row = {row + 1: owner for row, owner in zip(part.rows, owners, strict=True)}
    for finding in findings:
        owner = by_row.get(finding.origin.row, -1)
        yield finding if finding.unit or owner < 0 else replace(finding, unit=register.units[owner].name)


# --- a table that is not counted ----------------------------------------------------------------------------------------


def _uncounted(part: Part, declared: Declared, read: int, findings: Iterable[Finding], register: Register) -> Parsed:
    owner = declared.unit.unit
    name = register.units[owner].name if owner >= 0 else ""
    made = Table(
        file=part.file,
        sheet=part.sheet.name,
        ledger=part.region.ledger.id,
        read=read,
        columns={"row": array("i"), "unit": array("i")},
        unit=owner,
        period=declared.period,
        rejected=tuple((row + 1, owner) for row in part.rows),
    )
    return Parsed(made, tuple(replace(finding, unit=finding.unit or name) for finding in findings))


def _missing(part: Part) -> Iterable[Finding]:
    """A required field has no column: the sheet is not counted; unknown headers are the candidates."""
    candidates = [dict(f.values).get("header", "") for f in part.region.findings if f.code == "column-unknown"]
    ambiguous = {f.field: f for f in part.region.findings if f.code == "column-ambiguous"}
    yield from part.region.findings
    for name in part.region.missing:
        if name not in ambiguous:
            origin = Origin(part.file, part.sheet.name, part.region.header[-1] + 1)
            values = (("expected", part.region.ledger.field(name).header), ("near", "、".join(candidates)[:60]))
            ledger = part.region.ledger.id
            said = tuple((key, value) for key, value in values if value)
            yield Finding("column-missing", Severity.ERROR, origin, "", ledger, name, said)


# --- whose record it is ---------------------------------------------------------------------------------------------------


def _owners(part: Part, declared: Declared, units: Units) -> tuple[list[int], list[Finding]]:
    """The unit of every record row (-1: none), and why not; a finding without a row is about the whole table."""
    place = part.region.places.get("unit")
    sections = _sections(part, units) if place is None else {}
    if place is None and not sections:
        if declared.unit.unit >= 0:
            return [declared.unit.unit] * len(part.rows), []
        return [-1] * len(part.rows), [_unowned(part, declared.unit)] if part.rows else []
    named = [sections.get(row, declared.unit) for row in part.rows]
    findings: list[Finding] = []
    if place is not None:
        named = _from_column(part, declared, units, findings)
    owners = []
    for i, who in enumerate(named):
        problem = who.problem or ("" if who.unit >= 0 else "unit-missing")
        if who.unit >= 0 and declared.unit.unit >= 0 and not _under(who.unit, declared.unit.unit, units.register):
            problem, found = (
                "unit-conflict",
                (units.register.units[who.unit].name, units.register.units[declared.unit.unit].name),
            )
            who = Named(problem=problem, found="、".join(found))
        if problem:
            findings.append(_row_problem(part, i, problem, who))
        owners.append(who.unit if not problem else -1)
    return owners, findings


def _under(unit: int, above: int, register: Register) -> bool:
    return unit == above or above in register.ancestors(unit)


def _from_column(part: Part, declared: Declared, units: Units, findings: list[Finding]) -> list[Named]:
    """The unit column; blanks take the name above, or the declared unit before the first name."""
    place = part.region.places["unit"]
    merged = part.merged(place.column)
    named: list[Named] = []
    for i, cell in enumerate(part.cells(place)):
        if cell is not None and cell != "":
            named.append(units[columns.shown(cell) if not isinstance(cell, str) else cell])
        elif named and any(n is not declared.unit for n in named):
            named.append(named[-1])
            if part.rows[i] not in merged:
                findings.append(
                    part.finding(
                        "fill-down", Severity.NOTICE, i, place, found=named[-1].found or _name(named[-1], units)
                    )
                )
        else:
            named.append(declared.unit)
    return named


def _name(named: Named, units: Units) -> str:
    return units.register.units[named.unit].name if named.unit >= 0 else ""


def _sections(part: Part, units: Units) -> dict[int, Named]:
    """Record row → the unit of the section title above it, where section titles name units."""
    owner, found = NOBODY, {}
    for row, kind in part.region.kinds.items():
        if kind is Kind.SECTION:
            text = next((cell for cell in part.sheet.rows[row] if isinstance(cell, str) and cell.strip()), "")
            owner = units.within(text)
        elif kind is Kind.RECORD and owner is not NOBODY:
            found[row] = owner
    return found


def _unowned(part: Part, named: Named) -> Finding:
    origin = Origin(part.file, part.sheet.name)
    return Finding(
        named.problem or "unit-missing", Severity.ERROR, origin, "", part.region.ledger.id, "unit", _said(named)
    )


def _row_problem(part: Part, i: int, problem: str, named: Named) -> Finding:
    place = part.region.places.get("unit")
    column = letter(place.column) if place else ""
    origin = Origin(part.file, part.sheet.name, part.rows[i] + 1, column)
    return Finding(problem, Severity.ERROR, origin, "", part.region.ledger.id, "unit", _said(named))


def _said(named: Named) -> tuple[tuple[str, str], ...]:
    values = (("found", named.found[:40]), ("near", "、".join(named.near)))
    return tuple((key, value) for key, value in values if value)


def _named(part: Part, declared: Declared, units: Units, *, accepted: bool) -> list[int]:
    """Units that the table answers for without a record: zero reports, and the declared unit of a table with rows."""
    place = part.region.places.get("unit")
    named = []
    for row, kind in part.region.kinds.items():
        if kind is Kind.ZERO:
            cell = part.sheet.rows[row][place.column] if place else None
            who = units[cell] if isinstance(cell, str) and cell.strip() else declared.unit
            named.append(who.unit if who.unit >= 0 else declared.unit.unit)
    if accepted:
        named.append(declared.unit.unit)
    return sorted({unit for unit in named if unit >= 0})


# --- the fields -------------------------------------------------------------------------------------------------------


def _typed(
    part: Part,
    keep: Sequence[bool],
    definitions: Definitions,
    readers: Readers,
    spoken: Sequence[str],
    findings: list[Finding],
    owners: Sequence[int],
) -> dict[str, array[int] | list[str]]:
    flat: dict[str, array[int] | list[str]] = {}
    masks: list[int] = []
    for field in part.region.ledger.fields:
        if field.type == "quantity":
            if field.name == "value":
                read = reported.quantities(part, definitions, masks, findings)
            else:
                read = columns.quantities(part, field, readers, findings)
                columns.outliers(part, field, read, owners, findings)
            flat |= columns.flat_quantities(field.name, read, keep)
        elif field.type in ("choice", "choices", "role", "media", "indicator"):
            masks = columns.chosen(part, field, readers, findings, _assumed(field, spoken))
            flat["channel" if field.type == "media" else field.name] = array("q", compress(masks, keep))
        elif field.type == "text":
            flat[field.name] = list(compress(columns.texts(part, field), keep))
        elif field.type == "datetime" and field.name != "start_date":
            flat |= columns.flat_moments(field.name, columns.moments(part, field, readers, findings), keep)
    return flat


def _assumed(field: Field, spoken: Sequence[str]) -> int:
    """The type that sheet name or title states, where a ledger without that column may say it there."""
    return stated_type(field, spoken) or ABSENT if field.from_title else ABSENT


def stated_type(field: Field, spoken: Sequence[str]) -> int:
    """The one choice that the nearest title speaks of; 0 where none or several."""
    assert field.vocabulary is not None
    for text in spoken:
        name, mask = normal(text), 0
        for spelling in sorted(field.vocabulary.spellings, key=len, reverse=True):
            if spelling in name and spelling != "其他":
                mask |= 1 << field.vocabulary.spellings[spelling]
                name = name.replace(spelling, " ")
        if mask:
            return mask if mask & (mask - 1) == 0 else 0
    return 0


def _out_of_order(part: Part, flat: Columns, findings: list[Finding], keep: Sequence[bool]) -> list[int]:
    """Records whose times run backwards: found > assigned > reply > closed; days compare where a time has no hour."""
    names = ("start_date", "assigned_at", "first_reply_at", "closed_at")
    kept = [i for i, kept in enumerate(keep) if kept]
    wrong = [0] * len(keep)
    for position, i in enumerate(kept):
        known = [
            (name, int(flat[name][position]), int(flat[f"{name}_timed"][position]))
            for name in names
            if int(flat[f"{name}_timed"][position]) >= 0
        ]
        for (_, before, timed), (name, after, timed_too) in zip(known, known[1:], strict=False):
            exact = timed == timed_too == 1
            if (before > after) if exact else (before // 86400 > after // 86400):
                wrong[i] = 1
                place = part.region.places[name]
                findings.append(part.finding("incident-order", Severity.WARNING, i, place, header=place.text))
                break
    return wrong


# --- digests by which records are compared ------------------------------------------------------------------------------


def _digests(part: Part, flat: Columns, keep: Sequence[bool]) -> dict[str, array[int]]:
    """`key`: all that is read, the unit and the names; `near`: unit, day, form and topic, 0 without day or topic."""
    ledger = part.region.ledger.id
    fields = sorted(name for name in flat if name not in ("row", "end_date") and not name.endswith("_kind"))
    media = part.region.places.get("media")
    unread = [*part.region.names, *([media.column] if media else [])]
    names = [[cells.text(part.sheet.rows[row][column]) for row in compress(part.rows, keep)] for column in unread]
    key = array("q", map(_digest, zip(*(flat[name] for name in fields), *names, strict=True)))
    topics = [normal(str(text)) for text in flat[_TOPIC[ledger]]] if _TOPIC[ledger] else [""] * len(key)
    days = [int(start) // 86400 for start in flat["start_date"]]
    forms = [int(form) for form in flat[_FORM[ledger]]]
    alike = zip(map(int, flat["unit"]), days, forms, topics, strict=True)
    near = (
        _digest(values) if values[3] and precision == DAY else 0
        for values, precision in zip(alike, flat["date_precision"], strict=True)
    )
    return {"key": key, "near": array("q", near)}


def _digest(values: tuple[int | str, ...]) -> int:
    """64 bits that do not depend on the process."""
    return int.from_bytes(blake2b(marshal.dumps(values, 2), digest_size=8).digest(), "little", signed=True)
