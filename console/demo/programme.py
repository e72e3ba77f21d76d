"""The whole programme of a scenario: which commands are sent on which day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from console.demo.dated import DatedCommand, Scenario
from console.demo.orders import make_orders
from console.demo.producers import make_producers
from console.demo.shipments import make_shipments


@dataclass(frozen=True)
class Programme:
    """`registry`, `orders` and `exports` hold the commands to each service, in order, by day."""

    scenario: Scenario
    registry: Mapping[date, Sequence[DatedCommand]]
    orders: Mapping[date, Sequence[DatedCommand]]
    exports: Mapping[date, Sequence[DatedCommand]]

    @property
    def commands(self) -> list[DatedCommand]:
        """All commands, day by day."""
        return [
            command
            for day in self.scenario.days
            for of_service in (self.registry, self.orders, self.exports)
            for command in of_service[day]
        ]


def make_programme(scenario: Scenario) -> Programme:
    """Pure: the same scenario gives the same programme, command by command."""
    producers, registry = make_producers(scenario)
    shipped, orders = make_orders(scenario, producers)
    exports = make_shipments(scenario, producers, shipped)
    return Programme(
        scenario,
        _by_day(scenario, registry),
        _by_day(scenario, orders),
        _by_day(scenario, exports),
    )


def _by_day(scenario: Scenario, commands: Sequence[DatedCommand]) -> dict[date, list[DatedCommand]]:
    days: dict[date, list[DatedCommand]] = {day: [] for day in scenario.days}
    for command in commands:
        days[command.day].append(command)
    return days
