"""From the data of an event to what the fold uses of it, by the contract's own models.

These events are few: they need no form of their own to be read fast.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

import msgspec
from pydantic import ValidationError

from chassis.folding.fold import Reading
from contracts.event import Event
from contracts.registry import ProducerCorrected, ProducerMoved, ProducerRegistered
from services.registry_metrics.domain import AnyEvent, CellKey, Corrected, Moved, Registered

E = TypeVar("E", bound=Event)


def _registered(event: ProducerRegistered) -> Registered:
    cell = CellKey(event.chain, event.region, event.kind.value, event.women_led.value)
    return Registered(cell)


def _moved(event: ProducerMoved) -> Moved:
    return Moved(event.region)


def _corrected(event: ProducerCorrected) -> Corrected:
    return Corrected(
        event.chain,
        event.region,
        event.kind and event.kind.value,
        event.women_led and event.women_led.value,
    )


def _reading(event_class: type[E], reduce_to_domain: Callable[[E], AnyEvent]) -> Reading:
    def read(data: bytes) -> AnyEvent:
        try:
            event = event_class.model_validate_json(data)
        except ValidationError as error:
            raise msgspec.ValidationError(str(error)) from error
        return reduce_to_domain(event)

    return read


READINGS: Mapping[type[Event], Reading] = {
    ProducerRegistered: _reading(ProducerRegistered, _registered),
    ProducerMoved: _reading(ProducerMoved, _moved),
    ProducerCorrected: _reading(ProducerCorrected, _corrected),
}
