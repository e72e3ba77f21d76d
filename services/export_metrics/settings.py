"""What the service is told from outside, beyond what every service is told."""

from typing import Annotated

from pydantic import Field

from chassis.folding.settings import FoldSettings, Generation
from contracts.topic import Topic
from contracts.topics import CURRENT_GENERATION, EXPORTS_SHIPMENTS, INSURANCE_RULES, ORDERS_ORDERS

SERVICE = "export-metrics"
GENERATION = CURRENT_GENERATION
INPUTS: tuple[Topic, ...] = (EXPORTS_SHIPMENTS, INSURANCE_RULES, ORDERS_ORDERS)
"""The topics that are folded, all with the same number of partitions, in the order in which a
barrier applies what they said on one day: terms come before the invoices that they are for."""


class ExportMetricsSettings(FoldSettings):
    """Settings of export metrics. Raises pydantic.ValidationError naming what is malformed."""

    growth_floor_mad: Annotated[int, Field(ge=0)] = 10_000
    """A smaller value in the base gives no growth: it would say nothing."""
    export_metrics_generation: Generation = GENERATION
    """Which generation of the fold this process is of: a new one is silent until it takes over."""
