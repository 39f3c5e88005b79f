"""A comparison in; for every number of the original what became of it in the report out, and for its dates and units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.model import Figures
from pipeline.publish.tags import Tag
from pipeline.review.comparing import periods
from pipeline.review.comparing.comparison import Comparison, Place, Slot
from pipeline.review.comparing.tokens import Token
from pipeline.review.manuscript import Control
from pipeline.review.places import Line
from pipeline.review.proposing import amounts

_SAID = {
    "ok": "",
    "reworded": "换了一种写法，与运行结果一致（运行写作“{printed}”）",
    "changed": "与运行结果不符：应为“{printed}”",
    "direction": "增减方向与运行结果相反或不符：应为“{printed}”",
    "deleted": "这里少了“{title}”的数，运行写作“{printed}”",
    "stale": "是生成报告时的数，现在的台账算出“{printed}”，请重新生成或改正",
    "handwritten-equal": "这个数字失去了出处标记，与运行结果一致",
    "duplicated": "这个数字是复制来的，同一个出处在报告里出现了不止一次",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """`seen` are the places among the report's tokens that are accounted for."""

    lines: tuple[Line, ...]
    seen: frozenset[int]


def slots(comparison: Comparison) -> Checked:
    """One line for each number of the original and for each copy of its control."""
    lines: list[Line] = []
    seen: set[int] = set()
    for slot in comparison.slots:
        for line, places in _slot(slot, comparison):
            lines.append(line)
            seen |= {comparison.new_places[number, token.start] for number, token in places}
    return Checked(tuple(lines), frozenset(seen))


def fixed(comparison: Comparison, figures: Figures) -> Checked:
    """What is no slot and stands in both: dates and units must agree, equal numbers need no source."""
    lines: list[Line] = []
    seen: set[int] = set()
    for place, partner in comparison.alignment.forth.items():
        _, printed = comparison.old.places[place]
        number, found = comparison.new.places[partner]
        if printed is None or found is None or found.kind == "text" or place in comparison.slot_at:
            continue
        verdict, message = _fixed(printed, found, _alone(found, number, comparison), figures)
        if verdict:
            lines.append(_line(comparison, number, found.start, found.end, verdict, message))
        if found.kind == "date" or verdict or printed.text == found.text:
            seen.add(partner)
    return Checked((*lines, *_renamed_units(comparison)), frozenset(seen))


# --- slots -----------------------------------------------------------------------------------------------------------


def _slot(slot: Slot, comparison: Comparison) -> Iterator[tuple[Line, Sequence[Place]]]:
    standing = comparison.controls.get(slot.key, ())
    if not standing:
        yield _without_control(slot, comparison)
        return
    aligned = {(number, token.start) for number, token in comparison.aligned_to(slot)}
    first = max(range(len(standing)), key=lambda each: bool(_starts(comparison, *standing[each]) & aligned))
    for each, (number, control) in enumerate(standing):
        yield _with_control(slot, comparison, number, control, copied=each != first)


def _starts(comparison: Comparison, number: int, control: Control) -> set[tuple[int, int]]:
    return {(number, token.start) for _, token in comparison.tokens_of(number, control)}


def _with_control(
    slot: Slot, comparison: Comparison, number: int, control: Control, *, copied: bool
) -> tuple[Line, Sequence[Place]]:
    places = comparison.tokens_of(number, control)
    start = min([control.start, *(token.start for _, token in places)])
    end = max([control.end, *(token.end for _, token in places)])
    verdict = _judged(slot, [token for _, token in places], comparison)
    message = _message(verdict, slot)
    if verdict in ("ok", "reworded") and (other := _stands_for(slot, places, comparison)):
        verdict, message = "contradiction", f"这里原是“{other.title}”的位置，现在放的是“{slot.tag.title}”的数"
    elif verdict in ("ok", "reworded") and copied:
        verdict, message = "duplicated", _SAID["duplicated"]
    return _line(comparison, number, start, end, verdict, message, slot.tag), places


def _without_control(slot: Slot, comparison: Comparison) -> tuple[Line, Sequence[Place]]:
    places = comparison.aligned_to(slot)
    verdict = _judged(slot, [token for _, token in places], comparison)
    if not places or verdict == "deleted":
        number, at = comparison.spot(slot)
        return _line(comparison, number, at, at, "deleted", _missing(slot, comparison), slot.tag), places
    if verdict == "ok" and comparison.controls:
        verdict = "handwritten-equal"
    number = places[0][0]
    mine = [token for where, token in places if where == number]
    span = min(token.start for token in mine), max(token.end for token in mine)
    return _line(comparison, number, *span, verdict, _message(verdict, slot), slot.tag), places


def _judged(slot: Slot, found: Sequence[Token], comparison: Comparison) -> str:
    """The worst that can be said of a slot's numbers and directions."""
    directions = [[each.value for each in tokens if each.kind == "direction"] for tokens in (slot.printed, found)]
    if directions[0] != directions[1] and (directions[1] or not slot.printed):
        return "direction"
    printed, numbers = ([each for each in tokens if each.kind == "number"] for tokens in (slot.printed, found))
    if len(printed) > len(numbers) or directions[0] != directions[1]:
        return "deleted"
    if len(printed) < len(numbers):
        return "changed"
    fits = [_fit(one, other, slot, comparison) for one, other in zip(printed, numbers, strict=True)]
    return next((worst for worst in ("changed", "stale", "reworded") if worst in fits), "ok")


def _fit(printed: Token, found: Token, slot: Slot, comparison: Comparison) -> str:
    assert printed.numeral
    assert found.numeral
    verdict = amounts.fit(printed.numeral, found.numeral, slot.tag)
    before = comparison.report.numbers.get(slot.key, {}).get("text", "")
    if verdict == "changed" and before != slot.text and found.text in before:
        return "stale"
    return verdict


def _stands_for(slot: Slot, places: Sequence[Place], comparison: Comparison) -> Tag | None:
    """The tag whose place in its sentence the control has taken, if it is another's."""
    for number, token in places:
        other = comparison.slot_of(number, token)
        if other and other.tag.subject != slot.tag.subject:
            return other.tag
    return None


def _missing(slot: Slot, comparison: Comparison) -> str:
    gone = "这里少了" if comparison.sentence_stands(slot) else "删去的句子里有"
    return f"{gone}“{slot.tag.title}”的数，运行写作“{slot.text}”"


def _message(verdict: str, slot: Slot) -> str:
    said = _SAID.get(verdict, "").format(printed=slot.text, title=slot.tag.title)
    return f"{slot.tag.title}：{said}" if said and verdict in ("changed", "direction", "stale") else said


def _line(
    comparison: Comparison, number: int, start: int, end: int, verdict: str, message: str, tag: Tag | None = None
) -> Line:
    text = comparison.report.paragraphs[number].text[start:end]
    line = Line(number + 1, start, end, text, verdict=verdict, message=message)
    if tag is None:
        return line
    return replace(line, indicator=tag.indicator.id, style=tag.style, confidence=1.0)


# --- dates and units -------------------------------------------------------------------------------------------------


def _fixed(printed: Token, found: Token, alone: bool, figures: Figures) -> tuple[str, str]:
    if found.kind == "date" and not periods.agree(printed.value, found.value, figures.period):
        if alone and _signed_later(found, figures.as_of):
            return "", ""
        return "period", f"时间与本次统计不符：应为“{printed.text}”"
    if found.kind == "unit" and found.value != printed.value:
        return "contradiction", f"单位与运行结果不符：应为“{printed.text}”"
    return "", ""


def _renamed_units(comparison: Comparison) -> Iterator[Line]:
    """A unit of the original whose place in its sentence is taken by a name that the register does not know."""
    for place, (_, printed) in enumerate(comparison.old.places):
        if printed is None or printed.kind != "unit" or place in comparison.alignment.forth:
            continue
        before, behind = (comparison.alignment.forth.get(each) for each in (place - 1, place + 1))
        if int(printed.value) != comparison.original.unit and before is not None and behind is not None:
            number, first = comparison.new.places[before]
            end, last = comparison.new.places[behind]
            if first and last and number == end and first.end < last.start:
                message = f"单位与运行结果不符：应为“{printed.text}”"
                yield _line(comparison, number, first.end, last.start, "contradiction", message)


def _alone(token: Token, number: int, comparison: Comparison) -> bool:
    return comparison.report.paragraphs[number].text.strip() == token.text


def _signed_later(token: Token, as_of: date) -> bool:
    """The date under a report is the day of signing, which follows the statistics within a year."""
    day = periods.day(token.value, as_of.year)
    return day is not None and 0 <= (day - as_of).days <= 366
