"""Ledgers that are lost, with snapshots of them to be restored."""

import json
from collections import Counter
from typing import Any

from tests.faults.adapter import GENERATION, ledger_path, snapshots_of
from tests.faults.instance import Instance, ended, until
from tests.faults.witness import witness
from tests.faults.world import NUMBERS, World

KEPT = 2
OFTEN = {"ZARBIA_SNAPSHOT_RECORDS": "1", "ZARBIA_SNAPSHOTS_KEPT": str(KEPT)}
"""As often as it can, one partition after the other."""


async def ledgers_lost(world: World, instance: Instance, shipments: int = 300) -> None:
    """Have it fold until there are snapshots of all partitions, and delete its ledgers."""
    async with witness(world.kafka) as seen:
        instance.start()
        for kept in range(1, KEPT + 1):
            await world.round(shipments)
            await seen.until_all_is_said(world)
            await until(lambda kept=kept: all(_snapshots(instance, n) >= kept for n in NUMBERS))  # type: ignore[misc]
        await ended(instance)
    for number in NUMBERS:
        ledger_path(instance.data, GENERATION, number).unlink()


def _snapshots(instance: Instance, number: int) -> int:
    return len(snapshots_of(instance.data, GENERATION, number))


def restored(instance: Instance) -> dict[int, int]:
    """By partition the records that what was restored last there had."""
    return {
        said["partition"]: sum(said["offsets"].values())
        for said in _log(instance)
        if said["event"].startswith("a ledger is restored")
    }


def refused(instance: Instance) -> Counter[int]:
    """How many snapshots were not used, by partition."""
    return Counter(
        said["partition"] for said in _log(instance) if said["event"] == "a snapshot is not used"
    )


def _log(instance: Instance) -> list[dict[str, Any]]:
    lines = (instance.data / "service.log").read_text().splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]
