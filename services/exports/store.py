"""What this service knows of exporters: a read model of the registry's events."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from pydantic import ValidationError
from pymongo import InsertOne, UpdateOne
from pymongo.errors import BulkWriteError

from chassis.reader.outcome import Readable, UnfitError
from chassis.store.mongo import DUPLICATE_KEY, Database
from contracts.exports import ExporterStamp
from contracts.problem import Problem, problems_of
from contracts.registry import ProducerCorrected, ProducerMoved, ProducerRegistered
from contracts.values import Value
from services.exports.commands import RestampExporter


class Correction(Value):
    """The registry corrected an exporter: what carries an older stamp must be stamped again."""

    producer_id: str
    corrected: RestampExporter
    event_id: str
    event_time: str


class Exporters(Protocol):
    """The known exporters by producer id."""

    async def known(self, producer_ids: Sequence[str]) -> dict[str, ExporterStamp]:
        """The stamps of those that are known."""

    async def remember(self, stamps: Mapping[str, ExporterStamp]) -> None:
        """Keep these stamps, unless a newer one is kept already."""


def project(
    known: Mapping[str, ExporterStamp], batch: Sequence[Readable]
) -> tuple[dict[str, ExporterStamp], list[Correction]]:
    """Fold a batch of registry events, in order, onto what is known.

    Returns the stamps that changed, and the corrections. An event that is not newer than the stamp
    changes nothing, but a correction is told again: its work may have been cut off.

    Raises:
        UnfitError: an event tells of a change to an exporter that nothing was told of before, or
            has no subject or ordinal that a stamp can have.
    """
    stamps = dict(known)
    changed: dict[str, ExporterStamp] = {}
    corrections: list[Correction] = []
    for index, readable in enumerate(batch):
        producer_id, ordinal = readable.envelope.subject, readable.envelope.sequence or 0
        before = stamps.get(producer_id)
        if before is None or ordinal > before.registry_ordinal:
            try:
                stamp = _stamp(readable, before)
            except ValidationError as error:
                raise UnfitError(index, problems_of(error)[0]) from error
            if stamp is None:
                raise UnfitError(index, Problem("event_missing", "ce_sequence", "none came before"))
            stamps[producer_id] = changed[producer_id] = stamp
        if isinstance(readable.event, ProducerCorrected):
            corrections.append(
                Correction(
                    producer_id=producer_id,
                    corrected=_restamp(readable.event, ordinal),
                    event_id=readable.envelope.id,
                    event_time=readable.envelope.time.isoformat(),
                )
            )
    return changed, corrections


def _restamp(event: ProducerCorrected, ordinal: int) -> RestampExporter:
    return RestampExporter(
        registry_ordinal=ordinal, kind=event.kind, region=event.region, women_led=event.women_led
    )


def _stamp(readable: Readable, before: ExporterStamp | None) -> ExporterStamp | None:
    event, envelope = readable.event, readable.envelope
    match event:
        case ProducerRegistered():
            return ExporterStamp(
                producer_id=envelope.subject,
                registry_ordinal=envelope.sequence or 0,
                kind=event.kind,
                region=event.region,
                women_led=event.women_led,
            )
        case ProducerCorrected() if before is not None:
            corrected = _restamp(event, envelope.sequence or 0).model_dump(exclude_none=True)
            return before.model_copy(update=corrected)
        case ProducerMoved() if before is not None:
            moved = {"registry_ordinal": envelope.sequence, "region": event.region}
            return ExporterStamp.model_validate(before.model_dump() | moved)
        case _:
            return None


class MongoExporters:
    """Implements Exporters on one collection."""

    def __init__(self, database: Database) -> None:
        self._exporters = database["exporters"]

    async def known(self, producer_ids: Sequence[str]) -> dict[str, ExporterStamp]:
        ids = list(dict.fromkeys(producer_ids))
        found = self._exporters.find({"_id": {"$in": ids}})
        return {
            raw["_id"]: ExporterStamp.model_validate(raw | {"producer_id": raw["_id"]})
            async for raw in found
        }

    async def remember(self, stamps: Mapping[str, ExporterStamp]) -> None:
        raws = {
            id_: stamp.model_dump(mode="json", exclude={"producer_id"})
            for id_, stamp in stamps.items()
        }
        try:
            await self._exporters.bulk_write(
                [InsertOne({"_id": id_, **raw}) for id_, raw in raws.items()], ordered=False
            )
        except BulkWriteError as error:
            failures = error.details["writeErrors"]
            if any(failure["code"] != DUPLICATE_KEY for failure in failures):
                raise
            there = [failure["op"]["_id"] for failure in failures]
            await self._exporters.bulk_write(
                [
                    UpdateOne(
                        {"_id": id_, "registry_ordinal": {"$lt": raws[id_]["registry_ordinal"]}},
                        {"$set": raws[id_]},
                    )
                    for id_ in there
                ],
                ordered=False,
            )
