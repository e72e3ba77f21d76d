"""What the played history adds up to: the published figures, taken apart into months and cells.

One shipment of the demonstration stands for many, so that the sums are the real ones. Each target
is what must stand in a cell at the end, in centimes of MAD, when all corrections are known. The
published figures fix the sums of Period; the rest (season, shares without a published figure) is
made up. Where they come from is in `published.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise, product
from typing import NamedTuple

MILLION = 100_000_000
"""Of dirhams, in centimes."""

REST = "rest"
"""All partners, or product groups, for which no share is published."""

YEAR_2024 = 1_100 * MILLION
JAN_FEB_2025 = 231 * MILLION
JAN_FEB_2024 = round(JAN_FEB_2025 * 100 / 127)
"""So that January and February 2025 grow by 27 %: by 27.0000000 %, as near as a centime goes."""
JAN_NOV_2024 = 1_009 * MILLION
JAN_NOV_2025 = JAN_NOV_2024 * 113 // 100
"""13 % more."""


class Cell(NamedTuple):
    """A month, a partner and a product group with a published share, or REST."""

    month: str
    partner: str
    group: str


class Period(NamedTuple):
    """Months that share their structure. `season` weighs each month; the others add up to `total`.

    Amounts are centimes.
    """

    season: Mapping[str, int]
    partners: Mapping[str, int]
    groups: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.partners.values())


def parted(total: int, weights: Sequence[int]) -> list[int]:
    """Whole parts of a whole by weight: they add up to it exactly, each at most 1 off its share.

    Part n is what the first n weights are due, rounded down, less what the first n-1 are due.
    """
    whole = sum(weights)
    return [after - before for before, after in pairwise(_due(total, weights, whole))]


def _due(total: int, weights: Sequence[int], whole: int) -> list[int]:
    return [0, *(total * weight // whole for weight in accumulate(weights))]


def _by_percent(total: int, percent: Mapping[str, int]) -> dict[str, int]:
    return dict(zip(percent, parted(total, list(percent.values())), strict=True))


def _less(whole: Mapping[str, int], *parts: Mapping[str, int]) -> dict[str, int]:
    return {key: amount - sum(part[key] for part in parts) for key, amount in whole.items()}


# The year 2024: per cent as published for three partners and two product groups.
_PARTNERS_2024 = _by_percent(YEAR_2024, {"US": 44, "FR": 14, "ES": 6, REST: 36})
_GROUPS_2024 = _by_percent(YEAR_2024, {"pottery-stone": 36, "carpets": 20, REST: 44})

_WINTER_2024 = Period(
    {"2024-01": 48, "2024-02": 52},
    _by_percent(JAN_FEB_2024, {"US": 43, "FR": 15, "ES": 6, REST: 36}),
    _by_percent(JAN_FEB_2024, {"pottery-stone": 35, "carpets": 21, REST: 44}),
)
_DECEMBER_2024 = Period(
    {"2024-12": 1},
    _by_percent(YEAR_2024 - JAN_NOV_2024, {"US": 47, "FR": 13, "ES": 5, REST: 35}),
    _by_percent(YEAR_2024 - JAN_NOV_2024, {"pottery-stone": 33, "carpets": 22, REST: 45}),
)
_MARCH_TO_NOVEMBER_2024 = Period(
    {
        "2024-03": 98,
        "2024-04": 94,
        "2024-05": 108,
        "2024-06": 101,
        "2024-07": 93,
        "2024-08": 76,
        "2024-09": 104,
        "2024-10": 115,
        "2024-11": 111,
    },
    _less(_PARTNERS_2024, _WINTER_2024.partners, _DECEMBER_2024.partners),
    _less(_GROUPS_2024, _WINTER_2024.groups, _DECEMBER_2024.groups),
)
# 2025: of its shares only that of the United States in January and February is published, 40 %.
_WINTER_2025 = Period(
    {"2025-01": 49, "2025-02": 51},
    _by_percent(JAN_FEB_2025, {"US": 40, "FR": 16, "ES": 7, REST: 37}),
    _by_percent(JAN_FEB_2025, {"pottery-stone": 36, "carpets": 21, REST: 43}),
)
_MARCH_TO_NOVEMBER_2025 = Period(
    {
        "2025-03": 95,
        "2025-04": 99,
        "2025-05": 110,
        "2025-06": 98,
        "2025-07": 97,
        "2025-08": 80,
        "2025-09": 106,
        "2025-10": 113,
        "2025-11": 102,
    },
    _by_percent(JAN_NOV_2025 - JAN_FEB_2025, {"US": 42, "FR": 15, "ES": 7, REST: 36}),
    _by_percent(JAN_NOV_2025 - JAN_FEB_2025, {"pottery-stone": 37, "carpets": 21, REST: 42}),
)
PERIODS = (
    _WINTER_2024,
    _MARCH_TO_NOVEMBER_2024,
    _DECEMBER_2024,
    _WINTER_2025,
    _MARCH_TO_NOVEMBER_2025,
)


def targets(period: Period) -> Iterator[tuple[Cell, int]]:
    """Each cell of the period with its value: months, partners and groups add up exactly.

    The value is a difference of totals over the cells before it: up to month i, partner j and group
    k there is due `months x partners x groups / total^2`, rounded down. At the last group and the
    last partner that is the total of the months, whole, and so for each of the three.
    """
    months = _due(period.total, list(period.season.values()), sum(period.season.values()))
    partners = [0, *accumulate(period.partners.values())]
    groups = [0, *accumulate(period.groups.values())]

    def up_to(i: int, j: int, k: int) -> int:
        return months[i] * partners[j] * groups[k] // period.total**2

    for i, month in enumerate(period.season):
        for j, partner in enumerate(period.partners):
            for k, group in enumerate(period.groups):
                corners = product((0, 1), repeat=3)
                yield (
                    Cell(month, partner, group),
                    sum(
                        (-1) ** (3 - a - b - c) * up_to(i + a, j + b, k + c) for a, b, c in corners
                    ),
                )


def all_targets() -> dict[Cell, int]:
    """Every cell of the whole history."""
    return {cell: value for period in PERIODS for cell, value in targets(period)}
