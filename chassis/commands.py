"""Carrying out commands: load, decide, and write state, events and answer in one compare-and-set.

A command that comes again with its idempotency key gets the answer it got before.
"""

import asyncio
from collections.abc import Sequence
from typing import Generic, Protocol
from weakref import WeakValueDictionary

from chassis.answer import Answer, Done, EventAddress
from chassis.clock import local_day
from chassis.creation import Creation
from chassis.decider import C, Decider, E, S
from chassis.metrics import METRICS
from chassis.outbox import Circumstances, encode
from chassis.records import command_record, key_of
from chassis.refusals import key_reused, missing
from chassis.store import Change, CommandRecord, Document, OutboxRecord, Repository
from contracts.partitioner import partition_of
from contracts.problem import Refusal, RefusedError, refused
from contracts.topic import Topic

ATTEMPTS = 8
"""How often a command is decided anew when another writer was first."""


class ContentionError(Exception):
    """Other writers were first, ATTEMPTS times in a row. The command can be sent again."""


class Publisher(Protocol):
    """Is told what was just written."""

    def wake(self, id_: str, fresh: tuple[OutboxRecord, ...] | None) -> None:
        """`fresh` is the whole outbox of the document; None when it must be looked up."""


class CommandHandler(Generic[C, S, E]):
    """Carries out the commands of one kind of aggregate."""

    def __init__(
        self,
        decider: Decider[C, S, E],
        repository: Repository,
        topic: Topic,
        publisher: Publisher,
        *,
        seconds: float = 20.0,
    ) -> None:
        self.decider = decider
        self.repository = repository
        self.topic = topic
        self.publisher = publisher
        self.seconds = seconds
        # Commands of this process on one aggregate take turns; other processes contend.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def create(self, creation: Creation[C]) -> Answer:
        """Create an aggregate.

        Raises:
            RefusedError: by the domain; or as a conflict when it exists with another content.
        """
        outcome = (await self.create_many([creation]))[0]
        if isinstance(outcome, RefusedError):
            raise outcome
        return outcome

    async def create_many(self, creations: Sequence[Creation[C]]) -> list[Answer | RefusedError]:
        """Create aggregates in one write. The outcomes are in the order of the input."""
        async with asyncio.timeout(self.seconds):
            outcomes = await self._create_many(creations)
        for creation, outcome in zip(creations, outcomes, strict=True):
            self.count(creation.command, outcome)
        return outcomes

    async def _create_many(self, creations: Sequence[Creation[C]]) -> list[Answer | RefusedError]:
        outcomes: dict[int, Answer | RefusedError] = {}
        documents: dict[int, Document] = {}
        first: dict[str, int] = {}
        for index, creation in enumerate(creations):
            if first.setdefault(creation.id, index) != index:
                continue  # twice in one request: the second is judged against the first below
            try:
                documents[index] = self._created(creation)
            except RefusedError as error:
                outcomes[index] = error
        existed = await self.repository.insert(list(documents.values())) if documents else set()
        for index, document in documents.items():
            if document.id not in existed:
                self.publisher.wake(document.id, document.outbox)
                outcomes[index] = self._answer(document, document.creation, Done.NOW)
        missing = [index for index in range(len(creations)) if index not in outcomes]
        outcomes |= await self._repeated({index: creations[index] for index in missing})
        return [outcomes[index] for index in range(len(creations))]

    async def execute(self, id_: str, command: C, circumstances: Circumstances) -> Answer:
        """Carry out a command on an aggregate that exists.

        Raises:
            RefusedError: by the domain; not found; or a conflict when the idempotency key was used
                with another body.
            ContentionError: other writers were first too often.
            TimeoutError: the deadline passed; whether it was carried out is not known.
        """
        try:
            async with asyncio.timeout(self.seconds), self._turns.setdefault(id_, asyncio.Lock()):
                answer = await self._execute(id_, command, circumstances)
        except RefusedError as error:
            self.count(command, error)
            raise
        self.count(command, answer)
        return answer

    async def _execute(self, id_: str, command: C, circumstances: Circumstances) -> Answer:
        for _ in range(ATTEMPTS):
            document = await self.document(id_)
            judged = self.judge(document, command, circumstances)
            if isinstance(judged, Answer):
                return judged
            if await self.repository.change(judged):
                return self.written(document, judged, circumstances)
        raise ContentionError(id_)

    def judge(self, document: Document, command: C, around: Circumstances) -> Change | Answer:
        """The change that a command makes; its answer when there is none, or none any more.

        Raises:
            RefusedError: by the domain, or when the idempotency key was used with another body.
        """
        known = document.command(around.idempotency_key or "")
        if known is not None:
            if known.fingerprint != around.fingerprint:
                raise key_reused()
            return self._answer(document, known, Done.BEFORE)
        return self._changed(document, command, around) or Answer(document.id, document.version, ())

    def written(self, before: Document, change: Change, around: Circumstances) -> Answer:
        """Publish what a change wrote, and answer."""
        if change.outbox:
            self.publisher.wake(change.id, None if before.outbox else change.outbox)
        record = change.command or command_record(around, change.outbox, change.version)
        return self._answer(before, record, Done.NOW)

    async def document(self, id_: str) -> Document:
        """The document of an aggregate. Raises RefusedError when there is none."""
        document = (await self.repository.load([id_])).get(id_)
        if document is None:
            raise missing(id_)
        return document

    def count(self, command: C, outcome: Answer | RefusedError) -> None:
        """Tell the metrics what became of a command."""
        if isinstance(outcome, RefusedError):
            became = outcome.problems[0].code
        else:
            became = f"done_{outcome.done}"
        METRICS.commands.labels(self.topic.owner, type(command).__name__, became).inc()

    def _created(self, creation: Creation[C]) -> Document:
        events = self.decider.decide(
            creation.command, None, local_day(creation.circumstances.recorded_at)
        )
        state = self.decider.fold(None, events)
        if state is None:
            raise ValueError("a creation must have at least one event")
        outbox = encode(
            events,
            topic=self.topic,
            subject=creation.id,
            partition_key=creation.partition_key,
            after=0,
            circumstances=creation.circumstances,
        )
        return Document(
            id=creation.id,
            partition_key=creation.partition_key,
            version=len(events),
            state=state.model_dump(mode="json"),
            creation=command_record(creation.circumstances, outbox, len(events)),
            outbox=outbox,
        )

    async def _repeated(
        self, creations: dict[int, Creation[C]]
    ) -> dict[int, Answer | RefusedError]:
        if not creations:
            return {}
        documents = await self.repository.load([c.id for c in creations.values()])
        return {
            index: self._repetition(creation, documents.get(creation.id))
            for index, creation in creations.items()
        }

    def _repetition(
        self, creation: Creation[C], document: Document | None
    ) -> Answer | RefusedError:
        if document is None:  # its first occurrence in this request was refused
            return refused(Refusal.CONFLICT, "refused_before", "id", "stands twice, first refused")
        created = document.creation
        if created.fingerprint != creation.circumstances.fingerprint:
            if creation.natural:
                return refused(
                    Refusal.CONFLICT, "exists", creation.natural, "exists with another content"
                )
            return key_reused()
        same_key = created.key == key_of(creation.circumstances)
        return self._answer(document, created, Done.BEFORE if same_key else Done.OTHERWISE)

    def _changed(self, document: Document, command: C, around: Circumstances) -> Change | None:
        state = self.decider.state_type.model_validate(document.state)
        events = self.decider.decide(command, state, local_day(around.recorded_at))
        new_state = self.decider.fold(state, events)
        if new_state is None or not (events or around.idempotency_key):
            return None  # with a key, even a command without effect is remembered
        version = document.version + len(events)
        outbox = encode(
            events,
            topic=self.topic,
            subject=document.id,
            partition_key=document.partition_key,
            after=document.version,
            circumstances=around,
        )
        return Change(
            id=document.id,
            expected_version=document.version,
            version=version,
            state=new_state.model_dump(mode="json"),
            command=command_record(around, outbox, version) if around.idempotency_key else None,
            outbox=outbox,
        )

    def _answer(self, document: Document, record: CommandRecord, done: Done) -> Answer:
        partition = partition_of(document.partition_key, self.topic.partitions)
        first = record.ordinal - len(record.events) + 1
        events = tuple(
            EventAddress(
                event_id, event_type, ordinal, self.topic.name, partition, document.partition_key
            )
            for ordinal, (event_id, event_type) in enumerate(record.events, start=first)
        )
        return Answer(document.id, record.ordinal, events, done)
