"""What is known to be with the broker: by a cursor, everything due to inputs before it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from chassis.folding.ledger.rows import SaidRow
from chassis.folding.ledger.store import Ledger, Unpublished


@dataclass(frozen=True, slots=True)
class Out:
    """Out is all that is due to inputs before `offsets`, and decided up to `barrier_day`."""

    offsets: Mapping[str, int] = field(default_factory=dict)
    barrier_day: date | None = None

    @classmethod
    def by(cls, cursor: Any | None) -> Self:
        """By the last cursor; None says that there is none."""
        return cls() if cursor is None else cls(dict(cursor.offsets), cursor.barrier_day)

    @classmethod
    def after(cls, published: Unpublished) -> Self:
        """After a transaction with these outputs was committed."""
        offsets = {topic: input_.next_offset for topic, input_ in published.inputs.items()}
        return cls(offsets, published.barrier_day)

    def is_before(self, topic: str, offset: int) -> bool:
        """Whether an input lies before: all that it caused is out."""
        return offset < self.offsets.get(topic, 0)

    def has(self, said: SaidRow) -> bool:
        """Whether a decision is out."""
        if said.barrier_day is not None:
            decided = self.barrier_day
            return decided is not None and date.fromisoformat(said.barrier_day) <= decided
        return self.is_before(said.topic or "", said.offset or 0)

    def is_reached_by(self, ledger: Ledger) -> bool:
        """A ledger that is behind was lost or set back: what it would say is out already."""
        folded = ledger.inputs
        return all(
            topic in folded and folded[topic].next_offset >= offset
            for topic, offset in self.offsets.items()
        )


NOTHING_OUT = Out()
