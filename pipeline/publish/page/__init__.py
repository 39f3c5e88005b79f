"""Figures, their records and findings → 核对.html: one self-contained page that needs no network and no set-up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pipeline.model import Behind, Change, Definitions, Figures, Finding, Indicator
from pipeline.period import Period
from pipeline.publish.page import contents, envelope, sources
from pipeline.publish.page.contents import Say, Wording
from pipeline.publish.page.numbers import Month

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
    whole = contents.contents(material)
    behind = [traces(indicator) for indicator in definitions.indicators]

    def page(cap: int) -> bytes:
        records = sources.contents(definitions.indicators, behind, figures.harvest, cap)
        return envelope.page(material.heading, whole | records)

    return _small_enough(page)


def _small_enough(page: Callable[[int], bytes]) -> bytes:
    """With as many records as fit; the evidence workbook holds the rest."""
    made = b""
    for cap in CAPS:
        made = page(cap)
        if len(made) <= SIZE:
            break
    return made
