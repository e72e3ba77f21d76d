"""Records of export metrics about the nation: what no partition says alone, decided day by day."""

from typing import Literal

from contracts.export_metrics import ExportMetricsEvent
from contracts.folding import OfNation, OfNationalDay, SignedTotal, json_key
from contracts.values import (
    Count,
    CountryCode,
    Month,
    ProducerKind,
    Reference,
    RegionCode,
    Value,
    WomenLed,
)


class ExporterGroup(Value):
    """Some exporters by one of the things that are known of them; by none of these: all."""

    region: RegionCode | None = None
    exporter_kind: ProducerKind | None = None
    women_led: WomenLed | None = None

    def key(self) -> list[str]:
        """The dimensions in their order; the empty string stands for any."""
        return [str(value) if value is not None else "" for _, value in self]


class ExportersCounted(ExportMetricsEvent, OfNation):
    """How many exporters took part, each once: in the `months` months that end with `last_month`.

    Of all partitions, as known at the end of the knowledge day. It stands until a later day says
    another number; a day says only what it changed.
    """

    last_month: Month
    months: Literal[1, 12]
    group: ExporterGroup
    exporters: Count

    def record_key(self) -> str:
        """A JSON array of what was counted, and the knowledge day."""
        counted = (str(self.months), self.last_month, *self.group.key())
        return json_key("exporters", *counted, self.knowledge_day.isoformat())


class Debtors(Value):
    """One debtor, or all of one country; neither: all debtors, the exposure of the fund."""

    debtor: Reference | None = None
    country: CountryCode | None = None


class ExposureMeasured(ExportMetricsEvent, OfNation):
    """What debtors owe in open invoices, in all partitions at the end of the knowledge day.

    It stands until a later day says another amount; a day says only what it changed.
    """

    debtors: Debtors
    open_mad_centimes: SignedTotal

    def record_key(self) -> str:
        """A JSON array of whose exposure it is, and the knowledge day."""
        whose = (self.debtors.debtor or "", self.debtors.country or "")
        return json_key("exposure", *whose, self.knowledge_day.isoformat())


class NationalDayClosed(ExportMetricsEvent, OfNationalDay):
    """Everything that the national fold says on a subject up to `through` was said before this.

    Subjects: `participation`, when shipments closed the day in all partitions; `exposure`, when all
    sources did.
    """
