"""What a generation says when it takes over: all that differs in what stands, once.

The predecessor's decisions up to its last cursor are on the topic; the successor has its own, up to
the same inputs, in its ledger. What only the predecessor said and still stands is ended, what only
the successor says is told.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any

from aiokafka import TopicPartition

from chassis.folding.changes import knowledge_day
from chassis.folding.fold import Fold
from chassis.folding.ledger.rows import SaidRow
from chassis.folding.ledger.store import Ledger
from chassis.folding.publishing.log import reading, records
from contracts.event import Event

Standing = dict[str, Event]
"""What was told and not ended, by the subject of its announcement."""


async def standing_on_topic(bootstrap: str, fold: Fold, partition: int) -> Standing:
    """What stands by all that was ever told in a partition."""
    said: list[Event] = []
    if fold.decisions_topic is None:
        return {}
    kinds = {kind.event_type().encode(): kind for kind in fold.decisions}
    async with reading(bootstrap) as consumer:
        at = TopicPartition(fold.decisions_topic.name, partition)
        async for record in records(consumer, at):
            kind = kinds.get(dict(record.headers).get("ce_type", b""))
            if kind is not None and record.value is not None:
                said.append(kind.model_validate_json(record.value))
    return standing(fold, said)


def standing(fold: Fold, said: Iterable[Event]) -> Standing:
    """What stands after these decisions, in their order: told, and not ended since."""
    found: Standing = {}
    for event in said:
        if fold.announce is None:
            raise AssertionError(f"{fold.name} decides nothing")
        announced = fold.announce(event)
        if announced.ordinal == 1:
            found[announced.subject] = event
        else:
            found.pop(announced.subject, None)
    return found


def difference(ledger: Ledger, before: Standing, rows: Sequence[SaidRow]) -> list[SaidRow]:
    """What the successor has to tell. `before` stands on the topic; `rows` are all that it decided
    itself up to the same inputs. What is ended only because of the succession is so from the open
    knowledge day on.
    """
    fold, closings = ledger.fold, ledger.closings()
    day = knowledge_day(closings and closings.through)
    happened = datetime.combine(day, time.min, UTC).isoformat()
    kinds = {kind.__name__: kind for kind in fold.decisions}
    events = [kinds[row.kind].model_validate_json(row.event) for row in rows]
    now = standing(fold, events)
    ended = _last_rows(fold, rows, events)
    told: list[SaidRow] = []
    for subject in sorted(before.keys() - now.keys()):
        if subject in ended:
            told.append(ended[subject])  # it stood for the successor too, and ended earlier
        elif fold.retract is not None:
            event = fold.retract(before[subject], day)
            data = event.encode().decode()
            told.append(SaidRow(None, None, None, type(event).__name__, data, happened))
    new = {id(event) for subject, event in now.items() if subject not in before}
    told += [row for row, event in zip(rows, events, strict=True) if id(event) in new]
    return told


def _last_rows(
    fold: Fold, rows: Sequence[SaidRow], events: Sequence[Event]
) -> Mapping[str, SaidRow]:
    """The rows that ended something, by its subject."""
    found: dict[str, SaidRow] = {}
    for row, event in zip(rows, events, strict=True):
        announced: Any = fold.announce and fold.announce(event)
        if announced and announced.ordinal != 1:
            found[announced.subject] = row
    return found
