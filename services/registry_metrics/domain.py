"""Who produces, as figures: each producer counts once, where the registry has it now.

The registry holds one chain for each producer, so a producer is in one cell at a time. A move and a
correction alike take it out of its cell and put it into another, both as known from that day on:
what was known before stays as it was.
"""

from typing import NamedTuple

DEFINITION = "registered-producers/1"


class CellKey(NamedTuple):
    """One value per dimension, in the order of `contracts.registry_metrics.ProducerCell`."""

    chain: str
    region: str
    kind: str
    women_led: str


class Movement(NamedTuple):
    """What is added to a cell."""

    cell: CellKey
    producers: int


class Registered(NamedTuple):
    cell: CellKey


class Moved(NamedTuple):
    region: str


class Corrected(NamedTuple):
    """What was wrong; None is what was right."""

    chain: str | None
    region: str | None
    kind: str | None
    women_led: str | None


AnyEvent = Registered | Moved | Corrected


class Producer(NamedTuple):
    """`cell` is where it counts: None before it was registered."""

    cell: CellKey | None = None


UNKNOWN = Producer()


class Change(NamedTuple):
    """What one event does."""

    producer: Producer
    movements: tuple[Movement, ...] = ()


def evolve(producer: Producer, event: AnyEvent) -> Change:
    """Fold the next event of a producer.

    Total: a move or correction of what was never registered changes no figure, and the registry
    has a producer as it registered it last.
    """
    before = producer.cell
    after = _cell(before, event)
    if before == after:
        return Change(producer)
    left = () if before is None else (Movement(before, -1),)
    entered = () if after is None else (Movement(after, 1),)
    return Change(Producer(after), (*left, *entered))


def _cell(before: CellKey | None, event: AnyEvent) -> CellKey | None:
    """Where a producer counts after an event."""
    match event:
        case Registered(cell):
            return cell
        case Moved(region):
            return before and before._replace(region=region)
        case Corrected():
            stated = {name: value for name, value in event._asdict().items() if value is not None}
            return before and before._replace(**stated)
