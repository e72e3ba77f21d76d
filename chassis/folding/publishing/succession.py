"""What a generation says when it takes over: all that differs in what stands, once.

The predecessor's decisions up to its last cursor are on the topic; the successor has its own, up to
the same inputs, in its ledger. What only the predecessor said and still stands is ended, what only
the successor says is told.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import UTC, datetime, time
from typing import Any, NamedTuple

import structlog
from aiokafka import TopicPartition

from chassis.folding.changes import knowledge_day
from chassis.folding.fold import Fold
from chassis.folding.ledger.rows import SaidRow
from chassis.folding.ledger.store import Ledger
from chassis.folding.publishing.log import reading, records
from contracts.event import Event

log = structlog.get_logger()
Standing = dict[str, Event]
"""What was told and not ended, by the subject of its announcement."""


class Told(NamedTuple):
    """All that was told: what of it stands, and the subjects of what was ended."""

    standing: Standing
    ended: set[str]


class SaidSoFar(NamedTuple):
    """All decisions that stand in a partition before an offset, in their order."""

    events: Sequence[Event] = ()
    next_offset: int = 0


NOTHING_SAID = SaidSoFar()


class Ended:
    """The subjects of which it is known that they were ended: nothing more is told of them.

    What was said has been read up to `next_offset`.
    """

    def __init__(self) -> None:
        self.subjects: set[str] = set()
        self.next_offset = 0

    def note(self, fold: Fold, said: SaidSoFar) -> None:
        """What was said since, or all of it."""
        self.subjects |= told_by(fold, said.events).ended
        self.next_offset = max(self.next_offset, said.next_offset)


async def said_on_topic(
    bootstrap: str, fold: Fold, partition: int, before: SaidSoFar = NOTHING_SAID
) -> SaidSoFar:
    """All that was ever told in a partition: what was read `before`, and what has come since."""
    if fold.decisions_topic is None:
        return before
    said, next_offset = list(before.events), before.next_offset
    kinds = {kind.event_type().encode(): kind for kind in fold.decisions}
    async with reading(bootstrap) as consumer:
        at = TopicPartition(fold.decisions_topic.name, partition)
        async for record in records(consumer, at, start=before.next_offset):
            kind = kinds.get(dict(record.headers).get("ce_type", b""))
            if kind is not None and record.value is not None:
                said.append(kind.model_validate_json(record.value))
            next_offset = record.offset + 1
    return SaidSoFar(said, next_offset)


async def told_on_topic(bootstrap: str, fold: Fold, partition: int) -> Told:
    """What stands by all that was ever told in a partition."""
    return told_by(fold, (await said_on_topic(bootstrap, fold, partition)).events)


def told_by(fold: Fold, said: Iterable[Event]) -> Told:
    """What these decisions amount to, in their order."""
    found: Standing = {}
    ended: set[str] = set()
    for event in said:
        if fold.announce is None:
            raise AssertionError(f"{fold.name} decides nothing")
        announced = fold.announce(event)
        if announced.ordinal == 1:
            found[announced.subject] = event
        else:
            found.pop(announced.subject, None)
            ended.add(announced.subject)
    return Told(found, ended)


def difference(ledger: Ledger, before: Told, rows: Sequence[SaidRow]) -> list[SaidRow]:
    """What the successor has to tell. `before` is on the topic; `rows` are all that it decided
    itself up to the same inputs. What is ended only because of the succession is so from the open
    knowledge day on. What stands for both stays as it was told, whatever each says of it: a subject
    is announced once and ended once.
    """
    fold, closings = ledger.fold, ledger.closings()
    day = knowledge_day(closings and closings.through)
    happened = datetime.combine(day, time.min, UTC).isoformat()
    kinds = {kind.__name__: kind for kind in fold.decisions}
    events = [kinds[row.kind].model_validate_json(row.event) for row in rows]
    now = told_by(fold, events).standing
    ended = _last_rows(fold, rows, events)
    told: list[SaidRow] = []
    for subject in sorted(before.standing.keys() - now.keys()):
        if subject in ended:
            told.append(ended[subject])  # it stood for the successor too, and ended earlier
        elif fold.retract is not None:
            event = fold.retract(before.standing[subject], day)
            data = event.encode().decode()
            told.append(SaidRow(None, None, None, type(event).__name__, data, happened))
    # What a former generation ended cannot stand again: the publisher passes over all of it.
    new = {id(event) for subject, event in now.items() if subject not in before.standing}
    told += [row for row, event in zip(rows, events, strict=True) if id(event) in new]
    return told


def not_over(fold: Fold, rows: Sequence[SaidRow], ended: Set[str]) -> list[SaidRow]:
    """Without those about what was `ended`: a subject is ended once, by whichever generation."""
    if not ended or fold.announce is None:
        return list(rows)
    kinds = {kind.__name__: kind for kind in fold.decisions}
    left: list[SaidRow] = []
    for row in rows:
        subject = fold.announce(kinds[row.kind].model_validate_json(row.event)).subject
        if subject in ended:
            log.error("ended by a former generation: nothing is told", subject=subject)
        else:
            left.append(row)
    return left


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
