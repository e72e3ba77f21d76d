"""Folding the inputs of one partition number from zero, into a ledger of its own."""

from collections.abc import Callable
from pathlib import Path

from chassis.folding.batch import BatchFold
from chassis.folding.changes import Item
from chassis.folding.fold import Fold
from chassis.folding.ledger.rows import SaidRow
from chassis.folding.ledger.store import Ledger
from chassis.folding.publishing.out import Out
from chassis.folding.publishing.outputs import Outputs
from chassis.folding.reading.record import InputReader, PutAside
from chassis.folding.verifying import live
from chassis.folding.verifying.decisions import ById, Decision, Due
from chassis.reader.outcome import Stopped
from chassis.reader.quarantine import Record
from contracts.event import Event
from contracts.topic import Topic

BATCH = 5_000


class UnreadableLogError(Exception):
    """The log holds what this version of the fold stops at, so it cannot be folded to its end."""


class Refolding:
    """One partition number, folded from zero in a ledger of its own, until `close`.

    Records are taken in the order of their topic, the topics in any order.
    """

    def __init__(
        self,
        fold: Fold,
        folder: Path,
        generation: int,
        partition: int,
        *,
        batch: int = BATCH,
        on_folded: Callable[[int], None] = lambda _: None,
    ) -> None:
        """`batch` is how many records of a topic are folded and committed together."""
        self._ledger = Ledger(fold, folder, generation, partition)
        self._readers = {topic.name: (topic, InputReader(fold, topic)) for topic in fold.inputs}
        self._waiting: dict[str, list[Record]] = {topic.name: [] for topic in fold.inputs}
        self._batch = batch
        self._on_folded = on_folded

    def take(self, record: Record) -> None:
        """Raises: UnreadableLogError, UnopenedError."""
        waiting = self._waiting[record.topic]
        waiting.append(record)
        if len(waiting) == self._batch:
            self._fold(record.topic)

    def figures(self) -> live.Outputs:
        """Contributions and closings of what was taken so far. Raises as `take`."""
        self._fold_waiting()
        return _figures(self._ledger)

    def due(self, succession: Out | None) -> Due:
        """The decisions of what was taken so far, as they are to be told by a generation that took
        over when that was out; None says that it has no predecessor. Raises as `take`."""
        self._fold_waiting()
        rows = self._ledger.said()
        if succession is None:
            return Due(_decisions(self._ledger, rows), {}, succeeds=False)
        former = [row for row in rows if succession.has(row)]
        own = [row for row in rows if not succession.has(row)]
        return Due(_decisions(self._ledger, own), _decisions(self._ledger, former), succeeds=True)

    def decided(self) -> list[Event]:
        """What was decided of what was taken so far, in its order. Raises as `take`."""
        self._fold_waiting()
        kinds = {kind.__name__: kind for kind in self._ledger.fold.decisions}
        return [kinds[row.kind].model_validate_json(row.event) for row in self._ledger.said()]

    def close(self) -> None:
        self._ledger.close()

    def _fold_waiting(self) -> None:
        for topic in self._readers:  # in the order in which a barrier applies them
            self._fold(topic)

    def _fold(self, name: str) -> None:
        topic, reader = self._readers[name]
        if records := self._waiting[name]:
            self._waiting[name] = []
            _fold_batch(self._ledger, topic, reader, records)
            self._on_folded(len(records))


def _fold_batch(ledger: Ledger, topic: Topic, reader: InputReader, batch: list[Record]) -> None:
    items: list[tuple[int, Item]] = []
    for record, read in zip(batch, reader.read(batch), strict=True):
        match read:
            case Stopped(problem):
                raise UnreadableLogError(
                    f"{record.topic}[{record.partition}]@{record.offset}: {problem}"
                )
            case PutAside(_, unread):
                items += [] if unread is None else [(record.offset, unread)]
            case item:
                items.append((record.offset, item))
    known = ledger.known(topic.name, [item for _, item in items])
    changes = BatchFold(ledger.fold, known.closed_through).fold(items, known)
    ledger.commit(topic.name, batch[-1].offset + 1, changes)


def _figures(ledger: Ledger) -> live.Outputs:
    everything = ledger.unpublished()  # nothing of this ledger ever was
    statistics = ledger.fold.figures.statistics(ledger.generation).name
    return {
        record.key.decode(): record.value
        for topic, record in _encoder(ledger).encode(everything, [])
        if topic == statistics and record.key is not None
    }


def _decisions(ledger: Ledger, rows: list[SaidRow]) -> ById:
    """As they are told, in their order."""
    found: ById = {}
    for _, record in _encoder(ledger).decisions(rows):
        headers = dict(record.headers)
        found[headers["ce_id"].decode()] = Decision.of(headers, record.value)
    return found


def _encoder(ledger: Ledger) -> Outputs:
    return Outputs(ledger.fold, ledger.generation, ledger.partition)
