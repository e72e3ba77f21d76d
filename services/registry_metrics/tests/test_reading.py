"""What the fold reads of the registry's events."""

import json

import msgspec
import pytest

from contracts.event import Event
from contracts.registry import ProducerCorrected, ProducerMoved, ProducerRegistered
from services.registry_metrics.domain import AnyEvent, CellKey, Corrected, Moved, Registered
from services.registry_metrics.reading import READINGS
from services.registry_metrics.tests.events import corrected, moved, registered


@pytest.mark.parametrize(
    ("event", "read"),
    [
        (registered(), Registered(CellKey("carpets", "MA-03", "cooperative", "unknown"))),
        (moved("MA-07"), Moved("MA-07")),
        (corrected(women_led="yes"), Corrected(None, None, None, "yes")),
        (corrected(kind="artisan", chain="x"), Corrected("x", None, "artisan", None)),
    ],
)
def test_no_more_than_what_counts(event: Event, read: AnyEvent) -> None:
    assert READINGS[type(event)](event.encode()) == read


@pytest.mark.parametrize("event", [ProducerRegistered, ProducerMoved, ProducerCorrected])
@pytest.mark.parametrize("region", ["MA-13", 7, "MA-03\n"])
def test_what_is_not_as_the_contract_says_is_refused(event: type[Event], region: object) -> None:
    whole = {"registered_on": "2026-03-02", "moved_on": "2026-03-02", "corrected_on": "2026-03-02"}
    whole |= {"kind": "artisan", "women_led": "no", "chain": "carpets", "reason": "r"}

    with pytest.raises(msgspec.ValidationError):
        READINGS[event](json.dumps(whole | {"region": region}).encode())
