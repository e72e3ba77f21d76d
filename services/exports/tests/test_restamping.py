"""A correction of the registry reaches the shipments that carry what was wrong, and no more."""

from datetime import UTC, datetime

from chassis.clock import DrivenClock
from chassis.creation import Creation
from chassis.outbox import Circumstances
from chassis.store import MemoryRegisters, MemoryRepository
from contracts.exports import ExporterStamp
from contracts.values import WomenLed
from services.exports.commands import RestampExporter
from services.exports.restamping import Restamping
from services.exports.routes import Handler
from services.exports.store import Correction
from services.exports.tests.shipments import STAMP, record

NOW = datetime(2025, 6, 30, tzinfo=UTC)
MOVED = STAMP.model_copy(update={"registry_ordinal": 2, "region": "MA-02"})


def correction(ordinal: int, **corrected: object) -> Correction:
    return Correction(
        producer_id=STAMP.producer_id,
        corrected=RestampExporter.model_validate({"registry_ordinal": ordinal} | corrected),
        event_id=f"{ordinal:08d}-0000-5000-8000-000000000000",
        event_time=NOW.isoformat(),
    )


async def exported(handler: Handler, id_: str, stamp: ExporterStamp) -> None:
    around = Circumstances(recorded_at=NOW, occurred_at=NOW, fingerprint=id_)
    await handler.create(Creation(id_, id_, record(stamp), around))


async def stamps(repository: MemoryRepository) -> dict[str, tuple[int, str, str]]:
    found = await repository.load(["before", "after"])
    return {
        id_: (stamp["registry_ordinal"], stamp["region"], stamp["women_led"])
        for id_, document in found.items()
        for stamp in [document.state["exporter"]]
    }


async def test_what_a_move_changed_stays_as_it_was_stamped(
    handler: Handler, repository: MemoryRepository
) -> None:
    await exported(handler, "before", STAMP)
    await exported(handler, "after", MOVED)
    registers = MemoryRegisters()
    restamping = Restamping(handler, registers, DrivenClock(NOW), deadline_seconds=0)

    await restamping.put_down(correction(3, women_led=WomenLed.NO))
    await restamping.run_once()

    assert await stamps(repository) == {"before": (3, "MA-08", "no"), "after": (3, "MA-02", "no")}
    assert list(await registers.names("")) == []


async def test_corrections_of_one_exporter_are_carried_out_one_after_the_other(
    handler: Handler, repository: MemoryRepository
) -> None:
    await exported(handler, "before", STAMP)
    registers = MemoryRegisters()
    restamping = Restamping(handler, registers, DrivenClock(NOW), deadline_seconds=0)
    await restamping.put_down(correction(4, region="MA-07"))
    await restamping.put_down(correction(3, women_led=WomenLed.NO))

    await restamping.run_once()
    assert await stamps(repository) == {"before": (3, "MA-08", "no")}
    await restamping.run_once()
    assert await stamps(repository) == {"before": (4, "MA-07", "no")}
