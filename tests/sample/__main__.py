"""``python -m tests.sample`` writes the sample again: input/ and templates/参考数据.xlsx, byte for byte the same."""

from __future__ import annotations

import shutil
from pathlib import Path

from . import made

HERE = Path(__file__).parents[2]


def main() -> None:
    shutil.rmtree(HERE / "input", ignore_errors=True)
    for path, data in made().items():
        target = HERE / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


if __name__ == "__main__":
    main()
