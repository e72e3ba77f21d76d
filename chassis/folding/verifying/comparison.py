"""Comparing what is live with what the log says."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import NamedTuple

from chassis.folding.publishing.succession import Standing, Told
from chassis.folding.verifying.live import Live, Outputs
from contracts.event import Event


class Difference(NamedTuple):
    """One record that differs; a value is None where there is no such record."""

    partition: int
    what: str
    key: str
    live: bytes | None
    refolded: bytes | None


def differences(
    partition: int, live: Live, statistics: Outputs, triggers: Outputs
) -> Iterator[Difference]:
    """What the refold says otherwise than what is live, in the order of keys.

    A trigger that was said after the cut may stand in `triggers_after` and be unknown here.
    """
    for key in sorted(live.statistics.keys() | statistics.keys()):
        said, due = live.statistics.get(key), statistics.get(key)
        if said != due:
            yield Difference(partition, "statistics", key, said, due)
    for key in sorted(live.triggers_before.keys() | triggers.keys()):
        said, due = live.triggers_after.get(key), triggers.get(key)
        if said != due:
            yield Difference(partition, "trigger", key, said, due)
    for key, said in sorted(live.triggers_again.items()):
        yield Difference(partition, "trigger said again", key, said, triggers.get(key))


def standing_differences(
    partition: int, before: Told, after: Told, due: Standing
) -> Iterator[Difference]:
    """The same of decisions of which a former generation told some: what counts is what stands.

    `before` and `after` were read around the cut that `due` rests on.
    """
    for subject in sorted((before.standing.keys() | due.keys()) - after.ended):
        said, owed = after.standing.get(subject), due.get(subject)
        if said != owed:
            yield Difference(partition, "standing", subject, _text(said), _text(owed))


def _text(event: Event | None) -> bytes | None:
    return None if event is None else event.encode()


def digest(outputs: Iterable[Outputs]) -> str:
    """SHA-256 over all records in the order of partitions and keys: the same for the same log."""
    total = sha256()
    for each in outputs:
        for key, value in sorted(each.items()):
            total.update(b"%d %d " % (len(key.encode()), len(value)))
            total.update(key.encode() + value)
    return total.hexdigest()
