"""How far each source has spoken, from what the partitions say when they close a day."""

from datetime import date

from contracts.folding import OfClosing


class Closings:
    """The last closing of each partition. `rest_on` is the topic whose days close the figures."""

    def __init__(self, partitions: int, rest_on: str) -> None:
        self.partitions = partitions
        self.rest_on = rest_on
        self._last: dict[int, OfClosing] = {}

    def note(self, partition: int, closing: OfClosing) -> None:
        self._last[partition] = closing

    @property
    def held(self) -> int:
        """Events that are held and those behind them, as the partitions last said."""
        return sum(closing.held for closing in self._last.values())

    def through(self, topic: str | None = None) -> date | None:
        """The last day that a source, or the needed one, has closed in all partitions; None while
        there is none."""
        days = self.days(topic or self.rest_on)
        return min(days) if len(days) == self.partitions else None

    def days(self, topic: str) -> list[date]:
        """The last day that a source has closed, of each partition in which it has closed one."""
        sources = map(self._sources, self._last.values())
        return [source[topic] for source in sources if topic in source]

    def offsets(self, topic: str) -> dict[int, int]:
        """How far each partition had read a source when it published what is known of it."""
        said = {number: closing.offsets or {} for number, closing in sorted(self._last.items())}
        return {number: offsets[topic] for number, offsets in said.items() if topic in offsets}

    def topics(self) -> list[str]:
        """The sources: first the one that is needed."""
        told = {topic for closing in self._last.values() for topic in closing.sources or {}}
        return [self.rest_on, *sorted(told - {self.rest_on})]

    def _sources(self, closing: OfClosing) -> dict[str, date]:
        """`through` binds for the needed source: all up to it has been published."""
        return (closing.sources or {}) | {self.rest_on: closing.through}
