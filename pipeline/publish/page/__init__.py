"""Figures, their records and findings → 核对.html: one self-contained page that needs no network and no set-up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import inf

from pipeline.model import Behind, Change, Definitions, Figures, Finding, Indicator
from pipeline.period import Period
from pipeline.publish.page import contents, envelope, sources
from pipeline.publish.page.contents import Say, Wording
from pipeline.publish.page.numbers import Month
from pipeline.publish.page.packing import Data

SIZE = 5_000_000
"""Bytes that mail servers and phones take without trouble."""
CAPS = (50, 20, 5, 0)
"""Records that stand in the page for a figure of one unit's own; the first of these with which it is small enough."""


def html(
    figures: Figures,
    definitions: Definitions,
    *,
    monthly: Mapping[Period, Month],
    findings: Sequence[Finding],
    say: Say,
    traces: Callable[[Indicator], Behind],
    wordings: Sequence[Wording] = (),
    changes: Sequence[Change] | None = None,
) -> bytes:
    """The page; equal arguments give equal bytes.

    `monthly` are the numbers of each month that has begun, `traces` gives the records behind an indicator. `wordings` are
    how reports word a figure, `changes` the figures that differ from the last run; None if there was none.
    """
    material = contents.Material(
        figures,
        definitions,
        monthly,
        tuple(findings),
        say,
        tuple(wordings),
        None if changes is None else tuple(changes),
    )
    whole = Data()
    whole.add(contents.contents(material))
    behind = [traces(indicator) for indicator in definitions.indicators]

    def data(cap: int, most: float) -> Data:
        found = whole.copied()
        found.add(sources.contents(definitions.indicators, behind, figures.harvest, cap), most)
        return found

    return _small_enough(data, partial(envelope.page, material.heading))


def _small_enough(data: Callable[[int, float], Data], page: Callable[[Data], bytes]) -> bytes:
    """With as many records as fit; the evidence workbook holds the rest."""
    *caps, last = CAPS
    for cap in caps:
        found = data(cap, SIZE)
        if found.size <= SIZE and len(made := page(found)) <= SIZE:
            return made
    return page(data(last, inf))
