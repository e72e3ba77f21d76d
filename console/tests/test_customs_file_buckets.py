"""Every kind of dirt goes into its bucket; an independent count agrees to row and centime."""

import os
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from console.customs_file import (
    MEANING,
    Declaration,
    Invalid,
    OutOfScope,
    Reason,
    Row,
    Scope,
    UnreadableRow,
    classify,
    read_rows,
)
from console.customs_file.rows import COLUMNS
from contracts.mass import grams
from contracts.money import mad_centimes
from contracts.values import TransportMode
from tests.independent_count import Figure, count

TODAY = date(2021, 4, 1)
RATE = "0.0068"
REAL_FILE = Path(
    os.environ.get("ZARBIA_CUSTOMS_FILE")
    or Path(__file__).parents[3] / "shared" / "data" / "customs-declarations.csv.gz"
)
GOOD = {
    "declaration_id": "1",
    "accepted_on": "2020-02-29",
    "office": "40",
    "transport_mode": "10",
    "exporter_id": "QLRUBN9",
    "buyer_id": "0VKY2BR",
    "hs_code": "570110",
    "partner": "FR",
    "net_mass_kg": "1.5",
    "price": "1000.25",
}
ROW = Row(line=2, raw="", **GOOD)

GOOD_FIELDS: list[dict[str, str]] = [
    {},
    {"partner": "ZZ"},
    {"net_mass_kg": "0.0"},
    {"price": "0.00000000000000000001"},
    {"price": "999999999999999"},
    {"net_mass_kg": "999999999999.999999"},
    {"buyer_id": ""},
    {"accepted_on": "2021-04-01"},
    {"transport_mode": "90"},
    {"declaration_id": "MA/2020.1_a-B"},
    {"hs_code": " 570110\t"},
    {"price": "0.08000000000000003"},
]
BAD_FIELDS: list[tuple[dict[str, str], list[Reason]]] = [
    ({"hs_code": "442010"}, [Reason.HS_CODE_UNKNOWN]),
    ({"hs_code": "5701"}, [Reason.HS_CODE_UNKNOWN]),
    ({"hs_code": "57011000"}, [Reason.HS_CODE_UNKNOWN]),
    ({"partner": "XX"}, [Reason.PARTNER_UNKNOWN]),
    ({"partner": ""}, [Reason.PARTNER_UNKNOWN]),
    ({"partner": "fr"}, [Reason.PARTNER_UNKNOWN]),
    ({"partner": "MA"}, [Reason.PARTNER_DOMESTIC]),
    ({"net_mass_kg": ""}, [Reason.NET_MASS_MISSING]),
    ({"net_mass_kg": '"1,5"'}, [Reason.NET_MASS_MALFORMED]),
    ({"net_mass_kg": "\u0661"}, [Reason.NET_MASS_MALFORMED]),
    ({"net_mass_kg": "-inf"}, [Reason.NET_MASS_NOT_FINITE]),
    ({"net_mass_kg": "1e3"}, [Reason.NET_MASS_EXPONENT]),
    ({"net_mass_kg": "-1.0"}, [Reason.NET_MASS_NEGATIVE]),
    ({"net_mass_kg": "1000000000000"}, [Reason.NET_MASS_TOO_LONG]),
    ({"net_mass_kg": "0.0000001"}, [Reason.NET_MASS_TOO_LONG]),
    ({"price": ""}, [Reason.PRICE_MISSING]),
    ({"price": '"1.000,25"'}, [Reason.PRICE_MALFORMED]),
    ({"price": "1_000"}, [Reason.PRICE_MALFORMED]),
    ({"price": "+1"}, [Reason.PRICE_MALFORMED]),
    ({"price": ".5"}, [Reason.PRICE_MALFORMED]),
    ({"price": "5."}, [Reason.PRICE_MALFORMED]),
    ({"price": "NaN"}, [Reason.PRICE_NOT_FINITE]),
    ({"price": "1E+9"}, [Reason.PRICE_EXPONENT]),
    ({"price": "-0.0"}, [Reason.PRICE_NEGATIVE]),
    ({"price": "9" * 400}, [Reason.PRICE_TOO_LONG]),
    ({"price": "0." + "1" * 21}, [Reason.PRICE_TOO_LONG]),
    ({"price": "0.00"}, [Reason.PRICE_ZERO]),
    ({"accepted_on": ""}, [Reason.DATE_MALFORMED]),
    ({"accepted_on": "29/02/2020"}, [Reason.DATE_MALFORMED]),
    ({"accepted_on": "20200229"}, [Reason.DATE_MALFORMED]),
    ({"accepted_on": "2021-02-29"}, [Reason.DATE_MALFORMED]),
    ({"accepted_on": "2021-04-02"}, [Reason.DATE_IN_FUTURE]),
    ({"accepted_on": "0202-04-02"}, [Reason.DATE_TOO_EARLY]),
    ({"accepted_on": "1989-12-31"}, [Reason.DATE_TOO_EARLY]),
    ({"declaration_id": ""}, [Reason.DECLARATION_ID_MALFORMED]),
    ({"declaration_id": "x" * 65}, [Reason.DECLARATION_ID_MALFORMED]),
    ({"office": "Tanger Med"}, [Reason.OFFICE_MALFORMED]),
    ({"exporter_id": "é"}, [Reason.EXPORTER_ID_MALFORMED]),
    ({"buyer_id": "a b"}, [Reason.BUYER_ID_MALFORMED]),
    ({"transport_mode": "sea"}, [Reason.TRANSPORT_MODE_UNKNOWN]),
    (
        {"price": "0", "partner": "MA", "hs_code": "940540", "accepted_on": "?", "office": ""},
        [
            Reason.HS_CODE_UNKNOWN,
            Reason.PARTNER_DOMESTIC,
            Reason.PRICE_ZERO,
            Reason.DATE_MALFORMED,
            Reason.OFFICE_MALFORMED,
        ],
    ),
]
GOOD_LINE = ",".join(GOOD.values()).encode()
UNREADABLE_LINES = [
    (GOOD_LINE + b",more", Reason.TOO_MANY_FIELDS),
    (GOOD_LINE.replace(b"1.5", b"1,5"), Reason.TOO_MANY_FIELDS),
    (b"lone text", Reason.TOO_FEW_FIELDS),
    (GOOD_LINE.replace(b"FR", b"\xe3\xdb"), Reason.NOT_UTF8),
    (GOOD_LINE.replace(b"FR", b"F\0"), Reason.NUL_BYTE),
    (GOOD_LINE.replace(b"FR", b'"FR'), Reason.MALFORMED_CSV),
    (GOOD_LINE + b" " * 16 * 1024, Reason.LINE_TOO_LONG),
    (b" " * 17 * 1024, Reason.LINE_TOO_LONG),
]


def line_of(changes: dict[str, str], declaration_id: int) -> bytes:
    return ",".join((GOOD | {"declaration_id": str(declaration_id)} | changes).values()).encode()


@pytest.fixture
def dirty_file(tmp_path: Path) -> Path:
    """A file with every kind of dirt, a duplicate, and a product of no craft."""
    fields = [*GOOD_FIELDS, *(changes for changes, _ in BAD_FIELDS), {"hs_code": "010129"}]
    lines = [line_of(changes, number) for number, changes in enumerate(fields, start=1)]
    lines += [line for line, _ in UNREADABLE_LINES]
    lines += [b"", b"  ", lines[0], line_of({"hs_code": "999999"}, 9_000)]
    path = tmp_path / "dirty.csv"
    path.write_bytes(b"\r\n".join([",".join(COLUMNS.values()).encode(), *lines]))
    return path


def with_fields(changes: dict[str, str]) -> Row:
    stated = {name: text.strip('" \t') for name, text in (GOOD | changes).items()}
    return Row(line=2, raw="", **stated)


def test_a_good_row_is_a_declaration() -> None:
    assert classify(ROW, Scope.CRAFTS, TODAY) == Declaration(
        declaration_id="1",
        accepted_on=date(2020, 2, 29),
        office="40",
        transport_mode=TransportMode.SEA,
        exporter_id="QLRUBN9",
        buyer_id="0VKY2BR",
        hs_code="570110",
        partner="FR",
        net_mass_kg=Decimal("1.5"),
        price=Decimal("1000.25"),
    )


@pytest.mark.parametrize("changes", GOOD_FIELDS, ids=str)
def test_what_is_accepted(changes: dict[str, str]) -> None:
    assert isinstance(classify(with_fields(changes), Scope.CRAFTS, TODAY), Declaration)


@pytest.mark.parametrize(("changes", "reasons"), BAD_FIELDS, ids=str)
def test_what_is_invalid_with_all_its_reasons(
    changes: dict[str, str], reasons: list[Reason]
) -> None:
    assert classify(with_fields(changes), Scope.CRAFTS, TODAY) == Invalid(tuple(reasons))


def test_scope_comes_before_validity() -> None:
    # given a product of no craft, wrong in every other way
    row = with_fields({"hs_code": "999999", "price": "", "partner": "?"})

    # then crafts pass it over, and all refuses it
    assert classify(row, Scope.CRAFTS, TODAY) == OutOfScope()
    assert isinstance(classify(row, Scope.ALL, TODAY), Invalid)


def test_every_reason_has_a_meaning_and_a_case() -> None:
    cases = {reason for _, reasons in BAD_FIELDS for reason in reasons}
    cases |= {reason for _, reason in UNREADABLE_LINES}

    assert set(MEANING) == set(Reason) == cases


@pytest.mark.parametrize("scope", Scope)
def test_the_dirty_file_equals_the_independent_count(dirty_file: Path, scope: Scope) -> None:
    tally = assert_equal_to_the_independent_count(dirty_file, scope)

    # every reason that a line can be refused for on its own occurs
    assert {reason for _, reason in UNREADABLE_LINES} <= set(tally)
    assert {reasons[0] for _, reasons in BAD_FIELDS} <= set(tally)


@pytest.mark.skipif(not REAL_FILE.exists(), reason="no real customs file (ZARBIA_CUSTOMS_FILE)")
@pytest.mark.parametrize("scope", Scope)
def test_the_real_file_equals_the_independent_count(scope: Scope) -> None:
    assert_equal_to_the_independent_count(REAL_FILE, scope)


def assert_equal_to_the_independent_count(path: Path, scope: Scope) -> Counter[str]:
    """Buckets, reasons and figures agree, and read is the sum of the buckets. Returns the tally."""
    tally: Counter[str] = Counter()
    figures: dict[tuple[str, str], Figure] = {}
    seen = set()
    for row in read_rows(path):
        verdict = classify(row, scope, TODAY)
        match verdict:
            case UnreadableRow(reason=reason):
                tally[reason] += 1
            case OutOfScope():
                tally["out_of_scope"] += 1
            case Invalid(reasons):
                tally[reasons[0]] += 1
            case Declaration() if (verdict.office, verdict.declaration_id) in seen:
                tally["duplicates"] += 1
            case Declaration():
                seen.add((verdict.office, verdict.declaration_id))
                tally["accepted"] += 1
                cell = (verdict.partner, format(verdict.accepted_on, "%Y-%m"))
                figure = figures.setdefault(cell, Figure())
                figure.fob_centimes += mad_centimes(verdict.price, Decimal(RATE))
                figure.net_mass_grams += grams(verdict.net_mass_kg)
                figure.shipments += 1
    expected = count(path, scope, RATE, TODAY)
    buckets = {name: getattr(expected, name) for name in ("accepted", "out_of_scope", "duplicates")}

    assert tally == Counter(buckets) + expected.rejected
    assert tally.total() == expected.read
    assert figures == expected.figures
    return tally
