"""A customs file becomes figures, equal to an independent count, whatever is killed meanwhile."""

import csv
import io
import json
import os
import signal
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import psutil
import pytest

from tests.independent_count import Count, count
from tests.journey.platform import Platform, customs_file, wait_until

pytestmark = pytest.mark.integration
RATE = "0.0068"
OPTIONS = ("--scope", "all", "--currency", "KRW", "--rate", RATE, "--json")


def good_rows(number: int, prefix: str) -> list[str]:
    """Rows of three offices that are accepted."""
    return [
        f"{n},2020-0{n % 9 + 1}-17,{prefix}{n % 3},10,{prefix}X{n % 7},,"
        f"{('570110', '691200', '420221')[n % 3]},{('FR', 'ZZ', 'US', 'ES')[n % 4]},"
        f"{n % 5}.{n % 10},{n * 977}.{n % 100:02d}"
        for n in range(1, number + 1)
    ]


GOOD = good_rows(1200, "IMP")
DIRT = [
    "x1,2020-01-01,IMP0,10,EX1,,999999,FR,1.0,10.0",
    "x2,2020-01-01,IMP0,10,EX1,,570110,XX,1.0,10.0",
    "x3,2020-01-01,IMP0,10,EX1,,570110,FR,1.0,0.0",
    'x4,2020-01-01,IMP0,10,EX1,,570110,FR,"1,5",10.0',
    "x5,2020-01-01,IMP0,10,EX1,,570110,FR,1.0",
    "x6,2020-01-01,IMP0,10,EX1,,570110,FR,1.0,10.0,more",
    "x7,2099-01-01,IMP0,10,EX1,,570110,MA,1.0,-5",
    GOOD[0],
]


def imported(platform: Platform, *offices: str) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Centimes, grams and shipments by partner and month, of these offices."""
    found: dict[tuple[str, str], tuple[int, int, int]] = {}
    for office in offices:
        csv_text = platform.command(
            "stats", "--by", "partner,month", "--where", f"office={office}", "--format", "csv"
        ).stdout
        for row in csv.DictReader(io.StringIO(csv_text)):
            key = (row["partner"], row["month"])
            before = found.get(key, (0, 0, 0))
            now = (
                int(Decimal(row["fob_value_mad"]) * 100),
                int(Decimal(row["net_mass_kg"]) * 1000),
                int(row["shipments"]),
            )
            found[key] = (before[0] + now[0], before[1] + now[1], before[2] + now[2])
    return found


def expected(counted: Count) -> dict[tuple[str, str], tuple[int, int, int]]:
    return {
        key: (figure.fob_centimes, figure.net_mass_grams, figure.shipments)
        for key, figure in counted.figures.items()
    }


def counted_apart(path: Path) -> Count:
    return count(path, "all", RATE, datetime.now(UTC).date())  # noqa: TID251 - the real day


def test_a_file_with_every_kind_of_dirt(platform: Platform, tmp_path: Path) -> None:
    file = customs_file(tmp_path / "customs.csv", [*GOOD, *DIRT])
    rejects = tmp_path / "rejects.csv"
    counted = counted_apart(file)

    first = platform.command_json(
        "import", "declarations", str(file), *OPTIONS, "--rejects", str(rejects)
    )
    again = platform.command_json("import", "declarations", str(file), *OPTIONS)

    assert first["read"] == counted.read == len(GOOD) + len(DIRT)
    assert first["accepted"] == counted.accepted == len(GOOD)
    assert first["rejected"] == dict(counted.rejected)
    assert first["duplicates"] == 1
    assert again["accepted"] == 0
    assert again["duplicates"] == len(GOOD) + 1
    rows = list(csv.DictReader(io.StringIO(rejects.read_text(encoding="utf-8"))))
    assert [row["declaration_id"] for row in rows] == [f"x{n}" for n in range(1, 8)] + ["1"]
    assert rows[6]["reasons"] == "partner_domestic;price_negative;date_in_future"
    offices = ("IMP0", "IMP1", "IMP2")
    wait_until(lambda: imported(platform, *offices) == expected(counted))


@pytest.mark.parametrize("service", ["registry", "exports", "export_metrics"])
def test_a_service_killed_during_an_import(
    platform: Platform, tmp_path: Path, service: str
) -> None:
    office = f"KILL-{service[-3:]}"
    rows = good_rows(4000, office)
    file = customs_file(tmp_path / "customs.csv", rows)
    counted = counted_apart(file)
    importing = platform.start("import", "declarations", str(file), *OPTIONS)

    wait_until(lambda: bool(list((platform.stack.data / "imports").glob("*.json"))))
    victim = platform.pid(service)
    os.kill(victim, signal.SIGKILL)
    output, errors = importing.communicate(timeout=180)

    assert importing.returncode == 0, errors
    assert json.loads(output)["accepted"] == len(rows)
    wait_until(lambda: not psutil.pid_exists(victim) and platform.pid(service) != victim)
    offices = [f"{office}{n}" for n in range(3)]
    wait_until(lambda: _answers(platform) and imported(platform, *offices) == expected(counted))


def test_an_import_that_was_cut_off_goes_on(platform: Platform, tmp_path: Path) -> None:
    rows = good_rows(4000, "CUT")
    file = customs_file(tmp_path / "customs.csv", [*rows, *DIRT[:4]])
    counted = counted_apart(file)
    arguments = ("import", "declarations", str(file), *OPTIONS)
    folder = platform.stack.data / "imports"
    importing = platform.start(*arguments)
    wait_until(lambda: any(json.loads(c.read_text())["line"] > 0 for c in folder.glob("*.json")))
    importing.kill()
    importing.communicate()

    resumed = platform.command_json(*arguments)

    assert resumed["resumed"]
    assert (resumed["read"], resumed["accepted"]) == (counted.read, counted.accepted)
    assert resumed["duplicates"] == 0
    wait_until(lambda: imported(platform, "CUT0", "CUT1", "CUT2") == expected(counted))


def _answers(platform: Platform) -> bool:
    return platform.command("stats", "--by", "month", "--format", "csv").returncode == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        ("رقم,تاريخ\n".encode("windows-1256"), "not UTF-8"),
        (b"Declaration ID,Date\n1,2020-01-01\n", "no column"),
        (b"\x1f\x8b\x08\x00cut", "gzip"),
    ],
)
def test_a_file_that_cannot_be_read_gets_one_clear_line(
    platform: Platform, tmp_path: Path, content: bytes, message: str
) -> None:
    file = tmp_path / "customs.csv"
    file.write_bytes(content)

    done = platform.command("import", "declarations", str(file), *OPTIONS)

    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert message in line
    assert str(file.name) in line
