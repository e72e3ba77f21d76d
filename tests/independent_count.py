"""What a customs file must come to, counted apart from the code that imports it.

The whole file in memory, one plain loop, fractions for the arithmetic. Of the project it reads
nothing but the tables in `contracts/reference/data`. Run it as

    python -m tests.independent_count FILE --scope all --rate 0.0068 [--today 2026-11-22] [--json]
"""

import argparse
import csv
import gzip
import json
import re
import sys
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path

import pycountry

TABLES = Path(__file__).parents[1] / "contracts" / "reference" / "data"
MAX_LINE = 16 * 1024


@dataclass
class Figure:
    """What left for one partner in one month."""

    fob_centimes: int = 0
    net_mass_grams: int = 0
    shipments: int = 0


@dataclass
class Count:
    """read = out_of_scope + the sum of rejected + duplicates + accepted.

    `rejected` holds unreadable and invalid rows, each under its first reason.
    """

    read: int = 0
    accepted: int = 0
    out_of_scope: int = 0
    duplicates: int = 0
    unreadable: int = 0
    invalid: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    figures: dict[tuple[str, str], Figure] = field(default_factory=dict)


def column_of_table(name: str, column: str) -> list[str]:
    """One column of a reference table."""
    lines = (TABLES / name).read_text("utf-8").splitlines()
    return [row[column] for row in csv.DictReader(x for x in lines if not x.startswith("#"))]


def unreadable_reason(line: bytes, width: int) -> str | None:
    """Why a line is no row."""
    if len(line) > MAX_LINE:
        return "line_too_long"
    if b"\0" in line:
        return "nul_byte"
    try:
        fields = next(csv.reader([line.decode("utf-8")], strict=True))
    except UnicodeDecodeError:
        return "not_utf8"
    except csv.Error:
        return "malformed_csv"
    if len(fields) > width:
        return "too_many_fields"
    return "too_few_fields" if len(fields) < width else None


def number_problem(text: str, integer_digits: int, decimals: int) -> str | None:
    """What is wrong with a number, None for one that is right."""
    whole, point, fraction = text.removeprefix("-").partition(".")
    digits = whole + fraction
    plain = digits.isascii() and digits.isdigit() and whole and bool(point) == bool(fraction)
    if plain and text.startswith("-"):
        return "negative"
    if plain:
        too_long = len(whole) > integer_digits or len(fraction) > decimals
        return "too_long" if too_long else None
    return other_number_problem(text)


def other_number_problem(text: str) -> str:
    """What is wrong with a number that is not written as digits, a point, digits."""
    if not text:
        return "missing"
    try:
        number = Decimal(text)
    except InvalidOperation:
        return "malformed"
    if not text.isascii() or "_" in text or text != text.strip():
        return "malformed"
    if not number.is_finite():
        return "not_finite"
    return "exponent" if "e" in text.lower() else "malformed"


def date_problem(text: str, today: date) -> str | None:
    """What is wrong with a date."""
    parts = text.split("-")
    if [len(part) for part in parts] != [4, 2, 2] or not "".join(parts).isdecimal():
        return "malformed"
    try:
        day = date(*map(int, parts))
    except ValueError:
        return "malformed"
    if not text.isascii():
        return "malformed"
    if day.year < 1990:
        return "too_early"
    return "in_future" if day > today else None


def invalid_reason(
    row: dict[str, str], hs_codes: set[str], partners: set[str], today: date
) -> str | None:
    """The first reason why a row of the wanted products is refused."""
    problems: list[str | None] = [
        None if row["HS6 Code"] in hs_codes else "hs_code_unknown",
        "partner_domestic" if row["Country of Origin"] == "MA" else None,
        None if row["Country of Origin"] in partners else "partner_unknown",
    ]
    mass_problem = number_problem(row["Net Mass"], 12, 6)
    price_problem = number_problem(row["Item Price"], 15, 20)
    day_problem = date_problem(row["Date"], today)
    problems.append(f"net_mass_{mass_problem}" if mass_problem else None)
    problems.append(f"price_{price_problem}" if price_problem else None)
    if price_problem is None and Decimal(row["Item Price"]) == 0:
        problems.append("price_zero")
    problems.append(f"date_{day_problem}" if day_problem else None)
    for name, column, form in (
        ("declaration_id_malformed", "Declaration ID", "[A-Za-z0-9._/-]{1,64}"),
        ("office_malformed", "Office ID", "[A-Za-z0-9-]{1,20}"),
        ("exporter_id_malformed", "Importer ID", "[A-Za-z0-9._/-]{1,64}"),
        ("buyer_id_malformed", "Seller ID", "[A-Za-z0-9._/-]{0,64}"),
        ("transport_mode_unknown", "Mode of Transport", "[1-9]0"),
    ):
        problems.append(None if re.fullmatch(form, row[column]) else name)
    return next((problem for problem in problems if problem), None)


def count(path: Path, scope: str, rate: str, today: date) -> Count:
    """Buckets and figures of the file at `path`; `rate` is MAD for one unit of its currency."""
    stored = path.read_bytes()
    content = gzip.decompress(stored) if stored[:2] == b"\x1f\x8b" else stored
    lines = [
        line.removesuffix(b"\r") for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    ]
    header = [name.strip(" \t") for name in next(csv.reader([lines[0].decode("utf-8")]))]
    hs_codes = set(column_of_table("hs2022_codes.csv", "hs_code"))
    prefixes = tuple(column_of_table("craft_headings.csv", "prefix"))
    partners = {country.alpha_2 for country in pycountry.countries} | {"ZZ"}
    result = Count()
    seen = set()
    for line in lines[1:]:
        if not line.strip() and len(line) <= MAX_LINE:
            continue
        result.read += 1
        if reason := unreadable_reason(line, len(header)):
            result.unreadable += 1
            result.rejected[reason] += 1
            continue
        fields = next(csv.reader([line.decode("utf-8")]))
        row = {name: text.strip(" \t") for name, text in zip(header, fields, strict=True)}
        if scope == "crafts" and not row["HS6 Code"].startswith(prefixes):
            result.out_of_scope += 1
            continue
        if reason := invalid_reason(row, hs_codes, partners, today):
            result.invalid += 1
            result.rejected[reason] += 1
            continue
        number = (row["Office ID"], row["Declaration ID"])
        if number in seen:
            result.duplicates += 1
            continue
        seen.add(number)
        result.accepted += 1
        cell = (row["Country of Origin"], row["Date"][:7])
        figure = result.figures.setdefault(cell, Figure())
        # round() of a Fraction is exact and half-even
        figure.fob_centimes += round(Fraction(row["Item Price"]) * Fraction(rate) * 100)
        figure.net_mass_grams += round(Fraction(row["Net Mass"]) * 1000)
        figure.shipments += 1
    return result


def as_json(result: Count) -> dict[str, object]:
    """The count with its figures as a list, by partner and month."""
    figures = [
        {"partner": partner, "month": month, **asdict(figure)}
        for (partner, month), figure in sorted(result.figures.items())
    ]
    rejected = dict(result.rejected.most_common())
    return {**vars(result), "rejected": rejected, "figures": figures}


def main() -> None:
    """Count a file and print buckets, reasons and totals."""
    parser = argparse.ArgumentParser(description="an independent count of a customs file")
    parser.add_argument("file", type=Path)
    parser.add_argument("--scope", choices=["crafts", "all"], default="crafts")
    parser.add_argument("--rate", default="0.0068", help="MAD for one unit of the file's currency")
    parser.add_argument("--today", type=date.fromisoformat, default=date.max, help="YYYY-MM-DD")
    parser.add_argument("--json", action="store_true", help="figures by partner and month, too")
    given = parser.parse_args()
    result = count(given.file, given.scope, given.rate, given.today)
    if given.json:
        sys.stdout.write(json.dumps(as_json(result), indent=1) + "\n")
        return
    names = ["read", "accepted", "out_of_scope", "duplicates", "unreadable", "invalid"]
    table = [(name, getattr(result, name)) for name in names]
    table += [(f"  {reason}", n) for reason, n in result.rejected.most_common()]
    for name in ("fob_centimes", "net_mass_grams", "shipments"):
        table.append((name, sum(getattr(figure, name) for figure in result.figures.values())))
    sys.stdout.write("".join(f"{name:<28}{n:>24,}\n" for name, n in table))


if __name__ == "__main__":
    main()
