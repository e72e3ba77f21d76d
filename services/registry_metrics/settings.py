"""What the service is told from outside: what every fold is told."""

from chassis.folding.settings import FoldSettings, Generation
from contracts.topic import Topic
from contracts.topics import PRODUCER_GENERATION, REGISTRY_PRODUCERS

SERVICE = "registry-metrics"
GENERATION = PRODUCER_GENERATION
INPUTS: tuple[Topic, ...] = (REGISTRY_PRODUCERS,)


class RegistryMetricsSettings(FoldSettings):
    """Settings of registry metrics. Raises pydantic.ValidationError naming what is malformed."""

    registry_metrics_generation: Generation = GENERATION
    """Which generation of the fold this process is of: a new one is silent until it takes over."""
