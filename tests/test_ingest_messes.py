"""Any arrangement of the known messes over random events gives them back, or an error for exactly the rows concerned."""

from __future__ import annotations

from collections import Counter

import pytest
from grids import harvest, knowledge, records
from hypothesis import HealthCheck, given, settings
from messes import Mess, messes

from pipeline.ingest import understand


def check(mess: Mess) -> None:
    reading = understand.book(mess.book, knowledge())
    told = Counter(records(reading, "unit", "date", "form", "topic", "attend_count", "sessions"))
    true = Counter((e.unit, str(e.day), e.form, e.topic, e.count, e.sessions) for e in mess.counted)
    wrong = {(f.origin.sheet, f.origin.row) for f in reading.findings if f.severity == "error"}

    assert told == true
    assert wrong == mess.rejected
    assert not [f for f in reading.findings if f.severity == "warning"]
    assert {(t.sheet, row) for t in reading.tables for row, _ in t.rejected} == mess.rejected
    for line in harvest(reading).accounting:
        assert line.read == line.counted + line.out_of_period + line.duplicate + line.rejected + line.structure


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(messes())
def test_a_messy_ledger_gives_its_true_records_or_an_error_for_exactly_the_rows_concerned(mess: Mess) -> None:
    check(mess)


@pytest.mark.slow
@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(messes())
def test_thousands_of_messy_ledgers_give_their_true_records(mess: Mess) -> None:
    check(mess)
