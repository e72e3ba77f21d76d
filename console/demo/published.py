"""What was published of craft exports, and what the platform is asked to say of the same.

Statements of the ministry and of the head of government between April 2025 and early 2026, each to
the precision in which it was made. Those that the history cannot bear are named with the reason.
"""

from decimal import Decimal
from typing import NamedTuple


class Question(NamedTuple):
    """A field of the indicators of a period, of the whole or of one group of a dimension."""

    period: str
    field: str
    by: str = ""
    group: str = ""


class Claim(NamedTuple):
    """A published figure: MAD, or per cent in whole numbers."""

    id: str
    statement: str
    value: Decimal
    unit: str
    question: Question


class LeftOut(NamedTuple):
    """Published figures that nothing is compared with, and why."""

    ids: tuple[str, ...]
    reason: str


VALUE, SHARE, GROWTH = "value_mad", "share_percent", "growth_percent"
WINTER_2025, TO_NOVEMBER_2025 = "2025-01..2025-02", "2025-01..2025-11"


def _percent(id_: str, statement: str, percent: int, question: Question) -> Claim:
    return Claim(id_, statement, Decimal(percent), "%", question)


CLAIMS = (
    Claim(
        "exports-2024",
        "Craft exports in 2024",
        Decimal(1_100_000_000),
        "MAD",
        Question("2024", VALUE),
    ),
    _percent(
        "share-us-2024",
        "Share of the United States in 2024",
        44,
        Question("2024", SHARE, "partner", "US"),
    ),
    _percent(
        "share-fr-2024",
        "Share of France in 2024",
        14,
        Question("2024", SHARE, "partner", "FR"),
    ),
    _percent(
        "share-es-2024",
        "Share of Spain in 2024",
        6,
        Question("2024", SHARE, "partner", "ES"),
    ),
    _percent(
        "share-pottery-2024",
        "Share of pottery and stone in 2024",
        36,
        Question("2024", SHARE, "product_group", "pottery-stone"),
    ),
    _percent(
        "share-carpets-2024",
        "Share of carpets in 2024",
        20,
        Question("2024", SHARE, "product_group", "carpets"),
    ),
    Claim(
        "jan-feb-2025",
        "Exports in January and February 2025",
        Decimal(231_000_000),
        "MAD",
        Question(WINTER_2025, VALUE),
    ),
    _percent(
        "growth-jan-feb-2025",
        "Their growth on the same months of 2024",
        27,
        Question(WINTER_2025, GROWTH),
    ),
    _percent(
        "share-us-jan-feb-2025",
        "Share of the United States in them",
        40,
        Question(WINTER_2025, SHARE, "partner", "US"),
    ),
    _percent(
        "growth-ytd-nov-2025-b",
        "Growth of January to November 2025",
        13,
        Question(TO_NOVEMBER_2025, GROWTH),
    ),
)

LEFT_OUT = (
    LeftOut(
        ("ytd-nov-2025", "growth-ytd-nov-2025-a"),
        "contradict the others: 1,230 M at +11 % need 1,108 M in January to November 2024, more "
        "than the 1,100 M of all 2024. The later +13 % fits, on 1,009 M",
    ),
    LeftOut(
        ("growth-2024-2023", "growth-2024-2019", "double-2016-2024", "cagr-2021-2024"),
        "compare with years before 2024, which are not played",
    ),
    LeftOut(
        ("women-coops", "satisfaction"),
        "made so (48 % of cooperatives, 91 % of ratings), but not yet counted by the platform",
    ),
    LeftOut(
        ("registered-2025-a", "registered-2025-b", "chains", "crafts", "workforce-share"),
        "are about the registry and the workforce, not about exports",
    ),
    LeftOut(
        (
            "fairs-2024",
            "fairs-per-region-2024",
            "fair-visitors-2024",
            "fair-turnover-2024",
            "dour-sania-spaces",
            "dour-sania-women",
            "certified-women-units",
            "partnership-budget",
        ),
        "are about fairs, places and budgets, of which no event tells",
    ),
)
