"""Figures of exports as both the platform and the oracle give them, and how they are added up."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

DIMENSIONS = ("month", "partner", "product_group", "channel", "unit")
"""What is asked for and compared. All of it stands in the declarations themselves."""


class Group(NamedTuple):
    """One value of each of DIMENSIONS. `unit` is empty where no quantity was stated."""

    month: str
    partner: str
    product_group: str
    channel: str
    unit: str


class Measures(NamedTuple):
    """FOB in centimes of MAD, net mass in grams, quantity in thousandths of the group's unit."""

    fob_centimes: int = 0
    net_mass_grams: int = 0
    quantity_thousandths: int = 0
    shipments: int = 0

    def plus(self, other: "Measures", sign: int = 1) -> "Measures":
        return Measures(*(mine + sign * theirs for mine, theirs in zip(self, other, strict=True)))


Figures = Mapping[Group, Measures]
NOTHING = Measures()


def total(figures: Figures) -> Measures:
    """The sum over all groups; its quantity mixes units and means nothing."""
    return added(figures.values())


def added(all_measures: Iterable[Measures]) -> Measures:
    result = NOTHING
    for measures in all_measures:
        result = result.plus(measures)
    return result


def by(figures: Figures, key: Callable[[Group], str]) -> dict[str, Measures]:
    """The figures of coarser groups."""
    sums: dict[str, Measures] = {}
    for group, measures in figures.items():
        sums[key(group)] = sums.get(key(group), NOTHING).plus(measures)
    return sums


def largest_first(sums: Mapping[str, Measures]) -> dict[str, Measures]:
    """In the order of their values."""
    return dict(sorted(sums.items(), key=lambda item: (-item[1].fob_centimes, item[0])))


def differences(left: Figures, right: Figures) -> list[Group]:
    """The groups in which they differ; a group of nothing but zeros is as good as none."""
    groups = sorted(left.keys() | right.keys())
    return [g for g in groups if left.get(g, NOTHING) != right.get(g, NOTHING)]
