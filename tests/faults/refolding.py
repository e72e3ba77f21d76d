"""Print the digest of a small log, in a process of its own: `python -m tests.faults.refolding`.

With the name of one of `FLAWS` the fold has it: its outputs then rest on what they must not.
"""

import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from tests.faults.adapter import batch_module, comparison, events, outputs_digest, sources

SHIPMENTS = 20
FLAWS = ("today", "unordered")


def digest() -> str:
    play = sources.Sources().with_terms()
    for number in range(SHIPMENTS):
        shipment, order = events.uuid_of(f"shipment-{number}"), events.uuid_of(f"order-{number}")
        made = play.logs[events.TOPIC]
        made.append(shipment, 1, events.exported(events.goods(number))).append(
            shipment, 2, events.lost()
        )
        play.orders.append(order, 1, sources.invoice(2))
    logs = play.close(30).logs
    return outputs_digest({topic: log.records for topic, log in logs.items()})


def _today(_: date | None) -> date:
    return datetime.now(UTC).date()  # noqa: TID251 - the flaw


def _unordered(things: Iterable[Any]) -> list[Any]:
    return list(set(things))


def spoil(flaw: str) -> None:
    """Give the fold a flaw."""
    if flaw == "today":
        setattr(batch_module, "knowledge_day", _today)  # noqa: B010 - it is no other module's to set
    else:
        setattr(comparison, "sorted", _unordered)  # noqa: B010 - a built-in, hidden by this


if __name__ == "__main__":
    for each in sys.argv[1:]:
        spoil(each)
    sys.stdout.write(digest())
