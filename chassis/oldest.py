"""Since when the oldest event known to wait for the relay has been recorded."""

from collections.abc import Mapping, Sequence

from chassis.store import OutboxRecord


class OldestWaiting:
    """Remembers one instant for each aggregate: that of the first record in its outbox."""

    def __init__(self) -> None:
        self._recorded_ms: dict[str, int] = {}

    def note(self, id_: str, outbox: Sequence[OutboxRecord]) -> None:
        """These records wait; those noted before them are older."""
        if outbox:
            self._recorded_ms.setdefault(id_, outbox[0].timestamp_ms)

    def forget(self, id_: str) -> None:
        """Nothing is known any more of what waits in this outbox."""
        self._recorded_ms.pop(id_, None)

    def published(
        self, outboxes: Mapping[str, Sequence[OutboxRecord]], published: Mapping[str, int]
    ) -> None:
        """Of these outboxes everything is out up to the ordinals in `published`."""
        for id_, outbox in outboxes.items():
            self.forget(id_)
            done = published.get(id_, 0)
            self.note(id_, [record for record in outbox if record.ordinal > done])

    def recorded_ms(self) -> int | None:
        """When the oldest was recorded, in milliseconds of Unix time; None when none waits."""
        return min(self._recorded_ms.values(), default=None)
