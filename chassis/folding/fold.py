"""What a fold is: a name, a version, and pure functions. Everything else is the engine's."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, Protocol

from chassis.folding.changes import Fact, Movement, Passed, Staged, State
from contracts.event import Event, Skipped
from contracts.topic import Topic
from contracts.topics import CONTROL

Reading = Callable[[bytes], Any]
"""From the data of an event to what the fold reads in it; raises what `msgspec` raises, or
UnicodeDecodeError, when the data is not as the contract says."""

Packed = tuple[Any, ...]
"""A state as whole numbers, texts and None, of any length."""


Change = tuple[State, Sequence[Movement], Sequence[Event]]
"""The state of an aggregate after an event, what moves in the figures, and what is decided."""


class Announcement(NamedTuple):
    """How a decision is told: the `ordinal`-th record of `subject`, caused by an event."""

    topic: Topic
    subject: str
    ordinal: int
    key: str
    causation_id: str


class Cells(Protocol):
    """Numbers that stand for cells in packed states."""

    def number_of(self, cell: Any) -> int: ...
    def cell_of(self, number: int) -> Any: ...


class CellKind(Protocol):
    """One kind of cell: what it is made of, how many numbers it has, and what tells it.

    `cell_type` is a named tuple. No two kinds of a fold have as many dimensions: their cells would
    be equal where their values are.
    """

    @property
    def cell_type(self) -> Any: ...
    @property
    def measures(self) -> int: ...
    @property
    def contribution_type(self) -> type[Event]: ...
    def contribution(
        self, generation: int, partition: int, day: str, cell: Any, measures: Sequence[int | None]
    ) -> tuple[str, bytes]:
        """The record key of a contribution, and its data as the contract encodes it."""


class Figures(Protocol):
    """What a fold publishes of its figures, generation by generation.

    `rest_on` is the topic whose days close the figures.
    """

    @property
    def rest_on(self) -> Topic: ...
    @property
    def kinds(self) -> Sequence[CellKind]: ...
    def statistics(self, generation: int) -> Topic: ...
    def cursors(self, generation: int) -> Topic: ...
    @property
    def closed_type(self) -> type[Any]: ...
    @property
    def cursor_type(self) -> type[Any]: ...


class Ripe(NamedTuple):
    """Cases that time alone makes due: those that ripen by `day` and weigh at least `weight`."""

    day: date
    weight: int


class CaseRow(NamedTuple):
    """A case as the ledger finds it: by the key that it waits with, and by when it ripens."""

    subject: str
    key: str
    ripens_on: date | None
    weight: int


@dataclass(frozen=True, slots=True)
class KnownAtBarrier:
    """What the ledger holds of the things that a day is about.

    `cases` are those of the keys and subjects that were spoken of or released, and those that
    ripened; `waiting` counts, for each key that waits, for how many things.
    """

    shared: Any
    cases: Mapping[str, Any]
    waiting: Mapping[str, int]


@dataclass(slots=True)
class Decided:
    """What a barrier changes: cases by their subject, counts of `waiting` by key, and what moves in
    the figures on its day."""

    cases: dict[str, Any] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    said: list[Event] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)


class Rules(Protocol):
    """What is decided at the barrier of a day, when all sources closed it.

    A *case* is what a rule looks at, an invoice say; what is *shared* is known to all cases, such
    as the terms of the rule.
    """

    @property
    def case_type(self) -> Any: ...
    @property
    def shared_type(self) -> Any: ...
    @property
    def nothing_shared(self) -> Any: ...
    @property
    def events(self) -> Collection[type]:
        """What is decided upon at the barrier of its day, not when it is read."""

    def learn(self, shared: Any, staged: Sequence[Staged]) -> Any: ...
    def ripe(self, shared: Any, day: date) -> Ripe | None: ...
    def decide(self, day: date, staged: Sequence[Staged], known: KnownAtBarrier) -> Decided: ...
    def row(self, case: Any) -> CaseRow: ...


@dataclass(frozen=True)
class Fold:
    """`name` is that of its group, its ledgers and its transactions; `fingerprint` names what it
    computes: whoever changes that changes this.

    `evolve(state, fact, day)` folds the next event of an aggregate, learnt on the knowledge day
    `day`; it is total. `pack` and `unpack` take a state apart and put it together again.
    `inputs` all have the same number of partitions, and stand in the order in which a barrier
    applies what they said on one day.
    """

    name: str
    fingerprint: str
    inputs: tuple[Topic, ...]
    readings: Mapping[type[Event], Reading]
    initial: State
    evolve: Callable[[State, Fact, date], Change]
    pack: Callable[[State, Cells], Packed]
    unpack: Callable[[Packed, Cells], State]
    figures: Figures
    rules: Rules | None = None
    announce: Callable[[Event], Announcement] | None = None
    decisions: Collection[type[Event]] = ()
    decisions_topic: Topic | None = None
    retract: Callable[[Event, date], Event] | None = None
    """Ends a decision of a former generation, on a knowledge day, because this one does not say
    so."""

    def sources(self) -> dict[str, int]:
        """The numbers of the input topics."""
        return {topic.name: number for number, topic in enumerate(self.inputs)}

    def reading_of(self) -> Mapping[str, Reading]:
        """By CloudEvents type; events without a reading take their place and say nothing."""
        by_type: dict[str, Reading] = {
            event.event_type(): passed
            for topic in self.inputs
            for event in topic.events
            if event not in CONTROL
        }
        by_type |= {event.event_type(): read for event, read in self.readings.items()}
        by_type[Skipped.event_type()] = passed
        return by_type


def passed(_: bytes) -> Passed:
    """The reading of an event of which the place alone is used."""
    return Passed()
