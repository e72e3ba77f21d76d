"""How far each source has spoken, from what the partitions say when they close a day."""

from datetime import date

from contracts.export_metrics import PartitionClosed
from services.export_metrics.ledger.closings import FIGURES_REST_ON


class Closings:
    """The last closing of each partition."""

    def __init__(self, partitions: int) -> None:
        self.partitions = partitions
        self._last: dict[int, PartitionClosed] = {}

    def note(self, partition: int, closing: PartitionClosed) -> None:
        self._last[partition] = closing

    @property
    def held(self) -> int:
        """Events that are held and those behind them, as the partitions last said."""
        return sum(closing.held for closing in self._last.values())

    def through(self, topic: str = FIGURES_REST_ON) -> date | None:
        """The last day that a source has closed in all partitions; None while there is none."""
        days = self.days(topic)
        return min(days) if len(days) == self.partitions else None

    def days(self, topic: str) -> list[date]:
        """The last day that a source has closed, of each partition in which it has closed one."""
        sources = map(_sources, self._last.values())
        return [source[topic] for source in sources if topic in source]

    def offsets(self, topic: str) -> dict[int, int]:
        """How far each partition had read a source when it published what is known of it."""
        said = {number: closing.offsets or {} for number, closing in sorted(self._last.items())}
        return {number: offsets[topic] for number, offsets in said.items() if topic in offsets}

    def topics(self) -> list[str]:
        """The sources: first the one that is needed."""
        told = {topic for closing in self._last.values() for topic in closing.sources or {}}
        return [FIGURES_REST_ON, *sorted(told - {FIGURES_REST_ON})]


def _sources(closing: PartitionClosed) -> dict[str, date]:
    """`through` binds for the needed source: all up to it has been published."""
    return (closing.sources or {}) | {FIGURES_REST_ON: closing.through}
