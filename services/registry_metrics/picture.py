"""The contributions of all partitions in one table, and the questions that it answers."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from chassis.folding.picture.closings import Closings
from contracts.registry_metrics import PartitionClosed, ProducerCell, ProducerContribution
from contracts.topics import REGISTRY_PRODUCERS

DIMENSIONS = tuple(ProducerCell.model_fields)
_COLUMNS = ", ".join(DIMENSIONS)
_CREATE = f"""
    CREATE TABLE contributions (
        partition INTEGER, day TEXT, {_COLUMNS}, producers INTEGER,
        PRIMARY KEY (partition, day, {_COLUMNS})
    ) WITHOUT ROWID
"""
_PUT = f"INSERT OR REPLACE INTO contributions VALUES (?, ?, {'?, ' * len(DIMENSIONS)} ?)"  # noqa: S608 - no input in it

Where = Mapping[str, Sequence[str]]
"""By dimension the values of which any will do."""


class Answer(NamedTuple):
    """Producers of each group, in the order of the dimensions, and of all that was selected."""

    groups: list[tuple[tuple[str, ...], int]]
    total: int


class RegistryFigures:
    """Everything that the partitions have published, `apply` after `apply`."""

    def __init__(self, partitions: int) -> None:
        self.closings = Closings(partitions, REGISTRY_PRODUCERS.name)
        self._db = sqlite3.connect(":memory:", isolation_level=None)
        self._db.execute(_CREATE)

    def apply(
        self, partition: int, events: Sequence[ProducerContribution | PartitionClosed]
    ) -> None:
        """Take over what a partition published. Contributions replace those of the same key."""
        self._db.execute("BEGIN")
        for event in events:
            if isinstance(event, PartitionClosed):
                self.closings.note(partition, event)
            else:
                day = event.knowledge_day.isoformat()
                self._db.execute(_PUT, (partition, day, *event.cell.key(), event.producers))
        self._db.execute("COMMIT")

    def ask(self, by: Sequence[str], where: Where, known_on: date | None = None) -> Answer:
        """Group by dimensions among what is `where`. Both name DIMENSIONS; a group that nobody is
        left in is left out."""
        conditions = [
            f"{name} IN ({', '.join('?' * len(values))})" for name, values in where.items()
        ]
        bound = [value for values in where.values() for value in values]
        if known_on is not None:
            conditions.append("day <= ?")
            bound.append(known_on.isoformat())
        # S608: what is put into the text are names of DIMENSIONS; what comes from outside is bound.
        selected = f"FROM contributions WHERE {' AND '.join(conditions) or 'TRUE'}"
        query = f"SELECT coalesce(sum(producers), 0) {selected}"
        (total,) = self._db.execute(query, bound).fetchone()
        if not by:
            return Answer([], total)
        names = ", ".join(by)
        found = self._db.execute(
            f"SELECT {names}, sum(producers) {selected} "
            f"GROUP BY {names} HAVING sum(producers) <> 0 ORDER BY {names}",
            bound,
        )
        return Answer([(row[:-1], row[-1]) for row in found], total)
