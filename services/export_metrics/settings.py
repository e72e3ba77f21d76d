"""What the service is told from outside, beyond what every service is told."""

from typing import Annotated

from pydantic import Field

from chassis.settings import Settings
from contracts.topics import (
    CURRENT_GENERATION,
    EXPORTS_SHIPMENTS,
    INSURANCE_RULES,
    ORDERS_ORDERS,
    Topic,
)

SERVICE = "export-metrics"
GENERATION = CURRENT_GENERATION
INPUTS: tuple[Topic, ...] = (EXPORTS_SHIPMENTS, INSURANCE_RULES, ORDERS_ORDERS)
"""The topics that are folded, all with the same number of partitions, in the order in which a
barrier applies what they said on one day: terms come before the invoices that they are for."""

Seconds = Annotated[float, Field(gt=0, le=60)]


class ExportMetricsSettings(Settings):
    """Settings of export metrics. Raises pydantic.ValidationError naming what is malformed."""

    publish_pause: Seconds = 0.04
    """Time between two transactions of one partition, while each holds few outputs."""
    publish_pause_busy: Seconds = 0.5
    """Time after a transaction of `busy_outputs` or more: a load is worth fewer and larger ones."""
    closing_pause: Seconds = 0.2
    """How long a closed day waits for other sources to close it, when there is nothing else."""
    busy_outputs: Annotated[int, Field(ge=1)] = 20
    fold_batch: Annotated[int, Field(ge=1, le=100_000)] = 5_000
    """Most records that are folded in one turn."""
    growth_floor_mad: Annotated[int, Field(ge=0)] = 10_000
    """A smaller value in the base gives no growth: it would say nothing."""
