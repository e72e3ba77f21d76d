"""All partition numbers of a fold at once: a recording is read through one time only."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from chassis.folding.fold import Fold
from chassis.folding.verifying.refold import BATCH, Refolding

WAITING = 12_000
"""Most records of a topic that wait in memory to be folded, in all partitions together."""
Refoldings = Mapping[int, Refolding]


@contextmanager
def refoldings(
    fold: Fold,
    folder: Path,
    generation: int,
    numbers: Collection[int],
    on_folded: Callable[[int], None] = lambda _: None,
) -> Iterator[Refoldings]:
    """By partition number, open inside the block; their ledgers lie in `folder`."""
    batch = min(BATCH, WAITING // max(len(numbers), 1))
    with ExitStack() as open_:
        found: dict[int, Refolding] = {}
        for number in numbers:
            found[number] = Refolding(
                fold, folder, generation, number, batch=batch, on_folded=on_folded
            )
            open_.callback(found[number].close)
        yield found
