"""What operators are told of a batch: metrics, and what wants somebody's attention."""

from datetime import date

import structlog

from chassis.folding.changes import Changes
from chassis.folding.ledger.store import Ledger
from chassis.metrics import METRICS

log = structlog.get_logger()


def report(ledger: Ledger, topic: str, closed_before: date | None, changes: Changes) -> None:
    """Report what a batch of `topic` changed; the ledger has it."""
    service, partition = ledger.fold.name, ledger.partition
    for outcome, records in changes.counts.items():
        METRICS.records_read.labels(service, topic, outcome).inc(records)
    for _, fact in changes.conflicts:
        METRICS.conflicts.labels(service).inc()
        log.error(
            "two events claim one ordinal: the first stands, and the key is held",
            subject=fact.subject,
            ordinal=fact.ordinal,
            event_id=fact.id,
        )
    for marker in changes.marker_jumps:
        METRICS.marker_jumps.labels(service, topic).inc()
        log.error(
            "a day marker does not follow the one before",
            topic=topic,
            partition=partition,
            previous=str(marker.previous),
            through=marker.through.isoformat(),
        )
    for hold in changes.now_held.values():
        log.error("a key is held", topic=topic, partition=partition, **hold._asdict())
    if ledger.ahead and changes.closed_through != closed_before:
        log.error(
            "a day closed while events wait for missing ones",
            partition=partition,
            waiting=ledger.ahead,
        )
