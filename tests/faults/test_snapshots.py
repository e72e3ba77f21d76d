"""Ledgers that are lost while there are snapshots: those that can be trusted are restored."""

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.faults.adapter import DATABASE, GENERATION, MANIFEST, snapshots_of
from tests.faults.instance import Instance, ended, ending
from tests.faults.judge import Judge
from tests.faults.scale import SCALE, Fault, scaled
from tests.faults.snapshotting import KEPT, OFTEN, ledgers_lost, refused, restored
from tests.faults.witness import witness
from tests.faults.world import NUMBERS, World

pytestmark = pytest.mark.integration
ASKED = 5
RUNS = scaled(ASKED)
SHIPMENTS = 600
FAR = 1_000_000


def nothing(_: Sequence[Path]) -> None:
    """All are as they were."""


def cut(snapshots: Sequence[Path]) -> None:
    with (snapshots[0] / DATABASE).open("r+b") as file:
        file.truncate(file.seek(0, 2) // 2)


def lose_a_file(snapshots: Sequence[Path]) -> None:
    next(snapshots[0].glob("states/*.sst")).unlink()


def lose_the_manifest(snapshots: Sequence[Path]) -> None:
    (snapshots[0] / MANIFEST).unlink()


def of_another_partition(snapshots: Sequence[Path]) -> None:
    """Of the next partition number, or the first after the last."""
    number = NUMBERS[(int(snapshots[0].parent.name[1:3]) + 1) % len(NUMBERS)]
    other = snapshots[0].parent.with_name(f"p{number:02d}.snapshots")
    for snapshot in snapshots:
        shutil.rmtree(snapshot)
    donor = next(iter(sorted(path for path in other.iterdir() if path.name.isdecimal())))
    shutil.copytree(donor, snapshots[0])


def of_another_cluster(snapshots: Sequence[Path]) -> None:
    rewrite(snapshots, lambda topic: topic["log"].__setitem__(0, "another"))


def of_a_topic_made_anew(snapshots: Sequence[Path]) -> None:
    rewrite(snapshots, lambda topic: topic["log"].__setitem__(1, "0" * 32))


def of_another_log(snapshots: Sequence[Path]) -> None:
    """By its last record: the hash is that of nothing."""
    rewrite(snapshots, lambda topic: topic["last"].__setitem__(1, "A" * 43 + "="))


def of_a_longer_log(snapshots: Sequence[Path]) -> None:
    def longer(topic: dict[str, Any]) -> None:
        topic["next_offset"] += FAR
        topic["last"][0] += FAR

    rewrite(snapshots, longer)


def rewrite(snapshots: Sequence[Path], change: Callable[[dict[str, Any]], None]) -> None:
    for snapshot in snapshots:
        path = snapshot / MANIFEST
        manifest = json.loads(path.read_bytes())
        for topic in manifest["topics"].values():
            change(topic)
        path.write_text(json.dumps(manifest))


class Expected(NamedTuple):
    """How many snapshots are refused, and whether one is restored after that."""

    fault: str
    refused: int
    restored: bool


Damage = Callable[[Sequence[Path]], None]
FAULTS: dict[Damage, Expected] = {
    of_another_partition: Expected("snapshots of another partition", 1, restored=False),
    nothing: Expected("ledgers deleted, with snapshots", 0, restored=True),
    cut: Expected("newest snapshots cut to half", 1, restored=True),
    lose_a_file: Expected("newest snapshots without a file", 1, restored=True),
    lose_the_manifest: Expected("newest snapshots without manifest", 1, restored=True),
    of_another_cluster: Expected("snapshots of another cluster", KEPT, restored=False),
    of_a_topic_made_anew: Expected("snapshots of a topic made anew", KEPT, restored=False),
    of_another_log: Expected("snapshots of another log", KEPT, restored=False),
    of_a_longer_log: Expected("snapshots of a longer log", KEPT, restored=False),
}
DAMAGES: Sequence[Sequence[Damage]] = [[each] for each in FAULTS] if SCALE else [list(FAULTS)]
"""The short set does all of it at once, to different partitions."""


@pytest.mark.parametrize("run", range(RUNS))
@pytest.mark.parametrize("damages", DAMAGES, ids=lambda damages: damages[0].__name__)
async def test_a_lost_ledger_is_restored_from_what_can_be_trusted(
    damages: Sequence[Damage], run: int, world: World, judge: Judge
) -> None:
    before = world.events
    folder = world.stack / "instances" / f"snapshots-{damages[0].__name__}-{run}"
    instance = Instance(world.kafka, folder, environment=OFTEN)
    await ledgers_lost(world, instance, SHIPMENTS)
    instance.environment = {}
    for number in NUMBERS:
        snapshots = snapshots_of(instance.data, GENERATION, number)
        assert len(snapshots) == KEPT
        damages[number % len(damages)](snapshots)

    async with ending(instance), witness(world.kafka) as seen:
        instance.start()
        await world.round(SHIPMENTS)
        await seen.until_all_is_said(world)
        await ended(instance)

        expected = {number: FAULTS[damages[number % len(damages)]] for number in NUMBERS}
        there, not_used = restored(instance), refused(instance)
        assert {number: not_used[number] for number in NUMBERS} == {
            number: each.refused for number, each in expected.items()
        }
        assert there.keys() == {number for number, each in expected.items() if each.restored}
        assert all(there.values())
        name = FAULTS[damages[0]].fault if SCALE else "ledgers deleted, snapshots damaged"
        await judge(Fault(name, ASKED), seen, world, events=world.events - before)
