"""Random registers with records as odd as cells can be, in tables with and without a stated period."""

from __future__ import annotations

from datetime import date, datetime, time
from fractions import Fraction
from typing import Any

import measuring
from hypothesis import strategies as st
from measuring import EMPTY, NO_COLUMN, Record

from pipeline.model import EXACT, NOT_APPLICABLE, RANGE, UNKNOWN, Coverage, Definitions, Register
from pipeline.period import Period


@st.composite
def registers(draw: st.DrawFn) -> Register:
    """A root, units under it and units under those."""
    above = draw(st.lists(st.integers(0, 2), max_size=4))
    parents: list[tuple[str, str | None]] = [("单位0", None), ("单位1", "单位0"), ("单位2", "单位0")]
    parents += [(f"单位{number}", f"单位{parent}") for number, parent in enumerate(above, start=3)]
    names = [name for name, _ in parents]
    members = draw(st.dictionaries(st.sampled_from(names), st.integers(0, 50)))
    return measuring.register(*parents, due=draw(st.sets(st.sampled_from(names))), members=members)


HALVES = st.integers(0, 9).map(lambda number: Fraction(number, 2))
QUANTITIES = st.one_of(
    st.integers(0, 9).map(lambda number: (number, number, number, EXACT)),
    st.tuples(st.integers(0, 9), HALVES, HALVES).map(lambda n: (n[0], max(n[0] - n[1], 0), n[0] + n[2], RANGE)),
    st.sampled_from([(0, 0, 0, UNKNOWN), (0, 0, 0, NOT_APPLICABLE)]),
)
DAYS = st.dates(date(2022, 12, 25), date(2023, 7, 5))
DATES = st.one_of(
    st.builds(measuring.lasting, DAYS, st.integers(0, 4)),
    st.sampled_from(["2022-12", "2023-01", "2023-03", "2023-06", "2023Q1", "2023Q2", "2022Q4"]).map(measuring.dated),
)
MOMENTS = st.tuples(st.datetimes(datetime(2023, 6, 26), datetime(2023, 7, 2)), st.sampled_from([0, 1, 1]))
FIELD_VALUES = {
    "quantity": QUANTITIES,
    "text": st.sampled_from(["", " ", "学习体会", "学习 体会", "調研", "A", "ａ"]),
    "datetime": st.one_of(st.none(), MOMENTS.map(lambda m: (m[0].replace(microsecond=0), m[1]))),
}


def records_of(found: Definitions, ledger: str) -> st.SearchStrategy[Record]:
    """Records of a ledger with every field, as odd as cells can be."""
    fields = {f.column: f for f in found.ledger(ledger).fields}
    each: dict[str, st.SearchStrategy[Any]] = {
        "ledger": st.just(ledger),
        "unit": st.sampled_from([unit.index for unit in found.register.units]),
        "table": st.integers(0, 3),
        "row": st.integers(2, 99),
        "out_of_order": st.sampled_from([0, 0, 0, 1]),
    }
    for name, field in fields.items():
        if field.vocabulary is not None:
            names = st.sampled_from(field.vocabulary.names)
            sets = st.frozensets(names, min_size=1, max_size=3 if field.type == "choices" else 1)
            each[name] = st.one_of(sets, sets, st.sampled_from([EMPTY, NO_COLUMN]))
        elif field.type in FIELD_VALUES:
            each[name] = FIELD_VALUES[field.type]
    if ledger == "incident":
        del each["start_date"]
        start = MOMENTS.map(lambda m: {"start": (m[0].replace(microsecond=0) if m[1] else midnight(m[0]), m[1])})
        return st.builds(lambda record, when: record | when, st.fixed_dictionaries(each), start)
    return st.builds(lambda record, when: record | when, st.fixed_dictionaries(each), DATES)


def midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.date(), time())


@st.composite
def worlds(draw: st.DrawFn, ledger: str) -> tuple[Definitions, list[Record], list[Coverage], date]:
    """A register and one ledger's records in several tables; some state a period, some are zero reports of any ledger."""
    found = measuring.definitions(draw(registers()))
    ledgers = [ledger.id for ledger in found.ledgers]
    records = draw(st.lists(records_of(found, ledger), max_size=12))
    periods = st.sampled_from(
        [None, Period.parse("2023H1"), Period.parse("2022H2"), Period.parse("2023"), Period.parse("2023-03")]
    )
    stated = {table: draw(periods) for table in range(5)}
    zero = draw(
        st.lists(st.tuples(st.sampled_from(ledgers), st.integers(0, len(found.register.units) - 1)), max_size=4)
    )
    coverage = measuring.covering(records, stated)
    coverage += [Coverage(name, unit, 4, stated[4], 0) for name, unit in zero]
    return found, records, coverage, draw(st.sampled_from([date(2023, 6, 20), date(2023, 6, 30), date(2023, 7, 10)]))
