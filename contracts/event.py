"""What every event is: a frozen record of something that happened, with a name and a version."""

from typing import ClassVar

from pydantic import Field

from contracts.values import LocalDate, Value

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
