"""Which keys the fold holds: asked of export_metrics, which alone knows."""

from collections.abc import Mapping

import httpx
import msgspec

from console.quarantine.record import Quarantined

HOLDING_READER = "export-metrics"
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
    """What is held now; or, for lack of an answer, not known."""

    def __init__(self, holds: list[Hold] | None) -> None:
        self.known = holds is not None
        self._held = {(h.topic, h.partition, h.subject, h.ordinal, h.event_id) for h in holds or ()}

    def holds(self, record: Quarantined) -> bool | None:
        """Whether the record holds its key; None when that is not known."""
        place = record.place
        if record.reader != HOLDING_READER or place is None:
            return False
        if not self.known:
            return None
        held = (place.topic.name, place.partition, place.subject, place.ordinal, place.event_id)
        return held in self._held


def ask_holds(services: Mapping[str, str]) -> Holds:
    """Ask the service, found by its name among base URLs. No usable answer is no error."""
    url = services.get("export_metrics")
    if url is None:
        return Holds(None)
    try:
        response = httpx.get(f"{url}/v1/holds", timeout=ASK_SECONDS).raise_for_status()
        return Holds(msgspec.json.decode(response.content, type=_Answer).holds)
    except (httpx.HTTPError, msgspec.MsgspecError):
        return Holds(None)
