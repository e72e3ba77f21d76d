"""Who exports what, where to: made-up profiles, and declared goods with their cell."""

from random import Random
from typing import NamedTuple

PROFILES = 2_000
PARTNERS = ("FR", "ES", "US", "DE", "GB", "IT", "NL", "BE", "CA", "AE", "SA", "JP", "CH", "SE")
PRODUCTS = (
    # HS 2022 code, product group, chain, unit of quantity
    ("570110", "carpets", "carpets-weaving", "m2"),
    ("570242", "carpets", "carpets-weaving", "m2"),
    ("691200", "pottery", "pottery-ceramics", "u"),
    ("691390", "pottery", "pottery-ceramics", None),
    ("420221", "leather", "leather-goods", "u"),
    ("711311", "jewellery", "jewellery-silver", None),
    ("460212", "basketry", "plant-fibres", "u"),
    ("441990", "wood", "wood-marquetry", "u"),
)
CHANNELS = (("fair", "sea"), ("online", "air"), ("trader", "road"))
REGIONS = tuple(f"MA-{number:02d}" for number in range(1, 13))
KINDS = ("artisan", "cooperative", "enterprise")
WOMEN_LED = ("yes", "no", "unknown")
OFFICES = ("300", "309", "105", "200")
RATE_TEN_THOUSANDTHS = 107_945


class Profile(NamedTuple):
    """An exporter with one product, its channel and two partners."""

    office: str
    region: str
    kind: str
    women_led: str
    exporter_text: str
    partner: str
    other_partner: str
    hs_code: str
    product_group: str
    chain: str
    unit: str | None
    channel: str
    transport: str


class Goods(NamedTuple):
    """The text of `DeclaredGoods`, and what the fold makes of it."""

    text: str
    cell: tuple[str | None, ...]
    fob: int
    grams: int
    thousandths: int | None


def profiles(random: Random) -> list[Profile]:
    return [_profile(random, number) for number in range(PROFILES)]


def _profile(random: Random, number: int) -> Profile:
    kind, region, women_led = (random.choice(of) for of in (KINDS, REGIONS, WOMEN_LED))
    producer = f"{number:08x}-770b-5234-862f-c11a3a6c5932"
    exporter_text = (
        f'{{"producer_id":"{producer}","registry_ordinal":2,"kind":"{kind}",'
        f'"region":"{region}","women_led":"{women_led}"}}'
    )
    partner, other_partner = random.sample(PARTNERS, 2)
    hs_code, product_group, chain, unit = random.choice(PRODUCTS)
    channel, transport = random.choice(CHANNELS)
    return Profile(
        random.choice(OFFICES),
        region,
        kind,
        women_led,
        exporter_text,
        partner,
        other_partner,
        hs_code,
        product_group,
        chain,
        unit,
        channel,
        transport,
    )


def declared(profile: Profile, partner: str, day: str, random: Random) -> Goods:
    """Goods exported in the month of `day` or, some of them, the month before."""
    exported_on = day if random.randrange(10) else "2026-02-27"
    stated = random.randrange(1_000, 900_000)
    fob = stated * RATE_TEN_THOUSANDTHS // 10_000
    grams = random.randrange(200, 90_000)
    hundredths = random.randrange(1, 9_000)
    quantity = f"{hundredths // 100}.{hundredths % 100:02d}" if profile.unit else None
    quantity_text = (
        f',"quantity":{{"value":"{quantity}","unit":"{profile.unit}"}}' if profile.unit else ""
    )
    text = (
        f'{{"exported_on":"{exported_on}","month":"{exported_on[:7]}","partner":"{partner}",'
        f'"channel":"{profile.channel}","transport_mode":"{profile.transport}",'
        f'"product":{{"hs_code":"{profile.hs_code}","hs_edition":"HS2022",'
        f'"product_group":"{profile.product_group}","chain":"{profile.chain}"}},'
        f'"fob":{{"stated":{{"amount":"{stated // 100}.{stated % 100:02d}","currency":"EUR"}},'
        f'"rate":"10.7945","rate_date":"2026-02-27","mad_centimes":{fob}}},'
        f'"net_mass_grams":{grams}{quantity_text}}}'
    )
    cell = (
        exported_on[:7],
        partner,
        profile.hs_code,
        "HS2022",
        profile.product_group,
        profile.chain,
        profile.region,
        profile.office,
        profile.kind,
        profile.women_led,
        profile.channel,
        profile.unit,
    )
    return Goods(text, cell, fob, grams, hundredths * 10 if profile.unit else None)
