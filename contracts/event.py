"""What every event is: a frozen record of something that happened, with a name and a version."""

from typing import ClassVar

from pydantic import Field

from contracts.values import Id, LocalDate, Ordinal, Slug, Value

TYPE_PREFIX = "ma.zarbia"


class Event(Value):
    """Base of all events. The class name is its name; only the service `owner` says it.

    Inside a version only optional fields are added. A break is a new class of a higher version.
    """

    owner: ClassVar[str]
    version: ClassVar[int] = 1

    @classmethod
    def event_type(cls) -> str:
        """The CloudEvents type, such as ``ma.zarbia.exports.ShipmentExported.v1``."""
        return f"{TYPE_PREFIX}.{cls.owner}.{cls.__name__}.v{cls.version}"

    @classmethod
    def schema_name(cls) -> str:
        """The stem of the schema's and the example's file: ``exports.ShipmentExported.v1``."""
        return cls.event_type().removeprefix(f"{TYPE_PREFIX}.")

    @classmethod
    def dataschema(cls) -> str:
        return f"urn:zarbia:schema:{cls.schema_name()}"

    def encode(self) -> bytes:
        """The data of the event as UTF-8 JSON. An absent optional field is left out."""
        return self.model_dump_json(exclude_none=True).encode()


class DayClosed(Event):
    """A service has published all that it recorded up to the end of the day `through`.

    Written to every partition of the service's topic. What follows it in the partition belongs to
    the day after `through`, whatever its timestamp says. `previous` is the marker before; the
    opening marker of a topic has none.
    """

    owner: ClassVar[str] = "calendar"

    topic: str = Field(max_length=100)
    previous: LocalDate | None = None
    through: LocalDate


class _Release(Event):
    """What the owner says of an event that a reader holds or misses, in the same partition.

    It has no ordinal of its own, and its key is that of the event. Said twice, it changes nothing.
    """

    owner: ClassVar[str] = "quarantine"

    aggregate: Id
    ordinal: Ordinal
    event_id: Id
    decided_on: LocalDate
    reason: Slug


class Redriven(_Release):
    """The event in quarantine, told again so that it can be read: `body` takes its data's place."""

    type: str = Field(min_length=1, max_length=100, description="its CloudEvents type")
    body: str = Field(min_length=2, max_length=65_536, description="the data, as JSON text")


class Skipped(_Release):
    """The event, in quarantine or lost, says nothing that counts: readers go on after it."""
