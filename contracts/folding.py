"""What every fold says of itself beside its figures: that a partition closed a day, and its cursor.

The owner of a fold makes them its own events, with the fields as they are here.
"""

import json
from typing import Annotated

from pydantic import Field

from contracts.event import Event
from contracts.values import MAX_WHOLE, Count, LocalDate, Ordinal, Slug

LogIds = Annotated[str, Field(pattern=r"^[^/]{1,249}/[0-9a-f]{32}$")]
"""The id of a cluster, which may be any text, and that of a topic in it."""
SignedTotal = Annotated[int, Field(ge=-9_000 * MAX_WHOLE, le=9_000 * MAX_WHOLE, strict=True)]


class OfPartition(Event):
    """What is said of one partition number by one generation of a fold."""

    generation: Ordinal
    partition: Count


class OfContribution(OfPartition):
    """What one partition adds to a cell on one knowledge day."""

    knowledge_day: LocalDate


class OfClosing(OfPartition):
    """All contributions of a partition up to the knowledge day `through` have been published."""

    through: LocalDate
    held: Count = Field(description="events that are held, and those waiting behind them")
    sources: dict[str, LocalDate] | None = None
    offsets: dict[str, Count] | None = None

    def record_key(self) -> str:
        """One key for each partition: only its latest day is kept."""
        return json_key(str(self.partition), "closed")


class OfNation(Event):
    """What is said of one knowledge day of all partitions, by one generation of a fold."""

    generation: Ordinal
    knowledge_day: LocalDate

    def record_key(self) -> str:
        """What is said, and of which day: it takes the place of what has the same key."""
        raise NotImplementedError


class OfNationalDay(Event):
    """All that a subject has to say of the days up to `through`, in all partitions, was said."""

    generation: Ordinal
    subject: Slug
    through: LocalDate

    def record_key(self) -> str:
        """One key for each subject: only its latest day is kept."""
        return json_key(self.subject, "closed")


class OfCursor(OfPartition):
    """Every output due to inputs before `offsets` is committed."""

    offsets: dict[str, Count] = Field(description="input topic to the offset of the next record")
    logs: dict[str, LogIds] | None = Field(
        default=None,
        description="input topic to the log that its offset is of: the ids of cluster and topic",
    )
    barrier_day: LocalDate | None = None
    successor: Ordinal | None = Field(
        default=None, description="the generation that has taken over: nothing comes after this"
    )

    def record_key(self) -> str:
        """One key for each partition number."""
        return json_key(str(self.partition))


def json_key(*parts: str) -> str:
    """An injective text of these parts: JSON without blanks, not escaped to ASCII."""
    return json.dumps(parts, separators=(",", ":"), ensure_ascii=False)
