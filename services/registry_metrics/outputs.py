"""What the fold publishes of its figures, as the contracts say it."""

from collections.abc import Sequence

from contracts import topics
from contracts.registry_metrics import Cursor, PartitionClosed, ProducerContribution
from contracts.topic import Topic
from contracts.topics import REGISTRY_PRODUCERS
from services.registry_metrics.domain import CellKey


class Producers:
    """How many producers a cell has."""

    cell_type = CellKey
    measures = 1
    contribution_type = ProducerContribution

    def contribution(
        self,
        generation: int,
        partition: int,
        day: str,
        cell: CellKey,
        measures: Sequence[int | None],
    ) -> tuple[str, bytes]:
        (producers,) = measures
        event = ProducerContribution.model_validate(
            {
                "generation": generation,
                "partition": partition,
                "knowledge_day": day,
                "cell": cell._asdict(),
                "producers": producers,
            }
        )
        return event.record_key(), event.encode()


class ProducerFigures:
    """Contributions to the figures of the registry."""

    rest_on = REGISTRY_PRODUCERS
    kinds = (Producers(),)
    closed_type = PartitionClosed
    cursor_type = Cursor

    def statistics(self, generation: int) -> Topic:
        return topics.producer_statistics(generation)

    def cursors(self, generation: int) -> Topic:
        return topics.producer_cursors(generation)
