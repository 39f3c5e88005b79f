"""Every name that a Word template can use, with what stands behind it for one unit and period."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from markupsafe import Markup

from pipeline.model import Figures, Indicator, Register
from pipeline.publish import tags
from pipeline.publish.evidence import Evidence
from pipeline.publish.tags import Numbers, Tag, chinese_date
from pipeline.publish.template import meant
from pipeline.publish.unit_tags import Basis, UnitTags
from pipeline.spelling import normal

_NAMED_UNITS = 10
"""How many silent units the sentence on them names."""


def names(used: Collection[str], basis: Basis, numbers: Numbers, unit: int) -> dict[str, object]:
    """The unit's indicators, other units and scopes, the period, the evidence; `used` are the names in the template."""
    own = UnitTags(basis, numbers, unit)
    return _indicators(own) | _period(basis.figures, own) | _units(own) | _submission(own, used)


def unit_named(name: str, register: Register) -> int:
    """ValueError, with the nearest names, if no unit or several have this name."""
    units = register.spellings.get(normal(name), ())
    if len(units) == 1:
        return units[0]
    why = "不止一家单位叫" if units else "单位名册里没有"
    raise ValueError(f"{why}“{name}”{meant(name, (unit.name for unit in register.units))}")


def _indicators(own: UnitTags) -> dict[str, object]:
    def named(name: str) -> Tag:
        return own.tag(_indicator_named(name, own.basis))

    return {each.name: own.tag(each) for each in own.basis.definitions.indicators} | {"指标": named}


def _indicator_named(name: str, basis: Basis) -> Indicator:
    try:
        return basis.definitions.indicator(name)
    except KeyError:
        raise ValueError(f"没有“{name}”这个指标{meant(name, basis.indicators)}") from None


def _period(figures: Figures, own: UnitTags) -> dict[str, object]:
    year = figures.period.start.year
    names: dict[str, object] = {
        "报告期": figures.period.label,
        "统计截止": chinese_date(figures.as_of),
        "年份": str(year),
        "上年": str(year - 1),
        "下年": str(year + 1),
    }
    months = own.basis.monthly
    return names | ({"月份": [own.of_month(each) for each in months]} if months else {})


def _units(own: UnitTags) -> dict[str, object]:
    register = own.basis.definitions.register
    return {
        "单位名称": own.name,
        "本级": own.scoped("own"),
        "全部": own.scoped("all"),
        "下级单位": [own.of(child) for child in register.children[own.unit]],
        "单位": lambda name: own.of(unit_named(str(name), register)),
        "同级": lambda name: _standing(own.tag(_indicator_named(str(name), own.basis)), own.basis),
    }


def _standing(tag: Tag, basis: Basis) -> dict[str, Tag]:
    """Rank, number and median of comparable units; unknown where nothing is compared."""
    found = basis.standings.get((tag.figure.unit, tag.indicator.id))
    rank, units, median = (found.rank, found.units, found.median) if found else (None, None, None)
    is_whole = tag.indicator.whole and (median is None or median.denominator == 1)
    return {
        "名次": tag.counted("名次", rank),
        "单位数": tag.counted("单位数", units, "家"),
        "中位数": replace(tag, indicator=replace(tag.indicator, whole=is_whole)).valued("中位数", median),
    }


def _submission(own: UnitTags, used: Collection[str]) -> dict[str, object]:
    definitions = own.basis.definitions
    due, received = (own.tag(definitions.indicator(f"submission.{what}")) for what in ("due", "received"))
    silent = _silent(own)
    missing = due.counted("未报送", len(silent), due.indicator.measure_word)
    indicators = tuple(each for each in definitions.indicators if each.name in used)

    def listed(items: Sequence[object], limit: int = 3, measure_word: str = "家单位") -> Tag | str:
        return tags.listing(items, missing, limit, measure_word)

    return {
        "应报": due,
        "已报": received,
        "未报送": missing,
        "未报送单位": silent,
        "初步说明": _preliminary(own, due, silent, indicators),
        "依据": Evidence(own, indicators),
        "待报台账": list(own.basis.asked.ledgers),
        "待改问题": list(own.basis.asked.problems),
        "名单": listed,
    }


def _silent(own: UnitTags) -> list[str]:
    """The units at and under the own one that should have reported and sent no accepted ledger."""
    register, figures = own.basis.definitions.register, own.basis.figures
    below = (register.units[index] for index in register.below(own.unit))
    return [each.name for each in below if each.due and not figures.get(each.index, "submission.received", "own").value]


def _preliminary(own: UnitTags, due: Tag, silent: Sequence[str], indicators: Sequence[Indicator]) -> Markup:
    """The sentence on silent units and on ledgers that further units did not send; nothing if all have reported."""
    clauses = []
    if silent:
        missing = due.counted("未报送", len(silent), due.indicator.measure_word)
        unsent = tags.listing(silent, missing, _NAMED_UNITS)
        clauses.append(Markup("应报的{}家单位中有{}家未报送（{}）").format(due, missing, unsent))
    if partly := _partly_silent(own, due, len(silent), indicators):
        clauses.append(Markup("另有单位未报送部分台账（{}）").format(Markup("、").join(partly)))
    if not clauses:
        return Markup()
    return Markup("{}，涉及的汇总数据为初步数。").format(Markup("；").join(clauses))


def _partly_silent(own: UnitTags, due: Tag, silent: int, indicators: Sequence[Indicator]) -> list[Markup]:
    """Each ledger of the document that more units lack than sent nothing at all."""
    lacking: dict[str, int] = {}
    for each in indicators:
        if each.scope == "all":
            more = own.tag(each).figure.silent - silent
            lacking[each.ledger] = max(more, lacking.get(each.ledger, 0))
    ledgers = {ledger.id: ledger.name for ledger in own.basis.definitions.ledgers}
    return [
        Markup("{}{}家").format(ledgers[id], due.counted(f"未报送{ledgers[id]}", count, "家"))
        for id, count in lacking.items()
        if count > 0 and id in ledgers
    ]
