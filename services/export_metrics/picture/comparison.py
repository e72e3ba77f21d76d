"""Groups of two periods side by side, with every indicator of each. Pure.

An open period is compared with nothing: its last months would seem to be missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from services.export_metrics.picture import indicators
from services.export_metrics.picture.indicators import Bounds, Group, NoValue, Result


class Sides(NamedTuple):
    """FOB values in centimes: of the period and of the year before, now and at the same lag.

    The last two are those of exporters that are led by women, and of those of which it is known
    whether they are: both of the period, now.
    """

    now: int = 0
    before: int = 0
    lag_now: int = 0
    lag_before: int = 0
    women_led: int = 0
    women_known: int = 0

    def plus(self, other: "Sides") -> "Sides":
        return Sides(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


@dataclass(frozen=True)
class Figure:
    """The indicators of a group, or of the whole, which has no rank."""

    sides: Sides
    growth: Result
    contribution: Result
    share: Result
    share_change: Result
    lag_growth: Result
    women_led: Result
    women_led_coverage: Result
    rank: int | NoValue | None


@dataclass(frozen=True)
class Comparison:
    """Groups, those of them that stand for something unknown, and what else bears on the figures.

    `no_growth` and `no_lag` say why there is no comparison, where there is none; a base below
    `floor` centimes gives no growth.
    """

    sides: Mapping[Group, Sides]
    unknown: frozenset[Group]
    floor: int = 0
    no_growth: NoValue | None = None
    no_lag: NoValue | None = None

    def groups(self) -> dict[Group, Figure]:
        """The largest first; those of one size by their names."""
        ranks = indicators.ranks({g: sides.now for g, sides in self.sides.items()}, self.unknown)
        points = self._contributions()
        return {
            group: self._figure(
                self.sides[group], points[group], ranks.get(group, NoValue.UNKNOWN_NOT_RANKED)
            )
            for group in sorted(
                self.sides, key=lambda g: (-self.sides[g].now, indicators.in_order(g))
            )
        }

    def total(self) -> Figure:
        return self._figure(self._whole, self._growth(self._whole), None)

    def concentration(self) -> Bounds | NoValue:
        known = [sides.now for group, sides in self.sides.items() if group not in self.unknown]
        return indicators.concentration(known, self._whole.now - sum(known))

    def _contributions(self) -> Mapping[Group, Result]:
        growth = self._growth(self._whole)
        if isinstance(growth, NoValue):
            return dict.fromkeys(self.sides, growth)
        changes = {group: sides.now - sides.before for group, sides in self.sides.items()}
        return dict(indicators.contributions(changes, self._whole.before))

    def _figure(self, sides: Sides, contribution: Result, rank: int | NoValue | None) -> Figure:
        share = indicators.share(sides.now, self._whole.now)
        share_before = indicators.share(sides.before, self._whole.before)
        return Figure(
            sides=sides,
            growth=self._growth(sides),
            contribution=contribution,
            share=share,
            share_change=self.no_growth or indicators.share_change(share, share_before),
            lag_growth=self.no_lag
            or indicators.growth(sides.lag_now, sides.lag_before, self.floor),
            women_led=indicators.share(sides.women_led, sides.women_known),
            women_led_coverage=indicators.share(sides.women_known, sides.now),
            rank=rank,
        )

    def _growth(self, sides: Sides) -> Result:
        return self.no_growth or indicators.growth(sides.now, sides.before, self.floor)

    @cached_property
    def _whole(self) -> Sides:
        whole = Sides()
        for sides in self.sides.values():
            whole = whole.plus(sides)
        return whole
