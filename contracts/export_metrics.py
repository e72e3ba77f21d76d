"""Records of export metrics: contributions to the national figures, triggers, and the cursor."""

from typing import ClassVar

from pydantic import Field

from contracts.event import Event
from contracts.folding import (
    OfClosing,
    OfContribution,
    OfCursor,
    SignedTotal,
    json_key,
)
from contracts.values import (
    CountryCode,
    HsCode,
    HsEdition,
    Id,
    LocalDate,
    Month,
    OfficeCode,
    Ordinal,
    ProducerKind,
    Reference,
    RegionCode,
    Slug,
    UnitCode,
    Value,
    WholeNumber,
    WomenLed,
)


class ExportMetricsEvent(Event):
    owner: ClassVar[str] = "export-metrics"


class Cell(Value):
    """The dimensions of a figure. `unit` is absent where no quantity was stated."""

    month: Month
    partner: CountryCode
    hs_code: HsCode
    hs_edition: HsEdition
    product_group: Slug
    chain: Slug
    region: RegionCode
    office: OfficeCode
    exporter_kind: ProducerKind
    women_led: WomenLed
    channel: Slug
    unit: UnitCode | None = None

    def key(self) -> list[str]:
        """The dimensions in their order; the empty string stands for no unit."""
        return [str(value) if value is not None else "" for _, value in self]


class Contribution(ExportMetricsEvent, OfContribution):
    """What one partition adds to a cell on one knowledge day: the whole total of that day.

    Absolute, so that sending it again changes nothing; negative where corrections outweigh. The
    figure as known on a day is the sum of all contributions up to it.
    """

    cell: Cell
    fob_mad_centimes: SignedTotal
    net_mass_grams: SignedTotal
    quantity_thousandths: SignedTotal | None = None
    shipments: SignedTotal

    def record_key(self) -> str:
        """A JSON array of partition, cell dimensions and knowledge day.

        The same cell stands in several partitions with a value each, so the key tells them apart
        wherever the records are brought together.
        """
        return json_key(str(self.partition), *self.cell.key(), self.knowledge_day.isoformat())


class ExporterCell(Value):
    """An exporter in a month of export, as it was described on its shipments.

    One that moved to another region in a month stands in two cells of it.
    """

    month: Month
    exporter: Id
    region: RegionCode
    exporter_kind: ProducerKind
    women_led: WomenLed

    def key(self) -> list[str]:
        """The dimensions in their order."""
        return [str(value) for _, value in self]


class ExporterContribution(ExportMetricsEvent, OfContribution):
    """What one partition adds to an exporter's month on one knowledge day: that day's whole total.

    An exporter took part in a month while the sum of its shipments up to a day is above 0. Numbers
    of exporters do not add up over partitions: ExportersCounted says them.
    """

    cell: ExporterCell
    fob_mad_centimes: SignedTotal
    shipments: SignedTotal

    def record_key(self) -> str:
        """A JSON array of partition, cell dimensions and knowledge day."""
        return json_key(str(self.partition), *self.cell.key(), self.knowledge_day.isoformat())


class ExposureCell(Value):
    """Who owes, and where from: buyer and country of the order. `unknown` and ``ZZ``: not told."""

    debtor: Reference
    country: CountryCode

    def key(self) -> list[str]:
        """The dimensions in their order."""
        return [self.debtor, self.country]


class ExposureContribution(ExportMetricsEvent, OfContribution):
    """What one partition adds to open receivables on one knowledge day: that day's whole total.

    An invoice adds what it is for, in MAD; payments, credits and cancellation take away. Known
    when all sources of the partition have closed the day.
    """

    cell: ExposureCell
    open_mad_centimes: SignedTotal

    def record_key(self) -> str:
        """A JSON array of partition, cell dimensions and knowledge day."""
        return json_key(str(self.partition), *self.cell.key(), self.knowledge_day.isoformat())


class PartitionClosed(ExportMetricsEvent, OfClosing):
    """All contributions of this partition up to the knowledge day `through` have been published.

    `sources` says of each input topic which day it closed last; rules are decided up to the
    earliest of them. The contributions before this record rest on the inputs before `offsets`.
    """


class Cursor(ExportMetricsEvent, OfCursor):
    """Every output due to inputs before `offsets` is committed. Last record of each transaction."""


class Evidence(Value):
    """The event that a decision rests on; `subject` is its aggregate."""

    event_id: Id
    event_type: str = Field(min_length=1, max_length=100)
    subject: Reference


class RiskTriggerConstituted(ExportMetricsEvent):
    """The condition of a risk rule is met. Not a claim, and not a payment."""

    trigger_id: Id
    rule: Slug
    rule_version: Ordinal
    subject_kind: Slug = Field(description="what the rule looks at, such as `shipment`")
    subject: Reference
    episode: Ordinal = Field(description="counts the times that this rule met this subject")
    knowledge_day: LocalDate
    exposed_mad_centimes: WholeNumber
    evidence: tuple[Evidence, ...] = Field(min_length=1)


class RiskTriggerWithdrawn(ExportMetricsEvent):
    """A trigger never should have stood: its evidence was corrected, or its condition ended."""

    trigger_id: Id
    rule: Slug
    rule_version: Ordinal
    subject_kind: Slug
    subject: Reference
    episode: Ordinal
    knowledge_day: LocalDate
    reason: Slug
    evidence: tuple[Evidence, ...] = Field(min_length=1)


class RiskTriggerSuperseded(ExportMetricsEvent):
    """A trigger stood rightly, and its time is over: what was due came in later, say."""

    trigger_id: Id
    rule: Slug
    rule_version: Ordinal
    subject_kind: Slug
    subject: Reference
    episode: Ordinal
    knowledge_day: LocalDate
    reason: Slug
    evidence: tuple[Evidence, ...] = Field(min_length=1)
