"""Records of registry metrics: contributions to the figures of the registry, and the cursor."""

from typing import ClassVar

from contracts.event import Event
from contracts.folding import OfClosing, OfContribution, OfCursor, SignedTotal, json_key
from contracts.values import ProducerKind, RegionCode, Slug, Value, WomenLed


class RegistryMetricsEvent(Event):
    owner: ClassVar[str] = "registry-metrics"


class ProducerCell(Value):
    """The dimensions of a figure of the registry."""

    chain: Slug
    region: RegionCode
    kind: ProducerKind
    women_led: WomenLed

    def key(self) -> list[str]:
        """The dimensions in their order."""
        return [str(value) for _, value in self]


class ProducerContribution(RegistryMetricsEvent, OfContribution):
    """What one partition adds to a cell on one knowledge day: the whole total of that day.

    Absolute, so that sending it again changes nothing; negative where producers left the cell. The
    figure as known on a day is the sum of all contributions up to it. Each producer counts once,
    in the one chain that the registry holds for it.
    """

    cell: ProducerCell
    producers: SignedTotal

    def record_key(self) -> str:
        """A JSON array of partition, cell dimensions and knowledge day."""
        return json_key(str(self.partition), *self.cell.key(), self.knowledge_day.isoformat())


class PartitionClosed(RegistryMetricsEvent, OfClosing):
    """All contributions of this partition up to the knowledge day `through` have been published.

    The contributions before this record rest on the inputs before `offsets`.
    """


class Cursor(RegistryMetricsEvent, OfCursor):
    """Every output due to inputs before `offsets` is committed. Last record of each transaction."""
