"""Files that want to break or exhaust the reader, each read in a process of its own that may not abort."""

from __future__ import annotations

import json
import random
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from workbooks import (
    HTML,
    PLAIN,
    STRAY,
    XML_2003,
    ledger,
    ods,
    package,
    sheet_xml,
    unpacked,
    with_sheet,
    xls,
    xlsb,
    xlsx,
)

from pipeline.ingest import compound

pytestmark = pytest.mark.slow

READER = """
import json, re, sys, time
from pathlib import Path
from pipeline.ingest import read
from pipeline.model import Source

for line in sys.stdin:
    path = Path(line.strip())
    started = time.process_time()
    book = read.book(Source(path.name, path, "", 0))
    highest = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())
    cost = time.process_time() - started, int(highest[1]) / 1024 if highest else 0
    print(json.dumps([path.name, [finding.code for finding in book.findings], *cost]), flush=True)
"""


def readings(files: list[Path]) -> list[tuple[str, list[str], float, float]]:
    """(name, codes, seconds, highest MiB so far) of files read one after another by one process."""
    lines = "\n".join(map(str, files))
    done = subprocess.run(
        [sys.executable, "-c", READER],
        input=lines,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        cwd=Path(__file__).parent.parent,
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(files), f"died at {files[len(found)].name}: {done.returncode} {done.stderr[-2000:]}"
    return found


# --- cost --------------------------------------------------------------------------------------------------------------

CELLS = '<row r="{0}">' + "".join(f'<c r="{column}{{0}}"><v>{{0}}.25</v></c>' for column in "ABCDEFGHIJ") + "</row>"


def rows(row: str, count: int) -> str:
    return "".join(map(row.format, range(2, count)))


def noise(count: int, alphabet: bytes = b"abcdefghijklmnop") -> bytes:
    """Text that cannot be packed tightly."""
    return random.Random(1).randbytes(count).translate(bytes(alphabet[number % len(alphabet)] for number in range(256)))


def with_sheets(xml: str, count: int) -> bytes:
    """A workbook of many sheets that are all stored as `xml`."""
    parts = unpacked(with_sheet(xml))
    sheet = b'<sheet name="%d" sheetId="1" r:id="rId1"/>'
    sheets = b"".join(sheet % number for number in range(count))
    book = b'<workbook xmlns:r="r"><sheets>%b</sheets></workbook>' % sheets
    return package({**parts, "xl/workbook.xml": book})


def shared_strings(count: int) -> bytes:
    text = noise(2 * count)
    strings = b"".join(b"<si><t>%b</t></si>" % text[place : place + 2] for place in range(0, len(text), 2))
    return package({**unpacked(xlsx(ledger)), "xl/sharedStrings.xml": b"<sst>" + strings + b"</sst>"})


def biff(sheet: bytes) -> bytes:
    """An .xls of one sheet with these records."""
    bof = struct.pack("<HHHHHHII", 0x809, 16, 0x600, 0x10, 0, 0, 0, 0)
    start = 20 + 14 + 4
    bound = struct.pack("<HHIBBBB", 0x85, 10, start, 0, 0, 1, 0) + b"A\0"
    return compound.holding(bof + bound + struct.pack("<HH", 0x0A, 0) + bof + sheet + struct.pack("<HH", 0x0A, 0))


def full_xls() -> bytes:
    numbers = struct.pack("<HI", 0, 2) * 256
    return biff(
        b"".join(struct.pack("<HHHH", 0xBD, 6 + len(numbers), row, 0) + numbers + b"\xff\0" for row in range(36_000))
    )


HOSTILE: dict[str, Callable[[], bytes]] = {
    "stray.xlsx": lambda: with_sheet(sheet_xml(PLAIN + STRAY.format("r"))),
    "ghost-rows.xlsx": lambda: with_sheet(
        sheet_xml(PLAIN + rows('<row r="{0}" s="1" ht="14.25" customHeight="1"/>', 1 << 20))
    ),
    "ghost-cells.xlsx": lambda: with_sheet(
        sheet_xml(PLAIN + rows('<row r="{0}"><c r="A{0}" s="1"/><c r="B{0}" s="1"/></row>', 1 << 20))
    ),
    "ghosts-then-stray.xlsx": lambda: with_sheet(
        sheet_xml(PLAIN + rows('<row r="{0}"><c r="A{0}" s="1"/></row>', 1 << 20) + STRAY.format("r"))
    ),
    "empty-texts.xlsx": lambda: with_sheet(
        sheet_xml(PLAIN + rows('<row r="{0}"><c r="AZ{0}" t="str"><f>""</f><v></v></c></row>', 1 << 20))
    ),
    "large.xlsx": lambda: with_sheet(sheet_xml(rows(CELLS, 199_000))),
    "too-large.xlsx": lambda: with_sheet(sheet_xml(rows(CELLS, 400_000))),
    "strings.xlsx": lambda: shared_strings(5_000_000),
    "many-boxes.xlsx": lambda: with_sheets(sheet_xml(PLAIN + '<row r="9999"><c r="CZ9999"><v>1</v></c></row>'), 400),
    "merges.xlsx": lambda: with_sheet(sheet_xml(PLAIN, after=rows('<mergeCell ref="A{0}:B{0}"/>', 1 << 20))),
    "unclosed-cells.xlsx": lambda: with_sheet(sheet_xml("<c " * 5_000_000 + PLAIN), stored=True),
    "unclosed-values.xlsx": lambda: with_sheet(
        sheet_xml('<row r="1"><c r="A1">' + "<v " * 5_000_000 + "</c></row>"), stored=True
    ),
    "formulas.xlsx": lambda: with_sheet(sheet_xml("<row><f/>" + "<f/>" * 5_000_000 + "</row>" + PLAIN), stored=True),
    "readings.xlsx": lambda: with_sheet(
        sheet_xml('<row r="1"><c r="A1" t="inlineStr">' + "<rPh>" * 2_000_000 + "</c></row>"), stored=True
    ),
    "full.xls": full_xls,
    "empty-records.xls": lambda: biff(bytes(60 << 20)),
    "records.xlsb": lambda: package({"xl/workbook.bin": b"\x01\0" * 5_000_000}, zipfile.ZIP_STORED),
    "commas.csv": lambda: b"," * (60 << 20),
    "lines.csv": lambda: b"\n" * (60 << 20),
    "wide-and-long.csv": lambda: b"," * 1_000_000 + b"\n1" * 1_000_000,
    "text.csv": lambda: noise(60 << 20),
    "quote.csv": lambda: b'"' + b"a," * (10 << 20),
    "cells.ods": lambda: ods(
        "<table:table-row>" + "<table:table-cell/>" * 2_500_000 + "</table:table-row>", stored=True
    ),
    "many-cells.ods": lambda: ods(
        "<table:table-row>" + "<table:table-cell/>" * 1_300_000 + "</table:table-row>", stored=True
    ),
    "values.ods": lambda: ods(
        '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384" '
        'office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>'
    ),
    "deep.xls": lambda: b"<html><table>" + b"<table><tr><td>" * 200_000,
    "cells.xls": lambda: b"<html><table>" + b"<td>" * 1_300_000,
    "spans.xls": lambda: b"<html><table>" + b"<tr><td colspan=9999 rowspan=9999>a" * 900_000,
    "cells.xml": lambda: XML_2003.replace("</Row>", "<Cell/>" * 1_300_000 + "</Row>", 1).encode(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_file_takes_five_seconds_or_512_mib(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(HOSTILE[name]())
    [(_, codes, seconds, memory)] = readings([path])
    assert (seconds < 5, memory < 512) == (True, True), f"{codes} {seconds:.1f} s, {memory:.0f} MiB"


# --- damage ------------------------------------------------------------------------------------------------------------

WHOLE: dict[str, bytes] = {
    "a.xlsx": xlsx(ledger),
    "b.xls": xls(),
    "c.ods": ods(),
    "d.xlsb": xlsb({0: {0: "标题"}, 2: {0: "#REF!", 2: 5.0}}),
    "e.xls": HTML.encode("gb18030"),
    "f.xml": XML_2003.encode(),
    "g.csv": "时间,次数\n3月5日,1\n".encode("gb18030"),
}


def damaged(data: bytes, chance: random.Random) -> bytes:
    """`data` cut short, or with some bytes changed, dropped or repeated."""
    if chance.random() < 0.2:
        return data[: chance.randrange(len(data))]
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8, 64))):
        place = chance.randrange(len(changed) + 1)
        length = chance.choice((1, 1, 2, 4, 16))
        changed[place : place + length] = chance.choice(
            (chance.randbytes(length), b"\xff" * length, b"", bytes(changed[place : place + length]) * 3)
        )
    return bytes(changed)


def damaged_inside(data: bytes, chance: random.Random) -> bytes:
    """The package with a damaged member, whose checksum does not give it away."""
    parts = unpacked(data)
    name = chance.choice([name for name, content in parts.items() if content])
    return package({**parts, name: damaged(parts[name], chance)})


def mutants(folder: Path, name: str, count: int) -> Iterator[Path]:
    chance, whole = random.Random(name), WHOLE[name]
    for number in range(count):
        inside = whole.startswith(b"PK") and number % 2
        path = folder / f"{number}{Path(name).suffix}"
        path.write_bytes(damaged_inside(whole, chance) if inside else damaged(whole, chance))
        yield path


@pytest.mark.parametrize("name", WHOLE)
def test_damaged_files_always_give_a_book(tmp_path: Path, name: str) -> None:
    found = readings(list(mutants(tmp_path, name, 500)))
    assert max(seconds for _, _, seconds, _ in found) < 5
    assert found[-1][-1] < 512


def test_the_undamaged_files_are_read(tmp_path: Path) -> None:
    for name, data in WHOLE.items():
        (tmp_path / name).write_bytes(data)
    found = readings([tmp_path / name for name in WHOLE])
    assert {code for _, codes, _, _ in found for code in codes} <= {"file-misnamed"}
