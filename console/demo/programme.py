"""The whole programme of a scenario: which commands are sent on which day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from console.demo.dated import DatedCommand, Scenario
from console.demo.defaulters import WAITING
from console.demo.orders import make_orders
from console.demo.producers import make_producers
from console.demo.sales import make_sales
from console.demo.shipments import make_shipments
from console.demo.unpaid import PROTRACTED_DEFAULT
from contracts.dates import EARLIEST
from services.insurance.domain import RuleTerms

SERVICES = ("insurance", "registry", "orders", "exports")
"""Those that take commands."""

TERMS = RuleTerms(
    effective_on=EARLIEST,
    waiting_days=WAITING.days,
    least_exposure_mad=Decimal(1000),
    cover_percent=Decimal(90),
)
"""Of the rule of protracted default: the programme's defaults, in force from the first day."""


@dataclass(frozen=True)
class Programme:
    """`by_day` holds the commands to each service, in order, for each day of the scenario."""

    scenario: Scenario
    by_day: Mapping[date, Mapping[str, Sequence[DatedCommand]]]

    @cached_property
    def commands(self) -> list[DatedCommand]:
        """All commands, day by day."""
        return [
            c for day in self.by_day.values() for of_service in day.values() for c in of_service
        ]


def make_programme(scenario: Scenario) -> Programme:
    """Pure: the same scenario gives the same programme, command by command."""
    terms = TERMS.model_copy(update={"effective_on": scenario.first_day})
    producers, registry = make_producers(scenario)
    shipped, orders = make_orders(scenario, producers, make_sales(scenario, producers))
    commands = {
        "insurance": [DatedCommand(scenario.first_day, PROTRACTED_DEFAULT, "terms", terms)],
        "registry": registry,
        "orders": orders,
        "exports": make_shipments(scenario, shipped),
    }
    by_day: dict[date, dict[str, list[DatedCommand]]] = {
        day: {service: [] for service in SERVICES} for day in scenario.days
    }
    for service, of_service in commands.items():
        for command in of_service:
            by_day[command.day][service].append(command)
    return Programme(scenario, by_day)
