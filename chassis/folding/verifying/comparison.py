"""Comparing what is live with what the log says."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import NamedTuple

from chassis.folding.verifying.decisions import ById, Due, Lives
from chassis.folding.verifying.live import Live, Outputs


class Difference(NamedTuple):
    """One record that differs; a value is None where there is no such record."""

    partition: int
    what: str
    key: str
    live: bytes | None
    refolded: bytes | None


def figure_differences(partition: int, live: Live, statistics: Outputs) -> Iterator[Difference]:
    """What the refold says otherwise of figures than what is live, in the order of keys."""
    for key in sorted(live.statistics.keys() | statistics.keys()):
        said, due = live.statistics.get(key), statistics.get(key)
        if said != due:
            yield Difference(partition, "statistics", key, said, due)


def cursor_differences(
    partition: int, cursor: Mapping[str, int], closed: Mapping[str, int]
) -> Iterator[Difference]:
    """A cursor that says more is out than the last closing: both are of one transaction.

    The cursor must have been read first.
    """
    for topic, offset in sorted(cursor.items()):
        reached = closed.get(topic, 0)
        if reached < offset:
            yield Difference(partition, "cursor", topic, b"%d" % offset, b"%d" % reached)


def repeated(partition: int, live: Live, due: Due) -> Iterator[Difference]:
    """What was decided once and told twice, whoever told it."""
    for key, said in sorted(live.triggers_again.items()):
        owed = due.own.get(key) or due.former.get(key)
        yield Difference(partition, "trigger said again", key, said, owed and owed.value)


def decision_differences(partition: int, live: Live, due: Due) -> Iterator[Difference]:
    """What the refold decides otherwise than what is live, for the generation in charge.

    Its own decisions one by one. One that was said after the cut may stand in `triggers_after` and
    be unknown here. Of what its predecessor told, what stands.
    """
    without_reason = _without_reason(live, due)
    for key in sorted(without_reason | due.own.keys()):
        said, owed = live.triggers_after.get(key), due.own.get(key)
        told_as_repeated = owed is None and key in live.triggers_again
        if said != owed and not told_as_repeated:
            yield Difference(partition, "trigger", key, said and said.value, owed and owed.value)
    if due.succeeds:
        yield from _standing_differences(partition, live, due, without_reason)


def _without_reason(live: Live, due: Due) -> set[str]:
    """What was said before the cut and is not due.

    A successor tells what differs in what stands, then its own: after the first of its own, nothing
    of its predecessor can come. What has no place was never told by any.
    """
    if not due.succeeds:
        return live.triggers_before.keys() - due.own.keys()
    found: set[str] = set()
    own_began = False
    for key, decision in live.triggers_before.items():
        if key in due.own:
            own_began = True
        elif own_began or not decision.ordinal:
            found.add(key)
    return found


def _standing_differences(
    partition: int, live: Live, due: Due, without_reason: set[str]
) -> Iterator[Difference]:
    """What stands of that which is not compared one by one."""
    compared = {decision.subject for decision in due.own.values()}
    compared |= {live.triggers_before[key].subject for key in without_reason}
    before, after = (_lives(found) for found in (live.triggers_before, live.triggers_after))
    owed = _lives(due.former).standing
    for subject in sorted((before.standing.keys() | owed.keys()) - compared):
        if subject in before.ended and subject not in before.standing:
            yield Difference(partition, "ended", subject, before.ended[subject], None)
        elif subject not in after.ended:  # else it was ended after the cut
            said, should = after.standing.get(subject), owed.get(subject)
            if said != should:
                yield Difference(partition, "standing", subject, said, should)


def _lives(decisions: ById) -> Lives:
    return Lives.of(decisions.values())


def digest(outputs: Iterable[Outputs]) -> str:
    """SHA-256 over all records in the order of partitions and keys: the same for the same log."""
    total = sha256()
    for each in outputs:
        for key, value in sorted(each.items()):
            total.update(b"%d %d " % (len(key.encode()), len(value)))
            total.update(key.encode() + value)
    return total.hexdigest()
