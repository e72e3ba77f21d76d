"""The registry's rules: who may be registered, moved and corrected."""

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from contracts.dates import check_happened
from contracts.problem import Refusal, refused
from contracts.reference import chains
from contracts.registry import ProducerCorrected, ProducerMoved, ProducerRegistered
from contracts.values import (
    Command,
    LocalDate,
    ProducerKind,
    RegionCode,
    Slug,
    Value,
    WomenLed,
)


class RegisterProducer(Command):
    registered_on: LocalDate
    kind: ProducerKind
    region: RegionCode
    women_led: WomenLed = WomenLed.UNKNOWN
    chain: Slug = "unknown"


class MoveProducer(Command):
    moved_on: LocalDate
    region: RegionCode


class CorrectProducer(Command):
    """States what was wrong from the start; an absent field was right."""

    corrected_on: LocalDate
    kind: ProducerKind | None = None
    region: RegionCode | None = None
    women_led: WomenLed | None = None
    chain: Slug | None = None
    reason: Slug


class Producer(Value):
    """A producer as the registry knows it."""

    registered_on: LocalDate
    kind: ProducerKind
    region: RegionCode
    women_led: WomenLed
    chain: Slug


CORRECTABLE = {"kind", "region", "women_led", "chain"}
RegistryCommand = RegisterProducer | MoveProducer | CorrectProducer
ProducerEvent = ProducerRegistered | ProducerMoved | ProducerCorrected


def decide(
    command: RegistryCommand, producer: Producer | None, today: date
) -> Sequence[ProducerEvent]:
    """Raises RefusedError for a day in the future, an unknown chain, or what does not exist."""
    match command:
        case RegisterProducer():
            check_happened(today, registered_on=command.registered_on)
            _check_chain(command.chain)
            return [ProducerRegistered.model_validate(command.model_dump())]
        case MoveProducer():
            check_happened(today, moved_on=command.moved_on)
            if _existing(producer).region == command.region:
                return []
            return [ProducerMoved.model_validate(command.model_dump())]
        case CorrectProducer():
            return _corrected(command, _existing(producer), today)
        case _:
            assert_never(command)


def evolve(producer: Producer | None, event: ProducerEvent) -> Producer:
    match event:
        case ProducerRegistered():
            return Producer.model_validate(event.model_dump())
        case ProducerMoved():
            return _existing(producer).model_copy(update={"region": event.region})
        case ProducerCorrected():
            corrected = event.model_dump(include=CORRECTABLE, exclude_none=True)
            return _existing(producer).model_copy(update=corrected)
        case _:
            assert_never(event)


def _corrected(
    command: CorrectProducer, producer: Producer, today: date
) -> list[ProducerCorrected]:
    """Says only what differs: what stays as it is may have come by a move, and is no correction."""
    check_happened(today, corrected_on=command.corrected_on)
    _check_chain(command.chain or "unknown")
    differs = {
        field: value
        for field, value in command.model_dump(include=CORRECTABLE, exclude_none=True).items()
        if value != getattr(producer, field)
    }
    if not differs:
        return []
    return [
        ProducerCorrected.model_validate(
            differs | {"corrected_on": command.corrected_on, "reason": command.reason}
        )
    ]


def _existing(producer: Producer | None) -> Producer:
    if producer is None:
        raise refused(Refusal.NOT_FOUND, "not_found", "id", "no such producer")
    return producer


def _check_chain(chain: str) -> None:
    if chain != "unknown" and not chains.is_chain(chain):
        raise refused(Refusal.INVALID, "chain_unknown", "chain", f"{chain} is no production chain")
