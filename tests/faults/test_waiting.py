"""What waits is found again by whoever opens the ledger next."""

from pathlib import Path

import pytest

from contracts.topics import EXPORTS_SHIPMENTS
from tests.faults.adapter import GUARDS, Log, counted, events, fold_batch, opened
from tests.faults.waiting import Told, passed_over

EXPORTS = EXPORTS_SHIPMENTS.name
WAITING = ("what waits is known when a ledger is opened", "a release brings up what is parked")


@pytest.mark.parametrize("guard", [None, *WAITING])
def test_what_is_parked_outlives_the_process(
    guard: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three shipments of one key: the first holds it, and the others wait."""
    if guard:
        monkeypatch.setattr(*GUARDS[guard])
    key, one, two = (events.uuid_of(name) for name in ("order", "one", "two"))
    log = Log().opened().append(key, 1, events.exported(), key=key).spoil()
    log.append(one, 1, events.exported(), key=key).append(two, 1, events.exported(), key=key)
    ledger = opened(tmp_path, 3)
    fold_batch(ledger, EXPORTS, log.records)
    ledger.close()

    ledger = opened(tmp_path, 3)
    said = passed_over(Told(EXPORTS_SHIPMENTS, key, key, 1, events.exported()))
    log.append(key, None, said.event, key=key)
    fold_batch(ledger, EXPORTS, log.records[-1:])

    assert (counted(ledger) == 2) is (guard is None)
    ledger.close()
