"""The reference tables hold what they promise."""

import pytest

from contracts.reference import chains, countries, crafts, currencies, harmonized_system, units
from contracts.reference.chains import CHAINS
from contracts.reference.crafts import OTHER, PRODUCT_GROUPS, craft_headings
from contracts.reference.harmonized_system import codes
from contracts.reference.regions import REGIONS, is_region
from contracts.reference.table import Labelled, records
from contracts.reference.units import UNITS


def test_codes_are_six_digits_of_chapters_01_to_97() -> None:
    assert len(codes()) == len(list(records("hs2022_codes"))) == 5612
    assert all(len(code) == 6 and code.isascii() and code.isdigit() for code in codes())
    assert all("01" <= code[:2] <= "97" for code in codes())


@pytest.mark.parametrize(
    ("code", "valid"), [("570110", True), ("940540", False), ("999999", False), ("5701", False)]
)
def test_a_code_of_2017_or_of_no_product_is_not_valid(code: str, valid: bool) -> None:
    assert harmonized_system.is_valid(code) is valid


def test_every_craft_heading_covers_a_code_of_hs_2022_and_stands_once() -> None:
    prefixes = [record["prefix"] for record in records("craft_headings")]

    assert len(prefixes) == len(set(prefixes))
    assert all(4 <= len(prefix) <= 6 for prefix in prefixes)
    assert [p for p in prefixes if not any(code.startswith(p) for code in codes())] == []
    assert all(heading.description and heading.reason for heading in craft_headings().values())


def test_no_heading_repeats_what_a_shorter_one_says() -> None:
    headings = craft_headings().values()

    assert [
        (short.prefix, long.prefix)
        for short in headings
        for long in headings
        if long.prefix != short.prefix
        and long.prefix.startswith(short.prefix)
        and long.product_group == short.product_group
    ] == []


def test_every_product_group_has_a_heading_and_every_heading_a_group() -> None:
    slugs = {group.code for group in PRODUCT_GROUPS}

    assert {heading.product_group for heading in craft_headings().values()} == slugs - {OTHER}
    assert PRODUCT_GROUPS[-1].code == OTHER


@pytest.mark.parametrize(
    ("code", "group"),
    [
        ("570110", "carpets"),
        ("690730", "pottery-stone"),
        ("690721", "other"),
        ("940490", "leather"),
        ("940540", "metal"),
        ("442010", "wood"),
        ("741820", "other"),
        ("5701", "carpets"),
        ("", "other"),
    ],
)
def test_a_prefix_decides_the_group_even_of_a_code_of_2017(code: str, group: str) -> None:
    assert crafts.product_group(code) == group
    assert crafts.is_craft(code) is (group != "other")


def test_the_longest_prefix_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    headings = {
        prefix: crafts.CraftHeading(prefix, group, "", "")
        for prefix, group in (("9403", "wood"), ("940320", "metal"))
    }
    monkeypatch.setattr(crafts, "craft_headings", lambda: headings)

    assert crafts.product_group("940320") == "metal"
    assert crafts.product_group("940330") == "wood"


@pytest.mark.parametrize("table", [PRODUCT_GROUPS, REGIONS, CHAINS, UNITS])
def test_codes_stand_once_with_every_label(table: tuple[Labelled, ...]) -> None:
    assert len({entry.code for entry in table}) == len(table)
    assert all(all(label.strip() for label in entry) for entry in table)


def test_regions_are_the_twelve_of_iso_3166_2() -> None:
    assert [region.code for region in REGIONS] == [f"MA-{n:02}" for n in range(1, 13)]
    assert not is_region("unknown")


def test_chains_are_thirteen_and_say_that_they_are_not_official() -> None:
    assert len(CHAINS) == 13
    assert not chains.OFFICIAL
    assert all(record["status"] == "working list" for record in records("chains"))
    assert all(record["source"].startswith("not official") for record in records("chains"))
    assert chains.is_chain("wood")
    assert not chains.is_chain("unknown")


def test_an_unknown_partner_is_a_partner_and_no_country() -> None:
    assert countries.is_partner("ZZ")
    assert not countries.is_country("ZZ")
    assert countries.is_country("MA")
    assert not countries.is_partner("XX")
    assert not countries.is_country("fr")
    names = [countries.country_name(code) for code in ("ZZ", "TZ", "XX")]
    assert names == ["Unknown", "Tanzania", "XX"]


@pytest.mark.parametrize(
    ("code", "valid"),
    [("MAD", True), ("KRW", True), ("XXX", False), ("XTS", False), ("mad", False)],
)
def test_a_price_needs_a_currency(code: str, valid: bool) -> None:
    assert currencies.is_currency(code) is valid


def test_units_are_codes() -> None:
    assert units.is_unit("2u")
    assert not units.is_unit("pairs")
