"""Contents → the bytes of a page: parts put together, data escaped and packed, nothing allowed but what stands in it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from importlib.resources import files
from string import Template

from pipeline.publish.page.packing import Data

SCRIPTS = (
    "inflate.js",
    "data.js",
    "dom.js",
    "chart.js",
    "grid.js",
    "coverage.js",
    "detail.js",
    "figures.js",
    "months.js",
    "findings.js",
    "lists.js",
    "start.js",
)
"""In the order in which they use one another; together they are one script."""

_LONE = "replace"
"""Names of files may hold half characters, which UTF-8 has no bytes for."""

_POLICY = "default-src 'none'; style-src '{style}'; script-src '{script}'; base-uri 'none'; form-action 'none'"
_ESCAPES = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})


def page(heading: Mapping[str, str], data: Data) -> bytes:
    """`heading` are the texts that stand in the page before any script has run."""
    style, script = _part("page.css"), _script()
    text = Template(_part("page.html")).substitute(
        {name: escape(text) for name, text in heading.items()},
        policy=_POLICY.format(style=_hash(style), script=_hash(script)),
        style=style,
        script=script,
        data=data.json().translate(_ESCAPES),
    )
    return text.encode(errors=_LONE)


def _part(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _script() -> str:
    return '"use strict";\n(() => {\n' + "\n".join(map(_part, SCRIPTS)) + "})();\n"


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"
