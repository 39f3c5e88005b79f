"""The benchmarks run; what they measure is nobody's promise here."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks import __main__ as benchmarks

pytestmark = pytest.mark.slow


def test_every_stage_runs_on_a_small_corpus(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).parents[1])

    assert benchmarks.main(["--workbooks", "20", "--rows", "5"]) == 0

    printed = capsys.readouterr().out
    assert all(f"| {what} |" in printed for _, _, what in benchmarks.STAGES)
    assert all(f"| {what} |" in printed for _, _, what, _ in benchmarks.RATIOS)
