"""Write docs/findings.md from the catalogue of findings: python docs/make_findings.py."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.publish.catalogue import CATALOGUE
from pipeline.publish.problems import SEVERITY_NAMES

HEAD = """# 问题代码说明

错误：没有计入，要处理。警告：请看一看，除另有说明外已计入。提示：已按常规处理，留作记录。

| 代码 | 问题 | 级别 | 说的是什么 | 怎么办 |
|---|---|---|---|---|
"""


def plain(template: str) -> str:
    """A template without its optional clauses."""
    return re.sub(r"\[[^\]]*\]", "", template)


def page() -> str:
    lines = (
        f"| `{code}` | {w.title} | {SEVERITY_NAMES[w.severity]} | {plain(w.message)} | {plain(w.advice)} |"
        for code, w in CATALOGUE.items()
    )
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("findings.md").write_text(page(), encoding="utf-8")
