"""Events of the registry: who produces. No names, no addresses: ids are opaque."""

from typing import ClassVar

from contracts.event import Event
from contracts.values import LocalDate, ProducerKind, RegionCode, Slug, WomenLed


class RegistryEvent(Event):
    owner: ClassVar[str] = "registry"


class ProducerRegistered(RegistryEvent):
    """A producer (artisan, cooperative or enterprise) entered the national registry."""

    registered_on: LocalDate
    kind: ProducerKind
    region: RegionCode
    women_led: WomenLed
    chain: Slug


class ProducerMoved(RegistryEvent):
    """The producer works in another region from `moved_on`. Earlier exports keep their region."""

    moved_on: LocalDate
    region: RegionCode


class ProducerCorrected(RegistryEvent):
    """What the registry held was wrong from the start: exports that carry it are stamped again.

    Holds only what is corrected; an absent field was right.
    """

    corrected_on: LocalDate
    kind: ProducerKind | None = None
    region: RegionCode | None = None
    women_led: WomenLed | None = None
    chain: Slug | None = None
    reason: Slug
