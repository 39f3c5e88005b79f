"""The parts of a run's output that can be asked for one by one."""

from __future__ import annotations

PARTS = ("figures", "tables", "reports", "units", "page")
