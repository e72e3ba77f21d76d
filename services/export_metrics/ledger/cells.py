"""Cells as text: the canonical JSON array of their dimensions."""

from functools import lru_cache

from msgspec.json import Decoder, Encoder

from services.export_metrics.domain.figures import CellKey

_encoder = Encoder()
_decoder = Decoder(CellKey)


@lru_cache(maxsize=65_536)
def to_text(cell: CellKey) -> str:
    return _encoder.encode(cell).decode()


@lru_cache(maxsize=65_536)
def from_text(text: str) -> CellKey:
    return _decoder.decode(text)
