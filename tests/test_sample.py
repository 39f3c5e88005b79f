"""The sample end to end: its bytes, its figures, its findings and the account of its rows."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from sample import made
from sample.planted import accounts, planted
from sample.register import BOILERS, BY_NAME, LIGHTS, ROOT, SECOND, WATER
from sample.rules import Expected
from sample.truth import figures

from pipeline.period import Period

HERE = Path(__file__).parents[1]
PERIODS = ("2022H1", "2023H1", "2022", "2023")
PARTS = ("counted", "out_of_period", "duplicate", "rejected", "structure")

Produced = Callable[[str], Path]
Line = dict[str, str]


@pytest.fixture(scope="module")
def produced(tmp_path_factory: pytest.TempPathFactory) -> Produced:
    """The folder that a run over the sample leaves for a period; each period runs once."""
    output = tmp_path_factory.mktemp("output")

    def folder(period: str) -> Path:
        from pipeline import run

        if not (output / period).exists():
            run.run(
                run.Options(
                    HERE / "input", output, HERE / "templates", Period.parse(period), jobs=1, parts=("figures",)
                )
            )
        return output / period

    return folder


def table(path: Path) -> list[Line]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# --- the files -------------------------------------------------------------------------------------------------------


def content(data: bytes) -> str:
    """A digest of a file; of an archive, of what its members hold, for another zlib may pack the same bytes otherwise."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return hashlib.sha256(data).hexdigest()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(info.filename, info.date_time, content(archive.read(info))) for info in archive.infolist()]
    return hashlib.sha256(repr(members).encode()).hexdigest()


def test_making_the_sample_again_gives_the_committed_files() -> None:
    committed = {path.relative_to(HERE).as_posix(): path for path in (HERE / "input").rglob("*") if path.is_file()}
    committed["templates/参考数据.xlsx"] = HERE / "templates/参考数据.xlsx"

    again = made()

    assert sorted(committed) == sorted(again)
    assert {name: content(path.read_bytes()) for name, path in committed.items()} == {
        name: content(data) for name, data in again.items()
    }


def test_the_sample_has_the_size_of_a_real_half_year_and_stays_small() -> None:
    files = {name: data for name, data in made().items() if name.startswith("input/")}

    assert len(files) >= 36
    assert sum(map(len, files.values())) < 2**20
    assert len(BY_NAME) >= 12


# --- the figures -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("period", PERIODS)
def test_every_figure_of_every_unit_in_both_scopes_equals_the_truth(produced: Produced, period: str) -> None:
    lines = {(line["unit"], line["scope"], line["indicator"]): line for line in table(produced(period) / "figures.csv")}
    truth = figures(period)

    assert sorted(lines) == sorted(truth)
    differences = {key: (told(lines[key]), known(truth[key])) for key in truth if told(lines[key]) != known(truth[key])}
    assert not differences


def test_each_figure_stands_beside_that_of_the_same_period_last_year(produced: Produced) -> None:
    before = figures("2022H1")

    for line in table(produced("2023H1") / "figures.csv"):
        value = before[line["unit"], line["scope"], line["indicator"]].value
        assert number(line["last_year"]) == (None if value is None else float(value)), line


def test_the_truth_agrees_with_what_a_reader_counts_in_the_drawn_sheets() -> None:
    truth = figures("2023H1")

    assert [truth[ROOT, "own", each].value for each in ("study.center_group", "study.first_topic")] == [8, 7]
    assert truth[ROOT, "all", "reported.volunteers"].value == 260 + 95 + 310 + 180 + 290 + 108
    assert truth[ROOT, "all", "reported.community_funds"].value == Fraction("12.25")
    assert truth[BOILERS, "own", "study.attendance"].value == 38
    assert truth[BOILERS, "own", "talk.sessions"].value is None
    assert truth[LIGHTS, "all", "study.sessions"].value is None
    assert truth[WATER, "own", "talk.audience"].high == 120 + 199 + 1200 + 75 + 66 + 90 + 44
    assert truth[SECOND, "own", "incident.median_hours"].value == 65


COMPARED = ("value", "low", "high", "numerator", "denominator")


def told(line: Line) -> tuple[float | None, ...]:
    """What figures.csv says of a figure."""
    return (*(number(line[name]) for name in COMPARED), int(line["records"]), int(line["unknown"]))


def known(expected: Expected) -> tuple[float | None, ...]:
    """The same from the truth; the shortest decimal of a number leads back to the double nearest to it."""
    numbers = (getattr(expected, name) for name in COMPARED)
    return (*(None if each is None else float(each) for each in numbers), expected.records, expected.unknown)


def number(text: str) -> float | None:
    return float(text) if text else None


# --- the findings ----------------------------------------------------------------------------------------------------


def places(lines: list[Line]) -> set[tuple[str, ...]]:
    return {(line["code"], line["file"], line["sheet"], line["row"] or "0", line["column"]) for line in lines}


def expected_places() -> set[tuple[str, ...]]:
    return {(each.code, each.file, each.sheet, str(each.row), each.column) for each in planted()}


def test_every_planted_problem_is_reported_at_its_cell(produced: Produced) -> None:
    missing = expected_places() - places(table(produced("2023H1") / "findings.csv"))

    assert not missing


def test_nothing_but_the_planted_problems_is_an_error(produced: Produced) -> None:
    errors = [line for line in table(produced("2023H1") / "findings.csv") if line["severity"] == "error"]

    assert places(errors) <= expected_places()


def test_the_silent_unit_is_named_once(produced: Produced) -> None:
    silent = [line["unit"] for line in table(produced("2023H1") / "findings.csv") if line["code"] == "unit-silent"]

    assert silent == [LIGHTS]


# --- the account of the rows -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("period", PERIODS)
def test_every_row_read_is_counted_outside_repeated_rejected_or_structure(produced: Produced, period: str) -> None:
    for line in table(produced(period) / "accounting.csv"):
        assert int(line["read"]) == sum(int(line[part]) for part in PARTS), line


@pytest.mark.parametrize("period", PERIODS)
def test_the_rows_of_every_sheet_become_what_they_are(produced: Produced, period: str) -> None:
    found: dict[tuple[str, str], Counter[str]] = {}
    for line in table(produced(period) / "accounting.csv"):
        sheet = found.setdefault((line["file"], line["sheet"]), Counter())
        sheet.update({name: int(line[name]) for name in ("read", *PARTS)})

    truth = accounts(period)
    differences = {
        place: (dict(found.get(place, {})), dict(truth[place])) for place in truth if found.get(place) != truth[place]
    }
    assert not differences
