"""A record in quarantine as JSON, for other programs."""

from typing import Any

from console.quarantine.record import Quarantined


def as_json(record: Quarantined, held: bool | None) -> dict[str, Any]:
    """`held` is None when it is not known; `releasable` says whether the owner can release it."""
    entry = record.entry
    return {
        "reader": record.reader,
        "offset": record.offset,
        "recorded": entry.recorded.isoformat(timespec="milliseconds"),
        "topic": record.stood_in,
        "at": record.stood_at,
        "key": None if entry.key is None else entry.key.decode(errors="backslashreplace"),
        "type": entry.type,
        "subject": entry.subject,
        "ordinal": int(entry.ordinal) if entry.ordinal.isdecimal() else None,
        "event_id": entry.headers.get("ce_id", ""),
        "stage": entry.error.get("stage", ""),
        "reasons": record.codes,
        "message": entry.error.get("message", ""),
        "held": held,
        "releasable": record.place is not None,
    }
