"""What a partition says of closed days: of its figures, of each source, and what is held."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from msgspec.json import Decoder, Encoder

_encoder = Encoder()


class Closings(NamedTuple):
    """`through` is the last day that the source of the figures closed; `sources` are all topics."""

    through: date
    sources: dict[str, date]
    held: int

    @classmethod
    def of(cls, rest_on: str, closed: Mapping[str, date | None], held: int) -> "Closings | None":
        """None while `rest_on`, the source of the figures, has closed no day."""
        sources = {topic: day for topic, day in sorted(closed.items()) if day is not None}
        through = sources.get(rest_on)
        return None if through is None else cls(through, sources, held)

    @classmethod
    def of_text(cls, text: str) -> "Closings":
        return _decoder.decode(text)

    def text(self) -> str:
        return _encoder.encode(self).decode()


_decoder = Decoder(Closings)
