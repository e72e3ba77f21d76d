"""Cutting what is unpublished, so that no transaction becomes too long."""

from collections.abc import Iterable, Iterator
from itertools import chain

from chassis.folding.failpoints import failpoint
from chassis.folding.ledger.contributions import ContributionRow
from chassis.folding.ledger.rows import SaidRow
from chassis.folding.ledger.store import Unpublished
from chassis.folding.publishing.outputs import Output, Outputs
from chassis.folding.publishing.sending import TransactionalProducer, send_in_transaction


def transactions(
    outputs: Outputs, unpublished: Unpublished, due: list[SaidRow], most: int, *last: Output
) -> Iterator[Iterable[Output]]:
    """What goes out together, one after the other, with `most` contributions each.

    Contributions are absolute: they may be out before the cursor says so. All else goes with the
    cursor in the last transaction, `last` at its end.
    """
    early, rest = in_parts(unpublished, most)
    for rows in early:
        yield outputs.contributions(rows)
        failpoint("between-transactions")
    yield chain(outputs.encode(rest, due), last)


def in_parts(
    unpublished: Unpublished, most: int
) -> tuple[list[list[ContributionRow]], Unpublished]:
    """Contributions to be sent before, `most` at a time, and the rest, which has all else.

    The rest has some contributions if there are any at all.
    """
    rows = unpublished.contributions
    before = (len(rows) - 1) // most * most if rows else 0
    early = [rows[at : at + most] for at in range(0, before, most)]
    return early, unpublished._replace(contributions=rows[before:])


async def send_all(
    producer: TransactionalProducer,
    outputs: Outputs,
    unpublished: Unpublished,
    due: list[SaidRow],
    most: int,
    *last: Output,
) -> None:
    """Send what `transactions` cuts, each in one. Raises: BatchTooSmallError."""
    for each in transactions(outputs, unpublished, due, most, *last):
        await send_in_transaction(producer, each, outputs.partition)
