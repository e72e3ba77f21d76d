"""Which keys the folds hold: asked of their services, which alone know."""

from collections.abc import Collection, Mapping

import httpx
import msgspec

from console.quarantine.record import Quarantined

FOLDS = {"export-metrics": "export_metrics", "registry-metrics": "registry_metrics"}
"""The readers that hold keys, with the names of their services."""
ASK_SECONDS = 10.0


class Hold(msgspec.Struct, frozen=True):
    """What holds a key: the event of this ordinal, behind which `waiting` others stand."""

    topic: str
    partition: int
    subject: str
    ordinal: int
    event_id: str
    waiting: int = 0


class _Answer(msgspec.Struct):
    holds: list[Hold]


class Holds:
    """What is held now, by reader; or, for lack of an answer of a reader, not known."""

    def __init__(self, by_reader: Mapping[str, list[Hold] | None]) -> None:
        self.silent = [reader for reader, holds in by_reader.items() if holds is None]
        """The readers whose holds are not known."""
        self._held = {
            (reader, h.topic, h.partition, h.subject, h.ordinal, h.event_id)
            for reader, holds in by_reader.items()
            for h in holds or ()
        }

    def holds(self, record: Quarantined) -> bool | None:
        """Whether the record holds its key; None when that is not known."""
        place = record.place
        if record.reader not in FOLDS or place is None:
            return False
        if record.reader in self.silent:
            return None
        held = (place.topic.name, place.partition, place.subject, place.ordinal, place.event_id)
        return (record.reader, *held) in self._held


def ask_holds(services: Mapping[str, str], readers: Collection[str]) -> Holds:
    """Ask the services of those readers that hold, found by name among base URLs.

    No usable answer is no error.
    """
    return Holds({name: _holds(services.get(FOLDS[name])) for name in readers if name in FOLDS})


def _holds(url: str | None) -> list[Hold] | None:
    if url is None:
        return None
    try:
        response = httpx.get(f"{url}/v1/holds", timeout=ASK_SECONDS).raise_for_status()
        return msgspec.json.decode(response.content, type=_Answer).holds
    except (httpx.HTTPError, msgspec.MsgspecError):
        return None
