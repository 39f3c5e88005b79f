"""A paragraph of an old report in; its slots out: what a figure fills, and what is a target, a count of a list, a name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pipeline.review.proposing import lexicon, numerals
from pipeline.review.proposing.numerals import Numeral

Kind: TypeAlias = Literal["figure", "change", "target", "enumeration", "name", "date"]

_CLAUSE = re.compile(f"[，。；：！？（）\n]|、(?={lexicon.any_of(lexicon.TOTALS)})")
_QUOTED = re.compile(r"“[^”，。；]{1,12}”|\"[^\",，。；]{1,12}\"|「[^」]{1,12}」")
_TITLED = re.compile(r"《[^》]*》|<<.*?>>")
_FORMULA = re.compile(lexicon.any_of(lexicon.FORMULAS))
_LISTED = re.compile(
    f"(?:{lexicon.any_of(lexicon.ENUMERATED_ADJECTIVES)})*(?:{lexicon.any_of(lexicon.ENUMERATED)})"
    f"|(?:{lexicon.any_of(lexicon.ENUMERATING)})[：，。、；]"
)
_MOVED = re.compile(
    f"(?P<base>{lexicon.any_of(lexicon.COMPARED_WITH)})[，]?(?:{lexicon.any_of(lexicon.MOVED)})了?(?:约)?$"
)
_PLANNED = re.compile(
    rf"(?:^|[。；！])(?:{lexicon.any_of(lexicon.PLAN_OPENINGS)}|20\d\d年)[，]?[^，。；]{{0,6}}?"
    f"(?:{lexicon.any_of(lexicon.PLAN_VERBS)})"
)


@dataclass(frozen=True, slots=True)
class Slot:
    """A span of a paragraph that changes from report to report; `aspect` is how a change begins: 同比, 环比 or else."""

    numeral: Numeral
    kind: Kind
    start: int
    end: int
    aspect: str = ""


def found(line: str, measures: Iterable[str], *, planned: bool = False, labelled: bool = False) -> tuple[Slot, ...]:
    """The slots of a narrowed paragraph.

    `planned`: it belongs to a plan, so that its numbers are targets. `labelled`: it is a table cell under a header.
    """
    fixed = [match.span() for pattern in (_QUOTED, _FORMULA) for match in pattern.finditer(line)]
    slots = []
    for numeral in numerals.found(line, measures):
        kind = _kind(numeral, fixed, planned=planned, labelled=labelled)
        if kind:
            slots.append(_slot(numeral, kind))
    return tuple(slots)


def _slot(numeral: Numeral, kind: Kind) -> Slot:
    moved = _MOVED.search(numeral.before) if kind == "figure" else None
    if moved:
        end = numeral.end if numeral.percent else numeral.follows
        return Slot(numeral, "change", moved.start(), end, lexicon.PRINTED_AS.get(moved["base"], moved["base"]))
    return Slot(numeral, kind, numeral.start, numeral.end)


def _kind(numeral: Numeral, fixed: list[tuple[int, int]], *, planned: bool, labelled: bool) -> Kind | None:
    """None for a number that is no slot."""
    inside = any(start <= numeral.start < end for start, end in fixed)
    if numeral.blank:
        kind = _kind_of_blank(numeral, quoted=inside, labelled=labelled)
        if kind != "figure":
            return kind
    elif inside or (any(rule(numeral) for rule in _FIXED) and not (labelled and _alone(numeral))):
        return None
    if _enumerates(numeral):
        return "enumeration"
    return "target" if _is_target(numeral, planned=planned) else "figure"


# --- blanks ----------------------------------------------------------------------------------------------------------


def _kind_of_blank(numeral: Numeral, *, quoted: bool, labelled: bool) -> Kind | None:
    if "×" in numeral.core and numeral.before[-1:].isdigit() and numeral.after[:1].isdigit():
        return None
    if _in_letters(numeral) and not numeral.before[-1:].isdigit():
        return None
    if _of_a_date(numeral):
        return "date"
    if quoted or _within(_TITLED, numeral):
        return "name"
    if numeral.percent or numeral.more or (labelled and _alone(numeral)):
        return "figure"
    return "figure" if _counts(numeral) else "name"


def _of_a_date(numeral: Numeral) -> bool:
    if numeral.after.startswith(lexicon.NO_DATE):
        return False
    return numeral.after.startswith(lexicon.DATE_AFTER_BLANK) or numeral.before.endswith(lexicon.DATE_BEFORE_BLANK)


def _counts(numeral: Numeral) -> bool:
    """Whether a measure word follows that is not the end of a name: XX部短视频, but XX部."""
    if not numeral.measure:
        total = numeral.before.endswith(lexicon.TOTALS) and _ends(numeral.after)
        return total or bool(numeral.scale)
    if numeral.measure in lexicon.NAME_AFTER_BLANK:
        return numeral.behind.startswith(lexicon.COUNTED_IN_THESE)
    return True


# --- numbers that are no slots ---------------------------------------------------------------------------------------


def _uncounted(numeral: Numeral) -> bool:
    """No measure word, and nothing else says that it counts."""
    if numeral.measure in lexicon.ENUMERATING:
        return not _enumerates(numeral)
    if numeral.measure:
        return False
    if numeral.chinese and not numeral.more:
        return True
    return not (numeral.before.endswith(lexicon.LINKS) and _ends(numeral.after)) and not numeral.scale


def _ordinal_or_coded(numeral: Numeral) -> bool:
    return numeral.before.rstrip().endswith(lexicon.FIXED_BEFORE)


def _dated(numeral: Numeral) -> bool:
    """Years, dates, times, document numbers: unless a measure word begins alike (3个月, 24小时, 三点要求)."""
    longer = len(numeral.measure) > 1 or _enumerates(numeral)
    return not longer and numeral.after.startswith(lexicon.FIXED_AFTER)


def _in_letters(numeral: Numeral) -> bool:
    """5G, A4, 110kV, 2023.6.30."""
    beside = numeral.before[-1:] + (numeral.after[:1] if not numeral.percent else "")
    dotted = numeral.after[:1] in ("-", ".", "/") and numeral.after[1:2].isdigit()
    return dotted or any(letter.isascii() and (letter.isalnum() or letter == "/") for letter in beside)


def _long_code(numeral: Numeral) -> bool:
    """Telephone numbers and the like."""
    return not numeral.scale and sum(letter.isdigit() for letter in numeral.core.partition(".")[0]) >= 7


def _numbering(numeral: Numeral) -> bool:
    """1. （2） 三、 at the start of a paragraph or sentence; 一是."""
    if numeral.chinese and numeral.after.startswith("是"):
        return True
    opening = numeral.before.rstrip()[-1:] in ("", *"；。：（(")
    first = not numeral.before.strip() and numeral.after.startswith(" ")
    closed = first or numeral.after.startswith((".", "、", ")", "）"))
    return opening and closed and not numeral.inherited and not numeral.percent


def _limit(numeral: Numeral) -> bool:
    """24小时内."""
    return numeral.measure in lexicon.SPANS_OF_TIME and numeral.behind.startswith(lexicon.WITHIN)


def _article(numeral: Numeral) -> bool:
    """一个 that does not count: 每一次, 建设一个坚强堡垒."""
    if numeral.core != "一" or numeral.more:
        return False
    return numeral.before.endswith(lexicon.ARTICLE_BEFORE) or not _ends(numeral.behind)


_FIXED: tuple[Callable[[Numeral], bool], ...] = (
    _ordinal_or_coded,
    _dated,
    _in_letters,
    _long_code,
    _numbering,
    _uncounted,
    _limit,
    _article,
)


# --- targets and counts of lists -------------------------------------------------------------------------------------


def _enumerates(numeral: Numeral) -> bool:
    """三个方面, 以下4点, 五项重点任务."""
    if numeral.measure in lexicon.ENUMERATING:
        return bool(_LISTED.match(numeral.measure + numeral.behind) or _LISTED.match(numeral.behind))
    return bool(numeral.measure and numeral.measure != "%" and _LISTED.match(numeral.behind))


def _is_target(numeral: Numeral, *, planned: bool) -> bool:
    if planned or _PLANNED.search(numeral.before):
        return True
    clause = _CLAUSE.split(numeral.before)[-1]
    marked = any(mark in clause for mark in lexicon.TARGET_MARKS)
    return marked and not any(mark in clause for mark in lexicon.REACHED)


# --- places ----------------------------------------------------------------------------------------------------------


def _ends(rest: str) -> bool:
    return not rest.strip() or rest.lstrip()[0] in "，。；、）)：！,;以左"


def _alone(numeral: Numeral) -> bool:
    rest = numeral.line[: numeral.start] + numeral.behind
    return not rest.strip()


def _within(pattern: re.Pattern[str], numeral: Numeral) -> bool:
    return any(match.start() <= numeral.start < match.end() for match in pattern.finditer(numeral.line))
