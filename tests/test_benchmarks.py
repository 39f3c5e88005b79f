"""The benchmarks run; what they measure is nobody's promise here."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks import __main__ as benchmarks
from benchmarks.clocks import STARTS
from benchmarks.stages import RATIOS, STAGES

pytestmark = pytest.mark.slow


def test_every_stage_runs_on_a_small_corpus(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).parents[1])

    small = ("--workbooks", "20", "--rows", "5", "--large", "50", "--growth", "5", "10")

    assert benchmarks.main([*small]) == 0

    printed = capsys.readouterr().out
    wanted = [*(stage.what for stage in STAGES), *(ratio.what for ratio in RATIOS), *(name for name, _, _ in STARTS)]
    assert all(f"| {what} |" in printed for what in wanted)
    assert "| 10 workbooks ÷ 5 |" in printed
